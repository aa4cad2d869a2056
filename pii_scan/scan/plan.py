"""What a scan goes by: settings, policies, lists and keys, handed to every worker once."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from pii_scan import retain
from pii_scan.classify import Knowledge
from pii_scan.classify.dates import DateRules
from pii_scan.config.settings import Settings
from pii_scan.model import Contract, Decision, Event, Hold, Policy, Result, Suppression


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a worker must be told; travels to it once."""

    settings: Settings
    policies: Mapping[str, Policy]
    """By the name that settings and scopes use."""
    knowledge: Knowledge
    dates: DateRules
    key: bytes = field(repr=False)
    today: date
    events: tuple[Event, ...] = field(default=(), repr=False)
    suppressions: tuple[Suppression, ...] = ()
    contracts: tuple[Contract, ...] = ()
    holds: tuple[Hold, ...] = ()
    corrections: Mapping[str, tuple[Decision, ...]] = field(default_factory=dict, repr=False)
    """By address, what people corrected of items."""
    bytes_per_second: float | None = None
    """What one worker may read of its source; `None`: as much as it can."""
    store: str | None = field(default=None, repr=False)
    """URL of the store in which content that is known already is looked up."""
    detection_digest: str = ""
    """Over all that decides what is read and found."""
    reading_digest: str = ""
    """And over all of that but what is suppressed."""


def judge(result: Result, plan: Plan) -> Result:
    """Return what is kept of an item with what the policy that holds for it says of it."""
    scope = plan.settings.scope(result.item.uri)
    policy = plan.policies[scope.policy or plan.settings.policy]
    made = plan.corrections.get(result.item.uri, ())
    return replace(
        result,
        judgements=retain.judge_corrected(
            policy, result, made, plan.today, plan.contracts, plan.holds
        ),
        breaches=retain.breaches(policy.promises, result, scope.location, plan.today),
    )
