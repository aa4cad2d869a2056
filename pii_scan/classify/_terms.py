"""The terms of rules/doctypes.toml as they are found in a text, damaged by a scanner or not."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

LONGEST: Final = 4
"""Words of a term."""
_JOINED: Final = 8
"""Letters from which a term is known with its spaces lost or with one too many: two short words
side by side often make another by chance."""
_WORD: Final = re.compile(r"[^\W_]+")
_ALIKE: Final = str.maketrans({"0": "o", "1": "i", "l": "i", "5": "s", "|": "i", "!": "i"})
"""What text recognition takes for each other."""
_ROUND: Final = re.compile(
    r"0(?:(?<=[a-z]0)(?=[a-z])|(?<![^\W_]0)(?=[a-z]{2})|(?<=[a-z]{2}0)(?![^\W_]))"
)
_UPRIGHT: Final = re.compile(r"[1|](?<=[a-z].)(?=[a-z])")
"""These begin with what they seek, since only then is the rest of a text passed over quickly."""


def repaired(text: str) -> str:
    """Return a lower-cased text with the digits within its words read as the letters they resemble.

    >>> repaired("f0rmulier 10 van 0nderwerp")
    'formulier 10 van onderwerp'
    """
    return _UPRIGHT.sub("l", _ROUND.sub("o", _ROUND.sub("o", text)))


def _folded(text: str) -> str:
    """Return a lower-cased text in which signs that look alike are one."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
        for mark in filter(unicodedata.combining, set(text)):
            text = text.replace(mark, "")
    return text.translate(_ALIKE).replace("rn", "m")


class Vocabulary:
    """All terms that are evidence of anything, ready to be sought together."""

    def __init__(self, terms: Iterable[str]) -> None:
        """Index terms of one to four lower-case words; a last "*" stands for the rest of a word."""
        self._by_key: dict[str, list[tuple[int, str]]] = {}
        self._by_prefix: dict[str, str] = {}
        for term in sorted(set(terms)):
            if term.endswith("*"):
                self._by_prefix[_folded(term[:-1])] = term
            else:
                words = _WORD.findall(_folded(term))
                self._by_key.setdefault("".join(words), []).append((len(words), term))
        self._lengths = sorted({len(prefix) for prefix in self._by_prefix})

    def found(self, text: str) -> set[str]:
        """Return the terms that a lower-cased text holds, as the rules spell them."""
        words = _WORD.findall(_folded(text))
        found = set(self._prefixed(set(words)))
        for length in range(1, LONGEST + 1):
            runs = zip(*(words[step:] for step in range(length)), strict=False)
            for key in self._by_key.keys() & set(map("".join, runs)):
                is_long = len(key) >= _JOINED
                found.update(term for size, term in self._by_key[key] if is_long or size == length)
        return found

    def _prefixed(self, words: set[str]) -> Iterator[str]:
        for length in self._lengths:
            for prefix in self._by_prefix.keys() & {word[:length] for word in words}:
                yield self._by_prefix[prefix]
