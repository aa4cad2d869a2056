"""Stage 3, extract: form fields, annotations and links of a PDF page, by pdfium's own functions."""

import ctypes
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

from pypdfium2 import PdfDocument, PdfPage, raw  # type: ignore[import-untyped]

MAX_NOTES: Final = 10_000
MAX_STRING: Final = 1 << 20

MAX_OPTIONS: Final = 1_000
"""Choices of one field, signatures, packets."""
MAX_PACKET: Final = 16 << 20
TEXTS: Final = {b"Contents": "", b"T": "author", b"Subj": "subject", b"RC": "rich text"}
"""What a note may say (ISO 32000-1, tables 164 and 170)."""
EVENTS: Final = (
    raw.FPDF_ANNOT_AACTION_KEY_STROKE,
    raw.FPDF_ANNOT_AACTION_FORMAT,
    raw.FPDF_ANNOT_AACTION_VALIDATE,
    raw.FPDF_ANNOT_AACTION_CALCULATE,
)

Note = tuple[str, str, str]
"""Kind ("form", "script", "annotation", "link"), label, value."""


def notes(document: PdfDocument, page: PdfPage) -> Iterator[Note]:
    """Yield what a page holds beside its text; nothing without a value."""
    for index in range(min(raw.FPDFPage_GetAnnotCount(page), MAX_NOTES)):
        annotation = raw.FPDFPage_GetAnnot(page, index)
        if not annotation:
            continue
        try:
            for kind, label, value in _note(document, annotation):
                if value.strip():
                    yield kind, label, value.strip()
        finally:
            raw.FPDFPage_CloseAnnot(annotation)


def _note(document: PdfDocument, annotation: Any) -> Iterator[Note]:
    kind = raw.FPDFAnnot_GetSubtype(annotation)
    if kind == raw.FPDF_ANNOT_WIDGET:
        yield from _field(document, annotation)
        return
    if kind == raw.FPDF_ANNOT_LINK:
        action = raw.FPDFLink_GetAction(raw.FPDFAnnot_GetLink(annotation))
        if action:
            yield "link", "", _narrow(document, action)
    for key, label in TEXTS.items():
        value = _wide(partial(raw.FPDFAnnot_GetStringValue, annotation, key))
        yield "annotation", label, value


def _field(document: PdfDocument, annotation: Any) -> Iterator[Note]:
    """Yield a form field: what stands in it, what it explains, what else can be chosen."""
    form = document.formenv
    if not form:
        label = _wide(partial(raw.FPDFAnnot_GetStringValue, annotation, b"T"))
        value = _wide(partial(raw.FPDFAnnot_GetStringValue, annotation, b"V"))
        yield "form", label, value
        return
    label = _wide(partial(raw.FPDFAnnot_GetFormFieldName, form, annotation))
    value = _wide(partial(raw.FPDFAnnot_GetFormFieldValue, form, annotation))
    yield "form", label, value
    explained = _wide(partial(raw.FPDFAnnot_GetFormFieldAlternateName, form, annotation))
    if explained != label:
        yield "form", "", explained
    for index in range(min(raw.FPDFAnnot_GetOptionCount(form, annotation), MAX_OPTIONS)):
        option = _wide(partial(raw.FPDFAnnot_GetOptionLabel, form, annotation, index))
        if option != value:
            yield "form", f"{label} option", option
    for event in EVENTS:
        script = _wide(
            partial(raw.FPDFAnnot_GetFormAdditionalActionJavaScript, form, annotation, event)
        )
        yield "script", "", script


def attached(page: PdfPage) -> Iterator[Any]:
    """Yield the files that notes on a page hold, as pdfium's attachments."""
    for index in range(min(raw.FPDFPage_GetAnnotCount(page), MAX_NOTES)):
        annotation = raw.FPDFPage_GetAnnot(page, index)
        if not annotation:
            continue
        try:
            if raw.FPDFAnnot_GetSubtype(annotation) == raw.FPDF_ANNOT_FILEATTACHMENT:
                held = raw.FPDFAnnot_GetFileAttachment(annotation)
                if held:
                    yield held
        finally:
            raw.FPDFPage_CloseAnnot(annotation)


def xfa(document: PdfDocument) -> Iterator[bytes]:
    """Yield the packets of an XFA form: XML, of which one holds what was filled in."""
    for index in range(min(raw.FPDF_GetXFAPacketCount(document), MAX_OPTIONS)):
        size = ctypes.c_ulong()
        raw.FPDF_GetXFAPacketContent(document, index, None, 0, size)
        buffer = ctypes.create_string_buffer(min(size.value, MAX_PACKET))
        if raw.FPDF_GetXFAPacketContent(document, index, buffer, len(buffer), size):
            yield buffer.raw


def signatures(document: PdfDocument) -> Iterator[tuple[str, str]]:
    """Yield why a document was signed, and when (a date of PDF)."""
    for index in range(min(max(raw.FPDF_GetSignatureCount(document), 0), MAX_OPTIONS)):
        signature = raw.FPDF_GetSignatureObject(document, index)
        when = ctypes.create_string_buffer(64)
        raw.FPDFSignatureObj_GetTime(signature, when, len(when))
        reason = _wide(partial(raw.FPDFSignatureObj_GetReason, signature))
        yield reason, when.value.decode("latin-1")


def _wide(call: Callable[..., int]) -> str:
    """Return a string that pdfium writes as UTF-16 into a buffer of the size it asks for."""
    size = min(call(None, 0), MAX_STRING)
    if size < 4:
        return ""
    units = (ctypes.c_ushort * ((size + 1) // 2))()
    call(units, size)
    return bytes(units)[:size].decode("utf-16-le", "replace").rstrip("\0")


def _narrow(document: PdfDocument, action: Any) -> str:
    size = min(raw.FPDFAction_GetURIPath(document, action, None, 0), MAX_STRING)
    buffer = ctypes.create_string_buffer(max(size, 1))
    raw.FPDFAction_GetURIPath(document, action, buffer, size)
    return buffer.value.decode("utf-8", "replace")
