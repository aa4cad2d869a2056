"""What the text around a sentence says it is about."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from pii_scan.drafting import mentions
from pii_scan.drafting.reading import BESIDE_LABEL, NUMBERED, fold
from pii_scan.drafting.values import Language, Line, Subject
from pii_scan.model import Role


@dataclass(frozen=True, slots=True)
class About:
    """The subjects of a clause, and how surely they are."""

    subjects: tuple[Subject, ...]
    confidence: float
    is_direct: bool
    """Named in the sentence, its label or its heading, not somewhere before."""


NOBODY = About((), 0.4, is_direct=False)


@dataclass(slots=True)
class Context:
    """Where a reader is in a statement: under which heading and item, after which sentence."""

    language: Language
    section: int = 0
    heading: str = ""
    is_retention: bool = False
    """Below a heading, or an introduction, that speaks of terms."""
    role: Role | None = None
    intro: str = ""
    paragraph: str = ""
    """All of the line that is read, folded."""
    seen: list[str] = field(default_factory=list)
    """The sentences of the line before this one, folded."""
    _heading_subjects: tuple[Subject, ...] = ()
    _stale_subjects: tuple[Subject, ...] = ()
    _item_subjects: tuple[Subject, ...] = ()
    _intro_subjects: tuple[Subject, ...] = ()
    _section_subjects: tuple[Subject, ...] = ()
    _topic: tuple[Subject, ...] = ()
    _before: tuple[Subject, ...] = ()
    _paragraph_subjects: tuple[Subject, ...] = ()
    _number: str = ""

    def enter(self, line: Line) -> None:
        """Go below a heading, or below an item that serves as one."""
        text = fold(line.text)
        found = people_first(mentions.subjects(text, self.language))
        self.intro, self._intro_subjects, self._item_subjects = "", (), ()
        if line.kind == "item":
            self._item_subjects = found
            return
        self.section += 1
        self._section_subjects = ()
        self.role = "verwerker" if self.language.has("processor", text) else None
        self.heading = text
        self._stale_subjects = self._heading_subjects or self._stale_subjects
        self._heading_subjects = found
        match = NUMBERED.match(line.text)
        number = match[0].strip().rstrip(".") if match else ""
        if self.language.has("retention_heading", text):
            self.is_retention, self._number = True, number
        elif self.language.has("other_heading", text) or (
            number and self._number and number.count(".") <= self._number.count(".")
        ):
            self.is_retention = False

    def begin(self, line: Line) -> None:
        """Take up a line."""
        self.paragraph = fold(line.text)
        self.seen = []
        self._before = ()
        self._paragraph_subjects = of_text(self.paragraph, self.language)
        if line.kind == "text" and self.intro:
            self.intro, self._intro_subjects = "", ()
        if line.text.rstrip().endswith(":") and line.kind != "row":
            self.intro = self.paragraph
            self._intro_subjects = people_first(mentions.subjects(self.paragraph, self.language))

    def leave(self, sentence: str) -> None:
        """Remember a sentence for the ones after it."""
        self.seen.append(sentence)
        found = of_text(sentence, self.language)
        self._before = found or self._before
        self._section_subjects = found or self._section_subjects
        if self.language.has("processor", sentence):
            self.role = "verwerker"
        if self.language.has("topic", sentence):
            self._topic = people_first(mentions.subjects(sentence, self.language)) or self._topic

    @property
    def speaks_of_terms(self) -> bool:
        """Whether a bare duration here is a term."""
        cues = ("keep", "erase")
        return self.is_retention or any(self.language.has(cue, self.intro) for cue in cues)

    def is_under(self, text: str) -> bool:
        """Tell whether a text speaks of what its heading names."""
        return bool(set(of_text(text, self.language)) & set(self._heading_subjects))

    def about(self, segment: str, sentence: str, label: str) -> About:
        """Return whom and what a segment of a sentence is about, the nearest words first."""
        language = self.language
        own = of_text(segment, language) or of_text(sentence, language)
        if label:
            first, _, rest = label.partition(BESIDE_LABEL)
            named = of_text(fold(first), language) or of_text(fold(rest), language) or own
            return About(named, 0.9, is_direct=True) if named else NOBODY
        people = self._around()
        is_near = bool(self._item_subjects or self._intro_subjects or self._heading_subjects)
        if own and not any(one.doc_types for one in own):
            own = (*own, *(one for one in self._item_subjects if one.doc_types))
        if own:
            is_whole = any(one.groups or one.usual_group for one in own)
            if any(one.groups for one in own) or not people.subjects:
                return About(own, 0.9 if is_whole else 0.6, is_direct=True)
            if not is_near and is_whole:
                return About(own, 0.7, is_direct=True)
            groups = tuple(one for one in people.subjects if one.groups and not one.doc_types)
            return About((*own, *groups), 0.75, is_direct=True)
        return people

    def _around(self) -> About:
        for found, confidence, is_direct in (
            (self._item_subjects, 0.85, True),
            (self._intro_subjects, 0.8, True),
            (self._heading_subjects, 0.85, True),
            (self._before, 0.7, True),
            (self._paragraph_subjects if self.seen else (), 0.6, True),
            (self._section_subjects, 0.6, False),
            (self._stale_subjects, 0.5, False),
            (self._topic, 0.5, False),
        ):
            if found:
                return About(found, confidence, is_direct)
        return NOBODY


def of_text(text: str, language: Language) -> tuple[Subject, ...]:
    """Return the subjects of a text; what only names an event counts where there is nothing else.

    In "three years after the last invoice" the invoice is the event and not what is kept.
    """
    events = mentions.triggers(text, language)
    spans = mentions.subjects(text, language)
    free = [
        span
        for span in spans
        if all(span.end <= event.start or event.end <= span.start for event in events)
    ]
    within = [span for span in spans if isinstance(span.what, Subject) and not span.what.doc_types]
    has_people = any(isinstance(one.what, Subject) and not one.what.doc_types for one in free)
    return people_first(free if has_people else [*free, *within])


def people_first(spans: Iterable[mentions.Span]) -> tuple[Subject, ...]:
    """Return the subjects of mentions, each once, groups of people before documents."""
    found = dict.fromkeys(span.what for span in spans if isinstance(span.what, Subject))
    return tuple(sorted(found, key=lambda one: bool(one.doc_types)))
