"""The program that answers: what every answer carries, who may come in, and the pages behind."""

import logging
import threading
import traceback
from collections.abc import Callable, Mapping, Set
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from pii_scan.desk import entering, pages
from pii_scan.desk.asking import PLACES, Ask, route
from pii_scan.desk.casework import docket
from pii_scan.desk.jobs import Jobs
from pii_scan.desk.rendering import render
from pii_scan.desk.sessions import Brake, Clock, Once, Sessions
from pii_scan.desk.sheets import Shown
from pii_scan.errors import PiiScanError
from pii_scan.inzage.casefile import CaseFile
from pii_scan.model import Scan
from pii_scan.store import Signer, Store
from pii_scan.store.browsing import Browse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from pii_scan.config.settings import Settings

__all__ = ["Desk", "Serving", "application"]
log = logging.getLogger(__name__)

HEADERS = {
    # Nothing but what this server serves itself; no style or script inside a page.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
GATHER_SECONDS = 3.0
"""What a page waits for a scan to be gathered, before it says that this takes a while."""


class NotYetError(PiiScanError):
    """What a page shows is still being gathered."""


@dataclass(frozen=True, slots=True)
class Serving:
    """How the desk was started."""

    store: str
    hosts: Set[str]
    """What a browser may call this server: "127.0.0.1:8765"."""
    address: str
    """Of those, the one that links are made with."""
    operator: str
    settings: "Settings"
    folder: Path
    """Where long work is kept; its owner's alone."""
    judged: Path
    """The list that takes what is judged wrong."""
    today: Callable[[], date]
    clock: Clock
    config: str | None = None
    users: Path | None = None
    signer: Signer | None = field(default=None, repr=False)
    is_secure: bool = False
    """Behind TLS."""
    say: Callable[[str], None] = lambda _: None
    """Tells the one at the terminal."""


class Desk:
    """What the pages share."""

    def __init__(self, serving: Serving) -> None:
        """Open the store."""
        self.serving = serving
        self.store = Store.open(serving.store)
        self.sessions = Sessions(serving.clock)
        self.brake = Brake(serving.clock)
        self.once = Once()
        self.jobs = Jobs(serving.folder, serving.store, serving.config)
        self.shown = Shown(serving.clock)
        # A cookie of this name is taken from a safe connection to this very host alone.
        self.cookie = "__Host-desk" if serving.is_secure else "desk"
        self._gathering = threading.Lock()
        self._browse: Browse | None = None

    def record(self, kind: str, name: str, data: Mapping[str, Any]) -> None:
        """Write down in the log of the store what somebody does."""
        self.store.record(kind, name, data, self.serving.signer)

    def html(self, name: str, ask: Ask, told: Mapping[str, object]) -> str:
        """Return a page in the language of the one who asks."""
        return render(name, ask.language, {"ask": ask, "today": self.serving.today(), **told})

    def scan(self) -> Scan | None:
        """Return the scan that the pages are about: the newest that finished."""
        finished = [scan for scan in self.store.scans() if scan.finished is not None]
        return finished[-1] if finished else None

    def browse(self) -> Browse:
        """Return the pages of that scan.

        Raises:
            PiiScanError: there is none, or it is still being gathered.
        """
        scan = self.scan()
        if scan is None:
            raise PiiScanError("Er is nog geen afgeronde scan: begin er een onder Taken.")
        if self._browse is None or self._browse.scan.id != scan.id:
            self._browse = self.store.browse(scan)
        browse = self._browse
        if not browse.is_ready:
            thread = threading.Thread(target=self._gather, args=(browse,), daemon=True)
            thread.start()
            thread.join(GATHER_SECONDS)
            if not browse.is_ready:
                raise NotYetError("De scan wordt klaargezet; dat duurt bij veel vondsten even.")
        return browse

    def cases(self) -> list[CaseFile]:
        """Return the cases of requests that are open, the one that is due first at the head.

        Raises:
            ConfigError: the key that they are sealed with is not here.
        """
        if not self.store.cases():
            return []
        held = docket(self.store, self.serving.signer, self.serving.operator)
        found = [file for file in held.files() if file.closing is None]
        return sorted(found, key=lambda file: file.deadline.due)

    def renew_link(self) -> str:
        """Make another link that lets one browser in, and say it at the terminal."""
        self.once = Once()
        return self.say_link()

    def say_link(self) -> str:
        """Say at the terminal which link lets one browser in; return it."""
        scheme = "https" if self.serving.is_secure else "http"
        link = f"{scheme}://{self.serving.address}/in?token={self.once.token}"
        self.serving.say(f"Open once: {link}")
        return link

    def _gather(self, browse: Browse) -> None:
        with self._gathering:
            browse.gather()

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()


class Guarded:
    """Stands before everything: refuses foreign hosts, adds the headers, hides what went wrong."""

    def __init__(self, app: "ASGIApp", desk: Desk) -> None:
        """Stand before `app`."""
        self.desk = desk
        self._app = app
        self._serving = desk.serving

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def dressed(message: "Message") -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if self._serving.is_secure:
                    headers["Strict-Transport-Security"] = "max-age=31536000"
            await send(message)

        # A page elsewhere may point a name of its own at this address (DNS rebinding).
        if Headers(scope=scope).get("host", "").lower() not in self._serving.hosts:
            await PlainTextResponse("unknown host", 421)(scope, receive, dressed)
            return
        # What went wrong was answered and told by `_failed`; the server would tell its message.
        with suppress(Exception):
            await self._app(scope, receive, dressed)


async def _failed(request: Request, error: Exception) -> Response:
    """Say where a bug is; its message may quote what was scanned."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(last.filename).name}:{last.lineno}"
    log.error("%s: %s at %s", request.url.path, type(error).__name__, place)
    return PlainTextResponse("internal error", 500)


def application(serving: Serving) -> Guarded:
    """Return the desk as a program that a server runs."""
    desk = Desk(serving)
    pages.load()
    routes = [*entering.ROUTES, *map(route, PLACES)]
    app = Starlette(routes=routes, exception_handlers={Exception: _failed})
    app.state.desk = desk
    return Guarded(app, desk)
