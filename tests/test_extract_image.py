import io
import struct
import zlib
from datetime import date
from typing import Any

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from PIL.TiffImagePlugin import IFDRational

from pii_scan.errors import ExtractError
from pii_scan.extract import _limits, _ocr, _picture, _process, media_type
from pii_scan.model import Evidence, Gap
from tests.documents import at, parts, picture, saved, words

BSN = "999994256"
LINE = f"BSN {BSN}"
KINDS = (
    ("PNG", "a.png", "image/png"),
    ("JPEG", "a.jpg", "image/jpeg"),
    ("TIFF", "a.tiff", "image/tiff"),
    ("GIF", "a.gif", "image/gif"),
    ("WEBP", "a.webp", "image/webp"),
    ("BMP", "a.bmp", "image/bmp"),
)
XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
    ' xmp:CreateDate="2021-03-14T09:00:00+01:00" xmp:CreatorTool="Schets 2"><dc:creator><rdf:Seq>'
    f"<rdf:li>P. Vos {BSN}</rdf:li></rdf:Seq></dc:creator>"
    "</rdf:Description></rdf:RDF></x:xmpmeta>"
).encode()


@pytest.mark.parametrize(("kind", "name", "stated"), KINDS)
def test_every_kind_is_read(kind: str, name: str, stated: str) -> None:
    data = saved(picture(LINE, "geboren te Ons Dorp"), kind)
    assert media_type(io.BytesIO(data), "a.dat") == stated
    assert at(parts(data, name), "page 1 (ocr)") == f"{LINE}\n\ngeboren te Ons Dorp"


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "CMYK", "I;16", "I", "F"])
def test_every_way_to_hold_pixels_is_read(mode: str) -> None:
    image = picture(LINE)
    made = image.convert("I").point(lambda v: v * 257) if mode[0] == "I" else image
    assert LINE in at(parts(saved(made.convert(mode), "TIFF"), "a.tif"), "page 1 (ocr)")


def test_what_is_transparent_is_white() -> None:
    image = Image.new("RGBA", (600, 160), (0, 0, 0, 0))
    image.paste((0, 0, 0, 255), mask=picture(LINE).resize((600, 160)).point(lambda v: 255 - v))
    assert LINE in words(parts(saved(image, "PNG"), "a.png"))


def test_white_on_black_is_read() -> None:
    dark = picture(LINE).point(lambda value: 255 - value)
    assert LINE in words(parts(saved(dark, "PNG"), "a.png"))


def test_small_letters_of_a_screen_are_read() -> None:
    assert LINE in words(parts(saved(picture(f"Klant Jansen, {LINE}", size=11), "PNG"), "a.png"))


LETTER = (
    "Geachte mevrouw Jansen,",
    "Hierbij bevestigen wij de afspraak die u met",
    "onze medewerker heeft gemaakt over uw polis.",
    f"Wij vroegen u om uw {LINE}",
    "en om een kopie van het contract te sturen.",
    "Met vriendelijke groet, de klantenservice",
)


@pytest.mark.parametrize("angle", [0, 4, -9, 90, 180, 270])
def test_whichever_way_it_lies(angle: float) -> None:
    assert LINE in words(parts(saved(picture(*LETTER, angle=angle), "PNG"), "a.png"))


def test_a_camera_says_which_side_is_up() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn it a quarter clockwise
    data = saved(picture(LINE, angle=90), "JPEG", exif=exif)
    assert LINE in words(parts(data, "a.jpg"))


def test_all_pages_of_a_tiff() -> None:
    pages = [picture(f"{LINE} blad {number}") for number in (1, 2, 2, 3)]
    found = parts(saved(pages[0], "TIFF", save_all=True, append_images=pages[1:]), "a.tif")
    wheres = ["page 1 (ocr)", "page 2 (ocr)", "page 4 (ocr)"]
    assert [getattr(part, "where", "") for part in found] == wheres
    assert "blad 3" in at(found, "page 4 (ocr)")


def test_pages_beyond_the_limit_are_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_picture, "MAX_PICTURES", 2)
    pages = [Image.new("L", (9, 9), shade) for shade in range(4)]
    found = parts(saved(pages[0], "TIFF", save_all=True, append_images=pages[1:]), "a.tif")
    assert found == [Gap("too many images", "page 3 (ocr)")]


@pytest.mark.parametrize("size", [(1, 1), (16, 16), (64, 64), (3000, 5), (5, 3000)])
def test_icons_and_spacers_are_read_at_once(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_ocr, "text", None)
    image = Image.effect_noise(size, 200)
    assert parts(saved(image, "PNG"), "a.png") == []


