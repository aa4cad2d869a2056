"""The program that answers: what every answer carries, who may come in, and the pages behind."""

import logging
import traceback
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from pii_scan.desk import entering, pages
from pii_scan.desk.asking import PLACES, route
from pii_scan.desk.desk import Desk, Serving

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["HEADERS", "Guarded", "application"]
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
    # As a repr: a path may hold a line's end, and then what looks like a line of the log.
    log.error("%r: %s at %s", request.url.path, type(error).__name__, place)
    return PlainTextResponse("internal error", 500)


def application(serving: Serving) -> Guarded:
    """Return the desk as a program that a server runs."""
    desk = Desk(serving)
    pages.load()
    routes = [*entering.ROUTES, *map(route, PLACES)]
    app = Starlette(routes=routes, exception_handlers={Exception: _failed})
    app.state.desk = desk
    return Guarded(app, desk)
