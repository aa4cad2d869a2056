"""A workbook for the people who clean up: they filter it, fill in who does what, and hand it back.

Every text is a text cell with the mark that keeps a spreadsheet from reading it as a formula, also
when somebody edits it. Rows go to disk as they come; a sheet that is full goes on in another.
"""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, BinaryIO

from pii_scan.model import Assignment, Beside, Breach, Judgement, Report, Result, Scan, group_id
from pii_scan.report import _dutch as dutch
from pii_scan.report import _workbook as book
from pii_scan.report._groups import Group, Groups, dealt_with
from pii_scan.report._score import days_over, score, worst
from pii_scan.report._summary import STATUSES, Summary

if TYPE_CHECKING:
    from xlsxwriter import Workbook

ROWS = 1_048_576
"""Of a sheet, the heading included (ECMA-376, and Excel's specifications and limits)."""
CHARACTERS = 32_767
"""Of a cell."""
FIRST_YEAR = 1900
"""Days before it are no dates to a spreadsheet (ECMA-376, 18.17.4.1)."""

EXPLAINED = (
    "Vul op de bladen Groepen en Bestanden de gele kolommen in: wie het oppakt, uiterlijk wanneer, "
    "hoe ver het is. Een groep is één soort gegevens in één map; wat bij een bestand zelf staat, "
    "gaat voor.",
    "Terug in de administratie: pii-scan assign --from dit-bestand.xlsx. Wat een ander intussen "
    "heeft veranderd, wordt gemeld en niet overschreven.",
    "Gevonden waarden staan hier niet in. Bestandsnamen en opmerkingen kunnen wel persoonsgegevens "
    "bevatten: bewaar dit bestand niet langer dan nodig.",
)


def _write(
    scan: Scan, results: Callable[[], Iterator[Result]], sink: BinaryIO, beside: Beside
) -> None:
    from xlsxwriter import Workbook

    # What is written on the way is gone whatever happens, and is its owner's alone.
    with tempfile.TemporaryDirectory(prefix="pii-scan-") as folder:
        options = {"constant_memory": True, "tmpdir": folder, "strings_to_urls": False}
        workbook = Workbook(sink, options)
        made = (scan.finished or scan.started).astimezone(UTC).replace(tzinfo=None)
        workbook.set_properties({"created": made, "title": "Persoonsgegevens"})
        overview = workbook.add_worksheet(book.OVERVIEW)
        sheets = {it: _Sheet(workbook, it) for it in book.COLUMNS if it != book.PROMISES}
        summary, groups = Summary(scan), Groups()
        for result in results():
            summary.add(result)
            groups.add(result)
            _add(sheets, result, scan.today, beside)
            if result.breaches and book.PROMISES not in sheets:
                sheets[book.PROMISES] = _Sheet(workbook, book.PROMISES)
            for breach in result.breaches:
                sheets[book.PROMISES].add(_breach(result, breach))
        for group in groups.heaviest():
            sheets[book.GROUPS].add(_group(group, beside))
        for sheet in sheets.values():
            sheet.finish()
        _fill(workbook, overview, scan, summary)
        workbook.close()


