"""Promise against practice: what a scan found next to what a statement names."""

import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pii_scan import cli
from pii_scan.config.policies import load_policy
from pii_scan.errors import ConfigError
from pii_scan.model import Breach, Coverage, Finding, Item, Judgement, Processing, Result
from pii_scan.report import PRACTICE_FORMATS, write_practice
from pii_scan.report._practice import names, practice
from pii_scan.store import Store
from tests.invented_results import SCAN, TODAY, results

POLICY = replace(
    load_policy("quality-contacts"),
    processing=(
        Processing(
            ("sollicitant",), (), "naam en adres", ("N01", "N02"), "p", "", (), (), "",
            "verantwoordelijke", "s",
        ),
        Processing(
            ("sollicitant",), ("vog",), "VOG", ("G09",), "p", "", (), (), "",
            "verantwoordelijke", "s",
        ),
    ),
)  # fmt: skip
EMPTY: tuple[Any, ...] = ()


def item(uri: str, *categories: str, **more: Any) -> Result:
    findings = tuple(
        Finding("X", category, "Vertrouwelijk", "", 0.9, "x", ()) for category in categories
    )
    given = {"doc_type": "sollicitatie", "subject_groups": ("sollicitant",)} | more
    return Result(Item(uri, uri, 1), Coverage("scanned"), findings=findings, **given)


def judged(verdict: Any, end: date | None, rule: str = "r", policy: str = POLICY.name) -> Judgement:
    return Judgement(
        policy, rule, "row 2", verdict, "einde_vacature", end, "row", end, None, "delete"
    )


def told(name: str, *found: Result) -> bytes:
    sink = io.BytesIO()
    write_practice(name, SCAN, POLICY, lambda: iter(found), sink)
    return sink.getvalue()


def as_json(*found: Result) -> dict[str, Any]:
    document = json.loads(told("json", *found))
    assert isinstance(document, dict)
    return document


def test_what_is_found_and_not_named_is_told() -> None:
    (group,) = as_json(item("a", "N01", "S07", "S07"), item("b", "N02", "S07"))["groups"]
    assert group["subject_group"] == "sollicitant"
    assert group["not_named"] == [
        {
            "doc_type": "sollicitatie", "category": "S07", "items": 2, "findings": 3,
            "examples": ["a", "b"],
        }
    ]  # fmt: skip
    assert group["not_mentioned"] == []


def test_a_narrower_entry_tells_of_its_type_alone() -> None:
    assert [it.data for it in names(POLICY, "sollicitant", "vog")] == ["VOG"]
    (group,) = as_json(item("a", "N01", "G09", doc_type="vog"))["groups"]
    assert [it["category"] for it in group["not_named"]] == ["N01"]


def test_people_whom_the_statement_does_not_mention_are_told_by_type() -> None:
    (group,) = as_json(item("a", "N01", subject_groups=("leverancier",)))["groups"]
    assert group["not_named"] == []
    assert [it["doc_type"] for it in group["not_mentioned"]] == ["sollicitatie"]


def test_what_is_public_and_what_is_empty_is_left_out() -> None:
    public = Finding("X", "O01", "Openbaar", "", 0.9, "x", ())
    assert as_json(replace(item("a"), findings=(public,)), item("b"))["groups"] == []


def test_what_is_kept_longer_is_told_once_a_rule_with_its_oldest_day() -> None:
    late = (
        judged("overdue", date(2020, 1, 1)),
        judged("overdue", date(2019, 1, 1)),
        judged("possibly_overdue", date(2024, 1, 1), "wet", "nl-default"),
        judged("within", date(2030, 1, 1)),
    )
    found = (item("a", "N01", judgements=late), item("b", "N01", judgements=late[:1]))
    (group,) = as_json(*found)["groups"]
    assert [
        (it["verdict"], it["rule"], it["items"], it["since"]) for it in group["kept_longer"]
    ] == [
        ("overdue", "r", 2, "2019-01-01"),
        ("possibly_overdue", "wet", 1, "2024-01-01"),
    ]
    page = told("md", *found).decode()
    assert "| eigen verklaring | over termijn | 2 | 1 januari 2019 |" in page
    assert "| wet of richtsnoer | mogelijk over termijn | 1 | 1 januari 2024 |" in page


