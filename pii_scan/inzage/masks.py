"""Inzage: what is masked, why, and what a person decided: one decision for all equal texts."""

import hmac
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final

from pii_scan.classify.mask import PHRASES
from pii_scan.classify.mask import mask as recognisable
from pii_scan.classify.names import parse
from pii_scan.inzage.alike import bare, forms, pattern

LABELS: Final[Mapping[str, str]] = {
    "PHONE_NUMBER": "telefoonnummer",
    "EMAIL_ADDRESS": "e-mailadres",
    "IBAN_CODE": "rekeningnummer",
    "NL_BSN": "burgerservicenummer",
    "STREET_ADDRESS": "adres",
    "NL_POSTCODE": "postcode",
    "DATE_OF_BIRTH": "geboortedatum",
    "CUSTOMER_NUMBER": "klantnummer",
    "NL_LICENSE_PLATE": "kenteken",
    "IP_ADDRESS": "IP-adres",
    "CREDENTIALS": "inloggegeven",
}
"""What a masked value is called in the copy; other kinds by the name of their category."""
PERSON: Final = "persoon"
WHO: Final[Mapping[str, str]] = {
    "agent": "medewerker",
    "third_party": "derde",
}
"""Role -> what stands in place of a name; where the text does not tell, `PERSON`."""
HIDDEN: Final = "[afgedekt]"
ADDED: Final = "ADDED"
"""In place of an entity: a person asked for it."""
SPREAD_CHARS: Final = 4
"""A shorter text, such as a first name, is masked only where it was found."""
READABLE: Final = "(leesbaar)"
NOT_KNOWN: Final = "kan van een ander zijn; of het van de verzoeker is, is niet bekend"
CLAIMED: Final = "staat in een rij van de verzoeker zelf, en alleen daar leesbaar"
ID_CHARS: Final = 16


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided of a text."""

    shows: bool
    """It stays readable; otherwise it is masked."""
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class Added:
    """A text that a person wants masked, and that nothing had found."""

    text: str = field(repr=False)
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class Mask:
    """A text that is somebody else's, as a reviewer sees it: never in clear."""

    id: str
    """Keyed hash of the text: equal texts are one."""
    shown: str
    """What stands in its place."""
    hint: str
    """By which who knows the text will know it."""
    entity: str
    reason: str
    """Dutch."""
    count: int = 0
    """How often it was masked."""


@dataclass(frozen=True, slots=True)
class Left:
    """A text that is still readable in a file and seems somebody else's."""

    id: str
    hint: str
    entity: str
    file: str
    where: str
    is_to_mask: bool = False
    """A person decided that it is masked."""


