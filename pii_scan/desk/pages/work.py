"""Long work, and the log of what was done."""

from collections import deque

from starlette.responses import Response

from pii_scan.config.keys import is_signed
from pii_scan.desk.asking import Ask, at
from pii_scan.errors import PiiScanError

LOGGED = 200


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
    job = ask.desk.jobs.start("scan", ", ".join(places), ask.person.name, ["--", *places])
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


@at("/journaal", "audit")
def journal(ask: Ask) -> Response:
    """Show the log, the newest first, and whether it is whole."""
    store = ask.desk.store
    return ask.page(
        "journal.html.j2",
        entries=list(reversed(deque(store.log(), LOGGED))),
        flaws=list(store.flaws(is_signed)) if ask.query.get("controle") == "ja" else None,
    )


@at("/afmelden", "see", method="POST")
def leave(ask: Ask) -> Response:
    """Go."""
    ask.record("desk.logout")
    ask.desk.sessions.end(ask.cookie)
    return ask.back("/aanmelden")
