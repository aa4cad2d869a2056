"""Disposal: only what a plan names goes, wherever it is stopped, and the log tells of each step."""

import hashlib
import os
import random
import shutil
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pii_scan.disposal import (
    Journal,
    Paper,
    Plan,
    approved_by,
    end,
    fits,
    paper_of,
    plan_of,
    run,
    signed,
    undo,
    unlike,
    written,
)
from pii_scan.disposal.paper import APPROVED, PLANNED
from pii_scan.disposal.planning import Rows
from pii_scan.errors import ConfigError
from pii_scan.model import Coverage, Entry, Item, Judgement, Result
from pii_scan.store import Store
from tests.invented_log import KEY, OTHER_KEY, check

TODAY = date(2026, 11, 26)
NAMES = {KEY.id: "A. Planner", OTHER_KEY.id: "B. Approver"}
Tree = dict[str, tuple[int, str]]


def judgement(verdict: Any = "overdue", where: str = "", action: Any = "delete") -> Judgement:
    return Judgement(
        *("pack", "rule", where, verdict, "documentdatum", date(2019, 1, 1), "text"),
        *(date(2020, 1, 1), None, action),
    )


def result(path: Path, *told: Judgement, uri: str | None = None, **changes: Any) -> Result:
    """Return what a scan keeps of a file as it is on the disk."""
    content = path.read_bytes()
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    item = Item(uri or str(path), str(path), len(content), within=changes.pop("within", None))
    told = told or (judgement(),)
    kept = Result(item, Coverage("scanned"), "text/plain", digest, judgements=told)
    return replace(kept, **changes)


def plan(results: list[Result], folder: Path, **options: Any) -> Plan:
    quarantine = folder / "quarantine"
    quarantine.mkdir(mode=0o700, exist_ok=True)
    told: dict[str, Any] = {"method": "quarantine", "quarantine": str(quarantine)} | options
    if told["method"] == "delete":
        told["quarantine"] = None
    return plan_of(lambda: results, scan=1, today=TODAY, planner=KEY.id, **told)


