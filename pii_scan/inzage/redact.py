"""Inzage: everything in an extract that is somebody else's becomes a mask.

What the detectors find is masked unless it is the person's own or an organisation's; so is what
tells of health and the like, where others are named beside it. Names that they may have missed are
masked by their shape, since one mask too many is mended in a minute and a name given away is not.
The outcome is scanned again until nothing of others is left. What a person decided goes before.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from typing import Final

from pii_scan.classify.exports import spoken
from pii_scan.classify.headings import Headings
from pii_scan.classify.knowledge import OrganisationCues
from pii_scan.classify.mask import PHRASES, mask
from pii_scan.classify.organisation import CONTACT, REGISTRATION, Scene, owner
from pii_scan.classify.roles import Standing
from pii_scan.extract import formats
from pii_scan.inzage.masks import HIDDEN, NOT_KNOWN, Left, Review
from pii_scan.inzage.rows import Rows, Ties, cells_of
from pii_scan.inzage.shapes import by_shape, names_in, with_surname
from pii_scan.inzage.subject import Detect, Subject
from pii_scan.model import Chunk, Hit, Table

ROUNDS: Final = 5
KEPT: Final = frozenset({"ORGANIZATION", "LOCATION"})
"""Firms and towns are no person's, and a text without them cannot be read."""
_PARTS: Final = re.compile(r"[_+]|%20|(?<=[^\W\d_])[.-]|[.-](?=[^\W\d_])")
"""What parts words in the name of a file."""
_WORDS: Final = re.compile(r"[._+-]")
_NUMBER: Final = re.compile(r"(?<![\w-])(?:[A-Za-z]{1,4}-?)?\d{4,}(?![\w-])")
"""What may be a customer number."""
Roles = Callable[[str, Iterable[Hit]], Mapping[Hit, Standing]]
_REASONS: Final[Mapping[str, str]] = {
    "agent": "naam van een medewerker",
    "third_party": "naam van een derde",
    "subject": "naam van een ander",
    "unknown": "naam van een ander",
}
"""Role of a person -> why the name is masked."""
_BY_SHAPE: Final = "geschreven als een naam; niemand kon hem plaatsen"
_LEFT: Final = "afgedekt na de controle van het antwoord"
_SPECIAL: Final = "bijzonder gegeven naast de naam van een ander"


