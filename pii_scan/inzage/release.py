"""Inzage: the written files scanned again, in every part, before they may leave.

They are read as any file on a share is: hidden text, properties, comments, deletions, attachments
and the files within files count. What seems somebody else's and no person has decided on by name
holds the release up.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from pii_scan import extract
from pii_scan.detect import joined, parted
from pii_scan.errors import ExtractError
from pii_scan.inzage.alike import pattern
from pii_scan.inzage.masks import Left
from pii_scan.inzage.redact import Redactor
from pii_scan.model import Chunk, Gap, Hit, Member, Table

LEAST_SCORE: Final = 0.5
"""What a scan reports at; masking itself goes lower."""
LEAST_CHARS: Final = 2
"""A single letter names nobody."""
UNREAD: Final = "een deel dat niet opnieuw te lezen is"


def left(
    files: Mapping[str, bytes], redactor: Redactor, ours: str, own: Sequence[str] = ()
) -> tuple[Left, ...]:
    """Return what of others is still readable in files, and what of a file cannot be read again.

    Args:
        files: name -> content.
        redactor: knows the person and the decisions.
        ours: what the organisation itself writes in the files.
        own: values of the person's request.
    """
    found: dict[tuple[str, str], Left] = {}
    for name, data in files.items():
        for one in _left(name, data, redactor, ours, own):
            found.setdefault((one.id, one.file), one)
    return tuple(found.values())


def _left(
    name: str, data: bytes, redactor: Redactor, ours: str, own: Sequence[str]
) -> Iterator[Left]:
    theirs = (*own, *redactor.review.own, *redactor.review.claims)
    try:
        for where, text, hits in _read(name, data, redactor):
            for entity, value in _others(text, hits, redactor, theirs):
                is_ours = pattern("", value).search(ours) is not None
                if not is_ours and not _is_theirs(entity, value, redactor, theirs):
                    yield redactor.left(entity, value, name, where)
    except ExtractError:
        yield Left(redactor.review.id_of(f"{name}: {UNREAD}"), UNREAD, "", name, "")


def _is_theirs(entity: str, value: str, redactor: Redactor, theirs: Sequence[str]) -> bool:
    """Tell whether a value is the person's and no more than a word of ours beside it.

    Data for software has no lines: "Jan de Vries Telefoon" may be read as one name.
    """
    rest = value
    for text in sorted({text for text in theirs if text in value}, key=len, reverse=True):
        rest = pattern("", text).sub(" ", rest)
    if rest == value:
        return False
    return all(hit.entity != entity for hit in redactor.detect(Chunk(rest, ""))[1])


def _others(
    text: str, hits: list[Hit], redactor: Redactor, theirs: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """Yield entity and value of what is others' in a text: by detection, and by what was masked."""
    labels = redactor.review.labels(text)
    for hit in hits:
        if hit.score < LEAST_SCORE or _is_nothing(hit.value):
            continue
        if redactor.is_others(hit) and not redactor.is_firms(hit, text):
            yield from _beside(hit, text, labels, redactor)
    yield from redactor.review.seen(text, theirs)


def _beside(
    hit: Hit, text: str, labels: Sequence[tuple[int, int]], redactor: Redactor
) -> Iterator[tuple[str, str]]:
    """Yield what is readable of a value beside the masks that were read as a part of it."""
    over = [(a, b) for a, b in labels if a < hit.end and hit.start < b]
    if not over:
        yield hit.entity, hit.value
        return
    for start, end in zip(
        [hit.start, *(b for _, b in over)], [*(a for a, _ in over), hit.end], strict=True
    ):
        for one in redactor.detect(Chunk(text[start:end], ""))[1] if start < end else ():
            is_clear = one.score >= LEAST_SCORE and not _is_nothing(one.value)
            if is_clear and redactor.is_others(one):
                yield one.entity, one.value


def _is_nothing(value: str) -> bool:
    return sum(map(str.isalnum, value)) < LEAST_CHARS


def _read(name: str, data: bytes, redactor: Redactor) -> Iterator[tuple[str, str, list[Hit]]]:
    """Yield (address, text, hits) of the parts of a file and of the files within it."""
    stream = io.BytesIO(data)
    extractor = extract.extractor_for(extract.media_type(stream, name))
    if extractor is None:
        raise ExtractError(UNREAD)
    run: list[Chunk] = []
    for part in extract.extract(stream, extractor):
        match part:
            case Chunk():
                # Without the breaks that let long words go on to the next line.
                run.append(Chunk(part.text.replace("\u200b", ""), part.where))
            case Table():
                yield part.where, *redactor.detect(part)
            case Member():
                yield from _read(part.name, part.data, redactor)
            case Gap():
                raise ExtractError(UNREAD)
    for chunk, hits in parted(redactor.detect(joined(run))[1], run) if run else ():
        yield chunk.where, chunk.text, hits
