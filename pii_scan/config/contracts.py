"""The contract register: what each opdrachtgever has laid down on its data, in TOML or CSV."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import product
from typing import Annotated

from pydantic import BeforeValidator, Field

from pii_scan.config._lists import entries
from pii_scan.config._pack import TermText
from pii_scan.config._schema import Strict
from pii_scan.config.vocabulary import load_vocabulary
from pii_scan.errors import ConfigError
from pii_scan.model import Action, Contract, Rule

REGISTER = "contractregister"
"""What the rules name as their policy."""
RANK = 4
"""A controller's instruction, in the conflict order of the law (AVG art. 28(3)(a) and (g))."""
END_OF_SERVICE = "einde_dienst_opdrachtgever"


def _listed(value: object) -> object:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split("|") if part.strip())
    return value


Names = Annotated[tuple[str, ...], BeforeValidator(_listed)]
Line = Annotated[str, Field(min_length=1, max_length=300)]


class _Entry(Strict):
    controller: Line
    term: TermText
    trigger: Line
    action: Action = "return"
    subject_group: Names = ("*",)
    doc_type: Names = ()
    end_of_service: date | None = None
    after_service: TermText | None = None
    contact: str = ""
    source: Line


def load_contracts(files: Iterable[str], triggers: frozenset[str]) -> tuple[Contract, ...]:
    """Return the contracts of some files; `triggers` are the event names that the policies know.

    Raises:
        ConfigError: a file cannot be read, or an entry is wrong and where.
    """
    return tuple(
        _contract(place, number, entry, triggers)
        for file in dict.fromkeys(files)
        for number, (place, entry) in enumerate(entries(file, "contract", _Entry), start=1)
    )


def _contract(place: str, number: int, entry: _Entry, triggers: frozenset[str]) -> Contract:
    vocabulary = load_vocabulary()
    if entry.trigger not in triggers:
        raise ConfigError(f"{place}: unknown trigger; known: {', '.join(sorted(triggers))}")
    for group in entry.subject_group:
        if group != "*" and group not in vocabulary.subject_groups:
            raise ConfigError(f"{place}: unknown subject_group {group!r}")
    for doc_type in entry.doc_type:
        if doc_type not in vocabulary.doc_types:
            raise ConfigError(f"{place}: unknown doc_type {doc_type!r}")
    if entry.after_service is not None and entry.end_of_service is None:
        raise ConfigError(f"{place}: after_service counts from end_of_service: state that too")
    rules = tuple(_rules(f"contract-{number}", entry, entry.term, entry.trigger))
    if entry.after_service is not None:
        rules += tuple(
            _rules(f"contract-{number}-einde-dienst", entry, entry.after_service, END_OF_SERVICE)
        )
    return Contract(entry.controller, rules, entry.end_of_service, entry.contact, entry.source)


def _rules(name: str, entry: _Entry, term: str, trigger: str) -> Iterator[Rule]:
    for group, doc_type in product(entry.subject_group or ("*",), entry.doc_type or (None,)):
        yield Rule(
            id=name,
            policy=REGISTER,
            subject_group=group,
            doc_type=doc_type,
            bound="max",
            term=term,
            trigger=trigger,
            shift="none",
            consent=None,
            customer=None,
            action=entry.action,
            next_stage=None,
            role="verwerker",
            source=entry.source,
            rank=RANK,
            confirmed=True,
            title=f"Instructie van {entry.controller}",
        )
