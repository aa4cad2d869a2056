"""The keys of this installation, and keys derived from them for one purpose each.

A fingerprint without a key can be undone: about 91 million numbers pass the 11-proef. The keys
therefore lie apart from the store, readable by their owner alone. What the loss of one means, and
how one is replaced: docs/keys.md.
"""

import hashlib
import hmac
import os
import secrets
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pii_scan.config.settings import config_folder
from pii_scan.errors import ConfigError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

BYTES = 32
Purpose = Literal["fingerprint", "signing"]


@dataclass(frozen=True, slots=True)
class Key:
    """A key of the installation as `pii-scan keys list` tells of it."""

    id: str
    purpose: Purpose
    path: Path
    is_current: bool


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An Ed25519 key (RFC 8032) that signs for the installation."""

    seed: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """What tells the key from others; it follows from the public half."""
        return _id_of(self.public)

    @property
    def public(self) -> bytes:
        """The half that may be given to anybody."""
        return self._private().public_key().public_bytes_raw()

    def sign(self, data: bytes) -> str:
        """Return the signature in hex."""
        return self._private().sign(data).hex()

    def pem(self) -> str:
        """Return the public half as PEM (SubjectPublicKeyInfo, RFC 8410), as openssl reads it."""
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        public = self._private().public_key()
        return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    def _private(self) -> "Ed25519PrivateKey":
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self.seed)


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The public half of somebody's Ed25519 key."""

    public: bytes

    @property
    def id(self) -> str:
        """What tells the key from others."""
        return _id_of(self.public)

    def is_signature(self, data: bytes, signature: str) -> bool:
        """Tell whether a signature, in hex, over `data` is of this key."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(bytes.fromhex(signature), data)
        except (InvalidSignature, ValueError):
            return False
        return True


def load_key(key_id: str | None = None) -> bytes:
    """Return the key for fingerprints; made when there is none yet (`PII_SCAN_KEY_FILE` names it).

    With `key_id` the one that a scan was made with, which may have been replaced since.

    Raises:
        ConfigError: the file cannot be read or made, is readable by others, or is no key.
    """
    current = _load(_path("fingerprint"))
    if key_id is None or key_id == fingerprint_key_id(current):
        return current
    for path in _replaced("fingerprint"):
        key = _load(path)
        if fingerprint_key_id(key) == key_id:
            return key
    raise ConfigError(
        f"fingerprints are under key {key_id}, which is not in {_path('fingerprint').parent}: put "
        "it back from a copy, or scan again"
    )


def signing_key() -> SigningKey:
    """Return the key that signs; made when there is none yet.

    Raises:
        ConfigError: as for `load_key`.
    """
    return SigningKey(_load(_path("signing")))


def signing_keys() -> dict[str, SigningKey]:
    """Return the keys that sign or once signed, by id, the current one first; makes none.

    Raises:
        ConfigError: as for `load_key`.
    """
    paths = [path for path in (_path("signing"), *_replaced("signing")) if path.exists()]
    return {key.id: key for key in map(SigningKey, map(_load, paths))}


def is_signed(key_id: str, data: bytes, signature: str) -> bool | None:
    """Tell whether a signature is that of a key of this installation; `None`: no such key here."""
    keys = (PublicKey(key.public) for key in signing_keys().values())
    return checking(keys)(key_id, data, signature)


def checking(keys: Iterable[PublicKey]) -> Callable[[str, bytes, str], bool | None]:
    """Return what tells whether a signature is that of one of some keys; `None`: of another."""
    known = {key.id: key for key in keys}

    def check(key_id: str, data: bytes, signature: str) -> bool | None:
        key = known.get(key_id)
        return None if key is None else key.is_signature(data, signature)

    return check


def public_key(path: Path) -> PublicKey:
    """Return the Ed25519 key in a PEM file, as `pii-scan keys public` or openssl wrote it.

    Raises:
        ConfigError: it cannot be read, or holds something else.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(path.read_bytes())
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from None
    except ValueError:
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise ConfigError(f"{path} holds no public Ed25519 key: make one with pii-scan keys public")
    return PublicKey(key.public_bytes_raw())


def own_key(path: Path, ask: Callable[[], str]) -> SigningKey:
    """Return a person's own Ed25519 key from a PEM file; `ask` gives its passphrase, if it has one.

    Raises:
        ConfigError: it cannot be read, is readable by others, or holds something else.
    """
    try:
        status, content = path.stat(), path.read_bytes()
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from None
    if status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ConfigError(f"{path}: others can read this key; run: chmod 600 {path}")
    return own_key_of(content, ask, str(path))


def own_key_of(content: bytes, ask: Callable[[], str], name: str) -> SigningKey:
    """Return a person's own Ed25519 key from what a PEM file holds.

    Raises:
        ConfigError: it holds something else, or the passphrase is another's.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        try:
            key = load_pem_private_key(content, None)
        except TypeError:  # it has a passphrase
            key = load_pem_private_key(content, ask().encode())
    except ValueError:
        raise ConfigError(f"{name} holds no key, or the passphrase is not its own") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise ConfigError(f"{name} holds no Ed25519 key: openssl genpkey -algorithm ed25519")
    return SigningKey(key.private_bytes_raw())


def fingerprint_key_id(key: bytes) -> str:
    """Return what tells a key for fingerprints from others, and nothing of the key."""
    return derive(key, "id", None).hex()[:16]


def keys() -> Iterator[Key]:
    """Yield every key of the installation, the current one of a purpose first."""
    for purpose in ("fingerprint", "signing"):
        for path in (_path(purpose), *_replaced(purpose)):
            if path.exists():
                yield Key(_id(purpose, _load(path)), purpose, path, path == _path(purpose))


def rotate(purpose: Purpose) -> Key:
    """Put a new key in the place of the current one, which is kept for what was made with it.

    Raises:
        ConfigError: as for `load_key`.
    """
    path = _path(purpose)
    old = _load(path)
    kept = path.with_name(f"{path.stem}-{_id(purpose, old)}{path.suffix}")
    try:
        path.rename(kept)
    except OSError as error:
        raise ConfigError(f"{path}: the key cannot be replaced ({error.strerror})") from None
    return Key(_id(purpose, _load(path)), purpose, path, is_current=True)


def derive(key: bytes, purpose: str, controller: str | None) -> bytes:
    """Return the key for one purpose and one opdrachtgever, so that nothing links two of them.

    The expand step of HKDF (RFC 5869) with SHA-256, one block.
    """
    info = f"pii-scan/{purpose}/{controller or ''}".encode()
    return hmac.digest(key, info + b"\x01", "sha256")


def _id(purpose: Purpose, key: bytes) -> str:
    return fingerprint_key_id(key) if purpose == "fingerprint" else SigningKey(key).id


def _id_of(public: bytes) -> str:
    return hashlib.sha256(public).hexdigest()[:16]


def _path(purpose: Purpose) -> Path:
    """Return where the current key of a purpose is: all lie beside the one for fingerprints."""
    first = Path(os.environ.get("PII_SCAN_KEY_FILE") or config_folder() / "fingerprint.key")
    return first if purpose == "fingerprint" else first.with_name(f"{purpose}.key")


def _replaced(purpose: Purpose) -> list[Path]:
    path = _path(purpose)
    return sorted(path.parent.glob(f"{path.stem}-*{path.suffix}"))


def _load(path: Path) -> bytes:
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
