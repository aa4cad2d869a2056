"""The differences between two scans as text, as Markdown for a ticket, and as JSON."""

from collections.abc import Callable, Iterator

from pii_scan.model import Scan
from pii_scan.report import _dutch as dutch
from pii_scan.report._difference import KINDS, Difference, Differences
from pii_scan.report._json_text import SCHEMA, encoded
from pii_scan.report._markdown import escaped

SHOWN = 25
"""Items of a kind in text and Markdown; JSON has them all."""

WORDS: dict[str, str] = dict([*dutch.VERDICTS.items(), *dutch.STATUSES.items()])
"""Verdicts and statuses in Dutch; levels are Dutch already."""

TITLES = {
    "newly_overdue": "Nieuw over termijn",
    "new": "Nieuw: persoonsgegevens die er niet waren",
    "level": "Ander niveau",
    "unread": "Nu niet gelezen, eerst wel",
    "moved": "Verplaatst",
    "judged_otherwise": "Niet meer over termijn, inhoud gelijk: anders beoordeeld",
    "gone": "Weg",
    "cleaned_up": "Opgeruimd: was over termijn",
}


def _json(told: Differences) -> bytes:
    counts = told.counts
    return (
        encoded(
            {
                "schema": SCHEMA,
                "type": "diff",
                "before": _scan(told.before),
                "after": _scan(told.after),
                "counts": {kind: counts[kind] for kind in KINDS},
                "same": told.same,
                "outside": told.outside,
                "differences": [it.as_dict() for it in told.listed],
            },
            indent=1,
        )
        + b"\n"
    )


def _scan(scan: Scan) -> dict[str, object]:
    return {
        "id": scan.id,
        "targets": list(scan.targets),
        "today": scan.today.isoformat(),
        "policy": scan.policy,
        "complete": scan.finished is not None,
    }


def _text(told: Differences) -> bytes:
    return _lines(told, "{}", "  {}", dutch.visible)


def _markdown(told: Differences) -> bytes:
    return _lines(told, "\n## {}\n", "- {}", escaped)


def _lines(told: Differences, title: str, entry: str, shown: Callable[[str], str]) -> bytes:
    lines = list(_head(told, shown))
    for kind in KINDS:
        of_kind = [it for it in told.listed if it.kind == kind]
        if of_kind:
            lines.append(title.format(f"{TITLES[kind]}: {dutch.number(len(of_kind))}"))
            lines += [entry.format(_line(it, shown)) for it in of_kind[:SHOWN]]
            if len(of_kind) > SHOWN:
                more = dutch.number(len(of_kind) - SHOWN)
                lines.append(entry.format(f"en nog {more}: zie --format json"))
    return "\n".join([*lines, ""]).encode("utf-8", "backslashreplace")


def _head(told: Differences, shown: Callable[[str], str]) -> Iterator[str]:
    before, after = told.before, told.after
    yield (
        f"Scan {after.id} ({dutch.day(after.today)}) naast scan {before.id} "
        f"({dutch.day(before.today)}): {dutch.number(told.same)} bestanden met persoonsgegevens "
        "zijn niet anders."
    )
    for scan in (before, after):
        if scan.finished is None:
            yield f"Scan {scan.id} is niet afgerond: wat hij niet bereikte, lijkt hier weg."
    if before.policy != after.policy:
        yield (
            f"Beleid was {shown(before.policy)} en is {shown(after.policy)}: oordelen verschillen "
            "ook daardoor."
        )
    if told.outside:
        yield (
            f"{dutch.number(told.outside)} bestanden vallen buiten het bereik van scan {after.id}: "
            "daarover zegt dit niets."
        )


def _line(it: Difference, shown: Callable[[str], str]) -> str:
    if it.kind == "moved":
        return f"{shown(it.uri)} (was {shown(it.before or '')})"
    words = [_word(value) for value in (it.before, it.after)]
    match it.kind:
        case "new" | "gone":
            return f"{shown(it.uri)} ({words[0] or words[1]})"
        case "cleaned_up" if it.after is None:
            return f"{shown(it.uri)} (weg)"
        case _:
            return f"{shown(it.uri)} ({words[0] or 'geen'} → {words[1] or 'geen'})"


def _word(code: str | None) -> str | None:
    return WORDS.get(code, code) if code else None


WRITERS: dict[str, Callable[[Differences], bytes]] = {
    "text": _text,
    "json": _json,
    "md": _markdown,
}
