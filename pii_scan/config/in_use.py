"""What a scan under some settings judges by: its policies, their files, and one digest of all."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import astuple, replace
from datetime import date
from pathlib import Path

from pii_scan.config._rules import rules_dir
from pii_scan.config.digest import config_digest, detection_digest, policy_digest
from pii_scan.config.policies import load_policy, policy_files
from pii_scan.config.settings import Settings, Terms
from pii_scan.errors import ConfigError
from pii_scan.model import Decision, Event, Hold, Policy, Suppression

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
    bare = replace(settings, terms=Terms())
    told = f"{bare!r} {sorted(policies.items())!r} {tuple(suppressions)!r} {lists!r}"
    return config_digest(settings.packs, told)


def reading_in_use(
    settings: Settings,
    policies: Mapping[str, Policy],
    events: Sequence[Event],
    holds: Sequence[Hold],
    key_id: str,
    missing: Sequence[str],
) -> str:
    """Return "sha256:…" over everything that decides what a scan reads and finds.

    But for what is suppressed: the store knows what a change of that touches.

    Of scopes, whose an item is goes by item, unless the scope is one of places within files. Of
    policies, whose births are looked at: no other promise or term decides what is found.
    `missing` is what would have to be installed to read more.

    Raises:
        ConfigError: a list that the settings name cannot be read.
    """
    inner = [(it.path, it.controller, it.role) for it in settings.scopes if "!" in it.path]
    told = {
        "settings": (settings.min_score, settings.analyzer, settings.presidio_recognizers),
        "nlp": settings.presidio_nlp,
        "names": bool(settings.names),
        "scopes": inner,
        "protected": settings.protected,
        "ages": _ages(settings, policies),
        # Opdrachtgevers that the data may name.
        "controllers": settings.controllers,
        "contracts": [_digest(name) for name in settings.contracts],
        "holds": [(*astuple(replace(it, prints=frozenset())), sorted(it.prints)) for it in holds],
        # Told apart here alone: their own words leave out whose they are.
        "events": [(it.subject, it.key, it.trigger, it.date, it.consent) for it in events],
        "key": key_id,
        "missing": sorted(missing),
    }
    model = settings.names if isinstance(settings.names, Path) else None
    return detection_digest(settings.packs, repr(told), model)


def _ages(settings: Settings, policies: Mapping[str, Policy]) -> tuple[object, ...]:
    """Return which ages are promised where; nothing where none is."""
    ages = {
        name: max((promise.age for promise in policy.promises), default=0)
        for name, policy in policies.items()
    }
    if not any(ages.values()):
        return ()
    scopes = tuple((it.path, it.policy) for it in settings.scopes)
    return (settings.policy, scopes, tuple(sorted(ages.items())))


def detection_in_use(reading: str, suppressions: Sequence[Suppression], today: date) -> str:
    """Return "sha256:…" over what `reading_in_use` says and what is suppressed on a day."""
    left_out = [one.told for one in suppressions if today <= one.until]
    return f"sha256:{hashlib.sha256(f'{reading} {left_out!r}'.encode()).hexdigest()}"


def verdicts_in_use(
    settings: Settings,
    policies: Mapping[str, Policy],
    corrections: Mapping[str, Sequence[Decision]],
) -> str:
    """Return "sha256:…" over everything that decides verdicts on what was found."""
    scopes = [(it.path, it.policy, it.location) for it in settings.scopes]
    told = f"{settings.policy} {scopes!r} {sorted(policies.items())!r}"
    corrected = [
        (uri, it.kind, it.choice, sorted(it.data.items()), it.by, it.at)
        for uri, made in sorted(corrections.items())
        for it in made
    ]
    return policy_digest(f"{told} {corrected!r}" if corrected else told)


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
