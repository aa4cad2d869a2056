"""How fast identifiers are found: this program, Presidio, Python's `re` and ripgrep in one run.

    PYTHONPATH=.:recognizers python bench/detection.py [--size MB] [--rounds N] [--write]

Ours is measured from bytes to decoded, validated and scored findings, without names, on one core.
All take turns in every round and are warm; slow ones get the first part of the corpus.
"""

import resource
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import click

from bench._baselines import OneByOne, Presidio, by_hand, for_ripgrep
from bench._corpora import MEGABYTE, NAMES, documents
from bench._report import figure, finish, ripgrep, table
from pii_scan import plugins
from pii_scan.detect import MIN_SCORE, hits_in
from pii_scan.detect.engine import Engine
from pii_scan.engines._worker import settle
from pii_scan.model import Recognizer

Corpus = Sequence[bytes]
"""Documents of 2-6 kB."""
Run = Callable[[Corpus], tuple[float, int]]
"""Gives the seconds that it took and how much was found."""

KINDS = ("dense", "sparse")
OURS, PRESIDIO = "pii-scan", "Presidio, its own enhancer"
RG_SAME = "ripgrep, the same patterns"
RG_BARE = "ripgrep, those without a label"
RG_SHORT = "ripgrep, one an identifier"
AGAINST = {"Presidio": PRESIDIO, "rg same": RG_SAME, "rg bare": RG_BARE, "rg one": RG_SHORT}
_SECONDS = 1.5
"""What a round may about take; slower contestants get less text."""
_TRIAL = 60_000
"""Bytes to warm up on and to estimate the rate from."""
_RIPGREP_LEAST = 4 * MEGABYTE
"""Bytes that ripgrep gets at least, since it builds its automaton as it goes."""


@dataclass(slots=True)
class Contestant:
    """Somebody to measure on one kind of text, and what was measured."""

    name: str
    run: Run
    least: int = 0
    """Bytes of text that it gets however slow it is."""
    part: Corpus = ()
    rates: list[float] = field(default_factory=list)
    """MB/s, a round each."""
    found: int = 0

    def choose(self, corpus: Corpus) -> None:
        """Warm up, and take as much text as fits in a round."""
        trial = _first(corpus, _TRIAL)
        self.run(trial)
        seconds, _ = self.run(trial)
        size = int(sum(map(len, trial)) * _SECONDS / max(seconds, 1e-4))
        self.part = _first(corpus, max(size, self.least))

    def race(self) -> None:
        """Run one round."""
        seconds, self.found = self.run(self.part)
        self.rates.append(self.size / seconds)

    @property
    def size(self) -> float:
        """Megabytes of text that it gets."""
        return sum(map(len, self.part)) / MEGABYTE


def _first(corpus: Corpus, size: int) -> Corpus:
    """Return the first documents, at least one, of about `size` bytes."""
    part: list[bytes] = []
    for document in corpus:
        part.append(document)
        size -= len(document)
        if size <= 0:
            break
    return part


def contestants(recognizers: Sequence[Recognizer], folder: Path) -> dict[str, Run]:
    """Return whom to measure, by name."""
    engine, one_by_one, presidio = Engine(recognizers), OneByOne(recognizers), Presidio(recognizers)

    def ours(data: bytes) -> int:
        return sum(1 for _ in hits_in(data.decode(), engine, MIN_SCORE))

    runs: dict[str, Run] = {
        OURS: lambda corpus: _timed(lambda: ours(b"\n".join(corpus))),
        f"{OURS}, a document at a time": lambda corpus: _timed(lambda: sum(map(ours, corpus))),
        "Python re, each pattern by itself": lambda corpus: _timed(
            lambda: one_by_one.count(b"\n".join(corpus))
        ),
        PRESIDIO: lambda corpus: _timed(lambda: presidio.count(one.decode() for one in corpus)),
    }
    if program := ripgrep():
        for name, lines in (
            (RG_SAME, for_ripgrep(recognizers, labels=True)),
            (RG_BARE, for_ripgrep(recognizers, labels=False)),
            (RG_SHORT, by_hand(recognizers)),
        ):
            runs[name] = _Ripgrep(program, folder / str(len(lines)), lines)
    return runs


def _timed(count: Callable[[], int]) -> tuple[float, int]:
    """Return the CPU seconds that counting took, those of finished processes included."""
    start = _cpu_seconds()
    found = count()
    return _cpu_seconds() - start, found


def _cpu_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


