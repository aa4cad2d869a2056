"""A case from its opening to its end: what it keeps, and what it refuses."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from pii_scan.errors import ConfigError
from pii_scan.inzage.casefile import (
    CaseFile,
    Choice,
    Extension,
    Identity,
    Search,
    choices,
    dump,
    load,
)
from pii_scan.inzage.sealing import Sealer
from pii_scan.inzage.subject import Link
from tests.invented_case import BORN, EMAIL, NAME, NUMBER, STREET, case

DAY = date(2026, 11, 20)
LINK = Link("email", 1, "zeker", "e-mailadres gekoppeld")


def file(**changed: object) -> CaseFile:
    asked = case()
    assert asked.received is not None
    opened = CaseFile("I-2026-001", DAY, "tester", asked.received, asked, channel="e-mail")
    return replace(opened, **changed)  # type: ignore[arg-type]


def test_a_file_comes_back_as_it_was_sealed() -> None:
    whole = file(
        identity=Identity("terugbellen", "tester", DAY),
        extension=Extension("veel bestanden", DAY, "tester"),
        choices={"p1": Choice(True, "tester", DAY)},
        links={"00ff": LINK},
        searched=Search(1, DAY, {"zeker": 1}),
        exported=DAY,
    )
    assert load(dump(whole)) == whole


def test_nothing_of_the_person_is_left_once_it_is_closed() -> None:
    whole = file(exported=DAY, links={"00ff": LINK}, choices={"p1": Choice(True, "t", DAY)})
    closed = whole.closed("volledig", "", DAY, "tester")
    kept = dump(closed).decode()
    for value in (NAME, EMAIL, BORN, NUMBER, STREET, "00ff", "p1"):
        assert value in dump(whole).decode()
        assert value not in kept
    assert closed.closing is not None
    assert closed.closing.kept_until == date(2028, 11, 20)


@pytest.mark.parametrize(
    ("outcome", "reason", "says"),
    [
        ("volledig", "", "no answer yet"),
        ("gedeeltelijk", "", "--reason"),
        ("geweigerd", "", r"art. 12\(4\)"),
        ("klaar", "", "choose from"),
    ],
)
def test_a_case_is_not_closed_before_its_time(outcome: str, reason: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        file().closed(outcome, reason, DAY, "tester")


def test_a_closed_case_takes_no_step_any_more() -> None:
    closed = file().closed("ingetrokken", "", DAY, "tester")
    steps: tuple[Callable[[], object], ...] = (
        lambda: closed.closed("ingetrokken", "", DAY, "tester"),
        lambda: closed.identified(Identity("x", "y", DAY)),
        lambda: closed.made_longer(Extension("x", DAY, "y")),
        lambda: closed.amended(case()),
        lambda: closed.after_search(Search(1, DAY, {}), {}),
        lambda: closed.decided({}),
    )
    for step in steps:
        with pytest.raises(ConfigError, match="I-2026-001 was closed on 2026-11-20"):
            step()


def test_a_term_is_made_longer_once() -> None:
    longer = file().made_longer(Extension("veel bestanden", DAY, "tester"))
    assert (file().deadline.due, longer.deadline.due) == (date(2026, 12, 1), date(2027, 2, 1))
    with pytest.raises(ConfigError, match="once"):
        longer.made_longer(Extension("nog meer", DAY, "tester"))


def test_what_is_stated_anew_does_not_change_when_it_came_in() -> None:
    before = file(links={"00ff": LINK})
    after = before.amended(case(received=None, name="Ander Persoon"))
    assert after.request.received == before.received
    assert after.request.names[0] == "Ander Persoon"
    assert after.links == {}


def test_what_nobody_decided_stays_as_it_was() -> None:
    decided = file().decided(choices([("p1", True), ("p2", False)], "tester", DAY))
    again = decided.decided(choices([("p1", None), ("p2", True)], "tester", DAY))
    assert {key: it.included for key, it in again.choices.items()} == {"p1": True, "p2": True}


SEALER = Sealer(bytes(32), "00")


def test_what_is_sealed_shows_nothing_and_belongs_to_its_case() -> None:
    data = dump(file())
    sealed = SEALER.close("I-2026-001", data)
    assert SEALER.open("I-2026-001", sealed) == data
    assert NAME.encode() not in sealed
    assert sealed != SEALER.close("I-2026-001", data)


@pytest.mark.parametrize("damage", ["number", "key", "byte", "short", "empty"])
def test_what_is_not_as_it_was_sealed_is_not_opened(damage: str) -> None:
    sealed = SEALER.close("I-2026-001", b"{}")
    number = "I-2026-002" if damage == "number" else "I-2026-001"
    sealer = Sealer(bytes([1]) * 32, "01") if damage == "key" else SEALER
    changed = {
        "byte": sealed[:-1] + bytes([sealed[-1] ^ 1]),
        "short": sealed[:20],
        "empty": b"",
    }.get(damage, sealed)
    with pytest.raises(ConfigError, match="cannot be opened"):
        sealer.open(number, changed)
