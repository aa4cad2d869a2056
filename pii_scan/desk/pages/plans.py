"""Taking away what is past its term: one person plans, another approves, each by their key."""

from collections import Counter

from starlette.responses import Response

from pii_scan.config.suppressions import load_suppressions
from pii_scan.desk.asking import Ask, at
from pii_scan.desk.deciding import MeanwhileError
from pii_scan.desk.forms import MOST_BYTES
from pii_scan.desk.jobs import Kind, Work
from pii_scan.desk.pages._shared import number
from pii_scan.desk.plans import Plans, Standing
from pii_scan.disposal.planning import MAX_DAYS
from pii_scan.enrolment import told
from pii_scan.errors import ConfigError, PiiScanError

LISTED = 300
MOST_KEY_FORM = MOST_BYTES + (64 << 10)
"""Of a form with a key in it: a file, and a small one."""
LISTS = ("events", "holds", "suppressions")
_SAID = (
    ("is not enrolled", "Deze sleutel is niet ingeschreven: pii-scan dispose enrol."),
    ("passphrase is not its own", "Dit is geen sleutel, of de wachtzin hoort er niet bij."),
    ("no Ed25519 key", "Dit is geen Ed25519-sleutel."),
    ("cannot approve the plan", "Wie plant keurt niet goed: dat vraagt de sleutel van een ander."),
    ("the plan is of key", "Dit plan is voor een andere sleutel geschreven."),
    ("signed already", "Dit plan is al ondertekend."),
    ("no planner has signed", "De planner heeft nog niet ondertekend."),
    ("as the planner signed it", "Het plan is niet zoals de planner het ondertekende."),
    ("as the approver signed it", "Het plan is niet zoals het is goedgekeurd."),
    ("the log is not whole", "Het journaal is niet heel: pii-scan log verify."),
)


@at("/weghalen", "see")
def plans(ask: Ask) -> Response:
    """List the plans, and who can plan and approve."""
    held, others = _plans(ask).all()
    return ask.page(
        "plans.html.j2",
        plans=held,
        others=others,
        waiting=[it for it in ask.desk.jobs.all() if it.kind == "dispose plan"],
        people={key: name for key, (name, _) in told(ask.desk.store).items()},
        most=MAX_DAYS,
        lists=dict.fromkeys(LISTS, "") | {"suppressions": _own_list(ask)},
    )


@at("/weghalen", "decide", method="POST")
def plan(ask: Ask) -> Response:
    """Write a plan down, in the background; its planner signs it once it has been read."""
    form, held = ask.form, _plans(ask)
    planner, method = form.get("planner", ""), form.get("method", "")
    if planner not in told(ask.desk.store):
        raise PiiScanError("Kies wie dit plan ondertekent.")
    if method not in ("quarantine", "delete"):
        raise PiiScanError("Kies quarantaine of wissen.")
    path = held.new()
    options = ["--planner", planner, "--method", method, "--output", str(path)]
    if method == "quarantine":
        days = min(max(number(form.get("days", "")), 1), MAX_DAYS)
        options += ["--quarantine", str(held.folder.parent / "quarantine"), "--days", str(days)]
    for name, flag in (("keep", "keep-column"), *((it, it) for it in LISTS)):
        lines = (line.strip() for line in form.get(name, "").split("\n"))
        options += [part for line in lines if line for part in (f"--{flag}", line)]
    held.keep_lists(path.stem, {name: form.get(name, "") for name in LISTS})
    ask.record("desk.dispose", plan=path.stem, method=method)
    ask.desk.jobs.start("dispose plan", path.stem, ask.person.name, options)
    return ask.back(f"/weghalen/{path.stem}")


@at("/weghalen/{name}", "see")
def one(ask: Ask) -> Response:
    """Show a plan: what it takes and leaves, who stand behind it, what became of it."""
    work = _work(ask)
    found = _plans(ask).get(ask.path["name"])
    if ask.is_part and work and work.state == "running":
        return ask.page("job_part.html.j2", job=work)
    if ask.is_part:
        return Response(headers={"HX-Refresh": "true"})  # what can be done now is another thing
    if found is None and work is None:
        raise PiiScanError("Dit plan is er niet.")
    return _shown(ask, found, work)


@at("/weghalen/{name}/tekenen", "decide", method="POST", most=MOST_KEY_FORM)
def sign(ask: Ask) -> Response:
    """Sign as the planner; the key is used for this and kept nowhere."""
    found = _found(ask)
    try:
        after = _plans(ask).sign(found.name, *_key(ask))
    except ConfigError as error:
        return _shown(ask, found, _work(ask), _said(ask, error), 422)
    held = after.paper.plan
    told = {"files": len(held.targets), "key": held.planner, "scan": held.scan}
    ask.record("dispose.planned", plan=after.paper.digest, **told)
    return ask.back(f"/weghalen/{found.name}")


