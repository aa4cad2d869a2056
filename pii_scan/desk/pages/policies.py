"""Policies: read them, question them, try them, and read a draft beside its statement."""

from functools import cache
from pathlib import Path
from typing import Any

from starlette.responses import Response

from pii_scan import extract
from pii_scan.config.drafting import load_language
from pii_scan.config.lint import lint
from pii_scan.config.policies import Pack, load_pack, policy_names
from pii_scan.config.policy_table import HEADINGS, rows
from pii_scan.config.vocabulary import load_vocabulary
from pii_scan.desk.asking import Ask, at
from pii_scan.desk.deciding import day
from pii_scan.drafting import draft, toml
from pii_scan.errors import ConfigError, ExtractError
from pii_scan.model import Chunk, Consent, Evidence, Role
from pii_scan.retain import explain

CONSENTS: tuple[Consent, ...] = ("unknown", "yes", "no")
ROLES: tuple[Role, ...] = ("unknown", "verantwoordelijke", "verwerker")
MOST_CHARACTERS = 200_000
"""Of a statement that is shown beside its draft."""


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


@at("/beleid/concept", "run", method="POST")
def compare(ask: Ask) -> Response:
    """Draft a policy from a statement on this machine, and show both side by side."""
    path = Path(ask.form.get("statement", ""))
    try:
        with path.open("rb") as stream:
            extractor = extract.extractor_for(extract.media_type(stream, path.name))
            if extractor is None:
                raise ConfigError("Dit soort bestand is niet te lezen.")
            parts = list(extract.extract(stream, extractor))
    except (OSError, ValueError, ExtractError):
        raise ConfigError("De verklaring is niet te lezen: geef het volledige pad.") from None
    language = load_language()
    text = "\n".join(it.text for it in parts if isinstance(it, Chunk))
    ask.record("policy.drafted", statement=str(path))
    return ask.page(
        "draft.html.j2",
        path=str(path),
        statement=text[:MOST_CHARACTERS],
        draft=toml(draft(iter(parts), language, path.stem), language),
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
