"""Worker processes on this machine, and the supervisor that outlives them.

Files are hostile: what reads them may hang, eat the memory or die. Each worker takes a batch, sends
back the results of one item at a time, and is told nothing more until the batch is done. So the
supervisor knows which item a worker was at when it died or took too long. That item is tried once
more by itself; the rest of the batch goes to another worker.
"""

import ctypes
import gc
import logging
import multiprocessing
import os
import resource
import signal
import sys
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from pii_scan.errors import PiiScanError
from pii_scan.model import Coverage, Item, Result

log = logging.getLogger(__name__)

BUG = "internal error"
CRASHED = "parser crashed"
TIMED_OUT = "took too long"
BATCH_ITEMS = 32
BATCH_BYTES = 4 << 20
MEMORY_BYTES = 4 << 30
"""Address space of a worker; a parser that wants more gets an error, not the machine."""
START_SECONDS = 300.0
"""What a worker may need to get ready; no file's time runs meanwhile."""
LEAST_MEMORY_BYTES = 1 << 30
"""What a worker needs with its libraries and the model loaded."""
TRIES = 2
_PR_SET_PDEATHSIG = 1
"""prctl(2)"""
_TICK_SECONDS = 0.5
_GC_EVERY = 20_000
"""New objects after which the youngest are looked through; Python's own is 700."""

Scanner = Callable[[Item], Iterable[Result]]


@dataclass(frozen=True, slots=True)
class Job:
    """How a worker is made: `prepare(argument)` gives the function that it calls on every item."""

    prepare: Callable[[Any], Scanner]
    """A module-level function, since it is called in another process."""
    argument: Any


@dataclass(frozen=True, slots=True)
class _Bug:
    """An error of ours on one item: where it was, never what was being read."""

    kind: str
    frames: tuple[str, ...]

    def __str__(self) -> str:
        """Return the kind and the places."""
        return f"{self.kind} in {'; '.join(self.frames)}"


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    connection: Connection
    is_ready: bool = False
    batch: deque[Item] = field(default_factory=deque)
    """What it has been given and has not answered; the first is what it is at."""
    since: float = 0.0


def run(
    items: Iterable[Item | Result], job: Job, workers: int, timeout_seconds: float
) -> Iterator[Result]:
    """Yield the results of all items, in no fixed order; what is a result already passes through.

    Raises:
        PiiScanError: a worker could not be made ready; the message says why.
    """
    supervisor = _Supervisor(job, workers, timeout_seconds)
    try:
        yield from supervisor.run(iter(items))
    finally:
        supervisor.stop()


