"""Names of persons where a title, a label, a greeting or a column says that one stands there.

Names in running text without such a sign are left to the language model.
"""

from pii_scan.model import Pattern, Recognizer
from pii_scan_nl._mrz import NAME
from pii_scan_nl._names import FULL, INITIAL_BYTES, INITIALS, PREFIX, SURNAME, WORD, is_name

_COMPANY = r"(?: (?:B\.?V\.?|N\.?V\.?|V\.?O\.?F\.?|& [A-Z]\w{1,20}))?"
_ANY = rf"(?:{INITIALS}{SURNAME}|{FULL}|{SURNAME}){_COMPANY}"
_INITIALED = (
    rf"{INITIALS}{SURNAME}(?: (?:{PREFIX} ){{0,3}}{WORD}| - (?:{PREFIX} ){{1,3}}{WORD})?{_COMPANY}"
)
_TURNED = rf"{SURNAME}, ?{INITIALS}(?: ?{PREFIX}){{0,3}}"
_TITLE = (
    r"(?:[Dd]hr\.?|[Hh]r\.|[Mm]evr\.?|[Mm]w\.?|[Mm]evrouw|[Mm]eneer|[Dd]e heer|[Hh]eer|[Mm]ej\.?"
    r"|[Ff]am\.|[Ff]amilie|[Dd]rs?\.|[Ii]ng\.|[Ii]r\.|[Mm]r\.|[Pp]rof\.|[Dd]s\.)"
)
_CLOSING = (
    r"(?i:groet(?:en|jes)?|hoogachtend|mvg|gr\.?|regards|vr\.? ?gr\.?|dank(?:jewel)?|bedankt)"
)
_HEADER = r"(?:Van|Aan|From|To|CC|Cc|BCC|Bcc|Afzender|Ontvanger|Verzonden door|Naar)"
_ROLE = (
    r"(?:[Mm]edewerker|[Ww]erknemer|[Kk]andidaat|[Vv]erzekerde|[Ll]eidinggevende|[Bb]ehandelaar"
    r"|[Aa]anvrager|[Pp]artner|[Mm]elder|[Bb]ewoner|[Bb]etrokkene|[Cc]ontactpersoon|[Aa]gent"
    r"|[Kk]lant|[Cc]li.{1,2}nt|[Ss]lachtoffer|[Vv]erdachte|[Hh]uurder|[Bb]etreft|[Pp]ati.{1,2}nt"
    r"|[Bb]ehandeld door|[Cc]onsulent|[Aa]dviseur|[Tt]eamleider|[Rr]ecruiter|[Nn]otulist"
    r"|[Aa]anwezig|[Aa]fwezig|[Vv]oorzitter|[Dd]oor|[Bb]ewindvoerder|[Gg]emachtigde|[Bb]eller)"
)
_RELATION = (
    r"\b(?:[Cc]ollega|[Cc]oll\.|[Mm]onteur|[Cc]hauffeur|[Zz]oon|[Zz]oontje|[Dd]ochter|[Dd]ochtertje"
    r"|[Kk]ind|[Bb]roer|[Zz]us|[Zz]usje|[Mm]oeder|[Vv]ader|[Ee]chtgeno(?:ot|te)|[Vv]riend(?:in)?|[Nn]icht"
    r"|[Nn]eef|[Oo]ma|[Oo]pa|[Tt]ante|[Oo]om|[Bb]uurman|[Bb]uurvrouw|[Kk]leinzoon|[Kk]leindochter"
    r"|[Ss]choonzoon|[Ss]choondochter|[Hh]uisgeno(?:ot|te)|[Tt]olk|[Pp]artner|[Ss]tagiaire?"
    r"|[Cc]asemanager|[Bb]edrijfsarts|[Hh]uisarts|[Tt]L|[Mm]antelzorger|genaamd)"
)


def is_zone_name(text: str) -> bool:
    """Tell whether a name as machine-readable zones have it is one."""
    return is_name(text.replace("<", " "))


