"""The workbook: nothing is lost, nothing is a formula, and what people fill in has its place."""

import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest

from pii_scan import report
from pii_scan.model import NOTHING_BESIDE, Assignment, Beside, Finding, Result
from pii_scan.report import _workbook as book
from pii_scan.report import xlsx
from tests.invented_results import HOSTILE, KINDS, SCAN, finding, judgement, results
from tests.test_report import EXPECTED, GOLDEN, plain


def workbook(given: Sequence[Result], beside: Beside = NOTHING_BESIDE) -> Any:
    sink = io.BytesIO()
    report.write("xlsx", SCAN, lambda: iter(given), sink, beside)
    return openpyxl.load_workbook(io.BytesIO(sink.getvalue()))


def rows(sheet: Any) -> list[dict[str, Any]]:
    heading, *told = sheet.iter_rows(values_only=True)
    return [dict(zip(heading, row, strict=True)) for row in told]


def text_of(opened: Any) -> str:
    """The cells of every sheet, a row a line."""
    lines = []
    for sheet in opened:
        lines.append(f"== {sheet.title}")
        lines += ["\t".join("" if it is None else str(it) for it in row) for row in sheet.values]
    return "\n".join(lines) + "\n"


def test_a_small_workbook_is_as_it_was() -> None:
    expected = (EXPECTED / "report.xlsx.txt").read_text("utf-8")
    assert text_of(workbook(results(GOLDEN))) == expected


def test_every_item_verdict_and_gap_has_its_row() -> None:
    made = results()
    opened = workbook(made)
    assert opened.sheetnames == [book.OVERVIEW, *book.COLUMNS]
    broken = rows(opened[book.PROMISES])
    assert len(broken) == sum(len(it.breaches) for it in made) > 0
    assert book.PROMISES not in workbook([plain("a")]).sheetnames
    items, groups = rows(opened[book.ITEMS]), rows(opened[book.GROUPS])
    assert len(items) == sum(bool(it.findings or it.judgements) for it in made)
    assert sum(row["Vondsten"] for row in groups) == sum(len(it.findings) for it in made)
    assert len(rows(opened[book.VERDICTS])) == sum(len(it.judgements) for it in made)
    unread = [it for it in made if it.coverage.status != "scanned"]
    assert len(rows(opened[book.COVERAGE])) == len(unread)
    assert len({row[book.ID] for row in groups + items}) == len(groups) + len(items)


def test_headings_stay_in_sight_and_every_table_has_filters() -> None:
    opened = workbook(results())
    for name in book.COLUMNS:
        sheet = opened[name]
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref == sheet.dimensions
        hidden = {heading for heading, _ in book.BOOKKEEPING}
        for cell in sheet[1]:
            assert sheet.column_dimensions[cell.column_letter].hidden is (cell.value in hidden)


@pytest.mark.parametrize("name", [*HOSTILE, "=1+1", "+1", "-1", "@a", "\t=1", "{=1}", "x" * 40_000])
def test_no_cell_is_a_formula(name: str) -> None:
    odd = Finding(name, name, "Intern", name, 0.5, name, ())
    given = Assignment(
        name, None, name, None, "open", name, "b", datetime(2026, 1, 1, tzinfo=UTC), 1
    )
    opened = workbook(
        [plain(name, findings=(odd,), doc_type=name, controller=name)],
        Beside({given.group: given}),
    )
    cells = [cell for sheet in opened for row in sheet.iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    texts = [cell for cell in cells if cell.data_type == "s" and cell.row > 1]
    assert all(cell.quotePrefix for cell in texts)
    assert all(len(cell.value) <= xlsx.CHARACTERS for cell in texts)


def test_a_sheet_that_is_full_goes_on_in_another(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = rows(workbook(results())[book.ITEMS])
    monkeypatch.setattr(xlsx, "ROWS", 31)
    opened = workbook(results())
    sheets = [sheet for sheet in opened if sheet.title.startswith(book.ITEMS)]
    assert [sheet.max_row for sheet in sheets[:-1]] == [31] * (len(sheets) - 1)
    assert [row for sheet in sheets for row in rows(sheet)] == whole


def test_what_was_agreed_stands_where_it_was_filled_in() -> None:
    item = plain("share/hr/a.txt", findings=(finding(KINDS[5], 1, ""), finding(KINDS[0], 1, "")))
    moment = datetime(2026, 11, 1, tzinfo=UTC)
    by_folder = Assignment(
        *("share/hr", "NL_BSN", "J. Tester", date(2026, 12, 1), "busy", "loopt", "b", moment, 3)
    )
    opened = workbook([item], Beside({by_folder.group: by_folder}))
    (group,) = [row for row in rows(opened[book.GROUPS]) if row["Soort"] == "NL_BSN"]
    told = [group[name] for name in (book.OWNER, book.DUE, book.STATUS, book.NOTE, book.REVISION)]
    assert [*told[:1], told[1].date(), *told[2:]] == [
        *("J. Tester", date(2026, 12, 1), "in behandeling", "loopt", 3)
    ]
    (row,) = rows(opened[book.ITEMS])
    assert row["Via de groep"] == "J. Tester, uiterlijk 1 december 2026, in behandeling"
    assert [row[book.OWNER], row[book.REVISION]] == [None, 0]


def test_the_choices_of_a_status_are_offered() -> None:
    opened = workbook(results())
    for name in (book.GROUPS, book.ITEMS):
        lists = [it for it in opened[name].data_validations.dataValidation if it.type == "list"]
        assert [it.formula1 for it in lists] == ['"open,in behandeling,klaar,geaccepteerd"']


def test_no_value_not_even_masked() -> None:
    made = results()
    cells = Counter(
        cell for sheet in workbook(made) for row in sheet.values for cell in row if cell is not None
    )
    masked = {it.masked for one in made for it in one.findings}
    digests = {digest for one in made for it in one.findings for _, digest in it.fingerprints}
    assert masked
    assert not (masked | digests) & set(cells)


def test_a_day_that_a_spreadsheet_does_not_know_is_text() -> None:
    old = replace(judgement("overdue", date(1875, 3, 1)), reference_date=date(1875, 3, 1))
    (row,) = rows(workbook([plain("a", judgements=(old,))])[book.VERDICTS])
    assert row["Referentiedatum"] == "1875-03-01"
