"""Writes Dutch call notes, mails, forms, letters, lists and tables with invented people in them.

The wording is the project's own (`wording.toml`); names come from lists and from many origins. The
same seed gives the same texts.
"""

import random
import re
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace

from training.augment import Augmenter
from training.markup import Document, marked

WORDING = SimpleNamespace(
    **tomllib.loads(Path(__file__).with_name("wording.toml").read_text("utf-8"))
)
_SLOT = re.compile(r"\{(\w+)(?:\.(\w+))?\}")
_DIGITS = "0123456789"


class Person:
    """Someone who does not exist, and the ways to write their name."""

    def __init__(self, names: Augmenter, rng: random.Random) -> None:
        """Draw a Dutch name, or one in three times one of another origin."""
        if rng.random() < 0.35:
            origin = rng.choice(WORDING.origin)
            self.given, self.surname = (
                str(rng.choice(origin["given"])),
                rng.choice(origin["surname"]),
            )
        else:
            self.given, self.surname = names.given(), names.surname()
        second = names.given() if rng.random() < 0.5 else ""
        letters = [self.given[:1], second[:1], names.given()[:1] if rng.random() < 0.2 else ""]
        self.letters = [letter.upper() for letter in letters if letter]
        self.second = names.surname() if rng.random() < 0.12 else ""
        self.rng = rng

    def full(self) -> str:
        """Return "Anna van der Zee", double where there is a second surname."""
        return f"{self.given} {self.sur()}"

    def sur(self) -> str:
        """Return "Van der Zee" or "van der Zee", double where there is a second surname."""
        surname = f"{self.surname}-{self.second}" if self.second else self.surname
        return surname if self.rng.random() < 0.6 else surname[:1].upper() + surname[1:]

    def init(self) -> str:
        """Return "A.M. van der Zee" or a looser spelling of it."""
        style = self.rng.random()
        if style < 0.15:
            return f"{self.letters[0]} {self.surname}"
        if style < 0.25:
            return f"{'. '.join(self.letters)}. {self.sur()}"
        return f"{'.'.join(self.letters)}. {self.sur()}"

    def turned(self) -> str:
        """Return "Zee, A. van der" or "Zee, Anna"."""
        *prefix, last = self.surname.split(" ")
        first = self.given if self.rng.random() < 0.4 else ".".join(self.letters) + "."
        return f"{last}, {' '.join([first, *prefix])}"

    def short(self) -> str:
        """Return "Anna Z." or "A. van der Zee", as colleagues write each other."""
        if self.rng.random() < 0.5:
            return f"{self.given} {self.surname.split(' ')[-1][:1].upper()}."
        return self.given

    def any(self) -> str:
        """Return one of the ways."""
        ways: Sequence[Callable[[], str]] = (self.full, self.full, self.init, self.sur)
        return self.rng.choice(ways)()

    def mail(self) -> str:
        """Return an address that holds the name."""
        surname = re.sub(r"[^a-z]", "", self.surname.lower())
        given = re.sub(r"[^a-z]", "", self.given.lower())
        name = self.rng.choice(
            (f"{given}.{surname}", f"{given[:1]}{surname}", f"{given}{surname[:1]}")
        )
        return f"{name}@{self.rng.choice(WORDING.mail_hosts)}"


