"""Stage 3, extract: what audio and video say beside what is heard and seen: tags, dates, duration.

Nobody listens: every such file has a `Gap` that says so.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import BinaryIO, Final

from pii_scan.extract._limits import MAX_MEMBERS
from pii_scan.extract._reasons import SPEECH
from pii_scan.extract._text import fields
from pii_scan.model import Evidence, Gap, Part

LONGEST_TEXT: Final = 1 << 20
"""Bytes of one tag."""
MAX_BOXES: Final = MAX_MEMBERS
"""Boxes, chunks or elements of one file that are looked at."""
OLDEST: Final = date(1970, 1, 1)
"""Clocks that were never set give earlier dates."""
DAY: Final = re.compile(r"\s*((?:19|20)\d\d)[-:/.]?(\d\d)[-:/.]?(\d\d)(?!\d)")

Pair = tuple[str, str]
Box = tuple[bytes, int, int]
"""What a box is called, where its content begins, and how many bytes that is."""


def told(
    tags: Iterable[Pair], seconds: float = 0, recorded: Iterable[tuple[str, date]] = ()
) -> Iterator[Part]:
    """Yield what a recording says of itself.

    Args:
        tags: name and value.
        seconds: how long it takes; 0 if that is not known.
        recorded: dates of the recording, each with where it stands.
    """
    yield from fields(tags, "tags")
    if seconds > 0:
        yield from fields(
            [("duration", str(timedelta(seconds=min(round(seconds), 10**9))))], "tags"
        )
    for label, day in recorded:
        if day >= OLDEST:
            yield Evidence("opname", day, "metadata", f"property {label}")
    yield Gap(SPEECH)


def days(tags: Iterable[Pair], labels: frozenset[str]) -> Iterator[tuple[str, date]]:
    """Yield the dates in the tags that say when a recording was made; a year alone is none.

    >>> list(days([("DATE", "2024-03-01T10:00"), ("ICRD", "2024")], frozenset({"date", "icrd"})))
    [('DATE', datetime.date(2024, 3, 1))]
    """
    for label, value in tags:
        found = DAY.match(value) if label.lower() in labels else None
        if found:
            try:
                yield label, date(int(found[1]), int(found[2]), int(found[3]))
            except ValueError:
                continue


def content(stream: BinaryIO, box: Box, limit: int = LONGEST_TEXT) -> bytes:
    """Return the beginning of what is in a box."""
    _, start, size = box
    stream.seek(start)
    return stream.read(min(size, limit))
