"""The question to a time-stamping authority over a bundle, and what its answer tells (RFC 3161).

The answer's own signature is for openssl to check: which authority to trust is not ours to say.
"""

import re
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from pii_scan.errors import ConfigError

SHA256 = bytes.fromhex("0609608648016503040201")
"""The object identifier 2.16.840.1.101.3.4.2.1, as DER (NIST, Computer Security Objects)."""
TST_INFO = bytes.fromhex("060b2a864886f70d0109100104")
"""1.2.840.113549.1.9.16.1.4, id-ct-TSTInfo (RFC 3161, 2.4.2)."""
INTEGER, OCTETS, NULL, SEQUENCE, TIME, BOOLEAN = 0x02, 0x04, 0x05, 0x30, 0x18, 0x01
NOTHING = bytes((NULL, 0))
"""Parameters of SHA-256, which may be left out as well (RFC 5754, 2)."""
GRANTED = (b"\x02\x01\x00", b"\x02\x01\x01")
MAX_BYTES = 1 << 20


def query(sha256: str) -> bytes:
    """Return a TimeStampReq in DER (RFC 3161, 2.4.1) that asks for the certificate as well."""
    imprint = _der(SEQUENCE, _der(SEQUENCE, SHA256 + _der(NULL)) + _hashed(sha256))
    nonce = _der(INTEGER, b"\x01" + secrets.token_bytes(8))
    return _der(SEQUENCE, _der(INTEGER, b"\x01") + imprint + nonce + _der(BOOLEAN, b"\xff"))


def stamped(response: Path, sha256: str) -> datetime:
    """Return the time that an authority's answer tells for what has that digest.

    Raises:
        ConfigError: it is no answer, or is over something else.
    """
    try:
        content = response.read_bytes()[:MAX_BYTES]
    except OSError as error:
        raise ConfigError(f"cannot read {response}: {error.strerror}") from None
    info = _info(content) if _is_granted(content) else None
    if info is None:
        raise ConfigError(f"{response} is no granted time stamp (RFC 3161)")
    # version, policy, messageImprint …: its place counts, not that the digest stands somewhere.
    imprint = b"".join([value for _, value in _elements(info)][2:3])
    if imprint not in {_der(SEQUENCE, SHA256 + none) + _hashed(sha256) for none in (NOTHING, b"")}:
        raise ConfigError(f"{response} is a time stamp over something else than the bundle")
    for tag, value in _elements(info):
        if tag == TIME and (match := re.fullmatch(rb"(\d{14})(\.\d+)?Z", value)):
            return datetime.strptime(match[1].decode(), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    raise ConfigError(f"{response} tells no time")


def _is_granted(content: bytes) -> bool:
    """Whether the answer's status is 0 or 1: granted, or granted with changes (RFC 3161, 2.4.2)."""
    for tag, answer in _elements(content):
        for kind, status in _elements(answer):
            return (tag, kind) == (SEQUENCE, SEQUENCE) and status[:3] in GRANTED
    return False


def _info(content: bytes) -> bytes | None:
    """Return the content of the TSTInfo in an answer: [0] { OCTET STRING { SEQUENCE … } }."""
    at = content.find(TST_INFO)
    if at < 0:
        return None
    for tag, explicit in _elements(content[at + len(TST_INFO) :]):
        if tag == 0xA0:
            for inner, octets in _elements(explicit):
                if inner == OCTETS:
                    return next(
                        (value for kind, value in _elements(octets) if kind == SEQUENCE), None
                    )
        break
    return None


def _elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield tag and value of what stands side by side, as far as it is whole."""
    at = 0
    while at + 2 <= len(data):
        tag, length = data[at], data[at + 1]
        at += 2
        if length & 0x80:
            size = length & 0x7F
            length, at = int.from_bytes(data[at : at + size]), at + size
        if at + length > len(data):
            return
        yield tag, data[at : at + length]
        at += length


def _hashed(sha256: str) -> bytes:
    return _der(OCTETS, bytes.fromhex(sha256))


def _der(tag: int, value: bytes = b"") -> bytes:
    """Return a value of less than 128 bytes with its tag and length."""
    return bytes((tag, len(value))) + value
