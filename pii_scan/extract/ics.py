"""Stage 3, extract: calendars (RFC 5545): events, tasks, notes and alarms; files in them."""

from collections import Counter
from collections.abc import Iterator
from mimetypes import guess_extension
from typing import BinaryIO, Final

from pii_scan.errors import ExtractError
from pii_scan.extract import _content_lines
from pii_scan.extract._content_lines import Line
from pii_scan.extract._html import html
from pii_scan.extract._limits import MAX_DEPTH, MAX_MEMBERS, read
from pii_scan.extract._mail import file_name
from pii_scan.extract._media_type import CALENDAR
from pii_scan.extract._reasons import DAMAGED, TOO_DEEP, TOO_MANY_PARTS
from pii_scan.extract._text import fields
from pii_scan.model import Evidence, Extractor, Gap, Member, Part

COMPONENTS: Final = {
    "VCALENDAR": "calendar",
    "VEVENT": "event",
    "VTODO": "task",
    "VJOURNAL": "note",
    "VFREEBUSY": "free-busy",
    "VALARM": "alarm",
}
NO_ONES: Final = frozenset(
    {"BEGIN", "END", "VERSION", "PRODID", "CALSCALE", "METHOD", "CLASS", "STATUS", "TRANSP"}
    | {"DTSTART", "DTEND", "DUE", "DURATION", "DTSTAMP", "CREATED", "LAST-MODIFIED", "COMPLETED"}
    | {"SEQUENCE", "PRIORITY", "RRULE", "EXRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "FREEBUSY"}
    | {"TZID", "TZOFFSETFROM", "TZOFFSETTO", "TZNAME", "TZURL", "TRIGGER", "ACTION", "REPEAT"}
    | {"PERCENT-COMPLETE", "REFRESH-INTERVAL", "COLOR", "UID", "RELATED-TO"}
)
"""Dates, rules and states; and the UID, which looks like an address and is nobody's."""
PEOPLE: Final = ("CN", "EMAIL", "SENT-BY", "DELEGATED-TO", "DELEGATED-FROM", "MEMBER", "DIR")
"""Parameters that name people."""
URIS: Final = frozenset({"ORGANIZER", "ATTENDEE", "ATTACH", "URL", "CONFERENCE"})
STARTS: Final = ("DTSTART", "DUE", "COMPLETED", "CREATED", "DTSTAMP")
NAMES: Final = ("FILENAME", "X-FILENAME", "X-APPLE-FILENAME", "X-LABEL")


class _Reader:
    """A calendar on its way: the components that are open, and what they said so far."""

    def __init__(self) -> None:
        self._open: list[tuple[str, str, list[Line]]] = [("", "", [])]
        """(component, address, properties)."""
        self._numbers: Counter[str] = Counter()
        self._files = 0

    def line(self, line: Line) -> Iterator[Part]:
        """Take in a line; yield the component that it ends."""
        if line.name == "BEGIN":
            if len(self._open) > MAX_DEPTH:
                raise ExtractError(TOO_DEEP)
            name = _content_lines.text(line).strip().upper()
            label = COMPONENTS.get(name, "other")
            self._numbers[label] += 1
            where = label if label == "calendar" else f"{label} {self._numbers[label]}"
            self._open.append((name, where, []))
        elif line.name == "END" and len(self._open) > 1:
            yield from self._component(*self._open.pop())
        else:
            lines = self._open[-1][2]
            lines.append(line)
            if len(lines) >= _content_lines.MOST_LINES:
                yield from self._component(*self._open[-1])
                lines.clear()

    def end(self) -> Iterator[Part]:
        """Yield what was never ended, and say so."""
        if len(self._open) > 1:
            yield Gap(DAMAGED)
        while self._open:
            yield from self._component(*self._open.pop())

    def _component(self, name: str, where: str, lines: list[Line]) -> Iterator[Part]:
        if name == "VEVENT" or name in {"VTODO", "VJOURNAL"}:
            yield from _starts(lines, where)
        files = [line for line in lines if _content_lines.is_binary(line)]
        texts = [line for line in lines if not _content_lines.is_binary(line)]
        yield from fields((pair for line in texts for pair in _pairs(line)), where)
        for line in texts:
            if _is_html(line):
                yield from html(_content_lines.text(line), f"{where}, {line.name.lower()}")
        for line in files:
            yield from self._file(line, where)

    def _file(self, line: Line, where: str) -> Iterator[Part]:
        self._files += 1
        if self._files > MAX_MEMBERS:
            if self._files == MAX_MEMBERS + 1:
                yield Gap(TOO_MANY_PARTS, "attachments")
            return
        try:
            content, kind = _content_lines.binary(line)
        except ValueError:
            yield Gap(DAMAGED, where)
            return
        stated = next((line.stated(name) for name in NAMES if line.stated(name)), "")
        name = file_name(stated) or f"attachment-{self._files}{guess_extension(kind) or ''}"
        yield Member(name, content, media_type=kind or None)


def parts(stream: BinaryIO) -> Iterator[Part]:
    """Yield each component as labelled lines with its date, and files in it as members."""
    reader = _Reader()
    for line in _content_lines.lines(read(stream)):
        yield from reader.line(line)
    yield from reader.end()


def _starts(lines: list[Line], where: str) -> Iterator[Evidence]:
    days = {line.name: _content_lines.day(_content_lines.text(line)) for line in lines}
    found = next((days[name] for name in STARTS if days.get(name)), None)
    if found:
        yield Evidence("documentdatum", found, "metadata", where)


def _pairs(line: Line) -> Iterator[tuple[str, str]]:
    """Yield what a property says, and whom its parameters name."""
    if line.name in NO_ONES or _is_html(line):
        return
    label = line.name.lower()
    people = [line.stated(name) for name in PEOPLE]
    value = _content_lines.text(line).strip()
    value = _content_lines.address(value) if line.name in URIS else value
    named = [_content_lines.address(each) for each in people if each]
    if line.name in {"ORGANIZER", "ATTENDEE"} and line.stated("CN"):
        yield label, f"{named[0]} <{value}>"
        named = named[1:]
    else:
        yield label, value
    yield from (("", each) for each in named if each != value)
    alternative = line.stated("ALTREP")
    if alternative:
        yield "", alternative


def _is_html(line: Line) -> bool:
    return line.stated("FMTTYPE").lower() == "text/html"


EXTRACTOR = Extractor(
    media_types=(CALENDAR,), suffixes=(".ics", ".ical", ".ifb", ".vcs"), parts=parts
)
