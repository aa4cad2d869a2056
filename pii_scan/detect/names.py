"""What a language model reads in a text: which words it takes for names, and how sure it is.

The one room of spaCy. A pipeline is loaded by path, once a process; repeated text is read once.
"""

import re
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import spacy
from numpy.typing import NDArray
from spacy.attrs import IDX, LENGTH, LOWER, MORPH  # type: ignore[import-not-found]
from spacy.language import Language
from spacy.tokenizer import Tokenizer  # type: ignore[import-not-found]
from spacy.tokens import Doc
from spacy.util import registry
from thinc.api import NumpyOps, set_current_ops

from pii_scan.detect.layout import Layout
from pii_scan.detect.units import units
from pii_scan.errors import ConfigError

LABELS = ("PERSON", "LOCATION", "ORGANIZATION")
_OTHER_NAMES = {"PER": "PERSON", "LOC": "LOCATION", "GPE": "LOCATION", "ORG": "ORGANIZATION"}
"""What other pipelines call them."""
_CHANCES = "chances"
"""Our own pipelines have a component of this name, a tagger that gives each word a chance of each
tag ("B-PERSON"). Where it is, it says what names there are as well as `ner` does, and in less time.
"""
_NAMING = frozenset(["tok2vec", "transformer", "ner", "entity_ruler", "span_ruler"])
"""Factories of what names names in other pipelines; the rest of a pipeline is not loaded."""
_LISTS = "lists"
"""And one that tells which lists of names a word is on, by its form."""
_OWN = frozenset(["tok2vec", _LISTS, _CHANCES])
_UNFILLED = {"nlp": {"tokenizer": {"@tokenizers": "pii_scan.unfilled"}}}
"""Settings of our own: its tokenizer gets its rules from its files alone."""
_LIKELY = 0.4
"""The chance from which a word is looked at."""
_SURE = 0.9
"""The chance given to what a pipeline without chances of its own names."""
_BATCH = 64
_MOST_KEPT = 4096
_LETTERS = re.compile(r"[^\W\d_]{2}")
_DIGITS = str.maketrans("123456789", "000000000")

