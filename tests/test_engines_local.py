"""The supervisor: one bad item costs one item, whatever it does to its worker."""

import itertools
import logging
import os
import pickle
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from pii_scan.engines import local
from pii_scan.engines.job import Job
from pii_scan.engines.local import BUG, CRASHED, TIMED_OUT, run
from pii_scan.errors import ConfigError, PiiScanError
from pii_scan.model import Coverage, Evidence, Finding, Item, Result


def prepare(marks: str) -> Callable[[Item], Iterable[Result]]:
    """A scanner that does what the item's name says; `marks` is a folder for what must be told."""

    def scanner(item: Item) -> Iterable[Result]:
        match item.uri.partition("-")[0]:
            case "die":
                os._exit(1)
            case "flaky":
                mark = Path(marks, item.locator)
                if not mark.exists():
                    mark.touch()
                    os._exit(1)
            case "orphan":
                mark = Path(marks, item.locator)
                if not mark.exists():
                    mark.touch()
                    os.kill(os.getppid(), signal.SIGKILL)
                    time.sleep(3600)
            case "hang":
                time.sleep(3600)
            case "copy":
                with tempfile.NamedTemporaryFile(delete=False) as copy:
                    copy.write(b"bsn 999990019")
                os._exit(1)
            case "bug":
                logging.getLogger("parser").error("bsn 999990019")
                os.write(2, b"bsn 999990019")
                raise ValueError("bsn 999990019")
            case "hog":
                bytearray(64 << 30)
        yield Result(item, Coverage("scanned"))

    return scanner


def refuse(_argument: str) -> Callable[[Item], Iterable[Result]]:
    raise ConfigError("no such pack")


def vanish(_argument: str) -> Callable[[Item], Iterable[Result]]:
    os._exit(1)


def outcome(names: list[str], marks: str, workers: int = 2) -> dict[str, str]:
    items = [Item(name, name, 10) for name in names]
    results = run(items, Job(prepare, marks), workers, timeout_seconds=2)
    seen: dict[str, str] = {}
    for result in results:
        assert result.item.uri not in seen
        seen[result.item.uri] = result.coverage.reason or result.coverage.status
    return seen


def test_everything_is_answered_once(tmp_path: Path) -> None:
    names = [f"ok-{n}" for n in range(300)]
    assert outcome(names, str(tmp_path)) == dict.fromkeys(names, "scanned")


def tell_processes(_argument: str) -> Callable[[Item], Iterable[Result]]:
    return lambda item: [Result(item, Coverage("scanned"), digest=f"{os.getpid()} {os.getppid()}")]


def test_few_items_go_to_all_workers_which_are_copies_of_one_process() -> None:
    items = [Item(f"ok-{number}", "", 10) for number in range(5)]
    told = [result.digest or "" for result in run(items, Job(tell_processes, ""), 2, 5)]
    own, parents = zip(*(one.split() for one in told), strict=True)
    assert len(told) == 5
    assert len(set(own)) == 2
    assert len(set(parents)) == 1
    assert os.getpid() != int(parents[0])


@pytest.mark.parametrize("workers", [1, 2])
def test_a_bad_item_costs_itself(tmp_path: Path, workers: int) -> None:
    names = [f"ok-{n}" for n in range(40)]
    bad = {"die-1": CRASHED, "hang-1": TIMED_OUT, "bug-1": BUG, "hog-1": BUG, "flaky-1": "scanned"}
    for place, name in enumerate(bad):
        names.insert(7 * place, name)
    assert outcome(names, str(tmp_path), workers) == dict.fromkeys(names, "scanned") | bad


def test_who_ends_what_workers_are_copies_of_costs_no_item(tmp_path: Path) -> None:
    # Each of these ends all workers that there are; the others' items are at hand each time.
    names = [f"{'ok' if number % 5 else 'orphan'}-{number}" for number in range(40)]
    assert outcome(names, str(tmp_path)) == dict.fromkeys(names, "scanned")


def test_a_copy_goes_with_the_worker_that_made_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    monkeypatch.setattr(tempfile, "tempdir", None)
    assert outcome(["copy-1", "ok-1"], str(tmp_path)) == {"copy-1": CRASHED, "ok-1": "scanned"}
    assert list(scratch.iterdir()) == []


def test_results_pass_through(tmp_path: Path) -> None:
    link = Result(Item("link", "link", 0), Coverage("skipped", "walk", "symbolic link"))
    assert list(run([link], Job(prepare, str(tmp_path)), 2, 5)) == [link]


def test_an_error_of_ours_quotes_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    outcome(["bug-1"], str(tmp_path))
    assert "ValueError" in caplog.text
    assert "999990019" not in caplog.text


def test_what_prevents_a_start_is_said() -> None:
    with pytest.raises(ConfigError, match="no such pack"):
        list(run([Item("a", "a", 1)], Job(refuse, ""), 1, 5))
    with pytest.raises(PiiScanError, match="before it began"):
        list(run([Item("a", "a", 1)], Job(vanish, ""), 1, 5))


def falter(marks: str) -> Callable[[Item], Iterable[Result]]:
    mark = Path(marks, "faltered")
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return prepare(marks)