def tree(folder: Path) -> Tree:
    """Return every file below a folder with its number and content, links as they are."""
    found = {}
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        if stat.S_ISLNK(status.st_mode):
            found[str(path)] = (status.st_ino, f"link to {path.readlink()}")
        elif stat.S_ISREG(status.st_mode):
            found[str(path)] = (status.st_ino, hashlib.sha256(path.read_bytes()).hexdigest())
    return found


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store without anything in it; to make its tables takes a second."""
    path = tmp_path_factory.mktemp("store") / "store.db"
    Store.open(str(path)).close()
    return path


@pytest.fixture
def store(tmp_path: Path, empty: Path) -> Iterator[Store]:
    with Store.open(str(shutil.copy(empty, tmp_path / "store.db"))) as opened:
        yield opened


def journal(store: Store, paper: Paper) -> Journal:
    def record(kind: str, data: Mapping[str, Any]) -> Entry:
        return store.record(kind, "tester", data, KEY)

    return Journal(paper.digest, store.log(), record)


def do(store: Store, paper: Paper) -> list[tuple[str | None, str | None]]:
    outcomes = list(run(paper, journal(store, paper), lambda _: None))
    return [(one.done, one.reason) for one in outcomes]


# What a plan takes, and what it leaves


LEAVES: dict[str, tuple[tuple[Judgement, ...], dict[str, Any], str]] = {
    **{
        f"{verdict} as well": (
            (judgement(), judgement(verdict)),
            {},
            f"has another verdict as well: {verdict}",
        )
        for verdict in (
            *("possibly_overdue", "within", "must_keep", "no_rule", "undetermined"),
            *("controller_decides", "on_hold"),
        )
    },
    "within a file": ((), {"within": "x.zip"}, "lies within x.zip"),
    "read in part": ((), {"coverage": Coverage("partial", reason="damaged")}, "not read in full"),
    "to be returned": ((judgement(action="return"),), {}, "something else than deletion: return"),
    "to be looked at": ((judgement(action="review"),), {}, "something else than deletion: review"),
    "to be anonymised": ((judgement(action="anonymise"),), {}, "than deletion: anonymise"),
    "rows of a document": ((judgement(where="rows 2-4"),), {}, "rows cannot be taken out"),
    "part of a document": ((judgement(where="page 2"),), {}, "verdicts of their own"),
    "without a digest": ((), {"digest": None}, "not read in full"),
}


@pytest.mark.parametrize(("told", "changes", "reason"), LEAVES.values(), ids=LEAVES.keys())
def test_what_a_plan_leaves_is_named_with_the_reason(
    tmp_path: Path, told: tuple[Judgement, ...], changes: dict[str, Any], reason: str
) -> None:
    (tmp_path / "a.txt").write_text("a")
    made = plan([result(tmp_path / "a.txt", *told, **changes)], tmp_path)
    assert made.targets == ()
    (left,) = made.left
    assert reason in left.reason


@pytest.mark.parametrize(
    "verdict",
    ["possibly_overdue", "within", "must_keep", "no_rule", "undetermined", "controller_decides"],
)
def test_no_other_verdict_is_in_a_plan_at_all(tmp_path: Path, verdict: str) -> None:
    (tmp_path / "a.txt").write_text("a")
    made = plan([result(tmp_path / "a.txt", judgement(verdict))], tmp_path)
    assert (made.targets, made.left) == ((), ())


def test_an_archive_goes_only_when_all_in_it_is_over_its_term(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_text("a")
    whole = result(tmp_path / "a.zip")
    members = [
        result(tmp_path / "a.zip", judgement(verdict), uri=f"x!/{verdict}", within=whole.item.uri)
        for verdict in ("overdue", "must_keep")
    ]
    assert len(plan([whole, members[0]], tmp_path).targets) == 1
    made = plan([whole, *members], tmp_path)
    assert made.targets == ()
    assert "something in it is not over its term" in {one.reason for one in made.left}


def test_a_file_that_is_gone_or_changed_is_no_target(tmp_path: Path) -> None:
    for name in ("gone", "grown"):
        (tmp_path / name).write_text("a")
    results = [result(tmp_path / "gone"), result(tmp_path / "grown")]
    (tmp_path / "gone").unlink()
    (tmp_path / "grown").write_text("aa")
    assert {one.reason for one in plan(results, tmp_path).left} == {
        "is not there any more",
        "changed since the scan",
    }


# Who stands behind it


@pytest.fixture
def paper(tmp_path: Path) -> Paper:
    (tmp_path / "a.txt").write_text("a")
    return signed(Paper(plan([result(tmp_path / "a.txt")], tmp_path)), PLANNED, KEY)


def test_two_people_stand_behind_a_plan_and_its_paper_is_read_back(paper: Paper) -> None:
    both = signed(paper, APPROVED, OTHER_KEY)
    assert paper_of(written(both)) == both
    assert approved_by(both, NAMES, check(KEY, OTHER_KEY)) == ("A. Planner", "B. Approver")


def forged(paper: Paper) -> Paper:
    (target,) = paper.plan.targets
    other = replace(target, path="/etc/passwd")
    return replace(paper, plan=replace(paper.plan, targets=(other,)))


def approval_as_planner(paper: Paper) -> Paper:
    planner = paper.signatures[0]
    return replace(paper, signatures=(planner, replace(planner, role=APPROVED)))


def named_after(paper: Paper) -> Paper:
    plan = replace(paper.plan, planner=OTHER_KEY.id)
    return signed(signed(Paper(plan), PLANNED, KEY), APPROVED, OTHER_KEY)


REFUSED: dict[str, tuple[Callable[[Paper], Paper], Mapping[str, str], str]] = {
    "nobody": (lambda paper: replace(paper, signatures=()), NAMES, "no planner has signed"),
    "one": (lambda paper: paper, NAMES, "no approver has signed"),
    "the planner twice": (lambda it: signed(it, APPROVED, KEY), NAMES, "cannot approve"),
    "the planner's other key": (
        lambda it: signed(it, APPROVED, OTHER_KEY),
        dict.fromkeys(NAMES, "A. Planner"),
        "cannot approve",
    ),
    "a stranger": (
        lambda it: signed(it, APPROVED, OTHER_KEY),
        {KEY.id: "A. Planner"},
        "not enrolled",
    ),
    "another plan": (
        lambda it: forged(signed(it, APPROVED, OTHER_KEY)),
        NAMES,
        "not as the planner signed it",
    ),
    "a signature for another role": (
        approval_as_planner,
        NAMES,
        "not as the approver signed it",
    ),
    "another planner in the plan": (named_after, NAMES, "another planner"),
    "the planner's other key, the name in another spelling": (
        lambda it: signed(it, APPROVED, OTHER_KEY),
        {KEY.id: "A. Planner", OTHER_KEY.id: " a.\u00a0PLANNER "},
        "cannot approve",
    ),
}


@pytest.mark.parametrize(("change", "names", "says"), REFUSED.values(), ids=REFUSED.keys())
def test_a_plan_without_two_people_is_refused(
    paper: Paper, change: Callable[[Paper], Paper], names: Mapping[str, str], says: str
) -> None:
    with pytest.raises(ConfigError, match=says):
        approved_by(change(paper), names, check(KEY, OTHER_KEY))


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"schema": 1, "type": "x"}', b"[" * 100_000]
)
def test_what_is_no_plan_is_refused(content: bytes) -> None:
    with pytest.raises(ConfigError, match="no plan"):
        paper_of(content)


def with_targets(**changes: Any) -> Callable[[Plan], Plan]:
    return lambda plan: replace(plan, targets=(replace(plan.targets[0], **changes),))


UNSOUND: dict[str, Callable[[Plan], Plan]] = {
    "two of one number": lambda plan: replace(plan, targets=plan.targets * 2),
    "another number": with_targets(number=2),
    "a path from nowhere": with_targets(path="etc/passwd"),
    "a path with a step up": with_targets(path="/tmp/x/../../etc/passwd"),
    "two roots": with_targets(path="//etc/passwd"),
    "an unknown method": with_targets(method="shred"),
    "rows that are deleted": with_targets(rows=(Rows("", ((2, 3),)),)),
    "no rows to empty": with_targets(method="anonymise"),
    "more than thirty days": lambda plan: replace(plan, days=31),
    "no days": lambda plan: replace(plan, days=0),
    "no quarantine": lambda plan: replace(plan, quarantine=None),
    "a quarantine elsewhere": lambda plan: replace(plan, quarantine="../q"),
}


@pytest.mark.parametrize("change", UNSOUND.values(), ids=UNSOUND.keys())
def test_a_paper_that_two_people_signed_is_no_plan_when_none_is_made_so(
    paper: Paper, change: Callable[[Plan], Plan]
) -> None:
    forged = signed(signed(Paper(change(paper.plan)), PLANNED, KEY), APPROVED, OTHER_KEY)
    with pytest.raises(ConfigError, match="no plan"):
        paper_of(written(forged))


def test_a_target_must_be_the_file_that_was_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who plans may write down another copy of the same content, which has to be kept."""
    for name in ("a.txt", "archief.txt"):
        (tmp_path / name).write_text("a")
    judged = result(tmp_path / "a.txt")
    (target,) = plan([judged], tmp_path).targets
    assert unlike(target, judged) is None
    other = replace(target, path=str(tmp_path / "archief.txt"))
    assert unlike(other, judged) == "is another file than the one that was judged"
    seen = replace(judged, item=replace(judged.item, version=str(target.inode)))
    assert unlike(target, seen) is None
    again = replace(judged, item=replace(judged.item, version=str(target.inode + 1)))
    assert unlike(target, again) == "is another file than the one that was judged"
    assert plan([again], tmp_path).targets == ()
    monkeypatch.chdir(tmp_path)
    relative = replace(judged, item=replace(judged.item, locator="a.txt"))
    assert unlike(plan([relative], tmp_path).targets[0], relative) is None
    monkeypatch.chdir("/")
    assert unlike(target, relative) is None
    assert unlike(other, relative) == "is another file than the one that was judged"


