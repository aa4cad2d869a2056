"""Items with personal data by folder, owner, category and policy, each in two steps."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pii_scan.model import Assignment, Result
from pii_scan.report import _dutch as dutch
from pii_scan.report._figures import common, folder_of
from pii_scan.report._groups import dealt_with
from pii_scan.report._score import worst
from pii_scan.report._workbook import STATUSES

FOLDER, OWNER, KIND, POLICY = "map", "wie het oppakt", "soort gegevens", "beleid"

ROWS = 15
"""Rows of a table, and within a row; the rest stands together."""
NOBODY = "nog niemand"


@dataclass(slots=True)
class Row:
    """Items that have something in common, and what they are made of."""

    name: str
    items: int = 0
    secret: int = 0
    """At level Geheim."""
    late: int = 0
    """Over their term."""
    within: list["Row"] = field(default_factory=list)

    def add(self, other: "Row") -> None:
        """Count the items of another row as well."""
        self.items += other.items
        self.secret += other.secret
        self.late += other.late


class Breakdown:
    """The four tables, gathered item by item."""

    def __init__(self, assignments: Mapping[str, Assignment]) -> None:
        """Know who deals with what."""
        self._assignments = assignments
        self._folders: dict[str, Row] = {}
        self._above: dict[str, dict[str, Row]] = {it: {} for it in (OWNER, KIND, POLICY)}
        self._below: dict[str, dict[tuple[str, str], Row]] = {it: {} for it in self._above}

    def add(self, result: Result) -> None:
        """Count an item with personal data."""
        judgement = worst(result)
        is_late = judgement is not None and judgement.verdict == "overdue"
        counted = Row("", 1, result.level == "Geheim", is_late)
        folder = folder_of(result.item)
        self._folders.setdefault(folder, Row(folder)).add(counted)
        it = dealt_with(result.item, {one.entity for one in result.findings}, self._assignments)
        owner = (it.owner or NOBODY, STATUSES[it.status]) if it else (NOBODY, folder)
        self._count(OWNER, {owner}, counted)
        kinds = {(one.category, one.entity) for one in result.findings if one.level != "Openbaar"}
        self._count(KIND, kinds, counted)
        for rules, late in _rules(result):
            self._count(POLICY, rules, Row("", 1, counted.secret, late))

    def _count(self, table: str, names: set[tuple[str, str]], counted: Row) -> None:
        for above in {above for above, _ in names}:
            self._above[table].setdefault(above, Row(_called(table, above))).add(counted)
        for name in names:
            self._below[table].setdefault(name, Row(name[1])).add(counted)

    def tables(self) -> Iterator[tuple[str, list[Row]]]:
        """Yield each table with its rows, the fullest first."""
        yield FOLDER, _joined(*self._by_folder())
        for table, above in self._above.items():
            yield table, _joined(above, self._below[table])

    def _by_folder(self) -> tuple[dict[str, Row], dict[tuple[str, str], Row]]:
        depth = common(list(self._folders)) + 1
        above: dict[str, Row] = {}
        below: dict[tuple[str, str], Row] = {}
        for folder, counted in self._folders.items():
            name = _levels(folder, depth)
            above.setdefault(name[0], Row(name[0])).add(counted)
            below.setdefault(name, Row(name[1])).add(counted)
        return above, below


def _joined(above: Mapping[str, Row], below: Mapping[tuple[str, str], Row]) -> list[Row]:
    inside: dict[str, list[Row]] = {}
    for (name, _), row in below.items():
        inside.setdefault(name, []).append(row)
    for name, rows in inside.items():
        above[name].within = _fullest(rows) if len(rows) > 1 else []
    return _fullest(list(above.values()))


def _levels(folder: str, depth: int) -> tuple[str, str]:
    """Return a folder at a depth, and what is below it one level deeper.

    >>> _levels("share/hr/dossiers/oud", 2), _levels("share/hr", 2)
    (('share/hr', 'dossiers'), ('share/hr', ''))
    """
    parts = folder.split("/")
    return "/".join(parts[:depth]), "/".join(parts[depth : depth + 1])


def _rules(result: Result) -> Iterator[tuple[set[tuple[str, str]], bool]]:
    """Yield the rules by which an item, or a row of it, is over its term, and the others."""
    late: set[tuple[str, str]] = set()
    fine: set[tuple[str, str]] = set()
    for it in result.judgements:
        rule = (it.policy, dutch.rule(it) or "geen regel")
        (late if it.verdict == "overdue" else fine).add(rule)
    policies = {policy for policy, _ in late}
    yield late, True
    # A policy counts an item once: as late where one of its rules says so.
    yield {it for it in fine - late if it[0] not in policies}, False


def _called(table: str, name: str) -> str:
    return dutch.categories().get(name, name) if table == KIND else name


def _fullest(rows: list[Row]) -> list[Row]:
    ordered = sorted(rows, key=lambda it: (-it.items, -it.late, it.name))
    if len(ordered) <= ROWS:
        return ordered
    rest = Row(f"{len(ordered) - ROWS + 1} andere")
    for it in ordered[ROWS - 1 :]:
        rest.add(it)
    return [*ordered[: ROWS - 1], rest]
