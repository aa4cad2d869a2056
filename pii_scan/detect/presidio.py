"""Presidio, both ways: our recognizers in its AnalyzerEngine, and its recognizers in our scan.

    recognizers = plugins.load("pii_scan_nl", "RECOGNIZER", Recognizer)
    analyzer = analyzer_engine(recognizers, [GLiNERRecognizer(...)])
    analyzer.analyze("bsn 999990019", language="nl")

On this path each pattern runs by itself and Presidio gathers the results; the multi-pattern pass
finds the label words only. Spans, types and scores are the same, except for the cells of a `Table`,
whose columns Presidio is not told of.
"""

import importlib
import inspect
import logging
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

# Or these seek the network.
os.environ.setdefault("TLDEXTRACT_PUBLIC_SUFFIX_LIST_URLS", "")
os.environ["HF_HUB_OFFLINE"] = os.environ["TRANSFORMERS_OFFLINE"] = "1"

import spacy
from presidio_analyzer import (
    AnalyzerEngine,
    ContextAwareEnhancer,
    EntityRecognizer,
    PatternRecognizer,
    RecognizerRegistry,
    RecognizerResult,
)
from presidio_analyzer import Pattern as PresidioPattern
from presidio_analyzer.nlp_engine import (
    NlpArtifacts,
    NlpEngine,
    NlpEngineProvider,
    SpacyNlpEngine,
)
from spacy.language import Language
from spacy.tokens import Doc

from pii_scan.detect import Finder, best, labelled
from pii_scan.detect._normalise import normalise
from pii_scan.detect.context import Surroundings, weigh
from pii_scan.detect.engine import Candidate, Engine
from pii_scan.detect.layout import Layout, render, sniff
from pii_scan.detect.voters import ENTITIES, Names
from pii_scan.errors import ConfigError
from pii_scan.model import Chunk, Hit, Pattern, Recognizer, Table

# It logs the text that a broken check failed on.
logging.getLogger("presidio-analyzer").setLevel(logging.CRITICAL)

LANGUAGE = "nl"
_PATTERN = "pii_scan_pattern"

Plug = tuple[str, Mapping[str, Any]]
"""A Presidio recognizer, "package.module:Class", and what it is made with."""


class DutchRecognizer(PatternRecognizer):
    """A recognizer of ours as a Presidio `PatternRecognizer`."""

    def __init__(self, recognizer: Recognizer) -> None:
        """Hand Presidio the patterns, with the chance of a bare match as their score."""
        super().__init__(
            supported_entity=recognizer.entity,
            supported_language=LANGUAGE,
            name=f"Dutch{recognizer.entity.title().replace('_', '')}",
            patterns=[
                PresidioPattern(f"{recognizer.entity} {number}", pattern.regex, pattern.prior)
                for number, pattern in enumerate(recognizer.patterns, start=1)
            ],
            context=[*recognizer.labels, *recognizer.context],
            global_regex_flags=0,
        )
        self._engine = Engine((recognizer,))

    def analyze(
        self,
        text: str,
        entities: list[str],
        nlp_artifacts: NlpArtifacts | None = None,
        regex_flags: int | None = None,
    ) -> list[RecognizerResult]:
        """Return every match with clean edges that passes its check, scored without context."""
        plain = normalise(text)
        found = list(self._engine.alone(plain))
        found.extend(labelled(self._engine.scan(plain), sniff(plain), self._engine))
        return [
            RecognizerResult(
                entity_type=one.recognizer.entity,
                start=one.start,
                end=one.end,
                score=one.pattern.prior,
                recognition_metadata={
                    RecognizerResult.RECOGNIZER_NAME_KEY: type(self).__name__,
                    _PATTERN: one.recognizer.patterns.index(one.pattern),
                },
            )
            for one in found
        ]


