"""A register of events as the organisation keeps it: a CSV file."""

import csv
import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from pii_scan.errors import ConfigError
from pii_scan.model import Consent, Event

HEADER = ("subject", "key", "event", "date", "consent")
MOST_LINES = 20
"""Wrong lines that are named of each sort."""
_CONSENT: Mapping[str, Consent] = {"ja": "yes", "nee": "no", "": "unknown"}


def load_events(path: str | os.PathLike[str], triggers: frozenset[str]) -> tuple[Event, ...]:
    """Return the events of a register; `triggers` are the event names that the policies know.

    Raises:
        ConfigError: the file cannot be read or lines are wrong; says which lines and why, without
            what stands in them.
    """
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            first = file.readline()
            file.seek(0)
            lines = list(csv.reader(file, delimiter=";" if ";" in first else ","))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from None
    except (UnicodeDecodeError, csv.Error):
        raise ConfigError(f"{path}: is no CSV file in UTF-8") from None
    if not lines or tuple(name.strip().lower() for name in lines[0]) != HEADER:
        raise ConfigError(f"{path}: the first line must be {','.join(HEADER)}")
    events: list[Event] = []
    wrong: dict[str, list[int]] = {}
    for number, cells in enumerate(lines[1:], start=2):
        if any(cell.strip() for cell in cells):
            try:
                events.append(_event(cells, triggers))
            except ConfigError as error:
                wrong.setdefault(str(error), []).append(number)
    if wrong:
        told = "; ".join(f"{_lines(numbers)} {what}" for what, numbers in wrong.items())
        raise ConfigError(f"{path}, {told}")
    return tuple(events)


def _lines(numbers: list[int]) -> str:
    """Write down which lines are wrong; of many the first say enough.

    >>> _lines([4]), _lines([2, 9])
    ('line 4:', 'lines 2, 9:')
    """
    shown = ", ".join(map(str, numbers[:MOST_LINES]))
    more = f" and {len(numbers) - MOST_LINES} more" if len(numbers) > MOST_LINES else ""
    return f"line{'s' if len(numbers) > 1 else ''} {shown}{more}:"


def _event(cells: list[str], triggers: frozenset[str]) -> Event:
    if len(cells) != len(HEADER):
        raise ConfigError(f"has {len(cells)} fields instead of {len(HEADER)}")
    subject, key, trigger, day, consent = (cell.strip() for cell in cells)
    if not subject and not key:
        raise ConfigError("has neither subject nor key")
    if trigger not in triggers:
        raise ConfigError(f"unknown event; known: {', '.join(sorted(triggers))}")
    try:
        on = date.fromisoformat(day)
    except ValueError:
        raise ConfigError("the date must be written as 2026-11-01") from None
    if consent.lower() not in _CONSENT:
        raise ConfigError("consent must be ja, nee or empty")
    return Event(subject, key, trigger, on, _CONSENT[consent.lower()])
