"""Long work, and the log of what was done."""

import threading
from itertools import islice

from starlette.responses import Response

from pii_scan.config.keys import is_signed
from pii_scan.desk.asking import Ask, at
from pii_scan.desk.pages._shared import number
from pii_scan.desk.rendering import address
from pii_scan.errors import PiiScanError
from pii_scan.store import Flaw

LOGGED = 100
_CHECKING = threading.Lock()


@at("/taken", "see")
def work(ask: Ask) -> Response:
    """List the work."""
    latest = ask.desk.scan()
    return ask.page(
        "work.html.j2", jobs=ask.desk.jobs.all(), targets=latest.targets if latest else ()
    )


@at("/taken/scan", "run", method="POST")
def scan(ask: Ask) -> Response:
    """Start a scan."""
    places = [line.strip() for line in ask.form.get("places", "").splitlines() if line.strip()]
    if not places:
        raise PiiScanError("Noem een map of bestand, één per regel.")
    ask.record("desk.scan", places=places)
    # What is judged wrong here is left out from the next scan on, whether the settings name the
    # list or not.
    own = ask.desk.serving.own_list
    arguments = [*(("--suppressions", own) if own else ()), "--", *places]
    job = ask.desk.jobs.start("scan", ", ".join(places), ask.person.name, arguments)
    return ask.back(f"/taken/{job}")


@at("/taken/{job}", "see")
def one(ask: Ask) -> Response:
    """Show a piece of work; the part that changes is asked for again and again."""
    found = ask.desk.jobs.get(ask.path["job"])
    if found is None:
        raise PiiScanError("Dit werk is er niet.")
    return ask.page("job_part.html.j2" if ask.is_part else "job.html.j2", job=found)


@at("/taken/{job}/stop", "run", method="POST")
def stop(ask: Ask) -> Response:
    """Stop a piece of work."""
    ask.record("desk.stopped", job=ask.path["job"])
    ask.desk.jobs.stop(ask.path["job"])
    return ask.back(f"/taken/{ask.path['job']}")


@at("/taken/{job}/verder", "run", method="POST")
def go_on(ask: Ask) -> Response:
    """Take up work again that was stopped or cut off."""
    ask.record("desk.resumed", job=ask.path["job"])
    return ask.back(f"/taken/{ask.desk.jobs.go_on(ask.path['job'], ask.person.name)}")


@at("/journaal", "audit")
def journal(ask: Ask) -> Response:
    """Show the log, the newest first, and whether it is whole."""
    before = number(ask.query.get("voor", "")) or None
    entries = ask.desk.store.latest(LOGGED + 1, before)
    more = entries[LOGGED - 1].number if len(entries) > LOGGED else 0
    return ask.page(
        "journal.html.j2",
        entries=entries[:LOGGED],
        more=address("/journaal", voor=more or ""),
        flaws=_flaws(ask) if ask.query.get("controle") == "ja" else None,
    )


def _flaws(ask: Ask) -> list[Flaw]:
    """Return what is wrong with the log; it reads all of it, so that one asks at a time."""
    if not _CHECKING.acquire(blocking=False):
        raise PiiScanError("De keten wordt al gecontroleerd. Probeer het zo weer.")
    try:
        return list(islice(ask.desk.store.flaws(is_signed), LOGGED))
    finally:
        _CHECKING.release()


@at("/afmelden", "see", method="POST")
def leave(ask: Ask) -> Response:
    """Go."""
    ask.record("desk.logout")
    ask.desk.sessions.end(ask.cookie)
    return ask.back("/aanmelden")
