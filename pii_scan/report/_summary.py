"""The numbers of a scan, worked out in one place for every format."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Literal

from pii_scan.model import Coverage, Level, Result, Scan, Status, Suppression, Total, Verdict
from pii_scan.report._people import Estimate, People, mentions

STATUSES: tuple[Status, ...] = ("scanned", "partial", "skipped", "unreadable")
READ: tuple[Status, ...] = ("scanned", "partial")
"""Of which something was read."""
LEVELS: tuple[Level, ...] = ("Openbaar", "Intern", "Vertrouwelijk", "Geheim")
"""From light to heavy."""
VERDICTS: tuple[Verdict, ...] = (
    "overdue",
    "possibly_overdue",
    "undetermined",
    "controller_decides",
    "on_hold",
    "must_keep",
    "no_rule",
    "within",
)
"""From what asks for a hand first to what may wait."""

UNKNOWN = "unknown"

SuppressionKind = Literal["value", "pattern", "path"]
SuppressionState = Literal["used", "unused", "expired"]


@dataclass(slots=True)
class Format:
    """How far the files of one media type were read."""

    statuses: Counter[str] = field(default_factory=Counter)
    bytes: int = 0
    bytes_read: int = 0
    """Of items read in full or in part."""
    reasons: Counter[str] = field(default_factory=Counter)
    """Why some were not read in full -> items."""

    def add(self, coverage: Coverage, size: int, items: int = 1) -> None:
        """Count items that fared alike, of some size together."""
        self.statuses[coverage.status] += items
        self.bytes += size
        if coverage.status in READ:
            self.bytes_read += size
        if coverage.status != "scanned":
            self.reasons[coverage.reason or UNKNOWN] += items

    def as_dict(self) -> dict[str, Any]:
        """Return the numbers as JSON has them."""
        return {
            **{status: self.statuses[status] for status in STATUSES},
            "bytes": self.bytes,
            "bytes_read": self.bytes_read,
            "reasons": _plain(self.reasons),
        }


@dataclass(slots=True)
class Summary:
    """What a scan comes to. Counters are of items, unless their name says otherwise."""

    scan: Scan
    items: int = 0
    bytes: int = 0
    """Of everything met, members of archives included."""
    bytes_read: int = 0
    """Of items read in full or in part."""
    missed: int = 0
    """Not read in full, where nobody asked for that."""
    statuses: Counter[str] = field(default_factory=Counter)
    reasons: dict[str, Counter[str]] = field(default_factory=dict)
    """Status -> reason -> items, of what was not read in full."""
    media_types: dict[str, Format] = field(default_factory=dict)
    """Media type -> how far its files were read."""
    items_with_findings: int = 0
    findings: int = 0
    findings_by_entity: Counter[str] = field(default_factory=Counter)
    findings_by_category: Counter[str] = field(default_factory=Counter)
    findings_by_level: Counter[str] = field(default_factory=Counter)
    items_by_category: Counter[str] = field(default_factory=Counter)
    items_by_level: Counter[str] = field(default_factory=Counter)
    items_by_doc_type: Counter[str] = field(default_factory=Counter)
    items_by_verdict: Counter[str] = field(default_factory=Counter)
    """An item counts once under every verdict that it, or a row of it, has."""
    judgements_by_verdict: Counter[str] = field(default_factory=Counter)
    items_by_promise: Counter[str] = field(default_factory=Counter)
    """Promises about place and content that are broken, or seem to be: id -> items."""
    items_with_breaches: int = 0
    items_by_profile: Counter[str] = field(default_factory=Counter)
    """Layouts of exports that were recognised."""
    findings_suppressed: Counter[str] = field(default_factory=Counter)
    """Found and left out: id of the suppression -> findings."""
    open_items: int = 0
    """With ordinary personal data or worse, and readable for everyone by the rights of the source.
    """
    open_items_by_category: Counter[str] = field(default_factory=Counter)
    """Of the categories that are secret by themselves, a BSN first of all."""
    oldest_reference_date: date | None = None
    longest_overdue_since: date | None = None
    """The earliest last day of what is over its term."""
    _people: People = field(default_factory=People, repr=False)

    @property
    def people(self) -> int:
        """About how many different people there are; `people_between` says how sure that is."""
        return self.people_between.likely

    @property
    def people_between(self) -> Estimate:
        """How many different people: what stands together joined, with how much names may err."""
        return self._people.estimate()

    @property
    def suppressed(self) -> int:
        """How many findings were left out, because somebody had judged them."""
        return self.findings_suppressed.total()

    @property
    def is_complete(self) -> bool:
        """Whether everything that was not left out on request was read in full."""
        return not self.missed

    def add(self, result: Result) -> None:
        """Count one item."""
        self._add_coverage(result.coverage, result.media_type, result.item.size)
        self._add_findings(result)
        self._add_judgements(result)
        self._add_promises(result)

    def add_total(self, total: Total) -> None:
        """Count items that are alike; what is about single findings stays out."""
        self._add_coverage(total.coverage, total.media_type, total.bytes, total.items)
        if total.level:
            self.items_by_level[total.level] += total.items
        self.items_with_findings += total.items_with_findings
        self.findings += total.findings

    def _add_coverage(
        self, coverage: Coverage, media_type: str | None, size: int, items: int = 1
    ) -> None:
        status = coverage.status
        self.items += items
        self.bytes += size
        self.statuses[status] += items
        self.missed += 0 if coverage.is_complete else items
        self.media_types.setdefault(media_type or UNKNOWN, Format()).add(coverage, size, items)
        if status in READ:
            self.bytes_read += size
        if status != "scanned":
            reason = coverage.reason or UNKNOWN
            self.reasons.setdefault(status, Counter())[reason] += items

    def _add_findings(self, result: Result) -> None:
        self.findings_suppressed.update(dict(result.suppressed))
        if result.level:
            self.items_by_level[result.level] += 1
        if not result.findings:
            return
        self.items_with_findings += 1
        self.findings += len(result.findings)
        self.items_by_doc_type[result.doc_type or UNKNOWN] += 1
        self.findings_by_entity.update(it.entity for it in result.findings)
        self.findings_by_category.update(it.category for it in result.findings)
        self.findings_by_level.update(it.level for it in result.findings)
        self.items_by_category.update({it.category for it in result.findings})
        self._people.add(mentions(result.findings))
        if is_open(result):
            self.open_items += 1
            secret = {it.category for it in result.findings if it.level == "Geheim"}
            self.open_items_by_category.update(secret)

    def _add_judgements(self, result: Result) -> None:
        self.judgements_by_verdict.update(it.verdict for it in result.judgements)
        self.items_by_verdict.update({it.verdict for it in result.judgements})
        for it in result.judgements:
            self.oldest_reference_date = _earliest(self.oldest_reference_date, it.reference_date)
            if it.verdict == "overdue":
                self.longest_overdue_since = _earliest(self.longest_overdue_since, it.keep_until)

    def _add_promises(self, result: Result) -> None:
        if result.profile:
            self.items_by_profile[result.profile] += 1
        broken = {it.promise for it in result.breaches if it.outcome != "undetermined"}
        self.items_by_promise.update(broken)
        self.items_with_breaches += bool(broken)

    def as_dict(self) -> dict[str, Any]:
        """Return the numbers as JSON has them, in an order that does not depend on the files."""
        between = self.people_between
        return {
            "scan": {
                "id": self.scan.id,
                "targets": list(self.scan.targets),
                "started": moment(self.scan.started),
                "finished": moment(self.scan.finished) if self.scan.finished else None,
                "today": self.scan.today.isoformat(),
                "policy": self.scan.policy,
                "tool_version": self.scan.tool_version,
                "config_digest": self.scan.config_digest,
                "operator": self.scan.operator,
                "grounds": list(self.scan.grounds),
            },
            "items": self.items,
            "bytes": self.bytes,
            "bytes_read": self.bytes_read,
            "complete": self.is_complete,
            "missed": self.missed,
            "status": {status: self.statuses[status] for status in STATUSES},
            "reasons": _nested(self.reasons),
            "media_types": {name: it.as_dict() for name, it in sorted(self.media_types.items())},
            "items_with_findings": self.items_with_findings,
            "findings": self.findings,
            "findings_by_entity": _plain(self.findings_by_entity),
            "findings_by_category": _plain(self.findings_by_category),
            "findings_by_level": {level: self.findings_by_level[level] for level in LEVELS},
            "items_by_category": _plain(self.items_by_category),
            "items_by_level": {level: self.items_by_level[level] for level in LEVELS},
            "items_by_doc_type": _plain(self.items_by_doc_type),
            "items_by_verdict": {it: self.items_by_verdict[it] for it in VERDICTS},
            "judgements_by_verdict": {it: self.judgements_by_verdict[it] for it in VERDICTS},
            "items_with_breaches": self.items_with_breaches,
            "items_by_promise": _plain(self.items_by_promise),
            "items_by_profile": _plain(self.items_by_profile),
            "findings_suppressed": _plain(self.findings_suppressed),
            "suppressions": [self._suppression(it) for it in self.scan.suppressions],
            "people": between.likely,
            "people_low": between.low,
            "people_high": between.high,
            "open_items": self.open_items,
            "open_items_by_category": _plain(self.open_items_by_category),
            "oldest_reference_date": iso(self.oldest_reference_date),
            "longest_overdue_since": iso(self.longest_overdue_since),
        }

    def _suppression(self, it: Suppression) -> dict[str, Any]:
        return {
            "id": it.id,
            "kind": suppressed_by(it),
            "entity_type": it.entity,
            "category": it.category,
            "path": it.path,
            "reason": it.reason,
            "by": it.by,
            "added": it.added.isoformat(),
            "until": it.until.isoformat(),
            "state": self.state(it),
            "findings": self.findings_suppressed[it.id],
        }

    def state(self, it: Suppression) -> SuppressionState:
        """Return how a suppression fared in the scan."""
        if it.until < self.scan.today:
            return "expired"
        return "used" if self.findings_suppressed[it.id] else "unused"


def summary(scan: Scan, results: Iterable[Result]) -> Summary:
    """Return the numbers of a scan."""
    counted = Summary(scan)
    for result in results:
        counted.add(result)
    return counted


def suppressed_by(it: Suppression) -> SuppressionKind:
    """Return what a suppression goes by. A pattern is not shown itself: it may spell a value."""
    if it.fingerprints:
        return "value"
    return "path" if it.pattern is None else "pattern"


def is_open(result: Result) -> bool:
    """Return whether everyone may read personal data here that not everyone should.

    ISO/IEC 27002:2022, 5.15: access follows from need; AVG art. 32: measures that fit the risk.
    """
    return result.item.access == "everyone" and result.level in ("Vertrouwelijk", "Geheim")


def iso(day: date | None) -> str | None:
    """Return 2026-11-26, or `None`."""
    return None if day is None else day.isoformat()


def moment(when: datetime) -> str:
    """Return an aware datetime in UTC as 2026-11-26T04:12:36Z."""
    return when.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _earliest(one: date | None, other: date | None) -> date | None:
    return min((it for it in (one, other) if it is not None), default=None)


def _plain(counter: Counter[str]) -> dict[str, int]:
    return dict(sorted(counter.items()))


def _nested(counters: dict[str, Counter[str]]) -> dict[str, dict[str, int]]:
    return {name: _plain(counter) for name, counter in sorted(counters.items())}
