"""Which date a rule's term runs from, and how much that date may prove."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import get_args

from pii_scan.model import DateSource, Evidence, Policy, Trigger

STRENGTH: tuple[DateSource, ...] = get_args(DateSource)
"""Strongest first."""

WEAK: frozenset[DateSource] = frozenset(("path", "file"))
"""Sources that date the item and not the event."""


@dataclass(frozen=True, slots=True)
class Reference:
    """The date or the two dates between which the event fell."""

    evidence: Evidence
    """The earlier one, under the id it was found with."""
    earliest: date
    latest: date
    is_proof: bool
    """Whether it may make an item overdue, or may only raise the question."""
    is_stand_in: bool
    """It is the date of something else, or of the event but read from a path or the file."""


def find_reference(
    policy: Policy, trigger_id: str, evidence: Sequence[Evidence], today: date
) -> Reference | None:
    """Return what the term runs from: the event's own date, else the best date that stands in."""
    trigger = trigger_of(policy, trigger_id)
    own = [piece for piece in evidence if trigger_of(policy, piece.trigger).id == trigger.id]
    if own:
        return _own_reference(trigger, own)
    if not trigger.stand_in:
        return None
    others = [
        piece
        for piece in evidence
        if piece.date <= today and trigger_of(policy, piece.trigger).stand_in
    ]
    if not others:
        return None
    best = min(others, key=lambda piece: _stand_in_order(policy, piece))
    found = trigger_of(policy, best.trigger)
    is_proof = (trigger.within_file and found.dates_item) or found.id in trigger.not_after
    return Reference(best, best.date, best.date, is_proof=is_proof, is_stand_in=True)


def trigger_of(policy: Policy, trigger_id: str) -> Trigger:
    """Return the trigger that goes by `trigger_id` or has it as an alias."""
    for trigger in policy.triggers:
        if trigger_id == trigger.id or trigger_id in trigger.aliases:
            return trigger
    return Trigger(trigger_id, trigger_id)


def _own_reference(trigger: Trigger, own: Sequence[Evidence]) -> Reference:
    strongest = min(STRENGTH.index(piece.source) for piece in own)
    best = [piece for piece in own if STRENGTH.index(piece.source) == strongest]
    if trigger.last:
        # Per spelling: an invoice sent and an invoice paid are two readings of one event.
        latest = {piece.trigger: piece for piece in sorted(best, key=lambda piece: piece.date)}
        best = list(latest.values())
    first = min(best, key=lambda piece: piece.date)
    is_weak = first.source in WEAK
    return Reference(
        evidence=first,
        earliest=first.date,
        latest=max(piece.date for piece in best),
        is_proof=trigger.within_file or not is_weak,
        is_stand_in=is_weak,
    )


def _stand_in_order(policy: Policy, piece: Evidence) -> tuple[bool, int, int]:
    """Dates of the item before those of a person; then by strength; then the latest."""
    other = not trigger_of(policy, piece.trigger).dates_item
    return other, STRENGTH.index(piece.source), -piece.date.toordinal()
