"""`pii-scan dispose`: take away what is over its term, by two people, and only that."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click

from pii_scan.cli._disposal import (
    DISPOSAL,
    LEFT_ALONE,
    attempt,
    count,
    journal_of,
    judge_now,
    opened,
    own_key_in,
    paper_in,
    quarantine_in,
    recorder,
    say,
    show,
    why_not_now,
    write_paper,
)
from pii_scan.cli._options import CONFIG, SCAN, STORE, TODAY, as_scanned, day_of
from pii_scan.errors import ConfigError

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


@click.group("dispose", epilog=EXAMPLES)
def command() -> None:
    """Take away what is over its term, by two people, and only that."""


@command.command("enrol")
@click.argument("name")
@click.argument("public", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@STORE
def enrol_command(name: str, public: Path, url: str | None) -> None:
    """Take up a person's public key, so that they can plan and approve."""
    from pii_scan.config.keys import public_key
    from pii_scan.enrolment import ENROLLED, enrolled

    key = public_key(public)
    with opened(url) as store:
        if key.id in (known := enrolled(store)):
            raise ConfigError(f"key {key.id} is enrolled already, for {known[key.id][0]}")
        recorder(store)(ENROLLED, {"name": name, "key": key.id, "public": key.public.hex()})
    click.echo(f"{key.id}  {name}")


@command.command("revoke")
@click.argument("key_id", metavar="KEY")
@STORE
def revoke_command(key_id: str, url: str | None) -> None:
    """Take a person's key off the list; plans that it signed can no longer be run."""
    from pii_scan.enrolment import REVOKED, enrolled

    with opened(url) as store:
        if key_id not in enrolled(store):
            raise ConfigError(f"no key {key_id} is enrolled")
        recorder(store)(REVOKED, {"key": key_id})


