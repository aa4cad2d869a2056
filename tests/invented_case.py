"""A person who asks for inzage, the others around them, and a store that holds all of them."""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from datetime import date
from email.message import EmailMessage
from functools import cache, partial
from pathlib import Path

from pii_scan import plugins
from pii_scan.classify import mask
from pii_scan.classify.fingerprint import fingerprints
from pii_scan.config.categories import load_categories
from pii_scan.config.exports import load_headings
from pii_scan.config.keys import derive
from pii_scan.config.organisations import load_organisations
from pii_scan.config.policies import load_policy
from pii_scan.config.vocabulary import load_vocabulary
from pii_scan.detect import detect
from pii_scan.detect.engine import Engine
from pii_scan.inzage import Case, Frame, Tools, parse
from pii_scan.inzage.opening import here
from pii_scan.model import (
    Chunk,
    Coverage,
    Finding,
    Hit,
    Item,
    Recognizer,
    Result,
    Role,
    Source,
    Table,
)
from pii_scan.sources.folder import SOURCE

TODAY = date(2026, 11, 20)
KEY = bytes(range(32))

NAME = "Joke van der Voorbeeld"
EMAIL = "joke@post.example"
PHONE = "0612345678"
BORN = "1975-02-06"
STREET, POSTCODE = "Dorpsweg 1", "9999 ZZ"
NUMBER = "K-104820"
BSN = "999990019"

OTHER = "Piet Verzonnen"
OTHER_EMAIL = "piet.verzonnen@elders.example"
OTHER_PHONE = "0687654321"
OTHER_BSN = "999990032"
OTHER_IBAN = "NL13TEST0123456789"
OTHERS = (OTHER, OTHER_EMAIL, OTHER_PHONE, OTHER_BSN, OTHER_IBAN)

REQUEST: Mapping[str, object] = {
    "name": NAME,
    "names": ["J. van der Voorbeeld"],
    "date_of_birth": BORN,
    "email": [EMAIL],
    "phone": ["+31 6 1234 5678"],
    "address": [f"{STREET}, {POSTCODE} Nergenshuizen"],
    "customer_number": [NUMBER],
    "received": "2026-11-01",
}


@cache
def recognizers() -> Mapping[str, Recognizer]:
    """Every Dutch recognizer, by entity."""
    return {it.entity: it for it in plugins.load("pii_scan_nl", "RECOGNIZER", Recognizer)}


@cache
def engine() -> Engine:
    """The engine over all of them."""
    return Engine(tuple(recognizers().values()))


def found(part: Chunk | Table) -> tuple[str, list[Hit]]:
    """Detect as the command does."""
    return detect(part, engine(), 0.3)


def tools(*controllers: str, source: Source = SOURCE) -> Tools:
    """What a case is worked out with."""
    return Tools(
        recognizers=recognizers(),
        detect=found,
        reopen=here(source),
        key=partial(derive, KEY, "fingerprint"),
        run_chars=100_000,
        phrase=lambda entity: load_categories().of(entity).nl,
        controllers=dict.fromkeys(controllers, "verwerker"),
        firms=frozenset(controllers),
        cues=load_organisations(),
        headings=load_headings(),
    )


def frame(policy: str = "quality-contacts") -> Frame:
    """Return the organisation that answers."""
    return Frame(
        policy=load_policy(policy),
        doc_types=load_vocabulary().doc_types,
        categories={"N01": "Naamgegevens", "N02": "Contactgegevens", "N06": "Klantgegevens"},
        today=TODAY,
        due=TODAY,
        extended=TODAY,
    )


def put(folder: Path, name: str, data: bytes) -> Path:
    """Write a file of the share."""
    path = folder / "share" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def case(**changed: object) -> Case:
    """Return the request, or one that differs from it."""
    return parse(json.dumps({**REQUEST, **changed}), recognizers(), TODAY)


def only(**fields: object) -> Case:
    """Return a request with these fields and no others."""
    return parse(json.dumps(fields), recognizers(), TODAY)


def finding(
    entity: str,
    value: str,
    where: str = "",
    row: int | None = None,
    controller: str | None = None,
    is_public: bool = False,
) -> Finding:
    """Return what a scan keeps of a value."""
    recognizer = recognizers().get(entity)
    normalise = recognizer.normalise if recognizer else None
    key = derive(KEY, "fingerprint", controller)
    category = load_categories().of(entity)
    return Finding(
        entity=entity,
        category="O01" if is_public else category.id,
        level="Openbaar" if is_public else category.level,
        where=where,
        score=0.9,
        masked=mask.mask(entity, value, None, category.nl),
        fingerprints=fingerprints(entity, value, normalise, key),
        row=row,
    )


def row(number: int, sheet: str = "", **values: str) -> list[Finding]:
    """Return the findings of a row of a table: PERSON="…", EMAIL_ADDRESS="…"."""
    where = f"{sheet} row {number}".strip()
    return [finding(entity, value, where, number) for entity, value in values.items()]


def result(
    uri: str,
    findings: Iterable[Finding],
    role: Role = "verantwoordelijke",
    controller: str | None = None,
) -> Result:
    """Return a result of an item that no source has."""
    item = Item(uri, f"/nowhere/{uri}", 100)
    return Result(
        item,
        Coverage("scanned"),
        digest="sha256:" + "0" * 64,
        controller=controller,
        role=role,
        level="Vertrouwelijk",
        findings=tuple(findings),
    )


def of_file(
    path: Path, findings: Iterable[Finding], member: str = "", inside: bytes = b""
) -> Result:
    """Return a result of a file that is there, or of a file within it."""
    item = next(iter(SOURCE.items(str(path))))
    assert isinstance(item, Item)
    data = inside if member else path.read_bytes()
    uri = f"{item.uri}!/{member}" if member else item.uri
    return Result(
        Item(uri, item.locator, item.size, item.modified),
        Coverage("scanned"),
        digest=f"sha256:{hashlib.sha256(data).hexdigest()}",
        doc_type="klantcontact_notitie",
        role="verantwoordelijke",
        level="Vertrouwelijk",
        findings=tuple(findings),
    )


def export(*rows: tuple[str, ...]) -> bytes:
    """Return a CSV of customers with a note."""
    text = io.StringIO()
    heading = ("Klantnummer", "Naam", "E-mail", "Telefoon", "BSN", "IBAN", "Notitie")
    csv.writer(text, delimiter=";").writerows([heading, *rows])
    return text.getvalue().encode()


def message(body: str, attachment: str = "", name: str = "bijlage.txt") -> bytes:
    """Return an e-mail from the person, with a text attached if there is one."""
    mail = EmailMessage()
    mail["From"], mail["To"] = f"{NAME} <{EMAIL}>", "info@bedrijf.example"
    mail["Subject"] = "Vraag"
    mail.set_content(body)
    if attachment:
        mail.add_attachment(attachment, filename=name)
    return mail.as_bytes()
