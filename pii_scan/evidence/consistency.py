"""What the parts of a bundle say of each other, worked out again and compared."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pii_scan.chain import Check
from pii_scan.evidence import history, recall
from pii_scan.evidence.container import Problem, Sum, shown
from pii_scan.evidence.controls import figure
from pii_scan.evidence.facts import Facts, derive, lines
from pii_scan.evidence.follow_up import agreed, follow_up, overdue_in
from pii_scan.evidence.history import Place, population
from pii_scan.evidence.oscal import oscal
from pii_scan.evidence.parts import (
    ACCURACY,
    CONTROLS,
    COVERAGE,
    DECISIONS,
    FINDINGS,
    FOLLOW_UP,
    LOG,
    MADE,
    MANIFEST,
    RECALL,
    RECOGNIZERS,
    SCOPE,
    TREND,
    VERDICTS,
)
from pii_scan.evidence.reading import Odd, Parts, parts_of, table
from pii_scan.model import Entry
from pii_scan.report import encoded


def consistency_problems(parts: Parts, check: Check | None, previous: Path | None) -> list[Problem]:
    """Return what does not follow; nothing of a bundle whose sums are wrong is worth asking."""
    try:
        manifest = parts.json(MANIFEST)
        for name in (MADE, ACCURACY, RECOGNIZERS):
            parts.json(name)
        return list(_problems(parts, manifest, check, previous))
    except Odd as error:
        return [error.problem]
    except (KeyError, TypeError, AttributeError, ValueError):
        return [Problem(MANIFEST, "inconsistent: it lacks what a manifest states")]


def _problems(
    parts: Parts, manifest: dict[str, Any], check: Check | None, previous: Path | None
) -> Iterator[Problem]:
    facts, problems = _facts(parts)
    if facts is not None:
        problems += _figures(facts, manifest)
    problems += _controls(parts, manifest)
    yield from problems
    if facts is None or problems:
        return  # what else follows would differ as well
    entries = _entries(parts)
    problems = list(_log(entries, manifest, check))
    yield from problems
    if problems:
        return
    if manifest.get("population") != population(entries, manifest["scan"]["id"], facts.kept):
        yield Problem(MANIFEST, f"inconsistent: its population is not that of {LOG}")
    problems = list(_recall(parts, manifest, entries, check))
    yield from problems
    if problems:
        return
    yield from _derived(parts, manifest, facts, entries)
    yield from _trend(parts, manifest)
    yield from _follow_up(parts, manifest, facts, entries, previous)


def _facts(parts: Parts) -> tuple[Facts | None, list[Problem]]:
    hashes = {name: hashlib.sha256() for name in (SCOPE, COVERAGE, VERDICTS)}
    try:
        with parts.stream(FINDINGS) as stream:
            facts = derive(lines(stream, strictly=True), *map(_Digest, hashes.values()))
    except ValueError as error:
        return None, [Problem(FINDINGS, f"inconsistent: {error}")]
    problems = [
        Problem(FINDINGS, f"inconsistent: its summary states other {name} than its lines")
        for name in facts.counted.differences(facts.summary)
    ]
    problems += [
        Problem(name, f"inconsistent: it does not follow from {FINDINGS}")
        for name, digest in hashes.items()
        if parts.sum(name) != Sum(digest.hexdigest(), parts.entries[name].file_size)
    ]
    return facts, problems


def _figures(facts: Facts, manifest: dict[str, Any]) -> Iterator[Problem]:
    summary = facts.summary
    figures = {key: summary[key] for key in summary if key not in {"schema", "type", "scan"}}
    if manifest.get("figures") != figures:
        yield Problem(MANIFEST, f"inconsistent: its figures are not those of {FINDINGS}")
    scan = {**table(manifest, "scan"), **table(manifest, "tool")}
    scan["tool_version"] = scan.get("version")
    if any(scan.get(key) != told for key, told in table(summary, "scan").items()):
        yield Problem(MANIFEST, f"inconsistent: its scan is not that of {FINDINGS}")
    if manifest.get("is_finished") is not (scan.get("finished") is not None):
        yield Problem(MANIFEST, "inconsistent: whether the scan finished")


def _controls(parts: Parts, manifest: dict[str, Any]) -> Iterator[Problem]:
    figures, controls = table(manifest, "figures"), parts.json(CONTROLS).get("controls")
    for one in controls if isinstance(controls, list) else [None]:
        if not isinstance(one, dict) or not isinstance(one.get("figures"), dict):
            raise Odd(CONTROLS, "inconsistent: a control states no figures")
        for path, number in {**one["figures"], **table(one, "deviates")}.items():
            if number != figure(figures, path):
                what = f"inconsistent: a control's {shown(path)} is not that of {MANIFEST}"
                yield Problem(CONTROLS, what)


def _entries(parts: Parts) -> list[Entry]:
    try:
        with parts.stream(LOG) as stream:
            return history.entries_in(stream)
    except ValueError as error:
        raise Odd(LOG, f"inconsistent: {error}") from None


def _log(
    entries: Sequence[Entry], manifest: dict[str, Any], check: Check | None
) -> Iterator[Problem]:
    after = Place(**table(table(manifest, "log"), "after"))
    for what in history.flaws(entries, after, check):
        yield Problem(LOG, f"inconsistent: {what}")
    if manifest.get("log") != history.told(entries, after):
        yield Problem(LOG, f"inconsistent: it is not the stretch that {MANIFEST} states")
    before = manifest.get("previous")
    if (before or {}).get("log_head", Place().as_dict()) != after.as_dict():
        yield Problem(MANIFEST, "inconsistent: its log does not begin where the one before ended")


def _derived(
    parts: Parts, manifest: dict[str, Any], facts: Facts, entries: Sequence[Entry]
) -> Iterator[Problem]:
    exceptions = manifest["figures"]["suppressions"]
    if parts.content(DECISIONS) != history.decisions(exceptions, entries):
        yield Problem(DECISIONS, f"inconsistent: it does not follow from {MANIFEST} and {LOG}")
    controls = parts.json(CONTROLS)["controls"]
    measured = parts.json(RECALL)
    for name, content in oscal(manifest, controls, facts.groups, measured, entries).items():
        if parts.content(name) != content:
            yield Problem(name, f"inconsistent: it does not follow from {FINDINGS}")


def _trend(parts: Parts, manifest: dict[str, Any]) -> Iterator[Problem]:
    rows = parts.json(TREND)["scans"]
    own = trend_row(manifest["scan"], manifest["figures"])
    if not rows or rows[-1] != own:
        yield Problem(TREND, f"inconsistent: its last row is not that of {MANIFEST}")


def trend_row(scan: Mapping[str, Any], figures: Mapping[str, Any]) -> dict[str, Any]:
    """Return the figures that are followed from scan to scan."""
    return {
        "scan": scan["id"],
        "started": scan["started"],
        "items": figures["items"],
        "missed": figures["missed"],
        "items_with_findings": figures["items_with_findings"],
        "overdue": figure(figures, "items_by_verdict.overdue"),
        "possibly_overdue": figure(figures, "items_by_verdict.possibly_overdue"),
    }


def _recall(
    parts: Parts, manifest: dict[str, Any], log: Sequence[Entry], check: Check | None
) -> Iterator[Problem]:
    """Hold what was measured against the entries it is from, and those against the log."""
    try:
        entries = recall.entries_of(parts.json(RECALL))
    except ValueError as error:
        raise Odd(RECALL, f"inconsistent: {error}") from None
    scan_id, after = manifest["scan"]["id"], Place(**manifest["log"]["after"])
    for what in recall.flaws(entries, log, after, check):
        yield Problem(RECALL, f"inconsistent: {what}")
    once = {one.number: one for one in (*log, *entries)}
    together = [once[number] for number in sorted(once)]
    if parts.content(RECALL) != _written(recall.recall(together, scan_id)):
        yield Problem(RECALL, f"inconsistent: it does not follow from its entries and {LOG}")


def _follow_up(
    parts: Parts,
    manifest: dict[str, Any],
    facts: Facts,
    entries: Sequence[Entry],
    previous: Path | None,
) -> Iterator[Problem]:
    """Hold the follow-up against the bundle before, which was verified; without one, what it can.

    Raises:
        Odd: it does not follow.
    """
    before, now = manifest["previous"], agreed(facts)
    if previous is not None:
        with parts_of(previous) as earlier:
            yield from _previous(parts, manifest, entries, earlier)
            with earlier.stream(FINDINGS) as then, parts.stream(FINDINGS) as found:
                value = follow_up(before, overdue_in(lines(then)), lines(found), entries)
        what = "inconsistent: it does not follow from both bundles"
    elif before is None:
        since = {"overdue_since": facts.counted.items_by_verdict["overdue"]}
        value = follow_up(None, {}, (), entries) | since
        what = f"inconsistent: it does not follow from {FINDINGS}"
    else:
        told = parts.json(FOLLOW_UP)
        value = {name: told[name] for name in told if name not in now}
        what = f"inconsistent: who deals with what does not follow from {FINDINGS}"
    if parts.content(FOLLOW_UP) != _written({**value, **now}):
        yield Problem(FOLLOW_UP, what)


def _previous(
    parts: Parts, manifest: dict[str, Any], entries: Sequence[Entry], before: Parts
) -> Iterator[Problem]:
    if manifest.get("previous") != link_to(before):
        raise Odd(MANIFEST, "inconsistent: the bundle before it is another")
    measured = recall.entries_of(before.json(RECALL))
    for what in recall.unlike(measured, entries, Place(**manifest["log"]["after"])):
        yield Problem(LOG, f"inconsistent: {what}, as {RECALL} of the bundle before has it")


def _written(value: dict[str, Any]) -> bytes:
    return encoded(value, indent=2) + b"\n"


def link_to(before: Parts) -> dict[str, Any]:
    """Return what a bundle states of the one before it."""
    manifest = before.json(MANIFEST)
    return {
        "manifest_sha256": hashlib.sha256(before.content(MANIFEST)).hexdigest(),
        "scan": manifest["scan"]["id"],
        "started": manifest["scan"]["started"],
        "finished": manifest["scan"]["finished"],
        "log_head": manifest["log"]["head"],
    }


class _Digest:
    """Takes bytes for their digest alone."""

    def __init__(self, digest: "hashlib._Hash") -> None:
        self._digest = digest

    def write(self, data: bytes, /) -> None:
        self._digest.update(data)
