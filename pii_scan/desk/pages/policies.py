"""Policies: read them, question them, try them, and read a draft beside its statement."""

import re
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from starlette.responses import Response

from pii_scan.config.drafting import load_language
from pii_scan.config.lint import lint
from pii_scan.config.policies import Pack, load_pack, policy_names
from pii_scan.config.policy_table import HEADINGS, rows
from pii_scan.config.vocabulary import load_vocabulary
from pii_scan.desk.asking import Ask, at
from pii_scan.desk.deciding import day
from pii_scan.desk.forms import MOST_FILE_BYTES, File
from pii_scan.drafting import toml
from pii_scan.drafting.opening import Statement, opened
from pii_scan.drafting.values import Clause, Line, Question
from pii_scan.errors import ConfigError, ExtractError, PiiScanError
from pii_scan.model import Consent, Evidence, Role
from pii_scan.retain import explain

CONSENTS: tuple[Consent, ...] = ("unknown", "yes", "no")
ROLES: tuple[Role, ...] = ("unknown", "verantwoordelijke", "verwerker")
MOST_LINES = 2_000
"""Of a statement that are shown beside its draft."""
_READING = threading.Lock()
"""A statement at a time: each takes a process."""


# Those that ship with the program stay as they are while it runs.
@cache
def _pack(name: str) -> Pack:
    return load_pack(name)


@at("/beleid", "see")
def packs(ask: Ask) -> Response:
    """Name the policies, and let one be tried."""
    names = policy_names()
    return ask.page(
        "policies.html.j2", packs=[_pack(name) for name in names], tried=_tried(ask, names)
    )


@at("/beleid/{name}", "see")
def pack(ask: Ask) -> Response:
    """Show the rules of a policy, and what it leaves open."""
    name = ask.path["name"]
    if name not in policy_names():
        raise ConfigError("Dit beleid is er niet.")
    found = _pack(name)
    return ask.page(
        "policy.html.j2", pack=found, headings=HEADINGS, rows=list(rows(found)), points=lint(found)
    )


@at("/beleid/concept", "run", method="POST", most=MOST_FILE_BYTES)
def compare(ask: Ask) -> Response:
    """Draft a policy from a statement, and show every clause beside the place it was read."""
    sent, path = ask.files.get("file"), ask.form.get("statement", "")
    # A path names any file that this program can read: that is for whom it works for alone.
    if sent is None and (not path or ask.person.role is not None):
        raise PiiScanError("Kies het bestand van de verklaring.")
    name = sent.name if sent else path
    ask.record("policy.drafted", statement=name)
    if not _READING.acquire(blocking=False):
        raise PiiScanError("Er wordt al een verklaring gelezen. Probeer het zo weer.")
    try:
        found = _statement(sent, path)
    except (OSError, ValueError, ExtractError):
        raise PiiScanError(
            "De verklaring is niet te lezen, of in een vorm die niet bekend is."
        ) from None
    finally:
        _READING.release()
    language, draft = load_language(), found.draft
    at_place: defaultdict[str, list[Clause]] = defaultdict(list)
    for clause in draft.clauses:
        at_place[clause.where[0]].append(clause)
    asked: defaultdict[str, list[Question]] = defaultdict(list)
    for question in draft.questions:
        asked[question.where].append(question)
    known = {line.where for line in found.lines}
    return ask.page(
        "draft.html.j2",
        called=name,
        draft=draft,
        lines=_once(found.lines[:MOST_LINES], at_place, asked),
        more=max(0, len(found.lines) - MOST_LINES),
        elsewhere=[it for it in draft.questions if it.where not in known],
        questions=language.questions,
        toml=toml(draft, language),
        beyond=[it for it in draft.clauses if it.where[0] not in known],
    )


def _statement(sent: File | None, path: str) -> Statement:
    """Read a statement in a worker; one that was sent lies on the disk as long as that takes."""
    language = load_language()
    if sent is None:
        return opened(Path(path), language, Path(path).stem)
    called = Path(sent.name.replace("\\", "/")).name
    with TemporaryDirectory(prefix="pii-scan-") as folder:
        # Its ending may tell what it is; nothing else of the name comes near the disk.
        ending = re.sub(r"[^.A-Za-z0-9]", "", Path(called).suffix)[:10]
        file = Path(folder) / f"verklaring{ending}"
        file.write_bytes(sent.content)
        return opened(file, language, Path(called).stem)


def _once(
    lines: Sequence[Line], clauses: Mapping[str, list[Clause]], asked: Mapping[str, list[Question]]
) -> Iterator[tuple[Line, list[Clause], list[Question]]]:
    """Give each line what was read in it; a long paragraph is several lines of one place."""
    given: set[str] = set()
    for line in lines:
        is_first = line.where not in given
        given.add(line.where)
        yield (
            line,
            clauses.get(line.where, []) if is_first else [],
            asked.get(line.where, []) if is_first else [],
        )


def _tried(ask: Ask, names: tuple[str, ...]) -> dict[str, Any]:
    """Return the form that tries a policy, with its outcome once all is filled in."""
    words, query = load_vocabulary(), ask.query
    told: dict[str, Any] = {
        "names": names,
        "groups": words.subject_groups,
        "doc_types": words.doc_types,
        "triggers": words.triggers,
        "consents": CONSENTS,
        "roles": ROLES,
        "query": query,
        "outcome": None,
        "message": "",
    }
    if query.get("beleid") not in names:
        return told
    try:
        told["outcome"] = _outcome(ask, query["beleid"])
    except ConfigError as error:
        told["message"] = str(error)
    return told


def _outcome(ask: Ask, name: str) -> Any:
    words, query = load_vocabulary(), ask.query
    group, doc_type = query.get("groep", ""), query.get("soort", "")
    if group not in words.subject_groups or doc_type not in words.doc_types:
        raise ConfigError("Kies een groep en een soort document.")
    when, trigger = day(query.get("datum", "")), query.get("gebeurtenis", "")
    return explain(
        _pack(name).policy,
        subject_group=group,
        doc_type=doc_type,
        role=next((it for it in ROLES if it == query.get("rol")), "unknown"),
        evidence=[Evidence(trigger, when, "register")] if when and trigger else [],
        consent=next((it for it in CONSENTS if it == query.get("toestemming")), "unknown"),
        today=day(query.get("dag", "")) or ask.desk.serving.today(),
    )
