"""Between which dates a rule's event fell, as the evidence tells, and what that may prove."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import get_args

from pii_scan.model import DateSource, Evidence, Policy, Trigger

STRENGTH: tuple[DateSource, ...] = get_args(DateSource)
"""Strongest first."""

WEAK: frozenset[DateSource] = frozenset(("path", "file"))
"""Sources that date the item and not the event."""

NAME = "name"
"""Where a date of source "path" stands that is the file's own; a folder's is not."""


@dataclass(frozen=True, slots=True)
class Reference:
    """The interval in which the event fell."""

    evidence: Evidence
    """What the interval rests on; of several dates the earliest, under the id it was found with."""
    told: date
    """The date to count with where nothing bounds the event: the earliest, or what was read."""
    earliest: date | None
    """The event cannot be earlier; `None`: nothing says so."""
    latest: date | None
    """It cannot be later; `None`: nothing says so."""
    is_proof: bool
    """Whether `latest` may make an item overdue, or end a duty to keep it."""
    is_stand_in: bool
    """It is the date of something else, or of the event but read from a path or the file."""


def find_reference(
    policy: Policy, trigger_id: str, evidence: Sequence[Evidence], today: date
) -> Reference | None:
    """Return where the event lies: by its own dates, else by the best date that stands in."""
    trigger = trigger_of(policy, trigger_id)
    own = [piece for piece in evidence if trigger_of(policy, piece.trigger).id == trigger.id]
    if own:
        return _own_reference(trigger, own, evidence)
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
    return _stand_in(policy, trigger, best, evidence)


def trigger_of(policy: Policy, trigger_id: str) -> Trigger:
    """Return the trigger that goes by `trigger_id` or has it as an alias."""
    for trigger in policy.triggers:
        if trigger_id == trigger.id or trigger_id in trigger.aliases:
            return trigger
    return Trigger(trigger_id, trigger_id)


def _own_reference(
    trigger: Trigger, own: Sequence[Evidence], evidence: Sequence[Evidence]
) -> Reference:
    strongest = min(STRENGTH.index(piece.source) for piece in own)
    best = [piece for piece in own if STRENGTH.index(piece.source) == strongest]
    if best[0].source in WEAK:
        return _weak(trigger, best, evidence, is_bounded=trigger.within_file or trigger.dates_item)
    if trigger.last:
        # Per spelling: an invoice sent and an invoice paid are two readings of one event.
        latest = {piece.trigger: piece for piece in sorted(best, key=lambda piece: piece.date)}
        best = list(latest.values())
    first = min(best, key=lambda piece: piece.date)
    last = max(piece.date for piece in best)
    return Reference(first, first.date, first.date, last, is_proof=True, is_stand_in=False)


def _weak(
    trigger: Trigger, best: Sequence[Evidence], evidence: Sequence[Evidence], *, is_bounded: bool
) -> Reference:
    """Return what the path or the file's date says of an event.

    `is_bounded`: the event cannot be later than the file that tells of it.

    A name says from when until when; a folder may hold what is older, and a file's date is that of
    its last copy, so that nothing bounds the event from below.
    """
    named = [piece for piece in best if piece.source == "path" and piece.where == NAME]
    is_proof = trigger.within_file
    if not named:
        last = max(best, key=lambda piece: piece.date)
        latest = last.date if is_bounded else None
        return Reference(last, last.date, None, latest, is_proof=is_proof, is_stand_in=True)
    first = min(named, key=lambda piece: piece.date)
    latest = None
    if is_bounded:
        latest = max(piece.date for piece in named)
        # What the name leaves open, the day on which the file was written may close.
        written = [piece.date for piece in evidence if piece.source == "file"]
        latest = min([latest, *(day for day in written if day >= first.date)])
    return Reference(first, first.date, first.date, latest, is_proof=is_proof, is_stand_in=True)


def _stand_in(
    policy: Policy, trigger: Trigger, best: Evidence, evidence: Sequence[Evidence]
) -> Reference:
    """Return what the date of something else says of the event."""
    found = trigger_of(policy, best.trigger)
    if found.id in trigger.not_after:
        return Reference(best, best.date, None, best.date, is_proof=True, is_stand_in=True)
    if not found.dates_item:
        return Reference(best, best.date, None, None, is_proof=False, is_stand_in=True)
    if best.source in WEAK:
        alike = [piece for piece in evidence if piece.source == best.source]
        alike = [piece for piece in alike if trigger_of(policy, piece.trigger).id == found.id]
        return _weak(trigger, alike, evidence, is_bounded=trigger.within_file)
    # The item was made on that day. An event that it records happened then; one of a person or a
    # contract that it is about comes no earlier than what was written in the course of it.
    latest = best.date if trigger.within_file else None
    is_proof = trigger.within_file
    return Reference(best, best.date, best.date, latest, is_proof=is_proof, is_stand_in=True)


def _stand_in_order(policy: Policy, piece: Evidence) -> tuple[bool, int, int]:
    """Dates of the item before those of a person; then by strength; then the latest."""
    other = not trigger_of(policy, piece.trigger).dates_item
    return other, STRENGTH.index(piece.source), -piece.date.toordinal()
