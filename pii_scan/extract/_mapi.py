"""Stage 3, extract: what Outlook knows of an item: its properties, by number or by name.

The same ones stand in .msg, in winmail.dat and in .pst, each time packed in another way. Numbers of
properties are those of [MS-OXPROPS] 2, of their types those of [MS-OXCDATA] 2.11.1.
"""

import struct
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from pii_scan.extract._decode import code_page, decode
from pii_scan.extract._mail import HEADERS as MAIL_HEADERS

Key = int | str
"""A property: its number, for named ones the number or the name within their set; of properties in
sets that nobody documents, "0x" and the number."""
Value = str | bytes | int | datetime | tuple[str, ...]
Properties = Mapping[Key, Value]

INTEGER16: Final = 0x0002
INTEGER32: Final = 0x0003
BOOLEAN: Final = 0x000B
OBJECT: Final = 0x000D
STRING8: Final = 0x001E
STRING: Final = 0x001F
TIME: Final = 0x0040
BINARY: Final = 0x0102
MULTIPLE: Final = 0x1000
SIZES: Final = {
    **dict.fromkeys((INTEGER16, BOOLEAN), 2),
    **dict.fromkeys((INTEGER32, 0x0004, 0x000A), 4),
    **dict.fromkeys((0x0005, 0x0006, 0x0007, 0x0014, TIME), 8),
    0x0048: 16,
}
"""Bytes of a value, of the types that have a fixed size."""

MESSAGE_CLASS: Final = 0x001A
SUBJECT: Final = 0x0037
SENT: Final = 0x0039
HEADERS: Final = 0x007D
RECIPIENT_TYPE: Final = 0x0C15
RECEIVED: Final = 0x0E06
BODY: Final = 0x1000
RTF: Final = 0x1009
HTML: Final = 0x1013
DISPLAY_NAME: Final = 0x3001
CREATED: Final = 0x3007
MODIFIED: Final = 0x3008
ATTACHED: Final = 0x3701
ATTACHED_SUFFIX: Final = 0x3703
ATTACHED_SHORT_NAME: Final = 0x3704
ATTACHED_NAME: Final = 0x3707
ATTACHED_TYPE: Final = 0x370E
INTERNET_CODEPAGE: Final = 0x3FDE
CODEPAGE: Final = 0x3FFD
STARTS: Final = 0x820D
NAMED: Final = 0x8000
"""Numbers from here on stand for names, and differ from file to file."""

NOTHING: Final = frozenset(
    {MESSAGE_CLASS, BODY, RTF, HTML, HEADERS, ATTACHED_SUFFIX, ATTACHED_TYPE, 0x003D, 0x0064}
    | {0x0075, 0x0077, 0x0C1E, 0x0E28, 0x0E29, 0x1015, 0x1035, 0x1039, 0x1042, 0x1043, 0x1044}
    | {0x1045, 0x3002, 0x3613, 0x3712, 0x3FD9, 0x4022, 0x4024, 0x5D06, 0x6619, 0x8510, 0x8554}
    | {0x8581, 0x85A4, 0x85D8, "ConversationIndexTrackingEx", "InferenceClassificationTrackingEx"}
    | {"DetectedLanguage", "ComposeType"}
)
"""Strings that tell of no one (types, classes, versions, message ids, previews), or that are read
elsewhere."""
LABELS: Final[Mapping[Key, str]] = {
    SUBJECT: "subject",
    0x3001: "full name",
    0x3003: "e-mail",
    0x39FE: "e-mail",
    0x3004: "comment",
    0x3A02: "phone (callback)",
    0x3A06: "first name",
    0x3A07: "government id",
    0x3A08: "phone (business)",
    0x3A09: "phone (home)",
    0x3A0A: "initials",
    0x3A0D: "location",
    0x3A10: "organizational id",
    0x3A11: "surname",
    0x3A15: "address",
    0x3A16: "company",
    0x3A17: "job title",
    0x3A18: "department",
    0x3A19: "office",
    0x3A1A: "phone (primary)",
    0x3A1B: "phone (business 2)",
    0x3A1C: "mobile",
    0x3A1D: "phone (radio)",
    0x3A1E: "phone (car)",
    0x3A1F: "phone (other)",
    0x3A21: "phone (pager)",
    0x3A23: "fax (primary)",
    0x3A24: "fax (business)",
    0x3A25: "fax (home)",
    0x3A26: "country",
    0x3A27: "city",
    0x3A28: "state",
    0x3A29: "street",
    0x3A2A: "postal code",
    0x3A2B: "post office box",
    0x3A2D: "phone (ISDN)",
    0x3A2E: "phone (assistant)",
    0x3A2F: "phone (home 2)",
    0x3A30: "assistant",
    0x3A41: "wedding anniversary",
    0x3A42: "date of birth",
    0x3A43: "hobbies",
    0x3A44: "middle name",
    0x3A45: "title",
    0x3A46: "profession",
    0x3A47: "referred by",
    0x3A48: "spouse",
    0x3A49: "computer",
    0x3A4A: "customer id",
    0x3A4B: "phone (TTY)",
    0x3A4E: "manager",
    0x3A4F: "nickname",
    0x3A50: "homepage",
    0x3A51: "homepage",
    0x3A57: "phone (company)",
    0x3A58: "children",
    0x3A59: "city (home)",
    0x3A5A: "country (home)",
    0x3A5B: "postal code (home)",
    0x3A5C: "state (home)",
    0x3A5D: "street (home)",
    0x3A5E: "post office box (home)",
    0x3A5F: "city (other)",
    0x3A60: "country (other)",
    0x3A61: "postal code (other)",
    0x3A62: "state (other)",
    0x3A63: "street (other)",
    0x3A64: "post office box (other)",
    # Named properties of contacts, tasks and appointments.
    0x801A: "address (home)",
    0x801B: "address (business)",
    0x801C: "address (other)",
    0x8045: "street (business)",
    0x8046: "city (business)",
    0x8047: "state (business)",
    0x8048: "postal code (business)",
    0x8049: "country (business)",
    0x8062: "instant messaging",
    0x8083: "e-mail",
    0x8093: "e-mail 2",
    0x80A3: "e-mail 3",
    0x811F: "owner",
    0x8208: "location",
    0x8238: "attendees",
    0x823B: "attendees",
    0x823C: "attendees (optional)",
}
"""What a property is called before its value, in words that a detector may know as labels."""

