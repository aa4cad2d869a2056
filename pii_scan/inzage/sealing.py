"""Inzage: what is known of a case, encrypted, so that the store shows nothing of it.

AES-256-GCM (NIST SP 800-38D) under a key of each case's own: HKDF (RFC 5869) makes it from the
installation's key and a random salt. The number of the case is bound to it, so that what is sealed
cannot be put in the place of another.
"""

import secrets
from dataclasses import dataclass, field
from typing import Final

from pii_scan.errors import ConfigError

_SALT: Final = 16
_NONCE: Final = 12
"""Bytes; random, which NIST allows for up to 2^32 messages of one key (8.3). A case has a few."""


@dataclass(frozen=True, slots=True)
class Sealer:
    """Closes and opens cases with the key of the installation."""

    key: bytes = field(repr=False)
    """Of this purpose only."""
    id: str
    """Tells the key from others, as the store keeps it with a case."""

    def close(self, number: str, data: bytes) -> bytes:
        """Return `data` sealed."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        salt, nonce = secrets.token_bytes(_SALT), secrets.token_bytes(_NONCE)
        return salt + nonce + AESGCM(self._key(salt)).encrypt(nonce, data, number.encode())

    def open(self, number: str, sealed: bytes) -> bytes:
        """Return what was sealed.

        Raises:
            ConfigError: it was sealed with another key, or is no longer what it was.
        """
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        salt, nonce, rest = (
            sealed[:_SALT],
            sealed[_SALT : _SALT + _NONCE],
            sealed[_SALT + _NONCE :],
        )
        try:
            return AESGCM(self._key(salt)).decrypt(nonce, rest, number.encode())
        except (InvalidTag, ValueError):
            raise ConfigError(
                f"case {number} cannot be opened: it was sealed with another key, or was changed; "
                "put the key of then back from a copy"
            ) from None

    def _key(self, salt: bytes) -> bytes:
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        return HKDF(SHA256(), 32, salt, b"pii-scan/inzage case").derive(self.key)
