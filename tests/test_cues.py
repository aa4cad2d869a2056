"""Cues and terms: what a text holds by word, by beginning of a line and by pattern."""

import re
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pii_scan.classify._terms import Vocabulary
from pii_scan.classify.cues import Cue, Cues
from pii_scan.config.doctypes import load_doctypes

CUES = Cues(
    {
        "asks": Cue(words=("klacht*", "boos", "nog steeds", "re-integr*", "b.v"), least=2),
        "mail": Cue(words=("oorspronkelijk bericht",), line=r"(?:van|aan)\s*:", least=2),
        "sum": Cue(pattern=r"€ ?\d"),
        "stars": Cue(pattern=r"\d ?sterren\b", only_with=("sterren",)),
        "first": Cue(pattern=r"\Adag\b"),
    }
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", set()),
        ("een klacht", set()),
        ("een klacht, en nog een klacht", {"asks"}),
        ("klachten van wie boos is", {"asks"}),
        ("de aanklacht van een boosaard", set()),
        ("nog steeds boos", {"asks"}),
        ("nog steedser, bozer", set()),
        ("re-integratie en re-integreren", {"asks"}),
        ("de b.v. en een b.v", {"asks"}),
        ("van: a\naan: b", {"mail"}),
        ("van: a\nnaar aan: b", set()),
        ("van: a\n> oorspronkelijk bericht", {"mail"}),
        ("voor €12", {"sum"}),
        ("4 sterren", {"stars"}),
        ("sterrenkunde", set()),
        ("dag!", {"first"}),
        ("\ndag!", set()),
    ],
)
def test_a_cue_is_there_when_it_is_there_often_enough(text: str, expected: set[str]) -> None:
    assert CUES.found(text) == expected


SHIPPED = load_doctypes().cues


@pytest.mark.parametrize(
    ("cue", "least", "piece"),
    [
        ("amounts", 4, "€ 1,50 "),
        ("amounts", 4, "eur 9,95 "),
        ("amounts", 4, "12,50 "),
        ("numbered", 3, "1.\n"),
        ("numbered", 3, "1. a\n"),
        ("long", 25, "abcde\n"),
        ("bullets", 3, "- a\n"),
        ("mail_header", 3, "van: a\n"),
        ("mail_quote", 1, "groetoorspronkelijk bericht"),
        ("stars", 1, "5 star "),
        ("stars", 1, "five stars "),
    ],
)
def test_a_shipped_cue_counts_each_of_what_it_seeks(cue: str, least: int, piece: str) -> None:
    assert cue not in SHIPPED.found(piece * (least - 1))
    assert cue in SHIPPED.found(piece * least)


def test_a_currency_without_a_number_is_no_amount() -> None:
    assert "amounts" not in SHIPPED.found("bedrag in eur " * 4)


PLAIN = {
    "amounts": (r"(?:€ ?|\beur )\d|\d,\d\d\b", 4),
    "mrz": (r"[pi]<[a-z]{3}|<<<", 1),
    "numbered": (r"^\W{0,3}(?:\d{1,2}[.)] ?\D|stap \d|artikel \d|art\. ?\d)", 3),
}
"""What expressions say that are written otherwise to be fast, and how often that must be there."""
SIGNS = st.sampled_from(["eur ", "p<nld", "<<<", "20", "stap ", *"€ ,eur13\n<.)_"])


@given(st.sampled_from(list(PLAIN)), st.lists(SIGNS, max_size=40).map("".join))
@example("amounts", "10,20,30,40 € 1,50 eur 9,95 eur 10,20,30,40 eur")
@example("numbered", "1.\n2)\n3. \n4.5")
def test_a_fast_expression_counts_what_the_plain_one_does(name: str, text: str) -> None:
    expression, least = PLAIN[name]
    assert (name in SHIPPED.found(text)) is (len(re.findall(expression, text, re.M)) >= least)


WORDS = ("de", "klant", "heeft", "gebeld", "klan", "theeft", "x")


@given(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join))
def test_terms_are_found_wherever_their_words_stand_together(text: str) -> None:
    terms = ("klant", "de klant", "klant heeft gebeld", "x*", "heeft", "klant heeft")
    words = text.split()
    runs = {
        "".join(words[start : start + length]): length
        for length in range(4, 0, -1)
        for start in range(len(words) - length + 1)
    }

    def holds(term: str) -> bool:
        if term.endswith("*"):
            return any(word.startswith(term[:-1]) for word in words)
        if len(key := term.replace(" ", "")) >= 8:  # long terms survive wrong spaces
            return key in runs
        spread = term.split()
        return any(words[i : i + len(spread)] == spread for i in range(len(words)))

    assert Vocabulary(terms).found(text) == {term for term in terms if holds(term)}


def test_every_beginning_of_a_line_counts_once() -> None:
    lines = Cues({"bullets": Cue(line="- ", least=3)})
    for some, more in pairwise(["- a", "- a\n- b", "- a\n- b\n- c"]):
        assert lines.found(some) == set()
        assert (lines.found(more) != set()) is (more.count("-") == 3)


def test_an_expression_that_is_none_is_refused() -> None:
    with pytest.raises(re.error):
        Cues({"broken": Cue(line="(")})
