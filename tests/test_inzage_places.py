"""Which places are about the person, how sure that is, and that other people's are not."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from pii_scan.config.keys import derive
from pii_scan.config.organisations import load_organisations
from pii_scan.inzage import Case
from pii_scan.inzage.places import Place, places
from pii_scan.inzage.subject import Kind, judged, subject
from pii_scan.model import Finding, Result
from pii_scan.store import Store
from tests.invented_case import (
    BORN,
    EMAIL,
    KEY,
    NAME,
    NUMBER,
    OTHER,
    OTHER_BSN,
    POSTCODE,
    STREET,
    TODAY,
    case,
    finding,
    found,
    only,
    recognizers,
    result,
    row,
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(str(tmp_path / "inventory.db")) as opened:
        yield opened


def search(
    store: Store, results: Sequence[Result], asked: Case, controller: str | None = None
) -> list[Place]:
    scan = store.begin(["share"], TODAY, "nl-default", "0.1.0", "sha256:00", "tester")
    store.save(scan.id, results)
    store.finish(scan.id)
    key = derive(KEY, "fingerprint", controller)
    person = subject(asked, recognizers(), key, found, cues=load_organisations())
    return list(places(store, scan.id, person))


def told(found_places: list[Place]) -> list[tuple[str, str, bool]]:
    return [(place.where, place.match, place.included) for place in found_places]


@pytest.mark.parametrize(
    ("kinds", "match", "reason"),
    [
        ({"email"}, "zeker", "e-mailadres gelijk"),
        ({"phone", "full"}, "zeker", "naam in dezelfde rij"),
        ({"bsn"}, "zeker", "burgerservicenummer gelijk"),
        ({"iban"}, "zeker", "IBAN gelijk"),
        ({"customer_number"}, "zeker", "klantnummer gelijk"),
        ({"full", "birth_date"}, "waarschijnlijk", "naam en geboortedatum in dezelfde rij"),
        ({"full", "street", "postcode"}, "waarschijnlijk", "naam en adres in dezelfde rij"),
        ({"full", "postcode"}, "waarschijnlijk", "naam en postcode in dezelfde rij"),
        (
            {"surname_initial", "street"},
            "waarschijnlijk",
            "achternaam en voorletter en straat en huisnummer in dezelfde rij",
        ),
        ({"given", "surname", "street"}, "waarschijnlijk", "naam en straat en huisnummer"),
        ({"birth_date", "postcode"}, "waarschijnlijk", "geboortedatum en postcode"),
        ({"full"}, "mogelijk", "alleen naam gelijk"),
        ({"surname_initial"}, "mogelijk", "alleen achternaam en voorletter gelijk"),
        ({"surname"}, "mogelijk", "alleen achternaam gelijk"),
        ({"surname", "street", "postcode"}, "mogelijk", "zonder voorletter"),
        ({"street", "postcode"}, "mogelijk", "alleen adres gelijk"),
        ({"of_organisation"}, "mogelijk", "van een organisatie"),
        ({"full", "of_organisation"}, "waarschijnlijk", "dat daar van een organisatie lijkt"),
        ({"full", "functional"}, "mogelijk", "een postbus of nummer van een organisatie"),
        ({"functional"}, "mogelijk", "alleen een postbus"),
    ],
)
def test_a_place_is_as_sure_as_what_stands_there(kinds: set[Kind], match: str, reason: str) -> None:
    verdict = judged(frozenset(kinds), "in dezelfde rij")
    assert verdict is not None
    assert verdict[0] == match
    assert reason in ", ".join(verdict[1])


@pytest.mark.parametrize("kinds", [(), ("birth_date",), ("postcode",), ("street",), ("given",)])
def test_what_many_people_share_is_no_place(kinds: tuple[Kind, ...]) -> None:
    assert judged(frozenset(kinds), "") is None


def test_rows_of_one_export_are_judged_each_by_itself(store: Store) -> None:
    rows = [
        *row(2, PERSON=NAME, EMAIL_ADDRESS=EMAIL.upper()),
        *row(3, PERSON=NAME, DATE_OF_BIRTH="6 februari 1975"),
        *row(4, PERSON=NAME),
        *row(5, PERSON=OTHER, DATE_OF_BIRTH=BORN),
        *row(6, PERSON=OTHER, NL_BSN=OTHER_BSN),
        *row(7, PERSON="P. van der Voorbeeld", STREET_ADDRESS=STREET),
        *row(8, PERSON="Voorbeeld, J. van der", STREET_ADDRESS=STREET, NL_POSTCODE="9999zz"),
        *row(9, PERSON=OTHER, STREET_ADDRESS=STREET, NL_POSTCODE=POSTCODE),
    ]
    assert told(search(store, [result("share/export.csv", rows)], case())) == [
        ("row 2", "zeker", True),
        ("row 3", "waarschijnlijk", True),
        ("row 4", "mogelijk", False),
        ("row 8", "waarschijnlijk", True),
        ("row 9", "mogelijk", False),
    ]


def test_father_and_son_and_a_number_of_another_register_are_looked_at_by_hand(
    store: Store,
) -> None:
    rows = [
        *row(2, PERSON=NAME, STREET_ADDRESS=STREET, DATE_OF_BIRTH="1-1-2001"),
        *row(3, PERSON=OTHER, CUSTOMER_NUMBER=NUMBER),
        *row(4, CUSTOMER_NUMBER=NUMBER),
        *row(5, PERSON="J. van der Voorbeeld", CUSTOMER_NUMBER=NUMBER),
    ]
    places_ = search(store, [result("share/export.csv", rows)], case())
    assert told(places_) == [
        ("row 2", "mogelijk", False),
        ("row 3", "mogelijk", False),
        ("row 4", "zeker", True),
        ("row 5", "zeker", True),
    ]
    assert "maar een andere geboortedatum" in places_[0].reasons
    assert "maar bij een andere naam" in places_[1].reasons


def letter(*others: Finding) -> Result:
    return result(
        "share/brief.docx",
        [
            finding("PERSON", NAME, "paragraph 1"),
            finding("DATE_OF_BIRTH", BORN, "paragraph 9"),
            *others,
        ],
    )


def test_a_small_document_is_one_place(store: Store) -> None:
    (place,) = search(store, [letter(finding("PERSON", OTHER, "paragraph 12"))], case())
    assert (place.where, place.match, place.included) == ("", "waarschijnlijk", True)
    assert place.reasons == ("naam en geboortedatum in hetzelfde document",)


def test_a_document_about_many_is_judged_by_passage(store: Store) -> None:
    other = finding("DATE_OF_BIRTH", "1-1-2001", "paragraph 12")
    assert told(search(store, [letter(other)], case())) == [("paragraph 1", "mogelijk", False)]


def test_what_is_an_organisations_identifies_nobody(store: Store) -> None:
    items = [
        result("share/a.txt", [finding("PHONE_NUMBER", "06-12345678", is_public=True)]),
        result("share/b.txt", [finding("PHONE_NUMBER", "06-12345678")]),
    ]
    assert [place.match for place in search(store, items, case())] == ["mogelijk", "zeker"]


INFO = "info@bedrijf.example"
OTHER_NUMBER, OTHER_DAY, ELSEWHERE = "K-999999", "1-1-2001", "Elders 9"


def mailbox() -> Finding:
    return finding("EMAIL_ADDRESS", INFO, is_public=True)


@pytest.mark.parametrize(
    ("beside", "says"),
    [
        ([], "naam en een postbus of nummer van een organisatie"),
        ([finding("CUSTOMER_NUMBER", OTHER_NUMBER)], "maar een ander klantnummer"),
        ([finding("DATE_OF_BIRTH", OTHER_DAY)], "maar een andere geboortedatum"),
        ([finding("STREET_ADDRESS", ELSEWHERE)], "maar een ander adres"),
    ],
)
def test_a_name_and_a_mailbox_of_many_are_looked_at_by_hand(
    store: Store, beside: list[Finding], says: str
) -> None:
    note = result("share/a.txt", [finding("PERSON", NAME), mailbox(), *beside])
    (place,) = search(store, [note], case(email=[EMAIL, INFO]))
    assert (place.match, place.included) == ("mogelijk", False)
    assert says in ", ".join(place.reasons)
    assert ("waarschijnlijk een naamgenoot" in place.reasons) is bool(beside)


@pytest.mark.parametrize(
    ("here", "match", "says"),
    [
        ({"DATE_OF_BIRTH": BORN}, "waarschijnlijk", ""),
        ({"DATE_OF_BIRTH": BORN, "CUSTOMER_NUMBER": OTHER_NUMBER}, "mogelijk",
         "maar een ander klantnummer"),
        ({"DATE_OF_BIRTH": BORN, "STREET_ADDRESS": ELSEWHERE}, "mogelijk", "maar een ander adres"),
        ({"STREET_ADDRESS": STREET, "NL_POSTCODE": "1111 AA"}, "mogelijk",
         "maar een andere postcode"),
        ({"NL_POSTCODE": POSTCODE, "STREET_ADDRESS": ELSEWHERE}, "mogelijk",
         "maar een ander adres"),
        ({"EMAIL_ADDRESS": EMAIL, "CUSTOMER_NUMBER": OTHER_NUMBER}, "waarschijnlijk",
         "met een ander klantnummer"),
        ({"EMAIL_ADDRESS": EMAIL, "STREET_ADDRESS": ELSEWHERE}, "waarschijnlijk",
         "met een ander adres"),
        ({"EMAIL_ADDRESS": EMAIL, "DATE_OF_BIRTH": OTHER_DAY}, "mogelijk",
         "maar een andere geboortedatum"),
        ({"CUSTOMER_NUMBER": NUMBER, "DATE_OF_BIRTH": OTHER_DAY}, "mogelijk",
         "maar een andere geboortedatum"),
        ({"CUSTOMER_NUMBER": NUMBER, "EMAIL_ADDRESS": EMAIL, "DATE_OF_BIRTH": OTHER_DAY},
         "waarschijnlijk", "met een andere geboortedatum"),
    ],
)  # fmt: skip
def test_what_speaks_against_it_lowers_the_class_and_is_said(
    store: Store, here: dict[str, str], match: str, says: str
) -> None:
    (place,) = search(store, [result("share/e.csv", row(2, PERSON=NAME, **here))], case())
    assert (place.match, says in place.reasons or not says) == (match, True)


def test_the_address_of_the_organisation_on_its_letter_speaks_against_nobody(store: Store) -> None:
    address = finding("STREET_ADDRESS", "Kantoorplein 1", "paragraph 2", is_public=True)
    (place,) = search(store, [letter(address)], case())
    assert (place.match, len(place.reasons)) == ("waarschijnlijk", 1)


def test_a_name_alone_is_never_more_than_possible(store: Store) -> None:
    rows = row(2, PERSON=NAME, EMAIL_ADDRESS=EMAIL, DATE_OF_BIRTH=BORN)
    asked = only(name=NAME)
    assert told(search(store, [result("share/e.csv", rows)], asked)) == [
        ("row 2", "mogelijk", False)
    ]


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("Joke Jansen-de Vries", "J. de Vries"),
        ("Joke Jansen-de Vries", "Joke Jansen"),
        ("Çelik, M.", "M. Celik"),
        ("Dijkstra, J.", "dhr. J. Dykstra"),
    ],
)
def test_names_are_found_in_other_spellings(store: Store, asked: str, written: str) -> None:
    rows = row(2, PERSON=written)
    (place,) = search(store, [result("share/e.csv", rows)], only(name=asked))
    assert place.match == "mogelijk"


def test_each_opdrachtgever_is_searched_under_its_own_key(store: Store) -> None:
    items = [
        result(f"share/{name}.txt", [finding("EMAIL_ADDRESS", EMAIL, controller=name)])
        for name in ("Alfa", "Beta")
    ]
    (place,) = search(store, items, case(controller="Alfa"), controller="Alfa")
    assert place.result.item.uri == "share/Alfa.txt"
    assert search(store, items, case()) == []
