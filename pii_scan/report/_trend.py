"""What a scan came to, as one point of a line through several."""

from collections.abc import Iterable, Mapping

from pii_scan.model import Point, Scan, Total

SHOWN = 12
"""Scans in the line; of more the last."""


def point(scan: Scan, totals: Iterable[Total], verdicts: Mapping[str, int]) -> Point:
    """Return the point of a scan, from the counts of the store."""
    held = list(totals)
    return Point(
        scan=scan.id,
        day=scan.today,
        items=sum(it.items for it in held),
        personal=sum(it.items for it in held if it.level not in {None, "Openbaar"}),
        overdue=verdicts.get("overdue", 0),
        missed=sum(it.items for it in held if not it.coverage.is_complete),
    )
