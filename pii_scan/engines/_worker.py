"""The side of the workers: they are copies of one process, which got ready once.

To get ready takes seconds: libraries, patterns and the language model are loaded. So one process
does, the template, and makes each worker by `fork`: that takes milliseconds, after a crash too, and
what was loaded is in memory once. The template itself opens no file.
"""

import ctypes
import gc
import os
import pickle
import resource
import signal
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.reduction import recv_handle
from pathlib import Path
from typing import Any

from pii_scan.engines.job import A, Job, Scanner
from pii_scan.errors import PiiScanError
from pii_scan.model import Item

_PR_SET_PDEATHSIG = 1
"""prctl(2)"""
_GC_EVERY = 20_000
"""New objects after which the youngest are looked through; Python's own is 700."""
_FIRST_TO_GO = "500"
"""Where memory runs out the kernel is to end a worker, not the template: oom_score_adj, proc(5)."""


@dataclass(frozen=True, slots=True)
class Bug:
    """An error of ours on one item: where it was, never what was being read."""

    kind: str
    frames: tuple[str, ...]

    def __str__(self) -> str:
        """Return the kind and the places."""
        return f"{self.kind} in {'; '.join(self.frames)}"


def template(control: Connection, parent: int, given: bytes, memory: int, scratch: str) -> None:
    """Get ready, then make a worker for each pipe that comes in, until nobody can send any more.

    Args:
        control: Gives, for each worker, the folder for what it keeps as files, and then its pipe;
            or the number of one that has died, which is given back when it is let go of.
        parent: The process of the supervisor.
        given: The job, pickled.
        memory: Bytes that a worker may take.
        scratch: The template's own folder.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the supervisor's to handle
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # one that ignores it has nothing to wait for
    own = os.getpid()
    _end_with(parent)
    _silence()
    tempfile.tempdir = scratch
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold personal data
    scanner = _prepared(given)
    settle()
    try:
        while True:
            asked = control.recv()
            if isinstance(asked, int):
                os.waitpid(asked, 0)
                control.send(asked)
                continue
            handle = recv_handle(control)
            os.set_inheritable(handle, False)  # what a worker starts may outlive it
            pipe = Connection(handle)
            if isinstance(scanner, PiiScanError):
                pipe.send(scanner)
            elif not _forked():
                control.close()
                _live(pipe, own, scanner, memory, asked)
            pipe.close()
    except (EOFError, OSError, RuntimeError):
        return  # nobody asks any more, or what was asked for did not all arrive


def _prepared(given: bytes) -> Scanner[Any] | PiiScanError:
    try:
        job: Job[Any] = pickle.loads(given)  # noqa: S301 - our supervisor's own
        return job.prepare(job.argument)
    except PiiScanError as error:
        return error
    except Exception as error:  # noqa: BLE001 - said by place and kind, as any bug of ours
        return PiiScanError(f"a worker could not start: {_bug(error)}")


def _forked() -> int:
    """Return the number of a copy of this process, 0 in the copy, -1 if none can be made."""
    try:
        return os.fork()
    except OSError:
        return -1


def _live(pipe: Connection, parent: int, scanner: Scanner[Any], memory: int, scratch: str) -> None:
    """Say who it is, then answer batch after batch until the pipe closes; never return."""
    try:
        _end_with(parent)
        with suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text(_FIRST_TO_GO, "ascii")
        tempfile.tempdir = scratch
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        limit = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
        pipe.send(os.getpid())
        while True:
            for item in pipe.recv():
                for answer in _answers(scanner, item):
                    pipe.send(answer)
    finally:
        os._exit(0)  # what the template would do at its end is not the worker's to do


def _answers(scanner: Scanner[A], item: Item) -> Iterator[A | Bug]:
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


def _bug(error: Exception) -> Bug:
    stack = traceback.extract_tb(error.__traceback__)
    return Bug(type(error).__name__, tuple(f"{f.filename}:{f.lineno}" for f in stack[-3:]))


def _end_with(parent: int) -> None:
    """Have the kernel kill this process when its parent dies, even in the midst of a parser."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died meanwhile
        os._exit(1)


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
