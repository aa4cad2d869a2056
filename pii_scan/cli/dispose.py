"""`pii-scan dispose`: take away what is over its term, by two people, and only that."""

from __future__ import annotations

import getpass
from collections import Counter
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pii_scan.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date
    from typing import Any

    from pii_scan.config.keys import PublicKey, SigningKey
    from pii_scan.disposal import Journal, Outcome, Paper, Target
    from pii_scan.model import Entry, Result, Scan
    from pii_scan.store import Store

EXAMPLES = """Examples:

\b
  pii-scan dispose enrol 'A. Planner' planner.pem
  pii-scan dispose enrol 'B. Approver' approver.pem
\b
  pii-scan dispose plan --key planner.key --quarantine /srv/quarantine --output plan.json
  pii-scan dispose approve plan.json --key approver.key
  pii-scan dispose run plan.json
  pii-scan dispose run plan.json --yes
\b
  pii-scan dispose undo plan.json --yes
  pii-scan dispose end plan.json --yes

\b
A person makes a key of their own, with a passphrase, and hands over the public half:
  openssl genpkey -algorithm ed25519 -aes256 -out planner.key && chmod 600 planner.key
  openssl pkey -in planner.key -pubout -out planner.pem
"""
ENROLLED, REVOKED = "dispose.enrolled", "dispose.revoked"
MAX_LINES = 20
"""Files that are named one by one; the plan names them all."""

