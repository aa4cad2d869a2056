"""What is left out by request is in the results, and is told apart from what could not be read."""

import pytest

from pii_scan.model import (
    EXCLUDED,
    LINK,
    PROTECTED,
    TOO_LARGE,
    TOO_LARGE_ASKED,
    Coverage,
    Item,
    Result,
)
from pii_scan.walk import MAX_FILE_SIZE, Selection, walk

NAMES = ("share/hr/cv.docx", "share/hr/oud/brief.pdf", "share/log.txt")


def outcome(selection: Selection, size: int = 10) -> dict[str, str]:
    items = [Item(name, name, size) for name in NAMES]
    return {
        (one.item.uri if isinstance(one, Result) else one.uri): (
            one.coverage.reason or "" if isinstance(one, Result) else "read"
        )
        for one in walk(items, "share/", selection)
    }


@pytest.mark.parametrize(
    ("selection", "left_out"),
    [
        (Selection(), set()),
        (Selection(exclude=("*.pdf",)), {NAMES[1]}),
        (Selection(exclude=("hr",)), {NAMES[0], NAMES[1]}),
        (Selection(exclude=("hr/oud/",)), {NAMES[1]}),
        (Selection(include=("*.txt",)), {NAMES[0], NAMES[1]}),
        (Selection(include=("hr/*",), exclude=("cv.*",)), {NAMES[0], NAMES[2]}),
    ],
)
def test_globs(selection: Selection, left_out: set[str]) -> None:
    assert outcome(selection) == {n: EXCLUDED if n in left_out else "read" for n in NAMES}


def test_sizes() -> None:
    assert set(outcome(Selection(max_size=9)).values()) == {TOO_LARGE_ASKED}
    assert set(outcome(Selection(max_size=10)).values()) == {"read"}
    assert set(outcome(Selection(), MAX_FILE_SIZE + 1).values()) == {TOO_LARGE}


@pytest.mark.parametrize(
    ("reason", "complete"), [(EXCLUDED, True), (TOO_LARGE_ASKED, True), (TOO_LARGE, False)]
)
def test_only_what_was_not_asked_for_makes_a_scan_incomplete(reason: str, complete: bool) -> None:
    selection = {
        EXCLUDED: Selection(exclude=("*",)),
        TOO_LARGE_ASKED: Selection(max_size=1),
        TOO_LARGE: Selection(),
    }[reason]
    size = MAX_FILE_SIZE + 1 if reason == TOO_LARGE else 10
    (one,) = walk([Item("share/a", "share/a", size)], "share", selection)
    assert isinstance(one, Result)
    assert (one.coverage.reason, one.coverage.is_complete) == (reason, complete)


def test_what_is_protected_is_counted_and_not_named() -> None:
    names = (
        "share/hr/bedrijfsarts/2020/jansen.pdf", "share/hr/bedrijfsarts/smit.iso",
        "share/hr/cv.docx", "share/or/notulen.docx",
    )  # fmt: skip
    met: list[Item | Result] = [Item(name, name, 10) for name in names]
    link = Item("share/or/link naar de boer", "share/or/link naar de boer", 0)
    met.append(Result(link, Coverage("skipped", "walk", LINK)))
    zones = ("*/bedrijfsarts/*", "share/or/*")
    found = list(walk(met, "share/", Selection(exclude=("*.iso",), protected=zones)))
    assert [one.item.uri if isinstance(one, Result) else one.uri for one in found] == [
        "share/hr/bedrijfsarts/protected zone 1", "share/hr/bedrijfsarts/protected zone 2",
        "share/hr/cv.docx", "share/or/protected zone 1", "share/or/protected zone 2",
    ]  # fmt: skip
    results = [one for one in found if isinstance(one, Result)]
    assert {(one.coverage.reason, one.coverage.status) for one in results} == {
        (PROTECTED, "skipped")
    }
    assert all(one.coverage.is_complete for one in results)
    told = repr(results)
    assert not any(name in told for name in ("jansen", "smit", "notulen", "boer"))
