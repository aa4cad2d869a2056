"""What stands at a place, masked as it will leave, with the original beside it; and the letter."""

import re
from collections.abc import Iterator
from typing import Any

from starlette.responses import Response

from pii_scan.desk import casework
from pii_scan.desk.asking import Ask, at
from pii_scan.desk.pages._case import Held, held, page
from pii_scan.desk.pages._shared import number
from pii_scan.desk.rendering import address
from pii_scan.desk.sheets import View, views
from pii_scan.errors import PiiScanError
from pii_scan.inzage.masks import HIDDEN
from pii_scan.inzage.reviewing import STILL
from pii_scan.model import Item

PAGE = 60
LETTER_PAGES = 12
Piece = tuple[str, bool]
"""A piece of text, and whether it is a mask."""


@at("/inzage/{number}/kopie", "see")
def copies(ask: Ask) -> Response:
    """List the places of the last answer."""
    case = held(ask)
    return page(ask, "case_copies.html.j2", case, places=case.folder.copies())


@at("/inzage/{number}/kopie/{place}", "reveal")
def copy(ask: Ask) -> Response:
    """Show what leaves of a place, beside a page of the original that was opened for it.

    It holds the person's own data: that is logged.
    """
    case = held(ask)
    place = _place(ask, case)
    name = ask.query.get("gezien", "")
    view = ask.desk.shown.get(ask.session, name)
    if view is None:
        case.docket.note(case.file.number, "copy_shown", place=place["number"])
    path = f"/inzage/{case.file.number}/kopie/{place['number']}"
    return page(
        ask,
        "case_copy.html.j2",
        case,
        place=place,
        count=len(case.folder.copies()),
        passages=_passages(case, place),
        texts=_masks(case, place)[:PAGE],
        seen=casework.seen_of,
        still=STILL,
        view=view,
        opened=name,
        path=path,
        back=address(path, gezien=name if view else ""),
    )


@at("/inzage/{number}/kopie/{place}", "reveal", method="POST")
def original(ask: Ask) -> Response:
    """Open a page of the original, in clear; that is logged before."""
    case = held(ask)
    place = _place(ask, case)
    known = case.folder.original(place)
    found = ask.desk.store.result(*known) if known else None
    if found is None:
        raise PiiScanError("Dit bestand staat niet in de laatste scan.")
    at_page = number(ask.form.get("page", ""))
    told = {"place": place["number"], "page": at_page or place["where"]}
    case.docket.note(case.file.number, "original_shown", **told)
    view = views(found.item, [at_page] if at_page else [], place["where"])[0]
    path = f"/inzage/{case.file.number}/kopie/{place['number']}"
    return ask.back(address(path, gezien=ask.desk.shown.keep(ask.session, view)) + "#origineel")


@at("/inzage/{number}/brief", "reveal")
def letter(ask: Ask) -> Response:
    """Show the letter as it will leave, or would; that is logged."""
    case = held(ask)
    file = case.folder.letter
    drawn: list[tuple[View, str]] = []
    if file is not None:
        case.docket.note(case.file.number, "letter_shown", draft=case.folder.is_draft)
        found = views(Item(str(file), str(file), 0), range(1, LETTER_PAGES + 1))
        drawn = [(it, ask.desk.shown.keep(ask.session, it)) for it in found]
    return page(ask, "case_letter.html.j2", case, drawn=drawn)


@at("/beeld/{name}", "reveal")
def picture(ask: Ask) -> Response:
    """Give a picture to the one for whom it was drawn."""
    view = ask.desk.shown.get(ask.session, ask.path["name"])
    if view is None or not view.png:
        raise PiiScanError("Dit beeld is er niet meer: vraag de bladzijde opnieuw.")
    return Response(view.png, media_type="image/png")


def _masks(case: Held, place: dict[str, Any]) -> list[dict[str, str]]:
    """Return the texts that are masked at a place, and those that still wait for a decision."""
    wanted = str(place["number"])
    return [
        it
        for it in case.folder.masks()
        if it["kenmerk"] and (wanted in it["plaatsen"].split(", ") or it["getoond als"] == STILL)
    ]


def _passages(case: Held, place: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the passages of a place with their text cut at the masks."""
    labels = {it["getoond als"] for it in case.folder.masks()} - {"", STILL} | {HIDDEN}
    longest = sorted(labels, key=len, reverse=True)
    mask = re.compile(f"({'|'.join(map(re.escape, longest))})")

    def pieces(text: str) -> Iterator[Piece]:
        yield from ((it, it in labels) for it in mask.split(text) if it)

    return [
        {
            "where": told["where"],
            "cells": [(head, list(pieces(cell))) for head, cell in told.get("fields", ())],
            "lines": [list(pieces(line)) for line in told.get("text", "").split("\n")],
        }
        for told in place["extract"]
    ]


def _place(ask: Ask, case: Held) -> dict[str, Any]:
    wanted = number(ask.path["place"])
    for place in case.folder.copies():
        if place["number"] == wanted:
            return place
    raise PiiScanError("Deze plaats staat niet in het laatste antwoord.")
