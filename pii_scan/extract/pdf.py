"""Stage 3, extract: PDF. Text, tables and pictures by pdfium, page by page.

A page whose tables pdfium cannot take apart goes to pdfplumber; what is no text on a page but seems
to be one on sight goes to Tesseract, and is addressed as "page 3 (ocr)".

pdfium crashes when threads share it: one process reads one document at a time.
"""

import logging
import warnings
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, Final

from pii_scan.errors import ExtractError
from pii_scan.extract import _ocr, _pdf_tables
from pii_scan.extract._guard import guarded
from pii_scan.extract._limits import MAX_PICTURES, read
from pii_scan.extract._pdf_tables import Plumber
from pii_scan.extract._pdf_text import clean
from pii_scan.extract._reasons import (
    DAMAGED,
    ENCRYPTED,
    TOO_MANY_PARTS,
    TOO_MANY_PICTURES,
)
from pii_scan.extract._text import fields
from pii_scan.model import Extractor, Gap, Part, Table

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage  # type: ignore[import-untyped]

MAX_PAGES: Final = 20_000
LEAST_BOXES: Final = 4
"""Lines and boxes on a page from which on they may rule a table."""


def parts(stream: BinaryIO) -> Iterator[Part]:
    """Yield the pages with their tables, forms and notes, then properties and attachments.

    Raises:
        ExtractError: the document asks for a password, or pdfium cannot open it.
    """
    from pypdfium2 import PdfDocument, PdfiumError, raw

    from pii_scan.extract._pdf_beside import beside

    for name in ("pdfminer", "pdfplumber", "pypdfium2"):
        # Their warnings quote operands of the page, and those may be its text.
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    data = read(stream)
    try:
        document = PdfDocument(data)
    except PdfiumError as error:
        is_locked = error.err_code in {raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY}
        raise ExtractError(ENCRYPTED if is_locked else DAMAGED) from None
    try:
        _start_forms(document)
        plumber = Plumber(data)
        yield from _pages(document, plumber)
        yield from beside(document, data, plumber)
    finally:
        document.close()


def _start_forms(document: "PdfDocument") -> None:
    from pypdfium2 import raw

    if document.get_formtype() != raw.FORMTYPE_NONE:
        with warnings.catch_warnings():
            # An XFA form that fails to load still leaves its plain fields.
            warnings.simplefilter("ignore")
            document.init_forms()


def _pages(document: "PdfDocument", plumber: Plumber) -> Iterator[Part]:
    left = MAX_PICTURES
    heading: tuple[str, ...] = ()
    """Of the last table of the page before."""
    if not len(document):
        raise ExtractError(DAMAGED)
    for number in range(1, min(len(document), MAX_PAGES) + 1):
        try:
            text, beside, read = guarded(partial(_page, document, number, plumber, left))
        except ExtractError as error:
            yield Gap(error.reason, f"page {number}")
            continue
        left -= read
        text = _pdf_tables.continued(text, heading)
        headings = [part.columns for part in text if isinstance(part, Table)]
        heading = headings[-1] if headings else ()
        yield from text
        yield from beside
    if len(document) > MAX_PAGES:
        yield Gap(TOO_MANY_PARTS, f"page {MAX_PAGES + 1}")


def _page(
    document: "PdfDocument", number: int, plumber: Plumber, left: int
) -> tuple[list[Part], list[Part], int]:
    """Return the text of a page with its tables, what stands beside it, and pictures read."""
    from pii_scan.extract import _pdf_page, _pdf_pictures

    where = f"page {number}"
    page = document[number - 1]
    try:
        held = page.get_textpage()
        try:
            text = clean(held.get_text_range())
            drawn = _pdf_page.drawn(page)
            boxes = _pdf_pictures.regions(page, held, text, drawn)
            found: list[Part] | None = []
            if text and len(drawn.boxes) >= LEAST_BOXES:
                is_turned = page.get_rotation() != 0
                quick = _pdf_tables.quick(held, text, drawn.boxes, number)
                found = quick if not (quick and is_turned) else None
        finally:
            held.close()
        if found is None:
            found = plumber.parts(number)
        beside = list(_beside(document, page, where))
        for box in boxes[:left]:
            beside.extend(_pdf_pictures.read(page, drawn, box, f"{where} (ocr)"))
        if len(boxes) > left:
            beside.append(Gap(TOO_MANY_PICTURES, f"{where} (ocr)"))
        return found or list(fields([("", text)], where)), beside, len(boxes[:left])
    finally:
        page.close()


def _beside(document: "PdfDocument", page: "PdfPage", where: str) -> Iterator[Part]:
    """Yield form fields, notes, links and attached files of a page."""
    from pii_scan.extract._pdf_beside import member
    from pii_scan.extract._pdf_notes import attached, notes

    kinds: dict[str, list[tuple[str, str]]] = {}
    for kind, label, value in notes(document, page):
        kinds.setdefault(kind, []).append((label, value.removeprefix("mailto:")))
    for kind, pairs in kinds.items():
        yield from fields(pairs, f"{where}, {kind}")
    for index, held in enumerate(attached(page), start=1):
        yield member(document, held, f"{where}, attachment {index}")


EXTRACTOR = Extractor(
    media_types=("application/pdf",), suffixes=(".pdf",), parts=parts, missing=_ocr.missing
)
