"""Dates of birth: a date says what it is by its label or its column only.

In a machine-readable zone (ICAO 9303) it says so by its place.
"""

from pii_scan.model import Pattern, Recognizer
from pii_scan_nl._dates import LABELLED, SPELLINGS, read
from pii_scan_nl._mrz import FIGURE, SEX, figures, is_figures

_EARLIEST = 1800
_ADULT = 2005
"""Dates up to this year that stand behind a name are hardly ever anything but births."""
_DATE = rf"(?:{'|'.join(SPELLINGS[:5])})"
_FIGURES = rf"(?:{'|'.join(SPELLINGS[:4])})"
"""Without months in words: "Den Haag, 3 mei 1999" heads a letter."""
_NAME = r"\b(?:[A-Z][\w'-]{0,30}|(?:[A-Z]\.){1,5}) ?(?:[a-z']{1,4} ){0,3}[A-Z][\w'-]{1,30}"
_BEFORE = r"[\w'\x80-\xff-],? \(?(?:\(?[mvx]\)?, )?"
"""What may stand between a name and a date, and the end of the name, as bytes."""
_MONTH_DAY = (slice(2, 4), slice(4, 6))


def is_birth_date(text: str) -> bool:
    """Tell whether `text` is a day on which a person may be born."""
    day = read(text)
    return day is not None and _EARLIEST <= day.year <= 2100


def is_mrz_date(text: str) -> bool:
    """Tell whether six figures are a date as ICAO 9303 writes it, year first; 00 is unknown."""
    month, day = (int(figures(text)[part]) for part in _MONTH_DAY)
    return is_figures(text) and month <= 12 and day <= 31


def is_adults(text: str) -> bool:
    """Tell whether `text` is a birth date so long ago that it needs no label to be one."""
    day = read(text)
    return day is not None and 1900 <= day.year <= _ADULT


def normalise(text: str) -> str:
    """Return the day in ISO 8601: "9.IV.1984" and "9 april 1984" are one."""
    day = read(text)
    return day.isoformat() if day else figures(text)


def _old(regex: str, prior: float, anchor: str | None = None) -> Pattern:
    return Pattern(regex, prior, anchor=anchor, is_valid=is_adults)


_ZONE = rf"(?P<value>{FIGURE}{{6}}) ?{FIGURE} ?{SEX}"
_CAPITAL = r"[A-Z\u00c0-\u00de]"
_POSTCODE = r"[1-9]\d{3} ?[A-Z]{2}"
"""The two together are how a caller is known."""
_NUMBER = r"(?:\d{9}|\d{3}[. ]\d{3}[. ]\d{3})"
_CHILD = r"(?i:zoon|zoontje|dochter|dochtertje|kind|kleinzoon|kleindochter|baby|tweeling)"
_CHILDREN = r"\b(?i:kind\.|kinderen|kleinkinderen|gezin|zoons|zonen|dochters|tweeling)"
_GLUED = "|".join(spelling.removeprefix(r"\b") for spelling in SPELLINGS[:5])
"""Straight behind the label, as text from a PDF may have it: "Date of birth3-9-1984"."""

