"""Stage 5, classify: what an item holds taken together, which can be worse than each finding."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from pii_scan.classify.knowledge import LEVELS, Categories
from pii_scan.model import Finding, Level

COUNTED: Final = {
    "PERSON": "full",
    "EMAIL_ADDRESS": "value",
    "CUSTOMER_NUMBER": "value",
    "NL_BSN": "value",
    "IBAN_CODE": "value",
    "DATE_OF_BIRTH": "value",
}
"""Entities of which a person mostly has one, with the fingerprint that tells persons apart."""
_CONFIDENTIAL: Final = LEVELS.index("Vertrouwelijk")


class Tally:
    """Counts of the persons in an item; keeps no more than the rules ask for."""

    def __init__(self, categories: Categories) -> None:
        """Begin with nothing seen."""
        self._categories = categories
        self._persons: defaultdict[str, set[str]] = defaultdict(set)
        self._row: tuple[str, int] | None = None
        self._row_categories: set[str] = set()
        self._text_categories: set[str] = set()
        self._is_identity_set = False

    def add(self, finding: Finding) -> None:
        """Take in a finding; those of a row must come together."""
        if LEVELS.index(finding.level) < _CONFIDENTIAL:
            return
        persons = self._persons[finding.entity]
        if finding.entity in COUNTED and len(persons) < self._categories.subjects:
            kind = COUNTED[finding.entity]
            persons.update(digest for name, digest in finding.fingerprints if name == kind)
        if self._is_identity_set:
            return
        together = self._together(finding)
        together.add(finding.category)
        self._is_identity_set = self._categories.identity_set <= together

    def raised(self, findings: Sequence[Finding]) -> tuple[Level | None, tuple[str, ...]]:
        """Return the level of the item, and in Dutch what raised it above its findings."""
        if not findings:
            return None, ()
        highest = max(LEVELS.index(finding.level) for finding in findings)
        reasons = []
        if any(len(found) >= self._categories.subjects for found in self._persons.values()):
            reasons.append(f"gegevens van {self._categories.subjects} of meer personen")
        if self._is_identity_set:
            reasons.append("naam, geboortedatum, adres en documentnummer bij elkaar")
        return (LEVELS[-1] if reasons else LEVELS[highest]), tuple(reasons)

    def _together(self, finding: Finding) -> set[str]:
        """Return the categories that go with this finding: those of its row, or of the text."""
        if finding.row is None:
            return self._text_categories
        if self._row != (row := (finding.where, finding.row)):
            self._row = row
            self._row_categories = set()
        return self._row_categories
