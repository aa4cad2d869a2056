"""A tree of files on another machine: walked, fetched, and asked again when the line breaks."""

import io
import tempfile
import time
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO, Final, Literal, Protocol, TypeVar, cast

from pii_scan.errors import ConfigError, ExtractError, PiiScanError
from pii_scan.model import (
    DENIED,
    LINK,
    LOST,
    SPECIAL,
    VANISHED,
    Access,
    Coverage,
    Item,
    Result,
    Source,
)
from pii_scan.sources._names import shown
from pii_scan.sources._place import Place, placed
from pii_scan.sources._rights import narrower

T = TypeVar("T")

WAITS: Final = [0.5, 1.0, 2.0, 4.0]
"""Seconds before each new attempt when a connection breaks; after the last one it is lost."""
TIMEOUT_SECONDS: Final = 30
"""For a server to answer at all."""
BLOCK_BYTES: Final = 1 << 20
MEMORY_BYTES: Final = 8 << 20
"""Of a file that is fetched; what is more goes to a temporary file without a name."""
UNREADABLE: Final = "cannot be read"

Kind = Literal["file", "folder", "link", "special"]


@dataclass(frozen=True, slots=True)
class Entry:
    """What a server says of one file or folder."""

    name: str
    kind: Kind
    size: int = 0
    modified: datetime | None = None
    version: str | None = None
    owner: str | None = field(default=None, compare=False)
    access: Access | None = field(default=None, compare=False)
    """Of a folder: who may pass through it."""


class Remote(Protocol):
    """A connection to a server. Paths begin with a slash; the root is empty."""

    def entries(self, path: str) -> Iterable[Entry]:
        """Return what is in a folder."""

    def entry(self, path: str) -> Entry:
        """Return what is at a path now, without following a link."""

    def open(self, path: str) -> BinaryIO:
        """Open a file for reading, so that others can go on with it."""

    def close(self) -> None:
        """Let go of the connection, broken or not."""


@dataclass(frozen=True, slots=True)
class Protocolled:
    """A kind of server: how one is reached, and what it throws when the line breaks."""

    scheme: str
    connect: Callable[[Place], Remote]
    broken: Callable[[], tuple[type[Exception], ...]]
    """Beside `OSError`. Called late, since these come from libraries."""
    rights: Callable[[Any, str], tuple[str | None, Access | None]] | None = None
    """Asks a connection for owner and access of a path, where its listing tells neither."""
    connections: dict[str, Remote] = field(default_factory=dict)
    """Of this process, by server and account."""

    def source(self) -> Source:
        """Return the plug-in."""
        return Source(self.scheme, self.items, self.open, state, self.told, address)

    def items(self, root: str) -> Iterator[Item | Result]:
        """Yield everything at or below a URL.

        Raises:
            ConfigError: the server cannot be reached or does not let us in.
        """
        place, begin = placed(root), address(root)
        try:
            entry = self.ask(place, lambda remote: remote.entry(place.path))
        except ExtractError as error:
            if error.reason == LOST:
                raise ConfigError(f"{place.shown} cannot be reached") from None
            yield _unread(begin, root, error.reason)
            return
        yield from self._below(place, place.path, begin, entry, _Way())

    def _below(
        self, place: Place, path: str, uri: str, entry: Entry, way: "_Way"
    ) -> Iterator[Item | Result]:
        locator = place.server + path
        access = narrower(way.access, entry.access)
        if entry.kind == "file":
            yield Item(uri, locator, entry.size, entry.modified, entry.version, entry.owner, access)
        elif entry.kind == "folder" and entry.version not in way.passed:
            passed = way.passed | {entry.version} if entry.version else way.passed
            yield from self._folder(place, path, uri, _Way(access, passed))
        else:
            reason = SPECIAL if entry.kind == "special" else LINK
            yield Result(Item(uri, locator, 0), Coverage("skipped", "walk", reason))

    def _folder(self, place: Place, path: str, uri: str, way: "_Way") -> Iterator[Item | Result]:
        try:
            entries = self.ask(place, lambda remote: list(remote.entries(path)))
        except PiiScanError as error:
            yield _unread(uri, place.server + path, getattr(error, "reason", DENIED))
            return
        names = frozenset(entry.name for entry in entries)
        for entry in sorted(entries, key=lambda entry: entry.name):
            below = f"{path}/{entry.name}"
            step = f"{uri}/{shown(entry.name, names)}"
            yield from self._below(place, below, step, entry, way)

    def open(self, item: Item) -> BinaryIO:
        """Open a file to be fetched as it is read; fetched once, it can be read again."""
        place = placed(item.locator)
        met = self.ask(place, lambda remote: remote.entry(place.path))
        if met.kind != "file":
            raise ExtractError(SPECIAL)
        return io.BufferedReader(cast(io.RawIOBase, Fetched(self, place, met)))

    def told(self, item: Item) -> Item:
        """Add owner and access, where they have to be asked for; a refusal tells nothing."""
        rights = self.rights
        if rights is None:
            return item
        place = placed(item.locator)
        with suppress(PiiScanError):
            owner, access = self.ask(place, lambda remote: rights(remote, place.path))
            return Item(
                *(item.uri, item.locator, item.size, item.modified, item.version, owner, access)
            )
        return item

    def ask(self, place: Place, question: Callable[[Remote], T]) -> T:
        """Return the answer to a question; ask again, later and on a new line, if it breaks.

        Raises:
            ExtractError: it is not there, not allowed, or the connection is lost.
            ConfigError: we are not let in.
        """
        for wait in (*WAITS, None):
            try:
                return question(self._connected(place))
            except FileNotFoundError:
                raise ExtractError(VANISHED) from None
            except PermissionError:
                raise ExtractError(DENIED) from None
            except UnicodeError:  # a name in an encoding that the protocol does not know
                raise ExtractError(UNREADABLE) from None
            except self.failures():
                self._drop(place)
                if wait is not None:
                    time.sleep(wait)
        raise ExtractError(LOST)

    def _connected(self, place: Place) -> Remote:
        if place.server not in self.connections:
            self.connections[place.server] = self.connect(place)
        return self.connections[place.server]

    def failures(self) -> tuple[type[Exception], ...]:
        """Return what may be thrown when a line breaks."""
        return OSError, EOFError, *self.broken()

    def _drop(self, place: Place) -> None:
        remote = self.connections.pop(place.server, None)
        if remote is not None:
            with suppress(*self.failures()):
                remote.close()


