"""What a person's request is read from: a file, stdin or questions; never the command line."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pii_scan.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pii_scan.config.settings import Settings
    from pii_scan.inzage.masks import Added, Decision
    from pii_scan.model import Role

_PROMPTS = {
    "name": "Name",
    "names": "Other spellings of the name",
    "date_of_birth": "Date of birth (1985-03-12)",
    "email": "E-mail addresses",
    "phone": "Telephone numbers",
    "address": "Addresses (street number, postcode town)",
    "customer_number": "Customer numbers",
    "iban": "IBANs",
    "bsn": "BSN, only with a legal basis",
    "bsn_basis": "Legal basis for the BSN",
    "received": "Date of receipt (2026-11-01)",
    "channel": "How it came in",
    "controller": "Opdrachtgever whose data is asked for",
}
_LISTS = ("names", "email", "phone", "address", "customer_number", "iban")


def asked(request: str | None) -> str:
    """Return the text of the request; identifiers never come from the command line."""
    if request is None:
        if not _is_terminal():
            raise click.UsageError("name the request: --request FILE, or - for stdin")
        return json.dumps(_prompted())
    try:
        data = sys.stdin.buffer.read() if request == "-" else Path(request).read_bytes()
        return data.decode("utf-8-sig")
    except OSError as error:
        raise ConfigError(f"{request}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise ConfigError("request: no UTF-8 text; save it as UTF-8") from None


def _is_terminal() -> bool:
    return sys.stdin.isatty()


def _prompted() -> dict[str, str | list[str]]:
    click.echo("Leave empty what is not known; put ; between several values.", err=True)
    fields: dict[str, str | list[str]] = {}
    for name, text in _PROMPTS.items():
        if name == "bsn_basis" and "bsn" not in fields:
            continue
        said = click.prompt(
            text, default="", show_default=False, hide_input=name == "bsn", err=True
        ).strip()
        if said:
            values = [value.strip() for value in said.split(";") if value.strip()]
            fields[name] = values if name in _LISTS else said
    return fields


def controllers(settings: Settings) -> dict[str, Role]:
    """Return the opdrachtgevers of the scopes; who is one in any scope, is one."""
    roles: dict[str, Role] = {}
    for scope in settings.scopes:
        if scope.controller and roles.get(scope.controller) != "verwerker":
            roles[scope.controller] = scope.role
    return roles


def controller_of(asked: str | None, settings: Settings) -> str | None:
    """Return a controller as the settings spell it: its key is made from the name."""
    if asked is None:
        return None
    known = controllers(settings)
    for name in known:
        if name.casefold() == asked.casefold():
            return name
    names = ", ".join(known) or "none"
    raise ConfigError(
        f"request: the controller is in no [[scope]] of the settings, which know: {names}"
    )


def decided(review: Path | None, case: str) -> tuple[Mapping[str, Decision], tuple[Added, ...]]:
    """Return the decisions of a review file of masks of a case."""
    from pii_scan.inzage.reviewing import parse

    if review is None:
        return {}, ()
    try:
        return parse(review.read_bytes(), str(review), case)
    except OSError as error:
        raise ConfigError(f"{review}: cannot be read ({error.strerror})") from None
