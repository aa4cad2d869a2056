"""Masks: recognised by who knows the value, useless to others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pii_scan.classify.mask import MASKS, PHRASES, mask

ENTITIES = sorted({*MASKS, *PHRASES, "CUSTOMER_NUMBER", "STREET_ADDRESS", "UNKNOWN"})


@pytest.mark.parametrize(
    ("entity", "value", "masked"),
    [
        ("NL_BSN", "9999.90.019", "******019"),
        ("IBAN_CODE", "NL91 ABNA 0417 1643 00", "NL91 ABNA **** **43 00"),
        ("IBAN_CODE", "DE89370400440532013000", "DE **** **30 00"),
        ("PHONE_NUMBER", "06-12345678", "06******78"),
        ("PHONE_NUMBER", "+31 (0)6 12345678", "06******78"),
        ("PHONE_NUMBER", "0031612345678", "06******78"),
        ("PHONE_NUMBER", "0224 - 224 224", "022******24"),
        ("PHONE_NUMBER", "+32 486 12 77 90", "+32******90"),
        ("EMAIL_ADDRESS", "jansen@post.example", "j***@post.example"),
        ("EMAIL_ADDRESS", "j@post.example", "***@post.example"),
        ("NL_ID_DOCUMENT", "SPECI2014", "SP******"),
        ("PERSON", "Jan de Vriesink", "J. d. V."),
        ("CREDIT_CARD", "4111 1111 1111 1111", "******1111"),
        ("NL_POSTCODE", "8021 ES", "80** **"),
        ("IP_ADDRESS", "192.0.2.17", "192.***"),
        ("IP_ADDRESS", "2001:db8::1", "2001:***"),
        ("DATE_OF_BIRTH", "12 maart 1985", "******"),
        ("CREDENTIALS", "Welkom01!", "******"),
        ("CUSTOMER_NUMBER", "KL-339120", "K******"),
        ("CUSTOMER_NUMBER", "17", "******"),
        ("HEALTH", "hernia", "Gezondheid"),
    ],
)
def test_each_entity_has_its_own_mask(entity: str, value: str, masked: str) -> None:
    assert mask(entity, value, None, "Gezondheid") == masked


def test_the_mask_of_a_recognizer_goes_first() -> None:
    assert mask("NL_BSN", "999990019", lambda value: f"#{value[:2]}", "") == "#99"


@given(st.sampled_from(ENTITIES), st.text(alphabet="ABCdefgh0123456789 .-+@:/é", max_size=40))
def test_no_mask_tells_five_characters_in_a_row(entity: str, value: str) -> None:
    secret, masked = value, mask(entity, value, None, "\N{BLACK SQUARE}")
    if entity == "EMAIL_ADDRESS":
        secret = value.rpartition("@")[0]
        masked = masked.rpartition("@")[0]
    if entity == "IBAN_CODE":
        # Country, check digits and bank say nothing of the holder.
        secret = "".join(char for char in value if char.isalnum())[8:]
        masked = masked[9:]
    if entity == "PERSON":
        return
    bare = "".join(char for char in secret if char.isalnum())
    shown = "".join(char if char.isalnum() else " " for char in masked)
    assert not any(bare[i : i + 5] in shown for i in range(len(bare) - 4))


@given(st.text(alphabet="abcdefgh éü'-.", max_size=40))
def test_of_a_name_only_initials_are_shown(value: str) -> None:
    shown = mask("PERSON", value, None, "").replace(".", "").split()
    assert all(len(part) == 1 or set(part) == {"*"} for part in shown)


@given(st.sampled_from(ENTITIES), st.text(min_size=1, max_size=3))
def test_what_is_too_short_to_hide_is_not_shown(entity: str, value: str) -> None:
    if entity not in {"PERSON", "EMAIL_ADDRESS", "IP_ADDRESS"}:
        assert not any(char.isalnum() for char in mask(entity, value, None, "-"))
