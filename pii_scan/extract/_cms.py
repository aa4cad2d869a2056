"""Stage 3, extract: S/MIME and the like (CMS, RFC 5652): what is inside, as far as it is open."""

import binascii
import re
import zlib
from collections.abc import Iterator
from typing import Final

from pii_scan.errors import ExtractError
from pii_scan.extract._limits import MAX_DEPTH, MAX_PART_BYTES
from pii_scan.extract._reasons import DAMAGED, EXPANDS, TOO_DEEP

KINDS: Final = {
    bytes.fromhex("06092a864886f70d010702"): "signed",
    bytes.fromhex("06092a864886f70d010703"): "locked",
    bytes.fromhex("06092a864886f70d010704"): "locked",
    bytes.fromhex("06092a864886f70d010705"): "digested",
    bytes.fromhex("06092a864886f70d010706"): "locked",
    bytes.fromhex("060b2a864886f70d0109100109"): "compressed",
    bytes.fromhex("060b2a864886f70d0109100117"): "locked",
}
"""Types of content, as they are encoded: RFC 5652 5.1, 6.1, 7 and 8, RFC 2315 7, RFC 3274 1.1,
RFC 5083 2.1."""
PEM: Final = re.compile(rb"-----BEGIN (?:PKCS7|CMS)-----(.*?)-----END", re.DOTALL)
STRINGS: Final = {0x0C: "utf-8", 0x13: "ascii", 0x14: "latin-1", 0x16: "ascii", 0x1E: "utf-16-be"}
"""Tag of a type of string -> charset (X.680 8.4)."""
SUBJECT_NAMES: Final = bytes.fromhex("551d11")
"""The extension with the mail addresses of a certificate's holder (RFC 5280 4.2.1.6)."""
SEQUENCE, OID = 0x30, 0x06
CONSTRUCTED: Final = 0x20
FIRST: Final = 0xA0
"""The tag of what stands under [0] in a definition; [1] and so on follow."""


def kind(data: bytes) -> str | None:
    """Return what a CMS object is: signed, digested, compressed or locked; `None`: no CMS."""
    if data[:1] != b"\x30" or len(data) < 2:
        return None
    head = data[2 + _length_bytes(data[1]) :][:13]
    return next((name for oid, name in KINDS.items() if head.startswith(oid)), None)


def is_locked(data: bytes) -> bool:
    """Tell whether bytes are a content under S/MIME that nobody can read without a key."""
    return kind(data[:32]) == "locked"


def binary(data: bytes) -> bytes:
    """Return a CMS object as bytes, whether it was those or text.

    Raises:
        ExtractError: the text is broken.
    """
    armour = PEM.search(data[:MAX_PART_BYTES]) if data[:1] == b"-" else None
    try:
        return binascii.a2b_base64(armour[1]) if armour else data
    except ValueError:
        raise ExtractError(DAMAGED) from None


def content(data: bytes) -> bytes | None:
    """Return what is signed, digested or compressed; `None` when it stands elsewhere.

    Raises:
        ExtractError: it is damaged, or expands too much.
    """
    for tag, inside in _body(data):
        if tag != SEQUENCE:
            continue
        pieces = list(_elements(inside))
        if pieces and pieces[0][0] == OID and len(pieces) == 2 and pieces[1][0] == FIRST:
            found = b"".join(_octets(each) for each in _elements(pieces[1][1]))
            return _inflated(found) if kind(data) == "compressed" else found
    return None


def holders(data: bytes) -> Iterator[str]:
    """Yield the names and addresses of those whose certificates are enclosed."""
    for tag, inside in _body(data):
        if tag == FIRST and kind(data) == "signed":
            for _, certificate in _elements(inside):
                yield from _holder(certificate)


def is_whole(data: bytes) -> bool:
    """Tell whether nothing was cut off."""
    if data[1:2] == b"\x80":
        return data.endswith(b"\0\0")
    size = _length_bytes(data[1])
    length = int.from_bytes(data[2 : 2 + size], "big") if size else data[1]
    return 2 + size + length <= len(data)


def _length_bytes(first: int) -> int:
    """Return how many bytes of a length follow its first one."""
    return first & 0x7F if first & 0x80 else 0


def _body(data: bytes) -> Iterator[tuple[int, memoryview]]:
    """Yield the elements of the content: versions, algorithms, what is enclosed, certificates."""
    (_, whole), *_ = _elements(memoryview(data))
    for tag, explicit in _elements(whole):
        if tag == FIRST:
            for _, inside in _elements(explicit):
                yield from _elements(inside)


def _holder(certificate: memoryview) -> Iterator[str]:
    """Yield what the subject of a certificate is called (RFC 5280 4.1)."""
    (_, signed), *_ = _elements(certificate)
    pieces = [piece for piece in _elements(signed) if piece[0] != FIRST]
    # serial number, algorithm, issuer, validity, subject, key, extensions
    if len(pieces) > 4:
        yield from _strings(pieces[4])
    for tag, inside in pieces[5:]:
        if tag == FIRST + 3:
            for _, extensions in _elements(inside):
                for _, extension in _elements(extensions):
                    (_, name), *_, (_, wrapped) = _elements(extension)
                    if bytes(name) == SUBJECT_NAMES:
                        (_, addresses), *_ = _elements(wrapped)
                        found = [each for tag, each in _elements(addresses) if tag == 0x81]
                        yield from (bytes(each).decode("ascii", "replace") for each in found)


def _strings(element: tuple[int, memoryview], depth: int = 0) -> Iterator[str]:
    tag, inside = element
    if tag in STRINGS:
        yield bytes(inside).decode(STRINGS[tag], "replace")
    elif tag & CONSTRUCTED and depth < 10:
        for each in _elements(inside):
            yield from _strings(each, depth + 1)


def _octets(element: tuple[int, memoryview], depth: int = 0) -> bytes:
    """Return a string of bytes, which may be made of pieces."""
    tag, inside = element
    if not tag & CONSTRUCTED or depth > MAX_DEPTH:
        return bytes(inside)
    return b"".join(_octets(each, depth + 1) for each in _elements(inside))


def _elements(data: memoryview) -> Iterator[tuple[int, memoryview]]:
    """Yield the elements that follow one another, as (first byte of the tag, content)."""
    at = 0
    while at + 1 < len(data):
        tag, start, end, at = _element(data, at, 0)
        yield tag, data[start:end]


def _element(data: memoryview, at: int, depth: int) -> tuple[int, int, int, int]:
    """Return tag, start and end of the content, and where the next begins (X.690 8.1)."""
    if depth > MAX_DEPTH:
        raise ExtractError(TOO_DEEP)
    tag = data[at]
    at += 1
    if tag & 0x1F == 0x1F:
        while data[at] & 0x80:
            at += 1
        at += 1
    length = data[at]
    at += 1
    start = at
    if length == 0x80:
        while at + 1 < len(data) and bytes(data[at : at + 2]) != b"\0\0":
            at = _element(data, at, depth + 1)[3]
        return tag, start, at, at + 2
    if length & 0x80:
        start += _length_bytes(length)
        length = int.from_bytes(data[at:start], "big")
    end = min(start + length, len(data))
    return tag, start, end, end


def _inflated(data: bytes) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        found = unpacker.decompress(data, MAX_PART_BYTES)
    except zlib.error:
        raise ExtractError(DAMAGED) from None
    if unpacker.unconsumed_tail:
        raise ExtractError(EXPANDS)
    return found