class Writer:
    """Fills templates; one text has its own people, who come back in it."""

    def __init__(self, names: Augmenter, places: Sequence[str], rng: random.Random) -> None:
        """Make ready."""
        self._names = names
        self._places = places
        self._rng = rng
        self._people: dict[str, Person] = {}

    def document(self, number: int) -> Document:
        """Write one text."""
        self._people = {}
        kind = self._rng.choices(
            (
                self._note,
                self._mail,
                self._letter,
                self._form,
                self._list,
                self._table,
                self._chat,
                self._nobody,
                self._prose,
            ),
            (30, 12, 7, 12, 8, 8, 8, 16, 10),
        )[0]
        return marked(f"synthetic-{number}", kind.__name__.strip("_"), kind())

    def fill(self, template: str) -> str:
        """Put values for the slots: {p.full}, {q.given}, {place}, {org}, {street}."""
        previous = ""
        while template != previous:
            previous, template = template, _SLOT.sub(self._slot, template)
        return template

    def _slot(self, match: re.Match[str]) -> str:
        name, way = match.groups()
        if way is None:
            if name in WORDING.choices:
                return str(self._rng.choice(WORDING.choices[name]))
            made: str = getattr(self, f"_{name}")()
            return made
        person = self._people.setdefault(name, Person(self._names, self._rng))
        value = str(getattr(person, way) if way == "given" else getattr(person, way)())
        return value if way == "mail" else f"⟦PERSON|{value}⟧"

    def _some(self, templates: Sequence[str], low: int, high: int) -> list[str]:
        count = min(self._rng.randint(low, high), len(templates))
        return [self.fill(one) for one in self._rng.sample(templates, count)]

    def _note(self) -> str:
        rng = self._rng
        head = self.fill(rng.choice(WORDING.note_heads))
        opening = self.fill(rng.choice(WORDING.note_openings))
        rest = self._some(WORDING.note_sentences, 1, 5)
        end = self._some(WORDING.note_ends, 0, 2)
        return head + rng.choice((" ", ". ", "\n", " - ")).join([opening, *rest, *end])

    def _mail(self) -> str:
        head = self._some(WORDING.mail_heads, 1, 1) if self._rng.random() < 0.6 else []
        body = [
            *self._some(WORDING.greetings, 1, 1),
            " ".join(self._some(WORDING.mail_sentences, 1, 4)),
            " ".join(self._some(WORDING.neutral, 1, 3)),
            *self._some(WORDING.closings, 1, 1),
        ]
        return "\n\n".join([*head, *body])

    def _letter(self) -> str:
        return "\n".join(
            [
                *self._some(WORDING.addresses, 1, 1),
                "",
                self.fill("{place}, {date}"),
                self.fill("Betreft: {subject}"),
                "",
                *self._some(WORDING.greetings, 1, 1),
                "",
                " ".join(self._some(WORDING.neutral, 1, 3)),
                " ".join(self._some(WORDING.mail_sentences, 1, 3)),
                "",
                *self._some(WORDING.closings, 1, 1),
            ]
        )

    def _form(self) -> str:
        rng = self._rng
        gap = rng.choice((": ", ":\t", ":   ", " : ", ":\n", " = ", " | "))
        fields = rng.sample(WORDING.fields, rng.randint(4, 9))
        lines = [self.fill(label) + gap + self.fill(value) for label, value in fields]
        title = [rng.choice(WORDING.headings)] if rng.random() < 0.6 else []
        return "\n".join([*title, *lines])

    def _list(self) -> str:
        rng = self._rng
        template = rng.choice(WORDING.list_items)
        mark = rng.choice(("- ", "* ", "• ", "", "1. "))
        lines = []
        for _ in range(rng.randint(3, 8)):
            self._people.clear()
            lines.append(mark + self.fill(template))
        return "\n".join([self.fill(rng.choice(WORDING.list_titles)), *lines])

    def _table(self) -> str:
        rng = self._rng
        columns = rng.sample(WORDING.columns, rng.randint(3, 6))
        gap = rng.choice((";", "\t", ",", " | "))
        lines = [gap.join(name for name, _ in columns)]
        for _ in range(rng.randint(2, 7)):
            self._people.clear()
            lines.append(gap.join(self.fill(value) for _, value in columns))
        return "\n".join(lines)

    def _chat(self) -> str:
        rng = self._rng
        style = rng.choice(WORDING.chat_lines)
        lines = []
        for turn in range(rng.randint(3, 7)):
            who = "{p.short}" if turn % 2 else "{q.full}"
            said = rng.choice((*WORDING.chat_sentences, *WORDING.neutral))
            lines.append(self.fill(style.replace("{who}", who).replace("{said}", said)))
        return "\n".join(lines)

    def _nobody(self) -> str:
        rng = self._rng
        head = [rng.choice(WORDING.headings)] if rng.random() < 0.7 else []
        items = self._some(WORDING.nobody, 2, 6)
        words = [
            f"{rng.choice(WORDING.note_words)}{rng.choice((':', '', ' -', '.'))}"
            f" {rng.choice(WORDING.note_words).lower()}"
            for _ in range(rng.randint(0, 6))
        ]
        joint = rng.choice(("\n", "\n- ", " ", "\n• "))
        mixed = [*items, *words]
        rng.shuffle(mixed)
        return joint.join([*head, *mixed])

    def _prose(self) -> str:
        return " ".join([*self._some(WORDING.prose, 2, 4), *self._some(WORDING.neutral, 0, 2)])

    def _place(self) -> str:
        return f"⟦LOCATION|{self._rng.choice(self._places)}⟧"

    def _org(self) -> str:
        rng = self._rng
        if rng.random() < 0.3:
            return f"⟦ORGANIZATION|{rng.choice(WORDING.known)}⟧"
        name = rng.choice(WORDING.firms)
        name = name.replace("SUR", self._names.surname()).replace("ALSO", self._names.surname())
        name = name.replace("GIVEN", self._names.given()).replace("PLACE", rng.choice(self._places))
        made = "".join(rng.choice(WORDING.syllables) for _ in range(rng.randint(2, 3)))
        return f"⟦ORGANIZATION|{name.replace('MADE', made.capitalize())}⟧"

    def _street(self) -> str:
        rng = self._rng
        stem = rng.choice(
            (
                rng.choice(WORDING.street_stems),
                self._names.surname().split(" ")[-1],
                f"{rng.choice(('Burgemeester', 'Prof.', 'Dr.', 'Pastoor', 'Ds.'))} "
                + self._names.surname().split(" ")[-1],
                f"{self._names.given()} {self._names.surname()}".rstrip(),
                rng.choice(self._places).replace("'", "").split(" ")[-1],
            )
        )
        return f"{stem}{rng.choice(WORDING.street_endings)}"

    def _house(self) -> str:
        return (
            f"{self._street()} {self._rng.randint(1, 320)}{self._rng.choice(('', '', 'a', '-2'))}"
        )

    def _postcode(self) -> str:
        letters = "".join(self._rng.choices("ABCDEGHJKLMNPRSTVWXZ", k=2))
        return f"{self._rng.randint(1000, 9999)}{self._rng.choice((' ', ''))}{letters}"

    def _date(self) -> str:
        rng = self._rng
        day, month, year = rng.randint(1, 28), rng.randint(1, 12), rng.randint(1950, 2026)
        return rng.choice(
            (
                f"{day}-{month}-{year}",
                f"{day:02}-{month:02}-{year}",
                f"{day}/{month}",
                f"{day} {WORDING.months[month - 1]} {year}",
                f"{day} {WORDING.months[month - 1]}",
                f"{day:02}.{month:02}.{year % 100:02}",
            )
        )

    def _time(self) -> str:
        hour, minute = self._rng.randint(7, 21), self._rng.randint(0, 59)
        return f"{hour:02}{self._rng.choice(':.')}{minute:02}"

    def _nr(self) -> str:
        return self._rng.choice(("", "K", "R-", "20")) + "".join(self._rng.choices(_DIGITS, k=6))

    def _tel(self) -> str:
        digits = "".join(self._rng.choices(_DIGITS, k=8))
        return self._rng.choice((f"06-{digits}", f"06 {digits}", f"06{digits}", f"+316{digits}"))

    def _amount(self) -> str:
        rng = self._rng
        return f"{rng.choice(('€ ', 'eur ', ''))}{rng.randint(5, 900)},{rng.randint(10, 99)}"


def synthetic(
    count: int, augmenter: Augmenter, places: Sequence[str], rng: random.Random
) -> list[Document]:
    """Return `count` texts, each unlike the ones before."""
    writer = Writer(augmenter, places, rng)
    return [writer.document(number) for number in range(count)]
