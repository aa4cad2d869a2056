"""Reads the project's annotated texts: the markup of `training/corpus/*.txt`.

    === id=corp-a-0001 genre=call_note doc_type=klacht subject_group=onbekend reference_date=null
    Mw. ⟦PERSON|De Vries⟧ belde, bsn ⟦NL_BSN|{bsn}⟧.

A line that begins with "=== " starts a document. Placeholders stand for numbers, so that no file
holds any: {bsn}, {iban}, {card}, each with `bad`, `not` or `like` for what only looks like one.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus"
_MARK = re.compile(r"⟦([A-Z_]+)\|([^⟦⟧]*)⟧")
_PLACEHOLDER = re.compile(
    r"\{(bsn|bsn_sp|bsn_dot|notbsn|bsnlike|iban|iban_c|badiban|card|card_c|badcard)(#\w+)?\}"
)


@dataclass(frozen=True, slots=True)
class Span:
    """A marked stretch of a text; half-open, code points."""

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class Document:
    """One annotated text."""

    id: str
    genre: str
    text: str
    spans: tuple[Span, ...]
    unknown: tuple[Span, ...] = ()
    """Stretches of which nobody said whether they are names."""


def read_corpus(folder: Path = CORPUS) -> list[Document]:
    """Return every document of a folder, in the order of file names."""
    return [one for path in sorted(folder.glob("*.txt")) for one in parse(path.read_text("utf-8"))]


def parse(source: str) -> Iterator[Document]:
    """Yield the documents of one file."""
    for block in re.split(r"(?m)^=== ", source)[1:]:
        head, _, body = block.partition("\n")
        meta = dict(part.split("=", 1) for part in head.split())
        yield marked(
            meta["id"],
            meta["genre"],
            _filled(body.strip("\n"), random.Random(meta["id"])),  # noqa: S311
        )


def marked(name: str, genre: str, source: str) -> Document:
    """Return the document that a marked text stands for."""
    pieces: list[str] = []
    spans: list[Span] = []
    length = last = 0
    for match in _MARK.finditer(source):
        pieces += (source[last : match.start()], match[2])
        start = length + match.start() - last
        length = start + len(match[2])
        spans.append(Span(start, length, match[1]))
        last = match.end()
    return Document(name, genre, "".join((*pieces, source[last:])), tuple(spans))


def _filled(text: str, rng: random.Random) -> str:
    """Put digits of the right shape for placeholders; the language model reads no check digits."""

    def one(match: re.Match[str]) -> str:
        kind = match[1]
        if "iban" in kind:
            bban = "".join(rng.choices("0123456789", k=9))
            return f"NL{rng.randrange(10, 99)}{rng.choice(('ABNA', 'INGB', 'RABO'))}0{bban}"
        return "".join(rng.choices("123456789", k=16 if "card" in kind else 9))

    return _PLACEHOLDER.sub(one, text)
