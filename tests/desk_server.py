"""A desk over invented results, served on a free port of loopback as users get it; and a browser
that shows no page."""

import http.client
import re
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import uvicorn

from pii_scan.config.keys import SigningKey
from pii_scan.config.settings import Settings
from pii_scan.desk import Serving, application
from pii_scan.desk.desk import Desk
from pii_scan.desk.forms import File
from pii_scan.model import Result
from pii_scan.store import Store
from tests.invented_results import SCAN, TODAY, results

SIGNER = SigningKey(bytes(range(32)))


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Answer:
    status: int
    headers: Mapping[str, str]
    text: str


@dataclass
class Client:
    """What a browser does of HTTP: it keeps cookies, and sends where a form comes from."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    trust: ssl.SSLContext | None = None
    """Of a desk behind TLS."""

    def ask(
        self,
        path: str,
        form: Mapping[str, object] | None = None,
        **headers: str,
    ) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        if self.trust is not None:
            connection = http.client.HTTPSConnection(
                "127.0.0.1", self.port, timeout=60, context=self.trust
            )
        host = f"127.0.0.1:{self.port}"
        sent = {"Host": host, "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        body: str | bytes | None = None
        if form is not None:
            body = urlencode(form, errors="backslashreplace")
            sent |= {"Origin": f"{'https' if self.trust else 'http'}://{host}"}
            sent |= {"Content-Type": "application/x-www-form-urlencoded"}
        if form is not None and isinstance(form.get("file"), File):
            body = multipart(form)
            sent |= {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("POST" if form is not None else "GET", path, body, sent)
        answer = connection.getresponse()
        told = dict(answer.getheaders())
        for header in answer.headers.get_all("set-cookie", []):
            for one in SimpleCookie(header).values():
                self.cookies[one.key] = one.value
        text = answer.read().decode("utf-8", "replace")
        connection.close()
        return Answer(answer.status, told, text)

    def csrf(self, path: str = "/taken") -> str:
        """Return what has to go with a form."""
        found = re.search(r'name="csrf" value="([^"]+)"', self.ask(path).text)
        assert found
        return found[1]

    def send(self, path: str, **form: object) -> Answer:
        """Send a form as a page of ours does."""
        return self.ask(path, {"csrf": self.csrf(), **form})

    def upload(self, path: str, name: str, content: bytes, **form: object) -> Answer:
        """Send a form with a file as a page of ours does."""
        return self.ask(path, {"csrf": self.csrf(), **form, "file": File(name, content)})


BOUNDARY = "----geckoformboundary6f1ed002ab5595859014ebf0951522d9"


def multipart(form: Mapping[str, object]) -> bytes:
    """Return fields and files as browsers write them (RFC 7578)."""
    told = b""
    for key, value in form.items():
        told += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{key}"'.encode()
        if isinstance(value, File):
            called = value.name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
            told += f'; filename="{called}"\r\nContent-Type: application/octet-stream'.encode()
            told += b"\r\n\r\n" + value.content
        else:
            told += f"\r\n\r\n{value}".encode("utf-8", "backslashreplace")
        told += b"\r\n"
    return told + f"--{BOUNDARY}--\r\n".encode()


@dataclass
class Served:
    desk: Desk
    port: int
    clock: Clock
    folder: Path

    def client(self) -> Client:
        """Return a browser that has not come in."""
        return Client(self.port)

    def entered(self) -> Client:
        """Return the browser of the one who started the desk."""
        client = self.client()
        self.desk.renew_link()
        assert client.ask(f"/in?token={self.desk.once.token}").status == 303
        return client

    def as_user(self, name: str, password: str) -> Client:
        """Return the browser of somebody with an account."""
        client = self.client()
        answer = client.ask("/aanmelden", {"name": name, "password": password})
        assert answer.status == 303, answer.text
        return client

    def kinds(self) -> list[str]:
        """Return what the log says was done."""
        return [entry.kind for entry in self.desk.store.log()]


def fill(url: str, kept: list[Result], scans: int = 1) -> None:
    """Write results into a store, as scans of the same places."""
    with Store.open(url) as store:
        for _ in range(scans):
            told = (SCAN.targets, TODAY, SCAN.policy, "0", "sha256:0", "j.tester")
            scan = store.begin(*told, SCAN.suppressions, places="share")
            store.save(scan.id, kept)
            store.finish(scan.id)


@contextmanager
def serving(
    folder: Path,
    kept: list[Result] | None = None,
    *,
    tls: tuple[Path, Path] | None = None,
    **changes: Any,
) -> Iterator[Served]:
    """Serve a desk over results; without any, over invented ones of every kind.

    `tls` is a certificate and its key.
    """
    url, clock = str(folder / "inventory.db"), Clock()
    if not Path(url).exists():
        fill(url, results(300) if kept is None else kept, scans=2)
    hosts: set[str] = set()
    told: dict[str, Any] = {
        "store": url,
        "hosts": hosts,
        "address": "",
        "operator": "j.tester",
        "settings": Settings(),
        "folder": folder / "desk",
        "judged": folder / "judged.toml",
        "today": lambda: date(2026, 11, 26),
        "clock": clock,
        "signer": SIGNER,
    }
    app = application(Serving(**told | {"is_secure": tls is not None} | changes))
    cert, key = tls or (None, None)
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            port=0,
            log_config=None,
            access_log=False,
            lifespan="off",
            ssl_certfile=cert,
            ssl_keyfile=key,
        )
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        thread.join(0.01)
        assert thread.is_alive()
    port = server.servers[0].sockets[0].getsockname()[1]
    hosts.add(f"127.0.0.1:{port}")
    app.desk.serving = replace(app.desk.serving, address=f"127.0.0.1:{port}")
    try:
        yield Served(app.desk, port, clock, folder)
    finally:
        server.should_exit = True
        thread.join()
        app.desk.close()
