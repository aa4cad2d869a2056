"""Stage 3, extract: stream -> Part. What a file is made of, whatever its format."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import PurePath
from typing import TYPE_CHECKING, BinaryIO, Final

from pii_scan import plugins
from pii_scan.extract import _media_type
from pii_scan.extract._blob import part as binary
from pii_scan.extract._guard import each, guarded
from pii_scan.extract._names import Names, visible
from pii_scan.model import Chunk, Extractor, Member, Part, Table

if TYPE_CHECKING:
    from hashlib import _Hash

    from pii_scan.extract._pdf_sheet import Sheet

__all__ = [
    "binary",
    "digested",
    "extract",
    "extractor_for",
    "formats",
    "media_type",
    "named",
    "pdf_sheet",
]

TEXTUAL: Final = (
    "text/",
    "message/",
    "application/mbox",
    "application/json",
    "application/x-ndjson",
    "application/xml",
    "application/yaml",
    "application/sql",
)
"""Beginnings of the media types whose content is text, where the suffix may say which kind."""
UNTOLD: Final = frozenset({"", ".txt", ".text", ".dat", ".asc", ".out", ".bak", ".tmp", ".old"})
"""Suffixes that do not say what kind of text a file is."""


_ESCAPED = r"\x21/"


@cache
def _by_media_type() -> dict[str, Extractor]:
    return {name: extractor for extractor in formats().values() for name in extractor.media_types}


@cache
def _by_suffix() -> dict[tuple[str, bool], str]:
    """Return the media type of (suffix, whether it is text)."""
    return {
        (suffix, extractor.media_types[0].startswith(TEXTUAL)): extractor.media_types[0]
        for extractor in formats().values()
        for suffix in extractor.suffixes
    }


@cache
def formats() -> dict[str, Extractor]:
    """Return the plugins by the names of their modules: "csv", "docx"."""
    found = plugins.load_by_module("pii_scan.extract", "EXTRACTOR", Extractor)
    return {name.rpartition(".")[2]: extractor for name, extractor in found.items()}


def missing() -> tuple[str, ...]:
    """Return what would have to be installed before this machine reads every kind of file."""
    return tuple(sorted(told for one in formats().values() if (told := one.missing())))


def media_type(stream: BinaryIO, name: str, stated: str | None = None) -> str | None:
    """Return what a file is: by its content, and by its name where the content leaves it open.

    Text may be called .csv or .json and is then read as that; bytes that are no text never become
    text by their name. `None` is a file of which neither tells anything.

    Args:
        stream: the content.
        name: of the file; its suffix counts.
        stated: what the parent of a member says; counts where content and name tell no more than
            that it is text.
    """
    told = guarded(lambda: _media_type.sniff(stream))
    suffix = PurePath(name).suffix.lower()
    if told == _media_type.TEXT and suffix in UNTOLD:
        if stated in _by_media_type() and stated != told and stated.startswith(TEXTUAL):
            return stated
        return guarded(lambda: _media_type.unnamed_text(stream))
    if told == _media_type.TEXT or (told == _media_type.MBOX and suffix == ".eml"):
        # A message saved by itself may keep the first line it had in its mailbox.
        return _by_suffix().get((suffix, True), told)
    return told or _by_suffix().get((suffix, False))


def extractor_for(media_type: str | None) -> Extractor | None:
    """Return the plugin that reads a media type, `None` when there is no such plugin."""
    return _by_media_type().get(media_type) if media_type else None


def member_uri(parent: str, name: str) -> str:
    r"""Return the address of a file within a file; no two are one, since "!/" in a name is escaped.

    >>> member_uri("share/a.zip", "b/c.txt"), member_uri("share/a.zip", "b!/c.txt")
    ('share/a.zip!/b/c.txt', 'share/a.zip!/b\\x21/c.txt')
    """
    return f"{parent}!/{name.replace('!/', _ESCAPED)}"


def pdf_sheet(data: bytes, number: int) -> "Sheet":
    """Draw a page of a PDF; a number beyond the last page gives the last.

    Raises:
        ExtractError: the document asks for a password, or cannot be opened.
    """
    from pii_scan.extract._pdf_sheet import sheet

    return guarded(lambda: sheet(data, number))


def extract(stream: BinaryIO, extractor: Extractor) -> Iterator[Part]:
    """Yield the parts of a file; no two members have the same name.

    Raises:
        ExtractError: nothing more can be read, whatever the parser of the format has thrown; parts
            yielded before count.
    """
    stream.seek(0)
    yield from named(extractor.parts(stream))


def named(parts: Iterator[Part]) -> Iterator[Part]:
    """Yield parts, members under names of their own.

    Raises:
        ExtractError: as for `extract`.
    """
    names = Names()
    for part in each(parts):
        if isinstance(part, Member):
            yield replace(part, name=names.unique(visible(part.name)))
        else:
            yield part


def digested(parts: Iterator[Part], digest: "_Hash") -> Iterator[Part]:
    """Yield parts that come from no file, and take what they say up in a digest of them."""
    for part in parts:
        match part:
            case Chunk():
                digest.update(repr((part.where, part.text)).encode())
            case Table():
                digest.update(repr((part.where, part.columns, part.numbers, part.rows)).encode())
            case Member():
                digest.update(repr(part.name).encode() + part.data)
        yield part
