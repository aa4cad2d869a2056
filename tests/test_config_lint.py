"""Lint: what each shipped pack leaves open comes out, and each code on a pack made for it."""

from collections import Counter
from pathlib import Path

import pytest

from pii_scan.config._pack import OpenCode
from pii_scan.config.lint import CODES, lint
from pii_scan.config.policies import load_pack

EXPECTED = {
    "quality-contacts": """
        no-answer-term no-identification missing-right assumption*6 below-law*4 no-maximum
        trigger-ambiguous*2 controller-term no-rule*2 partial-rule no-basis elsewhere
        contradiction doubtful-basis no-term vague unnamed-recipient outdated
    """,
    "quality-networks": """
        no-answer-term no-identification no-officer missing-right open-ended*2 assumption*3
        below-law unconfirmed no-rule vague*4 risk contradiction doubtful-basis outdated
    """,
    "vcare": """
        no-identification missing-right assumption*3 controller-term*2 no-basis no-rule*3
        contradiction vague*3 pseudonymous no-term risk outdated
    """,
    "yource": """
        no-answer-term missing-right controller-term no-basis*7 no-rule*5 elsewhere risk*3
        contradiction outdated doubtful-basis
    """,
    "klantinfocus": """
        no-identification no-officer missing-right assumption*2 controller-term*2 open-ended*2
        no-withdrawal no-basis*2 no-rule partial-rule pseudonymous*2 vague*2 no-term
        doubtful-basis third-country risk elsewhere
    """,
    "nl-default": """
        assumption*9 controller-term open-ended*2 no-maximum*6 trigger-ambiguous unconfirmed*12
        no-ground*4 no-kind*9 no-term*5 vague
    """,
}


def counted(text: str) -> dict[str, int]:
    pairs = (word.partition("*") for word in text.split())
    return {code: int(count or 1) for code, _, count in pairs}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_shipped_pack_says_what_it_leaves_open(name: str) -> None:
    assert dict(Counter(point.code for point in lint(load_pack(name)))) == counted(EXPECTED[name])


@pytest.mark.parametrize("name", EXPECTED)
def test_a_point_stands_on_the_line_of_what_it_is_about(name: str) -> None:
    pack = load_pack(name)
    lines = pack.file.read_text(encoding="utf-8").splitlines()
    for point in lint(pack):
        if point.about:
            assert lines[point.line - 1].startswith(("[[rule]]", "[[open_point]]"))
            assert lines[point.line] == f'id = "{point.about}"'


CLEAN = """
[policy]
beneath = "nl-default"
organisation = "Proef"
statement = "Verklaring"
contact = ["info@proef.example"]
officer = "fg@proef.example"
identification = "inloggen"
rights = ["15", "16", "17", "18", "20", "21", "22", "77"]
answer_term = "P1M"

[[rule]]
id = "met"
subject_group = "sollicitant"
bound = "max"
term = "P1Y"
trigger = "einde_vacature"
condition = { consent = "yes" }
withdrawal = "info@proef.example"
action = "delete"
role = "verantwoordelijke"
authority = "statement"
source = "hoofdstuk 1"
example = [{ today = 2024-01-01, verdict = "undetermined" }]

[[rule]]
id = "zonder"
subject_group = "sollicitant"
bound = "max"
term = "P4W"
trigger = "einde_vacature"
condition = { consent = "no" }
action = "delete"
role = "verantwoordelijke"
authority = "statement"
source = "hoofdstuk 1"
example = [{ today = 2024-01-01, verdict = "undetermined" }]

[[processing]]
subject_group = "sollicitant"
data = "naam"
purpose = "werving"
legal_basis = "art. 6 lid 1 onder b AVG"
role = "verantwoordelijke"
source = "hoofdstuk 1"
"""


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        ("", "", []),
        ('answer_term = "P1M"\n', "", ["no-answer-term"]),
        ('"P1M"', '"P5W"', ["late-answer"]),
        ('"P1M"', '"P4W"', []),
        ('officer = "fg@proef.example"\n', "", ["no-officer"]),
        ('contact = ["info@proef.example"]\n', "", ["no-contact"]),
        ('identification = "inloggen"\n', "", ["no-identification"]),
        (', "22"', "", ["missing-right"]),
        ('withdrawal = "info@proef.example"\n', "", ["no-withdrawal"]),
        ('consent = "no"', "customer = false", ["no-other-branch"]),
        ('legal_basis = "art. 6 lid 1 onder b AVG"\n', "", ["no-basis"]),
        ('"sollicitant"\ndata', '"onbekend"\ndata', ["no-rule"]),
        ('"P4W"', '"P4W"\nassumption = "Gelezen als."', ["assumption"]),
        ('"P4W"', '"P4W"\nconfirmed = false', ["unconfirmed"]),
        ('bound = "max"\nterm = "P4W"', 'bound = "open"', ["open-ended"]),
        ('term = "P4W"\n', "", ["no-term"]),
        ('"zonder"\nsubject_group = "sollicitant"\nbound = "max"',
         '"zonder"\nsubject_group = "sollicitant"\ndoc_type = "vog"\nbound = "max"',
         ["no-other-branch", "no-other-branch"]),
        ('"zonder"\nsubject_group = "sollicitant"\nbound = "max"\nterm = "P4W"\n'
         'trigger = "einde_vacature"\ncondition = { consent = "no" }',
         '"zonder"\nsubject_group = "leverancier"\nbound = "max"\nterm = "P8Y"\n'
         'trigger = "laatste_factuur"', ["no-other-branch", "trigger-ambiguous"]),
        ('"zonder"\nsubject_group = "sollicitant"\nbound = "max"\nterm = "P4W"\n'
         'trigger = "einde_vacature"\ncondition = { consent = "no" }',
         '"zonder"\nsubject_group = "medewerker"\ndoc_type = "kopie_id"\nbound = "min"\n'
         'term = "P5Y"\ntrigger = "uitdiensttreding"',
         ["below-law", "no-maximum", "no-other-branch"]),
    ],
)  # fmt: skip
def test_each_code(tmp_path: Path, old: str, new: str, codes: list[str]) -> None:
    assert old in CLEAN
    file = tmp_path / "proef.toml"
    file.write_text(CLEAN.replace(old, new, 1), encoding="utf-8")
    assert sorted(point.code for point in lint(load_pack(str(file)))) == codes


def test_every_statutory_row_is_a_rule_or_an_open_point() -> None:
    entries = load_pack("nl-default").entries
    ids = [*(rule.id for rule in entries.rule), *(point.id for point in entries.open_point)]
    rows = {"fisc": 6, "hr": 17, "cc": 28}
    wanted = [f"nl-{kind}-{n:02}" for kind, last in rows.items() for n in range(1, last + 1)]
    assert [row for row in wanted if not any(name.startswith(row) for name in ids)] == []


def test_every_code_has_its_meaning() -> None:
    shipped = {point.code for name in EXPECTED for point in lint(load_pack(name))}
    assert (shipped | set(OpenCode.__args__)) <= set(CODES)  # type: ignore[attr-defined]
