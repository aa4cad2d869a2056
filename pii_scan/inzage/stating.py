"""Inzage: the statement after erasure, signed, and for people.

It is a finding, not a guarantee: it says what was searched, and what could not be. Files are named
with what tells who anybody is masked.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from pii_scan.inzage import _dutch as dutch
from pii_scan.inzage.choosing import place_id
from pii_scan.inzage.erasing import Erasure
from pii_scan.inzage.lists import MUST, TELL
from pii_scan.page import Page
from pii_scan.store import Signer

SCHEMA: Final = 2
NOT_SEARCHED: Final = (
    "back-ups en archiefkopieën",
    "papier",
    "systemen en mappen buiten de genoemde doelen",
    "gegevens van opdrachtgevers die de instellingen niet noemen",
)
"""Whatever was scanned, this was not."""


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
            {
                "id": place_id(one.place),
                "uri": _plain(one.address),
                "where": one.place.where,
                "match": one.place.match,
                "left_out_by_decision": one.place.decision is False,
                "erase": one.fate.outcome,
                "why": one.fate.why,
                "until": one.fate.until or None,
            }
            for one in told.found
        ],
        "undecided": told.unsure,
        "judged_not_theirs": told.refused,
        "not_read_again": told.unseen,
        "not_sought_again": told.unsought,
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


def sentences(told: Erasure) -> Iterator[str]:
    """Yield what the statement says, in Dutch."""
    scan = told.scan
    if told.is_gone:
        yield (
            "Binnen wat is doorzocht is niets meer van de betrokkene gevonden. Dit is een "
            "bevinding, geen garantie."
        )
    yield from _left(told)
    if told.unsure:
        yield (
            f"Over {_places(told.unsure)} die mogelijk van de betrokkene zijn heeft nog niemand "
            "besloten."
        )
    if told.refused:
        yield (
            f"Van {_places(told.refused)} die mogelijk van de betrokkene leken is besloten dat zij "
            "er niet bij horen."
        )
    if told.unseen:
        files = dutch.counted(told.unseen, "bestand", "bestanden")
        yield (
            f"Van {files} waarin eerder gegevens van de betrokkene stonden is niet vastgesteld of "
            "zij weg zijn: zij waren nu niet of niet volledig te lezen."
        )
    if told.unsought:
        yield (
            f"Niet gezocht is op {told.unsought} gegevens die eerder aan de betrokkene waren "
            "gekoppeld: deze scan heeft een andere sleutel."
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


def _left(told: Erasure) -> Iterator[str]:
    """Yield what is still there, what of it stays on purpose, and until when."""
    if not told.found:
        return
    yield (
        f"Er is nog wel iets gevonden: {_places(len(told.found))} met gegevens die zeker of "
        "waarschijnlijk van de betrokkene zijn, of waarvan dat is besloten."
    )
    must = Counter((it.fate.until, it.fate.why) for it in told.found if it.fate.outcome == MUST)
    for (until, why), count in sorted(must.items()):
        is_day = until[:1].isdigit()
        last = f"tot en met {dutch.day(date.fromisoformat(until))}" if is_day else f"tot {until}"
        yield f"Met opzet blijft daarvan staan, {last}: {_places(count)} ({why})."
    if held := sum(it.fate.outcome == TELL for it in told.found):
        yield f"Met opzet blijft daarvan staan: {_places(held)} waarover een opdrachtgever beslist."
    if out := sum(it.place.decision is False for it in told.found):
        yield f"Buiten het antwoord gelaten door een besluit, en er nog: {_places(out)}."


def _places(count: int) -> str:
    return dutch.counted(count, "plaats", "plaatsen")


def page(told: Erasure) -> Page:
    """Return the statement for people."""
    page = Page(f"Verklaring na wissing, zaak {told.number}", told.today)
    page.heading(page.title)
    for sentence in sentences(told):
        page.text(sentence)
    if told.found:
        page.heading("Nog gevonden", 2)
        rows = [
            (
                _plain(one.address),
                dutch.place(one.place.where),
                one.place.match,
                f"{one.fate.outcome}: {one.fate.why}",
                one.fate.until,
            )
            for one in told.found
        ]
        headings = ("Bestand", "Plaats", "Zekerheid", "Wissen", "Tot en met")
        page.table(headings, rows, (5.5, 2.5, 2.5, 4.0, 2.0))
    if told.unread:
        page.heading("Niet of niet volledig gelezen", 2)
        page.table(
            ("Reden", "Aantal"), [(why, str(n)) for why, n in told.unread.items()], (12.0, 4.0)
        )
    return page
