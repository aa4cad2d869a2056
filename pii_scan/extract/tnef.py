"""Stage 3, extract: winmail.dat ([MS-OXTNEF]): an item of Outlook as it travels by mail."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import BinaryIO, Final

from pii_scan.errors import ExtractError
from pii_scan.extract import _mapi, _mapi_item
from pii_scan.extract._decode import decode
from pii_scan.extract._limits import MAX_MEMBERS, MAX_PART_BYTES, read
from pii_scan.extract._mapi import Key, Properties, Value
from pii_scan.extract._mapi_item import Attachment
from pii_scan.extract._reasons import DAMAGED, TOO_LARGE, TOO_MANY_PARTS
from pii_scan.model import Extractor, Gap, Part

HEADER_BYTES: Final = 6
"""Signature and key (2.1.2)."""
ATTRIBUTE_BYTES: Final = 9
"""Level, id and length of an attribute, before its data and a checksum of two bytes (2.1.3)."""

# Attributes by the lower half of their id (2.1.3.2); upon the same number lie different ones for
# messages and for attachments nowhere.
FROM: Final = 0x8000
TITLE: Final = 0x8010
DATA: Final = 0x800F
RENDERING: Final = 0x9002
ITEM_PROPERTIES: Final = 0x9003
RECIPIENTS: Final = 0x9004
ATTACHMENT_PROPERTIES: Final = 0x9005
CODEPAGE: Final = 0x9007
STRINGS: Final = {0x8004: _mapi.SUBJECT, 0x8008: _mapi.MESSAGE_CLASS, 0x800C: _mapi.BODY}
DATES: Final = {
    0x8005: _mapi.SENT,
    0x8006: _mapi.RECEIVED,
    0x8020: _mapi.MODIFIED,
    0x8012: _mapi.CREATED,
    0x8013: _mapi.MODIFIED,
    0x0006: _mapi.STARTS,
}
MEETING: Final = {0x0000: "owner", 0x0001: "sent for", 0x0002: "delegate"}
IS_ITEM: Final = bytes.fromhex("0703020000000000c000000000000046")
"""IID_IMessage before what is attached: an item, in this same format (2.1.3.3.15)."""
IDENTIFIER_BYTES: Final = 16
COUNTED: Final = frozenset({_mapi.STRING8, _mapi.STRING, _mapi.BINARY, _mapi.OBJECT})
"""Types whose values say how long they are, and how many."""


@dataclass(slots=True)
class _Held:
    """What was read of the item, or of the attachment at hand."""

    properties: dict[Key, Value] = field(default_factory=dict)
    data: bytes | None = None


def parts(stream: BinaryIO) -> Iterator[Part]:
    """Yield the headers, the bodies, the other properties, and attachments as members.

    Raises:
        ExtractError: it does not begin as such a file.
    """
    data = read(stream)
    if len(data) < HEADER_BYTES + ATTRIBUTE_BYTES:
        raise ExtractError(DAMAGED)
    item = _Held()
    people: list[Properties] = []
    attachments: list[_Held] = []
    gaps: list[Gap] = []
    charset: str | None = None
    for number, content in _attributes(data, gaps):
        if number == CODEPAGE and len(content) >= 4:
            charset = _mapi.charset(struct.unpack_from("<I", content)[0])
        elif number == RECIPIENTS:
            people += _recipients(content, charset, gaps)
        elif number == RENDERING:
            attachments.append(_Held())
        else:
            is_item = not attachments
            _take(number, content, item if is_item else attachments[-1], charset, gaps)
    if len(attachments) > MAX_MEMBERS:
        gaps.append(Gap(TOO_MANY_PARTS, "attachments"))
    files = (_attachment(each) for each in attachments[:MAX_MEMBERS])
    yield from _mapi_item.parts(item.properties, people, files)
    yield from dict.fromkeys(gaps)


def _attributes(data: bytes, gaps: list[Gap]) -> Iterator[tuple[int, bytes]]:
    """Yield (lower half of the id, content) of all attributes; the last may be cut off."""
    at = HEADER_BYTES
    while at + ATTRIBUTE_BYTES <= len(data):
        level, number, length = struct.unpack_from("<BHxxI", data, at)
        at += ATTRIBUTE_BYTES
        if level not in {1, 2} or at + length > len(data):
            gaps.append(Gap(DAMAGED))
        if level not in {1, 2}:
            return
        yield number, data[at : at + length]
        at += length + 2


def _take(number: int, content: bytes, held: _Held, charset: str | None, gaps: list[Gap]) -> None:
    """Take in one attribute of an item or of an attachment."""
    found = held.properties
    if number in {ITEM_PROPERTIES, ATTACHMENT_PROPERTIES}:
        properties, _ = _properties(content, 0, charset, gaps)
        attached = properties.pop(_mapi.ATTACHED, None)
        if isinstance(attached, bytes):
            held.data = attached
        found |= properties
    elif number == DATA:
        held.data = held.data or content
    elif number == TITLE:
        found.setdefault(_mapi.ATTACHED_SHORT_NAME, _string(content, charset))
    elif number == FROM:
        found.setdefault("from", _sender(content, charset))
    elif number in STRINGS:
        found.setdefault(STRINGS[number], _string(content, charset))
    elif number in MEETING:
        found.setdefault(MEETING[number], _string(content, charset).replace("\0", " "))
    elif number in DATES:
        moment = _moment(content)
        if moment:
            found.setdefault(DATES[number], moment)


def _string(content: bytes, charset: str | None) -> str:
    return decode(content.rstrip(b"\0"), charset)


def _sender(content: bytes, charset: str | None) -> str:
    """Return name and address of a sender (2.1.3.3.1: two lengths, then two strings)."""
    if len(content) < 8:
        return ""
    name, address = struct.unpack_from("<4xHH", content)
    strings = (content[8 : 8 + name], content[8 + name : 8 + name + address])
    return " ".join(_string(each, charset) for each in strings).strip()


def _moment(content: bytes) -> datetime | None:
    """Return a date of an attribute: year to second, each in two bytes (2.1.3.3.4)."""
    try:
        year, month, day, hour, minute, second = struct.unpack_from("<6H", content)
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except (struct.error, ValueError):
        return None


def _recipients(content: bytes, charset: str | None, gaps: list[Gap]) -> Iterator[Properties]:
    """Yield the properties of each recipient (2.1.3.5.1)."""
    if len(content) < 4:
        return
    (count,) = struct.unpack_from("<I", content)
    at = 4
    for number in range(count):
        if at >= len(content):
            return
        if number == MAX_MEMBERS:
            gaps.append(Gap(TOO_MANY_PARTS, "recipients"))
            return
        properties, at = _properties(content, at, charset, gaps)
        yield properties


def _properties(
    data: bytes, at: int, charset: str | None, gaps: list[Gap]
) -> tuple[dict[Key, Value], int]:
    """Return a list of properties, and where it ends (2.1.3.4)."""
    found: dict[Key, Value] = {}
    try:
        (count,) = struct.unpack_from("<I", data, at)
        at += 4
        for _ in range(count):
            kind, number = struct.unpack_from("<HH", data, at)
            key, at = _key(data, number, at + 4)
            values, at = _values(data, kind, at)
            read_ = [_mapi.value(kind & ~_mapi.MULTIPLE, each, charset) for each in values]
            if key is None:
                continue
            if kind & _mapi.MULTIPLE:
                found[key] = tuple(each for each in read_ if isinstance(each, str))
            elif read_ and read_[0] is not None:
                found[key] = read_[0]
    except struct.error:
        gaps.append(Gap(DAMAGED, "properties"))
        at = len(data)
    return found, at


def _key(data: bytes, number: int, at: int) -> tuple[Key | None, int]:
    """Return what a property is called, and where its value begins."""
    if number < _mapi.NAMED:
        return number, at
    kind, name = struct.unpack_from("<II", data, at + IDENTIFIER_BYTES)
    property_set = data[at : at + IDENTIFIER_BYTES]
    at += IDENTIFIER_BYTES + 8
    if kind == 0:
        return _mapi.key(property_set, name), at
    text = data[at : at + name].decode("utf-16-le", "replace").rstrip("\0")
    return _mapi.key(property_set, text), at + _padded(name)


def _values(data: bytes, kind: int, at: int) -> tuple[list[bytes], int]:
    """Return the values of a property, and where they end; each is padded to four bytes."""
    single = kind & ~_mapi.MULTIPLE
    count = 1
    if kind & _mapi.MULTIPLE or single in COUNTED:
        (count,) = struct.unpack_from("<I", data, at)
        at += 4
    values = []
    for _ in range(count):
        if single in COUNTED:
            (size,) = struct.unpack_from("<I", data, at)
            at += 4
        elif single in _mapi.SIZES:
            size = _mapi.SIZES[single]
        else:
            raise struct.error
        if at + size > len(data):
            raise struct.error
        values.append(data[at : at + size])
        at += _padded(size)
    return values, at


def _padded(size: int) -> int:
    return -(-size // 4) * 4


def _attachment(held: _Held) -> Attachment | Gap:
    data = held.data
    if data and data.startswith(IS_ITEM):
        return Attachment(held.properties, data[IDENTIFIER_BYTES:], ".tnef")
    if data and len(data) > MAX_PART_BYTES:
        return Gap(TOO_LARGE, "attachments")
    return Attachment(held.properties, data)


EXTRACTOR = Extractor(
    media_types=("application/vnd.ms-tnef", "application/ms-tnef"),
    suffixes=(".tnef",),
    parts=parts,
)
