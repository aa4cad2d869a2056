"""What a scan under some settings judges by: its policies, their files, and one digest of all."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from pii_scan.config._rules import rules_dir
from pii_scan.config.digest import config_digest
from pii_scan.config.policies import load_policy, policy_files
from pii_scan.config.settings import Settings
from pii_scan.errors import ConfigError
from pii_scan.model import Policy, Suppression

WORDS = ("records.toml", "triggers.toml", "vocabulary.toml")
"""Files of rules in whose words policies are written."""


def policies_in_use(settings: Settings) -> dict[str, Policy]:
    """Return the policies by the name that settings and scopes use.

    Raises:
        ConfigError: one of them is wrong or not there.
    """
    return {name: load_policy(name) for name in _names(settings)}


def digest_in_use(
    settings: Settings, policies: Mapping[str, Policy], suppressions: Sequence[Suppression]
) -> str:
    """Return "sha256:…" over everything that decides what a scan finds and says."""
    lists = [_digest(name) for name in (*settings.contracts, *settings.holds)]
    told = f"{settings!r} {sorted(policies.items())!r} {tuple(suppressions)!r} {lists!r}"
    return config_digest(settings.packs, told)


def files_in_use(settings: Settings) -> dict[str, bytes]:
    """Return the files of the policies, those beneath them, and the words they are written in.

    Names are fit for every system, and no two are equal.

    Raises:
        ConfigError: a policy is wrong or not there.
    """
    found = {str(file): file for name in _names(settings) for file in policy_files(name)}
    kept: dict[str, bytes] = {}
    for file in found.values():
        stem = re.sub(r"[^A-Za-z0-9_-]|^-", "_", file.name.removesuffix(".toml"))[:80]
        number = 1
        while (name := f"{stem}-{number}.toml" if number > 1 else f"{stem}.toml") in kept:
            number += 1
        kept[name] = file.read_bytes()
    return kept | {f"words/{name}": (rules_dir() / name).read_bytes() for name in WORDS}


def _digest(name: str) -> str:
    """Return what a list of the organisation holds, as a digest: it may name persons."""
    try:
        return hashlib.sha256(Path(name).read_bytes()).hexdigest()
    except OSError as error:
        raise ConfigError(f"{name}: cannot be read ({error.strerror})") from None


def _names(settings: Settings) -> list[str]:
    return sorted({settings.policy, *(scope.policy for scope in settings.scopes if scope.policy)})
