"""How far a long command is: a bar on a terminal, a line now and then elsewhere; on stderr."""

import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

import click
from rich.console import Console
from rich.filesize import decimal
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
from rich.text import Text

PER_ITEM = 20_000
"""What opening a file costs, in bytes that could have been read meanwhile; for the time left."""
LINE_SECONDS = 10.0
KNOWN_PART = 0.05
"""Of the work, before which the time left is anybody's guess."""
RECENT_PART = 0.2
"""Of the time so far: what counts as recently. Large files come first and are read faster than many
small ones, so that the pace of the whole and that of late are both worth telling."""
ALIKE = 1.25
"""Two estimates that differ less are told as one."""


class Meter(Protocol):
    """Told of the items that are done, and of what is to be said meanwhile."""

    def done(self, items: int, size: int) -> None:
        """Count `items` of `size` bytes together."""

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
        TextColumn("{task.fields[left]}"),
        console=Console(stderr=True),
        transient=True,
    ) as progress:
        yield _Bar(progress, items, size)


class Counter:
    """What is done, how fast that goes, and how long the rest will take."""

    def __init__(self, items: int, size: int, now: Callable[[], float] = time.monotonic) -> None:
        """Begin; the clock runs from the first item that is done: before that, workers start."""
        self.all, self.items, self.bytes = items, 0, 0
        self.work = max(1, size + items * PER_ITEM)
        self._now = now
        self._begun: float | None = None
        self._marks: deque[tuple[float, int]] = deque()
        """(seconds, work done) at moments a second apart or more, the recent ones."""

    def count(self, items: int, size: int) -> None:
        """Note that `items` of `size` bytes together are done."""
        if self._begun is None:
            self._begun = self._now()
        self.items += items
        self.bytes += size
        seconds = self.seconds
        if not self._marks or seconds >= self._marks[-1][0] + 1:
            self._marks.append((seconds, self.done))
            while len(self._marks) > 2 and self._marks[1][0] < seconds * (1 - RECENT_PART):
                self._marks.popleft()

    @property
    def done(self) -> int:
        """Of `work`, what was done."""
        return self.bytes + self.items * PER_ITEM

    @property
    def seconds(self) -> float:
        """Since the first item was done."""
        return 0.0 if self._begun is None else self._now() - self._begun

    def minutes_left(self) -> tuple[int, int] | None:
        """Return the least and the most that is left, by the pace so far and by that of late.

        `None` while that is anybody's guess.
        """
        if self.done < KNOWN_PART * self.work or not self.seconds:
            return None
        since, done = self._marks[0]
        paces = [self.done / self.seconds]
        if self.seconds > since and self.done > done:
            paces.append((self.done - done) / (self.seconds - since))
        left = max(0, self.work - self.done)
        minutes = sorted(max(1, round(left / pace / 60)) for pace in paces)
        return minutes[0], minutes[-1]

    @property
    def left(self) -> str:
        """What is left in words, empty while nobody knows."""
        match self.minutes_left():
            case None:
                return ""
            case least, most if most <= least * ALIKE:
                return f"about {most} min left"
            case least, most:
                return f"{least} to {most} min left"

    @property
    def rate(self) -> str:
        """Bytes a second, in the unit that fits."""
        return decimal(int(self.bytes / self.seconds) if self.seconds >= 1 else 0)


class _Bar:
    def __init__(self, progress: Progress, items: int, size: int) -> None:
        self._counter = Counter(items, size)
        self._progress = progress
        self._task = progress.add_task(
            "", total=self._counter.work, items=0, all=items, rate=decimal(0), left=""
        )

    def done(self, items: int, size: int) -> None:
        self._counter.count(items, size)
        self._progress.update(
            self._task,
            advance=size + items * PER_ITEM,
            items=self._counter.items,
            rate=self._counter.rate,
            left=self._counter.left,
        )

    def say(self, line: str) -> None:
        self._progress.console.print(Text.from_ansi(line), soft_wrap=True)


class _Lines:
    def __init__(self, items: int, size: int) -> None:
        self._counter = Counter(items, size)
        self._next = LINE_SECONDS

    def done(self, items: int, size: int) -> None:
        counter = self._counter
        counter.count(items, size)
        if counter.seconds < self._next:
            return
        self._next = counter.seconds + LINE_SECONDS
        left = f", {counter.left}" if counter.left else ""
        sys.stderr.write(f"{counter.items:,} of {counter.all:,} files, {counter.rate}/s{left}\n")

    def say(self, line: str) -> None:
        click.echo(line, err=True)
