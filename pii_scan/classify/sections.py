"""Stage 5, classify: a file that is several documents after each other, parted into these.

A document begins at a page or paragraph that opens with what such documents are called
("LOONSTROOK maart"), as `names` in rules/doctypes.toml lists it, and is one of its own only when
its text, weighed by itself, is of that type. A file of one type is never parted.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from pii_scan.classify.doctype import Evidence, Verdict
from pii_scan.classify.knowledge import DocTypes
from pii_scan.model import Chunk, Hit

MOST_CHARACTERS: Final = 1_000_000
"""Of the text of a file that is kept to be parted; a longer one is judged as one."""
_SHORTEST: Final = 80
"""Characters of a document; what is shorter is a heading, or a line of a list of contents."""
_OPENING: Final = 200
_LINES: Final = 3
"""Of a page, in which its heading stands: a letterhead may come first."""
_LETTERHEAD: Final = 400
"""Characters above a first heading that go with it."""
_NAME_WORDS: Final = 4
"""Of the longest name of a type."""
_WORDS: Final = 7
"""Of a heading; a longer line is a sentence."""
_PLACE: Final = re.compile(r"(?P<kind>[^\W\d]+) (?P<number>\d+)")

Piece = tuple[Chunk, Sequence[Hit]]


@dataclass(frozen=True, slots=True)
class Section:
    """One of the documents in a file."""

    where: str
    """ "pages 3-5", "paragraph 12"."""
    verdict: Verdict
    pieces: tuple[Piece, ...] = field(repr=False)


class Sections:
    """Takes in the text of a file and tells which documents it is, if it is several."""

    def __init__(self, doctypes: DocTypes) -> None:
        """Begin with nothing."""
        self._doctypes = doctypes
        self._begun: list[tuple[str | None, list[Piece]]] = [(None, [])]
        self._characters = 0

    def add(self, chunk: Chunk, hits: Sequence[Hit]) -> None:
        """Take in a stretch of text with what was found in it."""
        self._characters += len(chunk.text)
        if self._characters > MOST_CHARACTERS:
            self._begun.clear()
            return
        name = self._named(chunk)
        if name is not None and name != self._begun[-1][0]:
            self._begun.append((name, []))
        self._begun[-1][1].append((chunk, hits))

    def parted(self) -> tuple[Section, ...]:
        """Return the documents in order; empty when the file is one."""
        begun = self._begun
        if len(begun) > 1 and begun[0][0] is None and _length(begun[0][1]) < _LETTERHEAD:
            begun = [(begun[1][0], [*begun[0][1], *begun[1][1]]), *begun[2:]]
        if len(begun) < 2:
            return ()
        typed: list[tuple[Verdict, list[Piece]]] = []
        for name, pieces in begun:
            verdict = self._weighed(pieces)
            is_own = name in (None, verdict.doc_type) and _length(pieces) >= _SHORTEST
            if is_own or (pieces and not typed):
                typed.append((verdict, pieces))
            elif typed:
                typed[-1][1].extend(pieces)
        together = [list(run) for _, run in groupby(typed, key=lambda one: one[0].doc_type)]
        if len(together) < 2:
            return ()
        return tuple(
            _section([piece for _, pieces in run for piece in pieces], run[0][0])
            for run in together
        )

    def _named(self, chunk: Chunk) -> str | None:
        """Return the type that the first lines of a stretch name."""
        if not _PLACE.fullmatch(chunk.where):
            return None
        lines = [line for line in chunk.text[:_OPENING].lower().split("\n") if line.strip()]
        for line in lines[:_LINES]:
            words = line.split()
            if len(words) > _WORDS:
                continue
            for count in range(_NAME_WORDS, 0, -1):  # it opens with it: no subject of a letter
                if found := self._doctypes.named.found(" ".join(words[:count])):
                    name = max(found, key=len)
                    if len(name.split()) == count:
                        return self._doctypes.names[name]
        return None

    def _weighed(self, pieces: Sequence[Piece]) -> Verdict:
        evidence = Evidence("")
        for chunk, hits in pieces:
            evidence.add(chunk, chunk.text, hits)
        return evidence.weigh(self._doctypes)


def _length(pieces: Sequence[Piece]) -> int:
    return sum(len(chunk.text) for chunk, _ in pieces)


def _section(pieces: Sequence[Piece], verdict: Verdict) -> Section:
    # Headers, footnotes and properties stand beside the run of the text.
    places = [chunk.where for chunk, _ in pieces if _PLACE.fullmatch(chunk.where)]
    first, last = (places or [pieces[0][0].where])[0], (places or [pieces[-1][0].where])[-1]
    return Section(_span(first, last), verdict, tuple(pieces))


def _span(first: str, last: str) -> str:
    """Return one place for a run of them.

    >>> _span("page 3", "page 5"), _span("page 3", "page 3"), _span("page 3", "header")
    ('pages 3-5', 'page 3', 'page 3 - header')
    """
    if first == last:
        return first
    begin, end = _PLACE.fullmatch(first), _PLACE.fullmatch(last)
    if begin and end and begin["kind"] == end["kind"]:
        return f"{begin['kind']}s {begin['number']}-{end['number']}"
    return f"{first} - {last}"
