"""All patterns and all label words of all recognizers in one pass over the text.

Hyperscan says where a pattern or a word ends; Python's `re` then finds the exact span in a window
around that place. Both see the same patterns, so the result is that of running each pattern by
itself, at the cost of one pass. Time is linear in the text: windows have the bounded width of their
pattern, and no window of a pattern is searched twice.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from operator import itemgetter
from typing import NamedTuple

import hyperscan

from pii_scan.detect._database import database
from pii_scan.detect._first import compiled, edged
from pii_scan.detect._syntax import (
    MOST,
    Touches,
    before,
    before_digit,
    begins,
    ends,
    holds,
    required,
    width,
)
from pii_scan.detect.layout import Layout
from pii_scan.errors import ConfigError
from pii_scan.model import Pattern, Recognizer

_OUTSIDE: dict[str, tuple[str, str, Touches]] = {
    "digit": ("[^0-9]", r"\d", str.isdecimal),
    "word": ("[^0-9A-Za-z]", r"[^\W_]", str.isalnum),
}
"""What may touch a match, as bytes; what may not, as a regular expression and as a test."""
REACH = 60
"""Characters between a label and the value it may still name, on one line."""
_NUMBER_BITS = 16
_NUMBER = (1 << _NUMBER_BITS) - 1
"""Of an event, the bits that tell which expression was met; the others tell where."""
_FOLLOWING = bytes(range(0x80, 0xC0))
"""Bytes of UTF-8 that do not begin a character."""
_COMPOUND = 6
"""Letters from which on a label counts inside a compound ("klantrekeningnummer")."""
_SUFFIX = re.compile(r"(?:'?s|en)?(?:[- ]?(?:nrs?|nummers?|nos?|num|code|id)\b)?")
_SUFFIX_FIRST = frozenset("'senci -")
_NOT_ON = "[^abdfghjklmopqrtuvwxyz]"
"""What may follow a label word: no letter, but for the first of a suffix."""
_AFTER_GAP = frozenset("nci")
_DIGIT = re.compile("[0-9]")
_BREAKS = "\n\t;|"
"""What parts lines and cells: a match that cannot hold it is not sought beyond it."""
_WIDE = 60
"""Characters of a match from which on that saves more than looking for it takes."""
_MAX_HEADINGS = 10_000
_MUST_BEGIN = re.compile(r"\\[1-9]|\(\?(?:\([1-9]|[aimsux]+\))")
"""What nothing may stand before: flags, and groups by their number, which one before it changes."""
_SPELLINGS = re.compile(r"[ -]")


class Candidate(NamedTuple):
    """A span that fits a pattern, its edges and its check. Half-open, code points."""

    start: int
    end: int
    recognizer: Recognizer
    pattern: Pattern


class Label(NamedTuple):
    """A label word met in the text; `end` is after its suffix ("nr", "nummer")."""

    start: int
    end: int
    word: str


_new = tuple.__new__
"""Makes a candidate or a label in half the time that a call of its class takes."""
Checked = dict[tuple[Callable[[str], bool], str], bool]
"""Which values passed which check."""


@dataclass(frozen=True, slots=True)
class Scanned:
    """A text (normalised) and what one pass over it met."""

    text: str
    candidates: Sequence[Candidate]
    labels: Sequence[Label]
    """In order of place."""
    hints: Mapping[str, Sequence[int]]
    """Where anchors of after-label patterns end, in order."""
    checked: Checked


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a recognizer, for look-up."""

    labels: frozenset[str]
    context: frozenset[str]
    against: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Sought:
    """A pattern made ready: its exact form and how far around an anchor it can lie."""

    recognizer: Recognizer
    pattern: Pattern
    regex: re.Pattern[str]
    """With the left edge: none is tried in the midst of a word or number."""
    touches: Touches | None
    """What may not go on beyond the right edge."""
    seek: Callable[[str, int, int], re.Match[str] | None]
    """Finds the next match, as the group `group` of what it returns; it may go no further on than
    one can begin."""
    group: int | str
    width: int
    before: int
    """Characters before the end of the anchor in which a match may begin."""
    required: str
    """What every match holds; looked for first, since that is cheap."""
    ahead: int
    """Characters of a match before that at most."""
    lead: int | None
    """Characters before the first digit of a match at most; `None` if it may have no digit."""
    breaks: str
    """Those of `_BREAKS` that no match holds: it lies between two of them. None if it is narrow."""
    next_break: Callable[[str, int, int], re.Match[str] | None] | None
    """Finds the first of them; `None` if a match that stops there might seem at the text's end."""
    has_value: bool
    """A group named `value` marks what is found."""
    is_valid: Callable[[str], bool] | None


