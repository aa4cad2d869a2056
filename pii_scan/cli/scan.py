"""`pii-scan scan`: walk places, find personal data, judge it, keep the result."""

from __future__ import annotations

import getpass
import json
import os
import re
import signal
import sys
from collections import Counter
from dataclasses import astuple, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from pii_scan.cli._options import day_of
from pii_scan.cli._places import on_one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date

    from pii_scan.cli._machine import Run
    from pii_scan.config.keys import SigningKey
    from pii_scan.config.settings import Settings
    from pii_scan.model import Item, Result, Scan
    from pii_scan.report import Summary
    from pii_scan.scan import Plan
    from pii_scan.store import Store
    from pii_scan.walk import Selection

EXAMPLES = """Examples:

\b
  pii-scan scan /mnt/share
\b
  pii-scan scan smb://scan@server/share 'postgresql://scan@host/crm?sample=10000' --max-rate 20
\b
  pii-scan scan hr finance --policy quality-contacts --fail-on overdue \\
    --events uitdienst.csv --exclude '*.iso' --store sqlite:///out/scan.db
\b
Ends with 0 when everything was read and nothing reaches --fail-on, 1 when something does,
2 when it could not start, 3 when something could not be read in full.
"""
LEVELS = ("intern", "vertrouwelijk", "geheim")
_LEVELS = ("Geheim", "Vertrouwelijk", "Intern", "Openbaar")
INCOMPLETE = 3
"""Exit code when something could not be read in full."""
_KINDS = ("new", "changed", "moved", "gone")
MAX_LINES = 20
"""Items not read in full that are named one by one; the report names them all."""
_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}


