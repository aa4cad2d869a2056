"""The Dutch of the reports: what privacy officers read for the codes of the model."""

import re
import tomllib
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from pii_scan.model import Access, Action, DateSource, Judgement, Level, Outcome, Status, Verdict

STATUSES: dict[Status, str] = {
    "scanned": "volledig gelezen",
    "partial": "deels gelezen",
    "skipped": "overgeslagen",
    "unreadable": "niet leesbaar",
}

LEVELS: dict[Level, str] = {
    "Openbaar": "gegevens van organisaties, of al gepubliceerd",
    "Intern": "zakelijke contactgegevens en nummers zonder veel risico",
    "Vertrouwelijk": "gewone persoonsgegevens: naam met adres, telefoon, geboortedatum, IBAN",
    "Geheim": "BSN, bijzondere en strafrechtelijke gegevens, identiteitsbewijzen, wachtwoorden, "
    "kinderen, of gegevens van veel mensen bij elkaar",
}

VERDICTS: dict[Verdict, str] = {
    "overdue": "over termijn",
    "possibly_overdue": "mogelijk over termijn",
    "within": "binnen termijn",
    "must_keep": "moet nog bewaard worden",
    "no_rule": "geen regel",
    "undetermined": "niet te bepalen",
    "controller_decides": "opdrachtgever bepaalt",
    "on_hold": "bevroren",
}

VERDICT_MEANINGS: dict[Verdict, str] = {
    "overdue": "De laatste dag waarop dit er mocht zijn, is voorbij.",
    "possibly_overdue": "Waarschijnlijk voorbij, maar de datum is zwak of de regel is nog niet "
    "bevestigd. Eerst bekijken.",
    "undetermined": "Er geldt een termijn, maar geen datum om hem vanaf te tellen.",
    "controller_decides": "Gegevens van een opdrachtgever, die geen termijn heeft opgegeven.",
    "on_hold": "Mag nu niet weg: er loopt een zaak, verzoek of controle.",
    "must_keep": "De wet of een afspraak eist dat dit er nog is.",
    "no_rule": "Geen regel van het beleid gaat over dit soort gegevens.",
    "within": "De termijn loopt nog.",
}

ACTIONS: dict[Action, str] = {
    "delete": "verwijderen",
    "anonymise": "anonimiseren",
    "return": "teruggeven aan de opdrachtgever",
    "review": "beoordelen",
}

ACCESS: dict[Access, str] = {
    "private": "alleen de eigenaar en beheerders",
    "group": "een groep",
    "everyone": "iedereen",
}
"""Who may read a file, by the rights of its source."""

OUTCOMES: dict[Outcome, str] = {
    "broken": "niet nagekomen",
    "possibly_broken": "mogelijk niet nagekomen",
    "undetermined": "niet te bepalen",
}

SUPPRESSED_BY: dict[str, str] = {
    "value": "één waarde",
    "pattern": "waarden van één vorm",
    "path": "alles van deze soort",
}

SUPPRESSION_STATES: dict[str, str] = {
    "used": "geldt",
    "unused": "niet gebruikt: weg te halen",
    "expired": "verlopen: opnieuw te beoordelen",
}

DATE_SOURCES: dict[DateSource, str] = {
    "register": "register van gebeurtenissen",
    "row": "de rij zelf",
    "text": "tekst van het document",
    "metadata": "eigenschappen van het document",
    "path": "naam van bestand of map",
    "file": "datum van het bestand",
}

