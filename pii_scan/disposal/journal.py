"""What the log tells of a plan: what was meant to be done with each file, and what was done."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pii_scan.disposal.planning import Target
from pii_scan.model import Entry

INTENT, DONE, LEFT = "dispose.intent", "dispose.done", "dispose.left"
UNDO, UNDONE = "dispose.undo", "dispose.undone"
ENDING, ENDED = "dispose.ending", "dispose.ended"
Record = Callable[[str, Mapping[str, Any]], object]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file of a plan."""

    target: Target
    done: str | None
    """ "quarantined", "deleted", "anonymised", "pseudonymised", "restored", "ended"."""
    reason: str | None = None
    """Why it was left alone."""


class Journal:
    """The log as far as one plan goes: what was done with each file, and how to tell more."""

    def __init__(self, digest: str, entries: Iterator[Entry], record: Record) -> None:
        """Read the entries there are."""
        self._plan = digest
        self._record = record
        self._last: dict[int, Entry] = {}
        self._intents: dict[int, Entry] = {}
        for entry in entries:
            if entry.kind.startswith("dispose.") and entry.data.get("plan") == digest:
                number = entry.data.get("number")
                if isinstance(number, int):
                    self._last[number] = entry
                    if entry.kind == INTENT:
                        self._intents[number] = entry

    def state(self, target: Target) -> str | None:
        """Return the kind of the last entry on a file, if there is one."""
        entry = self._last.get(target.number)
        return entry.kind if entry else None

    def data(self, target: Target) -> Mapping[str, Any]:
        """Return what the last entry on a file tells."""
        entry = self._last.get(target.number)
        return entry.data if entry else {}

    def intent(self, target: Target) -> Entry | None:
        """Return the entry on what was last meant to be done with a file."""
        return self._intents.get(target.number)

    def tell(self, kind: str, target: Target, **more: Any) -> None:
        """Add an entry on a file: by its number and content, never by its name."""
        told = {"plan": self._plan, "number": target.number, "digest": target.digest, **more}
        self._record(kind, told)