def test_an_even_plane_is_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_ocr, "text", None)
    assert parts(saved(Image.new("RGB", (800, 800), "red"), "PNG"), "a.png") == []


def test_one_picture_is_recognised_once(monkeypatch: pytest.MonkeyPatch) -> None:
    data = saved(picture("eenmaal 12345"), "PNG")
    first = parts(data, "a.png")
    monkeypatch.setattr(_process, "run", None)
    assert parts(data, "b.png") == first != []


def test_without_tesseract_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_ocr, "_is_there", lambda: False)
    found = parts(saved(picture(LINE), "PNG"), "a.png")
    assert found == [Gap("needs tesseract-ocr-nld", "page 1 (ocr)")]


@pytest.mark.parametrize(
    ("program", "languages"),
    [(None, b""), ("tesseract", b"eng\nosd\n"), ("tesseract", b"nld\nosd\n")],
)
def test_what_it_takes_to_read(
    program: str | None, languages: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_ocr, "which", lambda _: program)
    monkeypatch.setattr(_process, "run", lambda *_, **__: (0, languages))
    assert _ocr._is_there.__wrapped__() is False


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        (ExtractError("took too long"), "took too long"),
        ((1, b""), "image could not be recognised"),
        ((-9, b"half"), "image could not be recognised"),
    ],
)
def test_a_reader_that_fails_costs_one_picture(
    how: Any, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*_: object, **__: object) -> Any:
        if isinstance(how, ExtractError):
            raise how
        return how

    _ocr._is_there()
    monkeypatch.setattr(_process, "run", run)
    image = picture(f"{reason} {how!r:.9}")
    exif = Image.Exif()
    exif[0x013B] = "P. Vos"
    found = parts(saved(image, "JPEG", exif=exif), "a.jpg")
    assert found[0] == Gap(reason, "page 1 (ocr)")
    assert at(found, "property artist") == "P. Vos"


def test_what_a_camera_writes() -> None:
    exif = Image.Exif()
    exif[0x010E], exif[0x013B] = f"tuin van {BSN}", "P. Vos"
    exif[0x9C9C] = "prive".encode("utf-16-le")
    exif[0x0132] = "2022:04:15 10:00:00"
    inner = exif.get_ifd(0x8769)
    inner[0x9003], inner[0x9004] = "2021:03:14 09:00:00", "0000:00:00 00:00:00"
    inner[0x9286] = b"UNICODE\0" + "Zoë".encode("utf-16-le")
    place = exif.get_ifd(0x8825)
    place[1], place[3] = "S", "E"
    place[2] = (IFDRational(52), IFDRational(5), IFDRational(264, 10))
    place[4] = (IFDRational(5), IFDRational(7), IFDRational(12))
    found = parts(saved(Image.new("L", (9, 9)), "JPEG", exif=exif), "a.jpg")
    assert at(found, "property description") == f"tuin van {BSN}"
    assert at(found, "property artist") == "P. Vos"
    assert at(found, "property comment") == "prive"
    assert at(found, "property user comment") == "Zoë"
    assert at(found, "property gps") == "-52.09067, 5.12000"
    assert {(part.where, part.date) for part in found if isinstance(part, Evidence)} == {
        ("property created", date(2021, 3, 14)),
        ("property modified", date(2022, 4, 15)),
    }


def test_names_in_utf_8_where_ascii_should_be() -> None:
    exif = Image.Exif()
    exif[0x013B] = "Zoë de Vries".encode()
    data = saved(Image.new("L", (9, 9)), "JPEG", exif=exif)
    assert at(parts(data, "a.jpg"), "property artist") == "Zoë de Vries"


def test_texts_of_png_before_and_behind_the_pixels() -> None:
    notes = PngInfo()
    notes.add_text("Author", "P. Vos")
    notes.add_itxt("Title", f"dossier {BSN}", zip=True)
    notes.add(b"tEXt", b"Comment\0achteraan", after_idat=True)
    found = parts(saved(Image.new("L", (9, 9)), "PNG", pnginfo=notes), "a.png")
    assert at(found, "property Author") == "P. Vos"
    assert at(found, "property Title") == f"dossier {BSN}"
    assert at(found, "property Comment") == "achteraan"


