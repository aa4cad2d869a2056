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
_ONE = "\u00e9\u00e9n|e\u00e9n|\u00e9en"
"""With the accents that tell the number from the article."""
_TEENS_AND_ONES = "|".join(sorted(_SMALL, key=len, reverse=True))
_BELOW_HUNDRED = (
    rf"(?:{'|'.join(_UNITS)})(?:\u00ebn|en)(?:{'|'.join(_LARGE)})|{'|'.join(_LARGE)}"
    rf"|{_TEENS_AND_ONES}|{_ONE}"
)
NUMBER = rf"(?:(?:{'|'.join(_UNITS)})?honderd(?:en)?(?:{_BELOW_HUNDRED})?|{_BELOW_HUNDRED})"
"""A number below a thousand in lower case, as a regular expression."""
SPOKEN = rf"(?i:{NUMBER}(?:[ ,.-]{{1,2}}{NUMBER}){{3,12}})"
"""A number spoken digit by digit or in groups: at least four words."""
NUMBER_BEGINS = (
    r"(?:nul|een|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf"
    r"|der|veer|twin|tach|honderd|e?\xc3)"
)
"""How every `NUMBER` begins, as bytes."""
_MONTH_BEGINS = r"(?:jan|feb|maa|mrt|mar|apr|mei|may|ju[nl]|aug|sep|okt|oct|nov|dec)"
SPOKEN_ANCHOR = (
    r"(?i:(?:nul|een|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf|tig|honderd(?:en)?"
    rf"|\xc3[\x89\xa9]n|eerste|tweede|derde)[ ,.-]{{1,2}}(?:{NUMBER_BEGINS}|{_MONTH_BEGINS})"
    rf"[a-z\x80-\xff]{{0,24}}[ ,.-]{{1,2}}{NUMBER_BEGINS})"
)
"""What every such number, and every spoken date, holds: the end of one word, another word and the
beginning of a third, as bytes."""
_ALPHABET = (
    "anna anton bernard cornelis dirk eduard ferdinand gerard hendrik izaak isaak johan jan karel "
    "lodewijk maria nico otto pieter quotient quirinius rudolf rudolph simon teunis theodoor "
    "utrecht victor willem xantippe ypsilon ijmuiden zacharias zaandam "
    "alfa alpha bravo charlie delta echo foxtrot golf hotel india juliet juliett kilo lima mike "
    "november oscar papa quebec romeo sierra tango uniform whiskey whisky xray yankee zulu"
)
_LETTERS = {word: "y" if word == "ijmuiden" else word[0] for word in _ALPHABET.split()}
LETTER = rf"(?:{'|'.join(sorted(_LETTERS, key=len, reverse=True))}|x-ray|[a-z])"
"""A letter as it is spelled over a telephone: by the alphabets of PTT and NATO, or as it is."""
_DIGIT = frozenset("0123456789")
_COMPOUND = re.compile(rf"({'|'.join(_UNITS)})(?:\u00ebn|en)({'|'.join(_LARGE)})")
_HUNDREDS = re.compile(rf"({'|'.join(_UNITS)})?honderd(?:en)?(.*)")


def value(word: str) -> int | None:
    """Return what a word below a thousand says, or `None`.

    >>> value("eenentwintig"), value("n\u00e9gen"), value("zeshonderdtwee"), value("huis")
    (21, 9, 602, None)
    """
    word = word.lower().replace("\u00e9", "e")
    if word in _SMALL:
        return _SMALL[word]
    if word in _LARGE:
        return _LARGE[word]
    if match := _COMPOUND.fullmatch(word):
        return _LARGE[match[2]] + _SMALL[match[1]]
    match = _HUNDREDS.fullmatch(word)
    if match is None:
        return None
    rest = value(match[2]) if match[2] else 0
    return None if rest is None else 100 * _SMALL[match[1] or "een"] + rest


def spelled(text: str) -> str:
    """Return the letters and digits that are spelled one by one; "" if any word is neither.

    >>> spelled("Victor Kilo Lima, vijfennegentig, Romeo"), spelled("n l nul zes"), spelled("de L")
    ('VKL95R', 'NL06', '')
    """
    if not _DIGIT.isdisjoint(text):
        return ""
    found = []
    for word in re.findall(r"[^\W\d_]+", text.lower().replace("x-ray", "xray")):
        number = value(word)
        sign = word if len(word) == 1 else _LETTERS.get(word, "")
        if number is None and not sign:
            return ""
        found.append(sign.upper() if number is None else str(number))
    return "".join(found)


def spoken_digits(text: str) -> str:
    """Return the digits of numbers spoken one after the other; "" if any word is not a number.

    >>> spoken_digits("Nul zes, eenendertig achtentwintig nul vier zeventien")
    '0631280417'
    """
    if not _DIGIT.isdisjoint(text):
        return ""
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
