"""Coming in: by a link that works once, or by name and password. All that is open to everybody."""

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from pii_scan.desk.accounts import Person, oneself, person
from pii_scan.desk.asking import LANGUAGE, is_from_here
from pii_scan.desk.forms import NOTHING, read_form
from pii_scan.desk.rendering import render

if TYPE_CHECKING:
    from pii_scan.desk.app import Desk

STATIC = {
    "desk.css": "text/css",
    "desk.js": "text/javascript",
    "htmx.min.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}
WRONG = "Naam en wachtwoord horen niet bij elkaar."
TOO_OFTEN = "Te vaak geprobeerd. Wacht een kwartier."
USED = "Deze link is al gebruikt of niet van nu. Vraag hieronder een nieuwe."


async def _static(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in STATIC:
        return PlainTextResponse("not found", 404)
    return Response(
        _file(name), media_type=STATIC[name], headers={"Cache-Control": "private, max-age=3600"}
    )


@cache
def _file(name: str) -> bytes:
    return (files("pii_scan.desk") / "static" / name).read_bytes()


async def _enter(request: Request) -> Response:
    """Let in the browser that shows the link first."""
    desk = _desk(request)
    if desk.serving.users is not None or not desk.once.takes(request.query_params.get("token", "")):
        return _log_in(request, USED, 403)
    return await _welcome(request, oneself(desk.serving.operator))


async def _show(request: Request) -> Response:
    return _log_in(request)


async def _try(request: Request) -> Response:
    """Let in who knows a name and its password."""
    desk = _desk(request)
    form = (await read_form(request) or NOTHING).fields
    if desk.serving.users is None or not is_from_here(request):
        return _log_in(request, "", 403)
    name, where = form.get("name", ""), request.client.host if request.client else ""
    keys = (f"name {name[:80]}", f"from {where}")
    if desk.brake.holds(*keys):
        return _log_in(request, TOO_OFTEN, 429)
    found = await run_in_threadpool(
        person, desk.serving.users, name, form.get("password", "")[:1024]
    )
    if found is None:
        desk.brake.note(*keys)
        told = {"name": name[:80], "from": where}
        await run_in_threadpool(desk.record, "desk.login_failed", desk.serving.operator, told)
        return _log_in(request, WRONG, 403)
    return await _welcome(request, found)


async def _new_link(request: Request) -> Response:
    """Write another link on the terminal, which whoever may come in can see."""
    desk = _desk(request)
    if desk.serving.users is not None or not is_from_here(request):
        return _log_in(request, "", 403)
    if desk.brake.holds("link"):
        return _log_in(request, TOO_OFTEN, 429)
    desk.brake.note("link")
    desk.renew_link()
    return _log_in(request, "De nieuwe link staat in het venster waarin pii-scan serve draait.")


async def _language(request: Request) -> Response:
    form = (await read_form(request) or NOTHING).fields
    answer = RedirectResponse("/", 303)
    if is_from_here(request) and form.get("taal") in ("nl", "en"):
        answer.set_cookie(
            LANGUAGE, form["taal"], max_age=365 * 86_400, httponly=True, samesite="strict",
            secure=_desk(request).serving.is_secure,
        )  # fmt: skip
    return answer


async def _welcome(request: Request, who: Person) -> Response:
    desk = _desk(request)
    desk.sessions.end(request.cookies.get(desk.cookie, ""))
    token = desk.sessions.begin(who)
    await run_in_threadpool(desk.record, "desk.login", who.name, {"role": who.role or "self"})
    answer = RedirectResponse("/", 303)
    answer.set_cookie(
        desk.cookie, token, httponly=True, samesite="strict", secure=desk.serving.is_secure
    )
    return answer


def _log_in(request: Request, message: str = "", status: int = 200) -> Response:
    desk = _desk(request)
    language = "en" if request.cookies.get(LANGUAGE) == "en" else "nl"
    told = {"ask": None, "message": message, "has_accounts": desk.serving.users is not None}
    return HTMLResponse(render("enter.html.j2", language, told), status)


def _desk(request: Request) -> "Desk":
    desk: Desk = request.app.state.desk
    return desk


ROUTES = [
    Route("/static/{name}", _static),
    Route("/in", _enter),
    Route("/aanmelden", _show),
    Route("/aanmelden", _try, methods=["POST"]),
    Route("/link", _new_link, methods=["POST"]),
    Route("/taal", _language, methods=["POST"]),
]
"""Without having come in. Everything else is in `asking.PLACES`, each with the right it needs."""
