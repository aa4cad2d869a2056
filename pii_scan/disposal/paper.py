"""A plan on paper: one file, one JSON, with the signatures of those who stand behind it."""

import base64
import hashlib
import json
import os
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from pii_scan.chain import Check, Signer
from pii_scan.disposal.planning import MAX_DAYS, METHODS, Left, Plan, Rows, Target
from pii_scan.dsse import before_signing
from pii_scan.errors import ConfigError

PAYLOAD_TYPE = "application/vnd.pii-scan.disposal-plan"
PLANNED, APPROVED = "planner", "approver"


@dataclass(frozen=True, slots=True)
class Signature:
    """Who stands behind a plan."""

    role: str
    key_id: str
    signature: str
    """Hex, over the plan and the role."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A plan with its signatures."""

    plan: Plan
    signatures: tuple[Signature, ...] = ()

    @property
    def digest(self) -> str:
        """What the log names the plan by."""
        return hashlib.sha256(_payload(self.plan)).hexdigest()


def signed(paper: Paper, role: str, key: Signer) -> Paper:
    """Return the paper with one more signature."""
    one = Signature(role, key.id, key.sign(_before(paper.plan, role)))
    return replace(paper, signatures=(*paper.signatures, one))


def approved_by(paper: Paper, names: Mapping[str, str], check: Check) -> tuple[str, str]:
    """Return who planned and who approved; `names` are those of the keys that were enrolled.

    Raises:
        ConfigError: a signature lacks or is not right, or one person stands behind both.
    """
    people = {role: _signer(paper, role, names, check) for role in (PLANNED, APPROVED)}
    planner, approver = people[PLANNED], people[APPROVED]
    if paper.plan.planner != planner:
        raise ConfigError("the plan names another planner than the key that signed it")
    if approver == planner or _bare(names[approver]) == _bare(names[planner]):
        raise ConfigError("the planner cannot approve the plan: it takes another person's key")
    return names[planner], names[approver]


def _bare(name: str) -> str:
    """Return a name as a person reads it: who is enrolled twice is one person in any spelling.

    >>> _bare(" A.\u00a0PLANNER ") == _bare("a. planner")
    True
    """
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _signer(paper: Paper, role: str, names: Mapping[str, str], check: Check) -> str:
    for one in paper.signatures:
        if one.role == role:
            if one.key_id not in names:
                raise ConfigError(f"the {role}'s key {one.key_id} is not enrolled: dispose enrol")
            if not check(one.key_id, _before(paper.plan, role), one.signature):
                raise ConfigError(f"the plan is not as the {role} signed it")
            return one.key_id
    raise ConfigError(f"no {role} has signed the plan")


def written(paper: Paper) -> bytes:
    """Return the paper as a file."""
    value = json.loads(_payload(paper.plan)) | {
        "signatures": [
            {
                "role": one.role,
                "keyid": one.key_id,
                "sig": base64.b64encode(bytes.fromhex(one.signature)).decode(),
            }
            for one in paper.signatures
        ]
    }
    return json.dumps(value, indent=2).encode() + b"\n"


def paper_of(content: bytes) -> Paper:
    """Return the paper in a file.

    Raises:
        ConfigError: it is none.
    """
    try:
        value = json.loads(content)
        if value.pop("schema") != 1 or value.pop("type") != "pii-scan disposal plan":
            raise ConfigError("this is no plan of pii-scan dispose plan")
        signatures = tuple(
            Signature(one["role"], one["keyid"], base64.b64decode(one["sig"]).hex())
            for one in value.pop("signatures")
        )
        targets = tuple(_target(one) for one in value.pop("targets"))
        left = tuple(Left(**one) for one in value.pop("left"))
        columns = tuple(value.pop("keep_columns"))
        plan = Plan(**value, keep_columns=columns, targets=targets, left=left)
        _require_sound(plan)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        raise ConfigError("this is no plan of pii-scan dispose plan") from None
    return Paper(plan, signatures)


def _require_sound(plan: Plan) -> None:
    """Refuse what no plan says that was made here, whoever signed it.

    Raises:
        ValueError: it says so.
    """
    folders = [one.path for one in plan.targets]
    folders += [] if plan.quarantine is None else [plan.quarantine]
    is_sound = (
        # The log names files by number: two of one number would be one.
        [one.number for one in plan.targets] == list(range(1, len(plan.targets) + 1))
        and 1 <= plan.days <= MAX_DAYS
        and all(one == os.path.normpath(one) and one[:1] == "/" != one[1:2] for one in folders)
        and all(bool(one.rows) == (one.method == "anonymise") for one in plan.targets)
        and (plan.quarantine or all(one.method != "quarantine" for one in plan.targets))
    )
    if not is_sound:
        raise ValueError


def _target(value: dict[str, Any]) -> Target:
    rows = tuple(
        Rows(str(one["sheet"]), tuple((int(a), int(b)) for a, b in one["runs"]))
        for one in value.pop("rows")
    )
    target = Target(**{**value, "rules": tuple(value["rules"])}, rows=rows)
    if target.method not in METHODS or not isinstance(target.path, str):
        raise TypeError
    return target


def _payload(plan: Plan) -> bytes:
    value = {"schema": 1, "type": "pii-scan disposal plan"} | asdict(plan)
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def _before(plan: Plan, role: str) -> bytes:
    return before_signing(f"{PAYLOAD_TYPE}; role={role}", _payload(plan))
