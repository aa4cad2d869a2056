"""A ten-year export: the verdict of every row is that of a truth worked out apart."""

import pytest

from bench import rows
from pii_scan.scan import Kit

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Kit:
    return Kit(rows.plan(tmp_path_factory.mktemp("register")))


def test_every_row_of_an_export_is_judged_right(kit: Kit) -> None:
    data, truth = rows.export(3_000)
    result, _ = rows.judged(data, kit)
    assert rows.compare(result.judgements, truth) == 0
    assert {verdict for verdict, _ in truth.values()} == {
        "overdue", "within", "controller_decides", "undetermined", "on_hold",
    }  # fmt: skip


def test_the_comparison_sees_a_row_that_is_wrong_missing_or_told_twice(kit: Kit) -> None:
    data, truth = rows.export(40)
    judgements = rows.judged(data, kit)[0].judgements
    assert rows.compare(judgements, truth) == 0
    assert rows.compare(judgements[1:], truth) > 0
    assert rows.compare((*judgements, judgements[0]), truth) > 0
    assert rows.compare(judgements, truth | {2: ("must_keep", None)}) == 1
