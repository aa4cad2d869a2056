"""Clauses that stand beside each other and tell about each other."""

from dataclasses import replace
from itertools import pairwise

from pii_scan.drafting.values import Clause
from pii_scan.model import Consent


def paired(clauses: list[Clause], sections: list[int]) -> list[Clause]:
    """Give a clause the condition that the one beside it makes plain.

    "At most a year. Without consent, four weeks": the year is with consent.
    """
    settled = list(clauses)
    for index, (left, right) in enumerate(pairwise(clauses)):
        if sections[index] != sections[index + 1] or not _are_pair(left, right):
            continue
        pair = _with_customer(*_with_consent(settled[index], right))
        is_alternative = (pair[0].consent, pair[0].customer) != (pair[1].consent, pair[1].customer)
        settled[index : index + 2] = _with_start(*pair) if is_alternative else pair
    return settled


def _are_pair(left: Clause, right: Clause) -> bool:
    same = set(left.groups) & set(right.groups) and left.doc_types == right.doc_types
    return bool(same) and left.kind in ("term", "vague") and right.kind in ("term", "vague")


def _with_consent(left: Clause, right: Clause) -> tuple[Clause, Clause]:
    if (left.consent is None) == (right.consent is None):
        return left, right
    known = left.consent or right.consent
    other: Consent = "no" if known == "yes" else "yes"
    bare, has_known = (right, left) if left.consent else (left, right)
    if bare.bound == "open" or has_known.bound == "open":
        return left, right
    bare = replace(bare, consent=other, questions=(*bare.questions, "paired"))
    return (left, bare) if left.consent else (bare, right)


def _with_customer(left: Clause, right: Clause) -> tuple[Clause, Clause]:
    if left.customer is None and right.customer is not None and left.bound != "open":
        asked = (*left.questions, "paired")
        return replace(left, customer=not right.customer, questions=asked), right
    return left, right


def _with_start(left: Clause, right: Clause) -> tuple[Clause, Clause]:
    guessed = {"no_trigger", "usual_trigger"}
    if (
        right.bound != "open"
        and guessed & set(right.questions)
        and not guessed & set(left.questions)
    ):
        asked = tuple(code for code in right.questions if code not in guessed)
        right = replace(
            right,
            trigger=left.trigger,
            trigger_label=left.trigger_label,
            shift=left.shift,
            questions=(*asked, "inherited_trigger"),
        )
    return left, right
