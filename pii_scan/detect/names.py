"""What a language model reads in a text: which words it takes for names, and how sure it is.

The one room of spaCy. A pipeline is loaded by path, once a process; repeated text is read once.
"""

import re
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import spacy
from numpy.typing import NDArray
from spacy.tokens import Doc

from pii_scan.detect.units import units
from pii_scan.errors import ConfigError

LABELS = ("PERSON", "LOCATION", "ORGANIZATION")
_OTHER_NAMES = {"PER": "PERSON", "LOC": "LOCATION", "GPE": "LOCATION", "ORG": "ORGANIZATION"}
"""What other pipelines call them."""
_CHANCES = "chances"
_NEEDED = frozenset(["tok2vec", "transformer", "ner", "entity_ruler", "span_ruler", "lists"])
"""Factories and components that names need; others of a pipeline are not loaded."""
_SURE = 0.9
"""The chance given to what a pipeline without chances of its own names."""
_BATCH = 32
_MOST_KEPT = 4096
_DIGITS = str.maketrans("123456789", "000000000")

Chances = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch that the model takes for a name. Half-open, code points."""

    start: int
    end: int
    label: str
    named: bool
    """Whether the model names it outright; otherwise only the chance of its words says so."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as the model read it: its words, and for each the chance of each of `LABELS`."""

    starts: list[int] = field(default_factory=list, repr=False)
    ends: list[int] = field(default_factory=list, repr=False)
    chances: Chances = field(
        default_factory=lambda: np.zeros((0, len(LABELS)), dtype=np.float32), repr=False
    )
    spans: tuple[Span, ...] = field(default=(), repr=False)

    def chance(self, start: int, end: int, label: str) -> float | None:
        """Return how likely the words in a stretch are `label`; `None` where none was read."""
        first = bisect_right(self.ends, start)
        last = bisect_left(self.starts, end)
        if first >= last:
            return None
        return float(self.chances[first:last, LABELS.index(label)].mean())


class Reader:
    """A loaded pipeline; make it once a process."""

    def __init__(self, path: Path) -> None:
        """Load.

        Raises:
            ConfigError: there is no pipeline at `path`, or it names nothing. None is downloaded.
        """
        self._nlp = _loaded(path)
        self._chances: Any = None
        if _CHANCES in self._nlp.component_names:
            self._chances = self._nlp.get_pipe(_CHANCES)
            self._columns = [
                [i for i, tag in enumerate(self._chances.labels) if tag[2:] == label]
                for label in LABELS
            ]
        self._kept: OrderedDict[str, Reading] = OrderedDict()

    def read(self, text: str) -> Reading:
        """Return what the model reads in `text`, stretch by stretch."""
        stretches = [(a, b) for a, b in units(text) if _has_words(text, a, b)]
        keys = [text[a:b].translate(_DIGITS) for a, b in stretches]
        known = self._known(keys)
        starts: list[int] = []
        ends: list[int] = []
        spans: list[Span] = []
        for (offset, _), key in zip(stretches, keys, strict=True):
            one = known[key]
            starts += [start + offset for start in one.starts]
            ends += [end + offset for end in one.ends]
            spans += [Span(s.start + offset, s.end + offset, s.label, s.named) for s in one.spans]
        if not stretches:
            return Reading()
        chances = np.concatenate([known[key].chances for key in keys])
        return Reading(starts, ends, chances, tuple(spans))

    def _known(self, keys: Sequence[str]) -> dict[str, Reading]:
        """Return the reading of each text; those not kept from before are read in batches."""
        found = {key: self._kept[key] for key in keys if key in self._kept}
        missing = iter([key for key in dict.fromkeys(keys) if key not in found])
        while batch := list(islice(missing, _BATCH)):
            found.update(zip(batch, self._read(batch), strict=True))
        for key in found:
            self._kept[key] = found[key]
            self._kept.move_to_end(key)
        while len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
        return found

    def _read(self, texts: Sequence[str]) -> Iterator[Reading]:
        documents = list(self._nlp.pipe(texts, batch_size=_BATCH))
        scores = self._chances.model.predict(documents) if self._chances else [None] * len(texts)
        for document, score in zip(documents, scores, strict=True):
            named = list(_named(document))
            chances = self._per_label(score) if score is not None else _certain(document, named)
            starts = [token.idx for token in document]
            ends = [token.idx + len(token) for token in document]
            likely = _likely(document, chances, named)
            yield Reading(starts, ends, chances, (*named, *likely))

    def _per_label(self, scores: Chances) -> Chances:
        """Turn a score a tag into a chance a label."""
        tags = np.exp(scores - scores.max(axis=1, keepdims=True))
        tags /= tags.sum(axis=1, keepdims=True)
        return np.stack([tags[:, columns].sum(axis=1) for columns in self._columns], axis=1)


def _loaded(path: Path) -> spacy.language.Language:
    if not (path / "config.cfg").is_file():
        raise ConfigError(f"{path}: there is no spaCy pipeline; names = must be a folder with one")
    try:
        config = spacy.util.load_config(path / "config.cfg")
        components = config["components"]
        left_out = [
            name
            for name in config["nlp"]["pipeline"]
            if not {name, components[name]["factory"]} & {*_NEEDED, _CHANCES}
        ]
        nlp = spacy.load(path, exclude=left_out, disable=[_CHANCES])
    except (OSError, ValueError, KeyError, ImportError) as error:
        raise ConfigError(
            f"{path}: not a pipeline to read names with ({type(error).__name__})"
        ) from None
    labels = {label for name in nlp.pipe_names for label in nlp.pipe_labels.get(name, ())}
    if not labels & {*LABELS, *_OTHER_NAMES}:
        raise ConfigError(f"{path}: this pipeline names no persons or places")
    return nlp


def _has_words(text: str, start: int, end: int) -> bool:
    """Tell whether there are two words: a number, a code or a line of signs is not read."""
    return _TWO_WORDS.search(text, start, end) is not None


_TWO_WORDS = re.compile(r"[^\W\d_]{2}")


def _named(document: Doc) -> Iterator[Span]:
    for ent in document.ents:
        label = _OTHER_NAMES.get(ent.label_, ent.label_)
        if label in LABELS:
            yield Span(ent.start_char, ent.end_char, label, named=True)


def _certain(document: Doc, named: Iterable[Span]) -> Chances:
    chances = np.zeros((len(document), len(LABELS)), dtype=np.float32)
    for span in named:
        words = document.char_span(span.start, span.end)
        if words is not None:
            chances[words.start : words.end, LABELS.index(span.label)] = _SURE
    return chances


_LIKELY = 0.25
"""The chance from which words that are not named are looked at."""


def _likely(document: Doc, chances: Chances, named: Sequence[Span]) -> Iterator[Span]:
    """Yield runs of words that may be a name, though the model does not name them."""
    taken = np.zeros(len(document), dtype=bool)
    for span in named:
        words = document.char_span(span.start, span.end)
        if words is not None:
            taken[words.start : words.end] = True
    for number, label in enumerate(LABELS[:2]):
        run: list[int] = []
        for index in [*np.flatnonzero((chances[:, number] >= _LIKELY) & ~taken), len(document) + 1]:
            if run and index != run[-1] + 1:
                words = document[run[0] : run[-1] + 1]
                yield Span(words.start_char, words.end_char, label, named=False)
                run = []
            if index < len(document) and not document[int(index)].is_space:
                run.append(int(index))
