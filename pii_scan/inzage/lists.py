"""Inzage: work lists for what may follow on the answer: rectification (16) and erasure (17 AVG)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from pii_scan.inzage import _dutch as dutch
from pii_scan.inzage.answer import Answer, Found
from pii_scan.inzage.frame import Frame
from pii_scan.inzage.own import own_values
from pii_scan.inzage.places import Place
from pii_scan.model import Judgement, Verdict

RECTIFY: Final = (
    *("nr", "plaats", "waar", "gegeven", "huidige waarde", "nieuwe waarde"),
    *("ook te melden aan (art. 19 AVG)", "aangepast op", "door"),
)
ERASE: Final = (
    *("nr", "plaats", "waar", "soort document", "wissen", "waarom", "tot en met"),
    *("regel", "bron van de regel", "ook te melden aan (art. 19 AVG)", "gewist op", "door"),
)
MAY, MUST, ASK, TELL = "mag", "mag nog niet", "te beoordelen", "opdrachtgever beslist"
_OUTCOMES: Final[dict[Verdict, tuple[str, str]]] = {
    "on_hold": (MUST, "bevroren voor een onderzoek of procedure (art. 17 lid 3 onder e AVG)"),
    "must_keep": (MUST, "een wet of regel verplicht tot bewaren (art. 17 lid 3 onder b AVG)"),
    "controller_decides": (TELL, "de termijn is van de opdrachtgever"),
    "undetermined": (ASK, "er is een regel, maar geen datum waarop de termijn begint"),
    "no_rule": (ASK, "het beleid heeft geen regel voor dit gegeven"),
    "within": (MAY, "binnen de termijn; nergens blijkt een plicht om te bewaren"),
    "possibly_overdue": (MAY, "de termijn is waarschijnlijk voorbij"),
    "overdue": (MAY, "de termijn is voorbij"),
}
"""Verdict -> whether it may be erased on request, and why; what decides first, comes first."""


def rectification(answer: Answer, frame: Frame) -> Iterator[dict[str, object]]:
    """Yield where which value of the person stands, with room for the new one."""
    for number, one in enumerate(answer.found, start=1):
        for label, value in own_values(one.copy.passages, answer.redactor):
            yield {
                **_place(number, one, frame),
                "gegeven": label,
                "huidige waarde": value,
            }


def erasure(answer: Answer, frame: Frame) -> Iterator[dict[str, object]]:
    """Yield for each place whether it may go, and if not why and until when."""
    for number, one in enumerate(answer.found, start=1):
        fate = fate_of(one.place, is_processors=answer.is_processors)
        rule = frame.rule(fate.judgement) if fate.judgement else None
        yield {
            **_place(number, one, frame),
            "soort document": frame.doc_type(one),
            "wissen": fate.outcome,
            "waarom": fate.why,
            "tot en met": fate.until,
            "regel": f"{rule.title or rule.id} ({rule.policy}/{rule.id})" if rule else "",
            "bron van de regel": rule.source if rule else "",
        }


@dataclass(frozen=True, slots=True)
class Fate:
    """Whether a place may be erased."""

    outcome: str
    """Dutch, one of `MAY`, `MUST`, `ASK` and `TELL`; so is `why`."""
    why: str
    until: str
    """ISO date or what has to happen first; empty where it need not stay."""
    judgement: Judgement | None
    """Which decides."""


def fate_of(place: Place, *, is_processors: bool) -> Fate:
    """Return whether a place may be erased, by the gravest of what the policy says of it."""
    judgements = sorted(place.judgements, key=lambda it: list(_OUTCOMES).index(it.verdict))
    judgement = judgements[0] if judgements else None
    verdict = judgement.verdict if judgement else "no_rule"
    outcome, why = _OUTCOMES["controller_decides" if is_processors else verdict]
    return Fate(outcome, why, _until(judgement, outcome), judgement)


def _until(judgement: Judgement | None, outcome: str) -> str:
    if outcome != MUST or judgement is None:
        return ""
    until: date | None = judgement.must_keep_until or judgement.keep_until
    return until.isoformat() if until else "de bevriezing wordt opgeheven"


def _place(number: int, one: Found, frame: Frame) -> dict[str, object]:
    told = dict.fromkeys(name for it in frame.processing([one]) for name in it.recipients)
    return {
        "nr": number,
        "plaats": one.address,
        "waar": dutch.place(one.where),
        "ook te melden aan (art. 19 AVG)": "; ".join(told),
    }
