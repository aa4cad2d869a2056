"""`pii-scan report`: writes down what a scan found."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from pii_scan.errors import ConfigError
from pii_scan.model import Beside, Point, Policy, Scan
from pii_scan.report import PRACTICE_FORMATS, formats, write, write_practice

if TYPE_CHECKING:
    from pii_scan.store import Store

EXAMPLES = """Examples:

\b
  pii-scan report --output report.html
\b
  pii-scan report --store sqlite:///out/scan.db --scan 1 --output findings.csv
\b
  pii-scan report --format jsonl | tail -1
\b
  pii-scan report --view promises --output belofte-en-praktijk.html
"""
DEFAULT_FORMAT = "jsonl"
FORMATS = tuple(sorted(formats()))
VIEWS = {"items": FORMATS, "promises": PRACTICE_FORMATS}
DEFAULT_FORMATS = {"items": DEFAULT_FORMAT, "promises": "md"}


@click.command("report", epilog=EXAMPLES)
@click.option(
    "--store",
    "url",
    metavar="URL",
    help="Database URL, or the path of an SQLite file; default: PII_SCAN_STORE, else the store in "
    "the user's data folder.",
)
@click.option("--scan", "scan_id", type=int, help="Number of the scan; default: the newest.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write, readable by its owner alone; default: stdout.",
)
@click.option(
    "--format",
    "format_name",
    type=click.Choice(sorted({*FORMATS, *PRACTICE_FORMATS})),
    help="Default: what the name of the output ends in, else "
    + ", ".join(f"{name} for {view}" for view, name in DEFAULT_FORMATS.items())
    + ".",
)
@click.option(
    "--view",
    type=click.Choice(list(VIEWS)),
    default="items",
    show_default=True,
    help="Every item; or, by subject group, where practice parts from what the policy promises.",
)
@click.option(
    "--policy", help="Of promises: the pack to hold the scan against; default: the scan's."
)
def command(
    url: str | None,
    scan_id: int | None,
    output: Path | None,
    format_name: str | None,
    view: str,
    policy: str | None,
) -> None:
    """Write a report of a scan."""
    from pii_scan.store import Store, default_url

    name = format_name or _format_of(output, view)
    if name not in VIEWS[view]:
        raise click.UsageError(f"--view {view} is written as {', '.join(VIEWS[view])}, not {name}")
    if policy and view != "promises":
        raise click.UsageError("--policy is for --view promises")
    with Store.open(url or default_url(), must_exist=True) as store:
        scan = store.scan(scan_id)
        # Before anything is written: a pack may be wrong.
        promised = _policy(policy or scan.policy) if view == "promises" else None
        with sink(output) as file:
            if promised is None:
                beside = Beside(store.assignments(), _trend(store, scan))
                write(name, scan, lambda: store.results(scan.id), file, beside)
            else:
                write_practice(name, scan, promised, lambda: store.results(scan.id), file)
    _say(scan, output)


def _trend(store: Store, scan: Scan) -> tuple[Point, ...]:
    """Return what the last scans of the same places came to, this one included."""
    from pii_scan.report import SHOWN, point

    series = [
        it
        for it in store.scans()
        if it.series == scan.series and (it.id == scan.id or (it.finished and it.id < scan.id))
    ]
    return tuple(point(it, store.totals(it.id), store.verdicts(it.id)) for it in series[-SHOWN:])


def _format_of(output: Path | None, view: str) -> str:
    suffix = output.suffix.lower().lstrip(".") if output else ""
    return suffix if suffix in VIEWS[view] else DEFAULT_FORMATS[view]


def _policy(name: str) -> Policy:
    from pii_scan.config.policies import load_policy

    return load_policy(name)


@contextmanager
def sink(output: Path | None) -> Iterator[BinaryIO]:
    """Open where the report goes; half a report does not stay behind."""
    if output is None:
        yield sys.stdout.buffer
        return
    try:
        number = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError as error:
        raise ConfigError(f"cannot write {output}: {error.strerror}") from None
    is_file = stat.S_ISREG(os.fstat(number).st_mode)
    if is_file:
        output.chmod(0o600)  # it may have been there, open to others
    try:
        with os.fdopen(number, "wb") as file:
            yield file
    except BaseException as error:
        if is_file:
            output.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise ConfigError(f"cannot write {output}: {error.strerror}") from None
        raise


def _say(scan: Scan, output: Path | None) -> None:
    if scan.finished is None:
        click.echo(f"scan {scan.id} did not finish: the report covers what it got to", err=True)
    if output:
        click.echo(f"scan {scan.id} written to {output}", err=True)
