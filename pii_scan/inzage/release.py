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
from pii_scan.inzage.masks import LABEL, Left, pattern
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
    try:
        for where, text, hits in _read(name, data, redactor):
            for entity, value in _others(text, hits, redactor):
                is_ours = pattern(value).search(ours) is not None
                if not is_ours and not _is_theirs(entity, value, redactor, own):
                    yield redactor.left(entity, value, name, where)
    except ExtractError:
        yield Left(redactor.review.id_of(f"{name}: {UNREAD}"), UNREAD, "", name, "")


def _is_theirs(entity: str, value: str, redactor: Redactor, own: Sequence[str]) -> bool:
    """Tell whether a value is the person's and no more than a word of ours beside it.

    Data for software has no lines: "Jan de Vries Telefoon" may be read as one name.
    """
    rest = value
    inside = {text for text in (*own, *redactor.review.own) if text in value}
    for text in sorted(inside, key=len, reverse=True):
        rest = pattern(text).sub(" ", rest)
    if rest == value:
        return False
    return all(hit.entity != entity for hit in redactor.detect(Chunk(rest, ""))[1])


def _others(text: str, hits: list[Hit], redactor: Redactor) -> Iterator[tuple[str, str]]:
    """Yield entity and value of what is others' in a text: by detection, and by what was masked."""
    labels = [match.span() for match in LABEL.finditer(text)]
    for hit in hits:
        is_masked = any(start < hit.end and hit.start < end for start, end in labels)
        is_nothing = sum(map(str.isalnum, hit.value)) < LEAST_CHARS
        if hit.score < LEAST_SCORE or is_masked or is_nothing:
            continue
        if redactor.is_others(hit) and not redactor.is_firms(hit, text):
            yield hit.entity, hit.value
    yield from redactor.review.seen(text)


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
