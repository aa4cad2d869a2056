"""A second scan reads what changed and no more, and says what a full one would."""

import os
import shutil
import wave
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pii_scan.config.settings import Scope, Settings
from pii_scan.engines.local import CRASHED
from pii_scan.model import Change, Chunk, Coverage, Hit, Item, Result, Suppression, Table
from pii_scan.scan import Kit, Plan
from pii_scan.scan.again import Stamps
from pii_scan.store import Store, _saving
from tests import rescans
from tests.office import zipped
from tests.rescans import TODAY, kept, plan, scan

pytestmark = pytest.mark.slow

LETTER = (
    "Sollicitatiebrief\nGeachte heer De Vries, hierbij mijn motivatie en cv voor de vacature. "
    "Mijn bsn is 999994256. Utrecht, 3 maart {}.\n"
)
ROWS = "naam;bsn;datum\nJan de Vries;999994256;2015-03-02\nEls Vos;999990019;2026-10-01\n"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    folder = tmp_path / "share"
    (folder / "NIET WISSEN!!").mkdir(parents=True)
    for year in range(2018, 2022):
        (folder / f"brief-{year}.txt").write_text(LETTER.format(year))
    (folder / "NIET WISSEN!!" / "lijst.csv").write_text(ROWS)
    letter = LETTER.format(2017).encode()
    (folder / "oud.zip").write_bytes(
        zipped({"a.txt": letter, "b/c.zip": zipped({"d.txt": letter, "e.csv": ROWS.encode()})})
    )
    (folder / "koppeling").symlink_to("brief-2018.txt")
    return folder


@pytest.fixture
def inventory(store_url: str) -> Iterator[Store]:
    with Store.open(store_url) as opened:
        yield opened


