import base64
import zlib

import pytest

from pii_scan.errors import ExtractError
from pii_scan.model import Chunk, Gap, Member, Part
from tests.cms import certificate, der, endless, named, oid, signed
from tests.documents import at, parts

BSN = "999994256"
MAIL = f"Content-Type: text/plain; charset=utf-8\r\n\r\nBSN {BSN}\r\n".encode()


def only(found: list[Part]) -> Member:
    (member,) = [part for part in found if isinstance(part, Member)]
    return member


def test_what_is_signed_is_read_as_mail() -> None:
    member = only(parts(signed(MAIL), "smime.p7m"))
    assert member.name == "content.eml"
    assert at(parts(member.data, member.name), "body") == f"BSN {BSN}\n"


def test_what_is_signed_may_be_any_file() -> None:
    assert only(parts(signed(b"%PDF-1.7"), "brief.pdf.p7m")) == Member("content", b"%PDF-1.7")


def test_a_content_in_pieces_is_joined() -> None:
    content = endless(0x24, der(0x04, MAIL[:30]), endless(0x24, der(0x04, MAIL[30:])))
    body = endless(0x30, b"\2\1\1", der(0x31), endless(0x30, oid("data"), endless(0xA0, content)))
    whole = endless(0x30, oid("signed"), endless(0xA0, body))
    found = parts(whole, "smime.p7m")
    assert only(found).data == MAIL
    assert Gap("damaged") not in found


def test_certificates_tell_of_their_holders() -> None:
    subject = named(0x0C, "J. Jansen") + named(0x13, BSN) + named(0x1E, "René", "utf-16-be")
    found = parts(signed(None, certificate(subject, "jansen@post.example")), "smime.p7s")
    assert found == [Chunk(f"J. Jansen\n{BSN}\nRené\njansen@post.example", "certificates")]


@pytest.mark.parametrize(("kind", "pack"), [("compressed", zlib.compress), ("digested", bytes)])
def test_what_is_packed_or_digested_is_read(kind: str, pack: type[bytes]) -> None:
    inside = der(0x30, oid("data"), der(0xA0, der(0x04, pack(MAIL))))
    whole = der(0x30, oid(kind), der(0xA0, der(0x30, b"\2\1\0", der(0x30), inside)))
    assert only(parts(whole, "smime.p7z")).data == MAIL


@pytest.mark.parametrize("kind", ["enveloped", "encrypted", "authenticated"])
def test_what_is_locked_is_encrypted(kind: str) -> None:
    with pytest.raises(ExtractError, match=r"^encrypted$"):
        parts(der(0x30, oid(kind), der(0xA0, der(0x30))), "smime.p7m")


@pytest.mark.parametrize("name", ["PKCS7", "CMS"])
def test_armour_is_taken_off(name: str) -> None:
    text = base64.encodebytes(signed(MAIL)).decode()
    armoured = f"-----BEGIN {name}-----\n{text}-----END {name}-----\n".encode()
    assert only(parts(armoured, "x.p7m")).data == MAIL


def test_what_was_cut_off_counts_and_is_said() -> None:
    whole = signed(MAIL + b"x" * 500, certificate(named(0x0C, "J. Jansen")))
    found = parts(whole[:300], "smime.p7m")
    assert BSN.encode() in only(found).data
    assert Gap("damaged") in found


def test_elements_without_end_inside_each_other_are_refused() -> None:
    whole = endless(0x30, oid("signed"), b"\xa0\x80" + b"\x30\x80" * 5_000)
    with pytest.raises(ExtractError, match=r"^too deeply nested$"):
        parts(whole, "smime.p7m")


def test_a_content_that_expands_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pii_scan.extract._cms.MAX_PART_BYTES", 1_000)
    packed = zlib.compress(bytes(100_000))
    inside = der(0x30, oid("data"), der(0xA0, der(0x04, packed)))
    whole = der(0x30, oid("compressed"), der(0xA0, der(0x30, b"\2\1\0", der(0x30), inside)))
    with pytest.raises(ExtractError, match=r"^expands too much$"):
        parts(whole, "smime.p7z")
