"""Promise against practice written down: a page, Markdown, or JSON."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO

from pii_scan.model import Judgement, Policy, Result, Scan
from pii_scan.report import _dutch as dutch
from pii_scan.report._json_text import SCHEMA, encoded
from pii_scan.report._page import category, content_policy, template, text
from pii_scan.report._practice import Group, Line, Practice, practice
from pii_scan.report._summary import iso

Written = Callable[[Practice, BinaryIO], None]


def write(
    name: str,
    scan: Scan,
    policy: Policy,
    results: Callable[[], Iterator[Result]],
    sink: BinaryIO,
) -> None:
    """Write the view down in the format called `name`, a key of `WRITERS`."""
    WRITERS[name](practice(scan, policy, results), sink)


def _html(told: Practice, sink: BinaryIO) -> None:
    style = text("report.css")
    page = template("promises.html.j2").generate(
        told=told,
        scan=told.scan,
        policy=told.policy,
        dutch=dutch,
        style=style,
        csp=content_policy(style),
        whose=whose,
    )
    for part in page:
        sink.write(part.encode("utf-8", "backslashreplace"))


def _json(told: Practice, sink: BinaryIO) -> None:
    sink.write(
        encoded(
            {
                "schema": SCHEMA,
                "type": "promises",
                "scan": told.scan.id,
                "today": told.scan.today.isoformat(),
                "policy": told.policy.name,
                "statement": told.policy.statement,
                "items": told.items,
                "not_read_in_full": told.unread,
                "groups": [_group(name, group) for name, group in told.groups.items()],
            },
            indent=1,
        )
        + b"\n"
    )


def _group(name: str, group: Group) -> dict[str, Any]:
    return {
        "subject_group": name,
        "items": group.items,
        "named": [{"data": it.data, "source": it.source} for it in group.named.values()],
        "not_named": [
            {"doc_type": doc_type, "category": found, **_line(line)}
            for (doc_type, found), line in group.unnamed.items()
        ],
        "not_mentioned": [{"doc_type": it, **_line(line)} for it, line in group.unsaid.items()],
        "kept_longer": [
            {"verdict": verdict, "policy": it.policy, "rule": it.rule, **_line(line)}
            for (verdict, it), line in group.late.items()
        ],
        "no_date": [
            {"doc_type": doc_type, "policy": it.policy, "rule": it.rule, **_line(line)}
            for (doc_type, it), line in group.undated.items()
        ],
        "broken": [
            {"promise": it.promise, "clause": it.clause, "outcome": outcome, **_line(line)}
            for (outcome, it), line in group.broken.items()
        ],
    }


def _line(line: Line) -> dict[str, Any]:
    end = {"since": iso(line.earliest)} if line.earliest else {}
    counted = {"findings": line.findings} if line.findings else {}
    return {"items": line.items, **counted, **end, "examples": line.examples}


def _markdown(told: Practice, sink: BinaryIO) -> None:
    lines = "\n".join(_lines(told)) + "\n"
    sink.write(lines.encode("utf-8", "backslashreplace"))


def _lines(told: Practice) -> Iterator[str]:
    scan, policy = told.scan, told.policy
    yield "# Belofte en praktijk"
    yield ""
    source = f", naar: {_safe(policy.statement)}" if policy.statement else ""
    yield f"Scan {scan.id}, termijnen geteld op {dutch.day(scan.today)}."
    yield f"Beleid: {_safe(policy.title)}{source}."
    if told.unread:
        yield ""
        yield f"Van {told.unread} van {told.items} bestanden is niet alles gelezen."
    for name, group in told.groups.items():
        yield ""
        yield f"## {dutch.subject_group(name)} ({group.items})"
        yield from _of_group(group, policy)


def _of_group(group: Group, policy: Policy) -> Iterator[str]:
    if group.named:
        yield ""
        yield "De verklaring noemt: " + "; ".join(map(_safe, group.named)) + "."
    yield from _table(
        "Gevonden en niet genoemd",
        ("In", "Wat", "Bestanden", "Keer", "Voorbeeld"),
        (
            (dutch.doc_type(kind), _safe(category(found)), line.items, line.findings, _first(line))
            for (kind, found), line in group.unnamed.items()
        ),
    )
    yield from _table(
        "Soorten stukken waarvan de verklaring geen gegevens noemt",
        ("Soort", "Bestanden", "Keer", "Voorbeeld"),
        (
            (dutch.doc_type(kind), line.items, line.findings, _first(line))
            for kind, line in group.unsaid.items()
        ),
    )
    yield from _table(
        "Langer bewaard dan mag",
        ("Regel", "Van", "Oordeel", "Bestanden", "Uiterlijk", "Voorbeeld"),
        (
            (
                _rule(it), whose(it, policy), dutch.VERDICTS[verdict], line.items,
                dutch.day(line.earliest), _first(line),
            )
            for (verdict, it), line in group.late.items()
        ),
    )  # fmt: skip
    yield from _table(
        "Niet te beoordelen: geen datum",
        ("Soort", "Regel", "Datum die ontbreekt", "Bestanden", "Voorbeeld"),
        (
            (dutch.doc_type(kind), _rule(it), dutch.trigger(it.trigger), line.items, _first(line))
            for (kind, it), line in group.undated.items()
        ),
    )
    yield from _table(
        "Beloften over plaats en inhoud",
        ("Belofte", "Bepaling", "Uitkomst", "Bestanden", "Voorbeeld"),
        (
            (_safe(it.title), it.clause, dutch.OUTCOMES[outcome], line.items, _first(line))
            for (outcome, it), line in group.broken.items()
        ),
    )


def whose(it: Judgement, policy: Policy) -> str:
    """Say whether a rule is the organisation's own promise, or the law or guidance beneath it."""
    return "eigen verklaring" if it.policy == policy.name else "wet of richtsnoer"


def _table(title: str, heading: Iterable[str], rows: Iterable[tuple[Any, ...]]) -> Iterator[str]:
    lines = [f"| {' | '.join(map(str, row))} |" for row in rows]
    if not lines:
        return
    names = tuple(heading)
    yield ""
    yield f"### {title}"
    yield ""
    yield f"| {' | '.join(names)} |"
    yield "|" + "---|" * len(names)
    yield from lines


def _first(line: Line) -> str:
    more = f" en nog {line.items - 1}" if line.items > 1 else ""
    return f"{_safe(line.examples[0])}{more}"


def _rule(it: Judgement) -> str:
    return _safe(dutch.rule(it) or "-")


def _safe(text: str) -> str:
    """Return text that Markdown shows as it is: a file name may hold any of its marks."""
    shown = dutch.visible(text).replace("\\", "\\\\")
    for mark in "`*_[]<>|#!&":
        shown = shown.replace(mark, f"\\{mark}")
    return shown


WRITERS: dict[str, Written] = {"html": _html, "json": _json, "md": _markdown}
