"""What became of what was over its term: the bundle before against the findings of this one."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pii_scan.evidence.facts import Facts
from pii_scan.evidence.parts import SCHEMA
from pii_scan.model import Entry

DISPOSED = "dispose.done"
"""Kind of the entry that tells of one file that an approved plan took away."""
UNSEEN = ("unreadable", "skipped")
TO_DO = ("open", "busy")
"""Statuses of what somebody has still to deal with."""


@dataclass(frozen=True, slots=True)
class Overdue:
    """An item that was over its term."""

    digest: str | None
    rules: tuple[str, ...]
    keep_until: str | None
    """Last day of the term that ended first."""


def overdue_in(items: Iterable[Mapping[str, Any]]) -> dict[str, Overdue]:
    """Return what was over its term by address, from the lines of a report."""
    found = {}
    for item in items:
        if item["type"] == "item" and (late := _late(item)):
            ends = sorted(one["keep_until"] for one in late if one["keep_until"])
            rules = sorted({f"{one['policy']}/{one['rule']}" for one in late})
            found[item["uri"]] = Overdue(item["digest"], tuple(rules), ends[0] if ends else None)
    return found


def agreed(facts: Facts) -> dict[str, Any]:
    """Return who deals with what by when, and how much of what is overdue nobody deals with."""
    today = facts.summary["scan"]["today"]
    told = [
        {
            **one.assignment,
            "items": one.items,
            "overdue_items": one.overdue,
            "is_past_due": _is_past_due(one.assignment, today),
        }
        for _, one in sorted(facts.groups.agreed.items())
    ]
    overdue = facts.counted.items_by_verdict["overdue"]
    owned = sum(one["overdue_items"] for one in told if one["owner"])
    return {
        "overdue_now": {"items": overdue, "with_owner": owned, "without_owner": overdue - owned},
        "past_due": sum(one["is_past_due"] for one in told),
        "assigned": told,
    }


def _is_past_due(one: Mapping[str, Any], today: str) -> bool:
    return bool(one["due"]) and one["due"] < today and one["status"] in TO_DO


def follow_up(
    before: Mapping[str, Any] | None,
    then: Mapping[str, Overdue],
    items: Iterable[Mapping[str, Any]],
    entries: Iterable[Entry],
) -> dict[str, Any]:
    """Return what became of each item; `before` says which bundle it is held against.

    What is gone was disposed of when an entry of the log tells so of its content.
    """
    digests = {one.digest for one in then.values() if one.digest}
    disposed = {one.data.get("digest") for one in entries if one.kind == DISPOSED}
    now: dict[str, Mapping[str, Any]] = {}
    elsewhere: dict[str, str] = {}
    summary: Mapping[str, Any] = {}
    newly = 0
    for item in items:
        if item["type"] == "summary":
            summary = item
            continue
        if item["uri"] in then:
            now[item["uri"]] = {
                "status": item["status"],
                "verdicts": sorted({one["verdict"] for one in item["retention"]}),
                "group": (item.get("assignment") or {}).get("group"),
            }
            continue
        newly += bool(_late(item))
        if item["digest"] in digests:
            elsewhere.setdefault(item["digest"], item["uri"])
    scan = summary.get("scan", {})
    told = [
        {
            "uri": uri,
            "rules": list(one.rules),
            "keep_until": one.keep_until,
            **_outcome(uri, one, now.get(uri), scan, elsewhere, disposed),
        }
        for uri, one in sorted(then.items())
    ]
    return {
        "schema": SCHEMA,
        "previous": before,
        "overdue_then": len(then),
        "outcomes": dict(sorted(Counter(str(one["outcome"]) for one in told).items())),
        "overdue_since": newly,
        "items": told,
    }


def _outcome(
    uri: str,
    then: Overdue,
    now: Mapping[str, Any] | None,
    scan: Mapping[str, Any],
    elsewhere: Mapping[str, str],
    disposed: set[Any],
) -> dict[str, Any]:
    if now is not None:
        if now["status"] in UNSEEN:
            return {"outcome": "not_read"}
        if "overdue" in now["verdicts"]:
            return {"outcome": "kept", **({"group": now["group"]} if now["group"] else {})}
        return {"outcome": "no_longer_overdue", "verdicts": now["verdicts"]}
    if scan.get("finished") is None or not _is_below(uri, scan.get("targets", ())):
        return {"outcome": "not_looked_at"}
    if then.digest is not None and then.digest in elsewhere:
        return {"outcome": "moved", "to": elsewhere[then.digest]}
    return {"outcome": "disposed" if then.digest in disposed else "gone"}


def _is_below(uri: str, targets: Iterable[str]) -> bool:
    return any(uri == one or uri.startswith(one.rstrip("/") + "/") for one in targets)


def _late(item: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [one for one in item["retention"] if one["verdict"] == "overdue"]
