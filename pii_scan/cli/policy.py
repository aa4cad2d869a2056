"""`pii-scan policy`: packs of retention rules: which there are, what they say and leave open."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pii_scan.errors import ConfigError, ExtractError

if TYPE_CHECKING:
    from rich.table import Table

    from pii_scan.config.policies import Pack
    from pii_scan.drafting import Draft

WIDTH = 180
"""Columns of a table that goes to a file."""

EXAMPLES = """Examples:

\b
  pii-scan policy show quality-contacts
\b
  pii-scan policy lint quality-contacts
\b
  pii-scan policy schema > pack.schema.json
  pii-scan policy check beleid.toml
"""

DRAFT_EXAMPLES = """Examples:

\b
  pii-scan policy draft privacyverklaring.pdf
\b
  pii-scan policy draft privacyverklaring.docx --output packs/onze-organisatie.toml
  pii-scan retention explain --policy packs/onze-organisatie.toml \\
    --subject-group sollicitant --doc-type sollicitatie \\
    --event einde_vacature=2021-03-14 --consent no --today 2021-04-12
"""


@click.group("policy", epilog=EXAMPLES)
def command() -> None:
    """Show, check, question and draft packs of retention rules."""


@command.command("list")
def list_command() -> None:
    """Name the packs that ship with the program."""
    from pii_scan.config.policies import load_pack, policy_names

    for name in policy_names():
        pack = load_pack(name)
        waiting = sum(not pack.applies(entry) for entry in pack.entries.rule)
        waits = f", {waiting} waiting to be adopted" if waiting else ""
        click.echo(f"{name:<18} {pack.policy.title} ({len(pack.entries.rule)} rules{waits})")


@command.command("show")
@click.argument("name", metavar="NAME|FILE")
@click.option("--beneath", is_flag=True, help="Show the packs beneath it too.")
def show_command(name: str, beneath: bool) -> None:
    """Show the rules of a pack as a Dutch table."""
    from rich.console import Console

    from pii_scan.config.policies import load_pack

    console = Console(file=sys.stdout, width=None if sys.stdout.isatty() else WIDTH)
    pack: Pack | None = load_pack(name)
    while pack is not None:
        console.print(_table(pack))
        pack = pack.beneath if beneath else None


@command.command("check")
@click.argument("names", metavar="NAME|FILE…", nargs=-1, required=True)
def check_command(names: tuple[str, ...]) -> None:
    """Say all that is wrong with packs, with line numbers; exit 2 when anything is."""
    from pii_scan.config.policies import find_problems

    problems: list[str] = []
    for name in names:
        try:
            problems += [str(problem) for problem in find_problems(name)]
        except ConfigError as error:
            problems.append(str(error))
    for line in problems:
        click.echo(line, err=True)
    if problems:
        raise ConfigError(f"problems found: {len(problems)}")
    click.echo(f"{len(names)} checked, nothing wrong")


@command.command("lint")
@click.argument("names", metavar="[NAME|FILE]…", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Write a JSON line for each point.")
def lint_command(names: tuple[str, ...], as_json: bool) -> None:
    """Name what packs (default: all that ship) leave vague, open or in conflict with the law."""
    from pii_scan.config.lint import lint
    from pii_scan.config.policies import load_pack, policy_names

    for name in names or policy_names():
        pack = load_pack(name)
        for point in lint(pack):
            if as_json:
                click.echo(json.dumps({"policy": pack.name, **asdict(point)}, ensure_ascii=False))
            else:
                about = f" {point.about}:" if point.about else ""
                click.echo(f"{pack.file.name}:{point.line}: {point.code}:{about} {point.text}")


@command.command("schema")
def schema_command() -> None:
    """Write the JSON schema of a pack, for editors and other programs."""
    from pii_scan.config.pack_schema import pack_schema

    click.echo(json.dumps(pack_schema(), ensure_ascii=False, indent=2))


def _table(pack: Pack) -> Table:
    from rich.table import Table

    from pii_scan.config.policy_table import HEADINGS, rows

    table = Table(title=pack.policy.title, show_lines=True)
    for heading in HEADINGS:
        table.add_column(heading, overflow="fold", no_wrap=heading == HEADINGS[0])
    for row in rows(pack):
        table.add_row(*row)
    return table


@command.command("draft", epilog=DRAFT_EXAMPLES)
@click.argument("statement", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the pack to a new file; an existing one is left alone.",
)
def draft_command(statement: Path, output: Path | None) -> None:
    """Draft a pack from a privacy STATEMENT (txt, html, pdf, docx …) for a person to finish.

    Each rule says where it was read, how sure the reading is and what is still open, and is not
    confirmed: it gives at most "possibly overdue".
    """
    from pii_scan.config.drafting import load_language
    from pii_scan.drafting import toml

    language = load_language()
    if output is not None and output.exists():
        raise ConfigError(f"{output} exists; give another name, so that no work is lost")
    text = toml(_drafted(statement), language)
    if output is None:
        click.echo(text, nl=False)
        return
    output.write_text(text, encoding="utf-8")
    click.echo(f"wrote {output}", err=True)


def _drafted(statement: Path) -> Draft:
    from pii_scan.config.drafting import load_language
    from pii_scan.drafting.opening import opened
    from pii_scan.model import NO_READER

    try:
        return opened(statement, load_language(), statement.stem).draft
    except ExtractError as error:
        if error.reason == NO_READER:
            raise ConfigError(
                f"{statement}: no reader for this type; see pii-scan formats"
            ) from None
        raise ConfigError(f"{statement}: cannot be read ({error.reason})") from None
