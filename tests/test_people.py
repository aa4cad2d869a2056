"""How many people: measured on people who do not exist, of whom the number is known."""

import random
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures._people import Person, person
from pii_scan.classify.fingerprint import fingerprints
from pii_scan.model import Finding, PersonRole
from pii_scan.report._people import OWNERS, Estimate, People, mentions, people

KEY = b"k" * 32
CATEGORIES = {
    "PERSON": "N01",
    "EMAIL_ADDRESS": "N02",
    "PHONE_NUMBER": "N02",
    "CUSTOMER_NUMBER": "N06",
    "NL_BSN": "B01",
}


def found(
    entity: str, value: str, row: int | None = None, role: PersonRole | None = None
) -> Finding:
    where = "" if row is None else f"row {row}"
    prints = fingerprints(entity, value, None, KEY)
    told = (entity, CATEGORIES[entity], "Vertrouwelijk", where, 0.9, "*", prints)
    return Finding(*told, row=row, person_role=role)  # type: ignore[arg-type]


def estimate(*items: list[Finding], units: int = 10**6) -> Estimate:
    counted = People(units)
    for item in items:
        counted.add(mentions(item))
    return counted.estimate()


@pytest.mark.parametrize(
    ("items", "likely"),
    [
        # A row is one person, whatever they are called in it.
        ([[("PERSON", "L. Haddou", 2), ("PERSON", "Loubna", 2), ("NL_BSN", "1", 2)]], 1),
        ([[("PERSON", "L. Haddou", 2), ("PERSON", "L. Haddou", 3)]], 1),
        ([[("PERSON", "L. Haddou", 2), ("PERSON", "S. Haddou", 3)]], 2),
        # A surname alone in another row may be anybody.
        ([[("PERSON", "Haddou", 2), ("PERSON", "Haddou", 3)]], 2),
        ([[("PERSON", "Haddou", 2), ("PHONE_NUMBER", "0612", 2), ("PHONE_NUMBER", "0612", 3)]], 1),
        # A document that names one person is about that one.
        ([[("PERSON", "Jan Jansen", None), ("PERSON", "Jansen", None), ("NL_BSN", "1", None)]], 1),
        ([[("PERSON", "Jan Jansen", None), ("NL_BSN", "1", None), ("NL_BSN", "2", None)]], 2),
        ([[("EMAIL_ADDRESS", "a@x.example", None), ("EMAIL_ADDRESS", "b@x.example", None)]], 2),
        # What comes back elsewhere joins two spellings.
        (
            [
                [("PERSON", "Jan Jansen", None), ("NL_BSN", "1", None)],
                [("PERSON", "J. Jansen", None), ("NL_BSN", "1", None)],
            ],
            1,
        ),
        ([[("PERSON", "Jan Jansen", None)], [("PERSON", "Jan Jansen", None)]], 1),
        ([[("PERSON", "Jan Jansen", None)], [("PERSON", "J. Jansen", None)]], 2),
    ],
)  # fmt: skip
def test_who_is_whom(items: list[list[tuple[str, str, int | None]]], likely: int) -> None:
    assert estimate(*([found(*one) for one in item] for item in items)).likely == likely


def test_an_office_number_makes_no_two_people_one() -> None:
    rows = [
        [found("PERSON", f"A. Naam{n}", n), found("PHONE_NUMBER", "088 1234567", n)]
        for n in range(2, 40)
    ]
    assert estimate(*rows) == Estimate(38, 38, 38)
    assert estimate(*rows[:OWNERS]).high == 1


def test_who_acts_for_the_organisation_has_not_the_number_of_the_row() -> None:
    row = [
        found("PERSON", "J. Jansen", 2, "subject"),
        found("PERSON", "A. Agent", 2, "agent"),
        found("CUSTOMER_NUMBER", "12345", 2),
    ]
    again = [found("PERSON", "B. Bakker", 3, "agent"), found("CUSTOMER_NUMBER", "12345", 3)]
    assert estimate(row, again).likely == 3


def exports(many: list[Person]) -> Iterator[list[Finding]]:
    """A customer table, call notes that name people in their own way, letters, a mailing list."""
    rng = random.Random(3)
    yield [
        one
        for row, who in enumerate(many[:200], start=2)
        for one in (
            found("PERSON", f"{who.first} {who.last}", row),
            found("EMAIL_ADDRESS", who.mail, row),
            found("CUSTOMER_NUMBER", who.customer, row),
        )
    ]
    notes: list[Finding] = []
    for row in range(2, 402):
        who = rng.choice(many[:300])
        spelled = rng.choice((f"{who.first[0]}. {who.last}", who.last, f"{who.first} {who.last}"))
        notes += [
            found("PERSON", spelled, row, "subject"),
            found("CUSTOMER_NUMBER", who.customer, row),
        ]
    yield notes
    for who in many[300:340]:
        letter = [found("PERSON", f"{who.first} {who.last}"), found("PERSON", who.last)]
        yield [*letter, found("NL_BSN", who.customer), found("EMAIL_ADDRESS", who.mail)]
    yield [found("EMAIL_ADDRESS", who.mail, row) for row, who in enumerate(many[150:320], start=2)]


@pytest.mark.parametrize("seed", range(5))
def test_the_estimate_is_near_the_number_of_people_there_are(seed: int) -> None:
    rng = random.Random(seed)
    many = [
        replace(one, mail=f"{n}{one.mail}") for n, one in enumerate(person(rng) for _ in range(400))
    ]
    counted = estimate(*exports(many))
    # All of the first 340 are on the mailing list, in the table or wrote a letter.
    assert counted.low <= 340 <= counted.high
    # Who is a number in the notes and an address on the list, and named nowhere, is two to us.
    assert 340 <= counted.likely <= 1.17 * 340


@given(st.integers(0, 10), st.randoms(use_true_random=False))
def test_bounds_hold_and_the_order_plays_no_part(seed: int, rng: random.Random) -> None:
    made = random.Random(seed)
    many = [person(made) for _ in range(12)]
    rows = [
        found(entity, value, row)
        for row in range(2, 30)
        for who in [made.choice(many)]
        for entity, value in made.sample(
            [
                ("PERSON", who.last),
                ("PERSON", f"{who.first} {who.last}"),
                ("EMAIL_ADDRESS", who.mail),
                ("PHONE_NUMBER", who.phone),
            ],
            2,
        )
    ]
    counted = estimate(rows)
    assert counted.low <= counted.likely <= counted.high
    assert estimate(rng.sample(rows, len(rows))) == counted


def test_what_comes_after_the_room_is_full_is_scaled() -> None:
    rows = [[found("PERSON", f"A. Naam{n}", 2)] for n in range(2000)]
    assert estimate(*rows, units=500).likely == 2000
    assert len(rows) == estimate(*rows).likely


def test_one_item_has_at_least_one_person() -> None:
    assert people(()) == 0
    assert people([found("PHONE_NUMBER", "0612", None)]) == 1
