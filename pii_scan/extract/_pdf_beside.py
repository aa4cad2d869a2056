"""Stage 3, extract: properties, outline, forms, scripts and files of a PDF."""

import re
from collections.abc import Iterator
from datetime import date
from functools import partial
from itertools import islice
from posixpath import basename
from typing import Any, Final

from pypdfium2 import PdfAttachment, PdfDocument, raw  # type: ignore[import-untyped]

from pii_scan.errors import ExtractError
from pii_scan.extract import _pdf_notes, _xmp
from pii_scan.extract._guard import guarded
from pii_scan.extract._limits import MAX_MEMBERS, MAX_PART_BYTES
from pii_scan.extract._pdf_tables import Plumber
from pii_scan.extract._pdf_text import clean
from pii_scan.extract._reasons import TOO_LARGE, TOO_MANY_PARTS
from pii_scan.extract._text import fields
from pii_scan.model import Evidence, Gap, Member, Part

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
MAX_BOOKMARKS: Final = 10_000
MAX_OBJECTS: Final = 100_000
"""Of a document in which scripts are looked for."""
MAX_NESTING: Final = 12


def beside(document: PdfDocument, data: bytes, plumber: Plumber) -> Iterator[Part]:
    """Yield all that belongs to no page; what is broken of it costs only itself."""
    for find in (
        partial(_properties, document, data, plumber),
        partial(_outline, document),
        partial(_xfa, document),
        partial(_scripts, document, data, plumber),
        partial(_signatures, document),
        partial(_attachments, document),
    ):
        try:
            yield from guarded(lambda find=find: list(find()))  # type: ignore[misc]
        except ExtractError as error:
            yield Gap(error.reason, find.func.__name__.lstrip("_"))


def _properties(document: PdfDocument, data: bytes, plumber: Plumber) -> Iterator[Part]:
    found = document.get_metadata_dict(skip_empty=True)
    said = set()
    for key, label in PROPERTIES.items():
        value = clean(found.get(key, ""))
        said.add(value)
        if value.strip("()").lower() not in PLACEHOLDERS:
            yield from fields([("", value)], f"property {label}")
    days = {label: pdf_date(found.get(key, "")) for key, label in DATES.items()}
    for label, day in days.items():
        if day is not None:
            yield Evidence("documentdatum", day, "metadata", f"property {label}")
    for part in _xmp.parts(_metadata(data, plumber), said):
        if not (isinstance(part, Evidence) and part.date in days.values()):
            yield part


def _metadata(data: bytes, plumber: Plumber) -> bytes:
    """Return bytes that hold the XMP of a document: all of it, unless that is encrypted."""
    if b"/Encrypt" not in data or b"/Metadata" not in data:
        return data
    stream = plumber.document.doc.catalog.get("Metadata")
    return bytes(stream.resolve().get_data()) if stream else b""


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


def _outline(document: PdfDocument) -> Iterator[Part]:
    titles = [clean(each.get_title()) for each in islice(document.get_toc(), MAX_BOOKMARKS)]
    yield from fields((("", title) for title in dict.fromkeys(titles)), "outline")


def _xfa(document: PdfDocument) -> Iterator[Part]:
    """Yield what an XFA form asks and what was filled in."""
    from pii_scan.extract import _xml

    for packet in _pdf_notes.xfa(document):
        if packet.lstrip().startswith((b"<xdp:xdp", b"</xdp:xdp")) and len(packet) < 4096:
            continue  # the first and the last packet, which hold the others together
        root = _xml.parse(packet.strip(b"\0 \r\n"))
        pairs = ((_xml.local(node), (node.text or "").strip()) for node in root.iter())
        yield from fields(dict.fromkeys(pairs), "form (xfa)")


def _scripts(document: PdfDocument, data: bytes, plumber: Plumber) -> Iterator[Part]:
    """Yield the scripts of the document, its pages and fields.

    pdfium shows those of the document only, so where there is one all objects are looked through.
    """
    if b"/JS" not in data and not raw.FPDFDoc_GetJavaScriptActionCount(document):
        return
    doc = plumber.document.doc
    numbers = {number for xref in doc.xrefs for number in xref.get_objids()}
    texts: dict[str, None] = {}
    for number in islice(sorted(numbers), MAX_OBJECTS):
        try:
            found = guarded(partial(_in_object, doc, number))
        except ExtractError:
            continue  # an object that is not there
        texts.update(dict.fromkeys(found))
    yield from fields((("", text.strip()) for text in texts), "script")


def _in_object(doc: Any, number: int) -> list[str]:
    found = []
    stack = [(doc.getobj(number), 0)]
    while stack:
        value, depth = stack.pop()
        if depth > MAX_NESTING:
            continue
        if isinstance(value, dict):
            if "JS" in value:
                found.append(_script(value["JS"]))
            stack.extend((each, depth + 1) for each in value.values())
        elif isinstance(value, list):
            stack.extend((each, depth + 1) for each in value)
    return found


def _script(value: Any) -> str:
    """Return a script that is a string or a stream (ISO 32000-1, 12.6.4.16)."""
    held = value.resolve() if hasattr(value, "resolve") else value
    content = held.get_data() if hasattr(held, "get_data") else held
    if not isinstance(content, bytes):
        return ""
    wide = content.startswith((b"\xfe\xff", b"\xff\xfe"))
    return content.decode("utf-16" if wide else "latin-1", "replace")


def _signatures(document: PdfDocument) -> Iterator[Part]:
    for index, (reason, when) in enumerate(_pdf_notes.signatures(document), start=1):
        yield from fields([("", clean(reason))], f"signature {index}")
        day = pdf_date(when)
        if day is not None:
            yield Evidence("documentdatum", day, "metadata", f"signature {index}")


def _attachments(document: PdfDocument) -> Iterator[Part]:
    count = document.count_attachments()
    for index in range(min(count, MAX_MEMBERS)):
        try:
            attachment = guarded(partial(document.get_attachment, index))
        except ExtractError as error:
            yield Gap(error.reason, f"attachment {index + 1}")
            continue
        yield member(document, attachment.raw, f"attachment {index + 1}")
    if count > MAX_MEMBERS:
        yield Gap(TOO_MANY_PARTS, "attachments")


def member(document: PdfDocument, held: Any, where: str) -> Part:
    """Return an attached file; of one that cannot be taken out, the reason."""
    attachment = PdfAttachment(held, document)
    try:
        name = basename(guarded(attachment.get_name).replace("\\", "/")) or "attachment"
        data = bytes(guarded(attachment.get_data))
    except ExtractError as error:
        return Gap(error.reason, where)
    if len(data) > MAX_PART_BYTES:
        return Gap(TOO_LARGE, where)
    return Member(f"{where.removeprefix('attachment ')}-{name}", data)
