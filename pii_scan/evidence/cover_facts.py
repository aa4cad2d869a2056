"""What the covering report tells of: a bundle that was verified, gathered once."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pii_scan.evidence.facts import lines
from pii_scan.evidence.parts import (
    ACCURACY,
    CONTROLS,
    FINDINGS,
    FOLLOW_UP,
    MADE,
    MANIFEST,
    RECALL,
    TREND,
)
from pii_scan.evidence.reading import Parts, parts_of
from pii_scan.evidence.verifying import Verification


@dataclass(frozen=True, slots=True)
class Bundle:
    """What the report tells of, read from a bundle that was verified."""

    sha256: str
    signed_by: str | None
    manifest: Mapping[str, Any]
    made: Mapping[str, Any]
    controls: Sequence[Mapping[str, Any]]
    follow_up: Mapping[str, Any]
    trend: Sequence[Mapping[str, Any]]
    accuracy: Mapping[str, Any]
    recall: Mapping[str, Any]
    places: Mapping[str, Counter[str]]
    """Folder -> items by level."""
    kinds: Mapping[str, Counter[str]]
    """Media type -> items by status."""
    overdue: Mapping[str, tuple[int, str | None]]
    """Rule -> items over its term, and the last day of the first."""


def bundle_of(path: Path, found: Verification) -> Bundle:
    """Return what a bundle holds; `found` is what came out of verifying it."""
    with parts_of(path) as parts:
        manifest = parts.json(MANIFEST)
        places, kinds, overdue = _counted(parts, manifest["scan"]["targets"])
        return Bundle(
            sha256=found.sha256,
            signed_by=found.signed_by,
            manifest=manifest,
            made=parts.json(MADE),
            controls=parts.json(CONTROLS)["controls"],
            follow_up=parts.json(FOLLOW_UP),
            trend=parts.json(TREND)["scans"],
            accuracy=parts.json(ACCURACY),
            recall=parts.json(RECALL),
            places=places,
            kinds=kinds,
            overdue=overdue,
        )


def _counted(
    parts: Parts, targets: Sequence[str]
) -> tuple[dict[str, Counter[str]], dict[str, Counter[str]], dict[str, tuple[int, str | None]]]:
    places: dict[str, Counter[str]] = {}
    kinds: dict[str, Counter[str]] = {}
    overdue: dict[str, tuple[int, str | None]] = {}
    with parts.stream(FINDINGS) as stream:
        for line in lines(stream):
            if line["type"] != "item":
                continue
            kinds.setdefault(line["media_type"] or "-", Counter())[line["status"]] += 1
            if line["level"]:
                places.setdefault(_place(line["uri"], targets), Counter())[line["level"]] += 1
            late = [one for one in line["retention"] if one["verdict"] == "overdue"]
            for rule in {f"{one['policy']}/{one['rule']}" for one in late}:
                count, first = overdue.get(rule, (0, None))
                ends = [one["keep_until"] for one in late if one["keep_until"]]
                overdue[rule] = (count + 1, min([*ends, *([first] if first else [])], default=None))
    return places, kinds, overdue


def _place(uri: str, targets: Sequence[str]) -> str:
    """Return the folder below a target that an item lies in."""
    for target in targets:
        if uri.startswith(below := target.rstrip("/") + "/"):
            inner = uri[len(below) :].split("/")
            return f"{Path(target).name}/{inner[0]}" if len(inner) > 1 else Path(target).name
    return uri.split("/")[0]
