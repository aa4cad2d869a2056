"""What a statement promises against what a scan found, group by group."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

from pii_scan.model import Breach, Judgement, Outcome, Policy, Processing, Result, Scan, Verdict
from pii_scan.report._summary import VERDICTS

SHOWN = 5
"""Items named for each line; the item reports name them all."""
NOBODY = "onbekend"
"""The group of an item that tells of nobody in particular."""
_LATE: tuple[Verdict, ...] = ("overdue", "possibly_overdue")


@dataclass(slots=True)
class Line:
    """Items that are alike in one respect."""

    items: int = 0
    findings: int = 0
    examples: list[str] = field(default_factory=list)
    """URIs of the first."""
    earliest: date | None = None
    """Of what is over its term: the earliest last day."""

    def add(self, uri: str, findings: int = 0, end: date | None = None) -> None:
        """Count an item."""
        self.items += 1
        self.findings += findings
        if len(self.examples) < SHOWN:
            self.examples.append(uri)
        self.earliest = min((it for it in (self.earliest, end) if it), default=None)


@dataclass(slots=True)
class Group:
    """Promise and practice for the people of one group."""

    items: int = 0
    """With personal data."""
    named: dict[str, Processing] = field(default_factory=dict)
    """What the statement says of the group, by the data it names."""
    unnamed: dict[tuple[str, str], Line] = field(default_factory=dict)
    """(type of document, category) that was found and not named."""
    unsaid: dict[str, Line] = field(default_factory=dict)
    """Types of document of which the statement names no data, or only in words that were not worked
    out."""
    late: dict[tuple[Verdict, Judgement], Line] = field(default_factory=dict)
    """Rules whose term is over, the judgement without its place and dates."""
    undated: dict[tuple[str, Judgement], Line] = field(default_factory=dict)
    """(type of document, rule) for which no date is known."""
    broken: dict[tuple[Outcome, Breach], Line] = field(default_factory=dict)
    """Promises about place and content, the breach without its place and reason."""


@dataclass(slots=True)
class Practice:
    """The whole of it."""

    scan: Scan
    policy: Policy
    groups: dict[str, Group] = field(default_factory=dict)
    """By id; most items first."""
    items: int = 0
    unread: int = 0
    """Not read in full: of these nothing, or not all, is known."""


def practice(scan: Scan, policy: Policy, results: Callable[[], Iterator[Result]]) -> Practice:
    """Work out where practice parts from the promise."""
    told = Practice(scan, policy)
    for result in results():
        told.items += 1
        told.unread += not result.coverage.is_complete
        if result.breaches or any(it.level != "Openbaar" for it in result.findings):
            name = result.subject_groups[0] if result.subject_groups else NOBODY
            group = told.groups.setdefault(name, Group())
            group.items += 1
            _add(group, policy, name, result)
    told.groups = dict(sorted(told.groups.items(), key=lambda pair: (-pair[1].items, pair[0])))
    for group in told.groups.values():
        group.late = dict(sorted(group.late.items(), key=lambda it: _rank(*it)))
        most_first = sorted(group.unnamed.items(), key=lambda it: (-it[1].items, -it[1].findings))
        group.unnamed = dict(most_first)
    return told


def names(policy: Policy, group: str, doc_type: str) -> tuple[Processing, ...]:
    """Return what a statement says of a group's documents of a type: narrower entries first."""
    theirs = [it for it in policy.processing if group in it.subject_groups]
    narrow = tuple(it for it in theirs if doc_type in it.doc_types)
    return narrow or tuple(it for it in theirs if not it.doc_types)


def _add(group: Group, policy: Policy, name: str, result: Result) -> None:
    uri, doc_type = result.item.uri, result.doc_type or "overig"
    told = names(policy, name, doc_type)
    group.named |= {it.data: it for it in told}
    found = Counter(it.category for it in result.findings if it.level != "Openbaar")
    known = {category for it in told for category in it.categories}
    if not known and found:
        group.unsaid.setdefault(doc_type, Line()).add(uri, found.total())
    for category, count in found.items() if known else ():
        if category not in known:
            group.unnamed.setdefault((doc_type, category), Line()).add(uri, count)
    for (verdict, rule), end in _worst_of_each(result.judgements).items():
        if verdict in _LATE:
            group.late.setdefault((verdict, rule), Line()).add(uri, end=end)
        elif verdict == "undetermined":
            group.undated.setdefault((doc_type, rule), Line()).add(uri)
    for outcome, breach in dict.fromkeys((it.outcome, _bare_breach(it)) for it in result.breaches):
        group.broken.setdefault((outcome, breach), Line()).add(uri)


def _worst_of_each(
    judgements: tuple[Judgement, ...],
) -> dict[tuple[Verdict, Judgement], date | None]:
    """Return the earliest end of each rule and verdict: rows differ in their dates only."""
    ends: dict[tuple[Verdict, Judgement], date | None] = {}
    for it in judgements:
        key = (it.verdict, _bare(it))
        ends[key] = min((day for day in (ends.get(key), it.keep_until) if day), default=None)
    return ends


def _bare(it: Judgement) -> Judgement:
    return Judgement(
        it.policy, it.rule, "", it.verdict, it.trigger, None, None, None, None, it.action
    )


def _bare_breach(it: Breach) -> Breach:
    return Breach(it.policy, it.promise, it.kind, it.title, it.clause, it.outcome, "", "")


def _rank(key: tuple[Verdict, Judgement], line: Line) -> tuple[int, int, str]:
    return VERDICTS.index(key[0]), -line.items, key[1].rule or ""
