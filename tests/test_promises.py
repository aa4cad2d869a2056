"""Promises about place and content: what breaks each, what does not, and what cannot be told."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pii_scan.config.policies import find_problems, load_policy, policy_names
from pii_scan.model import (
    Contents,
    Coverage,
    Evidence,
    Finding,
    Item,
    Level,
    Promise,
    PromiseKind,
    Result,
)
from pii_scan.retain import born_by, breaches

TODAY = date(2026, 11, 1)
ROWS = (("Blad1", ((2, 4), (9, 9))),)


def found(
    entity: str = "PERSON", where: str = "", row: int | None = None, level: Level = "Vertrouwelijk"
) -> Finding:
    return Finding(entity, "N01", level, where, 0.9, "x", (), row)


PLAIN = Result(
    Item("share/hr/a.csv", "a", 1),
    Coverage("scanned"),
    media_type="text/csv",
    doc_type="overig",
    subject_groups=("opdrachtgever",),
    findings=(found(),),
)


def told(
    kind: PromiseKind, item: dict[str, Any], location: str | None = None, **about: Any
) -> list[tuple[str, str]]:
    promise = Promise("p", "pack", kind, "Belofte", "X-1", "bron", **about)
    broken = breaches((promise,), replace(PLAIN, **item), location, TODAY)
    assert all((it.policy, it.promise, it.clause) == ("pack", "p", "X-1") for it in broken)
    assert all(it.reason.endswith(".") for it in broken)
    return [(it.outcome, it.where) for it in broken]


WHOLE = [("broken", "")]


def at(uri: str) -> dict[str, Any]:
    return {"item": Item(uri, "x", 1)}


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("share/Pipedrive export/a.csv", []),
        ("share/IT/pipedrive/oud/a.csv", []),
        ("share/mail/pipedrive.zip!/a.csv", []),
        ("share/hr/pipedrive.csv", WHOLE),
        ("share/hr/a.csv", WHOLE),
        ("a.csv", WHOLE),
    ],
)
def test_data_stays_in_the_folders_of_named_systems(uri: str, expected: Any) -> None:
    assert told("only_in", at(uri), folders=("*pipedrive*",)) == expected


@pytest.mark.parametrize(
    ("location", "expected"), [("EER", []), ("VS", WHOLE), (None, [("undetermined", "")])]
)
def test_where_a_place_lies_is_declared(location: str | None, expected: Any) -> None:
    assert told("stored_in", {}, location, locations=("EER", "NL")) == expected


REQUEST = {"doc_type": "kopie_id", "subject_groups": ("verzoeker",)}


def closed(*days: date) -> dict[str, Any]:
    evidence = tuple(Evidence("afhandeling_verzoek", day, "register") for day in days)
    return REQUEST | {"evidence": evidence}


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (closed(date(2026, 10, 31)), WHOLE),
        (closed(TODAY), []),
        (closed(date(2026, 12, 1)), []),
        (closed(date(2020, 1, 1), date(2026, 12, 1)), []),
        (closed(), [("undetermined", "")]),
        (closed(date(2020, 1, 1)) | {"subject_groups": ("medewerker",)}, []),
        (closed(date(2020, 1, 1)) | {"doc_type": "rechtenverzoek"}, []),
    ],
)
def test_a_copy_of_an_id_goes_when_the_request_is_closed(
    item: dict[str, Any], expected: Any
) -> None:
    theirs, kind = ("verzoeker",), ("kopie_id",)
    assert told("gone_after_request", item, subject_groups=theirs, doc_types=kind) == expected


@pytest.mark.parametrize(
    ("kind", "item", "expected"),
    [
        ("no_paper", {"contents": Contents(is_scanned=True)}, [("possibly_broken", "")]),
        ("no_paper", {}, []),
        ("no_content", {"contents": Contents(texts=ROWS)}, [("broken", "Blad1 rows 2-4,9")]),
        ("no_content", {}, []),
        (
            "no_withheld_number",
            {"contents": Contents(withheld=(("", ((3, 3),)),))},
            [("broken", "row 3")],
        ),
        ("no_withheld_number", {}, []),
        ("one_controller", {"contents": Contents(controllers=2)}, WHOLE),
        ("one_controller", {"contents": Contents(controllers=1)}, []),
        ("least_age", {"contents": Contents(young=(("page 2", ()),))}, [("broken", "page 2")]),
        ("least_age", {}, []),
        (
            "no_readable_ip",
            {"findings": tuple(found("IP_ADDRESS", f"S row {n}", n) for n in (5, 2, 3))},
            [("broken", "S rows 2-3,5")],
        ),
        ("no_readable_ip", {"findings": (found("IP_ADDRESS", "page 1"),)}, [("broken", "page 1")]),
        ("no_readable_ip", {"findings": (found("HASHED_IP", "page 1"),)}, []),
        ("no_readable_bsn", {"findings": (found("NL_BSN", "", None, "Geheim"),)}, WHOLE),
        ("no_readable_bsn", {}, []),
    ],
)
def test_what_is_in_it_breaks_a_promise(
    kind: PromiseKind, item: dict[str, Any], expected: Any
) -> None:
    assert told(kind, item) == expected


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ({"media_type": "audio/wav", "controller": "A", "findings": ()}, []),
        ({"media_type": "audio/wav", "controller": "B", "findings": ()}, WHOLE),
        ({"media_type": "video/mp4", "controller": None}, [("possibly_broken", "")]),
        ({"doc_type": "gespreksopname", "controller": "B"}, WHOLE),
        ({"controller": "B"}, []),
    ],
)
def test_a_recording_is_there_on_request_only(item: dict[str, Any], expected: Any) -> None:
    assert told("no_recording", item, controllers=("A",)) == expected


@pytest.mark.parametrize("findings", [(), (found(level="Openbaar"),)])
def test_what_is_not_personal_breaks_no_promise(findings: tuple[Finding, ...]) -> None:
    assert told("only_in", {"findings": findings}, folders=("x",)) == []


def test_a_promise_on_a_layout_is_about_that_layout() -> None:
    about: dict[str, Any] = {"profiles": ("crm-contacts",), "locations": ("EER",)}
    assert told("stored_in", {"profile": "crm-contacts"}, "VS", **about) == WHOLE
    assert told("stored_in", {"profile": "voip-cdr"}, "VS", **about) == []


@pytest.mark.parametrize(
    ("today", "last"),
    [
        (date(2026, 11, 1), date(2008, 11, 1)),
        (date(2024, 2, 29), date(2006, 2, 28)),
    ],
)
def test_old_enough_is_who_had_the_birthday(today: date, last: date) -> None:
    promise = Promise("p", "pack", "least_age", "t", "c", "s", age=18)
    assert born_by((promise,), today) == last
    assert born_by((), today) is None


def test_every_promise_of_the_packs_names_its_clause_and_source() -> None:
    promises = [it for name in policy_names() for it in load_policy(name).promises]
    assert {it.kind for it in promises} == set(PromiseKind.__args__)  # type: ignore[attr-defined]
    assert all(it.clause and it.source and it.title for it in promises)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('kind = "never"', "kind"),
        ('kind = "only_in"', "needs folders"),
        ('kind = "least_age"', "needs age"),
        ('kind = "no_paper"\nage = 18', "has no age"),
        ('kind = "no_paper"\nsubject_group = "chef"', "unknown subject_group 'chef'"),
        ('kind = "no_paper"\ndoc_type = "brief"', "unknown doc_type 'brief'"),
        ('kind = "no_paper"\nprofile = "excel"', "unknown profile 'excel'"),
        ('kind = "no_paper"\n[[promise]]\nid = "p"\ntitle = "T"\nclause = "X-1"\nsource = "s"\n'
         'kind = "no_paper"', "the id is used twice"),
        ('kind = "no_paper"\n[[processing]]\nsubject_group = "sollicitant"\ndata = "d"\n'
         'purpose = "p"\nrole = "verwerker"\nsource = "s"\ncategories = ["Z9"]', "category 'Z9'"),
    ],
)  # fmt: skip
def test_a_wrong_promise_says_so_with_its_line(tmp_path: Path, lines: str, said: str) -> None:
    pack = tmp_path / "eigen.toml"
    pack.write_text(
        '[policy]\nbeneath = "nl-default"\n\n[[promise]]\nid = "p"\ntitle = "T"\n'
        f'clause = "X-1"\nsource = "s"\n{lines}\n'
    )
    (problem,) = find_problems(str(pack))
    assert said in problem.what
    assert problem.line is not None
    assert problem.line >= 4
