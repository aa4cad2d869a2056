"""Names of towns and countries, from data/places*.txt."""

import re
from functools import cache
from importlib.resources import files

_COMMON = frozenset(
    [
        *("best", "echt", "een", "heel", "made", "ens", "hem", "huizen", "bergen", "balk", "goor"),
        *("leek", "zand", "hank", "hout", "beek", "broek", "haren", "grave", "hulst", "winkel"),
        *("noorden", "dorst", "herten", "linde", "meer", "eind", "horn"),
        *("bos", "kamp", "land", "markt", "rips", "veen", "tuk", "zijn", "elim", "lies", "nes"),
        *("wouw", "zeeland", "waarde", "wijk", "laren", "halle", "hoorn", "opende"),
        *(
            "maren",
            "ter",
            "essen",
            "lima",
            "rome",
            "gent",
            "wales",
            "werk",
            "wons",
            "voorst",
            "dieren",
            "petten",
        ),
    ]
)
"""Towns whose names are words too: sought in lower case nowhere."""


_HERE = ("places.txt", "places_more.txt")
_ABROAD = "places_abroad.txt"


def is_origin(text: str) -> bool:
    """Tell whether `text` is the name of a town, here or abroad, or of a country."""
    return _is_one_of(_places(*_HERE, _ABROAD), text)


def is_place(text: str) -> bool:
    """Tell whether `text` is the name of a Dutch town or of a country.

    One that is a word as well counts with a capital only.

    >>> is_place("ZWOLLE"), is_place("'s Hertogenbosch"), is_place("Nergenshuizen")
    (True, True, False)
    """
    return _is_one_of(_places(*_HERE), text)


def _is_one_of(places: frozenset[str], text: str) -> bool:
    name = spelling(text)
    return name in places and not (name in _COMMON and text[0].islower())


def spelling(text: str) -> str:
    """Return one spelling of a place's name: lower case, no hyphens, "aan den" for "a/d"."""
    words = re.sub(r"[\s-]+", " ", text.lower().strip(" .,"))
    return words.replace("a/d", "aan den").replace("a.d.", "aan den")


@cache
def _places(*names: str) -> frozenset[str]:
    data = files("pii_scan_nl").joinpath("data")
    lines = [line for name in names for line in data.joinpath(name).read_text("utf-8").splitlines()]
    return frozenset(spelling(line) for line in lines if line and not line.startswith("#"))
