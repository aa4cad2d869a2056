"""Long work: commands of this program in processes of their own, which outlive the server.

Each has a folder: what it was asked, what it says meanwhile, and how it ended. Whether it still
runs is told by a lock that its process holds, so that a number of a process is never mistaken.
"""

import fcntl
import json
import os
import re
import secrets
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pii_scan.errors import PiiScanError

State = Literal[
    "running", "done", "findings", "held", "incomplete", "stopped", "failed", "interrupted"
]
Kind = Literal[
    "scan",
    "inzage search",
    "inzage export",
    "inzage verify-erased",
    "dispose plan",
    "dispose run",
    "dispose undo",
]
"""The command that it is."""
LAST_BYTES = 4_000
"""Of what it says, that a page shows."""
MOST_KEPT = 200
MOST_RUNNING = 2
NAME = re.compile(r"\d{8}-\d{6}-[0-9a-f]{8}")
GOES_ON: dict[Kind, tuple[State, ...]] = {"scan": ("stopped", "interrupted")}
"""What can be taken up again where it was: a scan keeps what it has read. What a search is given
goes to its process alone, and is not there any more."""
ENDS: dict[int, State] = {0: "done", 1: "findings", 3: "incomplete", 130: "stopped"}


@dataclass(frozen=True, slots=True)
class Work:
    """A piece of long work."""

    id: str
    kind: Kind
    title: str
    by: str
    began: datetime
    state: State
    says: str
    """The last lines of its progress."""
    told: str
    """What it came to, once it is done."""

    @property
    def goes_on(self) -> bool:
        """Whether it can be taken up again."""
        return self.state in GOES_ON.get(self.kind, ())


class Jobs:
    """The long work of one desk."""

    def __init__(self, folder: Path, store: str, config: str | None) -> None:
        """Use a folder, which is made when something is started."""
        self.folder = folder
        self._config = ("--config", config) if config else ()
        # Not among the arguments, which others on this machine can see: it may hold a password.
        self._environment = os.environ | {"PII_SCAN_STORE": store}
        self._starting = threading.Lock()

    def start(
        self, kind: Kind, title: str, by: str, arguments: Sequence[str], given: str = ""
    ) -> str:
        """Start a command of this program; `given` goes to its stdin, and nowhere else.

        Raises:
            PiiScanError: too much is running.
        """
        with self._starting:
            if sum(work.state == "running" for work in self.all()) >= MOST_RUNNING:
                raise PiiScanError("Er loopt al werk: wacht tot het klaar is, of stop het.")
            return self._start(kind, title, by, arguments, given)

    def go_on(self, name: str, by: str) -> str:
        """Take up again what was stopped or cut off; return the work that does so.

        Raises:
            PiiScanError: it cannot be taken up, or too much is running.
        """
        work = self.get(name)
        if work is None or not work.goes_on:
            raise PiiScanError("Dit werk kan niet verder: begin het opnieuw.")
        told = json.loads((self.path(name) / "job.json").read_text(encoding="utf-8"))
        return self.start(work.kind, work.title, by, told["arguments"])

    def _start(self, kind: Kind, title: str, by: str, arguments: Sequence[str], given: str) -> str:
        name = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(4)}"
        folder = self.folder / name
        folder.mkdir(mode=0o700, parents=True)
        told = {
            "kind": kind,
            "title": title,
            "by": by,
            "began": datetime.now(UTC).isoformat(),
            "command": [*kind.split(), *self._settings(kind)],
            "arguments": list(arguments),
        }
        (folder / "job.json").write_text(json.dumps(told), encoding="utf-8")
        runner = subprocess.Popen(  # noqa: S603 - this program itself
            [sys.executable, "-P", "-m", "pii_scan.desk.running", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env=self._environment,
        )
        assert runner.stdin is not None  # noqa: S101 - asked for above
        assert runner.stdout is not None  # noqa: S101
        with runner.stdin as pipe:
            pipe.write(given.encode())
        with runner.stdout as pipe:
            pipe.readline()  # it holds its lock now
        threading.Thread(target=runner.wait, daemon=True).start()  # so that its end is taken in
        return name

    def _settings(self, kind: Kind) -> tuple[str, ...]:
        return () if kind == "dispose undo" else self._config

    def all(self) -> list[Work]:
        """Return all work, the newest first."""
        if not self.folder.is_dir():
            return []
        found_names = (it.name for it in self.folder.iterdir() if NAME.fullmatch(it.name))
        names = sorted(found_names, reverse=True)
        found = (self.get(name) for name in names[:MOST_KEPT])
        return [work for work in found if work is not None]

    def get(self, name: str) -> Work | None:
        """Return a piece of work."""
        if not NAME.fullmatch(name):
            return None
        folder = self.folder / name
        try:
            told = json.loads((folder / "job.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return Work(
            id=folder.name,
            kind=told["kind"],
            title=told["title"],
            by=told["by"],
            began=datetime.fromisoformat(told["began"]),
            state=_of_kind(told["kind"], self._state(folder)),
            says=_end_of(folder / "progress"),
            told=_end_of(folder / "out"),
        )

    def path(self, name: str) -> Path:
        """Return the folder of a piece of work."""
        return self.folder / Path(name).name

    def stop(self, name: str) -> None:
        """Ask a piece of work to stop; what it found so far is kept."""
        folder = self.path(name)
        if NAME.fullmatch(name) and self._state(folder) == "running":
            os.kill(int((folder / "lock").read_text()), signal.SIGTERM)

    def _state(self, folder: Path) -> State:
        try:
            return ENDS.get(int((folder / "end").read_text()), "failed")
        except (OSError, ValueError):
            # Without an end: its process is at it, or was killed, with the machine or by itself.
            return "running" if _is_held(folder / "lock") else "interrupted"


def _of_kind(kind: Kind, state: State) -> State:
    """Of an answer, code 1 says that something of others is still to be decided on."""
    return "held" if kind == "inzage export" and state == "findings" else state


def _is_held(lock: Path) -> bool:
    try:
        with lock.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _end_of(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            stream.seek(max(0, file.stat().st_size - LAST_BYTES))
            return stream.read().decode("utf-8", "replace")
    except OSError:
        return ""