class _Size(click.ParamType[int]):
    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read "200MB", "1.5g" or a number of bytes."""
        if isinstance(value, int):
            return value
        match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([kmgt]?)b?", value.strip().lower())
        if match is None:
            self.fail(f"{value!r} is no size: write it as 200MB", param, ctx)
        return int(float(match[1]) * _UNITS[match[2]])


@click.command("scan", epilog=EXAMPLES)
@click.argument("targets", nargs=-1, required=True, metavar="TARGET…")
@click.option("--config", metavar="FILE", help="Settings; default: the user's pii-scan.toml.")
@click.option("--policy", metavar="NAME", help="Retention policy: a name or a file.")
@click.option("--store", metavar="URL", help="Where results are kept; default: your data folder.")
@click.option("--workers", type=click.IntRange(1, 256), help="Processes; default: one a core.")
@click.option(
    "--engine",
    type=click.Choice(["local", "dask"]),
    default="local",
    show_default=True,
    help="Processes of this machine, or a cluster of Dask.",
)
@click.option("--scheduler", metavar="ADDRESS", help="Of --engine dask: tls://host:8786.")
@click.option(
    "--max-rate",
    type=click.FloatRange(0, min_open=True),
    metavar="MB/S",
    help="Read no more than that of the sources, all workers together.",
)
@click.option(
    "--nice",
    type=click.IntRange(0, 19),
    default=0,
    metavar="N",
    help="Let other programs on this machine go first; 19 most.",
)
@click.option("--today", metavar="DATE", help="Judge terms as on this day; default: today.")
@click.option(
    "--events",
    multiple=True,
    metavar="CSV",
    help="Register: subject,key,event,date,consent. May be repeated.",
)
@click.option(
    "--holds",
    multiple=True,
    metavar="FILE",
    help="What may not be deleted, TOML or CSV, next to the settings' lists; - reads CSV from "
    "stdin. May be repeated.",
)
@click.option(
    "--suppressions",
    multiple=True,
    metavar="FILE",
    help="What is judged not to be reported, next to the settings' lists; or the shipped list "
    "testnummers. May be repeated.",
)
@click.option("--include", multiple=True, metavar="GLOB", help="Only these; may be repeated.")
@click.option("--exclude", multiple=True, metavar="GLOB", help="Not these; may be repeated.")
@click.option("--max-file-size", type=_Size(), metavar="SIZE", help="Leave out larger files.")
@click.option(
    "--timeout-per-file",
    type=click.IntRange(1),
    default=300,
    show_default=True,
    metavar="SECONDS",
    help="Leave a file that takes longer, and say so.",
)
@click.option("--full", is_flag=True, help="Read every file, changed or not.")
@click.option(
    "--fail-on",
    type=click.Choice(["never", *LEVELS, "overdue"]),
    default="never",
    show_default=True,
    help="End with 1 from this level of findings on, or when something is over its term.",
)
def command(
    targets: tuple[str, ...],
    config: str | None,
    policy: str | None,
    store: str | None,
    workers: int | None,
    engine: str,
    scheduler: str | None,
    max_rate: float | None,
    nice: int,
    today: str | None,
    events: tuple[str, ...],
    holds: tuple[str, ...],
    suppressions: tuple[str, ...],
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    max_file_size: int | None,
    timeout_per_file: int,
    full: bool,
    fail_on: str,
) -> None:
    """Find personal data in files and databases, judge its terms, and keep the result.

    A TARGET is a path, or smb://, sftp://, s3://, postgresql:// or sqlite:// with an address.
    """
    from pii_scan.cli._machine import machine
    from pii_scan.cli._places import distinct
    from pii_scan.config.settings import load_settings
    from pii_scan.store import Store, default_url
    from pii_scan.walk import Selection

    os.nice(nice)  # workers inherit it
    places = distinct(targets)
    plan = plan_in_force(load_settings(config), policy, day_of(today), events, holds, suppressions)
    runs = machine(engine, scheduler, workers, timeout_per_file, max_rate)
    excluded = (*plan.settings.exclude, *exclude)
    with Store.open(store or default_url()) as kept:
        zones = plan.settings.protected
        selection = Selection(include, excluded, max_file_size, kept.files, zones)
        met = _Population(places, selection)
        plan = replace(plan, store=kept.url, corrections=kept.corrections())
        with kept.claimed(met.key):
            summary, changes = _scan(kept, met, plan, runs, is_full=full)
    click.echo("\n".join((*_told(summary), *_changed(changes), *_holds(plan))))
    raise SystemExit(_exit_code(summary, fail_on))


class _Population:
    """Everything at the places that were named; walked once to count and once to read."""

    def __init__(self, places: tuple[str, ...], selection: Selection) -> None:
        self.places = places
        self.walked = (0, 0)
        """Items and bytes of the last walk that went to its end."""
        self._selection = selection

    @property
    def key(self) -> str:
        """What tells these places from others, in the same words from elsewhere as well."""
        real = ((it, it if "://" in it else os.path.realpath(it)) for it in self.places)
        return json.dumps(sorted(real))

    def __iter__(self) -> Iterator[Item | Result]:
        from pii_scan.model import Item
        from pii_scan.sources import source_of

        items = size = 0
        for place in self.places:
            source = source_of(place)
            for one in self._met(place):
                met = source.told(one) if isinstance(one, Item) else one
                items += 1
                size += met.size if isinstance(met, Item) else met.item.size
                yield met
        self.walked = (items, size)

    def _met(self, place: str) -> Iterator[Item | Result]:
        from pii_scan.sources import address, source_of
        from pii_scan.walk import walk

        source = source_of(place)
        selection = self._selection
        if source.parts and selection.max_size is None:  # a table is never in memory as a whole
            selection = replace(selection, max_size=sys.maxsize)
        yield from walk(source.items(place), address(place), selection)

    def count(self) -> tuple[int, int]:
        """Return how many items there are and their bytes."""
        from pii_scan.model import Result

        items = size = 0
        for one in (one for place in self.places for one in self._met(place)):
            items += 1
            size += one.item.size if isinstance(one, Result) else one.size
        return items, size


def _scan(
    store: Store, met: _Population, plan: Plan, run: Run, *, is_full: bool
) -> tuple[Summary, Counter[str]]:
    """Read what has to be read, take over the rest; return the figures and what changed."""
    from pii_scan.cli._progress import meter
    from pii_scan.config.keys import signing_key
    from pii_scan.scan import judge
    from pii_scan.scan.again import Stamps, outdated
    from pii_scan.store import Seen

    signer, operator = signing_key(), getpass.getuser()
    scan = _begin(store, met, plan, operator, signer, is_full=is_full)
    stamps, seen = Stamps(plan.settings, plan.reading_digest), Seen()
    for number in (signal.SIGTERM, signal.SIGHUP):  # end as with Ctrl-C: what was found is kept
        signal.signal(number, signal.default_int_handler)
    expected = met.count() if scan.id == scan.series else store.expected(scan)
    try:
        with meter(*expected) as progress:

            def counted() -> Iterator[Result]:
                rest = outdated(met, store, scan, stamps, seen, progress.done)
                for result in run(rest, plan):
                    if result.item.within is None:
                        progress.done(1, result.item.size)
                    yield result

            store.save(scan.id, _named(counted(), progress.say), stamps.of_result)
        store.rejudge(scan, partial(judge, plan=plan))
    except BaseException:
        store.record("scan.interrupted", operator, {"scan": scan.id}, signer)
        raise
    scan = store.finish(scan.id, operator=operator, signer=signer, walked=met.walked, seen=seen)
    return _summary(store, scan), Counter(change.kind for change in store.changes(scan.id))


def _begin(
    store: Store,
    met: _Population,
    plan: Plan,
    operator: str,
    signer: SigningKey,
    *,
    is_full: bool,
) -> Scan:
    from pii_scan import __version__
    from pii_scan.config.in_use import digest_in_use, verdicts_in_use
    from pii_scan.config.keys import fingerprint_key_id

    return store.begin(
        targets=met.places,
        today=plan.today,
        policy=plan.settings.policy,
        tool_version=__version__,
        config_digest=digest_in_use(plan.settings, plan.policies, plan.suppressions),
        operator=operator,
        suppressions=plan.suppressions,
        grounds=plan.settings.grounds,
        places=met.key,
        detection_digest=plan.detection_digest,
        policy_digest=verdicts_in_use(plan.settings, plan.policies, plan.corrections),
        key_id=fingerprint_key_id(plan.key),
        is_full=is_full,
        signer=signer,
    )


def _summary(store: Store, scan: Scan) -> Summary:
    from pii_scan.report import Summary

    summary = Summary(scan)
    for total in store.totals(scan.id):
        summary.add_total(total)
    summary.items_by_verdict.update(store.verdicts(scan.id))
    summary.items_with_breaches = store.broken(scan.id)
    summary.findings_suppressed.update(store.suppressed(scan.id))
    return summary


def _named(results: Iterable[Result], say: Callable[[str], None]) -> Iterator[Result]:
    """Pass results on; say which could not be read in full, and why."""
    missed = 0
    for result in results:
        if not result.coverage.is_complete:
            missed += 1
            if missed <= MAX_LINES:
                name = click.style(on_one_line(result.item.uri), bold=True)
                coverage = result.coverage
                say(f"{name}: {coverage.status}, {coverage.reason}")
        yield result
    if missed > MAX_LINES:
        say(f"… and {missed - MAX_LINES:,} more; the report names them all")


def plan_in_force(
    settings: Settings,
    policy: str | None,
    today: date,
    events: tuple[str, ...],
    holds: tuple[str, ...],
    suppressions: tuple[str, ...],
) -> Plan:
    """Return all that decides what a scan finds and says, loaded.

    Raises:
        ConfigError: some of it is wrong or not there.
    """
    from pii_scan.classify import Suppressor
    from pii_scan.classify.knowledge import Knowledge
    from pii_scan.config.categories import load_categories
    from pii_scan.config.contracts import load_contracts
    from pii_scan.config.doctypes import load_doctypes
    from pii_scan.config.events import load_events
    from pii_scan.config.holds import load_holds, printer
    from pii_scan.config.in_use import detection_in_use, policies_in_use, reading_in_use
    from pii_scan.config.keys import derive, fingerprint_key_id, load_key
    from pii_scan.config.organisations import load_organisations
    from pii_scan.config.roles import load_roles
    from pii_scan.config.suppressions import load_suppressions
    from pii_scan.config.triggers import load_date_rules
    from pii_scan.extract import missing
    from pii_scan.scan import Plan, load_recognizers

    if policy:
        settings = replace(settings, policy=policy)
    policies = policies_in_use(settings)
    triggers = frozenset(
        name
        for one in policies.values()
        for trigger in one.triggers
        for name in (trigger.id, *trigger.aliases)
    )
    contracts = load_contracts(settings.contracts, triggers)
    key = load_key()
    whose = dict.fromkeys([None, *settings.controllers, *(one.controller for one in contracts)])
    keys = [derive(key, "fingerprint", controller) for controller in whose]
    judged = load_suppressions((*settings.suppressions, *suppressions))
    Suppressor(judged, today)  # a wrong pattern stops here, not in a worker
    told = {event for file in dict.fromkeys(events) for event in load_events(file, triggers)}
    # In an order of their own: a register that is exported anew, or twice, says the same.
    known = tuple(sorted(told, key=astuple))
    held = load_holds((*settings.holds, *holds), printer(load_recognizers(settings.packs), keys))
    key_id = fingerprint_key_id(key)
    reading = reading_in_use(settings, policies, known, held, key_id, missing())
    return Plan(
        settings=settings,
        policies=policies,
        knowledge=Knowledge(load_categories(), load_doctypes(), load_organisations(), load_roles()),
        dates=load_date_rules(),
        key=key,
        today=today,
        events=known,
        suppressions=judged,
        contracts=contracts,
        holds=held,
        detection_digest=detection_in_use(reading, judged, today),
        reading_digest=reading,
    )


def _told(summary: Summary) -> Iterator[str]:
    """Yield the lines that an operator reads when a scan is done."""
    scan, status = summary.scan, summary.statuses
    yield f"Scan {scan.id}: {', '.join(scan.targets)} (policy {scan.policy}, as on {scan.today})"
    yield (
        f"Items      {summary.items:,}: {status['scanned']:,} scanned, "
        f"{status['partial']:,} partial, {status['skipped']:,} skipped, "
        f"{status['unreadable']:,} unreadable"
    )
    yield from _formats(summary)
    yield f"Findings   {summary.findings:,} in {summary.items_with_findings:,} items"
    if states := Counter(map(summary.state, scan.suppressions)):
        yield (
            f"Suppressed {summary.suppressed:,} findings by {states['used']} suppressions;"
            f" {states['unused']} not used, {states['expired']} expired"
        )
    levels = ", ".join(f"{level} {summary.items_by_level[level]:,}" for level in _LEVELS)
    yield f"Levels     items by their highest level: {levels}"
    verdicts = summary.items_by_verdict
    yield (
        f"Terms      items over their term {verdicts['overdue']:,},"
        f" possibly {verdicts['possibly_overdue']:,}"
    )
    if summary.items_with_breaches:
        yield f"Promises   items that break one on place or content {summary.items_with_breaches:,}"


def _holds(plan: Plan) -> Iterator[str]:
    """Yield how many holds there are, and which are past their end."""
    if plan.holds:
        past = [one for one in plan.holds if one.until is not None and one.until < plan.today]
        yield f"Holds      {len(plan.holds) - len(past)} in force, {len(past)} past their end"
        for one in past:
            yield f"           {one.label} ended on {one.until}: lift or extend it"


def _changed(changes: Counter[str]) -> Iterator[str]:
    """Yield the line of what is not as the scan before left it, where there is one."""
    if changes:
        told = ", ".join(f"{changes[kind]:,} {kind}" for kind in _KINDS)
        yield f"Changes    files since the scan before: {told}"


def _formats(summary: Summary) -> Iterator[str]:
    """Yield a line for each kind of file that was not read in full, and one for the others."""
    whole = [it for it in summary.media_types.values() if not it.reasons]
    files, size = sum(it.statuses.total() for it in whole), sum(it.bytes for it in whole)
    yield f"Formats    {len(whole)} read in full ({files:,} items, {size / 1e6:,.1f} MB)"
    for name, it in sorted(summary.media_types.items()):
        if it.reasons:
            why = ", ".join(f"{reason} {count:,}" for reason, count in sorted(it.reasons.items()))
            read, met = it.statuses["scanned"], it.statuses.total()
            yield f"           {name}: {read:,} of {met:,} in full; {why}"


def _exit_code(summary: Summary, fail_on: str) -> int:
    if not summary.is_complete:
        return INCOMPLETE
    if fail_on == "overdue":
        return 1 if summary.items_by_verdict["overdue"] else 0
    if fail_on == "never":
        return 0
    reached = LEVELS[LEVELS.index(fail_on) :]
    return 1 if any(summary.items_by_level[level.capitalize()] for level in reached) else 0
