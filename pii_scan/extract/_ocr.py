"""Stage 3, extract: the text in a picture, by Tesseract in a process of its own.

The program and not a binding to its library: it crashes, hangs or fills its memory by itself, comes
from the same place as its Dutch data, and starts in 0.1 s where a page takes 2.
"""

import hashlib
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from shutil import which
from typing import TYPE_CHECKING, Final

from pii_scan.errors import ExtractError
from pii_scan.extract import _mrz, _process
from pii_scan.extract._reasons import NEEDS_OCR, NOT_RECOGNISED, TIMED_OUT

if TYPE_CHECKING:
    from PIL.Image import Image

DPI: Final = 250
"""At which pages are drawn to be read; 300 takes a quarter longer and reads no better."""
SECONDS: Final = 30.0
"""For one picture."""
MAX_READ_PIXELS: Final = 16_000_000
"""More than these are scaled down; a page of A4 has 6 million at `DPI`."""
SMALL: Final = 2_500_000
"""Pixels: what has less comes from a screen or a telephone's chat, and is read at twice its size.
"""
LANGUAGES: Final = ("eng", "nld")
"""English first: the Dutch data alone doubles digits ("9999900019"), one number in 20. Debian's
tesseract-ocr brings English along."""
SKETCH: Final = 500
"""Pixels of the longest side in which it is seen whether lines lean."""
MAX_LEAN: Final = 15
LEAST_LEAN: Final = 3
"""Degrees; less does Tesseract no harm."""
MAX_KNOWN: Final = 4_096
"""Pictures whose text is remembered: one logo stands in a thousand letters."""

_known: dict[bytes, str] = {}


def missing() -> str | None:
    """Say what has to be installed before pictures are read; `None`: nothing."""
    return None if _is_there() else NEEDS_OCR


def text(image: "Image") -> str:
    """Return what is read in a grey picture, whichever side is up; "" if there is nothing.

    Raises:
        ExtractError: Tesseract or its Dutch data is not installed, fails or takes too long.
    """
    if lacking := missing():
        raise ExtractError(lacking)
    image = _scaled(_level(image))
    header = b"P5 %d %d 255\n" % image.size
    picture = header + image.tobytes()
    digest = hashlib.sha256(picture).digest()
    if digest not in _known:
        if len(_known) >= MAX_KNOWN:
            _known.clear()
        _known[digest] = _read(picture)
    return _known[digest]


def _read(picture: bytes) -> str:
    # 1: it finds out which side is up, which takes a tenth longer.
    found = _recognise(picture, LANGUAGES, "--psm", "1")
    if not _mrz.is_likely(found):
        return found
    # Only what a machine-readable zone may hold: "<" is no letter of any language.
    only = f"tessedit_char_whitelist={_mrz.ALPHABET}"
    strict = _recognise(picture, LANGUAGES[:1], "--psm", "6", "-c", only)
    return _mrz.replaced(found, strict)


def _recognise(picture: bytes, languages: Sequence[str], *options: str) -> str:
    command = ("tesseract", "-", "-", "-l", "+".join(languages), "--dpi", str(DPI), *options)
    # By itself it takes all processors, and slows down those beside it by more than it gains.
    ended, written = _process.run(command, picture, seconds=SECONDS, env={"OMP_THREAD_LIMIT": "1"})
    if ended:
        raise ExtractError(NOT_RECOGNISED)
    return written.decode("utf-8", "replace").replace("\f", "").strip()


@cache
def _is_there() -> bool:
    if which("tesseract") is None:
        return False
    try:
        _, written = _process.run(("tesseract", "--list-langs"), seconds=SECONDS)
    except ExtractError as error:
        raise ExtractError(NEEDS_OCR if error.reason == TIMED_OUT else error.reason) from None
    return set(LANGUAGES) <= set(written.decode("utf-8", "replace").split())


def _level(image: "Image") -> "Image":
    """Turn back a picture whose lines lean, as on a photo: Tesseract gives up at some degrees."""
    from PIL.Image import Resampling

    small = image.copy()
    small.thumbnail((SKETCH, SKETCH))
    sharpness = {angle: _sharpness(small, angle) for angle in range(-MAX_LEAN, MAX_LEAN + 1)}
    lean = max(sharpness, key=sharpness.__getitem__)
    if abs(lean) < LEAST_LEAN or sharpness[lean] < 2 * sharpness[0]:
        return image
    return image.rotate(lean, Resampling.BICUBIC, expand=True, fillcolor=_lightest(image))


def _sharpness(image: "Image", angle: int) -> int:
    """Return how much rows differ from their neighbours when a picture is turned by an angle.

    Lines of text and the white between them do so most when they lie level.
    """
    from PIL.Image import Resampling

    turned = image.rotate(angle, Resampling.BILINEAR, fillcolor=_lightest(image))
    rows = turned.resize((1, turned.height), Resampling.BOX).tobytes()
    return sum((one - other) ** 2 for one, other in pairwise(rows))


def _lightest(image: "Image") -> int:
    lightest = image.getextrema()[1]
    return int(lightest) if isinstance(lightest, int | float) else 255


def _scaled(image: "Image") -> "Image":
    from PIL.Image import Resampling

    width, height = image.size
    if width * height > MAX_READ_PIXELS:
        factor = (MAX_READ_PIXELS / (width * height)) ** 0.5
    elif width * height < SMALL:
        factor = 2.0
    else:
        return image
    size = max(round(width * factor), 1), max(round(height * factor), 1)
    return image.resize(size, Resampling.BICUBIC)