def test_what_has_no_date_is_told() -> None:
    (group,) = as_json(item("a", "N01", judgements=(judged("undetermined", None),)))["groups"]
    assert [(it["doc_type"], it["rule"], it["items"]) for it in group["no_date"]] == [
        ("sollicitatie", "r", 1)
    ]


def test_a_broken_promise_counts_once_an_item() -> None:
    one = Breach("p", "geen-ip", "no_readable_ip", "Geen IP", "KI-07", "broken", "row 2", "Waarom.")
    found = item("a", "N01", breaches=(one, replace(one, where="row 3")))
    (group,) = as_json(found, item("b", breaches=(one,)))["groups"]
    assert group["broken"] == [
        {"promise": "geen-ip", "clause": "KI-07", "outcome": "broken", "items": 2,
         "examples": ["a", "b"]}
    ]  # fmt: skip


def test_what_was_not_read_is_said() -> None:
    unread = replace(item("a"), coverage=Coverage("unreadable", "extract", "damaged"))
    assert as_json(unread)["not_read_in_full"] == 1
    assert "Van 1 van 1 bestanden" in told("md", unread).decode()
    assert "Van 1 van de 1 bestanden" in told("html", unread).decode()


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.add(tag)


def test_names_of_files_stay_text() -> None:
    page = told("html", *results(40)).decode("utf-8", "surrogateescape")
    parser = Tags()
    parser.feed(page)
    assert not parser.tags & {"script", "img", "b"}
    assert "default-src &#39;none&#39;" in page
    rows = [
        line for line in told("md", *results(40)).decode().splitlines() if line.startswith("| ")
    ]
    assert not [line for line in rows if re.search(r"(?<!\\)<", line)]


@pytest.mark.parametrize("name", PRACTICE_FORMATS)
def test_every_format_has_its_groups_and_no_value(name: str) -> None:
    text = told(name, *results(60)).decode()
    assert "sollicitant" in text
    assert "******019" not in text
    assert told(name, *results(60)) == told(name, *results(60))


def test_an_unknown_format_is_one_line() -> None:
    with pytest.raises(ConfigError, match="choose from html, json, md"):
        told("csv")


def test_groups_with_most_items_come_first() -> None:
    def found() -> Iterator[Result]:
        yield item("a", "N01", subject_groups=("leverancier",))
        yield item("b", "N01")
        yield item("c", "N01")
        yield item("d", "N01", subject_groups=EMPTY)

    assert list(practice(SCAN, POLICY, found).groups) == ["sollicitant", "leverancier", "onbekend"]


@pytest.fixture
def inventory(tmp_path: Path) -> Path:
    path = tmp_path / "inventory.db"
    with Store.open(str(path)) as store:
        told_of = (["share"], TODAY, "quality-contacts", "0.1.0", "sha256:00", "tester")
        scan = store.begin(*told_of, SCAN.suppressions)
        store.save(scan.id, results(30))
        store.finish(scan.id)
        assert [it.breaches for it in store.results(scan.id)] == [it.breaches for it in results(30)]
    return path


@pytest.mark.parametrize(
    ("options", "code", "start"),
    [
        ((), 0, "# Belofte en praktijk"),
        (("--format", "json"), 0, '{\n "schema": 1'),
        (("--format", "html"), 0, "<!doctype html>"),
        (("--policy", "vcare", "--format", "json"), 0, "{"),
        (("--format", "csv"), 2, ""),
        (("--policy", "nergens"), 2, ""),
    ],
)
def test_the_program_writes_it(
    inventory: Path, options: tuple[str, ...], code: int, start: str
) -> None:
    arguments = ["report", "--store", str(inventory), "--view", "promises", *options]
    done = CliRunner().invoke(cli.main, arguments)
    assert done.exit_code == code, done.output
    assert done.stdout.lstrip().startswith(start)


def test_the_name_of_the_file_tells_the_format(inventory: Path, tmp_path: Path) -> None:
    output = tmp_path / "belofte.html"
    arguments = ["report", "--store", str(inventory), "--view", "promises", "--output", str(output)]
    assert CliRunner().invoke(cli.main, arguments).exit_code == 0
    assert output.read_bytes().startswith(b"<!doctype html>")
    assert output.stat().st_mode & 0o777 == 0o600


def test_a_pack_is_chosen_for_this_view_only(inventory: Path) -> None:
    arguments = ["report", "--store", str(inventory), "--policy", "vcare"]
    assert CliRunner().invoke(cli.main, arguments).exit_code == 2
