"""Where personal data lies, what is past its term, what could not be read, what has changed."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, get_args

from starlette.responses import Response

from pii_scan.desk.asking import Ask, at
from pii_scan.desk.desk import ChangeKind
from pii_scan.desk.pages._shared import FILTERS, as_query, asked
from pii_scan.desk.rendering import address
from pii_scan.measure.judged import judged
from pii_scan.store.browsing import Browse, By, Count, Filter

FOLDERS = 12
PAGE = 50
LEVELS = ("Geheim", "Vertrouwelijk", "Intern", "Openbaar")


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of a picture."""

    name: str
    count: int
    part: float
    """Of the longest one, in per cent."""
    link: str
    parts: tuple[tuple[str, float], ...] = ()
    """(level, per cent of the longest) of a bar that is made of several."""


@dataclass(frozen=True, slots=True)
class Change:
    """How a number differs from that of the scan before."""

    name: str
    now: int
    before: int


@at("/", "see")
def overview(ask: Ask) -> Response:
    """Show the scan under a filter."""
    scan = ask.desk.scan()
    if scan is None:
        return ask.page("empty.html.j2")
    browse, chosen = ask.desk.browse(), asked(ask.query)
    totals = {it.name: it for it in browse.by("level", chosen)}
    verdicts = {it.name: it.items for it in browse.by("worst", chosen)}
    statuses = {it.name: it.items for it in browse.by("status", chosen)}
    return ask.page(
        "overview.html.j2",
        scan=scan,
        chosen=chosen,
        query=as_query(chosen),
        filters=_filters(browse, chosen),
        items=sum(it.items for it in totals.values()),
        findings=sum(it.findings for it in totals.values()),
        secret=totals["Geheim"].items if "Geheim" in totals else 0,
        late=verdicts.get("overdue", 0),
        maybe=verdicts.get("possibly_overdue", 0),
        unread=statuses.get("partial", 0) + statuses.get("unreadable", 0),
        folders=_folders(browse, chosen),
        up=_up(chosen),
        levels=_bars(browse.by("level", chosen), chosen, "level", LEVELS),
        verdicts=_bars(browse.by("worst", chosen), chosen, "verdict"),
        categories=_bars(browse.by("category", chosen), chosen, "category")[:FOLDERS],
        controllers=_bars(browse.by("controller", chosen), chosen, "controller", blank="-"),
        doc_types=_bars(browse.by("doc_type", chosen), chosen, "doc_type", blank="-")[:FOLDERS],
        changes=_changes(ask, browse),
        news=ask.desk.news().counted,
        judged=judged(ask.desk.store.decided("finding").values()),
        files=ask.desk.cases(),
    )


@at("/bestanden", "see")
def files(ask: Ask) -> Response:
    """List the items under a filter."""
    browse, chosen = ask.desk.browse(), asked(ask.query)
    lines = browse.lines(chosen, ask.query.get("na", ""), PAGE + 1)
    more = lines[PAGE - 1].after if len(lines) > PAGE else ""
    return ask.page(
        "files.html.j2",
        chosen=chosen,
        query=as_query(chosen),
        filters=_filters(browse, chosen),
        lines=lines[:PAGE],
        more=address("/bestanden", **as_query(chosen), na=more) if more else "",
    )


@at("/dekking", "see")
def coverage(ask: Ask) -> Response:
    """Show what could not be read, and why."""
    browse = ask.desk.browse()
    rows: list[dict[str, Any]] = []
    for status in ("unreadable", "partial", "skipped", "scanned"):
        whole = Filter(status=status)
        rows += [
            {"status": status, "reason": it.name, "items": it.items, "size": it.size}
            for it in browse.by("reason", whole)
        ]
    lines = [
        line
        for status in ("unreadable", "partial")
        for line in browse.lines(Filter(status=status), limit=PAGE)
    ]
    return ask.page("coverage.html.j2", scan=browse.scan, rows=rows, lines=lines)


