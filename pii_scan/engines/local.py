"""Worker processes on this machine, and the supervisor that outlives them.

Files are hostile: what reads them may hang, eat the memory or die. Each worker takes a batch, sends
back one result at a time, and is told nothing more until the batch is done. The results of the
files within an item come before its own, which ends it: so the supervisor knows which item a worker
was at when it died or took too long. An item that its worker died on is tried once more by itself,
and of that only what was not given before is passed on; the rest of the batch goes to another
worker. Neither side holds more than one result, however much a mailbox holds, and the clock begins
anew at each.
"""

import ctypes
import gc
import logging
import multiprocessing
import os
import pickle
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Generic, Protocol, TypeVar

from pii_scan.engines._order import BATCH_BYTES, BATCH_ITEMS, largest_first
from pii_scan.errors import PiiScanError
from pii_scan.model import Coverage, Item, Result

log = logging.getLogger(__name__)

BUG = "internal error"
CRASHED = "parser crashed"
TIMED_OUT = "took too long"
MEMORY_BYTES = 4 << 30
"""Address space of a worker; a parser that wants more gets an error, not the machine."""
START_SECONDS = 300.0
"""What a worker may need to get ready; no file's time runs meanwhile."""
LEAST_MEMORY_BYTES = 1 << 30
"""What a worker needs with its libraries and the model loaded."""
TRIES = 2
"""A worker may die by another's fault: the machine's memory ran out."""
_PR_SET_PDEATHSIG = 1
"""prctl(2)"""
_TICK_SECONDS = 0.5
_GC_EVERY = 20_000
"""New objects after which the youngest are looked through; Python's own is 700."""


class Answer(Protocol):
    """What a worker says of an item or of a file within it: a scan gives results."""

    @property
    def item(self) -> Item:
        """What it is about."""


A = TypeVar("A", bound=Answer)


@dataclass(frozen=True, slots=True)
class Job(Generic[A]):
    """How a worker is made: `prepare(argument)` gives the function that it calls on every item.

    That gives the answers on the files within an item, and then on the item itself.
    """

    prepare: Callable[[Any], Callable[[Item], Iterable[A]]]
    """A module-level function, since it is called in another process."""
    argument: Any
    bytes_per_second: float | None = None
    """How fast a worker reads on purpose; what that takes does not count as taking too long."""


@dataclass(frozen=True, slots=True)
class _Bug:
    """An error of ours on one item: where it was, never what was being read."""

    kind: str
    frames: tuple[str, ...]

    def __str__(self) -> str:
        """Return the kind and the places."""
        return f"{self.kind} in {'; '.join(self.frames)}"


@dataclass(slots=True)
class _Task:
    """An item that has no result of its own as yet."""

    item: Item
    tries: int = 0
    """How often a worker died on it."""
    given: set[int] = field(default_factory=set)
    """Hashes of the addresses within it whose results were passed on: there may be a million."""

    def ended(self, reason: str) -> Result:
        """Return the result of an item that will not be read to its end."""
        return Result(
            self.item, Coverage("partial" if self.given else "unreadable", "extract", reason)
        )


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    connection: Connection
    scratch: str
    """Where it keeps what a parser wants as a file; goes with it, however it ends."""
    is_ready: bool = False
    batch: deque[_Task] = field(default_factory=deque)
    """What it has been given and has not answered; the first is what it is at."""
    since: float = 0.0
    """When it was last heard of."""


def run(
    items: Iterable[Item | Result], job: Job[A], workers: int, timeout_seconds: float
) -> Iterator[A | Result]:
    """Yield the answers on all items, in no fixed order; what is a result already passes through.

    An item that costs its worker too much is answered with a result that says so.

    Raises:
        PiiScanError: a worker could not be made ready; the message says why.
    """
    supervisor = Supervisor(job, workers, timeout_seconds)
    try:
        yield from supervisor.run(largest_first(items))
    finally:
        supervisor.stop()


