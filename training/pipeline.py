"""The shape of the language model: a small Dutch pipeline of standard spaCy components.

    lists      attribute_ruler   which name lists a word is on, as morphological features
    tok2vec                      a vector a word, from its form, those features and its neighbours
    ner                          names: PERSON, LOCATION, ORGANIZATION
    chances    tagger            the chance of each tag of each word (B-PERSON … O)

It loads with `spacy.load(path)` and nothing else. `ner` says what is a name, `chances` how sure it
may be: detection weighs both.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import spacy
from spacy.language import Language
from spacy.util import compile_infix_regex, compile_prefix_regex, compile_suffix_regex

LABELS = ("PERSON", "LOCATION", "ORGANIZATION")
TAGS = ("O", *(f"{begin}-{label}" for label in LABELS for begin in "BI"))
LISTS = "lists"
WIDTH, DEPTH = 96, 4
_SPLIT = r"""[;:/|<>=_()\[\]{}"\u201c\u201d\u201e«»•·→+\u2013\u2014*#!?,&]"""
"""Signs that part words wherever they stand: cells, paths, two towns and a dash."""


def blank(
    lists: Mapping[str, Iterable[str]], width: int = WIDTH, depth: int = DEPTH, rows: int = 8000
) -> Language:
    """Return the untrained pipeline; `lists`: feature ("Given=Yes") to words in lower case."""
    nlp = spacy.blank("nl")
    _set_tokenizer(nlp)
    _add_lists(nlp, lists)
    nlp.add_pipe(
        "tok2vec",
        config={
            "model": {
                "@architectures": "spacy.Tok2Vec.v2",
                "embed": {
                    "@architectures": "spacy.MultiHashEmbed.v2",
                    "width": width,
                    "attrs": ["NORM", "PREFIX", "SUFFIX", "SHAPE", "MORPH"],
                    "rows": [rows, 1000, 4000, 1500, 200],
                    "include_static_vectors": False,
                },
                "encode": {
                    "@architectures": "spacy.MaxoutWindowEncoder.v2",
                    "width": width,
                    "depth": depth,
                    "window_size": 1,
                    "maxout_pieces": 3,
                },
            }
        },
    )
    listener = {"@architectures": "spacy.Tok2VecListener.v1", "width": width, "upstream": "*"}
    ner = nlp.add_pipe(
        "ner",
        config={
            "model": {
                "@architectures": "spacy.TransitionBasedParser.v2",
                "state_type": "ner",
                "extra_state_tokens": True,
                "hidden_width": 64,
                "maxout_pieces": 2,
                "use_upper": True,
                "tok2vec": listener,
            },
            "incorrect_spans_key": None,
        },
    )
    chances = nlp.add_pipe(
        "tagger",
        name="chances",
        config={
            "model": {"@architectures": "spacy.Tagger.v2", "nO": None, "tok2vec": listener},
            "overwrite": True,
        },
    )
    for label in LABELS:
        ner.add_label(label)  # type: ignore[attr-defined]
    for tag in TAGS:
        chances.add_label(tag)  # type: ignore[attr-defined]
    return nlp


def _set_tokenizer(nlp: Language) -> None:
    """Part words at more signs than spaCy does: in notes and tables names touch anything."""
    defaults: Any = nlp.Defaults
    tokenizer: Any = nlp.tokenizer
    tokenizer.prefix_search = compile_prefix_regex([*defaults.prefixes, _SPLIT, r"[-.'@~]"]).search
    tokenizer.suffix_search = compile_suffix_regex(
        [*defaults.suffixes, _SPLIT, r"(?<=\w\w)\.", r"(?<=\w)-"]
    ).search
    tokenizer.infix_finditer = compile_infix_regex([*defaults.infixes, _SPLIT]).finditer
    tokenizer.url_match = None


def _add_lists(nlp: Language, lists: Mapping[str, Iterable[str]]) -> None:
    """Give words the features of the lists they are on; a word on several has all of them."""
    features: dict[str, list[str]] = {}
    for feature, words in lists.items():
        for word in words:
            features.setdefault(word, []).append(feature)
    by_features: dict[str, list[str]] = {}
    for word, found in features.items():
        by_features.setdefault("|".join(sorted(found)), []).append(word)
    ruler = nlp.add_pipe("attribute_ruler", name=LISTS)
    for joined in sorted(by_features):
        pattern = [{"LOWER": {"IN": sorted(by_features[joined])}}]
        ruler.add([pattern], {"MORPH": joined})  # type: ignore[attr-defined]
