"""What follows from findings.jsonl alone, so that whoever verifies can work it out again."""

import csv
import io
import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Protocol, cast

from pii_scan.model import EXCLUDED, PROTECTED, TOO_LARGE_ASKED, Coverage, Status
from pii_scan.report import encoded
from pii_scan.report.csv import cell

VERDICT_COLUMNS = (
    *("uri", "where", "policy", "rule", "verdict", "trigger", "reference_date"),
    *("reference_source", "keep_until", "must_keep_until", "action"),
)
BY_REQUEST = (EXCLUDED, TOO_LARGE_ASKED, PROTECTED)
COVERAGE_COLUMNS = ("media_type", "status", "reason", "items", "bytes")

MAX_LINE_BYTES = 256 << 20
SPOOL_BYTES = 16 << 20
UNKNOWN = "unknown"


@dataclass(slots=True)
class Agreed:
    """What is agreed about a group of findings, and what it covers."""

    assignment: dict[str, Any]
    """Owner, day, status and who decided it, as the items state it."""
    items: int = 0
    overdue: int = 0
    """Of these those that are over their term."""


@dataclass(slots=True)
class Groups:
    """Items that a person would treat as one matter."""

    found: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(kind of document, category) -> items."""
    overdue: dict[tuple[str, str], tuple[int, str | None]] = field(default_factory=dict)
    """(policy, rule) -> items over its term, and the day on which the first of them ended."""
    agreed: dict[str, Agreed] = field(default_factory=dict)
    """By the id of the group."""

    def add(self, item: dict[str, Any]) -> None:
        """Count one line."""
        kind = item["doc_type"] or UNKNOWN
        self.found.update({(kind, it["category"]) for it in item["findings"]})
        late: dict[tuple[str, str], list[str]] = {}
        for it in item["retention"]:
            if it["verdict"] == "overdue":
                ends = late.setdefault((it["policy"], it["rule"] or UNKNOWN), [])
                ends += [it["keep_until"]] if it["keep_until"] else []
        for key, ends in late.items():
            count, first = self.overdue.get(key, (0, None))
            self.overdue[key] = (count + 1, min([*ends, *([first] if first else [])], default=None))
        if told := item.get("assignment"):
            agreed = self.agreed.setdefault(str(told["group"]), Agreed(dict(told)))
            if agreed.assignment != told:
                raise ValueError("an assignment is stated in two ways")
            agreed.items += 1
            agreed.overdue += bool(late)


class Sink(Protocol):
    """Takes bytes: a file, or a digest."""

    def write(self, data: bytes, /) -> object:
        """Take some more."""


@dataclass(slots=True)
class Counted:
    """Figures counted from the lines, under the names that the summary has for them."""

    items: int = 0
    bytes: int = 0
    missed: int = 0
    items_with_findings: int = 0
    findings: int = 0
    status: Counter[str] = field(default_factory=Counter)
    reasons: dict[str, Counter[str]] = field(default_factory=dict)
    findings_by_entity: Counter[str] = field(default_factory=Counter)
    findings_suppressed: Counter[str] = field(default_factory=Counter)
    findings_by_category: Counter[str] = field(default_factory=Counter)
    items_by_level: Counter[str] = field(default_factory=Counter)
    items_by_verdict: Counter[str] = field(default_factory=Counter)
    judgements_by_verdict: Counter[str] = field(default_factory=Counter)

    def add(self, item: dict[str, Any]) -> None:
        """Count one line."""
        status, verdicts = item["status"], [it["verdict"] for it in item["retention"]]
        self.items += 1
        self.bytes += item["size"]
        self.missed += not _coverage(item).is_complete
        self.status[status] += 1
        if status != "scanned":
            self.reasons.setdefault(status, Counter())[item["reason"] or UNKNOWN] += 1
        self.items_with_findings += bool(item["findings"])
        self.findings += len(item["findings"])
        self.findings_suppressed.update(item.get("suppressed", {}))
        self.findings_by_entity.update(it["entity_type"] for it in item["findings"])
        self.findings_by_category.update(it["category"] for it in item["findings"])
        if item["level"]:
            self.items_by_level[item["level"]] += 1
        self.judgements_by_verdict.update(verdicts)
        self.items_by_verdict.update(set(verdicts))

    def differences(self, summary: dict[str, Any]) -> list[str]:
        """Return the names of the figures in which a summary says otherwise."""
        names = self.__dataclass_fields__
        return [n for n in names if _counts(summary.get(n, {})) != _counts(getattr(self, n))]


def lines(stream: BinaryIO, *, strictly: bool = False) -> Iterator[dict[str, Any]]:
    """Yield the values of JSON lines; `strictly`: each must be written in the one way that we do.

    Raises:
        ValueError: a line is too long, is no JSON object or is written in another way, as with a
            key that stands there twice; the message holds no content.
    """
    number = 0
    while line := stream.readline(MAX_LINE_BYTES + 1):
        number += 1
        if len(line) > MAX_LINE_BYTES:
            raise ValueError(f"line {number} is too long")
        try:
            value = dict(json.loads(line))
            is_ours = not strictly or encoded(value) + b"\n" == line
        except (ValueError, TypeError, RecursionError):
            is_ours = False
        if not is_ours:
            raise ValueError(f"line {number} is no JSON object, written as they are here")
        yield value


@dataclass(frozen=True, slots=True)
class Facts:
    """What a pass over the lines of a report comes to."""

    counted: Counted
    summary: dict[str, Any]
    """The last line."""
    kept: dict[str, int]
    """Items that the walk met, and their bytes: not those within files."""
    groups: Groups


def derive(found: Iterable[dict[str, Any]], scope: Sink, coverage: Sink, verdicts: Sink) -> Facts:
    """Write the three parts that follow from the lines of findings.jsonl.

    Raises:
        ValueError: the lines are not those of a report.
    """
    counted, kinds, summary = Counted(), _Kinds(), None
    rows = _Rows(verdicts, VERDICT_COLUMNS)
    nesting, groups = _Nesting(), Groups()
    kept = {"items": 0, "bytes": 0}
    with tempfile.SpooledTemporaryFile(SPOOL_BYTES) as unread:
        try:
            for line in found:
                if summary is not None:
                    raise ValueError("a line follows the summary")
                if line["type"] == "summary":
                    summary = line
                    continue
                counted.add(line)
                kinds.add(line)
                groups.add(line)
                if not nesting.is_within(line["uri"]):
                    kept["items"] += 1
                    kept["bytes"] += line["size"]
                for it in line["retention"]:
                    rows.write([line["uri"], *(it[name] for name in VERDICT_COLUMNS[1:])])
                if line["status"] != "scanned":
                    unread.write(b"," if unread.tell() else b"")
                    unread.write(b"\n  " + encoded(_unread(line)))
            if summary is None:
                raise ValueError("there is no summary")
            kinds.write(coverage)
            unread.seek(0)
            _scope(scope, summary, counted, kept, cast(BinaryIO, unread))
        except (KeyError, TypeError, AttributeError):
            raise ValueError("a line lacks what a report states") from None
    return Facts(counted, summary, kept, groups)


def _scope(
    sink: Sink, summary: dict[str, Any], counted: Counted, kept: dict[str, int], unread: BinaryIO
) -> None:
    asked = sum(some[one] for some in counted.reasons.values() for one in BY_REQUEST)
    head = {
        "schema": 1,
        "targets": summary["scan"]["targets"],
        "population": {
            "items": counted.items,
            "bytes": counted.bytes,
            "by_status": {name: counted.status[name] for name in sorted(counted.status)},
            "met_by_walk": kept["items"],
            "within_files": counted.items - kept["items"],
        },
        "sampling": "none: every item met is here",
        "left_out_by_request": asked,
        "missed": counted.missed,
        "reasons": {
            status: dict(sorted(some.items())) for status, some in sorted(counted.reasons.items())
        },
    }
    sink.write(encoded(head, indent=2).removesuffix(b"\n}"))
    sink.write(b',\n  "not_read_in_full": [')
    while block := unread.read(1 << 20):
        sink.write(block)
    sink.write(b"\n  ]\n}\n")


def _unread(line: dict[str, Any]) -> dict[str, Any]:
    return {
        "uri": line["uri"],
        "status": line["status"],
        "reason": line["reason"],
        "by_request": line["reason"] in BY_REQUEST,
        "missed": not _coverage(line).is_complete,
    }


def _coverage(line: dict[str, Any]) -> Coverage:
    return Coverage(cast(Status, line["status"]), reason=line["reason"])


class _Nesting:
    """Tells what lies within a file, from addresses in their order."""

    def __init__(self) -> None:
        self._above: list[str] = []

    def is_within(self, uri: str) -> bool:
        # All addresses that begin with the same text follow each other.
        while self._above and not uri.startswith(self._above[-1]):
            self._above.pop()
        is_within = any(uri.startswith(f"{one}!/") for one in self._above)
        self._above.append(uri)
        return is_within


class _Kinds:
    """Items and bytes by media type, status and reason."""

    def __init__(self) -> None:
        self._items: Counter[tuple[str, str, str]] = Counter()
        self._bytes: Counter[tuple[str, str, str]] = Counter()

    def add(self, line: dict[str, Any]) -> None:
        key = (line["media_type"] or UNKNOWN, line["status"], line["reason"] or "")
        self._items[key] += 1
        self._bytes[key] += line["size"]

    def write(self, sink: Sink) -> None:
        rows = _Rows(sink, COVERAGE_COLUMNS)
        for key in sorted(self._items):
            rows.write([*key, self._items[key], self._bytes[key]])


class _Rows:
    """CSV (RFC 4180, UTF-8) whose cells no spreadsheet takes for a formula."""

    def __init__(self, sink: Sink, columns: tuple[str, ...]) -> None:
        self._sink = sink
        self._text = io.StringIO()
        self._writer = csv.writer(self._text, lineterminator="\r\n")
        self.write(columns)

    def write(self, row: Iterable[Any]) -> None:
        self._writer.writerow([cell(value) for value in row])
        self._sink.write(self._text.getvalue().encode("utf-8", "backslashreplace"))
        self._text.seek(0)
        self._text.truncate()


def _counts(value: Any) -> Any:
    """Return counters without what is nil, so that those with and without it are equal."""
    if isinstance(value, dict):
        return {name: below for name, part in value.items() if (below := _counts(part))}
    return value
