"""Requests of persons: which there are, until when they must be answered, and a new one."""

from starlette.responses import Response

from pii_scan.desk import casework
from pii_scan.desk.asking import Ask, at
from pii_scan.desk.pages._case import said
from pii_scan.errors import ConfigError


@at("/inzage", "see")
def cases(ask: Ask) -> Response:
    """List the cases with their deadlines."""
    return _listed(ask)


@at("/inzage", "decide", method="POST")
def begin(ask: Ask) -> Response:
    """Open a case. What it tells of the person goes, sealed, to the store and nowhere else."""
    serving = ask.desk.serving
    today = serving.today()
    try:
        asked = casework.asked(ask.form, serving.settings, today)
        held = casework.docket(ask.desk.store, serving.signer, ask.person.name)
        file = casework.open_case(held, asked, serving.settings, today)
    except ConfigError as error:
        return _listed(ask, said(ask, error), 422)
    return ask.back(f"/inzage/{file.number}")


def _listed(ask: Ask, message: str = "", status: int = 200) -> Response:
    desk = ask.desk
    held = casework.docket(desk.store, desk.serving.signer, ask.person.name)
    files = list(held.files())
    return ask.page(
        "cases.html.j2",
        status=status,
        files=sorted((it for it in files if it.closing is None), key=lambda it: it.deadline.due),
        closed=[it for it in files if it.closing is not None],
        message=message,
        stated=ask.form,
        action="/inzage",
        is_new=True,
        controllers=desk.serving.settings.controllers,
    )
