"""Every format tells the same, of every item, and none tells a value or runs a file's name."""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pii_scan import extract, report
from pii_scan.errors import ConfigError
from pii_scan.extract import _reasons
from pii_scan.model import Coverage, Finding, Item, Result
from pii_scan.report import _dutch, formats, summary
from pii_scan.report._people import Distinct, people
from pii_scan.report._score import score
from pii_scan.report.csv import COLUMNS, FORMULA_STARTS, cell
from tests.invented_results import HOSTILE, KINDS, SCAN, TODAY, finding, judgement, results

EXPECTED = Path(__file__).parents[1] / "fixtures" / "expected" / "report"
GOLDEN = 12
"""Results in the golden reports: one with every hostile name."""


def written(name: str, given: Sequence[Result]) -> bytes:
    sink = io.BytesIO()
    report.write(name, SCAN, lambda: iter(given), sink)
    return sink.getvalue()


def plain(uri: str, **fields: Any) -> Result:
    archive = uri.partition("zip!/")[0] + "zip" if "zip!/" in uri else None
    return Result(Item(uri, uri, 1, within=archive), Coverage("scanned"), **fields)


# all formats


@pytest.mark.parametrize("name", ["csv", "html", "json", "jsonl", "md", "sarif"])
def test_a_small_report_is_as_it_was(name: str) -> None:
    expected = EXPECTED / f"report.{name}"
    assert written(name, results(GOLDEN)) == expected.read_bytes()


def test_every_kind_of_file_and_every_reason_has_its_dutch() -> None:
    kinds = {one.media_types[0] for one in extract.formats().values()}
    assert kinds - set(_dutch.MEDIA_TYPES) == set()
    reasons = {value for name, value in vars(_reasons).items() if name.isupper()}
    assert reasons - set(_dutch.REASONS) == set()


@pytest.mark.parametrize("name", sorted(formats()))
def test_the_same_scan_gives_the_same_bytes(name: str) -> None:
    assert written(name, results()) == written(name, results())


@pytest.mark.parametrize("name", sorted(formats()))
def test_a_scan_that_met_nothing_is_a_report_too(name: str) -> None:
    assert written(name, [])


@pytest.mark.parametrize("name", sorted(formats()))
def test_text_that_is_no_unicode_is_written_out(name: str) -> None:
    odd = replace(finding(KINDS[0], 1, "Blad\udcff"), masked="J\ud800")
    data = written(name, [plain("a\udcffb", findings=(odd,))])
    assert data.startswith(b"PK") if name == "xlsx" else data.decode("utf-8")


def test_an_unknown_format_is_one_line() -> None:
    with pytest.raises(ConfigError, match="no report format docx: choose from csv, html, json"):
        written("docx", [])


@pytest.mark.parametrize("name", ["csv", "html", "md", "sarif"])
def test_what_people_read_has_no_fingerprints_and_no_paths_of_the_source(name: str) -> None:
    made = [replace(it, item=replace(it.item, locator="/secret/mount")) for it in results()]
    text = written(name, made).decode()
    digests = {digest for it in made for one in it.findings for _, digest in one.fingerprints}
    assert digests
    assert not re.search("|".join(digests), text)
    assert "/secret/mount" not in text


# JSON


def lines(given: Sequence[Result]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written("jsonl", given).splitlines()]


@pytest.mark.parametrize(
    ("doc_type", "entity", "told"),
    [
        ("kopie_id", "NL_BSN", {"bsn_readable": True}),
        ("kopie_id", "NL_ID_DOCUMENT", {"bsn_readable": False}),
        ("factuur", "NL_BSN", None),
    ],
)
def test_of_a_copy_of_an_id_it_is_said_whether_the_bsn_can_be_read(
    doc_type: str, entity: str, told: dict[str, bool] | None
) -> None:
    number = finding((entity, "B01", "Geheim", "*"), 1, "page 1")
    found = plain("a.jpg", doc_type=doc_type, level="Geheim", findings=(number,))
    line = json.loads(written("jsonl", [found]).splitlines()[0])
    assert line.get("id_copy") == told
    words = {True: "leesbaar", False: "niet leesbaar"}
    row = next(
        csv.DictReader(io.StringIO(written("csv", [found]).decode("utf-8-sig")), delimiter=";")
    )
    assert row["bsn_op_kopie"] == (words[told["bsn_readable"]] if told else "")
    page = written("html", [found]).decode()
    assert ("BSN op de kopie" in page) is (told is not None)


