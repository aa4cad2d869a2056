"""Findings that are alike, one decision for all of them; made for the keyboard."""

from starlette.responses import Response

from pii_scan.desk.asking import Ask, at
from pii_scan.desk.deciding import CHOICES, Choice, MeanwhileError, assign, choose, day, statuses
from pii_scan.desk.pages._shared import as_query, asked, number, who
from pii_scan.desk.rendering import address
from pii_scan.errors import ConfigError, PiiScanError
from pii_scan.measure.judged import judged
from pii_scan.model import Assignment, Decision, group_id
from pii_scan.store.browsing import Browse, Group

PAGE = 40
SPOTS = 20


@at("/beoordelen", "see")
def groups(ask: Ask) -> Response:
    """List the groups that wait for a decision."""
    browse, chosen = ask.desk.browse(), asked(ask.query)
    by_value, is_all = ask.query.get("soort_groep") == "waarde", ask.query.get("alles") == "ja"
    start = number(ask.query.get("vanaf", ""))
    listed = browse.repeats if by_value else browse.clusters
    found = listed(chosen, start=start, limit=PAGE + 1, is_open=not is_all)
    query = as_query(chosen) | {
        "soort_groep": "waarde" if by_value else "",
        "alles": "ja" if is_all else "",
    }
    more = address("/beoordelen", **query, vanaf=start + PAGE) if len(found) > PAGE else ""
    shown = found[:PAGE]
    decisions = ask.desk.store.decided("finding", [it.subject for it in shown])
    held = ask.desk.store.assignments()
    return ask.page(
        "triage.html.j2",
        chosen=chosen,
        query=query,
        by_value=by_value,
        is_all=is_all,
        rows=[(it, decisions.get(it.subject), held.get(_assigned(it))) for it in shown],
        more=more,
        judged=judged(ask.desk.store.decided("finding").values()),
    )


@at("/beoordelen/groep", "see")
def group(ask: Ask) -> Response:
    """Show a group: where its findings stand, what was decided, who deals with it."""
    return _group(ask, ask.query.get("groep", ""), after=ask.query.get("na", ""))


@at("/beoordelen/besluit", "decide", method="POST")
def decide(ask: Ask) -> Response:
    """Decide on a group."""
    form, subject = ask.form, ask.form.get("groep", "")
    found = _found(ask.desk.browse(), subject)
    choice = _choice(form.get("choice", ""))
    try:
        choose(
            ask.desk.store,
            who(ask),
            found,
            choice,
            number(form.get("revision", "")),
            form.get("reason", ""),
            day(form.get("until", "")) if choice in ("wrong", "hold") else None,
        )
    except MeanwhileError as error:
        return _group(ask, subject, message=str(error), status=409)
    except ConfigError as error:
        return _group(ask, subject, message=str(error), status=422)
    if ask.is_part:
        return _row(ask, found)
    return ask.back(form.get("terug", "") or address("/beoordelen/groep", groep=subject))


@at("/beoordelen/toewijzen", "decide", method="POST")
def give(ask: Ask) -> Response:
    """Say who deals with a group, and by when."""
    form, subject = ask.form, ask.form.get("groep", "")
    found = _found(ask.desk.browse(), subject)
    if found.masked:
        raise PiiScanError("Toewijzen gaat per map; deze groep is een waarde.")
    try:
        status = form.get("status", "open")
        told = {"owner": form.get("owner", ""), "due": day(form.get("due", ""))}
        told |= {"note": form.get("note", "")}
        told |= {"status": status if status in statuses() else "open"}
        seen = number(form.get("assigned", ""))
        assign(ask.desk.store, who(ask), found.folder, found.entity, seen, told)
    except MeanwhileError as error:
        return _group(ask, subject, message=str(error), status=409)
    except ConfigError as error:
        return _group(ask, subject, message=str(error), status=422)
    return ask.back(address("/beoordelen/groep", groep=subject))


def _group(
    ask: Ask, subject: str, *, after: str = "", message: str = "", status: int = 200
) -> Response:
    browse = ask.desk.browse()
    found = _found(browse, subject)
    spots = browse.spots(found, _after(after), SPOTS + 1)
    more = spots[SPOTS - 1].after if len(spots) > SPOTS else ""
    decision, held = _state(ask, found)
    return ask.page(
        "group.html.j2",
        status=status,
        group=found,
        spots=spots[:SPOTS],
        more=address("/beoordelen/groep", groep=subject, na=more) if more else "",
        decision=decision,
        held=held,
        statuses=statuses(),
        message=message,
        form=ask.form,
    )


def _row(ask: Ask, found: Group) -> Response:
    decision, held = _state(ask, found)
    return ask.page(
        "triage_row.html.j2", row=(found, decision, held), back=ask.form.get("terug", "")
    )


def _state(ask: Ask, found: Group) -> tuple[Decision | None, Assignment | None]:
    store = ask.desk.store
    return (
        store.decided("finding", [found.subject]).get(found.subject),
        store.assignments().get(_assigned(found)),
    )


def _found(browse: Browse, subject: str) -> Group:
    is_value = " " not in subject
    if is_value and not (len(subject) % 2 == 0 and all(it in "0123456789abcdef" for it in subject)):
        raise PiiScanError("Deze groep staat niet in de laatste scan.")
    found = browse.group(subject)
    if found is None:
        raise PiiScanError("Deze groep staat niet in de laatste scan.")
    return found


def _choice(text: str) -> Choice:
    for one in CHOICES:
        if one == text:
            return one
    raise PiiScanError("Kies juist, onjuist, aanhouden of open.")


def _assigned(it: Group) -> str:
    return group_id(it.folder, it.entity) if not it.masked else ""


def _after(text: str) -> str:
    """Return where a page begins, if it is one of ours."""
    return text if text.count("|") == 2 and text.replace("|", "").isdecimal() else ""