@dataclass(frozen=True, slots=True)
class Row:
    """A row with what is others' masked."""

    cells: tuple[str, ...] = field(repr=False)
    claimed: tuple[str, ...] = field(default=(), repr=False)
    """What is readable because the row says that it is the person's: here, and nowhere else."""


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
    names: tuple[str, ...] = field(default=(), repr=False)
    """Of the person, as they stated them."""
    headings: Headings = field(default_factory=Headings)
    """Tell under which headings of a row what stands there is the person's."""
    ties: Ties = field(default_factory=Ties)
    """What the sources say of what was tied to the person."""
    read_headings: dict[str, str] = field(default_factory=dict, repr=False)
    """Heading -> what is shown of it: the same for every row."""

    def text(self, text: str, start: int = 0, end: int | None = None) -> str:
        """Return a stretch of running text with what is others' masked, all of it being read."""

        def found(now: str) -> list[Hit]:
            return self.detect(Chunk(now, ""))[1]

        stop = len(text) if end is None else end
        return self._settled(text, found, names_in, start, stop)

    def row(self, columns: tuple[str, ...], cells: tuple[str, ...]) -> Row:
        """Return a row with what is others' masked."""
        flat = tuple(" ".join(cell.split()) for cell in cells)
        if not flat:
            return Row(())
        claimed: dict[str, Hit] = {}
        line = "\t".join(flat)

        def found(now: str) -> list[Hit]:
            row = tuple(now.split("\t"))
            return self.detect(Table(columns, (row,), (2,)))[1]

        rows = Rows(self.person, self.headings, self.review, self.ties)
        # Of whom the row is shows before anything of it is masked.
        hits = found(line)
        who = self.roles(line, hits) if self.roles else {}
        staff = frozenset(hit for hit, standing in who.items() if standing.role == "agent")
        of_row = rows.told(list(cells_of(line, columns)), hits, staff)

        def whose(now: str, hits: list[Hit]) -> Mapping[Hit, bool]:
            told = rows.whose(list(cells_of(now, columns)), hits, of_row)
            claims = [it for it, is_own in told.items() if is_own and self.is_others(it)]
            claimed.update((it.value, it) for it in claims)
            return told

        def names(now: str) -> Iterator[tuple[int, int]]:
            for cell in cells_of(now, columns):
                if rows.is_name(cell):
                    yield cell.start, cell.end
                else:
                    yield from ((cell.start + a, cell.start + b) for a, b in names_in(cell.text))

        shown = self._settled(line, found, names, 0, len(line), whose)
        for value, hit in claimed.items():
            self.review.claim(value, hit.entity, self._hint(hit))
        return Row(tuple(shown.split("\t")), tuple(claimed))

    def heading(self, text: str) -> str:
        """Return a heading, or the name of a sheet, with the names and numbers of others masked.

        Words that headings are known to have are no names, whatever capitals they bear.
        """
        if text not in self.read_headings:
            self.read_headings[text] = self._heading(text)
        return self.read_headings[text]

    def _heading(self, text: str) -> str:
        def found(now: str) -> list[Hit]:
            hits = self.detect(Chunk(now, ""))[1]
            return [cut for it in hits for cut in self._unknown(now, it, least=1)]

        def names(now: str) -> Iterator[tuple[int, int]]:
            for start, end in names_in(now):
                whole = Hit("PERSON", start, end, 1.0, "", now[start:end])
                yield from ((it.start, it.end) for it in self._unknown(now, whole, least=2))

        return self._settled(text, found, names, 0, len(text))

    def _unknown(self, text: str, hit: Hit, least: int) -> Iterator[Hit]:
        """Yield what of a name in a heading stands between the words that headings have."""
        if hit.entity != "PERSON":
            yield hit
            return
        known = self.headings.words
        words = list(re.finditer(r"\S+", hit.value))
        for is_known, run in groupby(words, lambda it: known.issuperset(spoken(it[0]).split())):
            ones = list(run)
            if not is_known and len(ones) >= least:
                start, end = hit.start + ones[0].start(), hit.start + ones[-1].end()
                yield hit.moved(start, end, text[start:end], hit.where)

    def step(self, text: str) -> str:
        """Return the name of a file or folder with what is others' masked.

        What parts words there is read as a space as well: CV_Piet_Verzonnen.docx.
        """
        stem, dot, suffix = text.rpartition(".")
        # Only of a format: "piet.smit" is a name.
        if not stem or f".{suffix.lower().rstrip('!')}" not in _suffixes():
            stem, dot, suffix = text, "", ""
        shown = self.text(stem)
        labels = self.review.labels(shown)
        opened = _PARTS.sub(lambda it: it[0] if _is_in(it.start(), labels) else " ", shown)
        masked = self.text(opened)
        return f"{shown if masked == opened else masked}{dot}{suffix}"

    def _settled(
        self,
        text: str,
        found: Callable[[str], list[Hit]],
        names: Callable[[str], Iterator[tuple[int, int]]],
        start: int,
        end: int,
        whose: Callable[[str, list[Hit]], Mapping[Hit, bool]] = lambda *_: {},
    ) -> str:
        """Mask, scan again, mask what shows only now; what will not settle is hidden outright."""
        for turn in range(ROUNDS + 1):
            masked: list[tuple[int, int, str]] = []
            hits = [with_surname(text, hit) for hit in found(text)]
            for hit, standing, reason in self._others(text, hits, whose(text, hits), names):
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
        whose: Mapping[Hit, bool],
        names: Callable[[str], Iterator[tuple[int, int]]],
    ) -> Iterator[tuple[Hit, Standing | None, str]]:
        """Yield what has to be masked, who it is where that is known, and why.

        `whose` tells of some hits that they are the person's, or that they are not.
        """
        labels = self.review.labels(text)
        hits = [hit for hit in hits if not _is_within(hit, labels)]
        hits += self._foreign(text, (*labels, *((hit.start, hit.end) for hit in hits)))
        taken = [*labels, *((hit.start, hit.end) for hit in hits)]
        own = (hit for hit in hits if self.person.kind_of(hit) and whose.get(hit, True))
        self.review.own.update(hit.value for hit in own)
        shapes = [hit for hit in by_shape(text, taken, names) if self._is_nobodys(hit, text)]
        people = [hit for hit in (*hits, *shapes) if hit.entity == "PERSON"]
        has_others = any(self.is_others(hit) for hit in people)
        who = self.roles(text, (*hits, *shapes)) if self.roles else {}
        for hit in (*hits, *shapes):
            # Of health and the like only what may be about somebody else: it is no identifier, and
            # the person is owed what is held of them.
            is_told = whose.get(hit)
            is_theirs = is_told or (hit.entity in PHRASES and not has_others)
            is_others = is_told is False or self.is_others(hit)
            if is_theirs or not is_others or self.is_firms(hit, text):
                continue
            standing = who.get(hit)
            yield hit, standing, _reason(hit, standing, is_shape=hit in shapes)

    def _foreign(self, text: str, taken: Collection[tuple[int, int]]) -> Iterator[Hit]:
        """Yield the known customer numbers of a namesake where nothing says what they are."""
        for match in _NUMBER.finditer(text) if self.person.foreign else ():
            hit = Hit("CUSTOMER_NUMBER", match.start(), match.end(), 1.0, "", match[0])
            prints = {print_ for _, print_ in self.person.fingerprints_of(hit)}
            if prints & self.person.foreign and not any(_overlaps(hit, it) for it in taken):
                yield hit

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
        local = hit.value.partition("@")[0].casefold()
        if hit.entity == "EMAIL_ADDRESS" and any(
            part.isalpha() and part not in self.cues.mailboxes for part in _WORDS.split(local)
        ):
            # info.piet.verzonnen@ is somebody's, whatever it begins with.
            return local in self.cues.mailboxes
        # As if in a list of persons: what stands around a mailbox counts for nothing here.
        scene = Scene(text, (), has_person_columns=True)
        return owner(hit, scene, self.cues) == "organisation"

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
        return NOT_KNOWN
    role = standing.role if standing else "unknown"
    return _BY_SHAPE if is_shape and role == "unknown" else _REASONS[role]


def _overlaps(hit: Hit, span: tuple[int, int]) -> bool:
    return hit.start < span[1] and span[0] < hit.end


def _is_within(hit: Hit, spans: Iterable[tuple[int, int]]) -> bool:
    return any(start <= hit.start and hit.end <= end for start, end in spans)


@cache
def _suffixes() -> frozenset[str]:
    return frozenset(suffix for one in formats().values() for suffix in one.suffixes)


def _is_in(at: int, spans: Iterable[tuple[int, int]]) -> bool:
    return any(start <= at < end for start, end in spans)


def _replaced(text: str, spans: list[tuple[int, int, str]]) -> str:
    for start, end, shown in sorted(spans, reverse=True):
        text = text[:start] + shown + text[end:]
    return text


def _per_cell(value: str, shown: str) -> str:
    """Keep the cells apart where a value runs over their border."""
    return shown + "\t" * value.count("\t") if "\t" in value else shown
