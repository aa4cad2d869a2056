"""`pii-scan retention`: try a policy on dates, with no file involved."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from pii_scan.errors import ConfigError

if TYPE_CHECKING:
    from pii_scan.model import Consent, Policy, Role
    from pii_scan.retain import Applied, Explanation

EXAMPLES = """Examples:

\b
  pii-scan retention explain --policy quality-contacts \\
    --subject-group sollicitant --doc-type sollicitatie \\
    --event einde_vacature=2021-03-14 --consent no --today 2021-04-12
\b
  pii-scan retention explain --policy nl-default \\
    --subject-group medewerker --doc-type kopie_id \\
    --event uitdiensttreding=2021-03-14 --today 2026-06-01 --json
"""


class _Day(click.ParamType[date]):
    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read an ISO date."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
        named = param.opts[0] if param else "--today"
        raise ConfigError(f"{named} {value!r} is no date: write it as 2021-03-14")


class _Event(click.ParamType[tuple[str, date]]):
    name = "name=date"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, date]:
        """Read "einde_vacature=2021-03-14"."""
        if isinstance(value, tuple):
            return value
        trigger, equals, day = value.partition("=")
        if not equals:
            raise ConfigError(f"--event {value!r} is not NAME=DATE, such as opname=2021-03-14")
        return trigger.strip(), _Day().convert(day.strip(), param, ctx)


@click.group("retention", epilog=EXAMPLES)
def command() -> None:
    """Say what a retention policy makes of dates, with no file involved."""


@command.command("explain")
@click.option("--policy", "policy_name", required=True, metavar="NAME|FILE", help="The policy.")
@click.option("--subject-group", required=True, help="Whose data: sollicitant, medewerker …")
@click.option("--doc-type", required=True, help="What kind of document: factuur, kopie_id …")
@click.option(
    "--event", "events", type=_Event(), multiple=True, help="A date as a register states it."
)
@click.option(
    "--consent",
    type=click.Choice(["yes", "no", "unknown"]),
    default="unknown",
    show_default=True,
    help="Whether the person agreed to a longer term.",
)
@click.option(
    "--role",
    type=click.Choice(["verantwoordelijke", "verwerker", "unknown"]),
    default="unknown",
    show_default=True,
    help="In what role the data is held.",
)
@click.option(
    "--customer",
    type=click.Choice(["yes", "no", "unknown"]),
    default="unknown",
    show_default=True,
    help="Whether the person is a customer.",
)
@click.option("--today", type=_Day(), required=True, help="The day to judge on.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def explain_command(
    policy_name: str,
    subject_group: str,
    doc_type: str,
    events: tuple[tuple[str, date], ...],
    consent: Consent,
    role: Role,
    customer: str,
    today: date,
    as_json: bool,
) -> None:
    """Print the verdict on a kind of document, the rules behind it and what was assumed."""
    from pii_scan.config.policies import load_policy
    from pii_scan.config.vocabulary import load_vocabulary
    from pii_scan.model import Evidence
    from pii_scan.retain import explain

    vocabulary = load_vocabulary()
    _known("--subject-group", subject_group, tuple(vocabulary.subject_groups))
    _known("--doc-type", doc_type, tuple(vocabulary.doc_types))
    policy = load_policy(policy_name)
    triggers = [name for trigger in policy.triggers for name in (trigger.id, *trigger.aliases)]
    for trigger, _ in events:
        _known("--event", trigger, tuple(triggers))
    explanation = explain(
        policy,
        subject_group=subject_group,
        doc_type=doc_type,
        role=role,
        customer=None if customer == "unknown" else customer == "yes",
        evidence=[Evidence(trigger, day, "register") for trigger, day in events],
        consent=consent,
        today=today,
    )
    told = _told(policy, explanation)
    click.echo(json.dumps(told, ensure_ascii=False, indent=2) if as_json else _text(told))


def _known(option: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise ConfigError(f"{option} {value!r} is unknown; choose {', '.join(known)}")


def _told(policy: Policy, explanation: Explanation) -> dict[str, Any]:
    """Return the explanation as plain values, under the names of the contract."""
    judgement = explanation.judgement
    return {
        "verdict": judgement.verdict,
        "label": dict(policy.verdict_labels)[judgement.verdict],
        "keep_until": _iso(judgement.keep_until),
        "must_keep_until": _iso(judgement.must_keep_until),
        "action": judgement.action,
        "rules": [_rule(one) for one in explanation.applied],
        "lost": [
            {"id": one.rule.id, "policy": one.rule.policy, "why": one.reason}
            for one in explanation.lost
        ],
        "assumptions": list(judgement.assumptions),
    }


def _rule(applied: Applied) -> dict[str, Any]:
    rule, reference = applied.rule, applied.reference
    return {
        "id": rule.id,
        "title": rule.title,
        "policy": rule.policy,
        "bound": rule.bound,
        "term": rule.term,
        "trigger": rule.trigger,
        "shift": rule.shift,
        "reference_date": _iso(reference.told) if reference else None,
        "ends": _iso(applied.end),
        "source": rule.source,
        "confirmed": rule.confirmed,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _text(told: dict[str, Any]) -> str:
    lines = [f"verdict          {told['verdict']} ({told['label']})"]
    keys = ("keep_until", "must_keep_until", "action")
    lines += [f"{key:<16} {told[key] or '-'}" for key in keys]
    lines += ["", "rules that applied"]
    for rule in told["rules"]:
        term = f"{rule['bound']} {rule['term'] or '(no term)'}"
        lines.append(f"  {rule['id']} ({rule['policy']}): {rule['title']}")
        lines.append(
            f"    {term} from {rule['trigger']} {rule['reference_date'] or '(unknown)'}"
            f" -> {rule['ends'] or '-'}{'' if rule['confirmed'] else '; not confirmed'}"
        )
        lines.append(f"    {rule['source']}")
    lines += [] if told["rules"] else ["  none"]
    lines += ["", "rules that lost"]
    lines += [f"  {one['id']} ({one['policy']}): {one['why']}" for one in told["lost"]] or [
        "  none"
    ]
    lines += ["", "assumptions"]
    lines += [f"  {sentence}" for sentence in told["assumptions"]] or ["  none"]
    return "\n".join(lines)
