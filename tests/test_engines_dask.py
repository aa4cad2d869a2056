"""Distributed: a real scheduler and real workers, each a process of its own, one of which dies."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pii_scan.engines.local import CRASHED
from pii_scan.model import Coverage, Item, Result
from tests.conftest import ROOT
from tests.servers import HOST, free_port, started

Scanner = Callable[[Item], Iterator[Result]]


def prepare(marks: str) -> Scanner:
    """Scan by name: "poison" kills its reader whenever, "quake" once the whole worker as well."""
    worker = os.getppid()  # of what gets ready; readers are copies of that

    def scan(item: Item) -> Iterator[Result]:
        if item.uri == "poison":
            os.kill(os.getpid(), signal.SIGKILL)
        if item.uri == "quake":
            with contextlib.suppress(FileExistsError), Path(marks, "quake").open("x"):
                os.kill(worker, signal.SIGKILL)
                signal.pause()
        yield Result(item, Coverage("scanned"), digest=f"sha256:{item.uri}")

    return scan


@contextlib.contextmanager
def cluster(folder: Path, workers: int) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Run a scheduler and workers, and end what is left of them."""
    port = free_port()
    environment = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'recognizers'}"}
    command = [sys.executable, "-m"]
    scheduler = [*command, "distributed.cli.dask_scheduler", "--host", HOST, "--port", str(port)]
    with started([*scheduler, "--no-dashboard"], port, folder / "scheduler.log"):
        address = f"tcp://{HOST}:{port}"
        arguments = [address, "--no-nanny", "--nthreads", "1", "--no-dashboard"]
        with (folder / "workers.log").open("wb") as log:
            running = [
                subprocess.Popen(
                    [*command, "distributed.cli.dask_worker", *arguments],
                    stdout=log,
                    stderr=log,
                    env=environment,
                    cwd=folder,
                )
                for _ in range(workers)
            ]
            try:
                yield address, running
            finally:
                for process in running:
                    process.kill()
                    process.wait()


SCAN = """
import sys
from distributed import Client
from pii_scan.engines.dask import run
from pii_scan.engines.job import Job
from pii_scan.model import Coverage, Item, Result
from tests.test_engines_dask import prepare

address, marks, workers, *names = sys.argv[1:]
if __name__ == "__main__":
    with Client(address) as client:
        client.wait_for_workers(int(workers), timeout=120)
    items = [Item(name, name, 10 << 20) for name in names]
    link = Result(Item("link", "link", 0), Coverage("skipped", "walk", "symbolic link"))
    for result in run([*items, link], Job(prepare, marks), address, 120):
        print(result.item.uri, result.coverage.status, result.coverage.reason, result.digest)
"""


@pytest.mark.slow
def test_a_worker_that_dies_and_a_file_that_kills_cost_what_they_cost_at_home(
    tmp_path: Path,
) -> None:
    names = ["a", "quake", "b", "poison", "c", "d"]
    environment = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'recognizers'}"}
    with cluster(tmp_path, 2) as (address, running):
        done = subprocess.run(
            [sys.executable, "-c", SCAN, address, str(tmp_path), "2", *names],
            capture_output=True,
            text=True,
            check=False,
            env=environment,
        )
        assert [process.poll() for process in running].count(-signal.SIGKILL) == 1
    lines = sorted(done.stdout.splitlines())
    expected = [f"{name} scanned None sha256:{name}" for name in ("a", "b", "c", "d", "quake")]
    link = "link skipped symbolic link None"
    assert lines == sorted([*expected, f"poison unreadable {CRASHED} None", link]), done.stderr


@pytest.mark.slow
def test_a_report_is_the_same_whoever_scanned(
    run: Callable[..., subprocess.CompletedProcess[str]], share: Path, tmp_path: Path
) -> None:
    part = share / "quality-contacts" / "HR"
    with cluster(tmp_path, 1) as (address, _):
        options: tuple[list[str], ...] = ([], ["--engine", "dask", "--scheduler", address])
        reports = []
        for number, option in enumerate(options):
            store = tmp_path / f"{number}.db"
            scanned = run("scan", part, "--today", "2026-11-26", "--store", store, *option)
            assert scanned.returncode in (0, 3), scanned.stderr
            report = run("report", "--store", store, "--format", "jsonl").stdout
            reports.append(report.splitlines()[:-1])
    assert len(reports[0]) > 3
    assert reports[0] == reports[1]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--engine", "dask"], "--scheduler"),
        (["--scheduler", "tcp://127.0.0.1:1"], "--engine dask"),
        (["--engine", "dask", "--scheduler", "tcp://verweg.example:8786"], "tls://"),
        (["--engine", "dask", "--scheduler", "tls://x:1", "--workers", "2"], "local engine"),
    ],
)
def test_what_cannot_be_run_elsewhere_is_said_in_one_line(
    run: Callable[..., subprocess.CompletedProcess[str]],
    tmp_path: Path,
    options: list[str],
    said: str,
) -> None:
    (tmp_path / "een.txt").write_text("niets")
    done = run("scan", tmp_path / "een.txt", "--store", tmp_path / "s.db", *options)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
