"""Stage 3, extract: Excel 5 to 2003. Cells by calamine, the rest by a pass over the records."""

from collections.abc import Iterator
from functools import partial
from itertools import groupby
from typing import BinaryIO

from pii_scan.extract import _biff, _ole
from pii_scan.extract._cfb import Container
from pii_scan.extract._guard import guarded
from pii_scan.extract._sheet import Known, sheets
from pii_scan.extract._text import fields
from pii_scan.model import Extractor, Part


def parts(stream: BinaryIO) -> Iterator[Part]:
    """Yield every sheet, hidden ones too, each with what stands beside its cells.

    Raises:
        ExtractError: it is under a password, or the workbook cannot be opened.
    """
    ole = Container(stream)
    data = ole.content("Workbook") or ole.content("Book")
    records = guarded(lambda: _biff.Workbook(data))

    def known(name: str) -> Known:
        sheet = records.sheet(name)
        return Known(sheet.exact, partial(_beside, sheet))

    yield from sheets(stream, known)
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
