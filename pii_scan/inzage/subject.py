"""Inzage: the fingerprints by which the person is found, and how much each of them says."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from pii_scan.classify.fingerprint import fingerprints
from pii_scan.classify.knowledge import OrganisationCues
from pii_scan.classify.names import parse
from pii_scan.classify.organisation import is_functional
from pii_scan.inzage.request import Case
from pii_scan.inzage.variants import given_names, slips, spellings
from pii_scan.model import Chunk, Hit, Recognizer, Table

Match = Literal["zeker", "waarschijnlijk", "mogelijk"]
Detect = Callable[[Chunk | Table], tuple[str, list[Hit]]]
Kind = Literal[
    "email",
    "phone",
    "iban",
    "bsn",
    "customer_number",
    "birth_date",
    "street",
    "postcode",
    "full",
    "surname_initial",
    "surname",
    "given",
    "near",
    "of_organisation",
    "functional",
]

UNIQUE: Final[dict[Kind, str]] = {
    "email": "e-mailadres",
    "phone": "telefoonnummer",
    "iban": "IBAN",
    "bsn": "burgerservicenummer",
    "customer_number": "klantnummer",
}
"""What one person has, with what it is called."""
OWN_OF_ORGANISATION: Final = "een nummer of adres dat daar van een organisatie lijkt"
FUNCTIONAL: Final = "een postbus of nummer van een organisatie"
NAME: Final[dict[Kind, str]] = {
    "full": "naam",
    "surname_initial": "achternaam en voorletter",
    "surname": "achternaam",
}
"""From strong to weak."""
ENTITIES: Final[dict[Kind, str]] = {
    "email": "EMAIL_ADDRESS",
    "phone": "PHONE_NUMBER",
    "iban": "IBAN_CODE",
    "bsn": "NL_BSN",
    "customer_number": "CUSTOMER_NUMBER",
    "birth_date": "DATE_OF_BIRTH",
    "street": "STREET_ADDRESS",
    "postcode": "NL_POSTCODE",
}


@dataclass(frozen=True, slots=True)
class Link:
    """An identifier that the request did not state, tied to the person by what the scan holds."""

    kind: Kind
    hop: int
    """Steps from what was stated, 1 for the first."""
    match: Match
    """How sure it is that it is the person's: "zeker" or "waarschijnlijk"."""
    reason: str
    """Dutch, without a value."""


@dataclass(frozen=True, slots=True)
class Subject:
    """The person in fingerprints, under the key of one controller."""

    prints: dict[str, Kind]
    """Fingerprint -> what it is of."""
    recognizers: Mapping[str, Recognizer]
    key: bytes = field(repr=False)
    given: frozenset[str] = field(default=frozenset(), repr=False)
    """First names that are known in full, as `parse` spells them."""
    links: dict[str, Link] = field(default_factory=dict)
    """Of those fingerprints that were found by linking."""
    shared: frozenset[str] = frozenset()
    """Of the person's addresses and numbers: those that somebody else uses too."""
    of_double: frozenset[str] = frozenset()
    """Of these, those that somebody of the same name uses."""
    foreign: frozenset[str] = frozenset()
    """Customer numbers of whom the person could be taken for: a namesake, a member of the family.
    """
    functional: frozenset[str] = frozenset()
    """What the person gave as theirs and is an organisation's: by its form (info@, 088), or because
    more people use it than live in one house."""
    has_double: bool = False
    """Somebody of the same name has the same address, so that both together say too little."""

    @property
    def has_name(self) -> bool:
        """Whether a name was given."""
        return "full" in self.prints.values()

    def kind(self, prints: Iterable[tuple[str, str]], is_public: bool = False) -> Kind | None:
        """Return what of the person a finding is, by its fingerprints; `None`: somebody else's.

        A surname counts by itself only where no first name or initial stands before it: another
        initial is another person. What is an organisation's, which the person gave as theirs,
        identifies nobody.
        """
        by_name = dict(prints)
        for kind in NAME:
            found = self.prints.get(by_name.get(kind, ""))
            if found not in NAME or (kind == "surname" and "surname_initial" in by_name):
                continue
            return found
        if "full" in by_name:
            given = self.prints.get(by_name["full"])
            near = self.prints.get(by_name.get("surname_initial", ""))
            return given if given == "given" else near if near == "near" else None
        print_ = by_name.get("value", "")
        value = self.prints.get(print_)
        if value not in UNIQUE or not is_public:
            return value
        return "functional" if print_ in self.functional else "of_organisation"

    def kind_of(self, hit: Hit) -> Kind | None:
        """Return what of the person a hit is; in clear, Johanna is told from Jan as well.

        A name that is only nearly the person's may be another's, and is taken for that here.
        """
        kind = self.kind(self._prints(hit.entity, hit.value))
        if kind == "near":
            return None
        return None if kind == "surname_initial" and self._is_another(hit.value) else kind

    def stated(self) -> "Subject":
        """Return the person without what was linked to them."""
        prints = {it: kind for it, kind in self.prints.items() if it not in self.links}
        return replace(self, prints=prints, links={})

    def seems(self, hit: Hit) -> bool:
        """Tell whether a name is the person's by its fingerprints, as far as those go."""
        return self.kind(self.fingerprints_of(hit)) not in (None, "near")

    def fingerprints_of(self, hit: Hit) -> tuple[tuple[str, str], ...]:
        """Return the fingerprints of a hit, with their kinds."""
        return self._prints(hit.entity, hit.value)

    def _is_another(self, name: str) -> bool:
        """Tell whether a name begins with a first name that is none of the person's."""
        parsed = parse(name)
        first = parsed.given[0] if parsed and parsed.given else ""
        if len(first) < 2 or not self.given:
            return False
        return not any(first.startswith(own) or own.startswith(first) for own in self.given)

    def _prints(self, entity: str, value: str) -> tuple[tuple[str, str], ...]:
        recognizer = self.recognizers.get(entity)
        normalise = recognizer.normalise if recognizer else None
        return fingerprints(entity, value, normalise, self.key)


