"""How much faster two workers are than one, on a share of mixed documents.

    PYTHONPATH=.:recognizers python bench/parallel.py [--files 600] [--rounds 3] [--write]

Each round scans the share with every number of workers in turn, as a user does: the command as a
whole, from its start to the report, into a store that is new. No two files are alike, since a
worker that met a file's content before does not analyse its copies. Time is by the clock: on a
machine that does other work too it says little.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

import click

from bench import _files
from bench._report import figure, finish, table

DENSE_EVERY = 5
"""One file in so many is full of personal data."""


def timed(place: Path, home: Path, number: int, workers: int) -> float:
    """Return the seconds that a scan of the share takes; `number` tells it from the others."""
    store = home / f"{number}-{workers}.db"
    begun = perf_counter()
    done = subprocess.run(  # noqa: S603
        [
            *(sys.executable, "-m", "pii_scan", "scan", str(place)),
            *("--store", f"sqlite:///{store}", "--workers", str(workers)),
        ],
        env=_environment(home),
        capture_output=True,
        text=True,
        check=False,
    )
    took = perf_counter() - begun
    if done.returncode:
        raise click.ClickException(f"the scan ended with {done.returncode}: {done.stderr[-500:]}")
    store.unlink()
    return took


def _environment(home: Path) -> dict[str, str]:
    """Return that of an installed program, whose modules are compiled once."""
    own = {"PII_SCAN_KEY_FILE": str(home / "key"), "PYTHONPYCACHEPREFIX": str(home / "compiled")}
    return {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"} | own


@click.command(help=__doc__)
@click.option("--files", default=600, show_default=True, help="Of the mixed share.")
@click.option("--rounds", default=3, show_default=True)
@click.option("--workers", default="1,2", show_default=True, help="Numbers to compare.")
@click.option("--write", is_flag=True, help="Put the result in docs/benchmarks.md.")
def main(files: int, rounds: int, workers: str, write: bool) -> None:
    """Measure and report."""
    numbers = [int(one) for one in workers.split(",")]
    took: dict[int, list[float]] = {number: [] for number in numbers}
    with tempfile.TemporaryDirectory() as name:
        home, share = Path(name), Path(name, "share")
        paths = _files.share(share, files, DENSE_EVERY)
        megabytes = sum(path.stat().st_size for path in paths) / 1_000_000
        for turn in range(rounds):
            for number in numbers:
                click.echo(f"round {turn + 1} of {rounds}: {number} at work", err=True)
                took[number].append(timed(share, home, turn, number))
    base = took[numbers[0]]
    rows = [
        (
            str(number),
            figure(median(took[number])),
            figure(median(one / other for one, other in zip(base, took[number], strict=True))),
        )
        for number in numbers
    ]
    body = table(["workers", "seconds", f"x {numbers[0]}"], rows)
    body += (
        f"\n\n{files} files, {figure(megabytes)} MB, one in {DENSE_EVERY} dense; {rounds} rounds."
    )
    finish("Two workers against one", body, write=write)


if __name__ == "__main__":
    main()
