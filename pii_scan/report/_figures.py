"""What the page shows beyond the summary: the worst items, and where and how old they are."""

import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from pii_scan.model import Finding, Item, Judgement, Level, Result, Scan
from pii_scan.report._score import Score, score, worst
from pii_scan.report._summary import LEVELS, VERDICTS, Summary, is_open

LISTED = 1000
"""Items on the page; a browser stays quick with them."""

LISTED_UNREAD = 200
LISTED_OPEN = 50
LISTED_PLACES = 8
"""Places shown of one kind of finding, or of one ruling, in one item."""

FOLDERS = 12
YEARS = 30


@dataclass(frozen=True, slots=True)
class Kind:
    """The findings of one entity and level in an item."""

    entity: str
    category: str
    level: Level
    count: int
    score: float
    """The highest."""
    places: tuple[tuple[str, str], ...]
    """The first of them: (where, masked)."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """Judgements of rows of an item that differ in their dates only."""

    judgement: Judgement
    """The one that ends first."""
    last: Judgement
    """The one that ends last."""
    count: int
    places: tuple[str, ...]
    """The first of them."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An item on the page. Its result is cut down to what is shown."""

    result: Result
    score: Score
    findings: int
    kinds: tuple[Kind, ...]
    """The heaviest level first, then the most numerous."""
    rulings: tuple[Ruling, ...]
    """What asks for a hand first."""
    verdict: Judgement | None
    verdicts: tuple[str, ...]
    categories: tuple[str, ...]


@dataclass(slots=True)
class Figures:
    """Everything the page is made from."""

    summary: Summary
    listed: list[Entry] = field(default_factory=list)
    """The worst first."""
    overdue: list[Entry] = field(default_factory=list)
    """The longest over its term first."""
    open: list[Entry] = field(default_factory=list)
    """Readable for everyone, the worst first."""
    unread: list[Result] = field(default_factory=list)
    """The first of those that were not read in full."""
    folders: list[tuple[str, int, int]] = field(default_factory=list)
    """(folder, items with personal data, of which over their term), the fullest first."""
    years: list[tuple[int, int, int]] = field(default_factory=list)
    """(year of the reference date, items, of which over their term); the first is "or earlier"."""
    undated: int = 0
    """Items with personal data that have no reference date."""


def figures(
    scan: Scan,
    results: Callable[[], Iterator[Result]],
    also: Callable[[Result], None] = lambda _: None,
) -> Figures:
    """Work out the figures, in two passes: copies of the same content are known after one.

    Each item with personal data goes to `also` once.
    """
    found = Figures(Summary(scan))
    copies: Counter[str] = Counter()
    folders: Counter[str] = Counter()
    late_folders: Counter[str] = Counter()
    years: Counter[int] = Counter()
    late_years: Counter[int] = Counter()
    for result in results():
        found.summary.add(result)
        if result.coverage.status != "scanned" and len(found.unread) < LISTED_UNREAD:
            found.unread.append(_shortened(result))
        if not result.findings:
            continue
        if result.digest:
            copies[result.digest] += 1
        if result.level == "Openbaar":
            continue
        also(result)
        judgement = worst(result)
        is_late = judgement is not None and judgement.verdict == "overdue"
        folders[folder_of(result.item)] += 1
        late_folders[folder_of(result.item)] += is_late
        when = judgement.reference_date if judgement else None
        if when is None and result.reference:
            when = result.reference.date
        if when is None:
            found.undated += 1
        else:
            years[when.year] += 1
            late_years[when.year] += is_late
    found.folders = _fullest(folders, late_folders)
    found.years = _by_year(years, late_years)
    _list(found, (_entry(result, copies, scan.today) for result in results()))
    return found


def folder_of(item: Item) -> str:
    """Return the folder on the share; what is in an archive or mailbox is where that is.

    >>> uri = "share/LET OP!/oud.zip!/cv/jansen.docx"
    >>> folder_of(Item(uri, uri, 1, within="share/LET OP!/oud.zip")), folder_of(Item("x", "x", 1))
    ('share/LET OP!', '')
    """
    return (item.within or item.uri).rpartition("/")[0]


def _entry(result: Result, copies: Counter[str], today: date) -> Entry:
    same = copies[result.digest] if result.digest else 1
    return Entry(
        result=_shortened(result),
        score=score(result, same, today),
        findings=len(result.findings),
        kinds=_kinds(result.findings),
        rulings=_rulings(result.judgements),
        verdict=worst(result),
        verdicts=tuple(sorted({it.verdict for it in result.judgements})),
        categories=tuple(sorted({it.category for it in result.findings})),
    )


def _shortened(result: Result) -> Result:
    return replace(
        result, findings=(), evidence=(), judgements=(), breaches=result.breaches[:LISTED_PLACES]
    )


