"""The store gives back what it was given, keeps its files private and says no in one line."""

import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, make_url
from sqlalchemy.schema import CreateTable

from pii_scan import model
from pii_scan.errors import ConfigError, PiiScanError
from pii_scan.model import Coverage, Evidence, Finding, Item, Judgement, Result, Suppression
from pii_scan.store import Store, _access, _reading, _saving, default_url
from pii_scan.store import _tables as tables
from pii_scan.store._insert import Inserts

TODAY = date(2026, 11, 26)
SHARED = [HealthCheck.function_scoped_fixture]


@pytest.fixture
def inventory(store_url: str) -> Iterator[Store]:
    with Store.open(store_url) as opened:
        yield opened


def begin(opened: Store, *targets: str) -> int:
    return opened.begin(targets, TODAY, "nl-default", "0.1.0", "sha256:00", "tester").id


def plain(uri: str, **fields: Any) -> Result:
    return Result(Item(uri, uri, 1), Coverage("scanned"), **fields)


def found(digest: str, where: str = "page 1", **fields: Any) -> Finding:
    return Finding("NL_BSN", "B01", "Geheim", where, 0.9, "******019", (("value", digest),))


# what goes in comes out

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
maybe = st.none() | texts
dates = st.dates()
moments = st.datetimes(
    timezones=st.integers(-720, 720).map(lambda m: timezone(timedelta(minutes=m))),
    min_value=datetime(1900, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(2999, 1, 1),  # noqa: DTZ001
)
paths = st.binary(min_size=1, max_size=12).map(
    lambda raw: raw.replace(b"\0", b"x").decode("utf-8", "surrogateescape")
)
digests = st.binary(min_size=1, max_size=32).map(bytes.hex)
rows = st.none() | st.integers(1, 2**31 - 1)

items = st.builds(Item, texts, paths, st.integers(0, 2**60), st.none() | moments, maybe)
coverages = st.builds(Coverage, st.sampled_from(get_args(model.Status)), texts, maybe)
findings = st.builds(
    Finding,
    entity=texts,
    category=texts,
    level=st.sampled_from(get_args(model.Level)),
    where=texts,
    score=st.floats(0, 1),
    masked=texts,
    fingerprints=st.lists(st.tuples(texts, digests), max_size=3).map(tuple),
    row=rows,
)
evidence = st.builds(Evidence, texts, dates, st.sampled_from(get_args(model.DateSource)), texts)
judgements = st.builds(
    Judgement,
    policy=texts,
    rule=maybe,
    where=texts,
    verdict=st.sampled_from(get_args(model.Verdict)),
    trigger=maybe,
    reference_date=st.none() | dates,
    reference_source=st.none() | st.sampled_from(get_args(model.DateSource)),
    keep_until=st.none() | dates,
    must_keep_until=st.none() | dates,
    action=st.none() | st.sampled_from(get_args(model.Action)),
    assumptions=st.lists(texts, max_size=2).map(tuple),
)
results = st.builds(
    Result,
    item=items,
    coverage=coverages,
    media_type=maybe,
    digest=maybe,
    doc_type=maybe,
    subject_groups=st.lists(texts, max_size=2).map(tuple),
    controller=maybe,
    role=st.sampled_from(get_args(model.Role)),
    level=st.none() | st.sampled_from(get_args(model.Level)),
    findings=st.lists(findings, max_size=4).map(tuple),
    suppressed=st.lists(st.tuples(texts, st.integers(1, 2**40)), max_size=2).map(tuple),
    evidence=st.lists(evidence, max_size=3).map(tuple),
    reference=st.none() | evidence,
    judgements=st.lists(judgements, max_size=3).map(tuple),
)


@given(st.lists(results, max_size=6, unique_by=lambda result: result.item.uri))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_goes_in_comes_out_in_order_of_uri(inventory: Store, given: list[Result]) -> None:
    scan_id = begin(inventory)
    assert inventory.save(scan_id, given) == len(given)
    back = list(inventory.results(scan_id))
    assert back == sorted(given, key=lambda result: result.item.uri)
    assert all(it.item.modified.utcoffset() == timedelta(0) for it in back if it.item.modified)


suppressions = st.builds(
    Suppression,
    *(texts, maybe, maybe, st.lists(digests, max_size=2).map(tuple), maybe, maybe),
    *(texts, texts, dates, dates),
)


@given(st.lists(suppressions, max_size=3).map(tuple))
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_scan_keeps_what_was_suppressed_in_it(
    inventory: Store, given: tuple[Suppression, ...]
) -> None:
    scan = inventory.begin((), TODAY, "nl-default", "0.1.0", "sha256:00", "tester", given)
    assert scan.suppressions == inventory.finish(scan.id).suppressions == given


def test_what_was_suppressed_is_counted_by_scan(inventory: Store) -> None:
    first, second = begin(inventory), begin(inventory)
    inventory.save(first, [plain("a", suppressed=(("s", 2), ("t", 1))), plain("b")])
    inventory.save(second, [plain("a", suppressed=(("s", 5),))])
    assert inventory.suppressed(first) == {"s": 2, "t": 1}
    inventory.save(first, [plain("c", suppressed=(("s", 3),))])
    assert inventory.suppressed(first) == {"s": 5, "t": 1}


@pytest.mark.parametrize("path", ["a\udcff/b", "x\ud800y", "\ud83d\ude00", "C:\\sub\\b.txt", ""])
def test_a_path_keeps_every_byte(inventory: Store, path: str) -> None:
    scan_id = begin(inventory)
    inventory.save(scan_id, [Result(Item("shown", path, 1), Coverage("scanned"))])
    assert [it.item.locator for it in inventory.results(scan_id)] == [path]


def test_what_no_database_takes_is_escaped_and_no_reason_to_stop(inventory: Store) -> None:
    scan_id = begin(inventory)
    inventory.save(scan_id, [plain("a\0b\ud800c", findings=(found("ab", "Blad\0\udcff"),))])
    (back,) = inventory.results(scan_id)
    assert (back.item.uri, back.findings[0].where) == (r"a\x00b\ud800c", r"Blad\x00\udcff")


def test_results_come_in_pages_and_none_is_lost(
    inventory: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_reading, "PAGE_ITEMS", 3)
    monkeypatch.setattr(_saving, "BATCH_ITEMS", 2)
    scan_id = begin(inventory)
    for count in range(8):
        other = begin(inventory)
        inventory.save(other, (plain(f"{n}") for n in range(count)))
        assert [it.item.uri for it in inventory.results(other)] == [str(n) for n in range(count)]
    assert list(inventory.results(scan_id)) == []


def test_scans_do_not_mix(inventory: Store) -> None:
    one, two = begin(inventory), begin(inventory)
    inventory.save(one, [plain("a", level="Geheim")])
    inventory.save(two, [plain("a", level="Intern"), plain("b")])
    assert [it.level for it in inventory.results(one)] == ["Geheim"]
    assert inventory.result(two, "a") == plain("a", level="Intern")
    assert inventory.result(one, "b") is None
    assert inventory.counts(two) == {"scanned": 2}


# batches


@pytest.mark.parametrize("limit", ["BATCH_ITEMS", "BATCH_ROWS"])
def test_a_batch_is_seen_by_others_before_the_scan_ends(
    inventory: Store, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(_saving, limit, 2)
    scan_id = begin(inventory)
    seen = []

    def results() -> Iterator[Result]:
        for n in range(5):
            seen.append(sum(1 for _ in inventory.results(scan_id)))
            yield plain(str(n))

    assert inventory.save(scan_id, results()) == 5
    assert seen == [0, 0, 2, 2, 4]


def test_what_came_before_a_failure_is_kept(inventory: Store) -> None:
    scan_id = begin(inventory)

    def results() -> Iterator[Result]:
        yield plain("a")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        inventory.save(scan_id, results())
    assert [it.item.uri for it in inventory.results(scan_id)] == ["a"]


def test_an_item_is_written_whole_or_not_at_all(inventory: Store) -> None:
    scan_id = begin(inventory)
    broken = plain("b", findings=(found("ab"), found("no hex")))
    with pytest.raises(ValueError, match="hex"):
        inventory.save(scan_id, [plain("a", findings=(found("ab"),)), broken])
    assert list(inventory.results(scan_id)) == []
    assert list(inventory.places(scan_id, ["ab"])) == []


@pytest.mark.parametrize("batch_items", [1, 500])
def test_an_item_that_comes_again_takes_the_place_of_the_first(
    inventory: Store, monkeypatch: pytest.MonkeyPatch, batch_items: int
) -> None:
    monkeypatch.setattr(_saving, "BATCH_ITEMS", batch_items)
    scan_id = begin(inventory)
    first = plain("a", findings=(found("aa"), found("bb")))
    second = plain("a", findings=(found("cc"),))
    inventory.save(scan_id, [first, plain("b"), second])
    assert list(inventory.results(scan_id)) == [second, plain("b")]
    assert list(inventory.places(scan_id, ["aa", "bb"])) == []


# places


def test_places_hold_only_the_findings_that_match(
    inventory: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_access, "PARAMETERS", 2)
    scan_id = begin(inventory)
    name = replace(found("aa"), fingerprints=(("full", "aa"), ("surname", "ee")))
    judged = Judgement("p", None, "", "no_rule", None, None, None, None, None, None)
    holds = [
        plain("c", findings=(found("bb"), name, found("cc"), found("aa", "page 9"))),
        plain("a", findings=(found("bb"),), judgements=(judged,)),
        plain("b", findings=(found("dd"),)),
        plain("d", findings=(name,)),
    ]
    inventory.save(scan_id, holds)
    places = list(inventory.places(scan_id, ["ee", "aa", "bb", "ff", "ff"]))
    assert places == [
        plain("a", findings=(found("bb"),), judgements=(judged,)),
        plain("c", findings=(found("bb"), name, found("aa", "page 9"))),
        plain("d", findings=(name,)),
    ]
    assert list(inventory.places(scan_id, [])) == []
    assert list(inventory.places(begin(inventory), ["aa"])) == []


def test_places_are_found_by_an_index(tmp_path: Path) -> None:
    inventory = Store.open(str(tmp_path / "inventory.db"))
    query = _reading.matching(tables.findings, inventory.scan(begin(inventory)), ["ab"])
    with inventory._access.engine.connect() as connection:
        sql = query.compile(connection, compile_kwargs={"render_postcompile": True})
        values = tuple(sql.params[name] for name in sql.positiontup or ())
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)
        text = " ".join(str(row) for row in plan)
    assert "fingerprints_by_digest" in text


# scans


def test_the_newest_finished_scan_is_the_one_meant(inventory: Store) -> None:
    first, second = begin(inventory, "s", "t"), begin(inventory)
    assert inventory.scan().id == second
    done = inventory.finish(first)
    assert inventory.scan() == inventory.scan(first) == done == inventory.scans()[0]
    assert (done.targets, done.today, done.policy) == (("s", "t"), TODAY, "nl-default")
    assert done.finished is not None
    assert done.started.tzinfo is UTC
    assert done.started <= done.finished
    third = begin(inventory)
    assert inventory.scan().id == first
    inventory.finish(third)
    assert inventory.scan().id == third


# the file


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_files_of_a_store_are_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "inventory.db"
    with Store.open(f"sqlite:///{path}") as opened:
        opened.save(begin(opened), [plain("a")])
        kept = sorted(path.parent.iterdir())
        assert kept[0].name == "inventory.db"
        assert {mode(it) for it in kept} == {0o600}
    assert mode(path.parent) == 0o700


def test_two_programs_can_start_and_write_at_once(tmp_path: Path) -> None:
    failures: list[BaseException] = []

    def scan() -> None:
        try:
            with Store.open(str(tmp_path / "inventory.db")) as opened:
                scan_id = begin(opened)
                opened.save(scan_id, (plain(str(n)) for n in range(50)))
                assert opened.counts(scan_id) == {"scanned": 50}
        except BaseException as error:  # noqa: BLE001 - told by the main thread
            failures.append(error)

    threads = [threading.Thread(target=scan) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with Store.open(str(tmp_path / "inventory.db")) as opened:
        assert len(opened.scans()) == 4


def test_a_database_in_memory_will_do() -> None:
    with Store.open("sqlite://") as opened:
        scan_id = begin(opened)
        opened.save(scan_id, [plain("a")])
        assert list(opened.results(scan_id)) == [plain("a")]


def test_a_driver_that_takes_values_by_name_will_do() -> None:
    engine = create_engine("sqlite://", paramstyle="named")
    tables.metadata.create_all(engine)
    with Store(engine) as opened:
        scan_id = begin(opened)
        opened.save(scan_id, [plain("a", findings=(found("ab"), found("cd")))])
        assert list(opened.results(scan_id)) == [plain("a", findings=(found("ab"), found("cd")))]


def test_postgresql_would_take_the_tables_and_the_rows() -> None:
    dialect = make_url("postgresql+psycopg://").get_dialect()()
    made = [str(CreateTable(table).compile(dialect=dialect)) for table in tables.IN_ORDER]
    assert 'uri TEXT COLLATE "C" NOT NULL' in made[0]
    assert "TIMESTAMP WITH TIME ZONE" in made[0]
    inserts = Inserts(dialect)
    assert "%(reference_date)s" in inserts._sql["items"]


def test_an_open_store_needs_no_alembic(tmp_path: Path) -> None:
    Store.open(str(tmp_path / "inventory.db")).close()
    code = (
        "import sys; from pii_scan.store import Store; "
        f"Store.open({str(tmp_path / 'inventory.db')!r}).close(); "
        "sys.exit('alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def not_a_database(path: Path) -> str:
    path.write_bytes(b"no database at all, but long enough to be looked at" * 20)
    return str(path)


def newer(path: Path) -> str:
    Store.open(str(path)).close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    return str(path)


def below_a_file(path: Path) -> str:
    path.write_text("")
    return str(path / "inventory.db")


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (not_a_database, "cannot open the store"),
        (newer, "newer version of pii-scan"),
        (below_a_file, "cannot create the store"),
        (lambda path: str(path.parent), "cannot"),
        (lambda path: "nosuch://user:secret@host/db", "install"),
        (lambda path: "://", "of the form sqlite:///"),
    ],
)
def test_what_cannot_be_opened_is_one_line(tmp_path: Path, make: Any, says: str) -> None:
    with pytest.raises(ConfigError, match=says) as caught:
        Store.open(make(tmp_path / "inventory.db"))
    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_store_that_must_exist_is_not_made(tmp_path: Path) -> None:
    path = tmp_path / "inventory.db"
    with pytest.raises(ConfigError, match="pii-scan scan first"):
        Store.open(str(path), must_exist=True)
    assert not path.exists()
    path.touch()
    with pytest.raises(ConfigError, match="pii-scan scan first"):
        Store.open(str(path), must_exist=True)


def test_a_missing_scan_is_one_line(inventory: Store) -> None:
    with pytest.raises(ConfigError, match="no scan yet"):
        inventory.scan()
    begin(inventory)
    with pytest.raises(ConfigError, match="no scan 7; the latest are 1"):
        inventory.scan(7)


def test_a_store_that_fails_later_says_so_without_its_rows(inventory: Store) -> None:
    scan_id = begin(inventory)
    with inventory._access.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE evidence")
    row = Evidence("opname", TODAY, "text", "somewhere private")
    with pytest.raises(PiiScanError, match="cannot write to the store") as caught:
        inventory.save(scan_id, [plain("a", evidence=(row,))])
    assert "private" not in str(caught.value)


# where it is


def test_the_default_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("PII_SCAN_STORE", raising=False)
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert default_url() == f"{tmp_path}/.local/share/pii-scan/inventory.db"
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    assert default_url() == "/data/pii-scan/inventory.db"
    monkeypatch.setenv("PII_SCAN_STORE", "sqlite:////elsewhere.db")
    assert default_url() == "sqlite:////elsewhere.db"