class _Sheet:
    """A table with filters and a heading that stays in sight."""

    def __init__(self, workbook: "Workbook", name: str) -> None:
        self._workbook, self._name = workbook, name
        self._columns = book.COLUMNS[name]
        self._text = workbook.add_format({"quote_prefix": True, "valign": "top"})
        self._day = workbook.add_format({"num_format": "dd-mm-yyyy", "valign": "top"})
        shade = {"bg_color": "#FFF8DC", "valign": "top"}
        self._own_text = workbook.add_format({**shade, "quote_prefix": True})
        self._own_day = workbook.add_format({**shade, "num_format": "dd-mm-yyyy"})
        self._own = {name for name, _ in book.FILLED_IN}
        self._number = 0
        self._begin()

    def _begin(self) -> None:
        self._number += 1
        name = self._name if self._number == 1 else f"{self._name} {self._number}"
        self._sheet = self._workbook.add_worksheet(name)
        self._row = 0
        bold = self._workbook.add_format(
            {"bold": True, "bg_color": "#E9EBEE", "text_wrap": True, "valign": "top"}
        )
        hidden = {name for name, _ in book.BOOKKEEPING}
        for place, (heading, width) in enumerate(self._columns):
            # An empty cell of a column that people fill in has the format of its column.
            own = self._own_day if heading == book.DUE else self._own_text
            shown = own if heading in self._own else None
            options = {"hidden": heading in hidden}
            self._sheet.set_column(place, place, width, shown, options)
            self._sheet.write_string(0, place, heading, bold)
        self._sheet.freeze_panes(1, 1)

    def add(self, values: Sequence[Any]) -> None:
        """Write a row."""
        if self._row + 1 >= ROWS:
            self.finish()
            self._begin()
        self._row += 1
        for place, (value, (heading, _)) in enumerate(zip(values, self._columns, strict=True)):
            own = heading in self._own
            if value is None or value == "":
                continue
            if isinstance(value, date) and value.year < FIRST_YEAR:
                value = value.isoformat()
            if isinstance(value, date):
                moment = datetime(value.year, value.month, value.day)  # noqa: DTZ001 - a day
                self._sheet.write_datetime(
                    self._row, place, moment, self._own_day if own else self._day
                )
            elif isinstance(value, int | float):
                self._sheet.write_number(self._row, place, value)
            else:
                text = _cut(dutch.visible(str(value)))
                self._sheet.write_string(
                    self._row, place, text, self._own_text if own else self._text
                )

    def finish(self) -> None:
        """Set what goes over all rows."""
        self._sheet.autofilter(0, 0, self._row, len(self._columns) - 1)
        headings = [heading for heading, _ in self._columns]
        if book.STATUS in headings and self._row:
            status, due = headings.index(book.STATUS), headings.index(book.DUE)
            choice = {"validate": "list", "source": list(book.STATUSES.values())}
            self._sheet.data_validation(1, status, self._row, status, choice)
            day = {"validate": "date", "criteria": ">", "value": date(2000, 1, 1)}
            told = {"error_title": "Datum", "error_message": "Vul een datum in: 31-12-2026."}
            self._sheet.data_validation(1, due, self._row, due, day | told)


def _cut(text: str) -> str:
    return text if len(text) <= CHARACTERS else text[: CHARACTERS - 1] + "…"


def _add(sheets: dict[str, _Sheet], result: Result, today: date, beside: Beside) -> None:
    if result.findings or result.judgements:
        sheets[book.ITEMS].add(_item(result, today, beside))
    for judgement in result.judgements:
        sheets[book.VERDICTS].add(_judgement(result, judgement))
    if result.coverage.status != "scanned":
        sheets[book.COVERAGE].add(
            (
                result.item.uri,
                dutch.STATUSES[result.coverage.status],
                dutch.reason(result.coverage.reason),
                dutch.media_type(result.media_type or "unknown"),
                result.item.size,
                result.item.modified.astimezone(UTC).date() if result.item.modified else None,
            )
        )


def _item(result: Result, today: date, beside: Beside) -> tuple[Any, ...]:
    judgement, counted = worst(result), score(result, 1, today)
    categories = sorted({it.category for it in result.findings})
    own = group_id(result.item.uri, None)
    agreed = dealt_with(result.item, {it.entity for it in result.findings}, beside.assignments)
    return (
        result.item.uri,
        result.level,
        (result.doc_type or "").replace("_", " "),
        ", ".join(result.subject_groups).replace("_", " "),
        result.controller,
        result.item.owner,
        dutch.ACCESS[result.item.access] if result.item.access else None,
        ", ".join(dutch.categories().get(it, it) for it in categories),
        len(result.findings),
        counted.persons,
        dutch.VERDICTS[judgement.verdict] if judgement else None,
        judgement.keep_until if judgement else None,
        days_over(result, today) or None,
        dutch.ACTIONS[judgement.action] if judgement and judgement.action else None,
        counted.total,
        _told(agreed) if agreed and agreed.group != own else None,
        *_agreed(own, beside),
    )


