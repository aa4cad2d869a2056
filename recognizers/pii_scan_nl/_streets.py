"""How Dutch streets are named and houses numbered, as pieces of regular expressions.

Sources: the endings are those of the street names in the BAG (https://www.kadaster.nl/bag); house
numbers and their additions follow NEN 5825.
"""

STREET_ENDING = (
    r"(?:straat|straatje|str\.?|strjitte|weg|wegje|laan|laantje|lean|plein|pleintje|kade|kaai|gracht"
    r"|grachtje|singel|dijk|dijkje|dyk|dreef|steeg|steegje|plantsoen|boulevard|allee|strasse"
    r"|stra[^a-z \n\t;|]{1,2}e|voorburgwal|achterburgwal|burgwal|hofje|paad)"
)
"""Endings that hardly any other word has."""
OTHER_ENDING = (
    r"(?:hof|hoven|pad|park|markt|wal|baan|veld|velden|haven|hage|haag|erf|kamp|tuin|tuinen"
    r"|oord|horst|berg|brink|wei|weide|wijde|akker|akkers|bos|bosch|stede|donk|poort|eind"
    r"|einde|diep|vaart|sluis|brug|kanaal|zijde|zij|wijk|buorren|buren|terp|wold|woud"
    r"|meent|land|landen|dam|rak|burg|borg|stee|hoek|heuvel|dal|daal|duin|duinen|heide"
    r"|hei|loo|meer|plas|rade|rode|schans|stad|terras|terrassen|tocht|toren|flat|werf"
    r"|werp|zand|zoom|gouw|goor|laar|broek|mark|kolk|meen|marke|polder|oever|stein|huizen"
    r"|molen|kreek|waard|weerd|wiel|steen|hove|gaarde|hil|gang|passage|promenade)"
)
"""Endings that other words have too."""
_A_SIDE = (
    r"(?:[ -](?:Noord|Zuid|Oost|West|noord|zuid|oost|west|Midden)"
    r"| (?:[NZOW]Z|[nzow]z|t/o|t\.o\.|nr\.?))"
)
SIDE = rf"{_A_SIDE}?"
"""A side of the water or the town, between street and number."""
OTHER_ENDED = rf"(?:(?i:{OTHER_ENDING})|{_A_SIDE}) {{1,2}}\d"
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
