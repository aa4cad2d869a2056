"""What several pages take from a request."""

from collections.abc import Mapping
from dataclasses import asdict

from pii_scan.desk.asking import Ask
from pii_scan.desk.deciding import Who
from pii_scan.errors import PiiScanError
from pii_scan.model import Result, Scan
from pii_scan.store.browsing import Filter

FILTERS = {
    "folder": "map",
    "category": "categorie",
    "level": "niveau",
    "verdict": "oordeel",
    "controller": "opdrachtgever",
    "doc_type": "soort",
    "status": "gelezen",
}
"""Field of a filter -> its name in an address."""


def asked(query: Mapping[str, str]) -> Filter:
    """Return the filter that an address states."""
    return Filter(**{field: query.get(name, "") for field, name in FILTERS.items()})


def as_query(chosen: Filter) -> dict[str, str]:
    """Return a filter as it stands in an address."""
    told = asdict(chosen)
    return {name: told[field] for field, name in FILTERS.items() if told[field]}


def number(text: str) -> int:
    """Return a whole number out of a form or address, 0 for what is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def who(ask: Ask) -> Who:
    """Return the one who decides."""
    serving = ask.desk.serving
    return Who(ask.person.name, serving.today(), serving.signer, serving.judged)


def item(ask: Ask, uri: str) -> tuple[Scan, Result]:
    """Return what the scan kept of an item.

    Raises:
        PiiScanError: it has none of that address.
    """
    scan = ask.desk.browse().scan
    result = ask.desk.store.result(scan.id, uri)
    if result is None:
        raise PiiScanError("Dit bestand staat niet in de laatste scan.")
    return scan, result