class _Ripgrep:
    """`rg -c` over a file, its start on an empty file taken off."""

    def __init__(self, program: str, base: Path, patterns: Sequence[str]) -> None:
        self._patterns, self._text, self._empty = (
            base.with_suffix(suffix) for suffix in (".patterns", ".txt", ".empty")
        )
        self._command = [program, "-c", "--no-config", "--no-unicode", "-j1"]
        self._command += ["--regex-size-limit=1G", "--dfa-size-limit=1G", "-f"]
        self._program = program
        self._patterns.write_text("\n".join(patterns) + "\n", "utf-8")
        self._empty.touch()
        self._written: Corpus = ()

    def __call__(self, corpus: Corpus) -> tuple[float, int]:
        """Time one run."""
        if corpus is not self._written:
            self._text.write_bytes(b"\n".join(corpus))
            self._written = corpus
        idle, _ = _timed(lambda: self._count(self._empty))
        seconds, found = _timed(lambda: self._count(self._text))
        return max(seconds - idle, 1e-4), found

    def _count(self, path: Path) -> int:
        command = [*self._command, str(self._patterns), str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode > 1:
            raise click.ClickException(f"ripgrep: {done.stderr.strip().splitlines()[-1]}")
        return int(done.stdout or 0)


def measure(runs: dict[str, Run], size: int, rounds: int) -> dict[str, dict[str, Contestant]]:
    """Return by kind of text and name what was measured."""
    by_kind: dict[str, dict[str, Contestant]] = {}
    for kind in KINDS:
        corpus = list(_documents(kind, size))
        group = {
            name: Contestant(name, run, _RIPGREP_LEAST if isinstance(run, _Ripgrep) else 0)
            for name, run in runs.items()
        }
        for one in group.values():
            one.choose(corpus)
        settle()
        for number in range(rounds):
            click.echo(f"{kind}: round {number + 1} of {rounds}", err=True)
            for one in group.values():
                one.race()
        by_kind[kind] = group
    return by_kind


def _documents(kind: str, size: int) -> Iterator[bytes]:
    for document in documents(kind):
        data = document.text.encode()
        yield data
        size -= len(data)
        if size <= 0:
            return


def ratio(one: Contestant, other: Contestant | None) -> float | None:
    """Return how many times as fast one was as another, as the median over the rounds."""
    if other is None:
        return None
    return median(a / b for a, b in zip(one.rates, other.rates, strict=True))


def report(measured: dict[str, dict[str, Contestant]]) -> str:
    """Return the tables, one for each kind of text."""
    parts: list[str] = []
    for kind, group in measured.items():
        rows = [
            (
                one.name,
                figure(median(one.rates)),
                *(figure(ratio(one, group.get(name))) for name in AGAINST.values()),
                figure(one.size),
                str(one.found),
            )
            for one in group.values()
        ]
        heading = [f"{kind} text", "MB/s", *(f"x {name}" for name in AGAINST), "MB", "found"]
        parts.append(table(heading, rows))
    return "\n\n".join(parts)


_NOTE = """{recognizers} recognizers with {patterns} patterns and {labels} label words; no names.
Dense text has a finding every 300 characters, sparse text none; documents of 2-6 kB. "Found" are
findings of 0.5 and more, values that pass their check (`re`) or lines (ripgrep). Time is CPU time,
which other work on the machine disturbs least, garbage collected for all as it is in a worker; "x"
is the median of the ratios within a round.

- Presidio: AnalyzerEngine, the same recognizers as `PatternRecognizer`s with edges as look-arounds
  and the label before the value in the pattern, `LemmaContextAwareEnhancer`, blank Dutch pipeline.
- ripgrep: `rg -c --no-unicode -f`, one thread, its start taken off. "Same" is what our pass seeks
  (anchors, and labels with their values), "bare" leaves those with labels out, "one" is a single
  pattern for each identifier, as one would type it by hand ({short} patterns)."""


@click.command(help=__doc__)
@click.option("--size", default=16, show_default=True, help="Megabytes of text of each kind.")
@click.option("--rounds", default=5, show_default=True)
@click.option("--write", is_flag=True, help="Put the result in docs/benchmarks.md.")
def main(size: int, rounds: int, write: bool) -> None:
    """Measure and report."""
    recognizers = [
        one
        for one in plugins.load("pii_scan_nl", "RECOGNIZER", Recognizer)
        if one.entity not in NAMES
    ]
    with tempfile.TemporaryDirectory() as folder:
        runs = contestants(recognizers, Path(folder))
        measured = measure(runs, size * MEGABYTE, rounds)
    note = _NOTE.format(
        recognizers=len(recognizers),
        patterns=sum(len(one.patterns) for one in recognizers),
        labels=len(Engine(recognizers).words),
        short=len(by_hand(recognizers)),
    )
    finish("Speed of detection", f"{report(measured)}\n\n{note}", write=write)


if __name__ == "__main__":
    main()
