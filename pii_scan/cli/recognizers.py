"""`pii-scan recognizers`: what is sought, how, after which source, and whether it works here."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from pii_scan.errors import ConfigError

if TYPE_CHECKING:
    from pii_scan.config.settings import Settings
    from pii_scan.model import Recognizer

EXAMPLES = """Examples:

\b
  pii-scan recognizers list
\b
  pii-scan recognizers show NL_BSN
\b
  pii-scan recognizers check --config pii-scan.toml
"""

_CONFIG = click.option(
    "--config", metavar="FILE", help="Settings; default: the user's pii-scan.toml."
)


@click.group("recognizers", epilog=EXAMPLES)
def command() -> None:
    """Say what is sought, how and after which source, and whether that works on this machine."""


@command.command("list")
@_CONFIG
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def list_command(config: str | None, as_json: bool) -> None:
    """Name every kind of data that is sought, with its category and source."""
    settings, known = _known(config)
    rows = [_row(one) for one in known]
    if as_json:
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    width = max(len(row["entity"]) for row in rows)
    for row in rows:
        click.echo(f"{row['entity']:<{width}}  {row['category']}  {row['source']}")
    click.echo(f"\n{len(rows)} recognizers of {', '.join(settings.packs)}.")
    click.echo("Statements about health, convictions, belief and the like: rules/special/.")


@command.command("show")
@_CONFIG
@click.argument("entity")
def show_command(config: str | None, entity: str) -> None:
    """Show the patterns, labels, examples and source of one kind of data."""
    _, known = _known(config)
    found = next((one for one in known if one.entity == entity.upper()), None)
    if found is None:
        raise ConfigError(f"there is no recognizer of {entity}: see pii-scan recognizers list")
    click.echo(f"{found.entity}  {found.category}\n  source   {found.source}")
    click.echo(f"  check    {_check(found)}")
    for name in ("labels", "context", "against"):
        words: tuple[str, ...] = getattr(found, name)
        click.echo(f"  {name:<8} {', '.join(words) or '-'}")
    for pattern in found.patterns:
        behind = "  behind a label" if pattern.after_label else ""
        click.echo(f"  pattern  {pattern.prior:.3f}  {pattern.regex}{behind}")
    for text in found.match:
        click.echo(f"  finds    {text!r}")
    for text in found.no_match:
        click.echo(f"  leaves   {text!r}")


@command.command("check")
@_CONFIG
def check_command(config: str | None) -> None:
    """Run every recognizer over its own examples; ends with 2 when one of them goes wrong."""
    settings, known = _known(config)
    wrong = _wrong(settings, known)
    for line in wrong:
        click.echo(line, err=True)
    if wrong:
        raise ConfigError(f"examples that go wrong: {len(wrong)}")
    count = sum(len(one.match) + len(one.no_match) for one in known)
    click.echo(f"{len(known)} recognizers, {count} examples, all as they should be")


def _known(config: str | None) -> tuple[Settings, list[Recognizer]]:
    from pii_scan.config.settings import load_settings
    from pii_scan.scan import load_recognizers

    settings = load_settings(config)
    return settings, sorted(load_recognizers(settings.packs), key=lambda one: one.entity)


def _row(one: Recognizer) -> dict[str, Any]:
    return {
        "entity": one.entity,
        "category": one.category,
        "patterns": len(one.patterns),
        "check": _check(one),
        "labels": list(one.labels),
        "source": one.source,
    }


def _check(one: Recognizer) -> str:
    checks = {one.is_valid, *(pattern.is_valid for pattern in one.patterns)} - {None}
    return ", ".join(sorted(check.__name__ for check in checks if check)) or "-"


def _wrong(settings: Settings, known: list[Recognizer]) -> list[str]:
    """Return a line for each example that is not found as its recognizer says."""
    from pii_scan.detect import MIN_SCORE
    from pii_scan.model import Chunk
    from pii_scan.scan import detector

    detect = detector(settings, known, MIN_SCORE, names=False)
    lines = []
    for one in known:
        for text, expected in ((t, n) for n, ts in ((1, one.match), (0, one.no_match)) for t in ts):
            hits = [hit for hit in detect(Chunk(text, ""))[1] if hit.entity == one.entity]
            if len(hits) != expected:
                lines.append(f"{one.entity}: found {len(hits)}, not {expected}: {text!r}")
    return lines
