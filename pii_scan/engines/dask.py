"""Workers on other machines: the batches of the local engine, handed out by dask.distributed.

Each thread of a Dask worker has a process of its own under the supervisor of the local engine: the
limits of time and memory, and what becomes of a file that kills its reader, are the same, and the
model is loaded once. Dask sees to the machines: what one that is gone was at, goes to another.
"""

import multiprocessing
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import uuid4

from distributed import Client, Future, KilledWorker, WorkerPlugin, as_completed, get_worker

from pii_scan.engines._order import batches, largest_first
from pii_scan.engines.job import Job
from pii_scan.engines.local import CRASHED, Supervisor
from pii_scan.errors import ConfigError, PiiScanError
from pii_scan.model import Coverage, Item, Result

CONNECT_SECONDS: Final = 30
AHEAD: Final = 2
"""Batches handed out for each thread: the next lies ready when one is done."""
LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


class Scanning(WorkerPlugin):
    """What every worker is told, those that join later as well."""

    def __init__(self, job: Job[Result], timeout_seconds: float, told: Callable[[], str]) -> None:
        """Keep what travels; `told` must give the same there as it does here."""
        self._job, self._timeout = job, timeout_seconds
        self._told, self._here = told, told()

    def setup(self, worker: Any) -> None:
        """Make ready on a worker.

        Raises:
            PiiScanError: its results would differ, or it cannot have processes of its own.
        """
        if multiprocessing.current_process().daemon:
            raise PiiScanError(
                "start Dask workers with --no-nanny: pii-scan guards its own readers"
            )
        if self._told() != self._here:
            raise PiiScanError("a Dask worker has another version of pii-scan, or other rules")
        self._thread = threading.local()
        self._all: list[Supervisor[Result]] = []

    def teardown(self, worker: Any) -> None:
        """End the processes of a worker."""
        for supervisor in getattr(self, "_all", ()):
            supervisor.stop()

    def scan(self, items: list[Item]) -> list[Result]:
        """Return the results of a batch, scanned by the process of this thread."""
        if not hasattr(self._thread, "supervisor"):
            self._thread.supervisor = Supervisor(self._job, 1, self._timeout)
            self._all.append(self._thread.supervisor)
        return list(self._thread.supervisor.run(iter(items)))


def run(
    items: Iterable[Item | Result],
    job: Job[Result],
    scheduler: str,
    timeout_seconds: float,
    told: Callable[[], str] = str,
) -> Iterator[Result]:
    """Yield the results of all items, in no fixed order; what is a result already passes through.

    Raises:
        ConfigError: the scheduler cannot be reached, has no workers, or is spoken to in clear.
        PiiScanError: a worker cannot be made ready; the message says why.
    """
    name = f"pii-scan-{uuid4()}"
    client = _client(scheduler)
    try:
        client.register_plugin(Scanning(job, timeout_seconds, told), name=name)
        yield from _handed_out(client, name, largest_first(items))
    finally:
        # A worker that was not made ready has nothing to let go of.
        with suppress(OSError, KeyError, PiiScanError):
            client.unregister_worker_plugin(name)
        client.close()


def _client(scheduler: str) -> Client:
    address = urlsplit(scheduler)
    if address.scheme == "tcp" and address.hostname not in LOOPBACK:
        raise ConfigError(
            "tcp:// sends the key of the fingerprints over the network in clear: use tls:// "
            "(docs/distributed.md)"
        )
    try:
        # TLS is as Dask's own configuration says, the same on all sides.
        client = Client(scheduler, timeout=CONNECT_SECONDS, set_as_default=False)
        client.wait_for_workers(1, timeout=CONNECT_SECONDS)
    except (OSError, TimeoutError, TypeError, ValueError) as error:
        raise ConfigError(
            f"{scheduler}: no scheduler with workers answers there ({type(error).__name__})"
        ) from None
    return client


def _handed_out(client: Client, name: str, items: Iterator[Item | Result]) -> Iterator[Result]:
    """Keep every thread in work, and no more than that on its way; workers come and go."""
    work = batches(items)
    out: dict[Future[list[Result]], list[Item]] = {}
    done = as_completed(loop=client.loop)

    def give(batch: list[Item]) -> None:
        future = client.submit(_scanned, name, batch, key=f"{name}-{uuid4()}", pure=False)
        out[future] = batch
        done.add(future)

    more = True
    while more or out:
        while more and len(out) < AHEAD * max(1, sum(client.nthreads().values())):
            match next(work, None):
                case None:
                    more = False
                case Result() as result:
                    yield result
                case list() as batch:
                    give(batch)
        if out:
            future = next(done)
            batch = out.pop(future)
            try:
                yield from future.result()
            except KilledWorker:
                if len(batch) == 1:
                    yield Result(batch[0], Coverage("unreadable", "extract", CRASHED))
                else:  # by itself each shows whether it was the one
                    for item in batch:
                        give([item])


def _scanned(name: str, items: list[Item]) -> list[Result]:
    """Scan a batch; runs on a worker."""
    scanning = get_worker().plugins[name]
    assert isinstance(scanning, Scanning)  # noqa: S101 - for the type
    return scanning.scan(items)
