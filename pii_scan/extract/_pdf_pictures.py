"""Stage 3, extract: where a PDF page shows text that is not on it as text, and what it says."""

import re
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from pii_scan.errors import ExtractError
from pii_scan.extract import _ocr, _picture
from pii_scan.extract._guard import guarded
from pii_scan.extract._limits import MAX_PIXELS
from pii_scan.extract._pdf_grid import Box
from pii_scan.extract._pdf_page import Drawn, Picture
from pii_scan.extract._pdf_text import letters, reader
from pii_scan.extract._reasons import TOO_LARGE
from pii_scan.model import Gap, Part

if TYPE_CHECKING:
    from PIL.Image import Image
    from pypdfium2 import PdfPage, PdfTextPage  # type: ignore[import-untyped]

INCH: Final = 72
"""Points."""
LEAST_SIDE: Final = 30
LEAST_AREA: Final = 10_000
"""Points and square points of a picture on a page: a logo has 150 by 50, an identity card 240 by
150 (ISO/IEC 7810, ID-1)."""
DENSE: Final = 400 / (595 * 842)
"""Letters to a square point: a page of A4 with a short letter on it has 400, a stamp 60."""
ENOUGH: Final = 40
"""Letters over a picture from which on it is a scan with its text behind it, or a background. What
stamps a scan ("page 1 of 3, received …") has less."""
OUTLINES: Final = 100
"""Paths from which on a page without text may be one whose letters are drawn."""
UNREADABLE: Final = 0.3
"""Share of characters without a meaning from which on a font does not tell its letters."""
STRANGE: Final = re.compile("[\x01-\x08\x0e-\x1f\x7f-\x9f\ue000-\uf8ff\ufffd]")
"""Characters that are no letters of any writing: control, private use, unknown."""
SLACK: Final = 2.0
"""Points between the strips of one scan."""
MAX_STRIPS: Final = 300


def regions(page: "PdfPage", held: "PdfTextPage", text: str, drawn: Drawn) -> list[Box]:
    """Return the boxes of a page that are to be read as a picture."""
    whole: list[Box] = [page.get_bbox()]
    if text and not is_readable(text):
        return whole
    if not text and not drawn.pictures:
        return whole if drawn.paths >= OUTLINES else []
    if len(drawn.pictures) > MAX_STRIPS:
        return whole if letters(text) < ENOUGH else []
    read = reader(held)
    found = [
        box
        for box, pixels in _merged(drawn.pictures)
        if _is_worthwhile(box, pixels) and letters(read(box)) < _enough(box)
    ]
    return whole if found and page.get_rotation() else found


def _enough(box: Box) -> float:
    """Return how many letters over a picture say what it shows; a stamp over a scan does not."""
    left, bottom, right, top = box
    return max(ENOUGH, DENSE * abs((right - left) * (top - bottom)))


def is_readable(text: str) -> bool:
    r"""Tell whether the fonts of a page say which letters they show.

    >>> is_readable("Geachte mevrouw"), is_readable("\ue001\ue002\ufffd\x03")
    (True, False)
    """
    strange = len(STRANGE.findall(text))
    return not strange or strange <= UNREADABLE * letters(text)


def _merged(pictures: Sequence[Picture]) -> list[tuple[Box, int]]:
    """Return the boxes of pictures and how many pixels they have; strips of one scan are one."""
    found: list[tuple[Box, int]] = []
    for picture in sorted(pictures, key=lambda each: -each.box[3]):
        box, pixels = picture.box, picture.width * picture.height
        touching = [each for each in found if _touch(each[0], box)]
        for other, more in touching:
            found.remove((other, more))
            box, pixels = _around(box, other), pixels + more
        found.append((box, pixels))
    return found


def _touch(one: Box, other: Box) -> bool:
    return (
        one[0] - SLACK <= other[2]
        and other[0] - SLACK <= one[2]
        and one[1] - SLACK <= other[3]
        and other[1] - SLACK <= one[3]
    )


def _around(one: Box, other: Box) -> Box:
    return (
        min(one[0], other[0]),
        min(one[1], other[1]),
        max(one[2], other[2]),
        max(one[3], other[3]),
    )


def _is_worthwhile(box: Box, pixels: int) -> bool:
    width, height = box[2] - box[0], box[3] - box[1]
    is_large = min(width, height) >= LEAST_SIDE and width * height >= LEAST_AREA
    return is_large and pixels >= _picture.LEAST_PIXELS


def read(page: "PdfPage", drawn: Drawn, box: Box, where: str) -> Iterator[Part]:
    """Draw a part of a page, and yield what is written there."""
    try:
        yield from _picture.text(guarded(partial(_draw, page, drawn, box)), where)
    except ExtractError as error:
        yield Gap(error.reason, where)


def _draw(page: "PdfPage", drawn: Drawn, box: Box) -> "Image":
    if any(picture.width * picture.height > MAX_PIXELS for picture in drawn.pictures):
        raise ExtractError(TOO_LARGE)
    left, bottom, right, top = page.get_bbox()
    box = max(left, box[0]), max(bottom, box[1]), min(right, box[2]), min(top, box[3])
    crop = (box[0] - left, box[1] - bottom, right - box[2], top - box[3])
    area = max(box[2] - box[0], 1) * max(box[3] - box[1], 1)
    scale = min(_ocr.DPI / INCH, (_ocr.MAX_READ_PIXELS / area) ** 0.5)
    bitmap = page.render(scale=scale, crop=crop, grayscale=True)
    try:
        image: Image = bitmap.to_pil().convert("L")
    finally:
        bitmap.close()
    return image
