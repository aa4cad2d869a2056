"""Rows of a table emptied, all others as they were, to the byte where the format allows it.

The reader of the scan must read the same rows in the old file and in the new one; where it does
not, the file is left alone.
"""

import io
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import BinaryIO

from pii_scan.disposal import _csv_rows, _xlsx_rows
from pii_scan.disposal.places import Unfit
from pii_scan.disposal.planning import Target
from pii_scan.errors import ExtractError
from pii_scan.extract import extract, extractor_for, media_type
from pii_scan.model import Chunk, Gap, Member, Table

FEW = 5
"""Rows that must share what is left of them: fewer can be singled out again.

The first of the three tests of WP 216 (Article 29 Working Party, 2014), "singling out"; how many
are few is a choice.
"""
Cells = dict[tuple[str, int], tuple[tuple[str, str], ...]]
"""(sheet, row number) -> (heading, cell) of each column."""


def emptied(stream: BinaryIO, target: Target, keep: Sequence[str]) -> tuple[bytes, str]:
    """Return the new file, and "anonymised" or, where rows can still be told apart, what it is.

    Raises:
        Unfit: it cannot be done for certain.
    """
    kind = media_type(stream, target.path)
    before, beside = _read(stream, kind)
    gone = {
        (rows.sheet, number)
        for rows in target.rows
        for first, last in rows.runs
        for number in range(first, last + 1)
    }
    if missing := gone - before.keys():
        raise Unfit(f"{len(missing)} of its rows are not found again")
    numbers = {sheet: {n for s, n in gone if s == sheet} for sheet, _ in gone}
    stream.seek(0)
    if kind == "text/csv":
        content = _csv_rows.without(stream.read(), numbers.get("", set()), keep, _told(before))
    else:
        content = _xlsx_rows.without(stream.read(), numbers, keep)
    after, beside_after = _read(io.BytesIO(content), kind)
    _compare(before, after, gone, frozenset(keep))
    if beside != beside_after:
        raise Unfit("what stands beside its rows would change")
    left = Counter(tuple(cell for name, cell in before[key] if name in keep) for key in gone)
    is_few = any(count < FEW and any(cells) for cells, count in left.items())
    return content, "pseudonymised" if is_few else "anonymised"


def _read(stream: BinaryIO, kind: str | None) -> tuple[Cells, list[str]]:
    """Return the rows as the scan reads them, and the texts beside them."""
    extractor = extractor_for(kind)
    if extractor is None:
        raise Unfit("nothing reads such a file")
    found: Cells = {}
    beside: list[str] = []
    try:
        for part in extract(stream, extractor):
            match part:
                case Table():
                    for number, row in zip(part.numbers, part.rows, strict=True):
                        names = (*part.columns, *([""] * (len(row) - len(part.columns))))
                        found[(part.where, number)] = tuple(zip(names, row, strict=False))
                case Chunk():
                    beside.append(part.text)
                case Member() | Gap():
                    raise Unfit("it holds files, or parts that cannot be read")
    except ExtractError as error:
        raise Unfit(f"it cannot be read: {error.reason}") from None
    return found, beside


def _told(before: Cells) -> Mapping[int, tuple[str, ...]]:
    return {number: tuple(cell for _, cell in cells) for (_, number), cells in before.items()}


def _compare(before: Cells, after: Cells, gone: set[tuple[str, int]], keep: frozenset[str]) -> None:
    """Make sure that what had to go is nowhere any more, and that nothing else differs."""
    for key, cells in before.items():
        now = after.get(key, ())
        if key not in gone and now != cells:
            raise Unfit("other rows would change")
        if key in gone and any(cell for name, cell in now if name not in keep):
            raise Unfit("its rows cannot be emptied")
    if after.keys() - before.keys():
        raise Unfit("other rows would change")
