"""Inzage: what was searched for a case and what was not, in Dutch sentences."""

from pii_scan.inzage import _dutch as dutch
from pii_scan.inzage.answer import Answer


def searched(answer: Answer) -> list[str]:
    """Return what was searched, by what, and what was not."""
    scan, counts = answer.scan, answer.counts
    missed = counts.get("partial", 0) + counts.get("unreadable", 0)
    skipped = counts.get("skipped", 0)
    period = dutch.day(scan.started.date())
    if scan.finished and scan.finished.date() != scan.started.date():
        period += f" tot en met {dutch.day(scan.finished.date())}"
    lines = [
        f"Doorzocht: {dutch.listed(answer.targets)}, op {period}.",
        f"Gezocht op: {_terms(answer)}.",
        f"{counts.get('scanned', 0)} bestanden zijn volledig gelezen, {missed} niet of niet "
        f"volledig, {skipped} overgeslagen.",
        f"Niet doorzocht: {dutch.fill_in('andere systemen, met de reden')}",
        f"Back-ups: {dutch.fill_in('wel of niet doorzocht, en waarom')}",
        f"Papier: {dutch.fill_in('wel of niet doorzocht, en waarom')}",
    ]
    if scan.finished is None:
        lines.insert(0, "De zoekactie is niet voltooid; dit antwoord is daarom onvolledig.")
    return lines


def _terms(answer: Answer) -> str:
    """Return by what was searched, in kinds: the values are in the request."""
    case = answer.case
    counts = {
        "naam": len(case.names),
        "geboortedatum": int(case.date_of_birth is not None),
        "e-mailadres": len(case.email),
        "telefoonnummer": len(case.phone),
        "adres": len(case.address),
        "klantnummer": len(case.customer_number),
        "IBAN": len(case.iban),
        "burgerservicenummer": int(case.bsn is not None),
    }
    used = [f"{name} ({n} opgegeven)" if n > 1 else name for name, n in counts.items() if n]
    basis = f"; grondslag voor het burgerservicenummer: {case.bsn_basis}" if case.bsn else ""
    return dutch.listed(used) + basis
