"""Groups of findings that somebody deals with: an item, or one entity in one folder."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from pii_scan.model import Assignment, GroupStatus, Item, Level, Result, Verdict, group_id
from pii_scan.report._figures import folder_of
from pii_scan.report._score import worst
from pii_scan.report._summary import LEVELS, VERDICTS

STATUSES: tuple[GroupStatus, ...] = ("open", "busy", "done", "accepted")
"""From what asks for a hand to what does not."""
CLOSED: tuple[GroupStatus, ...] = ("done", "accepted")


@dataclass(slots=True)
class Group:
    """The findings of one entity in one folder."""

    path: str
    entity: str
    category: str
    level: Level
    """The highest."""
    items: int = 0
    findings: int = 0
    verdict: Verdict | None = None
    """The one of its items that asks most for a hand."""

    @property
    def id(self) -> str:
        """What it has in common with its assignments."""
        return group_id(self.path, self.entity)


class Groups:
    """The groups by folder and entity of a scan, gathered item by item."""

    def __init__(self) -> None:
        """Start with none."""
        self._held: dict[tuple[str, str], Group] = {}

    def add(self, result: Result) -> None:
        """Count the findings of an item."""
        folder, judgement = folder_of(result.item), worst(result)
        met: set[str] = set()
        for it in result.findings:
            key = (folder, it.entity)
            group = self._held.get(key)
            if group is None:
                group = self._held[key] = Group(*key, it.category, it.level)
            group.findings += 1
            group.level = max(group.level, it.level, key=LEVELS.index)
            if it.entity not in met:
                met.add(it.entity)
                group.items += 1
                if judgement:
                    held = (group.verdict or judgement.verdict, judgement.verdict)
                    group.verdict = min(held, key=VERDICTS.index)

    def heaviest(self) -> list[Group]:
        """Return them all, the heaviest level and the most findings first."""
        return sorted(
            self._held.values(),
            key=lambda it: (-LEVELS.index(it.level), -it.findings, it.path, it.entity),
        )


def group_ids(results: Iterable[Result]) -> dict[str, tuple[str, str | None]]:
    """Return what every group of a scan is about, by its id: (path, entity)."""
    known: dict[str, tuple[str, str | None]] = {}
    for result in results:
        uri = result.item.uri
        known[group_id(uri, None)] = (uri, None)
        for entity in {it.entity for it in result.findings}:
            folder = folder_of(result.item)
            known[group_id(folder, entity)] = (folder, entity)
    return known


def dealt_with(
    item: Item, entities: Iterable[str], assignments: Mapping[str, Assignment]
) -> Assignment | None:
    """Return what is agreed about an item: its own, else that of a group which is least far."""
    if not assignments:
        return None
    if own := assignments.get(group_id(item.uri, None)):
        return own
    folder = folder_of(item)
    ids = {group_id(folder, it) for it in entities}
    theirs = [assignments[it] for it in ids if it in assignments]
    return min(theirs, key=_least_far, default=None)


def _least_far(it: Assignment) -> tuple[int, date, str]:
    return STATUSES.index(it.status), it.due or date.max, it.group
