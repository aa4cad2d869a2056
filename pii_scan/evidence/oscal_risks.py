"""Risks in OSCAL: what is over its term, what was excepted, what somebody deals with by when."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from pii_scan.evidence.facts import Agreed, Groups
from pii_scan.evidence.oscal_forms import end_of, numbers, text

STANDING = {
    "open": "open",
    "busy": "remediating",
    "done": "closed",
    "accepted": "deviation-approved",
}
"""Status that people set -> status of a risk in the model."""
Identify = Callable[..., str]
"""Names -> the UUID that is always theirs."""


def risks(
    identify: Identify, groups: Groups, exceptions: Iterable[Mapping[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Yield them in a fixed order."""
    for (policy, rule), (items, first) in sorted(groups.overdue.items()):
        since = [{"name": "first-keep-until", "value": first}] if first else []
        yield {
            "uuid": identify("overdue", policy, rule),
            "title": text(f"Kept past the term of {policy}/{rule}"),
            "description": text(f"{items} items are past the term of rule {rule}"),
            "statement": "Personal data is kept longer than its purpose asks for.",
            "props": [{"name": "items", "value": str(items)}, *since],
            "status": "open",
        }
    for one in exceptions:
        if one["state"] != "expired":
            yield {
                "uuid": identify("exception", one["id"]),
                "title": text(f"Exception {one['id']}"),
                "description": text(one["reason"]),
                "statement": text(f"Approved by {one['by']}; {one['findings']} findings"),
                "status": "deviation-approved",
                "deadline": end_of(one["until"]),
            }
    for group, agreed in sorted(groups.agreed.items()):
        yield _assigned(identify, group, agreed)


def _assigned(identify: Identify, group: str, agreed: Agreed) -> dict[str, Any]:
    """Return what somebody deals with: its day, and a remedy with an owner."""
    one, until = agreed.assignment, {}
    what = f"{one['entity_type'] or 'all findings'} in {one['path']}"
    task: dict[str, Any] = {
        "uuid": identify("task", group),
        "type": "milestone",
        "title": text(f"Deal with {what}"),
    }
    if one["due"]:
        until = {"deadline": end_of(one["due"])}
        task["timing"] = {"on-date": {"date": end_of(one["due"])}}
    if one["owner"]:
        parties = [identify("owner", one["owner"])]
        task["responsible-roles"] = [{"role-id": "owner", "party-uuids": parties}]
    return {
        "uuid": identify("assigned", group),
        "title": text(f"Assigned: {what}"),
        "description": text(one["note"]),
        "statement": "Personal data that somebody is to deal with.",
        "props": numbers({"items": agreed.items, "items-overdue": agreed.overdue}),
        "status": STANDING[one["status"]],
        **until,
        "remediations": [
            {
                "uuid": identify("remedy", group),
                "lifecycle": "completed" if one["status"] == "done" else "planned",
                "title": text(f"Deal with {what}"),
                "description": text(f"Agreed by {one['by']} on {one['at']}"),
                "tasks": [task],
            }
        ],
    }
