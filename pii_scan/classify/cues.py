"""Cues: shapes of a text that tell documents apart, such as the header of a mail or a clock time.

A text is gone over for each of some forty of them. So words are looked up among the words of the
text, which are counted once, and what begins a line is sought with the line end before it: a
pattern that begins with a plain character skips ahead as fast as `str.find`.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final

from pii_scan.classify._terms import Beginnings, words

_WORD: Final = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Cue:
    """A shape of a text; how often it is there in each of the three ways is added up."""

    words: tuple[str, ...] = ()
    """Lower-case words and runs of them; a last "*" stands for the rest of a word."""
    line: str = ""
    """A regular expression for what begins a line; a line end that it takes begins no more."""
    pattern: str = ""
    """A regular expression for what may stand anywhere; "$" is the end of a line."""
    only_with: tuple[str, ...] = ()
    """Pieces of text of which one is there wherever the expressions match, which are then sought in
    no other text; empty: in every text."""
    least: int = 1
    """How often it has to be there."""


class Cues:
    """Cues ready to be sought together."""

    def __init__(self, cues: Mapping[str, Cue]) -> None:
        """Compile.

        Raises:
            re.error: an expression is not valid.
        """
        self._only_with = {name: cue.only_with for name, cue in cues.items()}
        self._least = {name: cue.least for name, cue in cues.items()}
        self._words: dict[str, list[str]] = {}
        self._phrases: list[tuple[str, re.Pattern[str], str]] = []
        self._lines: list[tuple[str, re.Pattern[str]]] = []
        self._patterns: list[tuple[str, re.Pattern[str]]] = []
        begun: list[tuple[str, str]] = []
        for name, cue in cues.items():
            for word in cue.words:
                plain = word.removesuffix("*")
                if not _WORD.fullmatch(plain):
                    edge = "" if plain != word else r"\b"
                    phrase = re.compile(rf"\b{re.escape(plain)}{edge}")
                    self._phrases.append((plain, phrase, name))
                elif plain != word:
                    begun.append((plain, name))
                else:
                    self._words.setdefault(word, []).append(name)
        self._beginnings = Beginnings(begun)
        for name, cue in cues.items():
            if cue.line:
                self._lines.append((name, re.compile(rf"\n(?:{cue.line})", re.MULTILINE)))
            if cue.pattern:
                self._patterns.append((name, re.compile(cue.pattern, re.MULTILINE)))

    def found(self, text: str) -> set[str]:
        """Return the names of the cues that a lower-cased text has."""
        counts = Counter(words(text))
        met: dict[str, set[str]] = {}
        for word in self._words.keys() & counts.keys():
            for name in self._words[word]:
                met.setdefault(name, set()).add(word)
        for word, name in self._beginnings.of(counts):
            met.setdefault(name, set()).add(word)
        times = {name: sum(counts[word] for word in those) for name, those in met.items()}
        for plain, phrase, name in self._phrases:
            if plain in text:
                times[name] = times.get(name, 0) + len(phrase.findall(text))
        for shapes, within in ((self._lines, f"\n{text}"), (self._patterns, text)):
            for name, shape in shapes:
                missing = self._least[name] - times.get(name, 0)
                held = self._only_with[name]
                if missing > 0 and (not held or any(one in text for one in held)):
                    more = len(list(islice(shape.finditer(within), missing)))
                    times[name] = times.get(name, 0) + more
        return {name for name, least in self._least.items() if times.get(name, 0) >= least}
