"""One item against a policy: `judge` for the verdict, `explain` for how it came about."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import product

from pii_scan.model import Consent, Evidence, Hold, Judgement, Policy, Role, Rule
from pii_scan.retain import _wording
from pii_scan.retain._decide import Applied, Outcome, decide
from pii_scan.retain._references import WEAK, trigger_of
from pii_scan.retain._selection import Lost, Selection, select

EXPIRED = frozenset(("overdue", "possibly_overdue"))
CONSENT_EVENTS = frozenset(("toestemming_gegeven", "toestemming_ingetrokken"))


@dataclass(frozen=True, slots=True)
class Explanation:
    """A verdict with the rules that led to it and those that did not."""

    judgement: Judgement
    applied: tuple[Applied, ...]
    lost: tuple[Lost, ...]


def judge(
    policy: Policy,
    *,
    subject_groups: tuple[str, ...],
    doc_type: str | None,
    role: Role,
    evidence: Sequence[Evidence],
    consent: Consent,
    today: date,
    customer: bool | None = None,
    holds: Sequence[Hold] = (),
) -> tuple[Judgement, ...]:
    """Return what the policy says of an item on a day: one judgement a group that has rules.

    There is always at least one; without any rule it is `no_rule`.
    """
    selections = selections_of(policy, subject_groups, doc_type, role)
    case = Case(policy, role, consent, customer, tuple(holds), today)
    return case.judge(selections, evidence)


def explain(
    policy: Policy,
    *,
    subject_group: str,
    doc_type: str | None,
    role: Role,
    evidence: Sequence[Evidence],
    consent: Consent,
    today: date,
    customer: bool | None = None,
    holds: Sequence[Hold] = (),
) -> Explanation:
    """Return the verdict for one group, with the rules that applied and lost."""
    case = Case(policy, role, consent, customer, tuple(holds), today)
    return case.explain(select(policy, subject_group, doc_type, role), evidence)


def selections_of(
    policy: Policy, subject_groups: Sequence[str], doc_type: str | None, role: Role
) -> tuple[Selection, ...]:
    """Return the rules for each group; an item of no known group falls under "onbekend"."""
    groups = dict.fromkeys(subject_groups or ("onbekend",))
    return tuple(select(policy, group, doc_type, role) for group in groups)


@dataclass(frozen=True, slots=True)
class Case:
    """All that is equal for the rows of an item."""

    policy: Policy
    role: Role
    consent: Consent
    customer: bool | None
    holds: tuple[Hold, ...]
    """Those that it falls under, whether or not they hold on the day."""
    today: date

    def judge(
        self, selections: Sequence[Selection], evidence: Sequence[Evidence]
    ) -> tuple[Judgement, ...]:
        """Return the judgements, without "no rule" where another group has one."""
        found = [self.explain(selection, evidence).judgement for selection in selections]
        with_rule = [judgement for judgement in found if judgement.rule is not None]
        return tuple(dict.fromkeys(with_rule or found[:1]))

    def bearing(
        self, selections: Sequence[Selection], evidence: Sequence[Evidence]
    ) -> tuple[Evidence, ...]:
        """Return the evidence that can make a difference: all, where an event has no own date."""
        wanted = {
            trigger_of(self.policy, rule.trigger).id
            for selection in selections
            for rule in (*selection.rules, *selection.stages)
        }
        ids = [trigger_of(self.policy, piece.trigger).id for piece in evidence]
        if not wanted <= set(ids):
            return tuple(evidence)
        wanted |= CONSENT_EVENTS
        return tuple(piece for piece, id_ in zip(evidence, ids, strict=True) if id_ in wanted)

    def explain(self, selection: Selection, evidence: Sequence[Evidence]) -> Explanation:
        """Work out every reading of the conditions that are not known, and put them together."""
        consent, withdrawn, notes = self._consent(evidence)
        outcomes = [
            self._outcome(selection, evidence, branch, withdrawn)
            for branch in self._branches(selection.rules, consent)
        ]
        first = outcomes[0]
        judgement = first.judgement
        if len({_essence(outcome.judgement) for outcome in outcomes}) > 1:
            judgement = self._together(selection.rules, consent, outcomes)
        if self._is_controllers(judgement, first):
            judgement = replace(
                judgement,
                verdict="controller_decides",
                assumptions=(_wording.controller_term(None),),
            )
        if _has_consent_rule(selection.rules):
            judgement = replace(judgement, assumptions=(*judgement.assumptions, *notes))
        if self.role == "unknown" and judgement.verdict == "controller_decides":
            assumed = (_wording.assumed_processor(), *judgement.assumptions)
            judgement = replace(judgement, assumptions=assumed)
        judgement = self._held(judgement)
        applied = dict.fromkeys(one for outcome in outcomes for one in outcome.applied)
        return Explanation(judgement, tuple(applied), _losers(selection, outcomes, applied))

    def _held(self, judgement: Judgement) -> Judgement:
        """Stop what is on hold, and keep the verdict underneath; say which holds are past."""
        if not self.holds:
            return judgement
        held = [it for it in self.holds if it.since <= self.today <= (it.until or date.max)]
        past = [it for it in self.holds if it.until is not None and it.until < self.today]
        notes = [_wording.on_hold(self.policy, judgement.verdict, held)] if held else []
        notes += map(_wording.past_hold, past)
        verdict = "on_hold" if held else judgement.verdict
        return replace(judgement, verdict=verdict, assumptions=(*notes, *judgement.assumptions))

    def _is_controllers(self, judgement: Judgement, outcome: Outcome) -> bool:
        """Tell whether processor data has no term of its own."""
        has_term = any(one.rule.term is not None for one in outcome.applied)
        return (
            self.role == "verwerker"
            and not has_term
            and judgement.verdict in ("no_rule", "undetermined")
        )

    def _consent(
        self, evidence: Sequence[Evidence]
    ) -> tuple[Consent, date | None, tuple[str, ...]]:
        """Read consent given and withdrawn from the evidence, where it is stronger than a file."""
        dates: dict[str, date] = {}
        for piece in evidence:
            trigger = trigger_of(self.policy, piece.trigger).id
            if piece.source not in WEAK and piece.date <= self.today:
                dates[trigger] = max(piece.date, dates.get(trigger, date.min))
        given = dates.get("toestemming_gegeven")
        withdrawn = dates.get("toestemming_ingetrokken")
        if withdrawn is not None and (given is None or given <= withdrawn):
            return "no", withdrawn, ()
        if given is not None and self.consent == "unknown":
            return "yes", None, (_wording.proven_consent(given),)
        return self.consent, None, ()

    def _branches(self, rules: Sequence[Rule], consent: Consent) -> Iterator[tuple[Consent, bool]]:
        """Yield the readings, first the one that holds without proof: no consent, no customer."""
        consents: tuple[Consent, ...] = (consent,)
        if consent == "unknown":
            consents = ("no", "yes") if _has_consent_rule(rules) else ("no",)
        customers: tuple[bool, ...] = (bool(self.customer),)
        if self.customer is None and any(rule.customer is not None for rule in rules):
            customers = (False, True)
        yield from product(consents, customers)

    def _outcome(
        self,
        selection: Selection,
        evidence: Sequence[Evidence],
        branch: tuple[Consent, bool],
        withdrawn: date | None,
    ) -> Outcome:
        consent, customer = branch
        met: list[Rule] = []
        unmet: list[Rule] = []
        for rule in selection.rules:
            fits = rule.consent in (None, consent) and rule.customer in (None, customer)
            (met if fits else unmet).append(rule)
        outcome = decide(self.policy, met, selection.stages, evidence, self.today, withdrawn)
        return replace(
            outcome, unmet=tuple(Lost(rule, _wording.other_condition(rule)) for rule in unmet)
        )

    def _together(
        self, rules: Sequence[Rule], consent: Consent, outcomes: Sequence[Outcome]
    ) -> Judgement:
        """Join readings that differ: the first one's dates, no more certainty than they share."""
        judgements = [outcome.judgement for outcome in outcomes]
        verdicts = {judgement.verdict for judgement in judgements}
        what = (
            "Toestemming" if consent == "unknown" and _has_consent_rule(rules) else "Klant of niet"
        )
        told = dict.fromkeys(
            f"{judgement.rule or 'geen regel'}: {_wording.label(self.policy, judgement.verdict)}"
            for judgement in judgements
        )
        first = judgements[0]
        verdict = first.verdict
        if len(verdicts) > 1 and verdicts & EXPIRED:
            verdict = "possibly_overdue"
            if first.keep_until is None:
                first = next(one for one in judgements if one.verdict in EXPIRED)
        note = _wording.unknown_condition(what, tuple(told))
        return replace(first, verdict=verdict, assumptions=(note, *first.assumptions))


def _losers(
    selection: Selection, outcomes: Sequence[Outcome], applied: Iterable[Applied]
) -> tuple[Lost, ...]:
    """Return each rule that decides in no reading, once; an unmet condition is the last reason."""
    losses = [*selection.lost, *(one for outcome in outcomes for one in outcome.lost)]
    losses += [one for outcome in outcomes for one in outcome.unmet]
    deciding = {one.rule for one in applied}
    first = {one.rule: one for one in reversed(losses) if one.rule not in deciding}
    return tuple(one for one in losses if first.get(one.rule) is one)


def _has_consent_rule(rules: Sequence[Rule]) -> bool:
    return any(rule.consent is not None for rule in rules)


def _essence(judgement: Judgement) -> Judgement:
    return replace(judgement, rule=None, assumptions=())
