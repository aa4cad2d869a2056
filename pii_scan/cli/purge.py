"""`pii-scan purge`: remove what the scanner itself has kept for too long."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

EXAMPLES = """Examples:

\b
  pii-scan purge
\b
  pii-scan purge --yes --folder /srv/pii-scan/reports

Without --yes it says what would go, and removes nothing. Terms are those of [terms] in the settings
(docs/inventory.md). The newest scan of each place stays; so does the log, with an entry on this.
"""
REPORTS = (".html", ".csv", ".jsonl", ".json", ".xlsx", ".sarif", ".md", ".pdf", ".docx")
BUNDLE = ".zip"
"""Endings of what the program writes."""


@click.command("purge", epilog=EXAMPLES)
@click.option("--store", "url", metavar="URL", help="Database; default: as for scan.")
@click.option("--config", metavar="FILE", help="Settings; default: the user's pii-scan.toml.")
@click.option(
    "--folder",
    "folders",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of reports and bundles that are past their term too; may be repeated.",
)
@click.option("--today", metavar="DATE", help="Work out terms as on this day; default: today.")
@click.option("--yes", is_flag=True, help="Do it.")
def command(
    url: str | None, config: str | None, folders: tuple[Path, ...], today: str | None, yes: bool
) -> None:
    """Remove scans, reports and bundles that are past the terms of the scanner itself."""
    from pii_scan.cli._options import day_of
    from pii_scan.config.keys import signing_key
    from pii_scan.config.settings import load_settings
    from pii_scan.retain.calendar import add
    from pii_scan.store import Store, default_url

    terms, day = load_settings(config).terms, day_of(today)

    def is_past(moment: datetime, term: str) -> bool:
        return add(moment.astimezone(ZoneInfo("Europe/Amsterdam")).date(), term) < day

    files = [
        path
        for folder in folders
        for path, written in _ours(folder)
        if is_past(written, terms.bundles if path.suffix.lower() == BUNDLE else terms.reports)
    ]
    operator, signer = getpass.getuser(), signing_key()
    with Store.open(url or default_url(), must_exist=True) as store:
        found = store.purge(
            lambda finished: is_past(finished, terms.scans), operator, signer, is_trial=not yes
        )
        if yes and files:
            for path in files:
                path.unlink()
            store.record("purge.files", operator, {"files": len(files)}, signer)
    done = "removed" if yes else "would be removed (--yes does it)"
    click.echo(f"Scans     {', '.join(map(str, found.scans)) or 'none'} {done}")
    click.echo(f"Items     {found.items:,} with {found.findings:,} findings {done}")
    for path in files:
        click.echo(f"File      {path} {done}")


def _ours(folder: Path) -> Iterator[tuple[Path, datetime]]:
    """Yield the files in a folder that may be of the program, and when they were written."""
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in (*REPORTS, BUNDLE) and path.is_file() and not path.is_symlink():
            yield path, datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)
