"""The covering report: what an auditor can read of a bundle in ten minutes, in either language."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from pii_scan.evidence.accuracy import of_labels, share
from pii_scan.evidence.cover_facts import Bundle
from pii_scan.evidence.cover_words import (
    GROUP_STATUSES,
    LEVELS,
    OUTCOMES,
    STATUSES,
    STRENGTHS,
    WORDS,
)
from pii_scan.evidence.parts import FOLLOW_UP
from pii_scan.page import Language, Page
from pii_scan.report import _dutch as dutch

MAX_ROWS = 12
"""Of a chart or table; what is left is told as one row or named as such."""
WIDE = 16.0


def cover(bundle: Bundle, language: Language) -> Page:
    """Return the report in a language."""
    writer = _Writer(bundle, language)
    writer.write()
    return writer.page


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
        now = self._bundle.follow_up["overdue_now"]
        if now["items"]:
            yield say["short_owners"].format(
                owned=now["with_owner"],
                alone=now["without_owner"],
                past=self._bundle.follow_up["past_due"],
            )
        yield from self._recall_in_short()
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
        rows = _top((place, counts) for place, counts in self._bundle.places.items())
        self.page.text(self._say["findings_what"], stays_with_next=bool(rows))
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

        self._assigned()

    def _assigned(self) -> None:
        """Tell who deals with what, what is past its day first."""
        page, say, told = self.page, self._say, self._bundle.follow_up["assigned"]
        page.heading(say["assigned"], 2)
        if not told:
            page.text(say["nobody"])
            return
        ordered = sorted(told, key=lambda it: (not it["is_past_due"], it["due"] or "9", it["path"]))
        rows = [
            (
                " ".join(filter(None, (one["entity_type"], dutch.visible(one["path"])))),
                dutch.visible(one["owner"]) or "-",
                f"{one['due'] or '-'} {say['past_due'] if one['is_past_due'] else ''}".strip(),
                GROUP_STATUSES[one["status"]][self._language],
                f"{one['overdue_items']} / {one['items']}",
            )
            for one in ordered
        ]
        heading = (say["what_group"], say["owner"], say["due"], say["status"], say["of_items"])
        page.table(heading, rows[:MAX_ROWS], (5.6, 3.2, 2.8, 2.2, 2.2))
        if len(rows) > MAX_ROWS:
            page.text(say["more"].format(count=len(rows) - MAX_ROWS, part=FOLLOW_UP))

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

        self._recall()

    def _recall(self) -> None:
        """Tell what was found on the places themselves: all that was measured, not the best."""
        page, say, recall = self.page, self._say, self._bundle.recall
        page.heading(say["own_files"], 2)
        if not (recall["canaries"] or recall["samples"]):
            page.text(say["not_measured"])
        for one in recall["canaries"]:
            page.text(
                say["canaries"].format(
                    at=one["at"][:10],
                    documents=one["documents"],
                    unmet=one["documents_not_met"],
                    share=self._share(one["all"]),
                    **one["all"],
                )
            )
            rows = [
                (name, str(it["of"]), self._share(it))
                for some in (one["by_entity"], one["by_format"])
                for name, it in some.items()
            ]
            page.table(
                (say["kind_or_format"], say["planted"], say["recall"]), rows, (7.0, 3.0, 6.0)
            )
        for one in recall["samples"]:
            page.text(self._sample(one))
        if recall["samples_drawn"] > len(recall["samples"]):
            page.text(
                say["drawn"].format(drawn=recall["samples_drawn"], checked=len(recall["samples"]))
            )

    def _recall_in_short(self) -> Iterator[str]:
        for one in self._bundle.recall["canaries"][-1:]:
            yield self._say["short_canaries"].format(share=self._share(one["all"]), **one["all"])
        for one in self._bundle.recall["samples"][-1:]:
            yield self._sample(one)

    def _sample(self, one: Mapping[str, Any]) -> str:
        return self._say["sample"].format(
            at=one["at"][:10],
            by=dutch.visible(one["checked_by"]),
            answered=one["answered"],
            open=one["not_answered"],
            missed=one["missed"],
            share=self._between(one["missed_share"]),
            recall=self._between(one["recall_of_items"]),
        )

    def _share(self, one: Mapping[str, Any]) -> str:
        """Return a share with the interval that stands beside it."""
        if not one["of"]:
            return "-"
        return f"{self._decimal(one['recall'])}% ({self._between(one)})"

    def _between(self, one: Mapping[str, Any]) -> str:
        return f"{self._decimal(one['low'])}-{self._decimal(one['high'])}%"

    def _decimal(self, share: float) -> str:
        told = f"{share * 100:.1f}"
        return told.replace(".", ",") if self._language == "nl" else told

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
