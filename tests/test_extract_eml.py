import base64
import quopri
from datetime import date
from email.message import EmailMessage
from email.mime.multipart import MIMEMultipart

import pytest

from pii_scan.errors import ExtractError
from pii_scan.extract._mail import header
from pii_scan.model import Chunk, Evidence, Gap, Member
from tests.cms import signed
from tests.documents import at, eml, parts, words

BSN = b"999994256"
INNER = b"From: a@post.example\nTo: b@post.example\nSubject: y\n\nBSN " + BSN + b"\n"
TOP = b"From: a@post.example\nTo: b@post.example\nSubject: x\nMIME-Version: 1.0\n"


def mail(headers: str, body: bytes) -> bytes:
    return TOP + headers.encode() + b"\n\n" + body


def test_a_message_from_top_to_bottom() -> None:
    found = parts(eml(), "a.eml")
    assert found[:3] == [
        Chunk(
            "From: René Jansen <r.jansen@post.example>\nTo: info@bedrijf.example\n"
            "Cc: p.vos@bedrijf.example\nSubject: Sollicitatie René",
            "header",
        ),
        Evidence("documentdatum", date(2021, 3, 14), "metadata", "header Date"),
        Chunk("Beste,\n\nMijn nummer is 06-12345678. Groet, René\n", "body"),
    ]
    members = [part for part in found if isinstance(part, Member)]
    assert [member.name for member in members] == ["cv.pdf", "cv (2).pdf", "message-3.eml"]
    assert members[0].data == b"%PDF-1.4"
    assert members[0].media_type == "application/pdf"
    assert at(parts(members[2].data, "a.eml"), "body") == "BSN 999990019\n"
    assert len(found) == 6


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ("Content-Type: text/plain; charset=utf-8", "René €".encode()),
        ("Content-Type: text/plain; charset=iso-8859-15", "René €".encode("iso-8859-15")),
        ("Content-Type: text/plain; charset=us-ascii", "René €".encode("cp1252")),
        ("Content-Type: text/plain; charset=onzin", "René €".encode()),
        ("Content-Type: text/plain", "René €".encode()),
        ("X-A: b", "René €".encode("cp1252")),
        ("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64",
         b"UmVuw6kg4oKs"),
        ("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable",
         b"Ren=C3=A9 =E2=82=\n=AC"),
        ("Content-Type: text/html; charset=utf-8", b"<p>Ren&eacute; &euro;</p>"),
    ],
)  # fmt: skip
def test_bodies_in_every_dress(headers: str, body: bytes) -> None:
    assert at(parts(mail(headers, body), "a.eml"), "body").strip() == "René €"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("=?iso-8859-1?Q?Ren=E9_Jansen?= <r@post.example>", "René Jansen <r@post.example>"),
        ("=?utf-8?B?UmVu?=\n =?utf-8?B?w6k=?=", "René"),
        ("=?utf-8?B?UmVuww==?= =?utf-8?B?qQ==?=", "René"),
        ("=?utf-8?q?a?= en =?utf-8?q?b?=", "a en b"),
        ("=?onzin?q?Jan?=", "Jan"),
        ("=?utf-8?b?!!!!?=", "=?utf-8?b?!!!!?="),
        ("Ren\udcc3\udca9", "René"),
        ("Ren\udce9", "René"),
        ("Jan\r\n  Vos", "Jan Vos"),
    ],
)
def test_headers(raw: str, text: str) -> None:
    assert header(raw) == text or "!!!!" in raw


def test_an_html_body_that_says_more_is_read_too() -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@b.example", "c@d.example", "x"
    message.set_content("Zie de opgemaakte versie.")
    message.add_alternative("<p>Mijn BSN is 999990019</p>", subtype="html")
    found = parts(message.as_bytes(), "a.eml")
    assert "999990019" in at(found, "body")
    assert "opgemaakte" in at(found, "body")