def test_a_target_cannot_ask_for_more_than_its_rule(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(TABLE)
    told = judgement(where="rows 2-4", action="anonymise")
    judged = result(tmp_path / "t.csv", told, media_type="text/csv")
    (target,) = plan([judged], tmp_path).targets
    assert unlike(target, judged) is None
    whole = replace(target, method="delete")
    assert unlike(whole, judged) == "the plan asks for another act than its rule"
    more = replace(target, rows=(Rows("", ((2, 8),)),))
    assert unlike(more, judged) == "other rows are over their term now"


# What is touched


def test_nothing_but_the_plan_is_touched(tmp_path: Path, store: Store) -> None:
    """A share with names alike, links and hard links, above, beside and below."""
    share = tmp_path / "share"
    (share / "map").mkdir(parents=True)
    named = ["cv.txt", "cv.txt ", "cv.txt.", "CV.TXT", "cv.txt~", "cv\u200b.txt", "c\u0301v.txt"]
    named += ["cv*.txt", "-rf", "cv.txt\n", "map/cv.txt", "ćv.txt", "c̈v.txt", "%63v.txt"]
    for name in named:
        (share / name).write_text(f"inhoud van {name!r}")
    (share / "naar.txt").symlink_to("cv.txt")
    (share / "naar map").symlink_to("map")
    (share / "twee.txt").write_text("twee namen")
    os.link(share / "twee.txt", tmp_path / "andere naam.txt")
    (tmp_path / "buiten.txt").write_text("buiten")
    (share / "buiten.txt").symlink_to(tmp_path / "buiten.txt")
    hard = result(share / "twee.txt")
    through = result(share / "naar.txt", uri="naar.txt")
    aside = result(share / "naar map" / "cv.txt", uri="naar map/cv.txt")
    wanted = [share / "cv.txt", share / "-rf", share / "cv*.txt", share / "cv.txt\n"]
    before = tree(tmp_path / "share") | {"outside": (0, (tmp_path / "buiten.txt").read_text())}
    made = plan([*map(result, wanted), hard, through, aside], tmp_path, method="delete")
    done = do(store, Paper(made))
    assert sorted(one[0] or str(one[1]) for one in done) == [
        *(["deleted"] * 5),
        "has other names (hard links) that would keep its content",
    ]
    assert [one.reason for one in made.left] == ["changed since the scan"]
    gone = {str(path) for path in (*wanted, share / "map" / "cv.txt")}
    after = tree(tmp_path / "share") | {"outside": (0, (tmp_path / "buiten.txt").read_text())}
    assert after == {path: told for path, told in before.items() if path not in gone}


def swap_by_link(path: Path) -> None:
    other = path.with_name("elders.txt")
    path.rename(other)
    path.symlink_to(other)


def swap_by_copy(path: Path) -> None:
    content = path.read_bytes()
    path.rename(path.with_name("elders.txt"))
    path.write_bytes(content)


def swap_by_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def swap_folder(path: Path) -> None:
    folder = path.parent
    folder.rename(folder.with_name("elders"))
    folder.symlink_to(folder.with_name("elders"))


SWAPS: dict[str, tuple[Callable[[Path], object], str]] = {
    "written": (lambda path: path.write_text("b"), "changed since the plan"),
    "gone": (lambda path: path.unlink(), "is not there any more"),
    "a link": (swap_by_link, "cannot be opened, or is a link"),
    "the same content under the name": (swap_by_copy, "is another file under the same name"),
    "a folder that is a link": (swap_folder, "its folder is not there any more, or is a link"),
    "a second name": (lambda path: os.link(path, path.with_name("b")), "has other names"),
    "a pipe": (swap_by_pipe, "is no plain file any more"),
}


@pytest.mark.parametrize(("swap", "reason"), SWAPS.values(), ids=SWAPS.keys())
@pytest.mark.parametrize("method", ["quarantine", "delete"])
def test_a_file_that_changed_since_the_plan_is_left_and_named(
    tmp_path: Path, store: Store, swap: Callable[[Path], object], reason: str, method: str
) -> None:
    path = tmp_path / "share" / "map" / "a.txt"
    path.parent.mkdir(parents=True)
    path.write_text("a")
    made = plan([result(path)], tmp_path, method=method)
    swap(path)
    before = tree(tmp_path / "share")
    assert reason in (fits(made.targets[0], ()) or "")
    ((done, told),) = do(store, Paper(made))
    assert (done, reason in (told or "")) == (None, True)
    assert tree(tmp_path / "share") == before
    assert [entry.kind for entry in store.log()] == ["dispose.left"]
    assert [entry.data["reason"] for entry in store.log()] == [told]


def test_a_verdict_that_changed_since_the_plan_counts(tmp_path: Path, store: Store) -> None:
    (tmp_path / "a.txt").write_text("a")
    made = Paper(plan([result(tmp_path / "a.txt")], tmp_path))
    outcomes = list(run(made, journal(store, made), lambda _: "has another verdict as well"))
    assert [(one.done, one.reason) for one in outcomes] == [(None, "has another verdict as well")]
    assert (tmp_path / "a.txt").exists()


def begun(store: Store, paper: Paper, **more: Any) -> None:
    """Write down that a plan's file was begun with, as a program does that is then stopped."""
    (target,) = paper.plan.targets
    status, folder = Path(target.path).stat(), Path(target.path).parent.stat()
    told = {"mode": 0o640, "mtime_ns": status.st_mtime_ns, "owner": [status.st_uid, status.st_gid]}
    data = {"plan": paper.digest, "number": 1, "digest": target.digest, "method": target.method}
    store.record("dispose.intent", "tester", data | told | {"folder": folder.st_ino} | more, KEY)


@pytest.mark.parametrize("way", ["quarantine", "delete", "anonymise"])
def test_a_hold_since_the_run_was_stopped_holds_what_was_begun(
    tmp_path: Path, store: Store, way: str
) -> None:
    path = tmp_path / "share" / "t.csv"
    path.parent.mkdir()
    path.write_text(TABLE)
    rows = judgement(where="rows 2-4", action="anonymise")
    kept = result(path, *([rows] if way == "anonymise" else []), media_type="text/csv")
    paper = Paper(plan([kept], tmp_path, method="delete" if way == "delete" else "quarantine"))
    begun(store, paper, after="sha256:0", becomes="anonymised")
    folder = tmp_path / "quarantine" / paper.digest[:16]
    folder.mkdir(mode=0o700)
    (folder / "1.data").write_text(TABLE)
    (path.parent / f".pii-scan-{paper.digest[:16]}-1.part").write_text("half")
    outcomes = list(run(paper, journal(store, paper), lambda _: "is on hold"))
    assert [(one.done, one.reason) for one in outcomes] == [(None, "is on hold")]
    assert path.read_text() == TABLE
    if way == "quarantine":
        assert not (folder / "1.data").exists()
    if way == "anonymise":
        assert [one.name for one in path.parent.iterdir()] == ["t.csv"]
    assert [entry.kind for entry in store.log()][-1] == "dispose.left"


@pytest.mark.parametrize("method", ["quarantine", "delete"])
@pytest.mark.parametrize("is_empty", [False, True], ids=["no folder", "an empty folder"])
def test_a_share_that_is_not_mounted_is_not_disposed_of(
    tmp_path: Path, store: Store, method: str, is_empty: bool
) -> None:
    """Stopped after the intent, and run again while the share is away: nothing is known."""
    path = tmp_path / "share" / "a.txt"
    path.parent.mkdir()
    path.write_text("a")
    paper = Paper(plan([result(path)], tmp_path, method=method))
    begun(store, paper)
    path.parent.rename(tmp_path / "away")
    if is_empty:
        path.parent.mkdir()
    ((done, reason),) = do(store, paper)
    assert (done, "its folder is" in (reason or "")) == (None, True)
    assert [entry.kind for entry in store.log()] == ["dispose.intent"]
    if is_empty:
        path.parent.rmdir()
    (tmp_path / "away").rename(path.parent)
    ((done, reason),) = do(store, paper)
    assert (done, reason) == ("quarantined" if method == "quarantine" else "deleted", None)


def test_a_file_that_goes_while_it_is_looked_at_is_left(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.txt"
    path.write_text("a")
    paper = Paper(plan([result(path)], tmp_path))

    def copied(*_: object) -> None:
        path.rename(tmp_path / "elders.txt")

    monkeypatch.setattr("pii_scan.disposal.running._copy", copied)
    assert do(store, paper) == [(None, "is not there any more")]
    assert (tmp_path / "elders.txt").read_text() == "a"
    assert list((tmp_path / "quarantine").rglob("*.data")) == []


def test_a_name_that_another_file_takes_at_the_last_moment_stays(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.txt"
    path.write_text("a")
    paper = Paper(plan([result(path)], tmp_path))

    def copied(*_: object) -> None:
        swap_by_copy(path)

    monkeypatch.setattr("pii_scan.disposal.running._copy", copied)
    assert do(store, paper) == [(None, "changed while it was looked at")]
    assert path.read_text() == "a"


def opened_to_others(folder: Path) -> None:
    folder.chmod(0o755)


def moved_behind_a_link(folder: Path) -> None:
    folder.rename(folder.with_name("elsewhere"))
    folder.symlink_to(folder.with_name("elsewhere"))


@pytest.mark.parametrize("change", [opened_to_others, moved_behind_a_link])
def test_a_quarantine_that_is_not_as_it_was_takes_nothing(
    tmp_path: Path, store: Store, change: Callable[[Path], None]
) -> None:
    (tmp_path / "a.txt").write_text("a")
    paper = Paper(plan([result(tmp_path / "a.txt")], tmp_path))
    change(tmp_path / "quarantine")
    with pytest.raises(ConfigError, match="quarantine"):
        do(store, paper)
    assert (tmp_path / "a.txt").exists()
    assert list(store.log()) == []


# Quarantine


def test_what_was_stopped_in_quarantine_can_be_brought_back_or_ended(
    tmp_path: Path, store: Store
) -> None:
    """Also when the plan can no longer be run, since a key was revoked."""
    path = tmp_path / "a.txt"
    path.write_text("a")
    paper = Paper(plan([result(path)], tmp_path))
    begun(store, paper)
    folder = tmp_path / "quarantine" / paper.digest[:16]
    folder.mkdir(mode=0o700)
    assert list(undo(paper, journal(store, paper))) == []  # it is in its own place
    path.rename(folder / "1.data")
    late = datetime.now(UTC) + timedelta(days=31)
    copy = (folder / "1.data").read_bytes()
    assert [one.done for one in undo(paper, journal(store, paper))] == ["restored"]
    assert (path.read_bytes(), list(folder.iterdir())) == (copy, [])
    other = tmp_path / "b.txt"
    other.write_text("b")
    paper = Paper(plan([result(other)], tmp_path))
    begun(store, paper)
    folder = tmp_path / "quarantine" / paper.digest[:16]
    folder.mkdir(mode=0o700)
    other.rename(folder / "1.data")
    assert [one.done for one in end(paper, journal(store, paper), late)] == ["ended"]
    assert list(folder.iterdir()) == []


def test_what_comes_back_has_its_mode_whatever_the_mask(tmp_path: Path, store: Store) -> None:
    path = tmp_path / "share" / "a.txt"
    path.parent.mkdir()
    path.write_text("a")
    path.chmod(0o664)
    paper = Paper(plan([result(path)], tmp_path))
    mask = os.umask(0o077)
    try:
        do(store, paper)
        list(undo(paper, journal(store, paper)))
    finally:
        os.umask(mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o664


def test_what_was_in_quarantine_comes_back_as_it_was(tmp_path: Path, store: Store) -> None:
    path = tmp_path / "share" / "a.txt"
    path.parent.mkdir()
    path.write_text("a")
    path.chmod(0o640)
    os.utime(path, ns=(1_500_000_000_123_456_789, 1_500_000_000_123_456_789))
    paper = Paper(plan([result(path)], tmp_path))
    assert do(store, paper) == [("quarantined", None)]
    assert not path.exists()
    (held,) = (tmp_path / "quarantine").rglob("*.data")
    assert (stat.S_IMODE(held.stat().st_mode), held.read_text()) == (0o600, "a")
    assert do(store, paper) == []  # once is enough
    assert [one.done for one in undo(paper, journal(store, paper))] == ["restored"]
    status = path.stat()
    assert (stat.S_IMODE(status.st_mode), status.st_mtime_ns) == (0o640, 1_500_000_000_123_456_789)
    assert (path.read_text(), list((tmp_path / "quarantine").rglob("*.data"))) == ("a", [])
    assert do(store, paper) == []  # what a person brought back is not taken again
    assert list(undo(paper, journal(store, paper))) == []
    kinds = [entry.kind for entry in store.log()]
    assert kinds == ["dispose.intent", "dispose.done", "dispose.undo", "dispose.undone"]


def test_undo_overwrites_nothing(tmp_path: Path, store: Store) -> None:
    (tmp_path / "a.txt").write_text("a")
    paper = Paper(plan([result(tmp_path / "a.txt")], tmp_path))
    do(store, paper)
    (tmp_path / "a.txt").write_text("nieuw")
    (outcome,) = undo(paper, journal(store, paper))
    assert (outcome.done, outcome.reason) == (None, "something else has its place now")
    assert (tmp_path / "a.txt").read_text() == "nieuw"


def test_a_quarantine_ends_and_not_before(tmp_path: Path, store: Store) -> None:
    (tmp_path / "a.txt").write_text("a")
    paper = Paper(plan([result(tmp_path / "a.txt")], tmp_path))
    do(store, paper)
    now = datetime.now(UTC)
    early, late = now + timedelta(days=29, hours=23), now + timedelta(days=30)
    assert list(end(paper, journal(store, paper), early)) == []
    assert [one.done for one in end(paper, journal(store, paper), late)] == ["ended"]
    assert list((tmp_path / "quarantine").rglob("*.data")) == []
    assert list(undo(paper, journal(store, paper))) == []


# Stopped anywhere


CALLS = ("unlink", "replace", "link", "fsync", "open", "utime")
"""Of os, by which anything on a disk changes."""


class Stopper:
    """Ends the process, as kill -9 would, before or behind the n-th step that matters."""

    def __init__(self, number: int, *, behind: bool) -> None:
        self.left, self.behind = number, behind

    def wrapped(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def stopping(*arguments: Any, **options: Any) -> Any:
            self.left -= 1
            if self.left == 0 and not self.behind:
                os._exit(9)
            try:
                return call(*arguments, **options)
            finally:
                if self.left == 0:
                    os._exit(9)

        return stopping


def stopped(work: Callable[[Stopper], object], number: int, *, behind: bool) -> bool:
    """Do work in a process that ends at a step; tell whether it came that far."""
    child = os.fork()
    if child == 0:
        try:
            work(Stopper(number, behind=behind))
        except BaseException:  # noqa: BLE001 - a child must not run the rest of the tests
            os._exit(1)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in {0, 9}
    return code == 9


def stopping_run(
    url: str, paper: Paper, way: Callable[[Paper, Journal], object]
) -> Callable[[Stopper], None]:
    def work(stopper: Stopper) -> None:
        with Store.open(url) as store:

            def record(kind: str, data: Mapping[str, Any]) -> Entry:
                return store.record(kind, "tester", data, KEY)

            told = Journal(paper.digest, store.log(), stopper.wrapped(record))
            for name in CALLS:
                setattr(os, name, stopper.wrapped(getattr(os, name)))
            way(paper, told)

    return work


def whole(path: Path) -> Callable[[Paper, Journal], object]:
    return lambda paper, told: list(run(paper, told, lambda _: None))


TABLE = "naam;datum\n" + "".join(f"Testman {n};2019-01-0{n}\n" for n in range(1, 8))


@pytest.mark.parametrize("behind", [False, True], ids=["before", "behind"])
@pytest.mark.parametrize("way", ["quarantine", "delete", "anonymise", "undo", "end"])
def test_killed_anywhere_nothing_is_half_done_that_the_log_does_not_show(
    tmp_path: Path, empty: Path, way: str, behind: bool
) -> None:
    number, steps = 0, 0
    while True:
        number += 1
        folder = tmp_path / f"{number}"
        share, url = folder / "share", str(folder / "store.db")
        share.mkdir(parents=True)
        shutil.copy(empty, url)
        for name in ("a.txt", "b.txt", "c.txt"):
            (share / name).write_text(f"inhoud {name}")
        (share / "t.csv").write_text(TABLE)
        before = tree(share)
        gone = [result(share / "a.txt"), result(share / "b.txt")]
        if way == "anonymise":
            told = judgement(where="rows 2-4", action="anonymise")
            gone = [result(share / "t.csv", told, media_type="text/csv")]
        method = "delete" if way == "delete" else "quarantine"
        paper = Paper(plan(gone, folder, method=method))
        if way in {"undo", "end"}:
            with Store.open(url) as store:
                do(store, paper)
        acts: dict[str, Callable[[Paper, Journal], object]] = {
            "undo": lambda paper, told: list(undo(paper, told)),
            "end": lambda paper, told: list(
                end(paper, told, datetime.now(UTC) + timedelta(days=31))
            ),
        }
        act = acts.get(way, whole(share))
        if not stopped(stopping_run(url, paper, act), number, behind=behind):
            break
        steps += 1
        _is_told(share, before, paper, url, way)
        with Store.open(url) as store:
            act(paper, journal(store, paper))
            _is_finished(share, before, paper, store, way)
    assert steps > 4


def _is_told(share: Path, before: Tree, paper: Paper, url: str, way: str) -> None:
    """What is not as it was, the log tells of; what the plan does not name is as it was."""
    with Store.open(url) as store:
        begun = {entry.data.get("number") for entry in store.log() if entry.kind != "dispose.left"}
    named = {one.path: one for one in paper.plan.targets}
    now = tree(share)
    drafts = {path for path in now if Path(path).name.startswith(".pii-scan-")}
    assert {p: t for p, t in now.items() if p not in named and p not in drafts} == {
        path: told for path, told in before.items() if path not in named
    }
    for path, target in named.items():
        if now.get(path) != before[path]:
            assert target.number in begun
        place = Path(paper.plan.quarantine or "/") / paper.digest[:16] / f"{target.number}.data"
        is_kept = (
            place.exists() and hashlib.sha256(place.read_bytes()).hexdigest() == before[path][1]
        )
        if way in {"quarantine", "undo"}:  # the content is whole in one of two places at any moment
            assert is_kept or now.get(path, (0, ""))[1] == before[path][1]
    assert not drafts or begun


def _is_finished(share: Path, before: Tree, paper: Paper, store: Store, way: str) -> None:
    """A second run has done what one that was not stopped would have done, and left no trace."""
    now, named = tree(share), {one.path for one in paper.plan.targets}
    assert not [path for path in now if Path(path).name.startswith(".pii-scan-")]
    assert {path for path in before if path not in now} == (
        named if way in {"quarantine", "delete", "end"} else set()
    )
    held = list(Path(paper.plan.quarantine or share / "none").rglob("*.data"))
    assert len(held) == (len(named) if way == "quarantine" else 0)
    if way == "undo":
        assert {path: told[1] for path, told in now.items()} == {
            path: told[1] for path, told in before.items()
        }
    if way == "anonymise":
        text = (share / "t.csv").read_text()
        assert (text.splitlines()[1], "Testman 4" in text) == (";", True)
    last = {entry.data["number"]: entry.kind for entry in store.log() if "number" in entry.data}
    ends = {"undo": "dispose.undone", "end": "dispose.ended"}
    assert set(last.values()) == {ends.get(way, "dispose.done")}
    assert list(store.flaws(check(KEY))) == []


def test_the_log_names_no_file(tmp_path: Path, store: Store) -> None:
    (tmp_path / "Testman.txt").write_text("a")
    do(store, Paper(plan([result(tmp_path / "Testman.txt")], tmp_path)))
    assert "Testman" not in str(list(store.log()))


def test_many_files_in_any_order(tmp_path: Path, store: Store) -> None:
    rng = random.Random(9)
    paths = [tmp_path / "share" / f"{number}.txt" for number in range(40)]
    paths[0].parent.mkdir()
    for path in paths:
        path.write_text(path.name)
    chosen = rng.sample(paths, 17)
    paper = Paper(plan([result(path) for path in sorted(chosen)], tmp_path))
    assert len(do(store, paper)) == len(chosen)
    assert {path for path in paths if not path.exists()} == set(chosen)
