"""Who has a key of their own for plans of disposal: told by the log alone, which must be whole."""

from collections.abc import Callable

from pii_scan.chain import Signer
from pii_scan.config.keys import PublicKey, checking, is_signed
from pii_scan.disposal import Paper, signed
from pii_scan.disposal.paper import PLANNED
from pii_scan.errors import ConfigError
from pii_scan.store import Store

KIND = "dispose."
"""What the kinds of entries on plans begin with."""
ENROLLED, REVOKED = "dispose.enrolled", "dispose.revoked"


def enrolled(store: Store) -> dict[str, tuple[str, PublicKey]]:
    """Return name and key by id, as the log tells, whose entries must be as they were signed."""
    if flaw := next(store.flaws(is_signed), None):
        raise ConfigError(f"the log is not whole (entry {flaw.number}): run pii-scan log verify")
    return told(store)


def told(store: Store) -> dict[str, tuple[str, PublicKey]]:
    """Return the same to be shown, without a look at the whole log: nothing is done on it."""
    found: dict[str, tuple[str, PublicKey]] = {}
    for entry in store.log(KIND):
        if entry.kind == ENROLLED:
            key = PublicKey(bytes.fromhex(entry.data["public"]))
            found[key.id] = (entry.data["name"], key)
        elif entry.kind == REVOKED:
            found.pop(entry.data["key"], None)
    return found


def names(store: Store) -> dict[str, str]:
    """Return the names of those enrolled by the ids of their keys."""
    return {key_id: name for key_id, (name, _) in enrolled(store).items()}


def checker(store: Store) -> Callable[[str, bytes, str], bool | None]:
    """Return what checks signatures of the keys that are enrolled."""
    return checking(key for _, key in enrolled(store).values())


def require_enrolled(store: Store, key_id: str) -> None:
    """Refuse a key that is not enrolled."""
    if key_id not in enrolled(store):
        raise ConfigError(f"key {key_id} is not enrolled: pii-scan dispose enrol NAME PUBLIC.pem")


def as_planner(paper: Paper, key: Signer) -> Paper:
    """Return a plan with the signature of its planner.

    Raises:
        ConfigError: it was written down for another key, or is signed already.
    """
    if paper.signatures:
        raise ConfigError("the plan is signed already")
    if paper.plan.planner != key.id:
        raise ConfigError(f"the plan is of key {paper.plan.planner}, and not of {key.id}")
    return signed(paper, PLANNED, key)