_STORE = click.option("--store", "url", metavar="URL", help="Database; default: as for scan.")
_CONFIG = click.option("--config", metavar="FILE", help="Settings that the scan was made with.")
_PAPER = click.argument("paper", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_KEY = click.option(
    "--key",
    "own",
    required=True,
    metavar="PEM",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Your own Ed25519 key; its passphrase is asked for.",
)
_YES = click.option("--yes", is_flag=True, help="Do it; without, say what would be done.")
_TODAY = click.option("--today", metavar="DATE", help="Judge as on this day; default: today.")


def _as_scanned(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say what was in force in the scan and must be now."""
    for name, metavar in (("--events", "CSV"), ("--holds", "FILE"), ("--suppressions", "FILE")):
        told = click.option(name, multiple=True, metavar=metavar, help="As for the scan.")
        command = told(command)
    return command


@click.group("dispose", epilog=EXAMPLES)
def command() -> None:
    """Take away what is over its term, by two people, and only that."""


@command.command("enrol")
@click.argument("name")
@click.argument("public", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_STORE
def enrol_command(name: str, public: Path, url: str | None) -> None:
    """Take up a person's public key, so that they can plan and approve."""
    from pii_scan.config.keys import public_key

    key = public_key(public)
    with _opened(url) as store:
        if key.id in (known := _enrolled(store)):
            raise ConfigError(f"key {key.id} is enrolled already, for {known[key.id][0]}")
        _record(store)(ENROLLED, {"name": name, "key": key.id, "public": key.public.hex()})
    click.echo(f"{key.id}  {name}")


@command.command("revoke")
@click.argument("key_id", metavar="KEY")
@_STORE
def revoke_command(key_id: str, url: str | None) -> None:
    """Take a person's key off the list; plans that it signed can no longer be run."""
    with _opened(url) as store:
        if key_id not in _enrolled(store):
            raise ConfigError(f"no key {key_id} is enrolled")
        _record(store)(REVOKED, {"key": key_id})


@command.command("plan")
@_KEY
@click.option(
    "--method",
    type=click.Choice(["quarantine", "delete"]),
    default="quarantine",
    show_default=True,
    help="For files; rows of csv and xlsx are emptied.",
)
@click.option(
    "--quarantine",
    metavar="FOLDER",
    type=click.Path(file_okay=False, path_type=Path),
    help="Outside the places that are scanned.",
)
@click.option(
    "--days", type=click.IntRange(1, 30), default=30, show_default=True, help="Of quarantine."
)
@click.option(
    "--keep-column",
    "keep",
    multiple=True,
    metavar="HEADING",
    help="Cells under it stay in a row that is emptied; may be repeated.",
)
@click.option(
    "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Plan."
)
@click.option("--scan", "scan_id", type=int, help="Number of the scan; default: the newest.")
@_TODAY
@_as_scanned
@_STORE
@_CONFIG
def plan_command(
    own: Path,
    method: str,
    quarantine: Path | None,
    days: int,
    keep: tuple[str, ...],
    output: Path,
    scan_id: int | None,
    today: str | None,
    events: tuple[str, ...],
    holds: tuple[str, ...],
    suppressions: tuple[str, ...],
    url: str | None,
    config: str | None,
) -> None:
    """Write down what is over its term and would be taken away, and what is left and why."""
    from pii_scan.cli.scan import day_of
    from pii_scan.disposal import Paper, plan_of, signed
    from pii_scan.disposal.paper import PLANNED
    from pii_scan.disposal.planning import METHODS

    if method == "quarantine" and quarantine is None:
        raise click.UsageError("--quarantine FOLDER says where files are kept meanwhile")
    if output.exists():
        raise ConfigError(f"{output} is there already")
    key, day = _own(own), day_of(today)
    with _opened(url) as store:
        _known(store, key)
        scan = store.scan(scan_id)
        if scan.finished is None:
            raise ConfigError(f"scan {scan.id} did not finish: scan again first")
        judge = _judge(config, scan, day, (events, holds, suppressions))
        plan = plan_of(
            (judge(one) for one in store.results(scan.id)),
            scan=scan.id,
            today=day,
            planner=key.id,
            method=next(one for one in METHODS if one == method),
            quarantine=_folder(quarantine, scan.targets) if method == "quarantine" else None,
            days=days,
            keep_columns=keep,
        )
        paper = signed(Paper(plan), PLANNED, key)
        _write(output, paper)
        told = {"plan": paper.digest, "files": len(plan.targets), "key": key.id, "scan": scan.id}
        _record(store)("dispose.planned", told)
    _show(paper)
    click.echo(f"plan {paper.digest}")


@command.command("approve")
@_PAPER
@_KEY
@click.option("--yes", is_flag=True, help="Approve without being asked.")
@_STORE
def approve_command(paper: Path, own: Path, yes: bool, url: str | None) -> None:
    """Sign a plan with your own key, another than the planner's."""
    from pii_scan.disposal import approved_by, signed
    from pii_scan.disposal.paper import APPROVED

    found, key = _read(paper), _own(own)
    _show(found)
    with _opened(url) as store:
        _known(store, key)
        approved = signed(found, APPROVED, key)
        planner, approver = approved_by(approved, _names(store), _check(store))
        if not yes:
            click.confirm(f"{approver}, do you approve this plan of {planner}?", abort=True)
        _write(paper, approved)
        _record(store)("dispose.approved", {"plan": found.digest, "key": key.id, "by": approver})
    click.echo(f"approved by {approver}; planned by {planner}")


@command.command("run")
@_PAPER
@_YES
@_TODAY
@_as_scanned
@_STORE
@_CONFIG
def run_command(
    paper: Path,
    yes: bool,
    today: str | None,
    events: tuple[str, ...],
    holds: tuple[str, ...],
    suppressions: tuple[str, ...],
    url: str | None,
    config: str | None,
) -> None:
    """Do what an approved plan says, as far as the verdicts of now still do; by default try it."""
    from pii_scan.cli.scan import day_of
    from pii_scan.disposal import approved_by, run

    found = _read(paper)
    with _opened(url) as store:
        planner, approver = approved_by(found, _names(store), _check(store))
        click.echo(f"planned by {planner}, approved by {approver}")
        scan = store.scan(found.plan.scan)
        newest = max(
            (it for it in store.scans() if it.series == scan.series and it.finished),
            key=lambda it: it.id,
        )
        judge = _judge(config, newest, day_of(today), (events, holds, suppressions))
        why_not = partial(_why_not, store, newest.id, judge)
        journal = _journal(store, found)
        if not yes:
            _try(found, journal, why_not)
            return
        _record(store)("dispose.begun", {"plan": found.digest})
        _say(run(found, journal, why_not))
        _record(store)("dispose.finished", {"plan": found.digest})


@command.command("undo")
@_PAPER
@_YES
@_STORE
def undo_command(paper: Path, yes: bool, url: str | None) -> None:
    """Put back what a plan brought into quarantine, where its old place is free."""
    from pii_scan.disposal import undo

    found = _read(paper)
    with _opened(url) as store:
        journal = _journal(store, found)
        if yes:
            _say(undo(found, journal))
        else:
            _count(found, journal, "would be put back (--yes does it)")


@command.command("end")
@_PAPER
@_YES
@_STORE
def end_command(paper: Path, yes: bool, url: str | None) -> None:
    """Take away for good what has been in quarantine for as long as the plan says."""
    from pii_scan.disposal import end

    found = _read(paper)
    with _opened(url) as store:
        journal = _journal(store, found)
        if yes:
            _say(end(found, journal, datetime.now(UTC)))
        else:
            _count(found, journal, f"in quarantine; each ends after {found.plan.days} days")


def _opened(url: str | None) -> Store:
    from pii_scan.store import Store, default_url

    return Store.open(url or default_url(), must_exist=True)


def _record(store: Store) -> Callable[[str, Mapping[str, Any]], Entry]:
    from pii_scan.config.keys import signing_key

    signer, operator = signing_key(), getpass.getuser()
    return lambda kind, data: store.record(kind, operator, data, signer)


def _enrolled(store: Store) -> dict[str, tuple[str, PublicKey]]:
    """Return name and key by id, as the log tells, whose entries must be as they were signed."""
    from pii_scan.config.keys import PublicKey, is_signed

    if flaw := next(store.flaws(is_signed), None):
        raise ConfigError(f"the log is not whole (entry {flaw.number}): run pii-scan log verify")
    found: dict[str, tuple[str, PublicKey]] = {}
    for entry in store.log():
        if entry.kind == ENROLLED:
            key = PublicKey(bytes.fromhex(entry.data["public"]))
            found[key.id] = (entry.data["name"], key)
        elif entry.kind == REVOKED:
            found.pop(entry.data["key"], None)
    return found


def _names(store: Store) -> dict[str, str]:
    return {key_id: name for key_id, (name, _) in _enrolled(store).items()}


def _check(store: Store) -> Callable[[str, bytes, str], bool | None]:
    from pii_scan.config.keys import checking

    return checking(key for _, key in _enrolled(store).values())


def _known(store: Store, key: SigningKey) -> None:
    if key.id not in _enrolled(store):
        raise ConfigError(f"key {key.id} is not enrolled: pii-scan dispose enrol NAME PUBLIC.pem")


def _own(path: Path) -> SigningKey:
    from pii_scan.config.keys import own_key

    return own_key(path, lambda: str(click.prompt("Passphrase", hide_input=True, err=True)))


def _judge(
    config: str | None, scan: Scan, today: date, lists: tuple[tuple[str, ...], ...]
) -> Callable[[Result], Result]:
    """Return what judges anew, under the policies and contracts that are in force now.

    Whom and what a hold is about is known from the scan; another list asks for another scan.
    """
    from pii_scan.cli.scan import plan_in_force
    from pii_scan.config.settings import load_settings
    from pii_scan.scan import judge

    events, holds, suppressions = lists
    plan = plan_in_force(load_settings(config), scan.policy, today, events, holds, suppressions)
    if plan.detection_digest != scan.detection_digest:
        raise ConfigError(
            f"settings, holds, registers or program are not those of scan {scan.id}: give "
            "--config, --holds, --events and --suppressions as for the scan, or scan again"
        )
    return partial(judge, plan=plan)


def _why_not(
    store: Store, scan_id: int, judge: Callable[[Result], Result], target: Target
) -> str | None:
    """Return why a file is left after all: as of now, by the newest scan of its place."""
    from pii_scan.disposal import is_wholly_late, rows_of, why_not

    result = store.result(scan_id, target.uri)
    if result is None:
        return "the newest scan has not met it"
    if result.digest != target.digest:
        return "changed since the plan"
    result = judge(result)
    if not any(one.verdict == "overdue" for one in result.judgements):
        return "is not over its term any more"
    members = (judge(one) for one in store.within(scan_id, target.uri))
    holding = [target.uri] if any(not is_wholly_late(one) for one in members) else []
    if reason := why_not(result, holding):
        return reason
    return None if rows_of(result) == target.rows else "other rows are over their term now"


def _folder(quarantine: Path | None, targets: Iterable[str]) -> str:
    if quarantine is None:
        raise click.UsageError("--quarantine FOLDER says where files are kept meanwhile")
    quarantine.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = quarantine.resolve()
    for one in targets:
        if "://" not in one and folder.is_relative_to(Path(one).resolve()):
            raise ConfigError(f"the quarantine lies in {one}, which is scanned: choose another")
    if folder.stat().st_mode & 0o077:
        raise ConfigError(f"others can read {folder}; run: chmod 700 {folder}")
    return str(folder)


def _read(path: Path) -> Paper:
    from pii_scan.disposal import paper_of

    return paper_of(path.read_bytes())


def _write(path: Path, paper: Paper) -> None:
    from pii_scan.disposal import written

    draft = path.with_name(f".{path.name}.part")
    draft.touch(mode=0o600)
    draft.write_bytes(written(paper))
    draft.replace(path)


def _journal(store: Store, paper: Paper) -> Journal:
    from pii_scan.disposal import Journal

    return Journal(paper.digest, store.log(), _record(store))


def _show(paper: Paper) -> None:
    plan = paper.plan
    for method, count in sorted(Counter(one.method for one in plan.targets).items()):
        click.echo(f"{method:<11} {count:,} files")
    for one in plan.targets[:MAX_LINES]:
        click.echo(f"  {one.number:>5}  {one.uri}  {', '.join(one.rules)}, until {one.keep_until}")
    if len(plan.targets) > MAX_LINES:
        click.echo(f"  … and {len(plan.targets) - MAX_LINES:,} more")
    for reason, count in sorted(Counter(one.reason for one in plan.left).items()):
        click.echo(f"left        {count:,}: {reason}")


def _try(paper: Paper, journal: Journal, why_not: Callable[[Target], str | None]) -> None:
    """Say what would be done, with every check and no change."""
    from pii_scan.disposal import fits

    counted: Counter[str] = Counter()
    for target in paper.plan.targets:
        if journal.state(target) in {"dispose.done", "dispose.undone", "dispose.ended"}:
            counted["done before"] += 1
            continue
        reason = why_not(target) or fits(target, paper.plan.keep_columns)
        counted[f"left: {reason}" if reason else f"{target.method} (--yes does it)"] += 1
        if reason:
            click.echo(f"{target.uri}: {reason}", err=True)
    for what, count in sorted(counted.items()):
        click.echo(f"{count:,} {what}")


def _say(outcomes: Iterable[Outcome]) -> None:
    counted: Counter[str] = Counter()
    for one in outcomes:
        counted[one.done or "left alone"] += 1
        if one.reason:
            click.echo(f"{one.target.uri}: {one.reason}", err=True)
    for what, count in sorted(counted.items()):
        click.echo(f"{count:,} {what}")


def _count(paper: Paper, journal: Journal, what: str) -> None:
    there = sum(journal.data(one).get("done") == "quarantined" for one in paper.plan.targets)
    click.echo(f"{there:,} {what}")