@command.command("plan")
@click.option(
    "--key",
    "own",
    metavar="PEM",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Your own Ed25519 key; its passphrase is asked for.",
)
@click.option("--planner", metavar="KEY", help="Id of the key that signs later: dispose sign.")
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
@SCAN
@TODAY
@as_scanned
@STORE
@CONFIG
def plan_command(
    own: Path | None,
    planner: str | None,
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
    from pii_scan.disposal import Paper, plan_of, signed
    from pii_scan.disposal.paper import PLANNED
    from pii_scan.disposal.planning import METHODS
    from pii_scan.enrolment import require_enrolled

    if (own is None) == (planner is None):
        raise click.UsageError("--key PEM signs the plan, or --planner KEY says whose it will be")
    if method == "quarantine" and quarantine is None:
        raise click.UsageError("--quarantine FOLDER says where files are kept meanwhile")
    if output.exists():
        raise ConfigError(f"{output} is there already")
    key, day = own_key_in(own) if own else None, day_of(today)
    signer = key.id if key else planner or ""
    with opened(url) as store:
        require_enrolled(store, signer)
        scan = store.scan(scan_id)
        if scan.finished is None:
            raise ConfigError(f"scan {scan.id} did not finish: scan again first")
        judge = judge_now(store, config, scan, day, (events, holds, suppressions))
        plan = plan_of(
            lambda: map(judge, store.results(scan.id)),
            scan=scan.id,
            today=day,
            planner=signer,
            method=next(one for one in METHODS if one == method),
            quarantine=quarantine_in(quarantine, scan.targets) if method == "quarantine" else None,
            days=days,
            keep_columns=keep,
        )
        paper = signed(Paper(plan), PLANNED, key) if key else Paper(plan)
        write_paper(output, paper)
        told = {"plan": paper.digest, "files": len(plan.targets), "key": signer, "scan": scan.id}
        recorder(store)("dispose.planned" if key else "dispose.drafted", told)
    show(paper)
    click.echo(f"plan {paper.digest}")


@command.command("sign")
@_PAPER
@_KEY
@STORE
def sign_command(paper: Path, own: Path, url: str | None) -> None:
    """Sign a plan that was written down for your key (plan --planner), as its planner."""
    from pii_scan.enrolment import as_planner, require_enrolled

    key = own_key_in(own)
    with opened(url) as store:
        require_enrolled(store, key.id)
        found = as_planner(paper_in(paper), key)
        write_paper(paper, found)
        plan = found.plan
        told = {"plan": found.digest, "files": len(plan.targets), "key": key.id, "scan": plan.scan}
        recorder(store)("dispose.planned", told)
    click.echo(f"plan {found.digest}")


@command.command("approve")
@_PAPER
@_KEY
@click.option("--yes", is_flag=True, help="Approve without being asked.")
@STORE
def approve_command(paper: Path, own: Path, yes: bool, url: str | None) -> None:
    """Sign a plan with your own key, another than the planner's."""
    from pii_scan.disposal import approved_by, signed
    from pii_scan.disposal.paper import APPROVED
    from pii_scan.enrolment import checker, names, require_enrolled

    found, key = paper_in(paper), own_key_in(own)
    show(found)
    with opened(url) as store:
        require_enrolled(store, key.id)
        approved = signed(found, APPROVED, key)
        planner, approver = approved_by(approved, names(store), checker(store))
        if not yes:
            click.confirm(f"{approver}, do you approve this plan of {planner}?", abort=True)
        write_paper(paper, approved)
        recorder(store)("dispose.approved", {"plan": found.digest, "key": key.id, "by": approver})
    click.echo(f"approved by {approver}; planned by {planner}")


@command.command("run")
@_PAPER
@_YES
@TODAY
@as_scanned
@STORE
@CONFIG
@click.pass_context
def run_command(
    ctx: click.Context,
    paper: Path,
    yes: bool,
    today: str | None,
    events: tuple[str, ...],
    holds: tuple[str, ...],
    suppressions: tuple[str, ...],
    url: str | None,
    config: str | None,
) -> None:
    """Do what an approved plan says, as far as the verdicts of now still do; by default try it.

    Ends with 3 when something was left alone, or would be.
    """
    from pii_scan.disposal import approved_by, run
    from pii_scan.enrolment import checker, names

    found = paper_in(paper)
    with opened(url) as store, store.claimed(DISPOSAL):
        planner, approver = approved_by(found, names(store), checker(store))
        click.echo(f"planned by {planner}, approved by {approver}")
        scan = store.scan(found.plan.scan)
        newest = max(
            (it for it in store.scans() if it.series == scan.series and it.finished),
            key=lambda it: it.id,
        )
        judge = judge_now(store, config, newest, day_of(today), (events, holds, suppressions))
        why_not = partial(why_not_now, store, newest.id, judge)
        journal = journal_of(store, found)
        if not yes:
            left = attempt(found, journal, why_not)
        else:
            recorder(store)("dispose.begun", {"plan": found.digest})
            left = say(run(found, journal, why_not))
            recorder(store)("dispose.finished", {"plan": found.digest, "left": left})
    if left:
        ctx.exit(LEFT_ALONE)


@command.command("undo")
@_PAPER
@_YES
@STORE
@click.pass_context
def undo_command(ctx: click.Context, paper: Path, yes: bool, url: str | None) -> None:
    """Put back what a plan brought into quarantine, where its old place is free.

    Ends with 3 when something was left there.
    """
    from pii_scan.disposal import undo

    found, left = paper_in(paper), 0
    with opened(url) as store, store.claimed(DISPOSAL):
        journal = journal_of(store, found)
        if yes:
            left = say(undo(found, journal))
        else:
            count(found, journal, "would be put back (--yes does it)")
    if left:
        ctx.exit(LEFT_ALONE)


@command.command("end")
@_PAPER
@_YES
@STORE
def end_command(paper: Path, yes: bool, url: str | None) -> None:
    """Take away for good what has been in quarantine for as long as the plan says."""
    from pii_scan.disposal import end

    found = paper_in(paper)
    with opened(url) as store, store.claimed(DISPOSAL):
        journal = journal_of(store, found)
        if yes:
            say(end(found, journal, datetime.now(UTC)))
        else:
            count(found, journal, f"in quarantine; each ends after {found.plan.days} days")
