"""Page: a document as a list of blocks, whatever format it is written in."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

Language = Literal["nl", "en"]
MARK: Final = re.compile(r"\[aan te vullen: [^\]]*\]")
"""What a member of staff has to fill in; it stands out."""
_NOT_SHOWN: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; line ends in it are kept."""

    text: str = field(repr=False)
    is_bold: bool = False
    is_point: bool = False
    """One of a list."""
    stays_with_next: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading, which stays with what follows."""

    text: str = field(repr=False)
    level: int


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars, one a row, each of parts side by side that are told by colour and by legend."""

    alt: str
    """What it shows, for who does not see it."""
    legend: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]
    """(label, size of each part)."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table, whose heading comes back on every page."""

    heading: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...] = field(repr=False)
    widths_cm: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """Text of somebody else's document, set apart, with where it was found above it."""

    label: str
    text: str = field(repr=False)


Block = Text | Heading | Grid | Quote | Chart


class Page:
    """One document, written from top to bottom."""

    def __init__(self, title: str, today: date, language: Language = "nl") -> None:
        """Begin an empty document."""
        self.title = title
        self.today = today
        self.language = language
        self.blocks: list[Block] = []

    def text(self, text: str, *, bold: bool = False, stays_with_next: bool = False) -> None:
        """Write a paragraph."""
        self.blocks.append(Text(shown(text), bold, stays_with_next=stays_with_next))

    def lines(self, lines: Iterable[str], *, stays_with_next: bool = False) -> None:
        """Write lines that belong together, such as an address."""
        self.text("\n".join(filter(None, lines)), stays_with_next=stays_with_next)

    def heading(self, text: str, level: int = 1) -> None:
        """Write a heading."""
        self.blocks.append(Heading(shown(text), level))

    def quote(self, label: str, text: str) -> None:
        """Write what another document says."""
        self.blocks.append(Quote(shown(label), shown(text)))

    def points(self, points: Iterable[str]) -> None:
        """Write a list."""
        self.blocks.extend(Text(shown(point), is_point=True) for point in points)

    def chart(
        self, alt: str, legend: Sequence[str], rows: Iterable[tuple[str, Sequence[int]]]
    ) -> None:
        """Draw bars."""
        told = tuple((shown(label), tuple(parts)) for label, parts in rows)
        self.blocks.append(Chart(shown(alt), tuple(map(shown, legend)), told))

    def table(
        self, heading: Sequence[str], rows: Iterable[Sequence[str]], widths_cm: Sequence[float]
    ) -> None:
        """Write a table."""
        cells = tuple(tuple(map(shown, row)) for row in rows)
        self.blocks.append(Grid(tuple(map(shown, heading)), cells, tuple(widths_cm)))

    def texts(self) -> Iterator[str]:
        """Yield all that stands in the document."""
        yield self.title
        for block in self.blocks:
            if isinstance(block, Grid):
                yield from (cell for row in (block.heading, *block.rows) for cell in row)
            elif isinstance(block, Quote):
                yield from (block.label, block.text)
            elif isinstance(block, Chart):
                yield from (block.alt, *block.legend)
            else:
                yield block.text


def shown(text: str) -> str:
    """Return `text` without what no document can hold; a hostile file may have it."""
    return _NOT_SHOWN.sub("\ufffd", text)