def subject(
    case: Case,
    recognizers: Mapping[str, Recognizer],
    key: bytes,
    detect: Detect,
    nicknames: Sequence[frozenset[str]] = (),
    cues: OrganisationCues | None = None,
) -> Subject:
    """Return the person of a case under a key; addresses are read as a scan reads them.

    Args:
        case: What was stated.
        recognizers: By entity.
        key: Of the fingerprints of one controller.
        detect: Finds the parts of an address.
        nicknames: Groups of first names that stand for each other; nothing of them is used unless
            the case asks for it.
        cues: Tell what is an organisation's.
    """
    nicknames = nicknames if case.nicknames else ()
    prints: dict[str, Kind] = {}
    functional: set[str] = set()
    person = Subject({}, recognizers, key)
    for kind, value in _values(case, detect):
        is_many = cues is not None and is_functional(ENTITIES[kind], value, cues)
        for _, print_ in person._prints(ENTITIES[kind], value):
            prints.setdefault(print_, kind)
            functional |= {print_} if is_many else set()
    for part in ("full", "surname_initial", "surname"):
        for name in spellings(case.names, nicknames):
            if found := dict(person._prints("PERSON", name)).get(part):
                prints.setdefault(found, part)
    given = given_names(case.names, nicknames)
    for first in given:
        prints.setdefault(dict(person._prints("PERSON", first))["full"], "given")
    for name in slips(case.names):
        prints.setdefault(dict(person._prints("PERSON", name))["surname_initial"], "near")
    return Subject(prints, recognizers, key, given, functional=frozenset(functional))


def tied(person: Subject, links: Mapping[str, Link]) -> Subject:
    """Return the person with what was linked to them."""
    prints = person.prints | {print_: link.kind for print_, link in links.items()}
    return replace(person, prints=prints, links=person.links | dict(links))


def _values(case: Case, detect: Detect) -> Iterator[tuple[Kind, str]]:
    yield from (("email", value) for value in case.email)
    yield from (("phone", value) for value in case.phone)
    yield from (("iban", value) for value in case.iban)
    yield from (("customer_number", value) for value in case.customer_number)
    if case.bsn:
        yield "bsn", case.bsn
    if case.date_of_birth:
        yield "birth_date", case.date_of_birth.isoformat()
    kinds: dict[str, Kind] = {"STREET_ADDRESS": "street", "NL_POSTCODE": "postcode"}
    for address in case.address:
        yield "street", address.partition(",")[0]
        _, hits = detect(Chunk(f"adres: {address}", ""))
        yield from ((kinds[hit.entity], hit.value) for hit in hits if hit.entity in kinds)


def judged(kinds: frozenset[Kind], together: str) -> tuple[Match, tuple[str, ...]] | None:
    """Say how sure it is that a place is about the person, and why; `None`: it is not at all.

    One unique identifier is certain, two weak ones are likely, a name alone is possible.

    Args:
        kinds: what of the person stands there.
        together: where, in Dutch, as it follows "naam en geboortedatum".
    """
    unique = [label for kind, label in UNIQUE.items() if kind in kinds]
    # Tables have a column for the first name and one for the surname.
    name = next((kind for kind in NAME if kind in kinds), None)
    if name == "surname" and "given" in kinds:
        name = "full"
    has_address = bool(kinds & {"street", "postcode"})
    weak = [NAME[name]] if name else []
    if not name and "near" in kinds and (unique or "birth_date" in kinds):
        weak.append("bijna dezelfde naam")
    if "birth_date" in kinds:
        weak.append("geboortedatum")
    if has_address:
        weak.append(_address(kinds))
    # A family shares its surname and its address: without an initial these are one.
    is_family = weak == [NAME["surname"], _address(kinds)]
    if unique:
        reasons = [f"{label} gelijk" for label in unique]
        return "zeker", (*reasons, *([f"{_listed(weak)} {together}"] if weak else []))
    if len(weak) >= 2 and not is_family:
        return "waarschijnlijk", (f"{_listed(weak)} {together}",)
    if name and "of_organisation" in kinds:
        return "waarschijnlijk", (f"{NAME[name]} en {OWN_OF_ORGANISATION} {together}",)
    if name and "functional" in kinds:
        # Whoever writes to info@ has that beside their name, and so has their namesake.
        return "mogelijk", (f"{NAME[name]} en {FUNCTIONAL} {together}",)
    if is_family:
        return "mogelijk", (f"achternaam en {_address(kinds)} gelijk, zonder voorletter",)
    if name:
        return "mogelijk", (f"alleen {NAME[name]} gelijk",)
    if {"street", "postcode"} <= kinds:
        return "mogelijk", ("alleen adres gelijk",)
    if "of_organisation" in kinds:
        return "mogelijk", (f"alleen {OWN_OF_ORGANISATION} gelijk",)
    if "functional" in kinds:
        return "mogelijk", (f"alleen {FUNCTIONAL} gelijk",)
    return None


def _address(kinds: frozenset[Kind]) -> str:
    if {"street", "postcode"} <= kinds:
        return "adres"
    return "straat en huisnummer" if "street" in kinds else "postcode"


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} en {words[-1]}"
