"""Where a place in a text stands in a table: its row, its cell and the cell's heading."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from pii_scan.model import Table

_DELIMITERS = "\t;|,"
_LEAST_COLUMNS = 3
_LEAST_LINES = 2
_GAP = re.compile(r" {2,}")
_NAME = r"[^\n ]{1,30}(?: [^\n ]{1,30}){0,3}"
_HEADINGS = (
    *(
        (
            mark,
            re.compile(rf"\n(?:[^\n{mark}]{{0,40}}[{mark}]){{2,}}[^\n{mark}]{{0,40}}(?=\n|\Z)"),
        )
        for mark in _DELIMITERS
    ),
    ("  ", re.compile(rf"\n *(?:{_NAME} {{2,}}){{2,}}{_NAME}")),
)
"""Mark that parts columns, and a line end with a line whose first cells look like names of columns.

Beginning with a line end, a pattern is sought at the speed of `str.find`.
"""


class Cell(NamedTuple):
    """One cell; half-open span in the text. A tuple, since tables have very many."""

    start: int
    end: int
    heading: str
    row: int
    column: int = 0
    """Equal for the cells of one column, and for those only."""


_new = tuple.__new__


@dataclass(frozen=True, slots=True)
class Layout:
    """The cells of a text, in order; empty for prose."""

    cells: tuple[Cell, ...] = ()
    starts: tuple[int, ...] = ()
    is_table: bool = False
    """Whether the text is a table as a whole, and not prose with tables in it."""

    def at(self, offset: int) -> Cell | None:
        """Return the cell that holds `offset`, if any."""
        if not self.cells:
            return None
        index = bisect_right(self.starts, offset) - 1
        if index < 0 or offset >= self.cells[index].end:
            return None
        return self.cells[index]


def render(table: Table) -> tuple[str, Layout]:
    """Write a table's rows as lines of tab-separated cells, and say where each cell stands."""
    lines: list[str] = []
    cells: list[Cell] = []
    starts: list[int] = []
    offset = 0
    widest = max(map(len, table.rows), default=0)
    headings = (*table.columns, *[""] * (widest - len(table.columns)))
    for number, row in zip(table.numbers, table.rows, strict=True):
        line = "\t".join(row)
        if "\n" in line or line.count("\t") >= max(1, len(row)):
            row = tuple(value.replace("\t", " ").replace("\n", " ") for value in row)
            line = "\t".join(row)
        lines.append(line)
        start = offset
        for index, value in enumerate(row):
            if value:
                end = start + len(value)
                # A call of the class takes twice as long, and there may be millions.
                cells.append(_new(Cell, (start, end, headings[index], number, index)))
                starts.append(start)
                start = end
            start += 1
        offset += len(line) + 1
    lines.append("")
    return "\n".join(lines), Layout(tuple(cells), tuple(starts), is_table=True)


def sniff(text: str) -> Layout:
    """Find tables in running text: lines alike in their delimiters under a heading line."""
    cells: list[Cell] = []
    end = counted = 0
    number = 1
    for start in _heading_starts(text):
        if start < end:
            continue
        number += text.count("\n", counted, start)
        counted = start
        lines = _lines(text, start, number)
        block = [next(lines)]
        heading = block[0][2]
        delimiter, count = _delimiter(heading)
        if not count:
            continue
        for line in lines:
            if not _is_row(line[2], delimiter, count, heading):
                break
            block.append(line)
        end = block[-1][1] + len(block[-1][2])
        cells.extend(_cells_of(block, delimiter))
    return Layout(tuple(cells), tuple(cell.start for cell in cells))


def _heading_starts(text: str) -> list[int]:
    """Return where lines begin that look like a heading: short names parted alike."""
    lines = f"\n{text}"  # its line ends stand where lines of `text` begin
    return sorted(
        {
            match.start()
            for mark, heading in _HEADINGS
            if mark in text and text.count(mark) >= 2 * _LEAST_LINES  # most marks are nowhere
            for match in heading.finditer(lines)
        }
    )


def _lines(text: str, start: int, number: int) -> Iterator[tuple[int, int, str]]:
    """Yield (number, start, line) from the line that begins at `start`."""
    while start <= len(text):
        stop = text.find("\n", start)
        stop = len(text) if stop < 0 else stop
        yield number, start, text[start:stop]
        start, number = stop + 1, number + 1


def _columns(line: str, delimiter: str) -> int:
    if delimiter == "  ":
        return len(_GAP.split(line.strip()))
    return line.count(delimiter) + 1 if delimiter else 0


def _is_row(line: str, delimiter: str, count: int, heading: str) -> bool:
    """A row has about as many cells as the heading, or fewer that begin under its names."""
    cells = _columns(line, delimiter)
    if abs(cells - count) <= 1:
        return True
    if delimiter != "  " or not 1 < cells < count:
        return False
    places = [a for a, _ in _spans(heading, delimiter)]
    return all(any(abs(a - place) <= 1 for place in places) for a, _ in _spans(line, delimiter))


def _delimiter(line: str) -> tuple[str, int]:
    """Return what parts the columns of a heading line, and how many there are; ("", 0) if none."""
    if not line.strip() or len(line) > 2000:
        return "", 0
    best = max(_DELIMITERS, key=line.count)
    count = line.count(best) + 1
    if count < _LEAST_COLUMNS:
        best, count = "  ", _columns(line, "  ")
    if count < _LEAST_COLUMNS or not _is_heading(_split(line, best)):
        return "", 0
    return best, count


def _is_heading(names: list[str]) -> bool:
    """A heading has short names, most without digits."""
    filled = [name for name in names if name.strip()]
    if len(filled) < _LEAST_COLUMNS - 1:
        return False
    plain = sum(not any(c.isdigit() for c in n) and len(n.strip()) <= 30 for n in filled)
    return plain >= 0.8 * len(filled)


def _split(line: str, delimiter: str) -> list[str]:
    return [line[a:b].strip(' "') for a, b in _spans(line, delimiter)]


def _spans(line: str, delimiter: str) -> list[tuple[int, int]]:
    """Return the spans between delimiters; a quoted cell may hold the delimiter."""
    if delimiter == "  ":
        spans, last = [], 0
        for gap in _GAP.finditer(line):
            spans.append((last, gap.start()))
            last = gap.end()
        return [*spans, (last, len(line))]
    spans, last, quoted = [], 0, False
    for index, character in enumerate(line):
        if character == '"':
            quoted = not quoted
        elif character == delimiter and not quoted:
            spans.append((last, index))
            last = index + 1
    return [*spans, (last, len(line))]


def _cells_of(block: list[tuple[int, int, str]], delimiter: str) -> Iterator[Cell]:
    if len(block) < _LEAST_LINES:
        return
    _, first, heading = block[0]  # a heading line is longer than it has columns
    names = _split(heading, delimiter)
    places = [a for a, _ in _spans(heading, delimiter)]
    for number, start, line in block[1:]:
        for index, (a, b) in enumerate(_spans(line, delimiter)):
            if delimiter == "  ":
                index = max(0, bisect_right(places, a + 1) - 1)
            left = a + len(line[a:b]) - len(line[a:b].lstrip(' "'))
            right = a + len(line[a:b].rstrip(' "'))
            if right - left > 1 and line[left] == line[right - 1] == "'":
                left, right = left + 1, right - 1
            if left < right:
                name = names[index] if index < len(names) else ""
                yield Cell(start + left, start + right, name, number, first + index)
