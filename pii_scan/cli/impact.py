"""`pii-scan impact`: what it would mean if some folders leaked."""

import sys

import click

from pii_scan.errors import ConfigError

EXAMPLES = """Examples:

\b
  pii-scan impact share/hr
\b
  pii-scan impact share/hr share/export.zip --format json

Counts from the inventory; no file is opened. Addresses are those of the report. Numbers of people
are estimates with a lowest and a highest: see docs/impact.md.
"""


@click.command("impact", epilog=EXAMPLES)
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@click.option("--store", "url", metavar="URL", help="Database; default: as for scan.")
@click.option("--scan", "scan_id", type=int, help="Number of the scan; default: the newest.")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="text is Dutch, for who notifies the Autoriteit Persoonsgegevens.",
)
def command(paths: tuple[str, ...], url: str | None, scan_id: int | None, format_name: str) -> None:
    """Say who and what is affected if folders or files leaked."""
    from pii_scan.config.categories import load_categories
    from pii_scan.impact import WRITERS, Law, impact
    from pii_scan.store import Store, default_url

    known = load_categories().by_id.values()
    laws = {it.id: Law(it.nl, it.legal) for it in known}
    named = [path.rstrip("/") or path for path in paths]
    with Store.open(url or default_url(), must_exist=True) as store:
        scan = store.scan(scan_id)
        for path in named:
            if not store.has(scan.id, path):
                raise ConfigError(f"scan {scan.id} has nothing at {path}: name it as reports do")
        told = impact(
            scan,
            named,
            *store.exposed(scan.id, named),
            store.identifiers(scan.id, named),
            laws,
        )
    sys.stdout.buffer.write(WRITERS[format_name](told))
