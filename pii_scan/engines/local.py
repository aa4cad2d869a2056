"""Worker processes on this machine, and the supervisor that outlives them.

Files are hostile: what reads them may hang, eat the memory or die. Each worker takes a batch, sends
back one result at a time, and is told nothing more until the batch is done. The results of the
files within an item come before its own, which ends it: so the supervisor knows which item a worker
was at when it died or took too long. An item that its worker died on is tried once more by itself,
and of that only what was not given before is passed on; the rest of the batch goes to another
worker. Neither side holds more than one result, however much a mailbox holds, and the clock begins
anew at each.
"""

import logging
import multiprocessing
import os
import pickle
import shutil
import signal
import tempfile
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from multiprocessing.reduction import send_handle
from typing import Generic

from pii_scan.engines._order import BATCH_BYTES, BATCH_ITEMS, largest_first
from pii_scan.engines._worker import Bug, template
from pii_scan.engines.job import A, Job
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
_TICK_SECONDS = 0.5
_GRACE_SECONDS = 10.0
"""What one that was killed may need until it is gone: it may wait for a disk."""
PATIENCE = 20
"""How often the template may be ended by others before the items at hand are blamed."""


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
class _Template:
    """The process that all workers are copies of."""

    process: BaseProcess
    control: Connection
    scratch: str
    is_good: bool = False
    """Whether a worker that it made was ready."""
    is_over: bool = False
    """Whether it can no longer be asked."""

    def is_alive(self) -> bool:
        """Tell whether it can be asked for a worker."""
        return not self.is_over and self.process.is_alive()

    def copied(self, pipe: Connection, scratch: str) -> None:
        """Make a worker at the other end of a pipe; if that fails, the pipe closes."""
        try:
            self.control.send(scratch)
            send_handle(self.control, pipe.fileno(), self.process.pid)
        except OSError:
            self.is_over = True

    def end(self, number: int) -> None:
        """Wait until a worker that was killed is gone, by its process number."""
        try:
            self.control.send(number)
            if self.control.poll(_GRACE_SECONDS):
                self.control.recv()
        except (OSError, EOFError):
            self.is_over = True

    def kill(self, number: int) -> None:
        """Kill a worker by its process number."""
        # Where the template is dead its workers are, and the number may be another's.
        if self.is_alive():
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)


