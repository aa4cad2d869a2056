"""The values of a draft, and the knowledge of a language that makes one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pii_scan.model import Action, Bound, Consent, Role, Shift


@dataclass(frozen=True, slots=True)
class Subject:
    """What a statement can speak of: a group of people, a kind of documents, or both."""

    id: str
    label: str
    words: re.Pattern[str] = field(repr=False)
    groups: tuple[str, ...] = ()
    """Subject groups of the vocabulary; none: whichever group the text around it names."""
    doc_types: tuple[str, ...] = ()
    trigger: str | None = None
    """What a term most likely runs from where the statement is silent."""
    usual_group: str | None = None
    """Of a document: the group where the text names none."""
    is_known: bool = True
    """Whether the vocabulary has a group for them; otherwise a person has to choose."""
    role: Role | None = None


@dataclass(frozen=True, slots=True)
class TriggerWords:
    """By which words a statement names an event."""

    id: str
    label: str
    words: re.Pattern[str] = field(repr=False)
    is_declared: bool
    """Whether the vocabulary has it; otherwise the draft declares it."""
    shift: Shift = "none"


@dataclass(frozen=True, slots=True)
class Language:
    """How statements are worded: `rules/drafting.toml`. Patterns match folded text."""

    terms: re.Pattern[str]
    """A duration, with the groups `first`, `joiner`, `number`, `half`, `unit`."""
    numbers: Mapping[str, float]
    units: Mapping[str, tuple[str, int]]
    """Word -> (letter of ISO 8601, how many of it)."""
    rounded: frozenset[str]
    """Units of which the term is only nearly right: working days, hours."""
    cues: Mapping[str, re.Pattern[str]]
    subjects: tuple[Subject, ...]
    triggers: tuple[TriggerWords, ...]
    data: tuple[tuple[str, re.Pattern[str]], ...]
    """(label, words) of the personal data that statements name."""
    bases: tuple[tuple[str, re.Pattern[str]], ...]
    """(letter of article 6(1) AVG, words)."""
    abbreviations: frozenset[str]
    organisation: tuple[re.Pattern[str], ...]
    """Match unfolded text; the group `name` is the organisation."""
    dated: tuple[re.Pattern[str], ...]
    """Match unfolded text; the group `date` is when the statement was made."""
    texts: Mapping[str, str]
    """What the draft says to its reader."""
    questions: Mapping[str, str]
    """Code -> what a person has to settle."""

    def has(self, cue: str, text: str) -> bool:
        """Tell whether folded text holds a cue."""
        return self.cues[cue].search(text) is not None


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph, heading, item or row, with the place it was read."""

    text: str
    where: str
    kind: str
    """ "text", "heading", "item" or "row"."""
    label: str = ""
    """What a row or item is about: its other cells, or what it hangs under."""
    is_term: bool = False
    """Of a row: `text` is the cell of a column that holds terms."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a person has to settle, and where it was read."""

    code: str
    where: str
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Clause:
    """One promise about keeping, as far as the statement makes it."""

    subjects: tuple[str, ...]
    """Labels of what it is about, as read."""
    groups: tuple[str, ...]
    doc_types: tuple[str, ...]
    bound: Bound
    term: str | None
    spoken: str
    """The term in the words of the statement."""
    trigger: str
    trigger_label: str
    shift: Shift
    consent: Consent | None
    customer: bool | None
    action: Action
    role: Role | None
    kind: str
    """ "term", "instant", "until", "vague", "external" or "controller"."""
    where: tuple[str, ...]
    quote: str
    confidence: float
    questions: tuple[str, ...] = ()
    """Codes of what is open; their texts are data."""
    is_stage: bool = False
    """Follows on the clause before it: first kept, then kept as anonymous data."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Something that the statement says of a group beside its terms."""

    group: str
    what: str
    where: str


@dataclass(frozen=True, slots=True)
class Draft:
    """All that was read of a statement."""

    title: str
    organisation: str
    dated: str
    contact: tuple[str, ...]
    answer_term: str | None
    answer_where: str
    clauses: tuple[Clause, ...]
    data: tuple[Heard, ...]
    """Personal data that is named, by group."""
    bases: tuple[Heard, ...]
    """Legal bases, by group: "6(1)a"."""
    questions: tuple[Question, ...]
