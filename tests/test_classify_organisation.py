"""Whose a value is: an organisation's only when that is plain."""

import re
from collections.abc import Iterator

import pytest

from pii_scan.classify.organisation import Scene, owner, phone_digits, voice
from pii_scan.config.organisations import load_organisations
from pii_scan.model import Hit

CUES = load_organisations()
MARK = re.compile(r"\[(\w+) ([^\]]+)\]")


def marked(text: str) -> tuple[str, list[Hit]]:
    """Return a text without its marks, and a hit for every mark."""
    plain, hits, last = "", [], 0
    for match in MARK.finditer(text):
        plain += text[last : match.start()]
        hits.append(Hit(match[1], len(plain), len(plain) + len(match[2]), 1.0, "", match[2]))
        plain += match[2]
        last = match.end()
    return plain + text[last:], hits


def owners(text: str) -> Iterator[tuple[str, str]]:
    plain, hits = marked(text)
    names = tuple((hit.start, hit.end) for hit in hits if hit.entity == "PERSON")
    for hit in hits:
        yield hit.value, owner(hit, Scene(plain, names), CUES)


@pytest.mark.parametrize(
    "text",
    [
        "Mail naar [EMAIL_ADDRESS info@zonnepaneel.example] of [EMAIL_ADDRESS privacy@x.example]",
        "Klant Jan, stuur het naar [EMAIL_ADDRESS klantenservice.zuid@zonnepaneel.example].",
        "Bel [PHONE_NUMBER 088 - 4 800 900] of [PHONE_NUMBER 0900 - 2001 201].",
        "bel [PHONE_NUMBER +31 (0)88 123 45 67], [PHONE_NUMBER 14 038] of [PHONE_NUMBER 112]",
        "KvK [NL_KVK 61637076], btw-id [NL_VAT NL854423783B01]",
        "Zonnepaneel B.V.\n[STREET_ADDRESS Dorpsweg 12]\n[NL_POSTCODE 8021 ES] [LOCATION Zwolle]\n"
        "T [PHONE_NUMBER 038-1234567]\nwww.zonnepaneel.example",
        "[STREET_ADDRESS Dorpsweg 12]\n[NL_POSTCODE 8021 ES] [LOCATION Zwolle]\nKvK 61637076\n"
        "IBAN [IBAN_CODE NL91ABNA0417164300]",
        "Zonnepaneel is gevestigd aan de [STREET_ADDRESS Dorpsweg 12], [NL_POSTCODE 8021 ES] te "
        "[LOCATION Zwolle], en levert sinds jaar en dag panelen aan scholen en gemeenten.",
        "Stichting Zonlicht, [STREET_ADDRESS Postbus 123], [NL_POSTCODE 8000 AA] [LOCATION Zwolle]",
        "[PERSON Jansen] B.V. levert morgen",
        "geleverd door bakkerij [PERSON Jansen]",
    ],
)
def test_of_an_organisation(text: str) -> None:
    found = [pair for pair in owners(text) if pair[1] != "organisation"]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "mw [PERSON Vriesink] belt, tel [PHONE_NUMBER 038-1234567], [STREET_ADDRESS Dorpsweg 12] "
        "[LOCATION Zwolle], rek [IBAN_CODE NL91ABNA0417164300], [EMAIL_ADDRESS vries@x.example]",
        "klant wil opzeggen, [STREET_ADDRESS Dorpsweg 12] [LOCATION Zwolle]. monteur van Zon BV "
        "komt dinsdag, mob [PHONE_NUMBER 06-12345678]",
        "De heer J. [PERSON Vriesink]\n[STREET_ADDRESS Dorpsweg 12]\n[NL_POSTCODE 8021 ES] "
        "[LOCATION Zwolle]\nTel: [PHONE_NUMBER 038-1234567]\nKlant bij: Zonnepaneel B.V.",
        "Naam: [PERSON A. Vriesink]\nWerkgever: Zonnepaneel B.V.\n"
        "Adres: [STREET_ADDRESS Dorpsweg 12]\nMobiel: [PHONE_NUMBER 0612345678]",
        "ik woon op [STREET_ADDRESS Dorpsweg 12] in [LOCATION Zwolle]\nmijn vereniging weet dat",
    ],
)
def test_of_a_person(text: str) -> None:
    found = [pair for pair in owners(text) if pair[1] != "person"]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "Eenmanszaak De Kwast, KvK [NL_KVK 61637076]",
        "Anouk Vriesink h.o.d.n. De Kwast, KvK [NL_KVK 61637076]",
        "schilder, zzp\n[EMAIL_ADDRESS info@kwast.example]\nKvK 61637076",
        # Valid by ISO 7064 and without an RSIN: the form that one-person businesses have.
        "btw-id [NL_VAT NL002455799B11]",
    ],
)
def test_of_a_sole_trader(text: str) -> None:
    assert [found for _, found in owners(text)] == ["sole_trader"]


