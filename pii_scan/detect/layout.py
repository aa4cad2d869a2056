"""Where a place in a text stands in a table: its row, its cell and the cell's heading."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, chain, compress, count
from operator import itemgetter
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
            re.compile(rf"\n(?:[^\n{mark}]{{0,40}}+[{mark}]){{2,}}+[^\n{mark}]{{0,40}}+(?=\n|\Z)"),
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
_START = itemgetter(0)


class Layout:
    """The cells of a text, in order; none in prose."""

    is_table = False
    """Whether the text is a table as a whole, and not prose with tables in it."""

    def __init__(self, cells: Iterable[Cell] = ()) -> None:
        """Keep `cells`, which are in order."""
        self._cells = list(cells)
        self._starts = [cell.start for cell in self._cells]

    @property
    def cells(self) -> Iterable[Cell]:
        """The cells, in order."""
        return self._cells

    def at(self, offset: int) -> Cell | None:
        """Return the cell that holds `offset`, if any."""
        index = bisect_right(self._starts, offset) - 1
        return self._cells[index] if index >= 0 and offset < self._cells[index].end else None

    def headings(self) -> Iterable[str]:
        """Return what cells stand under; it may hold one more than once."""
        return {cell.heading for cell in self._cells}

    def filled(self) -> Counter[int]:
        """Return how many cells each column has."""
        return Counter(cell.column for cell in self._cells)


class _Grid(Layout):
    """The lines of a table. Its cells are made when they are asked for: of most rows, never."""

    is_table = True

    def __init__(
        self, columns: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[int]
    ) -> None:
        """Take rows of which no cell holds a line end."""
        self._rows = rows
        self._numbers = numbers
        widest = max(map(len, rows), default=0)
        self._headings = (*columns, *[""] * (widest - len(columns)))
        lengths = (sum(map(len, row)) + max(len(row), 1) for row in rows)
        self._starts = list(accumulate(lengths, initial=0))
        self._made: dict[int, list[Cell]] = {}

    @property
    def cells(self) -> Iterable[Cell]:
        return chain.from_iterable(map(self._line, range(len(self._rows))))

    def at(self, offset: int) -> Cell | None:
        cells = self._line(bisect_right(self._starts, offset) - 1)
        index = bisect_right(cells, offset, key=_START) - 1
        return cells[index] if index >= 0 and offset < cells[index].end else None

    def headings(self) -> Iterable[str]:
        return self._headings

    def filled(self) -> Counter[int]:
        filled: Counter[int] = Counter()
        for row in self._rows:
            filled.update(compress(count(), row))
        return filled

    def _line(self, index: int) -> list[Cell]:
        made = self._made.get(index)
        if made is None:
            made = self._made[index] = []
            if index >= len(self._rows):
                return made
            number, start = self._numbers[index], self._starts[index]
            for column, value in enumerate(self._rows[index]):
                end = start + len(value)
                if value:
                    # A call of the class takes twice as long, and there may be millions.
                    made.append(_new(Cell, (start, end, self._headings[column], number, column)))
                start = end + 1
        return made


def render(table: Table) -> tuple[str, Layout]:
    """Write a table's rows as lines of tab-separated cells, and say where each cell stands."""
    rows: Sequence[Sequence[str]] = table.rows
    text = "".join(["\t".join(row) + "\n" for row in rows])
    tabs = sum(map(len, rows)) - sum(map(bool, rows))
    if text.count("\n") != len(rows) or text.count("\t") != tabs:
        rows = [[value.replace("\t", " ").replace("\n", " ") for value in row] for row in rows]
        text = "".join(["\t".join(row) + "\n" for row in rows])
    return text, _Grid(table.columns, rows, table.numbers)


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
    return Layout(cells)


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