@at("/wijzigingen", "see")
def changes(ask: Ask) -> Response:
    """List the files that are not as the scan before left them."""
    news = ask.desk.news()
    kinds: tuple[ChangeKind, ...] = get_args(ChangeKind)
    return ask.page(
        "changes.html.j2",
        kinds=[(it, news.counted.get(it, 0), news.kept.get(it, [])) for it in kinds],
        scan=ask.desk.browse().scan,
    )


def _filters(browse: Browse, chosen: Filter) -> list[dict[str, Any]]:
    """Return the choices of each filter, those that are made included."""
    found = []
    of: tuple[tuple[str, By], ...] = (
        ("category", "category"),
        ("level", "level"),
        ("verdict", "worst"),
        ("controller", "controller"),
        ("doc_type", "doc_type"),
        ("status", "status"),
    )
    for field, column in of:
        other = replace(chosen, **{field: ""})
        names = [it.name or "-" for it in browse.by(column, other) if it.name or column in BLANK]
        current = getattr(chosen, field)
        if current and current not in names:
            names.append(current)
        if len(names) > 1 or current:
            told = {"field": field, "name": FILTERS[field], "current": current, "names": names}
            found.append(told)
    return found


BLANK = ("controller", "doc_type")
"""Of these one may ask for what has none."""


def _bars(
    counts: Iterable[Count],
    chosen: Filter,
    field: str,
    order: tuple[str, ...] = (),
    blank: str = "",
) -> list[Bar]:
    """Return a picture: a bar for every name, that leads to the same page with one filter more."""
    rows = [it for it in counts if it.name or blank]
    if order:
        rows.sort(key=lambda it: order.index(it.name))
    longest = max((it.items for it in rows), default=0)
    return [
        Bar(
            it.name,
            it.items,
            100 * it.items / longest,
            address("/", **as_query(replace(chosen, **{field: it.name or blank}))),
        )
        for it in rows
    ]


def _folders(browse: Browse, chosen: Filter) -> list[Bar]:
    """Return the folders one step below the one that is looked at, by level, the heaviest first."""
    depth = len(chosen.folder.split("/")) if chosen.folder else 0
    gathered: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for name, level, count in browse.folders(chosen):
        if level:
            steps = name.split("/")
            # A path from the root begins with an empty step, which names nothing.
            ahead = depth + 1 + (not steps[0] and depth == 0)
            gathered["/".join(steps[:ahead])][level] += count
    if len(gathered) == 1 and (only := next(iter(gathered))) != chosen.folder:
        return _folders(browse, replace(chosen, folder=only))
    totals = {name: sum(levels.values()) for name, levels in gathered.items()}
    longest = max(totals.values(), default=0)
    order = sorted(totals, key=lambda it: (*(-gathered[it][level] for level in LEVELS), it))[
        :FOLDERS
    ]
    return [
        Bar(
            name,
            totals[name],
            100 * totals[name] / longest,
            address("/", **as_query(replace(chosen, folder=name)))
            if name != chosen.folder
            else address("/bestanden", **as_query(chosen)),
            tuple((level, 100 * gathered[name][level] / longest) for level in LEVELS),
        )
        for name in order
    ]


def _up(chosen: Filter) -> str:
    """Return the link to the folder above."""
    if not chosen.folder:
        return ""
    above = chosen.folder.rpartition("/")[0]
    return address("/", **as_query(replace(chosen, folder=above)))


def _changes(ask: Ask, browse: Browse) -> list[Change]:
    """Return what differs from the scan before of the same places."""
    earlier = ask.desk.earlier()
    if earlier is None:
        return []
    found: list[Change] = []
    of: tuple[By, ...] = ("level", "worst", "status")
    for column in of:
        now = {it.name: it.items for it in browse.by(column)}
        then = {it.name: it.items for it in earlier.by(column)}
        found += [
            Change(name, now.get(name, 0), then.get(name, 0))
            for name in sorted({*now, *then} - {""})
            if now.get(name, 0) != then.get(name, 0)
        ]
    return found
