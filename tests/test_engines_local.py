"""The supervisor: one bad item costs one item, whatever it does to its worker."""

import logging
import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from pii_scan.engines.local import BUG, CRASHED, TIMED_OUT, Job, run
from pii_scan.errors import ConfigError, PiiScanError
from pii_scan.model import Coverage, Item, Result


def prepare(marks: str) -> Callable[[Item], Iterable[Result]]:
    """A scanner that does what the item's name says; `marks` is a folder for what must be told."""

    def scanner(item: Item) -> Iterable[Result]:
        match item.uri.partition("-")[0]:
            case "die":
                os._exit(1)
            case "flaky":
                mark = Path(marks, item.uri)
                if not mark.exists():
                    mark.touch()
                    os._exit(1)
            case "hang":
                time.sleep(3600)
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


@pytest.mark.parametrize("workers", [1, 2])
def test_a_bad_item_costs_itself(tmp_path: Path, workers: int) -> None:
    names = [f"ok-{n}" for n in range(40)]
    bad = {"die-1": CRASHED, "hang-1": TIMED_OUT, "bug-1": BUG, "hog-1": BUG, "flaky-1": "scanned"}
    for place, name in enumerate(bad):
        names.insert(7 * place, name)
    assert outcome(names, str(tmp_path), workers) == dict.fromkeys(names, "scanned") | bad


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


def dawdle(marks: str) -> Callable[[Item], Iterable[Result]]:
    time.sleep(1.5)
    return prepare(marks)


def test_getting_ready_is_not_the_files_time(tmp_path: Path) -> None:
    results = list(run([Item("ok-1", "ok-1", 10)], Job(dawdle, str(tmp_path)), 1, 1))
    assert [result.coverage.status for result in results] == ["scanned"]
