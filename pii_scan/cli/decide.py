"""`pii-scan decide`: what a person makes of what a scan says; the desk does the same."""

from __future__ import annotations

import getpass
import json
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from pii_scan.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pii_scan.desk.deciding import Choice, Who
    from pii_scan.model import DecisionKind
    from pii_scan.store import Store

EXAMPLES = """Examples:

\b
  pii-scan decide groups
  pii-scan decide finding wrong 'NL_BSN share/opleiding' --reason 'test numbers' \\
    --until 2027-06-30 --suppressions judged.toml
\b
  pii-scan decide date share/hr/cv.docx 2021-03-14 --event einde_vacature
  pii-scan decide type share/hr/cv.docx sollicitatie
\b
  pii-scan decide precision
\b
A group is an entity and a folder, as groups names them, or the fingerprint of a value.
"""
_BY = click.option("--by", metavar="NAME", help="Who decides; default: this account.")
_STORE = click.option("--store", "url", metavar="URL", help="Database; default: as for scan.")
_REASON = click.option("--reason", default="", metavar="TEXT", help="Why; no personal data.")


@click.group("decide", epilog=EXAMPLES)
def command() -> None:
    """Decide on what a scan says: which findings are right, a date, a kind of document."""


@command.command("groups")
@click.option("--all", "is_all", is_flag=True, help="Those that somebody decided on as well.")
@click.option("--values", is_flag=True, help="Values found more than once, in place of folders.")
@_STORE
def groups_command(is_all: bool, values: bool, url: str | None) -> None:
    """Name groups of findings that wait for a decision, the heaviest first."""
    from pii_scan.store import Store, default_url
    from pii_scan.store.browsing import Filter

    with Store.open(url or default_url(), must_exist=True) as store:
        browse = store.browse(store.scan())
        browse.gather()
        listed = browse.repeats if values else browse.clusters
        for one in listed(Filter(), limit=1_000_000, is_open=not is_all):
            told = f"{one.level:<14} {one.findings:>8,} in {one.items:>7,} items  {one.subject}"
            click.echo(f"{told}  {one.masked}".rstrip().encode("unicode_escape").decode())


@command.command("finding")
@click.argument("choice", type=click.Choice(["right", "wrong", "hold", "open"]))
@click.argument("subject", metavar="GROUP")
@_REASON
@click.option("--until", default="", metavar="DATE", help="Of wrong: the last day it holds.")
@click.option(
    "--suppressions",
    "judged",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("judged.toml"),
    show_default=True,
    help="List that takes what is judged wrong.",
)
@_BY
@_STORE
def finding_command(
    choice: Choice,
    subject: str,
    reason: str,
    until: str,
    judged: Path,
    by: str | None,
    url: str | None,
) -> None:
    """Decide on a group of findings; what is wrong is suppressed from the next scan on."""
    from pii_scan.desk.deciding import choose, day

    with _deciding(url, by, judged) as (store, who):
        browse = store.browse(store.scan())
        browse.gather()
        group = browse.group(subject)
        if group is None:
            raise ConfigError("the scan has no such group: see pii-scan decide groups")
        last = store.decided("finding", [subject]).get(subject)
        seen = last.revision if last else 0
        made = choose(store, who, group, choice, seen, reason, day(until))
        click.echo(f"{made.choice}: {group.findings:,} findings in {group.items:,} items", err=True)


@command.command("precision")
@click.option("--json", "as_json", is_flag=True, help="Write a JSON line for each entity.")
@_STORE
def precision_command(as_json: bool, url: str | None) -> None:
    """Tell how often findings were right, by what was decided on them, with a 95 % interval."""
    from pii_scan.measure.judged import judged
    from pii_scan.store import Store, default_url

    with Store.open(url or default_url(), must_exist=True) as store:
        found = judged(store.decided("finding").values())
    if as_json:
        for one in found:
            click.echo(json.dumps(one.as_dict()))
        return
    click.echo(f"{'':24} {'right':>6} {'of':>6} {'precision':>10}   95 % (Wilson)    findings")
    for one in found:
        low, high = one.interval
        click.echo(
            f"{one.entity:24} {one.right:>6,} {one.of:>6,} {one.precision:>10.0%}   "
            f"{low:.0%}-{high:.0%}".ljust(69)
            + f"{one.right_findings:,} of {one.right_findings + one.wrong_findings:,}"
        )


@command.command("date")
@click.argument("uri", metavar="ADDRESS")
@click.argument("choice", metavar="DATE")
@click.option("--event", "trigger", required=True, help="Of what it is the date: opname …")
@_REASON
@_BY
@_STORE
def date_command(
    uri: str, choice: str, trigger: str, reason: str, by: str | None, url: str | None
) -> None:
    """Set the date that an item's term runs from."""
    _correct(url, by, uri, "date", choice, trigger, reason)


@command.command("type")
@click.argument("uri", metavar="ADDRESS")
@click.argument("choice", metavar="TYPE")
@click.option("--group", default="", help="About whom it is; default: as it was read.")
@_REASON
@_BY
@_STORE
def type_command(
    uri: str, choice: str, group: str, reason: str, by: str | None, url: str | None
) -> None:
    """Set what kind of document an item is, and about whom."""
    _correct(url, by, uri, "doc_type", choice, "", reason, group)


def _correct(
    url: str | None,
    by: str | None,
    uri: str,
    kind: DecisionKind,
    choice: str,
    trigger: str,
    reason: str,
    group: str = "",
) -> None:
    from pii_scan.desk.deciding import correct

    with _deciding(url, by, Path()) as (store, who):
        result = store.result(store.scan().id, uri)
        if result is None:
            raise ConfigError("the scan has no such item: name it as the report does")
        last = store.decided(kind, [uri]).get(uri)
        seen = last.revision if last else 0
        correct(store, who, result, kind, choice, seen, trigger, reason, group)


@contextmanager
def _deciding(url: str | None, by: str | None, judged: Path) -> Iterator[tuple[Store, Who]]:
    from pii_scan.config.keys import signing_key
    from pii_scan.desk.deciding import Who
    from pii_scan.store import Store, default_url

    today = datetime.now(ZoneInfo("Europe/Amsterdam")).date()
    with Store.open(url or default_url(), must_exist=True) as store:
        yield store, Who(by or getpass.getuser(), today, signing_key(), judged)