class NameRecognizer(EntityRecognizer):
    """Names by our language model, as a Presidio recognizer.

    It weighs what the model reads, without what the patterns of a recognizer say of the same
    words: those come as results of their own, and of two readings the likelier stands. So with
    names on the scores of the two engines are near, not equal.
    """

    def __init__(self, names: Names) -> None:
        """Take a model that is loaded."""
        super().__init__(
            supported_entities=list(ENTITIES), supported_language=LANGUAGE, name="DutchNames"
        )
        self._names = names

    def load(self) -> None:
        """Nothing to load."""

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts | None = None
    ) -> list[RecognizerResult]:
        """Return the names in a text, with their chances."""
        plain = normalise(text)
        return [_result(hit) for hit in self._names.weighed(plain, (), sniff(plain))]


class DutchContext(ContextAwareEnhancer):
    """Scores results by the Dutch words around them; of two readings the likelier stands."""

    def __init__(self, recognizers: Sequence[Recognizer]) -> None:
        """Make ready to weigh results of these recognizers; others keep their score."""
        super().__init__(
            context_similarity_factor=0,
            min_score_with_context_similarity=0,
            context_prefix_count=0,
            context_suffix_count=0,
        )
        self._engine = Engine(recognizers)
        self._by_entity = {recognizer.entity: recognizer for recognizer in recognizers}

    def enhance_using_context(
        self,
        text: str,
        raw_results: list[RecognizerResult],
        nlp_artifacts: NlpArtifacts,
        recognizers: list[EntityRecognizer],
        context: list[str] | None = None,
    ) -> list[RecognizerResult]:
        """Return the results that stand, scored."""
        plain = normalise(text)
        return [_result(hit) for hit in best(self.weighed(plain, raw_results))]

    def weighed(self, plain: str, results: Sequence[RecognizerResult]) -> list[Hit]:
        """Return each result as a hit with its score in context; `plain` is normalised."""
        labels = self._engine.scan(plain).labels
        candidates = [self._candidate(result) for result in results]
        ours = {(o.start, o.end, o.recognizer.entity): o for o in candidates if o}.values()
        around = Surroundings(plain, labels, sniff(plain), self._engine, ours)
        found: dict[tuple[int, int, str], Hit] = {}
        for result, candidate in zip(results, candidates, strict=True):
            span = (result.start, result.end, result.entity_type)
            score, reasons = weigh(candidate, around) if candidate else (result.score, ())
            if span not in found or found[span].score < score:
                value = plain[result.start : result.end]
                found[span] = Hit(
                    result.entity_type, result.start, result.end, score, "", value, reasons=reasons
                )
        return list(found.values())

    def _candidate(self, result: RecognizerResult) -> Candidate | None:
        """Return a result of ours as the candidate it was."""
        number = (result.recognition_metadata or {}).get(_PATTERN)
        recognizer = self._by_entity.get(result.entity_type)
        if number is None or recognizer is None:
            return None
        pattern: Pattern = recognizer.patterns[number]
        return Candidate(result.start, result.end, recognizer, pattern)


def _result(hit: Hit) -> RecognizerResult:
    return RecognizerResult(
        hit.entity,
        hit.start,
        hit.end,
        hit.score,
        recognition_metadata={RecognizerResult.RECOGNIZER_NAME_KEY: "pii_scan"},
    )


class BlankNlp(SpacyNlpEngine):
    """A Dutch tokeniser without a model: nothing to download, no limit on length."""

    def __init__(self) -> None:
        """Make the pipeline; its lemmas are lower-case words, which others' context needs."""
        super().__init__(models=[{"lang_code": LANGUAGE, "model_name": "blank"}])
        nlp = spacy.blank(LANGUAGE)
        nlp.max_length = sys.maxsize
        nlp.add_pipe("pii_scan_lower")
        self.nlp = {LANGUAGE: nlp}  # type: ignore[assignment] # annotated as None there

    def load(self) -> None:
        """Nothing to load."""


@Language.component("pii_scan_lower")
def _lower(document: Doc) -> Doc:
    for token in document:
        token.lemma_ = token.lower_
    return document


