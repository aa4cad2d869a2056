"""Stage 5, classify: which events of the organisation's registers an item or a row is about."""

import re
from collections.abc import Iterable, Sequence

from pii_scan.classify.names import Name, parse
from pii_scan.model import Consent, Event, Evidence, Hit, Table

_TOKEN = re.compile(r"[\w@][\w@.+/-]*")
_SHORTEST_KEY = 4


class Register:
    """Events by the key or the name of their subject."""

    def __init__(self, events: Iterable[Event]) -> None:
        """Index the events."""
        self._by_key: dict[str, list[Event]] = {}
        self._by_name: dict[Name, list[Event]] = {}
        for event in events:
            if len(event.key) >= _SHORTEST_KEY:
                self._by_key.setdefault(_folded(event.key), []).append(event)
            name = parse(event.subject)
            if name is not None and name.given:
                self._by_name.setdefault(name, []).append(event)
        for name, namesakes in list(self._by_name.items()):
            if len({_folded(event.key) for event in namesakes if event.key}) > 1:
                del self._by_name[name]  # two people: the name alone does not say which

    def __bool__(self) -> bool:
        """Whether there is anything to look for."""
        return bool(self._by_key or self._by_name)

    def of_text(self, text: str, hits: Sequence[Hit]) -> list[Event]:
        """Return the events whose key stands in `text` or whose subject is among the names."""
        found = [event for token in _TOKEN.findall(text) for event in self._with_key(token)]
        return list(dict.fromkeys([*found, *self._named(hits)]))

    def of_rows(self, table: Table, hits: Sequence[Hit]) -> dict[int, list[Event]]:
        """Return the events of each row that has any, by row number."""
        found: dict[int, list[Event]] = {}
        for number, row in zip(table.numbers, table.rows, strict=True):
            events = [event for cell in row for event in self._with_key(cell)]
            if events:
                found[number] = events
        for hit in hits:
            if hit.row is not None and (events := self._named([hit])):
                found.setdefault(hit.row, []).extend(events)
        return {number: list(dict.fromkeys(events)) for number, events in found.items()}

    def _with_key(self, token: str) -> Sequence[Event]:
        return self._by_key.get(_folded(token), ())

    def _named(self, hits: Sequence[Hit]) -> list[Event]:
        names = (parse(hit.value) for hit in hits if hit.entity == "PERSON")
        return [event for name in names if name for event in self._by_name.get(name, ())]


def evidence_of(events: Iterable[Event], where: str = "") -> tuple[Evidence, ...]:
    """Return the events as dates of the strongest kind."""
    return tuple(Evidence(event.trigger, event.date, "register", where) for event in events)


def consent_of(events: Iterable[Event]) -> Consent:
    """Return the consent that the latest event which knows of it tells."""
    known = [event for event in events if event.consent != "unknown"]
    return max(known, key=lambda event: event.date).consent if known else "unknown"


def _folded(token: str) -> str:
    return token.strip(" .,;:()").upper()
