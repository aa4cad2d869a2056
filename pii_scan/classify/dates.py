"""Stage 5, classify: the dates that a retention term may run from, as documents state them."""

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import get_args
from zoneinfo import ZoneInfo

from pii_scan.classify._date_forms import Found, compile_forms, find_days
from pii_scan.classify.exports import Recognised
from pii_scan.model import DateSource, Evidence, Table

ITEM_DATE = "documentdatum"
"""Trigger id of the day on which the item itself was made."""

STRENGTH: tuple[DateSource, ...] = get_args(DateSource)
"""Strongest first."""

GIVEN = "toestemming_gegeven"
"""Trigger id of the day on which something was granted: no term runs from it."""

BEFORE_CHARS = 48
"""How far before a date, on its line, a word may stand that says what the date is of."""
AFTER_CHARS = 24
HEAD_CHARS = 120
"""How much of a text counts as its head."""
TAIL_CHARS = 80
LONGEST_TEXT = 200_000
"""A text longer than this is read at its beginning and its end only."""

_LINE_WEIGHT, _HEAD_WEIGHT, _TAIL_WEIGHT, _LOOSE_WEIGHT = 5, 5, 3, 1


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that say what the date next to them is of."""

    trigger: str
    weight: int
    """1-9; the heaviest date of the item itself is its date."""
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True)
class DateRules:
    """The words of `rules/triggers.toml`."""

    months: tuple[tuple[str, int], ...]
    weekdays: tuple[str, ...]
    against: tuple[str, ...]
    """Words before dates of birth, due dates and the like."""
    close: tuple[str, ...]
    """Words against the date straight behind them only."""
    until_withdrawn: tuple[str, ...]
    """Words of a text that grants something until it is withdrawn."""
    of_person: frozenset[str]
    """Triggers that are of a person, whichever of the person's papers tells of them."""
    cues: tuple[Cue, ...]
    columns: tuple[tuple[str, str], ...]
    """(heading, trigger)"""
    reference: tuple[tuple[str, tuple[str, ...]], ...]
    """(document type, with a space and a group behind it or not, or "default"; triggers in order of
    preference)"""

    @cached_property
    def compiled(self) -> "_Compiled":
        """The same as expressions, made when the first text is read."""
        return _compile(self)


def dates_in_text(
    text: str, where: str, rules: DateRules, *, is_start: bool = True
) -> Iterator[Evidence]:
    """Yield the events that a text dates, and at most one date of the text itself.

    `is_start`: the text begins its document, or is all of it. In a later part only a date that
    words explain, or that has its line to itself, is taken for the document's own.
    """
    compiled = rules.compiled
    text = text.rstrip("\n .)")
    if len(text) > LONGEST_TEXT:
        text = f"{text[: LONGEST_TEXT // 2]}\n{text[-LONGEST_TEXT // 2 :]}"
    own: list[tuple[int, Found]] = []
    events: dict[tuple[str, date], None] = {}
    for found in find_days(text, compiled.forms, compiled.months):
        trigger, weight = compiled.reading(text, found, is_start=is_start)
        if trigger == ITEM_DATE and weight:
            own.append((weight, found))
        elif weight:
            events[trigger, found.day] = None
    yield from (Evidence(trigger, day, "text", where) for trigger, day in events)
    if not own:
        return
    heaviest = max(weight for weight, _ in own)
    best = [found.day for weight, found in own if weight == heaviest]
    # Of dates in running text, several may be anything; the first of those with a label leads.
    if heaviest > _LOOSE_WEIGHT or len(set(best)) == 1:
        yield Evidence(ITEM_DATE, best[0], "text", where)


def is_granting(text: str, rules: DateRules) -> bool:
    """Tell whether a text grants something until that is withdrawn: a power of attorney."""
    return rules.compiled.until_withdrawn.search(text.lower()) is not None


def dates_in_table(
    table: Table, rules: DateRules, known: Recognised | None = None
) -> dict[int, tuple[Evidence, ...]]:
    """Return what the columns of a table date, by row number; rows without a date are left out.

    Where the meaning of a column is `known`, its heading is not asked.
    """
    compiled = rules.compiled
    by_heading = dict(rules.columns)
    triggers = dict(enumerate(by_heading.get(_heading(name)) for name in table.columns))
    triggers |= known.triggers if known else {}
    leading = known.leading if known else frozenset[int]()
    # What leads comes first, and then nothing else is taken for the same event.
    dated = sorted(
        ((index, trigger) for index, trigger in triggers.items() if trigger),
        key=lambda pair: (pair[0] not in leading, pair[0]),
    )
    days: dict[str, date | None] = {}
    rows: dict[int, tuple[Evidence, ...]] = {}
    for number, row in zip(table.numbers, table.rows, strict=True):
        evidence = []
        led = ""
        for index, trigger in dated:
            cell = row[index] if index < len(row) else ""
            if cell not in days:
                days[cell] = compiled.cell(cell)
            day = days[cell]
            if day is not None and (trigger != led or index in leading):
                evidence.append(Evidence(trigger, day, "row", f"row {number}"))
                led = trigger if index in leading else led
        if evidence:
            rows[number] = tuple(evidence)
    return rows


