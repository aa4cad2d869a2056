"""Which holds an item, a text and a row fall under; and whose data says it is."""

from datetime import date
from typing import Any

import pytest

from pii_scan.classify.controllers import Controllers
from pii_scan.classify.holds import Held, Holds
from pii_scan.config.controllers import load_controller_words
from pii_scan.model import Chunk, Finding, Hold, Table

URI = "share/hr/oud/verslag Z-2024-0117.docx"


def hold(**more: Any) -> Hold:
    return Hold("h", "geschil", "P. de Boer", date(2024, 1, 1), None, **more)


def finding(digest: str, row: int | None = None) -> Finding:
    prints = (("full", "00"), ("surname_initial", digest))
    return Finding("PERSON", "N01", "Intern", "", 1.0, "J*", prints, row)


@pytest.mark.parametrize(
    ("path", "is_held"),
    [
        ("hr/oud/*", True), ("share/hr", True), ("hr/oud", True), ("*.docx", True),
        ("hr/nieuw/*", False), ("oud", True), ("ud", False),
    ],
)  # fmt: skip
def test_paths(path: str, is_held: bool) -> None:
    one = hold(path=path)
    assert Held(URI, Holds([one])).close([])[0] == ((one,) if is_held else ())


@pytest.mark.parametrize(
    ("text", "is_held"),
    [
        ("zie zaak z-2024-0118.", True), ("(Z-2024-0118)", True), ("zaak\nZ-2024-0118", True),
        ("Z-2024-01180", False), ("AZ-2024-0118", False), ("Z 2024 0118", False),
    ],
)  # fmt: skip
def test_cases_in_texts(text: str, is_held: bool) -> None:
    held = Held("a.txt", Holds([hold(case="Z-2024-0118")]))
    held.add(Chunk(text, ""))
    assert bool(held.close([])[0]) == is_held


def test_a_case_in_the_name_of_the_file() -> None:
    assert Held(URI, Holds([hold(case="Z-2024-0117")])).close([])[0]


def test_rows_are_held_by_themselves() -> None:
    case, person = hold(case="Z-2024-0118"), hold(prints=frozenset({"ab"}))
    held = Held("a.csv", Holds([case, person]))
    held.add(Table(("naam", "notitie"), (("J", "x"), ("P", "zie Z-2024-0118")), (2, 3)))
    whole, rows = held.close([finding("ab", 2), finding("ab", 3), finding("cd", 4)])
    assert whole == ()
    assert rows == {2: (person,), 3: (case, person)}


def test_a_person_in_running_text_holds_the_item() -> None:
    person = hold(prints=frozenset({"ab"}))
    assert Held("a.txt", Holds([person])).close([finding("ab")])[0] == (person,)


CONTROLLERS = Controllers(["Noord Energie", "Zuid & Zn."], load_controller_words())


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Opdrachtgever: Noord Energie\nGesprek", "Noord Energie"),
        ("Gesprek\n opdrachtgever :\tNOORD-ENERGIE", "Noord Energie"),
        ("Namens: zuid & zn", "Zuid & Zn."),
        ("Opdrachtgever: Noord Energie\nOpdrachtgever: Zuid & Zn.", None),
        ("Opdrachtgever: Onbekend BV", None),
        ("Noord Energie belde", None),
        ("x\n" * 2000 + "Opdrachtgever: Noord Energie", None),
    ],
)
def test_labels(text: str, named: str | None) -> None:
    assert CONTROLLERS.of_text(text) == named


def test_columns() -> None:
    rows = (("a", "Noord Energie"), ("b", "zuid  & zn."), ("c", "Anders"), ("d",))
    table = Table(("naam", "Opdrachtgever"), rows, (2, 3, 4, 5))
    assert CONTROLLERS.of_rows(table) == {2: "Noord Energie", 3: "Zuid & Zn."}
    assert CONTROLLERS.of_rows(Table(("naam", "iets"), rows, (2, 3, 4, 5))) == {}