class Engine:
    """The compiled recognizers; make it once a process and use it for every text."""

    def __init__(self, recognizers: Sequence[Recognizer]) -> None:
        """Compile.

        Raises:
            ConfigError: a pattern is not valid, not bounded, or its anchor not plain ASCII.
        """
        self.recognizers = tuple(recognizers)
        self.words = frozenset(w for r in recognizers for w in (*r.labels, *r.context, *r.against))
        """Every label, context word and counter-label, in lower case."""
        sought = [_prepare(r, p) for r in recognizers for p in r.patterns]
        anchors: dict[str, list[_Sought]] = {}
        for s in sought:
            if not s.pattern.after_label:
                anchors.setdefault(_anchor(s.recognizer, s.pattern), []).append(s)
            elif s.pattern.anchor:
                anchors.setdefault(s.pattern.anchor, [])
        self._anchors = anchors
        self._sought = tuple(anchors.values())
        """By the number of their anchor."""
        after_label = {one.pattern.anchor for one in sought if one.pattern.after_label}
        self._hints = {n: anchor for n, anchor in enumerate(anchors) if anchor in after_label}
        self._words = tuple(sorted(self.words))
        self._words_for = {
            r.entity: Words(frozenset(r.labels), frozenset(r.context), frozenset(r.against))
            for r in recognizers
        }
        self.names = frozenset(word for r in recognizers for word in r.labels)
        """The words that name a value of some recognizer."""
        self._by_label: dict[str, list[_Sought]] = {}
        self._by_heading: dict[str, list[_Sought]] = {}
        for s in (one for one in sought if one.pattern.after_label):
            for word in _told_apart(s.recognizer.labels):
                self._by_label.setdefault(word, []).append(s)
            for word in _told_apart((*s.recognizer.labels, *s.recognizer.context)):
                self._by_heading.setdefault(word, []).append(s)
        self._most_lead = max((s.lead or 0 for s in sought), default=0)
        self._headings: dict[str, tuple[str, ...]] = {"": ()}

    @cached_property
    def _database(self) -> "hyperscan.Database":
        """Compiled at the first text, since loading takes longer than `--help` may."""
        expressions = [anchor.encode() for anchor in self._anchors]
        flags = [0] * len(expressions)
        expressions += [_word_expression(w) for w in self._words]
        flags += [hyperscan.HS_FLAG_CASELESS] * len(self._words)
        return database(expressions, flags)

    def scan(self, text: str) -> Scanned:
        """Return what there is in `text` (normalised)."""
        first_word = len(self._sought)
        labels: list[Label] = []
        met: list[tuple[int, int]] = []
        words, hinted = self._words, self._hints
        hints: dict[str, list[int]] = {anchor: [] for anchor in hinted.values()}
        for event in self._events(text):
            end, number = event >> _NUMBER_BITS, event & _NUMBER
            if number >= first_word:
                # What follows a word is part of its expression.
                if label := _label(text, end - 1, words[number - first_word]):
                    labels.append(label)
            else:
                met.append((end, number))
                if number in hinted:
                    hints[hinted[number]].append(end)
        checked: Checked = {}
        candidates = self._at_anchors(text, met, checked)
        return Scanned(text, candidates, _longest(labels), hints, checked)

    def words_for(self, recognizer: Recognizer) -> Words:
        """Return the words of one of the recognizers."""
        return self._words_for[recognizer.entity]

    def is_followed(self, label: Label) -> bool:
        """Tell whether a pattern is sought after such a label."""
        return label.word in self._by_label

    def after(self, scanned: Scanned, label: Label, end: int) -> Iterator[Candidate]:
        """Yield the first match of each after-label pattern within `REACH` after `label`.

        No match goes beyond `end`.
        """
        sought = self._by_label[label.word]
        text, stop = scanned.text, min(end, label.end + REACH)
        digit = _DIGIT.search(text, label.end, min(end, stop + self._most_lead))
        for s in sought:
            position, furthest = label.end, min(end, stop + s.width)
            if s.lead is not None:
                if digit is None or digit.start() > stop + s.lead:
                    continue
                position = max(position, digit.start() - s.lead)
            if s.pattern.anchor and not _any(scanned.hints[s.pattern.anchor], position, furthest):
                continue
            while match := s.seek(text, position, furthest):
                if match.start(s.group) > stop:
                    break
                if candidate := _candidate(s, text, match, scanned.checked, s.group):
                    yield candidate
                    break
                position = match.end(s.group)

    def within(self, scanned: Scanned, layout: Layout) -> Iterator[Candidate]:
        """Yield matches of after-label patterns at the start of cells whose heading is a label."""
        text, checked = scanned.text, scanned.checked
        under: dict[str, list[_Sought]] = {}
        for heading in layout.headings():
            named = chain.from_iterable(map(self._under, self.words_of(heading)))
            if sought := list({id(s): s for s in named}.values()):
                under[heading] = sought
        for start, end, heading, _, _ in layout.cells if under else ():
            for s in under.get(heading, ()):
                match = s.regex.match(text, start, end)
                if match and (candidate := _candidate(s, text, match, checked)):
                    yield candidate

    def _under(self, word: str) -> Sequence[_Sought]:
        return self._by_heading.get(word, ())

    def words_of(self, heading: str) -> tuple[str, ...]:
        """Return the label words in a column's heading or a field's name."""
        known = self._headings.get(heading)
        if known is None:
            known = tuple(
                dict.fromkeys(
                    label.word
                    for name in (heading, _spaced(heading))
                    for label in self.scan(name).labels
                )
            )
            if len(self._headings) < _MAX_HEADINGS:
                self._headings[heading] = known
        return known

    def _events(self, text: str) -> list[int]:
        """Return where (code points) expressions end and which, packed; in order and distinct."""
        data = text.encode("utf-8", "surrogatepass") + b"\n"  # so that something follows each word
        packed: list[int] = []
        add = packed.append

        def met(number: int, _start: int, end: int, _flags: int, _context: object) -> None:
            add(end << _NUMBER_BITS | number)

        self._database.scan(data, match_event_handler=met)
        events = list(dict.fromkeys(packed))
        events.sort()  # they nearly are, which a set would spoil
        return events if len(data) == len(text) + 1 else list(_by_code_point(events, data))

    def alone(self, text: str) -> Iterator[Candidate]:
        """Yield what `scan` finds, by running each pattern by itself over the whole text."""
        checked: Checked = {}
        for s in chain.from_iterable(self._sought):
            position = 0
            while match := s.regex.search(text, position):
                candidate = _candidate(s, text, match, checked)
                if candidate:
                    yield candidate
                position = candidate.end if candidate else match.start() + 1

    def _at_anchors(
        self, text: str, ends: Iterable[tuple[int, int]], checked: Checked
    ) -> list[Candidate]:
        found: list[Candidate] = []
        sought, find = self._sought, text.find
        done: dict[int, int] = {}
        for end, number in ends:
            for s in sought[number]:
                key = id(s)
                first = done.get(key, 0)
                position = end - s.before
                if position < first:
                    position = first
                stop = end + s.width
                # Whatever begins before that is found now or not at all.
                done[key] = end + 1 if end >= first else first
                if s.required:
                    held = find(s.required, position, stop)
                    if held < 0:
                        continue
                    position = max(position, held - s.ahead)
                if s.breaks:
                    for mark in s.breaks:
                        position = max(position, text.rfind(mark, position, end - 1) + 1)
                    if s.next_break and (following := s.next_break(text, end, stop)):
                        stop = following.start()
                while position <= end:
                    match = s.seek(text, position, stop)
                    if match is None or match.start(s.group) > end:
                        break
                    candidate = _candidate(s, text, match, checked, s.group)
                    if candidate is None:
                        position = match.start(s.group) + 1
                        continue
                    found.append(candidate)
                    position = candidate.end
                    if position >= end - 1:  # the anchor's right edge; what follows has its own
                        done[key] = position
                        break
        return found


