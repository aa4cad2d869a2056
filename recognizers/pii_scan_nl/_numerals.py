"""Dutch numbers written out, as speech recognition and people who dictate leave them."""

import re

_ONES = (
    "nul een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien "
    "zestien zeventien achttien negentien"
)
_TENS = "twintig dertig veertig vijftig zestig zeventig tachtig negentig"
_SMALL = {word: value for value, word in enumerate(_ONES.split())}
_LARGE = {word: 10 * value for value, word in enumerate(_TENS.split(), start=2)}
_UNITS = [*_SMALL][1:10]
NUMBER = (
    rf"(?:(?:{'|'.join(_UNITS)})(?:\u00ebn|en)(?:{'|'.join(_LARGE)})|{'|'.join(_LARGE)}"
    rf"|{'|'.join(sorted(_SMALL, key=len, reverse=True))})"
)
"""A number below a hundred in lower case, as a regular expression."""
SPOKEN = rf"(?i:(?:{NUMBER}|\u00e9\u00e9n)(?:[ ,.-]{{1,2}}(?:{NUMBER}|\u00e9\u00e9n)){{3,12}})"
"""A number spoken digit by digit or in pairs: at least four words."""
SPOKEN_ANCHOR = (
    r"(?i:nul|een|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf|tig|\xc3[\x89\xa9]n)"
    r"[ ,.-]{1,2}(?i:nul|een|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf"
    r"|der|veer|vijf|zes|zeven|acht|negen|twin|tach|\xc3)"
)
"""What every such number holds: the end of one word and the beginning of the next."""
_COMPOUND = re.compile(rf"({'|'.join(_UNITS)})(?:\u00ebn|en)({'|'.join(_LARGE)})")


def value(word: str) -> int | None:
    """Return what a word below a hundred says, or `None`.

    >>> value("eenentwintig"), value("n\u00e9gen"), value("huis")
    (21, 9, None)
    """
    word = word.lower().replace("\u00e9", "e")
    if word in _SMALL:
        return _SMALL[word]
    if word in _LARGE:
        return _LARGE[word]
    match = _COMPOUND.fullmatch(word)
    return _LARGE[match[2]] + _SMALL[match[1]] if match else None


def spoken_digits(text: str) -> str:
    """Return the digits of numbers spoken one after the other; "" if any word is not a number.

    >>> spoken_digits("Nul zes, eenendertig achtentwintig nul vier zeventien")
    '0631280417'
    """
    values = [value(word) for word in re.findall(r"[^\W\d_]+", text)]
    return "" if None in values else "".join(str(number) for number in values)


def spoken_year(text: str) -> int | None:
    """Return a year as it is said: "negentienhonderdzevenendertig", "achtenveertig".

    >>> spoken_year("negentienachtenvijftig"), spoken_year("tweeduizend vijf")
    (1958, 2005)
    """
    word = text.lower().replace(" ", "")
    for head, century in (("negentienhonderd", 1900), ("tweeduizend", 2000), ("negentien", 1900)):
        if word.startswith(head) and word != "negentien":
            rest = value(word.removeprefix(head).removeprefix("en")) if word != head else 0
            return None if rest is None else century + rest
    return value(word)