ITEM_KEYS = (
    "schema",
    "type",
    "uri",
    "status",
    "reason",
    "media_type",
    "size",
    "modified",
    "owner",
    "access",
    "digest",
    "doc_type",
    "subject_group",
    "subject_groups",
    "controller",
    "role",
    "level",
    "categories",
    "reference_date",
    "reference_source",
    "findings",
    "suppressed",
    "retention",
    "profile",
    "promises",
)
PROMISE_KEYS = ("policy", "promise", "kind", "title", "clause", "outcome", "where", "reason")
FINDING_KEYS = ("entity_type", "category", "where", "score", "masked", "fingerprints")
JUDGEMENT_KEYS = (
    "policy",
    "rule",
    "where",
    "verdict",
    "trigger",
    "reference_date",
    "reference_source",
    "keep_until",
    "must_keep_until",
    "action",
    "assumptions",
)


def test_a_line_an_item_and_every_key_in_order() -> None:
    made = results()
    *items, last = lines(made)
    assert [it["uri"] for it in items] == [it.item.uri for it in made]
    assert {tuple(it) for it in items} == {ITEM_KEYS}
    assert {tuple(it) for item in items for it in item["findings"]} == {FINDING_KEYS}
    assert {tuple(it) for item in items for it in item["retention"]} == {JUDGEMENT_KEYS}
    assert {tuple(it) for item in items for it in item["promises"]} == {PROMISE_KEYS}
    assert {(it["schema"], it["type"]) for it in items} == {(1, "item")}
    assert (last["schema"], last["type"]) == (1, "summary")


def test_an_item_is_written_as_the_contract_has_it() -> None:
    it = next(it for it in results() if it.findings and it.judgements and it.subject_groups)
    item, _ = lines([it])
    assert item["modified"] == "2024-02-03T10:20:00Z"
    assert item["subject_group"] == it.subject_groups[0]
    assert it.reference is not None
    assert item["reference_date"] == it.reference.date.isoformat()
    assert item["reference_source"] == "text"
    assert item["categories"] == sorted({one.category for one in it.findings})
    assert item["findings"][0]["fingerprints"] == dict(it.findings[0].fingerprints)
    assert item["retention"][0]["rule"] == it.judgements[0].rule


@given(st.text())
def test_any_name_is_one_line_and_reads_back(name: str) -> None:
    text = written("jsonl", [plain(name)]).decode()
    assert len(text.splitlines()) == 2
    assert json.loads(text.splitlines()[0])["uri"] == name


def test_the_json_document_holds_the_same_lines() -> None:
    document = json.loads(written("json", results()))
    *items, last = lines(results())
    assert document["items"] == items
    assert {"schema": 1, "type": "summary", **document["summary"]} == last


# CSV


def table(given: Sequence[Result]) -> list[dict[str, str]]:
    text = written("csv", given).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def test_a_row_a_finding_and_a_row_a_judgement_and_none_is_lost() -> None:
    made = results()
    rows = table(made)
    assert {tuple(row) for row in rows} == {COLUMNS}
    kinds = Counter(row["soort"] for row in rows)
    assert kinds["vondst"] == sum(len(it.findings) for it in made)
    assert kinds["oordeel"] == sum(len(it.judgements) for it in made)
    assert kinds["belofte"] == sum(len(it.breaches) for it in made)
    assert len({row["bestand"] for row in rows}) == len(made)


def test_it_is_what_a_dutch_excel_opens() -> None:
    data = written("csv", results())
    assert data.startswith(b"\xef\xbb\xbfsoort;bestand;")
    assert b";0,5" in data


@pytest.mark.parametrize("name", [*HOSTILE, "=1", "+1", "-1", "@a", "\ta", "\ra", " =1", "\uff1d1"])
def test_no_cell_starts_a_formula(name: str) -> None:
    odd = Finding(name, name, "Intern", name, 0.5, name, ())
    (row,) = table([plain(name, findings=(odd,), doc_type=name)])
    for value in row.values():
        assert not value.lstrip(" ").startswith(tuple(FORMULA_STARTS))


@given(st.text())
def test_a_cell_keeps_its_text(text: str) -> None:
    assert cell(text).replace("'", "") == text.replace("'", "")


