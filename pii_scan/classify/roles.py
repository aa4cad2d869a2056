"""Stage 5, classify: who is who in a note, a mail or a chat, by evidence in log-odds.

A name is the subject's (whose matter it is), an agent's (who acts or writes for the organisation)
or a third party's. Cues beside a name speak for a role, or say that the name is the speaker's or of
the one spoken to; who speaks, the organisation or a person, follows from the words of the letter,
the mail or the turn. All mentions of one person count together.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final, get_args

from pii_scan.classify._people import Person, people
from pii_scan.classify._votes import HEADED, Beside, Scene, Vote, by_heading, cues_beside, votes
from pii_scan.classify.knowledge import RoleCues, Scored
from pii_scan.model import Hit, PersonRole

_ROLES: Final[tuple[Scored, ...]] = get_args(Scored)
_PRIOR: Final[Mapping[Scored, float]] = {"subject": -0.4, "agent": -0.6, "third_party": 0.0}
"""Of a name of which nothing is known."""
_LEAST: Final[Mapping[Scored, float]] = {"subject": 0.6, "agent": 0.45, "third_party": 0.46}
"""Below this chance nothing is said; of the subject, whose data is not masked, more is asked."""
_FIRST: Final = 2.6
"""For the subject: the first to be named."""
_PLAIN: Final = 1.5
"""From this weight on it is plain that somebody is an agent."""
_AND: Final = 1.0
"""Share of the evidence for a name that holds for the next: "zoons Jan en Piet"."""
_IDENTIFIER: Final = 0.5
_MOST_IDENTIFIERS: Final = 2
_BESIDE: Final = 150
"""Characters behind a name in which an identifier is that person's."""
_SURE: Final = 0.8
_LEAST_VOTE: Final = 0.7
"""What weighs less than this says next to nothing."""
_OTHERS: Final = 1.0
"""For a third party: next to nothing is said of the name, and another is plainly the subject."""
_IDENTIFIERS: Final = frozenset(
    {"CUSTOMER_NUMBER", "NL_BSN", "DATE_OF_BIRTH", "IBAN_CODE", "PHONE_NUMBER", "EMAIL_ADDRESS"}
    | {"STREET_ADDRESS", "NL_ID_DOCUMENT", "NL_DRIVERS_LICENSE"}
)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person is in a document, and why."""

    role: PersonRole
    reasons: tuple[tuple[str, float], ...] = ()
    """What spoke for the role, and with a minus what against it; heaviest first. No value."""


UNKNOWN: Final = Standing("unknown")


def roles(text: str, hits: Iterable[Hit], cues: RoleCues) -> dict[Hit, Standing]:
    """Return the standing of every PERSON among the hits of one text."""
    ordered = sorted(hits, key=lambda hit: (hit.start, hit.end))
    names = [hit for hit in ordered if hit.entity == "PERSON"]
    if not names:
        return {}
    scene = Scene(text, names, cues)
    joined = {
        first: second
        for first, second in pairwise(scene.names)
        if cues.joined.fullmatch(text, first.end, second.start)
    }
    beside = {hit: list(cues_beside(scene, hit)) for hit in scene.names}
    kin = {hit for hit, found in beside.items() if any(cue.is_kin for cue, _ in found)}
    who = people(text, scene.names, kin, cues)
    _share(who, beside, joined)
    heard = [
        [vote for hit in one.mentions for vote in votes(scene, hit, beside[hit])] for one in who
    ]
    for index, number in _identified(ordered, who).items():
        heard[index].append(("subject", "identifiers", _IDENTIFIER * number))
    if scene.stretches[0].kind == "note":
        _add_first(who, heard, joined)
    if any(_chances(found)["subject"] > _SURE for found in heard):
        for found in heard:
            if not any(weight >= _LEAST_VOTE for _, _, weight in found):
                found.append(("third_party", "other than the subject", _OTHERS))
    return {
        hit: standing
        for one, standing in zip(who, map(_standing, heard), strict=True)
        for hit in one.mentions
    }


def in_rows(text: str, hits: Iterable[Hit], cues: RoleCues) -> dict[Hit, Standing]:
    """Return the same for a table, in which each row is about somebody else."""
    rows: dict[int | None, list[Hit]] = defaultdict(list)
    for hit in hits:
        rows[hit.row].append(hit)
    found: dict[Hit, Standing] = {}
    for own in rows.values():
        names = [hit for hit in own if hit.entity == "PERSON"]
        headed = {hit: by_heading(hit.column or "", cues) for hit in names}
        if all(headed.values()):
            found |= {hit: _headed(role) for hit, role in headed.items() if role}
            continue
        start = text.rfind("\n", 0, min(hit.start for hit in own)) + 1
        end = text.find("\n", max(hit.end for hit in own))
        line = text[start : len(text) if end < 0 else end]
        moved = {replace(it, start=it.start - start, end=it.end - start): it for it in own}
        found |= {moved[hit]: standing for hit, standing in roles(line, moved, cues).items()}
    return found


def _headed(role: Scored) -> Standing:
    return Standing(role, ((f"heading {role}", HEADED),))


def _share(
    who: Iterable[Person], beside: dict[Hit, list[Beside]], joined: Mapping[Hit, Hit]
) -> None:
    """Give a person without cues those of the name before, as in "kinderen Jan en Piet"."""
    bare = {
        hit for one in who if not any(beside[it] for it in one.mentions) for hit in one.mentions
    }
    for first, second in joined.items():
        if second in bare:
            beside[second] = [
                (replace(cue, weight=_AND * cue.weight), words)
                for cue, words in beside[first]
                if cue.place in ("before", "label")
            ]


def _identified(hits: Sequence[Hit], who: Sequence[Person]) -> dict[int, int]:
    """Count the identifiers that stand straight behind each person's name."""
    number = {hit: index for index, one in enumerate(who) for hit in one.mentions}
    counted: dict[int, int] = defaultdict(int)
    last: Hit | None = None
    for hit in hits:
        if hit.entity == "PERSON":
            last = hit
        elif last and hit.entity in _IDENTIFIERS and hit.start - last.end <= _BESIDE:
            counted[number[last]] += 1
    return {index: min(count, _MOST_IDENTIFIERS) for index, count in counted.items()}