@at("/weghalen/{name}/goedkeuren", "approve", method="POST", most=MOST_KEY_FORM)
def approve(ask: Ask) -> Response:
    """Approve a plan, with a key that is not the planner's."""
    found = _found(ask)
    try:
        after, key = _plans(ask).approve(found.name, *_key(ask))
    except MeanwhileError as error:
        return _shown(ask, _found(ask), _work(ask), str(error), 409)
    except ConfigError as error:
        return _shown(ask, found, _work(ask), _said(ask, error), 422)
    ask.record("dispose.approved", plan=after.paper.digest, key=key, by=after.approver)
    return ask.back(f"/weghalen/{found.name}")


@at("/weghalen/{name}/proef", "run", method="POST")
def attempt(ask: Ask) -> Response:
    """Try a plan: every check, and no change."""
    return _started(ask, "dispose run")


@at("/weghalen/{name}/uitvoeren", "run", method="POST")
def run(ask: Ask) -> Response:
    """Do what an approved plan says."""
    _must_be_sure(ask)
    return _started(ask, "dispose run", "--yes")


@at("/weghalen/{name}/terugzetten", "run", method="POST")
def undo(ask: Ask) -> Response:
    """Put back what lies in quarantine."""
    _must_be_sure(ask)
    return _started(ask, "dispose undo", "--yes")


def _own_list(ask: Ask) -> str:
    """Return the list that the desk gives to its scans, if the last scan had it."""
    own, scan = ask.desk.serving.own_list, ask.desk.scan()
    if own is None or scan is None:
        return ""
    held = {it.id for it in load_suppressions([own])}
    return own if held & {it.id for it in scan.suppressions} else ""


def _plans(ask: Ask) -> Plans:
    return Plans(ask.desk.jobs.folder.parent / "plans", ask.desk.store)


def _found(ask: Ask) -> Standing:
    found = _plans(ask).get(ask.path["name"])
    if found is None:
        raise PiiScanError("Dit plan is er niet.")
    return found


def _work(ask: Ask) -> Work | None:
    """Return the last work on the plan of a page."""
    name = ask.path["name"]
    found = (it for it in ask.desk.jobs.all() if it.kind.startswith("dispose"))
    return next((it for it in found if it.title == name), None)


def _key(ask: Ask) -> tuple[bytes, str]:
    """Return what somebody gives to sign with; it goes no further than the signature."""
    key = ask.files.get("key")
    if key is None:
        raise PiiScanError("Kies het bestand met uw eigen sleutel.")
    return key.content, ask.form.get("passphrase", "")


def _must_be_sure(ask: Ask) -> None:
    if ask.form.get("sure") != "ja":
        raise PiiScanError("Vink aan dat u het zeker weet.")


def _started(ask: Ask, kind: Kind, *options: str) -> Response:
    found, work = _found(ask), _work(ask)
    if work and work.state == "running":
        raise PiiScanError("Voor dit plan loopt al werk.")
    if found.approver is None:
        raise PiiScanError("Dit plan is nog niet door een ander goedgekeurd.")
    is_real = "--yes" in options
    ask.record("desk.dispose_run", plan=found.paper.digest, does=kind, trial=not is_real)
    lists = () if kind == "dispose undo" else _lists(ask)
    told = [*options, *lists, "--", str(_plans(ask).path(found.name))]
    ask.desk.jobs.start(kind, found.name, ask.person.name, told)
    return ask.back(f"/weghalen/{found.name}")


def _lists(ask: Ask) -> list[str]:
    """Return the lists that go with a run: what was in force in the scan must be now."""
    found: list[str] = []
    for name in LISTS:
        lines = (line.strip() for line in ask.form.get(name, "").split("\n"))
        found += [part for line in lines if line for part in (f"--{name}", line)]
    return found


def _shown(
    ask: Ask, found: Standing | None, work: Work | None, message: str = "", status: int = 200
) -> Response:
    plan = found.paper.plan if found else None
    became, counted = _plans(ask).became(found.paper) if found else ({}, Counter[str]())
    return ask.page(
        "plan.html.j2",
        status=status,
        called=ask.path["name"],
        found=found,
        plan=plan,
        job=work,
        message=message,
        targets=plan.targets[:LISTED] if plan else (),
        left=Counter(it.reason for it in plan.left).most_common() if plan else (),
        became=became,
        counted_files=counted,
        listed=LISTED,
        lists=dict.fromkeys(LISTS, "") | _plans(ask).lists(ask.path["name"]),
    )


def _said(ask: Ask, error: ConfigError) -> str:
    if ask.language == "en":
        return str(error)
    return next((dutch for needle, dutch in _SAID if needle in str(error)), str(error))