def _group(group: Group, beside: Beside) -> tuple[Any, ...]:
    return (
        group.path,
        group.entity,
        dutch.categories().get(group.category, group.category),
        group.level,
        group.items,
        group.findings,
        dutch.VERDICTS[group.verdict] if group.verdict else None,
        *_agreed(group.id, beside),
    )


def _agreed(group: str, beside: Beside) -> tuple[Any, ...]:
    """Return what people filled in of a group, at which step of its history, and its id."""
    it = beside.assignments.get(group)
    if it is None:
        return (None, None, None, None, 0, group)
    return (it.owner, it.due, book.STATUSES[it.status], it.note, it.revision, group)


def _told(it: Assignment) -> str:
    until = f", uiterlijk {dutch.day(it.due)}" if it.due else ""
    return f"{it.owner or 'nog niemand'}{until}, {book.STATUSES[it.status]}"


def _judgement(result: Result, it: Judgement) -> tuple[Any, ...]:
    return (
        result.item.uri,
        dutch.place(it.where),
        it.policy,
        dutch.rule(it),
        dutch.VERDICTS[it.verdict],
        (it.trigger or "").replace("_", " "),
        it.reference_date,
        dutch.DATE_SOURCES[it.reference_source] if it.reference_source else None,
        it.keep_until,
        it.must_keep_until,
        dutch.ACTIONS[it.action] if it.action else None,
        " ".join(it.assumptions),
    )


def _breach(result: Result, it: Breach) -> tuple[Any, ...]:
    return (
        result.item.uri,
        dutch.place(it.where),
        it.title,
        it.clause,
        it.policy,
        dutch.OUTCOMES[it.outcome],
        it.reason,
    )


def _fill(workbook: "Workbook", sheet: Any, scan: Scan, summary: Summary) -> None:
    """Write the first sheet: what the scan came to, and how the others are used."""
    bold = workbook.add_format({"bold": True, "font_size": 14})
    text = workbook.add_format({"quote_prefix": True, "text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 90)
    sheet.write_string(0, 0, "Persoonsgegevens: wat er staat en wie het oppakt", bold)
    for row, (name, value) in enumerate(_figures(scan, summary), start=2):
        sheet.write_string(row, 0, name, text)
        if isinstance(value, int):
            sheet.write_number(row, 1, value, workbook.add_format({"align": "left"}))
        else:
            sheet.write_string(row, 1, _cut(dutch.visible(value)), text)


def _figures(scan: Scan, summary: Summary) -> Iterator[tuple[str, str | int]]:
    yield "Scan", scan.id
    yield "Bereik", ", ".join(scan.targets)
    yield "Gescand", dutch.between(scan.started, scan.finished)
    if scan.finished is None:
        yield "Let op", "Deze scan is niet afgerond: dit is niet alles."
    yield "Termijnen geteld op", dutch.day(scan.today)
    yield "Bewaarbeleid", scan.policy
    yield "Bestanden gezien", summary.items
    for status in STATUSES:
        yield f"- {dutch.STATUSES[status]}", summary.statuses[status]
    yield "Met vondsten", summary.items_with_findings
    yield "Vondsten", summary.findings
    yield "Op niveau Geheim", summary.items_by_level["Geheim"]
    yield "Over termijn", summary.items_by_verdict["overdue"]
    yield "Mogelijk over termijn", summary.items_by_verdict["possibly_overdue"]
    for number, line in enumerate(EXPLAINED):
        yield "" if number else "Hoe dit werkt", line


REPORT = Report("xlsx", _write)
