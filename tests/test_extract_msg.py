import io
import struct
from datetime import UTC, date, datetime

import pytest

from pii_scan.errors import ExtractError
from pii_scan.extract._cfb import packed
from pii_scan.extract._mail_rtf import DICTIONARY, body, unpacked
from pii_scan.extract.msg import EXTRACTOR
from pii_scan.model import Chunk, Evidence, Gap, Member
from tests.documents import at, parts
from tests.outlook import (
    ADDRESS,
    APPOINTMENT,
    MESSAGE,
    PEOPLE,
    PUBLIC,
    SENT,
    Names,
    Properties,
    item,
    msg,
    storage,
)

BSN = "999994256"
NEVER = datetime(4501, 1, 1, tzinfo=UTC)


def rtf(text: bytes) -> bytes:
    """Return RTF as Outlook keeps it where it packs nothing."""
    return struct.pack("<4I", len(text) + 12, len(text), 0x414C454D, 0) + text


def compressed(text: bytes) -> bytes:
    """Return RTF packed: what stands in the dictionary by reference, a letter after letter else."""
    tokens: list[tuple[bool, bytes]] = []
    ring = bytearray(DICTIONARY)
    while text:
        length = next((n for n in range(min(17, len(text)), 1, -1) if text[:n] in ring), 0)
        if length:
            place = ring.index(text[:length])
            tokens.append((True, struct.pack(">H", place << 4 | length - 2)))
        else:
            length = 1
            tokens.append((False, text[:1]))
        ring += text[:length]
        text = text[length:]
    size = len(ring) - len(DICTIONARY)
    tokens.append((True, struct.pack(">H", len(ring) << 4)))
    out = b""
    for start in range(0, len(tokens), 8):
        run = tokens[start : start + 8]
        bits = sum(is_reference << index for index, (is_reference, _) in enumerate(run))
        out += bytes([bits]) + b"".join(data for _, data in run)
    return struct.pack("<4I", len(out) + 12, size, 0x75465A4C, 0) + out


def test_a_message_from_top_to_bottom() -> None:
    found = parts(msg(), "a.msg")
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
        ({0x0042: BSN}, "header"),
        ({0x007D: f"Reply-To: {BSN}\r\n"}, "transport header"),
        ({0x1000: BSN}, "body"),
        ({0x1013: f"<p>{BSN}</p>".encode()}, "body"),
        ({0x1013: f"<p>{BSN}</p>"}, "body"),
        ({0x1009: rtf(rb"{\rtf1 " + BSN.encode() + b"}")}, "body"),
        ({0x3A4F: BSN}, "properties"),
        ({0x3A58: ("x", BSN)}, "properties"),
        ({(PUBLIC, "Dossier"): BSN}, "properties"),
        ({(ADDRESS, 0x801A): BSN}, "properties"),
        ({0x7ABC: BSN}, "properties"),
    ],
)
def test_each_place_where_text_can_stand(properties: Properties, where: str) -> None:
    assert BSN in at(parts(msg(properties, ()), "a.msg"), where)


@pytest.mark.parametrize(
    "person", [{0x0C15: 3, 0x3001: BSN}, {0x0C15: 1, 0x39FE: f"{BSN}@b.example"}, {0x3001: BSN}]
)
def test_every_recipient_is_in_the_header(person: Properties) -> None:
    assert BSN in at(parts(msg(MESSAGE, [person]), "a.msg"), "header")


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("anna@post.example", "Anna <anna@post.example>"),
        ("+31 20 1234567", "Anna <+31 20 1234567>"),
        ("/O=BEDRIJF/CN=0a1b-ANNA", "Anna"),
        ("Anna", "Anna"),
        ("", "Anna"),
    ],
)
def test_an_address_is_shown_unless_it_is_one_within_exchange(address: str, shown: str) -> None:
    found = parts(msg({}, [{0x0C15: 1, 0x3001: "Anna", 0x3003: address}]), "a.msg")
    assert found == [Chunk(f"To: {shown}", "header")]


