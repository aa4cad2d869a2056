"""Stage 3, extract: an item of Outlook -> parts: headers, bodies, properties, attachments."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_string, policy
from mimetypes import guess_extension
from typing import Final

from pii_scan.errors import ExtractError
from pii_scan.extract import _mapi
from pii_scan.extract._cms import is_locked
from pii_scan.extract._decode import decode
from pii_scan.extract._limits import MAX_MEMBERS
from pii_scan.extract._mail import RIGHTS, bodies, file_name, header, headers, local_day, words
from pii_scan.extract._mail_rtf import body, unpacked
from pii_scan.extract._mapi import Properties, text
from pii_scan.extract._reasons import ENCRYPTED, TOO_MANY_PARTS
from pii_scan.extract._text import fields
from pii_scan.model import Evidence, Gap, Member, Part

FROM: Final = (
    ("From", (0x0042, 0x0C1A), (0x5D02, 0x5D01, 0x0065, 0x0C1F)),
    ("Sender", (0x0C1A,), (0x5D01, 0x0C1F)),
    ("Received by", (0x0040,), (0x5D07, 0x0076)),
    ("Received for", (0x0044,), (0x5D08, 0x0078)),
)
"""(label, properties with a name, properties with an address): the first of each that is there."""
RECIPIENTS: Final = {0: "From", 1: "To", 2: "Cc", 3: "Bcc"}
"""[MS-OXOMSG] 2.2.3.1."""
NAMES: Final = (_mapi.ATTACHED_NAME, _mapi.ATTACHED_SHORT_NAME, _mapi.DISPLAY_NAME)
"""Of an attachment; the first that is there."""
MOMENTS: Final = (
    (_mapi.SENT, "header sent"),
    (_mapi.RECEIVED, "header received"),
)
OTHER_MOMENTS: Final = (
    (_mapi.CREATED, "property created"),
    (_mapi.MODIFIED, "property modified"),
)
"""Of items that nobody sent: contacts, notes, drafts."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file or an item that hangs on an item."""

    properties: Properties = field(repr=False)
    data: bytes | None = field(repr=False)
    """`None`: it is not in the file."""
    suffix: str = ""
    """Of an item: in which format it is handed on."""


def parts(
    item: Properties, recipients: Iterable[Properties], attachments: Iterable[Attachment | Gap]
) -> Iterator[Part]:
    """Yield what an item says, and its attachments as members.

    Args:
        item: the properties of the item itself.
        recipients: the properties of each.
        attachments: made one at a time; a gap for one that cannot be read.
    """
    people = list(recipients)
    top = [*_from(item), *_to(people)]
    stated = message_from_string(text(item, _mapi.HEADERS), policy=policy.compat32)
    said = {each for _, *person in top for each in person}
    subject = text(item, _mapi.SUBJECT)
    shown = ((label, _person(name, address)) for label, name, address in top)
    yield from fields([*shown, ("Subject", subject)], "header")
    said.add(subject)
    yield from fields(_new(headers(stated), said), "transport header")
    yield from _dates(item)
    yield from _bodies(item)
    yield from fields(_new(_mapi.labelled(item), said), "properties")
    for person in people:
        yield from fields(_new(_mapi.labelled(person), said), "recipient properties")
    yield from _members(attachments, said)


def _new(pairs: Iterable[tuple[str, str]], said: set[str]) -> Iterator[tuple[str, str]]:
    """Yield the pairs whose value was not there yet: Outlook keeps most things several times."""
    for label, value in pairs:
        if value not in said:
            said.add(value)
            yield label, value


def _from(item: Properties) -> Iterator[tuple[str, str, str]]:
    """Yield (label, name, address) of those whose item it is."""
    seen = set()
    for label, by_name, by_address in FROM:
        person = (text(item, *by_name), text(item, *by_address))
        if any(person) and person not in seen:
            seen.add(person)
            yield label, *person


def _to(recipients: Iterable[Properties]) -> Iterator[tuple[str, str, str]]:
    """Yield (label, name, address) of those it goes to."""
    for person in recipients:
        kind = person.get(_mapi.RECIPIENT_TYPE)
        label = RECIPIENTS.get(kind & 0xF if isinstance(kind, int) else 1, "To")
        yield label, text(person, 0x3001, 0x5FF6, 0x3A20), text(person, 0x39FE, 0x3003)


def _person(name: str, address: str) -> str:
    """Return name and address in one; of an address within Exchange the name is enough."""
    if name and (_mapi.is_internal(address) or name.strip("'\"") == address):
        return name
    return f"{name} <{address}>".strip() if address else name


def _dates(item: Properties) -> Iterator[Evidence]:
    moments = [(item.get(key), where) for key, where in MOMENTS]
    found = [(moment, where) for moment, where in moments if isinstance(moment, datetime)][:1]
    if not found:
        found = [
            (moment, where)
            for moment, where in ((item.get(key), where) for key, where in OTHER_MOMENTS)
            if isinstance(moment, datetime)
        ]
    starts = item.get(_mapi.STARTS)
    if isinstance(starts, datetime):
        found.append((starts, "property start"))
    for moment, where in found:
        yield Evidence("documentdatum", local_day(moment), "metadata", where)


def _bodies(item: Properties) -> Iterator[Part]:
    """Yield the plain body, and what the RTF and HTML ones say beyond it."""
    plain, rich = [text(item, _mapi.BODY)], []
    match item.get(_mapi.HTML):
        case bytes(data):
            rich.append(decode(data, _mapi.charset(item.get(_mapi.INTERNET_CODEPAGE))))
        case str(markup):
            rich.append(markup)
    packed = item.get(_mapi.RTF)
    if isinstance(packed, bytes) and packed:
        try:
            content, is_html = body(unpacked(packed))
            if is_html:
                rich.append(content)
            elif not words(content) <= words(plain[0]):
                plain.append(content)
        except ExtractError as error:
            yield Gap(error.reason, "body as RTF")
    yield from bodies(plain, rich)


def _members(attachments: Iterable[Attachment | Gap], said: set[str]) -> Iterator[Part]:
    for number, each in enumerate(attachments, start=1):
        if number > MAX_MEMBERS:
            yield Gap(TOO_MANY_PARTS, "attachments")
            return
        if isinstance(each, Gap):
            yield each
            continue
        said.update(text(each.properties, key) for key in NAMES)
        where = f"attachment {number}"
        yield from fields(_new(_mapi.labelled(each.properties), said), where)
        kind = text(each.properties, _mapi.ATTACHED_TYPE)
        if each.data is None:
            continue
        if kind == RIGHTS or is_locked(each.data):
            yield Gap(ENCRYPTED, "body")
            continue
        modified = each.properties.get(_mapi.MODIFIED)
        yield Member(
            _name(each, number),
            each.data,
            modified if isinstance(modified, datetime) else None,
            kind or None,
        )


def _name(each: Attachment, number: int) -> str:
    """Return the name of an attachment; a message in MIME gets a suffix that says so."""
    properties = each.properties
    name = file_name(header(text(properties, *NAMES)))
    kind = text(properties, _mapi.ATTACHED_TYPE)
    if each.suffix:
        return f"{name.removesuffix(each.suffix) or f'message-{number}'}{each.suffix}"
    if kind == "multipart/signed" or (each.data or b"")[:23].lower() == b"content-type: multipart":
        return f"{name.removesuffix('.p7m') or f'message-{number}'}.eml"
    suffix = text(properties, _mapi.ATTACHED_SUFFIX) or guess_extension(kind) or ""
    return name or f"attachment-{number}{suffix}"
