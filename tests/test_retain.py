"""Verdicts, checked by hand: the day of a rule's end and the day after, and how rules meet."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pii_scan.config.policies import load_policy
from pii_scan.model import Consent, Evidence, Hold, Judgement, Policy, Role, Rule
from pii_scan.retain import explain, judge

QC = load_policy("quality-contacts")
NL = load_policy("nl-default")


HOLD = Hold("proef, hold 1", "geschil", "P. de Boer", date(2020, 1, 1), None)


def day(text: str) -> date:
    return date.fromisoformat(text)


def dates(text: str) -> tuple[Evidence, ...]:
    """Read "uitdiensttreding=2021-03-14@text opname=…"; without a source it is the register's."""
    pieces = []
    for part in text.split():
        trigger, rest = part.split("=")
        written, _, read = rest.partition("@")
        source, _, where = read.partition(":")
        pieces.append(
            Evidence(trigger, day(written), source or "register", where)  # type: ignore[arg-type]
        )
    return tuple(pieces)


def rule(name: str, bound: str, term: str | None, **more: Any) -> Rule:
    default: dict[str, Any] = {
        "subject_group": "medewerker", "doc_type": None, "trigger": "uitdiensttreding",
        "shift": "none", "consent": None, "customer": None, "action": "delete", "next_stage": None,
        "role": None, "source": "test", "rank": 5, "confirmed": True, "policy": "proef",
    }  # fmt: skip
    return Rule(id=name, bound=bound, term=term, **{**default, **more})  # type: ignore[arg-type]


def policy(*rules: Rule) -> Policy:
    return replace(QC, name="proef", rules=rules)


def one(
    pack: Policy, evidence: str, today: str, group: str = "medewerker",
    doc_type: str | None = "overig", consent: Consent = "unknown", role: Role = "unknown",
    **more: Any,
) -> Judgement:  # fmt: skip
    (judgement,) = judge(
        pack, subject_groups=(group,), doc_type=doc_type, role=role, evidence=dates(evidence),
        consent=consent, today=day(today), **more,
    )  # fmt: skip
    return judgement


# The day before, of and after the end of every dated rule of the packs: pack, group, document
# type, consent, evidence, last day of the term, verdict until then, verdict from the day after.
ENDS = """
QC websitebezoeker contactverzoek no contactverzoek=2022-03-14 2024-03-14 within overdue
QC websitebezoeker contactverzoek no contactverzoek=2020-02-29 2022-02-28 within overdue
QC onbekend contactverzoek no contactverzoek=2022-12-31 2024-12-31 within overdue
QC websitebezoeker e_mail no contactverzoek=2022-03-14 2024-03-14 within overdue
QC websitebezoeker chat no documentdatum=2022-03-14@text 2024-03-14 within overdue
QC sollicitant sollicitatie no einde_vacature=2021-03-14 2021-04-11 within overdue
QC sollicitant sollicitatie no einde_vacature=2024-02-01 2024-02-29 within overdue
QC sollicitant sollicitatie no einde_vacature=2023-12-15 2024-01-12 within overdue
QC sollicitant sollicitatie yes einde_vacature=2021-03-14 2022-03-14 within overdue
QC sollicitant sollicitatie yes einde_vacature=2024-02-29 2025-02-28 within overdue
QC sollicitant e_mail no einde_vacature=2021-03-14 2021-04-11 within overdue
QC medewerker arbeidsovereenkomst no uitdiensttreding=2020-02-29 2022-02-28 within overdue
QC medewerker arbeidsovereenkomst no uitdiensttreding=2021-12-31 2023-12-31 within overdue
QC medewerker kopie_id no uitdiensttreding=2021-03-14 2026-12-31 must_keep within
QC medewerker loonbelastingverklaring no uitdiensttreding=2021-01-01 2026-12-31 must_keep within
QC medewerker loonbelastingverklaring no uitdiensttreding=2020-12-31 2025-12-31 must_keep within
QC opdrachtgever e_mail no laatste_factuur=2022-05-31 2025-05-31 within overdue
QC opdrachtgever overig no laatste_factuur=2024-02-29 2027-02-28 within overdue
QC leverancier leverancier no laatste_factuur=2022-05-31 2025-05-31 within overdue
QC leverancier factuur no laatste_factuur=2018-02-01 2025-12-31 must_keep overdue
QC opdrachtgever factuur no laatste_factuur=2016-03-14 2023-12-31 must_keep overdue
QC nieuwsbriefabonnee nieuwsbrieflijst no afmelding=2024-05-01 2024-05-01 within overdue
QC nieuwsbriefabonnee e_mail no toestemming_ingetrokken=2024-05-01 2024-05-01 within overdue
QC verzoeker kopie_id no afhandeling_verzoek=2024-05-01 2024-05-01 within overdue
QC verzoeker rechtenverzoek no afhandeling_verzoek=2022-06-15 2024-06-15 within possibly_overdue
QC medewerker loonstrook no documentdatum=2017-06-30 2024-12-31 must_keep within
QC medewerker verzuim no uitdiensttreding=2022-08-31 2024-08-31 within possibly_overdue
QC medewerker personeelsdossier no uitdiensttreding=2022-08-31 2024-08-31 within possibly_overdue
NL medewerker arbeidsovereenkomst no uitdiensttreding=2022-08-31 2024-08-31 within possibly_overdue
NL sollicitant sollicitatie no einde_procedure=2024-02-01 2024-02-29 within overdue
NL sollicitant sollicitatie yes einde_vacature=2024-02-29 2025-02-28 within overdue
NL opdrachtgever factuur no documentdatum=2018-05-01 2025-12-31 must_keep within
NL leverancier leverancier no laatste_factuur=2022-01-31 2024-01-31 within possibly_overdue
NL opdrachtgever e_mail no einde_klantrelatie=2023-03-31 2024-03-31 within possibly_overdue
NL medewerker belrapportage no registratie=2023-01-02 2024-01-01 must_keep within
"""
PACKS = {"QC": QC, "NL": NL}


