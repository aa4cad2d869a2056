"""The two engines agree: spans, types and scores, wherever no table's column plays a part."""

from pathlib import Path

import pytest
import spacy
from presidio_analyzer import AnalyzerEngine, RecognizerResult

from pii_scan import plugins
from pii_scan.config.special import load_special
from pii_scan.detect import hits_in
from pii_scan.detect.engine import Engine
from pii_scan.detect.presidio import Analyzer, analyzer_engine
from pii_scan.detect.special import SpecialFinder
from pii_scan.errors import ConfigError
from pii_scan.model import Chunk, Recognizer, Table

PACK = plugins.load("pii_scan_nl", "RECOGNIZER", Recognizer)
ENGINE = Engine(PACK)
TEXTS = sorted(Path("fixtures/texts").glob("*.txt"))
LONGEST = 20_000  # Presidio's own context and deduplication are quadratic in the text

Found = list[tuple[int, int, str, float]]


@pytest.fixture(scope="module")
def analyzer() -> AnalyzerEngine:
    return analyzer_engine(PACK)


def by_presidio(analyzer: AnalyzerEngine, text: str) -> Found:
    results: list[RecognizerResult] = analyzer.analyze(text, language="nl", score_threshold=0.5)
    return sorted((r.start, r.end, r.entity_type, round(r.score, 6)) for r in results)


def by_us(text: str) -> Found:
    return [(h.start, h.end, h.entity, round(h.score, 6)) for h in hits_in(text, ENGINE, 0.5)]


@pytest.mark.parametrize("recognizer", PACK, ids=lambda r: r.entity)
def test_examples(analyzer: AnalyzerEngine, recognizer: Recognizer) -> None:
    for text in (*recognizer.match, *recognizer.no_match):
        assert by_presidio(analyzer, text) == by_us(text)


@pytest.mark.parametrize("path", TEXTS, ids=lambda p: p.stem)
def test_fixtures(analyzer: AnalyzerEngine, path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    found = 0
    for start in range(0, len(text), LONGEST):
        part = text[start : start + LONGEST]
        ours = by_us(part)
        found += len(ours)
        assert by_presidio(analyzer, part) == ours
    assert found


def test_behind_the_same_call() -> None:
    analyzer = Analyzer(PACK, [("presidio_analyzer.predefined_recognizers:UrlRecognizer", {})])
    _, hits = analyzer.detect(Chunk("bsn 999990019, zie https://voorbeeld.nl/pad", "page 2"), 0.5)
    assert [(h.entity, h.value, h.where) for h in hits] == [
        ("NL_BSN", "999990019", "page 2"),
        ("URL", "https://voorbeeld.nl/pad", "page 2"),
    ]
    table = Table(("naam", "opmerking"), (("x", "mail jan@bakkerij.example"),), (7,), "Blad1")
    _, hits = analyzer.detect(table, 0.5)
    assert [(h.entity, h.where, h.row, h.column) for h in hits] == [
        ("EMAIL_ADDRESS", "Blad1 row 7", 7, "opmerking")
    ]


@pytest.mark.parametrize("name", ["geen.module:Klasse", "json:Klasse", "json:JSONDecoder", "x"])
def test_what_is_no_recognizer_is_said(name: str) -> None:
    with pytest.raises(ConfigError, match="Presidio recognizer"):
        Analyzer(PACK, [(name, {})])


GLINER = "presidio_analyzer.predefined_recognizers:GLiNERRecognizer"


@pytest.mark.parametrize("options", [{}, {"model_name": "urchade/gliner_multi_pii-v1"}])
def test_a_model_that_is_not_here_is_never_downloaded(options: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match="must be a folder on this machine"):
        Analyzer(PACK, [(GLINER, options)])


def test_a_package_that_is_not_here_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="GLiNERRecognizer: cannot be made"):
        Analyzer(PACK, [(GLINER, {"model_name": str(tmp_path)})])


def nlp(model: str) -> dict[str, object]:
    return {"nlp_engine_name": "spacy", "models": [{"lang_code": "nl", "model_name": model}]}


def test_an_nlp_engine_of_presidio_names_people(tmp_path: Path) -> None:
    pipeline = spacy.blank("nl")
    ruler = pipeline.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "PERSON", "pattern": "Quibus"}])  # type: ignore[attr-defined]
    pipeline.to_disk(tmp_path / "model")
    analyzer = Analyzer(PACK, nlp=nlp(str(tmp_path / "model")))
    _, hits = analyzer.detect(Chunk("Quibus belde, bsn 999990019", ""), 0.5)
    assert [(hit.entity, hit.value) for hit in hits] == [
        ("PERSON", "Quibus"),
        ("NL_BSN", "999990019"),
    ]


@pytest.mark.parametrize("model", ["nl_core_news_nowhere", "/nergens"])
def test_an_nlp_engine_without_its_model_is_said(model: str) -> None:
    with pytest.raises(ConfigError, match="NLP engine: model_name must be a folder"):
        Analyzer(PACK, nlp=nlp(model))


def test_statements_are_found_on_this_path_too() -> None:
    analyzer = Analyzer(PACK, finders=[SpecialFinder(*load_special())])
    text = "Bsn 999990019 is aangewezen op een rolstoel."
    _, hits = analyzer.detect(Chunk(text, "p1"), 0.5)
    assert [(hit.entity, hit.where) for hit in hits] == [("NL_BSN", "p1"), ("HEALTH", "p1")]
    table = Table(("naam", "notitie"), (("Jansen", "zij is ziek gemeld"),), (2,))
    _, hits = analyzer.detect(table, 0.5)
    assert [(hit.entity, hit.where, hit.column) for hit in hits] == [("HEALTH", "row 2", "notitie")]