@pytest.fixture
def analysed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A mark for every part that is analysed."""
    marks: list[str] = []
    made = rescans.kit

    def counting(asked: Plan) -> Kit:
        kit = made(asked)
        find = kit.detect.find

        def counted(part: Chunk | Table) -> tuple[str, list[Hit]]:
            marks.append("x")
            return find(part)

        kit.detect = replace(kit.detect, find=counted)
        return kit

    monkeypatch.setattr(rescans, "kit", counting)
    return marks


def afresh(place: Path, tmp_path: Path, asked: Callable[[Store], Plan]) -> list[Result]:
    """Return what a first scan of a place says."""
    file = tmp_path / "afresh.db"
    file.unlink(missing_ok=True)
    with Store.open(str(file)) as other:
        scan(other, place, asked(other))
        return kept(other)


def edit(place: Path) -> None:
    (place / "brief-2018.txt").write_text(LETTER.format(2011))


def test_what_did_not_change_is_not_opened(inventory: Store, place: Path, tmp_path: Path) -> None:
    asked = plan(inventory)
    assert len(scan(inventory, place, asked)) == 6
    first = kept(inventory)
    assert scan(inventory, place, asked) == []
    assert kept(inventory) == first == afresh(place, tmp_path, plan)
    assert len(list(inventory.changes(inventory.scan().id))) == 0
    edit(place)
    assert scan(inventory, place, asked) == ["brief-2018.txt"]
    assert kept(inventory) == afresh(place, tmp_path, plan) != first
    assert list(inventory.results(1)) == list(inventory.results(2)) == first
    assert len(scan(inventory, place, asked, is_full=True)) == 6
    assert kept(inventory) == afresh(place, tmp_path, plan)


def test_what_is_gone_changed_new_or_moved_is_told(inventory: Store, place: Path) -> None:
    scan(inventory, place, plan(inventory))
    (place / "oud.zip").unlink()
    (place / "brief-2019.txt").rename(place / "NIET WISSEN!!" / "brief-2019.txt")
    (place / "nieuw.txt").write_text("niets")
    edit(place)
    scan(inventory, place, plan(inventory))
    root = str(place)
    assert set(inventory.changes(2)) == {
        Change(f"{root}/oud.zip", "gone"),
        Change(f"{root}/NIET WISSEN!!/brief-2019.txt", "moved", f"{root}/brief-2019.txt"),
        Change(f"{root}/nieuw.txt", "new"),
        Change(f"{root}/brief-2018.txt", "changed"),
    }
    uris = {result.item.uri for result in kept(inventory)}
    assert not any("oud.zip" in uri for uri in uris)
    assert sum("oud.zip" in result.item.uri for result in inventory.results(1)) == 5


def test_a_day_or_a_policy_moves_verdicts_and_opens_nothing(
    inventory: Store, place: Path, tmp_path: Path
) -> None:
    early, other = date(2015, 4, 1), Settings(policy="quality-contacts")
    scan(inventory, place, plan(inventory, other, early))
    assert scan(inventory, place, plan(inventory, other)) == []
    on_day = kept(inventory)
    assert on_day == afresh(place, tmp_path, lambda it: plan(it, other))
    assert on_day != list(inventory.results(1))
    assert scan(inventory, place, plan(inventory)) == []
    assert kept(inventory) == afresh(place, tmp_path, plan) != on_day
    assert scan(inventory, place, plan(inventory, other, early)) == []
    assert kept(inventory) == list(inventory.results(1))
    assert list(inventory.results(2)) == on_day


def test_a_policy_that_promises_an_age_has_births_looked_at(
    inventory: Store, place: Path, tmp_path: Path
) -> None:
    (place / "leerling.txt").write_text("Naam: Els Vos\nGeboortedatum: 03-04-2015\n")
    scan(inventory, place, plan(inventory))
    promising = Settings(policy="klantinfocus")
    scan(inventory, place, plan(inventory, promising))
    found = kept(inventory)
    assert "least_age" in {breach.kind for result in found for breach in result.breaches}
    assert found == afresh(place, tmp_path, lambda it: plan(it, promising))
    assert scan(inventory, place, plan(inventory, promising)) == []


def test_a_policy_that_allows_no_recordings_is_held_to_those_that_name_nobody(
    inventory: Store, place: Path, tmp_path: Path
) -> None:
    with wave.open(str(place / "gesprek.wav"), "wb") as file:
        file.setparams((1, 2, 8_000, 0, "NONE", ""))
        file.writeframes(bytes(1_600))
    scan(inventory, place, plan(inventory))
    without = Settings(policy="vcare")
    assert scan(inventory, place, plan(inventory, without)) == []
    found = kept(inventory)
    assert found == afresh(place, tmp_path, lambda it: plan(it, without))
    (recording,) = (it for it in found if it.item.uri.endswith(".wav"))
    assert (recording.level, [it.kind for it in recording.breaches]) == (None, ["no_recording"])


@given(st.lists(st.dates(date(2019, 1, 1), date(2045, 1, 1)), min_size=1, max_size=4))
@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_verdicts_judged_anew_are_those_of_a_full_scan(
    place: Path, tmp_path: Path, days: list[date]
) -> None:
    file = tmp_path / "days.db"
    file.unlink(missing_ok=True)
    with Store.open(str(file)) as inventory:
        scan(inventory, place, plan(inventory))
        for day in days:
            assert scan(inventory, place, plan(inventory, today=day)) == []
            assert kept(inventory) == afresh(
                place,
                tmp_path,
                lambda other, day=day: plan(other, today=day),  # type: ignore[misc]
            )


def test_a_change_of_what_is_found_reads_everything(inventory: Store, place: Path) -> None:
    scan(inventory, place, plan(inventory))
    assert len(scan(inventory, place, plan(inventory, Settings(min_score=0.9)))) == 6


def judged(
    entity: str | None = None, *, prints: tuple[str, ...] = (), pattern: str | None = None,
    path: str | None = None, until: date = TODAY,
) -> Suppression:  # fmt: skip
    name = f"{entity} {prints} {pattern} {path}"
    return Suppression(
        name, entity, None, prints, pattern, path, "oefening", "t", date(2026, 1, 1), until
    )


def test_suppressions_read_again_what_they_touch(
    inventory: Store, place: Path, tmp_path: Path
) -> None:
    """In turn: a value, with a sort below a path, a shape, the same, none, and past its date."""
    (place / "agenda.txt").write_text("Om tien uur vergaderen we over de begroting.")
    scan(inventory, place, plan(inventory))
    in_list = next(
        finding
        for result in kept(inventory)
        for finding in result.findings
        if result.item.uri.endswith("lijst.csv") and finding.masked.endswith("019")
    )
    value = judged(prints=tuple(digest for _, digest in in_list.fingerprints))
    shape = judged("NL_BSN", pattern="99999425.")
    letters = judged("NL_BSN", path="*/brief-*", until=TODAY + timedelta(3))
    lists = {"NIET WISSEN!!/lijst.csv", "oud.zip"}
    briefs = {f"brief-{year}.txt" for year in range(2018, 2022)}
    steps: list[tuple[tuple[Suppression, ...], date, set[str]]] = [
        ((value,), TODAY, lists),
        ((value, letters), TODAY, lists | briefs),
        ((shape,), TODAY, lists | briefs),
        ((shape,), TODAY, set()),
        ((), TODAY, lists | briefs),
        ((letters,), TODAY, briefs),
        ((letters,), TODAY + timedelta(4), briefs),
    ]
    for suppressions, today, expected in steps:

        def under(
            other: Store, given: tuple[Suppression, ...] = suppressions, day: date = today
        ) -> Plan:
            return plan(other, today=day, suppressions=given)

        assert set(scan(inventory, place, under(inventory))) == expected
        assert kept(inventory) == afresh(place, tmp_path, under)
    assert inventory.suppressed(inventory.scan().id) == {}


def test_a_cut_off_scan_under_other_suppressions_leaves_no_trace(
    inventory: Store, place: Path, tmp_path: Path
) -> None:
    scan(inventory, place, plan(inventory))
    other = plan(inventory, suppressions=(judged("NL_BSN"),))
    with pytest.raises(KeyboardInterrupt):
        scan(inventory, place, other, most=2)
    scan(inventory, place, plan(inventory))
    assert kept(inventory) == afresh(place, tmp_path, plan)


def test_content_that_says_whose_it_is_is_known_elsewhere(
    inventory: Store, place: Path, tmp_path: Path, analysed: list[str]
) -> None:
    elsewhere = Settings(scopes=(Scope("elders/*", controller="Gemeente X"),))
    text = f"Opdrachtgever: Gemeente X\n{LETTER.format(2020)}"
    (place / "overeenkomst.txt").write_text(text)
    asked = plan(inventory, elsewhere)
    scan(inventory, place, asked)
    first = next(it for it in kept(inventory) if it.item.uri.endswith("overeenkomst.txt"))
    assert first.controller == "Gemeente X"  # its text says so; its scope does not
    (place / "kopie").mkdir()
    shutil.copy2(place / "overeenkomst.txt", place / "kopie")
    analysed.clear()
    scan(inventory, place, asked)
    assert analysed == []
    found = kept(inventory)
    assert found == afresh(place, tmp_path, lambda other: plan(other, elsewhere))


def test_a_scope_concerns_its_own_files(inventory: Store, place: Path, tmp_path: Path) -> None:
    elsewhere = Scope("elders/*", controller="Gemeente X")  # known, so that a text may name it
    scan(inventory, place, plan(inventory, Settings(scopes=(elsewhere,))))
    scoped = Settings(scopes=(elsewhere, Scope("*/lijst.csv", controller="Gemeente X")))
    assert scan(inventory, place, plan(inventory, scoped)) == ["NIET WISSEN!!/lijst.csv"]
    assert kept(inventory) == afresh(place, tmp_path, lambda other: plan(other, scoped))


def test_copies_are_analysed_once_and_dated_by_their_own_place(
    inventory: Store, place: Path, tmp_path: Path, analysed: list[str]
) -> None:
    scan(inventory, place, plan(inventory))
    for number in range(100):
        folder = place / f"map {number} van 2016-05-{number % 28 + 1:02}"
        folder.mkdir()
        shutil.copy(place / "brief-2020.txt", folder)
        os.utime(folder / "brief-2020.txt", (1.5e9, 1.5e9 + 86_400 * number))
    analysed.clear()
    assert len(scan(inventory, place, plan(inventory))) == 100
    assert analysed == []
    found = kept(inventory)
    copies = [it for it in found if it.item.uri.endswith("brief-2020.txt")]
    assert len({it.evidence for it in copies}) == 101
    for copy in copies[::20]:  # each as if it were read for the first time
        alone = Path(copy.item.uri)
        first = afresh(alone, tmp_path, lambda other: replace(plan(other), store=None))
        assert first == [copy]


def test_what_another_place_would_say_otherwise_is_analysed(
    inventory: Store, place: Path, tmp_path: Path
) -> None:
    scan(inventory, place, plan(inventory))
    folder = place / "Sollicitaties"
    folder.mkdir()
    shutil.copy2(place / "brief-2020.txt", folder / "brief-2020.txt")
    shutil.copy2(place / "oud.zip", folder / "oud.zip")
    shutil.copy2(place / "oud.zip", place / "999990019 oud.zip")
    scan(inventory, place, plan(inventory))
    assert kept(inventory) == afresh(place, tmp_path, plan)


def test_what_is_within_a_copy_is_whose_the_copy_is(
    inventory: Store, place: Path, tmp_path: Path
) -> None:
    (place / "oud.zip").chmod(0o600)
    scan(inventory, place, plan(inventory))
    folder = place / "publiek"
    folder.mkdir()
    shutil.copy2(place / "oud.zip", folder)
    (folder / "oud.zip").chmod(0o644)
    scan(inventory, place, plan(inventory))
    copy = [it.item for it in kept(inventory) if it.item.uri.startswith(f"{folder}/")]
    assert [it.access for it in copy] == [copy[0].access] * 5
    assert kept(inventory) == afresh(place, tmp_path, plan)


@pytest.mark.parametrize("is_full", [False, True])
@pytest.mark.parametrize("others", [False, True])
def test_a_scan_that_is_cut_off_goes_on_where_it_was(
    inventory: Store,
    place: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    is_full: bool,
    others: bool,
) -> None:
    monkeypatch.setattr(_saving, "BATCH_ITEMS", 2)
    asked = plan(inventory)
    if others:
        scan(inventory, place, asked)
        os.utime(place / "oud.zip")
    for most in (1, 4, 3, 2):
        with pytest.raises(KeyboardInterrupt):
            scan(inventory, place, asked, is_full=is_full, most=most)
    scan(inventory, place, asked, is_full=is_full)
    assert kept(inventory) == afresh(place, tmp_path, plan)
    assert len(inventory.scans()) == 1 + others  # each time it was the same scan
    uris = [result.item.uri for result in kept(inventory)]
    assert len(uris) == len(set(uris)) == 11


def test_a_cut_off_scan_that_is_not_resumed_loses_nothing(
    inventory: Store, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_saving, "BATCH_ITEMS", 1)
    scan(inventory, place, plan(inventory))
    first = kept(inventory)
    other = Settings(min_score=0.9)
    for most in (1, 3, 6, 8, 10):
        with pytest.raises(KeyboardInterrupt):
            scan(inventory, place, plan(inventory, other), most=most, is_full=True)
        scan(inventory, place, plan(inventory))
        assert kept(inventory) == first == afresh(place, tmp_path, plan)
        assert list(inventory.results(1)) == first


def test_what_passes_is_tried_again(place: Path) -> None:
    item = Item("a", "a", 1)
    stamps = Stamps(Settings(), "d")
    tried = [
        Coverage("unreadable", "source", "permission denied"),
        Coverage("unreadable", "extract", CRASHED),
    ]
    assert [stamps.of_result(Result(item, it)) for it in tried] == [None, None]
    settled = Result(item, Coverage("unreadable", "extract", "damaged"))
    assert stamps.of_result(settled) == stamps.of(item)
    assert stamps.of(item) != Stamps(Settings(), "e").of(item)
    assert stamps.of(item) != stamps.of(replace(item, version="2"))
    assert stamps.of(item) == stamps.of(replace(item, uri="b"))


@pytest.mark.parametrize(
    "name", [it.name for it in fields(Item) if it.name not in ("uri", "locator", "within")]
)
def test_all_that_a_source_tells_of_a_file_is_in_its_stamp(name: str) -> None:
    others: dict[str, Any] = {"size": 2, "modified": datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC)}
    told = Item("a", "/a", 1, datetime(2026, 1, 2, 3, 4, 5, 7, tzinfo=UTC), "1", "x", "group")
    stamps = Stamps(Settings(), "d")
    assert stamps.of(told) != stamps.of(replace(told, **{name: others.get(name, "private")}))
    nothing: dict[str, Any] = {name: None}
    assert stamps.of(told) != stamps.of(replace(told, **nothing))
