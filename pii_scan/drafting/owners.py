"""Whose a clause is: what it is about as groups and document types of the vocabulary."""

from dataclasses import replace
from typing import Final

from pii_scan.drafting.context import About
from pii_scan.drafting.values import Clause

PROCESSED: Final = "klant_van_opdrachtgever"
VAGUE_GROUPS: Final = ("opdrachtgever", "onbekend")
EVERYONE: Final = "*"


def meant(about: About, trigger: str) -> About:
    """Keep those people whose event is named: "until they unsubscribe" tells of subscribers."""
    meant = [one for one in about.subjects if one.trigger == trigger and not one.doc_types]
    others = [one for one in about.subjects if one.trigger is None and not one.doc_types]
    if not meant or not others:
        return about
    kept = tuple(one for one in about.subjects if one not in others)
    return replace(about, subjects=kept)


def owners(about: About) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return groups, document types and what is doubtful about them."""
    people = [one for one in about.subjects if one.groups and not one.doc_types]
    papers = [one for one in about.subjects if one.doc_types]
    owners = people or [one for one in papers if one.groups]
    groups = dict.fromkeys(group for one in owners for group in one.groups)
    asked: list[str] = []
    if not groups:
        groups = dict.fromkeys(one.usual_group for one in papers if one.usual_group)
        asked += ["usual_group"] if groups else ["no_group"]
    if any(not one.is_known for one in about.subjects):
        asked.append("unknown_group")
    if groups and not about.is_direct:
        asked.append("context_group")
    doc_types = dict.fromkeys(kind for one in papers for kind in one.doc_types)
    return tuple(groups) or (EVERYONE,), tuple(doc_types), tuple(asked)


def held_for_another(clause: Clause) -> Clause:
    """Say whose data it is that is processed for others, where no narrower group is named."""
    if PROCESSED not in clause.groups and not set(clause.groups) <= {EVERYONE, *VAGUE_GROUPS}:
        return clause
    asked = tuple(code for code in clause.questions if code not in ("no_group", "usual_group"))
    return replace(clause, groups=(PROCESSED,), questions=asked)
