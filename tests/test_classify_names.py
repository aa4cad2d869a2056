"""Names: one person's spellings meet, two persons' do not."""

import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pii_scan.classify.fingerprint import fingerprints, plain
from pii_scan.classify.names import Name, fold, parse

KEY = b"k" * 32
GIVEN = st.sampled_from(["Anouk", "Joost", "Zoë", "IJsbrand", "Fenna-Marijn", "J.P."])
PREFIX = st.sampled_from(["", "de ", "van der ", "van 't ", "ten "])
SURNAME = st.sampled_from(["Vriesink", "Dijksterhuis", "Müllerman", "Bergsloot-Veldink", "O'Dorn"])


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Joost de Vriesink", Name(("joost",), "d", "vriesink")),
        ("Vriesink, J.P. de", Name(("j", "p"), "d", "vriesink")),
        ("de Vriesink, Joost", Name(("joost",), "d", "vriesink")),
        ("dhr. J.P. van der Bergsloot", Name(("j", "p"), "vd", "bergsloot")),
        ("mevr. drs. A. v.d. Bergsloot", Name(("a",), "vd", "bergsloot")),
        ("Bergsloot A.", Name(("a",), "", "bergsloot")),
        ("S. de Vriesink", Name(("s",), "d", "vriesink")),
        ("T.O. Bergsloot", Name(("t", "o"), "", "bergsloot")),
        ("Vriesink, S.A. de", Name(("s", "a"), "d", "vriesink")),
        ("s bergsloot", Name(("s",), "", "bergsloot")),
        ("Joost 's Bergsloot", Name(("joost",), "s", "bergsloot")),
        ("'t Bergsloot", Name((), "t", "bergsloot")),
        ("Joost Bergsloot jr.", Name(("joost",), "", "bergsloot")),
        ("Anouk", Name((), "", "anouk")),
        ("Anouk Bergsloot-de Vriesink", Name(("anouk",), "", "bergsloot-vriesink")),
        ("Bergsloot e/v Vriesink", Name((), "", "bergsloot-vriesink")),
        ("IJsbrand Dijksterhuis", Name(("ysbrand",), "", "dyksterhuis")),
        ("De", Name((), "", "de")),
    ],
)
def test_a_name_falls_into_its_parts(written: str, name: Name) -> None:
    assert parse(written) == name


@pytest.mark.parametrize("nothing", ["", "  ", "-", ". ,", "dhr."])
def test_what_has_no_letters_is_no_name(nothing: str) -> None:
    assert parse(nothing) is None


@given(GIVEN, PREFIX, SURNAME)
def test_order_and_case_do_not_matter(given_name: str, prefix: str, surname: str) -> None:
    written = f"{given_name} {prefix}{surname}"
    turned = f"{surname}, {given_name} {prefix}".strip()
    assert parse(written) == parse(turned) == parse(written.upper()) == parse(f"mw. {written}")


@given(st.text(max_size=40))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=60))
def test_no_text_breaks_the_parser(text: str) -> None:
    name = parse(text)
    assert name is None or name.surname


def test_a_name_has_three_fingerprints_and_they_meet_across_spellings() -> None:
    full = dict(fingerprints("PERSON", "Joost van der Bergsloot", None, KEY))
    initial = dict(fingerprints("PERSON", "Bergsloot, J. v.d.", None, KEY))
    alone = dict(fingerprints("PERSON", "Van den Bergsloot", None, KEY))
    assert list(full) == ["full", "surname_initial", "surname"]
    assert full["surname_initial"] == initial["surname_initial"]
    assert full["full"] != initial["full"]
    assert full["surname"] == initial["surname"] == alone["surname"]
    assert "surname_initial" not in alone


@pytest.mark.parametrize(
    ("one", "other"),
    [("Joost Vriesink", "Joost Vriesing"), ("J. Vriesink", "K. Vriesink"), ("Vriesink", "Joost")],
)
def test_other_names_have_other_fingerprints(one: str, other: str) -> None:
    first, second = (dict(fingerprints("PERSON", name, None, KEY)) for name in (one, other))
    assert first["full"] != second["full"]
    assert first.get("surname_initial") != second.get("surname_initial", "none")


def test_values_meet_by_their_normal_form_only_within_entity_and_key() -> None:
    def value(entity: str, text: str, key: bytes = KEY) -> str:
        return dict(fingerprints(entity, text, None, key))["value"]

    assert value("NL_BSN", "9999.90.019") == value("NL_BSN", "999990019")
    assert value("NL_BSN", "999990019") != value("CUSTOMER_NUMBER", "999990019")
    assert value("NL_BSN", "999990019") != value("NL_BSN", "999990019", b"other" * 7)
    assert len(value("NL_BSN", "999990019")) == 64


def test_the_normal_form_of_a_recognizer_goes_first() -> None:
    def national(text: str) -> str:
        return plain(text).replace("31", "0", 1)

    found = [fingerprints("PHONE_NUMBER", text, national, KEY) for text in ("+31 612", "0 612")]
    assert found[0] == found[1]


@pytest.mark.parametrize("length", [0, 1, 32, 63, 64, 65, 200])
def test_fingerprints_are_hmacs(length: int) -> None:
    key = bytes(range(length))
    ((kind, digest),) = fingerprints("NL_BSN", "9999.94.256", None, key)
    message = b"NL_BSN\0value\x00999994256"
    assert (kind, digest) == ("value", hmac.digest(key, message, "sha256").hex())
