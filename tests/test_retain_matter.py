"""An item and its rows: whose they are, what the contract register says, what is on hold."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from pii_scan.config.contracts import load_contracts
from pii_scan.config.policies import load_policy
from pii_scan.model import Contract, Evidence, Hold, Judgement
from pii_scan.retain import Matter, Sheet, judge_matter

QC = load_policy("quality-contacts")
TRIGGERS = frozenset(trigger.id for trigger in QC.triggers)
TODAY = date(2024, 8, 1)
DISPUTE = Hold("h, line 2", "geschil", "P. de Boer", date(2024, 1, 1), None)
PAST = Hold("h, line 3", "controle", "P. de Boer", date(2023, 1, 1), date(2024, 7, 31))
COMING = replace(DISPUTE, since=date(2024, 8, 2))


def contact(text: str) -> tuple[Evidence, ...]:
    return (Evidence("laatste_contact", date.fromisoformat(text), "row"),)


MATTER = Matter(
    subject_groups=("klant_van_opdrachtgever",), doc_type="klantcontact_notitie",
    role="verwerker", controller="Noord", evidence=contact("2024-01-31"), consent="unknown",
)  # fmt: skip


def register(tmp_path: Any, *lines: str) -> tuple[Contract, ...]:
    path = tmp_path / "contracts.csv"
    heading = "controller,term,trigger,end_of_service,after_service,source"
    path.write_text("\n".join([heading, *lines]))
    return load_contracts([str(path)], TRIGGERS)


def judged(contracts: tuple[Contract, ...], today: date = TODAY, **more: Any) -> list[Judgement]:
    return list(judge_matter(QC, contracts, replace(MATTER, **more), today))


@pytest.mark.parametrize(
    ("today", "verdict"), [("2024-07-31", "within"), ("2024-08-01", "overdue")]
)
def test_the_contract_register_gives_processor_data_a_term(
    tmp_path: Any, today: str, verdict: str
) -> None:
    contracts = register(tmp_path, "Noord,P6M,laatste_contact,,,VO 2023")
    (judgement,) = judged(contracts, date.fromisoformat(today))
    assert (judgement.verdict, judgement.policy) == (verdict, "contractregister")
    assert judgement.keep_until == date(2024, 7, 31)
    assert judgement.action == "return"


def test_without_a_contract_the_controller_decides(tmp_path: Any) -> None:
    contracts = register(tmp_path, "Zuid,P6M,laatste_contact,,,VO 2023")
    assert [one.verdict for one in judged(contracts)] == ["controller_decides"]
    assert [one.verdict for one in judged(contracts, controller=None)] == ["controller_decides"]


def test_own_data_is_not_under_a_contract(tmp_path: Any) -> None:
    contracts = register(tmp_path, "Noord,P6M,laatste_contact,,,VO 2023")
    own = judged(contracts, role="verantwoordelijke", subject_groups=("opdrachtgever",))
    assert [one.policy for one in own] != ["contractregister"]


@pytest.mark.parametrize(
    ("line", "verdict", "until"),
    [
        # The earlier of the two ends: a month after the service, or six months after the contact.
        ("Noord,P6M,laatste_contact,2024-05-31,P1M,VO", "overdue", "2024-06-30"),
        ("Noord,P6M,laatste_contact,2024-12-31,P1M,VO", "overdue", "2024-07-31"),
        ("Noord,P1Y,einde_dienst_opdrachtgever,2024-05-31,,VO", "within", "2025-05-31"),
        ("Noord,P1Y,einde_dienst_opdrachtgever,,,VO", "undetermined", None),
    ],
)
def test_the_end_of_the_service(tmp_path: Any, line: str, verdict: str, until: str | None) -> None:
    (judgement,) = judged(register(tmp_path, line))
    assert judgement.verdict == verdict
    assert judgement.keep_until == (date.fromisoformat(until) if until else None)


def test_a_statutory_minimum_goes_before_an_instruction(tmp_path: Any) -> None:
    contracts = register(tmp_path, "Noord,P1M,documentdatum,,,VO")
    duties = tuple(replace(rule, role=None) for rule in QC.rules if rule.rank == 2)
    invoice = (Evidence("documentdatum", date(2024, 1, 31), "text"),)
    matter = replace(MATTER, evidence=invoice, doc_type="factuur", subject_groups=("leverancier",))
    (judgement,) = judge_matter(replace(QC, rules=duties), contracts, matter, TODAY)
    assert (judgement.verdict, judgement.must_keep_until) == ("must_keep", date(2031, 12, 31))


@pytest.mark.parametrize(
    ("holds", "verdict", "said"),
    [
        ((DISPUTE,), "on_hold", "Zonder bevriezing: opdrachtgever bepaalt"),
        ((PAST,), "controller_decides", "De bevriezing is afgelopen (controle"),
        ((COMING,), "controller_decides", "De opdrachtgever bepaalt"),
        ((DISPUTE, PAST), "on_hold", "geschil; P. de Boer, sinds 2024-01-01"),
    ],
)
def test_holds(holds: tuple[Hold, ...], verdict: str, said: str) -> None:
    (judgement,) = judged((), holds=holds)
    assert judgement.verdict == verdict
    assert said in judgement.assumptions[0]


@pytest.mark.parametrize(
    ("today", "is_held"),
    [("2023-12-31", False), ("2024-01-01", True), ("2024-03-01", True), ("2024-03-02", False)],
)
def test_a_hold_on_its_first_and_last_day(today: str, is_held: bool) -> None:
    hold = replace(DISPUTE, until=date(2024, 3, 1))
    (judgement,) = judged((), date.fromisoformat(today), holds=(hold,))
    assert (judgement.verdict == "on_hold") == is_held


def test_rows_are_judged_under_their_own_opdrachtgever_and_holds(tmp_path: Any) -> None:
    contracts = register(
        tmp_path, "Noord,P6M,laatste_contact,,,VO 2023", "Zuid,P5Y,laatste_contact,,,VO 2022"
    )
    rows = dict.fromkeys(range(2, 7), contact("2024-01-31"))
    found = judged(
        contracts, sheets=(Sheet("Blad1", "unknown", rows),),
        row_controllers={"Blad1": {3: "Zuid", 6: "West"}}, row_holds={4: (DISPUTE,)},
    )  # fmt: skip
    assert {one.where: (one.verdict, str(one.keep_until)) for one in found} == {
        "Blad1 rows 2,5": ("overdue", "2024-07-31"),
        "Blad1 row 3": ("within", "2029-01-31"),
        "Blad1 row 4": ("on_hold", "2024-07-31"),
        "Blad1 row 6": ("controller_decides", "None"),
    }


def test_a_hold_on_the_item_holds_every_row_and_one_on_a_row_all_that_has_no_dated_rows() -> None:
    sheet = Sheet("", "unknown", {2: contact("2024-01-31"), 3: contact("2020-01-31")})
    assert {it.verdict for it in judged((), sheets=(sheet,), holds=(DISPUTE,))} == {"on_hold"}
    assert [it.verdict for it in judged((), row_holds={7: (DISPUTE,)})] == ["on_hold"]
