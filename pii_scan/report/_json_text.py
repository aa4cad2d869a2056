"""An item as JSON has it, and JSON text that no reader stumbles over."""

import json
from typing import Any

from pii_scan.model import NOTHING_BESIDE, Assignment, Beside, Breach, Finding, Judgement, Result
from pii_scan.report._groups import dealt_with
from pii_scan.report._id_copy import bsn_readable
from pii_scan.report._summary import iso, moment

SCHEMA = 1

# Ends of line to some readers, and marks that turn the direction of what a terminal shows.
ESCAPED = {
    ord(char): f"\\u{ord(char):04x}"
    for char in "\x7f\x85\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e"
    "\u2066\u2067\u2068\u2069"
}


def encoded(value: Any, indent: int | None = None) -> bytes:
    """Return `value` as JSON in UTF-8, in the order of its keys; on one line without `indent`."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)
    text = text.translate(ESCAPED)
    # What is left that UTF-8 cannot hold becomes \udcff, which JSON reads back.
    return text.encode("utf-8", "backslashreplace")


def item_of(result: Result, beside: Beside = NOTHING_BESIDE) -> dict[str, Any]:
    """Return the item with all its keys, in the order of the contract."""
    agreed = dealt_with(result.item, {it.entity for it in result.findings}, beside.assignments)
    readable = bsn_readable(result, (it.entity for it in result.findings))
    return {
        "schema": SCHEMA,
        "type": "item",
        "uri": result.item.uri,
        "status": result.coverage.status,
        "reason": result.coverage.reason,
        "media_type": result.media_type,
        "size": result.item.size,
        "modified": moment(result.item.modified) if result.item.modified else None,
        "owner": result.item.owner,
        "access": result.item.access,
        "digest": result.digest,
        "doc_type": result.doc_type,
        "subject_group": result.subject_groups[0] if result.subject_groups else None,
        "subject_groups": list(result.subject_groups),
        "controller": result.controller,
        "role": result.role,
        "level": result.level,
        "categories": sorted({it.category for it in result.findings}),
        "reference_date": iso(result.reference.date) if result.reference else None,
        "reference_source": result.reference.source if result.reference else None,
        "findings": [_finding(it) for it in result.findings],
        "suppressed": dict(result.suppressed),
        "retention": [_judgement(it) for it in result.judgements],
        "profile": result.profile,
        "promises": [_breach(it) for it in result.breaches],
        **({} if readable is None else {"id_copy": {"bsn_readable": readable}}),
        **({} if agreed is None else {"assignment": _assignment(agreed)}),
    }


def _finding(it: Finding) -> dict[str, Any]:
    role = {"role": it.person_role} if it.person_role else {}
    return {
        "entity_type": it.entity,
        "category": it.category,
        "where": it.where,
        "score": it.score,
        "masked": it.masked,
        "fingerprints": dict(it.fingerprints),
        **role,
    }


def _judgement(it: Judgement) -> dict[str, Any]:
    return {
        "policy": it.policy,
        "rule": it.rule,
        "where": it.where,
        "verdict": it.verdict,
        "trigger": it.trigger,
        "reference_date": iso(it.reference_date),
        "reference_source": it.reference_source,
        "keep_until": iso(it.keep_until),
        "must_keep_until": iso(it.must_keep_until),
        "action": it.action,
        "assumptions": list(it.assumptions),
    }


def _assignment(it: Assignment) -> dict[str, Any]:
    return {
        "group": it.group,
        "path": it.path,
        "entity_type": it.entity,
        "owner": it.owner,
        "due": iso(it.due),
        "status": it.status,
        "note": it.note,
        "by": it.by,
        "at": moment(it.at),
    }


def _breach(it: Breach) -> dict[str, Any]:
    return {
        "policy": it.policy,
        "promise": it.promise,
        "kind": it.kind,
        "title": it.title,
        "clause": it.clause,
        "outcome": it.outcome,
        "where": it.where,
        "reason": it.reason,
    }
