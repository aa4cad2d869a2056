"""A pack in words, for people: its rules as the rows of a Dutch table."""

import re
from collections.abc import Iterator, Sequence

from pii_scan.config._pack import RuleEntry
from pii_scan.config._reading import records
from pii_scan.config.policies import Pack
from pii_scan.config.vocabulary import load_vocabulary
from pii_scan.model import Bound, Shift

HEADINGS = ("Regel", "Van wie", "Documenten", "Termijn", "Telt vanaf", "Daarna", "Status", "Bron")

_UNITS = {"Y": ("jaar", "jaar"), "M": ("maand", "maanden"), "W": ("week", "weken"),
          "D": ("dag", "dagen")}  # fmt: skip
_BOUNDS: dict[Bound, str] = {
    "min": "minstens",
    "max": "hoogstens",
    "fixed": "precies",
    "open": "zonder einde",
}
_SHIFTS: dict[Shift, str] = {
    "none": "",
    "calendar_year_end": "einde kalenderjaar van ",
    "book_year_end": "einde boekjaar van ",
}
_AUTHORITIES = {
    "statute": "wet",
    "instruction": "opdrachtgever",
    "statement": "verklaring",
    "internal": "intern",
    "guidance": "richtsnoer",
}


def rows(pack: Pack) -> Iterator[tuple[str, ...]]:
    """Yield the rules of the pack's own file, those that wait to be adopted last."""
    for entry in sorted(pack.entries.rule, key=lambda entry: not pack.applies(entry)):
        yield _row(pack, entry)


def spoken_term(term: str) -> str:
    """Return a term in Dutch.

    >>> spoken_term("P4W"), spoken_term("P1Y6M"), spoken_term("P0D")
    ('4 weken', '1 jaar en 6 maanden', '0 dagen')
    """
    parts = [
        f"{int(count)} {_UNITS[unit][int(count) != 1]}"
        for count, unit in re.findall(r"(\d+)([YMWD])", term)
    ]
    return " en ".join(parts)


def _row(pack: Pack, entry: RuleEntry) -> tuple[str, ...]:
    vocabulary = load_vocabulary()
    groups, types = (
        records()[entry.record] if entry.record else (entry.subject_group, entry.doc_type)
    )
    labels = {trigger.id: trigger.label for trigger in pack.policy.triggers}
    return (
        entry.id,
        _listed(vocabulary.subject_groups.get(group, "iedereen") for group in groups),
        _listed(vocabulary.doc_types[name] for name in types) or "alle overige",
        _term(entry),
        _SHIFTS[entry.shift] + labels.get(entry.trigger, entry.trigger),
        vocabulary.actions[entry.action],
        _status(pack, entry),
        entry.source,
    )


def _term(entry: RuleEntry) -> str:
    if entry.term == "P0D" and entry.bound == "max":
        told = "geen dag langer"
    elif entry.term is not None:
        told = f"{_BOUNDS[entry.bound]} {spoken_term(entry.term)}"
    elif entry.bound == "open":
        told = _BOUNDS[entry.bound]
    else:
        told = "opdrachtgever bepaalt" if entry.role == "verwerker" else "geen termijn"
    conditions = {
        "met toestemming": entry.condition.consent == "yes",
        "zonder toestemming": entry.condition.consent == "no",
        "klant": entry.condition.customer is True,
        "geen klant": entry.condition.customer is False,
    }
    met = _listed(name for name, holds in conditions.items() if holds)
    return f"{told} ({met})" if met else told


def _status(pack: Pack, entry: RuleEntry) -> str:
    told = _AUTHORITIES[entry.authority]
    if not entry.confirmed:
        told += ", te bevestigen"
    return told if pack.applies(entry) else f"{told}; wacht: voor {entry.only_for}"


def _listed(names: Iterator[str] | Sequence[str]) -> str:
    return ", ".join(names)