@dataclass(frozen=True, slots=True)
class _Way:
    """The folders between a root and what is below it."""

    access: Access | None = None
    """Who may pass through all of them."""
    passed: frozenset[str] = frozenset()
    """Which they are: a server that follows links of its own would lead us round in a circle."""


class Fetched(io.RawIOBase):
    """A file elsewhere, fetched from its start as far as it is read, and kept until it is closed.

    When the line breaks it goes on where it was. That the file was another by then is seen by its
    state.
    """

    def __init__(self, kind: Protocolled, place: Place, met: Entry) -> None:
        """Begin with a file that is as `met` says."""
        self._kind, self._place, self._met = kind, place, met
        self._kept = tempfile.SpooledTemporaryFile(MEMORY_BYTES)  # noqa: SIM115 - closed below
        self._held = 0
        self._at = 0
        self._from: tuple[Remote, BinaryIO] | None = None

    def state(self) -> Entry:
        """Return what the server says of the file now; before the first byte, what it said."""
        if not self._held:
            return self._met
        return self._kind.ask(self._place, lambda remote: remote.entry(self._place.path))

    def readable(self) -> bool:
        """Return that it is."""
        return True

    def seekable(self) -> bool:
        """Return that it is."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move; the end is where the server said it is."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._met.size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def tell(self) -> int:
        """Return the place of the next byte."""
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Read into `buffer` what is there, fetching it first if need be."""
        end = min(self._at + len(buffer), self._met.size)
        while self._held < end and (block := self._kind.ask(self._place, self._block)):
            self._kept.seek(self._held)
            self._kept.write(block)
            self._held += len(block)
        self._kept.seek(self._at)
        data = self._kept.read(max(0, end - self._at))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def close(self) -> None:
        """Let go of the file there and of what is kept of it here."""
        if not self.closed:
            self._kept.close()
            self._let_go()
        super().close()

    def _let_go(self) -> None:
        if self._from:
            with suppress(*self._kind.failures()):
                self._from[1].close()

    def _block(self, remote: Remote) -> bytes:
        if self._from is None or self._from[0] is not remote:
            self._let_go()
            file = remote.open(self._place.path)
            file.seek(self._held)
            self._from = remote, file
        return self._from[1].read(min(BLOCK_BYTES, self._met.size - self._held))


def state(stream: BinaryIO) -> Hashable:
    """Return what the server says of a file that `Protocolled.open` gave."""
    fetched = cast(io.BufferedReader, stream).raw
    assert isinstance(fetched, Fetched)  # noqa: S101 - for the type
    return fetched.state()


def address(root: str) -> str:
    """Return what the addresses below a URL begin with."""
    place = placed(root)
    return place.shown + place.path


def _unread(uri: str, locator: str, reason: str) -> Result:
    return Result(Item(uri, locator, 0), Coverage("unreadable", "walk", reason))
