"""Street addresses: a street's name with a house number, or a post-office box.

Many names say by their ending that they are streets; of others a postcode, a town or a label does.
"""

import re

from pii_scan.model import Pattern, Recognizer
from pii_scan_nl._numerals import NUMBER as SPOKEN
from pii_scan_nl._streets import (
    NUMBER,
    OTHER_ENDED,
    OTHER_ENDING,
    PARTICLE,
    POSTCODE,
    POSTCODE_APART,
    SIDE,
    STREET_ENDING,
)

_CAPITAL = r"[A-Z\u00c0-\u00de]"
_WORD = (
    rf"(?:(?:'s-)?{_CAPITAL}[\w'-]{{0,24}}|{_CAPITAL}\w{{0,3}}\.|(?:[A-Z]\.){{2,4}}|\d{{1,2}}e|'[st]"
    rf"|{PARTICLE})"
)
_PLAIN = rf"(?:{_CAPITAL}[\w'-]{{1,30}}|'[st] {_CAPITAL}[\w'-]{{1,30}}|{_CAPITAL}\w{{0,3}}\.)"
_NAME = (
    rf"{_PLAIN}(?: (?:{PARTICLE} ){{0,3}}"
    rf"(?:{_CAPITAL}[\w'-]{{0,30}}|{_CAPITAL}\w{{0,3}}\.)){{0,4}}{SIDE}"
)
_ADJECTIVE = r"\b(?:Verlengde|Lange|Korte|Oude|Nieuwe|Hoge|Lage|Grote|Kleine|Achter)"
_OF = r"(?i:laan|hof|weg|plein|park|boulevard|dreef|kade|buitenplaats|huize|hofje) "
_TITLE = (
    r"(?:(?:burg(?:emeester|\.)?|pastoor|past\.|dokter|dr\.?|prof(?:essor|\.)?|koningin|prins(?:es)?"
    r"|generaal|gen\.|admiraal|sint|st\.?|jan|nieuwe?|oude?|lange|korte|grote|kleine|eerste|tweede"
    r"|1e|2e|3e|verlengde|van|de|het|der|den|ds\.?|mr\.?) ){0,3}"
)
_STREET = (
    rf"(?:(?:{_WORD} ){{0,5}}(?:'s-)?{_CAPITAL}[\w'-]{{0,30}}|(?:{_WORD} ){{1,5}})"
    rf"{STREET_ENDING}{SIDE} {{1,2}}{NUMBER}"
)
_OF_STREET = r"(?i:bewoners?|buren|buurman|buurvrouw|huurders?|eigenaar|eigenaren|pand|woning) van "
"""Before a street: there "van" is no part of its name."""
_FOREIGN = (
    r"(?:Rue|Avenue|Chauss\u00e9e|Via|Viale|Rua|Calle|Carrer|Kaya|Odos|Place|Plaza|Piazza|Corso"
    r"|Aleja|ul\.|al\.|Ulica|Str\.|Strada|Bulevardul|Avenida)"
)
_NO_STREET = (
    "zuid noord oost west mijn uw antwoord woord boord record binnen "
    "adres adr woont wonen woon nieuw oud mw mevr mevrouw dhr meneer heer fam familie tel naam "
    "plaats straat postadres bezoekadres klant op in te aan naar van bij per sinds vanaf om is "
    "was en of met voor tot uit na rond circa ca ruim nog al nu dus hoofdstuk artikel art lid "
    "paragraaf week weeknummer weken dag dagen maand uur jaar kwartaal windows office team fase "
    "stap punt groep klas unit kamer project iphone android covid bijlage pagina versie zaal "
    "hal gate lijn bus tram route perron spoor terminal poort model type nummer nr optie niveau "
    "schaal score ronde deel nota factuur order ticket dossier zaak polis kenteken januari "
    "februari maart april mei juni juli augustus september oktober november december jan feb "
    "mrt apr jun jul aug sep okt nov dec maandag dinsdag woensdag donderdag vrijdag zaterdag "
    "zondag ma di wo do vr za zo onderweg terugweg heenweg snelweg uitweg omweg halfweg vanweg "
    "gerechtshof ik we wij hij zij ze u je jij dat dit die deze er ja nee ok oke maar want "
    "omdat agent bezoeker kvk bsn iban postcode pc geb geboren datum betreft beste geachte hoi "
    "hallo dank groet ingang uitgang toegang doorgang overgang opgang voortgang vooruitgang omgang"
)
_WORDS = frozenset(_NO_STREET.split())
_BEGINNINGS = frozenset(["van", "op", "aan", "in", "te", "nieuw", "jan", "mei", "april"])
"""Of these words, those that a street may begin with."""
_NOT_FIRST = _WORDS - _BEGINNINGS
_ARTICLE = re.compile(rf"(?:de|het|den|der|des|en|la|le) {_CAPITAL}")
"""Of the sentence, not of the name: "aan de Voorbeeldlaan 1"."""
_FIRST_AND_LAST = re.compile(
    r"([\w.']+)(?:.*?([\w'-]+))??[ .]*(?:\bt/o |\bt\.o\. |\bnr\.? )?\d", re.S
)


