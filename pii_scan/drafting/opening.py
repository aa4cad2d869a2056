"""A statement read in a worker process: it may be as hostile as any other file.

Out come the draft and the lines that it was read from, so that the two can be held together.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from pii_scan import extract
from pii_scan.drafting.drafts import draft
from pii_scan.drafting.reading import lines
from pii_scan.drafting.values import Draft, Language, Line
from pii_scan.engines.job import Job
from pii_scan.engines.local import run
from pii_scan.errors import ExtractError
from pii_scan.model import NO_READER, Item, Result

SECONDS: Final = 120.0
"""A statement of a hundred pages takes some ten."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement, with the draft that was made of it."""

    item: Item
    draft: Draft
    lines: tuple[Line, ...] = field(default=(), repr=False)
    reason: str | None = None
    """Why it could not be read; `None` when it could."""


def opened(path: Path, language: Language, title: str) -> Statement:
    """Return a statement and its draft.

    Raises:
        ExtractError: it cannot be read, or reading it takes too much.
    """
    item = Item(path.name, str(path.absolute()), path.stat().st_size)
    for one in run([item], Job(_prepare, (language, title)), 1, SECONDS):
        if isinstance(one, Result):
            raise ExtractError(one.coverage.reason or "cannot be read")
        if one.reason is not None:
            raise ExtractError(one.reason)
        return one
    raise ExtractError("cannot be read")


def _prepare(told: tuple[Language, str]) -> Callable[[Item], Iterator[Statement]]:
    return partial(_opened, *told)


def _opened(language: Language, title: str, item: Item) -> Iterator[Statement]:
    nothing = draft((), language, title)
    try:
        with Path(item.locator).open("rb") as stream:
            extractor = extract.extractor_for(extract.media_type(stream, item.uri))
            if extractor is None:
                raise ExtractError(NO_READER)  # noqa: TRY301 - said as all other reasons are
            parts = list(extract.extract(stream, extractor))
    except ExtractError as error:
        yield Statement(item, nothing, reason=error.reason)
    except OSError:
        yield Statement(item, nothing, reason="cannot be read")
    else:
        yield Statement(item, draft(parts, language, title), tuple(lines(parts, language)))
