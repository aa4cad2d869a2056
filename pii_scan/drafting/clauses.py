"""A sentence with what is around it -> the promises about keeping that it makes."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from pii_scan.drafting import mentions
from pii_scan.drafting.context import NOBODY, About, Context
from pii_scan.drafting.mentions import Duration, Span
from pii_scan.drafting.owners import held_for_another, meant, owners
from pii_scan.drafting.reading import fold
from pii_scan.drafting.starts import (
    UNDECIDED,
    Start,
    event_start,
    inherited_start,
    undecided_start,
    usual_start,
)
from pii_scan.drafting.values import Clause, Language, Line
from pii_scan.model import Action, Bound, Consent, Role

CLOSE: Final = 45
"""Characters between a word such as "at most" and its term."""
QUOTE: Final = 300
LABELLED_WORDS: Final = 14
CONTROLLER: Final = "einde_dienst_opdrachtgever"


def of_sentence(sentence: str, line: Line, context: Context) -> Iterator[Clause]:
    """Yield the clauses of a sentence, in order."""
    text, language = fold(sentence), context.language
    reader = _Reader(language, context, line, text, sentence[:QUOTE])
    terms = list(mentions.durations(text, language))
    if language.has("not_retention", text) or is_answer(text, context):
        return
    is_talk = any(language.has(cue, text) for cue in ("keep", "erase", "lifetime"))
    is_talk = (
        is_talk or line.is_term or context.speaks_of_terms or _is_labelled(text, terms, context)
    )
    if terms:
        yield from reader.terms(terms) if is_talk else ()
        return
    if (found := reader.without_term(is_talk=is_talk)) is not None:
        yield found


def _is_labelled(text: str, terms: list[Duration], context: Context) -> bool:
    """Tell whether a sentence is no more than what is kept, a colon and its term."""
    label, colon, _ = text.partition(":")
    is_short = len(text.split()) <= LABELLED_WORDS and bool(terms) and len(label) < terms[0].start
    return bool(colon) and is_short and bool(mentions.subjects(label, context.language))


def is_answer(text: str, context: Context) -> bool:
    """Tell whether a duration in a sentence is for answers to requests, not for keeping."""
    language = context.language
    asks = any(language.has("request", one) for one in (text, context.heading, context.paragraph))
    if not (asks and language.has("answer", text)) or language.has("keep", text):
        return False
    return not language.has("erase", text) or language.has("erase_request", text)


@dataclass(frozen=True, slots=True)
class _Reader:
    language: Language
    context: Context
    line: Line
    text: str
    quote: str

    def has(self, cue: str, text: str | None = None) -> bool:
        return self.language.has(cue, self.text if text is None else text)

    def terms(self, found: list[Duration]) -> Iterator[Clause]:
        """Yield a clause a duration."""
        anchors = list(dict.fromkeys((one.start, one.end) for one in found))
        cut = dict(zip(anchors, mentions.segments(self.text, anchors, self.language), strict=True))
        previous: Clause | None = None
        for one in found:
            start, end = cut[one.start, one.end]
            following = next((at for at, _ in anchors if at > one.start), len(self.text))
            clause = self._term(one, start, end, following, previous)
            if previous is not None and _is_stage(clause, previous):
                yield replace(previous, action="anonymise")
                asked = dict.fromkeys((*clause.questions, "stage"))
                previous = replace(
                    clause,
                    groups=previous.groups,
                    doc_types=previous.doc_types,
                    subjects=previous.subjects,
                    role=previous.role,
                    action="delete",
                    is_stage=True,
                    questions=tuple(asked),
                )
                continue
            if previous is not None:
                yield previous
            previous = clause
        if previous is not None:
            yield previous

    def _term(
        self, one: Duration, start: int, end: int, following: int, previous: Clause | None
    ) -> Clause:
        segment = self.text[start:end]
        is_only = start == 0 and end == len(self.text)
        about = self._about(segment, self.text if is_only else self.text[:end])
        bound, plain = self._bound(one, start, end)
        begin = self._start(one, start, end, about, previous)
        action = self._action(segment, bound)
        asked = [*begin.questions]
        asked += ["rounded"] if one.is_rounded else []
        asked += ["plain_term"] if plain else []
        asked += ["extra"] if self.has("extra", segment) else []
        clause = self._clause(about, "term", bound, begin, action, tuple(asked), segment)
        return replace(
            clause,
            term=one.term,
            spoken=self.text[one.start : one.end],
            consent=self._consent(one, start, end, following),
            customer=self._customer(segment),
        )

    def _bound(self, one: Duration, start: int, end: int) -> tuple[Bound, bool]:
        """Return the bound, and whether no word of the sentence told it."""
        if one.bound is not None:
            return one.bound, False
        most = mentions.nearest(self.language.cues["max"], self.text[start:], one.start - start)
        least = mentions.nearest(self.language.cues["min"], self.text[start:], one.start - start)
        near = [
            (distance, bound)
            for distance, bound in ((most, "max"), (least, "min"))
            if distance is not None and distance <= CLOSE
        ]
        if near:
            return ("max" if min(near)[1] == "max" else "min"), False
        if self._is_longer(one, start):
            return "max", False
        segment, behind = self.text[start:end], self.text[one.end : end]
        column = fold(self.line.label) if self.line.is_term else ""
        if self.has("min", behind):
            return "min", False
        if self.has("max_word", behind):
            return "max", False
        if self.has("legal_duty", segment) or self.has("legal_duty", column):
            return "min", False
        lead = mentions.nearest(self.language.cues["after"], self.text[start:], one.start - start)
        goes = self.has("erase", segment) or self.has("lifetime", segment)
        if goes and ((lead is not None and lead <= 2) or not self.has("keep", segment)):
            return "max", False
        # Consent allows to keep, and never obliges to.
        return ("max", False) if self.has("consent_yes", segment) else ("fixed", True)

    def _start(
        self, one: Duration, start: int, end: int, about: About, previous: Clause | None
    ) -> Start:
        text = self._without_customer()
        events = mentions.triggers(text, self.language)
        behind = [span for span in events if one.end <= span.start < end]
        ahead = [span for span in events if start <= span.start < one.start][::-1]
        rest = [] if previous else events
        for found in (behind, ahead, rest):
            if found:
                return event_start(found, text)
        if self.has("further", " ".join(text[start : one.start].split()[:2])) and self.context.seen:
            before = mentions.triggers(self.context.seen[-1], self.language)
            if before:
                return replace(event_start(before, self.context.seen[-1]), confidence=0.7)
        if self.has("starts", " ".join(text[one.end : end].split()[:3])):
            return undecided_start(self.language, "unread_trigger")
        if previous is not None and previous.trigger != UNDECIDED:
            return inherited_start(previous, 0.7)
        return usual_start(about, self.language)

    def _without_customer(self) -> str:
        """Return the text with "if you are a customer" blanked: a condition, not an event."""
        return self.language.cues["customer_yes"].sub(lambda m: " " * len(m[0]), self.text)

    def _about(self, segment: str, sentence: str) -> About:
        """Return whom and what it is about; the customer of a condition is no subject."""
        blank = self.language.cues["customer_yes"].sub
        return self.context.about(blank(" ", segment), blank(" ", sentence), self.line.label)

    def _consent(self, one: Duration, start: int, end: int, following: int) -> Consent | None:
        segment, behind = self.text[start:end], self.text[one.end : following]
        if self._is_longer(one, start):
            return "no" if self.has("consent_yes", segment) else None
        unless = self.language.cues["unless"].search(behind)
        if unless and self.has("consent_yes", behind[unless.end() :]):
            return "no"
        ahead = self.text[start : one.start]
        if self.has("consent_no", segment):
            return "no" if not self.has("unless", ahead) else "yes"
        return "yes" if self.has("consent_yes", segment) else None

    def _is_longer(self, one: Duration, start: int) -> bool:
        """Tell whether "longer than" stands before a term: what lasts longer is something else."""
        lead = mentions.nearest(
            self.language.cues["longer_than"], self.text[start:], one.start - start
        )
        most = mentions.nearest(self.language.cues["max"], self.text[start:], one.start - start)
        return lead is not None and lead <= CLOSE and (most is None or lead < most)

    def _customer(self, segment: str) -> bool | None:
        if self.has("customer_no", segment):
            return False
        return True if self.has("customer_yes", segment) else None

    def _action(self, segment: str, bound: Bound) -> Action:
        if self.has("anonymise", segment):
            return "anonymise"
        if self.has("return", segment):
            return "return"
        return "delete" if bound in ("max", "fixed") else "review"

    def without_term(self, *, is_talk: bool) -> Clause | None:
        """Return the clause of a sentence without a duration, `None` when it makes none."""
        if self.has("rights_talk"):
            return None
        if (self.has("controller") and is_talk) or self.has("refers_to_controller"):
            return self._controller()
        events = mentions.triggers(self._without_customer(), self.language)
        if events and (found := self._ends_at(events)) is not None:
            return found
        refers = self.has("external") and (
            self.has("external_keep") or self.context.is_under(self.text)
        )
        if self.has("vague") and is_talk:
            return self._open("vague", ("vague", "external") if refers else ("vague",))
        if refers:
            return self._open("external", ("external",))
        return None

    def _ends_at(self, events: list[Span]) -> Clause | None:
        """Return the clause of what ends at an event: done away at once, or kept until then."""
        begin = event_start(events, self.text)
        about = self._about(self.text, self.text)
        lead = self.text[: events[0].start]
        if self.has("erase") and (self.has("once") or self.has("instant")):
            action = self._action(self.text, "max")
            clause = self._clause(
                about, "instant", "max", begin, action, begin.questions, self.text
            )
            return replace(clause, term="P0D", spoken=self.language.texts["at_once"])
        is_kept = self.has("keep") or self.line.is_term or self.context.speaks_of_terms
        if is_kept and self.has("until", lead + self.text[events[0].start : events[0].end]):
            if self.has("vague"):
                asked = (*begin.questions, "open_end")
                return self._clause(about, "until", "open", begin, "review", asked, self.text)
            clause = self._clause(
                about, "until", "max", begin, "delete", begin.questions, self.text
            )
            return replace(clause, term="P0D", spoken=self.language.texts["at_once"])
        about = self.context.about("", "", self.line.label)
        if self.has("stop") and any(one.trigger == begin.id for one in about.subjects):
            return self._clause(about, "stop", "open", begin, "review", ("only_stop",), self.text)
        return None

    def _controller(self) -> Clause:
        about = self._about(self.text, self.text)
        begin = Start(CONTROLLER, "", "none", 0.8)
        clause = self._clause(
            about, "controller", "max", begin, "return", ("controller",), self.text
        )
        return held_for_another(replace(clause, role="verwerker"))

    def _open(self, kind: str, asked: tuple[str, ...]) -> Clause:
        about = self._about(self.text, self.text)
        if self.has("general"):
            about = self.context.about("", "", self.line.label) if self.line.label else NOBODY
        if not about.is_direct and (kind != "external" or not self.context.is_retention):
            about = replace(about, subjects=())
        begin = replace(usual_start(about, self.language), confidence=0.8, questions=())
        clause = self._clause(about, kind, "open", begin, "review", asked, self.text)
        doc_types = clause.doc_types if about.is_direct else ()
        return replace(clause, customer=self._customer(self.text), doc_types=doc_types)

    def _clause(
        self,
        about: About,
        kind: str,
        bound: Bound,
        begin: Start,
        action: Action,
        asked: tuple[str, ...],
        segment: str,
    ) -> Clause:
        about = meant(about, begin.id)
        groups, doc_types, more = owners(about)
        if bound == "min":
            more += ("min_only",)
        clause = Clause(
            subjects=tuple(subject.label for subject in about.subjects),
            groups=groups,
            doc_types=doc_types,
            bound=bound,
            term=None,
            spoken="",
            trigger=begin.id,
            trigger_label=begin.label,
            shift=begin.shift,
            consent=None,
            customer=None,
            action=action,
            role=self._role(about, segment),
            kind=kind,
            where=(self.line.where,),
            quote=self.quote,
            confidence=min(about.confidence, begin.confidence),
            questions=tuple(dict.fromkeys((*asked, *more))),
        )
        return held_for_another(clause) if clause.role == "verwerker" else clause

    def _role(self, about: About, segment: str) -> Role | None:
        if self.has("processor") or any(one.role == "verwerker" for one in about.subjects):
            return "verwerker"
        return "verwerker" if self.context.role == "verwerker" else "verantwoordelijke"


def _is_stage(clause: Clause, previous: Clause) -> bool:
    """Tell whether a clause is about what is left of the one before it: anonymous data."""
    is_first = previous.term is not None and not previous.is_stage
    return is_first and clause.action == "anonymise" and previous.action != "anonymise"