def test_files_and_items_are_members() -> None:
    files: list[Properties] = [
        {0x3707: "..\\..\\cv.txt", 0x370E: "text/plain", 0x3701: BSN.encode(), 0x3008: SENT},
        {0x3704: "CV.TXT", 0x3701: b"x"},
        {0x370E: "application/pdf", 0x3701: b"x"},
    ]
    found = parts(msg(MESSAGE, PEOPLE, files, {0x0037: "Oud", 0x1000: BSN}), "a.msg")
    members = [part for part in found if isinstance(part, Member)]
    assert [member.name for member in members] == [
        "cv.txt",
        "CV.TXT",
        "attachment-3.pdf",
        "Doorgestuurd.msg",
    ]
    assert members[0] == Member("cv.txt", BSN.encode(), SENT, "text/plain")
    inner = parts(members[3].data, "a.msg")
    assert at(inner, "header") == "To: Info <info@bedrijf.example>\nSubject: Oud"
    assert at(inner, "body") == BSN


@pytest.mark.parametrize(
    ("properties", "dates"),
    [
        ({0x0039: SENT, 0x3007: NEVER}, {"header sent"}),
        ({0x0E06: SENT, 0x3008: SENT}, {"header received"}),
        ({0x3007: SENT, 0x3008: SENT}, {"property created", "property modified"}),
        ({(APPOINTMENT, 0x820D): SENT}, {"property start"}),
        ({0x0039: NEVER}, set()),
    ],
)
def test_the_date_is_that_of_sending_or_the_next_best(
    properties: Properties, dates: set[str]
) -> None:
    found = [p for p in parts(msg(properties, ()), "a.msg") if isinstance(p, Evidence)]
    assert {each.where for each in found} == dates
    assert {each.date for each in found} <= {date(2021, 3, 14)}


def test_a_contact_is_a_list_of_labels() -> None:
    contact: Properties = {
        0x001A: "IPM.Contact",
        0x3A11: "Jansen",
        0x3A06: "Anna",
        0x3A1C: "06-12345678",
        0x3A42: datetime(1985, 3, 12, tzinfo=UTC),
        (ADDRESS, 0x801A): "Laan 1\r\n1234 AB Ons Dorp",
        (ADDRESS, 0x8083): "anna@post.example",
    }
    assert at(parts(msg(contact, ()), "a.msg"), "properties").splitlines() == [
        "date of birth: 1985-03-12",
        "first name: Anna",
        "surname: Jansen",
        "mobile: 06-12345678",
        "address (home): Laan 1",
        "1234 AB Ons Dorp",
        "e-mail: anna@post.example",
    ]


def test_a_body_that_says_the_same_is_not_repeated() -> None:
    same: Properties = {
        0x1000: "Een twee",
        0x1013: b"<p>Een twee</p>",
        0x1009: rtf(rb"{\rtf1 Een twee}"),
    }
    found = parts(msg(same, ()), "a.msg")
    assert [part for part in found if isinstance(part, Chunk)] == [Chunk("Een twee", "body")]


@pytest.mark.parametrize(
    ("codepage", "raw"), [(1252, "René €".encode("cp1252")), (65001, "René €".encode())]
)
def test_strings_of_eight_bits_are_read_by_their_code_page(codepage: int, raw: bytes) -> None:
    whole = storage({0x3FFD: codepage}, 32, Names())
    whole["__substg1.0_0037001E"] = raw + b"\0"
    assert at(parts(packed(whole), "a.msg"), "header") == "Subject: René €"


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (
            {0x3707: "smime.p7m", 0x3701: bytes.fromhex("308006092a864886f70d010703a080")},
            "encrypted",
        ),
        ({0x370E: "application/x-microsoft-rpmsg-message", 0x3701: b"x"}, "encrypted"),
        ({0x3707: "x.doc", 0x3705: 2}, "refers to another file"),
        ({0x3707: "x.doc", 0x3705: 1}, "damaged"),
    ],
)
def test_what_is_locked_or_elsewhere_is_a_gap(file: Properties, reason: str) -> None:
    found = parts(msg(MESSAGE, (), [file]), "a.msg")
    assert [part.reason for part in found if isinstance(part, Gap)] == [reason]
    assert not any(isinstance(part, Member) for part in found)


def test_a_signed_message_in_mime_is_read_as_mail() -> None:
    signed = b"Content-Type: multipart/signed; boundary=x\n\n--x\n\nBSN 999994256\n--x--\n"
    file: Properties = {0x3707: "smime.p7m", 0x370E: "multipart/signed", 0x3701: signed}
    (member,) = [p for p in parts(msg(MESSAGE, (), [file]), "a.msg") if isinstance(p, Member)]
    assert BSN in at(parts(member.data, member.name), "body")


