import pytest

from pii_scan.extract import _mrz

PASSPORT = "SPECI20142NLD6503101F2403096999999990<<<<<84"
CARD = ("I<NLDSPECI20142999999990<<<<<8", "6503101F2403096NLD<<<<<<<<<<<8")
LICENCE = "D1NLD15094962111659VW87Z78NB84"


@pytest.mark.parametrize("line", [PASSPORT, *CARD, LICENCE])
def test_right_check_digits_and_wrong_ones(line: str) -> None:
    assert _mrz.is_sound(line)
    place = line.index("5") if "5" in line else line.index("2")
    assert not _mrz.is_sound(f"{line[:place]}9{line[place + 1 :]}")
    assert not _mrz.is_sound(line[:-1])


@pytest.mark.parametrize(
    ("line", "is_one"),
    [
        (PASSPORT, True),
        ("6503101 F2403096NLD<<<<<<K<K<K<<K<8", True),
        ("P<NLDVOORBEELD\u00ab\u00abANNA<MARIA<<<<<<<<<<", True),
        (LICENCE.replace("1NLD", "INLD"), True),
        ("ALGEMENE VOORWAARDEN VAN ONS BEDRIJF", False),
        ("Betreft: uw brief van 12-03-2021, kenmerk 4411", False),
        ("NL91 ABNA 0417 1643 00", False),
        ("", False),
    ],
)
def test_what_looks_like_a_line(line: str, is_one: bool) -> None:
    assert _mrz.is_likely(f"kop\n{line}\nvoet") is is_one


def test_the_strict_reading_replaces_the_free_one() -> None:
    text = f"PASPOORT\n{PASSPORT[:9]} {PASSPORT[9:].replace('0', 'O')}\nOns Dorp"
    assert _mrz.replaced(text, f"PASP00RT\n{PASSPORT}") == f"PASPOORT\nOns Dorp\n{PASSPORT}"


def test_a_line_that_checks_stays() -> None:
    wrong = PASSPORT.replace("96", "9G")
    assert _mrz.replaced(PASSPORT, wrong) == f"{PASSPORT}\n{wrong}"


def test_a_strict_reading_that_lost_lines_is_left() -> None:
    assert _mrz.replaced(f"{CARD[0]}\n{CARD[1]}", CARD[0]) == f"{CARD[0]}\n{CARD[1]}"
