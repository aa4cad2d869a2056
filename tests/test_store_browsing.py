"""Pages over a scan say what the results themselves say, however they are gathered."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, text

from pii_scan.errors import ConfigError
from pii_scan.model import Decision, Result
from pii_scan.report._figures import folder_of
from pii_scan.report._summary import LEVELS, VERDICTS
from pii_scan.store import Store
from pii_scan.store import _spread as made
from pii_scan.store.browsing import Browse, By, Filter
from tests.desk_server import fill
from tests.invented_results import results

KEPT = results(200)
KEPT += [
    replace(it, item=replace(it.item, uri=it.item.uri.replace("share/hr/", "share/hr/LET OP!/")))
    for it in KEPT
    if it.item.uri.startswith("share/hr/")
]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    if request.param == "sqlite":
        url = str(tmp_path_factory.mktemp("browsing") / "inventory.db")
    else:
        url = f"{request.getfixturevalue('postgres')}&options=-csearch_path%3Dbrowsing"
        engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA IF EXISTS browsing CASCADE"))
            connection.execute(text("CREATE SCHEMA browsing"))
        engine.dispose()
    fill(url, KEPT)
    with Store.open(url) as opened:
        opened.browse(opened.scan()).gather()
        yield opened


@pytest.fixture(scope="module")
def browse(store: Store) -> Browse:
    return store.browse(store.scan())


def test_a_folder_may_be_called_with_an_exclamation_mark(browse: Browse) -> None:
    names = {it.name for it in browse.by("folder")}
    assert {"share", "share/hr/dossiers", "share/hr/LET OP!/dossiers"} <= names
    assert not {"share/hr", "share/oud.zip!"} & names


def worst(it: Result) -> str:
    return min((one.verdict for one in it.judgements), key=VERDICTS.index, default="")


def told(it: Result, name: str) -> str:
    by = {
        "folder": folder_of(it.item),
        "level": it.level or "",
        "worst": worst(it),
        "controller": it.controller or "",
        "doc_type": it.doc_type or "",
        "status": it.coverage.status,
        "reason": it.coverage.reason or "",
    }
    return by[name]


@pytest.mark.parametrize(
    "name", ["folder", "level", "worst", "controller", "doc_type", "status", "reason"]
)
def test_items_are_counted_once_by_each_property(browse: Browse, name: By) -> None:
    expected = Counter(told(it, name) for it in KEPT)
    assert {it.name: it.items for it in browse.by(name)} == expected
    found: Counter[str] = Counter()
    size: Counter[str] = Counter()
    for it in KEPT:
        found[told(it, name)] += len(it.findings)
        size[told(it, name)] += it.item.size
    assert {it.name: (it.findings, it.size) for it in browse.by(name)} == {
        key: (found[key], size[key]) for key in expected
    }


def test_findings_are_counted_by_category(browse: Browse) -> None:
    items = Counter(name for it in KEPT for name in {one.category for one in it.findings})
    found = Counter(one.category for it in KEPT for one in it.findings)
    assert {it.name: (it.items, it.findings) for it in browse.by("category")} == {
        name: (items[name], found[name]) for name in items
    }


@given(
    st.builds(
        Filter,
        folder=st.sampled_from(["", "share", "share/hr", "share/h", "share/hr/dossiers"]),
        category=st.sampled_from(["", "B01", "N02"]),
        verdict=st.sampled_from(["", "overdue", "within"]),
        controller=st.sampled_from(["", "-", "Gemeente Voorbeeld"]),
        status=st.sampled_from(["", "scanned", "partial"]),
    ),
    st.integers(1, 40),
)
@settings(max_examples=40)
def test_a_list_has_what_its_filter_asks_for_page_after_page(
    browse: Browse, asked: Filter, size: int
) -> None:
    expected = {
        it.item.uri
        for it in KEPT
        if (f"{folder_of(it.item)}/".startswith(f"{asked.folder}/") or not asked.folder)
        and (not asked.category or asked.category in {one.category for one in it.findings})
        and (not asked.verdict or worst(it) == asked.verdict)
        and (not asked.controller or (it.controller or "-") == asked.controller)
        and (not asked.status or it.coverage.status == asked.status)
    }
    found: list[str] = []
    after = ""
    while lines := browse.lines(asked, after, size):
        found += [it.uri for it in lines]
        after = lines[-1].after
    assert len(found) == len(set(found))
    assert set(found) == expected
    assert sum(it.items for it in browse.by("status", asked)) == len(expected)


def test_groups_are_entities_in_folders(browse: Browse) -> None:
    expected: defaultdict[tuple[str, str], list[Result]] = defaultdict(list)
    for it in KEPT:
        for entity in {one.entity for one in it.findings}:
            expected[folder_of(it.item), entity].append(it)
    found = {(it.folder, it.entity): it for it in browse.clusters(Filter(), limit=10_000)}
    assert found.keys() == expected.keys()
    for (folder, entity), group in found.items():
        own = [
            one for it in expected[folder, entity] for one in it.findings if one.entity == entity
        ]
        assert group.items == len(expected[folder, entity])
        assert group.findings == len(own)
        assert group.level == max((one.level for one in own), key=LEVELS.index)
        assert (group.low, group.high) == (min(o.score for o in own), max(o.score for o in own))
        assert browse.group(group.subject) == group
        assert len(browse.spots(group, limit=10_000)) == len(own)
    order = [(-LEVELS.index(it.level), -it.findings) for it in found.values()]
    assert order == sorted(order)


def test_values_found_more_than_once_stand_together(browse: Browse) -> None:
    counted = Counter(
        digest
        for it in KEPT
        for one in it.findings
        for kind, digest in one.fingerprints
        if kind in ("value", "full")
    )
    found = {it.subject: it for it in browse.repeats(Filter(), limit=10_000)}
    assert {name: it.findings for name, it in found.items()} == {
        name: count for name, count in counted.items() if count > 1
    }
    for group in list(found.values())[:20]:
        spots = browse.spots(group, limit=10_000)
        assert {it.digest for it in spots} == {group.subject}
        assert len({it.uri for it in spots}) == group.items
        first = browse.spots(group, limit=1)
        assert [*first, *browse.spots(group, first[-1].after, 10_000)] == spots


def test_rules_have_the_items_that_they_are_about(browse: Browse) -> None:
    expected = Counter(
        (one.verdict, one.policy, one.rule or "", one.trigger or "")
        for it in KEPT
        for one in {(o.verdict, o.policy, o.rule, o.trigger): o for o in it.judgements}.values()
    )
    rulings = browse.rulings(VERDICTS)
    assert {(it.verdict, it.policy, it.rule, it.trigger): it.items for it in rulings} == expected
    for ruling in rulings:
        due = browse.due(ruling, limit=10_000)
        assert len(due) == ruling.items
        ends = [it.keep_until for it in due if it.keep_until]
        assert ruling.first == min(ends, default=None)


def test_the_words_are_those_of_the_reports() -> None:
    assert made.LEVELS == LEVELS
    assert made.VERDICTS == VERDICTS


def test_what_is_decided_on_leaves_the_list(store: Store, browse: Browse) -> None:
    at = datetime(2026, 11, 26, tzinfo=UTC)
    for listed in (browse.clusters, browse.repeats):
        subject = listed(Filter())[0].subject
        store.decide(Decision("finding", subject, "right", {}, "A. Tester", at, 1), None)
        assert subject not in {it.subject for it in listed(Filter(), limit=10_000)}
        assert subject in {it.subject for it in listed(Filter(), limit=10_000, is_open=False)}
        with pytest.raises(ConfigError, match="meanwhile"):
            store.decide(Decision("finding", subject, "wrong", {}, "B. Tester", at, 1), None)
        store.decide(Decision("finding", subject, "open", {}, "A. Tester", at, 2), None)
        assert subject in {it.subject for it in listed(Filter(), limit=10_000)}
        with pytest.raises(ConfigError, match="meanwhile"):
            store.decide(Decision("finding", subject, "wrong", {}, "B. Tester", at, 2), None)
    kinds = [(it.kind, it.data.get("choice")) for it in store.log() if "scan" not in it.kind]
    assert kinds == [("decision.finding", "right"), ("decision.finding", "open")] * 2


def test_scans_are_gathered_once_and_apart(tmp_path: Path) -> None:
    url = str(tmp_path / "inventory.db")
    fill(url, KEPT[:20])
    fill(url, KEPT[:50])
    with Store.open(url) as store:
        first, second = (store.browse(it) for it in store.scans())
        assert [it.is_ready for it in (first, second)] == [False, False]
        for _ in range(2):
            first.gather()
            second.gather()
        assert [it.is_ready for it in (first, second)] == [True, True]
        for one, count in ((first, 20), (second, 50)):
            assert sum(it.items for it in one.by("status")) == count