@pytest.mark.parametrize("case", ENDS.split("\n")[1:-1])
def test_around_the_end(case: str) -> None:
    pack, group, doc_type, said, evidence, end, on_end, after = case.split()
    consent: Consent = "yes" if said == "yes" else "no"
    last = day(end)
    for shift, verdict in ((-1, on_end), (0, on_end), (1, after)):
        today = date.fromordinal(last.toordinal() + shift).isoformat()
        judgement = one(PACKS[pack], evidence, today, group, doc_type, consent)
        assert (shift, judgement.verdict) == (shift, verdict)
        if on_end == "must_keep":
            assert judgement.must_keep_until == last
        else:
            assert judgement.keep_until == last


@pytest.mark.parametrize(
    ("source", "trigger", "verdict"),
    [
        ("register", "einde_vacature", "overdue"),
        ("row", "einde_vacature", "overdue"),
        ("text", "einde_vacature", "overdue"),
        ("metadata", "einde_vacature", "overdue"),
        ("path", "einde_vacature", "possibly_overdue"),
        ("file", "einde_vacature", "possibly_overdue"),
        ("text", "documentdatum", "possibly_overdue"),
        ("file", "documentdatum", "possibly_overdue"),
        ("register", "laatste_contact", "possibly_overdue"),
        ("register", "afmelding", "undetermined"),
        ("register", "toestemming_ingetrokken", "undetermined"),
    ],
)
def test_what_a_weak_date_may_prove(source: str, trigger: str, verdict: str) -> None:
    pack = policy(rule("a", "max", "P4W", trigger="einde_vacature"))
    assert one(pack, f"{trigger}=2021-03-14@{source}", "2021-04-12").verdict == verdict


@pytest.mark.parametrize("trigger", ["opname", "registratie", "contactverzoek"])
@pytest.mark.parametrize(
    ("source", "while_it_runs"),
    [("file", "undetermined"), ("path", "undetermined"), ("path:name", "within"),
     ("metadata", "within"), ("text", "within")],
)  # fmt: skip
def test_what_cannot_be_later_than_the_file_is_proven_by_it(
    trigger: str, source: str, while_it_runs: str
) -> None:
    pack = policy(rule("a", "max", "P1M", trigger=trigger))
    on_end = one(pack, f"documentdatum=2024-01-31@{source}", "2024-02-29")
    assert on_end.verdict == while_it_runs
    assert on_end.keep_until == (None if while_it_runs == "undetermined" else day("2024-02-29"))
    assert one(pack, f"documentdatum=2024-01-31@{source}", "2024-03-01").verdict == "overdue"


