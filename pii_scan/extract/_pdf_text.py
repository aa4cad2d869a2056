"""Stage 3, extract: the text of a PDF page as pdfium has it, all of it or in a box."""

import ctypes
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from pii_scan.extract._pdf_grid import Box

if TYPE_CHECKING:
    from pypdfium2 import PdfTextPage  # type: ignore[import-untyped]

MAX_CHARS: Final = 50_000
"""Characters of a page that are looked for by place."""
INSIDE: Final = 0.5
"""Points that a box is smaller than it is: letters that touch a line are on one side of it only."""
SPACE: Final = re.compile(r"[\s\x00\x02\ufffe]+")
"""White space, and pdfium's marks of broken words."""


def clean(text: str) -> str:
    r"""Return pdfium's text with plain line ends and without its marks of broken words.

    >>> clean("per\x02soon\r\n")
    'persoon'
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for mark in ("\ufffe", "\x02", "\x00"):  # many times as fast as one `translate`
        text = text.replace(mark, "")
    return text.strip()


def letters(text: str) -> int:
    """Return how many characters of a text are no space."""
    return len(SPACE.sub("", text))


def reader(page: "PdfTextPage") -> Callable[[Box], str]:
    """Return a function that reads what stands in a box of the page."""
    from pypdfium2 import raw

    units = (ctypes.c_ushort * MAX_CHARS)()

    def read(box: Box) -> str:
        left, bottom, right, top = box
        edges = (left + INSIDE, top - INSIDE, right - INSIDE, bottom + INSIDE)
        count = raw.FPDFText_GetBoundedText(page, *edges, units, MAX_CHARS)
        return clean(bytes(memoryview(units)[:count]).decode("utf-16-le", "replace"))

    return read
