"""One case: who asks, until when it must be answered, its steps, and its end."""

from starlette.responses import FileResponse, Response

from pii_scan.desk import casework
from pii_scan.desk.asking import Ask, at
from pii_scan.desk.deciding import day
from pii_scan.desk.jobs import Kind
from pii_scan.desk.pages._case import Held, held, page, reason, said
from pii_scan.errors import ConfigError, PiiScanError
from pii_scan.inzage.casefile import OUTCOMES, Extension, Identity
from pii_scan.inzage.reviewing import STILL

LOGGED = 100
TYPES = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pdf": "application/pdf",
    ".json": "application/json",
    ".csv": "text/csv",
}


@at("/inzage/{number}", "see")
def one(ask: Ask) -> Response:
    """Show a case: how far it is, and what can be done now."""
    case = held(ask)
    if ask.is_part and case.busy:
        return ask.page("job_part.html.j2", job=case.busy)
    if ask.is_part:
        return Response(headers={"HX-Refresh": "true"})  # what can be done now is another thing
    return _shown(ask, case)


@at("/inzage/{number}/identiteit", "decide", method="POST")
def identity(ask: Ask) -> Response:
    """Note down that it was checked who asks."""
    case = held(ask, is_to_change=True)
    on = day(ask.form.get("on", "")) or ask.desk.serving.today()
    check = Identity(reason(ask.form.get("means", "")), ask.person.name, on)
    try:
        file = case.file.identified(check)
    except ConfigError as error:
        return _shown(ask, case, said(ask, error), 422)
    casework.keep(case.docket, file, "identified", on=on.isoformat())
    return _back(ask)


@at("/inzage/{number}/verlengen", "decide", method="POST")
def extend(ask: Ask) -> Response:
    """Make the term two months longer."""
    case = held(ask, is_to_change=True)
    told = day(ask.form.get("told", "")) or ask.desk.serving.today()
    why = reason(ask.form.get("reason", ""))
    try:
        file = case.file.made_longer(Extension(why, told, ask.person.name))
    except ConfigError as error:
        return _shown(ask, case, said(ask, error), 422)
    casework.keep(case.docket, file, "extended", told=told.isoformat())
    return _back(ask)


@at("/inzage/{number}/gegevens", "reveal", method="POST")
def stated(ask: Ask) -> Response:
    """Show what the person stated, to put something else in its place; that is logged."""
    case = held(ask, is_to_change=True)
    case.docket.note(case.file.number, "request_shown")
    return _form(ask, case, casework.stated(case.file.request))


@at("/inzage/{number}/wijzigen", "decide", method="POST")
def amend(ask: Ask) -> Response:
    """Put what the person states now in the place of what was stated before."""
    case, serving = held(ask, is_to_change=True), ask.desk.serving
    form = dict(ask.form) | {"received": case.file.received.isoformat(), "controller": ""}
    try:
        file = case.file.amended(casework.asked(form, serving.settings, serving.today()))
    except ConfigError as error:
        return _form(ask, case, ask.form, said(ask, error), 422)
    casework.keep(case.docket, file, "amended")
    return _back(ask)


@at("/inzage/{number}/zoeken", "decide", method="POST")
def search(ask: Ask) -> Response:
    """Find the places, in the background."""
    return _started(ask, "inzage search")


@at("/inzage/{number}/antwoord", "decide", method="POST")
def export(ask: Ask) -> Response:
    """Write letter, report and copy, in the background."""
    return _started(ask, "inzage export")


@at("/inzage/{number}/na-wissing", "decide", method="POST")
def verify(ask: Ask) -> Response:
    """Look, in the background, what the newest scan still holds of the person."""
    return _started(ask, "inzage verify-erased")


@at("/inzage/{number}/sluiten", "decide", method="POST")
def close(ask: Ask) -> Response:
    """Close a case: what tells who the person is goes, here and in the folder of the answer."""
    case, today = held(ask, is_to_change=True), ask.desk.serving.today()
    outcome, why = ask.form.get("outcome", ""), " ".join(ask.form.get("reason", "").split())
    try:
        file = case.file.closed(outcome, why, today, ask.person.name)
    except ConfigError as error:
        return _shown(ask, case, said(ask, error), 422)
    casework.keep(case.docket, file, "closed", outcome=outcome)
    case.folder.remove()
    return _back(ask)


@at("/inzage/{number}/bestand/{file}", "reveal")
def take(ask: Ask) -> Response:
    """Take a file of the answer along; that is logged, since it holds the person's data."""
    case, name = held(ask), ask.path["file"]
    if name not in case.folder.files():
        raise PiiScanError("Dit bestand is er niet.")
    case.docket.note(case.file.number, "taken", file=name)
    path = case.folder.path / name
    return FileResponse(path, media_type=TYPES[path.suffix], filename=name)


def _started(ask: Ask, kind: Kind) -> Response:
    case = held(ask, is_to_change=True)
    number = case.file.number
    told = ["--output", str(case.folder.path), "--by", ask.person.name, "--", number]
    ask.desk.jobs.start(kind, number, ask.person.name, told)
    return _back(ask)


def _shown(ask: Ask, case: Held, message: str = "", status: int = 200) -> Response:
    choices = case.file.choices
    return page(
        ask,
        "case.html.j2",
        case,
        status=status,
        message=message,
        job=case.work[0] if case.work else None,
        left_out=sum(not it.included for it in choices.values()),
        places=case.found,
        undecided=sum(it["getoond als"] == STILL for it in case.folder.masks()),
        files=case.folder.files(),
        outcomes=OUTCOMES,
        log=case.log[-LOGGED:] if ask.person.may("audit") else (),
    )


def _form(ask: Ask, case: Held, told: object, message: str = "", status: int = 200) -> Response:
    return page(
        ask,
        "case_request.html.j2",
        case,
        status=status,
        message=message,
        stated=told,
        action=f"/inzage/{case.file.number}/wijzigen",
        is_new=False,
        controllers=(),
    )


def _back(ask: Ask) -> Response:
    return ask.back(f"/inzage/{ask.path['number']}")
