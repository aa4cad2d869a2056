"""Results of every kind, made up, the names of files as hostile as they come."""

import hashlib
import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from pii_scan.model import (
    Breach,
    Contents,
    Coverage,
    Evidence,
    Finding,
    Item,
    Judgement,
    Level,
    Result,
    Scan,
    Suppression,
    Verdict,
)

TODAY = date(2026, 11, 26)

SCAN = Scan(
    id=1,
    targets=("share",),
    started=datetime(2026, 11, 26, 4, 0, tzinfo=UTC),
    finished=datetime(2026, 11, 26, 4, 12, 30, tzinfo=UTC),
    today=TODAY,
    policy="nl-default",
    tool_version="0.1.0",
    config_digest="sha256:" + "0" * 64,
    operator="j.tester",
    suppressions=(
        Suppression(
            *("a1", "NL_BSN", None, ("ab" * 32,), None, None),
            *("testpersoon uit de =handleiding", "A. <b>Tester</b>"),
            *(date(2026, 1, 5), date(2027, 1, 5)),
        ),
        Suppression(
            *("b2", "EMAIL_ADDRESS", None, (), "[a-z]{1,9}@intranet[.]example", None),
            *("postvakken van het oefensysteem", "B. Tester", date(2026, 1, 5), date(2027, 1, 5)),
        ),
        Suppression(
            *("c3", None, "G01", (), None, "share/opleiding/*"),
            *("verzonnen facturen", "A. Tester", date(2025, 1, 5), date(2026, 1, 5)),
        ),
    ),
)

HOSTILE = (
    "<script>alert(1)</script>.docx",
    "\"><img src=x onerror='alert(1)'>.txt",
    "=cmd|' /C calc'!A0.csv",
    "+31 notitie.txt",
    "@som.txt",
    "omgekeerd\u202efdp.exe",
    "regel\neinde\r\tslot.txt",
    "\u05e9\u05dc\u05d5\u05dd \u0645\u0644\u0641.pdf",
    "{{ 7*7 }}{% raw %}.txt",
    "]]><!--&amp;.xml",
    "sollicitatie \U0001f600 caf\u00e9.pdf",
    "lang-" + "x" * 300 + ".pdf",
)

KINDS: tuple[tuple[str, str, Level, str], ...] = (
    ("PERSON", "N01", "Vertrouwelijk", "J. d. V."),
    ("EMAIL_ADDRESS", "N02", "Vertrouwelijk", "j***@klant.example"),
    ("PHONE_NUMBER", "N02", "Vertrouwelijk", "+31 6 ******78"),
    ("DATE_OF_BIRTH", "N03", "Vertrouwelijk", "**-**-1985"),
    ("IBAN_CODE", "G01", "Vertrouwelijk", "NL** INGB **** **** 67"),
    ("NL_BSN", "B01", "Geheim", "******019"),
    ("HEALTH", "S07", "Geheim", "z***"),
    ("ORGANIZATION", "O01", "Openbaar", "B***"),
)

FOLDERS = (
    "hr/sollicitaties",
    "hr/dossiers",
    "klantcontact",
    "facturen/2019",
    "opnames",
    "oud.zip!",
)

REASONS = {
    "partial": ("extract", "took too long"),
    "skipped": ("walk", "excluded by request"),
    "unreadable": ("extract", "encrypted"),
}


def finding(kind: tuple[str, str, Level, str], person: int, where: str) -> Finding:
    entity, category, level, masked = kind
    digest = hashlib.sha256(f"{entity} {person}".encode()).hexdigest()
    prints: tuple[tuple[str, str], ...] = (("value", digest),)
    if entity == "PERSON":
        prints = (("full", digest), ("surname", digest[::-1]))
    return Finding(entity, category, level, where, 0.5 + person % 50 / 100, masked, prints)


def judgement(verdict: Verdict, day: date, where: str = "") -> Judgement:
    ends = {
        "overdue": min(day, TODAY - timedelta(days=200)) + timedelta(days=28),
        "possibly_overdue": TODAY - timedelta(days=20),
        "within": TODAY + timedelta(days=300),
        "must_keep": TODAY + timedelta(days=900),
    }
    end = ends.get(verdict)
    rule = None if verdict == "no_rule" else "sollicitatie-zonder-toestemming"
    return Judgement(
        policy="nl-default",
        rule=rule,
        where=where,
        verdict=verdict,
        trigger="einde_vacature",
        reference_date=None if verdict == "undetermined" else day,
        reference_source=None if verdict == "undetermined" else "text",
        keep_until=end,
        must_keep_until=end if verdict == "must_keep" else None,
        action="delete" if verdict in {"overdue", "possibly_overdue"} else None,
        assumptions=("Er is geen toestemming gevonden.",) if verdict != "within" else (),
    )


