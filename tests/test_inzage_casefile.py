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
from pii_scan.inzage.masks import Decision
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
        lapsed={"p2-0": Choice(False, "tester", DAY, "reden")},
        searched=Search(1, DAY, {"zeker": 1}, ("p1-0", "p2-1")),
        exported=DAY,
    )
    assert load(dump(whole)) == whole


def test_nothing_of_the_person_is_left_once_it_is_closed() -> None:
    whole = file(
        exported=DAY,
        links={"00ff": LINK},
        choices={"p1-0": Choice(True, "t", DAY)},
        lapsed={"p2-0": Choice(True, "t", DAY)},
        searched=Search(1, DAY, {"zeker": 1}, ("p1-0", "p2-1")),
    )
    closed = whole.closed("volledig", "", DAY, "tester")
    kept = dump(closed).decode()
    for value in (NAME, EMAIL, BORN, NUMBER, STREET, "00ff", "p1", "p2"):
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


def test_what_has_to_be_said_is_not_left_blank() -> None:
    steps: tuple[Callable[[], object], ...] = (
        lambda: file().identified(Identity(" ", "t", DAY)),
        lambda: file().made_longer(Extension(" ", DAY, "t")),
        lambda: file().closed("geweigerd", " ", DAY, "t"),
    )
    for step in steps:
        with pytest.raises(ConfigError, match="--"):
            step()


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


FOUND = Search(1, DAY, {}, ("p1-0", "p2-0", "p3-0"))


def reviewed(*given: tuple[str, bool | None]) -> CaseFile:
    return file(searched=FOUND).decided(choices(given, "tester", DAY))


def test_what_is_stated_anew_does_not_change_when_it_came_in_and_is_to_be_worked_out_anew() -> None:
    masks = {"m1": Decision(True, "An", "partner"), "m2": Decision(False, "An", "buur")}
    before = replace(
        reviewed(("p1-0", True)),
        links={"00ff": LINK},
        exported=DAY,
        erased=True,
        masks=masks,
        policy="vcare",
        answer_term="P4W",
    )
    after = before.amended(case(received=None, name="Ander Persoon"))
    assert after.request.received == before.received
    assert after.request.names[0] == "Ander Persoon"
    assert (after.links, after.choices, after.lapsed) == ({}, {}, before.choices)
    assert (after.searched, after.exported, after.erased) == (None, None, None)
    assert (list(after.masks), after.policy, after.answer_term) == (["m2"], "vcare", "P4W")
    assert after.request.policy == "vcare"
    steps: tuple[Callable[[], object], ...] = (
        lambda: after.was_searched,
        lambda: after.decided(before.choices),
    )
    for step in steps:
        with pytest.raises(ConfigError, match="was not searched yet"):
            step()
    with pytest.raises(ConfigError, match="no answer yet"):
        after.closed("volledig", "", DAY, "tester")


def test_a_case_does_not_go_over_to_another_opdrachtgever() -> None:
    with pytest.raises(ConfigError, match="open another case"):
        file().amended(case(controller="Noord"))


def test_what_nobody_decided_stays_as_it_was() -> None:
    decided = reviewed(("p1-0", True), ("p2-0", False))
    again = decided.decided(choices([("p1-0", None), ("p2-0", True)], "tester", DAY))
    assert {key: it.included for key, it in again.choices.items()} == {"p1-0": True, "p2-0": True}


def test_a_decision_lapses_with_what_it_was_taken_on() -> None:
    decided = reviewed(("p1-0", True), ("p2-0", False), ("p3-0", False))
    # The second has changed, the third is gone.
    after = decided.after_search(Search(2, DAY, {}, ("p1-0", "p2-1")), {})
    assert (sorted(after.choices), list(after.lapsed)) == (["p1-0", "p3-0"], ["p2-0"])
    assert after.awaited == ("p2-1",)
    again = after.after_search(Search(3, DAY, {}, ("p1-0", "p2-1")), {})
    assert again.awaited == ("p2-1",)
    taken = again.decided(choices([("p2-1", False)], "tester", DAY))
    assert (taken.awaited, taken.lapsed) == ((), {})
    with pytest.raises(ConfigError, match="have changed since"):
        again.decided(choices([("p2-0", False)], "tester", DAY))


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
