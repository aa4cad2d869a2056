"""The page needs nothing but itself, runs nothing of a file's, and hides nothing silently."""

import base64
import hashlib
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest

from pii_scan import report
from pii_scan.model import Assignment, Beside, Coverage, Point, Result
from pii_scan.report import _figures, _score
from pii_scan.report._breakdown import FOLDER, KIND, OWNER, POLICY, ROWS, Breakdown, Row
from pii_scan.report._dutch import visible
from pii_scan.report._page import category
from tests.invented_results import HOSTILE, KINDS, SCAN, finding, judgement, results
from tests.test_report import plain, text_of

VOID = {"meta", "input", "line", "rect"}


class Page(HTMLParser):
    """The elements of a page, and whether each is closed where it was opened."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.html = html
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.open: list[str] = []
        self.texts: dict[str, list[str]] = {"script": [], "style": [], "bdi": []}
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes.extend((tag, name, value or "") for name, value in attrs)
        if tag not in VOID:
            self.open.append(tag)
            if tag in self.texts:
                self.texts[tag].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        for tag, texts in self.texts.items():
            if tag in self.open:
                texts[-1] += data

    def values(self, name: str) -> list[str]:
        return [value for _, attribute, value in self.attributes if attribute == name]


def page(given: Sequence[Result], **scan: Any) -> Page:
    sink = io.BytesIO()
    report.write("html", replace(SCAN, **scan), lambda: iter(given), sink)
    return Page(sink.getvalue().decode())


@pytest.fixture(scope="module")
def full() -> Page:
    return page(results())


def test_every_element_is_closed(full: Page) -> None:
    assert full.open == []


def test_nothing_comes_from_elsewhere(full: Page) -> None:
    assert full.values("src") == []
    assert {value[0] for value in full.values("href")} == {"#"}
    assert not re.search(r"url\(|@import|https?:", "".join(full.texts["style"]))
    assert full.tags["link"] == full.tags["img"] == full.tags["iframe"] == 0


def test_only_its_own_style_and_script_may_run(full: Page) -> None:
    (policy,) = [it for it in full.values("content") if it.startswith("default-src")]
    for tag in ("style", "script"):
        (content,) = full.texts[tag]
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy


def test_it_has_no_inline_style_or_handler(full: Page) -> None:
    names = {name for _, name, _ in full.attributes}
    assert not {name for name in names if name == "style" or name.startswith("on")}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_is_shown_and_does_nothing(name: str) -> None:
    odd = replace(finding(KINDS[0], 1, name), masked=name, entity=name, category=name)
    ruled = replace(judgement("overdue", SCAN.today), rule=name, where=name, assumptions=(name,))
    harmless = plain("x", findings=(finding(KINDS[0], 1, "p"),), judgements=(ruled,))
    safe = page([harmless])
    shown = page(
        [
            Result(
                item=replace(harmless.item, uri=f"share/{name}"),
                coverage=Coverage("partial", name, name),
                media_type=name,
                doc_type=name,
                subject_groups=(name,),
                controller=name,
                level="Geheim",
                findings=(odd,),
                judgements=(ruled,),
            )
        ],
        targets=(name,),
        policy=name,
        operator=name,
    )
    assert shown.open == []
    assert shown.tags["script"] == shown.tags["style"] == 1
    assert {it[1] for it in shown.attributes} <= {it[1] for it in safe.attributes}
    assert shown.tags.keys() - safe.tags.keys() <= {"details", "summary", "small", "span"}
    assert not re.search("[\u202a-\u202e\u2066-\u2069\t\r]", shown.html)


def test_a_name_is_shown_whole(full: Page) -> None:
    shown = set(full.texts["bdi"])
    for it in results():
        assert _figures.folder_of(it.item)
        assert visible(it.item.uri) in shown


def test_what_was_not_read_is_never_called_clean() -> None:
    unread = [it for it in results() if it.coverage.status != "scanned"]
    text = text_of(page(unread).html)
    assert "zegt dit rapport niet dat het schoon is" in text
    assert "versleuteld" in text
    for result in unread:
        assert result.coverage.status in {"partial", "skipped", "unreadable"}
    assert "zegt dit rapport niet dat het schoon is" not in text_of(page([plain("a")]).html)


def test_a_scan_that_was_cut_off_says_so() -> None:
    assert "niet afgerond" in text_of(page(results(5), finished=None).html)
    assert "niet afgerond" not in text_of(page(results(5)).html)


def test_a_scan_that_met_nothing_does_not_say_all_is_well() -> None:
    assert "De scan kwam geen bestanden tegen" in text_of(page([]).html)


def test_what_does_not_fit_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_figures, "LISTED", 10)
    monkeypatch.setattr(_figures, "LISTED_UNREAD", 2)
    made = results(120)
    short = page(made)
    text = text_of(short.html)
    unread = sum(it.coverage.status != "scanned" for it in made)
    assert len([it for it in short.values("id") if it.startswith("bestand-")]) == 10
    assert "De andere 110 staan in het csv- en het jsonl-rapport" in text
    assert f"Hier staan er 2. De andere {unread - 2} staan in het csv-" in text


def test_every_link_leads_somewhere(full: Page) -> None:
    assert {it.removeprefix("#") for it in full.values("href")} <= set(full.values("id"))
    assert max(Counter(full.values("id")).values()) == 1


def test_the_worst_comes_first(full: Page) -> None:
    listed = [it for it in full.texts["bdi"] if it.startswith("share/")]
    assert "bestand-1" in full.values("id")
    entries = _figures.figures(SCAN, lambda: iter(results())).listed
    totals = [entry.score.total for entry in entries]
    assert totals == sorted(totals, reverse=True)
    assert totals[0] > totals[-1] == 0
    assert listed[0] == visible(entries[0].result.item.uri)


def test_what_may_never_be_there_is_overdue_without_a_last_day() -> None:
    never = replace(judgement("overdue", SCAN.today), keep_until=None)
    shown = page([plain("a", findings=(finding(KINDS[5], 1, ""),), judgements=(never,))])
    assert "Niets is met zekerheid" not in text_of(shown.html)
    assert "is niets met zekerheid over termijn" not in text_of(shown.html)


def test_rows_with_one_rule_and_verdict_stand_together() -> None:
    days = [date(2015 + n, 3, 14) for n in range(10)]
    judged = [judgement("overdue", day, f"row {n + 2}") for n, day in enumerate(days)]
    rulings = _figures._rulings([judgement("within", SCAN.today), *reversed(judged)])
    assert [(it.judgement.verdict, it.count) for it in rulings] == [("overdue", 10), ("within", 1)]
    assert (rulings[0].judgement, rulings[0].last) == (judged[0], judged[-1])
    assert rulings[0].places == tuple(f"row {n}" for n in range(11, 3, -1))
    shown = page([plain("a", findings=(finding(KINDS[5], 1, ""),), judgements=tuple(judged))])
    text = text_of(shown.html)
    assert "rij 2; rij 3" in text
    assert "en nog 2, zie het csv-" in text
    assert "11 april 2015 tot 11 april 2024, per rij" in text


def test_all_of_many_late_items_are_ranked(monkeypatch: pytest.MonkeyPatch) -> None:
    made = results(300)
    whole = _figures.figures(SCAN, lambda: iter(made)).overdue
    monkeypatch.setattr(_figures, "LISTED", 7)
    assert _figures.figures(SCAN, lambda: iter(made)).overdue == whole[:7]
    assert len(whole) > 14


@pytest.mark.parametrize(
    ("folders", "expected"),
    [
        ({}, []),
        ({"share/a": 2}, [("share/a", 2, 0)]),
        ({"": 1, "a/b": 1}, [("", 1, 0), ("a", 1, 0)]),
        ({"/m/s/a/x/p": 1, "/m/s/a/x/q": 1, "/m/s/b": 2}, [("/m/s/a", 2, 0), ("/m/s/b", 2, 0)]),
        (
            {"/m/s/a/x/p": 1, "/m/s/a/x/q": 1, "/m/s/a/y": 3, "/m/s/b": 1},
            [("/m/s/a/y", 3, 0), ("/m/s/a/x", 2, 0), ("/m/s/b", 1, 0)],
        ),
    ],
)
def test_folders_are_gathered_below_what_they_share(folders: Any, expected: Any) -> None:
    assert _figures._fullest(Counter(folders), Counter()) == expected


def test_many_folders_and_years_lose_none() -> None:
    folders = Counter({f"share/{n:03}": n for n in range(1, 40)})
    rows = _figures._fullest(folders, Counter({"share/001": 1}))
    assert len(rows) == _figures.FOLDERS
    assert sum(count for _, count, _ in rows) == folders.total()
    assert rows[-1] == ("28 andere mappen", sum(range(1, 29)), 1)
    years = Counter({1900: 2, 1995: 1, 2026: 3})
    bars = _figures._by_year(years, Counter({1900: 2}))
    assert len(bars) == _figures.YEARS
    assert (bars[0], bars[-1]) == ((1997, 3, 2), (2026, 3, 0))


def breakdown(made: Sequence[Result], assigned: Sequence[Assignment] = ()) -> dict[str, list[Row]]:
    told = Breakdown({it.group: it for it in assigned})
    for it in made:
        if it.findings and it.level != "Openbaar":
            told.add(it)
    return dict(told.tables())


def test_each_table_counts_every_item_once_a_row() -> None:
    made = [it for it in results(300) if it.findings and it.level != "Openbaar"]
    tables = breakdown(made)
    assert list(tables) == [FOLDER, OWNER, KIND, POLICY]
    for table in (FOLDER, OWNER):
        assert sum(row.items for row in tables[table]) == len(made)
        for row in tables[table]:
            assert not row.within or sum(one.items for one in row.within) == row.items
    late = [it for it in made if worst_verdict(it) == "overdue"]
    assert sum(row.late for row in tables[FOLDER]) == len(late) > 0
    kinds = {category(it.category): it.category for one in made for it in one.findings}
    for row in tables[KIND]:
        held = [it for it in made if any(f.category == kinds[row.name] for f in it.findings)]
        assert row.items == len(held)
        assert row.secret == sum(it.level == "Geheim" for it in held)


def worst_verdict(it: Result) -> str | None:
    judged = _score.worst(it)
    return judged.verdict if judged else None


def test_many_folders_stand_together_and_none_is_lost() -> None:
    found = (finding(KINDS[0], 1, ""),)
    made = [plain(f"share/{n:02}/x/{n}", findings=found, level="Intern") for n in range(40)]
    rows = breakdown(made)[FOLDER]
    assert len(rows) == ROWS
    assert (rows[-1].name, sum(row.items for row in rows)) == ("26 andere", 40)


def test_who_deals_with_it_is_shown_in_the_table_and_at_the_item() -> None:
    item = plain("share/hr/a", findings=(finding(KINDS[5], 1, ""),), level="Geheim")
    agreed = Assignment(
        *("share/hr", "NL_BSN", "<b>Tester", date(2026, 1, 1), "open", "haast", "b"),
        *(SCAN.started, 1),
    )
    (row,) = breakdown([item], [agreed])[OWNER]
    assert row.name == "<b>Tester"
    sink = io.BytesIO()
    report.write("html", SCAN, lambda: iter([item]), sink, Beside({agreed.group: agreed}))
    shown = Page(sink.getvalue().decode())
    assert shown.tags["b"] == page([item]).tags["b"]
    text = text_of(shown.html)
    assert "Afgesproken&lt;b&gt;Tester, uiterlijk 1 januari 2026, open haast" in text


def test_earlier_scans_are_a_line_and_one_alone_is_none() -> None:
    points = tuple(Point(n, date(2026, n, 1), 100, 50 - n, 9 - n, 1) for n in range(1, 4))
    sinks = [io.BytesIO(), io.BytesIO()]
    for sink, trend in zip(sinks, (points, points[:1]), strict=True):
        report.write("html", SCAN, lambda: iter(results(3)), sink, Beside(trend=trend))
    line, alone = (Page(sink.getvalue().decode()) for sink in sinks)
    assert "verloop" in line.values("id")
    assert "verloop" not in alone.values("id")
    assert "01-03-26: 47, over termijn 6." in text_of(line.html)
    assert line.open == []


def test_the_tables_fold_without_a_script(full: Page) -> None:
    # Nothing but details and summary: what folds is reached by keyboard, and told by readers.
    assert full.html.count('<details class="drill"') == 4
    assert full.tags["summary"] == full.tags["details"]
