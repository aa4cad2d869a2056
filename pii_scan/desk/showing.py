"""An item opened once more: where findings stand in it, and why they scored as they did.

Run in a process of its own, since files are hostile. The text around a finding is masked as for
inzage; the value itself is in clear only where that is asked for.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from pii_scan import extract
from pii_scan.classify.mask import mask
from pii_scan.config.categories import load_categories
from pii_scan.config.settings import Settings
from pii_scan.detect import joined, parted
from pii_scan.errors import ExtractError, PiiScanError
from pii_scan.inzage.redact import Redactor
from pii_scan.inzage.subject import Subject
from pii_scan.model import Chunk, Hit, Item, Member, Source, Table
from pii_scan.scan import RUN, Detector, detector, load_recognizers
from pii_scan.sources import source_of

AROUND = 90
"""Characters before and after a finding."""
MOST = 20
"""Findings that are shown of one item."""


@dataclass(frozen=True, slots=True)
class Sight:
    """A finding where it stands."""

    where: str
    entity: str
    score: float
    before: str
    """Masked."""
    shown: str
    """Masked, unless the value was asked for in clear."""
    after: str
    reasons: tuple[tuple[str, float], ...]
    """What raised and lowered the score, in log-odds."""


def sights(
    item: Item, settings: Settings, entity: str, where: str | None, *, is_clear: bool = False
) -> Iterator[Sight]:
    """Yield findings of an entity in an item, at one place of it or anywhere.

    Raises:
        PiiScanError: it cannot be opened or read any more.
    """
    recognizers = {it.entity: it for it in load_recognizers(settings.packs)}
    detect = detector(settings, tuple(recognizers.values()), settings.min_score)
    nobody = Subject(prints={}, recognizers=recognizers, key=b"")
    categories = load_categories()
    redactor = Redactor(nobody, detect, RUN, lambda name: categories.of(name).nl)

    def masked(hit: Hit) -> str:
        custom = recognizers[hit.entity].mask if hit.entity in recognizers else None
        return mask(hit.entity, hit.value, custom, categories.of(hit.entity).nl)

    count = 0
    for text, hit in _hits(item, detect):
        if hit.entity != entity or (where is not None and hit.where != where):
            continue
        start, end = max(0, hit.start - AROUND), min(len(text), hit.end + AROUND)
        yield Sight(
            where=hit.where,
            entity=hit.entity,
            score=hit.score,
            before=_around(redactor, text[start : hit.start], hit.column),
            shown=hit.value if is_clear else masked(hit),
            after=_around(redactor, text[hit.end : end], None),
            reasons=hit.reasons,
        )
        count += 1
        if count == MOST:
            return


def _around(redactor: Redactor, text: str, column: str | None) -> str:
    told = " ".join(redactor.text(text).split())
    return f"[{column}] {told}" if column else told


def _hits(item: Item, detect: Detector) -> Iterator[tuple[str, Hit]]:
    """Yield each hit of an item with the text that it stands in, read as a scan reads it."""
    source = source_of(item.locator)
    outer = Item(item.within or item.uri, item.locator, item.size)
    held: list[Chunk] = []

    def flushed() -> Iterator[tuple[str, Hit]]:
        if held:
            for chunk, hits in parted(detect(joined(held))[1], held):
                yield from ((chunk.text, hit) for hit in hits)
            held.clear()

    try:
        for part in _told(source, outer, item.uri):
            if isinstance(part, Chunk):
                held.append(part)
                if sum(len(it.text) for it in held) >= RUN:
                    yield from flushed()
            else:
                yield from flushed()
                text, hits = detect(part)
                yield from ((text, hit) for hit in hits)
        yield from flushed()
    except (ExtractError, OSError):
        raise PiiScanError("the file is gone, or cannot be read any more") from None


def _told(source: Source, outer: Item, wanted: str) -> Iterator[Chunk | Table]:
    if source.parts is not None:
        yield from (it for it in source.parts(outer) if isinstance(it, Chunk | Table))
        return
    with source.open(outer) as stream:
        yield from _parts(outer.uri, stream, wanted, None)


def _parts(uri: str, stream: BinaryIO, wanted: str, stated: str | None) -> Iterator[Chunk | Table]:
    media_type = extract.media_type(stream, uri.rsplit("/", 1)[-1], stated)
    extractor = extract.extractor_for(media_type)
    if extractor is None:
        return
    for part in extract.extract(stream, extractor):
        if isinstance(part, Member):
            inner = extract.member_uri(uri, part.name)
            if wanted == inner or wanted.startswith(f"{inner}!/"):
                yield from _parts(inner, io.BytesIO(part.data), wanted, part.media_type)
        elif isinstance(part, Chunk | Table) and uri == wanted:
            yield part
