"""The terms of rules/doctypes.toml as they are found in a text, damaged by a scanner or not."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final, Generic, TypeVar

T = TypeVar("T")

LONGEST: Final = 4
"""Words of a term."""
_JOINED: Final = 8
"""Letters from which a term is known with its spaces lost or with one too many: two short words
side by side often make another by chance."""
_WORD: Final = re.compile(r"[^\W_]+")
_ALIKE: Final = (
    ("0", "o"),
    ("1", "i"),
    ("l", "i"),
    ("5", "s"),
    ("|", "i"),
    ("!", "i"),
    ("rn", "m"),
)
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
    for sign, read in _ALIKE:  # several times as fast as one `translate`
        text = text.replace(sign, read)
    return text


class Beginnings(Generic[T]):
    """Beginnings of words, each with what it stands for, ready to be sought together."""

    def __init__(self, told: Iterable[tuple[str, T]]) -> None:
        """Index them by their first letters, as many as the shortest has."""
        given = list(told)
        self._head = min((len(beginning) for beginning, _ in given), default=0)
        self._by_head: dict[str, list[tuple[str, T]]] = {}
        for beginning, meant in given:
            self._by_head.setdefault(beginning[: self._head], []).append((beginning, meant))

    def of(self, words: Iterable[str]) -> Iterator[tuple[str, T]]:
        """Yield every word that begins with one of them, and what that stands for."""
        for word in words:
            for beginning, meant in self._by_head.get(word[: self._head], ()):
                if word.startswith(beginning):
                    yield word, meant


class Vocabulary:
    """All terms that are evidence of anything, ready to be sought together."""

    def __init__(self, terms: Iterable[str]) -> None:
        """Index terms of one to four lower-case words; a last "*" stands for the rest of a word."""
        self._by_key: dict[str, list[tuple[int, str]]] = {}
        begun: list[tuple[str, str]] = []
        for term in sorted(set(terms)):
            if term.endswith("*"):
                begun.append((_folded(term[:-1]), term))
            else:
                words = _WORD.findall(_folded(term))
                self._by_key.setdefault("".join(words), []).append((len(words), term))
        self._beginnings = Beginnings(begun)
        self._begun = {key[:end] for key in self._by_key for end in range(1, len(key))}
        """All that a key begins with: a run of words is read on as long as it is one of these."""

    def found(self, text: str) -> set[str]:
        """Return the terms that a lower-cased text holds, as the rules spell them."""
        words = _WORD.findall(_folded(text))
        distinct = set(words)
        found = {term for _, term in self._beginnings.of(distinct)}
        for key in self._by_key.keys() & distinct:
            found.update(self._spelled(key, 1))
        begun = self._begun
        for place, word in enumerate(words):
            if word in begun:
                run = word
                for length, following in enumerate(words[place + 1 : place + LONGEST], start=2):
                    run += following
                    if run in self._by_key:
                        found.update(self._spelled(run, length))
                    if run not in begun:
                        break
        return found

    def _spelled(self, key: str, length: int) -> Iterator[str]:
        """Yield the terms that a run of `length` words is, as it is or with its spaces wrong."""
        is_long = len(key) >= _JOINED
        return (term for size, term in self._by_key[key] if is_long or size == length)
