"""Stage 5, classify: one item, from its hits to its findings, type, groups and level."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pii_scan.classify.doctype import Evidence
from pii_scan.classify.exports import Profile
from pii_scan.classify.fingerprint import fingerprints
from pii_scan.classify.knowledge import Category, Knowledge
from pii_scan.classify.mask import PHRASES, mask
from pii_scan.classify.organisation import (
    CONTACT,
    REGISTRATION,
    Owner,
    Scene,
    is_company,
    owner,
    voice,
)
from pii_scan.classify.roles import Standing, in_rows, roles
from pii_scan.classify.suppress import Suppressor
from pii_scan.classify.tally import Tally
from pii_scan.errors import ConfigError
from pii_scan.model import Chunk, Finding, Hit, Level, Recognizer, Table

_WINDOW: Final = 8_000
"""Characters of running text that are held back, so that cues in later parts count as well."""
_MARGIN: Final = 1_000
"""Characters around a value that have to be seen before it is settled."""
_OPEN: Final = 2_000
"""With more findings of unclear owner an item is no statement of an organisation."""
_NEVER_IN_STATEMENTS: Final = frozenset(
    {"NL_BSN", "DATE_OF_BIRTH", "CUSTOMER_NUMBER", "NL_ID_DOCUMENT", "NL_DRIVERS_LICENSE"}
    | {"CREDIT_CARD", "CREDENTIALS"}
)


@dataclass(frozen=True, slots=True)
class Classified:
    """What classify says of an item."""

    doc_type: str | None
    """`None` when the item has no text."""
    subject_groups: tuple[str, ...]
    """The first is the main one."""
    level: Level | None
    """`None` when nothing was found."""
    categories: tuple[str, ...]
    """Ids of the findings' categories, in order."""
    findings: tuple[Finding, ...]
    suppressed: tuple[tuple[str, int], ...]
    """(id of a suppression, findings left out by it)."""
    doc_reasons: tuple[tuple[str, float], ...]
    """What spoke for the document type, heaviest first."""
    level_reasons: tuple[str, ...] = ()
    """In Dutch: why the level is higher than that of every finding."""


