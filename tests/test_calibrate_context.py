"""How the weights of context are fitted: the numbers in the texts, the fit, the doubts."""

import pytest

from bench._scoring import Found
from fixtures._values import elfproef, luhn, mod97
from pii_scan.detect import readings
from pii_scan.detect.context import WEIGHTS
from pii_scan.detect.engine import Engine
from pii_scan.detect.layout import sniff
from pii_scan.model import Pattern, Recognizer
from training.calibrate_context import GUESSED, Text, doubted, fitted, judged, told_apart
from training.numbered import numbered

ENTITY = "NL_KVK"
RECOGNIZER = Recognizer(
    ENTITY,
    "O01",
    (Pattern(r"\d{5}", prior=0.5), Pattern(r"\d{7}", prior=0.5)),
    "digit",
    (),
    (),
    labels=("kamer",),
)
APART, PATTERNS = told_apart([RECOGNIZER])
ENGINE = Engine(APART)


def text(source: str, *, is_marked: bool) -> Text:
    hits = tuple(readings(source, ENGINE, sniff(source), 0))
    marked = tuple(Found(hit.start, hit.end, ENTITY) for hit in hits) if is_marked else ()
    return Text(marked, hits)


def digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def fill(mark: str) -> str:
    return numbered(f"=== id=a-1 genre=note\n{mark}\n").splitlines()[1]


@pytest.mark.parametrize(
    ("kind", "passes"),
    [("bsn", True), ("bsn_sp", True), ("bsn_dot", True), ("bsnlike", True), ("notbsn", False)],
)
def test_bsns_pass_as_marked(kind: str, passes: bool) -> None:
    assert elfproef(digits(fill(f"{{{kind}}}"))) is passes


@pytest.mark.parametrize(("kind", "passes"), [("card", True), ("card_c", True), ("badcard", False)])
def test_cards_pass_as_marked(kind: str, passes: bool) -> None:
    assert luhn(digits(fill(f"{{{kind}}}"))) is passes


@pytest.mark.parametrize(("kind", "passes"), [("iban", True), ("iban_c", True), ("badiban", False)])
def test_ibans_pass_as_marked(kind: str, passes: bool) -> None:
    assert (mod97(fill(f"{{{kind}}}").replace(" ", "")) == 1) is passes


def test_a_tag_is_one_number_within_a_text() -> None:
    first, spelled, other = fill("{bsn#a};{bsn_dot#a};{bsn}").split(";")
    assert first == digits(spelled) != other
    assert numbered("=== id=a-2 genre=note\n{bsn#a}\n").splitlines()[1] != first


def test_every_weight_has_a_guess() -> None:
    assert GUESSED.keys() == WEIGHTS.keys()


@pytest.mark.parametrize(("is_marked", "sign"), [(True, 1), (False, -1)])
def test_evidence_moves_its_own_weight_only(is_marked: bool, sign: int) -> None:
    weights = fitted([text("kamer 12345", is_marked=is_marked)] * 50)
    assert (weights.pop("label") - GUESSED["label"]) * sign > 0
    assert weights == {kind: guess for kind, guess in GUESSED.items() if kind != "label"}


def test_without_texts_the_guesses_stay() -> None:
    assert fitted([text("12345", is_marked=True)]) == GUESSED


@pytest.mark.parametrize(
    ("right", "wrong", "is_doubted"), [(40, 0, True), (0, 40, True), (20, 20, False), (9, 0, False)]
)
def test_a_prior_is_doubted_when_enough_says_otherwise(
    right: int, wrong: int, is_doubted: bool
) -> None:
    texts = [text("12345", is_marked=True)] * right + [text("12345", is_marked=False)] * wrong
    doubts = [each[0] for each in doubted(judged(texts, GUESSED), PATTERNS)]
    assert doubts == ([f"{ENTITY} 1"] if is_doubted else [])


def test_patterns_of_one_prior_are_told_apart() -> None:
    texts = [text("1234567", is_marked=True)] * 20
    assert [each[0] for each in doubted(judged(texts, GUESSED), PATTERNS)] == [f"{ENTITY} 2"]
