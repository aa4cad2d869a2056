"""`pii-scan sample`: a person looks through what the scanner found nothing in."""

from __future__ import annotations

import getpass
import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pii_scan.measure.sampling import Answers

EXAMPLES = """Examples:

\b
  pii-scan sample --clean 60 --output sample.csv
\b
  pii-scan sample --from sample.csv

A person opens each file of the table and answers j or n: is there personal data in it? None in 59
means, with 95 % confidence, that fewer than 6.1 % of the files without findings hold any
(Clopper-Pearson, exact for a sample drawn from many).

Drawing and answers go into the log, and with it into the evidence of that scan. The table must hold
the rows that were drawn, no more and no fewer; without an answer they count as not answered.
"""


@click.command("sample", epilog=EXAMPLES)
@click.option("--clean", "count", type=click.IntRange(1, 100_000), help="Items to draw.")
@click.option("--seed", help="Draws the same items again; default: a new one, kept in the table.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write, readable by its owner alone; default: stdout.",
)
@click.option(
    "--from",
    "filled_in",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The table with its answers: say what follows.",
)
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Of what follows.",
)
@click.option("--by", metavar="NAME", help="Who looked through them; default: this account.")
@click.option("--store", "url", metavar="URL", help="Database; default: as for scan.")
@click.option("--scan", "scan_id", type=int, help="Number of the scan; default: the newest.")
def command(
    count: int | None,
    seed: str | None,
    output: Path | None,
    filled_in: Path | None,
    format_name: str,
    by: str | None,
    url: str | None,
    scan_id: int | None,
) -> None:
    """Draw items without findings for a person to check, or read the answers."""
    if (count is None) == (filled_in is None):
        raise click.UsageError("name one of --clean N and --from FILE")
    if filled_in is not None:
        _say(_taken_over(filled_in, by or getpass.getuser(), url), format_name)
    elif count is not None:
        # With a letter in front no spreadsheet takes it for a number.
        _draw(count, seed or f"s{secrets.token_hex(4)}", output, url, scan_id)


def _draw(count: int, seed: str, output: Path | None, url: str | None, scan_id: int | None) -> None:
    from pii_scan.cli.report import sink
    from pii_scan.config.keys import signing_key
    from pii_scan.measure.sampling import DRAWN, drawn, table
    from pii_scan.store import Store, default_url

    with Store.open(url or default_url(), must_exist=True) as store:
        scan = store.scan(scan_id)
        sample = drawn(scan.id, store.results(scan.id), count, seed)
        store.record(DRAWN, getpass.getuser(), sample.counts(), signing_key())
    with sink(output) as file:
        file.write(table(sample))
    click.echo(f"{len(sample.items)} of {sample.clean} items without findings", err=True)


def _taken_over(path: Path, by: str, url: str | None) -> Answers:
    """Return what a person answered, once it is known to be on what was drawn, and log it."""
    from pii_scan.config.keys import signing_key
    from pii_scan.measure.sampling import CHECKED, DRAWN, drawn, filled_in, require_as_drawn
    from pii_scan.store import Store, default_url

    told = filled_in(path)
    with Store.open(url or default_url(), must_exist=True) as store:
        scan = store.scan(told.scan)
        seed = told.seed_of(it.data for it in store.log() if it.kind == DRAWN)
        sample = drawn(scan.id, store.results(scan.id), len(told.addresses), seed)
        require_as_drawn(told, sample)
        counted = {"scan": scan.id, "seed": seed, "by": by, **told.answers.counts()}
        store.record(CHECKED, getpass.getuser(), counted, signing_key())
    return told.answers


def _say(found: Answers, format_name: str) -> None:
    from pii_scan.report import encoded

    told = found.as_dict()
    if format_name == "json":
        sys.stdout.buffer.write(encoded({"schema": 1, "type": "sample", **told}, indent=1) + b"\n")
        return
    share, items, recall = (told[it] for it in ("missed_share", "missed_items", "recall_of_items"))
    click.echo(f"{told['missed']} of {told['answered']} hold personal data that was not found")
    if told["not_answered"]:
        click.echo(f"{told['not_answered']} not answered: they may be other than the rest")
    click.echo(f"95 % (Clopper-Pearson): {share['low']:.1%} - {share['high']:.1%} of those without")
    click.echo(
        f"of {told['items_without_findings']:,} items without findings: "
        f"{items['low']:,} - {items['high']:,} with personal data"
    )
    click.echo(
        f"so of all items with personal data {recall['low']:.1%} - {recall['high']:.1%} was found"
    )
