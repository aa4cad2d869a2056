"""Inzage: everything in an extract that is somebody else's becomes a mask.

What the detectors find is masked unless it is the person's own or an organisation's; so is what
tells of health and the like, where others are named beside it. Names that they may have missed are
masked by their shape, since one mask too many is mended in a minute and a name given away is not.
The outcome is scanned again until nothing of others is left. What a person decided goes before.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from pii_scan.classify.knowledge import OrganisationCues
from pii_scan.classify.mask import PHRASES, mask
from pii_scan.classify.organisation import CONTACT, REGISTRATION, Scene, owner
from pii_scan.classify.roles import Standing
from pii_scan.inzage.masks import HIDDEN, LABEL, Left, Review
from pii_scan.inzage.shapes import by_shape, names_in
from pii_scan.inzage.subject import NAME, Detect, Kind, Subject
from pii_scan.model import Chunk, Hit, Table

ROUNDS: Final = 5
KEPT: Final = frozenset({"ORGANIZATION", "LOCATION"})
"""Firms and towns are no person's, and a text without them cannot be read."""
NAME_COLUMNS: Final = re.compile(
    r"naam|\bname\b|agent|medewerker|collega|behandel|contactpersoon|auteur|partner", re.IGNORECASE
)
"""Headings of columns whose cells are people's names."""
OTHERS_COLUMNS: Final = re.compile(
    r"agent|medewerker|collega|behandel|contactpersoon|auteur|partner|gezin|kind|ouder|werkgever"
    r"|gemachtigde|verwijzer|referent|ice\b|nood",
    re.IGNORECASE,
)
"""Headings of columns that tell of others than the one whom the row is about."""
_OWN_ALONE: Final = frozenset[Kind]({"customer_number", "bsn", "birth_date"})
"""What father and son do not share, nor those who share a mailbox."""
_ONE_EACH: Final[Mapping[str, Kind]] = {
    "DATE_OF_BIRTH": "birth_date",
    "NL_BSN": "bsn",
    "CUSTOMER_NUMBER": "customer_number",
}
"""Of what a person has one; a row with another than theirs is somebody else's."""
Roles = Callable[[str, Iterable[Hit]], Mapping[Hit, Standing]]
_REASONS: Final[Mapping[str, str]] = {
    "agent": "naam van een medewerker",
    "third_party": "naam van een derde",
    "subject": "naam van een ander",
    "unknown": "naam van een ander",
}
"""Role of a person -> why the name is masked."""
_BY_SHAPE: Final = "geschreven als een naam; niemand kon hem plaatsen"
_NOT_KNOWN: Final = "kan van een ander zijn; of het van de verzoeker is, is niet bekend"
_LEFT: Final = "afgedekt na de controle van het antwoord"
_SPECIAL: Final = "bijzonder gegeven naast de naam van een ander"


