"""Rows of a table: each judged by its own dates, equal ones told together."""

from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pii_scan.config.policies import load_policy
from pii_scan.model import Evidence, Hold, Judgement
from pii_scan.retain import _decide, judge, judge_rows

QC = load_policy("quality-contacts")
TODAY = date(2024, 6, 1)
HOLD = Hold("proef, hold 1", "geschil", "P. de Boer", date(2020, 1, 1), None)


def contact(text: str, row: int) -> Evidence:
    return Evidence("laatste_contact", date.fromisoformat(text), "row", f"row {row}")


def judged(rows, evidence=(), **more) -> tuple[Judgement, ...]:  # type: ignore[no-untyped-def]
    return judge_rows(
        QC, subject_groups=("websitebezoeker",), doc_type="klantcontact_notitie", role="unknown",
        evidence=evidence, consent="unknown", today=TODAY, rows=rows, **more,
    )  # fmt: skip


def told(judgements: tuple[Judgement, ...]) -> dict[str, tuple[str, str | None]]:
    return {
        one.where: (one.verdict, one.keep_until.isoformat() if one.keep_until else None)
        for one in judgements
    }


def test_rows_with_equal_dates_stand_together() -> None:
    days = {2: "2021-01-01", 3: "2021-01-01", 4: "2021-01-01", 5: "2023-01-01", 9: "2021-01-01"}
    rows = {number: (contact(text, number),) for number, text in days.items()}
    assert told(judged(rows)) == {
        "rows 2-4,9": ("overdue", "2023-01-01"),
        "row 5": ("within", "2025-01-01"),
    }


def test_a_frame_does_the_same() -> None:
    frame = pd.DataFrame(
        {
            "row": [9, 2, 3, 5],
            "trigger": ["laatste_contact"] * 4,
            "date": pd.to_datetime(["2021-01-01", "2021-01-01", "2021-01-01", "2023-01-01"]),
            "source": ["row"] * 4,
        },
        index=[0, 0, 1, 1],
    )
    assert told(judged(frame)) == {
        "rows 2-3,9": ("overdue", "2023-01-01"),
        "row 5": ("within", "2025-01-01"),
    }


def test_rows_without_a_date_fall_back_on_the_item() -> None:
    rows = {2: (contact("2023-01-01", 2),), 3: (), 4: ()}
    assert told(judged(rows)) == {
        "row 2": ("within", "2025-01-01"),
        "rows 3-4": ("undetermined", None),
    }
    item = (Evidence("documentdatum", date(2020, 1, 1), "file"),)
    assert told(judged(rows, item))["rows 3-4"] == ("overdue", "2022-01-01")


def test_no_rows() -> None:
    assert judged({}) == ()


def test_a_row_with_several_dates_is_judged_as_an_item_with_them() -> None:
    pieces = (
        Evidence("uitdiensttreding", date(2020, 5, 1), "row"),
        Evidence("documentdatum", date(2015, 5, 1), "row"),
    )
    for order in (pieces, pieces[::-1]):
        (row,) = judge_rows(
            QC, subject_groups=("medewerker",), doc_type="loonstrook", role="unknown", evidence=(),
            consent="unknown", today=TODAY, rows={7: order},
        )  # fmt: skip
        (item,) = judge(
            QC, subject_groups=("medewerker",), doc_type="loonstrook", role="unknown",
            evidence=pieces, consent="unknown", today=TODAY,
        )  # fmt: skip
        assert row.where == "row 7"
        assert (row.verdict, row.must_keep_until) == (item.verdict, item.must_keep_until)


@given(
    st.lists(
        st.builds(
            Evidence,
            st.sampled_from([trigger.id for trigger in QC.triggers]),
            st.dates(date(2015, 1, 1), date(2025, 1, 1)),
            st.sampled_from(["register", "row", "text", "file"]),
        ),
        max_size=4,
        unique=True,
    ),
    st.sampled_from(["sollicitant", "medewerker", "opdrachtgever", "websitebezoeker"]),
    st.sampled_from(["factuur", "loonstrook", "e_mail", "overig"]),
)
def test_a_row_is_judged_as_an_item_would_be(
    pieces: list[Evidence], group: str, doc_type: str
) -> None:
    case: dict[str, Any] = {
        "subject_groups": (group,), "doc_type": doc_type, "role": "unknown", "consent": "unknown",
        "today": TODAY,
    }  # fmt: skip
    (row,) = judge_rows(QC, rows={7: pieces}, evidence=(), **case)
    (item,) = judge(QC, evidence=pieces, **case)
    for name in ("verdict", "rule", "keep_until", "must_keep_until", "reference_date", "action"):
        assert getattr(row, name) == getattr(item, name)


def test_holds_count_for_every_row() -> None:
    rows = {2: (contact("2021-01-01", 2),), 3: (contact("2023-01-01", 3),)}
    assert {one.verdict for one in judged(rows, holds=[HOLD])} == {"on_hold"}


@pytest.mark.parametrize("count", [10_000])
def test_many_rows_are_judged_once_a_date(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = 0
    real = _decide.decide

    def counted(*arguments, **named):  # type: ignore[no-untyped-def]
        nonlocal calls
        calls += 1
        return real(*arguments, **named)

    monkeypatch.setattr("pii_scan.retain.judging.decide", counted)
    days = [date(2020, 1, 1) + timedelta(days=number % 100) for number in range(count)]
    rows = {n + 2: (Evidence("laatste_contact", day, "row"),) for n, day in enumerate(days)}
    judgements = judged(rows)
    assert calls == 100
    assert len(judgements) == 100
    assert sum(one.where.count(",") + 1 for one in judgements) == count
