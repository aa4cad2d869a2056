"""The flow, top to bottom: an item goes in, what is kept of it comes out."""

import hashlib
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

from pii_scan import extract, plugins, retain
from pii_scan.again import Recall
from pii_scan.classify import Classified, Dossier, Knowledge, Suppressor
from pii_scan.classify.contents import Inventory
from pii_scan.classify.controllers import Controllers
from pii_scan.classify.dates import DateRules, reference
from pii_scan.classify.exports import Exports
from pii_scan.classify.holds import Held, Holds
from pii_scan.classify.register import Register
from pii_scan.classify.sections import Section, Sections
from pii_scan.classify.subjects import with_shared
from pii_scan.classify.timeline import Timeline
from pii_scan.config.controllers import load_controller_words
from pii_scan.config.exports import load_exports
from pii_scan.config.keys import derive
from pii_scan.config.settings import Settings
from pii_scan.config.special import load_special
from pii_scan.detect import detect, joined, parted
from pii_scan.detect.engine import Engine
from pii_scan.detect.special import SpecialFinder
from pii_scan.errors import ConfigError, ExtractError
from pii_scan.model import (
    CHANGED,
    DATABASE_TABLE,
    DENIED,
    EMPTY,
    NO_READER,
    PROTECTED,
    Chunk,
    Contract,
    Coverage,
    DatedRows,
    DatedSection,
    Decision,
    Event,
    Evidence,
    Gap,
    Hit,
    Hold,
    Item,
    Member,
    NameModel,
    Part,
    Policy,
    Recognizer,
    Result,
    Suppression,
    Table,
)
from pii_scan.sources import paced, source_of

if TYPE_CHECKING:
    from pii_scan.detect.voters import Names

MAX_DEPTH = 5
"""Files within files within files that are opened; deeper ones are named and left."""
MAX_FILES_WITHIN = 1_000_000
"""Files that are opened within one item, at all depths together: archives in archives multiply, and
a large mailbox has hundreds of thousands."""
MAX_BYTES_WITHIN = 32 << 30
"""Of those files together, for an item of any size."""
FREE_BYTES_WITHIN = 1 << 30
"""Of those files together, whatever the size of the item."""
MAX_RATIO_WITHIN = 250
"""Of the bytes of those files to those of the item, beyond `FREE_BYTES_WITHIN`."""
RUN = 100_000
"""Characters of neighbouring text that are scanned as one."""
TOO_DEEP = "too deeply nested"
TOO_MANY_PARTS = "too many parts"
EXPANDS = "expands too much"
_EXTENSION = re.compile(r"(?<=.)\.\w{1,5}\Z")
"""Not what follows an initial: "verslag J. de Vries" has none."""


Find = Callable[[Chunk | Table], tuple[str, list[Hit]]]


