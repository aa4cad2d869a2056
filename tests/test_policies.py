"""Packs: what they say is checked on the way in, and what comes out is what their authors say."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pii_scan.config._rules import rules_dir
from pii_scan.config.policies import (
    find_problems,
    load_examples,
    load_pack,
    load_policy,
    policy_names,
)
from pii_scan.config.vocabulary import load_vocabulary
from pii_scan.errors import ConfigError
from pii_scan.model import Policy, Verdict
from pii_scan.retain import judge

EXAMPLES = [
    pytest.param(name, example, id=f"{name}:{example.rule}:{example.today}")
    for name in policy_names()
    for example in load_examples(name)
]

PACK = """
[policy]
title = "Proef"
{head}

[[rule]]
id = "eerste"
title = "Eerste"
subject_group = "sollicitant"
bound = "max"
term = "P4W"
trigger = "einde_vacature"
action = "delete"
authority = "statement"
confirmed = true
source = "Beleid, hoofdstuk 1"
example = [{{ today = 2024-01-01, verdict = "undetermined" }}]
{more}
"""


def write(folder: Path, head: str = "", more: str = "") -> str:
    file = folder / "proef.toml"
    file.write_text(PACK.format(head=head, more=more), encoding="utf-8")
    return str(file)


def policy_with(name: str, rule: str, folder: Path) -> Policy:
    """Return a pack, or one above it that adopts a rule which waits for that."""
    policy = load_policy(name)
    if any((one.policy, one.id) == (name, rule) for one in policy.rules):
        return policy
    file = folder / "neemt-over.toml"
    file.write_text(f'[policy]\nbeneath = "{name}"\nadopts = "{rule}"\n', encoding="utf-8")
    return load_policy(str(file))


@pytest.mark.parametrize(("name", "example"), EXAMPLES)
def test_examples(name, example, tmp_path) -> None:  # type: ignore[no-untyped-def]
    judgements = judge(
        policy_with(name, example.rule, tmp_path),
        subject_groups=(example.subject_group,),
        doc_type=example.doc_type,
        role=example.role,
        evidence=example.evidence,
        consent=example.consent,
        customer=example.customer,
        today=example.today,
    )
    assert [judgement.verdict for judgement in judgements] == [example.verdict]
    if example.keep_until:
        assert judgements[0].keep_until == example.keep_until
    if example.must_keep_until:
        assert judgements[0].must_keep_until == example.must_keep_until


@pytest.mark.parametrize("name", policy_names())
def test_every_rule_has_examples_and_a_source(name: str) -> None:
    rules = load_pack(name).entries.rule
    assert {rule.id for rule in rules} == {example.rule for example in load_examples(name)}
    assert all(rule.source and rule.title for rule in rules)


def test_law_lies_beneath_the_pack() -> None:
    policy = load_policy("quality-contacts")
    packs = [rule.policy for rule in policy.rules]
    assert packs == sorted(packs, reverse=True)
    assert set(packs) == {"quality-contacts", "nl-default"}
    assert policy.contact[0] == "security@qualitycontacts.nl"
    assert (policy.answer_term, policy.book_year_end) == ("P1M", (12, 31))


def test_ranks_follow_the_conflict_order() -> None:
    ranks = {rule.id: rule.rank for rule in load_policy("quality-contacts").rules}
    assert ranks["nl-fisc-01-administratie"] == 2
    assert ranks["nl-cc-14-nieuwsbrief-afmelding"] == 3
    assert ranks["klant-van-opdrachtgever"] == 4
    assert ranks["arbeidsovereenkomst"] == 5
    assert ranks["nl-hr-03-personeelsdossier"] == 7


def test_every_verdict_has_a_label() -> None:
    assert set(load_vocabulary().verdicts) == set(Verdict.__args__)  # type: ignore[attr-defined]


def test_a_record_stands_for_groups_and_types() -> None:
    rules = load_policy("nl-default").rules
    covered = {(r.subject_group, r.doc_type) for r in rules if r.id == "nl-hr-03-personeelsdossier"}
    assert covered == {("medewerker", "personeelsdossier"), ("medewerker", "arbeidsovereenkomst")}


def test_a_pack_may_declare_triggers_and_its_book_year(tmp_path: Path) -> None:
    more = '[triggers.afronding_reintegratie]\nlabel = "afronding van de re-integratie"\n'
    policy = load_policy(write(tmp_path, 'book_year_end = "06-30"', more))
    assert policy.name == "proef"
    assert policy.book_year_end == (6, 30)
    assert policy.triggers[-1].id == "afronding_reintegratie"
    assert len(policy.rules) == 1


def test_a_pack_needs_little(tmp_path: Path) -> None:
    file = tmp_path / "klein.toml"
    file.write_text(
        """
