"""The flow, top to bottom: an item goes in, what is kept of it comes out."""

import hashlib
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO

from pii_scan import extract, plugins, retain
from pii_scan.classify import Classified, Dossier, Knowledge, Suppressor
from pii_scan.classify.dates import DateRules, reference
from pii_scan.classify.register import Register
from pii_scan.classify.sections import Section, Sections
from pii_scan.classify.timeline import Timeline
from pii_scan.config.keys import derive
from pii_scan.config.settings import Scope, Settings
from pii_scan.config.special import load_special
from pii_scan.detect import detect, joined, parted
from pii_scan.detect.engine import Engine
from pii_scan.detect.special import SpecialFinder
from pii_scan.errors import ExtractError
from pii_scan.model import (
    EMPTY,
    NO_READER,
    Chunk,
    Coverage,
    Event,
    Evidence,
    Extractor,
    Gap,
    Hit,
    Item,
    Judgement,
    Member,
    NameModel,
    Policy,
    Recognizer,
    Result,
    Source,
    Suppression,
    Table,
)

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


@dataclass(frozen=True, slots=True)
class Detector:
    """Detection as the settings ask for it."""

    find: Callable[[Chunk | Table], tuple[str, list[Hit]]]
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
        self.sources = {s.scheme: s for s in plugins.load("pii_scan.sources", "SOURCE", Source)}
        self.register = Register(plan.events)
        self.suppressor = Suppressor(plan.suppressions, plan.today)

    def scope(self, uri: str) -> tuple[Scope, Policy]:
        """Return whose data an item is and the policy that holds for it."""
        scope = self.plan.settings.scope(uri)
        return scope, self.plan.policies[scope.policy or self.plan.settings.policy]


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
    if settings.analyzer == "presidio":
        from pii_scan.detect.presidio import Analyzer

        namer = _names(settings) if names else None
        analyzer = Analyzer(recognizers, settings.presidio_recognizers, namer)
        return Detector(partial(analyzer.detect, min_score=min_score))
    finders = (SpecialFinder(*load_special()),) if names else ()
    namer = _names(settings) if names else None
    find = partial(
        detect,
        engine=Engine(recognizers),
        min_score=min_score,
        finders=finders,
        names=namer.weighed if namer else None,
    )
    return Detector(find, namer.ahead) if namer else Detector(find)


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
    try:
        with kit.sources["file"].open(item) as stream:
            yield from scan_stream(item, stream, kit, Within(item.size))
    except ExtractError as error:
        yield Result(item, Coverage("unreadable", "source", error.reason))
    except OSError:
        yield Result(item, Coverage("unreadable", "source", "cannot be read"))


class Within:
    """What may still come out of one item, however deep."""

    def __init__(self, size: int) -> None:
        """Begin with an item of `size` bytes."""
        self.depth = 0
        """Of the file that is being read."""
        self._files = MAX_FILES_WITHIN
        self._bytes = min(MAX_BYTES_WITHIN, max(FREE_BYTES_WITHIN, size * MAX_RATIO_WITHIN))

    def take(self, member: Member) -> None:
        """Take note of a file.

        Raises:
            ExtractError: that is one too many.
        """
        self._files -= 1
        self._bytes -= len(member.data)
        if self._files < 0:
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
    extractor = extract.extractor_for(media_type)
    if extractor is None:
        coverage = Coverage("skipped", "extract", NO_READER)
        yield Result(item, coverage, media_type, digest)
        return
    reading = Reading(item, kit)
    for member in reading.read(stream, extractor, within):
        within.depth += 1
        yield from _scan_member(item, member, kit, within)
        within.depth -= 1
    yield reading.result(media_type, digest)


def _sha256(stream: BinaryIO) -> str:
    digest = hashlib.sha256()
    while block := stream.read(1 << 20):
        digest.update(block)
    stream.seek(0)
    return digest.hexdigest()


