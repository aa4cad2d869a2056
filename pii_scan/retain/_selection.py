"""Which rules of a policy bear on an item, and which do not and why."""

from collections.abc import Iterable
from dataclasses import dataclass

from pii_scan.model import Policy, Role, Rule
from pii_scan.retain import _wording


@dataclass(frozen=True, slots=True)
class Lost:
    """A rule of the item's group and type that does not decide, and why (Dutch)."""

    rule: Rule
    reason: str


@dataclass(frozen=True, slots=True)
class Selection:
    """The rules for one subject group and document type, before dates and conditions."""

    rules: tuple[Rule, ...]
    lost: tuple[Lost, ...]
    stages: tuple[Rule, ...]
    """Rules that follow another one's end."""


def select(policy: Policy, subject_group: str, doc_type: str | None, role: Role) -> Selection:
    """Return the rules that bear on the group and type in this role."""
    group_rules = [rule for rule in policy.rules if rule.subject_group in (subject_group, "*")]
    followers = {rule.next_stage for rule in policy.rules if rule.next_stage}
    near = [rule for rule in group_rules if rule.doc_type in (doc_type, None)]
    kept: list[Rule] = []
    lost: list[Lost] = []
    for rule in near:
        if rule.id in followers:
            continue
        if not _fits_role(rule, role):
            lost.append(Lost(rule, _wording.other_role(role)))
        elif narrower := _narrower(rule, near, role):
            lost.append(Lost(rule, _wording.narrower(narrower)))
        else:
            kept.append(rule)
    stages = tuple(rule for rule in policy.rules if rule.id in followers)
    return Selection(tuple(kept), tuple(lost), stages)


def _fits_role(rule: Rule, role: Role) -> bool:
    return rule.role is None or role == "unknown" or rule.role == role


def _narrower(rule: Rule, near: Iterable[Rule], role: Role) -> Rule | None:
    if rule.doc_type is not None:
        return None
    for other in near:
        if other.doc_type is not None and other.policy == rule.policy and _fits_role(other, role):
            return other
    return None