def _by_code_point(events: Iterable[int], data: bytes) -> Iterator[int]:
    """Yield packed events in order of place, counted in code points and not in bytes of UTF-8."""
    place = points = 0
    for event in events:
        end = event >> _NUMBER_BITS
        points += len(data[place:end].translate(None, _FOLLOWING))
        place = end
        yield points << _NUMBER_BITS | event & _NUMBER


def _any(ends: Sequence[int], first: int, last: int) -> bool:
    """Tell whether an anchor ends behind `first` and touches what goes up to `last`."""
    index = bisect_right(ends, first)
    return index < len(ends) and ends[index] <= last + 1


def _candidate(
    s: _Sought, text: str, match: re.Match[str], checked: Checked, group: int | str = 0
) -> Candidate | None:
    """Return what a match finds if its right edge is clean and the value passes its check.

    Several patterns find the same value, so what has been `checked` is kept for as long as a text
    is at hand.
    """
    start, end = match.span(group)
    touches = s.touches
    if touches and end < len(text) and touches(text[end]) and touches(text[end - 1]):
        return None
    if s.has_value:
        start, end = match.span("value")
    if s.is_valid is not None:
        key = s.is_valid, text[start:end]
        passes = checked.get(key)
        if passes is None:
            passes = checked[key] = s.is_valid(key[1])
        if not passes:
            return None
    return _new(Candidate, (start, end, s.recognizer, s.pattern))


