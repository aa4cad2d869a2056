"""The process of a piece of long work: runs the command, hands on what it says, notes its end."""

import fcntl
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

STOPPED = 130
WHOLE = (0, 3)
"""Codes of a command that came to its end all the same."""


def run(folder: Path) -> None:
    """Run what the folder asks for. A signal to stop goes on to the command as Ctrl-C does."""
    os.umask(0o077)
    told = json.loads((folder / "job.json").read_text(encoding="utf-8"))
    given = sys.stdin.buffer.read()
    lock = (folder / "lock").open("w", encoding="ascii")
    fcntl.flock(lock, fcntl.LOCK_EX)
    lock.write(str(os.getpid()))
    lock.flush()
    with (folder / "progress").open("wb") as progress, (folder / "out").open("wb") as out:
        command = subprocess.Popen(  # noqa: S603 - this program itself
            [sys.executable, "-P", "-m", "pii_scan", *told["command"], *told["arguments"]],
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=progress,
            close_fds=True,
        )
        asked: list[int] = []

        def stop(number: int, _: object) -> None:
            asked.append(number)
            command.send_signal(signal.SIGINT)

        signal.signal(signal.SIGTERM, stop)
        sys.stdout.write("\n")
        sys.stdout.flush()
        command.communicate(given)
    code = command.returncode
    # Ctrl-C before the command has begun ends it with 1 or a signal, which say something else.
    is_stopped = bool(asked) and code not in WHOLE
    (folder / "end").write_text(str(STOPPED if is_stopped else code), encoding="ascii")


if __name__ == "__main__":
    run(Path(sys.argv[1]))
