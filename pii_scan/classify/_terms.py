"""The terms of rules/doctypes.toml as they are found in a text, damaged by a scanner or not."""

import codecs
import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import compress, count, islice
from operator import add
from typing import Final, Generic, TypeVar

T = TypeVar("T")

LONGEST: Final = 4
"""Words of a term."""
_JOINED: Final = 8
"""Letters from which a term is known with its spaces lost or with one too many: two short words
side by side often make another by chance."""
_ALIKE: Final = {"0": "o", "1": "i", "l": "i", "5": "s", "|": "i", "!": "i"}
"""What text recognition takes for each other; and "rn" for "m"."""
_MOST_KEPT: Final = 10_000
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


def words(text: str) -> list[str]:
    """Return the words of a lower-cased text: letters, digits and low lines."""
    return _split(text, _WORDS)


def _folded(text: str) -> list[str]:
    """Return the words of a lower-cased text, without accents; signs that look alike are one."""
    return _split(text, _FOLDED)


def _split(text: str, table: bytes) -> list[str]:
    """Split a text by a table that has a space for what parts words: in bytes far the fastest."""
    read = text.encode("latin-1", "pii_scan.unmarked").translate(table)
    return (read.replace(b"rn", b"m") if table is _FOLDED else read).decode("latin-1").split()


def _unmarked(sign: str) -> str:
    """Return a character without accents; ÿ for a letter that Latin-1 lacks, a space for a sign."""
    return "".join(
        one if one.isascii() else "ÿ" if one.isalnum() else " "
        for one in unicodedata.normalize("NFKD", sign)
        if not unicodedata.combining(one)
    )


class _Unmarked(dict[int, str]):
    """What stands for a character that Latin-1 lacks; of those met first it is kept."""

    def __missing__(self, code: int) -> str:
        read = _unmarked(chr(code))
        if len(self) < _MOST_KEPT:
            self[code] = read
        return read


def _beyond(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return error.object[error.start : error.end].translate(_UNMARKED), error.end


_UNMARKED: Final = _Unmarked()
codecs.register_error("pii_scan.unmarked", _beyond)
_LATIN: Final = bytes(range(256)).decode("latin-1")
_WORDS: Final = "".join(sign if sign.isalnum() or sign == "_" else " " for sign in _LATIN).encode(
    "latin-1"
)
_FOLDED: Final = "".join(
    _ALIKE.get(one, one if one.isalnum() else " ")
    for one in (_unmarked(sign)[:1] for sign in _LATIN)
).encode("latin-1")


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
        head, by_head = self._head, self._by_head
        for word in [word for word in words if word[:head] in by_head]:
            for beginning, meant in by_head[word[:head]]:
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
                begun.append(("".join(_folded(term[:-1])), term))
            else:
                spelled = _folded(term)
                self._by_key.setdefault("".join(spelled), []).append((len(spelled), term))
        self._beginnings = Beginnings(begun)
        self._begun = {key[:end] for key in self._by_key for end in range(1, len(key))}
        """All that a key begins with: a run of words is read on as long as it is one of these."""

    def found(self, text: str) -> set[str]:
        """Return the terms that a lower-cased text holds, as the rules spell them."""
        read = _folded(text)
        distinct = set(read)
        found = {term for _, term in self._beginnings.of(distinct)}
        pairs = list(map(add, read, islice(read, 1, None)))
        paired = set(pairs)
        for length, runs in ((1, distinct), (2, paired)):
            for key in self._by_key.keys() & runs:
                found.update(self._spelled(key, length))
        begun = self._begun & paired
        for place in compress(count(), map(begun.__contains__, pairs)):
            run = pairs[place]
            for length, following in enumerate(read[place + 2 : place + LONGEST], start=3):
                run += following
                if run in self._by_key:
                    found.update(self._spelled(run, length))
                if run not in self._begun:
                    break
        return found

    def _spelled(self, key: str, length: int) -> Iterator[str]:
        """Yield the terms that a run of `length` words is, as it is or with its spaces wrong."""
        is_long = len(key) >= _JOINED
        return (term for size, term in self._by_key[key] if is_long or size == length)