# What bounds the event of a maximum of a month: evidence, then the verdict on a day before the end
# by that date, and on a day after it.
BOUNDS = """
einde_vacature documentdatum=2024-01-31@text within possibly_overdue
einde_vacature documentdatum=2024-01-31@metadata within possibly_overdue
einde_vacature documentdatum=2024-01-31@path:name within possibly_overdue
einde_vacature documentdatum=2024-01-31@path:folder undetermined possibly_overdue
einde_vacature documentdatum=2024-01-31@file undetermined possibly_overdue
einde_vacature einde_vacature=2024-01-31@path:name within possibly_overdue
einde_vacature einde_vacature=2024-01-31@file undetermined possibly_overdue
einde_vacature uitdiensttreding=2024-01-31 undetermined possibly_overdue
laatste_contact documentdatum=2024-01-31@path:name within possibly_overdue
opname opname=2024-01-31@path:name within overdue
opname opname=2024-01-31@file undetermined overdue
documentdatum documentdatum=2024-01-31@file undetermined possibly_overdue
documentdatum laatste_factuur=2024-01-31 undetermined overdue
"""


@pytest.mark.parametrize("case", BOUNDS.split("\n")[1:-1])
def test_a_date_that_bounds_one_side_gives_no_verdict_on_the_other(case: str) -> None:
    trigger, evidence, before, after = case.split()
    pack = policy(rule("a", "max", "P1M", trigger=trigger))
    assert one(pack, evidence, "2024-02-10").verdict == before
    assert one(pack, evidence, "2024-03-10").verdict == after


@pytest.mark.parametrize(
    ("file", "today", "verdict"),
    [
        ("", "2021-04-30", "within"),  # a month after 31 March, at the earliest
        ("", "2021-05-15", "possibly_overdue"),
        ("", "2022-01-31", "possibly_overdue"),
        ("", "2022-02-01", "overdue"),
        ("documentdatum=2021-04-10@file", "2021-05-10", "possibly_overdue"),
        ("documentdatum=2021-04-10@file", "2021-05-11", "overdue"),
        ("documentdatum=2020-04-10@file", "2022-01-31", "possibly_overdue"),  # older than its name
    ],
)
def test_a_period_in_a_name_is_an_interval_that_the_file_may_close(
    file: str, today: str, verdict: str
) -> None:
    pack = policy(rule("a", "max", "P1M", trigger="opname"))
    name = "documentdatum=2021-03-31@path:name documentdatum=2021-12-31@path:name"
    assert one(pack, f"{name} {file}", today).verdict == verdict


@pytest.mark.parametrize(
    ("evidence", "today", "verdict"),
    [
        ("uitdiensttreding=2020-01-01", "2022-01-01", "must_keep"),
        ("uitdiensttreding=2020-01-01", "2022-01-02", "within"),
        ("documentdatum=2020-01-01@text", "2022-01-01", "must_keep"),
        ("documentdatum=2020-01-01@text", "2022-01-02", "undetermined"),
        ("documentdatum=2020-01-01@file", "2022-01-01", "undetermined"),
        ("documentdatum=2020-01-01@file", "2022-01-02", "undetermined"),
    ],
)
def test_a_duty_to_keep_is_certain_or_undetermined(evidence: str, today: str, verdict: str) -> None:
    assert one(policy(rule("a", "min", "P2Y")), evidence, today).verdict == verdict


def test_an_invoice_by_the_date_of_its_file_is_kept_to_the_latest_end() -> None:
    pack = policy(rule("a", "min", "P7Y", trigger="documentdatum", shift="calendar_year_end"))
    assert one(pack, "documentdatum=2018-03-01@file", "2025-12-31").verdict == "must_keep"
    assert one(pack, "documentdatum=2018-03-01@file", "2026-01-01").verdict == "undetermined"


