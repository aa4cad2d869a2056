"""How Dutch names are written, as pieces of regular expressions, and which words they are not."""

import re

CAPITAL = (
    r"[A-Z\u00c0-\u00d6\u00d8-\u00de\u0100\u0102\u0104\u0106\u010c\u010e\u0110\u0118\u011a\u011e"
    r"\u0130\u0141\u0143\u0147\u0150\u0152\u0158\u015a\u015e\u0160\u0162\u0164\u016e\u0170\u0179"
    r"\u017b\u017d\u01a0\u01af\u0218\u021a]"
)
PREFIX = (
    r"(?:van|von|vd|v\.d\.|v/d|de|den|der|het|'t|ten|ter|te|toe|op de|op den|op 't|in 't|in de"
    r"|uit den|uit de|uit 't|el|al|la|le|du|des|da|das|dos|do|di|del|della|bin|ben|ibn|e/v)"
)
_PART = rf"(?:[dDoO]'|'t )?{CAPITAL}(?:[^\W\d_]|'[^\W\d_]){{1,19}}"
WORD = rf"{_PART}(?:-(?:{PREFIX} ){{0,3}}(?:{PREFIX}-)?{_PART})?"
"""A given name or a surname, double ones too: "Anne-Marie", "Jansen-de Vries"."""
_SHORTENED = "Th|Chr?|Ph|IJ|Joh|Tj|Sj|Jac|Fr|Alb|Wilh|Corn|Gez"
INITIALS = rf"(?:(?:{CAPITAL}|{_SHORTENED})\.[ -]?){{1,6}}"
INITIAL_BYTES = rf"(?:\b(?:[A-Z]|{_SHORTENED})|[\x80-\xbf])\."
"""The end of an initial, as an anchor has it: of a letter beyond ASCII its last byte."""
SURNAME = rf"(?:{PREFIX} ){{0,3}}{WORD}"
FULL = rf"(?:{WORD} ){{1,3}}{SURNAME}"
"""Given names and a surname, on one line."""
_FUNCTIONS = (
    "adviseur afdeling agent desk helpdesk frontdesk administratie arts assistent "
    "bedrijfsarts beheer beller bestuur "
    "bewoner bezoeker chauffeur client cli\u00ebnt collega commissie consulent contactpersoon "
    "crediteuren debiteuren deelnemer directeur directie docent eigenaar gast gebruiker "
    "gemachtigde huurder inkoop klant klantenservice klantcontact leverancier management "
    "manager medewerker melder monteur notaris patient pati\u00ebnt personeelszaken planner "
    "planning postbus receptie redactie relatie secretariaat secretaris service servicedesk "
    "sollicitant team teamleider verzekerde voorzitter werkgever werknemer zorgverlener "
    "wethouder burgemeester huisarts apotheek apotheker praktijk dokter dominee iedereen allen "
    "allemaal buren ouders lezer lezers abonnee donateur lid leden"
)
_ORGANISATIONS = (
    "kantoor letselschade centrum dienst club fysiotherapie "
    "bank bv b.v. nv n.v. vof v.o.f. stichting vereniging gemeente bedrijf holding groep group "
    "school college universiteit ziekenhuis kliniek hospice hotel restaurant bakkerij slagerij "
    "garage makelaars advocaten notarissen incasso verzekeringen telecom energie techniek "
    "logistiek transport media uitgeverij huis zonen zn & en of fonds kerk museum hogeschool "
    "ministerie inspectie raad politie rechtbank belastingdienst uwv svb cak ggz ggd ind knb "
    "anwb ns kpn ziggo vodafone odido rabobank ing abn amro achmea cz vgz"
)
_RUNNING = (
    "tv geb gebdat rol pot omschrijving surname name given voornamen meisjesnaam hr fam partner "
    "systeem alert bot rond werknotitie notitie "
    "from waar wanneer waarom komt staat ligt gaat moet mag zal zou werd wordt "
    "adres aan aanvraag alle als alstublieft algemene altijd art artikel bedankt beste betreft "
    "bijlage bel belt bij dag dank dat datum de deze dit dus een email e-mail er fax fijne "
    "geachte geboren goed goede goedemiddag goedemorgen goedenavond goedendag groet groeten "
    "hallo heb heer heeft hi hij hoe hoi hoogachtend iban ik in is ja jij kan kenmerk kunt kvk "
    "lieve maar meneer met mevrouw mijn mobiel mvg naam namens nee niet nog nu ok om onderwerp "
    "ons onze ook op order over per plaats polis postcode prima reden sorry subject tel "
    "telefoon tot u uit uw van verzonden via voor vraag vriendelijke wat we wel welkom wie wij "
    "wil woont zij zijn zo mr mw dhr mevr drs januari februari maart april mei juni juli "
    "augustus september oktober november december maandag dinsdag woensdag donderdag vrijdag "
    "zaterdag zondag nederland nederlandse onbekend nvt n.v.t. idem anoniem geen test voornaam "
    "achternaam voorletters tussenvoegsel roepnaam geslacht functie geboortedatum bsn straat "
    "woonplaats handtekening paraaf akkoord getekend"
)
NO_NAMES = frozenset(f"{_FUNCTIONS} {_ORGANISATIONS} {_RUNNING}".split())
"""Words in lower case that no name holds, whatever their capital."""
_PREFIXES = frozenset(
    ["van", "de", "den", "der", "het", "ten", "ter", "te", "in", "op", "uit", "aan", "bij", "over"]
)
_COMPANY = re.compile(r"(?:^|\s|\b)(?:b\.?v|n\.?v|v\.?o\.?f|c\.?v)\.?(?:\s|$)|[&@]|^v\. te ")
_ENDING = re.compile(
    r"bedrijf$|bedrijven$|fonds$|groep$|advies$|school$|diensten?$|verzekering|makelaardij|beheer$"
    r"|vastgoed|kwekerij|parochie|energie$|stichting$|zorg$|verkoop$|winkel$|\w{3}laan$"
    r"|\w{3}straat$|\w{3}plein$|\w{3}weg$|geneeskunde$|ontwerp$|mail$"
)
"""Parts of words that are of an organisation or a street."""


def is_name(text: str) -> bool:
    """Tell whether no word is one of running text, of a function or of an organisation.

    >>> is_name("J.P. van der Voorbeeld"), is_name("Voorbeeld B.V."), is_name("Team Planning")
    (True, False, False)
    """
    words = [word.strip("().,") for word in text.lower().split()]
    words = [word for word in words if word not in _PREFIXES]
    if not words or any(word in NO_NAMES or _ENDING.search(word) for word in words):
        return False
    return not _COMPANY.search(text.lower())