def test_tables_in_a_mail_are_tables() -> None:
    rows = "".join(f"<tr><td>n{n}<td>{n}00<td>A" for n in range(3))
    body = f"<table><tr><th>Naam<th>Nr<th>Stad{rows}</table>".encode()
    found = parts(mail("Content-Type: text/html", body), "a.eml")
    assert found[-1].where == "body, table 1"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\jan\\cv.pdf", "cv.pdf"),
        ("=?utf-8?q?Ren=C3=A9.pdf?=", "René.pdf"),
        ("", "attachment-1.pdf"),
        ("..", "attachment-1.pdf"),
    ],
)
def test_names_of_attachments_have_no_folders(given: str, kept: str) -> None:
    headers = f'Content-Type: application/pdf\nContent-Disposition: attachment; filename="{given}"'
    (member,) = [p for p in parts(mail(headers, b"x"), "a.eml") if isinstance(p, Member)]
    assert member.name == kept


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ("Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", b"x"),
        ("Content-Type: multipart/encrypted; boundary=x", b"--x\n\nVersion: 1\n--x--\n"),
        ("Content-Type: text/plain", b"-----BEGIN PGP MESSAGE-----\nabc"),
    ],
)
def test_locked_bodies_are_gaps(headers: str, body: bytes) -> None:
    found = parts(mail(headers, body), "a.eml")
    assert [part for part in found if isinstance(part, Gap)] == [Gap("encrypted", "body")]
    assert at(found, "header").startswith("From: a@post.example")


def test_a_message_that_was_cut_off_says_so() -> None:
    found = parts(eml()[:-120], "a.eml")
    assert Gap("damaged") in found
    assert "06-12345678" in words(found)


def test_delivery_reports_are_read() -> None:
    body = b"Final-Recipient: rfc822; jansen@post.example\nAction: failed\n"
    found = parts(mail("Content-Type: message/delivery-status", body), "a.eml")
    assert "jansen@post.example" in at(found, "body")


def test_parts_nested_too_deeply_are_refused() -> None:
    data = b"x"
    for number in range(300):
        data = (
            f"Content-Type: multipart/mixed; boundary=b{number}\n\n--b{number}\n".encode()
            + data
            + f"\n--b{number}--\n".encode()
        )
    with pytest.raises(ExtractError, match=r"^too deeply nested$"):
        parts(TOP + data, "a.eml")


def test_a_message_without_a_body() -> None:
    assert words(parts(MIMEMultipart().as_bytes(), "a.eml")) == ""


def wrapped(kind: str, *parts_: bytes, preamble: bytes = b"", epilogue: bytes = b"") -> bytes:
    """Return a message of several parts."""
    body = preamble + b"".join(b"\n--x\n" + part for part in parts_) + b"\n--x--\n" + epilogue
    return mail(f"Content-Type: multipart/{kind}; boundary=x", body)


@pytest.mark.parametrize(
    ("data", "where"),
    [
        (wrapped("mixed", b"\nhallo", preamble=BSN), "preamble"),
        (wrapped("mixed", b"\nhallo", epilogue=BSN), "epilogue"),
        (wrapped("mixed", b"Content-Description: " + BSN + b"\n\nhallo"), "description of a part"),
        (wrapped("alternative", b"\neen", b"Content-Type: text/enriched\n\n" + BSN), "body"),
        (wrapped("alternative", b"Content-Type: text/html\n\n<p>a", b"\n" + BSN), "body"),
        (wrapped("related", b"Content-Type: text/html\n\n<p>" + BSN), "body"),
        (wrapped("report", b"\nx", b"Content-Type: text/rfc822-headers\n\nTo: " + BSN), "body"),
        (wrapped("report", b"\nx", b"Content-Type: message/delivery-status\n\nTo: a\n\nTo: " + BSN),
         "body"),
        (wrapped("report", b"\nx", b"Content-Type: message/disposition-notification\n\nTo: " + BSN),
         "body"),
        (mail("Bcc: " + BSN.decode(), b"x"), "header"),
        (mail("Resent-Bcc: " + BSN.decode(), b"x"), "header"),
    ],
)  # fmt: skip
def test_each_place_where_text_can_stand(data: bytes, where: str) -> None:
    assert BSN.decode() in at(parts(data, "a.eml"), where)


