"""`pii-scan policy` as a user runs it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pii_scan.cli import main
from pii_scan.config.policies import load_pack, policy_names
from pii_scan.config.policy_table import rows

BROKEN = """[policy]
title = "Proef"
beneath = "nl-default"
answer_term = "een maand"

[[rule]]
id = "eerste"
subject_group = "personeel"
bound = "max"
term = "2 jaar"
trigger = "vertrek"
action = "delete"
source = "hoofdstuk 1"

[[rule]]
id = "tweede"
subject_group = ["medewerker", "klant"]
bound = "max"
term = "P2Y"
trigger = "vertrek"
action = "delete"
source = "hoofdstuk 2"
example = [
    { today = 2024-01-01, verdict = "within" },
    { events = { gebeurd = 2024-01-01 }, today = 2024-01-01, verdict = "within" },
]
"""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["policy", *arguments])


def test_check_names_every_problem_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "proef.toml"
    file.write_text(BROKEN, encoding="utf-8")
    result = run("check", str(file))
    assert result.exit_code == 2
    told = [line.removeprefix(f"{file}:") for line in result.stderr.splitlines()]
    assert [line.split(" ")[0] for line in told[:-1]] == ["4:", "10:", "17:", "20:", "25:"]
    assert "rule 'tweede': unknown subject_group 'klant'" in told[2]
    assert told[-1] == "pii-scan: problems found: 5"


def test_check_of_several_files(tmp_path: Path) -> None:
    file = tmp_path / "proef.toml"
    file.write_text("[policy\n", encoding="utf-8")
    result = run("check", "nl-default", str(file), str(tmp_path / "weg.toml"))
    assert result.exit_code == 2
    assert "proef.toml: is not valid TOML" in result.stderr
    assert "weg.toml: cannot be read" in result.stderr


def test_shipped_packs_are_right() -> None:
    result = run("check", *policy_names())
    assert (result.exit_code, result.stdout) == (0, "6 checked, nothing wrong\n")


def test_list_names_them() -> None:
    lines = run("list").stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(policy_names())
    assert "14 waiting to be adopted" in lines[1]


def test_rows_are_dutch() -> None:
    first = next(rows(load_pack("vcare")))
    assert first[0] == "rapportage"
    assert first[2:7] == (
        "belrapportage",
        "precies 400 dagen",
        "registratie van het gegeven",
        "anonimiseren",
        "verklaring",
    )
    told = {row[0]: row for row in rows(load_pack("nl-default"))}
    assert told["nl-fisc-01-administratie"][3:5] == (
        "minstens 7 jaar",
        "einde boekjaar van datum van het document",
    )
    assert told["nl-hr-01-sollicitatie"][3] == "hoogstens 4 weken (zonder toestemming)"
    assert told["nl-cc-15-wwft"][6].startswith("wet, te bevestigen; wacht: voor wie voor een")
    assert list(told).index("nl-cc-15-wwft") > list(told).index("nl-hr-05-reintegratie")


def test_show_is_a_table_of_the_rules() -> None:
    result = run("show", "vcare")
    assert result.exit_code == 0
    assert "rapportage-anoniem" in result.stdout
    assert "nl-fisc-01" not in result.stdout
    assert "nl-fisc-01" in run("show", "vcare", "--beneath").stdout


def test_lint_tells_where(tmp_path: Path) -> None:
    result = run("lint", "klantinfocus")
    assert result.exit_code == 0
    assert "no-withdrawal: sollicitatie-met-toestemming:" in result.stdout
    points = [json.loads(line) for line in run("lint", "--json").stdout.splitlines()]
    assert {point["policy"] for point in points} == set(policy_names())
    assert set(points[0]) == {"policy", "code", "line", "about", "text"}


def test_schema_knows_the_words() -> None:
    schema = json.loads(run("schema").stdout)
    rule = schema["$defs"]["RuleEntry"]
    assert "sollicitant" in rule["properties"]["subject_group"]["anyOf"][0]["enum"]
    assert "kopie_id" in rule["properties"]["doc_type"]["anyOf"][1]["items"]["enum"]
    assert "vog" in rule["properties"]["record"]["anyOf"][0]["enum"]
    assert set(rule["required"]) == {"id", "bound", "trigger", "action", "source"}
    assert rule["additionalProperties"] is False


ADOPTING = """
[policy]
beneath = "nl-default"
adopts = "{adopted}"
"""


def test_a_rule_waits_until_it_is_adopted(tmp_path: Path) -> None:
    file = tmp_path / "eigen.toml"
    file.write_text(ADOPTING.format(adopted="nl-cc-15-wwft"), encoding="utf-8")
    ids = {rule.id for rule in load_pack(str(file)).policy.rules}
    assert "nl-cc-15-wwft" in ids
    assert "nl-cc-15-wwft" not in {rule.id for rule in load_pack("nl-default").policy.rules}
    file.write_text(ADOPTING.format(adopted="nl-hr-04-verzuim"), encoding="utf-8")
    result = run("check", str(file))
    assert "eigen.toml:4: no rule 'nl-hr-04-verzuim' waits to be adopted" in result.stderr


@pytest.mark.parametrize("name", policy_names())
def test_processing_reaches_the_policy(name: str) -> None:
    pack = load_pack(name)
    assert len(pack.policy.processing) == len(pack.entries.processing)
    assert bool(pack.policy.processing) == (name != "nl-default")


def test_the_pack_in_the_guide_is_right(tmp_path: Path) -> None:
    guide = Path(__file__).parents[1] / "docs" / "policies.md"
    file = tmp_path / "voorbeeld.toml"
    file.write_text(guide.read_text("utf-8").split("```toml\n")[1].split("```")[0], "utf-8")
    assert run("check", str(file)).exit_code == 0
