"""Stage 3, extract: a page of a PDF as a picture, for a person who has to see the original."""

import io
import logging
import warnings
from dataclasses import dataclass, field
from typing import Final

from pii_scan.errors import ExtractError
from pii_scan.extract._pdf_text import clean
from pii_scan.extract._reasons import DAMAGED, ENCRYPTED

MAX_PIXELS: Final = 1_400
"""Of the longer side: A4 at 120 dots an inch, which reads well beside its copy."""
MAX_TEXT: Final = 50_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page as it looks."""

    number: int
    count: int
    """Pages of the document."""
    png: bytes = field(repr=False)
    width: int
    height: int
    text: str = field(repr=False)


def sheet(data: bytes, number: int) -> Sheet:
    """Draw a page of a PDF; a number beyond the last page gives the last.

    Raises:
        ExtractError: the document asks for a password, or pdfium cannot open it.
    """
    from pypdfium2 import PdfDocument, PdfiumError, raw  # type: ignore[import-untyped]

    logging.getLogger("pypdfium2").setLevel(logging.CRITICAL + 1)
    try:
        document = PdfDocument(data)
    except PdfiumError as error:
        is_locked = error.err_code in {raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY}
        raise ExtractError(ENCRYPTED if is_locked else DAMAGED) from None
    try:
        with warnings.catch_warnings():
            # An XFA form that fails to load still leaves its plain fields.
            warnings.simplefilter("ignore")
            if document.get_formtype() != raw.FORMTYPE_NONE:
                document.init_forms()
        count = len(document)
        if not count:
            raise ExtractError(DAMAGED)
        at = min(max(number, 1), count)
        page = document[at - 1]
        longest = max(*page.get_size(), 1.0)
        bitmap = page.render(scale=MAX_PIXELS / longest)
        sink = io.BytesIO()
        bitmap.to_pil().convert("RGB").save(sink, "PNG")
        text = clean(page.get_textpage().get_text_range())[:MAX_TEXT]
        return Sheet(at, count, sink.getvalue(), bitmap.width, bitmap.height, text)
    except PdfiumError:
        raise ExtractError(DAMAGED) from None
    finally:
        document.close()
