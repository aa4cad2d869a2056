"""How many different people, from fingerprints alone: what stands together is joined.

Names and numbers of one row of a table are one person's, and so are those of a document that names
one; an e-mail address or number that comes back elsewhere makes them the same person. Measured on
the sample share: docs/impact.md.
"""

from bisect import insort
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from pii_scan.model import Finding

KEPT = 32_768
"""Smallest fingerprints kept: exact below this number, a standard error of 0.6 % above it."""

BITS: int = 64

UNITS = 500_000
"""Rows and documents that are joined, in some 300 MB. For what comes after them the number is
scaled up by how many different names and numbers it adds."""

OWNERS = 3
"""A number or address that stands with more names than this is an office's, not a person's."""

NUMBERS = frozenset({"B01", "B02"})
"""Categories of numbers that the law gives to one person."""
MAIL = "EMAIL_ADDRESS"
JOINING = frozenset({"N06", "G01"})
"""Categories of other numbers that join: customer and contract numbers, accounts."""
JOINING_ENTITIES = frozenset({"PHONE_NUMBER", MAIL})


class Distinct:
    """Counts different fingerprints by the k smallest of them.

    Keyed hashes are spread evenly, so the k-th smallest tells how close together they lie. See
    Bar-Yossef et al. 2002, "Counting distinct elements in a data stream".
    """

    def __init__(self, kept: int = KEPT) -> None:
        """Keep at most `kept` fingerprints."""
        self._kept = kept
        self._seen: set[int] = set()
        self._sorted: list[int] = []

    def add(self, fingerprint: str) -> None:
        """Count a hexadecimal fingerprint, once however often it comes."""
        value = int(fingerprint[: BITS // 4], 16)
        full = len(self._seen) >= self._kept
        if value in self._seen or (full and value > self._sorted[-1]):
            return
        if full:
            self._seen.discard(self._sorted.pop())
        self._seen.add(value)
        if len(self._seen) == self._kept and not self._sorted:
            self._sorted = sorted(self._seen)
        elif self._sorted:
            insort(self._sorted, value)

    def __len__(self) -> int:
        """Return how many there were, or about how many."""
        if len(self._seen) < self._kept:
            return len(self._seen)
        return (self._kept - 1) * (1 << BITS) // self._sorted[-1]


class Name(NamedTuple):
    """A name as its fingerprints have it, shortened."""

    full: str
    initial: str | None
    """Of the surname with an initial; `None` for a surname or a given name alone."""
    surname: str


class Mention(NamedTuple):
    """A finding as far as it tells who somebody is."""

    row: str
    """Where, in a table; empty in running text, which is one place."""
    entity: str
    category: str
    is_public: bool
    is_subject: bool
    """Of a name: it may be the person whom the rest is about."""
    prints: dict[str, str]
    """Kind of fingerprint -> hex."""


class Person(NamedTuple):
    """Somebody in a row or a document, as far as that tells who it is."""

    names: tuple[Name, ...] = ()
    telling: tuple[str, ...] = ()
    """Numbers of one person by law, and e-mail addresses."""
    other: tuple[str, ...] = ()
    """What somebody else of the household may have too."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number of people and between what it lies."""

    low: int
    """Where who has the same initial and surname is one person, and who is a number or address in
    one place may be a name in another."""
    likely: int
    """Where who has the same full name is one person, and a surname alone is one each time."""
    high: int
    """Where only the same number or address makes one person."""


class People:
    """Counts people over many items; namesakes make it an estimate."""

    def __init__(self, units: int = UNITS) -> None:
        """Join what stands in the first so many rows and documents."""
        self._room = units
        self._held: list[Person] = []
        self._all: Distinct | None = None
        """Of all people, as soon as there is no room; `_some` of those who had room."""
        self._some = 1
        self._known: Estimate | None = None
        """The estimate, until somebody is added."""

    def add(self, mentions: Iterable[Mention]) -> None:
        """Count the people of one item."""
        self._known = None
        for person in persons(mentions):
            if len(self._held) < self._room:
                self._held.append(person)
                continue
            if self._all is None:
                self._all = Distinct()
                for held in self._held:
                    self._all.add(_key(held))
                self._some = len(self._all)
            self._all.add(_key(person))

    def estimate(self) -> Estimate:
        """Return how many there were."""
        if self._known is None:
            self._known = self._estimated()
        return self._known

    def _estimated(self) -> Estimate:
        offices = _offices(self._held)
        high, likely, low = _Sets(), _Sets(), _Sets()
        surnames: set[str] = set()
        alone: set[str] = set()
        named: list[str] = []
        numbered: list[str] = []
        for number, it in enumerate(self._held):
            told = [one for one in (*it.telling, *it.other) if one not in offices]
            if not told and not it.names:
                continue
            fulls = [name.full for name in it.names if name.initial]
            initials = [name.initial for name in it.names if name.initial]
            high.join(told or [f"#{number}"])
            likely.join([*told, *fulls] or [f"#{number}"])
            keys = [*told, *initials]
            if not keys:
                alone.update(name.surname for name in it.names)
                continue
            low.join(keys)
            surnames.update(name.surname for name in it.names)
            if it.names:
                named.append(keys[0])
            elif any(one not in offices for one in it.telling):
                numbered.append(keys[0])
        # Who is an address here may be a name there, and nothing would tell.
        by_name = len({low.root(key) for key in named}) + len(alone - surnames)
        by_number = len({low.root(key) for key in numbered})
        found = (max(by_name, by_number), len(likely), len(high))
        scale = 1 if self._all is None else max(len(self._all) / max(self._some, 1), 1)
        return Estimate(*(round(count * scale) for count in found))


def mentions(findings: Iterable[Finding]) -> Iterator[Mention]:
    """Yield what of the findings of an item tells who somebody is."""
    for it in findings:
        if it.fingerprints:
            yield Mention(
                it.where if it.row is not None else "",
                it.entity,
                it.category,
                it.level == "Openbaar",
                it.person_role in {None, "subject", "unknown"},
                dict(it.fingerprints),
            )


def people(findings: Iterable[Finding]) -> int:
    """Return how many different people one item is about: at least one when it has findings."""
    held = tuple(findings)
    counted = People()
    counted.add(mentions(held))
    return max(counted.estimate().likely, 1) if held else 0


def persons(mentions: Iterable[Mention]) -> Iterator[Person]:
    """Yield the people of an item: those of every row, and those of its running text."""
    rows: dict[str, list[Mention]] = defaultdict(list)
    for it in mentions:
        rows[it.row].append(it)
    for row, held in rows.items():
        if len(held) == 1 and "full" in held[0].prints:
            yield Person((_name(held[0]),))
        else:
            yield from _persons(held, is_row=bool(row))


def _persons(held: list[Mention], *, is_row: bool) -> Iterator[Person]:
    names = [(_name(it), it.is_subject) for it in held if "full" in it.prints]
    subjects = _gathered(name for name, is_subject in names if is_subject)
    known = {name.full for one in subjects for name in one}
    others = _gathered(name for name, _ in names if name.full not in known)
    named = [one for one in subjects if one[0].initial]
    if is_row and len(named) == 1:
        # "Loubna" in the row of L. Haddou is the same person, whatever the fingerprints say.
        subjects = [tuple(name for one in (named[0], *subjects) for name in dict.fromkeys(one))]
    numbers, mails, other = _numbers(held)
    if is_row or (len(subjects) == 1 and len(numbers) <= 1):
        told = (*numbers, *mails)
        if len(subjects) <= 1 and (subjects or told or other):
            yield Person(subjects[0] if subjects else (), told, other)
        else:
            yield from map(Person, subjects)
    else:
        yield from map(Person, subjects)
        more = max(numbers, mails, key=len)
        yield from (Person(telling=(it,)) for it in more[len(subjects) :])
        if not (subjects or more) and other:
            yield Person(other=other)
    yield from map(Person, others)


def _name(it: Mention) -> Name:
    initial = it.prints.get("surname_initial")
    surname = it.prints.get("surname", it.prints["full"])
    return Name(_short(it.prints["full"]), initial and _short(initial), _short(surname))


def _gathered(names: Iterable[Name]) -> list[tuple[Name, ...]]:
    """Return the names of each person: what has the same initial and surname, as far as told."""
    bare = list(dict.fromkeys(names))
    if len(bare) < 2:
        return [tuple(bare)] if bare else []
    found: list[list[Name]] = []
    by_initial: dict[str, list[Name]] = {}
    by_surname: dict[str, list[Name]] = {}
    # Those with an initial first: a surname alone is then one of them.
    for name in sorted(bare, key=lambda it: (it.initial is None, it)):
        same = by_initial.get(name.initial) if name.initial else by_surname.get(name.surname)
        if same is None:
            same = []
            found.append(same)
        same.append(name)
        by_surname.setdefault(name.surname, same)
        if name.initial:
            by_initial[name.initial] = same
    return [tuple(one) for one in found]


def _numbers(held: Iterable[Mention]) -> tuple[tuple[str, ...], ...]:
    """Return the numbers given by law, the e-mail addresses, and the other numbers that join."""
    found: tuple[dict[str, None], ...] = ({}, {}, {})
    for it in held:
        value = it.prints.get("value")
        if value is None or it.is_public:
            continue
        if it.category in NUMBERS:
            found[0][_short(value)] = None
        elif it.entity == MAIL:
            found[1][_short(value)] = None
        elif it.category in JOINING or it.entity in JOINING_ENTITIES:
            found[2][_short(value)] = None
    return tuple(map(tuple, found))


def _short(digest: str) -> str:
    return digest[: BITS // 4]


def _key(it: Person) -> str:
    return next(iter((*it.telling, *(name.full for name in it.names), *it.other)))


def _offices(held: Iterable[Person]) -> set[str]:
    """Return the numbers and addresses that stand with too many names to be a person's."""
    owners: dict[str, set[str]] = {}
    offices: set[str] = set()
    for it in held:
        for told in (*it.telling, *it.other) if it.names else ():
            names = owners.setdefault(told, set())
            names.add(it.names[0].surname)
            if len(names) > OWNERS:
                offices.add(told)
                names.pop()
    return offices


@dataclass(slots=True)
class _Sets:
    """Disjoint sets of texts (Galler and Fischer 1964), with how many there are."""

    _above: dict[str, str] = field(default_factory=dict)
    _count: int = 0

    def join(self, texts: Iterable[str]) -> None:
        """Put texts into one set, with all that any of them was with."""
        first: str | None = None
        for text in texts:
            root = self.root(text)
            if first is None:
                first = root
            elif root != first:
                self._above[root] = first
                self._count -= 1

    def root(self, text: str) -> str:
        """Return what stands for the set of a text."""
        above = self._above
        if text not in above:
            above[text] = text
            self._count += 1
        while above[text] != text:
            above[text] = above[above[text]]
            text = above[text]
        return text

    def __len__(self) -> int:
        return self._count
