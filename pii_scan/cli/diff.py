"""`pii-scan diff`: what is different between two scans."""

import sys

import click

from pii_scan.errors import ConfigError
from pii_scan.report import DIFFERENCE_FORMATS, write_differences

EXAMPLES = """Examples:

\b
  pii-scan diff 3 4
\b
  pii-scan diff 3 4 --format md | glab issue create --title 'Scan 4' --description -

An item whose content is as it was is not called cleaned up when another rule or register judges it
otherwise; one that is not read any more is neither gone nor lighter.
"""


@click.command("diff", epilog=EXAMPLES)
@click.argument("before", type=int, metavar="SCAN")
@click.argument("after", type=int, metavar="SCAN")
@click.option("--store", "url", metavar="URL", help="Database; default: as for scan.")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(DIFFERENCE_FORMATS),
    default=DIFFERENCE_FORMATS[0],
    show_default=True,
    help="text and md name the first of each kind, json all.",
)
def command(before: int, after: int, url: str | None, format_name: str) -> None:
    """Say what is new, gone, heavier, newly overdue or cleaned up between two scans."""
    from pii_scan.store import Store, default_url

    if before == after:
        raise ConfigError("name two different scans, the earlier one first")
    with Store.open(url or default_url(), must_exist=True) as store:
        scans = store.scan(before), store.scan(after)
        passes = store.results(before), store.results(after)
        sys.stdout.buffer.write(write_differences(format_name, *scans, *passes))