def test_an_event_of_a_person_proves_nothing_of_a_recording() -> None:
    pack = policy(rule("a", "max", "P1M", trigger="opname"))
    assert one(pack, "uitdiensttreding=2020-01-31", "2024-03-01").verdict == "possibly_overdue"


@pytest.mark.parametrize(
    ("evidence", "used"),
    [
        ("uitdiensttreding=2020-01-01@text uitdiensttreding=2023-01-01", "2023-01-01"),
        ("uitdiensttreding=2020-01-01 uitdiensttreding=2023-01-01@text", "2020-01-01"),
        ("uitdiensttreding=2020-01-01@row uitdiensttreding=2023-01-01@text", "2020-01-01"),
        ("uitdiensttreding=2020-01-01 uitdiensttreding=2023-01-01", "2023-01-01"),
        ("documentdatum=2010-01-01 uitdiensttreding=2023-01-01@text", "2023-01-01"),
        ("documentdatum=2010-01-01@path documentdatum=2015-01-01@file", "2010-01-01"),
        ("documentdatum=2010-01-01@file documentdatum=2015-01-01@text", "2015-01-01"),
        ("documentdatum=2010-01-01@text documentdatum=2015-01-01@text", "2015-01-01"),
        ("documentdatum=2010-01-01@text documentdatum=2030-01-01@text", "2010-01-01"),
        ("einde_vacature=2010-01-01 documentdatum=2015-01-01@file", "2015-01-01"),
    ],
)
def test_which_date_counts(evidence: str, used: str) -> None:
    pack = policy(rule("a", "max", "P2Y"))
    assert one(pack, evidence, "2025-06-01").reference_date == day(used)


@pytest.mark.parametrize(
    ("today", "verdict"),
    [
        ("2024-01-31", "within"),
        ("2024-02-01", "possibly_overdue"),
        ("2024-03-29", "possibly_overdue"),
        ("2024-03-30", "overdue"),
    ],
)
def test_two_dates_are_an_interval(today: str, verdict: str) -> None:
    pack = policy(rule("a", "max", "P1M", trigger="einde_vacature"))
    judgement = one(pack, "einde_vacature=2023-12-31 einde_vacature=2024-02-29", today)
    # 31 December and a month is 31 January; 29 February and a month is 29 March.
    assert judgement.verdict == verdict
    assert any("Meer dan een datum" in sentence for sentence in judgement.assumptions)


def test_sent_and_paid_are_two_readings_of_the_last_invoice() -> None:
    evidence = (
        "laatste_factuur_verzonden=2019-01-01 laatste_factuur_verzonden=2022-05-31 "
        "laatste_factuur_betaald=2022-06-30"
    )
    found = [
        one(QC, evidence, today, "opdrachtgever").verdict
        for today in ("2025-05-31", "2025-06-01", "2025-06-30", "2025-07-01")
    ]
    assert found == ["within", "possibly_overdue", "possibly_overdue", "overdue"]


# Consent


@pytest.mark.parametrize(
    ("consent", "today", "verdict", "keep_until"),
    [
        ("no", "2021-04-11", "within", "2021-04-11"),
        ("no", "2021-04-12", "overdue", "2021-04-11"),
        ("yes", "2021-04-12", "within", "2022-03-14"),
        ("yes", "2022-03-14", "within", "2022-03-14"),
        ("yes", "2022-03-15", "overdue", "2022-03-14"),
        ("unknown", "2021-04-11", "within", "2021-04-11"),
        ("unknown", "2021-04-12", "possibly_overdue", "2021-04-11"),
        ("unknown", "2022-03-14", "possibly_overdue", "2021-04-11"),
        ("unknown", "2022-03-15", "overdue", "2021-04-11"),
    ],
)
def test_consent(consent: Consent, today: str, verdict: str, keep_until: str) -> None:
    judgement = one(QC, "einde_vacature=2021-03-14", today, "sollicitant", "sollicitatie", consent)
    assert (judgement.verdict, judgement.keep_until) == (verdict, day(keep_until))


