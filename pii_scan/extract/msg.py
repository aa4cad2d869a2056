"""Stage 3, extract: items that Outlook saved: messages, contacts, appointments, tasks, notes."""

import re
import struct
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO, Final

from pii_scan.errors import ExtractError
from pii_scan.extract import _mapi, _mapi_item
from pii_scan.extract._cfb import Container, Entry, packed
from pii_scan.extract._guard import guarded
from pii_scan.extract._mapi import Key, Properties, Value
from pii_scan.extract._mapi_item import Attachment
from pii_scan.extract._msg import (
    ATTACHMENT,
    INNER,
    LOOSE,
    MOST,
    NAMES,
    PROPERTIES,
    RECIPIENT,
    TOP,
    VALUE,
    stream,
)
from pii_scan.extract._reasons import (
    DAMAGED,
    EXTERNAL,
    TOO_MANY_PARTS,
)
from pii_scan.model import Extractor, Gap, Part

METHOD: Final = 0x3705
BY_REFERENCE: Final = frozenset({2, 3, 4, 7})
"""The file itself stands elsewhere ([MS-OXCMSG] 2.2.2.9)."""
STREAM: Final = re.compile(rf"{VALUE}([0-9A-F]{{4}})([0-9A-F]{{4}})(-[0-9A-F]{{8}})?", re.I)
Storage = dict[str, Entry]


class _Item:
    """A .msg file: its streams, and what its named properties are called."""

    def __init__(self, source: BinaryIO) -> None:
        self.container = Container(source)
        self.top: Storage = self.container.root.inside or {}
        named = self.top[NAMES].inside or {} if NAMES in self.top else {}
        sets, entries, strings = (
            self.read(named, stream(number, _mapi.BINARY)) for number in (2, 3, 4)
        )
        self._names = _mapi.names(sets, entries, strings)

    def read(self, storage: Storage, name: str) -> bytes:
        """Return a stream, nothing if there is none of that name.

        Raises:
            ExtractError: it is too large.
        """
        entry = storage.get(name)
        return self.container.read(entry) if entry and entry.inside is None else b""

    def key(self, number: int) -> Key | None:
        """Return what a property is called; `None` if it tells of no one."""
        return number if number < _mapi.NAMED else self._names.get(number, f"{number:#06x}")


def parts(source: BinaryIO) -> Iterator[Part]:
    """Yield the headers, the bodies, the other properties, and attachments as members.

    Raises:
        ExtractError: the container cannot be opened, or holds no item.
    """
    item = guarded(partial(_Item, source))
    if PROPERTIES not in item.top:
        raise ExtractError(DAMAGED)
    gaps: list[Gap] = []
    properties = _properties(item, item.top, TOP, None, gaps)
    charset = _charset(properties)
    storages = [item.top[name].inside for name in sorted(item.top) if name.startswith(RECIPIENT)]
    people = [
        _properties(item, storage, LOOSE, charset, gaps)
        for storage in storages[:MOST]
        if storage is not None
    ]
    yield from _mapi_item.parts(properties, people, _attachments(item, charset))
    if len(storages) > MOST:
        gaps.append(Gap(TOO_MANY_PARTS, "recipients"))
    if not item.container.is_whole:
        gaps.append(Gap(DAMAGED))
    yield from dict.fromkeys(gaps)


def _charset(item: Properties) -> str | None:
    pages = (_mapi.charset(item.get(key)) for key in (_mapi.CODEPAGE, _mapi.INTERNET_CODEPAGE))
    return next(filter(None, pages), None)


def _properties(
    item: _Item, storage: Storage, before: int, charset: str | None, gaps: list[Gap]
) -> dict[Key, Value]:
    """Return the properties of an item, a recipient or an attachment, but for what is attached."""
    found: dict[Key, Value] = {}
    listed = item.read(storage, PROPERTIES)[before:]
    for kind, number, data in struct.iter_unpack("<HH4x8s", listed[: len(listed) // 16 * 16]):
        value = _mapi.value(kind, data, None) if kind in _mapi.SIZES else None
        key = item.key(number)
        if value is not None and key is not None:
            found[key] = value
    charset = _charset(found) or charset
    for number, kind, name, is_part in _values(storage):
        key = item.key(number)
        try:
            value = _mapi.value(kind & ~_mapi.MULTIPLE, item.read(storage, name), charset)
        except ExtractError as error:
            gaps.append(Gap(error.reason, "properties"))
            continue
        if key is None or value is None:
            continue
        if not is_part:
            found[key] = value
        elif isinstance(value, str):
            held = found.get(key)
            found[key] = (*held, value) if isinstance(held, tuple) else (value,)
    return found


def _values(storage: Storage) -> Iterator[tuple[int, int, str, bool]]:
    """Yield (number, type, stream, whether it is one of several values) of what is in streams."""
    for name in sorted(storage):
        found = STREAM.fullmatch(name)
        if found:
            number, kind = int(found[1], 16), int(found[2], 16)
            is_several, is_part = bool(kind & _mapi.MULTIPLE), found[3] is not None
            if number != _mapi.ATTACHED and kind != _mapi.OBJECT and is_several == is_part:
                yield number, kind, name, is_part


def _attachments(item: _Item, charset: str | None) -> Iterator[Attachment | Gap]:
    names = [name for name in sorted(item.top) if name.startswith(ATTACHMENT)]
    for number, name in enumerate(names[:MOST], start=1):
        where = f"attachment {number}"
        gaps: list[Gap] = []
        try:
            yield _attachment(item, item.top[name].inside or {}, charset, gaps)
        except ExtractError as error:
            yield Gap(error.reason, where)
        yield from (Gap(gap.reason, where) for gap in gaps)
    if len(names) > MOST:
        yield Gap(TOO_MANY_PARTS, "attachments")


def _attachment(item: _Item, storage: Storage, charset: str | None, gaps: list[Gap]) -> Attachment:
    """Return an attachment: a file, an item as a .msg of its own, or an object of a program."""
    properties = _properties(item, storage, LOOSE, charset, gaps)
    data, held = (stream(_mapi.ATTACHED, kind) for kind in (_mapi.BINARY, _mapi.OBJECT))
    if held in storage:
        inner = item.container.tree(storage[held].inside or {})
        listed = inner.get(PROPERTIES)
        if not isinstance(listed, bytes):
            return Attachment(properties, packed(inner))
        inner[PROPERTIES] = listed[:INNER].ljust(TOP, b"\0") + listed[INNER:]
        if NAMES in item.top:
            inner[NAMES] = item.container.tree(item.top[NAMES].inside or {})
        return Attachment(properties, packed(inner), ".msg")
    if data not in storage:
        # Method 0 is an attachment of nothing ([MS-OXCMSG] 2.2.2.9).
        if method := properties.get(METHOD):
            gaps.append(Gap(EXTERNAL if method in BY_REFERENCE else DAMAGED))
        return Attachment(properties, None)
    return Attachment(properties, item.read(storage, data))


EXTRACTOR = Extractor(
    media_types=("application/vnd.ms-outlook",),
    suffixes=(".msg", ".oft"),
    parts=parts,
)
