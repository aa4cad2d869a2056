"""The key of this installation, and keys derived from it for one purpose each.

A fingerprint without a key can be undone: about 91 million numbers pass the 11-proef. The key
therefore lies apart from the store, readable by its owner alone. Whoever loses it loses the link
between fingerprints and values; a new scan makes new ones.
"""

import hmac
import os
import secrets
import stat
from pathlib import Path

from pii_scan.config.settings import config_folder
from pii_scan.errors import ConfigError

BYTES = 32


def load_key() -> bytes:
    """Return the installation's key; made when there is none yet (`PII_SCAN_KEY_FILE` names it).

    Raises:
        ConfigError: the file cannot be read or made, is readable by others, or is no key.
    """
    path = Path(os.environ.get("PII_SCAN_KEY_FILE") or config_folder() / "fingerprint.key")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make(path)
        status = path.stat()
        text = path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not a key"
        raise ConfigError(f"{path}: the key cannot be read or made ({reason})") from None
    if status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ConfigError(f"{path}: others can read this key; run: chmod 600 {path}")
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != BYTES:
        raise ConfigError(f"{path}: holds no key; put the file back from a copy")
    return key


def derive(key: bytes, purpose: str, controller: str | None) -> bytes:
    """Return the key for one purpose and one opdrachtgever, so that nothing links two of them.

    The expand step of HKDF (RFC 5869) with SHA-256, one block.
    """
    info = f"pii-scan/{purpose}/{controller or ''}".encode()
    return hmac.digest(key, info + b"\x01", "sha256")


def _make(path: Path) -> None:
    """Write a new key unless there is one; two processes that start at once agree on it."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    if path.exists():
        return
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(BYTES) + "\n")
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
