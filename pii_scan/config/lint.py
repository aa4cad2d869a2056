"""What a pack leaves vague, open or in conflict with the law beneath it. See `lint`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from pii_scan.config._lines import Path
from pii_scan.config._pack import RuleEntry
from pii_scan.config._reading import Reader, covered
from pii_scan.config.policies import Pack
from pii_scan.model import Rule
from pii_scan.retain.calendar import add, shifted

RIGHTS = {
    "15": "inzage",
    "16": "rectificatie",
    "17": "wissing",
    "18": "beperking",
    "20": "overdraagbaarheid",
    "21": "bezwaar",
    "22": "geautomatiseerde besluiten",
    "77": "een klacht bij de toezichthouder",
}
"""Article of the AVG -> the right, as art. 13(2) wants it told."""

CODES = {
    "no-answer-term": "no term for the answer to a request",
    "late-answer": "a term for the answer that is longer than the law's",
    "no-contact": "nowhere to turn to",
    "no-officer": "no data protection officer named",
    "no-identification": "not said how somebody who asks is identified",
    "missing-right": "a right of the AVG that is not named",
    "no-rule": "data that is told of, without a term in the pack",
    "partial-rule": "data that is told of, with a term for part of its documents only",
    "no-basis": "no legal basis named",
    "no-term": "a maximum without a term, or data without one",
    "controller-term": "the term has to come from the opdrachtgever",
    "open-ended": "a term without an end",
    "no-maximum": "a minimum and nowhere a maximum",
    "below-law": "shorter than a statutory minimum beneath it",
    "trigger-ambiguous": "an event that can be read as two days",
    "assumption": "something taken for granted, such as an event that the source does not name",
    "unconfirmed": "to be confirmed by a privacy officer",
    "no-other-branch": "a term with consent or without, and none for the other case",
    "no-withdrawal": "consent, and not said how it is withdrawn",
    "no-example": "a rule without an example to test it by",
    "doubtful-basis": "a legal basis that may not carry it",
    "contradiction": "two passages that do not agree",
    "vague": "a wording that sets no day",
    "elsewhere": "said in another document",
    "outdated": "no longer so",
    "unnamed-recipient": "recipients without a name",
    "third-country": "a transfer outside the EEA",
    "pseudonymous": "called anonymous, and not so",
    "risk": "a practice that may break the law or the promise",
    "no-kind": "a term for what no document type can be told apart for",
    "no-ground": "no ground to keep anything",
}
"""What each code means. Those from "doubtful-basis" on, and "no-term", a pack states itself."""

MEASURE = date(2001, 1, 15)
"""Any day on which to see which of two terms ends first."""

LEGAL_ANSWER = "P1M"  # art. 12(3) AVG


@dataclass(frozen=True, slots=True)
class Point:
    """Something that a privacy officer has to settle."""

    code: str
    line: int
    about: str
    """Id of the rule or point; empty: the pack as a whole."""
    text: str
    """Dutch."""


def lint(pack: Pack) -> tuple[Point, ...]:
    """Return the points of a pack's own file, in the order of its lines."""
    found = [*_of_head(pack), *_of_processing(pack), *_stated(pack)]
    for index, entry in enumerate(pack.entries.rule):
        if pack.applies(entry):
            line = pack.line(("rule", index))
            found += [Point(code, line, entry.id, text) for code, text in _of_rule(pack, entry)]
    return tuple(sorted(found, key=lambda point: (point.line, point.code)))


def _stated(pack: Pack) -> Iterator[Point]:
    for index, point in enumerate(pack.entries.open_point):
        yield Point(point.code, pack.line(("open_point", index)), point.id, point.text)


def _of_head(pack: Pack) -> Iterator[Point]:
    head = pack.entries.policy
    if not head.organisation:
        return

    def point(code: str, field: str, text: str) -> Point:
        place: Path = ("policy", field)
        return Point(code, pack.line(place), "", text)

    if "answer_term" not in head.model_fields_set:
        yield point(
            "no-answer-term",
            "statement",
            "Er staat geen termijn voor het antwoord op een verzoek; de wettelijke maand geldt.",
        )
    elif add(MEASURE, head.answer_term) > add(MEASURE, LEGAL_ANSWER):
        yield point(
            "late-answer",
            "answer_term",
            f"De termijn voor het antwoord ({head.answer_term}) is langer dan de wettelijke maand.",
        )
    if not head.contact:
        yield point("no-contact", "organisation", "Er staat niet waar een betrokkene terecht kan.")
    if not head.officer:
        yield point("no-officer", "contact", "Er is geen functionaris gegevensbescherming genoemd.")
    if not head.identification:
        yield point(
            "no-identification", "contact", "Er staat niet hoe een verzoeker zich identificeert."
        )
    missing = [f"{name} (art. {art})" for art, name in RIGHTS.items() if art not in head.rights]
    if missing:
        yield point("missing-right", "rights", f"Niet genoemd: {', '.join(missing)}.")


