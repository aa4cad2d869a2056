"""Requests of persons: start the search, see the places, take the letter along."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from starlette.responses import FileResponse, Response

from pii_scan.desk.asking import Ask, at
from pii_scan.desk.deciding import day
from pii_scan.desk.jobs import Work
from pii_scan.errors import PiiScanError
from pii_scan.retain.calendar import add

LISTED = 500
FIELDS = ("name", "date_of_birth", "bsn", "bsn_basis", "controller")
LISTS = ("names", "email", "phone", "address", "customer_number", "iban")
FILES = {
    "brief.docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "rapport.pdf": "application/pdf",
    "places.json": "application/json",
    "subject.json": "application/json",
}
TERM = "P1M"
"""Within which a request is answered, from its receipt: art. 12(3) AVG."""


@at("/inzage", "see")
def cases(ask: Ask) -> Response:
    """List the cases with their deadlines."""
    found = [work for work in ask.desk.jobs.all() if work.kind == "inzage"]
    return ask.page(
        "cases.html.j2",
        files=ask.desk.cases(),
        cases=[(it, _due(it)) for it in found],
        lists=LISTS,
    )


@at("/inzage", "decide", method="POST")
def begin(ask: Ask) -> Response:
    """Start the search for a request. What it tells of the person goes to the command's stdin."""
    form = ask.form
    title, received = form.get("title", ""), day(form.get("received", ""))
    if not title or not title.isprintable() or len(title) > 80:
        raise PiiScanError("Geef het verzoek een nummer of kenmerk, zonder naam van de persoon.")
    request: dict[str, Any] = {name: form[name] for name in FIELDS if form.get(name)}
    for name in LISTS:
        if values := [it.strip() for it in form.get(name, "").split("\n") if it.strip()]:
            request[name] = values
    if received is not None:
        request["received"] = received.isoformat()
    ask.record("desk.inzage", title=title)
    jobs = ask.desk.jobs
    told = f"{title}|{received.isoformat() if received else ''}"
    job = jobs.start(
        "inzage",
        told,
        ask.person.name,
        ["--request", "-", "--output", str(jobs.folder.parent / "inzage" / _safe(title))],
        json.dumps(request),
    )
    return ask.back(f"/inzage/{job}")


@at("/inzage/{job}", "see")
def one(ask: Ask) -> Response:
    """Show a case: how far the search is, the places with reasons, the files."""
    work, folder = _case(ask)
    if ask.is_part:
        return ask.page("job_part.html.j2", job=work)
    places = _places(folder)
    return ask.page(
        "case.html.j2",
        job=work,
        due=_due(work),
        places=places[:LISTED],
        count=len(places),
        listed=LISTED,
        files=[name for name in FILES if (folder / name).is_file()],
    )


@at("/inzage/{job}/{file}", "reveal")
def take(ask: Ask) -> Response:
    """Take a file of a case along; that is logged, since it holds the person's data."""
    work, folder = _case(ask)
    name = ask.path["file"]
    if name not in FILES or not (folder / name).is_file():
        raise PiiScanError("Dit bestand is er niet.")
    ask.record("desk.inzage_taken", job=work.id, file=name)
    return FileResponse(folder / name, media_type=FILES[name], filename=name)


def _case(ask: Ask) -> tuple[Work, Path]:
    work = ask.desk.jobs.get(ask.path["job"])
    if work is None or work.kind != "inzage":
        raise PiiScanError("Deze zaak is er niet.")
    title = work.title.rpartition("|")[0]
    return work, ask.desk.jobs.folder.parent / "inzage" / _safe(title)


def _due(work: Work) -> date | None:
    received = work.title.rpartition("|")[2]
    return add(date.fromisoformat(received), TERM) if received else None


def _safe(title: str) -> str:
    """Return a name for a folder that leads nowhere else."""
    return "".join(it if it.isalnum() or it in "-_" else "_" for it in title)


def _places(folder: Path) -> list[dict[str, Any]]:
    try:
        found: list[dict[str, Any]] = json.loads((folder / "places.json").read_text("utf-8"))
    except (OSError, ValueError):
        return []
    return found