HELD = Contents(
    system="centrale",
    controllers=2,
    texts=(("Blad1", ((2, 40), (51, 51))), ("", ((2, 2),))),
    young=(("page 3", ()),),
)
BROKEN = (
    Breach(
        *("eigen-beleid", "geen-inhoud", "no_content", "=Geen <b>inhoud</b>", "VC-04", "broken"),
        *("Blad1 rows 2-40,51", "Een ingevulde kolom met vrije tekst."),
    ),
    Breach(
        *("eigen-beleid", "crm-eer", "stored_in", "Binnen de EER", "KI-19", "undetermined"),
        *("", "Van deze plaats is niets opgegeven."),
    ),
)

VERDICTS: tuple[Verdict, ...] = (
    *("overdue", "possibly_overdue", "within", "must_keep", "no_rule"),
    *("undetermined", "controller_decides", "on_hold"),
)
LEVELS: tuple[Level, ...] = ("Openbaar", "Intern", "Vertrouwelijk", "Geheim")


def results(count: int = 120, seed: int = 1) -> list[Result]:
    """Return `count` results in the order of their URIs, always the same for a seed."""
    rng = random.Random(seed)
    made = [_result(rng, number) for number in range(count)]
    return sorted(made, key=lambda result: result.item.uri)


def _result(rng: random.Random, number: int) -> Result:
    name = HOSTILE[number] if number < len(HOSTILE) else f"bestand-{number:03}.docx"
    uri = f"share/{FOLDERS[number % len(FOLDERS)]}/{name}"
    size, modified = rng.randrange(10, 10**7), datetime(2024, 2, 3, 10, 20, tzinfo=UTC)
    archive = uri.partition("zip!/")[0] + "zip" if "zip!/" in uri else None
    item = Item(uri, uri, size, modified, within=archive)
    status = rng.choices(("scanned", "partial", "skipped", "unreadable"), weights=(20, 2, 2, 2))[0]
    if status in {"skipped", "unreadable"}:
        return Result(item, _coverage(status), media_type="application/zip")
    kinds = [kind for kind in KINDS if rng.random() < 0.4]
    findings = _findings(rng, kinds)
    level = max((it.level for it in findings), key=LEVELS.index, default=None)
    when = date(rng.randrange(2012, 2027), 3, 14)
    dated = Evidence("documentdatum", when, "text", "page 1")
    return Result(
        item=item,
        coverage=_coverage(status),
        media_type=rng.choice(("text/plain", "application/pdf", "message/rfc822")),
        digest=f"sha256:{rng.randrange(90):064x}",
        doc_type=rng.choice(("sollicitatie", "factuur", "belnotitie")) if findings else None,
        subject_groups=("sollicitant", "klant")[: rng.randrange(3)] if findings else (),
        controller=rng.choice((None, "Gemeente Voorbeeld")) if findings else None,
        role=rng.choice(("verantwoordelijke", "verwerker", "unknown")),
        level=level,
        findings=findings,
        suppressed=(("a1", number % 3 + 1),) if number % 5 == 0 else (),
        evidence=(dated,),
        reference=dated if findings else None,
        judgements=_judgements(rng, when) if findings else (),
        profile="voip-cdr" if number % 7 == 0 else None,
        contents=HELD if number % 7 == 0 else Contents(),
        breaches=BROKEN if number % 7 == 0 else (),
    )


def _coverage(status: str) -> Coverage:
    match status:
        case "partial" | "skipped" | "unreadable":
            return Coverage(status, *REASONS[status])
    return Coverage("scanned")


def _findings(
    rng: random.Random, kinds: Sequence[tuple[str, str, Level, str]]
) -> tuple[Finding, ...]:
    repeat = rng.choice((1, 1, 2, 12))
    return tuple(
        finding(kind, rng.randrange(400), f"page {number + 1}")
        for kind in kinds
        for number in range(repeat)
    )


def _judgements(rng: random.Random, when: date) -> tuple[Judgement, ...]:
    if rng.random() < 0.15:
        return (
            judgement("overdue", when, "rows 12-480,512"),
            judgement("within", TODAY, "rows 2-11"),
        )
    return (judgement(rng.choice(VERDICTS), when),)
