"""Stage 3, extract: which character parts the cells of a text, if any does."""

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pii_scan.extract._table import has_heading, is_value

DELIMITERS: Final = (";", "\t", "|", ",")
"""In order of preference where several fit: a comma also stands in amounts and names."""
MIN_SHARE: Final = 0.6
"""Of the lines that have to have the usual number of cells."""
LONGEST_RECORD: Final = 60
"""Lines of one record of the sample; more is a quote without an end."""
LONGEST_PROSE: Final = 120
"""Mean characters of a comma-parted cell; prose has commas too, but far apart."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a delimited text is written."""

    delimiter: str
    quote: str
    width: int
    """Cells that most lines have."""
    share: float
    """Of the lines that have them."""
    preamble: int
    """Lines that stand before the table."""


def split(line: str, delimiter: str, quote: str = '"') -> list[str]:
    r"""Return the cells of one line, whatever its quotes do.

    >>> split('Jansen;"Dorpsstraat 1; Ons Dorp";06\n', ";")
    ['Jansen', 'Dorpsstraat 1; Ons Dorp', '06']
    """
    line = line.rstrip("\n")
    try:
        return next(csv.reader([line], delimiter=delimiter, quotechar=quote), [])
    except csv.Error:
        return line.split(delimiter)


def sniff(lines: Sequence[str]) -> Dialect | None:
    """Return the dialect of a text by its first lines, `None` when it is no table.

    A single column counts as a table if it has a name that none of its values looks like.
    """
    best: Dialect | None = None
    for delimiter in DELIMITERS:
        found = _try(lines, delimiter)
        if found and (best is None or _rank(found) > _rank(best)):
            best = found
    return best or _single_column(lines)


def _rank(dialect: Dialect) -> tuple[bool, float]:
    return dialect.share >= 0.9, dialect.share


def _records(lines: Sequence[str], delimiter: str, quote: str) -> list[tuple[int, list[str]]]:
    """Return the records that hold anything, with the index of the line each begins at."""
    reader = csv.reader((line + "\n" for line in lines), delimiter=delimiter, quotechar=quote)
    found, begin, longest = [], 0, 0
    try:
        for row in reader:
            longest = max(longest, reader.line_num - begin)
            found.append((begin, row))
            begin = reader.line_num
    except csv.Error:
        longest = len(lines)
    if longest > LONGEST_RECORD:
        found = [(index, split(line, delimiter, quote)) for index, line in enumerate(lines)]
    return [(index, row) for index, row in found if any(cell.strip() for cell in row)]


def _try(lines: Sequence[str], delimiter: str) -> Dialect | None:
    if not any(delimiter in line for line in lines):
        return None
    quote = "'" if _is_single_quoted(lines, delimiter) else '"'
    records = _records(lines, delimiter, quote)
    rows = [row for _, row in records]
    widths = [len(row) for row in rows]
    wide = Counter(width for width in widths if width > 1)
    if not wide:
        return None
    # The widest of the common widths: a preamble of "key;value" lines does not name the table.
    most = max(wide.values())
    width = max(width for width, count in wide.items() if count > most / 2)
    # A heading that is wider than the rows is one whose last columns are often left out.
    start = 0 if widths[0] > width else widths.index(width)
    inside = widths[start:]
    share = sum(abs(each - width) <= 1 for each in inside) / len(inside)
    if share < MIN_SHARE or (len(inside) == 1 and (len(rows) > 1 or width < 3)):
        return None
    if delimiter == "," and (
        sum(map(len, lines)) / sum(widths) > LONGEST_PROSE
        or (width == 2 and not has_heading(rows[start:]))
        or _is_prose(rows[start:])
    ):
        return None
    return Dialect(delimiter, quote, width, share, records[start][0])


def _is_prose(rows: list[list[str]]) -> bool:
    """Tell whether the commas are those of sentences: a space follows, and a full stop ends it."""
    after = [cell for row in rows for cell in row[1:] if cell]
    spaced = sum(cell.startswith(" ") for cell in after)
    ended = sum(bool(row) and row[-1].rstrip().endswith((".", "?", "!", ",", ":")) for row in rows)
    return spaced > 0.8 * len(after) and ended > 0.3 * len(rows)


def _is_single_quoted(lines: Sequence[str], delimiter: str) -> bool:
    if not any("'" in line for line in lines):
        return False
    cells = [cell.strip() for line in lines for cell in line.rstrip("\n").split(delimiter)]
    quoted = sum(len(cell) > 1 and cell[0] == cell[-1] == "'" for cell in cells)
    return quoted * 2 > len(cells)


def _single_column(lines: Sequence[str]) -> Dialect | None:
    records = _records(lines, ";", '"')
    rows = [row for _, row in records]
    values = [row[0] for row in rows[1:]]
    if len(values) < 2 or not has_heading(rows):
        return None
    if sum(map(is_value, values)) < 0.8 * len(values) or max(map(len, values)) > LONGEST_PROSE:
        return None
    return Dialect(";", '"', 1, 1.0, records[0][0])