@given(st.text(alphabet=";,|\t\n\r \"'=+-@\uff1da"), st.sampled_from(";,|\t"))
def test_no_cell_starts_a_formula_where_another_sign_separates(text: str, separator: str) -> None:
    """A table with semicolons, opened where commas separate, and the other way round."""
    for part in re.split(rf"[{separator}\r\n]", cell(f"a{text}"))[1:]:
        if begins := re.match("([\"'\\s]*)[=+\\-@\uff1d]", part):
            assert begins[1].endswith("'")


# the numbers


def test_all_formats_state_the_same_numbers() -> None:
    made = results()
    numbers = summary(SCAN, made).as_dict()
    assert lines(made)[-1] == {"schema": 1, "type": "summary", **numbers}
    assert json.loads(written("json", made))["summary"] == numbers
    page = text_of(written("html", made).decode())
    assert f"{numbers['status']['scanned']} volledig gelezen" in page
    assert f"schatting {numbers['people']} verschillende mensen" in page
    assert f"{numbers['items_by_verdict']['overdue']} bestanden zijn geheel of deels over" in page


def test_the_numbers_are_those_of_the_results() -> None:
    made = results()
    numbers = summary(SCAN, made).as_dict()
    assert numbers["items"] == sum(numbers["status"].values()) == len(made)
    kinds = numbers["media_types"].values()
    assert sum(it[status] for it in kinds for status in numbers["status"]) == len(made)
    assert sum(it["bytes_read"] for it in kinds) == numbers["bytes_read"]
    reasons = sum(sum(it["reasons"].values()) for it in kinds)
    assert reasons == len(made) - numbers["status"]["scanned"]
    assert numbers["bytes"] == sum(it.item.size for it in made)
    assert numbers["findings"] == sum(numbers["findings_by_category"].values())
    assert numbers["findings"] == sum(numbers["findings_by_entity"].values())
    assert numbers["findings"] == sum(numbers["findings_by_level"].values())
    assert numbers["items_with_findings"] == sum(bool(it.findings) for it in made)
    assert numbers["reasons"]["skipped"] == {"excluded by request": numbers["status"]["skipped"]}
    assert numbers["missed"] == numbers["status"]["partial"] + numbers["status"]["unreadable"]
    late = [it for it in made if any(one.verdict == "overdue" for one in it.judgements)]
    assert numbers["items_by_verdict"]["overdue"] == len(late) > 0


@pytest.mark.parametrize("order", [sorted, lambda it: sorted(it, reverse=True)])
def test_people_are_counted_once_and_estimated_when_they_are_many(order: Any) -> None:
    prints = [it.fingerprints[0][1] for it in (finding(KINDS[0], n, "") for n in range(5000))]
    exact, estimate = Distinct(), Distinct(kept=1000)
    for digest in order(prints) + prints:
        exact.add(digest)
        estimate.add(digest)
    assert len(exact) == 5000
    assert 4500 < len(estimate) < 5500


def test_people_of_an_item_are_told_apart_in_three_ways() -> None:
    name, mail, phone, bsn = KINDS[0], KINDS[1], KINDS[2], KINDS[5]
    assert people(()) == 0
    assert people((finding(phone, 1, ""), finding(phone, 2, ""))) == 1
    assert people((finding(mail, 1, ""), finding(mail, 2, ""))) == 2
    info = [replace(finding(mail, n, ""), level="Openbaar") for n in range(3)]
    assert people(info) == 1
    assert people((finding(name, 1, ""), finding(name, 1, "again"), finding(name, 2, ""))) == 2
    assert people((finding(name, 1, ""), finding(bsn, 1, ""), finding(bsn, 2, ""))) == 2


# the score


def scored(verdict: Any, day: date = date(2020, 1, 1), copies: int = 1, **fields: Any) -> float:
    fields = {"level": "Geheim", "findings": (finding(KINDS[5], 1, ""),)} | fields
    judgements = (judgement(verdict, day),)
    return score(plain("a", judgements=judgements, **fields), copies, TODAY).total


def test_the_score_rises_with_each_of_its_factors() -> None:
    base = scored("within")
    many = tuple(finding(KINDS[5], n, "") for n in range(10))
    assert base == 15
    assert scored("within", level="Vertrouwelijk") == 5
    assert scored("within", level=None) == 0
    assert scored("within", findings=many) == 2 * base
    assert [scored("within", copies=n) / base for n in (2, 4, 99)] == [2, 3, 3]
    assert scored("possibly_overdue") == 1.5 * base
    late = [date(2026, 3, 1), date(2024, 3, 1), date(2014, 3, 1)]
    assert [scored("overdue", day) / base for day in late] == [2, 3, 4]


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", page))
