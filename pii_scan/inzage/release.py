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
                if not pattern(value).search(ours) and not _is_made_of(value, own):
                    yield redactor.left(entity, value, name, where)
    except ExtractError:
        yield Left(redactor.review.id_of(f"{name}: {UNREAD}"), UNREAD, "", name, "")


def _is_made_of(value: str, own: Sequence[str]) -> bool:
    """Tell whether nothing else stands in a value: those of a list may be read as one."""
    for text in sorted(own, key=len, reverse=True):
        value = pattern(text).sub(" ", value)
    return not any(map(str.isalnum, value))


def _others(text: str, hits: list[Hit], redactor: Redactor) -> Iterator[tuple[str, str]]:
    """Yield entity and value of what is others' in a text: by detection, and by what was masked."""
    labels = [match.span() for match in LABEL.finditer(text)]
    for hit in hits:
        is_masked = any(start < hit.end and hit.start < end for start, end in labels)
        if hit.score < LEAST_SCORE or is_masked or not hit.value.strip():
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
