"""Rows emptied: what had to go is nowhere in the new file, and every other row is as it was."""

import hashlib
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook  # type: ignore[import-untyped]
from openpyxl.comments import Comment  # type: ignore[import-untyped]

from pii_scan.disposal.places import Unfit
from pii_scan.disposal.planning import Rows, Target, runs_of
from pii_scan.disposal.rows import emptied
from pii_scan.model import Coverage, Item, Judgement, Result

HEADING = ("naam", "geboortedatum", "team", "duur")
PEOPLE = [
    (f"Testman-{number}", f"19{60 + number}-02-03", f"team {number % 2}", str(100 + number))
    for number in range(1, 13)
]


def target(name: str, *rows: Rows) -> Target:
    return Target(1, name, name, 0, 0, "", "anonymise", ("pack/rule",), None, rows)


def csv_of(
    rows: Sequence[tuple[str, ...]], end: str = "\n", mark: str = "", part: str = ";"
) -> bytes:
    lines = [part.join(row) for row in (HEADING, *rows)]
    return (mark + end.join(lines) + end).encode()


def test_rows_of_a_csv_are_emptied_and_the_rest_stays_to_the_byte() -> None:
    content = csv_of(PEOPLE, "\r\n", "\ufeff")
    new, done = emptied(io.BytesIO(content), target("a.csv", Rows("", ((2, 4), (9, 9)))), ())
    assert done == "anonymised"
    old_lines, new_lines = content.split(b"\r\n"), new.split(b"\r\n")
    assert [
        number
        for number, pair in enumerate(zip(old_lines, new_lines, strict=True), 1)
        if pair[0] != pair[1]
    ] == [2, 3, 4, 9]
    assert new_lines[1] == b";;;"
    for person in (*PEOPLE[:3], PEOPLE[7]):
        assert person[0].encode() + b";" not in new


@pytest.mark.parametrize(
    ("keep", "done"),
    [
        ((), "anonymised"),
        (("team",), "anonymised"),
        (("duur",), "pseudonymised"),
        (("team", "duur"), "pseudonymised"),
        (("naam",), "pseudonymised"),
    ],
)
def test_rows_that_can_be_told_apart_are_only_pseudonymised(
    keep: tuple[str, ...], done: str
) -> None:
    content = csv_of(PEOPLE)
    new, told = emptied(io.BytesIO(content), target("a.csv", Rows("", ((2, 13),))), keep)
    assert told == done
    kept = [HEADING.index(name) for name in keep]
    for line, person in zip(new.decode().splitlines()[1:], PEOPLE, strict=True):
        cells = [person[at] if at in kept else "" for at in range(4)]
        assert line == ";".join(cells)


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(*[st.text("abcé €\"',;\n", min_size=1, max_size=8)] * 4), min_size=8, max_size=20
    ),
    st.sets(st.integers(2, 9), min_size=1),
    st.sampled_from([";", ",", "\t"]),
)
def test_whatever_the_cells_a_csv_is_right_or_left_alone(
    rows: list[tuple[str, ...]], numbers: set[int], part: str
) -> None:
    import csv

    sink = io.StringIO()
    csv.writer(sink, delimiter=part).writerows((HEADING, *rows))
    content = sink.getvalue().encode()
    wanted = target("a.csv", Rows("", runs_of(sorted(numbers))))
    try:
        new, _ = emptied(io.BytesIO(content), wanted, ("team",))
    except Unfit:
        return
    old = list(csv.reader(io.StringIO(content.decode(), newline=""), delimiter=part))
    now = list(csv.reader(io.StringIO(new.decode(), newline=""), delimiter=part))
    assert len(now) == len(old)
    for number, (before, after) in enumerate(zip(old, now, strict=True), start=1):
        assert after == (["", "", before[2], ""] if number in numbers else before)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (csv_of(PEOPLE).replace(b"Testman-1;", b"Testm\xe4n;"), "no UTF-8"),
        (csv_of(PEOPLE[:2]), "rows are not found again"),
        (b"%PDF-1.4", "are not found again|cannot be read"),
        (csv_of(PEOPLE).decode().encode("utf-16"), "no UTF-8"),
    ],
    ids=["latin", "short", "no table", "utf-16"],
)
def test_a_table_that_is_not_certain_is_left_alone(content: bytes, reason: str) -> None:
    with pytest.raises(Unfit, match=reason):
        emptied(io.BytesIO(content), target("a.csv", Rows("", ((2, 6),))), ())


# Workbooks


def workbook(sheets: int = 1, change: Any = None) -> bytes:
    book = Workbook()
    for number in range(sheets):
        sheet = book.active if number == 0 else book.create_sheet(f"Blad{number + 1}")
        sheet.append(HEADING)
        for person in PEOPLE:
            sheet.append((f"{person[0]} op {number}", *person[1:3], int(person[3])))
        if change:
            change(book, sheet)
    sink = io.BytesIO()
    book.save(sink)
    return sink.getvalue()


def text_of(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist())


def test_rows_of_a_workbook_are_nowhere_in_it_any_more() -> None:
    content = workbook()
    new, done = emptied(io.BytesIO(content), target("a.xlsx", Rows("", ((2, 4),))), ("team",))
    assert done == "pseudonymised"  # three rows share what is left: fewer than five
    text = text_of(new)
    assert [person[0] for person in PEOPLE if f"{person[0]} op 0" in text] == [
        person[0] for person in PEOPLE[3:]
    ]
    assert "1961-02-03" not in text
    assert ">101<" not in text
    assert "team 1" in text


def test_only_the_sheet_that_is_meant_is_emptied() -> None:
    content = workbook(sheets=2)
    new, _ = emptied(io.BytesIO(content), target("a.xlsx", Rows("sheet 2", ((2, 13),))), ())
    text = text_of(new)
    assert "op 1" not in text
    assert all(f"{person[0]} op 0" in text for person in PEOPLE)


def formula(_: Any, sheet: Any) -> None:
    sheet["F1"] = "=A2"


def remark(_: Any, sheet: Any) -> None:
    sheet["A2"].comment = Comment("Testman-1", "tester")


def link(_: Any, sheet: Any) -> None:
    sheet["A2"].hyperlink = "mailto:testman@klant.example"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (formula, "formulas"),
        (remark, "parts that may repeat its cells"),
        (link, "parts that may repeat its cells"),
    ],
)
def test_a_workbook_that_may_repeat_its_cells_is_left_alone(change: Any, reason: str) -> None:
    content = workbook(change=change)
    with pytest.raises(Unfit, match=reason):
        emptied(io.BytesIO(content), target("a.xlsx", Rows("", ((2, 4),))), ())


# Which rows


def test_rows_with_another_verdict_too_are_not_emptied(tmp_path: Path) -> None:
    from pii_scan.disposal import rows_of

    def told(verdict: Any, where: str, action: Any = "delete") -> Judgement:
        return Judgement("p", "r", where, verdict, None, None, None, None, None, action)

    digest = f"sha256:{hashlib.sha256(b'').hexdigest()}"
    found = Result(
        Item("a", "a", 0),
        Coverage("scanned"),
        "text/csv",
        digest,
        judgements=(
            told("overdue", "rows 2-9"),
            told("must_keep", "rows 4-5"),
            told("overdue", "row 20", "review"),
            told("overdue", "sheet 2 row 3", "anonymise"),
            told("within", "sheet 2 row 4"),
        ),
    )
    assert rows_of(found) == (
        Rows("", ((2, 3), (6, 9))),
        Rows("sheet 2", ((3, 3),)),
    )
