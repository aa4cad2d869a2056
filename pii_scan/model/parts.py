"""3, extract: what a file is made of, in reading order."""

from dataclasses import dataclass, field
from datetime import date, datetime

from pii_scan.model.packed import Packed
from pii_scan.model.words import DateSource


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stretch of running text with one address: a page, a paragraph, a header, a mail body."""

    text: str = field(repr=False)
    where: str
    """ "page 3", "paragraph 12", "header", "subject" …; empty when the file is one stretch."""


@dataclass(frozen=True, slots=True)
class Table:
    """A block of rows of one table. A long table comes as several blocks with equal columns."""

    columns: tuple[str, ...]
    """The heading, a name a column; empty when the table has none."""
    rows: tuple[tuple[str, ...], ...] = field(repr=False)
    """Cells as written: leading zeros kept, empty cells as ""."""
    numbers: tuple[int, ...]
    """The row number in the file of each of `rows`; the heading is row 1."""
    where: str = ""
    """Sheet or part the table stands in: "Blad1"; empty when the file is one table."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file inside the file: an attachment, an archive member. Becomes an `Item` of its own."""

    name: str
    """Relative path inside the parent, as written there; unique within it."""
    data: bytes = field(repr=False)
    modified: datetime | None = None
    media_type: str | None = None
    """As the parent states it; the content decides."""


@dataclass(frozen=True, slots=True)
class Evidence(Packed):
    """A date that a retention term may run from, and where it was read."""

    trigger: str
    """Trigger id of the policy vocabulary: `documentdatum`, `einde_vacature`, `opname` …"""
    date: date
    source: DateSource
    where: str = ""
    """Where in the item: "row 12", "property modified", "subject"; empty for the whole item."""


Runs = tuple[tuple[int, int], ...]
"""Row numbers, as (first, last) of each run."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A part of the file that could not be read; makes the item `partial`."""

    reason: str
    where: str = ""


Part = Chunk | Table | Member | Evidence | Gap
