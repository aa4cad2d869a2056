"""`pii-scan users`: who may use the desk, and in which role."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pii_scan.desk.accounts import Role

EXAMPLES = """Examples:

\b
  pii-scan users add --users desk-users.json --role officer 'A. Tester'
  pii-scan serve --users desk-users.json

\b
Roles: viewer sees; officer (privacy officer) decides, shows values and starts work; approver
approves what others plan; administrator starts work and reads the log, and decides nothing.
"""
_USERS = click.option(
    "--users",
    "path",
    required=True,
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File of accounts; made when it is not there.",
)


@click.group("users", epilog=EXAMPLES)
def command() -> None:
    """Keep the accounts of the desk: names, roles and hashed passwords."""


@command.command("add")
@click.argument("name")
@click.option(
    "--role",
    required=True,
    type=click.Choice(["viewer", "officer", "approver", "administrator"]),
    help="What they may do: docs/desk.md.",
)
@_USERS
def add_command(name: str, role: Role, path: Path) -> None:
    """Add an account, or give one another role and password; the password is asked for."""
    from pii_scan.desk.accounts import save_account

    password = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    save_account(path, name, role, password)
    click.echo(f"{name}: {role}", err=True)


@command.command("remove")
@click.argument("name")
@_USERS
def remove_command(name: str, path: Path) -> None:
    """Take an account away; who is at the desk with it stays until the session ends."""
    from pii_scan.desk.accounts import remove_account

    remove_account(path, name)


@command.command("list")
@_USERS
def list_command(path: Path) -> None:
    """Say who there are."""
    from pii_scan.desk.accounts import load_accounts

    for account in load_accounts(path).values():
        click.echo(f"{account.role:<14} {account.name}")
