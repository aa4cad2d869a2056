"""Every recognizer's own examples, and the claims its data makes."""

import pytest

from pii_scan import plugins
from pii_scan.detect import MIN_SCORE, hits_in
from pii_scan.detect.engine import Engine
from pii_scan.model import Recognizer

PACK = plugins.load("pii_scan_nl", "RECOGNIZER", Recognizer)
ENGINE = Engine(PACK)
BY_ENTITY = {recognizer.entity: recognizer for recognizer in PACK}


def found(text: str, entity: str) -> list[str]:
    return [hit.value for hit in hits_in(text, ENGINE, MIN_SCORE) if hit.entity == entity]


@pytest.mark.parametrize(
    ("entity", "text"), [(r.entity, text) for r in PACK for text in r.match], ids=repr
)
def test_match(entity: str, text: str) -> None:
    assert len(found(text, entity)) == 1


@pytest.mark.parametrize(
    ("entity", "text"), [(r.entity, text) for r in PACK for text in r.no_match], ids=repr
)
def test_no_match(entity: str, text: str) -> None:
    assert found(text, entity) == []


@pytest.mark.parametrize("recognizer", PACK, ids=lambda r: r.entity)
def test_is_complete(recognizer: Recognizer) -> None:
    assert len(recognizer.match) >= 3
    assert len(recognizer.no_match) >= 5
    assert recognizer.source
    for word in (*recognizer.labels, *recognizer.context, *recognizer.against):
        assert word == word.lower()


@pytest.mark.parametrize("recognizer", PACK, ids=lambda r: r.entity)
def test_masks_hide(recognizer: Recognizer) -> None:
    for text in recognizer.match:
        for value in found(text, recognizer.entity):
            if recognizer.mask is not None:
                assert recognizer.mask(value) != value


def test_one_module_an_entity() -> None:
    assert len(BY_ENTITY) == len(PACK)
