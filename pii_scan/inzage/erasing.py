"""Inzage: what a scan after erasure still holds of the person, as a signed statement.

It is a finding, not a guarantee: it says what was searched, and what could not be.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from pii_scan.inzage import _dutch as dutch
from pii_scan.inzage.answer import Searched
from pii_scan.inzage.choosing import place_id
from pii_scan.inzage.places import Place
from pii_scan.model import Scan
from pii_scan.page import Page
from pii_scan.store import Signer

SCHEMA: Final = 1
NOT_SEARCHED: Final = (
    "back-ups en archiefkopieën",
    "papier",
    "systemen en mappen buiten de genoemde doelen",
    "gegevens van opdrachtgevers, die daar zelf over beslissen",
)
"""Whatever was scanned, this was not."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """What was searched for, where, and what was found."""

    number: str
    """Of the case."""
    today: date
    scan: Scan
    counts: Mapping[str, int]
    """Status -> number of items."""
    unread: Mapping[str, int]
    """Reason -> number of items that were not read in full."""
    suppressed: int
    """Findings that the scan left out by decision."""
    sought: Mapping[str, int] = field(default_factory=dict)
    """Sort of identifier -> how many fingerprints were sought."""
    found: tuple[Place, ...] = ()
    """Places that are the person's."""
    unsure: int = 0
    """Places that are only possible, and nobody has decided on."""

    @property
    def is_gone(self) -> bool:
        """Whether nothing of the person was found, within the scope."""
        return not self.found and not self.unsure and self.scan.finished is not None


def erasure(
    number: str,
    today: date,
    scan: Scan,
    searched: Searched,
    counts: Mapping[str, int],
    unread: Mapping[str, int],
    suppressed: int,
    refused: Iterable[str],
) -> Erasure:
    """Return what a search after erasure says.

    Args:
        number: Of the case.
        today: Day of the statement.
        scan: That was searched.
        searched: What it holds.
        counts: Status -> number of items.
        unread: Reason -> number of items that were not read in full.
        suppressed: Findings that the scan left out by decision.
        refused: Ids of places that a person has judged not to be the person's.
    """
    decided = set(refused)
    unsure = [one for one in searched.own if one.match == "mogelijk" and not one.included]
    sought: dict[str, int] = {}
    for kind in searched.person.prints.values():
        sought[kind] = sought.get(kind, 0) + 1
    return Erasure(
        number=number,
        today=today,
        scan=scan,
        counts=counts,
        unread=unread,
        suppressed=suppressed,
        sought=dict(sorted(sought.items())),
        found=tuple(one for one in searched.own if one.included),
        unsure=sum(place_id(one) not in decided for one in unsure),
    )


def signed(told: Erasure, signer: Signer) -> bytes:
    """Return the statement as JSON, signed (Ed25519) over its canonical form."""
    statement = _statement(told)
    signature = {
        "algorithm": "Ed25519",
        "key_id": signer.id,
        "over": "statement, as JSON with sorted keys and no spaces (RFC 8785)",
        "value": signer.sign(canonical(statement)),
    }
    whole = {"statement": statement, "signature": signature}
    text = json.dumps(whole, ensure_ascii=False, indent=2) + "\n"
    return text.encode("utf-8", "backslashreplace")


def canonical(statement: Mapping[str, Any]) -> bytes:
    """Return what is signed."""
    return json.dumps(statement, sort_keys=True, separators=(",", ":")).encode()


def _statement(told: Erasure) -> dict[str, Any]:
    scan = told.scan
    return {
        "schema": SCHEMA,
        "type": "inzage.erasure",
        "case": told.number,
        "date": told.today.isoformat(),
        "nothing_found": told.is_gone,
        "summary": list(sentences(told)),
        "places": [
            {"id": place_id(one), "uri": _shown(one), "where": one.where, "match": one.match}
            for one in told.found
        ],
        "undecided": told.unsure,
        "scope": {
            "targets": [_plain(target) for target in scan.targets],
            "scan": scan.id,
            "started": scan.started.isoformat(),
            "finished": scan.finished.isoformat() if scan.finished else None,
            "tool_version": scan.tool_version,
            "config_digest": scan.config_digest,
            "items": dict(told.counts),
            "not_read_in_full": dict(told.unread),
            "suppressed_findings": told.suppressed,
            "fingerprints_sought": dict(told.sought),
        },
        "not_searched": list(NOT_SEARCHED),
    }


def _plain(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


def _shown(place: Place) -> str:
    return _plain(place.result.item.uri)


def sentences(told: Erasure) -> Iterable[str]:
    """Yield what the statement says, in Dutch."""
    scan = told.scan
    if told.is_gone:
        yield (
            "Binnen wat is doorzocht is niets meer van de betrokkene gevonden. Dit is een "
            "bevinding, geen garantie."
        )
    if told.found:
        yield (
            f"Er is nog wel iets gevonden: {dutch.counted(len(told.found), 'plaats', 'plaatsen')} "
            "met gegevens van de betrokkene."
        )
    if told.unsure:
        yield (
            f"Over {dutch.counted(told.unsure, 'plaats', 'plaatsen')} die mogelijk van de "
            "betrokkene zijn heeft nog niemand besloten."
        )
    if scan.finished is None:
        yield "De zoekactie is niet voltooid; hierover is dus niets vastgesteld."
    yield f"Doorzocht op {dutch.day(scan.started.date())}: {dutch.listed(scan.targets)}."
    unread = sum(told.unread.values())
    items = dutch.counted(sum(told.counts.values()), "bestand", "bestanden")
    yield f"Aangetroffen: {items}; daarvan niet of niet volledig gelezen: {unread}."
    if told.suppressed:
        yield f"{told.suppressed} bevindingen zijn door een besluit buiten de zoekactie gebleven."
    yield f"Niet doorzocht: {dutch.listed(NOT_SEARCHED)}."


def page(told: Erasure) -> Page:
    """Return the statement for people."""
    page = Page(f"Verklaring na wissing, zaak {told.number}", told.today)
    page.heading(page.title)
    for sentence in sentences(told):
        page.text(sentence)
    if told.found:
        page.heading("Nog gevonden", 2)
        rows = [(_shown(one), dutch.place(one.where), one.match) for one in told.found]
        page.table(("Bestand", "Plaats", "Zekerheid"), rows, (9.0, 4.0, 3.0))
    if told.unread:
        page.heading("Niet of niet volledig gelezen", 2)
        page.table(
            ("Reden", "Aantal"), [(why, str(n)) for why, n in told.unread.items()], (12.0, 4.0)
        )
    return page
