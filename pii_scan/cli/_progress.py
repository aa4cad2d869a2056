"""How far a long command is: a bar on a terminal, a line now and then elsewhere; on stderr."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import click
from rich.console import Console
from rich.filesize import decimal
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.text import Text

PER_ITEM = 20_000
"""What opening a file costs, in bytes that could have been read meanwhile; for the time left."""
LINE_SECONDS = 10.0
KNOWN_PART = 0.05
"""Of the work, before which the time left is anybody's guess."""


class Meter(Protocol):
    """Told of every item that is done, and of what is to be said meanwhile."""

    def done(self, size: int) -> None:
        """Count an item of `size` bytes."""

    def say(self, line: str) -> None:
        """Write a line on stderr that does not run through the bar."""


@contextmanager
def meter(items: int, size: int) -> Iterator[Meter]:
    """Show progress towards `items` items of `size` bytes together."""
    if not sys.stderr.isatty():
        yield _Lines(items, size)
        return
    with Progress(
        TextColumn("{task.fields[items]:,} of {task.fields[all]:,} files"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[rate]}/s"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as progress:
        yield _Bar(progress, items, size)


class _Counter:
    def __init__(self, items: int, size: int) -> None:
        self.all, self.items, self.bytes = items, 0, 0
        self.work = max(1, size + items * PER_ITEM)
        self.begun: float | None = None
        """When the first item was done: before that, workers were starting."""

    def count(self, size: int) -> None:
        if self.begun is None:
            self.begun = time.monotonic()
        self.items += 1
        self.bytes += size

    @property
    def seconds(self) -> float:
        return 0.0 if self.begun is None else time.monotonic() - self.begun

    @property
    def rate(self) -> str:
        """Bytes a second, in the unit that fits."""
        return decimal(int(self.bytes / self.seconds) if self.seconds >= 1 else 0)


class _Bar:
    def __init__(self, progress: Progress, items: int, size: int) -> None:
        self._counter = _Counter(items, size)
        self._progress = progress
        self._task = progress.add_task(
            "", total=self._counter.work, items=0, all=items, rate=decimal(0)
        )

    def done(self, size: int) -> None:
        self._counter.count(size)
        self._progress.update(
            self._task, advance=size + PER_ITEM, items=self._counter.items, rate=self._counter.rate
        )

    def say(self, line: str) -> None:
        self._progress.console.print(Text.from_ansi(line), soft_wrap=True)


class _Lines:
    def __init__(self, items: int, size: int) -> None:
        self._counter = _Counter(items, size)
        self._next = LINE_SECONDS

    def done(self, size: int) -> None:
        counter = self._counter
        counter.count(size)
        if counter.seconds < self._next:
            return
        self._next = counter.seconds + LINE_SECONDS
        part = (counter.bytes + counter.items * PER_ITEM) / counter.work
        minutes = max(1, round(counter.seconds * (1 / part - 1) / 60))
        left = f", about {minutes} min left" if part >= KNOWN_PART else ""
        sys.stderr.write(f"{counter.items:,} of {counter.all:,} files, {counter.rate}/s{left}\n")

    def say(self, line: str) -> None:
        click.echo(line, err=True)
