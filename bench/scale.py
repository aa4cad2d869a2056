"""What a scan costs against the number of files: the first, one where nothing changed, one of 1 %.

    PYTHONPATH=.:recognizers python bench/scale.py [--files 10000,30000,100000] [--place /dev/shm]
    PYTHONPATH=.:recognizers python bench/scale.py --content --files 3000,12000

Makes a share of small files and runs `pii-scan scan` over it as a user does; the walk that it is
held to asks for the state of every file and does no more. Most files are sparse and without a
reader, one in `--telling` a short letter, and names are not sought: what is left is the cost of a
file. With `--content` every file is a letter of its own and all is sought: that is a first scan of
a share of documents, which one of 1 % is held to. With `--write` into docs/scale.md.
"""

import json
import os
import random
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

import click

from bench._report import figure, machine, table, with_part
from pii_scan.model import Coverage, Item, Result

PAGE = Path(__file__).parents[1] / "docs" / "scale.md"
FOLDER_FILES = 200
LETTER = "Geachte heer De Vries,\n\nUw bsn is 999994256, uw dossier is {}. Utrecht, 3 maart 2019.\n"
WHO = ("de heer J. de Vries", "mevrouw E. Vos", "Fatima el Amrani", "Sjoerd Hoekstra", "K. Yilmaz")
SAID = (
    "Hierbij bevestigen wij de ontvangst van het formulier van {who}.",
    "De factuur over het vorige kwartaal is nog niet voldaan en wordt opnieuw verstuurd.",
    "Contact verloopt via {mail}, of op werkdagen voor twaalf uur via 06 12345678.",
    "In het overleg is afgesproken dat de levering een week wordt uitgesteld.",
    "Het burgerservicenummer 999994256 staat op het inschrijfformulier van {who}.",
    "De commissie heeft kennis genomen van het verslag en stelt het ongewijzigd vast.",
    "Met ingang van 1 mei 2021 is {who} niet meer in dienst.",
    "De kosten van het onderhoud vallen binnen de begroting van dit jaar.",
    "Voor vragen over de planning kunt u terecht bij {who}, {mail}.",
    "Er zijn geen aanvullende opmerkingen ontvangen op het concept.",
)
SENTENCES = 20
"""Of a letter with `--content`: about 1.5 kB, a page."""
SIZES = (1_000, 4_000, 20_000, 100_000)
"""Bytes of the sparse files, in turn."""
CHANGED = 100
"""One in so many is changed."""
SETTINGS = "[detect]\nnames = false\n"
COLOURS = {"first": "#1f5fa8", "unchanged": "#2e8b57", "changed": "#b8651b"}
BIG = 100_000_000
LEAST_FOR_MODEL = 100_000
"""Files of the largest share from which a line to `BIG` says more than the noise of the runs."""


class Sort(NamedTuple):
    """What is left out, if anything."""

    title: str
    picture: str
    options: str


SORTS = {
    "content": Sort("A share of documents", "scale-content.svg", " --content"),
    "reading": Sort("Many files, few of them documents", "scale.svg", ""),
    "no-reading": Sort("All but the analysis", "scale-no-reading.svg", " --no-reading"),
}


@dataclass(frozen=True, slots=True)
class Run:
    """What the scans of one share took."""

    files: int
    walk: "Cost"
    first: "Cost"
    unchanged: "Cost"
    changed: "Cost"
    store: int
    """Bytes of the store after the first scan."""


class Cost(NamedTuple):
    """What one walk or scan took."""

    seconds: float
    busy: float
    """Seconds of processors, those of all workers together: a busy machine lengthens them less."""
    memory: int
    """Most bytes that the coordinating process held."""


def letter(number: int) -> str:
    """Return a page that no other file has."""
    chance = random.Random(number)  # noqa: S311 - no secret
    lines = [f"Dossier {number}"]
    for sentence in chance.choices(SAID, k=SENTENCES):
        who = chance.choice(WHO)
        lines.append(sentence.format(who=who, mail=f"{who.split()[-1].lower()}@post.example"))
    return "\n".join(lines)


def make(place: Path, files: int, telling: int, *, content: bool) -> None:
    """Write the share."""
    for number in range(files):
        if number % FOLDER_FILES == 0:
            folder = place / f"{number // FOLDER_FILES // 100:03}" / f"{number // FOLDER_FILES:05}"
            folder.mkdir(parents=True)
        if content:
            (folder / f"brief-{number:07}.txt").write_text(letter(number), "utf-8")
        elif number % telling == 0:
            (folder / f"brief-{number:07}.txt").write_text(LETTER.format(number), "utf-8")
        else:
            with (folder / f"bestand-{number:07}.bin").open("wb") as stream:
                stream.truncate(SIZES[number % len(SIZES)])