REASONS = {
    "encrypted": "versleuteld",
    "damaged": "beschadigd",
    "too deeply nested": "te diep genest",
    "too large": "te groot",
    "too many parts": "te veel onderdelen",
    "too many rows": "te veel rijen",
    "expands too much": "wordt uitgepakt te groot",
    "image without text": "afbeelding zonder tekst",
    "unknown compression method": "onbekende inpakmethode",
    "speech is not transcribed": "spraak is niet uitgeschreven",
    "binary values": "waarden die geen tekst zijn",
    "needs pii-scan[parquet]": "hiervoor is pii-scan[parquet] nodig",
    "needs tesseract-ocr-nld": "afbeelding; tekst lezen vraagt om het pakket tesseract-ocr-nld",
    "image could not be recognised": "tekst in afbeelding niet te herkennen",
    "too many images": "te veel afbeeldingen",
    "refers to another file": "verwijst naar een ander bestand",
    "empty file": "leeg bestand",
    "took too long": "lezen duurde te lang",
    "parser crashed": "lezer liep vast",
    "internal error": "interne fout",
    "permission denied": "geen toegang",
    "cannot be opened": "kan niet worden geopend",
    "cannot be read": "kan niet worden gelezen",
    "vanished during the scan": "verdween tijdens de scan",
    "changed while being read": "veranderde tijdens het lezen",
    "connection lost": "verbinding verbroken",
    "sampled by request": "steekproef op verzoek",
    "excluded by request": "uitgesloten op verzoek",
    "excluded by request: larger than --max-file-size": "uitgesloten op verzoek: te groot",
    "protected zone": "beschermde zone: geteld, niet geopend",
    "symbolic link": "verwijzing, niet gevolgd",
    "pipe, socket or device": "geen gewoon bestand",
    "no reader for this type": "soort bestand wordt niet gelezen",
    "unknown": "reden onbekend",
}
"""Coverage reason -> Dutch. One that is missing is shown as it is."""

PLACES = {
    "page": "pagina",
    "sheet": "blad",
    "pages": "pagina's",
    "row": "rij",
    "rows": "rijen",
    "paragraph": "alinea",
    "table": "tabel",
    "line": "regel",
    "text box": "tekstvak",
    "comment": "opmerking",
    "attachment": "bijlage",
    "card": "kaart",
    "event": "afspraak",
    "task": "taak",
    "note": "notitie",
    "message": "bericht",
    "slide": "dia",
    "footnote": "voetnoot",
    "endnote": "eindnoot",
    "deletion": "verwijdering",
    "object": "object",
    "master": "diamodel",
    "layout": "dia-indeling",
}
NUMBERED_PLACE = re.compile(rf"\b({'|'.join(PLACES)})(?= \d)")
ROW_LIST = re.compile(r"\brows [\d,-]+$")
WHOLE_PLACES = {
    "name": "naam van het bestand",
    "header": "koptekst",
    "footer": "voettekst",
    "body": "berichttekst",
    "subject": "onderwerp",
    "transport header": "kopregels van de verzending",
    "properties": "eigenschappen",
    "recipient properties": "eigenschappen van ontvangers",
    "certificates": "certificaten",
    "links": "koppelingen",
    "formulas": "formules",
    "defined names": "namen in de werkmap",
    "header and footer": "kop- en voettekst",
    "rules and links": "regels en koppelingen",
    "earlier version": "eerdere versie",
}

