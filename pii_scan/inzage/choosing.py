"""Inzage: the places of a case as a table on which a person decides, and its way back."""

import csv
import hashlib
import io
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from pii_scan.errors import ConfigError
from pii_scan.inzage.casefile import Choice, spot_of
from pii_scan.inzage.opening import Reopen, Wanted
from pii_scan.inzage.places import Place
from pii_scan.report.csv import cell

SCHEMA: Final = 1
COLUMNS: Final = ("kenmerk", "bestand", "plaats", "zekerheid", "redenen", "voorstel", "opnemen")
WORDS: Final = {"ja": True, "nee": False, "": None}
MAX_BYTES: Final = 50_000_000
_UNDECIDED: Final = "onbeslist"
LAPSED: Final = "vervallen besluit, het bestand of het verzoek is gewijzigd"
SINCE: Final = "vervallen besluit, het bestand is na de scan gewijzigd: scan en zoek opnieuw"


def place_id(place: Place) -> str:
    """Return what a place, with what stands there, is known by from one search to the next."""
    told = f"{place.result.item.uri}\0{place.where}\0{place.row}"
    return f"p{_short(told)}-{_short(place.content)}"


def _short(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def chosen(
    places: Iterable[Place],
    choices: Mapping[str, Choice],
    lapsed: Mapping[str, Choice] | None = None,
) -> Iterator[Place]:
    """Yield the places with the decisions of a person in force.

    A decision is about what stood at the place when it was taken: once that has changed, it is
    told and not followed. What an opdrachtgever has to answer for stays out, whatever was decided.

    Args:
        places: As they were found.
        choices: By the id of a place.
        lapsed: Those that are known to hold no more.
    """
    past = {spot_of(key): one for key, one in {**(lapsed or {}), **choices}.items()}
    for place in places:
        key = place_id(place)
        if place.is_held:
            yield place
        elif (choice := choices.get(key)) is not None:
            reason = f"besluit: {_told(choice)}"
            yield replace(
                place,
                included=choice.included,
                decision=choice.included,
                reasons=(*place.reasons, reason),
            )
        elif (choice := past.get(spot_of(key))) is not None:
            yield replace(place, reasons=(*place.reasons, f"{LAPSED}: {_told(choice)}"))
        else:
            yield place


def standing(places: Iterable[Place], reopen: Reopen) -> Iterator[Place]:
    """Yield the places, those that were decided on only as far as their files are as scanned.

    Of a file that has changed since, nothing goes into an answer by a decision, and nothing that
    was left out comes back; that the decision holds no more is told.
    """
    held = tuple(places)
    files: dict[str, dict[str, Wanted]] = defaultdict(dict)
    for one in held:
        if one.decision is not None:
            item = one.result.item
            files[item.locator][item.uri] = Wanted(one.result.digest, frozenset())
    read = (one for _, one in reopen(files) if one.state == "read") if files else ()
    now = {one.item.uri: one.digest for one in read}
    for one in held:
        digest = one.result.digest
        if one.decision is None or now.get(one.result.item.uri, digest) == digest:
            yield one
            continue
        stays = one.included and one.match != "mogelijk"
        yield replace(
            one,
            included=stays,
            decision=None,
            is_outdated=True,
            reasons=(*one.reasons, SINCE),
        )


def _told(choice: Choice) -> str:
    word = "opnemen" if choice.included else "niet opnemen"
    return f"{word} ({choice.by}, {choice.on.isoformat()})"


def as_json(number: str, places: Iterable[Place], choices: Mapping[str, Choice]) -> bytes:
    """Return the review file of the places; `included` is true, false or null: not decided."""
    told = [
        {
            "id": place_id(one),
            "uri": one.result.item.uri,
            "where": one.where,
            "match": one.match,
            "reasons": list(one.reasons),
            "proposed": one.included,
            "included": _decided(one, choices),
        }
        for one in places
    ]
    whole = {"schema": SCHEMA, "type": "inzage.review", "case": number, "places": told}
    text = json.dumps(whole, ensure_ascii=False, indent=2) + "\n"
    return text.encode("utf-8", "backslashreplace")


def as_csv(places: Iterable[Place], choices: Mapping[str, Choice]) -> bytes:
    """Return the same for a Dutch spreadsheet, in which no cell is a formula."""
    sink = io.StringIO(newline="")
    writer = csv.writer(sink, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    words = {value: word for word, value in WORDS.items()}
    for one in places:
        row = (
            place_id(one),
            one.result.item.uri,
            one.where,
            one.match,
            "; ".join(one.reasons),
            words[one.included],
            words[_decided(one, choices)],
        )
        writer.writerow([cell(value) for value in row])
    return sink.getvalue().encode("utf-8-sig", "backslashreplace")


def parse(data: bytes, name: str, number: str) -> dict[str, bool | None]:
    """Return the decisions of a review file, JSON or CSV, by the id of a place.

    Raises:
        ConfigError: it is no review of this case, or a line cannot be followed; nothing is quoted.
    """
    if len(data) > MAX_BYTES:
        raise ConfigError(f"{name}: far too large for a review of places")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigError(f"{name}: no UTF-8 text; save it as UTF-8") from None
    rows = _of_json(text, name, number) if text.lstrip()[:1] == "{" else _of_csv(text, name)
    given: dict[str, bool | None] = {}
    for key, included in rows:
        if given.setdefault(key, included) != included:
            raise ConfigError(f"{name}: one place stands in it twice, with another decision each")
    return given


def _decided(place: Place, choices: Mapping[str, Choice]) -> bool | None:
    choice = choices.get(place_id(place))
    return None if choice is None else choice.included


def _of_json(text: str, name: str, number: str) -> Iterator[tuple[str, bool | None]]:
    try:
        whole: Any = json.loads(text)
    except (ValueError, RecursionError):
        raise ConfigError(f"{name}: no valid JSON") from None
    if whole.get("type") != "inzage.review" or not isinstance(whole.get("places"), list):
        raise ConfigError(f"{name}: is no review of places, as inzage search writes it")
    if whole.get("case") != number:
        raise ConfigError(f"{name}: is the review of another case than {number}")
    for at, one in enumerate(whole["places"], start=1):
        told = one if isinstance(one, dict) else {}
        known, included = told.get("id"), told.get("included")
        if not isinstance(known, str) or not (included is None or isinstance(included, bool)):
            raise ConfigError(f"{name}, place {at}: included is true, false or null")
        yield known, included


def _of_csv(text: str, name: str) -> Iterator[tuple[str, bool | None]]:
    # Excel writes commas instead where its language is English.
    separator = ";" if ";" in text.partition("\n")[0] else ","
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        if not {"kenmerk", "opnemen"} <= set(rows.fieldnames or ()):
            raise ConfigError(f"{name}: has no columns kenmerk and opnemen; is this a review?")
        for row in rows:
            if not any(isinstance(cell, str) and cell.strip() for cell in row.values()):
                continue  # what a spreadsheet leaves of a line that was emptied
            word = (row["opnemen"] or "").strip().casefold()
            if word not in {*WORDS, _UNDECIDED}:
                raise ConfigError(f"{name}, line {rows.line_num}: opnemen is ja, nee or empty")
            yield (row["kenmerk"] or "").strip(), WORDS.get(word)
    except csv.Error:
        raise ConfigError(f"{name}, line {rows.line_num}: no valid CSV") from None