_EPOCH: Final = datetime(1601, 1, 1, tzinfo=UTC)
_NO_ONES_YEAR: Final = 4000
"""Outlook writes 1 January 4501 for "none" ([MS-OXOCAL] 2.2.1.5 and others)."""
_OUTLOOK_SETS: Final = bytes.fromhex("2006000000 0000c000000000000046")
"""All but the first byte of the sets of Outlook itself, 000620xx-… ([MS-OXPROPS] 1.3.2). Their
numbers do not overlap."""
_HEADERS_SET: Final = bytes.fromhex("8603020000000000c000000000000046")
"""PS_INTERNET_HEADERS: the headers of a message that came over the internet."""
DIRECTORY: Final = "/o="
"""How an address within Exchange begins: a hash, and the name that stands beside it."""


def charset(codepage: Value | None) -> str | None:
    """Return the charset of a code page, `None` where none is stated.

    >>> charset(1252), charset(65001), charset(28592), charset(None)
    ('cp1252', 'utf-8', 'iso8859-2', None)
    """
    if not isinstance(codepage, int) or codepage <= 0:
        return None
    return code_page(codepage)


def value(kind: int, data: bytes, charset: str | None) -> Value | None:
    r"""Return one value that is not multiple; `None` if its type says nothing to us.

    >>> value(STRING, "René".encode("utf-16-le"), None), value(INTEGER32, b"\2\0\0\0", None)
    ('René', 2)
    """
    match kind:
        case 0x001F:
            return data.decode("utf-16-le", "replace").rstrip("\0").replace("\r\n", "\n")
        case 0x001E:
            return decode(data.rstrip(b"\0"), charset)
        case 0x0040 if len(data) >= 8:
            return moment(struct.unpack_from("<q", data)[0])
        case 0x0002 | 0x000B if len(data) >= 2:
            return int(struct.unpack_from("<H", data)[0])
        case 0x0003 if len(data) >= 4:
            return int(struct.unpack_from("<I", data)[0])
        case 0x0102 | 0x000D:
            return data
    return None


def moment(ticks: int) -> datetime | None:
    """Return a time in tenths of microseconds since 1601 in UTC, `None` if it means none."""
    try:
        found = _EPOCH + timedelta(microseconds=ticks // 10)
    except OverflowError:
        return None
    return found if ticks > 0 and found.year < _NO_ONES_YEAR else None


def key(property_set: bytes, name: int | str) -> Key | None:
    """Return what a named property is called; `None` of a header that tells of no one.

    Args:
        property_set: the GUID of its set, as stored.
        name: its number or name in that set.
    """
    if isinstance(name, str):
        is_header = property_set == _HEADERS_SET
        return None if is_header and name.lower() not in MAIL_HEADERS else name
    return name if property_set[1:] == _OUTLOOK_SETS else f"{name:#06x}"


def names(sets: bytes, entries: bytes, strings: bytes) -> dict[int, Key | None]:
    """Return what the numbers from `NAMED` on stand for in a file, as `key` has it.

    [MS-OXMSG] 2.2.3.1; a .pst holds the same three streams ([MS-PST] 2.4.7).
    """
    found: dict[int, Key | None] = {}
    for identifier, kind, index in struct.iter_unpack("<IHH", entries[: len(entries) // 8 * 8]):
        name: int | str = identifier
        if kind & 1:
            (length,) = struct.unpack("<I", strings[identifier:][:4].ljust(4, b"\0"))
            name = strings[identifier + 4 :][:length].decode("utf-16-le", "replace")
        # 1 and 2 are sets with fixed names, the others follow in order.
        start = ((kind >> 1) - 3) * 16
        property_set = sets[start : start + 16] if start >= 0 else b""
        found[NAMED + index] = key(property_set, name)
    return found


def text(properties: Properties, *keys: Key) -> str:
    """Return the first of some properties that is a string with something in it, else ""."""
    values = (properties.get(each) for each in keys)
    return next((found for found in values if isinstance(found, str) and found.strip()), "")


def is_internal(address: str) -> bool:
    """Tell whether an address is one within Exchange."""
    return address[: len(DIRECTORY)].lower() == DIRECTORY


def labelled(properties: Properties) -> Iterator[tuple[str, str]]:
    """Yield (label, text) of all strings that may tell of someone, and of birthdays."""
    for each, found in properties.items():
        name = each if isinstance(each, str) and not each.startswith("0x") else ""
        label = LABELS.get(each, name)
        is_address = isinstance(found, str) and is_internal(found)
        if each in NOTHING or is_address:
            continue
        match found:
            case str():
                yield label, found.strip()
            case tuple():
                yield label, ", ".join(found)
            case datetime() if label:
                yield label, found.date().isoformat()
