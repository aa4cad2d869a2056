"""Stage 3, extract: form fields, annotations and links of a PDF page, by pdfium's own functions."""

import ctypes
from collections.abc import Callable, Iterator
from typing import Any, Final

from pypdfium2 import PdfDocument, PdfPage, raw  # type: ignore[import-untyped]

MAX_NOTES: Final = 10_000
MAX_STRING: Final = 1 << 20

Note = tuple[str, str, str]
"""Kind ("form", "annotation", "link"), label, value."""


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
    if kind == raw.FPDF_ANNOT_WIDGET and document.formenv:
        form = document.formenv
        label = _wide(lambda *out: raw.FPDFAnnot_GetFormFieldName(form, annotation, *out))
        value = _wide(lambda *out: raw.FPDFAnnot_GetFormFieldValue(form, annotation, *out))
        yield "form", label, value
        return
    if kind == raw.FPDF_ANNOT_LINK:
        action = raw.FPDFLink_GetAction(raw.FPDFAnnot_GetLink(annotation))
        if action:
            yield "link", "", _narrow(document, action)
    for key, label in ((b"Contents", ""), (b"T", "author"), (b"Subj", "subject")):
        value = _wide(lambda *out, key=key: raw.FPDFAnnot_GetStringValue(annotation, key, *out))
        yield "annotation", label, value


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
