"""Stage 3, extract: pictures. What is written in them, and what their file says beside."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from pii_scan.errors import ExtractError
from pii_scan.extract import _ocr, _picture, _xmp
from pii_scan.extract._decode import decode
from pii_scan.extract._limits import read
from pii_scan.extract._text import fields
from pii_scan.model import Evidence, Extractor, Gap, Part

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

EXIF: Final = {
    0x010D: "document name",
    0x010E: "description",
    0x013B: "artist",
    0x013C: "host computer",
    0x8298: "copyright",
    0x9C9B: "title",
    0x9C9C: "comment",
    0x9C9D: "author",
    0x9C9E: "keywords",
    0x9C9F: "subject",
    0x9286: "user comment",
    0xA420: "image id",
    0xA430: "owner",
    0xA431: "serial number",
}
"""Tags that hold text (CIPA DC-008, Exif 2.32; 0x9C9B-0x9C9F as Windows writes them)."""
WINDOWS: Final = range(0x9C9B, 0x9CA0)
DATES: Final = {0x9003: "created", 0x9004: "digitized", 0x0132: "modified"}
DATE: Final = re.compile(r"(\d{4}):(\d\d):(\d\d)")
EXIF_IFD, GPS_IFD = 0x8769, 0x8825
LATITUDE, LONGITUDE = 2, 4
IPTC: Final = {
    (2, 5): "title",
    (2, 25): "keywords",
    (2, 80): "author",
    (2, 90): "city",
    (2, 92): "location",
    (2, 105): "headline",
    (2, 110): "credit",
    (2, 116): "copyright",
    (2, 118): "contact",
    (2, 120): "description",
    (2, 122): "writer",
}
"""Datasets that hold text (IPTC-IIM 4.2)."""
CODES: Final = frozenset({b"ASCII\0\0\0", b"JIS\0\0\0\0\0", bytes(8)})
"""How a user comment begins, beside UNICODE (CIPA DC-008, 4.6.5)."""
COMMENT: Final = "comment"
"""What Pillow calls the comment of JPEG and GIF; PNG has texts under any name, and only texts."""


def parts(stream: BinaryIO) -> Iterator[Part]:
    """Yield the text in the frames of a picture, then what its file says beside.

    Raises:
        ExtractError: it is no picture that can be opened.
    """
    image = _picture.load(stream)
    yield from _picture.read(image)
    said: set[str] = set()
    for notes in (_comments, _exif, _place, _iptc):
        try:
            told = _picture.quietly(lambda found=notes: list(found(image)))  # type: ignore[misc]
        except ExtractError as error:
            yield Gap(error.reason, "properties")
            continue
        for label, value in told:
            said.add(value)
            yield from fields([("", value)], f"property {label}")
    with suppress(ExtractError):
        yield from _picture.quietly(lambda: list(_dates(image)))
    yield from _xmp.parts(read(stream), said)


def _comments(image: "ImageFile") -> Iterator[tuple[str, str]]:
    # Those of PNG may stand behind the pixels, and are there once these have been read.
    is_png = image.format == "PNG"
    for key, value in image.info.items():
        if isinstance(value, str) and is_png and not value.startswith("<?xpacket"):
            yield str(key), value
        elif key == COMMENT and image.format != "JPEG":
            yield COMMENT, _text(value)
    # Of several comments of a JPEG Pillow keeps the last one only.
    for marker, content in getattr(image, "applist", ()):
        if marker == "COM":
            yield COMMENT, _text(content)


def _exif(image: "ImageFile") -> Iterator[tuple[str, str]]:
    exif = image.getexif()
    for tag, value in (*exif.items(), *exif.get_ifd(EXIF_IFD).items()):
        if tag in EXIF and (text := _text(value, wide=tag in WINDOWS)):
            yield EXIF[tag], text


def _place(image: "ImageFile") -> Iterator[tuple[str, str]]:
    place = image.getexif().get_ifd(GPS_IFD)
    if LATITUDE in place and LONGITUDE in place:
        yield "gps", f"{_degrees(place, LATITUDE):.5f}, {_degrees(place, LONGITUDE):.5f}"


def _degrees(place: Mapping[int, Any], tag: int) -> float:
    """Return a latitude or longitude; the tag before says which half of the earth."""
    degrees, minutes, seconds = map(float, place[tag])
    sign = -1 if place.get(tag - 1) in {"S", "W"} else 1
    return sign * (degrees + minutes / 60 + seconds / 3600)


def _iptc(image: "ImageFile") -> Iterator[tuple[str, str]]:
    from PIL.IptcImagePlugin import getiptcinfo

    for key, value in (getiptcinfo(image) or {}).items():
        if key in IPTC:
            values = value if isinstance(value, list) else [value]
            yield IPTC[key], ", ".join(map(_text, values))


def _dates(image: "ImageFile") -> Iterator[Evidence]:
    exif = image.getexif()
    for tag, value in (*exif.items(), *exif.get_ifd(EXIF_IFD).items()):
        # "2021:03:14 09:00:00"; zeros or spaces where the camera did not know.
        if tag in DATES and (found := DATE.match(str(value))):
            with suppress(ValueError):
                day = date(*map(int, found.groups()))
                yield Evidence("documentdatum", day, "metadata", f"property {DATES[tag]}")


def _text(value: object, *, wide: bool = False) -> str:
    """Return a note in clear, whatever Pillow has made of its bytes."""
    if isinstance(value, str):
        # Pillow reads ASCII as Latin-1, and many programs write UTF-8 there.
        value = value.encode("latin-1", "replace")
    if not isinstance(value, bytes):
        return ""
    code, rest = value[:8], value[8:]
    if code == b"UNICODE\0":
        order = "utf-16-be" if rest.startswith((b"\0", b"\xfe\xff")) else "utf-16-le"
        return _bare(rest.decode(order, "replace"))
    if wide:
        return _bare(value.decode("utf-16-le", "replace"))
    return _bare(decode(rest if code in CODES else value))


def _bare(text: str) -> str:
    return text.strip("\0\ufeff ")


EXTRACTOR = Extractor(
    media_types=(
        "image/png",
        "image/jpeg",
        "image/tiff",
        "image/gif",
        "image/webp",
        "image/bmp",
    ),
    suffixes=(".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".tif", ".tiff", ".gif", ".webp", ".bmp"),
    parts=parts,
    missing=_ocr.missing,
)