@dataclass(frozen=True, slots=True)
class Detector:
    """Detection as the settings ask for it."""

    find: Find
    ahead: Callable[[Sequence[str]], None] = lambda _: None
    """Told of texts that will be asked for one by one: a language model reads many at once faster
    than each by itself."""

    def __call__(self, part: Chunk | Table) -> tuple[str, list[Hit]]:
        """Return the text that was scanned and the hits in it, in order, none overlapping."""
        return self.find(part)


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a worker must be told; travels to it once."""

    settings: Settings
    policies: Mapping[str, Policy]
    """By the name that settings and scopes use."""
    knowledge: Knowledge
    dates: DateRules
    key: bytes = field(repr=False)
    today: date
    events: tuple[Event, ...] = field(default=(), repr=False)
    suppressions: tuple[Suppression, ...] = ()
    contracts: tuple[Contract, ...] = ()
    holds: tuple[Hold, ...] = ()
    corrections: Mapping[str, tuple[Decision, ...]] = field(default_factory=dict, repr=False)
    """By address, what people corrected of items."""
    bytes_per_second: float | None = None
    """What one worker may read of its source; `None`: as much as it can."""
    store: str | None = field(default=None, repr=False)
    """URL of the store in which content that is known already is looked up."""
    detection_digest: str = ""


class Kit:
    """A plan made ready in a worker: recognizers compiled, plug-ins loaded."""

    def __init__(self, plan: Plan) -> None:
        """Load everything that the plan names.

        Raises:
            ConfigError: a pack or plug-in cannot be loaded.
        """
        self.plan = plan
        recognizers = load_recognizers(plan.settings.packs)
        self.recognizers = {recognizer.entity: recognizer for recognizer in recognizers}
        self.detect = detector(plan.settings, recognizers, plan.settings.min_score)
        self.exports = load_exports()
        self.register = Register(plan.events)
        self.suppressor = Suppressor(plan.suppressions, plan.today)
        self.holds = Holds(plan.holds)
        names = [*plan.settings.controllers, *(one.controller for one in plan.contracts)]
        self.controllers = Controllers(names, load_controller_words())
        self.recall = Recall(plan, partial(judge, plan=plan))

    def key(self, controller: str | None) -> bytes:
        """Return the fingerprint key of an opdrachtgever."""
        return derive(self.plan.key, "fingerprint", controller)


def judge(result: Result, plan: Plan) -> Result:
    """Return what is kept of an item with what the policy that holds for it says of it."""
    scope = plan.settings.scope(result.item.uri)
    policy = plan.policies[scope.policy or plan.settings.policy]
    made = plan.corrections.get(result.item.uri, ())
    return replace(
        result,
        judgements=retain.judge_corrected(
            policy, result, made, plan.today, plan.contracts, plan.holds
        ),
        breaches=retain.breaches(policy.promises, result, scope.location, plan.today),
    )


def load_recognizers(packs: Sequence[str]) -> tuple[Recognizer, ...]:
    """Return the recognizers of all packs.

    Raises:
        ConfigError: a pack cannot be imported or holds none.
    """
    return tuple(r for pack in packs for r in plugins.load(pack, "RECOGNIZER", Recognizer))


def detector(
    settings: Settings, recognizers: Sequence[Recognizer], min_score: float, *, names: bool = True
) -> Detector:
    """Return the engine that the settings ask for; without `names` it seeks identifiers only."""
    exports = load_exports()
    finders = (SpecialFinder(*load_special()),) if names else ()
    namer = _names(settings) if names else None
    if settings.analyzer == "presidio":
        from pii_scan.detect.presidio import Analyzer

        others = [(one.name, one.options) for one in settings.presidio_recognizers]
        analyzer = Analyzer(recognizers, others, namer, finders, settings.presidio_nlp)
        return Detector(_as_read(partial(analyzer.detect, min_score=min_score), exports))
    find = partial(
        detect,
        engine=Engine(recognizers),
        min_score=min_score,
        finders=finders,
        names=namer.weighed if namer else None,
    )
    read = _as_read(find, exports)
    return Detector(read, namer.ahead) if namer else Detector(read)


def _as_read(find: Find, exports: Exports) -> Find:
    """Return `find` such that columns of known exports stand under headings that it knows."""
    return lambda part: find(exports.read_as(part) if isinstance(part, Table) else part)


def _names(settings: Settings) -> "Names | None":
    """Load the language model that the settings ask for, if any."""
    offers = [plugins.offered(pack, "NAMES", NameModel) for pack in settings.packs]
    knowledge = next((one for one in offers if one is not None), None)
    if settings.names is False or knowledge is None:
        return None
    from pii_scan.detect.voters import Names

    return Names(knowledge, None if settings.names is True else settings.names)


def scan_item(item: Item, kit: Kit) -> Iterator[Result]:
    """Open an item of a source and yield its result and those of the files within it."""
    source = source_of(item.locator)
    try:
        if source.parts:
            yield from _scan_parts(item, source.parts(item), kit)
            return
        with source.open(item) as stream:
            paced_stream = paced(stream, kit.plan.bytes_per_second)
            before = source.state(stream)
            for result in scan_stream(item, paced_stream, kit, Within(item.size)):
                is_last = result.item is item
                yield _changed(result) if is_last and source.state(stream) != before else result
    except ExtractError as error:
        yield Result(item, Coverage("unreadable", "source", error.reason))
    except ConfigError:  # this machine has no account there, or one that is not let in
        yield Result(item, Coverage("unreadable", "source", DENIED))
    except OSError:
        yield Result(item, Coverage("unreadable", "source", "cannot be read"))


def _changed(result: Result) -> Result:
    """Return the result of a file that somebody wrote to meanwhile: what it says may be half."""
    old = result.coverage
    if old.status not in ("scanned", "partial"):
        return replace(result, coverage=Coverage(old.status, "source", CHANGED))
    reason = f"{old.reason}, {CHANGED}" if old.status == "partial" else CHANGED
    return replace(result, coverage=Coverage("partial", "source", reason))


class Within:
    """What may still come out of one item, however deep."""

    def __init__(self, size: int) -> None:
        """Begin with an item of `size` bytes."""
        self.depth = 0
        """Of the file that is being read."""
        self.files = 0
        """That came out of it so far."""
        self._bytes = min(MAX_BYTES_WITHIN, max(FREE_BYTES_WITHIN, size * MAX_RATIO_WITHIN))

        self._protected = 0

    def protected(self, parent: Item) -> Result:
        """Return the result of a member in a protected zone: counted, without its name."""
        self._protected += 1
        address = extract.member_uri(parent.uri, f"{PROTECTED} {self._protected}")
        item = Item(address, parent.locator, 0, within=parent.within or parent.uri)
        return Result(item, Coverage("skipped", "walk", PROTECTED))

    def take(self, member: Member) -> None:
        """Take note of a file.

        Raises:
            ExtractError: that is one too many.
        """
        self.files += 1
        self._bytes -= len(member.data)
        if self.files > MAX_FILES_WITHIN:
            raise ExtractError(TOO_MANY_PARTS)
        if self._bytes < 0:
            raise ExtractError(EXPANDS)


def scan_stream(
    item: Item, stream: BinaryIO, kit: Kit, within: Within, stated: str | None = None
) -> Iterator[Result]:
    """Take one file through the flow; the files within it follow, each with its own result.

    `stated` is the media type of a member as its parent states it.
    """
    digest = f"sha256:{_sha256(stream)}"
    media_type = extract.media_type(stream, item.uri.rsplit("/", 1)[-1], stated)
    if known := kit.recall.known(item, digest, media_type, within.depth):
        yield from known
        return
    extractor = extract.extractor_for(media_type)
    if extractor is None:
        coverage = Coverage("skipped", "extract", NO_READER)
        yield Result(item, coverage, media_type, digest)
        return
    reading = Reading(item, kit)
    within_before = within.files
    yield from reading.members(extract.extract(stream, extractor), within)
    result = reading.result(media_type, digest)
    if within.files == within_before:
        kit.recall.keep(result)
    yield result


def _scan_parts(item: Item, parts: Iterator[Part], kit: Kit) -> Iterator[Result]:
    """Take a table of a database through the flow; its digest is over what was read of it."""
    digest = hashlib.sha256()
    reading = Reading(item, kit)
    parts = extract.named(extract.digested(parts, digest))
    yield from reading.members(parts, Within(MAX_BYTES_WITHIN))
    yield reading.result(DATABASE_TABLE, f"sha256:{digest.hexdigest()}")


def _sha256(stream: BinaryIO) -> str:
    digest = hashlib.sha256()
    while block := stream.read(1 << 20):
        digest.update(block)
    stream.seek(0)
    return digest.hexdigest()


def _scan_member(parent: Item, member: Member, kit: Kit, within: Within) -> Iterator[Result]:
    address = extract.member_uri(parent.uri, member.name)
    if kit.plan.settings.is_protected(address):
        yield within.protected(parent)
        return
    item = replace(
        parent,
        uri=address,
        size=len(member.data),
        modified=member.modified or parent.modified,
        version=None,
        within=parent.within or parent.uri,
    )
    if within.depth > MAX_DEPTH:
        yield Result(item, Coverage("skipped", "extract", TOO_DEEP))
    else:
        stream = io.BytesIO(member.data)
        yield from scan_stream(item, stream, kit, within, member.media_type)


class Reading:
    """One file on its way: what has been found in the parts read so far."""

    def __init__(self, item: Item, kit: Kit) -> None:
        """Begin."""
        self._item = item
        self._kit = kit
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

    def members(self, parts: Iterator[Part], within: Within) -> Iterator[Result]:
        """Take in every part; yield the results of the files within the file."""
        for member in self._read(parts, within):
            within.depth += 1
            yield from _scan_member(self._item, member, self._kit, within)
            within.depth -= 1

    def _read(self, parts: Iterator[Part], within: Within) -> Iterator[Member]:
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
        text, hits = self._kit.detect(table)
        named = self._kit.controllers.of_rows(table) if self._may_name else {}
        self._row_controllers.setdefault(table.where, {}).update(named)
        keys = {name: self._kit.key(name) for name in set(named.values())}
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
            self._controller = self._kit.controllers.of_text(text) or self._controller
            self._dossier.key = self._kit.key(self._controller)
        self._is_untold = False
        _, found = self._kit.detect(joined(self._chunks))
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
        name = Chunk(_EXTENSION.sub("", self._item.uri.rsplit("/", 1)[-1]), "name")
        text, hits = self._kit.detect(name)
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
            item=self._item,
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
                evidence, found.doc_type, self._kit.plan.dates, found.subject_groups
            ),
            consent=self._timeline.consent(),
            rows=rows,
            sections=tuple(self._dated_sections()),
            holds=tuple(hold.label for hold in holds),
            profile=profile.id if profile else None,
            contents=self._inventory.contents(media_type),
        )
        return judge(result, self._kit.plan)

    def _coverage(self) -> Coverage:
        if self._failure and self._parts == len(self._gaps):
            return Coverage("unreadable", "extract", self._failure)
        reasons = dict.fromkeys(gap.reason for gap in self._gaps)
        if self._failure:
            reasons[self._failure] = None
        if reasons:
            return Coverage("partial", "extract", ", ".join(reasons))
        return Coverage("scanned", reason=None if self._item.size or self._parts else EMPTY)

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
        plan = self._kit.plan
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
        timeline = Timeline(self._item, self._kit.plan.dates, self._kit.register, self._kit.exports)
        for chunk, hits in section.pieces:
            timeline.add(chunk, hits)
        return timeline


def prepare(plan: Plan) -> Callable[[Item], Iterator[Result]]:
    """Make a worker ready: the function that takes an item through the flow."""
    return partial(scan_item, kit=Kit(plan))