RECOGNIZER = Recognizer(
    entity="DATE_OF_BIRTH",
    category="N03",
    patterns=(
        *(
            Pattern(spelling, prior=0.2, anchor=anchor, after_label=True)
            for spelling, anchor in LABELLED
        ),
        _old(
            rf"{_NAME},? \(?(?:\(?[mvx]\)?, )?(?P<value>{_FIGURES})", 0.6, rf"{_BEFORE}{_FIGURES}"
        ),
        _old(
            rf"{_NAME},? \(?(?:\(?[mvx]\)?, )?(?P<value>{_DATE}) ?[,;)]",
            0.6,
            rf"{_BEFORE}{_DATE} ?[,;)]",
        ),
        _old(
            rf"{_CAPITAL}[\w'.-]{{1,30}},? \((?:[mvx], )?(?P<value>{_DATE})\)",
            0.7,
            rf"\((?:[mvx], )?{_DATE}\)",
        ),
        Pattern(
            rf"(?i:geb(?:oren|\.)) (?:te|in) {_CAPITAL}[\w' -]{{1,30}} op (?P<value>{_DATE})",
            prior=0.95,
            anchor=r"(?i:geb(?:oren|\.)) (?:te|in) ",
        ),
        Pattern(
            rf"(?i:birth|geboortedatum|geboren)(?P<value>{_GLUED})",
            prior=0.95,
            anchor=r"(?i:birth|geboortedatum|geboren)'?\d",
        ),
        Pattern(
            rf"{_CHILD} [\w'-]{{2,30}},? \((?P<value>{_DATE})\)",
            prior=0.9,
            anchor=rf"\({_DATE}\)",
        ),
        *(
            Pattern(rf"{_CHILDREN}{between}[\w'-],? \((?P<value>{_DATE})\)", 0.85, rf"\({_DATE}\)")
            for between in (r"[^\n]{1,100}?", r"[^\n]{1,100}")
        ),
        _old(rf"{_POSTCODE},? (?:en )?(?P<value>{_FIGURES})", 0.7),
        _old(rf"\b(?:is|ben)(?: ik)? van (?:eh )?(?P<value>{_DATE})", 0.7),
        _old(
            rf"(?P<value>{_DATE}),?[ |]{{1,3}}(?:BSN|bsn|{_NUMBER}\b)",
            0.8,
            rf"\d,?[ |]{{1,3}}(?:BSN|bsn|{_NUMBER})",
        ),
        _old(rf"\* ?(?:[A-Z][\w' -]{{1,30}},? )?(?P<value>{_DATE})", 0.7, r"\* ?[A-Z0-9'd]"),
        _old(rf"(?P<value>{_DATE})(?: [\w'-]{{1,20}}){{0,4}} geboren\b", 0.8, r" geboren"),
        Pattern(
            rf"[A-Z0-9<]{{9}} ?[0-9O<] ?[A-Z<]{{1,3}} ?{_ZONE} ?{FIGURE}{{6}} ?{FIGURE}",
            prior=0.98,
            is_valid=is_mrz_date,
        ),
        Pattern(
            rf"{_ZONE} ?{FIGURE}{{6}} ?{FIGURE} ?[A-Z<]{{3}}", prior=0.97, is_valid=is_mrz_date
        ),
    ),
    edges="none",
    labels=(
        "geboortedatum",
        "geboortedata",
        "geboortedag",
        "geboren",
        "geboorte",
        "geb",
        "geb.dat",
        "geb.datum",
        "geb. dat",
        "geb. datum",
        "geb dat",
        "geb datum",
        "gdat",
        "geb.dd",
        "geb dd",
        "geb.d",
        "gebdat",
        "gebdatum",
        "gd",
        "gb",
        "gebd",
        "dob",
        "date of birth",
        "birth date",
        "birthdate",
        "birthday",
        "bday",
        "born",
        "verjaardag",
        "jarig",
    ),
    against=(
        "overleden",
        "overl",
        "ingangsdatum",
        "datum",
        "dienst",
        "indienst",
        "sinds",
        "vanaf",
        "verzonden",
        "getrouwd",
        "gehuwd",
        "geldig",
        "afgifte",
    ),
    source="Wet basisregistratie personen, art. 2.7; ICAO Doc 9303-3 for machine-readable zones",
    match=(
        "geb. 3-9-2014",
        "haar zoontje Voorbeeld (11 oktober 2021) is erbij",
        "9999 ZZ, 30/11/1997",
        "kinderen: Voor en Beeld (11-10-2017)",
        "geboren op 2 maart '44",
        "Geboortedatum: 1999-01-31",
        "gd 190668",
        "geboren te Nergenshuizen op 9 juni 1986, getrouwd",
        "Date of birth19 MEI/MAY 1984",
        "Anna \u00c7elik (19-05-1984)",
        "Jan Voorbeeld (3 september 1984)",
        "geb.dat. 19900822",
        "SPECI20142NLD6503101F2403096999999990<<<<<84",
        "SPECI2O142NLD 65O3101F2403096 <<<<<<<<<",
        "65031O1 F2403096NLD<<<<<<K<<<<8",
    ),
    no_match=(
        "op 3 september 2014",
        "Nergenshuizen, 3 september 1984",
        "Nieuw Nergens, 3 september 1984",
        "te Ergens. Nergens, 3-9-1984",
        "Jan Voorbeeld, 3 september 2014",
        "geboren op 31-02-1990",
        "geb. te Nergenshuizen",
        "datum: 3-9-2014",
        "geb. onbekend, overleden 3-9-2014",
        "gd 991399",
        "SPECI20142NLD6513101F2403096999999990<<<<<84",
        "SPECI20142NLDOLIBSG1F2403096999999990<<<<<84",
    ),
    is_valid=is_birth_date,
    normalise=normalise,
)