OOXML = "application/vnd.openxmlformats-officedocument."
ODF = "application/vnd.oasis.opendocument."
MEDIA_TYPES = {
    "application/x-database-table": "tabel in een database",
    OOXML + "wordprocessingml.document": "Word (docx)",
    OOXML + "spreadsheetml.sheet": "Excel (xlsx)",
    OOXML + "presentationml.presentation": "PowerPoint (pptx)",
    "application/x-ooxml-encrypted": "Office, versleuteld",
    "application/vnd.ms-excel.sheet.binary.macroenabled.12": "Excel (xlsb)",
    "application/msword": "Word (doc)",
    "application/vnd.ms-excel": "Excel (xls)",
    "application/vnd.ms-powerpoint": "PowerPoint (ppt)",
    "application/x-ole-storage": "ingesloten object",
    "application/rtf": "opgemaakte tekst (rtf)",
    ODF + "text": "OpenDocument-tekst (odt)",
    ODF + "spreadsheet": "OpenDocument-werkblad (ods)",
    ODF + "presentation": "OpenDocument-presentatie (odp)",
    "application/json": "JSON",
    "application/pdf": "pdf",
    "application/x-msdownload": "programma",
    "application/x-ndjson": "JSON-regels",
    "application/xml": "XML",
    "application/zip": "zip-archief",
    "application/mbox": "mailbox",
    "application/pkcs7-mime": "ondertekende mail (p7m)",
    "application/vnd.ms-outlook": "Outlook-bericht (msg)",
    "application/vnd.ms-outlook-pst": "Outlook-mailbox (pst)",
    "application/vnd.ms-tnef": "Outlook-bericht (winmail.dat)",
    "audio/wav": "geluid (wav)",
    "message/rfc822": "e-mail",
    "text/calendar": "agenda",
    "text/csv": "csv-tabel",
    "text/html": "webpagina",
    "text/plain": "platte tekst",
    "text/vcard": "adreskaart",
    "text/x-java-properties": "instellingen (properties)",
    "application/gzip": "ingepakt bestand (gz)",
    "application/java-archive": "Java-archief",
    "application/onenote": "OneNote",
    "application/sql": "databasedump (sql)",
    "application/vnd.apache.arrow.file": "Arrow-tabel",
    "application/vnd.apache.orc": "ORC-tabel",
    "application/vnd.apache.parquet": "Parquet-tabel",
    "application/vnd.rar": "rar-archief",
    "application/vnd.sqlite3": "SQLite-database",
    "application/x-7z-compressed": "7z-archief",
    "application/x-bzip2": "ingepakt bestand (bz2)",
    "application/x-tar": "tar-archief",
    "application/x-xz": "ingepakt bestand (xz)",
    "application/yaml": "YAML",
    "application/zstd": "ingepakt bestand (zst)",
    "audio/flac": "geluid (flac)",
    "audio/mp4": "geluid (m4a)",
    "audio/mpeg": "geluid (mp3)",
    "audio/ogg": "geluid (ogg)",
    "image/bmp": "afbeelding (bmp)",
    "image/emf": "tekening (emf)",
    "image/gif": "afbeelding (gif)",
    "image/heic": "foto (heic)",
    "image/jpeg": "foto (jpg)",
    "image/png": "afbeelding (png)",
    "image/tiff": "scan (tiff)",
    "image/webp": "afbeelding (webp)",
    "image/wmf": "tekening (wmf)",
    "video/mp4": "video (mp4)",
    "video/quicktime": "video (mov)",
    "video/x-matroska": "video (mkv)",
    "video/x-msvideo": "video (avi)",
    "unknown": "onbekend",
}
"""Media type -> Dutch. One that is missing is shown as it is."""

MONTHS = (
    *("januari", "februari", "maart", "april", "mei", "juni"),
    *("juli", "augustus", "september", "oktober", "november", "december"),
)


def reason(code: str | None) -> str:
    """Return why an item was not read in full, or "" when it was.

    >>> reason("damaged, too many rows"), reason("pipe, socket or device")
    ('beschadigd, te veel rijen', 'geen gewoon bestand')
    """
    if code is None or code in REASONS:
        return REASONS.get(code or "", "")
    return ", ".join(REASONS.get(one, one) for one in code.split(", "))


def place(where: str) -> str:
    """Return an address inside a file in Dutch, as far as it is words and numbers.

    >>> place("Blad1, rows 12-480,512"), place("property title")
    ('Blad1, rijen 12-480, 512', 'property title')
    """
    spaced = ROW_LIST.sub(lambda it: it[0].replace(",", ", "), where)
    return WHOLE_PLACES.get(where) or NUMBERED_PLACE.sub(lambda it: PLACES[it[1]], spaced)


def media_type(name: str) -> str:
    """Return what kind of file it is, in a word or two."""
    return MEDIA_TYPES.get(name, name)


def day(when: date | None) -> str:
    """Return 26 november 2026, or a dash."""
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}" if when else "-"


def moment(when: datetime | None) -> str:
    """Return 26 november 2026, 04:12 UTC, or a dash."""
    if when is None:
        return "-"
    utc = when.astimezone(UTC)
    return f"{day(utc.date())}, {utc:%H:%M} UTC"


