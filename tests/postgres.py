"""A PostgreSQL server for the tests: its own folder, a socket in it, an ordinary user."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

READY = "database system is ready to accept connections"


def program(name: str) -> str:
    """Find a program of the server, which Debian does not put on the path."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    found = shutil.which(name, path=os.pathsep.join([*map(str, folders), os.environ["PATH"]]))
    assert found, "install a PostgreSQL server: apt-get install postgresql"
    return found


@contextmanager
def server(more: Sequence[str] = (), rules: str = "") -> Iterator[str]:
    """Start a server and give the URL of a database in it, by its socket.

    With `more` settings it can be reached otherwise, as `rules` of pg_hba.conf allow.
    """
    owner = None if os.getuid() else pwd.getpwnam("nobody")
    # Not under pytest's folders, which others cannot enter; and a socket's path must be short.
    with tempfile.TemporaryDirectory(prefix="pg-", dir="/tmp") as name:
        if owner:
            os.chown(name, owner.pw_uid, owner.pw_gid)
        data = f"{name}/data"
        identity = (
            {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if owner else {}
        )
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": name}
        made = [program("initdb"), "--pgdata", data, "--username", "postgres", "--auth", "trust"]
        subprocess.run(  # type: ignore[call-overload]
            [*made, "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"],
            check=True, capture_output=True, env=environment, cwd=name, **identity,
        )  # fmt: skip
        with Path(data, "pg_hba.conf").open("w") as who:
            who.write(f"local all all trust\n{rules}")
        options = ("listen_addresses=", f"unix_socket_directories={name}", "fsync=off", *more)
        process = subprocess.Popen(  # type: ignore[call-overload]
            [program("postgres"), "-D", data, *(word for one in options for word in ("-c", one))],
            stderr=subprocess.PIPE, text=True, env=environment, cwd=name, **identity,
        )  # fmt: skip
        try:
            # It says so itself: no waiting by the clock. What it says later must be read too.
            told = next((line for line in process.stderr if READY in line), None)
            assert told, "the server did not start"
            yield f"postgresql://postgres@/postgres?host={quote(name, safe='')}"
        finally:
            process.send_signal(signal.SIGINT)  # at once, whoever is still connected
            process.communicate()
