"""Whether time and memory keep in step with the size of the text.

    PYTHONPATH=.:recognizers python bench/linearity.py [--sizes 1,4,16,64] [--write]

Each measurement is a process of its own: the pass alone over a text in memory, input made to hurt,
and the whole program (`pii-scan detect`, `pii-scan scan`) over a file. 256 MB and 1 GB on request:
`--sizes 1,4,16,64,256,1000 --program 16,1000 --scan 16,1000`.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from time import process_time

import click

from bench._corpora import MEGABYTE, NAMES, PATHOLOGICAL, blocks
from bench._report import figure, finish, table

_WARM = 20_000
"""Characters to warm up on."""
_SMALL = 1 / 10
"""Input made to hurt is measured whole and at this share of it."""


_NOTE = """Time is CPU time, of all processes together; memory is that of the largest process. The
pass alone has the whole text in memory; the program's time includes its start."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one process took."""

    kind: str
    megabytes: float
    seconds: float
    """CPU time."""
    peak: int
    """Bytes in memory of its largest process."""
    found: int | None = None


def run(command: Sequence[str], home: Path) -> tuple[float, int, bytes]:
    """Run a process; return its CPU seconds, the peak memory of its largest process, its output.

    The peak is at least what this process itself holds, which a new process begins with.
    """
    environment = {n: v for n, v in os.environ.items() if not n.startswith("PII_SCAN")}
    environment |= {name: str(home) for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")}
    with (home / "output").open("w+b") as output:
        process = subprocess.Popen(  # noqa: S603
            command, stdout=output, stderr=subprocess.DEVNULL, env=environment
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, 3):
            raise click.ClickException(f"{' '.join(command[1:4])} ended with {process.returncode}")
        output.seek(0)
        kilo = 1 if sys.platform == "darwin" else 1024
        seconds = usage.ru_utime + usage.ru_stime
        return seconds, usage.ru_maxrss * kilo, output.read(MEGABYTE)


def alone(path: Path) -> None:
    """Be the process that runs the pass alone; write what it took."""
    from pii_scan import plugins
    from pii_scan.detect import MIN_SCORE, hits_in
    from pii_scan.detect.engine import Engine
    from pii_scan.model import Recognizer

    pack = plugins.load("pii_scan_nl", "RECOGNIZER", Recognizer)
    engine = Engine([one for one in pack if one.entity not in NAMES])
    with path.open("rb") as stream:
        warm = stream.read(_WARM).decode("utf-8", "ignore")
    sum(1 for _ in hits_in(warm, engine, MIN_SCORE))
    start = process_time()
    found = sum(1 for _ in hits_in(path.read_bytes().decode(), engine, MIN_SCORE))
    click.echo(json.dumps({"seconds": process_time() - start, "found": found}))


def passes(folder: Path, plan: Sequence[tuple[str, float]]) -> Iterator[Run]:
    """Measure the pass alone on texts of some kinds and sizes."""
    for kind, megabytes in plan:
        path = _written(folder, kind, megabytes)
        _, peak, output = run([sys.executable, __file__, "--alone", str(path)], folder)
        told = json.loads(output)
        path.unlink()
        yield _said(Run(kind, megabytes, told["seconds"], peak, told["found"]))


def programs(
    folder: Path, sizes: Sequence[float], scanned: Sequence[float], with_names: Sequence[float]
) -> Iterator[Run]:
    """Measure the whole program over one file, smaller where the language model reads along."""
    store = f"sqlite:///{folder / 'scan.db'}"
    scan = ["scan", "--full", "--store", store, "--timeout-per-file", "86400"]
    without = folder / "pii-scan.toml"
    without.write_text("[detect]\nnames = false\n", "utf-8")
    for name, measured, command in (
        ("detect --no-names", sizes, ["detect", "--no-names"]),
        ("scan, names = false", scanned, [*scan, "--config", str(without)]),
        ("detect", with_names, ["detect"]),
        ("scan", with_names, scan),
    ):
        for kind, size in product(("sparse", "dense"), measured):
            path = _written(folder, kind, size)
            seconds, peak, _ = run([sys.executable, "-m", "pii_scan", *command, str(path)], folder)
            path.unlink()
            yield _said(Run(f"{name}, {kind}", size, seconds, peak))


def _written(folder: Path, kind: str, megabytes: float) -> Path:
    path = folder / f"{kind.replace(' ', '-')}.txt"
    with path.open("wb") as stream:
        stream.writelines(blocks(kind, int(megabytes * MEGABYTE)))
    return path


def _said(one: Run) -> Run:
    rate, peak = one.megabytes / one.seconds, one.peak / MEGABYTE
    click.echo(f"{one.kind} {one.megabytes:g} MB: {rate:.3g} MB/s, {peak:.0f} MB", err=True)
    return one


def report(title: str, runs: Sequence[Run]) -> str:
    """Return the table of some measurements; the first of a kind is what the others are held to."""
    first = {one.kind: one for one in reversed(runs)}
    rows = [
        (
            one.kind,
            f"{one.megabytes:g}",
            figure(1000 * one.seconds / one.megabytes),
            figure(_slower(one, first[one.kind])),
            figure(one.megabytes / one.seconds),
            figure(one.peak / MEGABYTE),
            "-" if one.found is None else str(one.found),
        )
        for one in runs
    ]
    heading = [title, "MB", "ms a MB", "x the first", "MB/s", "peak memory, MB", "found"]
    return table(heading, rows)


def _slower(one: Run, first: Run) -> float:
    return (one.seconds / one.megabytes) / (first.seconds / first.megabytes)


def _numbers(text: str) -> list[float]:
    """Read sizes; 0 is none."""
    return [size for one in text.split(",") if one and (size := float(one))]


@click.command(help=__doc__)
@click.option("--sizes", default="1,4,16,64", show_default=True, help="Megabytes, pass alone.")
@click.option("--hurt", default=10.0, show_default=True, help="Megabytes of input made to hurt.")
@click.option("--line", default=50.0, show_default=True, help="Megabytes in a single line.")
@click.option("--program", default="16,64", show_default=True, help="Megabytes for `detect`.")
@click.option("--scan", default="16", show_default=True, help="Megabytes for `scan`.")
@click.option("--named", default="1", show_default=True, help="The same, with names; slower.")
@click.option("--write", is_flag=True, help="Put the result in docs/benchmarks.md.")
@click.option("--alone", "path", type=click.Path(path_type=Path), hidden=True)
def main(
    sizes: str,
    hurt: float,
    line: float,
    program: str,
    scan: str,
    named: str,
    write: bool,
    path: Path | None,
) -> None:
    """Measure and report."""
    if path is not None:
        alone(path)
        return
    plain = [(kind, size) for kind in ("sparse", "dense") for size in _numbers(sizes)]
    painful = [
        (kind, whole * share)
        for kind in PATHOLOGICAL
        if (whole := line if kind == "one line" else hurt)
        for share in (_SMALL, 1)
    ]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        parts = [
            report("pass alone", list(passes(folder, plain))),
            report("made to hurt", list(passes(folder, painful))),
        ]
        if told := list(programs(folder, *map(_numbers, (program, scan, named)))):
            parts.append(report("whole program", told))
    finish("Time and memory by size", "\n\n".join([*parts, _NOTE]), write=write)


if __name__ == "__main__":
    main()
