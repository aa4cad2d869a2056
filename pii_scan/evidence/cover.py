"""The covering report: what an auditor can read of a bundle in ten minutes, in either language."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pii_scan.evidence.accuracy import of_labels, share
from pii_scan.evidence.cover_words import LEVELS, OUTCOMES, STATUSES, STRENGTHS, WORDS
from pii_scan.evidence.facts import lines
from pii_scan.evidence.parts import (
    ACCURACY,
    CONTROLS,
    FINDINGS,
    FOLLOW_UP,
    MADE,
    MANIFEST,
    TREND,
)
from pii_scan.evidence.reading import Parts, parts_of
from pii_scan.evidence.verifying import Verification
from pii_scan.page import Language, Page
from pii_scan.report import _dutch as dutch

MAX_ROWS = 12
"""Of a chart or table; what is left is told as one row or named as such."""
WIDE = 16.0


@dataclass(frozen=True, slots=True)
class Bundle:
    """What the report tells of, read from a bundle that was verified."""

    sha256: str
    signed_by: str | None
    manifest: Mapping[str, Any]
    made: Mapping[str, Any]
    controls: Sequence[Mapping[str, Any]]
    follow_up: Mapping[str, Any]
    trend: Sequence[Mapping[str, Any]]
    accuracy: Mapping[str, Any]
    places: Mapping[str, Counter[str]]
    """Folder -> items by level."""
    kinds: Mapping[str, Counter[str]]
    """Media type -> items by status."""
    overdue: Mapping[str, tuple[int, str | None]]
    """Rule -> items over its term, and the last day of the first."""


def bundle_of(path: Path, found: Verification) -> Bundle:
    """Return what a bundle holds; `found` is what came out of verifying it."""
    with parts_of(path) as parts:
        manifest = parts.json(MANIFEST)
        places, kinds, overdue = _counted(parts, manifest["scan"]["targets"])
        return Bundle(
            sha256=found.sha256,
            signed_by=found.signed_by,
            manifest=manifest,
            made=parts.json(MADE),
            controls=parts.json(CONTROLS)["controls"],
            follow_up=parts.json(FOLLOW_UP),
            trend=parts.json(TREND)["scans"],
            accuracy=parts.json(ACCURACY),
            places=places,
            kinds=kinds,
            overdue=overdue,
        )


def cover(bundle: Bundle, language: Language) -> Page:
    """Return the report in a language."""
    writer = _Writer(bundle, language)
    writer.write()
    return writer.page


def _counted(
    parts: Parts, targets: Sequence[str]
) -> tuple[dict[str, Counter[str]], dict[str, Counter[str]], dict[str, tuple[int, str | None]]]:
    places: dict[str, Counter[str]] = {}
    kinds: dict[str, Counter[str]] = {}
    overdue: dict[str, tuple[int, str | None]] = {}
    with parts.stream(FINDINGS) as stream:
        for line in lines(stream):
            if line["type"] != "item":
                continue
            kinds.setdefault(line["media_type"] or "-", Counter())[line["status"]] += 1
            if line["level"]:
                places.setdefault(_place(line["uri"], targets), Counter())[line["level"]] += 1
            late = [one for one in line["retention"] if one["verdict"] == "overdue"]
            for rule in {f"{one['policy']}/{one['rule']}" for one in late}:
                count, first = overdue.get(rule, (0, None))
                ends = [one["keep_until"] for one in late if one["keep_until"]]
                overdue[rule] = (count + 1, min([*ends, *([first] if first else [])], default=None))
    return places, kinds, overdue


def _place(uri: str, targets: Sequence[str]) -> str:
    """Return the folder below a target that an item lies in."""
    for target in targets:
        if uri.startswith(below := target.rstrip("/") + "/"):
            inner = uri[len(below) :].split("/")
            return f"{Path(target).name}/{inner[0]}" if len(inner) > 1 else Path(target).name
    return uri.split("/")[0]


class _Writer:
    def __init__(self, bundle: Bundle, language: Language) -> None:
        self._bundle, self._manifest = bundle, bundle.manifest
        self._figures: Mapping[str, Any] = bundle.manifest["figures"]
        self._scan: Mapping[str, Any] = bundle.manifest["scan"]
        self._language: Language = language
        self._say = WORDS[language]
        self.page = Page(self._say["title"], date.fromisoformat(self._scan["today"]), language)

    def write(self) -> None:
        page, say = self.page, self._say
        page.heading(say["title"])
        page.text(say["what"])
        page.table((say["fact"], say["value"]), self._facts(), (4.5, 11.5))
        page.heading(say["short"])
        page.points(self._short())
        self._completeness()
        self._findings()
        self._terms()
        self._decisions()
        self._accuracy()
        self._controls()
        self._integrity()

    def _facts(self) -> Iterator[tuple[str, str]]:
        say, scan, tool = self._say, self._scan, self._manifest["tool"]
        before = self._manifest["previous"]
        yield say["scan"], f"{scan['id']}: {', '.join(scan['targets'])}"
        yield say["moment"], f"{scan['started']} - {scan['finished'] or say['unfinished']}"
        yield say["period"], " - ".join(str(it or "…") for it in self._manifest["period"].values())
        yield say["policy"], f"{scan['policy']}; {say['as_on']} {scan['today']}"
        yield say["operator"], str(scan["operator"])
        yield say["tool"], f"{tool['name']} {tool['version']}; {tool['config_digest']}"
        yield say["maker"], f"{self._bundle.made['by']}, {self._bundle.made['at']}"
        yield say["before"], before["manifest_sha256"] if before else say["none"]
        yield (
            say["head"],
            f"{self._manifest['log']['head']['number']}: "
            + str(self._manifest["log"]["head"]["hash"]),
        )
        yield say["digest"], self._bundle.sha256
        yield say["key"], self._bundle.signed_by or say["key_not_checked"]

    def _short(self) -> Iterator[str]:
        say, figures = self._say, self._figures
        verdicts = figures["items_by_verdict"]
        yield say["short_items"].format(
            items=figures["items"], missed=figures["missed"], found=figures["items_with_findings"]
        )
        yield say["short_terms"].format(
            overdue=verdicts.get("overdue", 0), possibly=verdicts.get("possibly_overdue", 0)
        )
        if self._manifest["previous"]:
            outcomes = self._bundle.follow_up["outcomes"]
            gone = sum(outcomes.get(name, 0) for name in ("gone", "disposed"))
            yield say["short_follow_up"].format(
                then=self._bundle.follow_up["overdue_then"],
                gone=gone,
                kept=outcomes.get("kept", 0),
                newly=self._bundle.follow_up["overdue_since"],
            )
        yield say["short_exceptions"].format(count=len(figures["suppressions"]))
        if self._scan["finished"] is None:
            yield say["short_unfinished"]
        if not self._manifest["configuration"]["is_that_of_scan"]:
            yield say["short_changed"]

    def _completeness(self) -> None:
        page, say, population = self.page, self._say, self._manifest["population"]
        page.heading(say["completeness"])
        walked, kept = population["walked"], population["kept"]
        equal = {True: say["equal"], False: say["unequal"], None: say["not_counted"]}
        page.text(
            say["population"].format(
                walked=walked["items"] if walked else "-",
                kept=kept["items"],
                verdict=equal[population["is_equal"]],
            )
        )
        rows = _top((kind, counts) for kind, counts in self._bundle.kinds.items())
        self._chart(say["chart_kinds"], STATUSES, rows)
        reasons = [
            (STATUSES[status][self._language], self._reason(reason), str(count))
            for status, some in self._figures["reasons"].items()
            for reason, count in sorted(some.items(), key=lambda it: (-it[1], it[0]))
        ]
        if reasons:
            page.table((say["status"], say["reason"], say["items"]), reasons, (4.5, 9.0, 2.5))

    def _findings(self) -> None:
        self.page.heading(self._say["findings"])
        self.page.text(self._say["findings_what"])
        rows = _top((place, counts) for place, counts in self._bundle.places.items())
        if rows:
            self._chart(self._say["chart_places"], LEVELS, rows)

    def _terms(self) -> None:
        page, say, bundle = self.page, self._say, self._bundle
        page.heading(say["terms"])
        trend = [(f"{it['scan']}: {it['started'][:10]}", (it["overdue"],)) for it in bundle.trend]
        told = ", ".join(f"{label}: {counts[0]}" for label, counts in trend[-MAX_ROWS:])
        page.text(say["chart_trend"], bold=True, stays_with_next=True)
        page.chart(f"{say['chart_trend']} {told}", (say["overdue"],), trend[-MAX_ROWS:])
        if bundle.overdue:
            ordered = sorted(bundle.overdue.items(), key=lambda it: (-it[1][0], it[0]))
            rows = [(rule, str(count), first or "-") for rule, (count, first) in ordered]
            page.table((say["rule"], say["items"], say["first"]), rows[:MAX_ROWS], (9.5, 2.5, 4.0))
        if self._manifest["previous"]:
            page.heading(say["follow_up"], 2)
            outcomes = bundle.follow_up["outcomes"]
            rows = [
                (OUTCOMES[name][self._language], str(count), "") for name, count in outcomes.items()
            ]
            page.table((say["outcome"], say["items"]), [row[:2] for row in rows], (13.0, 3.0))

    def _decisions(self) -> None:
        page, say = self.page, self._say
        page.heading(say["decisions"])
        rows = [
            (one["id"], one["reason"], one["by"], self._until(one), str(one["findings"]))
            for one in self._figures["suppressions"]
        ]
        if not rows:
            page.text(say["no_exceptions"])
            return
        heading = (say["id"], say["reason"], say["approver"], say["until"], say["left_out"])
        page.table(heading, rows[:MAX_ROWS], (2.2, 6.0, 3.2, 2.3, 2.3))
        page.text(say["decisions_where"])

    def _accuracy(self) -> None:
        page, say, accuracy = self.page, self._say, self._bundle.accuracy
        page.heading(say["accuracy"])
        names = ", ".join(
            f"{one['name']} ({one['documents']} {say['texts']})" for one in accuracy["sets"]
        )
        page.text(say["accuracy_what"].format(sets=names or "-", day=accuracy["measured"]))
        rows = [
            (it.label, str(it.right + it.missed), *(share(*pair) for pair in it.pairs))
            for it in of_labels(accuracy)
        ]
        if rows:
            page.table(
                (say["label"], say["marked"], say["recall"], say["precision"]),
                rows,
                (5.5, 2.1, 4.2, 4.2),
            )

    def _controls(self) -> None:
        page, say, language = self.page, self._say, self._language
        page.heading(say["controls"])
        page.text(say["controls_what"])
        rows = [
            (
                one["id"],
                ", ".join(one["former"]) or say["new"],
                f"{one['title'][language]} ({STRENGTHS[one['strength']][language]})",
                one["shows"][language],
                one["not_shown"][language],
            )
            for one in self._bundle.controls
            if one["parts"]
        ]
        heading = ("2022", "2013", say["control"], say["shows"], say["not_shown"])
        page.table(heading, rows, (1.2, 1.9, 3.6, 5.0, 4.3))

    def _integrity(self) -> None:
        page, say = self.page, self._say
        page.heading(say["integrity"])
        page.points(say["integrity_points"].split("\n"))
        page.heading(say["custody"], 2)
        blank = tuple("" for _ in range(4))
        heading = (say["received_by"], say["when"], say["by_what"], say["digest_checked"])
        page.table(heading, (blank, blank, blank), (5.0, 3.5, 4.0, 3.5))

    def _until(self, one: Mapping[str, Any]) -> str:
        return f"{one['until']} {self._say['expired'] if one['state'] == 'expired' else ''}".strip()

    def _reason(self, code: str) -> str:
        return dutch.reason(code) if self._language == "nl" else code

    def _chart(
        self,
        alt: str,
        legend: Mapping[str, Mapping[Language, str]],
        rows: Sequence[tuple[str, Counter[str]]],
    ) -> None:
        told = "; ".join(
            f"{label}: " + ", ".join(f"{legend[n][self._language]} {counts[n]}" for n in legend)
            for label, counts in rows
        )
        bars = [(label, [counts[name] for name in legend]) for label, counts in rows]
        self.page.text(alt, bold=True, stays_with_next=True)
        self.page.chart(f"{alt} {told}", [it[self._language] for it in legend.values()], bars)


def _top(rows: Iterator[tuple[str, Counter[str]]]) -> list[tuple[str, Counter[str]]]:
    """Return the largest, and the others as one."""
    ordered = sorted(rows, key=lambda row: (-row[1].total(), row[0]))
    rest = ordered[MAX_ROWS:]
    others = [("…", sum((counts for _, counts in rest), Counter()))] if rest else []
    return ordered[:MAX_ROWS] + others