@pytest.mark.parametrize(("kind", "name"), [("JPEG", "a.jpg"), ("GIF", "a.gif")])
def test_comments(kind: str, name: str) -> None:
    data = saved(Image.new("L", (9, 9)), kind, comment=f"voor {BSN}".encode())
    assert at(parts(data, name), "property comment") == f"voor {BSN}"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_xmp_wherever_it_stands(kind: str) -> None:
    data = saved(Image.new("L", (9, 9)), kind)
    # Readers of the format need not see it there: it is found by its marks.
    found = parts(data + XMP, "a.bin")
    assert at(found, "property creator") == f"P. Vos {BSN}"
    assert Evidence("documentdatum", date(2021, 3, 14), "metadata", "property created") in found
    assert "Schets" not in words(found)


def test_xmp_that_says_the_same_again_is_left_out() -> None:
    exif = Image.Exif()
    exif[0x013B] = f"P. Vos {BSN}"
    found = parts(saved(Image.new("L", (9, 9)), "JPEG", exif=exif) + XMP + XMP, "a.jpg")
    assert words(found) == f"P. Vos {BSN}"


def test_xmp_that_is_no_xml_is_a_gap() -> None:
    data = saved(Image.new("L", (9, 9)), "PNG") + b"<x:xmpmeta><a></x:xmpmeta>"
    assert parts(data, "a.png") == [Gap("damaged", "properties (xmp)")]


def test_a_picture_cut_off_shows_what_it_has() -> None:
    data = saved(picture(LINE, *["het vervolg van de brief"] * 20), "JPEG")
    found = parts(data[: len(data) // 2], "a.jpg")
    assert Gap("damaged", "page 1 (ocr)") in found
    assert LINE in at(found, "page 1 (ocr)")


@pytest.mark.parametrize(
    "data",
    [b"\x89PNG\r\n\x1a\n", b"\x89PNG\r\n\x1a\n" + bytes(400), b"\xff\xd8\xff\xe0" + bytes(99)],
)
def test_what_is_no_picture_is_damaged(data: bytes) -> None:
    with pytest.raises(ExtractError, match=r"^damaged$"):
        parts(data, "a.png")


def bomb(width: int, height: int) -> bytes:
    """Return a PNG of a few kilobytes that unpacks to as many pixels as its head says."""

    def block(name: bytes, content: bytes) -> bytes:
        size, check = struct.pack(">I", len(content)), struct.pack(">I", zlib.crc32(name + content))
        return size + name + content + check

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(1 << 20))
    return b"\x89PNG\r\n\x1a\n" + block(b"IHDR", head) + block(b"IDAT", rows) + block(b"IEND", b"")


def test_a_bomb_that_pillow_would_unpack_is_too_large() -> None:
    found = parts(bomb(10_000, 8_000), "a.png")
    assert Gap("too large", "page 1 (ocr)") in found
    assert all(isinstance(part, Gap) for part in found)


def test_a_bomb_that_pillow_refuses_is_too_large() -> None:
    with pytest.raises(ExtractError, match=r"^too large$"):
        parts(bomb(60_000, 60_000), "a.png")


def test_a_chain_of_frames_that_bites_its_tail_ends() -> None:
    pages = [Image.new("L", (9, 9), shade) for shade in (1, 2)]
    data = bytearray(saved(pages[0], "TIFF", save_all=True, append_images=pages[1:]))
    first = struct.unpack_from("<I", data, 4)[0]
    second = struct.unpack_from("<I", data, first + 2 + 12 * data[first])[0]
    struct.pack_into("<I", data, second + 2 + 12 * data[second], first)
    assert len(parts(bytes(data), "a.tif")) <= 1


def test_more_pixels_than_are_read_are_scaled() -> None:
    image = Image.new("L", (8_000, 4_000), 255)
    image.paste(picture(LINE, size=200), (100, 100))
    assert _ocr._scaled(image).size == (5657, 2828)
    assert image.width * image.height < _limits.MAX_PIXELS
    assert LINE in words(parts(saved(image, "PNG"), "a.png"))


def test_heic_is_known_and_has_no_reader() -> None:
    assert media_type(io.BytesIO(b"\0\0\0\x18ftypheic" + bytes(200)), "a.heic") == "image/heic"


def test_every_comment_of_a_photo_is_read() -> None:
    data = saved(Image.new("L", (30, 30)), "JPEG", comment=b"BSN 999990019")
    first = b"\xff\xfe" + (8).to_bytes(2, "big") + b"Jansen"
    found = parts(data[:2] + first + data[2:], "a.jpg")
    assert "Jansen" in words(found)
    assert "999990019" in words(found)
