"""What a format, a place and a report offer: plugins, found by their constant."""

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from pii_scan.model.items import Item
from pii_scan.model.parts import Part
from pii_scan.model.results import Beside, Result, Scan


@dataclass(frozen=True, slots=True)
class Extractor:
    """A plugin of `pii_scan.extract`: reads files of some types."""

    media_types: tuple[str, ...]
    suffixes: tuple[str, ...]
    """Lower case with the dot; only used where the content does not tell the type."""
    parts: Callable[[BinaryIO], Iterator[Part]] = field(repr=False)
    """Yields the parts of a seekable stream. Raises `ExtractError` when nothing more can be read;
    parts yielded before count."""
    missing: Callable[[], str | None] = field(default=lambda: None, repr=False)
    """Says what has to be installed before this machine reads all of such files; `None`: nothing.
    """


@dataclass(frozen=True, slots=True)
class Source:
    """A plugin of `pii_scan.sources`: a place where items are."""

    scheme: str
    """ "file", "smb" …"""
    items: Callable[[str], Iterable[Item | Result]]
    """Everything below a root in a stable order; a `Result` for what is met and not opened.
    Raises `ConfigError` at once where the root is elsewhere and cannot be reached at all."""
    open: Callable[[Item], BinaryIO]
    state: Callable[[BinaryIO], Hashable] = lambda stream: None
    """Of a stream that `open` gave: differs when the file was written to in between."""
    told: Callable[[Item], Item] = lambda item: item
    """Adds owner and access to an item, where that costs the source a question of its own."""
    address: Callable[[str], str] = lambda root: root
    """Of a root: what the addresses of all items below it begin with."""
    parts: Callable[[Item], Iterator[Part]] | None = None
    """In place of `open`, of a source whose items are tables and no files."""


@dataclass(frozen=True, slots=True)
class Report:
    """A plugin of `pii_scan.report`: one way to write a scan down."""

    format: str
    """ "jsonl", "html" …"""
    write: Callable[[Scan, Callable[[], Iterator[Result]], BinaryIO, Beside], None]
    """Gets the scan, a function that starts a pass over its results in order of URI, a sink, and
    what is shown beside the scan."""
