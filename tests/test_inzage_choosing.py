"""The review of places: written, filled in by a person, read back."""

import json
from dataclasses import replace
from datetime import date

import pytest

from pii_scan.errors import ConfigError
from pii_scan.inzage.casefile import Choice
from pii_scan.inzage.choosing import as_csv, as_json, chosen, parse, place_id
from pii_scan.inzage.places import Place
from pii_scan.inzage.subject import Match
from tests.invented_case import result

DAY = date(2026, 11, 20)
NUMBER = "I-2026-001"


def place(uri: str = "a.csv", where: str = "row 2", match: Match = "zeker", **more: bool) -> Place:
    included = match != "mogelijk"
    return Place(result(uri, ()), where, where, 2, match, ("x",), included, **more)


PLACES = [place(), place("=b.csv", match="mogelijk"), place("c.csv")]


@pytest.mark.parametrize("form", ["json", "csv", "excel"])
def test_what_a_person_fills_in_comes_back(form: str) -> None:
    if form == "json":
        whole = json.loads(as_json(NUMBER, PLACES, {}))
        whole["places"][1]["included"] = True
        whole["places"][2]["included"] = False
        data = json.dumps(whole).encode()
    else:
        text = as_csv(PLACES, {}).decode("utf-8-sig")
        lines = text.splitlines()
        assert "'=b.csv" in lines[2]
        lines[2] += "Ja"
        lines[3] += "nee "
        text = "\n".join(lines)
        data = (text.replace(";", ",") if form == "excel" else text).encode("utf-8-sig")
    given = parse(data, "review", NUMBER)
    assert given == dict(zip(map(place_id, PLACES), (None, True, False), strict=True))


def test_a_line_that_was_emptied_is_none() -> None:
    assert parse(b"kenmerk;opnemen\n;\np1;ja\n ; \np1;ja\n", "review", NUMBER) == {"p1": True}


def test_decisions_are_shown_when_it_is_written_again() -> None:
    decided = {place_id(PLACES[1]): Choice(True, "tester", DAY)}
    whole = json.loads(as_json(NUMBER, PLACES, decided))
    assert [it["included"] for it in whole["places"]] == [None, True, None]
    assert [it["proposed"] for it in whole["places"]] == [True, False, True]
    assert as_csv(PLACES, decided).decode().splitlines()[2].endswith(";nee;ja")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"{", "no valid JSON"),
        (b"{}", "no review"),
        (b'{"type": "inzage.review", "case": "I-2026-009", "places": []}', "another case"),
        (
            b'{"type": "inzage.review", "case": "I-2026-001", "places": [{"id": "p", "included": '
            b'"ja"}]}',
            "place 1: included is true, false or null",
        ),
        (
            b'{"type": "inzage.review", "case": "I-2026-001", "places": ["geheim"]}',
            "place 1",
        ),
        (b"naam;adres\nx;y\n", "no columns kenmerk and opnemen"),
        (b"kenmerk;opnemen\np1;misschien\n", "line 2: opnemen is ja, nee or empty"),
        (b"\xff\xfe\x00", "no UTF-8"),
        (b"", "no columns"),
        (b"kenmerk;opnemen\np1;ja\np2;nee\np1;nee\n", "one place stands in it twice"),
    ],
)
def test_what_is_no_review_is_said_without_quoting(data: bytes, says: str) -> None:
    with pytest.raises(ConfigError, match=says) as error:
        parse(data, "review", NUMBER)
    assert "geheim" not in str(error.value)
    assert "misschien" not in str(error.value)


def test_a_decision_is_in_force_but_not_over_what_an_opdrachtgever_answers_for() -> None:
    places = [place(match="mogelijk"), place("b"), place("c", match="mogelijk", is_held=True)]
    choices = {
        place_id(places[0]): Choice(True, "An", DAY),
        place_id(places[1]): Choice(False, "An", DAY),
        place_id(places[2]): Choice(True, "An", DAY),
    }
    found = list(chosen(places, choices))
    assert [it.included for it in found] == [True, False, False]
    assert found[0].reasons[-1] == "besluit: opnemen (An, 2026-11-20)"
    assert found[1].reasons[-1] == "besluit: niet opnemen (An, 2026-11-20)"
    assert found[2] == places[2]


def test_a_decision_on_what_stood_there_before_is_told_and_not_followed() -> None:
    before = place(match="mogelijk")
    now = replace(before, result=replace(before.result, digest="sha256:" + "1" * 64))
    choices = {place_id(before): Choice(True, "An", DAY)}
    for found in (list(chosen([now], choices)), list(chosen([now], {}, choices))):
        (it,) = found
        assert (it.included, it.decision) == (False, None)
        assert it.reasons[-1].endswith("gewijzigd: opnemen (An, 2026-11-20)")
    (kept,) = chosen([before], choices)
    assert (kept.included, kept.decision) == (True, True)


def test_of_what_could_not_be_read_the_source_tells_whether_it_is_the_same() -> None:
    one = place()
    bare = replace(one, result=replace(one.result, digest=None))
    item = replace(bare.result.item, version="2")
    assert place_id(bare) != place_id(replace(bare, result=replace(bare.result, item=item)))


def test_a_place_keeps_its_mark_and_shares_it_with_no_other() -> None:
    others = [place(), place("b"), place(where="row 3")]
    assert place_id(place()) == place_id(others[0])
    assert len({place_id(it) for it in others}) == len(others)
