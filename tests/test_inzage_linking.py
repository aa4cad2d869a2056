"""What a scan ties to a person, and what it must not."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pii_scan.config.keys import derive
from pii_scan.config.organisations import load_organisations
from pii_scan.inzage import Case
from pii_scan.inzage.linking import MOST_HOPS
from pii_scan.inzage.places import Place, linked, places
from pii_scan.inzage.subject import Subject, subject, tied
from pii_scan.model import Finding, Result
from pii_scan.store import Store
from tests.invented_case import (
    BORN,
    BSN,
    EMAIL,
    KEY,
    NAME,
    NUMBER,
    OTHER,
    OTHER_EMAIL,
    OTHER_PHONE,
    PHONE,
    POSTCODE,
    STREET,
    TODAY,
    finding,
    found,
    only,
    recognizers,
    result,
    row,
)

SHARED = "familie@post.example"
SON_BORN = "1-1-2001"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(str(tmp_path / "inventory.db")) as opened:
        yield opened


def searched(
    store: Store, asked: Case, *results: Result, controller: str | None = None
) -> tuple[Subject, dict[str, Place]]:
    scan = store.begin(["share"], TODAY, "nl-default", "0.1.0", "sha256:00", "tester")
    store.save(scan.id, results)
    store.finish(scan.id)
    key = derive(KEY, "fingerprint", controller)
    person = linked(
        store, scan.id, subject(asked, recognizers(), key, found, cues=load_organisations())
    )
    by_place = {
        f"{it.result.item.uri} {it.where}".strip(): it for it in places(store, scan.id, person)
    }
    return person, by_place


def crm(*rows: list[Finding]) -> Result:
    return result("crm.csv", [finding for one in rows for finding in one])


def kinds(person: Subject) -> set[str]:
    return {link.kind for link in person.links.values()}


def note(uri: str, *findings: Finding) -> Result:
    return result(uri, findings)


OWN_ROW = row(2, PERSON=NAME, EMAIL_ADDRESS=EMAIL, CUSTOMER_NUMBER=NUMBER, PHONE_NUMBER=PHONE)


def test_a_row_ties_a_number_to_an_address_and_the_number_finds_the_rest(store: Store) -> None:
    person, by_place = searched(
        store,
        only(name=NAME, email=[EMAIL]),
        crm(OWN_ROW),
        note("notitie.txt", finding("CUSTOMER_NUMBER", NUMBER)),
    )
    assert kinds(person) == {"customer_number", "phone"}
    place = by_place["notitie.txt"]
    assert (place.match, place.included) == ("zeker", True)
    assert "klantnummer gekoppeld (stap 1): staat in dezelfde rij als e-mailadres en naam" in (
        place.reasons
    )


def test_hops_follow_each_other_to_a_limit(store: Store) -> None:
    chain = [
        row(2, EMAIL_ADDRESS=EMAIL, PHONE_NUMBER=PHONE),
        row(3, PHONE_NUMBER=PHONE, CUSTOMER_NUMBER="K-200001"),
        row(4, CUSTOMER_NUMBER="K-200001", EMAIL_ADDRESS="tweede@post.example"),
        row(5, EMAIL_ADDRESS="tweede@post.example", PHONE_NUMBER="0611111111"),
        row(6, PHONE_NUMBER="0611111111", CUSTOMER_NUMBER="K-200002"),
    ]
    person, by_place = searched(store, only(email=[EMAIL]), crm(*chain))
    assert sorted({link.hop for link in person.links.values()}) == [1, 2, 3]
    assert by_place["crm.csv row 5"].included
    assert "crm.csv row 6" not in by_place
    assert {link.match for link in person.links.values()} == {"waarschijnlijk"}


def test_to_search_again_goes_no_further(store: Store) -> None:
    values = [(f"n{at}@post.example", f"061111{at:04}") for at in range(6)]
    chain = [row(2, EMAIL_ADDRESS=EMAIL, PHONE_NUMBER=values[0][1])]
    for at, (mail, phone) in enumerate(values[1:]):
        chain.append(row(3 + 2 * at, PHONE_NUMBER=values[at][1], EMAIL_ADDRESS=mail))
        chain.append(row(4 + 2 * at, EMAIL_ADDRESS=mail, PHONE_NUMBER=phone))
    asked = only(email=[EMAIL])
    once, places_once = searched(store, asked, crm(*chain))
    scan = store.scan()
    stated = subject(asked, recognizers(), derive(KEY, "fingerprint", None), found)
    twice = linked(store, scan.id, tied(stated, once.links))
    assert max(link.hop for link in once.links.values()) == MOST_HOPS
    assert twice.links == once.links
    assert len(places_once) == MOST_HOPS + 1


def test_a_name_alone_ties_nothing(store: Store) -> None:
    person, by_place = searched(store, only(name=NAME), crm(OWN_ROW))
    assert person.links == {}
    assert [place.match for place in by_place.values()] == ["mogelijk"]


def test_a_bsn_is_never_tied(store: Store) -> None:
    person, _ = searched(store, only(email=[EMAIL]), crm(row(2, EMAIL_ADDRESS=EMAIL, NL_BSN=BSN)))
    assert person.links == {}


@pytest.mark.parametrize(
    "elsewhere",
    [
        row(3, PERSON=OTHER, PHONE_NUMBER=PHONE),
        row(3, PERSON=OTHER, PHONE_NUMBER=PHONE, CUSTOMER_NUMBER="K-99"),
    ],
)
def test_what_a_household_shares_finds_only_where_the_name_is(
    store: Store, elsewhere: list[Finding]
) -> None:
    person, by_place = searched(
        store,
        only(name=NAME, email=[EMAIL]),
        crm(OWN_ROW, elsewhere, row(4, PERSON=NAME, PHONE_NUMBER=PHONE)),
        note("gesprek.txt", finding("PHONE_NUMBER", PHONE)),
    )
    assert "phone" in kinds(person)
    assert by_place["crm.csv row 4"].included
    assert not by_place["crm.csv row 3"].included
    assert "maar bij een andere naam" in by_place["crm.csv row 3"].reasons
    assert not by_place["gesprek.txt"].included


@pytest.mark.parametrize(("others", "is_tied"), [(4, True), (7, False)])
def test_an_address_that_is_an_office_is_nobodys(store: Store, others: int, is_tied: bool) -> None:
    office = {"STREET_ADDRESS": STREET, "NL_POSTCODE": POSTCODE}
    colleagues = [
        row(10 + at, PERSON=f"{initial}. Verzonnen", **office)
        for at, initial in enumerate("ABCDEFG"[:others])
    ]
    own = row(2, PERSON=NAME, EMAIL_ADDRESS=EMAIL, **office)
    person, _ = searched(store, only(name=NAME, email=[EMAIL]), crm(own, *colleagues))
    assert ("street" in kinds(person)) is is_tied


@pytest.mark.parametrize(
    ("named", "match"),
    [
        ("Piet van der Voorbeeld", "mogelijk"),  # the twin
        ("J. Gehuwd", "waarschijnlijk"),  # by another surname
        (NAME, "waarschijnlijk"),
    ],
)
def test_a_twin_is_told_from_who_has_married(store: Store, named: str, match: str) -> None:
    at_home = row(2, PERSON=named, DATE_OF_BIRTH=BORN, STREET_ADDRESS=STREET, NL_POSTCODE=POSTCODE)
    asked = only(name=NAME, date_of_birth=BORN, address=[ADDRESS])
    _, by_place = searched(store, asked, crm(at_home))
    assert by_place["crm.csv row 2"].match == match


def test_what_is_everybodys_is_nobodys(store: Store) -> None:
    others = [
        row(10 + number, PERSON=f"{initial}. Verzonnen", PHONE_NUMBER=PHONE)
        for number, initial in enumerate("ABCDEFGH")
    ]
    person, _ = searched(store, only(name=NAME, email=[EMAIL]), crm(OWN_ROW, *others))
    assert kinds(person) == {"customer_number"}


def test_of_what_follows_a_colleagues_name_nothing_is_tied(store: Store) -> None:
    mail = note(
        "mail.eml",
        finding("PERSON", NAME),
        finding("EMAIL_ADDRESS", EMAIL),
        finding("PERSON", OTHER),
        finding("PHONE_NUMBER", OTHER_PHONE),
    )
    person, _ = searched(store, only(name=NAME, email=[EMAIL]), mail)
    assert person.links == {}


def test_a_signature_ties_a_number(store: Store) -> None:
    mail = note(
        "mail.eml",
        finding("EMAIL_ADDRESS", EMAIL),
        finding("PERSON", NAME),
        finding("PHONE_NUMBER", PHONE),
    )
    person, _ = searched(store, only(name=NAME, email=[EMAIL]), mail)
    (link,) = person.links.values()
    assert (link.kind, link.match) == ("phone", "waarschijnlijk")


def test_without_a_name_an_address_is_the_persons_and_ties_nothing_of_who_is_named(
    store: Store,
) -> None:
    rows = crm(row(2, PERSON=OTHER, EMAIL_ADDRESS=EMAIL, CUSTOMER_NUMBER="K-99"))
    person, by_place = searched(store, only(email=[EMAIL]), rows)
    assert (person.links, by_place["crm.csv row 2"].match) == ({}, "zeker")


FATHER = row(
    2, PERSON=NAME, DATE_OF_BIRTH=BORN, STREET_ADDRESS=STREET, NL_POSTCODE=POSTCODE,
    CUSTOMER_NUMBER=NUMBER, EMAIL_ADDRESS=SHARED,
)  # fmt: skip
SON = row(
    3, PERSON=NAME, DATE_OF_BIRTH=SON_BORN, STREET_ADDRESS=STREET, NL_POSTCODE=POSTCODE,
    CUSTOMER_NUMBER="K-777001", EMAIL_ADDRESS=SHARED,
)  # fmt: skip
ADDRESS = f"{STREET}, {POSTCODE} Nergenshuizen"


def test_father_and_son_of_one_name_are_kept_apart(store: Store) -> None:
    person, by_place = searched(
        store,
        only(name=NAME, date_of_birth=BORN, address=[ADDRESS], email=[SHARED]),
        crm(FATHER, SON),
        note("a.txt", finding("PERSON", NAME), finding("CUSTOMER_NUMBER", NUMBER)),
        note("b.txt", finding("PERSON", NAME), finding("CUSTOMER_NUMBER", "K-777001")),
        note("c.txt", finding("PERSON", NAME), finding("STREET_ADDRESS", STREET)),
        note("d.txt", finding("PERSON", NAME), finding("EMAIL_ADDRESS", SHARED)),
    )
    assert {name for name, it in by_place.items() if it.included} == {"crm.csv row 2", "a.txt"}
    assert "maar een andere geboortedatum" in by_place["crm.csv row 3"].reasons
    assert "maar een klantnummer van iemand anders" in by_place["b.txt"].reasons
    assert "maar op dat adres is iemand van dezelfde naam" in by_place["c.txt"].reasons
    assert "maar iemand van dezelfde naam gebruikt het ook" in by_place["d.txt"].reasons
    assert person.has_double


def test_without_a_birth_date_two_of_one_name_at_one_address_are_looked_at_by_hand(
    store: Store,
) -> None:
    bare = [[it for it in one if it.entity != "EMAIL_ADDRESS"] for one in (FATHER, SON)]
    person, by_place = searched(store, only(name=NAME, address=[ADDRESS]), crm(*bare))
    assert person.links == {}
    assert not any(it.included for it in by_place.values())


def test_a_namesake_is_said_to_be_one(store: Store) -> None:
    _, by_place = searched(
        store,
        only(name=NAME, date_of_birth=BORN, address=[ADDRESS]),
        note("a.txt", finding("PERSON", NAME), finding("STREET_ADDRESS", "Elders 9")),
        note("b.txt", finding("PERSON", NAME), finding("DATE_OF_BIRTH", SON_BORN)),
    )
    for place in by_place.values():
        assert (place.match, place.reasons[-1]) == ("mogelijk", "waarschijnlijk een naamgenoot")


def test_a_slip_in_the_name_is_no_other_name(store: Store) -> None:
    _, by_place = searched(
        store,
        only(name=NAME, email=[EMAIL]),
        crm(
            row(2, PERSON="J. van der Voorbeld", EMAIL_ADDRESS=EMAIL),
            row(3, PERSON="J. van der Elders", EMAIL_ADDRESS=EMAIL),
        ),
        note("a.txt", finding("PERSON", "J. van der Voorbeld")),
    )
    assert by_place["crm.csv row 2"].included
    assert not by_place["crm.csv row 3"].included
    assert "a.txt" not in by_place


def test_nothing_leads_from_one_opdrachtgever_to_another(store: Store) -> None:
    noord = [
        finding(it, value, "row 2", 2, controller="Noord")
        for it, value in (("EMAIL_ADDRESS", EMAIL), ("CUSTOMER_NUMBER", "K-300001"))
    ]
    person, by_place = searched(
        store,
        only(name=NAME, email=[EMAIL]),
        result("noord.csv", noord, controller="Noord"),
        note("notitie.txt", finding("CUSTOMER_NUMBER", "K-300001")),
    )
    assert (person.links, by_place) == ({}, {})


def test_what_is_held_as_verwerker_ties_nothing(store: Store) -> None:
    person, _ = searched(
        store, only(name=NAME, email=[EMAIL]), result("crm.csv", OWN_ROW, role="verwerker")
    )
    assert person.links == {}


def test_within_a_case_of_an_opdrachtgever_its_own_data_ties(store: Store) -> None:
    noord = [
        finding(it, value, "row 2", 2, controller="Noord")
        for it, value in (("EMAIL_ADDRESS", EMAIL), ("CUSTOMER_NUMBER", "K-300001"))
    ]
    person, _ = searched(
        store,
        only(name=NAME, email=[EMAIL]),
        result("noord.csv", noord, "verwerker", "Noord"),
        controller="Noord",
    )
    assert kinds(person) == {"customer_number"}


def test_an_address_that_another_uses_too_is_theirs_where_they_are_named(store: Store) -> None:
    _, by_place = searched(
        store,
        only(name=NAME, email=[SHARED]),
        crm(row(2, PERSON=NAME, EMAIL_ADDRESS=SHARED), row(3, PERSON=OTHER, EMAIL_ADDRESS=SHARED)),
        note("a.txt", finding("EMAIL_ADDRESS", SHARED)),
        note("b.txt", finding("EMAIL_ADDRESS", OTHER_EMAIL)),
    )
    assert {name for name, it in by_place.items() if it.included} == {"crm.csv row 2"}
    assert "maar dat gebruikt ook iemand anders" in by_place["a.txt"].reasons
    assert "b.txt" not in by_place


@pytest.mark.parametrize(("others", "match"), [(1, "waarschijnlijk"), (6, "mogelijk")])
def test_an_address_at_a_firm_that_many_use_is_not_enough_beside_a_name(
    store: Store, others: int, match: str
) -> None:
    firm = finding("EMAIL_ADDRESS", SHARED, is_public=True)
    notes = [
        note(f"b{at}.txt", finding("PERSON", f"{initial}. Verzonnen"), firm)
        for at, initial in enumerate("ABCDEF"[:others])
    ]
    mine = note("a.txt", finding("PERSON", NAME), firm)
    person, by_place = searched(store, only(name=NAME, email=[SHARED]), mine, *notes)
    assert (by_place["a.txt"].match, person.links) == (match, {})
