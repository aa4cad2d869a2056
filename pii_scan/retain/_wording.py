"""The Dutch sentences that go with a judgement."""

from collections.abc import Sequence
from datetime import date

from pii_scan.model import DateSource, Hold, Policy, Role, Rule, Verdict
from pii_scan.retain._references import Reference, trigger_of

SOURCES: dict[DateSource, str] = {
    "register": "register",
    "row": "eigen rij",
    "text": "tekst van het document",
    "metadata": "eigenschappen van het bestand",
    "path": "naam of map van het bestand",
    "file": "datum van het bestand",
}

_ROLES: dict[Role, str] = {
    "verantwoordelijke": "waarvoor de organisatie zelf verantwoordelijk is",
    "verwerker": "die voor een opdrachtgever worden verwerkt",
    "unknown": "in een onbekende rol",
}

_RANKS = {
    2: "wettelijk minimum",
    3: "wettelijk maximum",
    4: "instructie van de opdrachtgever",
    5: "gepubliceerde verklaring",
    6: "intern beleid",
    7: "richtsnoer",
}


def label(policy: Policy, verdict: Verdict) -> str:
    """Return what a privacy officer calls the verdict."""
    return dict(policy.verdict_labels).get(verdict, verdict)


def other_role(role: Role) -> str:
    """Say that a rule is not for data held in this role."""
    return f"geldt niet voor gegevens {_ROLES[role]}"


def narrower(rule: Rule) -> str:
    """Say that a rule for the document type goes before one for the whole group."""
    return f"regel {rule.id} gaat over dit documenttype in het bijzonder"


def other_condition(rule: Rule) -> str:
    """Say that the condition of a rule is not met."""
    if rule.consent is not None:
        return "geldt alleen " + (
            "met toestemming" if rule.consent == "yes" else "zonder toestemming"
        )
    return "geldt alleen voor " + ("klanten" if rule.customer else "wie geen klant is")


def outranked(winner: Rule) -> str:
    """Say which maximum goes before."""
    unconfirmed = "" if winner.confirmed else ", voorstel"
    return f"regel {winner.id} gaat voor ({_RANKS[winner.rank]}{unconfirmed})"


def later_minimum(winner: Rule) -> str:
    """Say which minimum lasts longer."""
    return f"het minimum van regel {winner.id} eindigt later"


def undated(policy: Policy, rule: Rule) -> str:
    """Say that nothing dates the event a rule counts from."""
    return f"Datum onbekend: {trigger_of(policy, rule.trigger).label} (regel {rule.id})."


def unconfirmed(rule: Rule) -> str:
    """Say that a rule is a proposal."""
    return (
        f"Regel {rule.id} is een voorstel dat nog door een privacy officer bevestigd moet worden."
    )


def stand_in(policy: Policy, rule: Rule, reference: Reference) -> str:
    """Say what date was taken instead of the one asked for."""
    wanted = trigger_of(policy, rule.trigger)
    found = trigger_of(policy, reference.evidence.trigger)
    source = SOURCES[reference.evidence.source]
    if reference.is_proof and reference.latest is not None:
        proof = "later kan het niet zijn"
    else:
        proof = "dat is een aanwijzing en geen bewijs"
    return (
        f"Niet rechtstreeks bekend: {wanted.label}. Gerekend is met {found.label}, "
        f"{reference.told} ({source}); {proof}."
    )


def interval(policy: Policy, rule: Rule, reference: Reference) -> str:
    """Say that the event has more than one date."""
    name = trigger_of(policy, rule.trigger).label
    return f"Meer dan een datum voor {name}: tussen {reference.earliest} en {reference.latest}."


def unbounded(rule: Rule) -> str:
    """Say that a term which seems to run may have ended, since the event may be older."""
    return (
        f"De datum die er is zegt niet sinds wanneer: de termijn van regel {rule.id} "
        "kan nog lopen en kan voorbij zijn."
    )


def conflict(maximum: Rule, minimum: Rule) -> str:
    """Say that a maximum ends before a minimum that goes before it."""
    return (
        f"Regel {maximum.id} ({_RANKS[maximum.rank]}) staat korter bewaren voor dan regel "
        f"{minimum.id} ({_RANKS[minimum.rank]}) verplicht; de bewaarplicht gaat voor."
    )


