"""Stage 3, extract: rows of cells -> blocks of a `Table`, with or without a heading."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Final

from pii_scan.errors import ExtractError
from pii_scan.extract._limits import BLOCK_ROWS, MAX_ROWS
from pii_scan.extract._reasons import TOO_MANY_ROWS
from pii_scan.extract._text import fields
from pii_scan.model import Chunk, Table

Row = tuple[int, tuple[str, ...]]
"""Row number in the file, and the cells."""

SAMPLE_ROWS: Final = 50
LONGEST_LABEL: Final = 200
YEAR: Final = re.compile(r"(?:19|20)\d\d")
LONGEST_FORM: Final = 200
"""Rows of a table of labels and values."""
LONGEST_PREAMBLE: Final = 20
BOOLEANS: Final = frozenset({"true", "false"})


def is_value(cell: str) -> bool:
    """Tell whether a cell looks like data and not like the name of a column.

    >>> [is_value(cell) for cell in ("Telefoon 2", "2024", "BSN", "06-12345678", "a@b.example")]
    [False, False, False, True, True]
    """
    cell = cell.strip()
    if "@" in cell or len(cell) > LONGEST_LABEL or cell.casefold() in BOOLEANS:
        return True
    if YEAR.fullmatch(cell):
        return False
    digits = sum(character.isdigit() for character in cell)
    letters = sum(character.isalpha() for character in cell)
    return (digits >= 3 and digits >= letters) or (digits > 0 and letters == 0)


def has_heading(rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether the first of some rows names the columns.

    It does when it has no data-like cell, no name twice, few holes, and no cell that comes back as
    a value below itself. A table of nothing but words without a heading can be taken wrongly.
    """
    if not rows:
        return False
    first = [cell.strip() for cell in rows[0]]
    names = [cell for cell in first if cell]
    width = max(len(row) for row in rows)
    if not names or len(names) * 2 < width or any(map(is_value, names)):
        return False
    if len({name.casefold() for name in names}) < len(names) * 0.8:
        return False
    below = rows[1:SAMPLE_ROWS]
    return not any(
        name and any(len(row) > index and row[index].strip() == name for row in below)
        for index, name in enumerate(first)
    )


def tables(
    rows: Iterable[Row], where: str = "", heading: tuple[str, ...] | None = None
) -> Iterator[Table]:
    """Yield rows as blocks of at most `BLOCK_ROWS`, leaving out the ones without a single value.

    Args:
        rows: in the order of the file. Rows may be longer or shorter than the heading.
        where: the address of every block.
        heading: the columns; `None` looks for them in the first row, `()` says there are none.

    Raises:
        ExtractError: there are more than `MAX_ROWS`; the blocks before were given.
    """
    rows = iter(rows)
    start: list[Row] = []
    if heading is None:
        start = list(islice(filter(_is_filled, rows), SAMPLE_ROWS))
        heading = ()
        if has_heading([cells for _, cells in start]):
            heading = tuple(cell.strip() for cell in start.pop(0)[1])
            if not start:
                yield Table(heading, (), (), where)
    seen = 0
    while block := start + list(islice(rows, BLOCK_ROWS - len(start))):
        start = []
        if not all(map(str.strip, [cells[0] if cells else "" for _, cells in block])):
            block = list(filter(_is_filled, block))
        if block:
            numbers, cells = zip(*block, strict=True)
            yield Table(heading, cells, numbers, where)
        seen += len(block)
        if seen >= MAX_ROWS and next(filter(_is_filled, rows), None) is not None:
            raise ExtractError(TOO_MANY_ROWS)


def _is_filled(row: Row) -> bool:
    """Tell whether a row has a value in any cell."""
    return any(map(str.strip, row[1]))


def form(rows: Sequence[Row]) -> list[tuple[str, str]] | None:
    """Return a table of two columns as (label, value) pairs if that is what it is, else `None`.

    It is one if most labels end in a colon, or if none of the labels looks like data while the
    values are of all kinds: what stands in one column under a heading is alike.

    >>> form([(1, ("Naam", "J. Jansen")), (2, ("Telefoon", "06-12345678"))])
    [('Naam', 'J. Jansen'), ('Telefoon', '06-12345678')]
    """
    filled: list[list[str]] = []
    for _, cells in rows:
        if own := list(filter(None, map(str.strip, cells))):
            filled.append(own)
        if len(own) > 2:  # most tables are wider: no more of them is looked at
            return None
    if not 0 < len(filled) <= LONGEST_FORM or max(map(len, filled)) != 2:
        return None
    labels = [cells[0] for cells in filled]
    values = [cells[1] for cells in filled if len(cells) == 2]
    colons = sum(label.endswith(":") for label in labels)
    kinds = {is_value(value) for value in values[1:]}
    is_list = has_heading(filled) and len(kinds) < 2 and len(filled) > 2
    is_form = colons * 2 > len(labels) or not (any(map(is_value, labels)) or is_list)
    if not is_form or len(values) * 2 < len(labels):
        return None
    return [
        (cells[0].rstrip(": "), cells[1]) if len(cells) == 2 else ("", cells[0]) for cells in filled
    ]


def grid(rows: Iterable[Row], where: str) -> Iterator[Table | Chunk]:
    """Yield a table whose nature nobody states: as labelled lines if it is a small form.

    Titles and remarks above the heading, each alone in its row, become text of their own.
    """
    rows = iter(rows)
    sample = list(islice(filter(_is_filled, rows), LONGEST_FORM + 1))
    pairs = form(sample)
    if pairs is not None:
        yield from fields(pairs, where)
        return
    start = _preamble(sample)
    for number, cells in sample[:start]:
        yield from fields([("", " ".join(filter(None, cells)))], f"{where} row {number}".strip())
    yield from tables(chain(sample[start:], rows), where)


def _preamble(sample: Sequence[Row]) -> int:
    """Return how many rows stand above a table: those with one cell where the next rows have more.

    Pairs of a label and a value are above it too if the rows below are wider than that.
    """
    counts = [sum(map(bool, map(str.strip, cells))) for _, cells in sample]
    usual = sorted(counts)[len(counts) // 2] if counts else 0
    least = 2 if usual == 2 else 3 if usual > 2 else 1
    start = next((index for index, count in enumerate(counts) if count >= least), 0)
    return start if start <= LONGEST_PREAMBLE else 0