def _prepare(recognizer: Recognizer, pattern: Pattern) -> _Sought:
    name = recognizer.entity
    try:
        inside = "" if recognizer.edges == "none" else _OUTSIDE[recognizer.edges][1]
        regex = compiled(pattern.regex, inside)
        longest = width(pattern.regex)
        anchor = pattern.anchor or pattern.regex
        anchored, ahead = width(anchor), before(pattern.regex, anchor)
        furthest = (longest if ahead is None else ahead + anchored) + 1
    except re.error as error:
        raise ConfigError(f"{name}: pattern is not valid: {error}") from None
    if max(longest, furthest) > MOST:
        raise ConfigError(f"{name}: a pattern may match at most {MOST} characters")
    sought = pattern.anchor if pattern.after_label else pattern.anchor or pattern.regex
    if sought and not sought.isascii():
        raise ConfigError(f"{name}: a pattern with letters beyond ASCII needs a plain anchor")
    held, ahead = required(pattern.regex)
    lead = before_digit(pattern.regex)
    # A search goes on to the end of what it is given; these look no further on than a match may
    # begin: what is no number may seem to begin anywhere, and what is long behind its anchor.
    reach = REACH if pattern.after_label else furthest
    is_near = lead is None if pattern.after_label else furthest < longest // 2
    is_near = is_near and not _MUST_BEGIN.search(pattern.regex)
    near = rf"[\s\S]{{0,{reach}}}?(?P<_near>{edged(pattern.regex, inside)})"
    marks = _BREAKS if longest > _WIDE else ""
    breaks = "".join(mark for mark in marks if not holds(pattern.regex, mark))
    is_stopped = breaks and "$" not in pattern.regex and r"\Z" not in pattern.regex
    return _Sought(
        recognizer=recognizer,
        pattern=pattern,
        regex=regex,
        touches=None if recognizer.edges == "none" else _OUTSIDE[recognizer.edges][2],
        seek=re.compile(near).match if is_near else regex.search,
        group="_near" if is_near else 0,
        width=longest,
        before=furthest,
        required=held,
        ahead=ahead,
        lead=lead,
        breaks=breaks,
        next_break=re.compile(f"[{breaks}]").search if is_stopped else None,
        has_value="value" in regex.groupindex,
        is_valid=pattern.is_valid or recognizer.is_valid,
    )