Chances = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch that the model takes for a name. Half-open, code points."""

    start: int
    end: int
    label: str


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
        self._listed = _listed(self._nlp)
        self._chances: Any = None
        if _CHANCES in self._nlp.component_names:
            self._chances = self._nlp.get_pipe(_CHANCES)
            tags = list(self._chances.labels)
            self._begin, self._inside = (
                [tags.index(f"{place}-{label}") for label in LABELS] for place in "BI"
            )
        self._kept: OrderedDict[str, Reading] = OrderedDict()

    def ahead(self, texts: Iterable[str]) -> None:
        """Read texts now that will be asked for, as far as they can be kept."""
        keys = (
            text[a:b].translate(_DIGITS) for text in texts for a, b in _stretches(text, Layout())
        )
        self._known(list(islice(keys, _MOST_KEPT // 2)))

    def read(self, text: str, layout: Layout) -> Reading:
        """Return what the model reads in `text`: stretch by stretch, a table cell by cell."""
        stretches = list(_stretches(text, layout))
        keys = [text[a:b].translate(_DIGITS) for a, b in stretches]
        known = self._known(keys)
        starts: list[int] = []
        ends: list[int] = []
        spans: list[Span] = []
        for (offset, _), key in zip(stretches, keys, strict=True):
            one = known[key]
            starts += [start + offset for start in one.starts]
            ends += [end + offset for end in one.ends]
            spans += [Span(s.start + offset, s.end + offset, s.label) for s in one.spans]
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
        documents = list(self._nlp.pipe(map(self._words, texts), batch_size=_BATCH))
        if self._chances is None:
            for document in documents:
                named = list(_named(document))
                yield _reading(document, _certain(document, named), named)
            return
        for document, scores in zip(documents, self._chances.model.predict(documents), strict=True):
            tags = np.exp(scores - scores.max(axis=1, keepdims=True))
            tags /= tags.sum(axis=1, keepdims=True)
            begin, inside = tags[:, self._begin], tags[:, self._inside]
            yield _reading(document, begin + inside, _runs(document, begin, inside))

    def _words(self, text: str) -> Doc:
        """Part a text into words, and say of each which lists it is on."""
        document = self._nlp.make_doc(text)
        marks = [self._listed.get(word, 0) for word in document.to_array(LOWER).tolist()]
        if any(marks):
            hashes: Any = np.array(marks, dtype=np.uint64)
            document.from_array(MORPH, hashes)
        return document


def _listed(nlp: Language) -> dict[int, int]:
    """Take the lists out of a pipeline of ours: hash of a word in lower case -> hash of its mark.

    As a component they are patterns of which each is tried on each word: a tenth of all the time
    that reading takes.
    """
    if _CHANCES not in nlp.component_names or _LISTS not in nlp.pipe_names:
        return {}
    ruler: Any = nlp.remove_pipe(_LISTS)[1]
    listed: dict[int, int] = {}
    for entry in ruler.patterns:
        mark = nlp.vocab.morphology.add(entry["attrs"]["MORPH"])
        words = entry["patterns"][0][0]["LOWER"]["IN"]
        listed |= {nlp.vocab.strings.add(word): mark for word in words}
    return listed


def _reading(document: Doc, chances: Chances, spans: Iterable[Span]) -> Reading:
    places: Any = document.to_array([IDX, LENGTH])
    starts, ends = places[:, 0].tolist(), places.sum(axis=1).tolist()
    return Reading(starts, ends, chances, tuple(spans))


def _loaded(path: Path) -> Language:
    if not (path / "config.cfg").is_file():
        raise ConfigError(f"{path}: there is no spaCy pipeline; names = must be a folder with one")
    try:
        config = spacy.util.load_config(path / "config.cfg")
        components = config["components"]
        naming = _OWN if _CHANCES in components else _NAMING
        left_out = [
            name
            for name in config["nlp"]["pipeline"]
            if name not in naming and components[name]["factory"] not in naming
        ]
        # The products of matrices are half of all work, and numpy's are three times as fast as
        # those of blis, which thinc would take.
        set_current_ops(NumpyOps(use_blis=False))
        read = partial(spacy.load, path, exclude=left_out, disable=[_CHANCES])
        nlp = _alone(partial(read, config=_UNFILLED)) if naming is _OWN else read()
    except (OSError, ValueError, KeyError, ImportError) as error:
        raise ConfigError(
            f"{path}: not a pipeline to read names with ({type(error).__name__})"
        ) from None
    labels = {
        label for _, component in nlp.components for label in getattr(component, "labels", ())
    }
    if not {label.removeprefix("B-") for label in labels} & {*LABELS, *_OTHER_NAMES}:
        raise ConfigError(f"{path}: this pipeline names no persons or places")
    return nlp


def _alone(load: Callable[[], Language]) -> Language:
    """Load what needs no components of others: spaCy imports all that are offered, Presidio too."""
    offers = getattr(registry, "_entry_point_factories", registry.factories)
    others, offers.entry_points = offers.entry_points, False
    try:
        return load()
    finally:
        offers.entry_points = others


@registry.tokenizers("pii_scan.unfilled")  # type: ignore[untyped-decorator]
def _unfilled() -> Callable[[Language], Tokenizer]:
    """Make a tokenizer without rules: those of the language would soon be replaced."""
    return lambda nlp: Tokenizer(nlp.vocab)


def _stretches(text: str, layout: Layout) -> Iterator[tuple[int, int]]:
    """Yield the stretches that hold a word: numbers, codes and lines of signs are not read."""
    cells = ((cell.start, cell.end) for cell in layout.cells)
    stretches = cells if layout.is_table else units(text)
    return ((a, b) for a, b in stretches if _LETTERS.search(text, a, b))


def _named(document: Doc) -> Iterator[Span]:
    for ent in document.ents:
        label = _OTHER_NAMES.get(ent.label_, ent.label_)
        if label in LABELS:
            yield Span(ent.start_char, ent.end_char, label)


def _certain(document: Doc, named: Iterable[Span]) -> Chances:
    chances = np.zeros((len(document), len(LABELS)), dtype=np.float32)
    for span in named:
        words = document.char_span(span.start, span.end)
        if words is not None:
            chances[words.start : words.end, LABELS.index(span.label)] = _SURE
    return chances


def _runs(document: Doc, begin: Chances, inside: Chances) -> Iterator[Span]:
    """Yield runs of words that are likeliest of one kind, cut where a new name begins."""
    chances = begin + inside
    kinds = chances.argmax(axis=1)
    first, kind, end = -1, -1, 0
    for token, index in ((document[int(i)], int(i)) for i in _likely(chances)):
        if token.is_space:
            continue
        goes_on = index == end and kinds[index] == kind and begin[index, kind] < inside[index, kind]
        if not goes_on:
            if first >= 0:
                yield _span(document, first, end, kind)
            first, kind = index, int(kinds[index])
        end = index + 1
    if first >= 0:
        yield _span(document, first, end, kind)


def _likely(chances: Chances) -> NDArray[np.intp]:
    return np.flatnonzero(chances.max(axis=1, initial=0) >= _LIKELY)


def _span(document: Doc, first: int, end: int, kind: int) -> Span:
    words = document[first:end]
    return Span(words.start_char, words.end_char, LABELS[kind])