def _kinds(findings: Iterable[Finding]) -> tuple[Kind, ...]:
    alike: dict[tuple[str, str, Level], list[Finding]] = {}
    for it in findings:
        alike.setdefault((it.entity, it.category, it.level), []).append(it)
    kinds = [
        Kind(
            *name,
            count=len(same),
            score=max(it.score for it in same),
            places=tuple((it.where, it.masked) for it in same[:LISTED_PLACES]),
        )
        for name, same in alike.items()
    ]
    return tuple(sorted(kinds, key=lambda it: (-LEVELS.index(it.level), -it.count, it.entity)))


def _rulings(judgements: Iterable[Judgement]) -> tuple[Ruling, ...]:
    alike: dict[Judgement, list[Judgement]] = {}
    for it in judgements:
        undated = replace(it, where="", reference_date=None, keep_until=None, must_keep_until=None)
        alike.setdefault(undated, []).append(it)
    rulings = [
        Ruling(
            judgement=min(same, key=_end),
            last=max(same, key=_end),
            count=len(same),
            places=tuple(it.where for it in same[:LISTED_PLACES] if it.where),
        )
        for same in alike.values()
    ]
    return tuple(sorted(rulings, key=lambda it: VERDICTS.index(it.judgement.verdict)))


def _end(judgement: Judgement) -> tuple[date, date]:
    return judgement.keep_until or date.max, judgement.must_keep_until or date.max


def _list(found: Figures, entries: Iterable[Entry]) -> None:
    """Keep the worst entries, open ones and longest overdue ones, in one pass over them all."""
    late: list[Entry] = []
    everyones: list[Entry] = []

    def passing() -> Iterator[Entry]:
        for entry in entries:
            if "overdue" in entry.verdicts:
                late.append(entry)
                if len(late) >= 2 * LISTED:
                    late[:] = heapq.nsmallest(LISTED, late, key=_longest_over)
            if is_open(entry.result):
                everyones.append(entry)
                if len(everyones) >= 2 * LISTED_OPEN:
                    everyones[:] = heapq.nsmallest(LISTED_OPEN, everyones, key=_worst_first)
            yield entry

    found.listed = heapq.nsmallest(LISTED, passing(), key=_worst_first)
    found.open = heapq.nsmallest(LISTED_OPEN, everyones, key=_worst_first)
    found.overdue = heapq.nsmallest(LISTED, late, key=_longest_over)


def _worst_first(entry: Entry) -> tuple[float, int, str]:
    return -entry.score.total, -entry.findings, entry.result.item.uri


def _longest_over(entry: Entry) -> tuple[int, float, str]:
    return -entry.score.days_over, -entry.score.total, entry.result.item.uri


def _fullest(all_items: Counter[str], late: Counter[str]) -> list[tuple[str, int, int]]:
    """Gather folders one level below what they have in common, and the smallest in one.

    A level deeper where one holds more than half: departments say more than their share.
    """
    depth = common(list(all_items)) + 1
    rows = _gathered(all_items, late, depth)
    if rows and 2 * rows[0][1] > all_items.total():
        rows = _gathered(all_items, late, depth + 1)
    if len(rows) <= FOLDERS:
        return rows
    rest = rows[FOLDERS - 1 :]
    other = f"{len(rest)} andere mappen"
    return [*rows[: FOLDERS - 1], (other, sum(it[1] for it in rest), sum(it[2] for it in rest))]


def _gathered(
    all_items: Counter[str], late: Counter[str], depth: int
) -> list[tuple[str, int, int]]:
    gathered: dict[str, list[int]] = {}
    for folder, count in sorted(all_items.items()):
        top = gathered.setdefault("/".join(folder.split("/")[:depth]), [0, 0])
        top[0] += count
        top[1] += late[folder]
    return sorted(
        ((name, count, over) for name, (count, over) in gathered.items()),
        key=lambda row: (-row[1], row[0]),
    )


def common(folders: list[str]) -> int:
    """Return how many leading names all folders share."""
    if not folders:
        return 0
    # The first and the last in order differ as early as any two do.
    first, last = min(folders).split("/"), max(folders).split("/")
    shared = 0
    for one, other in zip(first, last, strict=False):
        if one != other:
            break
        shared += 1
    return shared


def _by_year(all_items: Counter[int], late: Counter[int]) -> list[tuple[int, int, int]]:
    if not all_items:
        return []
    last = max(all_items)
    first = max(min(all_items), last - YEARS + 1)
    earlier = [year for year in all_items if year < first]
    rows = [(year, all_items[year], late[year]) for year in range(first, last + 1)]
    year, count, over = rows[0]
    rows[0] = (
        year,
        count + sum(all_items[it] for it in earlier),
        over + sum(late[it] for it in earlier),
    )
    return rows
