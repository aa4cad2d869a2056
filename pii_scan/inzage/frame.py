"""Inzage: what letter and report need beside the answer: the policy, its words, and the dates."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from pii_scan.inzage import _dutch as dutch
from pii_scan.inzage.answer import Found
from pii_scan.inzage.casefile import CaseFile
from pii_scan.model import Judgement, Policy, Processing, Rule

DOCUMENT_DATE: Final = "documentdatum"
"""The trigger that a file always tells itself."""


@dataclass(frozen=True, slots=True)
class Handling:
    """How the case was handled, in Dutch as the letter says it; empty: left to be filled in."""

    reference: str = ""
    channel: str = ""
    """How the request came in: "e-mail"."""
    scope: str = ""
    """What was asked for, and what was agreed on it."""
    identity: str = ""
    """How, when and by whom it was checked that the request is the person's."""
    extension: str = ""
    """Why it takes longer, and when the person was told."""
    by: tuple[str, ...] = ()
    """Names of who did so for the organisation."""


def handled(file: CaseFile) -> Handling:
    """Return what the file of a case says of its handling."""
    identity, extension = file.identity, file.extension
    return Handling(
        reference=file.number,
        channel=file.channel or "",
        identity=(
            f"{identity.means}, op {dutch.day(identity.on)} door {identity.by}" if identity else ""
        ),
        extension=(
            f"{extension.reason}; dat is u gemeld op {dutch.day(extension.told)}"
            if extension
            else ""
        ),
        by=tuple(it.by for it in (identity, extension) if it),
    )


@dataclass(frozen=True, slots=True)
class Frame:
    """The organisation that answers, on a day."""

    policy: Policy
    doc_types: Mapping[str, str]
    """Id -> Dutch label; so are the following."""
    categories: Mapping[str, str]
    today: date
    due: date | None
    """Last day to answer; `None` when the date of receipt is not known."""
    extended: date | None
    """Last day when the term is made two months longer (art. 12(3) AVG)."""
    handling: Handling = Handling()

    @property
    def organisation(self) -> str:
        """The name of the organisation, or the mark to fill it in."""
        return self.policy.organisation or dutch.fill_in("naam van de organisatie")

    @property
    def contact(self) -> str:
        """Where a data subject turns to."""
        known = " of ".join(self.policy.contact)
        return known or dutch.fill_in("e-mailadres of telefoonnummer voor vragen")

    def doc_type(self, one: Found) -> str:
        """Return what kind of document a place is in."""
        return self.doc_types.get(one.place.result.doc_type or "", "soort onbekend")

    def categories_of(self, found: Iterable[Found]) -> tuple[str, ...]:
        """Return the categories of personal data at places, in the order of the taxonomy.

        Of a passage only what is the person's own counts; of a row all that stands in it.
        """
        ids = {it.category for one in found for it in one.place.result.findings}
        return tuple(label for name, label in self.categories.items() if name in ids)

    def processing(self, found: Iterable[Found]) -> tuple[Processing, ...]:
        """Return what the policy says is done with the data at places; what it is silent on, not.

        What is told of the type of document goes before what is told of the whole group.
        """
        told: dict[Processing, None] = {}
        for result in (one.place.result for one in found):
            near = [
                it
                for it in self.policy.processing
                if set(it.subject_groups) & set(result.subject_groups)
                and result.role in (it.role, "unknown")
            ]
            narrow = [it for it in near if result.doc_type in it.doc_types]
            told |= dict.fromkeys(narrow or [it for it in near if not it.doc_types])
        return tuple(told)

    def rule(self, judgement: Judgement) -> Rule | None:
        """Return the rule behind a judgement."""
        return next(
            (
                rule
                for rule in self.policy.rules
                if (rule.policy, rule.id) == (judgement.policy, judgement.rule)
            ),
            None,
        )

    def retention(self, one: Found) -> Iterator[str]:
        """Yield how long what stands at a place is kept: rule, trigger, end and verdict."""
        verdicts = dict(self.policy.verdict_labels)
        for judgement in dict.fromkeys(one.place.judgements):
            rule = self.rule(judgement)
            if judgement.verdict == "no_rule" or rule is None:
                yield dutch.fill_in("bewaartermijn, of de criteria ervoor; het beleid zegt niets")
                continue
            told = [rule.title or rule.id]
            if judgement.reference_date and judgement.trigger:
                told.append(f"gerekend vanaf {self._since(judgement.reference_date, judgement)}")
            if judgement.keep_until:
                told.append(f"te bewaren tot en met {dutch.day(judgement.keep_until)}")
            if judgement.must_keep_until:
                told.append(f"verplicht tot en met {dutch.day(judgement.must_keep_until)}")
            if judgement.verdict == "within" and judgement.action == "review":
                told.append("te beoordelen of het weg kan")
            yield f"{'; '.join(told)}: {verdicts.get(judgement.verdict, judgement.verdict)}"

    def _since(self, day: date, judgement: Judgement) -> str:
        """Return the date and what it is of; one read in a file may stand in for the event's."""
        trigger = self._trigger(judgement.trigger or "")
        source = dutch.READ_IN.get(judgement.reference_source or "register")
        if source is None or judgement.trigger == DOCUMENT_DATE:
            return f"{dutch.day(day)} ({trigger})"
        return f"{dutch.day(day)}, een datum uit {source} (genomen als: {trigger})"

    def _trigger(self, name: str) -> str:
        labels = (it.label for it in self.policy.triggers if name in (it.id, *it.aliases))
        return next(labels, name)
