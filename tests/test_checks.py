"""Check digits: what a scheme guarantees holds for every number, however it is written."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pii_scan_nl import (  # noqa: TID251
    bsn,
    credit_card,
    iban_code,
    iccid,
    imei,
    ip_address,
    nl_a_number,
    nl_bank_account,
    nl_education_number,
    nl_license_plate,
    nl_payment_reference,
    nl_rsin,
    nl_vat,
    nl_wage_tax_number,
    phone_number,
    sepa_creditor_id,
)
from pii_scan_nl._checks import digits, elfproef, gs1, luhn, mod97  # noqa: TID251

BODY = st.text("0123456789", min_size=8, max_size=8)
SEPARATORS = st.sampled_from(["", " ", ".", "-", "\u00a0", "\u2013"])
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def with_elfproef(body: str) -> str:
    """Append the check digit; "" for the one number in eleven that has none."""
    last = (
        sum(weight * int(digit) for weight, digit in zip(range(9, 1, -1), body, strict=True)) % 11
    )
    return "" if last == 10 else body + str(last)


def with_luhn(body: str) -> str:
    return next(body + last for last in "0123456789" if luhn(body + last))


def with_mod97(country: str, account: str) -> str:
    letters = f"{account}{country}00"
    check = 98 - int("".join(str(int(character, 36)) for character in letters)) % 97
    return f"{country}{check:02}{account}"


def changed(number: str, place: int, step: int) -> str:
    """Change one digit; `place` and `step` are taken round."""
    places = [index for index, character in enumerate(number) if character.isdigit()]
    index = places[place % len(places)]
    other = str((int(number[index]) + 1 + step % 9) % 10)
    return number[:index] + other + number[index + 1 :]


def spread(number: str, separators: list[str]) -> str:
    """Put separators between the characters."""
    return "".join(
        character + separators[index % len(separators)] for index, character in enumerate(number)
    )


bsns = BODY.map(with_elfproef).filter(lambda number: number.strip("0") != "")
cards = st.sampled_from(
    [("4", 16), ("51", 16), ("2221", 16), ("34", 15), ("36", 14), ("62", 19)]
).flatmap(
    lambda kind: st.text(
        "0123456789", min_size=kind[1] - len(kind[0]) - 1, max_size=kind[1] - len(kind[0]) - 1
    ).map(lambda body: with_luhn(kind[0] + body))
)
ibans = st.sampled_from(
    [(length, country) for length, names in iban_code.LENGTHS.items() for country in names]
).flatmap(
    lambda kind: st.text(LETTERS + "0123456789", min_size=kind[0] - 4, max_size=kind[0] - 4).map(
        lambda account: with_mod97(kind[1], account)
    )
)
changes = st.tuples(st.integers(0, 40), st.integers(0, 8))


@given(bsns, changes, st.lists(SEPARATORS, min_size=1, max_size=9))
def test_bsn(number: str, change: tuple[int, int], separators: list[str]) -> None:
    assert elfproef(number)
    assert bsn.is_bsn(spread(number, separators))
    assert not bsn.is_bsn(changed(number, *change))
    assert bsn.normalise(spread(number, separators)) == number


@settings(suppress_health_check=[HealthCheck.filter_too_much])  # one number in ten begins with it
@given(bsns.filter(lambda number: number.startswith("0")))
def test_bsn_without_its_first_nought(number: str) -> None:
    assert bsn.is_bsn(number[1:])


@given(cards, changes, st.lists(SEPARATORS, min_size=1, max_size=9))
def test_card(number: str, change: tuple[int, int], separators: list[str]) -> None:
    assert credit_card.is_card(spread(number, separators))
    assert not credit_card.is_card(changed(number, *change))


@pytest.mark.parametrize(
    "number",
    [
        "3528000000000007",  # the range of the public transport chip card
        "1234567812345670",  # no issuer's range
        "37828224631000",  # one short
        "8931080000000000019",  # ICCID of a SIM card
    ],
)
def test_no_card(number: str) -> None:
    assert not credit_card.is_card(number)


@given(ibans, changes, st.lists(SEPARATORS, min_size=1, max_size=9))
def test_iban(number: str, change: tuple[int, int], separators: list[str]) -> None:
    assert iban_code.is_iban(spread(number.lower(), separators))
    assert not iban_code.is_iban(changed(number, *change))
    assert iban_code.bare(spread(number.lower(), separators)) == number


def test_iban_countries_stand_once() -> None:
    countries = [country for names in iban_code.LENGTHS.values() for country in names]
    assert len(countries) == len(set(countries))
    assert iban_code.LENGTHS.keys() >= {16, 18, 22, 24, 27}


@given(bsns, st.integers(1, 99), st.lists(SEPARATORS, min_size=1, max_size=9))
def test_vat_of_a_legal_person(number: str, suffix: int, separators: list[str]) -> None:
    btw_id = f"NL{number}B{suffix:02}"
    assert nl_vat.is_btw_id(spread(btw_id, separators))
    assert nl_vat.bare(spread(btw_id.lower(), separators)) == btw_id
    assert not nl_vat.is_btw_id(f"NL{number}B00")


@given(st.text("0123456789", min_size=9, max_size=9).filter(lambda body: body.strip("0")))
def test_vat_of_a_sole_trader(body: str) -> None:
    suffixes = [n for n in range(1, 100) if mod97(f"NL{body}B{n:02}")]
    assert all(nl_vat.is_btw_id(f"NL{body}B{n:02}") for n in suffixes)
    wrong = [n for n in range(1, 100) if n not in suffixes]
    assert elfproef(body) or not any(nl_vat.is_btw_id(f"NL{body}B{n:02}") for n in wrong)


@pytest.mark.parametrize(
    ("text", "is_plate"),
    [
        *((code.replace("X", "G").replace("9", "1"), True) for code in nl_license_plate.SIDECODES),
        ("gx94sh", True),
        ("OR-44-BV", True),
        ("XX-99-99", False),
        ("AB-EE-12", False),
        ("12-SS-34", False),
        ("GVD-12-B", False),
        ("123-456", False),
    ],
)
def test_plate(text: str, is_plate: bool) -> None:
    assert nl_license_plate.is_plate(text) is is_plate


@given(st.ip_addresses(v=6))
def test_ip_address_has_one_spelling(address: object) -> None:
    exploded = getattr(address, "exploded")  # noqa: B009
    assert ip_address.normalise(exploded.upper()) == str(address)


@pytest.mark.parametrize("text", ["01.2.3.4", "256.1.1.1", "127.0.0.1", "0.0.0.0", "1.2.3"])
def test_no_ip_address(text: str) -> None:
    assert not ip_address.is_ipv4(text)


@given(st.text())
def test_digits_are_ascii(text: str) -> None:
    assert digits(text).isascii()
    assert digits("\uff11\u0662\u00b2 3") == "123"


@pytest.mark.parametrize(
    ("is_valid", "text", "expected"),
    [
        *((nl_a_number.is_a_number, text, True) for text in ("1231231234", "1745105604")),
        *((nl_a_number.is_a_number, text, True) for text in ("6139365949", "4368978532")),
        *((nl_a_number.is_a_number, text, False) for text in ("0465823130", "5565431828")),
        (nl_rsin.is_rsin, "8544.23.783", True),
        (nl_wage_tax_number.is_wage_tax_number, "123456782L01", True),
        (nl_wage_tax_number.is_wage_tax_number, "123456789L01", False),
        (nl_education_number.is_education_number, "101222331", True),
        (nl_education_number.is_education_number, "100252333", False),
        (nl_bank_account.is_account, "12.34.56.703", True),
        (nl_bank_account.is_account, "0903250047", True),
        (nl_bank_account.is_account, "0903250048", False),
        (gs1, "871685900012345674", True),
        (iccid.is_iccid, "8931080000000000019", True),
        (imei.is_imei, "49-015420-323751-8", True),
    ],
)
def test_published_numbers(is_valid: Callable[[str], bool], text: str, *, expected: bool) -> None:
    assert is_valid(text) is expected


@given(BODY.map(lambda body: with_elfproef(f"10{body[2:]}")).filter(bool))
def test_no_number_is_both_bsn_and_onderwijsnummer(number: str) -> None:
    assert not nl_education_number.is_education_number(number)


@given(st.text("0123456789", min_size=17, max_size=17), changes)
def test_gs1(body: str, change: tuple[int, int]) -> None:
    number = next(body + last for last in "0123456789" if gs1(body + last))
    assert not gs1(changed(number, *change))


@given(st.text("0123456789", min_size=15, max_size=15).filter(lambda body: body.strip("0")))
def test_one_first_digit_checks_a_payment_reference(body: str) -> None:
    assert sum(nl_payment_reference.passes(first + body) for first in "0123456789") == 1


@given(st.text("0123456789", min_size=12, max_size=12), changes)
def test_creditor_id(account: str, change: tuple[int, int]) -> None:
    number = with_mod97("NL", account)
    written = f"{number[:4]}ZZZ{account}"
    assert sepa_creditor_id.is_creditor_id(f"{number[:4]} zzz {account}")
    assert not sepa_creditor_id.is_creditor_id(changed(written, *change))


@pytest.mark.parametrize("text", ["612345678", "31612345678", "06-12345678", "+31 6 12345678"])
def test_a_phone_has_one_spelling(text: str) -> None:
    assert phone_number.normalise(text) == "+31612345678"
