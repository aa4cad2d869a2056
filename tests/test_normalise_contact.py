"""Values that are the same thing written in several ways have one spelling for fingerprints."""

import importlib
from datetime import date

import pytest

from pii_scan import plugins
from pii_scan.model import Recognizer

BY_ENTITY = {r.entity: r for r in plugins.load("pii_scan_nl", "RECOGNIZER", Recognizer)}
dates = importlib.import_module("pii_scan_nl._dates")
names = importlib.import_module("pii_scan_nl._names")
numerals = importlib.import_module("pii_scan_nl._numerals")


@pytest.mark.parametrize(
    ("entity", "spellings"),
    [
        ("EMAIL_ADDRESS", ["Anna@Kantoor.EXAMPLE", "anna@kantoor.example"]),
        ("NL_POSTCODE", ["9999 ZZ", "9999ZZ", "9999 zz", "9999  zz"]),
        ("PHONE_NUMBER", ["06-12345678", "+31 (0)6 12345678", "0031612345678"]),
        ("DATE_OF_BIRTH", ["9.IV.1984", "9 april 1984", "1984-04-09", "09041984", "09-04-'84"]),
        (
            "STREET_ADDRESS",
            ["Voorbeeldstraat 12-A", "voorbeeldstr. 12 a", "VOORBEELDSTRAAT  12A"],
        ),
        ("LOCATION", ["'s-Hertogenbosch", "'s Hertogenbosch", "'S-HERTOGENBOSCH"]),
    ],
)
def test_one_spelling(entity: str, spellings: list[str]) -> None:
    normalise = BY_ENTITY[entity].normalise
    assert normalise is not None
    assert len({normalise(text) for text in spellings}) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3-9-2014", date(2014, 9, 3)),
        ("03.09.14", date(2014, 9, 3)),
        ("3/9/1914", date(1914, 9, 3)),
        ("3 - 9 - 1950", date(1950, 9, 3)),
        ("03 09 1950", date(1950, 9, 3)),
        ("1950/09/03", date(1950, 9, 3)),
        ("'50-09-03", date(1950, 9, 3)),
        ("3 sept. 1950", date(1950, 9, 3)),
        ("3e mrt '50", date(1950, 3, 3)),
        ("den 4den december 1932", date(1932, 12, 4)),
        ("14 JUN/JUN 1987", date(1987, 6, 14)),
        ("May 3, 1950", date(1950, 5, 3)),
        ("3-IX-1950", date(1950, 9, 3)),
        ("030950", date(1950, 9, 3)),
        ("03091950", date(1950, 9, 3)),
        ("19500903", date(1950, 9, 3)),
        ("20012001", date(2001, 1, 20)),
        ("0 3 0 9 1 9 5 0", date(1950, 9, 3)),
        ("zeven november negentienhonderdzevenendertig", date(1937, 11, 7)),
        ("negentien maart achtenveertig", date(1948, 3, 19)),
        ("tien tien vijfentachtig", date(1985, 10, 10)),
    ],
)
def test_every_way_to_write_a_date(text: str, expected: date) -> None:
    assert any(dates.re.fullmatch(spelling, text) for spelling in dates.SPELLINGS)
    assert dates.read(text) == expected


@pytest.mark.parametrize("text", ["31-02-1990", "0-1-1990", "12-13-1990", "999999", "30 feb 1990"])
def test_no_such_day(text: str) -> None:
    assert dates.read(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [("negentienhonderd", 1900), ("tweeduizendvijf", 2005), ("zestig", 60), ("huis", None)],
)
def test_spoken_year(text: str, expected: int | None) -> None:
    assert numerals.spoken_year(text) == expected


@pytest.mark.parametrize(
    "text",
    ["A. Voorbeeld", "van 't Voorbeeld", "Anna Voorbeeld-de Verzinner", "Đỗ Thị Voorbeeld"],
)
def test_names(text: str) -> None:
    assert names.is_name(text)


@pytest.mark.parametrize(
    "text",
    ["Voorbeeld B.V.", "Team Planning", "Voorbeeldfonds", "De", "Klant", "Anna & Co"],
)
def test_no_names(text: str) -> None:
    assert not names.is_name(text)
