"""What the commands of `pii-scan dispose` share: people and keys, verdicts of now, what is told."""

from __future__ import annotations

import getpass
from collections import Counter
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pii_scan.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date
    from typing import Any

    from pii_scan.config.keys import SigningKey
    from pii_scan.disposal import Journal, Outcome, Paper, Target
    from pii_scan.model import Entry, Result, Scan
    from pii_scan.store import Store

DISPOSAL = "dispose"
"""What one program at a time does: two at the same plan would each find the other's half."""
LEFT_ALONE = 3
"""Exit code when something of a plan was left alone: not all that was asked for was done."""
LEFT = "left alone"
MAX_LINES = 20
"""Files that are named one by one; the plan names them all."""


def opened(url: str | None) -> Store:
    """Open the store that is named, or that of scan."""
    from pii_scan.store import Store, default_url

    return Store.open(url or default_url(), must_exist=True)


def recorder(store: Store) -> Callable[[str, Mapping[str, Any]], Entry]:
    """Return what adds entries to the log, signed by the installation."""
    from pii_scan.config.keys import signing_key

    signer, operator = signing_key(), getpass.getuser()
    return lambda kind, data: store.record(kind, operator, data, signer)


def own_key_in(path: Path) -> SigningKey:
    """Return a person's own key; asks for its passphrase."""
    from pii_scan.config.keys import own_key

    return own_key(path, lambda: str(click.prompt("Passphrase", hide_input=True, err=True)))


def judge_now(
    store: Store, config: str | None, scan: Scan, today: date, lists: tuple[tuple[str, ...], ...]
) -> Callable[[Result], Result]:
    """Return what judges anew, under the policies, contracts and corrections in force now.

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
    return partial(judge, plan=replace(plan, corrections=store.corrections()))


def why_not_now(
    store: Store, scan_id: int, judge: Callable[[Result], Result], target: Target
) -> str | None:
    """Return why a file is left after all: as of now, by the newest scan of its place."""
    from pii_scan.disposal import is_wholly_late, unlike, why_not

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
    return why_not(result, holding) or unlike(target, result)


def quarantine_in(quarantine: Path | None, targets: Iterable[str]) -> str:
    """Return the folder of a quarantine, outside what is scanned and closed to others."""
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


def paper_in(path: Path) -> Paper:
    """Return the plan in a file."""
    from pii_scan.disposal import paper_of

    return paper_of(path.read_bytes())


def write_paper(path: Path, paper: Paper) -> None:
    """Write a plan down in one step."""
    from pii_scan.disposal import written

    draft = path.with_name(f".{path.name}.part")
    draft.touch(mode=0o600)
    draft.write_bytes(written(paper))
    draft.replace(path)


def journal_of(store: Store, paper: Paper) -> Journal:
    """Return what the log tells of a plan."""
    from pii_scan.disposal import Journal

    return Journal(paper.digest, store.log(), recorder(store))


def show(paper: Paper) -> None:
    """Tell what a plan takes and leaves."""
    from pii_scan.report import dutch

    plan = paper.plan
    if plan.quarantine is not None:
        click.echo(f"quarantine  {plan.days} days, in {dutch.visible(plan.quarantine)}")
    if plan.keep_columns:
        click.echo(f"keeps       {dutch.visible(', '.join(plan.keep_columns))} in emptied rows")
    for method, count in sorted(Counter(one.method for one in plan.targets).items()):
        click.echo(f"{method:<11} {count:,} files")
    for one in plan.targets[:MAX_LINES]:
        told = f"{one.uri}  {', '.join(one.rules)}, until {one.keep_until}"
        # The name of a file is somebody else's text: on a terminal it does nothing.
        click.echo(f"  {one.number:>5}  {dutch.visible(told)}")
    if len(plan.targets) > MAX_LINES:
        click.echo(f"  … and {len(plan.targets) - MAX_LINES:,} more")
    for reason, count in sorted(Counter(one.reason for one in plan.left).items()):
        click.echo(f"left        {count:,}: {dutch.visible(reason)}")


def attempt(paper: Paper, journal: Journal, why_not: Callable[[Target], str | None]) -> int:
    """Say what would be done, with every check and no change; return how many would be left."""
    from pii_scan.disposal import fits

    left = 0
    counted: Counter[str] = Counter()
    for target in paper.plan.targets:
        if journal.state(target) in {"dispose.done", "dispose.undone", "dispose.ended"}:
            counted["done before"] += 1
            continue
        reason = why_not(target) or fits(target, paper.plan.keep_columns)
        counted[f"left: {reason}" if reason else f"{target.method} (--yes does it)"] += 1
        if reason:
            left += 1
            _name(target, reason)
    for what, count in sorted(counted.items()):
        click.echo(f"{count:,} {what}")
    return left


def say(outcomes: Iterable[Outcome]) -> int:
    """Tell what became of the files; return how many were left alone."""
    counted: Counter[str] = Counter()
    for one in outcomes:
        counted[one.done or LEFT] += 1
        if one.reason:
            _name(one.target, one.reason)
    for what, count in sorted(counted.items()):
        click.echo(f"{count:,} {what}")
    return counted[LEFT]


def _name(target: Target, reason: str) -> None:
    from pii_scan.report import dutch

    click.echo(dutch.visible(f"{target.uri}: {reason}"), err=True)


def count(paper: Paper, journal: Journal, what: str) -> None:
    """Tell how many files are in quarantine."""
    there = sum(journal.data(one).get("done") == "quarantined" for one in paper.plan.targets)
    click.echo(f"{there:,} {what}")
