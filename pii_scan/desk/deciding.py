"""Decisions on what a scan says: the one way to make them, for the page and the command line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal, get_args

from pii_scan.config.suppressions import append, place_suppression, value_suppression
from pii_scan.config.vocabulary import load_vocabulary
from pii_scan.errors import ConfigError, PiiScanError
from pii_scan.model import (
    Assignment,
    Decision,
    DecisionKind,
    GroupStatus,
    Result,
    Suppression,
    group_id,
)
from pii_scan.store import Signer, Store
from pii_scan.store.browsing import Group

Choice = Literal["right", "wrong", "hold", "open"]
CHOICES: tuple[Choice, ...] = get_args(Choice)
LONGEST = 300
"""Characters of a reason."""


class MeanwhileError(PiiScanError):
    """Somebody else was first; nothing was written."""


@dataclass(frozen=True, slots=True)
class Who:
    """The one who decides, and the key that signs for it."""

    name: str
    today: date
    signer: Signer | None
    judged: Path
    """The list that takes what is judged wrong."""


def choose(
    store: Store,
    who: Who,
    group: Group,
    choice: Choice,
    seen: int,
    reason: str = "",
    until: date | None = None,
) -> Decision:
    """Decide on a group of findings. `seen` is the number of the decision that the person saw.

    What is wrong is suppressed from the next scan on, until a day; with another decision no more.

    Raises:
        MeanwhileError: somebody else has decided on it since.
        ConfigError: a reason or day is wrong.
    """
    reason = _line(reason)
    made: Suppression | None = None
    if choice == "wrong":
        if until is None or not reason:
            raise ConfigError("wrong asks for a reason, and for a day until which it holds")
        by = (reason, who.name, who.today, until)
        made = (
            value_suppression(group.entity, (group.subject,), *by)
            if group.masked
            else place_suppression(group.entity, group.folder, *by)
        )
    data: dict[str, Any] = {"entity": group.entity, "findings": group.findings}
    if reason:
        data["reason"] = reason
    if until is not None:
        data["until"] = until.isoformat()
    if made is not None:
        data["suppression"] = made.id
    decision = _next(who, "finding", group.subject, choice, data, seen)
    last = _check_seen(store, decision)
    undone = last.data.get("suppression", "") if last else ""
    if made is not None or undone:
        # Before the decision: a list that cannot be written must not leave one that says it was.
        append(who.judged, [made] if made else [], without=undone)
    _write(store, who, decision, made)
    return decision


def correct(
    store: Store,
    who: Who,
    result: Result,
    kind: DecisionKind,
    choice: str,
    seen: int,
    trigger: str = "",
    reason: str = "",
    group: str = "",
) -> Decision:
    """Set the date that an item's term runs from, or what kind of document it is and about whom.

    Raises:
        MeanwhileError: somebody else has done so since.
        ConfigError: it is no date, or no known event or type.
    """
    words = load_vocabulary()
    data: dict[str, Any] = {"reason": _line(reason)} if reason else {}
    # It is about what the person saw: another version of the file is judged as it is read.
    data["digest"] = result.digest
    if result.sections or (result.rows and kind == "date"):
        raise ConfigError("parts of this file are judged by themselves: correct them in a register")
    if kind == "date":
        if not _is_day(choice):
            raise ConfigError("write the date as 2026-11-26")
        if trigger not in {it.id for it in words.triggers}:
            raise ConfigError("choose of which known event this is the date")
        data["trigger"] = trigger
    elif choice not in words.doc_types:
        raise ConfigError("choose a type of document that is known")
    elif group and group not in words.subject_groups:
        raise ConfigError("choose a group of people that is known")
    elif group:
        data["group"] = group
    decision = _next(who, kind, result.item.uri, choice, data, seen)
    _check_seen(store, decision)
    _write(store, who, decision, None)
    return decision


def assign(
    store: Store,
    who: Who,
    path: str,
    entity: str | None,
    seen: int,
    told: Mapping[str, Any],
) -> Assignment:
    """Say who deals with a group or item, by when, and how far that is.

    Raises:
        MeanwhileError: somebody else has done so since.
    """
    history = store.assigned(group_id(path, entity))
    if (history[-1].revision if history else 0) != seen:
        raise MeanwhileError("somebody else has assigned this meanwhile")
    now = datetime.now(UTC)
    last = history[-1] if history else Assignment(path, entity, "", None, "open", "", "", now, 0)
    step = replace(last, **told, by=who.name, at=now, revision=seen + 1)
    step = replace(step, owner=_line(step.owner), note=_line(step.note))
    try:
        store.assign([step], who.name, who.signer)
    except ConfigError:
        raise MeanwhileError("somebody else has assigned this meanwhile") from None
    return step


def statuses() -> Sequence[GroupStatus]:
    """Return how far something can be."""
    return get_args(GroupStatus)


def day(text: str) -> date | None:
    """Return an ISO date, or `None` for nothing.

    Raises:
        ConfigError: it is no date.
    """
    if not text:
        return None
    if not _is_day(text):
        raise ConfigError("write the date as 2026-11-26")
    return date.fromisoformat(text)


def _next(
    who: Who, kind: DecisionKind, subject: str, choice: str, data: Mapping[str, Any], seen: int
) -> Decision:
    return Decision(kind, subject, choice, data, who.name, datetime.now(UTC), seen + 1)


def _check_seen(store: Store, decision: Decision) -> Decision | None:
    last = store.decided(decision.kind, [decision.subject]).get(decision.subject)
    if (last.revision if last else 0) != decision.revision - 1:
        raise MeanwhileError("somebody else has decided on this meanwhile")
    return last


def _write(store: Store, who: Who, decision: Decision, made: Suppression | None) -> None:
    try:
        store.decide(decision, who.signer, made)
    except ConfigError:
        raise MeanwhileError("somebody else has decided on this meanwhile") from None


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _line(text: str) -> str:
    told = " ".join(text.split())
    if len(told) > LONGEST or not told.isprintable():
        raise ConfigError(f"write one line of at most {LONGEST} characters")
    return told
