"""One file on its way through the flow: from its parts to what is kept of it."""

import re
from collections.abc import Iterator

from pii_scan import retain
from pii_scan.classify import Classified, Dossier
from pii_scan.classify.contents import Inventory
from pii_scan.classify.dates import reference
from pii_scan.classify.holds import Held
from pii_scan.classify.sections import Section, Sections
from pii_scan.classify.subjects import with_shared
from pii_scan.classify.timeline import Timeline
from pii_scan.detect import joined, parted
from pii_scan.errors import ExtractError
from pii_scan.model import (
    EMPTY,
    Chunk,
    Coverage,
    DatedRows,
    DatedSection,
    Evidence,
    Gap,
    Hold,
    Item,
    Member,
    Part,
    Result,
    Table,
)
from pii_scan.scan.kit import Kit
from pii_scan.scan.plan import judge
from pii_scan.scan.within import Within

RUN = 100_000
"""Characters of neighbouring text that are scanned as one."""
_EXTENSION = re.compile(r"(?<=.)\.\w{1,5}\Z")
"""Not what follows an initial: "verslag J. de Vries" has none."""


class Reading:
    """One file on its way: what has been found in the parts read so far."""

    def __init__(self, item: Item, kit: Kit) -> None:
        """Begin."""
        self.item = item
        self.kit = kit
        self._scope = kit.plan.settings.scope(item.uri)
        policy = kit.plan.policies[self._scope.policy or kit.plan.settings.policy]
        self._controller = self._scope.controller
        self._row_controllers: dict[str, dict[int, str]] = {}
        """By sheet, of the rows that name one."""
        key = kit.key(self._controller)
        self._dossier = Dossier(item.uri, kit.plan.knowledge, kit.recognizers, key, kit.suppressor)
        self._timeline = Timeline(item, kit.plan.dates, kit.register, kit.exports)
        self._sections = Sections(kit.plan.knowledge.doctypes)
        self._on_hold = Held(item.uri, kit.holds)
        born_by = retain.born_by(policy.promises, kit.plan.today)
        self._inventory = Inventory(kit.exports, kit.plan.dates, self._scope.controller, born_by)
        self._gaps: list[Gap] = []
        self._failure: str | None = None
        self._parts = 0
        self._chunks: list[Chunk] = []
        """Neighbouring stretches of text that are to be scanned as one."""
        self._held = 0
        """Characters of these."""
        self._is_untold = True
        """No text has been scanned yet, which may say whose it is."""

    @property
    def _may_name(self) -> bool:
        """Whether the data may name its opdrachtgever: the organisation's own names others."""
        return self._scope.role != "verantwoordelijke"

    def members(self, parts: Iterator[Part], within: Within) -> Iterator[Member]:
        """Take in every part; yield the files within the file."""
        try:
            for part in parts:
                self._parts += 1
                match part:
                    case Chunk():
                        self._chunks.append(part)
                        self._held += len(part.text)
                        if self._held >= RUN:
                            self._scan_chunks()
                    case Table():
                        self._scan_chunks()
                        self._scan_table(part)
                    case Evidence():
                        self._timeline.note(part)
                    case Gap():
                        self._gaps.append(part)
                    case Member():
                        within.take(part)
                        yield part
        except ExtractError as error:
            self._failure = error.reason
        self._scan_chunks()

    def _scan_table(self, table: Table) -> None:
        text, hits = self.kit.detect(table)
        named = self.kit.controllers.of_rows(table) if self._may_name else {}
        self._row_controllers.setdefault(table.where, {}).update(named)
        keys = {name: self.kit.key(name) for name in set(named.values())}
        row_keys = {number: keys[name] for number, name in named.items()}
        self._dossier.add(table, text, hits, row_keys)
        self._timeline.add(table, hits)
        self._inventory.add(table, hits)
        self._on_hold.add(table)

    def _scan_chunks(self) -> None:
        """Scan the text read so far. A label may stand in one paragraph, its value in the next."""
        if not self._chunks:
            return
        if self._is_untold and self._may_name:
            text = "\n".join(chunk.text for chunk in self._chunks)
            self._controller = self.kit.controllers.of_text(text) or self._controller
            self._dossier.key = self.kit.key(self._controller)
        self._is_untold = False
        _, found = self.kit.detect(joined(self._chunks))
        for chunk, hits in parted(found, self._chunks):
            self._dossier.add(chunk, chunk.text, hits)
            self._timeline.add(chunk, hits)
            self._sections.add(chunk, hits)
            self._inventory.add(chunk, hits)
            self._on_hold.add(chunk)
        self._chunks.clear()
        self._held = 0

    def _scan_name(self) -> None:
        """Scan what the file is called: names tell of people too."""
        name = Chunk(_EXTENSION.sub("", self.item.uri.rsplit("/", 1)[-1]), "name")
        text, hits = self.kit.detect(name)
        self._dossier.add(name, text, hits)
        self._timeline.add_name(hits)

    def result(self, media_type: str | None, digest: str) -> Result:
        """Return what is kept of the file."""
        self._scan_name()
        profile = self._inventory.profile
        found = self._dossier.classified(profile)
        evidence = self._timeline.evidence(media_type)
        rows, holds = self._dated_rows(found)
        result = Result(
            item=self.item,
            coverage=self._coverage(),
            media_type=media_type,
            digest=digest,
            doc_type=found.doc_type,
            subject_groups=found.subject_groups,
            controller=self._controller,
            role=self._scope.role,
            level=found.level,
            findings=found.findings,
            suppressed=found.suppressed,
            evidence=evidence,
            reference=reference(
                evidence, found.doc_type, self.kit.plan.dates, found.subject_groups
            ),
            consent=self._timeline.consent(),
            rows=rows,
            sections=tuple(self._dated_sections()),
            holds=tuple(hold.label for hold in holds),
            profile=profile.id if profile else None,
            contents=self._inventory.contents(media_type),
        )
        return judge(result, self.kit.plan)

    def _coverage(self) -> Coverage:
        if self._failure and self._parts == len(self._gaps):
            return Coverage("unreadable", "extract", self._failure)
        reasons = dict.fromkeys(gap.reason for gap in self._gaps)
        if self._failure:
            reasons[self._failure] = None
        if reasons:
            return Coverage("partial", "extract", ", ".join(reasons))
        return Coverage("scanned", reason=None if self.item.size or self._parts else EMPTY)

    def _dated_rows(self, found: Classified) -> tuple[tuple[DatedRows, ...], tuple[Hold, ...]]:
        """Return the rows of tables whose rows have dates, and what holds the file as a whole."""
        holds, row_holds = self._on_hold.close(found.findings)
        rows = tuple(
            alike
            for told in self._timeline.rows()
            for alike in retain.dated_rows(
                retain.Sheet(*told), self._row_controllers.get(told[0], {}), row_holds
            )
        )
        if not rows:  # judged as one: what holds one of its rows holds all of it
            of_rows = (hold for some in row_holds.values() for hold in some)
            holds = tuple(dict.fromkeys((*holds, *of_rows)))
        return rows, holds

    def _dated_sections(self) -> Iterator[DatedSection]:
        """Yield the documents that the file is made of, if it is several, with their own dates."""
        plan = self.kit.plan
        sections = [one for one in self._sections.parted() if any(hits for _, hits in one.pieces)]
        timelines = [self._timeline_of(one) for one in sections]
        told = [one.told() for one in timelines]
        dated = with_shared(sections, told, plan.dates, plan.knowledge.roles)
        for section, timeline, evidence in zip(sections, timelines, dated, strict=True):
            yield DatedSection(
                section.where,
                section.verdict.doc_type,
                section.verdict.groups,
                timeline.consent(),
                evidence,
            )

    def _timeline_of(self, section: Section) -> Timeline:
        timeline = Timeline(self.item, self.kit.plan.dates, self.kit.register, self.kit.exports)
        for chunk, hits in section.pieces:
            timeline.add(chunk, hits)
        return timeline
