"""Inzage: the places of a case as a table on which a person decides, and its way back."""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from pii_scan.errors import ConfigError
from pii_scan.inzage.casefile import Choice
from pii_scan.inzage.places import Place
from pii_scan.report.csv import cell

SCHEMA: Final = 1
COLUMNS: Final = ("kenmerk", "bestand", "plaats", "zekerheid", "redenen", "voorstel", "opnemen")
WORDS: Final = {"ja": True, "nee": False, "": None}
MAX_BYTES: Final = 50_000_000
_UNDECIDED: Final = "onbeslist"


def place_id(place: Place) -> str:
    """Return what a place is known by from one search to the next."""
    told = f"{place.result.item.uri}\0{place.where}\0{place.row}"
    return f"p{hashlib.sha256(told.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"


def chosen(places: Iterable[Place], choices: Mapping[str, Choice]) -> Iterator[Place]:
    """Yield the places with the decisions of a person in force.

    What an opdrachtgever has to answer for stays out, whatever was decided.
    """
    for place in places:
        choice = choices.get(place_id(place))
        if choice is None or place.is_held:
            yield place
            continue
        word = "opnemen" if choice.included else "niet opnemen"
        reason = f"besluit: {word} ({choice.by}, {choice.on.isoformat()})"
        yield replace(place, included=choice.included, reasons=(*place.reasons, reason))


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
    return dict(rows)


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
            word = (row["opnemen"] or "").strip().casefold()
            if word not in {*WORDS, _UNDECIDED}:
                raise ConfigError(f"{name}, line {rows.line_num}: opnemen is ja, nee or empty")
            yield (row["kenmerk"] or "").strip(), WORDS.get(word)
    except csv.Error:
        raise ConfigError(f"{name}, line {rows.line_num}: no valid CSV") from None