def _anchor(recognizer: Recognizer, pattern: Pattern) -> str:
    """Return what the multi-pattern engine seeks: with its edges, so that it fires seldom."""
    if pattern.anchor is not None:
        return pattern.anchor
    if recognizer.edges == "none":
        return pattern.regex
    outside, _, touches = _OUTSIDE[recognizer.edges]
    left = f"(?:^|{outside})" if begins(pattern.regex, touches) else ""
    right = f"(?:{outside}|$)" if ends(pattern.regex, touches) else ""
    return f"{left}(?:{pattern.regex}){right}"


def _word_expression(word: str) -> bytes:
    """A word with its first letter at a word's start if short; "-" and " " stand for each other."""
    body = r"[ _-]?".join(_either_case(part) for part in _SPELLINGS.split(word))
    first = "" if len(word) >= _COMPOUND else "(?:^|[^a-zA-Z])"
    return f"{first}{body}{_NOT_ON}".encode()


def _told_apart(words: Sequence[str]) -> Iterator[str]:
    """Yield the words without those that are met wherever another is: "klantnr", "klant nr"."""
    closed = {_SPELLINGS.sub("", word) for word in words if _SPELLINGS.search(word)}
    return (word for word in words if word not in closed)


def _either_case(part: str) -> str:
    """Spell out the capitals beyond ASCII, of which the multi-pattern engine does not know."""
    return "".join(re.escape(c) if c.isascii() else f"(?:{c}|{c.upper()})" for c in part)


def _label(text: str, end: int, word: str) -> Label | None:
    """Check the edges of a word that ends at `end`; long words may begin inside a compound."""
    start = end - len(word)
    if " " in word or "-" in word:
        first = max(0, end - len(word) - 1)
        start = first + text[first:end].lower().rfind(_SPELLINGS.split(word)[0])
    if start < 0:
        return None
    if start and len(word) < _COMPOUND and text[start - 1].isalpha():
        return None
    following = text[end : end + 1]
    if following not in _SUFFIX_FIRST:  # by far the most: no suffix to look for
        return None if following.isalpha() else _new(Label, (start, end, word))
    if following in " -" and text[end + 1 : end + 2] not in _AFTER_GAP:
        return Label(start, end, word)
    match = _SUFFIX.match(text, end)
    stop = match.end() if match else end
    if stop < len(text) and text[stop].isalpha():
        stop = end
        if text[end].isalpha():
            return None
    return Label(start, stop, word)


def _longest(labels: list[Label]) -> list[Label]:
    """Drop labels that lie within a longer one ("nummer" in "klantnummer").

    Of equally long ones all stay: "polis" with its suffix, "polisnummer" and "polis nummer" may be
    words of different recognizers.
    """
    labels.sort(key=itemgetter(1), reverse=True)  # by end and then by start, as sorting is stable:
    labels.sort(key=itemgetter(0))  # twice as fast as by a key of both
    kept: list[Label] = []
    last_start = last_end = -1
    for label in labels:
        start, end, _ = label
        if end > last_end or (end == last_end and start == last_start):
            kept.append(label)
            last_start, last_end = start, end
    return kept


def _spaced(heading: str) -> str:
    """Open up a field name: "klantNummer", "client_ip" and "geb.dat" become words."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading).replace("_", " ")
