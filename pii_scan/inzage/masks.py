"""Inzage: what is masked, why, and what a person decided: one decision for all equal texts."""

import hmac
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from pii_scan.classify.mask import PHRASES
from pii_scan.classify.names import parse

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
CLAIMED: Final = "staat in een rij van de verzoeker zelf"
ID_CHARS: Final = 16
LABEL: Final = re.compile(r"\[[a-z\u00e0-\u00ff][a-z0-9\u00e0-\u00ff ,-]{2,60}\]")
"""What a mask looks like: in lower case, so that a name in brackets of the text is none."""


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
        self._key = key
        self.decisions: Mapping[str, Decision] = decisions or {}
        self.added = tuple(added)
        self._masks: dict[str, Mask] = {}
        self._texts: dict[str, str] = {}
        """Id -> the text; in memory only."""
        self._numbers: dict[str, dict[str, int]] = {}
        """Word of a label -> what tells one from the other -> its number."""
        self._claimed: dict[str, Mask] = {}
        self.own: set[str] = set()
        """Values of the person, as they were met."""
        for one in self.added:
            self.note(one.text, ADDED, HIDDEN, "", f"toegevoegd bij de controle: {one.why}", 0)

    @property
    def masks(self) -> tuple[Mask, ...]:
        """What was masked, in the order in which it was met."""
        return tuple(self._masks.values())

    @property
    def claimed(self) -> tuple[Mask, ...]:
        """What stays readable because a row of the person says that it is theirs."""
        return tuple(mask for mask in self._claimed.values() if mask.id not in self._masks)

    def claim(self, value: str, entity: str, hint: str) -> None:
        """Take down that a value is the person's, who did not name it."""
        known = self.id_of(value)
        mask = self._claimed.get(known, Mask(known, READABLE, hint, entity, CLAIMED))
        self._claimed[known] = replace(mask, count=mask.count + 1)

    def id_of(self, text: str) -> str:
        """Return the id of a text; case and spaces do not count."""
        folded = " ".join(text.split()).casefold()
        told = f"mask\0{folded}".encode(errors="replace")
        return hmac.digest(self._key, told, "sha256").hex()[:ID_CHARS]

    def shows(self, text: str) -> bool:
        """Tell whether a text stays readable: a person decided so, or it is the subject's."""
        known = self.id_of(text)
        decision = self.decisions.get(known)
        return decision.shows if decision else known in self._claimed

    def hides(self, text: str) -> bool:
        """Tell whether a person decided that a text is masked."""
        decision = self.decisions.get(self.id_of(text))
        return decision is not None and not decision.shows

    def label(self, entity: str, value: str, role: str | None, phrase: str) -> str:
        """Return what stands in place of a value: one for one person in the whole answer."""
        if entity in PHRASES:
            return f"[{phrase.lower()}]"
        if entity != "PERSON":
            word = LABELS.get(entity, phrase.lower())
            return f"[{word} {self._number(word, ''.join(filter(str.isalnum, value)).casefold())}]"
        name = parse(value)
        surname = name.surname if name else value.casefold()
        first = name.given[0][:1] if name and name.given else ""
        return f"[{WHO.get(role or '', PERSON)} {self._number(PERSON, self._who(surname, first))}]"

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

    def spread(self, text: str, own: Iterable[str] = ()) -> str:
        """Mask what was masked elsewhere or added by a person, wherever it stands in a text.

        Args:
            text: a piece of the copy, masked by itself.
            own: texts of the person; what is part of one of these is left.
        """
        for known, value in sorted(self._texts.items(), key=lambda it: -len(it[1])):
            mask = self._masks[known]
            bare = value.strip()
            if not self._is_spread(mask, bare) or any(bare in it for it in own):
                continue
            # A backslash in what is put in would be read as a reference to a group.
            text, times = pattern(bare).subn(mask.shown.replace("\\", r"\\"), text)
            if times:
                self._masks[known] = replace(mask, count=mask.count + times)
        return text

    def seen(self, text: str) -> Iterator[tuple[str, str]]:
        """Yield (entity, value) of what was masked somewhere and stands in clear in a text."""
        for known, value in self._texts.items():
            mask = self._masks[known]
            if self._is_spread(mask, value) and pattern(value).search(text):
                yield mask.entity, value

    def _is_spread(self, mask: Mask, value: str) -> bool:
        """Tell whether a text is masked wherever it stands, rather than where it was found."""
        if self.shows(value):
            return False
        return mask.entity == ADDED or (
            mask.entity not in PHRASES and len(value.strip()) >= SPREAD_CHARS
        )


def pattern(text: str) -> re.Pattern[str]:
    """Return what finds a text as words of their own, whatever spaces stand between them."""
    words = r"\s+".join(re.escape(word) for word in text.split())
    return re.compile(rf"(?<![\w@])(?<!\w[.-]){words}(?![\w@])(?![.-]\w)")
