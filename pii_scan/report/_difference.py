"""Two scans side by side: what came, what went, what is heavier, later or better than it was."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from pii_scan.model import Level, Result, Scan, Status, Verdict
from pii_scan.report._score import worst
from pii_scan.report._summary import READ

Kind = Literal[
    "newly_overdue", "new", "level", "unread", "moved", "judged_otherwise", "gone", "cleaned_up"
]
KINDS: tuple[Kind, ...] = (
    *("newly_overdue", "new", "level", "unread"),
    *("moved", "judged_otherwise", "gone", "cleaned_up"),
)
"""From what asks for a hand first to what is good news."""


@dataclass(frozen=True, slots=True)
class Difference:
    """An item that is not as the earlier scan had it; one item may differ in several ways."""

    kind: Kind
    uri: str
    before: str | None = None
    """The level, verdict or status that was; of what moved, the address."""
    after: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {"kind": self.kind, "uri": self.uri, "before": self.before, "after": self.after}


@dataclass(slots=True)
class Differences:
    """What is different, and over how much that was looked at."""

    before: Scan
    after: Scan
    listed: list[Difference] = field(default_factory=list)
    """By kind, then by address."""
    same: int = 0
    """Items with personal data in both that differ in nothing of this."""
    outside: int = 0
    """Items with personal data of the earlier scan that the later one had no business with."""

    @property
    def counts(self) -> Counter[str]:
        """Return the number of items of each kind."""
        return Counter(it.kind for it in self.listed)


@dataclass(frozen=True, slots=True)
class _Item:
    """What is compared of an item."""

    uri: str
    digest: str | None
    status: Status
    level: Level | None
    verdict: Verdict | None

    @property
    def is_personal(self) -> bool:
        return self.level not in {None, "Openbaar"}


def differences(
    before: Scan, after: Scan, earlier: Iterable[Result], later: Iterable[Result]
) -> Differences:
    """Lay two scans side by side, in whatever order their results come."""
    told = Differences(before, after)
    held = {it.item.uri: _item(it) for it in earlier}
    came: list[_Item] = []
    for new in map(_item, later):
        old = held.pop(new.uri, None)
        if old is None:
            came += [new] if new.is_personal else []
        else:
            found = list(_changes(old, new))
            told.listed += found
            told.same += not found and new.is_personal
    left = [it for it in held.values() if it.is_personal]
    gone = [it for it in left if _is_within(it.uri, after.targets)]
    told.outside = len(left) - len(gone)
    told.listed += _arrivals(came, gone)
    told.listed.sort(key=lambda it: (KINDS.index(it.kind), it.uri))
    return told


def _item(result: Result) -> _Item:
    judgement = worst(result)
    return _Item(
        result.item.uri,
        result.digest,
        result.coverage.status,
        result.level,
        judgement.verdict if judgement else None,
    )


def _changes(old: _Item, new: _Item) -> Iterator[Difference]:
    if old.status in READ and new.status not in READ:
        # Nothing is known of what is in it now: it is neither cleaned up nor lighter.
        yield Difference("unread", new.uri, old.status, new.status)
        return
    if old.level != new.level and (old.is_personal or new.is_personal):
        yield Difference("level", new.uri, old.level, new.level)
    if new.verdict == "overdue" and old.verdict != "overdue":
        yield Difference("newly_overdue", new.uri, old.verdict, new.verdict)
    if old.verdict == "overdue" and new.verdict != "overdue":
        # What is as it was has not been cleaned up: rule, register or hold is another.
        is_same = old.digest is not None and old.digest == new.digest
        yield Difference(
            "judged_otherwise" if is_same else "cleaned_up", new.uri, old.verdict, new.verdict
        )


def _arrivals(came: Iterable[_Item], gone: Iterable[_Item]) -> Iterator[Difference]:
    """Yield what is new, moved and gone: what is new with content that is gone has moved."""
    by_digest: dict[str, list[_Item]] = defaultdict(list)
    for old in gone:
        by_digest[old.digest or old.uri].append(old)
    for new in came:
        same = by_digest.get(new.digest or "")
        if same:
            old = same.pop()
            yield Difference("moved", new.uri, old.uri)
            # Also of what moved the term may have ended.
            yield from (it for it in _changes(old, new) if it.kind != "unread")
            continue
        yield Difference("new", new.uri, None, new.level)
        if new.verdict == "overdue":
            yield Difference("newly_overdue", new.uri, None, new.verdict)
    for old in (it for same in by_digest.values() for it in same):
        yield Difference("gone", old.uri, old.level)
        if old.verdict == "overdue":
            yield Difference("cleaned_up", old.uri, old.verdict)


def _is_within(uri: str, targets: tuple[str, ...]) -> bool:
    return any(uri == it or uri.startswith(f"{it.rstrip('/')}/") for it in targets) or not targets
