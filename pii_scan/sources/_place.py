"""The address of a source elsewhere, taken apart; one that holds a password is refused."""

import re
from dataclasses import dataclass
from typing import Final

from pii_scan.errors import ConfigError

_URL: Final = re.compile(
    r"(?P<scheme>[a-z0-9]+)://(?:(?P<user>[^/@:]*)(?P<secret>:[^/@]*)?@)?"
    r"(?P<host>\[[0-9a-fA-F:.]+\]|[^/:@\[\]]+)(?::(?P<port>\d{1,5}))?(?P<path>/.*)?",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a source is and what of it is meant. The path is as it is, without %-escapes."""

    scheme: str
    user: str | None
    host: str
    """Of S3 the bucket."""
    port: int | None
    path: str
    """From the root on, without a slash at its end: "/share/hr", or empty for all."""

    @property
    def host_and_port(self) -> str:
        """Return `host` or `host:port`."""
        return f"{self.host}:{self.port}" if self.port else self.host

    @property
    def shown(self) -> str:
        """Return the beginning of addresses here, without the account."""
        return f"{self.scheme}://{self.host_and_port}"

    @property
    def server(self) -> str:
        """Return what locators here begin with: the account is needed to come back."""
        account = f"{self.user}@" if self.user else ""
        return f"{self.scheme}://{account}{self.host_and_port}"


def placed(url: str) -> Place:
    """Return the place that a URL names.

    Raises:
        ConfigError: it is malformed, or holds a password. What it says is not repeated then.
    """
    match = _URL.fullmatch(url)
    scheme = url.partition("://")[0]
    if match is None:
        raise ConfigError(f"a target of {scheme}:// is written as {scheme}://user@host/path")
    if match["secret"]:
        raise password_refused(scheme)
    port = int(match["port"]) if match["port"] else None
    path = (match["path"] or "").rstrip("/")
    return Place(match["scheme"], match["user"] or None, match["host"], port, path)


def password_refused(scheme: str) -> ConfigError:
    """Return what is said to whoever put a password in an address."""
    return ConfigError(
        f"a password in the address of a source would end up in the report and in ps: leave it out,"
        f" and set PII_SCAN_{scheme.upper()}_PASSWORD or write credentials.toml (docs/sources.md)"
    )