class Supervisor(Generic[A]):
    """Worker processes that are kept from one lot of items to the next."""

    def __init__(self, job: Job[A], workers: int, timeout_seconds: float) -> None:
        """Start nothing yet: a worker is made when there is work for it."""
        self._bytes_per_second = job.bytes_per_second
        self._job = pickle.dumps(job)
        """As bytes: a pipe holds less, and what sends values waits for the other side's imports."""
        self._most = workers
        self._timeout = timeout_seconds
        self._context = multiprocessing.get_context("spawn")
        self._workers: list[_Worker] = []
        self._again: deque[_Task] = deque()

    def run(self, items: Iterator[Item | Result]) -> Iterator[A | Result]:
        """Yield the answers of all items, begun in their order.

        Raises:
            PiiScanError: as for `run` of the module.
        """
        pending: deque[_Task] = deque()
        more = True
        while True:
            while more and len(pending) < BATCH_ITEMS * self._most:
                one = next(items, None)
                if one is None:
                    more = False
                elif isinstance(one, Result):
                    yield one
                else:
                    pending.append(_Task(one))
            self._hand_out(pending)
            if not more and not pending and not self._again and not self._busy():
                return
            yield from self._collect()

    def stop(self) -> None:
        """End the workers, whatever they are at."""
        for worker in self._workers:
            worker.process.kill()
        for worker in tuple(self._workers):
            self._bury(worker)

    def _busy(self) -> list[_Worker]:
        return [worker for worker in self._workers if worker.batch]

    def _hand_out(self, pending: deque[_Task]) -> None:
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
                worker.connection.send([task.item for task in batch])
            except OSError:
                return  # it died while idle; the next collect sees that

    def _start(self) -> _Worker:
        # Read as numpy is loaded: without it each worker would multiply matrices on every core.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        ours, theirs = self._context.Pipe()
        scratch = tempfile.mkdtemp(prefix="pii-scan-")
        process = self._context.Process(
            target=_work,
            args=(theirs, self._job, _memory(self._most), scratch),
            name="pii-scan worker",
            daemon=True,
        )
        process.start()
        theirs.close()
        worker = _Worker(process, ours, scratch)
        self._workers.append(worker)
        return worker

    def _collect(self) -> Iterator[A | Result]:
        """Wait for answers; see to workers that died or are at one result for too long.

        One answer of each in turn: a worker that always has one more must not keep the others
        waiting until they seem to be late.
        """
        wait([worker.connection for worker in self._busy()], timeout=_TICK_SECONDS)
        for worker in self._busy():
            if worker.connection.poll():
                yield from self._answer(worker)
            elif time.monotonic() - worker.since > self._limit(worker):
                self._bury(worker)
                if not worker.is_ready:
                    raise PiiScanError("a worker process took too long to begin")
                yield worker.batch.popleft().ended(TIMED_OUT)
                self._again.extend(worker.batch)

    def _limit(self, worker: _Worker) -> float:
        if not worker.is_ready:
            return START_SECONDS
        rate = self._bytes_per_second
        return self._timeout + (worker.batch[0].item.size / rate if rate else 0)

    def _answer(self, worker: _Worker) -> Iterator[A | Result]:
        try:
            answer = worker.connection.recv()
        except (EOFError, OSError):
            self._bury(worker)
            if not worker.is_ready:
                raise PiiScanError("a worker process ended before it began") from None
            yield from self._given_up(worker.batch)
            return
        worker.since = time.monotonic()
        match answer:
            case PiiScanError():
                raise answer
            case None:
                worker.is_ready = True
            case _Bug():
                task = worker.batch.popleft()
                log.error("%s: %s", task.item.uri, answer)
                yield task.ended(BUG)
            case _:
                yield from _passed_on(answer, worker.batch)

    def _given_up(self, batch: deque[_Task]) -> Iterator[Result]:
        """Put what a dead worker had back in the queue, but not what has killed twice."""
        task = batch.popleft()
        task.tries += 1
        if task.tries < TRIES:
            self._again.append(task)
        else:
            yield task.ended(CRASHED)
        self._again.extend(batch)

    def _bury(self, worker: _Worker) -> None:
        worker.process.kill()
        worker.process.join()
        worker.connection.close()
        shutil.rmtree(worker.scratch, ignore_errors=True)
        self._workers.remove(worker)


def _batch(pending: deque[_Task]) -> list[_Task]:
    batch = [pending.popleft()]
    size = batch[0].item.size
    while pending and len(batch) < BATCH_ITEMS and size + pending[0].item.size <= BATCH_BYTES:
        batch.append(pending.popleft())
        size += batch[-1].item.size
    return batch


def _passed_on(result: A, batch: deque[_Task]) -> Iterator[A]:
    """Yield an answer, unless it came before the worker that was at the item died."""
    task = batch[0]
    if result.item.uri == task.item.uri:
        batch.popleft()
        yield result
    elif (mark := hash(result.item.uri)) not in task.given:
        task.given.add(mark)
        yield result


def _answers(scanner: Callable[[Item], Iterable[A]], item: Item) -> Iterator[A | _Bug]:
    """Scan an item; what is yielded last ends it.

    A bug of ours costs that item; its message may quote the file and goes.
    """
    try:
        for result in scanner(item):
            yield result
            if result.item.uri == item.uri:
                return
        raise LookupError("an item without a result of its own")  # noqa: TRY301
    except Exception as error:  # noqa: BLE001 - see above; parsers are guarded in extract
        yield _bug(error)


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


def _work(connection: Connection, given: bytes, memory: int, scratch: str) -> None:
    """Life of a worker: get ready, then answer batch after batch until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the supervisor's to handle
    _end_with_parent()
    _silence()
    tempfile.tempdir = scratch
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold personal data
    try:
        job: Job[Any] = pickle.loads(given)  # noqa: S301 - our supervisor's own
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
                for answer in _answers(scanner, item):
                    connection.send(answer)
    except (EOFError, BrokenPipeError):
        return