@dataclass(slots=True)
class _Worker:
    template: _Template
    connection: Connection
    scratch: str
    """Where it keeps what a parser wants as a file; goes with it, however it ends."""
    number: int = 0
    """Of its process; 0 until it is ready."""
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
        self._template: _Template | None = None
        self._stillborn = 0
        """Templates on end that no worker came of."""
        self._lost = 0
        """Templates that died."""
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
            self._hand_out(pending, is_last=not more)
            if not more and not pending and not self._again and not self._busy():
                return
            yield from self._collect()

    def stop(self) -> None:
        """End the workers, whatever they are at."""
        for worker in self._workers:
            if worker.number:
                worker.template.kill(worker.number)
        for worker in tuple(self._workers):
            self._bury(worker)
        if self._template is not None:
            self._drop(self._template)
            self._template = None

    def _busy(self) -> list[_Worker]:
        return [worker for worker in self._workers if worker.batch]

    def _hand_out(self, pending: deque[_Task], *, is_last: bool) -> None:
        while pending or self._again:
            worker = next((w for w in self._workers if not w.batch), None)
            if worker is None and len(self._workers) < self._most:
                worker = self._start()
            if worker is None:
                return
            batch = [self._again.popleft()] if self._again else self._batch(pending, is_last)
            worker.batch.extend(batch)
            worker.since = time.monotonic()
            try:
                worker.connection.send([task.item for task in batch])
            except OSError:
                return  # it died while idle; the next collect sees that

    def _batch(self, pending: deque[_Task], is_last: bool) -> list[_Task]:
        """Take a batch; where nothing comes after, ever less, so that all are done together."""
        most = -(-len(pending) // (2 * self._most)) if is_last else BATCH_ITEMS
        batch = [pending.popleft()]
        size = batch[0].item.size
        while pending and len(batch) < most and size + pending[0].item.size <= BATCH_BYTES:
            batch.append(pending.popleft())
            size += batch[-1].item.size
        return batch

    def _start(self) -> _Worker:
        held = self._template
        if held is not None and not held.is_alive():
            self._drop(held)
            self._lost += 1
            if not held.is_good:
                self._note_stillborn()
            held = None
        if held is None:
            held = self._template = self._made_ready()
        ours, theirs = self._context.Pipe()
        worker = _Worker(held, ours, tempfile.mkdtemp(prefix="pii-scan-"))
        held.copied(theirs, worker.scratch)
        theirs.close()
        self._workers.append(worker)
        return worker

    def _note_stillborn(self) -> None:
        """Count a template that no worker came of.

        Raises:
            PiiScanError: it was not the first.
        """
        self._stillborn += 1
        if self._stillborn == TRIES:
            raise PiiScanError("a worker process ended before it began")

    def _made_ready(self) -> _Template:
        """Return a template that begins to get ready."""
        # Libraries read it as they are loaded: one core a worker, and no threads that a copy lacks.
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        ours, theirs = self._context.Pipe()
        scratch = tempfile.mkdtemp(prefix="pii-scan-")
        process = self._context.Process(
            target=template,
            args=(theirs, os.getpid(), self._job, _memory(self._most), scratch),
            name="pii-scan worker",
            daemon=True,
        )
        process.start()
        theirs.close()
        return _Template(process, ours, scratch)

    def _drop(self, held: _Template) -> None:
        held.process.kill()
        held.process.join()
        held.control.close()
        shutil.rmtree(held.scratch, ignore_errors=True)

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
                if not worker.number:
                    raise PiiScanError("a worker process took too long to begin")
                yield worker.batch.popleft().ended(TIMED_OUT)
                self._again.extend(worker.batch)

    def _limit(self, worker: _Worker) -> float:
        if not worker.number:
            return START_SECONDS
        rate = self._bytes_per_second
        return self._timeout + (worker.batch[0].item.size / rate if rate else 0)

    def _answer(self, worker: _Worker) -> Iterator[A | Result]:
        try:
            answer = worker.connection.recv()
        except (EOFError, OSError):
            self._bury(worker)
            yield from self._given_up(worker)
            return
        worker.since = time.monotonic()
        match answer:
            case PiiScanError():
                raise answer
            case int():
                worker.number, worker.template.is_good, self._stillborn = answer, True, 0
            case Bug():
                task = worker.batch.popleft()
                log.error("%s: %s", task.item.uri, answer)
                yield task.ended(BUG)
            case _:
                yield from _passed_on(answer, worker.batch)

    def _given_up(self, worker: _Worker) -> Iterator[Result]:
        """Put what a dead worker had back in the queue, but not what has killed twice.

        What dies before it began, or because the template did, dies by no item.
        """
        if worker.number and (worker.template.is_alive() or self._lost >= PATIENCE):
            task = worker.batch.popleft()
            task.tries += 1
            if task.tries < TRIES:
                self._again.append(task)
            else:
                yield task.ended(CRASHED)
        elif not worker.number and worker.template.is_alive():
            # The machine lets no more be made: those that there are do the work.
            self._most = max(1, len(self._workers))
            if not self._workers:
                self._note_stillborn()
        self._again.extend(worker.batch)

    def _bury(self, worker: _Worker) -> None:
        if worker.number:
            worker.template.kill(worker.number)
            worker.template.end(worker.number)
        worker.connection.close()
        shutil.rmtree(worker.scratch, ignore_errors=True)
        self._workers.remove(worker)


def _passed_on(result: A, batch: deque[_Task]) -> Iterator[A]:
    """Yield an answer, unless it came before the worker that was at the item died."""
    task = batch[0]
    if result.item.uri == task.item.uri:
        batch.popleft()
        yield result
    elif (mark := hash(result.item.uri)) not in task.given:
        task.given.add(mark)
        yield result


def _memory(workers: int) -> int:
    """Return the bytes that a worker may take, so that all together leave the machine some."""
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return max(LEAST_MEMORY_BYTES, min(MEMORY_BYTES, whole * 8 // (10 * workers)))
