"""Inzage: the ways in which one person's name is written, as far as fingerprints tell them apart.

What `classify.names` reads as one needs no variant here: order, titles, tussenvoegsels in full or
as letters, diacritics, "ij" and "y".
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from pii_scan.classify.names import fold, parse

_SPELT_OUT: Final = {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"}
"""How letters are written where a keyboard lacks them: "Müller", "Mueller"."""


_LEAST_TO_SLIP: Final = 4
"""Letters of a surname; of a shorter one every slip is somebody's name."""


def spellings(names: Iterable[str], nicknames: Sequence[frozenset[str]] = ()) -> tuple[str, ...]:
    """Return the ways in which the names of one person may be written, the stated ones first.

    Of a double surname both orders, each part alone; each with all given names, with the first,
    and with initials.

    Args:
        names: As stated.
        nicknames: Groups of first names that stand for each other; empty: none are looked for.

    >>> spellings(["Anna Bakker-de Wit"])[:4]
    ('Anna Bakker-de Wit', 'a bakker', 'anna bakker', 'a wit')
    """
    found: dict[str, None] = {}
    for name in names:
        found[name] = None
        for text in dict.fromkeys((name, _spelt_out(name))):
            found |= dict.fromkeys(_written(text, nicknames))
    return tuple(found)


def given_names(names: Iterable[str], nicknames: Sequence[frozenset[str]] = ()) -> frozenset[str]:
    """Return the first names that are known in full, with those that stand for them."""
    parsed = [name for name in map(parse, names) if name and name.given]
    firsts = {name.given[0] for name in parsed if len(name.given[0]) > 1}
    return frozenset(other for first in firsts for other in (first, *_others(first, nicknames)))


def slips(names: Iterable[str]) -> Iterator[str]:
    """Yield initial and surname with a slip of the keyboard in it.

    A letter is missing, there twice, or swapped with the next.

    >>> "j jansn" in set(slips(["Joost Jansen"])), "j janssen" in set(slips(["Joost Jansen"]))
    (True, True)
    """
    for parsed in filter(None, map(parse, names)):
        surname = parsed.surname
        if not parsed.given or len(surname) < _LEAST_TO_SLIP:
            continue
        for at, letter in enumerate(surname):
            before, after = surname[:at], surname[at + 1 :]
            yield f"{parsed.given[0][0]} {before}{after}"
            yield f"{parsed.given[0][0]} {before}{letter}{letter}{after}"
            if after:
                yield f"{parsed.given[0][0]} {before}{after[0]}{letter}{after[1:]}"


def _written(text: str, nicknames: Sequence[frozenset[str]]) -> Iterator[str]:
    parsed = parse(text)
    if parsed is None:
        return
    given = list(_given(parsed.given, nicknames))
    for surname in _surnames(parsed.surname):
        yield from (f"{first} {surname}" for first in given)
        if not given:
            yield surname


def _surnames(surname: str) -> Iterator[str]:
    parts = [part for part in surname.split("-") if part]
    yield from parts
    if len(parts) == 2:
        yield "-".join(parts)
        yield "-".join(reversed(parts))


def _given(given: Sequence[str], nicknames: Sequence[frozenset[str]]) -> Iterator[str]:
    if not given:
        return
    initials = [name[0] for name in given]
    firsts = (given[0], *_others(given[0], nicknames))
    ways = (initials[0], *firsts, *(name[0] for name in firsts), " ".join(initials))
    yield from dict.fromkeys((*ways, " ".join(given)))


def _others(first: str, nicknames: Sequence[frozenset[str]]) -> tuple[str, ...]:
    folded = [frozenset(map(fold, group)) for group in nicknames]
    return tuple(sorted({name for group in folded if first in group for name in group} - {first}))


def _spelt_out(name: str) -> str:
    for letter, letters in _SPELT_OUT.items():
        name = name.replace(letter, letters).replace(letter.upper(), letters.capitalize())
    return name
