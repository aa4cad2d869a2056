"""Documents of known content: people who do not exist, written in every format at hand."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

BSN_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)
"""Of the elfproef (Regeling BSN; https://nl.wikipedia.org/wiki/Burgerservicenummer)."""
BSN_BEGIN = "9999"
"""The range of test persons: no BSN that begins so is given out."""
FIELDS = (
    *("name", "born", "bsn", "mail", "phone", "iban"),
    *("customer", "street", "postcode", "place"),
)
"""What is made up of a person."""
BANKS = ("ABNA", "INGB", "RABO", "TRIO")


@dataclass(frozen=True, slots=True)
class Pools:
    """What the documents are made from: rules/canary.toml."""

    mark: str
    """Stands in every document; `{id}` is filled in."""
    first: tuple[str, ...]
    last: tuple[str, ...]
    streets: tuple[str, ...]
    places: tuple[str, ...]
    texts: tuple[str, ...]
    rows: int
    columns: Mapping[str, str]
    """Heading -> field."""
    entities: Mapping[str, str]
    """Field -> what it is to be found as; fields that are not here do not count."""


@dataclass(frozen=True, slots=True)
class Content:
    """What one document says, before it has a format."""

    mark: str
    text: str
    """Running text; empty where there is a table."""
    heading: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    expected: tuple[tuple[str, str], ...]
    """(entity, value as written), once for each place."""


def content(pools: Pools, number: int, identity: str, *, is_table: bool) -> Content:
    """Return what a document says; the same for the same identity, whatever the machine."""
    rng = random.Random(f"{identity}/{number}")  # noqa: S311 - made up, not secret
    mark = pools.mark.replace("{id}", f"{identity}-{number:04}")
    if is_table:
        people = [_person(pools, rng) for _ in range(pools.rows)]
        fields = list(pools.columns.values())
        expected = [
            (pools.entities[name], who[name])
            for who in people
            for name in fields
            if name in pools.entities
        ]
        rows = tuple(tuple(who[name] for name in fields) for who in people)
        return Content(mark, "", tuple(pools.columns), rows, tuple(expected))
    template = pools.texts[number % len(pools.texts)]
    who = _person(pools, rng)
    expected = [
        (entity, who[name]) for name, entity in pools.entities.items() if f"{{{name}}}" in template
    ]
    return Content(mark, template.format(**who), (), (), tuple(expected))


def _person(pools: Pools, rng: random.Random) -> dict[str, str]:
    first, last = rng.choice(pools.first), rng.choice(pools.last)
    born = date(1940, 1, 1) + timedelta(days=rng.randrange(24_000))
    letters = "".join(rng.choice("ABCDEGHJKLMNPRSTVWXZ") for _ in range(2))
    return {
        "name": f"{first} {last}",
        "born": f"{born:%d-%m-%Y}",
        "bsn": _bsn(rng),
        "mail": f"{first}.{last}{rng.randrange(100, 999)}@kanarie.example".replace(" ", "").lower(),
        "phone": f"06-{rng.randrange(10_000_000, 60_000_000)}",
        "iban": _iban(rng),
        "customer": f"{rng.randrange(2_000_000, 9_000_000)}",
        "street": f"{rng.choice(pools.streets)} {rng.randrange(1, 300)}",
        "postcode": f"{rng.randrange(1011, 9990)} {letters}",
        "place": rng.choice(pools.places),
    }


def _bsn(rng: random.Random) -> str:
    return next(digits for digits in _numbers(rng) if _elfproef(digits))


def _numbers(rng: random.Random) -> Iterator[str]:
    while True:
        yield f"{BSN_BEGIN}{rng.randrange(100_000):05}"


def _elfproef(digits: str) -> bool:
    return sum(w * int(d) for w, d in zip(BSN_WEIGHTS, digits, strict=True)) % 11 == 0


def _iban(rng: random.Random) -> str:
    """Return an IBAN with right check digits (ISO 13616) over an account that is made up."""
    account = f"{rng.choice(BANKS)}0999{rng.randrange(10**6):06}"
    rest = int("".join(str(int(char, 36)) for char in f"{account}NL00")) % 97
    return f"NL{98 - rest:02}{account}"