def day_of(text: str, rules: DateRules) -> date | None:
    """Return the first day that a short text states, with or without a time."""
    return rules.compiled.cell(text)


def dates_in_path(uri: str, rules: DateRules) -> Iterator[Evidence]:
    """Yield the dates in the name of the file, or else of the nearest folder that has one.

    A name says when: a month or a year stands for its first and its last day. A folder may hold
    what is older, and says no more than its last day.
    """
    compiled = rules.compiled
    for depth, part in enumerate(reversed(re.split(r"!?/", uri)[-12:])):
        period = compiled.period(part[:255])
        if period is not None:
            days = dict.fromkeys(period if depth == 0 else period[1:])
            where = "folder" if depth else "name"
            yield from (Evidence(ITEM_DATE, day, "path", where) for day in days)
            return


def date_of_file(modified: datetime, zone: str = "Europe/Amsterdam") -> Evidence:
    """Return the day on which the file was last written, as the clock on the wall had it."""
    return Evidence(ITEM_DATE, modified.astimezone(ZoneInfo(zone)).date(), "file")


def reference(
    evidence: Sequence[Evidence],
    doc_type: str | None,
    rules: DateRules,
    subject_groups: Sequence[str] = (),
) -> Evidence | None:
    """Return the date to show as the one the item's term runs from, or `None`.

    Only what a register or the document itself says. Its properties, its path and the file date the
    document, not the event: they bound verdicts and are not shown as the date.
    """
    orders = dict(rules.reference)
    whose = f"{doc_type} {subject_groups[0]}" if subject_groups else ""
    order = orders.get(whose) or orders.get(doc_type or "default", orders["default"])
    known = [piece for piece in evidence if piece.trigger in order and _is_told(piece)]
    if not known:
        return None

    def preference(piece: Evidence) -> tuple[int, int, int]:
        # A document states its own date first; of an event the latest date counts.
        later = 0 if piece.trigger == ITEM_DATE else -piece.date.toordinal()
        return order.index(piece.trigger), STRENGTH.index(piece.source), later

    return min(known, key=preference)


def _is_told(piece: Evidence) -> bool:
    """Tell whether a register, the text or a mail's own header says it."""
    return piece.source in ("register", "row", "text") or piece.where.startswith("header")


@dataclass(frozen=True, slots=True)
class _Compiled:
    forms: re.Pattern[str]
    months: dict[str, int]
    before: re.Pattern[str]
    after: re.Pattern[str]
    meaning: dict[str, tuple[str, int]]
    """Words before a date -> trigger and weight; weight 0 speaks against it."""
    meaning_after: dict[str, tuple[str, int]]
    close: frozenset[str]
    beside: re.Pattern[str]
    """What may stand between one of these and its date: a weekday, an article."""
    until_withdrawn: re.Pattern[str]
    alone: re.Pattern[str]
    """What may stand before a date on a line of its own: a town, a weekday."""
    month_name: re.Pattern[str]

    def reading(self, text: str, found: Found, *, is_start: bool) -> tuple[str, int]:
        """Return what a date is of and how surely it is the item's own; weight 0: nothing."""
        # One character more than a cue may reach, so that a longer line is seen to be longer.
        lead = text[max(0, found.start - BEFORE_CHARS - 1) : found.start].rpartition("\n")[2]
        trail = text[found.end : found.end + AFTER_CHARS].partition("\n")[0]
        if (after := self.after.match(trail)) is not None:
            return self.meaning_after[_plain(after[1])]
        words = None
        for words in self.before.finditer(lead):  # noqa: B007 - the last one is wanted
            pass
        if words is not None and self._bears(_plain(words[1]), lead[words.end() :]):
            return self.meaning[_plain(words[1])]
        if found.is_compact:
            return ITEM_DATE, 0
        return ITEM_DATE, self._place(text, found, lead, is_start=is_start)

    def _bears(self, words: str, gap: str) -> bool:
        """Tell whether words bear on the date that stands a gap behind them."""
        if words in self.close:
            return self.beside.fullmatch(gap) is not None
        return _is_near(gap)

    def _place(self, text: str, found: Found, lead: str, *, is_start: bool) -> int:
        """Return the weight of a date that no word explains, by where it stands."""
        if len(lead) <= BEFORE_CHARS and self.alone.fullmatch(lead):
            return _LINE_WEIGHT
        if not is_start:
            return 0
        if found.start <= HEAD_CHARS and not text[: found.start].strip().count("\n"):
            return _HEAD_WEIGHT
        if len(text) - found.end <= TAIL_CHARS:
            return _TAIL_WEIGHT
        return _LOOSE_WEIGHT

    def cell(self, text: str) -> date | None:
        """Return the day that a cell states, with or without a time."""
        for found in find_days(text[:40], self.forms, self.months):
            return found.day
        return None

    def period(self, name: str) -> tuple[date, date] | None:
        """Return the first and the last day that a file name or folder name can mean."""
        spaced = _STAMP.sub(r" \1 ", _TIME.sub(" ", name).replace("_", "-"))
        days = [found.day for found in find_days(spaced, self.forms, self.months)]
        periods = [(day, day) for day in days]
        for match in self.month_name.finditer(spaced) if not days else ():
            year = int(match["year"] or match["year_first"])
            month = self.months[match["name"].lower()] if match["name"] else int(match["number"])
            last = date(year, month, monthrange(year, month)[1])
            periods.append((last.replace(day=1), last))
        if not periods:
            years = re.findall(r"(?<![\d.])(?:19[89]|20[0-4])\d(?![\d]|\.\d)", spaced)
            periods = [(date(int(year), 1, 1), date(int(year), 12, 31)) for year in years]
        if not periods:
            return None
        return min(first for first, _ in periods), max(last for _, last in periods)