def shorter_minimum(shorter: Rule, ends: date, longer: Rule, longer_ends: date) -> str:
    """Say that two minima end on different days."""
    return (
        f"Regel {shorter.id} vraagt bewaren tot en met {ends}, regel {longer.id} "
        f"({_RANKS[longer.rank]}) tot en met {longer_ends}; het latere minimum geldt."
    )


def maximum_first(maximum: Rule) -> str:
    """Say that a maximum of higher authority ends a minimum."""
    return f"het maximum van regel {maximum.id} ({_RANKS[maximum.rank]}) gaat voor"


def open_minimum(rule: Rule) -> str:
    """Say that a minimum may not have ended yet."""
    return f"Niet vast te stellen is of de bewaarplicht van regel {rule.id} al voorbij is."


def minimum_ended(rule: Rule) -> str:
    """Say that nothing tells when to delete."""
    return (
        f"De bewaarplicht van regel {rule.id} is voorbij en er is geen maximum: "
        "beoordeel of het weg kan."
    )


def controller_term(rule: Rule | None) -> str:
    """Say that the opdrachtgever sets the term."""
    of_rule = f" (regel {rule.id})" if rule else ""
    return f"De opdrachtgever bepaalt de termijn{of_rule}; er is geen termijn vastgelegd."


def assumed_processor() -> str:
    """Say that the role is not known, and what was taken for granted."""
    return (
        "De rol van de organisatie is niet bekend: aangenomen is dat een opdrachtgever over deze"
        " gegevens gaat. Is de organisatie zelf verantwoordelijk, leg dat dan vast met [[scope]]."
    )


def no_rule() -> str:
    """Say that the policy is silent."""
    return "Het beleid heeft voor deze groep en dit documenttype geen regel."


def unknown_condition(what: str, verdicts: tuple[str, ...]) -> str:
    """Say that both branches of a condition were worked out."""
    outcomes = "; ".join(verdicts)
    return f"{what} onbekend, beide mogelijkheden zijn doorgerekend: {outcomes}."


def withdrawn(day: date) -> str:
    """Say that consent was withdrawn."""
    return (
        f"De toestemming is op {day} ingetrokken: bewaren mag tot die dag of, als dat later is, "
        "tot het einde van de termijn zonder toestemming."
    )


def proven_consent(day: date) -> str:
    """Say that consent was read from evidence."""
    return f"Toestemming blijkt uit de vastlegging van {day}."


def date_corrected(by: str, day: date) -> str:
    """Say that a person stated the date."""
    return f"De datum is door {by} vastgesteld op {day}."


def type_corrected(by: str, day: date) -> str:
    """Say that a person stated what kind of document it is."""
    return f"De soort document is door {by} vastgesteld op {day}."


def next_stage(rule: Rule, follower: Rule, until: date) -> str:
    """Say what holds for what has gone through the first stage already."""
    return (
        f"Wat na regel {rule.id} al bewerkt is, mag volgens regel {follower.id} blijven "
        f"tot en met {until}."
    )


def on_hold(policy: Policy, verdict: Verdict, holds: Sequence[Hold]) -> str:
    """Say why something may not be deleted, and what the verdict would be without the hold."""
    why = "; ".join(dict.fromkeys(map(_hold, holds)))
    return f"Bevroren: verwijderen mag niet ({why}). Zonder bevriezing: {label(policy, verdict)}."


def past_hold(hold: Hold) -> str:
    """Say that a hold is past its end."""
    return f"De bevriezing is afgelopen ({_hold(hold)}): hef haar op of verleng haar."


def _hold(hold: Hold) -> str:
    until = f" tot en met {hold.until}" if hold.until else ""
    return f"{hold.reason}; {hold.by}, sinds {hold.since}{until}"


def instructed(rule: Rule) -> str:
    """Say that the contract register states what a rule leaves to the opdrachtgever."""
    return f"het contractregister zegt wat de opdrachtgever heeft bepaald (regel {rule.id})"
