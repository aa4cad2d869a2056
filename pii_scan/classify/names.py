"""Stage 5, classify: a Dutch name as written -> one spelling of its parts, for fingerprints."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

# fmt: off
TITLES: Final = frozenset(
    (
        "dhr", "hr", "mw", "mevr", "mevrouw", "meneer", "heer", "juffrouw", "mej", "dr", "drs",
        "ir", "ing", "mr", "prof", "bc", "ba", "bsc", "ma", "msc", "llm", "jhr", "jkvr", "ds",
        "pater", "zuster", "fam", "familie", "jr", "sr", "jnr", "snr",
    )
)
# fmt: on
"""Words before or after a name that are no part of it."""
# fmt: off
PREFIXES: Final = frozenset(
    (
        "van", "von", "de", "den", "der", "des", "het", "t", "'t", "s", "'s", "te", "ten", "ter",
        "tot", "in", "op", "onder", "over", "aan", "bij", "uit", "voor", "la", "le", "du", "da",
        "dos", "das", "di", "del", "della", "el", "al", "ben", "bin", "ibn", "d'", "l'", "vd",
        "v/d", "v.d.", "vdn", "o", "zu", "zur", "zum",
    )
)
# fmt: on
"""Tussenvoegsels: what may stand between the given names and the surname."""
_GENERATIONS: Final = {
    "jr": "jr",
    "jnr": "jr",
    "junior": "jr",
    "sr": "sr",
    "snr": "sr",
    "senior": "sr",
}
_LETTERS: Final = frozenset({"s", "t", "o"})
"""Of these, what may be an initial as well."""
_LETTERS_THAT_DO_NOT_DECOMPOSE: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"}
    | {"\u0131": "i", "\u2019": "'"}
)
_INITIALS: Final = re.compile(r"(?:[^\W\d_]{1,2}\.)+[^\W\d_]?\.?")
_JOINED: Final = re.compile(
    r"\s*(?:-|(?<!\w)(?:e/v|w/v|ev|geb\.?|geboren)(?!\w))\s*"
    rf"(?:(?:{'|'.join(map(re.escape, sorted(PREFIXES, key=len, reverse=True)))})\s+)*"
)
"""Between two surnames: "Jansen-de Vries", "Jansen e/v De Vries"."""


@dataclass(frozen=True, slots=True)
class Name:
    """The parts of a name in one spelling: lower case, no diacritics, "ij" as "y"."""

    given: tuple[str, ...]
    """Given names or initials in order; empty when the name has none."""
    prefix: str
    """First letters of the tussenvoegsels: "vd" for "van der", "v.d." and "van den"."""
    surname: str
    """Without tussenvoegsels; the whole name when it is one word."""


def parse(text: str) -> Name | None:
    """Return the parts of a name, or `None` if it has no letters.

    >>> parse("Vries, J.P. de") == parse("dhr. J.P. de Vries") == Name(("j", "p"), "d", "vries")
    True
    >>> parse("DE<VRIES<<JAN<PIET") == parse("Jan Piet de Vries")
    True
    """
    # "VRIES<<JAN<PIET" is how machine-readable zones part them (ICAO Doc 9303-3, 4.6).
    before, _, after = fold(text).replace("<<", ",", 1).partition(",")
    surname, rest = _words(before), _words(after)
    if not surname or not rest:
        return _in_order(surname or rest)
    given = [word for word in rest if word not in PREFIXES]
    return _in_order([*given, *(word for word in rest if word in PREFIXES), *surname], len(given))


def generation(text: str, *, is_first: bool = False) -> str:
    """Return "jr" or "sr" where a text says so of a name; empty when it does not.

    With `is_first` the text is what stands behind a name, and must begin with it.

    >>> generation("J. de Vries jr."), generation(", Junior te Ede", is_first=True)
    ('jr', 'jr')
    """
    words = re.findall(r"[^\W\d_]+", text.lower())
    if is_first and not re.match(r"[ ,(]*[^\W\d_]", text):
        return ""
    told = words[:1] if is_first else words
    return next((_GENERATIONS[word] for word in told if word in _GENERATIONS), "")


def fold(text: str) -> str:
    """Return `text` in lower case without diacritics, with every "ij" as "y"."""
    if text.isascii():
        return text.lower().replace("ij", "y")
    plain = unicodedata.normalize("NFKD", text)
    bare = "".join(char for char in plain if not unicodedata.combining(char)).lower()
    return bare.translate(_LETTERS_THAT_DO_NOT_DECOMPOSE).replace("ij", "y")


def _words(text: str) -> list[str]:
    """Split into words: initials each on their own and in capitals, titles and dots gone.

    The capitals tell the "S." of "S. de Vries" from the "'s" of "Jan 's Gravesande".
    """
    words: list[str] = []
    for raw in re.sub(r"[^\w.'/-]|_", " ", _JOINED.sub("-", text)).split():
        if raw in _LETTERS and not words:
            words.append(raw.upper())
        elif raw in PREFIXES or raw.rstrip(".") in PREFIXES - _LETTERS:
            words.append(raw.rstrip(".") if raw.rstrip(".") in PREFIXES else raw)
        elif raw.replace(".", "") in TITLES:
            continue
        elif _INITIALS.fullmatch(raw):
            words.extend(part.upper() for part in raw.split(".") if part)
        else:
            words.extend(part for part in re.split(r"[./]+", raw.strip("'-")) if part)
    return words


def _in_order(words: list[str], given_count: int | None = None) -> Name | None:
    """Read given names, tussenvoegsels, surname; `given_count` when the order was turned."""
    if not any(char.isalnum() for word in words for char in word):
        return None
    if given_count is None:
        words, given_count = _split(words)
    given, rest = words[:given_count], words[given_count:]
    start = 0
    while start < len(rest) - 1 and rest[start] in PREFIXES:
        start += 1
    prefix = "".join(_first_letters(word) for word in rest[:start])
    surname = " ".join(word for word in rest[start:] if word not in PREFIXES) or " ".join(rest)
    return Name(tuple(name.lower() for name in given), prefix, surname.lower())


def _split(words: list[str]) -> tuple[list[str], int]:
    """Return the words with initials in front, and how many are given names."""
    trailing = len(words)
    while trailing > 1 and len(words[trailing - 1]) == 1:
        trailing -= 1
    if trailing < len(words) and len(words[0]) > 1:
        return words[trailing:] + words[:trailing], len(words) - trailing
    for index, word in enumerate(words[:-1]):
        if word in PREFIXES:
            return words, index
    return words, len(words) - 1


def _first_letters(prefix: str) -> str:
    if prefix in {"vd", "vdn", "v/d", "v.d."}:
        return "vd"
    return prefix.strip("'")[:1]
