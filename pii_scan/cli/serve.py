"""`pii-scan serve`: the desk, a local web page over the store."""

from __future__ import annotations

import getpass
import ipaddress
import os
import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from pii_scan.errors import ConfigError

if TYPE_CHECKING:
    from pii_scan.desk import Serving
    from pii_scan.desk.provider import Provider

MOST_AT_ONCE = 200
"""Connections; more are told to come back, before anything of theirs is read."""
EXAMPLES = """Examples:

\b
  pii-scan serve
\b
  pii-scan serve --users desk-users.json --host 10.0.0.5 --name desk.example \\
    --cert desk.pem --key desk.key

Without --users a link is written on the terminal that lets one browser in, one time. On another
address than this machine's own the desk is served with accounts and TLS only.
"""


@click.command("serve", epilog=EXAMPLES)
@click.option("--store", "url", metavar="URL", help="Database; default: as for scan.")
@click.option("--config", metavar="FILE", help="Settings; default: the user's pii-scan.toml.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8765, show_default=True, help="Of TCP."
)
@click.option("--name", "names", multiple=True, help="What browsers call this host; may repeat.")
@click.option(
    "--users",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Accounts, of pii-scan users.",
)
@click.option(
    "--oidc",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The organisation's log-in service, TOML; beside --users.",
)
@click.option("--cert", metavar="FILE", help="Certificate chain for TLS, PEM.")
@click.option("--key", metavar="FILE", help="Its private key, PEM.")
@click.option(
    "--suppressions",
    "judged",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="List that takes what is judged wrong; default: the one of the settings, else "
    "judged.toml beside them.",
)
def command(
    url: str | None,
    config: str | None,
    host: str,
    port: int,
    names: tuple[str, ...],
    users: Path | None,
    oidc: Path | None,
    cert: str | None,
    key: str | None,
    judged: Path | None,
) -> None:
    """Serve the desk: a local page where findings become decisions."""
    import uvicorn

    from pii_scan.desk import application

    is_local = _is_local(host)
    if (cert is None) != (key is None):
        raise ConfigError("--cert and --key go together")
    if not is_local and (users is None or cert is None):
        raise ConfigError(
            f"{host} can be reached by others: the desk is served there with --users, --cert and "
            "--key only"
        )
    called = names or ((host, "localhost") if is_local else (host,))
    if oidc is not None and users is None:
        raise ConfigError("--oidc goes with --users: accounts for when the log-in service is away")
    serving = _serving(
        url, config, [_with_port(name, port, cert is not None) for name in called], users, judged
    )
    app = application(replace(serving, provider=_provider(oidc), is_secure=cert is not None))
    if users is None:
        app.desk.say_link()
    else:
        scheme = "http" if cert is None else "https"
        click.echo(f"The desk is at {scheme}://{serving.address}/", err=True)
    uvicorn.run(
        app,
        host=host,
        port=port,
        ssl_certfile=cert,
        ssl_keyfile=key,
        # Its own lines would hold addresses of files, as they stand in what is asked for.
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=MOST_AT_ONCE,
    )


def _serving(
    url: str | None,
    config: str | None,
    hosts: list[str],
    users: Path | None,
    judged: Path | None,
) -> Serving:
    from pii_scan.config.keys import signing_key
    from pii_scan.config.settings import config_folder, load_settings
    from pii_scan.config.suppressions import shipped_lists
    from pii_scan.desk import Serving
    from pii_scan.desk.accounts import load_accounts
    from pii_scan.store import default_url

    settings = load_settings(config)
    if users is not None:
        load_accounts(users)  # a wrong file stops here, not at the first log-in
    own = [Path(name) for name in settings.suppressions if name not in shipped_lists()]
    beside = Path(config).parent if config else config_folder()
    return Serving(
        store=url or default_url(),
        hosts=frozenset(hosts),
        address=hosts[0],
        operator=getpass.getuser(),
        settings=settings,
        folder=_work_folder(),
        judged=judged or (own[0] if own else beside / "judged.toml"),
        today=lambda: datetime.now(ZoneInfo("Europe/Amsterdam")).date(),
        clock=time.monotonic,
        config=config,
        users=users,
        signer=signing_key(),
        say=lambda line: click.echo(line, err=True),
    )


def _provider(oidc: Path | None) -> Provider | None:
    from pii_scan.desk.provider import Provider, load_terms

    return None if oidc is None else Provider(load_terms(oidc), time.monotonic, time.time)


def _work_folder() -> Path:
    """Return where long work is kept: with the user's data, never with settings and keys."""
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "pii-scan" / "desk"


def _is_local(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _with_port(name: str, port: int, is_secure: bool) -> str:
    told = f"[{name}]" if ":" in name else name.lower()
    return told if port == (443 if is_secure else 80) else f"{told}:{port}"