[[rule]]
id = "sollicitatie-zonder-toestemming"
subject_group = "sollicitant"
doc_type = "sollicitatie"
bound = "max"
term = "P4W"
trigger = "einde_vacature"
condition = { consent = "no" }
action = "delete"
source = "privacy statement, applicants, retention"
""",
        encoding="utf-8",
    )
    policy = load_policy(str(file))
    (rule,) = policy.rules
    assert (policy.title, rule.title) == ("klein", "sollicitatie-zonder-toestemming")
    assert (rule.confirmed, rule.rank, rule.consent) == (True, 6, "no")
    assert load_examples(str(file)) == ()


def test_unknown_policy_lists_the_known_ones() -> None:
    with pytest.raises(ConfigError, match=r"'geen'.*klantinfocus, nl-default, quality-contacts"):
        load_policy("geen")


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"weg\.toml: cannot be read"):
        load_policy(str(tmp_path / "weg.toml"))


SECOND = """
[[rule]]
id = "tweede"
title = "Tweede"
subject_group = "medewerker"
bound = "max"
term = "P2Y"
trigger = "uitdiensttreding"
action = "delete"
authority = "statement"
confirmed = true
source = "Beleid, hoofdstuk 2"
example = [{ today = 2024-01-01, verdict = "undetermined" }]
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('term = "P2Y"', 'term = "2 jaar"', r"rule 'tweede': term: not an ISO 8601 term"),
        ('term = "P2Y"', 'term = "P1Y2D3M"', r"rule 'tweede': term: not an ISO 8601 term"),
        ('term = "P2Y"', 'term = "P"', r"rule 'tweede': term: not an ISO 8601 term"),
        ('term = "P2Y"', 'term = "PT5H"', r"rule 'tweede': term: not an ISO 8601 term"),
        ('bound = "max"', 'bound = "minst"', r"rule 'tweede': bound: "),
        ('bound = "max"', 'bound = "open"', r"rule 'tweede': an open bound has no term"),
        ('term = "P2Y"\n', "", None),
        ('bound = "max"\nterm = "P2Y"', 'bound = "min"', r"'tweede': a minimum needs a term"),
        ('"medewerker"', '"personeel"', r"rule 'tweede': unknown subject_group 'personeel'"),
        ("bound", 'doc_type = "brief"\nbound', r"rule 'tweede': unknown doc_type 'brief'"),
        ("bound", 'record = "vog"\nbound', r"rule 'tweede': name either a record or"),
        ('"uitdiensttreding"', '"vertrek"', r"rule 'tweede': unknown trigger 'vertrek'"),
        ('id = "tweede"', 'id = "eerste"', r"rule 'eerste': the id is used twice"),
        ("action", 'next_stage = "derde"\naction', r"rule 'tweede': next_stage 'derde'"),
        ("confirmed", 'kleur = "rood"\nconfirmed', r"rule 'tweede': kleur: "),
        ('action = "delete"\n', "", r"rule 'tweede': action: Field required"),
        ('source = "Beleid, hoofdstuk 2"\n', "", r"rule 'tweede': source: Field required"),
        ('id = "tweede"\n', "", r"rule number 2: id: Field required"),
        ('action = "delete"', "action = delete", r"proef\.toml: is not valid TOML: .*line "),
        ("today = 2024-01-01", 'today = "morgen"', r"rule 'tweede': example: 0: today: "),
        ("today", "events = { vertrek = 2024-01-01 }, today", r"unknown trigger 'vertrek'"),
    ],
)
def test_a_broken_pack_is_one_line_that_says_where(
    tmp_path: Path, old: str, new: str, message: str | None
) -> None:
    assert old in SECOND
    name = write(tmp_path, more=SECOND.replace(old, new, 1))
    if message is None:
        assert load_policy(name).rules[-1].term is None
        return
    with pytest.raises(ConfigError, match=message) as caught:
        load_examples(name)
    assert "\n" not in str(caught.value)
    assert "proef.toml" in str(caught.value)


def test_a_pack_cannot_lie_beneath_itself(tmp_path: Path) -> None:
    file = tmp_path / "proef.toml"
    name = write(tmp_path, head=f'beneath = "{file}"')
    with pytest.raises(ConfigError, match="lies beneath itself"):
        load_policy(name)


def test_bad_answer_term_and_book_year(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="policy: answer_term: not an ISO"):
        load_policy(write(tmp_path, 'answer_term = "een maand"'))
    with pytest.raises(ConfigError, match="policy: book_year_end: "):
        load_policy(write(tmp_path, 'book_year_end = "13-01"'))


def test_not_utf8(tmp_path: Path) -> None:
    file = tmp_path / "proef.toml"
    file.write_bytes(b'[policy]\ntitle = "caf\xe9"\n')
    with pytest.raises(ConfigError, match="is not UTF-8"):
        load_policy(str(file))


@given(st.data())
def test_a_damaged_pack_is_never_more_than_problems_with_lines(data: st.DataObject) -> None:
    lines = (rules_dir() / "policies" / "yource.toml").read_text("utf-8").splitlines()
    odd = st.sampled_from(["", "[rule]", "[[policy]]", "term = 3", "triggers = []", "rule = [2]"])
    for place in data.draw(st.lists(st.integers(0, len(lines) - 1), min_size=1, max_size=3)):
        lines[place] = data.draw(odd)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "pack.toml"
        file.write_text("\n".join(lines), encoding="utf-8")
        try:
            problems = [(one.line, str(one)) for one in find_problems(str(file))]
        except ConfigError as error:
            problems = [(1, str(error))]
        assert all(1 <= (line or 0) <= len(lines) for line, _ in problems)
        assert not any("\n" in told for _, told in problems)
        if problems:
            with pytest.raises(ConfigError):
                load_policy(str(file))
