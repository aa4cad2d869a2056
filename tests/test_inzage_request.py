"""The request: what is taken, what is refused, and that no refusal quotes the person."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pii_scan.errors import ConfigError
from pii_scan.inzage import parse
from pii_scan.inzage.request import FIELDS
from tests.invented_case import BSN, EMAIL, NAME, TODAY, case, only, recognizers


def test_a_whole_request_is_taken() -> None:
    asked = case(bsn=BSN, bsn_basis="art. 89 Wet LB 1964", controller="Gemeente Nergens")
    assert asked.names == (NAME, "J. van der Voorbeeld")
    assert asked.email == (EMAIL,)
    assert str(asked.received) == "2026-11-01"
    assert (asked.bsn, asked.controller) == (BSN, "Gemeente Nergens")
    assert not asked.has_name_only
    assert NAME not in repr(asked)
    assert BSN not in repr(asked)


@pytest.mark.parametrize("field", ["name", "names", "email", "phone", "address", "iban"])
def test_one_identifier_is_enough_and_the_rest_may_be_null(field: str) -> None:
    one: dict[str, Any] = {
        "name": NAME,
        "names": [NAME],
        "email": [EMAIL],
        "phone": ["06-12345678"],
        "address": ["Dorpsweg 1"],
        "iban": ["NL13 TEST 0123 4567 89"],
    }
    asked = only(**{**dict.fromkeys(FIELDS), field: one[field]})
    assert asked.has_name_only == (field in {"name", "names"})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no valid JSON, line 1"),
        ('{"name":\n "Joke" "x"}', "no valid JSON, line 2"),
        ("[" * 50_000, "no valid JSON"),
        ("[]", "write one JSON object"),
        ('"Joke"', "write one JSON object"),
        (" " * 200_000, "far too long"),
        ("{}", "nothing to search by"),
        ('{"date_of_birth": "1975-02-06"}', "nothing to search by"),
        ('{"emial": ["joke@post.example"]}', "unknown field 'emial'; choose from name, names"),
        ('{"Joke Voorbeeld": "name"}', "unknown field; choose from"),
        ('{"name": "Joke", "date_of_birth": "06-02-1975"}', "date_of_birth is no date: write"),
        ('{"name": "Joke", "date_of_birth": "1975-02-30"}', "date_of_birth is no date: write"),
        ('{"name": "Joke", "date_of_birth": 160876800}', "date_of_birth is no date: write"),
        ('{"name": "Joke", "received": "2026-11-21"}', "received lies in the future"),
        ('{"name": "Joke", "email": "joke@post.example"}', "email is no list"),
        ('{"email": ["a@b.example", "joke"]}', "email, item 2, cannot exist"),
        ('{"email": ["a@b.example", ""]}', "email, item 2 is no text, or empty"),
        ('{"phone": ["061234567"]}', "phone, item 1, cannot exist"),
        ('{"iban": ["NL14TEST0123456789"]}', "iban, item 1, cannot exist"),
        ('{"bsn": "999990019"}', "bsn needs bsn_basis, the law"),
        ('{"bsn": "999990018", "bsn_basis": "wet"}', "bsn cannot exist"),
        ('{"name": ["Joke"]}', "name is no text, or empty"),
        ('{"name": "  "}', "name is no text, or empty"),
        ('{"name": "Jo\\ud800ke"}', "name holds half a character"),
        (
            '{"email": ["a@b.example", "a\\udcff@b.example"]}',
            "email, item 2 holds half a character",
        ),
        ('{"name": "Joke", "policy": "\\udfff"}', "policy holds half a character"),
    ],
)
def test_what_is_wrong_is_said_in_one_line_without_a_value(text: str, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(text, recognizers(), TODAY)
    message = str(caught.value)
    assert message.startswith("request: ")
    assert says in message
    assert "\n" not in message
    values = ("Joke", "joke", "1975", "0612", "NL14", "99999")
    assert [value for value in values if value in message] == []


@pytest.mark.parametrize("stated", ["Jo\\ud83d\\ude00ke", "\\u0130smail"])
def test_a_whole_pair_is_a_character(stated: str) -> None:
    (name,) = parse(f'{{"name": "{stated}"}}', recognizers(), TODAY).names
    assert name.encode("utf-8")


@given(
    st.sampled_from([*FIELDS, "other"]),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=5,
    ),
)
def test_no_request_at_all_makes_it_crash_or_quote(field: str, value: object) -> None:
    secret = "Zeer Geheim"
    text = json.dumps({"name": [secret], field: value})
    try:
        parse(text, recognizers(), TODAY)
    except ConfigError as error:
        assert secret not in str(error)  # noqa: PT017