class _Supervisor:
    def __init__(self, job: Job, workers: int, timeout_seconds: float) -> None:
        self._job = job
        self._most = workers
        self._timeout = timeout_seconds
        self._context = multiprocessing.get_context("spawn")
        self._workers: list[_Worker] = []
        self._again: deque[Item] = deque()
        self._tries: dict[str, int] = {}

    def run(self, items: Iterator[Item | Result]) -> Iterator[Result]:
        pending: deque[Item] = deque()
        more = True
        while True:
            while more and len(pending) < BATCH_ITEMS * self._most:
                one = next(items, None)
                if one is None:
                    more = False
                elif isinstance(one, Result):
                    yield one
                else:
                    pending.append(one)
            self._hand_out(pending)
            if not more and not pending and not self._again and not self._busy():
                return
            yield from self._collect()

    def stop(self) -> None:
        for worker in self._workers:
            worker.process.kill()
        for worker in self._workers:
            worker.process.join()
            worker.connection.close()
        self._workers.clear()

    def _busy(self) -> list[_Worker]:
        return [worker for worker in self._workers if worker.batch]

    def _hand_out(self, pending: deque[Item]) -> None:
        while pending or self._again:
            worker = next((w for w in self._workers if not w.batch), None)
            if worker is None and len(self._workers) < self._most:
                worker = self._start()
            if worker is None:
                return
            batch = [self._again.popleft()] if self._again else _batch(pending)
            worker.batch.extend(batch)
            worker.since = time.monotonic()
            try:
                worker.connection.send(batch)
            except OSError:
                return  # it died while idle; the next collect sees that

    def _start(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(
            target=_work,
            args=(theirs, self._job, _memory(self._most)),
            name="pii-scan worker",
            daemon=True,
        )
        process.start()
        theirs.close()
        worker = _Worker(process, ours)
        self._workers.append(worker)
        return worker

    def _collect(self) -> Iterator[Result]:
        """Wait for answers; see to workers that died or are at one item for too long."""
        ready = wait([worker.connection for worker in self._busy()], timeout=_TICK_SECONDS)
        for worker in self._busy():
            if worker.connection in ready:
                yield from self._answers(worker)
            elif time.monotonic() - worker.since > self._limit(worker):
                self._bury(worker)
                if not worker.is_ready:
                    raise PiiScanError("a worker process took too long to begin")
                yield _unreadable(worker.batch.popleft(), TIMED_OUT)
                self._again.extend(worker.batch)

    def _limit(self, worker: _Worker) -> float:
        return self._timeout if worker.is_ready else START_SECONDS

    def _answers(self, worker: _Worker) -> Iterator[Result]:
        try:
            while worker.batch and worker.connection.poll():
                answer = worker.connection.recv()
                worker.since = time.monotonic()
                match answer:
                    case PiiScanError():
                        raise answer
                    case None:
                        worker.is_ready = True
                    case _Bug():
                        yield _reported(worker.batch.popleft(), answer)
                    case _:
                        worker.batch.popleft()
                        yield from answer
        except (EOFError, OSError):
            self._bury(worker)
            if not worker.is_ready:
                raise PiiScanError("a worker process ended before it began") from None
            yield from self._given_up(worker.batch)

    def _given_up(self, batch: deque[Item]) -> Iterator[Result]:
        """Put what a dead worker had back in the queue, but not what has killed twice."""
        item = batch.popleft()
        self._tries[item.locator] = self._tries.get(item.locator, 0) + 1
        if self._tries[item.locator] < TRIES:
            self._again.append(item)
        else:
            yield _unreadable(item, CRASHED)
        self._again.extend(batch)

    def _bury(self, worker: _Worker) -> None:
        worker.process.kill()
        worker.process.join()
        worker.connection.close()
        self._workers.remove(worker)


def _batch(pending: deque[Item]) -> list[Item]:
    batch = [pending.popleft()]
    size = batch[0].size
    while pending and len(batch) < BATCH_ITEMS and size + pending[0].size <= BATCH_BYTES:
        batch.append(pending.popleft())
        size += batch[-1].size
    return batch


def _unreadable(item: Item, reason: str) -> Result:
    return Result(item, Coverage("unreadable", "extract", reason))


def _reported(item: Item, bug: _Bug) -> Result:
    log.error("%s: %s", item.uri, bug)
    return _unreadable(item, BUG)


def _answer(scanner: Scanner, item: Item) -> list[Result] | _Bug:
    """Scan an item. A bug of ours costs that item; its message may quote the file and goes."""
    try:
        return list(scanner(item))
    except Exception as error:  # noqa: BLE001 - see above; parsers are guarded in extract
        return _bug(error)


def _bug(error: Exception) -> _Bug:
    stack = traceback.extract_tb(error.__traceback__)
    return _Bug(type(error).__name__, tuple(f"{f.filename}:{f.lineno}" for f in stack[-3:]))


def _memory(workers: int) -> int:
    """Return the bytes that a worker may take, so that all together leave the machine some."""
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return max(LEAST_MEMORY_BYTES, min(MEMORY_BYTES, whole * 8 // (10 * workers)))


def _end_with_parent() -> None:
    """Have the kernel kill this process when the supervisor dies, even in the midst of a parser."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def settle() -> None:
    """Have garbage collection pass over what is loaded by now, and look less often at the rest.

    A file leaves many small values and hardly a cycle: looking for those took a tenth of the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_GC_EVERY, 20, 50)


def _silence() -> None:
    """Keep what libraries log, warn of or print in this process off the terminal: it may quote."""
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    os.close(quiet)


def _work(connection: Connection, job: Job, memory: int) -> None:
    """Life of a worker: get ready, then answer batch after batch until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the supervisor's to handle
    _end_with_parent()
    _silence()
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold personal data
    try:
        scanner = job.prepare(job.argument)
    except PiiScanError as error:
        connection.send(error)
        return
    except Exception as error:  # noqa: BLE001 - said by place and kind, as any bug of ours
        connection.send(PiiScanError(f"a worker could not start: {_bug(error)}"))
        return
    settle()
    connection.send(None)
    try:
        while True:
            for item in connection.recv():
                connection.send(_answer(scanner, item))
    except (EOFError, BrokenPipeError):
        return
