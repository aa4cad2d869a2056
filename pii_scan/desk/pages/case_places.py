"""The places of a case: with why and how sure, and a person's decision to include or leave out."""

from collections import Counter
from typing import Any

from starlette.responses import Response

from pii_scan.desk import casework
from pii_scan.desk.asking import Ask, at
from pii_scan.desk.deciding import MeanwhileError
from pii_scan.desk.pages._case import Held, held, page, reason, said
from pii_scan.desk.pages._shared import number
from pii_scan.desk.rendering import address
from pii_scan.errors import ConfigError, PiiScanError
from pii_scan.inzage.casefile import Choice

PAGE = 40
MATCHES = ("zeker", "waarschijnlijk", "mogelijk")


@at("/inzage/{number}/plaatsen", "see")
def places(ask: Ask) -> Response:
    """List the places, those that wait for a decision first."""
    return _listed(ask, held(ask))


@at("/inzage/{number}/plaatsen", "decide", method="POST")
def decide(ask: Ask) -> Response:
    """Include a place or leave it out, or all places of one file."""
    case, form = held(ask, is_to_change=True), ask.form
    known = {it["id"]: it for it in case.folder.places()}
    place = known.get(form.get("place", ""))
    if place is None:
        raise PiiScanError("Deze plaats staat niet in de laatste zoekopdracht.")
    if form.get("choice") not in ("in", "out"):
        raise PiiScanError("Kies opnemen of weglaten.")
    why = reason(form.get("why", ""))
    today = ask.desk.serving.today()
    choice = Choice(form["choice"] == "in", ask.person.name, today, why)
    seen = {place["id"]: form.get("seen", "")}
    if form.get("whole") == "ja":
        # Of the others the page shows no more than that they are undecided.
        same = (it for it in known.values() if it["uri"] == place["uri"])
        seen = {it["id"]: "" for it in same if it["id"] not in case.file.choices} | seen
    try:
        casework.decide_places(case.docket, case.file, seen, choice)
    except MeanwhileError as error:
        return _listed(ask, held(ask), str(error), 409)
    except ConfigError as error:
        return _listed(ask, held(ask), said(ask, error), 422)
    return ask.back(form.get("terug", "") or f"/inzage/{case.file.number}/plaatsen")


def _listed(ask: Ask, case: Held, message: str = "", status: int = 200) -> Response:
    query = {name: ask.query.get(name, "") for name in ("zekerheid", "besluit")}
    everything = case.folder.places()
    found = [it for it in everything if _is_asked(it, case, query)]
    counted = Counter(it["match"] for it in everything)
    start, path = number(ask.query.get("vanaf", "")), f"/inzage/{case.file.number}/plaatsen"
    shown = found[start : start + PAGE]
    more = address(path, **query, vanaf=start + PAGE) if len(found) > start + PAGE else ""
    return page(
        ask,
        "case_places.html.j2",
        case,
        status=status,
        message=message,
        query=query,
        counts={match: counted[match] for match in MATCHES},
        rows=[(it, case.file.choices.get(it["id"])) for it in shown],
        seen=casework.seen_of,
        path=path,
        count=len(found),
        more=more,
    )


def _is_asked(place: dict[str, Any], case: Held, query: dict[str, str]) -> bool:
    is_open = place["id"] not in case.file.choices
    return query["zekerheid"] in ("", place["match"]) and (query["besluit"] != "open" or is_open)