@pytest.mark.parametrize("workers", [1, 3])
def test_one_death_before_it_began_is_no_end(tmp_path: Path, workers: int) -> None:
    items = [Item(f"ok-{number}", "", 10) for number in range(100)]
    results = list(run(items, Job(falter, str(tmp_path)), workers, 5))
    assert [result.coverage.status for result in results] == ["scanned"] * 100


def test_workers_are_let_go_of_by_who_ignores_its_children(tmp_path: Path) -> None:
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        assert outcome(["die-1", "ok-1"], str(tmp_path)) == {"die-1": CRASHED, "ok-1": "scanned"}
    finally:
        signal.signal(signal.SIGCHLD, before)


def dawdle(marks: str) -> Callable[[Item], Iterable[Result]]:
    time.sleep(1.5)
    return prepare(marks)


def test_getting_ready_is_not_the_files_time(tmp_path: Path) -> None:
    results = list(run([Item("ok-1", "ok-1", 10)], Job(dawdle, str(tmp_path)), 1, 1))
    assert [result.coverage.status for result in results] == ["scanned"]


WITHIN = 5
"""Files within each item of the tests below."""


def prepare_boxes(marks: str) -> Callable[[Item], Iterable[Result]]:
    """A scanner of items with files in them, where midway happens what the item's name says."""

    def within(item: Item, numbers: Iterable[int]) -> Iterator[Result]:
        for number in numbers:
            yield Result(Item(f"{item.uri}!/{number}", item.locator, 1), Coverage("scanned"))

    def scanner(item: Item) -> Iterator[Result]:
        kind = item.uri.partition("-")[0]
        if kind == "endless":
            yield from within(item, itertools.count())
        if kind == "gated":
            with Path(marks, "gate").open("rb", buffering=0) as gate:
                yield from within(item, (number for number in range(WITHIN) if gate.read(1)))
        else:
            yield from within(item, range(WITHIN - 2))
            yield from prepare(marks)(Item(f"{item.uri}!/last", item.locator, 1))
            yield from within(item, [WITHIN - 2])
        if kind != "silent":
            yield Result(item, Coverage("scanned"))

    return scanner


def boxes(names: list[str], marks: str) -> Iterator[Result]:
    items = [Item(name, name, 10) for name in names]
    return run(items, Job(prepare_boxes, marks), workers=2, timeout_seconds=2)


@pytest.mark.parametrize(
    ("name", "status", "reason", "before"),
    [
        ("ok-1", "scanned", None, WITHIN),
        ("flaky-1", "scanned", None, WITHIN),
        ("die-1", "partial", CRASHED, WITHIN - 2),
        ("hang-1", "partial", TIMED_OUT, WITHIN - 2),
        ("bug-1", "partial", BUG, WITHIN - 2),
        ("silent-1", "partial", BUG, WITHIN),
    ],
)
def test_what_was_read_within_an_item_counts_once(
    tmp_path: Path, name: str, status: str, reason: str | None, before: int
) -> None:
    results = list(boxes(["ok-0", name, "ok-2"], str(tmp_path)))
    coverage = {result.item.uri: result.coverage for result in results}
    assert len(coverage) == len(results)
    assert (coverage[name].status, coverage[name].reason) == (status, reason)
    within = Counter(uri.partition("!/")[0] for uri in coverage if "!/" in uri)
    assert within == {"ok-0": WITHIN, name: before, "ok-2": WITHIN}
    assert [result.item.uri for result in results if result.item.uri.startswith(name)][-1] == name


def test_results_come_before_an_item_is_done(tmp_path: Path) -> None:
    """And the one that always has another does not keep the rest waiting."""
    results = boxes(["endless-1", *(f"ok-{n}" for n in range(40))], str(tmp_path))
    done = (result for result in results if result.item.uri.startswith("ok"))
    assert len(list(itertools.islice(done, 8))) == 8


def test_the_clock_begins_anew_at_each_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "gate")
    gate = os.open(tmp_path / "gate", os.O_RDWR)
    now, opened = 0.0, -1.0

    def clock() -> float:
        """The worker may go on when the supervisor has looked at the time once."""
        nonlocal opened
        if opened < now:
            opened = now
            os.write(gate, b".")
        return now

    monkeypatch.setattr(local, "time", SimpleNamespace(monotonic=clock))
    monkeypatch.setattr(local, "_TICK_SECONDS", 0.01)
    items = [Item("gated-1", "gated-1", 10)]
    statuses = []
    for result in run(items, Job(prepare_boxes, str(tmp_path)), 1, timeout_seconds=10):
        now += 9.0
        statuses.append(result.coverage.status)
    os.close(gate)
    assert statuses == ["scanned"] * (WITHIN + 1)


def test_what_a_worker_finds_arrives_as_it_was() -> None:
    day = date(2024, 3, 1)
    values = (
        Finding("NL_BSN", "B01", "Geheim", "row 2", 0.9, "******123", (("value", "ab"),), 2),
        Finding("PERSON", "N01", "Intern", "", 0.6, "J.", (), None, "subject", (("label", 1.5),)),
        Evidence("documentdatum", day, "text", "page 1"),
        Evidence("documentdatum", day, "file"),
    )
    assert pickle.loads(pickle.dumps(values)) == values
