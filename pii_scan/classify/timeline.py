"""Stage 5, classify: the dates of an item and of the rows of its tables, as its parts go by."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from pii_scan.classify.dates import (
    GIVEN,
    ITEM_DATE,
    DateRules,
    date_of_file,
    dates_in_path,
    dates_in_table,
    dates_in_text,
    is_granting,
)
from pii_scan.classify.exports import Exports
from pii_scan.classify.register import Register, consent_of, evidence_of
from pii_scan.model import Chunk, Consent, Event, Evidence, Hit, Item, Table

MOST_DATES = 1_000
"""Dates kept of the text of one item; enough for any document, and a bound for a hostile one."""
HEAD = 600
"""Characters in which a document made of many stretches has its own date, as a letter has."""

_PERIOD = re.compile(r"(?:19|20)\d\d(?:[-_.]?\d\d){0,2}(?:\.\w{1,5})?")
RECORDING = "opname"
"""Trigger id of the moment at which something was recorded."""

Rows = Mapping[int, Sequence[Evidence]]


class Timeline:
    """What dates an item: registers, rows, text, properties, path and file."""

    def __init__(self, item: Item, rules: DateRules, register: Register, exports: Exports) -> None:
        """Begin with what the address and the file itself tell."""
        self._item = item
        self._rules = rules
        self._register = register
        self._exports = exports
        self._read: dict[tuple[str, object, str], Evidence] = {}
        self._events: dict[Event, None] = {}
        self._rows: dict[str, dict[int, tuple[Evidence, ...]]] = {}
        self._alike: dict[tuple[Evidence, ...], tuple[Evidence, ...]] = {}
        """Rows of one day share their dates: a long table has few days and many rows."""
        self._row_events: dict[str, dict[int, list[Event]]] = {}
        self._characters = 0
        self._is_granting = False

    def add(self, part: Chunk | Table, hits: Sequence[Hit]) -> None:
        """Take in the dates of a part."""
        if isinstance(part, Table):
            self._add_rows(part, hits)
            return
        is_start = self._characters < HEAD
        text = _without_births(part.text, hits)
        for piece in dates_in_text(text, part.where, self._rules, is_start=is_start):
            self.note(piece)
        self._characters += len(part.text)
        self._is_granting = self._is_granting or is_granting(part.text, self._rules)
        if self._register:
            self._events |= dict.fromkeys(self._register.of_text(part.text, hits))

    def add_name(self, hits: Sequence[Hit]) -> None:
        """Take in the events of whom the name of the file tells, or a key in its address."""
        if self._register:
            # A folder "2021-07" is a month and not the number of a vacancy.
            words = (
                word for word in re.split(r"[/ ]", self._item.uri) if not _PERIOD.fullmatch(word)
            )
            self._events |= dict.fromkeys(self._register.of_text(" ".join(words), hits))

    def note(self, piece: Evidence) -> None:
        """Take in a date that the file's properties tell."""
        if len(self._read) < MOST_DATES:
            self._read.setdefault((piece.trigger, piece.date, piece.source), piece)

    def evidence(self, media_type: str | None) -> tuple[Evidence, ...]:
        """Return the dates of the item as a whole."""
        return (*self.told(), *dates_of_place(self._item, media_type, self._rules))

    def told(self) -> tuple[Evidence, ...]:
        """Return what registers and the content tell of it."""
        read = [
            # The day on which it was granted: no term runs from it.
            replace(it, trigger=GIVEN)
            if self._is_granting and it.trigger == ITEM_DATE and it.source == "text"
            else it
            for it in self._read.values()
        ]
        return (*evidence_of(self._events), *read)

    def consent(self) -> Consent:
        """Return the consent that the registers know of the item."""
        return consent_of(self._events)

    def rows(self) -> Iterator[tuple[str, Consent, Rows]]:
        """Yield (sheet, consent, dates by row) of tables in which at least one row has a date."""
        for where, rows in self._rows.items():
            events = self._row_events.get(where, {})
            if not any(rows.values()) and not events:
                continue
            groups: dict[Consent, dict[int, Sequence[Evidence]]] = {}
            for number, pieces in rows.items():
                own = events.get(number, [])
                group = groups.setdefault(consent_of(own), {})
                group[number] = (*evidence_of(own), *pieces)
            for consent, group in groups.items():
                yield where, consent, group

    def _add_rows(self, table: Table, hits: Sequence[Hit]) -> None:
        rows = self._rows.setdefault(table.where, {})
        rows.update((number, ()) for number in table.numbers)
        known = self._exports.recognise(table.columns)
        for number, pieces in dates_in_table(table, self._rules, known).items():
            bare = tuple(Evidence(it.trigger, it.date, it.source) for it in pieces)
            rows[number] = self._alike.setdefault(bare, bare)
        if self._register:
            events = self._row_events.setdefault(table.where, {})
            events.update(self._register.of_rows(table, hits))


def dates_of_place(item: Item, media_type: str | None, rules: DateRules) -> Iterator[Evidence]:
    """Yield what the address of an item and its file time say.

    What the name of a recording says is when it was made.
    """
    is_recording = media_type is not None and media_type.startswith(("audio/", "video/"))
    for piece in dates_in_path(item.uri, rules):
        is_own = is_recording and piece.where == "name"
        yield replace(piece, trigger=RECORDING) if is_own else piece
    if item.modified is not None:
        yield date_of_file(item.modified)


def _without_births(text: str, hits: Sequence[Hit]) -> str:
    """Return `text` with dates of birth blanked: they date a person, and are not to be shown."""
    for hit in hits:
        if hit.entity == "DATE_OF_BIRTH":
            text = text[: hit.start] + " " * (hit.end - hit.start) + text[hit.end :]
    return text
