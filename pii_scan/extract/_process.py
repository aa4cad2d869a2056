"""Stage 3, extract: another program reads for us, with a limit of time, and dies when we do."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from shutil import which
from typing import Final

from pii_scan.errors import ExtractError
from pii_scan.extract._reasons import TIMED_OUT

INHERITED: Final = ("PATH", "HOME", "TMPDIR", "TESSDATA_PREFIX")
"""Of the environment; the rest is nobody's business."""


def run(
    command: Sequence[str],
    data: bytes = b"",
    *,
    seconds: float,
    env: Mapping[str, str] | None = None,
    folder: str | None = None,
) -> tuple[int, bytes]:
    """Return how a program ended and what it wrote to its standard output.

    Args:
        command: the program and its arguments; no shell sees them.
        data: its standard input.
        seconds: after which it is killed, with all that it has started.
        env: what is added to its environment.
        folder: where it runs.

    Raises:
        ExtractError: it took too long.
    """
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    with subprocess.Popen(  # noqa: S603 - no shell, and nothing of a file among the arguments
        [*_tied(), *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**inherited, "LC_ALL": "C.UTF-8", **(env or {})},
        cwd=folder,
        start_new_session=True,
    ) as process:
        try:
            written, _ = process.communicate(data, timeout=seconds)
        except subprocess.TimeoutExpired:
            raise ExtractError(TIMED_OUT) from None
        finally:
            # A session of its own: whatever the program has started goes with it.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    return process.returncode, written


@cache
def _tied() -> tuple[str, ...]:
    """Return what makes the kernel kill the program when this process dies (util-linux).

    A function run between fork and exec could ask the same, but forking a process with threads is
    not safe, and copying the page tables of a worker takes longer than a start of this.
    """
    setpriv = which("setpriv")
    return (setpriv, "--pdeathsig", "KILL", "--") if setpriv else ()
