"""What is compiled to be searched fast finds exactly what is written."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pii_scan import plugins
from pii_scan.detect._first import compiled, edged
from pii_scan.model import Recognizer

INSIDE = {"digit": r"\d", "word": r"[^\W_]", "none": ""}
WRITTEN = [
    (pattern.regex, INSIDE[recognizer.edges])
    for recognizer in plugins.load("pii_scan_nl", "RECOGNIZER", Recognizer)
    for pattern in recognizer.patterns
]
EXAMPLES = [
    example
    for recognizer in plugins.load("pii_scan_nl", "RECOGNIZER", Recognizer)
    for example in (*recognizer.match, *recognizer.no_match)
]
PIECES = st.sampled_from(["1", "12", "a", "K", "\u212a", "\u017f", "'s ", " ", "\n", "_", "-", "x"])


def spans(regex: re.Pattern[str], text: str) -> list[tuple[tuple[int, int], ...]]:
    return [
        tuple(match.span(group) for group in range(regex.groups + 1))
        for match in regex.finditer(text)
    ]


def test_every_pattern_finds_the_same_in_every_example() -> None:
    text = "\n".join(EXAMPLES)
    for regex, inside in WRITTEN:
        plain = re.compile(edged(regex, inside))
        assert spans(compiled(regex, inside), text) == spans(plain, text), regex


@settings(max_examples=30)
@given(st.lists(st.sampled_from(EXAMPLES) | PIECES, max_size=12).map("".join))
def test_it_finds_the_same_in_any_text(text: str) -> None:
    for regex, inside in WRITTEN[:: 1 + len(text) % 7]:
        plain = re.compile(edged(regex, inside))
        assert spans(compiled(regex, inside), text) == spans(plain, text), regex


@pytest.mark.parametrize(
    "regex",
    [
        *("[0-9]{2}x", "(?P<value>[A-Z]a|'s)x", r"\b(?:[a-c]{1,2}|x) ", "(?i:k|s)1"),
        *("a|", "[^a]b|c", "[^a]b", "(?:(a)|b)c", "a{0,2}b", "(?P<value>(?i:k)1)2", "(?-i:k)1"),
    ],
)
@given(st.text(alphabet="abckKsSx12' A\u212a\u017f", max_size=12))
def test_whatever_a_pattern_begins_with(regex: str, text: str) -> None:
    for inside in INSIDE.values():
        plain = re.compile(edged(regex, inside))
        assert spans(compiled(regex, inside), text) == spans(plain, text)


def test_nearly_all_patterns_are_made_fast() -> None:
    as_written = [regex for regex, inside in WRITTEN if compiled(regex, inside).pattern is not None]
    assert len(as_written) < 0.25 * len(WRITTEN)
