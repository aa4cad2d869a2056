"""How Dutch streets are named and houses numbered, as pieces of regular expressions.

Sources: the endings are those of the street names in the BAG (https://www.kadaster.nl/bag); house
numbers and their additions follow NEN 5825.
"""

from collections.abc import Iterable


def _either_case(words: Iterable[str]) -> str:
    """Return a pattern for words in any case, with beginnings that they share written once.

    A list of the words, each tried at every place, takes two and a half times as long.

    >>> _either_case(["dal", "dam", "da"])
    '[dD](?:[aA](?:[lL]|[mM])?)'
    """
    rests: dict[str, list[str]] = {}
    for word in words:
        rests.setdefault(word[0], []).append(word[1:])
    branches = []
    for letter, ends in rests.items():
        longer = _either_case(end for end in ends if end)
        if longer and ("" in ends or "|" in longer):
            longer = f"(?:{longer})"
        branches.append(f"[{letter}{letter.upper()}]{longer}{'?' if longer and '' in ends else ''}")
    return "|".join(branches)


_STREETS = (
    "straat straatje strjitte weg wegje laan laantje lean plein pleintje kade kaai gracht "
    "grachtje singel dijk dijkje dyk dreef steeg steegje plantsoen boulevard allee strasse "
    "voorburgwal achterburgwal burgwal hofje paad"
)
_OTHERS = (
    "hof hoven pad park markt wal baan veld velden haven hage haag erf kamp tuin tuinen oord "
    "horst berg brink wei weide wijde akker akkers bos bosch stede donk poort eind einde diep "
    "vaart sluis brug kanaal zijde zij wijk buorren buren terp wold woud meent land landen "
    "dam rak burg borg stee hoek heuvel dal daal duin duinen heide hei loo meer plas rade "
    "rode schans stad terras terrassen tocht toren flat werf werp zand zoom gouw goor laar "
    "broek mark kolk meen marke polder oever stein huizen molen kreek waard weerd wiel steen "
    "hove gaarde hil gang passage promenade"
)
STREET_ENDING = (
    rf"(?:{_either_case(_STREETS.split())}|[sS][tT][rR](?:\.?|[aA][^a-zA-Z \n\t;|]{{1,2}}[eE]))"
)
"""Endings that hardly any other word has."""
OTHER_ENDING = f"(?:{_either_case(_OTHERS.split())})"
"""Endings that other words have too."""
_A_SIDE = (
    r"(?:[ -](?:Noord|Zuid|Oost|West|noord|zuid|oost|west|Midden)"
    r"| (?:[NZOW]Z|[nzow]z|t/o|t\.o\.|nr\.?))"
)
SIDE = rf"{_A_SIDE}?"
"""A side of the water or the town, between street and number."""
OTHER_ENDED = rf"(?:{OTHER_ENDING}|{_A_SIDE}) {{1,2}}\d"
"""What a street with another ending holds, for anchors: what comes right before its number.

With a side or none behind each ending a pass over a text takes a tenth longer."""
PARTICLE = r"(?:van|von|de|den|der|het|'t|'s|ten|ter|tot|la|le|du|des|en|a)"
"""Small words inside a street's name."""
_LETTER = r"(?: ?[A-Z]|[a-z]|-[A-Za-z]| [a-h])"
_FLOOR = (
    r"(?:[ -](?:bis|hs|huis|zwart|zw|rood|rd|boven|bov\.?|beneden|onder|achter|I{1,3}|IV|VI?|hc))"
)
_ROOM = (
    r"(?:,? (?:kamer|k\.?|unit|app?\.?|appartement|bus|chalet|flat|studio|etage|blok|kavel)"
    r" ?(?:[A-Z]|[A-Z]?-?\d{1,4}[A-Z]?))"
)
POSTCODE = r"[1-9]\d{3} {0,2}[A-Z]{2}"
POSTCODE_APART = rf"[ \t\n,;|(\xb7\xa2-]{POSTCODE}"
"""As it stands behind an address, as bytes: the anchor of what is read up to a postcode."""
NUMBER = (
    rf"[1-9]\d{{0,4}}(?:(?:-|/| ?/ ?)\d{{1,4}}\b|{_LETTER}\b|-?[A-Za-z]\d{{1,3}}\b"
    r"|(?i: \d-hoog)\b)?"
    r"(?:(?:bis|hs|huis|zw|rd|bov|hoog)\b"
    rf"|{_FLOOR}\b|-\d{{1,4}}\b| [A-Z]\b|{_ROOM}\b|(?i:-hoog)\b| t/o\b)?"
)
"""A house number with what is added to it: "12", "99-3", "7 zwart", "60, kamer 214"."""
