"""`pii-scan assign`: who deals with which findings, by when, and how far that is."""

from __future__ import annotations

import getpass
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pii_scan.errors import ConfigError

if TYPE_CHECKING:
    from pii_scan.model import Assignment, GroupStatus
    from pii_scan.store import Store

EXAMPLES = """Examples:

\b
  pii-scan assign share/hr/cv.docx --owner 'A. Tester' --due 2026-12-31
\b
  pii-scan assign share/hr --entity NL_BSN --status done --note 'moved to the vault'
\b
  pii-scan assign --from report.xlsx
\b
  pii-scan assign --list

A group is one item, or one entity in one folder. In a workbook of pii-scan report people fill in
the yellow columns. What somebody else changed meanwhile is told and left as it is; the rest is
taken over, and the exit code is 1.
"""
STATUSES = ("open", "busy", "done", "accepted")


@click.command("assign", epilog=EXAMPLES)
@click.argument("path", required=False)
@click.option("--entity", help="All of this entity in the folder PATH, in place of one item.")
@click.option("--owner", metavar="NAME", help="Who deals with it.")
@click.option("--due", metavar="DATE", help="By when: YYYY-MM-DD; empty takes it away.")
@click.option("--status", type=click.Choice(STATUSES), help="How far it is.")
@click.option("--note", metavar="TEXT", help="What else is to be known; no personal data.")
@click.option(
    "--from",
    "workbook",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Take over what people filled in, in a workbook of pii-scan report.",
)
@click.option("--list", "is_list", is_flag=True, help="Say what is agreed, the earliest day first.")
@click.option("--history", is_flag=True, help="Say what was agreed about PATH, step by step.")
@click.option("--by", metavar="NAME", help="Who decides; default: this account.")
@click.option("--store", "url", metavar="URL", help="Database; default: as for scan.")
@click.option(
    "--scan", "scan_id", type=int, help="Scan whose groups these are; default: the newest."
)
@click.pass_context
def command(
    ctx: click.Context,
    path: str | None,
    entity: str | None,
    owner: str | None,
    due: str | None,
    status: GroupStatus | None,
    note: str | None,
    workbook: Path | None,
    is_list: bool,
    history: bool,
    by: str | None,
    url: str | None,
    scan_id: int | None,
) -> None:
    """Set who deals with a group of findings, by when, and how far that is."""
    from pii_scan.store import Store, default_url

    if sum((path is not None, workbook is not None, is_list)) != 1:
        raise click.UsageError("name one of PATH, --from FILE and --list")
    told = {"owner": owner, "status": status, "note": note}
    changes: dict[str, Any] = {name: value for name, value in told.items() if value is not None}
    if due is not None:
        changes["due"] = _day(due)
    with Store.open(url or default_url(), must_exist=True) as store:
        if is_list:
            for one in sorted(store.assignments().values(), key=_by_day):
                click.echo(_line(one))
        elif workbook is not None:
            if not _take_over(store, scan_id, workbook, by or getpass.getuser()):
                ctx.exit(1)
        elif path is not None and history:
            from pii_scan.model import group_id

            for one in store.assigned(group_id(path, entity)):
                click.echo(f"{one.at:%Y-%m-%d %H:%M} {one.by}: {_line(one)}")
        elif path is not None and changes:
            _set(store, scan_id, path, entity, changes, by or getpass.getuser())
        else:
            raise click.UsageError("say --owner, --due, --status or --note, or --history")


def _set(
    store: Store, scan_id: int | None, path: str, entity: str | None, told: dict[str, Any], by: str
) -> None:
    from pii_scan.config.keys import signing_key
    from pii_scan.model import Assignment, group_id
    from pii_scan.report import group_ids

    group, now = group_id(path, entity), datetime.now(UTC)
    history = store.assigned(group)
    if not history and group not in group_ids(store.results(store.scan(scan_id).id)):
        what = f"folder with {entity}" if entity else "item"
        raise ConfigError(f"the scan has no {what} {path}: name it as the report does")
    last = history[-1] if history else Assignment(path, entity, "", None, "open", "", by, now, 0)
    step = replace(last, **told, by=by, at=now, revision=last.revision + 1)
    store.assign([step], by, signing_key())
    click.echo(_line(step))


def _take_over(store: Store, scan_id: int | None, workbook: Path, by: str) -> bool:
    """Take over what a workbook changes; return whether that was all of it."""
    from pii_scan.config.keys import signing_key
    from pii_scan.report import Refused, filled_in, group_ids, next_steps

    scan = store.scan(scan_id)
    made = list(
        next_steps(
            filled_in(workbook),
            store.assigned(),
            lambda: group_ids(store.results(scan.id)),
            by,
            datetime.now(UTC),
        )
    )
    steps = [it for it in made if not isinstance(it, Refused)]
    refused = [it for it in made if isinstance(it, Refused)]
    store.assign(steps, by, signing_key())
    for one in refused:
        click.echo(f"{one.place}: {one.reason}", err=True)
    click.echo(f"{len(steps)} taken over, {len(refused)} not", err=True)
    return not refused


def _by_day(it: Assignment) -> tuple[date, str, str]:
    return it.due or date.max, it.path, it.entity or ""


def _line(it: Assignment) -> str:
    from pii_scan.report import dutch

    what = f" {it.entity}" if it.entity else ""
    until = f", by {it.due}" if it.due else ""
    note = f" ({it.note})" if it.note else ""
    # A workbook is somebody else's text: on a terminal it does nothing.
    return dutch.visible(f"{it.path}{what}: {it.owner or 'nobody'}{until}, {it.status}{note}")


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text} is no date: YYYY-MM-DD", param_hint="--due") from None
