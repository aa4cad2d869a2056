"""The making of the language model: texts, synthetic texts, and that training learns."""

import random

import pytest

from training.augment import Augmenter, Rates, lowered
from training.generate import synthetic
from training.markup import Document, marked, read_corpus
from training.outside import NameLists
from training.pipeline import LABELS, blank
from training.scoring import scores
from training.train import train

NAMES = NameLists(
    ("Anna", "Joris", "Fatma", "Wim", "Noor", "Ewa"),
    (9, 5, 3, 2, 2, 1),
    ("de Vries", "Bos", "van der Zee", "Yildiz", "Kowalska", "Smit"),
    (9, 8, 5, 2, 1, 4),
)
PLACES = ["Zwolle", "Den Haag", "Ede", "'s-Graveland"]


def augmenter(seed: int) -> tuple[Augmenter, random.Random]:
    rng = random.Random(seed)
    return Augmenter(NAMES, PLACES, rng), rng


def written(seed: int, count: int = 200) -> list[Document]:
    names, rng = augmenter(seed)
    return synthetic(count, names, PLACES, rng)


def test_markup() -> None:
    document = marked("x", "note", "Mw. ⟦PERSON|De Vries⟧ uit ⟦LOCATION|Ede⟧ belde.")
    assert document.text == "Mw. De Vries uit Ede belde."
    assert [document.text[s.start : s.end] for s in document.spans] == ["De Vries", "Ede"]


def test_the_corpus_reads_and_its_marks_are_clean() -> None:
    documents = read_corpus()
    assert len({document.id for document in documents}) == len(documents) > 1_000
    for document in documents:
        assert not set("⟦⟧") & set(document.text)
        for span in document.spans:
            value = document.text[span.start : span.end]
            assert value == value.strip(), document.id


def test_synthetic_texts_are_filled_and_the_same_each_time() -> None:
    first = written(3)
    assert first == written(3)
    assert first != written(4)
    for document in first:
        assert not set("{}⟦⟧") & set(document.text)
    assert {span.label for document in first for span in document.spans} == set(LABELS)


def test_changes_keep_spans_on_names() -> None:
    names, _ = augmenter(5)
    document = marked("x", "note", "Mw. ⟦PERSON|J. de Vries⟧ (⟦PERSON|Vries⟧) uit ⟦LOCATION|Ede⟧.")
    for _ in range(50):
        changed = names.changed(document, Rates(names=1, places=1, lower=0.3, upper=0.3, typos=0))
        first, second, place = (changed.text[s.start : s.end] for s in changed.spans)
        assert first.lower().startswith("j. de ")
        assert first.lower().endswith(second.lower())
        assert place.lower() in {name.lower() for name in PLACES}
    assert lowered(document).spans == document.spans


@pytest.mark.slow
def test_a_tiny_model_learns() -> None:
    lists = {"Given=Yes": [name.lower() for name in NAMES.given]}
    model = train(
        blank(lists, width=48, depth=2, rows=800), lambda n: written(10 + n), epochs=10, seed=1
    )
    _, recall, f1 = scores(model, written(99))["PERSON"]
    assert recall > 0.5
    assert f1 > 0.5