def test_an_object_of_a_program_is_a_member() -> None:
    names = Names()
    held = {**storage({0x3001: "Tekening"}, 8, names), "__substg1.0_3701000D": {"CONTENTS": b"x"}}
    whole = packed(item(MESSAGE, (), [held], names))
    (member,) = [part for part in parts(whole, "a.msg") if isinstance(part, Member)]
    assert member.name == "Tekening"
    assert member.data.startswith(b"\xd0\xcf\x11\xe0")


def test_a_broken_body_costs_that_body_only() -> None:
    found = parts(msg({0x1000: BSN, 0x1009: b"kapot" * 4}, ()), "a.msg")
    assert BSN in at(found, "body")
    assert Gap("damaged", "body as RTF") in found


def test_streams_that_lie_upon_each_other_are_not_read_without_end() -> None:
    names = {f"__substg1.0_{0x6700 + number:04X}001F": b"x" * 5_000 for number in range(40)}
    names = {"__substg1.0_66FF001F": b"x" * 400_000, **names}
    data = bytearray(packed({**storage({}, 32, Names()), **names}))
    mark = "__substg1.0_6".encode("utf-16-le")
    entries = [at for at in range(0, len(data), 128) if data[at:].startswith(mark)]
    for entry in entries:
        # All begin where the longest does, which is the first, and are as long.
        struct.pack_into("<IQ", data, entry + 116, 0, 400_000)
    assert len(entries) == 41
    assert Gap("expands too much", "properties") in parts(bytes(data), "a.msg")


@pytest.mark.parametrize(
    "text",
    [
        rb"{\rtf1\ansi\ansicpg1252 BSN 999994256}",
        b"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;} " + b"abcabcabc" * 900 + b"}",
    ],
)
def test_packed_rtf_is_unpacked(text: bytes) -> None:
    assert unpacked(compressed(text[:3000])) == text[:3000]
    assert text.startswith(unpacked(compressed(text[:3000])[:-4]))


def test_packed_rtf_may_refer_to_what_is_being_written() -> None:
    run = (
        struct.pack("<4I", 0, 7, 0x75465A4C, 0)
        + b"\2a"
        + struct.pack(">H", len(DICTIONARY) << 4 | 4)
    )
    assert unpacked(run) == b"aaaaaaa"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "damaged"),
        (bytes(16), "damaged"),
        (struct.pack("<4I", 0, 1 << 30, 0x75465A4C, 0), "too large"),
    ],
)
def test_what_is_no_packed_rtf_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(ExtractError, match=f"^{reason}$"):
        unpacked(data)


@pytest.mark.parametrize(
    ("markup", "text", "is_html"),
    [
        (rb"{\rtf1 a\par b\tab c}", "a\nb\tc", False),
        (rb"{\rtf1{\fonttbl{\f0 Arial;}}{\*\generator x;}{\info{\author y}}a}", "y\na", False),
        (rb"{\rtf1\ansicpg1251 \'c6\'f3\'ea}", "Жук", False),
        (rb"{\rtf1\ansicpg99999 \'e9}", "é", False),
        (rb"{\rtf1\uc1 \u233?\u-10179?\u-8704?}", "é😀", False),
        (rb"{\rtf1\{a\}\~b\_c\\}", "{a}\xa0b-c\\", False),
        (rb"{\rtf1{\field{\*\fldinst HYPERLINK mailto:a@b.example}{\fldrslt x}}}",
         "HYPERLINK mailto:a@b.example\nx", False),
        (rb"{\rtf1\fromhtml1{\*\htmltag64 <p>}\htmlrtf x\htmlrtf0 a{\*\htmltag84 &amp;}}",
         "<p>a&amp;", True),
        (rb"{\rtf1\fromhtml1 a{\*\mhtmltag y}}", "a", True),
        (rb"{\rtf1\fromtext a\par b}", "a\nb", False),
        (b"{{{\\rtf1 a", "a", False),
    ],
)  # fmt: skip
def test_rtf_is_read_as_what_it_was(markup: bytes, text: str, is_html: bool) -> None:
    assert body(markup) == (text, is_html)


def test_groups_without_end_are_refused() -> None:
    with pytest.raises(ExtractError, match=r"^too deeply nested$"):
        body(b"{" * 10_000)


def test_a_container_without_an_item_is_damaged() -> None:
    whole = packed({"__substg1.0_0037001F": b""})
    with pytest.raises(ExtractError, match=r"^damaged$"):
        list(EXTRACTOR.parts(io.BytesIO(whole)))