def between(start: datetime, end: datetime | None) -> str:
    """Return 26 november 2026, 04:12 tot 05:40 UTC; with both days where they differ."""
    if end is None:
        return moment(start)
    if start.astimezone(UTC).date() != end.astimezone(UTC).date():
        return f"{moment(start)} tot {moment(end)}"
    return f"{moment(start).removesuffix(' UTC')} tot {end.astimezone(UTC):%H:%M} UTC"


def number(value: float) -> str:
    """Return 1.234 or 1,5: points between thousands, a comma before decimals.

    >>> number(1234567), number(2.5)
    ('1.234.567', '2,5')
    """
    text = f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"
    return text.translate(str.maketrans(",.", ".,"))


def size(count: int) -> str:
    """Return a number of bytes in the largest unit that fits.

    >>> size(999), size(1_500_000), size(2 * 10**16)
    ('999 bytes', '1,5 MB', '20.000,0 TB')
    """
    if count < 1000:
        return f"{count} bytes"
    units = ("kB", "MB", "GB", "TB")
    step = min((len(str(count)) - 1) // 3, len(units))
    return f"{number(count / 1000**step)} {units[step - 1]}"


def visible(text: str) -> str:
    r"""Return `text` with what does not print, or turns the direction of reading, spelled out.

    >>> visible("a\nb\u202ec")
    'a\\nb\\u202ec'
    """
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )


def rule(judgement: Judgement) -> str:
    """Return what the rule of a judgement says, or its id where the policy is not one of ours."""
    return _rules().get((judgement.policy, judgement.rule or "")) or visible(judgement.rule or "")


def export(profile: str | None) -> str:
    """Return out of which system an export came, or "" where it is none that is known."""
    return _exports().get(profile or "") or visible(profile or "")


def subject_group(name: str) -> str:
    """Return what a subject group is called."""
    return str(_words()["subject_groups"].get(name) or visible(name))


def doc_type(name: str) -> str:
    """Return what a type of document is called."""
    return str(_words()["doc_types"].get(name) or visible(name))


def trigger(name: str | None) -> str:
    """Return what an event is called; those that a pack of one's own declares, by their id."""
    told = _words()["triggers"].get(name or "", {})
    return str(told.get("label") or visible((name or "-").replace("_", " ")))


@cache
def categories() -> dict[str, str]:
    """Return the Dutch name of every category of the rules, by its id."""
    path = _shipped() / "categories.toml"
    if not path.is_file():
        return {}
    known = tomllib.loads(path.read_text(encoding="utf-8"))["category"]
    return {it["id"]: it["nl"] for it in known}


@cache
def _rules() -> dict[tuple[str, str], str]:
    """Return the titles of the rules of the shipped policies, by policy and id."""
    folder = _shipped() / "policies"
    if not folder.is_dir():
        return {}
    return {
        (path.name.removesuffix(".toml"), it["id"]): it["title"]
        for path in folder.iterdir()
        if path.name.endswith(".toml")
        for it in tomllib.loads(path.read_text(encoding="utf-8")).get("rule", ())
        if it.get("title")
    }


@cache
def _words() -> dict[str, dict[str, Any]]:
    """Return the labels that packs, registers and reports share, by kind and id."""
    path = _shipped() / "vocabulary.toml"
    known = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return {kind: known.get(kind, {}) for kind in ("subject_groups", "doc_types", "triggers")}


@cache
def _exports() -> dict[str, str]:
    """Return the titles of the layouts of exports, by id; says so where one is assumed."""
    folder = _shipped() / "exports"
    if not folder.is_dir():
        return {}
    files = (
        tomllib.loads(path.read_text(encoding="utf-8"))
        for path in folder.iterdir()
        if path.name.endswith(".toml")
    )
    return {
        it["id"]: f"{it['title']} (indeling aangenomen)"
        if file["system"].get("assumed")
        else it["title"]
        for file in files
        for it in file["profile"]
    }


def _shipped() -> Traversable:
    """Return the folder of rules: in the package, or in a checkout beside it."""
    rules: Traversable = files("pii_scan") / "rules"
    return rules if rules.is_dir() else Path(__file__).parents[2] / "rules"
