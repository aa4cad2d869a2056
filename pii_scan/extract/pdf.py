"""Stage 3, extract: PDF. Text by pdfium, tables by pdfplumber on the pages that show lines of one.

pdfium crashes when threads share it: one process reads one document at a time.
"""

import logging
import re
import warnings
from collections.abc import Iterator
from datetime import date
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO, Final

from pii_scan.errors import ExtractError
from pii_scan.extract._guard import guarded
from pii_scan.extract._limits import MAX_MEMBERS, MAX_PART_BYTES, read
from pii_scan.extract._reasons import DAMAGED, ENCRYPTED, NO_TEXT, TOO_LARGE, TOO_MANY_PARTS
from pii_scan.extract._text import fields
from pii_scan.model import Evidence, Extractor, Gap, Member, Part, Table

if TYPE_CHECKING:
    from pdfplumber.pdf import PDF
    from pypdfium2 import PdfDocument, PdfPage  # type: ignore[import-untyped]

MAX_PAGES: Final = 20_000
MAX_TABLE_PAGES: Final = 300
"""Pages of one document that pdfplumber sees: it is a hundred times slower than pdfium."""
MAX_PATHS: Final = 2_000
"""Drawn things of a page that are looked at; a map or a chart has more, and no table."""
THIN: Final = 2.5
"""Points: what is thinner is a line."""
PROPERTIES: Final = {
    "Author": "author",
    "Title": "title",
    "Subject": "subject",
    "Keywords": "keywords",
    "Creator": "creator",
}
PLACEHOLDERS: Final = frozenset({"anonymous", "unspecified", "untitled"})
"""What libraries that write PDF fill in where nobody says (ReportLab)."""
DATES: Final = {"CreationDate": "created", "ModDate": "modified"}
PDF_DATE: Final = re.compile(r"(?:D:)?(\d{4})(\d\d)?(\d\d)?")
"""ISO 32000-1, 7.9.4: month and day may be missing and are 1 then."""


def parts(stream: BinaryIO) -> Iterator[Part]:
    """Yield the pages with their tables, forms and notes, then properties and attachments.

    Raises:
        ExtractError: the document asks for a password, or pdfium cannot open it.
    """
    from pypdfium2 import PdfDocument, PdfiumError, raw

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
        yield from _pages(document, data)
        yield from _properties(document)
        yield from _attachments(document)
    finally:
        document.close()


def _start_forms(document: "PdfDocument") -> None:
    from pypdfium2 import raw

    if document.get_formtype() != raw.FORMTYPE_NONE:
        with warnings.catch_warnings():
            # An XFA form that fails to load still leaves its plain fields.
            warnings.simplefilter("ignore")
            document.init_forms()


def _pages(document: "PdfDocument", data: bytes) -> Iterator[Part]:
    from pii_scan.extract import _pdf_tables

    plumber: PDF | None = None
    left = MAX_TABLE_PAGES
    heading: tuple[str, ...] = ()
    """Of the last table of the page before."""
    if not len(document):
        raise ExtractError(DAMAGED)
    for number in range(1, min(len(document), MAX_PAGES) + 1):
        try:
            text, is_ruled, beside = guarded(partial(_page, document, number))
        except ExtractError as error:
            yield Gap(error.reason, f"page {number}")
            continue
        found: list[Part] = []
        if is_ruled and text and left:
            left -= 1
            try:
                plumber = plumber or guarded(lambda: _pdf_tables.load(data))
                found = guarded(partial(_pdf_tables.parts, plumber, number))
            except ExtractError:
                # The text of pdfium holds all of it, only not in columns.
                found = []
        found = _pdf_tables.continued(found, heading)
        headings = [part.columns for part in found if isinstance(part, Table)]
        heading = headings[-1] if headings else ()
        yield from found or fields([("", text)], f"page {number}")
        yield from beside
    if len(document) > MAX_PAGES:
        yield Gap(TOO_MANY_PARTS, f"page {MAX_PAGES + 1}")


def _page(document: "PdfDocument", number: int) -> tuple[str, bool, list[Part]]:
    """Return the text of a page, whether it shows lines of a table, and what stands beside."""
    from pii_scan.extract._pdf_notes import notes

    page = document[number - 1]
    try:
        held = page.get_textpage()
        try:
            text = clean(held.get_text_range())
        finally:
            held.close()
        beside: list[Part] = []
        if not text and _has_picture(page):
            beside.append(Gap(NO_TEXT, f"page {number}"))
        kinds: dict[str, list[tuple[str, str]]] = {}
        for kind, label, value in notes(document, page):
            kinds.setdefault(kind, []).append((label, value.removeprefix("mailto:")))
        for kind, pairs in kinds.items():
            beside.extend(fields(pairs, f"page {number}, {kind}"))
        return text, bool(text) and _is_ruled(page), beside
    finally:
        page.close()


def clean(text: str) -> str:
    r"""Return pdfium's text with plain line ends and without its marks of broken words.

    >>> clean("per\x02soon\r\n")
    'persoon'
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.translate({0xFFFE: None, 2: None, 0: None}).strip()


def _has_picture(page: "PdfPage") -> bool:
    from pypdfium2 import raw

    return next(page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,)), None) is not None


def _is_ruled(page: "PdfPage") -> bool:
    """Tell whether enough is drawn on a page for a table: crossing lines, or boxes."""
    from pypdfium2 import raw

    across = down = boxes = 0
    paths = page.get_objects(filter=(raw.FPDF_PAGEOBJ_PATH,), max_depth=3)
    for path in islice(paths, MAX_PATHS):
        if raw.FPDFPath_CountSegments(path) >= 12:
            return True
        left, bottom, right, top = path.get_bounds()
        width, height = right - left, top - bottom
        if height < THIN < width:
            across += 1
        elif width < THIN < height:
            down += 1
        elif min(width, height) > THIN:
            boxes += 1
        if (across >= 3 and down >= 2) or boxes >= 4:
            return True
    return False


def _properties(document: "PdfDocument") -> Iterator[Part]:
    found = guarded(lambda: document.get_metadata_dict(skip_empty=True))
    for key, label in PROPERTIES.items():
        value = clean(found.get(key, ""))
        if value.strip("()").lower() not in PLACEHOLDERS:
            yield from fields([("", value)], f"property {label}")
    for key, label in DATES.items():
        day = pdf_date(found.get(key, ""))
        if day is not None:
            yield Evidence("documentdatum", day, "metadata", f"property {label}")


def pdf_date(text: str) -> date | None:
    """Return the day of a PDF date, `None` if it is no date.

    >>> pdf_date("D:20210314120000+01'00'"), pdf_date("yesterday")
    (datetime.date(2021, 3, 14), None)
    """
    found = PDF_DATE.match(text)
    try:
        return date(*(int(group or 1) for group in found.groups())) if found else None
    except ValueError:
        return None


def _attachments(document: "PdfDocument") -> Iterator[Part]:
    for index in range(min(guarded(document.count_attachments), MAX_MEMBERS)):
        try:
            attachment = guarded(partial(document.get_attachment, index))
            name = guarded(attachment.get_name) or "attachment"
            data = bytes(guarded(attachment.get_data))
        except ExtractError as error:
            yield Gap(error.reason, f"attachment {index + 1}")
            continue
        if len(data) > MAX_PART_BYTES:
            yield Gap(TOO_LARGE, f"attachment {index + 1}")
        else:
            yield Member(f"{index + 1}-{name}", data)


EXTRACTOR = Extractor(media_types=("application/pdf",), suffixes=(".pdf",), parts=parts)