def _add_first(
    who: Sequence[Person], heard: Sequence[list[Vote]], joined: Mapping[Hit, Hit]
) -> None:
    """Add that a note is likely about the first whom it names, the writer excepted."""
    for one, found in zip(who, heard, strict=True):
        if sum(weight for role, _, weight in found if role == "agent") < _PLAIN:
            found.append(("subject", "named first", _FIRST))
            second = joined.get(one.mentions[0])
            for other, others in zip(who, heard, strict=True):
                if second in other.mentions and other is not one:
                    others.append(("subject", "named with the first", _AND * _FIRST))
            return


def _chances(found: Iterable[Vote]) -> dict[Scored, float]:
    """Return the chance of each role; of the same evidence at several mentions the best counts."""
    best: dict[tuple[Scored, str], float] = {}
    for role, words, weight in found:
        best[role, words] = max(weight, best.get((role, words), weight))
    total = dict(_PRIOR)
    for (role, _), weight in best.items():
        total[role] += weight
    top = max(total.values())
    raised = {role: math.exp(value - top) for role, value in total.items()}
    return {role: value / sum(raised.values()) for role, value in raised.items()}


def _standing(found: Sequence[Vote]) -> Standing:
    chances = _chances(found)
    role = max(_ROLES, key=lambda role: chances[role])
    if chances[role] < _LEAST[role]:
        return UNKNOWN
    signed = {
        words: round(weight if its == role else -weight, 2)
        for its, words, weight in sorted(found, key=lambda vote: abs(vote[2]))
    }
    return Standing(role, tuple(sorted(signed.items(), key=lambda it: (-abs(it[1]), it[0]))))