_TIME = re.compile(r"_(?=[0-2]\d[-.:]?[0-5]\d(?:[-.:]?[0-5]\d)?(?!\d))")
"""Before the time in "2023-12-05_14-30-00", which is no further part of the date."""
_STAMP = re.compile(
    r"(?<!\d)((?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01]))[-T ]?(?=[0-2]\d[0-5]\d)"
)
"""The day of "20231205T143000", which telephone exchanges write between other numbers."""


def _compile(rules: DateRules) -> _Compiled:
    months = dict(rules.months)
    meaning = dict.fromkeys(map(_plain, (*rules.against, *rules.close)), (ITEM_DATE, 0))
    meaning_after: dict[str, tuple[str, int]] = {}
    for cue in rules.cues:
        meaning |= dict.fromkeys(map(_plain, cue.before), (cue.trigger, cue.weight))
        meaning_after |= dict.fromkeys(map(_plain, cue.after), (cue.trigger, cue.weight))
    weekdays = _either(rules.weekdays)
    names = _either(tuple(months))
    return _Compiled(
        forms=compile_forms(months),
        months=months,
        before=re.compile(rf"(?<!\w)({_either(tuple(meaning))})(?!\w)", re.IGNORECASE),
        after=re.compile(rf"[ ,]{{1,2}}({_either(tuple(meaning_after))})(?!\w)", re.IGNORECASE),
        meaning=meaning,
        meaning_after=meaning_after,
        close=frozenset(map(_plain, rules.close)),
        beside=re.compile(rf"\W*(?:(?:{weekdays})\W+)?", re.IGNORECASE),
        until_withdrawn=re.compile(rf"\b(?:{_either(rules.until_withdrawn)})(?!\w)"),
        alone=re.compile(
            rf"[ \t\[(>*#-]{{0,4}}(?:[A-Z'][\w' -]{{1,30}},\s?)?(?:(?i:{weekdays})\.?,? )?"
        ),
        month_name=re.compile(
            rf"(?<![^\W\d])(?P<name>{names})[ .-]?(?P<year>(?:19[89]|20[0-4])\d)(?!\d)"
            rf"|(?<!\d)(?P<year_first>(?:19[89]|20[0-4])\d)-(?P<number>0[1-9]|1[0-2])(?!\d)",
            re.IGNORECASE,
        ),
    )


def _either(words: Sequence[str]) -> str:
    """Return an alternation, longest first, where a space stands for any gap and a dot may lack."""
    parts = sorted(set(words), key=len, reverse=True)
    return "|".join(re.escape(word).replace(r"\ ", r"[ .\t]{1,3}") for word in parts)


def _plain(words: str) -> str:
    return re.sub(r"[ .\t]{1,3}(?=\S)", lambda gap: "." if gap[0] == "." else " ", words).lower()


def _is_near(gap: str) -> bool:
    """Tell whether what stands between word and date leaves them together: "Datum (per):  "."""
    if len(gap) > 30 or re.search(r"[.;!?] \w|[|;]", gap):
        return False
    return len(re.findall(r"\w{2,}", gap)) <= 2


def _heading(name: str) -> str:
    return " ".join(re.sub(r"[\W_]+", " ", name).lower().split())
