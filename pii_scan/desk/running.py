"""The process of a piece of long work: runs the command, hands on what it says, notes its end."""

import fcntl
import json
import os
import signal
import subprocess
import sys
from pathlib import Path


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
        signal.signal(signal.SIGTERM, lambda *_: command.send_signal(signal.SIGINT))
        sys.stdout.write("\n")
        sys.stdout.flush()
        command.communicate(given)
    (folder / "end").write_text(str(command.returncode), encoding="ascii")


if __name__ == "__main__":
    run(Path(sys.argv[1]))
