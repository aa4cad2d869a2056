"""An item as a whole: its rows where they have dates of their own, under whose terms, what is held.

Rows may be of other opdrachtgevers than the item, and on hold by themselves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from pii_scan.model import Consent, Contract, Evidence, Hold, Judgement, Policy, Role
from pii_scan.retain.contracts import ends_of_service, with_contracts
from pii_scan.retain.judging import judge
from pii_scan.retain.rows import judge_rows


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows of one table whose subjects have given the same consent."""

    where: str
    consent: Consent
    rows: Mapping[int, Sequence[Evidence]]
    """What dates each row, by its number."""


@dataclass(frozen=True, slots=True)
class Matter:
    """All that is known of an item when it comes to be judged."""

    subject_groups: tuple[str, ...]
    doc_type: str | None
    role: Role
    controller: str | None
    evidence: tuple[Evidence, ...]
    consent: Consent
    sheets: tuple[Sheet, ...] = ()
    """Empty: it has no rows with dates, and is judged as one."""
    row_controllers: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    """By sheet: rows that are of another opdrachtgever."""
    holds: tuple[Hold, ...] = ()
    row_holds: Mapping[int, tuple[Hold, ...]] = field(default_factory=dict)


def judge_matter(
    policy: Policy, contracts: Sequence[Contract], matter: Matter, today: date
) -> tuple[Judgement, ...]:
    """Return what the policy and the contract register say of an item and of its rows."""
    bench = _Bench(policy, contracts, matter, today)
    by_row = tuple(judgement for sheet in matter.sheets for judgement in bench.sheet(sheet))
    return by_row or bench.whole()


@dataclass(frozen=True, slots=True)
class _Bench:
    policy: Policy
    contracts: Sequence[Contract]
    matter: Matter
    today: date

    def sheet(self, sheet: Sheet) -> list[Judgement]:
        named = self.matter.row_controllers.get(sheet.where, {})
        alike: dict[tuple[str | None, tuple[Hold, ...]], dict[int, Sequence[Evidence]]] = {}
        for number, pieces in sheet.rows.items():
            whose = named.get(number, self.matter.controller)
            alike.setdefault((whose, self.matter.row_holds.get(number, ())), {})[number] = pieces
        judged: list[Judgement] = []
        for (controller, more), rows in alike.items():
            holds = tuple(dict.fromkeys((*self.matter.holds, *more)))
            case = self._case(controller, sheet.consent, holds)
            judged += judge_rows(rows=rows, **case)
        return [replace(it, where=f"{sheet.where} {it.where}".strip()) for it in judged]

    def whole(self) -> tuple[Judgement, ...]:
        """Judge it as one; what holds one of its rows holds all of it."""
        of_rows = (hold for holds in self.matter.row_holds.values() for hold in holds)
        holds = tuple(dict.fromkeys([*self.matter.holds, *of_rows]))
        return judge(**self._case(self.matter.controller, self.matter.consent, holds))

    def _case(
        self, controller: str | None, consent: Consent, holds: tuple[Hold, ...]
    ) -> dict[str, Any]:
        own = [one for one in self.contracts if one.controller == controller]
        return {
            "policy": with_contracts(self.policy, own),
            "subject_groups": self.matter.subject_groups,
            "doc_type": self.matter.doc_type,
            "role": self.matter.role,
            "evidence": (*ends_of_service(own), *self.matter.evidence),
            "consent": consent,
            "today": self.today,
            "holds": holds,
        }
