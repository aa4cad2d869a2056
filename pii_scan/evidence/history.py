"""The log within a bundle: the entries since the bundle before it, and what they tell."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from pii_scan.chain import BEGINNING, Check, chain_flaws
from pii_scan.errors import ConfigError
from pii_scan.evidence.facts import lines
from pii_scan.evidence.parts import SCHEMA
from pii_scan.model import Entry
from pii_scan.report import encoded

FINISHED = "scan.finished"
SCANNING = "scan."
"""Beginning of the kinds of entries that decide nothing."""
KEYS = ("number", "time", "operator", "kind", "data", "previous", "hash", "key_id", "signature")


@dataclass(frozen=True, slots=True)
class Place:
    """A point in the log: behind the entry of that number, which has that hash."""

    number: int = 0
    hash: str = BEGINNING

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {"number": self.number, "hash": self.hash}


def chapter(entries: Iterable[Entry], scan_id: int, after: Place) -> tuple[Entry, ...]:
    """Return the entries behind a place, up to the last on a scan; all when none is on it.

    What was done after a scan comes with the next one, so that a scan has one chapter.

    Raises:
        ConfigError: the log does not hold the entry at the place: it was cut short or replaced.
    """
    found, last, is_met = [], 0, after.number == 0
    for entry in entries:
        is_met = is_met or (entry.number, entry.hash) == (after.number, after.hash)
        if entry.kind.startswith(SCANNING) and entry.data.get("scan") == scan_id:
            last = entry.number
        if entry.number > after.number:
            found.append(entry)
    if not is_met:
        raise ConfigError(
            f"the log no longer holds entry {after.number} as the bundle before had it: it was cut "
            "short or replaced; run pii-scan log verify"
        )
    return tuple(one for one in found if one.number <= last or not last)


def line_of(entry: Entry) -> bytes:
    """Return an entry as a line of JSON."""
    moment = entry.time.isoformat(timespec="seconds")
    values = (
        *(entry.number, moment, entry.operator, entry.kind, entry.data, entry.previous),
        *(entry.hash, entry.key_id, entry.signature),
    )
    return encoded(dict(zip(KEYS, values, strict=True))) + b"\n"


def entries_in(stream: BinaryIO) -> list[Entry]:
    """Return the entries that were written down.

    Raises:
        ValueError: a line is no entry, or is written in another form.
    """
    return [entry_of(line) for line in lines(stream, strictly=True)]


def entry_of(line: dict[str, Any]) -> Entry:
    """Return an entry that was written down.

    Raises:
        ValueError: it is none, or is written in another form.
    """
    try:
        entry = Entry(**{**line, "time": datetime.fromisoformat(line["time"])})
        bytes.fromhex(entry.hash)
        is_one = line_of(entry) == encoded(line) + b"\n" and isinstance(entry.data, dict)
    except (KeyError, TypeError, ValueError, AttributeError):
        is_one = False
    if not is_one:
        raise ValueError("a line is no entry of a log")
    return entry


def flaws(entries: Sequence[Entry], after: Place, check: Check | None) -> Iterator[str]:
    """Yield what is wrong with a chapter; signatures of keys that are not known are passed by.

    Those need not be known: the bundle as a whole is signed.
    """
    for flaw in chain_flaws(entries, after.number, after.hash):
        yield f"entry {flaw.number}: {flaw.what}"
    if check is None:
        return
    for entry in entries:
        if entry.key_id and entry.signature:
            is_right = check(entry.key_id, bytes.fromhex(entry.hash), entry.signature)
            if is_right is False:
                yield f"entry {entry.number}: has a signature that is not of its key"


def told(entries: Sequence[Entry], after: Place) -> dict[str, Any]:
    """Return what a manifest says of its chapter."""
    last = entries[-1] if entries else None
    return {
        "after": after.as_dict(),
        "head": Place(last.number, last.hash).as_dict() if last else after.as_dict(),
        "entries": len(entries),
        "unsigned": sum(one.signature is None for one in entries),
        "keys": sorted({one.key_id for one in entries if one.key_id}),
    }


def population(entries: Iterable[Entry], scan_id: int, kept: Mapping[str, int]) -> dict[str, Any]:
    """Return the files as the walk counted them and as the store has them."""
    walked = None
    for entry in entries:
        if entry.kind == FINISHED and entry.data.get("scan") == scan_id:
            walked = entry.data.get("walked")
    return {
        "walked": walked,
        "kept": dict(kept),
        "is_equal": None if walked is None else walked == dict(kept),
    }


def decisions(exceptions: Any, entries: Iterable[Entry]) -> bytes:
    """Return what people decided: findings left out, with until when, and steps in the log."""
    value = {
        "schema": SCHEMA,
        "exceptions": exceptions,
        "steps": [json.loads(line_of(one)) for one in entries if not one.kind.startswith(SCANNING)],
    }
    return encoded(value, indent=2) + b"\n"