def _scan_member(parent: Item, member: Member, kit: Kit, within: Within) -> Iterator[Result]:
    address = extract.member_uri(parent.uri, member.name)
    item = Item(address, parent.locator, len(member.data), member.modified or parent.modified)
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
        self._scope, self._policy = kit.scope(item.uri)
        key = derive(kit.plan.key, "fingerprint", self._scope.controller)
        self._dossier = Dossier(item.uri, kit.plan.knowledge, kit.recognizers, key, kit.suppressor)
        self._timeline = Timeline(item, kit.plan.dates, kit.register)
        self._sections = Sections(kit.plan.knowledge.doctypes)
        self._gaps: list[Gap] = []
        self._failure: str | None = None
        self._parts = 0
        self._chunks: list[Chunk] = []
        """Neighbouring stretches of text that are to be scanned as one."""
        self._held = 0
        """Characters of these."""

    def read(self, stream: BinaryIO, extractor: Extractor, within: Within) -> Iterator[Member]:
        """Take in every part; yield the files within the file."""
        try:
            for part in extract.extract(stream, extractor):
                self._parts += 1
                match part:
                    case Chunk():
                        self._chunks.append(part)
                        self._held += len(part.text)
                        if self._held >= RUN:
                            self._scan_chunks()
                    case Table():
                        self._scan_chunks()
                        text, hits = self._kit.detect(part)
                        self._dossier.add(part, text, hits)
                        self._timeline.add(part, hits)
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

    def _scan_chunks(self) -> None:
        """Scan the text read so far. A label may stand in one paragraph, its value in the next."""
        if not self._chunks:
            return
        _, found = self._kit.detect(joined(self._chunks))
        for chunk, hits in parted(found, self._chunks):
            self._dossier.add(chunk, chunk.text, hits)
            self._timeline.add(chunk, hits)
            self._sections.add(chunk, hits)
        self._chunks.clear()
        self._held = 0

    def _scan_name(self) -> None:
        """Scan what the file is called: names tell of people too."""
        name = Chunk(_EXTENSION.sub("", self._item.uri.rsplit("/", 1)[-1]), "name")
        text, hits = self._kit.detect(name)
        self._dossier.add(name, text, hits)

    def result(self, media_type: str | None, digest: str) -> Result:
        """Return what is kept of the file."""
        self._scan_name()
        found = self._dossier.classified()
        evidence = self._timeline.evidence()
        return Result(
            item=self._item,
            coverage=self._coverage(),
            media_type=media_type,
            digest=digest,
            doc_type=found.doc_type,
            subject_groups=found.subject_groups,
            controller=self._scope.controller,
            role=self._scope.role,
            level=found.level,
            findings=found.findings,
            suppressed=found.suppressed,
            evidence=evidence,
            reference=reference(
                evidence, found.doc_type, self._kit.plan.dates, found.subject_groups
            ),
            judgements=self._judgements(found, evidence) if _is_personal(found) else (),
        )

    def _coverage(self) -> Coverage:
        if self._failure and self._parts == len(self._gaps):
            return Coverage("unreadable", "extract", self._failure)
        reasons = dict.fromkeys(gap.reason for gap in self._gaps)
        if self._failure:
            reasons[self._failure] = None
        if reasons:
            return Coverage("partial", "extract", ", ".join(reasons))
        return Coverage("scanned", reason=None if self._item.size else EMPTY)

    def _judgements(
        self, found: Classified, evidence: tuple[Evidence, ...]
    ) -> tuple[Judgement, ...]:
        """Judge rows that have dates and documents that the file is made of, or else all of it."""
        case: dict[str, Any] = {
            "subject_groups": found.subject_groups,
            "doc_type": found.doc_type,
            "role": self._scope.role,
            "evidence": evidence,
            "today": self._kit.plan.today,
        }
        by_row = [
            replace(judgement, where=f"{sheet} {judgement.where}".strip())
            for sheet, consent, rows in self._timeline.rows()
            for judgement in retain.judge_rows(self._policy, consent=consent, rows=rows, **case)
        ]
        by_section = [
            replace(judgement, where=section.where)
            for section in self._sections.parted()
            if any(hits for _, hits in section.pieces)
            for judgement in self._judge_section(section, case)
        ]
        return (*by_row, *by_section) or retain.judge(
            self._policy, consent=self._timeline.consent(), **case
        )

    def _judge_section(self, section: Section, case: Mapping[str, Any]) -> tuple[Judgement, ...]:
        """Judge one of several documents in the file by its own type and dates."""
        timeline = Timeline(self._item, self._kit.plan.dates, self._kit.register)
        for chunk, hits in section.pieces:
            timeline.add(chunk, hits)
        own = {
            "subject_groups": section.verdict.groups,
            "doc_type": section.verdict.doc_type,
            "evidence": timeline.evidence(),
        }
        return retain.judge(self._policy, consent=timeline.consent(), **{**case, **own})


def _is_personal(found: Classified) -> bool:
    return any(finding.level != "Openbaar" for finding in found.findings)


def prepare(plan: Plan) -> Callable[[Item], Iterator[Result]]:
    """Make a worker ready: the function that takes an item through the flow."""
    return partial(scan_item, kit=Kit(plan))
