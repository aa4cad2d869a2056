"""Names of towns and countries, from data/places.txt."""

from functools import cache
from importlib.resources import files

_COMMON = frozenset(
    [
        *("best", "echt", "een", "heel", "made", "ens", "hem", "huizen", "bergen", "balk", "goor"),
        *("leek", "zand", "hank", "hout", "beek", "broek", "haren", "grave", "hulst", "winkel"),
        *("noorden", "dorst", "herten", "linde", "meer", "eind", "horn"),
        *("bos", "kamp", "land", "markt", "rips", "veen", "tuk", "zijn", "elim", "lies", "nes"),
        *("wouw", "zeeland", "waarde", "wijk", "laren", "halle", "hoorn", "opende"),
        *("maren", "ter", "werk", "wons", "voorst", "dieren", "petten"),
    ]
)
"""Towns whose names are words too: sought in lower case nowhere."""


def is_place(text: str) -> bool:
    """Tell whether `text` is the name of a Dutch town or of a country.

    One that is a word as well counts with a capital only.

    >>> is_place("ZWOLLE"), is_place("'s Hertogenbosch"), is_place("Nergenshuizen")
    (True, True, False)
    """
    name = spelling(text)
    return name in _places() and not (name in _COMMON and text[0].islower())


def spelling(text: str) -> str:
    """Return one spelling of a place's name: lower case, no hyphens, "aan den" for "a/d"."""
    words = " ".join(text.lower().strip(" .,").replace("-", " ").split())
    return words.replace("a/d", "aan den").replace("a.d.", "aan den")


@cache
def _places() -> frozenset[str]:
    lines = files("pii_scan_nl").joinpath("data/places.txt").read_text("utf-8").splitlines()
    return frozenset(spelling(line) for line in lines if line and not line.startswith("#"))
