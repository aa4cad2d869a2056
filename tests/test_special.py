"""Statements about health, convictions, beliefs and the like: the examples of each vocabulary."""

from pathlib import Path

import pytest

from pii_scan.config._rules import rules_dir
from pii_scan.config.special import LANGUAGE, load_examples, load_special
from pii_scan.detect import MIN_SCORE
from pii_scan.detect._normalise import normalise
from pii_scan.detect._terms import fold, sought
from pii_scan.detect.layout import Layout, render
from pii_scan.detect.special import Cue, Group, Language, Person, SpecialFinder, Vocabulary
from pii_scan.errors import ConfigError
from pii_scan.model import Hit, Table

EXAMPLES = load_examples()
VOCABULARIES, SHARED = load_special()
FINDER = SpecialFinder(VOCABULARIES, SHARED)


def hits(text: str, finder: SpecialFinder = FINDER, named: tuple[Hit, ...] = ()) -> list[Hit]:
    found = finder(normalise(text), Layout(), named)
    return [hit for hit in found if hit.score >= MIN_SCORE]


def values(text: str, entity: str) -> list[str]:
    return [hit.value for hit in hits(text) if hit.entity == entity]


@pytest.mark.parametrize(
    ("entity", "text"), [(e.entity, text) for e in EXAMPLES for text in e.match], ids=repr
)
def test_match(entity: str, text: str) -> None:
    assert values(text, entity)


@pytest.mark.parametrize(
    ("entity", "text"), [(e.entity, text) for e in EXAMPLES for text in e.no_match], ids=repr
)
def test_no_match(entity: str, text: str) -> None:
    assert values(text, entity) == []


def test_every_entity_has_a_vocabulary_and_every_term_is_well_written() -> None:
    assert {vocabulary.entity for vocabulary in VOCABULARIES} == {
        "CRIMINAL",
        "ETHNICITY",
        "HEALTH",
        "POLITICAL_OPINION",
        "RELIGION_OR_BELIEF",
        "SEXUAL_ORIENTATION",
        "TRADE_UNION",
    }
    for vocabulary in VOCABULARIES:
        for group in vocabulary.groups:
            for term in group.terms:
                assert sought(term, vocabulary.sets).regex.search(b"") is None, term


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Haar moeder is diabetespatiënt.", "diabetespatiënt"),
        ("Haar rughernia-operatie is gelukt.", "rughernia-operatie"),
        ("€ 5 — één klant met een longkankerbehandeling", "longkankerbehandeling"),
        ("Mijn vrouw heeft een burnout.", "burnout"),
        ("mijn vrouw heeft een burn out", "burn out"),
        ("MIJN ZOON HEEFT EPILEPSIE", "EPILEPSIE"),
        ("Hij zit in de\nZiektewet.", "in de\nZiektewet"),
    ],
)
def test_inflections_compounds_and_offsets(text: str, value: str) -> None:
    found = [hit for hit in hits(text) if hit.entity == "HEALTH"]
    assert any(value in hit.value for hit in found)
    assert all(text[hit.start : hit.end] == hit.value for hit in found)


def test_a_cause_and_its_effect_are_one_statement() -> None:
    assert len(values("Zij is ziek gemeld wegens een hernia.", "HEALTH")) == 1
    assert len(values("Hij heeft astma, zij reuma.", "HEALTH")) == 2