def _of_processing(pack: Pack) -> Iterator[Point]:
    for index, entry in enumerate(pack.entries.processing):
        line = pack.line(("processing", index))
        who = f"{', '.join(entry.subject_group)}: {entry.data}"
        if not entry.legal_basis and entry.role == "verantwoordelijke":
            yield Point("no-basis", line, "", f"Geen grondslag genoemd voor {who}.")
        ruled = [
            rule.doc_type is None or rule.doc_type in entry.doc_type
            for rule in pack.policy.rules
            if rule.policy == pack.name
            and rule.subject_group in (*entry.subject_group, "*")
            and rule.role in (entry.role, None)
            and (not entry.doc_type or rule.doc_type in (*entry.doc_type, None))
        ]
        if not ruled:
            yield Point("no-rule", line, "", f"Geen bewaartermijn in dit beleid voor {who}.")
        elif not any(ruled):
            yield Point("partial-rule", line, "", f"Alleen voor een deel een termijn: {who}.")


def _of_rule(pack: Pack, entry: RuleEntry) -> Iterator[tuple[str, str]]:
    if not entry.confirmed:
        yield "unconfirmed", "Te bevestigen door een privacy officer."
    if entry.assumption:
        yield "assumption", entry.assumption
    if not entry.example:
        yield "no-example", "De regel heeft geen voorbeeld waaraan hij te toetsen is."
    if entry.bound == "open":
        yield "open-ended", "De termijn heeft geen einde; leg er een vast of beoordeel elk jaar."
    elif entry.term is None and entry.role == "verwerker":
        yield "controller-term", "De termijn komt van de opdrachtgever: vraag en leg haar vast."
    elif entry.term is None:
        yield "no-term", "Een maximum zonder termijn."
    yield from _of_consent(pack, entry)
    trigger = next(one for one in pack.policy.triggers if entry.trigger in (one.id, *one.aliases))
    if entry.trigger == trigger.id and len(trigger.aliases) > 1:
        readings = " of ".join(trigger.aliases)
        yield "trigger-ambiguous", f"Twee lezingen van {trigger.id}: {readings}."
    rules = tuple(Reader(pack.name).rules(entry))
    if entry.bound == "min" and not all(_has_maximum(pack, *pair) for pair in covered(entry)):
        yield "no-maximum", "Een minimum, en nergens een maximum: wanneer moet het weg?"
    yield from _below_law(pack, rules)


def _of_consent(pack: Pack, entry: RuleEntry) -> Iterator[tuple[str, str]]:
    said = entry.condition.consent
    if said is None:
        return
    others = {
        one.condition.consent
        for one in pack.entries.rule
        if set(covered(one)) & set(covered(entry))
    }
    if not {"yes", "no"} <= others:
        yield "no-other-branch", "Alleen met of alleen zonder toestemming is een termijn bepaald."
    if said == "yes" and not entry.withdrawal and entry.authority in ("statement", "internal"):
        yield "no-withdrawal", "Er staat niet hoe de toestemming wordt ingetrokken."


def _has_maximum(pack: Pack, group: str, doc_type: str | None) -> bool:
    return any(
        rule.bound in ("max", "fixed")
        and rule.subject_group in (group, "*")
        and rule.doc_type in (doc_type, None)
        for rule in pack.policy.rules
    )


def _below_law(pack: Pack, rules: tuple[Rule, ...]) -> Iterator[tuple[str, str]]:
    """Say once a statutory minimum where the rule ends before it."""
    said = set()
    for rule in rules:
        for law in pack.policy.rules:
            if law.policy == pack.name or law.rank != 2 or law.id in said or not _meet(rule, law):
                continue
            if _is_shorter(pack, rule, law):
                said.add(law.id)
                of = f" ({law.doc_type})" if rule.doc_type is None and law.doc_type else ""
                yield (
                    "below-law",
                    f"Korter dan het wettelijke minimum{of}, {law.title}: dat gaat voor.",
                )


def _meet(rule: Rule, law: Rule) -> bool:
    same_group = "*" in (rule.subject_group, law.subject_group) or (
        rule.subject_group == law.subject_group
    )
    same_type = None in (rule.doc_type, law.doc_type) or rule.doc_type == law.doc_type
    return same_group and same_type and rule.role in (law.role, None)


def _is_shorter(pack: Pack, rule: Rule, law: Rule) -> bool:
    if rule.term is None or law.term is None:
        return False
    ends = [
        add(shifted(MEASURE, one.shift, pack.policy.book_year_end), one.term or "P0D")
        for one in (rule, law)
    ]
    return ends[0] < ends[1]