class Dossier:
    """Gathers one item. Hits become findings as soon as their surroundings have been seen."""

    def __init__(
        self,
        uri: str,
        knowledge: Knowledge,
        recognizers: Mapping[str, Recognizer],
        key: bytes,
        suppressor: Suppressor,
    ) -> None:
        """Open the dossier of the item at `uri`.

        Args:
            uri: Evidence by itself, for the document type.
            knowledge: What comes from rules/.
            recognizers: By entity; they know the category, the normal form and the mask.
            key: The fingerprint key of the item's controller.
            suppressor: What the organisation has judged. What is suppressed still tells whose the
                rest is, and counts towards no level.

        Raises:
            ConfigError: a recognizer is of a category that the taxonomy lacks.
        """
        categories = knowledge.categories
        self._categories = categories
        self._doctypes = knowledge.doctypes
        self._cues = knowledge.organisations
        self._role_cues = knowledge.roles
        self._recognizers = recognizers
        self.key = key
        """Of what follows; the data may say whose it is."""
        self._row_keys: Mapping[int, bytes] = {}
        self._uri = uri
        self._suppressor = suppressor
        self._matched: dict[int, frozenset[str]] = {}
        self._evidence = Evidence(uri)
        self._tally = Tally(categories)
        self._findings: list[Finding] = []
        self._open: list[tuple[int, Owner]] | None = []
        self._text = ""
        self._hits: list[Hit] = []
        self._known: dict[tuple[str, str, str, bytes], tuple[str, tuple[tuple[str, str], ...]]] = {}
        """Mask and fingerprints by entity, value, category and key: many values come back."""
        for recognizer in recognizers.values():
            if recognizer.category not in categories.by_id:
                raise ConfigError(
                    f"recognizer {recognizer.entity}: category {recognizer.category} is not in"
                    " categories.toml"
                )

    def add(
        self,
        part: Chunk | Table,
        text: str,
        hits: Sequence[Hit],
        row_keys: Mapping[int, bytes] | None = None,
    ) -> None:
        """Take in a part: the text that was scanned and its hits, with their spans in it.

        `row_keys`: the fingerprint keys of rows that are of another controller.
        """
        self._evidence.add(part, text, hits)
        self._row_keys = row_keys or {}
        if isinstance(part, Table):
            about_persons = self._cues.person.search("\n".join(part.columns)) is not None
            names = self._names(text, hits)
            who = in_rows(text, hits, self._role_cues) if self._role_cues else {}
            self._settle(Scene(text, names, True, about_persons), hits, who)
            return
        shift = len(self._text) + 1
        self._text += "\n" + text
        self._hits += [replace(hit, start=hit.start + shift, end=hit.end + shift) for hit in hits]
        if len(self._text) > _WINDOW:
            self._settle_window(len(self._text) - _MARGIN)

    def classified(self, profile: Profile | None = None) -> Classified:
        """Close the dossier and return what it holds, given the layout of its tables."""
        self._evidence.recognise(profile)
        self._settle_window(len(self._text))
        self._settle_open()
        findings, suppressed = self._suppressor.parted(self._uri, self._findings, self._matched)
        for finding in findings:
            self._tally.add(finding)
        level, level_reasons = self._tally.raised(findings)
        verdict = self._evidence.weigh(self._doctypes)
        used = {finding.category for finding in findings}
        return Classified(
            doc_type=verdict.doc_type if self._evidence.opening.strip() else None,
            subject_groups=verdict.groups,
            level=level,
            categories=tuple(name for name in self._categories.by_id if name in used),
            findings=tuple(findings),
            suppressed=suppressed,
            doc_reasons=verdict.reasons,
            level_reasons=level_reasons,
        )

    def _settle_window(self, until: int) -> None:
        """Settle the hits of the window that end before `until`, and let go of what is behind."""
        scene = Scene(self._text, self._names(self._text, self._hits))
        who = roles(self._text, self._hits, self._role_cues) if self._role_cues else {}
        self._settle(scene, [hit for hit in self._hits if hit.end <= until], who)
        gone = max(0, until - _MARGIN)
        self._text = self._text[gone:]
        self._hits = [
            replace(hit, start=hit.start - gone, end=hit.end - gone)
            for hit in self._hits
            if hit.end > until
        ]

    def _names(self, text: str, hits: Sequence[Hit]) -> tuple[tuple[int, int], ...]:
        return tuple(
            sorted(
                (hit.start, hit.end)
                for hit in hits
                if hit.entity == "PERSON" and not is_company(text, hit.start, hit.end, self._cues)
            )
        )

    def _settle(self, scene: Scene, hits: Sequence[Hit], who: Mapping[Hit, Standing]) -> None:
        for hit in sorted(hits, key=lambda hit: hit.start):
            found = owner(hit, scene, self._cues)
            self._note_open(hit, found)
            if matched := self._suppressor.matching(hit.entity, hit.value, self._normal(hit)):
                self._matched[len(self._findings)] = matched
            category = self._category(hit.entity, found)
            is_persons = hit.entity == "PERSON" and found != "organisation"
            standing = who.get(hit) if is_persons else None
            self._findings.append(self._finding(hit, category, standing))

    def _note_open(self, hit: Hit, found: Owner) -> None:
        """Remember what the document as a whole may still decide."""
        if self._open is None or found in ("organisation", "sole_trader"):
            return
        if hit.entity in _NEVER_IN_STATEMENTS or len(self._open) >= _OPEN:
            self._open = None
        elif hit.entity in CONTACT or hit.entity in PHRASES or hit.entity == "PERSON":
            self._open.append((len(self._findings), found))

    def _settle_open(self) -> None:
        """Give an organisation what is in its own statement, and is nobody's in particular."""
        if not self._open:
            return
        speaks = voice(self._evidence.opening, self._cues)
        entities = {self._findings[index].entity for index, _ in self._open}
        has_names = "PERSON" in entities
        if not (speaks.is_statement or (speaks.is_impersonal and not has_names)):
            return
        for index, found in self._open:
            finding = self._findings[index]
            if has_names and (finding.entity == "PERSON" or found == "person"):
                # Who is named in what an organisation publishes is its contact, in that role.
                if finding.entity not in PHRASES:
                    self._findings[index] = replace(finding, level="Intern")
                    continue
            elif not speaks.is_statement and finding.entity in (*PHRASES, "IBAN_CODE"):
                continue
            category = self._categories.by_id[self._categories.organisation]
            self._findings[index] = replace(finding, category=category.id, level=category.level)

    def _category(self, entity: str, found: Owner) -> Category:
        if found == "organisation":
            return self._categories.by_id[self._categories.organisation]
        if found == "sole_trader" and entity in REGISTRATION:
            return self._categories.by_id[self._categories.sole_trader]
        recognizer = self._recognizers.get(entity)
        if recognizer is not None:
            return self._categories.by_id[recognizer.category]
        return self._categories.of(entity)

    def _finding(self, hit: Hit, category: Category, standing: Standing | None) -> Finding:
        masked, prints = self._without_value(hit, category)
        return Finding(
            entity=hit.entity,
            category=category.id,
            level=category.level,
            where=hit.where,
            score=hit.score,
            masked=masked,
            fingerprints=prints,
            row=hit.row,
            person_role=standing.role if standing else None,
            role_reasons=standing.reasons if standing else (),
        )

    def _without_value(
        self, hit: Hit, category: Category
    ) -> tuple[str, tuple[tuple[str, str], ...]]:
        """Return the mask and the fingerprints of a hit."""
        secret = self.key if hit.row is None else self._row_keys.get(hit.row, self.key)
        key = (hit.entity, hit.value, category.id, secret)
        known = self._known.get(key)
        if known is None:
            recognizer = self._recognizers.get(hit.entity)
            custom = recognizer.mask if recognizer else None
            known = self._known[key] = (
                mask(hit.entity, hit.value, custom, category.nl),
                fingerprints(hit.entity, hit.value, self._normal(hit), secret),
            )
        return known

    def _normal(self, hit: Hit) -> Callable[[str], str] | None:
        recognizer = self._recognizers.get(hit.entity)
        return recognizer.normalise if recognizer else None
