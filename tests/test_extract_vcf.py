import base64
import io
from datetime import date

import pytest

from pii_scan.extract import media_type
from pii_scan.model import Chunk, Evidence, Gap, Member
from tests.documents import at, parts, words

BSN = "999994256"


def card(*lines: str, version: str = "4.0") -> bytes:
    return "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""]).encode()


def test_a_card_from_top_to_bottom() -> None:
    found = parts(
        card(
            "FN:Anna de Vries",
            "N:Vries;Anna;Maria;Mw.;",
            "item1.TEL;TYPE=cell:tel:+31-6-12345678",
            "TEL;WORK;FAX:020-1234567",
            "EMAIL;TYPE=home:anna@post.example",
            "BDAY:19850312",
            'ADR;TYPE=home;LABEL="Laan 1, Ons Dorp":;;Laan 1;Ons Dorp;;1234 AB;Nederland',
            "ORG:Bedrijf B.V.;Afdeling",
            f"NOTE:Let op\\; BSN {BSN}",
            "REV:20210314T120000Z",
            "UID:urn:uuid:x",
        )
        + card("FN:P. Vos"),
        "a.vcf",
    )
    assert found == [
        Chunk(
            "full name: Anna de Vries\nsurname: Vries\nfirst name: Anna\nmiddle name: Maria\n"
            "title: Mw.\nmobile: +31-6-12345678\nfax: 020-1234567\ne-mail: anna@post.example\n"
            "date of birth: 1985-03-12\naddress: Laan 1, 1234 AB Ons Dorp, Nederland\n"
            f"address: Laan 1, Ons Dorp\ncompany: Bedrijf B.V., Afdeling\nnote: Let op; BSN {BSN}",
            "card 1",
        ),
        Evidence("documentdatum", date(2021, 3, 14), "metadata", "card 1"),
        Chunk("full name: P. Vos", "card 2"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        f"FN:{BSN}",
        f"N:;{BSN}",
        f"NICKNAME:{BSN}",
        f"ADR:;;{BSN}",
        f"TEL:{BSN}",
        f"ORG:a;{BSN}",
        f"ROLE:{BSN}",
        f"X-BSN:{BSN}",
        f"a-b.NOTE:{BSN}",
        f"RELATED;VALUE=text:{BSN}",
        f"ADR;LABEL={BSN}:;;x",
        f"BDAY;VALUE=text:{BSN}",
        f"losse regel {BSN}",
        f"AGENT:BEGIN:VCARD\\nNOTE:{BSN}\\nEND:VCARD",
    ],
)
def test_each_place_where_text_can_stand(line: str) -> None:
    assert BSN in at(parts(card(line), "a.vcf"), "card 1")


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Ren=C3=A9=", " Vos"], "full name: René Vos"),
        (["FN;QUOTED-PRINTABLE;CHARSET=ISO-8859-15:Ren=E9 =A4"], "full name: René €"),
        (["NOTE;QUOTED-PRINTABLE:a=0D=0A=", "b"], "note: a\nb"),
        (["NOTE:Jan de", " Vries"], "note: Jan de Vries"),
        (["TEL;CELL;VOICE:06-12345678"], "mobile: 06-12345678"),
    ],
)  # fmt: skip
def test_cards_of_version_2_1(lines: list[str], text: str) -> None:
    assert at(parts(card(*lines, version="2.1"), "a.vcf"), "card 1") == text


def test_a_line_of_later_versions_is_joined_without_a_space() -> None:
    assert at(parts(card("NOTE:99999", " 4256"), "a.vcf"), "card 1") == f"note: {BSN}"


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("PHOTO;ENCODING=b;TYPE=JPEG:{}", "1-photo.jpg"),
        ("PHOTO:data:image/png;base64,{}", "1-photo.png"),
        ("LOGO;ENCODING=BASE64;GIF:{}\r\n {}", "1-logo.gif"),
        ("KEY;ENCODING=B:{}", "1-key"),
    ],
)
def test_pictures_are_members(line: str, name: str) -> None:
    content = base64.b64encode(b"plaatje").decode()
    half = line.format(*(content[:5], content[5:]) if line.count("{}") == 2 else (content,))
    (member,) = [part for part in parts(card(half), "a.vcf") if isinstance(part, Member)]
    assert (member.name, member.data) == (name, b"plaatje")


def test_a_card_without_end_is_read_in_pieces() -> None:
    found = parts(b"BEGIN:VCARD\n" + b"NOTE:x\n" * 25_000 + b"NOTE:" + BSN.encode(), "a.vcf")
    assert BSN in at(found, "card 1")
    assert words(found).count("note: x") == 25_000


def test_a_card_cut_off_is_read_and_said() -> None:
    found = parts(card("FN:x") + card(f"NOTE:{BSN}")[:-12], "a.vcf")
    assert BSN in at(found, "card 2")
    assert found[-1] == Gap("damaged")


def test_a_broken_picture_costs_the_picture_only() -> None:
    found = parts(card(f"NOTE:{BSN}", "PHOTO;ENCODING=b:abcde"), "a.vcf")
    assert BSN in words(found)
    assert Gap("damaged", "card 1") in found


def test_the_content_tells_the_type() -> None:
    assert media_type(io.BytesIO(card("FN:x")), "x.txt") == "text/vcard"
