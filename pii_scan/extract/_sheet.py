"""Stage 3, extract: what the kinds of Excel files share: cells as calamine gives them."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from pii_scan.errors import ExtractError
from pii_scan.extract._guard import guarded
from pii_scan.extract._reasons import ENCRYPTED
from pii_scan.extract._table import Row, grid
from pii_scan.extract._text import fields
from pii_scan.model import Gap, Part

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

Cell = int | float | str | bool | date | time | timedelta
"""A `datetime` is a `date` as well."""
PADDED: Final = re.compile(r"0{2,20}")
"""A number format that shows leading zeros."""
MARGIN_CODE: Final = re.compile(r'&(?:"[^"]*"|[A-Z]|\d+)')
"""What lays out a header or footer: &L, &"Arial", &P."""

_TEXT: Final = frozenset([str])


@dataclass(frozen=True, slots=True)
class Known:
    """What the file itself says of a sheet, where calamine does not."""

    exact: Mapping[tuple[int, int], str]
    """Numbers as they show, by row and column from 1."""
    beside: Callable[[str], Iterable[Part]]
    """What stands beside the cells of a sheet with that address."""


def sheets(stream: BinaryIO, known: Callable[[str], Known]) -> Iterator[Part]:
    """Yield every sheet, hidden ones too, each with its name and what stands beside its cells.

    Args:
        stream: of any kind of workbook.
        known: of a sheet by its name; may raise `ExtractError` for one that is not to be laid out.

    Raises:
        ExtractError: it is under a password, or cannot be opened.
    """
    from python_calamine import CalamineWorkbook, PasswordError

    stream.seek(0)
    try:
        workbook = CalamineWorkbook.from_filelike(stream)
    except PasswordError:
        raise ExtractError(ENCRYPTED) from None
    several = len(workbook.sheet_names) > 1
    for number, name in enumerate(workbook.sheet_names, start=1):
        # By its place: the name may be a person's, and is scanned as text of its own.
        where = f"sheet {number}" if several else ""
        yield from fields([("", name)], f"name of sheet {number}")
        try:
            told = guarded(partial(known, name))
        except ExtractError as error:
            yield Gap(error.reason, where)
            continue
        try:
            sheet = guarded(partial(workbook.get_sheet_by_name, name))
        except ExtractError as error:
            yield Gap(error.reason, where)
        else:
            yield from grid(rows(sheet, told.exact), where)
        yield from told.beside(where)


def rows(sheet: "CalamineSheet", exact: Mapping[tuple[int, int], str]) -> Iterator[Row]:
    """Yield the rows of a sheet from its first cell on, numbered as Excel does."""
    _, left = sheet.start or (0, 0)
    told: defaultdict[int, dict[int, str]] = defaultdict(dict)
    for (number, column), text in exact.items():
        told[number][column - left - 1] = text
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        # By far the most rows; each cell by itself takes longer.
        if _TEXT.issuperset(map(type, cells)):
            # One cell far away makes a million rows of none.
            if any(cells):
                yield number, tuple(cast("list[str]", cells))
            continue
        texts = [cell if type(cell) is str else shown(cell) for cell in cells]
        for index, text in told[number].items() if number in told else ():
            if 0 <= index < len(cells) and isinstance(cells[index], float | int):
                texts[index] = text
        yield number, tuple(texts)


def shown(cell: Cell) -> str:
    """Return a cell as text: whole numbers without a point, dates as ISO has them.

    >>> [shown(cell) for cell in (999990019.0, 0.5, datetime(2024, 3, 1), True)]
    ['999990019', '0.5', '2024-03-01', 'true']
    """
    match cell:
        case str():
            return cell
        case bool():
            return str(cell).lower()
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case datetime():
            return cell.isoformat(" ")
        case date() | time():
            return cell.isoformat()
        case _:
            return str(cell)


def letters(column: int) -> str:
    """Return the name of a column, counted from 1.

    >>> letters(1), letters(26), letters(27)
    ('A', 'Z', 'AA')
    """
    found = ""
    while column:
        column, letter = divmod(column - 1, 26)
        found = chr(ord("A") + letter) + found
    return found