@dataclass(frozen=True, slots=True)
class Redactor:
    """Masks for one person, under the key of one controller."""

    person: Subject
    detect: Detect
    run_chars: int
    """Characters of neighbouring text that a scan reads as one."""
    phrase: Callable[[str], str]
    """Entity -> the Dutch name of its category, shown for free text of art. 9 or 10 AVG."""
    firms: frozenset[str] = frozenset()
    """Names of organisations, which are nobody's, however much they look it."""
    roles: Roles | None = None
    """Tells who is who, so that a mask says why: "[medewerker 1]"; `None`: masks alone."""
    cues: OrganisationCues | None = None
    """Tell which numbers and mailboxes are an organisation's."""
    review: Review = field(default_factory=lambda: Review(b""))
    """What a person decided, and the tally."""

    def text(self, text: str, start: int = 0, end: int | None = None) -> str:
        """Return a stretch of running text with what is others' masked, all of it being read."""

        def found(now: str) -> list[Hit]:
            return self.detect(Chunk(now, ""))[1]

        stop = len(text) if end is None else end
        return self._settled(text, found, names_in, start, stop)

    def row(self, columns: tuple[str, ...], cells: tuple[str, ...]) -> tuple[str, ...]:
        """Return the cells of a row with what is others' masked."""
        flat = tuple(" ".join(cell.split()) for cell in cells)
        if not flat:
            return ()

        def found(now: str) -> list[Hit]:
            row = tuple(now.split("\t"))
            return self.detect(Table(columns, (row,), (2,)))[1]

        def own(now: str, hits: list[Hit]) -> frozenset[Hit]:
            return self._own_cells(hits, frozenset(_cells(now)))

        def names(now: str) -> Iterator[tuple[int, int]]:
            start = 0
            for index, cell in enumerate(now.split("\t")):
                heading = columns[index] if index < len(columns) else ""
                if NAME_COLUMNS.search(heading) and _is_words(cell):
                    yield start, start + len(cell)
                else:
                    yield from ((start + a, start + b) for a, b in names_in(cell))
                start += len(cell) + 1

        line = "\t".join(flat)
        return tuple(self._settled(line, found, names, 0, len(line), own).split("\t"))

    def _settled(
        self,
        text: str,
        found: Callable[[str], list[Hit]],
        names: Callable[[str], Iterator[tuple[int, int]]],
        start: int,
        end: int,
        own: Callable[[str, list[Hit]], frozenset[Hit]] = lambda *_: frozenset(),
    ) -> str:
        """Mask, scan again, mask what shows only now; what will not settle is hidden outright."""
        for turn in range(ROUNDS + 1):
            masked: list[tuple[int, int, str]] = []
            hits = found(text)
            for hit, standing, reason in self._others(text, hits, own(text, hits), names):
                shown = HIDDEN if turn == ROUNDS else self._shown(hit, standing)
                times = int(start <= hit.start < end)
                self.review.note(hit.value, hit.entity, shown, self._hint(hit), reason, times)
                masked.append((hit.start, hit.end, _per_cell(text[hit.start : hit.end], shown)))
            if not masked:
                break
            grown = [(at, len(shown) - (to - at)) for at, to, shown in masked]
            # A value that runs over an edge of the stretch belongs to the side it begins on.
            start, end = (
                edge + sum(more for at, more in grown if at < edge) for edge in (start, end)
            )
            text = _replaced(text, masked)
        return text[start:end]

    def _others(
        self,
        text: str,
        hits: list[Hit],
        own: frozenset[Hit],
        names: Callable[[str], Iterator[tuple[int, int]]],
    ) -> Iterator[tuple[Hit, Standing | None, str]]:
        """Yield what has to be masked, who it is where that is known, and why."""
        labels = [match.span() for match in LABEL.finditer(text)]
        hits = [hit for hit in hits if not _is_within(hit, labels)]
        taken = [*labels, *((hit.start, hit.end) for hit in hits)]
        self.review.own.update(hit.value for hit in hits if self.person.kind_of(hit))
        shapes = [hit for hit in by_shape(text, taken, names) if self._is_nobodys(hit, text)]
        people = [hit for hit in (*hits, *shapes) if hit.entity == "PERSON"]
        has_others = any(self.is_others(hit) for hit in people)
        who = self.roles(text, (*hits, *shapes)) if self.roles else {}
        for hit in (*hits, *shapes):
            # Of health and the like only what may be about somebody else: it is no identifier, and
            # the person is owed what is held of them.
            is_theirs = hit in own or (hit.entity in PHRASES and not has_others)
            if is_theirs or not self.is_others(hit) or self.is_firms(hit, text):
                continue
            standing = who.get(hit)
            yield hit, standing, _reason(hit, standing, is_shape=hit in shapes)

    def _is_nobodys(self, hit: Hit, text: str) -> bool:
        """Tell whether what only looks like a name or a number is nobody's that is known."""
        return hit.value not in self.firms and self.is_others(hit) and not self.is_firms(hit, text)

    def is_others(self, hit: Hit) -> bool:
        """Tell whether a hit is not the person's, by its value alone, and no decision lifts it."""
        is_kept = hit.entity in KEPT or self.review.shows(hit.value)
        return not is_kept and self.person.kind_of(hit) is None

    def is_firm(self, step: str) -> bool:
        """Tell whether a folder is called after an organisation: "alfa" of Alfa Energie B.V."""
        words = step.casefold().split()
        names = (name.casefold().split() for name in self.firms)
        return any(words == name[: len(words)] for name in names) and bool(words)

    def is_firms(self, hit: Hit, text: str) -> bool:
        """Tell whether a number or mailbox is by itself an organisation's."""
        if self.cues is None or hit.entity not in REGISTRATION | CONTACT:
            return False
        # As if in a list of persons: what stands around a mailbox counts for nothing here.
        scene = Scene(text, (), has_person_columns=True)
        return owner(hit, scene, self.cues) == "organisation"

    def _own_cells(self, hits: list[Hit], cells: frozenset[tuple[int, int]]) -> frozenset[Hit]:
        """Return what fills a cell of a row that is the person's and nobody else's.

        The row has their name and what they share with nobody, and no other's name, birth date or
        number of its own, but under headings that say so (agent, partner); then its telephone
        number is theirs too, and is owed to them.
        """
        whole = [
            it
            for it in hits
            if (it.start, it.end) in cells and not OTHERS_COLUMNS.search(it.column or "")
        ]
        kinds = {self.person.kind_of(it) for it in whole}
        has_others = any(self._is_anothers(it) for it in whole)
        if has_others or not (kinds & _OWN_ALONE and kinds & set(NAME)):
            return frozenset()
        own = frozenset(it for it in whole if not self.review.hides(it.value))
        for hit in own:
            if self.is_others(hit):
                self.review.claim(hit.value, hit.entity, self._hint(hit))
        return own

    def _is_anothers(self, hit: Hit) -> bool:
        """Tell whether a value shows that its row is about somebody else, or about two."""
        kind = _ONE_EACH.get(hit.entity)
        is_known = hit.entity == "PERSON" or kind in self.person.prints.values()
        return is_known and self.person.kind_of(hit) is None

    def left(self, entity: str, value: str, file: str, where: str) -> Left:
        """Return that a value is still readable in a file; one that has to go is taken down."""
        hit = Hit(entity, 0, 0, 1.0, where, value)
        is_to_mask = self.review.hides(value)
        if is_to_mask:
            shown = self._shown(hit, None)
            self.review.note(value, entity, shown, self._hint(hit), _LEFT, times=0)
        return Left(self.review.id_of(value), self._hint(hit), entity, file, where, is_to_mask)

    def _shown(self, hit: Hit, standing: Standing | None) -> str:
        role = standing.role if standing else None
        return self.review.label(hit.entity, hit.value, role, self.phrase(hit.entity))

    def _hint(self, hit: Hit) -> str:
        recognizer = self.person.recognizers.get(hit.entity)
        custom = recognizer.mask if recognizer else None
        return mask(hit.entity, hit.value, custom, f"[{self.phrase(hit.entity)}]")


