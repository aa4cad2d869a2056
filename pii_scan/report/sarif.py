"""SARIF 2.1.0, for GitHub's code scanning, the viewer of VS Code and whatever else reads it.

A result is one entity in one file, or one verdict that asks for a hand. GitHub takes 25,000 results
a run and 20 runs a file; what goes over that goes on in another run. See
https://docs.oasis-open.org/sarif/sarif/v2.1.0/ and
https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any, BinaryIO
from urllib.parse import quote

from pii_scan.model import Beside, Level, Report, Result, Scan
from pii_scan.report import _dutch as dutch
from pii_scan.report._json_text import encoded
from pii_scan.report._summary import LEVELS, UNKNOWN, moment

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
RUN_RESULTS = 25_000
"""Results in a run that GitHub accepts."""

SEVERITY: dict[Level, str] = {
    "Openbaar": "none",
    "Intern": "note",
    "Vertrouwelijk": "warning",
    "Geheim": "error",
}
LATE = {"overdue": "error", "possibly_overdue": "warning"}
"""Verdicts that are results, and their level."""

SECURITY = {"error": "8.0", "warning": "5.0", "note": "2.0", "none": "0.1"}
"""GitHub's `security-severity`: over 7 is high, over 4 medium."""
URI_SAFE = "/!$&'()*+,;=@~-._"
"""What may stand in a path of a URI as it is (RFC 3986, 3.3); a colon would make it a scheme."""


def _write(
    scan: Scan, results: Callable[[], Iterator[Result]], sink: BinaryIO, beside: Beside
) -> None:
    sink.write(b'{"$schema": %s, "version": "2.1.0", "runs": [\n' % encoded(SCHEMA))
    bases = _Bases(scan.targets)
    unread: Counter[str] = Counter()
    run = _Run(scan, bases, sink, number=1)
    for result in results():
        if not result.coverage.is_complete:
            unread[result.coverage.reason or UNKNOWN] += 1
        for rule, found in _found(result, bases):
            if run.count >= RUN_RESULTS:
                run.finish(Counter())
                sink.write(b",\n")
                run = _Run(scan, bases, sink, run.number + 1)
            run.add(rule, found)
    run.finish(unread)
    sink.write(b"\n]}\n")


class _Run:
    """One run as it is written; its rules come after its results, when they are known."""

    def __init__(self, scan: Scan, bases: "_Bases", sink: BinaryIO, number: int) -> None:
        self.number, self.count = number, 0
        self._scan, self._bases, self._sink = scan, bases, sink
        self._rules: dict[str, tuple[int, dict[str, Any]]] = {}
        sink.write(b'{"results": [')

    def add(self, rule: dict[str, Any], found: dict[str, Any]) -> None:
        """Write a result."""
        index, _ = self._rules.setdefault(rule["id"], (len(self._rules), rule))
        self._sink.write(b",\n" if self.count else b"\n")
        self._sink.write(encoded({"ruleId": rule["id"], "ruleIndex": index, **found}))
        self.count += 1

    def finish(self, unread: Counter[str]) -> None:
        """Write what stands beside the results."""
        scan = self._scan
        told = [
            {"level": "warning", "message": {"text": f"{count} not read in full: {reason}"}}
            for reason, count in sorted(unread.items())
        ]
        invocation = {
            "executionSuccessful": scan.finished is not None,
            "startTimeUtc": moment(scan.started),
            **({"endTimeUtc": moment(scan.finished)} if scan.finished else {}),
            "toolExecutionNotifications": told,
        }
        driver = {
            "name": "pii-scan",
            "version": scan.tool_version,
            "rules": [rule for _, rule in self._rules.values()],
        }
        rest = {
            "tool": {"driver": driver},
            "invocations": [invocation],
            # What is before the last slash is GitHub's category; each run in a file has its own.
            "automationDetails": {"id": f"pii-scan/{self.number}/"},
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": self._bases.stated,
            "properties": {"scan": scan.id, "policy": scan.policy, "today": f"{scan.today}"},
        }
        self._sink.write(b"\n], " + encoded(rest)[1:])


class _Bases:
    """The places that were scanned; addresses are relative to them."""

    def __init__(self, targets: tuple[str, ...]) -> None:
        self._roots: list[tuple[str, str]] = []
        self.stated: dict[str, dict[str, Any]] = {}
        for number, target in enumerate(targets, start=1):
            root = target.rstrip("/\\")
            if base := _base_uri(root):
                name = f"TARGET{number}"
                self._roots.append((f"{root}/", name))
                self.stated[name] = {"uri": f"{base}/"}

    def location(self, file: str) -> dict[str, str]:
        """Return where a file is, without what is before the place that was scanned."""
        for root, name in self._roots:
            if file.startswith(root):
                return {"uri": _quoted(file.removeprefix(root)), "uriBaseId": name}
        # A target that is a file; and what was scanned by a relative path is relative already.
        return {"uri": _quoted(re.sub(r"^[a-z]+://|^/+", "", file)) or "."}


