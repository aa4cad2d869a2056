"""`pii-scan suppress`: the lists of what an organisation has judged not to be reported."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from pii_scan.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pii_scan.config.settings import Settings
    from pii_scan.model import Scan, Suppression

EXAMPLES = """Examples:

\b
  pii-scan suppress add --suppressions judged.toml --entity NL_BSN \\
    --reason 'test person of the training manual' --by 'A. Tester' --until 2027-06-30
\b
  pii-scan suppress list --suppressions judged.toml
\b
  pii-scan suppress check --suppressions judged.toml --store sqlite:///out/scan.db

\b
A list is a TOML file. Values come in by `add`; a pattern or a path is written by hand:
  [[suppress]]
  entity = "EMAIL_ADDRESS"        # or, with a path alone: category = "N02"
  pattern = "[^@]{1,64}@intranet[.]example"   # the whole of a value
  path = "share/training/*"       # only there; without pattern: all of the entity there
  reason = "mailboxes of the training system"
  by = "A. Tester"
  added = 2026-11-26
  until = 2027-06-30
"""

_LISTS = click.option(
    "--suppressions",
    "lists",
    multiple=True,
    metavar="FILE",
    help="List; may be repeated. Default: those of the settings.",
)
_CONFIG = click.option(
    "--config", metavar="FILE", help="Settings; default: the user's pii-scan.toml."
)


@click.group("suppress", epilog=EXAMPLES)
def command() -> None:
    """Keep the lists of findings that are judged not to be reported: why, by whom, how long."""


@command.command("add")
@click.option("--entity", required=True, help="What the value is: NL_BSN, EMAIL_ADDRESS, PERSON …")
@click.option("--reason", required=True, metavar="TEXT", help="Why it need not be reported.")
@click.option("--by", required=True, metavar="NAME", help="Who judged so.")
@click.option("--until", required=True, metavar="DATE", help="Last day on which it holds.")
@click.option(
    "--values",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Values, one a line; default: stdin, or asked for on a terminal.",
)
@_LISTS
@_CONFIG
def add_command(
    entity: str,
    reason: str,
    by: str,
    until: str,
    values: Path | None,
    lists: tuple[str, ...],
    config: str | None,
) -> None:
    """Add values to a list, by keyed fingerprint: the list does not tell them."""
    from pii_scan.config.settings import load_settings
    from pii_scan.config.suppressions import append, value_suppression

    settings = load_settings(config)
    end = _day("--until", until)
    target = _target(settings, lists)
    found = [
        value_suppression(entity, prints, reason, by, _today(), end)
        for prints in _fingerprints(settings, entity, _values(values))
    ]
    append(target, found)
    for one in found:
        click.echo(one.id)
    click.echo(f"{len(found)} added to {target}", err=True)


@command.command("list")
@_LISTS
@_CONFIG
def list_command(lists: tuple[str, ...], config: str | None) -> None:
    """Say what is suppressed, until when, by whom and why."""
    for one in _loaded(config, lists):
        click.echo(_line(one, _today()))


@command.command("check")
@click.option("--store", "url", metavar="URL", help="Where the scan is kept; default: as scan.")
@click.option("--scan", "scan_id", type=int, help="Number of the scan; default: the newest.")
@_LISTS
@_CONFIG
def check_command(
    url: str | None, scan_id: int | None, lists: tuple[str, ...], config: str | None
) -> None:
    """Tell which suppressions are expired, needless, or suppressed nothing in a scan.

    Ends with 0 when there is none, with 1 when there is.
    """
    from pii_scan.store import Store, default_url

    judged = _loaded(config, lists)
    with Store.open(url or default_url(), must_exist=True) as store:
        scan = store.scan(scan_id)
        used = store.suppressed(scan.id)
    remarks = [*_expired(judged), *_unused(judged, scan, used), *_needless(judged)]
    for one, remark in remarks:
        click.echo(f"{one.id}  {remark}; {one.by}: {one.reason}")
    if scan.finished is None:
        click.echo(f"scan {scan.id} did not finish: unused is as far as it got", err=True)
    click.echo(f"{len(judged)} suppressions, {len(remarks)} remarks (scan {scan.id})", err=True)
    raise SystemExit(1 if remarks else 0)


def _expired(judged: Sequence[Suppression]) -> Iterator[tuple[Suppression, str]]:
    today = _today()
    for one in judged:
        if one.until < today:
            yield one, f"expired on {one.until}: judge it again or remove it"


def _unused(
    judged: Sequence[Suppression], scan: Scan, used: dict[str, int]
) -> Iterator[tuple[Suppression, str]]:
    known = {one.id for one in scan.suppressions if scan.today <= one.until}
    for one in judged:
        if one.id in known and not used.get(one.id):
            yield one, f"suppressed nothing in scan {scan.id}"


def _needless(judged: Sequence[Suppression]) -> Iterator[tuple[Suppression, str]]:
    from pii_scan.classify.suppress import overlapping

    for wider, one in overlapping(judged):
        yield one, f"is covered by {wider.id}"


def _loaded(config: str | None, lists: tuple[str, ...]) -> tuple[Suppression, ...]:
    from pii_scan.classify import Suppressor
    from pii_scan.config.settings import load_settings
    from pii_scan.config.suppressions import load_suppressions

    judged = load_suppressions(lists or load_settings(config).suppressions)
    Suppressor(judged, date.min)  # refuses a wrong pattern, expired or not
    return judged


def _target(settings: Settings, lists: tuple[str, ...]) -> Path:
    """Return the one file of ours that values are added to; it need not be there yet."""
    from pii_scan.config.suppressions import shipped_lists

    own = [name for name in lists or settings.suppressions if name not in shipped_lists()]
    if len(own) != 1:
        raise ConfigError("say which list the values go to: --suppressions FILE")
    return Path(own[0]).expanduser()


def _values(file: Path | None) -> list[str]:
    """Read values from where no other program sees them: never from the command line."""
    if file is not None:
        try:
            text = file.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError):
            raise ConfigError(f"{file}: cannot be read as UTF-8 text") from None
    elif sys.stdin.isatty():
        text = click.prompt("Value", hide_input=True, err=True)
    else:
        text = sys.stdin.read()
    values = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
    if not values:
        raise ConfigError("no value was given: one a line, on stdin or in --values FILE")
    return values


def _fingerprints(
    settings: Settings, entity: str, values: Sequence[str]
) -> Iterator[tuple[str, ...]]:
    """Yield for each value its fingerprints: one for each controller of the settings."""
    from pii_scan.classify.fingerprint import fingerprints
    from pii_scan.classify.suppress import whole
    from pii_scan.config.categories import load_categories
    from pii_scan.config.keys import derive, load_key
    from pii_scan.scan import load_recognizers

    known = {one.entity: one for one in load_recognizers(settings.packs)}
    if entity not in known and entity not in load_categories().entities:
        raise ConfigError(f"nothing finds the entity {entity}; known: {', '.join(sorted(known))}")
    recognizer = known.get(entity)
    normalise = recognizer.normalise if recognizer else None
    key = load_key()
    controllers = dict.fromkeys([None, *settings.controllers])
    keys = [derive(key, "fingerprint", controller) for controller in controllers]
    for value in values:
        yield tuple(whole(fingerprints(entity, value, normalise, one)) for one in keys)


def _line(one: Suppression, today: date) -> str:
    what = one.entity or f"category {one.category}"
    shape = "value" if one.fingerprints else f"pattern {one.pattern}" if one.pattern else "all"
    state = "expired on" if one.until < today else "until"
    place = one.path or "anywhere"
    return f"{one.id}  {what}: {shape}, {place}; {state} {one.until}; {one.by}: {one.reason}"


def _day(option: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.UsageError(f"{option} {text!r} is no date: write it as 2026-11-01") from None


def _today() -> date:
    return datetime.now(ZoneInfo("Europe/Amsterdam")).date()
