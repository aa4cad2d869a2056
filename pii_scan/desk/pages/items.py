"""One item: what was found in it, which terms hold, what people decided on it."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from functools import cache
from itertools import islice
from typing import Any

from starlette.responses import Response

from pii_scan.config.contracts import load_contracts
from pii_scan.config.holds import load_holds
from pii_scan.config.policies import load_policy
from pii_scan.config.vocabulary import load_vocabulary
from pii_scan.desk.asking import Ask, at
from pii_scan.desk.deciding import correct
from pii_scan.desk.pages._shared import item, number, who
from pii_scan.desk.rendering import address
from pii_scan.errors import ConfigError, PiiScanError
from pii_scan.model import Decision, DecisionKind, Item, Judgement, Policy, Result, Scan
from pii_scan.retain import in_force, judge_corrected

LISTED = 200
SHOW_SECONDS = 120.0
WAIT_SECONDS = 5.0
"""For a turn: whoever waits holds a thread that other pages need."""
_OPENING = threading.Semaphore(2)
"""Of processes that open an item at a time."""


@at("/bestand", "see")
def one(ask: Ask) -> Response:
    """Show an item."""
    scan, result = item(ask, ask.query.get("uri", ""))
    uri = result.item.uri
    decisions = _decisions(ask, uri)
    made = in_force(decisions.values(), result)
    words = load_vocabulary()
    return ask.page(
        "item.html.j2",
        scan=scan,
        result=result,
        findings=list(islice(result.findings, LISTED)),
        judgements=list(islice(result.judgements, LISTED)),
        listed=LISTED,
        decisions=decisions,
        corrected=_corrected(ask, scan, result, made) if made else (),
        is_of_before=len(made) < len(decisions),
        doc_types=words.doc_types,
        triggers=words.triggers,
        groups=words.subject_groups,
    )


@at("/bestand/besluit", "decide", method="POST")
def decide(ask: Ask) -> Response:
    """Correct the date of an item, or what kind of document it is."""
    form = ask.form
    _, result = item(ask, form.get("uri", ""))
    kind: DecisionKind = "date" if form.get("kind") == "date" else "doc_type"
    correct(
        ask.desk.store,
        who(ask),
        result,
        kind,
        form.get("choice", ""),
        number(form.get("revision", "")),
        form.get("trigger", ""),
        form.get("reason", ""),
        form.get("group", ""),
    )
    return ask.back(address("/bestand", uri=result.item.uri))


@at("/bestand/context", "see")
def context(ask: Ask) -> Response:
    """Show where a finding stands, masked, and why it scored as it did."""
    return _shown(ask, ask.query, is_clear=False)


@at("/bestand/tonen", "reveal", method="POST")
def reveal(ask: Ask) -> Response:
    """Show a value in clear; the command writes that down before it opens anything."""
    return _shown(ask, ask.form, is_clear=True)


def _shown(ask: Ask, asked: Any, *, is_clear: bool) -> Response:
    scan, result = item(ask, asked.get("uri", ""))
    entity, where = asked.get("entity", ""), asked.get("where", "")
    if entity not in {it.entity for it in result.findings}:
        raise PiiScanError("Dit is in het bestand niet gevonden.")
    sights = _sights(ask, scan, result.item, entity, where, is_clear=is_clear)
    return ask.page(
        "sights_part.html.j2" if ask.is_part else "sights.html.j2",
        result=result,
        entity=entity,
        where=where,
        sights=sights,
        is_clear=is_clear,
    )


def _sights(
    ask: Ask, scan: Scan, it: Item, entity: str, where: str, *, is_clear: bool
) -> list[dict[str, Any]]:
    """Run `pii-scan show` and return what it writes."""
    serving = ask.desk.serving
    options = ["--entity", entity, "--scan", str(scan.id)]
    options += ["--where", where] if where else []
    options += ["--config", serving.config] if serving.config else []
    options += ["--by", ask.person.name]
    options += ["--show-values"] if is_clear else []
    if not _OPENING.acquire(timeout=WAIT_SECONDS):
        raise PiiScanError("Er worden al te veel bestanden geopend. Probeer het zo weer.")
    try:
        run = subprocess.run(  # noqa: S603 - this program itself
            [sys.executable, "-P", "-m", "pii_scan", "show", *options, "--", it.uri],
            check=False,
            capture_output=True,
            timeout=SHOW_SECONDS,
            stdin=subprocess.DEVNULL,
            # Not among the arguments, which others on this machine can see.
            env=os.environ | {"PII_SCAN_STORE": serving.store},
        )
    except subprocess.TimeoutExpired:
        raise PiiScanError("Het openen van het bestand duurde te lang.") from None
    finally:
        _OPENING.release()
    if run.returncode:
        raise PiiScanError("Het bestand is er niet meer, of is niet meer te lezen.")
    return [json.loads(line) for line in run.stdout.decode().splitlines()]


def _decisions(ask: Ask, uri: str) -> dict[DecisionKind, Decision]:
    kinds: tuple[DecisionKind, ...] = ("date", "doc_type")
    found = {kind: ask.desk.store.decided(kind, [uri]).get(uri) for kind in kinds}
    return {kind: made for kind, made in found.items() if made is not None}


@cache
def _load(name: str) -> Policy:
    return load_policy(name)


def _corrected(
    ask: Ask, scan: Scan, result: Result, made: Sequence[Decision]
) -> tuple[Judgement, ...]:
    """Return what the next scan and a plan of disposal will say, registers left aside."""
    settings = ask.desk.serving.settings
    try:
        policy = _load(settings.scope(result.item.uri).policy or scan.policy)
        triggers = frozenset(name for it in policy.triggers for name in (it.id, *it.aliases))
        contracts = load_contracts(settings.contracts, triggers)
        # Whom a hold is about was found by the scan, which kept the labels.
        holds = load_holds(settings.holds, lambda _: frozenset({""}))
    except ConfigError:  # the policy or a list is not there any more
        return ()
    today = ask.desk.serving.today()
    return judge_corrected(policy, result, made, today, contracts, holds)