def _base_uri(root: str) -> str | None:
    """Return the absolute URI of a target, or `None` when it was given relative."""
    if "://" in root:
        scheme, _, rest = root.partition("://")
        return f"{scheme}://{_quoted(rest)}"
    if PureWindowsPath(root).drive:
        return PureWindowsPath(root).as_uri()
    return f"file://{_quoted(root)}" if PurePosixPath(root).is_absolute() else None


def _quoted(path: str) -> str:
    return quote(path.encode("utf-8", "backslashreplace"), safe=URI_SAFE)


def _found(result: Result, bases: _Bases) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield (rule, result) pairs of an item."""
    counts: Counter[tuple[str, str, Level]] = Counter(
        (it.entity, it.category, it.level) for it in result.findings
    )
    highest: dict[str, Level] = {}
    for entity, _, level in counts:
        highest[entity] = max(highest.get(entity, level), level, key=LEVELS.index)
    for entity, level in highest.items():
        category = next(kind for name, kind, _ in counts if name == entity)
        many = sum(count for (name, _, _), count in counts.items() if name == entity)
        wheres = [dutch.place(it.where) for it in result.findings if it.entity == entity]
        name = dutch.categories().get(category, category)
        text = f"{entity} ({name}): {many} keer, niveau {level}{_first(wheres)}."
        yield (
            _entity_rule(entity, category, name, level),
            _result(result, bases, f"pii/{entity}", SEVERITY[level], text, many),
        )
    for verdict, severity in LATE.items():
        judged = [it for it in result.judgements if it.verdict == verdict]
        if judged:
            ends = [it.keep_until for it in judged if it.keep_until]
            until = f"; bewaren tot en met {dutch.day(min(ends))}" if ends else ""
            label = dutch.VERDICTS[judged[0].verdict]
            wheres = [dutch.place(it.where) for it in judged]
            text = f"{label.capitalize()}: {dutch.rule(judged[0])}{until}{_first(wheres)}."
            yield (
                _verdict_rule(judged[0].verdict, label, severity),
                _result(result, bases, f"retention/{verdict}", severity, text, len(judged)),
            )


def _first(wheres: list[str]) -> str:
    named = [it for it in dict.fromkeys(wheres) if it]
    more = f" en {len(named) - 3} plaatsen meer" if len(named) > 3 else ""
    return f" ({', '.join(named[:3])}{more})" if named else ""


def _result(
    result: Result, bases: _Bases, rule: str, severity: str, text: str, count: int
) -> dict[str, Any]:
    uri = result.item.uri
    file = result.item.within or uri
    inside = uri.removeprefix(file).removeprefix("!/")
    inner = f" In {inside}." if inside else ""
    # Of the rule and the place alone: it stays the same from scan to scan, and tells of no value.
    print_ = hashlib.sha256(f"{rule}\0{uri}".encode("utf-8", "backslashreplace")).hexdigest()
    place: dict[str, Any] = {
        # A viewer opens a file at a line; pages and rows are in the message.
        "physicalLocation": {
            "artifactLocation": bases.location(file),
            "region": {"startLine": 1},
        },
    }
    if inside:
        place["logicalLocations"] = [{"fullyQualifiedName": dutch.visible(uri), "kind": "resource"}]
    return {
        "kind": "informational" if severity == "none" else "fail",
        "level": severity,
        "message": {"text": dutch.visible(text + inner)},
        "locations": [place],
        "partialFingerprints": {"primaryLocationLineHash": f"{print_[:16]}:1"},
        "occurrenceCount": count,
    }


def _entity_rule(entity: str, category: str, name: str, level: Level) -> dict[str, Any]:
    severity = SEVERITY[level]
    return _rule(
        f"pii/{entity}",
        f"{entity}: {name}",
        f"In het bestand staat {entity}, categorie {category} ({name}).",
        "Beoordeel of het daar mag staan, en hoe lang. De waarde staat niet in dit rapport.",
        severity,
        ("privacy", "security", category),
    )


def _verdict_rule(verdict: Any, label: str, severity: str) -> dict[str, Any]:
    return _rule(
        f"retention/{verdict}",
        f"Bewaartermijn: {label}",
        dutch.VERDICT_MEANINGS[verdict],
        "Handel naar het bewaarbeleid: verwijderen, anonimiseren, teruggeven of beoordelen.",
        severity,
        ("privacy", "retention"),
    )


def _rule(
    name: str, short: str, full: str, what_to_do: str, severity: str, tags: tuple[str, ...]
) -> dict[str, Any]:
    return {
        "id": dutch.visible(name),
        "name": re.sub(r"\W+", " ", name).title().replace(" ", "").replace("_", ""),
        "shortDescription": {"text": dutch.visible(short)},
        "fullDescription": {"text": dutch.visible(full)},
        "help": {"text": what_to_do},
        "defaultConfiguration": {"level": severity},
        "properties": {
            "tags": list(tags),
            "precision": "high",
            "problem.severity": {"error": "error", "warning": "warning"}.get(
                severity, "recommendation"
            ),
            "security-severity": SECURITY[severity],
        },
    }


REPORT = Report("sarif", _write)
