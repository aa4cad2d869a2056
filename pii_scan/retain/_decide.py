"""The verdict of rules on dated evidence, for one reading of the conditions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from pii_scan.model import Evidence, Judgement, Policy, Rule, Verdict
from pii_scan.retain import _wording
from pii_scan.retain._references import Reference, find_reference
from pii_scan.retain._selection import Lost
from pii_scan.retain.calendar import add, shifted

INSTRUCTION = 4
"""Rank of what the controller has instructed."""


@dataclass(frozen=True, slots=True)
class Applied:
    """A rule that bears on the item, with its dates."""

    rule: Rule
    reference: Reference | None
    """`None`: nothing dates the event."""
    end: date | None
    """Last day of the term counted from the date that was read; `None` without a date or a term."""
    first_end: date | None
    """Counted from the earliest day on which the event can have been; `None`: nothing bounds it."""
    last_end: date | None
    """Counted from the latest day."""

    @property
    def is_maximum(self) -> bool:
        """Whether it says when the item must be gone, or leaves that to the controller."""
        return self.rule.bound in ("max", "fixed")

    @property
    def is_minimum(self) -> bool:
        """Whether it says how long the item must stay."""
        return self.rule.bound in ("min", "fixed") and self.rule.term is not None

    @property
    def duty_end(self) -> date | None:
        """The last day of a duty to keep: to its latest end, where one is known."""
        return self.last_end or self.first_end

    def is_over(self, today: date) -> bool:
        """Whether its term has surely ended."""
        is_proof = self.reference is not None and self.reference.is_proof
        return is_proof and self.last_end is not None and self.last_end < today


@dataclass(frozen=True, slots=True)
class Outcome:
    """A judgement with the rules behind it."""

    judgement: Judgement
    applied: tuple[Applied, ...]
    """The deciding rule first."""
    lost: tuple[Lost, ...]
    unmet: tuple[Lost, ...] = ()
    """Rules whose condition is not met."""


def decide(
    policy: Policy,
    rules: Sequence[Rule],
    stages: Sequence[Rule],
    evidence: Sequence[Evidence],
    today: date,
    withdrawn: date | None,
) -> Outcome:
    """Weigh the rules that are left after selection and conditions."""
    timed = [_timed(policy, rule, evidence, today, withdrawn) for rule in rules]
    lost: list[Lost] = []
    timed = _without_defaults(timed, lost)
    ceiling = _ceiling(timed, lost)
    ceiling = _staged(policy, ceiling, stages, evidence, today)
    floors = _floors(timed, ceiling, lost)
    opens = [one for one in timed if one.rule.bound == "open"]
    case = _Case(policy, today, ceiling, floors, tuple(opens))
    judgement = case.judgement()
    parts = [ceiling, *floors, *opens]
    applied = [part for part in parts if part is not None]
    applied.sort(key=lambda one: one.rule.id != judgement.rule)
    applied = list(dict.fromkeys(applied))
    notes = _notes(policy, applied, stages, withdrawn, today)
    judgement = replace(judgement, assumptions=(*judgement.assumptions, *notes))
    return Outcome(judgement, tuple(applied), tuple(lost))


def _timed(
    policy: Policy,
    rule: Rule,
    evidence: Sequence[Evidence],
    today: date,
    withdrawn: date | None,
) -> Applied:
    reference = find_reference(policy, rule.trigger, evidence, today)
    if reference is None or rule.term is None:
        return Applied(rule, reference, None, None, None)
    least = withdrawn if withdrawn is not None and rule.consent == "no" else date.min

    def end(start: date | None, term: str) -> date | None:
        if start is None:
            return None
        return max(least, add(shifted(start, rule.shift, policy.book_year_end), term))

    starts = (reference.told, reference.earliest, reference.latest)
    return Applied(rule, reference, *(end(start, rule.term) for start in starts))


def _ceiling(timed: Sequence[Applied], lost: list[Lost]) -> Applied | None:
    """Return the maximum that goes before the others; a proposal never goes before a rule."""

    def order(one: Applied) -> tuple[bool, int, bool, date]:
        return (
            not one.rule.confirmed,
            one.rule.rank,
            one.end is None,
            one.end or date.max,
        )

    maxima = sorted((one for one in timed if one.is_maximum), key=order)
    instruction = next((one for one in maxima if _is_instruction(one.rule)), None)
    if instruction is not None:
        # What the law or the pack leaves to the opdrachtgever is what the opdrachtgever has said.
        left = [one for one in maxima if one.rule.term is None]
        lost += [Lost(one.rule, _wording.instructed(instruction.rule)) for one in left]
        maxima = [one for one in maxima if one.rule.term is not None]
    if not maxima:
        return None
    lost += [
        Lost(one.rule, _wording.outranked(maxima[0].rule))
        for one in maxima[1:]
        if not one.is_minimum
    ]
    return maxima[0]


def _is_instruction(rule: Rule) -> bool:
    return rule.rank == INSTRUCTION and rule.term is not None


def _staged(
    policy: Policy,
    ceiling: Applied | None,
    stages: Sequence[Rule],
    evidence: Sequence[Evidence],
    today: date,
) -> Applied | None:
    """Go on to the last stage whose turn it surely is: the one before has ended, and so has it."""
    seen = set()
    while ceiling is not None and ceiling.last_end is not None and ceiling.last_end < today:
        follower = _follower(ceiling.rule, stages)
        if follower is None or follower.id in seen:
            return ceiling
        seen.add(follower.id)
        after = _timed(policy, follower, evidence, today, None)
        if after.last_end is None or after.last_end >= today:
            return ceiling
        ceiling = after
    return ceiling


def _without_defaults(timed: Sequence[Applied], lost: list[Lost]) -> list[Applied]:
    """Leave out each maximum that ranks below a rule which says that there is no end."""
    opens = [one.rule for one in timed if one.rule.bound == "open" and one.rule.confirmed]
    first = min(opens, key=lambda rule: rule.rank, default=None)
    if first is None:
        return list(timed)
    below = [one for one in timed if one.rule.bound == "max" and one.rule.rank > first.rank]
    lost += [Lost(one.rule, _wording.outranked(first)) for one in below]
    return [one for one in timed if one not in below]


def _follower(rule: Rule, stages: Sequence[Rule]) -> Rule | None:
    for stage in stages:
        if stage.id == rule.next_stage and stage.policy == rule.policy:
            return stage
    return None


def _floors(
    timed: Sequence[Applied], ceiling: Applied | None, lost: list[Lost]
) -> tuple[Applied, ...]:
    """Return the minima that stand beside the maximum, the one that ends last first."""
    floors = []
    for one in timed:
        if not one.is_minimum:
            continue
        if ceiling is not None and _ends(ceiling, one):
            lost.append(Lost(one.rule, _wording.maximum_first(ceiling.rule)))
        else:
            floors.append(one)
    floors.sort(key=lambda one: (one.duty_end or date.min, -one.rule.rank), reverse=True)
    return tuple(floors)


def _ends(ceiling: Applied, minimum: Applied) -> bool:
    """Tell whether a maximum goes before a minimum; a proposal ends no duty to keep."""
    is_higher = ceiling.rule.rank < minimum.rule.rank
    return is_higher and ceiling.rule.confirmed and ceiling.end is not None


@dataclass(frozen=True, slots=True)
class _Case:
    policy: Policy
    today: date
    ceiling: Applied | None
    floors: tuple[Applied, ...]
    opens: tuple[Applied, ...]

    @property
    def must_keep_until(self) -> date | None:
        return self.floors[0].duty_end if self.floors else None

    @property
    def keep_until(self) -> date | None:
        """The earlier end of the maximum, or the end of the minimum that goes before it.

        `None` as well where the term runs by the date that was read and may yet have ended.
        """
        ceiling = self.ceiling
        if ceiling is None or ceiling.end is None:
            return None
        if ceiling.first_end is None and self.today <= ceiling.end:
            return None
        return max(ceiling.end, self.must_keep_until or date.min)

    @property
    def open_floor(self) -> Applied | None:
        """A minimum that is not proven to have ended."""
        return next((floor for floor in self.floors if not floor.is_over(self.today)), None)

    def judgement(self) -> Judgement:
        until = self.must_keep_until
        if until is not None and self.today <= until:
            return self._made("must_keep", self.floors[0], *self._conflicts())
        if self.ceiling is not None:
            return self._by_ceiling(self.ceiling)
        if self.floors and until is not None:
            return self._by_floors()
        rest = (*self.floors, *self.opens)
        if rest:
            return self._made("undetermined", rest[0])
        return Judgement(
            policy=self.policy.name,
            rule=None,
            where="",
            verdict="no_rule",
            trigger=None,
            reference_date=None,
            reference_source=None,
            keep_until=None,
            must_keep_until=None,
            action=None,
            assumptions=(_wording.no_rule(),),
        )

    def _by_floors(self) -> Judgement:
        """Judge what has no maximum and whose duties, where they are dated, seem to be over."""
        unproven = self.open_floor
        if unproven is None:
            note = _wording.minimum_ended(self.floors[0].rule)
        else:
            note = _wording.open_minimum(unproven.rule)
        if unproven is not None and not any(floor.is_over(self.today) for floor in self.floors):
            return self._made("undetermined", unproven, note, *self._conflicts())
        made = self._made("within", self.floors[0], note, *self._conflicts())
        return replace(made, action="review")

    def _by_ceiling(self, ceiling: Applied) -> Judgement:
        if ceiling.rule.term is None:
            return self._made("controller_decides", ceiling, _wording.controller_term(ceiling.rule))
        if ceiling.end is None:
            return self._made("undetermined", ceiling)
        if ceiling.first_end is not None and self.today <= ceiling.first_end:
            return self._made("within", ceiling)
        if self.keep_until is None:
            return self._made("undetermined", ceiling, _wording.unbounded(ceiling.rule))
        notes = self._conflicts()
        if self.open_floor is not None:
            notes = (*notes, _wording.open_minimum(self.open_floor.rule))
        is_certain = (
            ceiling.is_over(self.today) and ceiling.rule.confirmed and self.open_floor is None
        )
        return self._made("overdue" if is_certain else "possibly_overdue", ceiling, *notes)

    def _conflicts(self) -> tuple[str, ...]:
        """Say where minima differ, and where a minimum outlasts the maximum."""
        ends = [(floor.rule, floor.duty_end) for floor in self.floors if floor.duty_end]
        if not ends:
            return ()
        longest, last = ends[0]
        sentences = [
            _wording.shorter_minimum(rule, end, longest, last)
            for rule, end in ends[1:]
            if end < last
        ]
        if self.ceiling is not None and self.ceiling.end and self.ceiling.end < last:
            sentences.append(_wording.conflict(self.ceiling.rule, longest))
        return tuple(sentences)

    def _made(self, verdict: Verdict, by: Applied, *assumptions: str) -> Judgement:
        reference = by.reference
        return Judgement(
            policy=by.rule.policy,
            rule=by.rule.id,
            where="",
            verdict=verdict,
            trigger=by.rule.trigger,
            reference_date=reference.told if reference else None,
            reference_source=reference.evidence.source if reference else None,
            keep_until=self.keep_until,
            must_keep_until=self.must_keep_until,
            action=by.rule.action,
            assumptions=assumptions,
        )


def _notes(
    policy: Policy,
    applied: Sequence[Applied],
    stages: Sequence[Rule],
    withdrawn: date | None,
    today: date,
) -> list[str]:
    """Return what was taken for granted of each rule, without saying a thing twice."""
    notes = []
    ruled = [one.rule for one in applied]
    for one in applied:
        rule, reference = one.rule, one.reference
        notes += [rule.assumption] if rule.assumption else []
        if not rule.confirmed:
            notes.append(_wording.unconfirmed(rule))
        if withdrawn is not None and rule.consent == "no":
            notes.append(_wording.withdrawn(withdrawn))
        if reference is None:
            if rule.term is not None:
                notes.append(_wording.undated(policy, rule))
        elif reference.is_stand_in and rule.term is not None:
            notes.append(_wording.stand_in(policy, rule, reference))
        elif reference.earliest != reference.latest:
            notes.append(_wording.interval(policy, rule, reference))
        follower = _follower(rule, stages)
        if follower is None or follower in ruled or follower.term is None or reference is None:
            continue
        if one.last_end is not None and one.last_end < today:
            start = shifted(
                reference.latest or reference.told, follower.shift, policy.book_year_end
            )
            notes.append(_wording.next_stage(rule, follower, add(start, follower.term)))
    return list(dict.fromkeys(notes))
