import io
import struct
from datetime import date

import pytest

from pii_scan.errors import ExtractError
from pii_scan.extract import media_type
from pii_scan.model import Chunk, Evidence, Gap, Member
from tests.documents import at, parts
from tests.outlook import ADDRESS, MESSAGE, PEOPLE, PUBLIC, Properties, attribute, tnef

BSN = "999994256"


def test_a_message_from_top_to_bottom() -> None:
    found = parts(tnef(), "winmail.dat")
    assert found == [
        Chunk(
            "From: René Jansen <r.jansen@post.example>\nTo: Info <info@bedrijf.example>\n"
            "Cc: P. Vos <p.vos@bedrijf.example>\nBcc: A. de Wit <a.wit@bedrijf.example>\n"
            "Subject: Dossier Jansen",
            "header",
        ),
        Chunk("Reply-To: antwoord@post.example", "transport header"),
        Evidence("documentdatum", date(2021, 3, 14), "metadata", "header sent"),
        Chunk(f"Beste,\n\nMijn BSN is {BSN}.\n", "body"),
        Chunk(
            "Klantnummer: K-4711\nKeywords: spoed, klacht\ne-mail: rene@thuis.example", "properties"
        ),
        Chunk("phone (business): 020-1234567", "recipient properties"),
    ]


@pytest.mark.parametrize(
    ("properties", "where"),
    [
        ({0x0037: BSN}, "header"),
        ({0x1000: BSN}, "body"),
        ({0x1013: f"<p>{BSN}</p>".encode()}, "body"),
        ({0x3A4F: BSN}, "properties"),
        ({0x3A58: ("x", BSN)}, "properties"),
        ({(PUBLIC, "Dossier"): BSN, 0x0037: "x"}, "properties"),
        ({(ADDRESS, 0x801A): BSN}, "properties"),
    ],
)
def test_each_place_where_text_can_stand(properties: Properties, where: str) -> None:
    assert BSN in at(parts(tnef(properties, ()), "winmail.dat"), where)


def test_attributes_of_the_old_kind_are_read() -> None:
    sender = b"Anna Jansen\0", b"SMTP:anna@post.example\0"
    plain = attribute(1, 0x00018004, b"Onderwerp\0")
    plain += attribute(1, 0x0002800C, BSN.encode() + b"\0")
    plain += attribute(1, 0x00038005, struct.pack("<7H", 2021, 3, 14, 22, 30, 0, 0))
    plain += attribute(
        1, 0x00008000, struct.pack("<4H", 4, 0, *map(len, sender)) + b"".join(sender)
    )
    found = parts(tnef({}, (), plain=plain), "winmail.dat")
    assert at(found, "header") == "Subject: Onderwerp"
    assert at(found, "body") == BSN
    assert at(found, "properties") == "from: Anna Jansen SMTP:anna@post.example"
    assert Evidence("documentdatum", date(2021, 3, 14), "metadata", "header sent") in found


def test_files_and_items_are_members() -> None:
    inner = tnef({0x0037: "Oud", 0x1000: BSN})
    data = tnef(MESSAGE, PEOPLE, [("cv.txt", BSN.encode()), ("cv.txt", b"x")], inner)
    members = [part for part in parts(data, "winmail.dat") if isinstance(part, Member)]
    assert [member.name for member in members] == ["cv.txt", "cv (2).txt", "Doorgestuurd.tnef"]
    assert members[0].data == BSN.encode()
    assert at(parts(members[2].data, "x"), "body") == BSN


def test_strings_of_eight_bits_are_read_by_the_code_page() -> None:
    plain = attribute(1, 0x00018004, "René €\0".encode("cp1252"))
    assert at(parts(tnef({}, (), plain=plain), "winmail.dat"), "header") == "Subject: René €"


def test_the_content_tells_the_type() -> None:
    assert media_type(io.BytesIO(tnef()), "onzin.txt") == "application/vnd.ms-tnef"


def test_what_was_read_before_the_damage_counts() -> None:
    whole = tnef(MESSAGE, PEOPLE, [("cv.txt", BSN.encode() * 100)])
    found = parts(whole[:-200], "winmail.dat")
    assert Gap("damaged") in found
    assert BSN in at(found, "body")
    assert any(isinstance(part, Member) for part in found)


@pytest.mark.parametrize(
    "properties",
    [
        struct.pack("<IHHI", 1, 0x1F, 0x37, 0xFFFFFFFF),
        struct.pack("<IHHII", 1, 0x1F, 0x37, 1, 0xFFFFFFFF),
        struct.pack("<IHH", 0xFFFFFFFF, 0x03, 0x17),
        struct.pack("<IHH", 1, 0x77, 0x37),
        b"\1",
    ],
)
def test_lengths_that_lie_are_damage(properties: bytes) -> None:
    plain = attribute(1, 0x00069003, properties)
    found = parts(tnef({0x1000: BSN}, (), plain=plain), "winmail.dat")
    assert Gap("damaged", "properties") in found
    assert BSN in at(found, "body")


def test_a_beginning_alone_is_damaged() -> None:
    with pytest.raises(ExtractError, match=r"^damaged$"):
        parts(b"\x78\x9f\x3e\x22\1\0", "winmail.dat")
