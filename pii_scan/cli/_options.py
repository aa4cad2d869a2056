"""Options that several commands have, each with one help text, and what they are read as."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import click

if TYPE_CHECKING:
    from collections.abc import Callable

FOLDER: Final = click.Path(file_okay=False, path_type=Path)
STORE = click.option("--store", "url", metavar="URL", help="Database; default: as for scan.")
CONFIG = click.option("--config", metavar="FILE", help="Settings; default: the user's.")
TODAY = click.option("--today", metavar="DATE", help="Judge as on this day; default: today.")
SCAN = click.option("--scan", "scan_id", type=int, help="Number of the scan; default: the newest.")
BY = click.option("--by", help="Who does it; default: who runs this.")


def as_scanned(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say what was in force in the scan and must be now."""
    for name, metavar in (("--events", "CSV"), ("--holds", "FILE"), ("--suppressions", "FILE")):
        told = click.option(name, multiple=True, metavar=metavar, help="As for the scan.")
        command = told(command)
    return command


def day_of(text: str | None, option: str = "--today", default: date | None = None) -> date:
    """Return the day that an option names; without, the default or today.

    Raises:
        UsageError: it names none.
    """
    if text is None:
        return default or datetime.now(ZoneInfo("Europe/Amsterdam")).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.UsageError(f"{option} {text!r} is no date: write it as 2026-11-01") from None
