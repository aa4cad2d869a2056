"""A request on its way to a page: who asks, whether they may, and what is written down of it."""

import hmac
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from pii_scan.desk.accounts import Person, Right
from pii_scan.desk.desk import Desk
from pii_scan.desk.forms import MOST_BYTES, NOTHING, File, Form, read_form
from pii_scan.desk.rendering import render
from pii_scan.desk.sessions import Session
from pii_scan.errors import PiiScanError

log = logging.getLogger(__name__)

LANGUAGE = "taal"
"""Name of the cookie that holds it."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A request that may be answered."""

    desk: Desk
    session: Session
    path: Mapping[str, str]
    query: Mapping[str, str]
    form: Mapping[str, str]
    files: Mapping[str, File]
    url: str
    """Path and query, so that a form can come back here."""
    language: str
    is_part: bool
    """Only the part of the page that changes is asked for."""
    cookie: str

    @property
    def person(self) -> Person:
        """Who asks."""
        return self.session.person

    def page(self, name: str, *, status: int = 200, **told: object) -> Response:
        """Return a page."""
        today = self.desk.serving.today()
        return HTMLResponse(
            render(name, self.language, {"ask": self, "today": today, **told}), status
        )

    def record(self, kind: str, **data: object) -> None:
        """Write down what the person does."""
        self.desk.record(kind, self.person.name, data)

    def back(self, url: str) -> Response:
        """Go on to another page of ours after a form."""
        return RedirectResponse(_own(url), 303)


Page = Callable[[Ask], Response]


@dataclass(frozen=True, slots=True)
class Place:
    """A page: where it is, how it is asked for, and the right that it needs."""

    path: str
    method: str
    right: Right
    page: Page
    most: int = MOST_BYTES
    """Of what a form may send."""


PLACES: list[Place] = []
"""Every page that needs somebody to have come in."""


def at(
    path: str, right: Right, *, method: str = "GET", most: int = MOST_BYTES
) -> Callable[[Page], Page]:
    """Make a function the page at a path, for those with a right."""

    def placed(page: Page) -> Page:
        PLACES.append(Place(path, method, right, page, most))
        return page

    return placed


def route(place: Place) -> Route:
    """Return the route of a place, with everything that stands before it."""

    async def endpoint(request: Request) -> Response:
        desk: Desk = request.app.state.desk
        cookie = request.cookies.get(desk.cookie, "")
        desk.look_at_accounts()
        session = desk.sessions.get(cookie)
        if session is None:
            return _enter_first(request)
        form = await read_form(request, place.most) if place.method == "POST" else NOTHING
        if form is None:
            return await _refused(desk, session, request, 413, "Dit formulier is te groot.")
        has_token = hmac.compare_digest(form.fields.get("csrf", "").encode(), session.csrf.encode())
        if place.method == "POST" and not (has_token and is_from_here(request)):
            return await _refused(
                desk, session, request, 403, "Dit formulier komt niet van deze pagina."
            )
        if not session.person.may(place.right):
            return await _refused(
                desk, session, request, 403, "Uw rol geeft hier geen recht op.", place.right
            )
        ask = _ask(desk, session, request, form, cookie)
        return await run_in_threadpool(_answered, place, ask)

    return Route(place.path, endpoint, methods=[place.method])


def _answered(place: Place, ask: Ask) -> Response:
    try:
        return place.page(ask)
    except PiiScanError as error:
        return ask.page("sorry.html.j2", status=409, message=str(error))


def _ask(desk: Desk, session: Session, request: Request, form: Form, cookie: str) -> Ask:
    query = dict(request.query_params)
    return Ask(
        desk=desk,
        session=session,
        path=dict(request.path_params),
        query=query,
        form=form.fields,
        files=form.files,
        url=request.url.path + (f"?{urlencode(query)}" if query else ""),
        language="en" if request.cookies.get(LANGUAGE) == "en" else "nl",
        is_part=request.headers.get("hx-request") == "true",
        cookie=cookie,
    )


def is_from_here(request: Request) -> bool:
    """Tell whether a form was sent by a page of ours, as far as the browser says.

    Without a referrer browsers call the origin of a form "null"; what kind of site sent it they
    say all the same, where the connection is safe or this very machine.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


def _enter_first(request: Request) -> Response:
    if request.headers.get("hx-request") == "true":
        return Response(status_code=401, headers={"HX-Redirect": "/aanmelden"})
    return RedirectResponse("/aanmelden", 303)


async def _refused(
    desk: Desk, session: Session, request: Request, status: int, why: str, right: str = ""
) -> Response:
    told = {"path": request.url.path, "method": request.method, "right": right}
    await run_in_threadpool(desk.record, "desk.refused", session.person.name, told)
    ask = _ask(desk, session, request, NOTHING, "")
    return await run_in_threadpool(lambda: ask.page("sorry.html.j2", status=status, message=why))


def _own(url: str) -> str:
    """Return `url` if it is a path of ours, else the first page."""
    parts = urlsplit(url)
    is_own = not parts.scheme and not parts.netloc and url.startswith("/") and "\\" not in url
    return url if is_own and not url.startswith("//") and url.isprintable() else "/"
