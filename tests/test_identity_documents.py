"""Copies of identity documents, drawn with invented data, from pixels to what is found in them."""

from collections.abc import Iterable

import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from pii_scan import plugins
from pii_scan.classify.doctype import Evidence
from pii_scan.config.doctypes import load_doctypes
from pii_scan.detect import MIN_SCORE, detect, joined
from pii_scan.detect.engine import Engine
from pii_scan.model import Chunk, Recognizer
from tests.documents import VERA, parts, saved

PACK = plugins.load("pii_scan_nl", "RECOGNIZER", Recognizer)
ENGINE = Engine(PACK)
BY_ENTITY = {recognizer.entity: recognizer for recognizer in PACK}
DOCTYPES = load_doctypes()

PASSPORT = (
    """KONINKRIJK DER NEDERLANDEN
PASPOORT / PASSPORT
Naam/Surname  VOORBEELD
Voornamen/Given names  ANNA MARIA
Geboortedatum/Date of birth  10 MRT/MAR 1965
Geboorteplaats  ONS DORP
Documentnummer  SPECI2014
Geldig tot  09 MRT/MAR 2024""",
    """P<NLDVOORBEELD<<ANNA<MARIA<<<<<<<<<<<<<<<<<<
SPECI20142NLD6503101F2403096999999990<<<<<84""",
)
CARD = (
    """Autoriteit/Authority  Burg. van Ons Dorp
Datum van afgifte  09 MRT/MAR 2014""",
    """I<NLDSPECI20142999999990<<<<<8
6503101F2403096NLD<<<<<<<<<<<8
VOORBEELD<<ANNA<MARIA<<<<<<<<<""",
)
LICENCE = (
    """RIJBEWIJS  KONINKRIJK DER NEDERLANDEN
1. Voorbeeld
2. Anna Maria
3. 10.03.1965 Ons Dorp
4a. 09.03.2014  4b. 09.03.2024
4d. 999999990
5. 5094962111""",
    "D1NLD15094962111659VW87Z78NB84",
)


def copy(document: tuple[str, str], width: int = 1400) -> Image.Image:
    """Return a document as drawn: a photo at the left, text beside it, the zone below."""
    texts, zone = (text.split("\n") for text in document)
    image = Image.new("RGB", (width, width * 7 // 10), (226, 232, 240))
    draw = ImageDraw.Draw(image)
    if len(texts) > 2:
        draw.rectangle((width // 25, width // 10, width // 4, width * 2 // 5), fill=(150, 140, 130))
    font = ImageFont.truetype(VERA, width // 45)
    for number, line in enumerate(texts):
        draw.text((width * 3 // 10, width // 30 + number * width // 22), line, (40, 40, 60), font)
    size = 10
    longest = max(zone, key=len)
    while ImageFont.truetype(VERA, size + 1).getlength(longest) < width * 0.92:
        size += 1
    for number, line in enumerate(zone):
        top = width * 7 // 10 - (len(zone) - number) * size * 2
        draw.text((width // 25, top), line, (20, 20, 20), ImageFont.truetype(VERA, size))
    return image


def photographed(image: Image.Image) -> bytes:
    """Return a picture as a telephone makes it: a little turned, blurred, grainy and compressed."""
    desk = Image.new("RGB", (image.width + 200, image.height + 200), (120, 90, 60))
    desk.paste(image, (100, 100))
    desk = desk.rotate(2, Image.Resampling.BICUBIC, fillcolor=(120, 90, 60))
    return saved(desk.filter(ImageFilter.GaussianBlur(1)), "JPEG", quality=55)


def found(data: bytes) -> tuple[dict[str, set[str]], str]:
    """Return the values found in a picture, in their normal form by entity, and its type."""
    chunks = [part for part in parts(data, "scan.jpg") if isinstance(part, Chunk)]
    _, hits = detect(joined(chunks), ENGINE, MIN_SCORE)
    values: dict[str, set[str]] = {}
    for hit in hits:
        normalise = BY_ENTITY[hit.entity].normalise or str
        values.setdefault(hit.entity, set()).add(normalise(hit.value))
    return values, doc_type(chunks)


def doc_type(chunks: Iterable[Chunk]) -> str:
    evidence = Evidence("share/scan.jpg")
    for chunk in chunks:
        evidence.add(chunk, chunk.text)
    return evidence.weigh(DOCTYPES).doc_type


@pytest.mark.parametrize("how", ["scanned", "photographed"])
def test_a_passport(how: str) -> None:
    image = copy(PASSPORT)
    values, kind = found(photographed(image) if how == "photographed" else saved(image, "PNG"))
    assert "999999990" in values["NL_BSN"]
    assert "SPECI2014" in values["NL_ID_DOCUMENT"]
    assert "650310" in values["DATE_OF_BIRTH"]
    assert any("VOORBEELD<<ANNA" in name for name in values["PERSON"])
    assert kind == "kopie_id"


@pytest.mark.parametrize("how", ["scanned", "photographed"])
def test_the_back_of_an_identity_card(how: str) -> None:
    image = copy(CARD, 1200)
    values, kind = found(photographed(image) if how == "photographed" else saved(image, "PNG"))
    assert "999999990" in values["NL_BSN"]
    assert "SPECI2014" in values["NL_ID_DOCUMENT"]
    assert "650310" in values["DATE_OF_BIRTH"]
    assert kind == "kopie_id"


@pytest.mark.parametrize("how", ["scanned", "photographed"])
def test_a_driving_licence(how: str) -> None:
    image = copy(LICENCE, 1200)
    values, kind = found(photographed(image) if how == "photographed" else saved(image, "PNG"))
    assert "999999990" in values["NL_BSN"]
    assert "5094962111" in values["NL_DRIVERS_LICENSE"]
    assert kind == "kopie_id"


def test_a_number_under_a_black_bar_is_not_found() -> None:
    image = copy(PASSPORT)
    top = image.height - 90
    ImageDraw.Draw(image).rectangle(
        (image.width * 55 // 100, top, image.width, image.height), "black"
    )
    values, kind = found(saved(image, "PNG"))
    assert "NL_BSN" not in values
    assert kind == "kopie_id"