def analyzer_engine(
    recognizers: Sequence[Recognizer],
    others: Sequence[EntityRecognizer] = (),
    nlp: NlpEngine | None = None,
) -> AnalyzerEngine:
    """Return a Presidio engine for Dutch with our recognizers, and `others` beside them.

    What `nlp` names counts too; without it the text is cut into words and no more.
    """
    registry = RecognizerRegistry(
        recognizers=[*map(DutchRecognizer, recognizers), *others], supported_languages=[LANGUAGE]
    )
    if nlp is not None:
        registry.add_nlp_recognizer(nlp)
    return AnalyzerEngine(
        registry=registry,
        nlp_engine=nlp or BlankNlp(),
        supported_languages=[LANGUAGE],
        context_aware_enhancer=DutchContext(recognizers),
    )


class Analyzer:
    """Detection by Presidio, behind the same call as our own pass."""

    def __init__(
        self,
        recognizers: Sequence[Recognizer],
        others: Sequence[Plug] = (),
        names: Names | None = None,
        finders: Sequence[Finder] = (),
        nlp: Mapping[str, Any] | None = None,
    ) -> None:
        """Make the engine; `finders` look at what Presidio found, as in our own pass.

        `nlp` is Presidio's configuration of an NLP engine. Models are never downloaded.

        Raises:
            ConfigError: something named cannot be found or made.
        """
        extra: list[EntityRecognizer] = [_plugged(name, options) for name, options in others]
        if names is not None:
            extra.append(NameRecognizer(names))
        self._engine = analyzer_engine(recognizers, extra, _nlp_engine(nlp) if nlp else None)
        self._finders = tuple(finders)

    def detect(self, part: Chunk | Table, min_score: float) -> tuple[str, list[Hit]]:
        """Return the text that was scanned and the hits in it, in order, none overlapping."""
        text, layout = render(part) if isinstance(part, Table) else (part.text, None)
        results = self._engine.analyze(text, language=LANGUAGE, score_threshold=min_score)
        found = [Hit(r.entity_type, r.start, r.end, r.score, "", "") for r in results]
        if self._finders:
            plain = normalise(text)
            shape = layout or sniff(plain)
            told = [hit for find in self._finders for hit in find(plain, shape, found)]
            found = best([*found, *(hit for hit in told if hit.score >= min_score)])
        found.sort(key=lambda hit: hit.start)
        return text, [_placed(hit, text, part.where, layout) for hit in found]


def _placed(hit: Hit, text: str, where: str, layout: Layout | None) -> Hit:
    cell = layout.at(hit.start) if layout else None
    return replace(
        hit,
        where=f"{where} row {cell.row}".strip() if cell else where,
        value=text[hit.start : hit.end],
        row=cell.row if cell else None,
        column=cell.heading if cell else None,
    )


def _plugged(name: str, options: Mapping[str, Any]) -> EntityRecognizer:
    told = f"Presidio recognizer {name}"
    module, _, kind = name.partition(":")
    try:
        maker: Any = getattr(importlib.import_module(module), kind)
        if "model_name" in options or "model_name" in inspect.signature(maker).parameters:
            _check_local(told, options.get("model_name"))
        made = maker(supported_language=LANGUAGE, **options)
    except (ImportError, AttributeError, TypeError, ValueError, OSError) as error:
        raise ConfigError(f"{told}: cannot be made ({type(error).__name__})") from None
    if not isinstance(made, EntityRecognizer):
        raise ConfigError(f"{told}: is no EntityRecognizer")
    return made


def _nlp_engine(configuration: Mapping[str, Any]) -> NlpEngine:
    told = "Presidio NLP engine"
    for model in configuration.get("models", ()):
        name = model.get("model_name") if isinstance(model, Mapping) else None
        for one in name.values() if isinstance(name, Mapping) else (name,):
            _check_local(told, one)
    try:
        return NlpEngineProvider(nlp_configuration=dict(configuration)).create_engine()
    except (ImportError, KeyError, TypeError, ValueError, OSError) as error:
        raise ConfigError(f"{told}: cannot be made ({type(error).__name__})") from None


def _check_local(told: str, model: object) -> None:
    """Refuse a model that would have to be downloaded."""
    if not isinstance(model, str) or not (Path(model).is_dir() or spacy.util.is_package(model)):
        raise ConfigError(
            f"{told}: model_name must be a folder on this machine; none is downloaded"
        )