@pytest.mark.parametrize(
    ("events", "consent", "today", "verdict", "keep_until"),
    [
        # Withdrawn after the term without consent: until the withdrawal.
        ("toestemming_ingetrokken=2021-08-01", "yes", "2021-08-01", "within", "2021-08-01"),
        ("toestemming_ingetrokken=2021-08-01", "yes", "2021-08-02", "overdue", "2021-08-01"),
        ("toestemming_ingetrokken=2021-08-01", "unknown", "2021-08-02", "overdue", "2021-08-01"),
        ("toestemming_ingetrokken=2021-08-01", "no", "2021-08-02", "overdue", "2021-08-01"),
        # Withdrawn within it: until its end.
        ("toestemming_ingetrokken=2021-03-20", "yes", "2021-04-11", "within", "2021-04-11"),
        ("toestemming_ingetrokken=2021-03-20", "yes", "2021-04-12", "overdue", "2021-04-11"),
        # Not withdrawn yet.
        ("toestemming_ingetrokken=2021-12-01", "yes", "2021-11-30", "within", "2022-03-14"),
        # Given, and given again.
        ("toestemming_gegeven=2021-03-01", "unknown", "2021-08-01", "within", "2022-03-14"),
        ("toestemming_gegeven=2021-03-01", "no", "2021-08-01", "overdue", "2021-04-11"),
        (
            "toestemming_ingetrokken=2021-04-01 toestemming_gegeven=2021-04-05",
            "unknown", "2021-08-01", "within", "2022-03-14",
        ),
        # A file's date proves no consent.
        (
            "toestemming_gegeven=2021-03-01@file",
            "unknown", "2021-08-01", "possibly_overdue", "2021-04-11",
        ),
    ],
)  # fmt: skip
def test_consent_given_and_withdrawn(
    events: str, consent: Consent, today: str, verdict: str, keep_until: str
) -> None:
    evidence = f"einde_vacature=2021-03-14 {events}"
    judgement = one(QC, evidence, today, "sollicitant", "sollicitatie", consent)
    assert (judgement.verdict, judgement.keep_until) == (verdict, day(keep_until))


def test_a_withdrawal_without_the_end_of_the_vacancy() -> None:
    judgement = one(
        QC, "toestemming_ingetrokken=2021-08-01", "2022-08-02", "sollicitant", "sollicitatie"
    )
    assert judgement.verdict == "undetermined"


def test_customer_or_not() -> None:
    pack = policy(
        rule("geen-klant", "max", "P2Y", customer=False, trigger="laatste_contact"),
        rule("klant", "open", None, customer=True, trigger="laatste_contact", action="review"),
    )
    evidence = "laatste_contact=2020-01-01"
    assert one(pack, evidence, "2022-01-02", customer=False).verdict == "overdue"
    assert one(pack, evidence, "2022-01-02", customer=True).verdict == "undetermined"
    unknown = one(pack, evidence, "2022-01-02")
    assert unknown.verdict == "possibly_overdue"
    assert unknown.assumptions[0].startswith("Klant of niet onbekend")


# Bounds, conflicts, order


@pytest.mark.parametrize(
    ("bound", "before", "after"),
    [
        ("max", "within", "overdue"),
        ("min", "must_keep", "within"),
        ("fixed", "must_keep", "overdue"),
        ("open", "undetermined", "undetermined"),
    ],
)
def test_bounds(bound: str, before: str, after: str) -> None:
    pack = policy(rule("a", bound, None if bound == "open" else "P1Y"))
    assert one(pack, "uitdiensttreding=2023-01-01", "2024-01-01").verdict == before
    assert one(pack, "uitdiensttreding=2023-01-01", "2024-01-02").verdict == after


@pytest.mark.parametrize("bound", ["max", "min", "fixed"])
def test_no_date_is_undetermined(bound: str) -> None:
    judgement = one(policy(rule("a", bound, "P1Y")), "", "2024-01-01")
    assert judgement.verdict == "undetermined"
    assert judgement.rule == "a"
    assert judgement.assumptions == ("Datum onbekend: einde van het dienstverband (regel a).",)


def test_a_minimum_that_has_ended_without_a_maximum_is_reviewed() -> None:
    judgement = one(policy(rule("a", "min", "P1Y")), "uitdiensttreding=2020-01-01", "2024-01-01")
    assert (judgement.verdict, judgement.action) == ("within", "review")
    assert judgement.keep_until is None