@pytest.mark.parametrize(
    ("headers", "body", "name"),
    [
        ("Content-Type: message/rfc822", INNER, "message-1.eml"),
        ("Content-Type: message/rfc822\nContent-Transfer-Encoding: base64",
         base64.encodebytes(INNER), "message-1.eml"),
        ("Content-Type: message/rfc822\nContent-Transfer-Encoding: quoted-printable",
         quopri.encodestring(INNER), "message-1.eml"),
        ("Content-Type: message/rfc822\nContent-Transfer-Encoding: base64", INNER, "message-1.eml"),
        ('Content-Type: message/rfc822; name="oud.eml"', INNER, "oud.eml"),
        ("Content-Type: message/global", INNER, "message-1.eml"),
        ('Content-Type: application/octet-stream; name="oud.eml"', INNER, "oud.eml"),
    ],
)  # fmt: skip
def test_messages_inside_are_members(headers: str, body: bytes, name: str) -> None:
    found = parts(wrapped("mixed", b"\nhallo", headers.encode() + b"\n\n" + body), "a.eml")
    (member,) = [part for part in found if isinstance(part, Member)]
    assert member.name == name
    assert BSN.decode() in at(parts(member.data, name), "body")


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("text/calendar; method=REQUEST", "attachment-1.ics"),
        ("text/x-vcard", "attachment-1.vcf"),
        ("image/png", "attachment-1.png"),
        ("text/plain; name=notitie.txt", "notitie.txt"),
    ],
)
def test_attachments_without_a_name_get_one(kind: str, name: str) -> None:
    part = f"Content-Type: {kind}\n\ninhoud".encode()
    (member,) = [p for p in parts(wrapped("mixed", b"\nx", part), "a.eml") if isinstance(p, Member)]
    assert (member.name, member.data) == (name, b"inhoud")


@pytest.mark.parametrize(
    ("parameters", "body", "text"),
    [
        ("format=flowed", "Jan de \nVries\nbelt", "Jan de Vries\nbelt\n"),
        ("format=flowed; delsp=yes", "99999 \n4256\n", "999994256\n"),
        ("format=flowed", "> Jan de \n> Vries\nbelt\n", ">Jan de Vries\nbelt\n"),
        ("format=flowed", "groet \n-- \nJan\n", "groet \n-- \nJan\n"),
        ("format=fixed", "Jan de \nVries\n", "Jan de \nVries\n"),
    ],
)
def test_flowing_text_is_joined(parameters: str, body: str, text: str) -> None:
    found = parts(mail(f"Content-Type: text/plain; {parameters}", body.encode()), "a.eml")
    assert at(found, "body") == text


@pytest.mark.parametrize("smime", ["smime-type=signed-data; name=smime.p7m", "name=smime.p7m"])
def test_a_signed_body_is_a_member_and_no_gap(smime: str) -> None:
    content = base64.encodebytes(signed(b"Content-Type: text/plain\n\n" + BSN))
    headers = f"Content-Type: application/pkcs7-mime; {smime}\nContent-Transfer-Encoding: base64"
    found = parts(mail(headers, content), "a.eml")
    (member,) = [part for part in found if isinstance(part, Member)]
    (inside,) = [p for p in parts(member.data, member.name) if isinstance(p, Member)]
    assert BSN.decode() in at(parts(inside.data, inside.name), "body")
    assert not any(isinstance(part, Gap) for part in found)


def test_a_locked_body_says_so_by_its_content() -> None:
    content = base64.encodebytes(bytes.fromhex("308006092a864886f70d010703a080"))
    headers = (
        "Content-Type: application/octet-stream; name=smime.p7m\nContent-Transfer-Encoding: base64"
    )
    assert Gap("encrypted", "body") in parts(mail(headers, content), "a.eml")
    rights = 'Content-Type: application/x-microsoft-rpmsg-message; name="message.rpmsg"'
    assert Gap("encrypted", "body") in parts(mail(rights, b"x"), "a.eml")


def test_the_name_of_an_attachment_shows_all_that_it_holds() -> None:
    message = EmailMessage()
    message.set_content("x")
    message.add_attachment(b"%PDF-1.4", "application", "pdf", filename="a\u202efdp.exe")
    found = parts(bytes(message), "a.eml")
    assert [part.name for part in found if isinstance(part, Member)] == ["a\\u202efdp.exe"]


@pytest.mark.parametrize(
    ("sent", "day"),
    [
        ("Fri, 31 Dec 2021 23:30:00 +0000", date(2022, 1, 1)),
        ("Fri, 31 Dec 2021 23:30:00 +0100", date(2021, 12, 31)),
        ("Thu, 31 Mar 2022 22:30:00 +0000", date(2022, 4, 1)),
        ("Thu, 31 Mar 2022 21:30:00 -0500", date(2022, 4, 1)),
        ("Thu, 31 Mar 2022 23:30:00 -0000", date(2022, 3, 31)),
    ],
)
def test_a_mail_is_of_the_day_by_the_clock_here(sent: str, day: date) -> None:
    mail = f"From: a@b.example\nDate: {sent}\nSubject: x\n\nx\n".encode()
    assert Evidence("documentdatum", day, "metadata", "header Date") in parts(mail, "a.eml")
