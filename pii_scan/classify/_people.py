"""Which names in a text are one person's: "dhr. J. de Vries", "De Vries", "Jan"."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from pii_scan.classify.knowledge import RoleCues
from pii_scan.classify.names import Name, parse
from pii_scan.model import Hit

_MOST = 200
"""So many of those named last are looked at, that a long list of names takes no quadratic time."""


@dataclass(slots=True)
class Person:
    """One person in a text."""

    mentions: list[Hit]
    names: list[Name]
    genders: set[str]


def people(
    text: str, names: Iterable[Hit], others: Collection[Hit], cues: RoleCues
) -> list[Person]:
    """Gather the mentions by person, in order of appearance.

    Args:
        text: What the names stand in.
        names: PERSON hits in order.
        others: Those that begin somebody else, even if the surname is known: "zoon Jansen".
        cues: With titles: a "mevrouw" is not the "meneer" of that surname.
    """
    found: list[Person] = []
    last: tuple[Hit, Person] | None = None
    for hit in names:
        name = parse(hit.value)
        gender = _gender(text, hit, cues)
        known = None if name is None else _known(name, gender, found, strict=hit in others)
        if last is not None and hit not in others and _is_aside(text, last[0], hit, cues):
            known = last[1]
        if known is None:
            known = Person([hit], [name] if name else [], {gender} - {""})
            found.append(known)
            last = hit, known
            continue
        last = hit, known
        known.mentions.append(hit)
        if name and name not in known.names:  # each spelling once, or many mentions take long
            known.names.append(name)
        known.genders |= {gender} - {""}
    return found


def _is_aside(text: str, last: Hit, hit: Hit, cues: RoleCues) -> bool:
    """Tell whether a name is another spelling of the one before: "Bos (W.T. Bos)"."""
    is_closed = text[hit.end : hit.end + 1] == ")"
    return is_closed and cues.aside.fullmatch(text, last.end, hit.start) is not None


def _gender(text: str, hit: Hit, cues: RoleCues) -> str:
    before = text[max(0, hit.start - 12) : hit.start]
    if cues.male.search(before):
        return "m"
    return "f" if cues.female.search(before) else ""


def _known(name: Name, gender: str, found: Sequence[Person], *, strict: bool) -> Person | None:
    """Return the person whom a name is of, the one named last first."""
    fitting = [
        one
        for one in found[-_MOST:]
        if (not gender or not one.genders or gender in one.genders)
        and any(_is_same(name, known, strict=strict) for known in one.names)
        and not any(_is_other(name, known) for known in one.names)
    ]
    return max(
        fitting,
        key=lambda one: (name in one.names, gender in one.genders, one.mentions[-1].start),
        default=None,
    )


def _is_other(name: Name, known: Name) -> bool:
    """Tell whether two full names exclude each other: Jan and Piet, of whatever surname."""
    return bool(name.given and known.given) and not _agree(name.given[0], known.given[0])


def _is_same(name: Name, known: Name, *, strict: bool) -> bool:
    """Tell whether two names may be one person's.

    A word alone may be a first name or a surname of the other; a first name and an initial agree by
    their first letter.
    """
    if name == known:
        return True
    first, second = sorted((name, known), key=lambda one: len(one.given))
    if not first.given:
        if first.prefix == second.prefix and first.surname == second.surname:
            return not strict
        parts = {*second.given, *second.surname.split("-")}
        if first.surname in second.given:
            return True
        return not strict and (first.surname in parts or _is_near(first.surname, second.surname))
    shared = set(first.surname.split("-")) & set(second.surname.split("-"))
    is_same_surname = bool(shared) or _is_near(first.surname, second.surname)
    return is_same_surname and _agree(first.given[0], second.given[0])


def _is_near(one: str, other: str) -> bool:
    """Tell whether two surnames differ in one letter, not the first, as by a typing error."""
    if one[:1] != other[:1] or min(len(one), len(other)) < 5 or abs(len(one) - len(other)) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if start is None:
        return True
    return (
        one[start + 1 :] == other[start + 1 :]
        or one[start + 1 :] == other[start:]
        or (one[start:] == other[start + 1 :])
    )


def _agree(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)
