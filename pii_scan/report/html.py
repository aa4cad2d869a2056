"""One page for the privacy officer, that needs nothing but itself: no network, no other file."""

from collections.abc import Callable, Iterator
from typing import BinaryIO

from pii_scan.model import Beside, Report, Result, Scan
from pii_scan.report import _dutch as dutch
from pii_scan.report import _figures, _score, _summary
from pii_scan.report._breakdown import Breakdown
from pii_scan.report._groups import dealt_with
from pii_scan.report._page import category, content_policy, template, text
from pii_scan.report._workbook import STATUSES

SHOWN_WORST = 10
SHOWN_OVERDUE = 15


def _write(
    scan: Scan, results: Callable[[], Iterator[Result]], sink: BinaryIO, beside: Beside
) -> None:
    style, script = text("report.css"), text("report.js")
    breakdown = Breakdown(beside.assignments)
    found = _figures.figures(scan, results, breakdown.add)
    page = template("report.html.j2").generate(
        scan=scan,
        # What every path starts with is said once, at the top.
        root=f"{scan.targets[0].rstrip('/')}/" if len(scan.targets) == 1 else "",
        figures=found,
        summary=found.summary,
        dutch=dutch,
        levels=_summary.LEVELS[::-1],
        verdicts=_summary.VERDICTS,
        statuses=_summary.STATUSES,
        suppressed_by=_summary.suppressed_by,
        level_factors=_score.LEVEL,
        by_category=_by_category(found.summary),
        category_rows=[(category(it), count, 0) for it, count in _by_category(found.summary)],
        anchors={it.result.item.uri: place for place, it in enumerate(found.listed, start=1)},
        breakdown=list(breakdown.tables()),
        trend=beside.trend,
        trend_rows=[(f"{it.day:%d-%m-%y}", it.personal, it.overdue) for it in beside.trend],
        between=found.summary.people_between,
        agreed=lambda entry: dealt_with(
            entry.result.item, {it.entity for it in entry.kinds}, beside.assignments
        ),
        group_statuses=STATUSES,
        shown_worst=SHOWN_WORST,
        shown_overdue=SHOWN_OVERDUE,
        style=style,
        script=script,
        policy=content_policy(style, script),
    )
    for part in page:
        sink.write(part.encode("utf-8", "backslashreplace"))


def _by_category(summary: _summary.Summary) -> list[tuple[str, int]]:
    return sorted(summary.items_by_category.items(), key=lambda pair: (-pair[1], pair[0]))


REPORT = Report("html", _write)
