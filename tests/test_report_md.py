"""The text for a ticket: short, true to the numbers, and text only."""

import io
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pii_scan import report
from pii_scan.model import NOTHING_BESIDE, Assignment, Beside, Item, Result
from pii_scan.report._dutch import visible
from pii_scan.report._groups import Groups, dealt_with
from pii_scan.report._markdown import escaped
from tests.invented_results import HOSTILE, KINDS, SCAN, finding, judgement, results
from tests.test_report import plain

AT = datetime(2026, 1, 1, tzinfo=UTC)


def ticket(given: Sequence[Result], beside: Beside = NOTHING_BESIDE, **scan: Any) -> str:
    sink = io.BytesIO()
    report.write("md", replace(SCAN, **scan), lambda: iter(given), sink, beside)
    return sink.getvalue().decode()


def assigned(path: str, entity: str | None, **fields: Any) -> Assignment:
    told = Assignment(path, entity, "A. T", None, "open", "", "b", AT, 1)
    return replace(told, **fields)


def test_it_stays_short_whatever_was_found() -> None:
    text = ticket(results(2000))
    assert len(text.splitlines()) < 60
    assert text.count("\n| share/") == 20
    numbers = report.summary(SCAN, results(2000))
    assert f"Nog {numbers.items_by_verdict['overdue'] - 10} over termijn" in text


def test_a_scan_that_found_nothing_is_a_few_lines() -> None:
    text = ticket([plain("share/a")])
    assert "## " not in text
    assert len(text.splitlines()) == 8


def test_a_scan_that_was_cut_off_says_so() -> None:
    assert "**Deze scan is niet afgerond" in ticket([], finished=None)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_breaks_no_table_and_is_no_markup(name: str) -> None:
    late = judgement("overdue", SCAN.today)
    item = plain(
        f"share/{name}", findings=(finding(KINDS[5], 1, ""),), judgements=(late,), level="Geheim"
    )
    told = assigned("share", "NL_BSN", owner=name, due=date(2026, 1, 1))
    text = ticket([item], Beside({told.group: told}))
    rows = [line for line in text.splitlines() if line.startswith("|")]
    widths = {len(re.findall(r"(?<!\\)\|", row)) for row in rows}
    assert widths == {5, 8}
    assert not re.search(r"(?<!\\)[<@`]", text)


@given(st.text())
def test_what_is_escaped_reads_as_it_was(text: str) -> None:
    shown = escaped(text)
    assert "\n" not in shown
    # A backslash before punctuation is not shown (CommonMark 0.31, 2.4).
    assert re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", shown) == visible(text)
    assert not re.search(r"[<>|`*_@\[\]]", re.sub(r"\\.", "", shown))


def test_what_was_agreed_and_not_done_in_time_is_named() -> None:
    late = [
        assigned("share/a", None, due=date(2026, 1, 1)),
        assigned("share/b", "NL_BSN", due=date(2026, 2, 1), owner=""),
        assigned("share/c", None, due=date(2026, 1, 1), status="done"),
        assigned("share/d", None, due=date(2026, 1, 1), status="accepted"),
        assigned("share/e", None, due=date(2027, 1, 1)),
    ]
    text = ticket([], Beside({it.group: it for it in late}))
    assert text.count("uiterlijk") == 2
    assert "- share/a: A. T, uiterlijk 1 januari 2026" in text
    assert "- share/b (NL\\_BSN): nog niemand, uiterlijk 1 februari 2026" in text


def test_what_is_agreed_of_an_item_goes_before_what_is_agreed_of_a_group() -> None:
    own = assigned("share/hr/a", None, owner="own")
    done = assigned("share/hr", "NL_BSN", status="done")
    busy = assigned("share/hr", "PERSON", status="busy", due=date(2026, 5, 1))
    later = assigned("share/hr", "EMAIL_ADDRESS", status="busy", due=date(2026, 6, 1))
    every = {it.group: it for it in (own, done, busy, later)}
    entities = ("NL_BSN", "PERSON", "EMAIL_ADDRESS")
    assert dealt_with(Item("share/hr/a", "share/hr/a", 1), entities, every) == own
    assert dealt_with(Item("share/hr/b", "share/hr/b", 1), entities, every) == busy
    assert dealt_with(Item("share/hr/b", "share/hr/b", 1), ("NL_BSN",), every) == done
    assert dealt_with(Item("share/it/b", "share/it/b", 1), entities, every) is None
    assert dealt_with(Item("share/hr/b", "share/hr/b", 1), (), every) is None


def test_groups_count_each_item_once_and_keep_the_heaviest() -> None:
    groups = Groups()
    twice = (finding(KINDS[5], 1, "a"), finding(KINDS[5], 2, "b"))
    groups.add(plain("share/a", findings=twice, judgements=(judgement("within", SCAN.today),)))
    groups.add(plain("share/b", findings=twice[:1], judgements=(judgement("overdue", SCAN.today),)))
    groups.add(plain("share/x/c", findings=twice))
    first, second = groups.heaviest()
    assert (first.path, first.items, first.findings, first.verdict) == ("share", 2, 3, "overdue")
    assert (second.path, second.items, second.verdict) == ("share/x", 1, None)
