"""Real servers on this machine's own address, for the tests of sources: Samba, sshd, S3.

Each takes a free port and is there when it can be connected to. What is not installed fails the
test and says how to install it: a source that nobody tried is no source.
"""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.postgres import server

HOST = "127.0.0.1"
USER = pwd.getpwuid(os.getuid()).pw_name
PASSWORD = "Welkom-Fictief-41!"
ATTEMPTS = 600


@dataclass
class Server:
    """A server, and how a program gets in."""

    port: int
    root: Path
    environment: dict[str, str] = field(default_factory=dict)
    known_hosts: str = ""


def program(name: str, package: str) -> str:
    """Return the path of a program; without it the test fails."""
    path = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
    if path is None:
        pytest.fail(f"{name} is not installed: apt-get install {package}")
    return path


def free_port() -> int:
    with socket.socket() as one:
        one.bind((HOST, 0))
        return int(one.getsockname()[1])


@contextlib.contextmanager
def started(arguments: list[str], port: int, log: Path, **options: Any) -> Iterator[None]:
    """Run a server until it can be connected to, and end it with all its children after."""
    with log.open("wb") as sink:
        process = subprocess.Popen(
            arguments, stdout=sink, stderr=sink, start_new_session=True, **options
        )
        try:
            _reachable(process, port, log)
            yield
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _reachable(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    for _ in range(ATTEMPTS):
        if process.poll() is not None:
            pytest.fail(f"{process.args!r} ended: {log.read_text('utf-8', 'replace')[-2000:]}")
        with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=1):
            return
        # Wait for the process to end, which it should not: that is a pause that ends early.
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.1)
    pytest.fail(f"{process.args!r} cannot be connected to: {log.read_text('utf-8')[-2000:]}")


@contextlib.contextmanager
def samba(folder: Path, share: Path) -> Iterator[Server]:
    """Serve `share` as //127.0.0.1/share to the account that runs the tests."""
    smbd, smbpasswd = program("smbd", "samba"), program("smbpasswd", "samba")
    port = free_port()
    for name in ("private", "lock", "state", "cache", "pid", "ncalrpc"):
        (folder / name).mkdir(parents=True)
    settings = folder / "smb.conf"
    settings.write_text(
        f"""[global]
        server role = standalone server
        interfaces = {HOST}/8
        bind interfaces only = yes
        smb ports = {port}
        disable netbios = yes
        private dir = {folder}/private
        lock directory = {folder}/lock
        state directory = {folder}/state
        cache directory = {folder}/cache
        pid directory = {folder}/pid
        ncalrpc dir = {folder}/ncalrpc
        log file = {folder}/log.%m
        passdb backend = tdbsam:{folder}/private/passdb.tdb
        map to guest = never
        load printers = no
        printing = bsd
        disable spoolss = yes
        [share]
        path = {share}
        read only = yes
        """,
        "utf-8",
    )
    subprocess.run(
        [smbpasswd, "-c", str(settings), "-s", "-a", USER],
        input=f"{PASSWORD}\n{PASSWORD}\n".encode(),
        check=True,
        capture_output=True,
    )
    arguments = [smbd, "--foreground", "--no-process-group", f"--configfile={settings}"]
    with started(arguments, port, folder / "smbd.log"):
        secrets = {"PII_SCAN_SMB_USER": USER, "PII_SCAN_SMB_PASSWORD": PASSWORD}
        yield Server(port, share, secrets)


@contextlib.contextmanager
def sshd(folder: Path) -> Iterator[Server]:
    """Serve everything that the account that runs the tests may read, to a key of its own."""
    path, keygen = program("sshd", "openssh-server"), program("ssh-keygen", "openssh-client")
    folder.mkdir(parents=True)
    port = free_port()
    for name in ("host", "client"):
        key = str(folder / name)
        subprocess.run([keygen, "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    (folder / "authorized").write_text((folder / "client.pub").read_text("ascii"))
    settings = folder / "sshd_config"
    settings.write_text(
        f"""Port {port}
        ListenAddress {HOST}
        HostKey {folder}/host
        AuthorizedKeysFile {folder}/authorized
        PidFile {folder}/pid
        StrictModes no
        UsePAM no
        PermitRootLogin prohibit-password
        PasswordAuthentication no
        Subsystem sftp internal-sftp
        """,
        "utf-8",
    )
    if os.getuid() == 0:  # where the server puts itself when it has no rights to lose
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    with started([path, "-D", "-e", "-f", str(settings)], port, folder / "sshd.log"):
        host_key = " ".join((folder / "host.pub").read_text("ascii").split()[:2])
        yield Server(port, folder, known_hosts=f"[{HOST}]:{port} {host_key}\n")


@contextlib.contextmanager
def s3(folder: Path) -> Iterator[Server]:
    """Serve an empty S3."""
    folder.mkdir(parents=True)
    port = free_port()
    arguments = [sys.executable, "-m", "moto.server", "-H", HOST, "-p", str(port)]
    with started(arguments, port, folder / "s3.log"):
        secrets = {
            "AWS_ACCESS_KEY_ID": "AKIAFICTIEF",
            "AWS_SECRET_ACCESS_KEY": PASSWORD,
            "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_ENDPOINT_URL": f"http://{HOST}:{port}",
        }
        yield Server(port, folder, secrets)


@contextlib.contextmanager
def postgres() -> Iterator[Server]:
    """Run an empty PostgreSQL, to which `scan` gets in with the password and `postgres` without."""
    port = free_port()
    rules = f"host all postgres {HOST}/32 trust\nhost all all {HOST}/32 scram-sha-256\n"
    with server((f"listen_addresses={HOST}", f"port={port}"), rules):
        yield Server(port, Path(), {"PII_SCAN_POSTGRESQL_PASSWORD": PASSWORD})


class Relay:
    """Passes connections on to a server, and cuts one off after so many bytes of answers."""

    def __init__(self, port: int, cut_after: int) -> None:
        self._port, self._left = port, cut_after
        self.cuts = 0
        self._socket = socket.create_server((HOST, 0))
        self.port = int(self._socket.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._socket.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                ours, _ = self._socket.accept()
                theirs = socket.create_connection((HOST, self._port))
                for pair in ((ours, theirs, False), (theirs, ours, True)):
                    threading.Thread(target=self._pass, args=pair, daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket, is_answer: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 16):
                if is_answer and not self.cuts:
                    self._left -= len(data)
                    if self._left < 0:
                        self.cuts += 1
                        break
                sink.sendall(data)
        for one in (source, sink):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