def is_street(text: str) -> bool:
    """Tell whether neither the first word nor the one before the number is of running text."""
    match = _FIRST_AND_LAST.match(text)
    if match is None:
        return True
    if _ARTICLE.match(text):
        return False
    first, last = match[1].lower().strip(".'"), (match[2] or match[1]).lower().strip(".'")
    return first not in _NOT_FIRST and last not in _WORDS


def is_named_street(text: str) -> bool:
    """The same for a name without an ending of streets, where small words do not come first."""
    return is_street(text) and text.split()[0].lower() not in _WORDS


def normalise(text: str) -> str:
    """Return the address in lower case, "str." in full, the spaces around the addition gone."""
    text = re.sub(r"str\.?(?= )", "straat", text.lower())
    street, number = re.match(r"(.*?)(\d.*)?$", text, re.S).groups()  # type: ignore[union-attr]
    return " ".join([*street.split(), re.sub(r"[ ,./-]", "", number or "")])


RECOGNIZER = Recognizer(
    entity="STREET_ADDRESS",
    category="N02",
    patterns=(
        Pattern(
            _STREET,
            prior=0.975,
            anchor=rf"{STREET_ENDING}{SIDE} {{1,2}}\d",
        ),
        Pattern(
            rf"{_TITLE}[a-z][\w'-]{{1,30}}{STREET_ENDING}{SIDE} {{1,2}}{NUMBER}",
            prior=0.92,
            anchor=rf"{STREET_ENDING}{SIDE} {{1,2}}\d",
        ),
        Pattern(
            rf"(?:(?:{_WORD} ){{0,5}}{_CAPITAL}[\w'-]{{1,30}}{OTHER_ENDING}"
            rf"|{_ADJECTIVE} {_CAPITAL}[\w'-]{{1,30}}){SIDE} {{1,2}}{NUMBER}",
            prior=0.65,
            anchor=rf"(?:{OTHER_ENDED}|{_ADJECTIVE} [A-Z\xc3])",
        ),
        Pattern(rf"\b(?:Singel|Brink|Markt|Dorpsplein|Kerkplein) {NUMBER}", prior=0.7),
        Pattern(
            rf"{_OF_STREET}(?P<value>{_STREET}|(?:Singel|Brink) {NUMBER})",
            prior=0.95,
            anchor=rf"{_OF_STREET}[A-Z\xc3]",
        ),
        Pattern(
            rf"{_OF}(?:{PARTICLE} ){{1,2}}(?:[\w.'-]{{2,30}} ){{1,3}}{NUMBER}",
            prior=0.85,
            anchor=rf"{_OF}{PARTICLE} ",
        ),
        Pattern(
            r"(?i:postbus|antwoordnummer|antwoordnr\.?|p\.?o\.? ?box|postfach) {1,2}\d{1,6}",
            prior=0.97,
        ),
        Pattern(
            rf"(?P<value>{_NAME} {NUMBER}),?(?:[ \t;|(\u00b7\u2022-]{{1,20}}|\r?\n) ?{POSTCODE}",
            prior=0.9,
            anchor=POSTCODE_APART,
            is_valid=is_named_street,
        ),
        Pattern(
            rf"(?P<value>{_NAME} {NUMBER}),? (?:in|te) '?{_CAPITAL}[\w'-]{{2,30}}",
            prior=0.7,
            anchor=r"\d[A-Za-z0-9/ -]{0,9},? (?:in|te) '?[A-Z\xc3]",
            is_valid=is_named_street,
        ),
        Pattern(
            rf"aan (?:de|het) (?P<value>{_NAME} {NUMBER})",
            prior=0.75,
            anchor=r"aan (?:de|het) [A-Z\xc3]",
            is_valid=is_named_street,
        ),
        Pattern(
            rf"(?P<value>{_TITLE}[a-z][\w'-]{{3,30}} {NUMBER}),? (?i:{POSTCODE})",
            prior=0.8,
            anchor=rf"\d[^\n]{{0,20}} (?i:{POSTCODE})",
            is_valid=is_named_street,
        ),
        Pattern(
            rf"{_FOREIGN} (?:[\w'-]{{2,30}} ){{1,4}}\d{{1,5}}[A-Za-z]?(?:/\d{{1,4}})?",
            prior=0.85,
            anchor=r"(?:Rue|Avenue|Chauss|Via|Viale|Rua|Calle|Carrer|Kaya|Odos|Place|Plaza|Piazza"
            r"|Corso|Aleja|ul\.|al\.|Ulica|Str\.|Strada|Bulevardul|Avenida)",
        ),
        Pattern(
            r"\d{1,5}[A-Za-z]? (?:[A-Z][\w'-]{1,30} ){1,3}"
            r"(?:Street|Road|Lane|Avenue|Drive|Square|Close|Court)",
            prior=0.85,
        ),
        Pattern(
            rf"(?i:{_TITLE}[a-z][\w'-]{{1,30}}{STREET_ENDING} {SPOKEN})",
            prior=0.7,
            anchor=rf"(?i:{STREET_ENDING} (?:een|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf"
            r"|twaalf|dertien|veertien|twintig|dertig|veertig|honderd))",
        ),
        Pattern(rf"{_NAME} {{1,2}}{NUMBER}", 0.05, after_label=True, is_valid=is_named_street),
        Pattern(
            rf"(?:(?:de|het|'t) )?[a-z][\w'-]{{3,30}}(?: [a-z][\w'-]{{3,30}})? {NUMBER}",
            prior=0.03,
            after_label=True,
            is_valid=is_named_street,
        ),
    ),
    labels=(
        "adres",
        "adr",
        "woonadres",
        "thuisadres",
        "huisadres",
        "postadres",
        "bezoekadres",
        "afleveradres",
        "leveradres",
        "leveringsadres",
        "bezorgadres",
        "factuuradres",
        "werkadres",
        "verblijfadres",
        "verblijfsadres",
        "correspondentieadres",
        "straat",
        "straatnaam",
        "straat en huisnummer",
        "address",
        "street",
        "woont",
        "wonend",
        "wonende",
        "woonachtig",
        "verhuisd",
    ),
    against=(
        "pakket",
        "product",
        "hoofdstuk",
        "artikel",
        "art",
        "paragraaf",
        "mailadres",
        "e-mailadres",
        "ip-adres",
    ),
    source="NEN 5825 and the BAG, https://www.kadaster.nl/bag",
    match=(
        "Lange Voorbeeldstraat 12-bis",
        "1e Jan Verzonnenstraat 99-3",
        "Postbus 12345",
        "Laan van Nergens 12",
        "It Verzonnenpaad 93-2",
        "post voor de vorige bewoner van Lange Voorbeeldstraat 76",
        "De Verzinne 402, 9999 ZZ Nergenshuizen",
        "verzonnenweg 18",
        "adres: Verzinsel 7 zwart",
        "Nergensgracht 60, kamer 214",
        "Verzonnenweg 3hs",
        "Adres is Verzonnenweg honderdzevenentwintig",
    ),
    no_match=(
        "zie Hoofdstuk 3",
        "artikel 4 van de wet",
        "in week 12",
        "met Windows 10 in Nederland",
        "onderweg 3 uur",
        "De Verzinne 402",
        "Voorbeeldstraat zonder nummer",
        "weg 12",
    ),
    is_valid=is_street,
    normalise=normalise,
)
