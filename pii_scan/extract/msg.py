"""Stage 3, extract: items that Outlook saved: messages, contacts, appointments, tasks, notes."""

import re
import struct
from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO, Final

from pii_scan.errors import ExtractError
from pii_scan.extract import _mapi, _mapi_item
from pii_scan.extract._cfb import Tree, packed
from pii_scan.extract._guard import guarded
from pii_scan.extract._limits import MAX_DEPTH, MAX_PART_BYTES
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
    EXPANDS,
    EXTERNAL,
    TOO_DEEP,
    TOO_LARGE,
    TOO_MANY_PARTS,
)
from pii_scan.model import Extractor, Gap, Part

Place = tuple[str, ...]
STREAM: Final = re.compile(rf"{VALUE}([0-9A-F]{{4}})([0-9A-F]{{4}})(-[0-9A-F]{{8}})?", re.I)
METHOD: Final = 0x3705
BY_REFERENCE: Final = frozenset({2, 3, 4, 7})
"""The file itself stands elsewhere ([MS-OXCMSG] 2.2.2.9)."""


MOST_READ: Final = 4
"""Times the size of the file that is read of it: streams may lie upon each other."""


class _Container:
    """A .msg file: its streams by place, and what its named properties are called."""

    def __init__(self, source: BinaryIO) -> None:
        from olefile import OleFileIO  # type: ignore[import-untyped]

        self._ole = OleFileIO(source)
        self._size = source.seek(0, 2)
        self._left = self._size * MOST_READ
        self.inside: dict[Place, list[str]] = defaultdict(list)
        for *place, name in self._ole.listdir(streams=True, storages=True):
            self.inside[tuple(place)].append(name)
        sets, entries, strings = (
            self.read((NAMES, stream(number, _mapi.BINARY)), missing=b"") for number in (2, 3, 4)
        )
        self.names = _mapi.names(sets, entries, strings)

    def read(self, place: Place, missing: bytes | None = None) -> bytes:
        """Return a stream.

        Raises:
            ExtractError: it is damaged or too large; or not there, with nothing for `missing`.
        """
        if missing is not None and place[-1] not in self.inside[place[:-1]]:
            return missing
        size = guarded(lambda: self._ole.get_size(list(place)))
        if size > self._size:
            raise ExtractError(DAMAGED)
        if size > MAX_PART_BYTES:
            raise ExtractError(TOO_LARGE)
        self._left -= size
        if self._left < 0:
            raise ExtractError(EXPANDS)
        data: bytes = guarded(lambda: self._ole.openstream(list(place)).read())
        return data

    def tree(self, place: Place, depth: int = 0) -> Tree:
        """Return a storage with all that is in it."""
        if depth > MAX_DEPTH:
            raise ExtractError(TOO_DEEP)
        return {
            name: self.tree((*place, name), depth + 1)
            if (*place, name) in self.inside
            else self.read((*place, name))
            for name in self.inside[place]
        }


def parts(source: BinaryIO) -> Iterator[Part]:
    """Yield the headers, the bodies, the other properties, and attachments as members.

    Raises:
        ExtractError: the container cannot be opened, or holds no item.
    """
    source.seek(0)
    container = guarded(partial(_Container, source))
    names = container.inside[()]
    if PROPERTIES not in names:
        raise ExtractError(DAMAGED)
    gaps: list[Gap] = []
    item = _properties(container, (), TOP, None, gaps)
    charset = _charset(item)
    people = [
        _properties(container, (name,), LOOSE, charset, gaps)
        for name in sorted(names)
        if name.startswith(RECIPIENT)
    ]
    yield from _mapi_item.parts(item, people[:MOST], _attachments(container, charset))
    if len(people) > MOST:
        gaps.append(Gap(TOO_MANY_PARTS, "recipients"))
    yield from dict.fromkeys(gaps)


def _charset(item: Properties) -> str | None:
    pages = (_mapi.charset(item.get(key)) for key in (_mapi.CODEPAGE, _mapi.INTERNET_CODEPAGE))
    return next(filter(None, pages), None)


def _properties(
    container: _Container, place: Place, before: int, charset: str | None, gaps: list[Gap]
) -> dict[Key, Value]:
    """Return the properties of an item, a recipient or an attachment, but for what is attached."""
    found: dict[Key, Value] = {}
    listed = container.read((*place, PROPERTIES), missing=b"")[before:]
    for kind, number, data in struct.iter_unpack("<HH4x8s", listed[: len(listed) // 16 * 16]):
        value = _mapi.value(kind, data, None) if kind in _mapi.SIZES else None
        key = _key(container, number)
        if value is not None and key is not None:
            found[key] = value
    charset = _charset(found) or charset
    for number, kind, name, is_part in _values(container, place):
        key = _key(container, number)
        try:
            value = _mapi.value(kind & ~_mapi.MULTIPLE, container.read((*place, name)), charset)
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


def _values(container: _Container, place: Place) -> Iterator[tuple[int, int, str, bool]]:
    """Yield (number, type, stream, whether it is one of several values) of what is in streams."""
    for name in sorted(container.inside[place]):
        found = STREAM.fullmatch(name)
        if found:
            number, kind = int(found[1], 16), int(found[2], 16)
            is_several, is_part = bool(kind & _mapi.MULTIPLE), found[3] is not None
            if number != _mapi.ATTACHED and kind != _mapi.OBJECT and is_several == is_part:
                yield number, kind, name, is_part


def _key(container: _Container, number: int) -> Key | None:
    """Return what a property is called; `None` if it tells of no one."""
    return number if number < _mapi.NAMED else container.names.get(number, f"{number:#06x}")


def _attachments(container: _Container, charset: str | None) -> Iterator[Attachment | Gap]:
    names = [name for name in sorted(container.inside[()]) if name.startswith(ATTACHMENT)]
    for number, name in enumerate(names[:MOST], start=1):
        where = f"attachment {number}"
        gaps: list[Gap] = []
        try:
            yield _attachment(container, (name,), charset, gaps)
        except ExtractError as error:
            yield Gap(error.reason, where)
        yield from (Gap(gap.reason, where) for gap in gaps)
    if len(names) > MOST:
        yield Gap(TOO_MANY_PARTS, "attachments")


def _attachment(
    container: _Container, place: Place, charset: str | None, gaps: list[Gap]
) -> Attachment:
    """Return an attachment: a file, an item as a .msg of its own, or an object of a program."""
    properties = _properties(container, place, LOOSE, charset, gaps)
    data, held = (stream(_mapi.ATTACHED, kind) for kind in (_mapi.BINARY, _mapi.OBJECT))
    if held in container.inside[place]:
        inner = container.tree((*place, held))
        listed = inner.get(PROPERTIES)
        if not isinstance(listed, bytes):
            return Attachment(properties, packed(inner))
        top = {
            **inner,
            PROPERTIES: listed[:INNER].ljust(TOP, b"\0") + listed[INNER:],
            NAMES: container.tree((NAMES,)),
        }
        return Attachment(properties, packed(top), ".msg")
    if data not in container.inside[place]:
        if properties.get(METHOD) in BY_REFERENCE:
            gaps.append(Gap(EXTERNAL))
        return Attachment(properties, None)
    return Attachment(properties, container.read((*place, data)))


EXTRACTOR = Extractor(
    media_types=("application/vnd.ms-outlook",),
    suffixes=(".msg", ".oft"),
    parts=parts,
)
