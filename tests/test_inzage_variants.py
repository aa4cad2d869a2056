"""In how many ways one person's name is written, and that others' names are none of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pii_scan.classify.names import parse
from pii_scan.config.given_names import load_given_names
from pii_scan.inzage.variants import given_names, slips, spellings

NAMES = st.text("abcdefgijz -.'äöü", max_size=30)


def known(name: str) -> set[object]:
    """Return what `fingerprints` would make of the spellings: initial and surname."""
    parsed = filter(None, map(parse, spellings([name], load_given_names())))
    return {(one.given[0][0] if one.given else "", one.surname) for one in parsed}


@pytest.mark.parametrize(
    ("stated", "written"),
    [
        ("Anouk Bergsloot-de Vriesink", "A. Bergsloot"),
        ("Anouk Bergsloot-de Vriesink", "mw. de Vriesink, A."),
        ("Anouk Bergsloot-de Vriesink", "A. de Vriesink-Bergsloot"),
        ("Anouk Müllenberg", "A. Muellenberg"),
        ("Anouk Müllenberg", "Mullenberg, A."),
        ("Johannes Vriesink", "Hans Vriesink"),
        ("Anouk IJsdijk", "A. Ysdyk"),
        ("S. Vriesink", "Sanne Vriesink"),
    ],
)
def test_a_name_is_known_in_its_spellings(stated: str, written: str) -> None:
    parsed = parse(written)
    assert parsed is not None
    assert (parsed.given[0][0], parsed.surname) in known(stated)


@pytest.mark.parametrize("written", ["P. Bergsloot", "A. Bergslo", "Bergsloot-Jansink, A."])
def test_another_initial_or_surname_is_not(written: str) -> None:
    parsed = parse(written)
    assert parsed is not None
    assert (parsed.given[0][0], parsed.surname) not in known("Anouk Bergsloot-de Vriesink")


def test_a_nickname_counts_only_where_it_is_asked_for() -> None:
    names = ["Johannes Vriesink"]
    assert given_names(names) == {"johannes"}
    assert {"johannes", "hans", "jan"} <= given_names(names, load_given_names())
    assert not any(name.startswith("hans") for name in spellings(names))


@pytest.mark.parametrize("slip", ["a bergslot", "a bergslooot", "a bergsolot", "a ergsloot"])
def test_a_slip_of_the_keyboard_is_foreseen(slip: str) -> None:
    assert slip in set(slips(["Anouk van Bergsloot"]))


def test_of_a_short_name_no_slip_is_foreseen() -> None:
    assert list(slips(["Anouk Bos", "Anouk"])) == []


@given(st.lists(NAMES, max_size=3))
def test_the_stated_names_come_first_and_nothing_makes_it_crash(names: list[str]) -> None:
    found = spellings(names, load_given_names())
    assert set(names) <= set(found)
    assert len(found) == len(set(found))
    list(slips(names))


def test_the_shipped_nicknames_are_written_as_names_are_compared() -> None:
    groups = load_given_names()
    assert len(groups) > 40
    for group in groups:
        assert len(group) > 1
        assert all(name.isascii() and name.isalpha() and name.islower() for name in group)
