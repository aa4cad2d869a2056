"""Numbers of every kind of the numbering plan, and the one spelling they are compared in."""

import importlib
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

plan = importlib.import_module("pii_scan_nl._phoneplan")
phone = importlib.import_module("pii_scan_nl.phone_number")


@pytest.mark.parametrize(
    "number",
    [
        "0102345678",
        "0792345678",
        "0111234567",
        "0599834567",
        "0612345678",
        "0681234567",
        "0661234567",
        "0841234567",
        "0851234567",
        "0871234567",
        "0881234567",
        "0911234567",
        "08000123",
        "08001234",
        "08004912",
        "08000212345",
        "08003012345",
        "08009812345",
        "09000123",
        "09001312",
        "09008812",
        "09000412345",
        "09001212345",
        "09002001201",
        "09061912",
        "09091912",
        "097012345678",
    ],
)
def test_in_the_plan(number: str) -> None:
    assert plan.is_national(number)


@pytest.mark.parametrize(
    "number",
    [
        "0112",
        "112",
        "0121234567",
        "0100123456",
        "0101234567",
        "0209345678",
        "0671234567",
        "0691234567",
        "010234567",
        "01023456789",
        "061234567",
        "0800012",
        "080001234",
        "08000212",
        "08003012",
        "080012345678",
        "09002001",
        "09060412",
        "09701234567",
        "1234567890",
        "",
    ],
)
def test_not_in_the_plan(number: str) -> None:
    assert not plan.is_national(number)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("06-12345678", "+31612345678"),
        ("+31 (0)6 12345678", "+31612345678"),
        ("+31 6 1234 56 78", "+31612345678"),
        ("0031612345678", "+31612345678"),
        ("0031 (0)6-12.34.56.78", "+31612345678"),
        ("(0)31612345678", "+31612345678"),
        ("06/12 34 56 78", "+31612345678"),
        ("(030) 234 56 78", "+31302345678"),
        ("0224 - 224 224", "+31224224224"),
        ("0800-0123", "+318000123"),
        ("+32 9 311 00 00", "+3293110000"),
        ("0032 9 311 00 00", "+3293110000"),
        ("nul zes twaalf vierendertig zesenvijftig achtenzeventig", "+31612345678"),
    ],
)
def test_one_spelling(text: str, expected: str) -> None:
    assert phone.normalise(text) == expected


@pytest.mark.parametrize("text", ["+31 6 1234567", "+999 123456789", "+1", "00", "0031", "+", ""])
def test_no_number(text: str) -> None:
    assert plan.international(text) is None


@pytest.mark.parametrize("text", ["06-12-2024 18.00", "(06 12345678", "06 12345678)", "112"])
def test_no_telephone(text: str) -> None:
    assert not phone.is_phone(text)


NATIONAL = st.text("0123456789", min_size=7, max_size=12).map(lambda digits: "0" + digits)
SEPARATORS = st.lists(st.sampled_from(["", " ", "-", ".", "/", " - "]), min_size=13, max_size=13)


@given(NATIONAL.filter(lambda number: number[1] != "0" and number[1:3] != "31"), SEPARATORS)
def test_grouping_never_decides(number: str, separators: list[str]) -> None:
    written = "".join(digit + gap for digit, gap in zip(number, separators, strict=False))
    assert plan.international(written) == plan.international(number)
    assert (plan.international(number) is not None) == plan.is_national(number)


@given(st.sampled_from(["+31", "0031", "+31(0)", "+31 (0)", "0031 0"]), SEPARATORS)
def test_the_prefix_never_decides(prefix: str, separators: list[str]) -> None:
    written = prefix + "".join(d + g for d, g in zip("612345678", separators, strict=False))
    assert plan.international(written) == "+31612345678"


@given(st.text("0123456789+()/.- ", max_size=30))
@example("+4900")
def test_what_comes_out_is_e164_and_stays(text: str) -> None:
    found = plan.international(text)
    if found is not None:
        assert re.fullmatch(r"\+\d{7,15}", found)
        assert plan.international(found) == found
