"""From when a term counts: the event that a statement names, or what is usual for its subject."""

import re
from dataclasses import dataclass
from typing import Final

from pii_scan.drafting.context import About
from pii_scan.drafting.mentions import Span
from pii_scan.drafting.values import Clause, Language, TriggerWords
from pii_scan.model import Shift

EITHER: Final = 15
"""Characters before an event in which another may stand: "sending/paying the last invoice"."""
UNDECIDED: Final = "nog_te_bepalen"
"""The trigger of a term whose start the statement does not name; a draft declares it."""


@dataclass(frozen=True, slots=True)
class Start:
    """From when a term counts."""

    id: str
    label: str
    shift: Shift
    confidence: float
    questions: tuple[str, ...] = ()


def undecided_start(language: Language, question: str) -> Start:
    """Return the start of a term that a person has to decide, with the question that asks it."""
    return Start(UNDECIDED, language.texts["undecided"], "none", 0.4, (question,))


def usual_start(about: About, language: Language) -> Start:
    """Return what a term usually counts from for its subject, where nothing is said."""
    for subject in sorted(about.subjects, key=lambda one: not one.doc_types):
        if subject.trigger:
            label = next((one.label for one in language.triggers if one.id == subject.trigger), "")
            return Start(subject.trigger, label, "none", 0.5, ("usual_trigger",))
    return undecided_start(language, "no_trigger")


def event_start(found: list[Span], text: str) -> Start:
    """Return the start that some mentions name; the end of a year may stand before the event."""
    events = [span.what for span in found if isinstance(span.what, TriggerWords)]
    shift: Shift = next((event.shift for event in events if event.shift != "none"), "none")
    main = next((event for event in events if event.shift == "none"), events[0])
    others = {event.id for event in events if event.shift == "none"} - {main.id}
    first = text[max(0, found[0].start - EITHER) : found[0].end]
    asked = ("two_triggers",) if others or re.search(r"[a-z]/[a-z]", first) else ()
    return Start(main.id, main.label, shift, 0.6 if asked else 0.9, asked)


def inherited_start(clause: Clause, confidence: float) -> Start:
    """Return the start of the clause before it, which a term shares that names none."""
    return Start(
        clause.trigger, clause.trigger_label, clause.shift, confidence, ("inherited_trigger",)
    )