def change(place: Path) -> int:
    """Change one file in a hundred, spread over the share."""
    changed = 0
    for number, (folder, _, names) in enumerate(os.walk(place)):
        for name in names[number % 2 :: CHANGED]:
            with (Path(folder) / name).open("ab") as stream:
                stream.write(b"\nen toen")
            changed += 1
    return changed


def walk(place: Path) -> Cost:
    """Ask for the state of every file below a folder."""
    start, busy = time.perf_counter(), time.process_time()
    for folder, _, names in os.walk(place):
        for name in names:
            os.stat(os.path.join(folder, name))  # noqa: PTH116, PTH118 - nothing but the walk
    return Cost(time.perf_counter() - start, time.process_time() - busy, 0)


def scan(place: Path, home: Path, *, reads: bool, content: bool) -> Cost:
    """Scan in a process of its own."""
    environment = {n: v for n, v in os.environ.items() if not n.startswith("PII_SCAN")}
    environment |= {name: str(home) for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")}
    command = [sys.executable, __file__, "--alone", str(place), "--place", str(home)]
    command += [] if reads else ["--no-reading"]
    command += ["--content"] if content else []
    start, busy = time.perf_counter(), _busy()
    done = subprocess.run(  # noqa: S603
        command, env=environment, capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - start
    if done.returncode not in (0, 3):  # 3: a sparse file has no reader
        raise click.ClickException(f"the scan ended with {done.returncode}: {done.stderr[-500:]}")
    return Cost(seconds, _busy() - busy, int(done.stdout.splitlines()[-1]))


def _busy() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def alone(place: Path, home: Path, *, reads: bool, content: bool) -> None:
    """Be the process that scans, and write how much memory it held at most, its workers left out.

    Without reading, every file is taken as read and empty: the rest is as in use.
    """
    from pii_scan.cli import _machine
    from pii_scan.cli import main as program

    if not reads:
        setattr(_machine, "run", _unread)  # noqa: B010

    settings = home / "pii-scan.toml"
    settings.write_text("" if content else SETTINGS, "utf-8")
    arguments = ["scan", str(place), "--config", str(settings), "--store", str(home / "scan.db")]
    try:
        code = program([*arguments, "--today", "2026-11-01"], standalone_mode=False)
    except SystemExit as end:
        code = end.code
    click.echo(_peak())
    raise SystemExit(code)


def _unread(met: Iterable[Item | Result], *_: object) -> Iterator[Result]:
    for one in met:
        yield one if isinstance(one, Result) else Result(one, Coverage("scanned"))


def _peak() -> int:
    told = Path("/proc/self/status").read_text("ascii")
    return next(int(line.split()[1]) << 10 for line in told.splitlines() if "VmHWM" in line)


def measure(files: int, telling: int, place: Path, *, reads: bool, content: bool) -> Run:
    """Make a share of so many files and measure it."""
    with tempfile.TemporaryDirectory(dir=place, prefix="scale-") as name:
        share, home = Path(name) / "share", Path(name) / "home"
        home.mkdir()
        make(share, files, telling, content=content)
        first = scan(share, home, reads=reads, content=content)
        with sqlite3.connect(home / "scan.db") as store:
            store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        store.close()
        size = (home / "scan.db").stat().st_size
        bare = min(walk(share) for _ in range(3))
        unchanged = scan(share, home, reads=reads, content=content)
        change(share)
        changed = scan(share, home, reads=reads, content=content)
        shutil.rmtree(share)
    return Run(files, bare, first, unchanged, changed, size)


def line(runs: Sequence[Run], value: Callable[[Run], float]) -> tuple[float, float]:
    """Return (fixed, each file) of the straight line through the smallest and the largest share."""
    small, large = runs[0], runs[-1]
    if large.files == small.files:
        return 0.0, value(large) / large.files
    each = (value(large) - value(small)) / (large.files - small.files)
    return value(small) - each * small.files, each


def report(runs: Sequence[Run]) -> str:
    """Return the measurements, the model, and what the model says of a hundred million files."""
    rows = [
        (
            f"{run.files:,}",
            *(figure(it.seconds) for it in (run.walk, run.first, run.unchanged, run.changed)),
            figure(run.unchanged.seconds / run.walk.seconds),
            figure(run.unchanged.busy / run.walk.busy),
            f"{100 * run.changed.seconds / run.first.seconds:.1f} %",
            f"{100 * run.changed.busy / run.first.busy:.1f} %",
            *(figure(it.memory / 1e6) for it in (run.first, run.unchanged)),
            figure(run.store / run.files),
        )
        for run in runs
    ]
    heading = ["files", "walk, s", "first, s", "unchanged, s", "1 % changed, s"]
    heading += ["unchanged / walk", "same, of the processor"]
    heading += ["changed / first", "same, of the processor"]
    heading += ["memory first, MB", "memory again, MB"]
    parts = [table([*heading, "store, bytes a file"], rows)]
    if runs[-1].files >= LEAST_FOR_MODEL:
        parts += _model(runs)
    return "\n\n".join(parts)


def _model(runs: Sequence[Run]) -> Iterator[str]:
    sorts: dict[str, Callable[[Run], float]] = {
        "first scan, s": lambda run: run.first.busy,
        "nothing changed, s": lambda run: run.unchanged.busy,
        "1 % changed, s": lambda run: run.changed.busy,
        "memory, MB": lambda run: run.first.memory / 1e6,
        "store, MB": lambda run: run.store / 1e6,
    }
    yield (
        "The model is the straight line through the smallest and the largest share; the others "
        "say how well it holds. Its seconds are those of the processor. Analysis is the part that "
        "grows with what is in the files, not with their number: for that see "
        "[benchmarks.md](benchmarks.md)."
    )
    rows = []
    for name, value in sorts.items():
        fixed, each = line(runs, value)
        off = [abs(fixed + each * run.files - value(run)) / value(run) for run in runs[1:-1]]
        rows.append(
            (
                name,
                figure(fixed),
                figure(1e6 * each),
                f"{100 * max(off):.0f} %" if off else "-",
                figure(fixed + each * BIG),
            )
        )
    yield table(["", "fixed", "a million files", "most that a run is off", "100 million"], rows)


def plot(runs: Sequence[Run]) -> str:
    """Return a picture of the processor's seconds against the number of files."""
    width, height, left, low = 640, 320, 60, 40
    most = max(run.first.busy for run in runs) or 1.0
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{width}" height="{height}" fill="white"/>',
        f'<path d="M{left} 10V{height - low}H{width - 10}" fill="none" stroke="#444"/>',
        f'<text x="{left - 5}" y="20" text-anchor="end">{figure(most)} s</text>',
        f'<text x="{width - 10}" y="{height - 10}" text-anchor="end">'
        f"{runs[-1].files:,} files</text>",
    ]
    for place, (name, colour) in enumerate(COLOURS.items()):
        spots = [
            (
                left + (width - left - 20) * run.files / runs[-1].files,
                height - low - (height - low - 20) * getattr(run, name).busy / most,
            )
            for run in runs
        ]
        drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
        parts.append(f'<polyline points="{drawn}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in spots]
        label = {"changed": "1 % changed", "unchanged": "nothing changed"}.get(name, "first scan")
        parts.append(f'<text x="{left + 20}" y="{30 + 18 * place}" fill="{colour}">{label}</text>')
    return "\n".join([*parts, "</svg>", ""])


@click.command(help=__doc__)
@click.option("--files", default="10000,30000,100000", show_default=True, help="Sizes of shares.")
@click.option("--telling", default=20, show_default=True, help="One in so many is a letter.")
@click.option("--place", type=click.Path(path_type=Path), default=tempfile.gettempdir())
@click.option("--content", is_flag=True, help="Every file a letter, and everything sought.")
@click.option("--reading/--no-reading", "reads", default=True, help="Or all but the analysis.")
@click.option("--write", is_flag=True, help="Put the result in docs/scale.md.")
@click.option("--alone", "share", type=click.Path(path_type=Path), hidden=True)
def main(
    files: str,
    telling: int,
    place: Path,
    content: bool,
    reads: bool,
    write: bool,
    share: Path | None,
) -> None:
    """Measure and report."""
    if share is not None:
        alone(share, place, reads=reads, content=content)
        return
    runs = []
    for count in map(int, files.split(",")):
        runs.append(measure(count, telling, place, reads=reads, content=content))
        click.echo(json.dumps(asdict(runs[-1])), err=True)
    body = report(runs)
    click.echo(body)
    if write:
        sort = SORTS["content" if content else "reading" if reads else "no-reading"]
        command = f"bench/scale.py --files {files} --place {place}{sort.options}"
        command += "" if content else f" --telling {telling}"
        picture = PAGE.with_name(sort.picture)
        shown = f"![Seconds of the processor against files]({picture.name})"
        text = f"{body}\n\n{shown}\n\n`{command}`. {machine()}.\n"
        PAGE.write_text(with_part(PAGE.read_text("utf-8"), sort.title, text), "utf-8")
        picture.write_text(plot(runs), "utf-8")


if __name__ == "__main__":
    main()
