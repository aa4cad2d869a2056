"""Originals and letters page by page, as they look: drawn by a worker, since files are hostile.

A PDF is drawn, and so is what LibreOffice lays out where it is installed; of anything else the text
is shown, part by part. What was opened is in memory only, for who asked, and not for long.
"""

import io
import re
import secrets
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from pii_scan import extract
from pii_scan.desk.laying_out import as_pdf
from pii_scan.desk.sessions import Clock, Session
from pii_scan.engines.job import Job
from pii_scan.engines.local import run
from pii_scan.errors import ExtractError, PiiScanError
from pii_scan.model import Chunk, Gap, Item, Member, Part, Table
from pii_scan.sources import source_of

SECONDS: Final = 120.0
"""For one file, LibreOffice included."""
PDF: Final = "application/pdf"
TEXT_CHARS: Final = 4_000
"""On a page of what cannot be drawn."""
MOST_TEXT: Final = 2_000_000
MOST_BYTES: Final = 200 << 20
"""Of a file that is drawn; the worker has four gigabytes for all of it."""
KEPT: Final = 60
KEPT_SECONDS: Final = 600.0
_PAGE: Final = re.compile(r"page (\d{1,6})\b")
_DRAWING = threading.Semaphore(2)
"""Of workers at a time."""


@dataclass(frozen=True, slots=True)
class View:
    """A page of a file."""

    number: int
    count: int
    png: bytes = field(default=b"", repr=False)
    """Empty for what cannot be drawn."""
    width: int = 0
    height: int = 0
    lines: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """(where, text): of a drawing all of it, for who cannot see it."""


@dataclass(frozen=True, slots=True)
class _Views:
    item: Item
    views: tuple[View, ...]


@dataclass(frozen=True, slots=True)
class _Wanted:
    uri: str
    pages: tuple[int, ...]
    """Empty: the page on which `where` is."""
    where: str


def views(item: Item, pages: Sequence[int] = (), where: str = "") -> tuple[View, ...]:
    """Return pages of an item, or the one on which a place is.

    Raises:
        PiiScanError: it is gone, cannot be read, or asks for too much.
    """
    outer = Item(item.within or item.uri, item.locator, 0)
    job = Job(_prepare, _Wanted(item.uri, tuple(pages), where))
    if not _DRAWING.acquire(timeout=SECONDS):
        raise PiiScanError("Er worden al te veel bestanden geopend. Probeer het zo weer.")
    try:
        for one in run([outer], job, 1, SECONDS):
            if isinstance(one, _Views) and one.views:
                return one.views
    finally:
        _DRAWING.release()
    raise PiiScanError("Het bestand is er niet meer, of is niet meer te lezen.")


class Shown:
    """What was opened, for the session that asked for it: it is not opened again to be seen on."""

    def __init__(self, clock: Clock) -> None:
        """Begin with nothing."""
        self._clock = clock
        self._held: dict[str, tuple[float, str, View]] = {}
        self._lock = threading.Lock()

    def keep(self, session: Session, view: View) -> str:
        """Take in a page; return what it can be asked for by."""
        name = secrets.token_urlsafe(24)
        with self._lock:
            self._clear()
            while len(self._held) >= KEPT:
                del self._held[next(iter(self._held))]
            self._held[name] = (self._clock(), session.csrf, view)
        return name

    def get(self, session: Session, name: str) -> View | None:
        """Return a page, to who asked for it."""
        with self._lock:
            self._clear()
            _, whose, view = self._held.get(name, (0.0, "", None))
        return view if secrets.compare_digest(whose, session.csrf) else None

    def _clear(self) -> None:
        since = self._clock() - KEPT_SECONDS
        for name in [name for name, (at, _, _) in self._held.items() if at < since]:
            del self._held[name]


def _prepare(wanted: _Wanted) -> Callable[[Item], Iterable[_Views]]:
    """Return what a worker calls on the file."""

    def drawn(outer: Item) -> Iterator[_Views]:
        try:
            yield _Views(outer, tuple(_views(outer, wanted)))
        except (ExtractError, OSError):
            yield _Views(outer, ())

    return drawn


def _views(outer: Item, wanted: _Wanted) -> Iterator[View]:
    source = source_of(outer.locator)
    if source.parts is not None:
        yield from _written(source.parts(outer), wanted)
        return
    with source.open(outer) as stream:
        data, media_type = _content(outer.uri, stream, wanted.uri)
    pdf = data if media_type == PDF else as_pdf(data, media_type)
    if pdf is not None:
        at = _PAGE.match(wanted.where)
        for number in wanted.pages or (int(at[1]) if at else 1,):
            one = extract.pdf_sheet(pdf, number)
            if one.number == number:
                lines = tuple(("", line) for line in one.text.split("\n") if line.strip())
                yield View(number, one.count, one.png, one.width, one.height, lines)
        return
    extractor = extract.extractor_for(media_type)
    if extractor is not None:
        yield from _written(extract.extract(io.BytesIO(data), extractor), wanted)


def _content(
    uri: str, stream: BinaryIO, wanted: str, stated: str | None = None
) -> tuple[bytes, str | None]:
    """Return an item, in whatever files it lies, and what it is."""
    media_type = extract.media_type(stream, uri.rsplit("/", 1)[-1], stated)
    if uri == wanted:
        stream.seek(0)
        data = stream.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise ExtractError("too large")
        return data, media_type
    extractor = extract.extractor_for(media_type)
    for part in extract.extract(stream, extractor) if extractor else ():
        if isinstance(part, Member):
            inner = extract.member_uri(uri, part.name)
            if wanted == inner or wanted.startswith(f"{inner}!/"):
                return _content(inner, io.BytesIO(part.data), wanted, part.media_type)
    raise ExtractError("gone")


def _written(parts: Iterator[Part], wanted: _Wanted) -> Iterator[View]:
    """Yield what can be read of what cannot be drawn, in pages of some length."""
    pages: list[list[tuple[str, str]]] = [[]]
    at, size, all_of_it = 1, 0, 0
    for where, text in _lines(parts):
        if size + len(text) > TEXT_CHARS and pages[-1]:
            pages.append([])
            size = 0
        pages[-1].append((where, text))
        size, all_of_it = size + len(text), all_of_it + len(text)
        if where == wanted.where and at == 1:
            at = len(pages)
        if all_of_it > MOST_TEXT:
            break
    for number in wanted.pages or (at,):
        if 1 <= number <= len(pages):
            yield View(number, len(pages), lines=tuple(pages[number - 1]))


def _lines(parts: Iterator[Part]) -> Iterator[tuple[str, str]]:
    for part in parts:
        if isinstance(part, Chunk):
            for begin in range(0, len(part.text), TEXT_CHARS):
                yield part.where, part.text[begin : begin + TEXT_CHARS]
        elif isinstance(part, Table):
            for number, row in zip(part.numbers, part.rows, strict=True):
                headed = zip((*part.columns, *[""] * len(row)), row, strict=False)
                told = "\n".join(f"{head}: {cell}" if head else cell for head, cell in headed)
                yield f"{part.where} row {number}".strip(), told[:TEXT_CHARS]
        elif isinstance(part, Gap):
            yield part.where, "…"
