"""Stage 3, extract: Excel 5 to 2003. Cells by calamine, the rest by a pass over the records."""

from collections.abc import Iterator
from functools import partial
from itertools import groupby
from typing import BinaryIO

from pii_scan.errors import ExtractError
from pii_scan.extract import _biff, _ole, _sheet
from pii_scan.extract._cfb import Container
from pii_scan.extract._guard import guarded
from pii_scan.extract._reasons import ENCRYPTED
from pii_scan.extract._table import grid
from pii_scan.extract._text import fields
from pii_scan.model import Extractor, Gap, Part


def parts(stream: BinaryIO) -> Iterator[Part]:
    """Yield every sheet, hidden ones too, each with what stands beside its cells.

    Raises:
        ExtractError: it is under a password, or the workbook cannot be opened.
    """
    from python_calamine import CalamineWorkbook, PasswordError

    ole = Container(stream)
    data = ole.content("Workbook") or ole.content("Book")
    records = guarded(lambda: _biff.Workbook(data))
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
        known = records.sheet(name)
        try:
            sheet = guarded(partial(workbook.get_sheet_by_name, name))
        except ExtractError as error:
            yield Gap(error.reason, where)
        else:
            yield from grid(_sheet.rows(sheet, known.exact), where)
        yield from _beside(known, where)
    yield from _beside(records.common, "")
    yield from records.pictures()
    yield from _ole.beside(ole)


def _beside(sheet: _biff.Sheet, where: str) -> Iterator[Part]:
    """Yield what stands beside cells, together what stands in one place."""
    for place, told in groupby(sheet.beside, key=lambda each: each[0]):
        pairs = [(label, text) for _, label, text in told]
        yield from fields(pairs, place if place[:8] == "comments" else f"{where} {place}".strip())


EXTRACTOR = Extractor(
    media_types=("application/vnd.ms-excel",), suffixes=(".xls", ".xlt", ".xla"), parts=parts
)