@pytest.mark.parametrize(
    ("today", "verdict", "decides"),
    [
        ("2025-01-01", "must_keep", "min"),
        ("2025-01-02", "within", "max"),
        ("2027-01-01", "within", "max"),
        ("2027-01-02", "overdue", "max"),
    ],
)
def test_minimum_and_maximum_side_by_side(today: str, verdict: str, decides: str) -> None:
    pack = policy(rule("min", "min", "P5Y", rank=2), rule("max", "max", "P7Y"))
    judgement = one(pack, "uitdiensttreding=2020-01-01", today)
    assert (judgement.verdict, judgement.rule) == (verdict, decides)
    assert judgement.must_keep_until == day("2025-01-01")
    assert judgement.keep_until == day("2027-01-01")


@pytest.mark.parametrize(
    ("ranks", "today", "verdict"),
    [
        ((2, 5), "2024-01-01", "must_keep"),  # the law goes before the statement
        ((2, 5), "2025-01-02", "overdue"),
        ((2, 3), "2024-01-01", "must_keep"),
        ((5, 3), "2024-01-01", "overdue"),  # a prohibition goes before a wish to keep
        ((5, 5), "2024-01-01", "must_keep"),
    ],
)
def test_a_maximum_shorter_than_a_minimum(ranks: tuple[int, int], today: str, verdict: str) -> None:
    pack = policy(
        rule("min", "min", "P5Y", rank=ranks[0]), rule("max", "max", "P2Y", rank=ranks[1])
    )
    judgement = one(pack, "uitdiensttreding=2020-01-01", today)
    assert judgement.verdict == verdict
    named = any("bewaarplicht gaat voor" in sentence for sentence in judgement.assumptions)
    assert named == (ranks != (5, 3))


def test_the_later_minimum_wins_and_both_are_shown() -> None:
    judgement = one(QC, "uitdiensttreding=2021-03-14", "2026-06-01", doc_type="kopie_id")
    assert judgement.must_keep_until == day("2026-12-31")
    assert judgement.rule == "nl-fisc-04-kopie-id-werknemer"
    assert any("2026-03-14" in s and "2026-12-31" in s for s in judgement.assumptions)


@pytest.mark.parametrize(
    ("first", "second", "wins"),
    [
        ({"rank": 5}, {"rank": 7}, "a"),
        ({"rank": 7}, {"rank": 5}, "b"),
        ({"rank": 3}, {"rank": 4}, "a"),
        ({"rank": 4}, {"rank": 5}, "a"),
        ({"rank": 5, "confirmed": False}, {"rank": 7}, "b"),
        ({"rank": 5, "term": "P3Y"}, {"rank": 5, "term": "P1Y"}, "b"),
    ],
)
def test_the_order_of_maxima(first: dict[str, Any], second: dict[str, Any], wins: str) -> None:
    term_a, term_b = first.pop("term", "P2Y"), second.pop("term", "P2Y")
    pack = policy(rule("a", "max", term_a, **first), rule("b", "max", term_b, **second))
    explained = explain(
        pack, subject_group="medewerker", doc_type="overig", role="unknown",
        evidence=dates("uitdiensttreding=2020-01-01"), consent="unknown", today=day("2024-01-01"),
    )  # fmt: skip
    assert explained.judgement.rule == wins
    assert [one.rule.id for one in explained.lost] == ["b" if wins == "a" else "a"]
    assert f"regel {wins} gaat voor" in explained.lost[0].reason


def test_an_unconfirmed_rule_gives_at_most_possibly() -> None:
    pack = policy(rule("a", "max", "P2Y", confirmed=False))
    judgement = one(pack, "uitdiensttreding=2010-01-01", "2024-01-01")
    assert judgement.verdict == "possibly_overdue"
    assert "voorstel" in judgement.assumptions[0]


