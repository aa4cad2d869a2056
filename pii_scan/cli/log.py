"""`pii-scan log`: what was done with the store, by whom, and whether that is all there."""

from __future__ import annotations

import json

import click

EXAMPLES = """Examples:

\b
  pii-scan log show
\b
  pii-scan log verify --head 9f86d081884c7d65…

The hash of the last entry, which verify prints, is to be kept apart (on paper, in a ticket): with
--head a log that was cut short is noticed too. Ends with 0 when the log is whole, 1 when it is not.
"""
_STORE = click.option("--store", "url", metavar="URL", help="Database; default: as for scan.")


@click.group("log", epilog=EXAMPLES)
def command() -> None:
    """Show and verify the log of what was done: scans, decisions, purges, keys."""


@command.command("show")
@_STORE
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, hashes included.")
def show_command(url: str | None, as_json: bool) -> None:
    """Write the entries down, the oldest first."""
    from pii_scan.store import Store, default_url

    with Store.open(url or default_url(), must_exist=True) as store:
        for one in store.log():
            moment = one.time.isoformat(timespec="seconds").replace("+00:00", "Z")
            if as_json:
                told = {"number": one.number, "time": moment, "operator": one.operator}
                told |= {"kind": one.kind, "data": one.data, "previous": one.previous}
                told |= {"hash": one.hash, "key_id": one.key_id, "signature": one.signature}
                click.echo(json.dumps(told))
            else:
                data = json.dumps(one.data, sort_keys=True)
                click.echo(f"{one.number:>6}  {moment}  {one.operator}  {one.kind}  {data}")


@command.command("verify")
@_STORE
@click.option("--head", metavar="HASH", help="Hash of an entry, kept apart since.")
def verify_command(url: str | None, head: str | None) -> None:
    """Tell whether the log is whole, and what was changed, removed or added."""
    from pii_scan.config.keys import is_signed
    from pii_scan.store import Store, default_url

    with Store.open(url or default_url(), must_exist=True) as store:
        flaws = list(store.flaws(is_signed))
        count, last, is_met = 0, "", head is None
        for entry in store.log():
            count, last = entry.number, entry.hash
            is_met = is_met or entry.hash == head
    for flaw in flaws:
        click.echo(f"entry {flaw.number}: {flaw.what}")
    if not is_met:
        click.echo("the entry that --head names is not there: the log was cut short or replaced")
    click.echo(f"head {last or '-'}")
    is_whole = is_met and not flaws
    click.echo(f"{'WHOLE' if is_whole else 'NOT WHOLE'}: {count:,} entries")
    if not is_whole:
        raise SystemExit(1)
