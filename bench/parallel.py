"""How much faster two workers are than one, on a share of mixed documents.

    PYTHONPATH=.:recognizers python bench/parallel.py [--copies 20] [--rounds 3] [--write]

The share is the sample share, so many times over; each round scans it with every number of workers
in turn. Time is by the clock, of the whole and from the first result on (workers start and load the
model before that): on a machine that does other work too it says little.
"""

import os
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter

import click

from bench._report import figure, finish, table
from fixtures import _share
from pii_scan.cli.scan import plan_in_force  # the plan of a scan, as the command makes it
from pii_scan.config.settings import Settings
from pii_scan.engines.local import Job, run
from pii_scan.scan import Plan, prepare
from pii_scan.sources.folder import SOURCE

TIMEOUT_SECONDS = 300


def timed(place: Path, plan: Plan, workers: int) -> tuple[float, float, int]:
    """Return seconds of the whole, seconds from the first result on, and how many there were."""
    begun = perf_counter()
    first, count = 0.0, 0
    for _ in run(SOURCE.items(str(place)), Job(prepare, plan), workers, TIMEOUT_SECONDS):
        first = first or perf_counter()
        count += 1
    end = perf_counter()
    return end - begun, end - first, count


@click.command(help=__doc__)
@click.option("--copies", default=20, show_default=True, help="Of the sample share.")
@click.option("--rounds", default=3, show_default=True)
@click.option("--workers", default="1,2", show_default=True, help="Numbers to compare.")
@click.option("--write", is_flag=True, help="Put the result in docs/benchmarks.md.")
def main(copies: int, rounds: int, workers: str, write: bool) -> None:
    """Measure and report."""
    numbers = [int(one) for one in workers.split(",")]
    took: dict[int, list[tuple[float, float, int]]] = {number: [] for number in numbers}
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryDirectory() as name:
        os.environ["PII_SCAN_KEY_FILE"] = f"{home}/key"
        plan = plan_in_force(Settings(), None, datetime.now(UTC).date(), (), (), ())
        first = Path(name, "0")
        write_share(first)
        for copy in range(1, copies):
            shutil.copytree(first, Path(name, str(copy)))
        for _ in range(rounds):
            for number in numbers:
                took[number].append(timed(Path(name), plan, number))
    rows = []
    for number in numbers:
        whole, scanning = (median(one[at] for one in took[number]) for at in (0, 1))
        ratios = [
            [base[at] / one[at] for base, one in zip(took[numbers[0]], took[number], strict=True)]
            for at in (0, 1)
        ]
        rows.append(
            [str(number), figure(whole), figure(scanning), *(figure(median(it)) for it in ratios)]
        )
    heading = ["workers", "seconds", "from the first result", "x the first", "x, so counted"]
    body = f"{table(heading, rows)}\n\n{took[numbers[0]][0][2]} results a scan, {rounds} rounds."
    finish("Two workers against one", body, write=write)


def write_share(folder: Path) -> None:
    """Write the sample share."""
    _share.write(_share.build(), folder)


if __name__ == "__main__":
    main()