def test_a_duty_that_may_still_run_keeps_a_maximum_from_being_certain() -> None:
    pack = policy(
        rule("max", "max", "P1Y", trigger="documentdatum"), rule("min", "min", "P2Y", rank=2)
    )
    judgement = one(pack, "documentdatum=2015-01-01@text", "2024-01-01")
    assert judgement.verdict == "possibly_overdue"
    both = one(pack, "documentdatum=2015-01-01@text uitdiensttreding=2016-01-01", "2024-01-01")
    assert both.verdict == "overdue"


# Which rules apply


def test_a_group_rule_covers_only_types_without_a_narrower_rule() -> None:
    pack = policy(
        rule("groep", "max", "P1Y"),
        rule("type", "max", "P3Y", doc_type="verzuim"),
        rule("ander", "max", "P5Y", doc_type="verzuim", policy="onder"),
    )
    assert one(pack, "uitdiensttreding=2020-01-01", "2022-01-01").rule == "groep"
    narrow = one(pack, "uitdiensttreding=2020-01-01", "2022-01-01", doc_type="verzuim")
    assert (narrow.rule, narrow.verdict) == ("type", "within")
    assert one(pack, "uitdiensttreding=2020-01-01", "2022-01-01", doc_type=None).rule == "groep"


def test_a_rule_for_every_group() -> None:
    pack = policy(rule("elke", "max", "P1Y", subject_group="*"))
    assert one(pack, "uitdiensttreding=2020-01-01", "2022-01-01", "verzoeker").rule == "elke"


@pytest.mark.parametrize(
    ("role", "verdict"),
    [("verantwoordelijke", "overdue"), ("unknown", "overdue"), ("verwerker", "controller_decides")],
)
def test_roles(role: Role, verdict: str) -> None:
    pack = policy(rule("a", "max", "P1Y", role="verantwoordelijke"))
    judgement = one(pack, "uitdiensttreding=2020-01-01", "2022-01-01", role=role)
    assert judgement.verdict == verdict


@pytest.mark.parametrize(
    "doc_type", ["klantcontact_notitie", "factuur", "klacht", "gespreksopname"]
)
@pytest.mark.parametrize("role", ["verwerker", "unknown"])
def test_the_controller_decides_on_its_customers(doc_type: str, role: Role) -> None:
    judgement = one(
        QC, "laatste_contact=2010-01-01", "2024-01-01", "klant_van_opdrachtgever", doc_type,
        role=role,
    )  # fmt: skip
    assert (judgement.verdict, judgement.action) == ("controller_decides", "return")
    assert judgement.keep_until is None


def test_own_data_is_not_left_to_a_controller() -> None:
    judgement = one(
        QC, "laatste_contact=2010-01-01", "2024-01-01", "klant_van_opdrachtgever", "chat",
        role="verantwoordelijke",
    )  # fmt: skip
    assert judgement.verdict == "no_rule"


def test_a_processor_with_a_term_of_the_controller() -> None:
    pack = policy(rule("instructie", "max", "P6M", role="verwerker", rank=4, trigger="opname"))
    judgement = one(pack, "opname=2024-01-31", "2024-08-01", role="verwerker")
    assert (judgement.verdict, judgement.keep_until) == ("overdue", day("2024-07-31"))


def test_no_rule() -> None:
    judgement = one(QC, "documentdatum=2010-01-01", "2024-01-01", "onbekend")
    assert (judgement.verdict, judgement.rule, judgement.action) == ("no_rule", None, None)


def test_several_groups_and_none() -> None:
    judgements = judge(
        QC, subject_groups=("sollicitant", "medewerker", "onbekend"), doc_type="overig",
        role="unknown", evidence=dates("einde_vacature=2021-03-14"), consent="no",
        today=day("2021-04-12"),
    )  # fmt: skip
    assert [judgement.verdict for judgement in judgements] == ["overdue"]
    both = judge(
        QC, subject_groups=("medewerker", "sollicitant"), doc_type="vog", role="unknown",
        evidence=dates("einde_vacature=2021-03-14"), consent="no", today=day("2021-04-12"),
    )  # fmt: skip
    assert {judgement.rule for judgement in both} == {
        "nl-hr-11-vog", "sollicitatie-zonder-toestemming",
    }  # fmt: skip
    nobody = judge(
        QC, subject_groups=(), doc_type=None, role="unknown", evidence=(), consent="unknown",
        today=day("2024-01-01"),
    )  # fmt: skip
    assert [judgement.verdict for judgement in nobody] == ["no_rule"]


