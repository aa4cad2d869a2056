"""The masks of a case: one decision for a text wherever it stands in the answer."""

from starlette.responses import Response

from pii_scan.desk import casework
from pii_scan.desk.asking import Ask, at
from pii_scan.desk.deciding import MeanwhileError
from pii_scan.desk.pages._case import Held, held, page, reason
from pii_scan.desk.pages._shared import number
from pii_scan.desk.rendering import address
from pii_scan.errors import PiiScanError
from pii_scan.inzage.masks import Added, Decision
from pii_scan.inzage.reviewing import STILL

PAGE = 60
LONGEST = 500


@at("/inzage/{number}/afdekkingen", "see")
def masks(ask: Ask) -> Response:
    """List the texts of others: those still readable first."""
    return _listed(ask, held(ask))


@at("/inzage/{number}/afdekkingen", "decide", method="POST")
def decide(ask: Ask) -> Response:
    """Show or mask a text everywhere."""
    case, form = held(ask, is_to_change=True), ask.form
    text, choice = form.get("text", ""), form.get("choice", "")
    if text not in {it["kenmerk"] for it in case.folder.masks()}:
        raise PiiScanError("Deze tekst staat niet in het laatste antwoord.")
    if choice not in ("show", "mask"):
        raise PiiScanError("Kies tonen of afdekken.")
    decision = Decision(choice == "show", ask.person.name, reason(form.get("why", "")))
    try:
        casework.decide_mask(case.docket, case.file, text, form.get("seen", ""), decision)
    except MeanwhileError as error:
        return _listed(ask, held(ask), str(error), 409)
    return ask.back(form.get("terug", "") or f"/inzage/{case.file.number}/afdekkingen")


@at("/inzage/{number}/afdekken", "decide", method="POST")
def add(ask: Ask) -> Response:
    """Mask a text that nothing had found."""
    case = held(ask, is_to_change=True)
    text = " ".join(ask.form.get("text", "").split())
    if not 2 <= len(text) <= LONGEST:
        raise PiiScanError("Geef een tekst van ten minste twee tekens.")
    added = Added(text, ask.person.name, reason(ask.form.get("why", "")))
    casework.add_mask(case.docket, case.file, added)
    return ask.back(ask.form.get("terug", "") or f"/inzage/{case.file.number}/afdekkingen")


def _listed(ask: Ask, case: Held, message: str = "", status: int = 200) -> Response:
    start = number(ask.query.get("vanaf", ""))
    texts = [it for it in case.folder.masks() if it["kenmerk"]]
    path = f"/inzage/{case.file.number}/afdekkingen"
    return page(
        ask,
        "case_masks.html.j2",
        case,
        status=status,
        message=message,
        texts=texts[start : start + PAGE],
        count=len(texts),
        undecided=sum(it["getoond als"] == STILL for it in texts),
        more=address(path, vanaf=start + PAGE) if len(texts) > start + PAGE else "",
        back=address(path, vanaf=start or None),
        seen=casework.seen_of,
        still=STILL,
    )
