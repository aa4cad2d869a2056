"""What Dutch offers to the search for names: the language model, titles, and what is no name."""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

from pii_scan.model import NameModel
from pii_scan_nl._names import NO_NAMES

_TITLES = frozenset(
    [
        *("dhr", "mw", "mevr", "mevrouw", "meneer", "heer", "hr", "mej", "fam", "familie", "dr"),
        *("drs", "ing", "ir", "mr", "prof", "ds", "zr", "juf", "meester", "dokter", "zuster"),
        *(
            "broeder",
            "pastoor",
            "dominee",
            "client",
            "cli\u00ebnt",
            "klant",
            "pati\u00ebnt",
            "huurder",
        ),
        *("beller", "medewerker", "collega", "agent", "naam", "kl", "cl", "pt", "pat"),
    ]
)
_PARTICLES = frozenset(
    [
        *("van", "von", "vd", "v.d", "v/d", "de", "den", "der", "het", "'t", "ten", "ter", "te"),
        *("op", "in", "uit", "aan", "bij", "el", "al", "la", "le", "du", "des", "da", "das", "dos"),
        *("do", "di", "del", "della", "bin", "ben", "ibn", "e/v"),
    ]
)
_EDGE = re.compile(r"[\s.,:;()\[\]\"'/|<>*_=+#-]+")
_FIRST = re.compile(r"([^\W\d_]+)[.:]?[ \t]+")
_LAST = re.compile(r"[\s,:;()\[\]\"'/|<>*_=+#-]+$|(?<=\w\w\w)\.$")
_FIRM = (
    r"(?:b\.?v\.?|n\.?v\.?|v\.?o\.?f\.?|c\.?s\.?|holding|groep|bouw|advocaten|advocatuur|notarissen"
    r"|makelaars|makelaardij|accountants|transport|techniek|installaties?|uitvaartzorg|incasso"
    r"|verzekeringen|telecom|energie|kozijnen|verhuizingen|consultancy|partners|en zo?o?nen|& zn)"
)
_FIRM_BEHIND = re.compile(
    rf"\s(?:(?:&|en) (?:[^\W\d_]{{2,20}} ){{1,3}})?{_FIRM}(?!\w)", re.IGNORECASE
)
_FIRM_BEFORE = re.compile(
    r"\b(?:garage|bakkerij|slagerij|autobedrijf|bouwbedrijf|firma|fa\.|gebr\.?|gebroeders|stichting"
    r"|caf\u00e9|hotel|restaurant|kapsalon|salon|praktijk|huisartsenpraktijk|tandartspraktijk"
    r"|notariskantoor|kantoor|rijschool|supermarkt|winkel|\w{3,20}winkel|\w{3,20}zaak|\w{0,20}magazijn"
    r"|drogist|drogisterij|apotheek|juwelier|opticien|kwekerij|boekhandel|kinderdagverblijf"
    r"|basisschool|verzorgingshuis|woonzorgcentrum|sporthal|zwembad|vakantiepark|jachthaven|container"
    r"|serie|merk|uitvoering|kleur|collectie|loodgietersbedrijf|installatiebedrijf|uitzendbureau|gemeente"
    r"|ziekte van|syndroom van|museum|zaal|lokaal|model|type|bundel|pakket)[ \t]$",
    re.IGNORECASE,
)
_ITEM = re.compile(r"(?m)^[a-z]\.[ \t]")
_CODE = re.compile(r"[2-9]|(?<![^\W\d_])[01]|[01](?![^\W\d_])")
"""A digit that no badly read letter explains: "A-12-03", and not "W0ude"."""
_MONTHS = frozenset(
    [
        *("januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september"),
        *("oktober", "november", "december"),
    ]
)


def trim(text: str) -> tuple[int, int]:
    """Return the span of the name within `text`: without titles, labels and signs around it.

    >>> trim("mw. De Vries,"), trim("Dhr")
    ((4, 12), (0, 0))
    """
    start, end = 0, len(text)
    while True:
        if edge := _EDGE.match(text, start):
            start = edge.end()
        first = _FIRST.match(text, start)
        if first is None or first[1].lower() not in _TITLES:
            break
        start = first.end()
    if edge := _LAST.search(text, start):
        end = edge.start()
    words = text[start:end].lower().split()
    if all(word.strip(".") in _TITLES or word in _PARTICLES for word in words):
        return 0, 0
    return start, end


def against(text: str, start: int, end: int) -> Iterator[tuple[str, float]]:
    """Yield what speaks against a person's name there, in log-odds."""
    if _ITEM.match(text, start):
        yield "item of a list", -1.0
    if _FIRM_BEHIND.match(text, end):
        yield "firm behind", -1.0
    if _FIRM_BEFORE.search(text, max(0, start - 25), start):
        yield "firm before", -0.5
    words = text[start:end].lower().split()
    if len(words) == 1 and words[0] in _MONTHS:
        yield "month", -1.5
    running = [word.strip(".,") in NO_NAMES and word not in _PARTICLES for word in words]
    if len(words) > 1 and all(running):
        yield "words of running text", -4.0
    elif any(running):
        yield "word of running text", -1.5
    if _CODE.search(text, start, end):
        yield "code", -4.0
    elif any(letter.isdigit() for letter in text[start:end]):
        yield "digit", -1.4


@cache
def _words() -> frozenset[str]:
    lines = files("pii_scan_nl").joinpath("data/words.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))


def is_word(word: str) -> bool:
    """Tell whether a word in lower case is an ordinary Dutch one.

    >>> is_word("factuur"), is_word("wolthuis")
    (True, False)
    """
    return word in _words()


NAMES = NameModel(
    pipeline=Path(__file__).parent / "model",
    trim=trim,
    against=against,
    is_word=is_word,
    particles=_PARTICLES,
)