def tiny(**changes: object) -> SpecialFinder:
    group = Group("illness", 1.0, ("griep*", "heeft ... koorts", "MS"))
    shared = {
        "person": Person(("zij",), frozenset({"PERSON"}), 1.0, 0.5, 0.0, -2.0),
        "cues": (Cue("negation", -4.0, "before", ("geen",), 2),),
        "joints": frozenset({"met"}),
        "common": frozenset({"heeft"}),
        "abbreviations": frozenset({"mw"}),
    }
    vocabulary: dict[str, object] = {
        "exclude": ("griepprik",),
        "cues": (Cue("ward", -3.0, "after", ("afdeling",)),),
    }
    vocabulary |= {key: value for key, value in changes.items() if key in vocabulary}
    return SpecialFinder((Vocabulary("HEALTH", (group,), **vocabulary),), Language(**shared))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("zij heeft griep", {"illness": 1.0, "person in the sentence": 1.0}),
        ("zij heeft geen griep", {"negation": -4.0}),
        ("geen tijd, zij heeft griep", {"negation": 0.0}),
        ("zij belt niet en heeft geen idee van griep", {"negation": 0.0}),
        ("zij ligt op de griepafdeling", {"illness": 1.0}),
        ("griep op afdeling 3, zij", {"ward": -3.0}),
        ("griep", {"no person": -2.0}),
        ("Zij belt. Nu griep.", {"person near": 0.5}),
        ("Mw. zij griep", {"person in the sentence": 1.0}),
        ("zij" + " x" * 200 + ". Griep.", {"person in the record": 0.0}),
    ],
)
def test_what_is_around_counts(text: str, reasons: dict[str, float]) -> None:
    (hit,) = tiny()(text, Layout(), ())
    met = dict(hit.reasons)
    assert {name: met.get(name, 0.0) for name in reasons} == reasons


def test_a_name_that_was_found_is_a_person() -> None:
    name = Hit("PERSON", 0, 4, 0.9, "", "Bo B")
    assert hits("Bo B griep", tiny(), (name,))[0].value == "griep"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("zij heeft al dagen hoge koorts", "heeft al dagen hoge koorts"),
        ("zij heeft MS", "MS"),
        ("zij kreeg griepje met griep", "griepje met griep"),
    ],
)
def test_the_spelling_of_terms(text: str, value: str) -> None:
    assert [hit.value for hit in hits(text, tiny())] == [value]


@pytest.mark.parametrize("text", ["zij griepprik", "zij heeft 5 ms", "zij wiegriep"])
def test_what_is_no_term(text: str) -> None:
    assert hits(text, tiny()) == []


def test_the_heading_of_a_column_is_a_label() -> None:
    text, layout = render(Table(("naam", "afdeling"), (("zij", "griep"),), (2,)))
    (hit,) = tiny(cues=(Cue("ward", -3.0, "before", ("afdeling",)),))(text, layout, ())
    assert ("ward", -3.0) in hit.reasons
    assert (hit.row, hit.column) == (2, "afdeling")


@pytest.mark.parametrize("term", ["{a|b", "a}", "<nergens>", "* #"])
def test_a_term_that_is_badly_written_is_a_setting_that_is_wrong(term: str) -> None:
    vocabulary = Vocabulary("HEALTH", (Group("g", 1.0, (term,)),))
    with pytest.raises(ConfigError, match="term"):
        SpecialFinder((vocabulary,), SHARED)


def test_time_is_linear_in_the_text() -> None:
    """Thousands of statements without an end of a sentence: each looks at its own place."""
    assert len(values("haar griep, griepvirus, " * 3_000, "HEALTH")) == 3_000


def test_folding_keeps_places() -> None:
    text = "Zoë – ☒ één knieën 😀 ß"
    assert len(fold(text)) == len(text)
    assert fold("knieën") == b"knieen"


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("health.toml", 'entity = "HEALTH"', 'entity = "CRIMINAL"', "CRIMINAL"),
        ("health.toml", 'entity = "HEALTH"', 'entity = "HEALTH"\nextra = 1', "extra"),
        ("criminal.toml", 'entity = "CRIMINAL"', "", "entity"),
        (LANGUAGE, "nobody = -2.5", "", "nobody"),
    ],
)
def test_a_broken_file_is_one_line_that_names_it(
    name: str, old: str, new: str, says: str, tmp_path: Path
) -> None:
    folder = tmp_path / "special"
    folder.mkdir()
    for file in (rules_dir() / "special").iterdir():
        text = file.read_text(encoding="utf-8")
        (folder / file.name).write_text(text.replace(old, new, 1) if file.name == name else text)
    with pytest.raises(ConfigError, match=says) as caught:
        load_special(tmp_path)
    assert "\n" not in str(caught.value)
