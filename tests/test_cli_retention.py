"""`pii-scan retention explain`: the contract, and what a wrong argument says."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pii_scan.cli import main
from pii_scan.config.policies import load_policy
from pii_scan.config.vocabulary import load_vocabulary

APPLICANT = ("--subject-group", "sollicitant", "--doc-type", "sollicitatie")


def run(*arguments: str, policy: str = "quality-contacts") -> Result:
    return CliRunner().invoke(main, ["retention", "explain", "--policy", policy, *arguments])


def told(*arguments: str) -> dict[str, Any]:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def test_json_holds_the_verdict_and_how_it_came_about() -> None:
    answer = told(
        *APPLICANT, "--event", "einde_vacature=2021-03-14", "--consent", "no",
        "--today", "2021-04-12",
    )  # fmt: skip
    assert (answer["verdict"], answer["label"]) == ("overdue", "over termijn")
    assert (answer["keep_until"], answer["must_keep_until"]) == ("2021-04-11", None)
    (rule,) = answer["rules"]
    assert rule["id"] == "sollicitatie-zonder-toestemming"
    assert (rule["bound"], rule["term"], rule["trigger"]) == ("max", "P4W", "einde_vacature")
    assert (rule["reference_date"], rule["confirmed"]) == ("2021-03-14", True)
    lost = {one["id"]: one["why"] for one in answer["lost"]}
    assert lost["sollicitatie-met-toestemming"] == "geldt alleen met toestemming"
    assert "sollicitatie-zonder-toestemming gaat voor" in lost["nl-hr-01-sollicitatie"]
    assert answer["assumptions"] == [
        "De vier weken zijn net als het jaar gerekend vanaf de sluiting van de vacature."
    ]


def test_unknown_consent_tells_both_branches() -> None:
    answer = told(*APPLICANT, "--event", "einde_vacature=2021-03-14", "--today", "2021-08-01")
    assert answer["verdict"] == "possibly_overdue"
    assert [rule["id"] for rule in answer["rules"]] == [
        "sollicitatie-zonder-toestemming", "sollicitatie-met-toestemming",
    ]  # fmt: skip
    assert answer["assumptions"][0].startswith("Toestemming onbekend")


def test_an_alias_of_a_trigger_is_an_event_too() -> None:
    answer = told(
        *APPLICANT, "--event", "einde_procedure=2021-03-14", "--consent", "no",
        "--today", "2021-04-12",
    )  # fmt: skip
    assert answer["verdict"] == "overdue"


def test_text_says_the_same() -> None:
    result = run(
        "--subject-group", "medewerker", "--doc-type", "kopie_id",
        "--event", "uitdiensttreding=2021-03-14", "--today", "2026-06-01",
    )  # fmt: skip
    assert result.exit_code == 0
    assert result.stdout.startswith("verdict          must_keep (moet nog bewaard worden)\n")
    assert "must_keep_until  2026-12-31" in result.stdout
    assert "rules that lost\n  none" in result.stdout


def test_no_rule_and_no_date() -> None:
    nobody = told("--subject-group", "onbekend", "--doc-type", "overig", "--today", "2026-06-01")
    assert (nobody["verdict"], nobody["rules"], nobody["action"]) == ("no_rule", [], None)
    dateless = told(*APPLICANT, "--today", "2026-06-01")
    assert dateless["verdict"] == "undetermined"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--event", "vertrek=2021-03-14"), "--event 'vertrek' is unknown; choose contactverzoek"),
        (("--event", "opname"), "'opname' is not NAME=DATE"),
        (("--event", "opname=14-03-2021"), "'14-03-2021' is no date: write it as 2021-03-14"),
        (("--today", "vandaag"), "'vandaag' is no date"),
        (("--subject-group", "klant"), "--subject-group 'klant' is unknown; choose sollicitant"),
        (("--doc-type", "brief"), "--doc-type 'brief' is unknown; choose sollicitatie"),
        (("--consent", "ja"), "'ja' is not one of"),
    ],
)
def test_a_wrong_argument_is_named(arguments: tuple[str, ...], said: str) -> None:
    result = run(*APPLICANT, "--today", "2021-04-12", *arguments)
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_wrong_date_is_one_line() -> None:
    for arguments in (("--today", "vandaag"), ("--today", "2024-01-01", "--event", "opname=x")):
        assert run(*APPLICANT, *arguments).stderr.count("\n") == 1


def test_role_and_customer_may_be_told() -> None:
    call = (
        "--subject-group",
        "medewerker",
        "--doc-type",
        "gespreksopname",
        "--today",
        "2024-01-01",
    )
    verdicts = {
        role: json.loads(run(*call, "--role", role, "--json", policy="vcare").stdout)["verdict"]
        for role in ("verwerker", "verantwoordelijke")
    }
    assert verdicts == {"verwerker": "controller_decides", "verantwoordelijke": "undetermined"}
    form: tuple[str, ...]
    form = ("--subject-group", "onbekend", "--doc-type", "contactverzoek", "--today", "2024-03-01")
    form += ("--event", "laatste_contact=2022-02-28", "--json")
    answers = {
        said: json.loads(run(*form, "--customer", said, policy="klantinfocus").stdout)["verdict"]
        for said in ("yes", "no", "unknown")
    }
    assert answers == {"yes": "undetermined", "no": "overdue", "unknown": "possibly_overdue"}


def test_an_unknown_policy_is_one_line() -> None:
    result = run(*APPLICANT, "--today", "2021-04-12", policy="geen")
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert "nl-default, quality-contacts" in result.stderr


def test_a_policy_file_can_be_tried(tmp_path: Path) -> None:
    file = tmp_path / "beleid.toml"
    file.write_text(
        """
[policy]
title = "Proef"
[triggers.einde_project]
label = "einde van het project"
[[rule]]
id = "project"
title = "Project"
subject_group = "*"
bound = "max"
term = "P6M"
trigger = "einde_project"
action = "delete"
authority = "internal"
confirmed = true
source = "Beleid, hoofdstuk 1"
example = [{ today = 2024-01-01, verdict = "undetermined" }]
""",
        encoding="utf-8",
    )
    result = run(
        *APPLICANT, "--event", "einde_project=2023-08-31", "--today", "2024-03-01", policy=str(file)
    )
    assert "keep_until       2024-02-29" in result.stdout
    assert result.stdout.startswith("verdict          overdue")


def test_help_shows_how() -> None:
    result = CliRunner().invoke(main, ["retention", "explain", "--help"])
    assert "--event einde_vacature=2021-03-14" in result.stdout


def test_every_pair_of_group_and_type_has_an_answer() -> None:
    vocabulary = load_vocabulary()
    assert load_policy("quality-contacts").rules
    for group in vocabulary.subject_groups:
        for doc_type in ("factuur", "klacht", "overig"):
            answer = told("--subject-group", group, "--doc-type", doc_type, "--today", "2024-01-01")
            assert answer["verdict"] in ("no_rule", "undetermined", "controller_decides")
