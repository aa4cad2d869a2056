"""Who may use the desk: a file of names, roles and argon2 hashes, readable by its owner alone."""

import json
import os
import stat
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from pii_scan.errors import ConfigError

Role = Literal["viewer", "officer", "approver", "administrator"]
Right = Literal["see", "decide", "reveal", "run", "approve", "audit"]
ROLES: tuple[Role, ...] = get_args(Role)
RIGHTS: Mapping[Role, frozenset[Right]] = {
    "viewer": frozenset({"see"}),
    "officer": frozenset({"see", "decide", "reveal", "run", "audit"}),
    "approver": frozenset({"see", "approve", "audit"}),
    "administrator": frozenset({"see", "run", "audit"}),
}
LEAST_CHARACTERS = 12
"""Of a password; a length, not a recipe: NIST SP 800-63B, 5.1.1."""
_ABSENT = "$argon2id$v=19$m=65536,t=3,p=4$AAAAAAAAAAAAAAAAAAAAAA$" + "A" * 43
"""Checked where there is no such account, so that an answer takes as long."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at the desk."""

    name: str
    rights: frozenset[Right]
    role: Role | None = None
    """`None`: the one who started it for themselves."""
    proof: str = field(default="", repr=False)
    """What the account was when they came in; another one ends the session. Empty without one."""

    def may(self, right: Right) -> bool:
        """Tell whether they have a right."""
        return right in self.rights


def oneself(name: str) -> Person:
    """Return the person who started the desk for nobody else: they could do it all anyway."""
    return Person(name, frozenset(get_args(Right)))


@dataclass(frozen=True, slots=True)
class Account:
    """An account as the file has it."""

    name: str
    role: Role
    hash: str = field(repr=False)


def load_accounts(path: Path) -> dict[str, Account]:
    """Return the accounts of a file by name; it is read anew at every log-in.

    Raises:
        ConfigError: it cannot be read, is open to others, or is not of this form.
    """
    try:
        mode = path.stat().st_mode
        told = json.loads(path.read_text(encoding="utf-8"))
        found = [Account(it["name"], it["role"], it["hash"]) for it in told["users"]]
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from None
    except (ValueError, KeyError, TypeError):
        raise ConfigError(f"{path}: is no file of accounts; make one with pii-scan users") from None
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ConfigError(f"{path}: others can read the accounts; run: chmod 600 {path}")
    for it in found:
        if it.role not in ROLES:
            raise ConfigError(f"{path}: {it.name} has the unknown role {it.role}")
    return {it.name: it for it in found}


def save_account(path: Path, name: str, role: Role, password: str) -> None:
    """Add an account, or give one another role and password.

    Raises:
        ConfigError: the name or password will not do, or the file cannot be written.
    """
    from argon2 import PasswordHasher

    if not name.strip() or not name.isprintable() or len(name) > 80:
        raise ConfigError("a name is one line of at most 80 characters")
    if len(password) < LEAST_CHARACTERS:
        raise ConfigError(f"a password has at least {LEAST_CHARACTERS} characters")
    known = load_accounts(path) if path.exists() else {}
    _write(path, known | {name: Account(name, role, PasswordHasher().hash(password))})


def remove_account(path: Path, name: str) -> None:
    """Take an account away.

    Raises:
        ConfigError: there is none of that name.
    """
    known = load_accounts(path)
    if known.pop(name, None) is None:
        raise ConfigError(f"{path}: there is no account {name}")
    _write(path, known)


def person(path: Path, name: str, password: str) -> Person | None:
    """Return who it is, or `None` when name and password do not belong together."""
    from argon2 import PasswordHasher
    from argon2.exceptions import InvalidHashError, VerificationError

    account = load_accounts(path).get(name)
    try:
        PasswordHasher().verify(account.hash if account else _ABSENT, password)
    except (VerificationError, InvalidHashError):
        return None
    if account is None:
        return None
    return Person(name, RIGHTS[account.role], account.role, account.hash + account.role)


def _write(path: Path, accounts: Mapping[str, Account]) -> None:
    told = [{"name": it.name, "role": it.role, "hash": it.hash} for it in accounts.values()]
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(prefix=".accounts-", dir=path.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump({"users": told}, file, ensure_ascii=False, indent=1)
        Path(draft).replace(path)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written ({error.strerror})") from None