# Stages and holds


@pytest.mark.parametrize(
    ("today", "verdict", "action", "keep_until"),
    [
        ("2024-02-05", "must_keep", "anonymise", "2024-02-05"),
        ("2024-02-06", "overdue", "anonymise", "2024-02-05"),
        ("2043-01-01", "overdue", "anonymise", "2024-02-05"),
        ("2043-01-02", "overdue", "delete", "2043-01-01"),
    ],
)
def test_stages(today: str, verdict: str, action: str, keep_until: str) -> None:
    pack = policy(
        rule(
            "rapport", "fixed", "P400D", trigger="registratie", action="anonymise",
            next_stage="anoniem",
        ),
        rule("anoniem", "max", "P20Y", trigger="registratie"),
    )  # fmt: skip
    judgement = one(pack, "registratie=2023-01-01", today)
    assert (judgement.verdict, judgement.action) == (verdict, action)
    assert judgement.keep_until == day(keep_until)
    told = any("regel anoniem" in sentence for sentence in judgement.assumptions)
    assert told == (today in ("2024-02-06", "2043-01-01"))


def test_a_hold_stops_deletion_and_keeps_the_verdict_underneath() -> None:
    held = one(
        QC, "einde_vacature=2021-03-14", "2021-04-12", "sollicitant", "sollicitatie", "no",
        holds=[HOLD],
    )  # fmt: skip
    assert held.verdict == "on_hold"
    assert held.keep_until == day("2021-04-11")
    assert "Zonder bevriezing: over termijn" in held.assumptions[0]


def test_a_book_year_of_its_own() -> None:
    pack = replace(NL, book_year_end=(6, 30))
    judgement = one(pack, "documentdatum=2018-07-01", "2024-01-01", "leverancier", "factuur")
    assert judgement.must_keep_until == day("2026-06-30")


# Properties

EVIDENCE = st.lists(
    st.builds(
        Evidence,
        st.sampled_from([trigger.id for trigger in QC.triggers]),
        st.dates(date(2000, 1, 1), date(2030, 12, 31)),
        st.sampled_from(["register", "row", "text", "metadata", "path", "file"]),
    ),
    max_size=4,
).map(tuple)
PLACES = st.sampled_from(sorted({(r.subject_group, r.doc_type or "overig") for r in QC.rules}))
TODAY = st.dates(date(2010, 1, 1), date(2040, 12, 31))


@given(EVIDENCE, PLACES, TODAY, st.sampled_from(["yes", "no", "unknown"]))
def test_verdicts_agree_with_their_dates(
    evidence: tuple[Evidence, ...], place: tuple[str, str], today: date, consent: Consent
) -> None:
    (judgement,) = judge(
        QC, subject_groups=(place[0],), doc_type=place[1], role="unknown", evidence=evidence,
        consent=consent, today=today,
    )  # fmt: skip
    if judgement.verdict in ("overdue", "possibly_overdue"):
        assert judgement.keep_until is not None
        assert judgement.keep_until < today
    if judgement.verdict == "must_keep":
        assert judgement.must_keep_until is not None
        assert judgement.must_keep_until >= today
    if judgement.must_keep_until and judgement.keep_until:
        assert judgement.must_keep_until <= judgement.keep_until
    if judgement.verdict == "overdue":
        assert judgement.must_keep_until is None or judgement.must_keep_until < today


@given(EVIDENCE, PLACES, TODAY, st.randoms())
def test_the_order_of_evidence_does_not_matter(
    evidence: tuple[Evidence, ...], place: tuple[str, str], today: date, random: Any
) -> None:
    shuffled = list(evidence)
    random.shuffle(shuffled)
    results = [
        judge(
            QC, subject_groups=(place[0],), doc_type=place[1], role="unknown", evidence=order,
            consent="unknown", today=today,
        )
        for order in (evidence, shuffled)
    ]  # fmt: skip
    assert [one.verdict for one in results[0]] == [one.verdict for one in results[1]]
    assert [one.keep_until for one in results[0]] == [one.keep_until for one in results[1]]