RECOGNIZER = Recognizer(
    entity="PERSON",
    category="N01",
    patterns=(
        Pattern(
            rf"\b{_TITLE} (?:{_TITLE} ){{0,2}}(?P<value>{_ANY})",
            prior=0.93,
            anchor=rf"\b{_TITLE} ",
        ),
        Pattern(
            rf"(?:^|[\s\"'(;,|>:=])(?P<value>{_INITIALED})",
            prior=0.85,
            anchor=rf"{INITIAL_BYTES}[ -]?['a-zA-Z\x80-\xff]",
        ),
        Pattern(_TURNED, prior=0.9, anchor=rf"[a-zA-Z\x80-\xff], ?{INITIAL_BYTES}"),
        Pattern(
            rf"{_HEADER}: {{0,4}}[\"']?(?P<value>{FULL}|{_INITIALED}|{_TURNED})[\"']?"
            r"(?: ?[<\[;(]| {0,3}\r?(?:\n|$))",
            prior=0.85,
            anchor=rf"{_HEADER}:",
        ),
        Pattern(
            rf"(?P<value>{FULL}|{_INITIALED})[\"']? ?(?:<|\[mailto:)[\w.+-]{{1,64}}@",
            prior=0.93,
            anchor=r"(?:<|\[mailto:)[\w.+-]{1,64}@",
        ),
        Pattern(
            rf"{_CLOSING}[,!.]?(?: ?\r?\n){{1,4}} ?(?P<value>{_ANY})"
            rf"(?: ?[,(|-].{{0,60}})?\r?(?:\n|$)",
            prior=0.9,
            anchor=rf"{_CLOSING}[,!.]?(?: ?\r?\n){{1,4}}",
        ),
        Pattern(
            rf"(?i:groet(?:en|jes)?|gr\.?|mvg),? (?P<value>{WORD}(?: {SURNAME})?)\r?(?:\n|$)",
            prior=0.8,
            anchor=r"(?i:groet(?:en|jes)?|gr\.?|mvg),? [A-Z]",
        ),
        Pattern(
            rf"(?:^|\n)(?:Beste|Geachte|Hallo|Hoi|Hi|Dag|Lieve|Goede(?:morgen|middag|navond)) "
            rf"(?P<value>{WORD}(?: {SURNAME})?)[,!.\n]",
            prior=0.8,
            anchor=r"(?:Beste|Geachte|Hallo|Hoi|Hi|Dag|Lieve|Goede[a-z]{4,7}) [A-Z]",
        ),
        Pattern(
            rf"(?i:naam)(?: (?:klant|cli.{{1,2}}nt|medewerker|kind|verzekerde))?"
            rf"[ \t]{{0,20}}[:=][ \t]{{0,20}}(?P<value>{_ANY})",
            prior=0.9,
            anchor=r"(?i:naam)(?: [a-z\x80-\xff]{4,11})?[ \t]{0,20}[:=]",
        ),
        Pattern(
            rf"(?i:t\.?[na]\.?v\.?|spreekt? met|spreek je met|gesproken met|ik ben|mijn naam is"
            rf"|op naam van|ten name van) (?:{_TITLE} )?(?P<value>{FULL}|{_INITIALED})",
            prior=0.9,
            anchor=r"(?i:t\.?[na]\.?v\.?|spreekt? met|spreek je met|gesproken met|ik ben"
            r"|mijn naam is|op naam van|ten name van) ",
        ),
        Pattern(
            rf"{_ROLE}: {{1,20}}(?:{_TITLE} )?"
            rf"(?P<value>{FULL}|{_INITIALED}|{SURNAME}, {WORD}(?: {WORD}){{0,2}})",
            prior=0.8,
            anchor=rf"{_ROLE}: ",
        ),
        Pattern(
            rf"(?i:spreekt? (?:u )?met|mijn naam is|ik heet) "
            rf"(?P<value>{WORD}(?: {SURNAME})?)[,.!?\n]",
            prior=0.75,
            anchor=r"(?i:spreekt? (?:u )?met|mijn naam is|ik heet) [A-Z\xc3-\xc5]",
        ),
        Pattern(
            rf"{_RELATION} (?P<value>{WORD}(?: {SURNAME})?)",
            prior=0.8,
            anchor=rf"{_RELATION} ",
        ),
        Pattern(
            rf"\b(?:[Kk]l(?:ant)?|[Aa]g(?:ent)?)\.? (?P<value>{FULL}|{_INITIALED})",
            prior=0.8,
            anchor=r"\b(?:[Kk]l(?:ant)?|[Aa]g(?:ent)?)\.? [A-Z\xc3-\xc5]",
        ),
        Pattern(
            rf"\d\d:\d\d(?:\]| -)? (?P<value>{WORD}(?: {SURNAME})?): ",
            prior=0.75,
            anchor=r":\d\d(?:\]| -)? [A-Z\xc3-\xc5][^\n:]{1,60}: ",
        ),
        Pattern(
            rf"(?:^|\n)(?P<value>{WORD}(?: {SURNAME})?) ?[\[(]?\d\d?[:.]\d\d[\])]?:? ",
            prior=0.75,
            anchor=r"(?:^|\n)[A-Z\xc3-\xc5][^\n:\d]{1,60}[\[(]?\d\d?[:.]\d\d",
        ),
        Pattern(rf"[PI1][A-Z<] ?[A-Z<]{{3}}(?P<value>{NAME})<", prior=0.97, is_valid=is_zone_name),
        Pattern(rf"(?:^|\n)(?P<value>{NAME})<{{3}}", prior=0.9, is_valid=is_zone_name),
        Pattern(rf"(?:{_TITLE} ){{0,2}}(?P<value>{_ANY})", prior=0.02, after_label=True),
        Pattern(
            rf"(?:{_TITLE} ){{0,2}}"
            rf"(?P<value>{_TURNED}|{SURNAME}, {WORD}(?: {WORD})?(?: {PREFIX})?)",
            prior=0.03,
            after_label=True,
        ),
    ),
    labels=(
        "voornaam",
        "voornamen",
        "achternaam",
        "roepnaam",
        "geslachtsnaam",
        "naam",
        "klantnaam",
        "first name",
        "last name",
        "surname",
        "full name",
        "voor- en achternaam",
    ),
    against=(
        "bedrijfsnaam",
        "gebruikersnaam",
        "bestandsnaam",
        "straatnaam",
        "plaatsnaam",
        "productnaam",
        "projectnaam",
        "domeinnaam",
        "merknaam",
        "firma",
        "bedrijf",
        "organisatie",
        "winkel",
    ),
    source="Wet BRP, art. 2.7 (naam) and the tussenvoegsels of the BRP, table 36",
    match=(
        "Geachte heer Van der Voorbeeld,",
        "belt met mevr. J. Voorbeeld-de Verzinner over",
        "Naam: Anna van 't Voorbeeld\nTel.",
        "overleg met Th. Voorbeeld over",
        "overleg met \u00d6. Voorbeeld over",
        "lijst: VOORBEELD, A. en",
        "lijst: Voorbeeld, Chr. en",
        "Met vriendelijke groet,\n\nAnna Voorbeeld\n",
        "Van: Anna Voorbeeld <anna@kantoor.example>",
        "P<NLDVOORBEELD<<ANNA<MARIA<<<<<<<<<<<<<<<<<<",
        "VAN<DER<VOORBEELD<<ANNA<<<<<<<",
    ),
    no_match=(
        "Geachte heer/mevrouw,",
        "Van den Voorbeeld B.V.",
        "dhr. belt morgen terug",
        "Beste klant,",
        "t.n.v. Stichting Voorbeeld",
        "Naam:\nTelefoon:",
        "mevr. J. Voorbeeld B.V.",
    ),
    is_valid=is_name,
)
