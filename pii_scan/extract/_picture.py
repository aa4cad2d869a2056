"""Stage 3, extract: a picture of any format -> grey pixels, a frame at a time -> their text."""

import hashlib
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, Final, TypeVar

from pii_scan.errors import ExtractError
from pii_scan.extract import _ocr
from pii_scan.extract._guard import guarded
from pii_scan.extract._limits import MAX_PICTURES, MAX_PIXELS
from pii_scan.extract._reasons import DAMAGED, TOO_LARGE, TOO_MANY_PICTURES
from pii_scan.extract._text import fields
from pii_scan.model import Gap, Part

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

T = TypeVar("T")

FORMATS: Final = ("PNG", "JPEG", "TIFF", "GIF", "WEBP", "BMP")
"""Of Pillow; it knows many more, whose readers are little used and less tried."""
LEAST_SIDE: Final = 24
LEAST_PIXELS: Final = 6_000
"""Three words on a screen have 250 by 24; icons, bullets and spacers have less."""
LEAST_CONTRAST: Final = 32
"""Between the darkest and the lightest pixel, of 255: less is a plane of one colour."""


def load(stream: BinaryIO) -> "ImageFile":
    """Open a picture; its pixels are not unpacked yet.

    Raises:
        ExtractError: it is damaged.
    """
    from PIL import Image

    stream.seek(0)
    return quietly(partial(Image.open, stream, formats=FORMATS))


def quietly(call: Callable[[], T]) -> T:
    """Return what a call into Pillow returns. What it warns of may quote the file, and goes.

    Raises:
        ExtractError: whatever it raised.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return guarded(partial(_bounded, call))


def _bounded(call: Callable[[], T]) -> T:
    from PIL.Image import DecompressionBombError

    try:
        return call()
    except DecompressionBombError:
        raise ExtractError(TOO_LARGE) from None


def read(image: "Image") -> Iterator[Part]:
    """Yield the text in the frames of a picture, equal ones once: "page 2 (ocr)"."""
    seen: set[bytes] = set()
    for index in range(MAX_PICTURES + 1):
        where = f"page {index + 1} (ocr)"
        try:
            if not quietly(partial(_turn_to, image, index)):
                return
            if index == MAX_PICTURES:
                yield Gap(TOO_MANY_PICTURES, where)
                return
            pixels, is_whole = _pixels(image)
        except ExtractError as error:
            yield Gap(error.reason, where)
            if error.reason == TOO_LARGE:
                continue
            return  # the next frame is found by way of this one
        if not is_whole:
            yield Gap(DAMAGED, where)
        digest = hashlib.sha256(pixels.tobytes()).digest()
        if digest not in seen:
            seen.add(digest)
            yield from text(pixels, where)


def text(pixels: "Image", where: str) -> Iterator[Part]:
    """Yield what is written in grey pixels; nothing where they are too few or too even for it."""
    darkest, lightest = pixels.getextrema()
    is_even = float(lightest) - float(darkest) < LEAST_CONTRAST  # type: ignore[arg-type]
    if is_even or not may_hold_text(*pixels.size):
        return
    try:
        yield from fields([("", _ocr.text(pixels))], where)
    except ExtractError as error:
        yield Gap(error.reason, where)


def may_hold_text(width: float, height: float) -> bool:
    """Tell whether a picture has pixels enough for a line of text."""
    return min(width, height) >= LEAST_SIDE and width * height >= LEAST_PIXELS


def _turn_to(image: "Image", index: int) -> bool:
    """Go to a frame; tell whether it is there."""
    try:
        image.seek(index)
    except EOFError:
        return False
    return True


def _pixels(image: "Image") -> tuple["Image", bool]:
    """Return the frame as grey pixels with its top up, and whether all of it is there."""
    if image.width * image.height > MAX_PIXELS:
        raise ExtractError(TOO_LARGE)
    # Only JPEG can: it is unpacked as grey, in a third of the memory.
    quietly(partial(image.draft, "L", image.size))
    is_whole = True
    try:
        quietly(image.load)
    except ExtractError as error:
        if error.reason != DAMAGED:
            raise
        quietly(partial(_load_what_is_there, image))
        is_whole = False
    return quietly(partial(_grey, image)), is_whole


def _load_what_is_there(image: "Image") -> None:
    from PIL import ImageFile

    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        image.load()
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False


def _grey(image: "Image") -> "Image":
    from PIL import Image, ImageOps

    if image.mode.startswith(("I", "F")):
        low, high = image.getextrema()
        scale = 255 / max(float(high) - float(low), 1.0)  # type: ignore[arg-type]
        image = image.convert("F").point(lambda value: value * scale - low * scale)  # type: ignore[operator]
    if "transparency" in image.info or image.mode in {"RGBA", "LA", "PA", "RGBa", "La"}:
        image = image.convert("RGBA")
        page = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(page, image)
    return ImageOps.exif_transpose(image.convert("L"))