def _reason(hit: Hit, standing: Standing | None, *, is_shape: bool) -> str:
    """Return why a value is masked."""
    if hit.entity in PHRASES:
        return _SPECIAL
    if hit.entity != "PERSON":
        return _NOT_KNOWN
    role = standing.role if standing else "unknown"
    return _BY_SHAPE if is_shape and role == "unknown" else _REASONS[role]


def _cells(line: str) -> Iterator[tuple[int, int]]:
    """Yield where the cells of a row stand, without the spaces around what is in them."""
    start = 0
    for cell in line.split("\t"):
        yield start, start + len(cell)
        start += len(cell) + 1


def _is_within(hit: Hit, spans: Iterable[tuple[int, int]]) -> bool:
    return any(start <= hit.start and hit.end <= end for start, end in spans)


def _replaced(text: str, spans: list[tuple[int, int, str]]) -> str:
    for start, end, shown in sorted(spans, reverse=True):
        text = text[:start] + shown + text[end:]
    return text


def _per_cell(value: str, shown: str) -> str:
    """Keep the cells apart where a value runs over their border."""
    return shown + "\t" * value.count("\t") if "\t" in value else shown


def _is_words(cell: str) -> bool:
    return any(char.isalpha() for char in cell) and not re.search(r"[\d@]", cell)