def test_without_any_cue_it_is_not_settled() -> None:
    assert list(owners("[PHONE_NUMBER 038-1234567]")) == [("038-1234567", "unclear")]


def test_the_company_in_a_signature_keeps_its_address_and_the_person_the_mobile() -> None:
    text = (
        "Met vriendelijke groet,\n[PERSON Anouk Vriesink]\nZonnepaneel B.V.\n"
        "[STREET_ADDRESS Dorpsweg 12]\nM [PHONE_NUMBER 0612345678]\nT [PHONE_NUMBER 038-1234567]"
    )
    assert [found for _, found in owners(text)] == [
        "person",
        "organisation",
        "person",
        "organisation",
    ]


def test_rows_of_a_table_do_not_speak_for_each_other() -> None:
    text, hits = marked("Zon B.V.\t[PHONE_NUMBER 038-1234567]\n\t[PHONE_NUMBER 0513-123456]\n")
    scene = Scene(text, (), is_table=True)
    assert [owner(hit, scene, CUES) for hit in hits] == ["organisation", "unclear"]
    persons = Scene(text, (), is_table=True, has_person_columns=True)
    assert [owner(hit, persons, CUES) for hit in hits] == ["person", "person"]


@pytest.mark.parametrize(
    ("value", "digits"),
    [
        ("+31 (0)88 123 45 67", "0881234567"),
        ("0031881234567", "0881234567"),
        ("088 - 4 800 900", "0884800900"),
        ("+32 486 12 77 90", "32486127790"),
    ],
)
def test_phone_digits(value: str, digits: str) -> None:
    assert phone_digits(value) == digits


STATEMENT = """Privacyverklaring

Zonnepaneel verwerkt persoonsgegevens van haar klanten. Wij bewaren uw gegevens niet langer dan
nodig en verstrekken ze niet aan derden. U heeft recht op inzage en kunt uw toestemming intrekken.
Een klacht kunt u indienen bij de Autoriteit Persoonsgegevens.
"""
REQUEST = """Geachte heer, mevrouw,

Hierbij verzoek ik om inzage in mijn persoonsgegevens. Ik ben klant sinds 2019. Graag hoor ik de
bewaartermijn, de grondslag en aan welke derden u ze geeft. Anders ga ik naar de Autoriteit
Persoonsgegevens.

Met vriendelijke groet
"""


def test_a_statement_is_told_from_a_request_that_uses_its_words() -> None:
    assert voice(STATEMENT, CUES).is_statement
    assert not voice(REQUEST, CUES).is_statement


@pytest.mark.parametrize(
    ("text", "impersonal"),
    [
        ("Onze openingstijden: 9 tot 17 uur. Wij leveren in heel Friesland.", True),
        ("Onze klant belt over onze openingstijden. Wij bellen terug.", False),
        ("terugbellen op nummer, wij ons onze afdeling", False),
        ("Een recept voor soep.", False),
    ],
)
def test_an_impersonal_text_has_an_organisation_speaking_and_no_person(
    text: str, impersonal: bool
) -> None:
    assert voice(text, CUES).is_impersonal is impersonal
