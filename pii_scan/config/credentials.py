"""Who the scanner signs in as at a source: from the environment, a file of its own, or the keyring.

Never from the address of the source, which is stored, logged, reported, and shown by `ps`.
"""

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

from pii_scan.config._schema import Strict, read
from pii_scan.config.settings import config_folder
from pii_scan.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Credential:
    """An account and its secret, where there are any."""

    user: str | None = None
    secret: str | None = field(default=None, repr=False)


class _Entry(Strict):
    url: str
    user: str | None = None
    password: SecretStr


class _File(Strict):
    credential: tuple[_Entry, ...] = ()


def load_credential(scheme: str, host: str, user: str | None) -> Credential:
    """Return what to sign in with at `host` (with its port, if told), as `user` if one is named.

    Looked for in `PII_SCAN_<SCHEME>_USER` and `…_PASSWORD`, then in `credentials.toml` in the
    folder of the settings (`PII_SCAN_CREDENTIALS` names another), then in the keyring under the
    service `pii-scan scheme://host`. What is found nowhere is left to the protocol: an agent, a
    ticket, a public share.

    Raises:
        ConfigError: the file cannot be read, is wrong, or is open to others.
    """
    prefix = f"PII_SCAN_{scheme.upper()}"
    if secret := os.environ.get(f"{prefix}_PASSWORD"):
        return Credential(user or os.environ.get(f"{prefix}_USER"), secret)
    url = f"{scheme}://{host}"
    for entry in _kept():
        if entry.url.rstrip("/") == url and user in (None, entry.user):
            return Credential(entry.user, entry.password.get_secret_value())
    return _from_keyring(url, user) or Credential(user or os.environ.get(f"{prefix}_USER"))


def _kept() -> tuple[_Entry, ...]:
    named = os.environ.get("PII_SCAN_CREDENTIALS")
    path = Path(named) if named else config_folder() / "credentials.toml"
    try:
        mode = path.stat().st_mode
    except OSError:
        if named:
            raise ConfigError(f"{path}: there is no such file of credentials") from None
        return ()
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ConfigError(f"{path}: others can read these passwords; run: chmod 600 {path}")
    return read(path, _File).credential


def _from_keyring(url: str, user: str | None) -> Credential | None:
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return None
    try:
        found = keyring.get_credential(f"pii-scan {url}", user)
    except KeyringError:  # none on this machine, or locked
        return None
    return Credential(found.username, found.password) if found else None
