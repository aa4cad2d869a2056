"""`pii-scan keys`: which keys this installation has, and a new one in the place of one."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pii_scan.config.keys import Purpose

EXAMPLES = """Examples:

\b
  pii-scan keys list
\b
  pii-scan keys public > pii-scan.pem
\b
  pii-scan keys rotate signing

What a rotation and a loss mean: docs/keys.md.
"""


@click.group("keys", epilog=EXAMPLES)
def command() -> None:
    """Tell which keys this installation has, and replace one."""


@command.command("list")
def list_command() -> None:
    """List the keys by id, never the keys themselves."""
    from pii_scan.config.keys import keys, load_key, signing_key

    load_key()
    signing_key()  # both are made at their first use
    for key in keys():
        state = "current" if key.is_current else "replaced"
        click.echo(f"{key.id}  {key.purpose:<12} {state:<9} {key.path}")


@command.command("public")
@click.argument("key_id", metavar="[KEY]", required=False)
def public_command(key_id: str | None) -> None:
    """Write the public half of a key that signs (by its id; default: the current one) as PEM.

    Hand it to whoever verifies bundles, by another way than the bundles themselves.
    """
    from pii_scan.config.keys import signing_key, signing_keys
    from pii_scan.errors import ConfigError

    key = signing_key() if key_id is None else signing_keys().get(key_id)
    if key is None:
        raise ConfigError(f"no key {key_id} that signs: see pii-scan keys list")
    click.echo(key.pem(), nl=False)
    click.echo(f"key {key.id}", err=True)


@command.command("rotate")
@click.argument("purpose", type=click.Choice(["fingerprint", "signing"]))
@click.option("--store", "url", metavar="URL", help="Store whose log is told; default: as scan.")
def rotate_command(purpose: Purpose, url: str | None) -> None:
    """Make a new key; the one before it is kept for what was made with it."""
    from pii_scan.config.keys import rotate, signing_key
    from pii_scan.store import Store, default_url

    with Store.open(url or default_url()) as store:
        before = signing_key()
        key = rotate(purpose)
        # By the key before it: whoever trusts that one can trust the new one.
        data = {"purpose": purpose, "key": key.id}
        store.record("key.rotated", getpass.getuser(), data, before)
    click.echo(f"{key.id}  {key.purpose}  {key.path}")
    if purpose == "fingerprint":
        click.echo(
            "the next scan reads every file anew; suppressions of values must be added anew",
            err=True,
        )
