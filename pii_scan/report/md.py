"""A few paragraphs for a ticket: the figures, the worst ten, what is late, what was not read."""

import io
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO

from pii_scan.model import Beside, Report, Result, Scan
from pii_scan.report import _dutch as dutch
from pii_scan.report._figures import Entry, Figures, figures
from pii_scan.report._groups import CLOSED
from pii_scan.report._markdown import escaped

FIGURES = (
    *("bestanden", "met vondsten", "vondsten", "Geheim"),
    *("over termijn", "mogelijk", "niet gelezen"),
)
SHOWN = 10
REASONS = 5
LENGTH = 120
"""Characters of an address; of a longer one the end is shown."""


def _write(
    scan: Scan, results: Callable[[], Iterator[Result]], sink: BinaryIO, beside: Beside
) -> None:
    text = io.TextIOWrapper(sink, "utf-8", "backslashreplace", newline="\n", write_through=True)
    text.writelines(f"{line}\n" for line in _lines(scan, figures(scan, results), beside))
    text.detach()


def _lines(scan: Scan, found: Figures, beside: Beside) -> Iterator[str]:
    summary, number = found.summary, dutch.number
    yield f"# Persoonsgegevens: scan {scan.id}"
    yield ""
    yield f"{escaped(', '.join(scan.targets))}, {dutch.between(scan.started, scan.finished)}."
    yield f"Termijnen geteld op {dutch.day(scan.today)}, beleid {escaped(scan.policy)}."
    if scan.finished is None:
        yield ""
        yield "**Deze scan is niet afgerond: dit is niet alles.**"
    yield ""
    yield f"| {' | '.join(FIGURES)} |"
    yield f"|{'---:|' * len(FIGURES)}"
    told = (
        *(summary.items, summary.items_with_findings, summary.findings),
        *(summary.items_by_level["Geheim"], summary.items_by_verdict["overdue"]),
        *(summary.items_by_verdict["possibly_overdue"], summary.missed),
    )
    yield f"| {' | '.join(map(number, told))} |"
    worst = [it for it in found.listed[:SHOWN] if it.findings]
    if worst:
        yield from _table("Het zwaarst", ("bestand", "niveau", "oordeel", "score"), worst, _heavy)
    if found.overdue:
        late = found.overdue[:SHOWN]
        yield from _table(
            "Het langst over termijn",
            ("bestand", "mocht er zijn t/m", "dagen", "te doen"),
            late,
            _late,
        )
        more = summary.items_by_verdict["overdue"] - len(late)
        if more > 0:
            yield ""
            yield f"Nog {number(more)} over termijn: zie het html- of xlsx-rapport."
    yield from _behind(scan, beside)
    yield from _unread(found)


def _table(
    title: str, heading: Sequence[str], entries: Sequence[Entry], row: Callable[[Entry], list[str]]
) -> Iterator[str]:
    yield ""
    yield f"## {title}"
    yield ""
    yield f"| {' | '.join(heading)} |"
    yield f"|{'---|' * len(heading)}"
    for entry in entries:
        yield f"| {' | '.join([escaped(_end(entry.result.item.uri)), *row(entry)])} |"


def _heavy(entry: Entry) -> list[str]:
    verdict = dutch.VERDICTS[entry.verdict.verdict] if entry.verdict else "-"
    return [entry.result.level or "-", verdict, dutch.number(entry.score.total)]


def _late(entry: Entry) -> list[str]:
    judgement = entry.verdict
    action = dutch.ACTIONS[judgement.action] if judgement and judgement.action else "-"
    until = dutch.day(judgement.keep_until) if judgement else "-"
    return [until, dutch.number(entry.score.days_over), action]


def _behind(scan: Scan, beside: Beside) -> Iterator[str]:
    """Yield what somebody took on and should have been done."""
    late = sorted(
        (it.due, it.path, it)
        for it in beside.assignments.values()
        if it.due and it.due < scan.today and it.status not in CLOSED
    )
    if late:
        yield ""
        yield "## Afgesproken en niet op tijd"
        yield ""
    for due, path, it in late[:SHOWN]:
        what = f" ({escaped(it.entity)})" if it.entity else ""
        owner = escaped(it.owner) or "nog niemand"
        yield f"- {escaped(_end(path))}{what}: {owner}, uiterlijk {dutch.day(due)}"
    if len(late) > SHOWN:
        yield f"- en nog {dutch.number(len(late) - SHOWN)}"


def _unread(found: Figures) -> Iterator[str]:
    """Yield why things were not read, the most frequent first."""
    counts: dict[str, int] = {}
    for reasons in found.summary.reasons.values():
        for code, count in reasons.items():
            counts[code] = counts.get(code, 0) + count
    if not counts:
        return
    yield ""
    yield "## Niet of deels gelezen"
    yield ""
    yield "Over deze bestanden zegt de scan niet dat ze schoon zijn."
    yield ""
    ordered = sorted(counts.items(), key=lambda it: (-it[1], it[0]))
    for code, count in ordered[:REASONS]:
        yield f"- {escaped(dutch.reason(code))}: {dutch.number(count)}"
    if rest := sum(count for _, count in ordered[REASONS:]):
        yield f"- om andere redenen: {dutch.number(rest)}"


def _end(uri: str) -> str:
    return uri if len(uri) <= LENGTH else f"…{uri[-LENGTH:]}"


REPORT = Report("md", _write)
