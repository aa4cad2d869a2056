"""Parts of a statement -> `Draft`: the flow, top to bottom."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from pii_scan.drafting import clauses, mentions
from pii_scan.drafting.clauses import QUOTE
from pii_scan.drafting.context import Context
from pii_scan.drafting.facts import Facts
from pii_scan.drafting.owners import EVERYONE
from pii_scan.drafting.pairing import paired
from pii_scan.drafting.reading import MAX_CHARS, fold, lines, sentences
from pii_scan.drafting.values import Clause, Draft, Language, Line, Question
from pii_scan.model import Chunk, Gap, Member, Part, Table

GUESSES: Final = frozenset({"no_trigger", "usual_trigger", "unread_trigger", "context_group"})
"""Questions that another place of the same promise settles."""
ITEM_WORDS: Final = 4
"""An item of so many words names what the lines below it are about."""
MAX_CLAUSES: Final = 2_000
MAX_QUESTIONS: Final = 500
"""Of more, somebody is at play: the longest statements that were met have some fifty."""


def draft(parts: Iterable[Part], language: Language, title: str = "") -> Draft:
    """Return what a statement says about keeping, with all that it leaves open.

    Args:
        parts: of the file, as `pii_scan.extract` gives them. May raise `ExtractError`.
        language: how statements are worded.
        title: what to call the statement, its file name for instance.
    """
    read = list(parts)
    context, facts = Context(language), Facts(language)
    found: list[Clause] = []
    sections: list[int] = []
    left: list[Question] = []
    for line in lines(read, language):
        facts.line(line, context)
        told, unused = _of_line(line, context, facts)
        found += told
        sections += [context.section] * len(told)
        left += unused
        if len(found) > MAX_CLAUSES:
            break
    promises = _without_stops(_merged(paired(found, sections)))
    questions = [*_missing(read), *_unsaid(facts), *facts.questions, *left]
    return Draft(
        title=title,
        organisation=facts.organisation,
        dated=facts.dated,
        contact=facts.contact,
        answer_term=facts.answer_term,
        answer_where=facts.answer_where,
        clauses=tuple(promises),
        data=tuple(facts.data.values()),
        bases=tuple(facts.bases.values()),
        questions=tuple(dict.fromkeys(questions[:MAX_QUESTIONS])),
    )


def _of_line(line: Line, context: Context, facts: Facts) -> tuple[list[Clause], list[Question]]:
    """Return the clauses of a line, and its sentences that look like one and gave none."""
    language, text = context.language, fold(line.text)
    has_term = any(True for _ in mentions.durations(text, language))
    is_short_item = line.kind == "item" and len(text.split()) <= ITEM_WORDS
    if not has_term and (line.kind == "heading" or is_short_item):
        context.enter(line)
    context.begin(line)
    found: list[Clause] = []
    unused: list[Question] = []
    for sentence in sentences(line.text, language):
        folded = fold(sentence)
        told = [
            one
            for one in clauses.of_sentence(sentence, line, context)
            if line.kind != "heading" or one.kind not in ("external", "stop")
        ]
        found += told
        is_answer = clauses.is_answer(folded, context)
        if is_answer:
            facts.answer(folded, sentence[:QUOTE], line, context)
        elif not told and _looks_like_one(folded, line, context):
            unused.append(Question("not_used", line.where, sentence[:QUOTE]))
        about = context.about(folded, folded, line.label)
        groups = dict.fromkeys(
            group for one in about.subjects for group in one.groups if one.groups
        )
        facts.heard(f"{folded} {fold(line.label)}", line, groups or (EVERYONE,))
        context.leave(folded)
    return found, unused


def _looks_like_one(text: str, line: Line, context: Context) -> bool:
    """Tell whether a sentence without a clause may hold one: a duration, or talk of terms."""
    language = context.language
    if any(True for _ in mentions.durations(text, language)):
        return True
    if line.is_term:
        return True
    return line.kind != "heading" and language.has("term_talk", text)


def _merged(found: list[Clause]) -> list[Clause]:
    """Return each promise once, with every place where it stands; stages stay with their first."""
    kept: dict[tuple[object, ...], Clause] = {}
    for number, one in enumerate(found):
        is_paired = one.is_stage or (number + 1 < len(found) and found[number + 1].is_stage)
        key = (
            *(one.groups, one.doc_types, one.bound, one.term, one.trigger, one.shift),
            *(one.consent, one.customer, one.role, one.action, number if is_paired else -1),
            *(one.kind if one.bound == "open" else "",),
        )
        if (same := kept.get(key)) is None:
            kept[key] = one
        else:
            where = tuple(dict.fromkeys((*same.where, *one.where)))
            sure = max(same.confidence, one.confidence)
            settled = GUESSES - (set(same.questions) & set(one.questions))
            both = dict.fromkeys((*same.questions, *one.questions))
            asked = tuple(code for code in both if code not in settled)
            kept[key] = replace(same, where=where, confidence=sure, questions=asked)
    return list(kept.values())


def _without_stops(found: list[Clause]) -> list[Clause]:
    """Leave out that one may unsubscribe where a clause says what is then done."""
    said = {group for one in found if one.kind != "stop" for group in one.groups}
    ends = {one.trigger for one in found if one.kind != "stop"}
    return [
        one
        for one in found
        if one.kind != "stop" or not (set(one.groups) <= said and one.trigger in ends)
    ]


def _missing(read: list[Part]) -> list[Question]:
    """Return what of the file was not read."""
    found = [Question("gap", one.where) for one in read if isinstance(one, Gap)]
    found += [Question("gap", f"member {n}") for n, _ in enumerate(_members(read), start=1)]
    size = sum(len(one.text) for one in read if isinstance(one, Chunk))
    size += sum(
        len(cell) for one in read if isinstance(one, Table) for row in one.rows for cell in row
    )
    return [*found, *([Question("too_long", "")] if size > MAX_CHARS else [])]


def _members(read: list[Part]) -> list[Member]:
    pictures = ("image/",)
    return [
        one
        for one in read
        if isinstance(one, Member) and not (one.media_type or "").startswith(pictures)
    ]


def _unsaid(facts: Facts) -> list[Question]:
    lacking = (
        ("no_organisation", facts.organisation),
        ("no_date", facts.dated),
        ("no_contact", facts.contact),
    )
    return [Question(code, "") for code, said in lacking if not said]