class Review:
    """The decisions on a case, and a tally of what is masked in it."""

    def __init__(
        self,
        key: bytes,
        decisions: Mapping[str, Decision] | None = None,
        added: Iterable[Added] = (),
    ) -> None:
        """Begin with what was decided before."""
        self.key = key
        self.decisions: Mapping[str, Decision] = decisions or {}
        self.added = tuple(added)
        self._masks: dict[str, Mask] = {}
        self._texts: dict[str, str] = {}
        """Id -> the text; in memory only."""
        self._numbers: dict[str, dict[str, int]] = {}
        """Word of a label -> what tells one from the other -> its number."""
        self._claimed: dict[str, Mask] = {}
        self._issued = {HIDDEN}
        self._labels = _any_of(self._issued)
        self.own: set[str] = set()
        """Values of the person, as they were met."""
        for one in self.added:
            self.note(one.text, ADDED, HIDDEN, "", "toegevoegd bij de controle", 0)

    @property
    def masks(self) -> tuple[Mask, ...]:
        """What was masked, in the order in which it was met."""
        return tuple(self._masks.values())

    @property
    def claimed(self) -> tuple[Mask, ...]:
        """What stays readable because a row of the person says that it is theirs."""
        return tuple(self._claimed.values())

    @property
    def claims(self) -> tuple[str, ...]:
        """The texts of these."""
        return tuple(self._texts[known] for known in self._claimed)

    def claim(self, value: str, entity: str, hint: str) -> None:
        """Take down that a row says of a value that it is the person's, who did not name it.

        It is shown in that row; anywhere else it is masked as what is somebody else's.
        """
        known = self.id_of(value)
        self._texts.setdefault(known, value)
        mask = self._claimed.get(known, Mask(known, READABLE, hint, entity, CLAIMED))
        self._claimed[known] = replace(mask, count=mask.count + 1)

    def labels(self, text: str) -> list[tuple[int, int]]:
        """Return where masks of this answer stand in a text: what only looks like one is none."""
        return [match.span() for match in self._labels.finditer(text)]

    def id_of(self, text: str) -> str:
        """Return the id of a text; case and spaces do not count."""
        folded = " ".join(text.split()).casefold()
        told = f"mask\0{folded}".encode(errors="replace")
        return hmac.digest(self.key, told, "sha256").hex()[:ID_CHARS]

    def shows(self, text: str) -> bool:
        """Tell whether a person decided that a text stays readable."""
        decision = self.decisions.get(self.id_of(text))
        return decision is not None and decision.shows

    def hides(self, text: str) -> bool:
        """Tell whether a person decided that a text is masked."""
        decision = self.decisions.get(self.id_of(text))
        return decision is not None and not decision.shows

    def label(self, entity: str, value: str, role: str | None, phrase: str) -> str:
        """Return what stands in place of a value: one for one person in the whole answer."""
        label = f"[{self._label(entity, value, role, phrase)}]"
        if label not in self._issued:
            self._issued.add(label)
            self._labels = _any_of(self._issued)
        return label

    def _label(self, entity: str, value: str, role: str | None, phrase: str) -> str:
        if entity in PHRASES:
            return phrase.lower()
        if entity != "PERSON":
            word = LABELS.get(entity, phrase.lower())
            return f"{word} {self._number(word, bare(value))}"
        name = parse(value)
        surname = name.surname if name else value.casefold()
        first = name.given[0][:1] if name and name.given else ""
        return f"{WHO.get(role or '', PERSON)} {self._number(PERSON, self._who(surname, first))}"

    def _who(self, surname: str, first: str) -> str:
        """Return what tells a person from others; a bare surname is the one of that name met."""
        met = [it for it in self._numbers.get(PERSON, ()) if it.partition(" ")[2] == surname]
        return met[0] if not first and len(met) == 1 else f"{first} {surname}"

    def _number(self, word: str, known: str) -> int:
        numbers = self._numbers.setdefault(word, {})
        return numbers.setdefault(known, len(numbers) + 1)

    def note(
        self, value: str, entity: str, shown: str, hint: str, reason: str, times: int = 1
    ) -> None:
        """Take down that a text was masked."""
        known = self.id_of(value)
        self._texts.setdefault(known, value)
        mask = self._masks.setdefault(known, Mask(known, shown, hint, entity, reason))
        self._masks[known] = replace(mask, count=mask.count + times)

    def spread(self, text: str, own: Collection[str], phrase: Callable[[str], str]) -> str:
        """Mask what was masked elsewhere or added by a person, wherever it stands in a text.

        Args:
            text: a piece of the copy, masked by itself.
            own: texts of the person; what is part of one of these, or another spelling, is left.
            phrase: entity -> the Dutch name of its category.
        """
        for known, value in sorted(self._texts.items(), key=lambda it: -len(it[1])):
            found = list(self._found(known, value, text, own))
            if not found:
                continue
            entity = self._entity(known)
            mask = self._masks.get(known) or self._masked(known, phrase(entity))
            for match in reversed(found):
                one = self._surname(match[0], mask) if entity == "PERSON" else mask
                text = text[: match.start()] + one.shown + text[match.end() :]
                self._masks[one.id] = replace(one, count=self._masks.get(one.id, one).count + 1)
        return text

    def seen(self, text: str, own: Collection[str]) -> Iterator[tuple[str, str]]:
        """Yield (entity, text) of what was masked somewhere and stands in clear in a text."""
        for known, value in self._texts.items():
            for match in self._found(known, value, text, own):
                yield self._entity(known), match[0]

    def _found(
        self, known: str, value: str, text: str, own: Collection[str]
    ) -> Iterator[re.Match[str]]:
        """Yield where a masked text stands in another, in any spelling that is not the person's."""
        entity = self._entity(known)
        if not self._is_spread(entity, value) or any(value.strip() in it for it in own):
            return
        for match in pattern(entity, value).finditer(text):
            if bare(match[0]) not in _forms(tuple(own)) and not self.shows(match[0]):
                yield match

    def _entity(self, known: str) -> str:
        return (self._masks.get(known) or self._claimed[known]).entity

    def _masked(self, known: str, phrase: str) -> Mask:
        """Return the mask of what was shown in a row of the person, and is met elsewhere."""
        claimed = self._claimed[known]
        shown = self.label(claimed.entity, self._texts[known], None, phrase)
        return replace(claimed, shown=shown, reason=NOT_KNOWN, count=0)

    def _surname(self, text: str, mask: Mask) -> Mask:
        """Return the mask of a name as it is met: by its surname alone it may be another's."""
        name = parse(text)
        if name is None or name.given:
            return mask
        known = self.id_of(text)
        self._texts.setdefault(known, text)
        shown = self.label(mask.entity, text, None, "")
        hint = recognisable(mask.entity, text, None, "")
        return self._masks.get(known, replace(mask, id=known, shown=shown, hint=hint, count=0))

    def _is_spread(self, entity: str, value: str) -> bool:
        """Tell whether a text is masked wherever it stands, rather than where it was found."""
        if self.shows(value):
            return False
        return entity == ADDED or (entity not in PHRASES and len(value.strip()) >= SPREAD_CHARS)


@lru_cache(maxsize=64)
def _forms(own: tuple[str, ...]) -> frozenset[str]:
    return frozenset(form for text in own for form in forms(text))


def _any_of(labels: Iterable[str]) -> re.Pattern[str]:
    """Return what finds labels, whatever spaces or line ends stand in them."""
    longest = sorted(labels, key=len, reverse=True)
    return re.compile("|".join(r"\s+".join(map(re.escape, it.split())) for it in longest))
