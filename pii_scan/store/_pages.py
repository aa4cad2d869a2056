"""What the pages over a scan are made of, and how rows of the database become it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from pii_scan.model import Level, Verdict
from pii_scan.store import _spread as made


@dataclass(frozen=True, slots=True)
class Filter:
    """Which items are looked at; what is empty asks for nothing."""

    folder: str = ""
    """With all below it."""
    category: str = ""
    level: str = ""
    verdict: str = ""
    """The one of an item that asks most for a hand."""
    controller: str = ""
    """ "-" is without one."""
    doc_type: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """What there is of one sort."""

    name: str
    items: int
    findings: int
    size: int
    """Bytes."""


@dataclass(frozen=True, slots=True)
class Line:
    """An item in a list."""

    uri: str
    level: Level | None
    verdict: Verdict | None
    doc_type: str
    controller: str
    status: str
    reason: str
    findings: int
    """Of the category that was asked for, if one was."""
    size: int
    after: str
    """Asks for what comes after it."""


@dataclass(frozen=True, slots=True)
class Group:
    """Findings that are alike: of one entity in one folder, or of one value."""

    subject: str
    """What decisions on it go by."""
    entity: str
    category: str
    level: Level
    folder: str
    """Empty for a value."""
    masked: str
    """Empty for a folder."""
    items: int
    findings: int
    low: float
    """The lowest of their scores."""
    high: float
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class Spot:
    """One finding of a group."""

    uri: str
    where: str
    entity: str
    masked: str
    score: float
    level: Level
    digest: str
    """Its fingerprint; empty where it has none."""
    after: str


@dataclass(frozen=True, slots=True)
class Ruling:
    """What one rule says of many items."""

    verdict: Verdict
    policy: str
    rule: str
    trigger: str
    items: int
    first: date | None
    """The earliest last day of them."""


@dataclass(frozen=True, slots=True)
class Due:
    """An item as a rule judges it."""

    uri: str
    places: int
    keep_until: date | None
    reference_date: date | None
    source: str
    controller: str
    after: str


def line_of(row: dict[str, Any]) -> Line:
    """Return an item in a list, out of its row."""
    return Line(
        uri=row["uri"],
        level=level_of(row["level"]),
        verdict=verdict_of(row["worst"]),
        doc_type=row["doc_type"],
        controller=row["controller"],
        status=row["status"],
        reason=row["reason"],
        findings=row["findings"],
        size=row["size"],
        after=f"{row['folder']}|{row['first_scan']}|{row['item']}",
    )


def spot_of(row: dict[str, Any]) -> Spot:
    """Return a finding of a group, out of its row."""
    return Spot(
        uri=row["uri"],
        where=row["place"],
        entity=row["entity"],
        masked=row["masked"],
        score=row["score"],
        level=row["level"],
        digest=row["digest"] or "",
        after=f"{row['scan_id']}|{row['item']}|{row['ordinal']}",
    )


def due_of(row: dict[str, Any]) -> Due:
    """Return an item of a ruling, out of its row."""
    return Due(
        uri=row["uri"],
        places=row["places"],
        keep_until=row["keep_until"],
        reference_date=row["reference_date"],
        source=row["source"],
        controller=row["controller"],
        after=f"{row['first_scan']}|{row['item']}",
    )


def group_of(row: dict[str, Any]) -> Group:
    """Return a group, out of its row."""
    folder, digest = row.get("folder"), row.get("digest")
    return Group(
        subject=f"{row['entity']} {folder}" if digest is None else digest,
        entity=row["entity"],
        category=row["category"],
        level=made.LEVELS[max(row["level"], 0)],
        folder=folder or "",
        masked=row.get("masked", ""),
        items=row["items"],
        findings=row["findings"],
        low=row["low"],
        high=row["high"],
        verdict=verdict_of(row.get("worst", made.NOT_JUDGED)),
    )


def level_of(rank: int) -> Level | None:
    """Return the level of a rank."""
    return made.LEVELS[rank] if rank >= 0 else None


def verdict_of(rank: int) -> Verdict | None:
    """Return the verdict of a rank."""
    return made.VERDICTS[rank] if rank < made.NOT_JUDGED else None
