"""Whose statement it is, of when, whom to turn to and when they answer."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from pii_scan.drafting import mentions
from pii_scan.drafting.context import Context
from pii_scan.drafting.reading import fold
from pii_scan.drafting.values import Heard, Language, Line, Question

MAIL: Final = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
PHONE: Final = re.compile(r"(?<![\w.])(?:\+31|0)[\d() .\u2013-]{7,17}\d(?!\w)")
OPENING: Final = 60
"""Lines in which a statement says whose it is, if no pattern has hit later ones."""
MAX_CONTACTS: Final = 4


@dataclass(slots=True)
class Facts:
    """What is gathered while the lines go by."""

    language: Language
    answer_term: str | None = None
    answer_where: str = ""
    questions: list[Question] = field(default_factory=list)
    data: dict[tuple[str, str], Heard] = field(default_factory=dict)
    bases: dict[tuple[str, str], Heard] = field(default_factory=dict)
    _contacts: dict[str, tuple[int, int]] = field(default_factory=dict)
    _dates: list[str] = field(default_factory=list)
    _names: dict[str, int] = field(default_factory=dict)
    _lines: int = 0

    def line(self, line: Line, context: Context) -> None:
        """Take what a line tells of the organisation, its date and its addresses."""
        self._lines += 1
        whole = f"{line.text} {line.label}"
        self._dates += [m["date"] for one in self.language.dated for m in one.finditer(whole)]
        for rank, pattern in enumerate(self.language.organisation):
            for match in pattern.finditer(line.text):
                if (name := _tidy(match["name"])) and self._lines <= OPENING * (1 + (rank < 2)):
                    self._names[name] = min(self._names.get(name, rank), rank)
        folded = fold(whole)
        # Beside the regulator's name stands the regulator's telephone.
        kinds = (MAIL,) if self.language.has("regulator", folded) else (MAIL, PHONE)
        near = self.language.has("privacy_contact", f"{context.heading} {folded}")
        for kind, pattern in enumerate(kinds):
            for match in pattern.finditer(whole):
                if self.language.has("regulator", match[0].lower()):
                    continue
                own = self.language.has("privacy_contact", re.sub(r"[@._-]", " ", match[0].lower()))
                rank = 0 if own else 1 if near else 2
                spot = " ".join(match[0].rstrip(".").split())
                self._contacts[spot] = min(self._contacts.get(spot, (9, 9)), (kind, rank))

    def answer(self, text: str, sentence: str, line: Line, context: Context) -> None:
        """Take the term within which requests are answered."""
        found = list(mentions.durations(text, self.language))
        if not found or (self.language.has("longer", text) and len(found) == 1):
            return
        is_special = any(self.language.has("objection", one) for one in (text, context.heading))
        if is_special or (self.answer_term and self.answer_term != found[0].term):
            self.questions.append(Question("other_answer", line.where, sentence))
        elif self.answer_term is None:
            self.answer_term, self.answer_where = found[0].term, line.where

    def heard(self, text: str, line: Line, groups: Iterable[str]) -> None:
        """Take the personal data and the legal bases that a sentence names for some groups."""
        for group in groups:
            if self.language.has("data_talk", text) or line.kind in ("item", "row"):
                for label, words in self.language.data:
                    if words.search(text):
                        self.data.setdefault((group, label), Heard(group, label, line.where))
            if self.language.has("basis", text):
                for letter, words in self.language.bases:
                    if words.search(text):
                        heard = Heard(group, f"6(1){letter}", line.where)
                        self.bases.setdefault((group, letter), heard)

    @property
    def organisation(self) -> str:
        """The name that the surest wording gives; empty when none does."""
        return min(self._names, key=lambda name: self._names[name], default="")

    @property
    def dated(self) -> str:
        """When the statement was made, as written there; empty when it does not say."""
        return self._dates[0] if self._dates else ""

    @property
    def contact(self) -> tuple[str, ...]:
        """Addresses for requests: mail before telephone, those for privacy first."""
        ranked = sorted(self._contacts, key=lambda spot: self._contacts[spot])
        best = min((rank for kind, rank in self._contacts.values() if kind == 0), default=9)
        kept = [
            spot
            for spot in ranked
            if self._contacts[spot][0] == 1 or self._contacts[spot][1] <= max(best, 0)
        ]
        return tuple(kept[:MAX_CONTACTS])


def _tidy(name: str) -> str:
    bare = name.strip(" ,-\u2013|'\u2019")
    bare = bare if bare[-2:-1].isupper() else bare.rstrip(".")
    return bare if 1 < len(bare) <= 60 and bare[0].isupper() else ""
