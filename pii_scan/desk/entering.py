"""Coming in: by a link that works once, or by name and password. All that is open to everybody."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from ipaddress import ip_address, ip_network

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from pii_scan.desk.accounts import Person, oneself, person
from pii_scan.desk.asking import LANGUAGE, is_from_here
from pii_scan.desk.desk import Desk
from pii_scan.desk.forms import NOTHING, read_form
from pii_scan.desk.provider import RefusedError
from pii_scan.desk.rendering import render
from pii_scan.desk.sessions import MOST_TRIES, TRIES
from pii_scan.desk.trips import SECONDS
from pii_scan.errors import PiiScanError

BACK = "/oidc/terug"
STATIC = {
    "desk.css": "text/css",
    "desk.js": "text/javascript",
    "htmx.min.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}
WRONG = "Naam en wachtwoord horen niet bij elkaar."
TOO_OFTEN = "Te vaak geprobeerd. Wacht een kwartier."
GONE = "Deze aanmelding is verlopen of al gebruikt. Begin opnieuw."
AWAY = "De aanmelddienst is niet te bereiken. Probeer het zo weer."
REFUSED = "De aanmelddienst geeft u hier geen toegang. Waarom staat in het journaal."
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
    who = oneself(desk.serving.operator)
    return await _welcome(request, who, {"role": "self"}, RedirectResponse("/", 303))


async def _show(request: Request) -> Response:
    return _log_in(request)


async def _try(request: Request) -> Response:
    """Let in who knows a name and its password."""
    desk = _desk(request)
    form = (await read_form(request) or NOTHING).fields
    if desk.serving.users is None or not is_from_here(request):
        return _log_in(request, "", 403)
    name, where = form.get("name", ""), _where(request)
    keys = {f"name {name[:80]}": MOST_TRIES, f"from {where}": MOST_TRIES}
    keys[f"name {name[:80]} from {where}"] = TRIES
    async with desk.verifying:
        # Looked at in turn: many guesses at once would all pass before the first has failed.
        if desk.brake.holds(keys):
            return _log_in(request, TOO_OFTEN, 429)
        secret = form.get("password", "")[:1024]
        found = await run_in_threadpool(person, desk.serving.users, name, secret)
        if found is None:
            desk.brake.note(keys)
    if found is None:
        told = {"name": name[:80], "from": where}
        await run_in_threadpool(desk.record, "desk.login_failed", desk.serving.operator, told)
        return _log_in(request, WRONG, 403)
    return await _welcome(request, found, {"role": found.role or ""}, RedirectResponse("/", 303))


async def _new_link(request: Request) -> Response:
    """Write another link on the terminal, which whoever may come in can see."""
    desk = _desk(request)
    if desk.serving.users is not None or not is_from_here(request):
        return _log_in(request, "", 403)
    if desk.brake.holds({"link": TRIES}):
        return _log_in(request, TOO_OFTEN, 429)
    desk.brake.note(["link"])
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


async def _go_out(request: Request) -> Response:
    """Send somebody to the log-in service of the organisation."""
    desk = _desk(request)
    provider = desk.serving.provider
    if provider is None:
        return _log_in(request, "", 404)
    token, trip = desk.trips.begin()
    told = (f"{desk.origin}{BACK}", trip.state, trip.nonce, trip.verifier)
    try:
        place = await run_in_threadpool(provider.address, *told)
    except PiiScanError:
        return _log_in(request, AWAY, 503)
    answer = RedirectResponse(place, 303)
    # Not strict: the browser comes back from another site, and has to show it then.
    answer.set_cookie(
        desk.trip_cookie, token, max_age=int(SECONDS), httponly=True, samesite="lax",
        secure=desk.serving.is_secure,
    )  # fmt: skip
    return answer


async def _come_back(request: Request) -> Response:
    """Let in whom the log-in service vouches for."""
    desk, query = _desk(request), request.query_params
    provider, where = desk.serving.provider, _where(request)
    if provider is None:
        return _log_in(request, "", 404)
    if desk.brake.holds({f"from {where}": MOST_TRIES}):
        return _log_in(request, TOO_OFTEN, 429)
    trip = desk.trips.end(request.cookies.get(desk.trip_cookie, ""), query.get("state", ""))
    if trip is None:
        return _log_in(request, GONE, 403)
    try:
        code = provider.code(query)
        told = (code, f"{desk.origin}{BACK}", trip.nonce, trip.verifier)
        found = await run_in_threadpool(provider.person, *told)
    except RefusedError as error:
        desk.brake.note([f"from {where}"])
        why = {"from": where, "why": str(error)}
        await run_in_threadpool(desk.record, "desk.login_failed", desk.serving.operator, why)
        return _log_in(request, REFUSED, 403)
    except PiiScanError:
        return _log_in(request, AWAY, 503)
    who = found.person
    said = {"role": who.role or "", "issuer": provider.terms.issuer, "subject": found.subject}
    # A page and no redirect: the browser would not show a strict cookie on its way from elsewhere.
    page = render("welcome.html.j2", _language_of(request), {"ask": None})
    answer = await _welcome(request, who, said, HTMLResponse(page))
    answer.delete_cookie(desk.trip_cookie, secure=desk.serving.is_secure, httponly=True)
    return answer


async def _welcome(
    request: Request, who: Person, said: Mapping[str, object], answer: Response
) -> Response:
    """Begin a session, always another one than the browser showed, and have it show that."""
    desk = _desk(request)
    desk.sessions.end(request.cookies.get(desk.cookie, ""))
    token = desk.sessions.begin(who)
    await run_in_threadpool(desk.record, "desk.login", who.name, said)
    answer.set_cookie(
        desk.cookie, token, httponly=True, samesite="strict", secure=desk.serving.is_secure
    )
    return answer


def _log_in(request: Request, message: str = "", status: int = 200) -> Response:
    desk = _desk(request)
    told = {
        "ask": None,
        "message": message,
        "has_accounts": desk.serving.users is not None,
        "has_provider": desk.serving.provider is not None,
    }
    return HTMLResponse(render("enter.html.j2", _language_of(request), told), status)


def _language_of(request: Request) -> str:
    return "en" if request.cookies.get(LANGUAGE) == "en" else "nl"


def _where(request: Request) -> str:
    """Return from where somebody asks; of IPv6 the network, since one machine has all of it."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return host if address.version == 4 else str(ip_network((address.packed, 64), strict=False))


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


ROUTES = [
    Route("/static/{name}", _static),
    Route("/in", _enter),
    Route("/aanmelden", _show),
    Route("/aanmelden", _try, methods=["POST"]),
    Route("/oidc", _go_out),
    Route(BACK, _come_back),
    Route("/link", _new_link, methods=["POST"]),
    Route("/taal", _language, methods=["POST"]),
]
"""Without having come in. Everything else is in `asking.PLACES`, each with the right it needs."""
