"""The contract register beside a policy: what an opdrachtgever has laid down on its own data."""

from collections.abc import Iterable
from dataclasses import replace

from pii_scan.model import Contract, Evidence, Policy

END_OF_SERVICE = "einde_dienst_opdrachtgever"


def with_contracts(policy: Policy, contracts: Iterable[Contract]) -> Policy:
    """Return a policy with the instructions of one opdrachtgever in front of its rules."""
    instructions = tuple(rule for contract in contracts for rule in contract.rules)
    return replace(policy, rules=(*instructions, *policy.rules)) if instructions else policy


def ends_of_service(contracts: Iterable[Contract]) -> tuple[Evidence, ...]:
    """Return when the service ended, where the register says so."""
    days = dict.fromkeys(contract.ended for contract in contracts if contract.ended is not None)
    return tuple(Evidence(END_OF_SERVICE, day, "register", "contract register") for day in days)
