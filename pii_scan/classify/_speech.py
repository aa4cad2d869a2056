"""Who speaks where in a text: the turns of a chat, the letters and mails, or one note."""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pii_scan.classify.knowledge import Kind, RoleCues, Voice
from pii_scan.model import Hit

_TURN: Final = re.compile(
    r"(?m)^[ \t>*]*(?:\[[^\]\n]{2,25}\][ ,-]*|\([^)\n]{1,20}\) ?|\d{1,2}[:.]\d{2}[ ,-]+)?"
    r"(?P<label>[^\W\d_+@#][^:\n]{0,38}|[+@#][^:\n]{2,30}?)(?:[ ]\d{1,2}:\d{2})?:(?=\s)"
)
_DASH: Final = re.compile(r"(?m)^[ \t]*[-\u2013\u2014] (?=\S)")
_BRACKETS: Final = re.compile(r"\([^)]*\)?")
_LEAST_TURNS: Final = 4
_HEADER: Final = 0.8
_WRITER: Final = 1.2
"""For the organisation: a letter in which a person speaks tells it by its words."""
_COLLEAGUES: Final = 1.5
"""For the organisation: who writes to several by name writes to colleagues."""
_OTHER: Final = 2.5
"""For the organisation: the other label in a chat is the customer's."""
_MOST: Final = 4.0


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a text in which one speaks."""

    start: int
    end: int
    voice: float = 0.0
    """Above 0 an organisation speaks, below 0 a person; log-odds."""
    label: tuple[int, int] | None = None
    """Where the label of the speaker stands, in a chat."""
    speaker: str = ""
    """What the speaker is called in a chat, in lower case."""
    kind: Kind = "note"


def speech(text: str, names: Sequence[Hit], cues: RoleCues) -> list[Stretch]:
    """Return who speaks where, in order and without gaps."""
    turns = list(_turns(text, cues.letters.headers))
    if turns:
        return _chat(text, turns, cues)
    starts = [
        0,
        *(match.start() for match in cues.letters.begins.finditer(text) if match.start() > 0),
    ]
    found = [
        _message(text, start, end, names, cues)
        for start, end in zip(starts, [*starts[1:], len(text)], strict=True)
    ]
    if len(found) == 2 and all(it.kind == "letter" for it in found):
        middle = (found[0].voice + found[1].voice) / 2
        found = [replace(it, voice=_bounded(2 * (it.voice - middle))) for it in found]
    return found


def _turns(text: str, headers: frozenset[str]) -> Iterator[Stretch]:
    """Yield the turns when the text is a chat: few labels, each again and again."""
    found = [match for match in _TURN.finditer(text) if _spelled(match) not in headers]
    labels = Counter(map(_spelled, found))
    again = [match for match in found if labels[_spelled(match)] > 1]
    # One line of a chat may begin as a turn does: "let op: …".
    is_all = len(again) >= len(found) - 1
    if len(found) < _LEAST_TURNS or not (
        is_all or len(again) >= max(_LEAST_TURNS, 2 * len(set(map(_spelled, again))))
    ):
        yield from _dashed(text)
        return
    kept = found if is_all else again
    if kept[0].start() > 0:
        yield Stretch(0, kept[0].start(), label=(0, 0), kind="turn")
    for match, end in zip(kept, [*(it.start() for it in kept[1:]), len(text)], strict=True):
        yield Stretch(match.start(), end, 0.0, match.span("label"), _spelled(match), "turn")


def _dashed(text: str) -> Iterator[Stretch]:
    """Yield the turns of two who speak by turns, each line with a dash before it."""
    starts = [match.start() for match in _DASH.finditer(text)]
    if len(starts) < _LEAST_TURNS or len(starts) < text.count("\n") - 1:
        return
    if starts[0] > 0:
        yield Stretch(0, starts[0], label=(0, 0), speaker="second", kind="turn")
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(text)], strict=True)):
        speaker = "second" if number % 2 else "first"
        yield Stretch(start, end, 0.0, (start, start), speaker, "turn")


def _spelled(match: re.Match[str]) -> str:
    return _BRACKETS.sub("", match["label"]).strip().lower()


def _chat(text: str, turns: Sequence[Stretch], cues: RoleCues) -> list[Stretch]:
    """Weigh all that a speaker says together; of two speakers one is the organisation's."""
    said: dict[str, list[Stretch]] = defaultdict(list)
    for turn in turns:
        said[turn.speaker].append(turn)
    said.pop("", None)
    labelled = {
        speaker: _weight(
            "\n".join({text[slice(*it.label)] for it in own if it.label}), cues.speakers
        )
        for speaker, own in said.items()
    }
    weights = {
        speaker: labelled[speaker]
        + _voice("\n".join(text[it.label[1] : it.end] for it in own if it.label), cues)
        for speaker, own in said.items()
    }
    if min(labelled.values(), default=0.0) < 0:
        weights |= {it: weights[it] + _OTHER for it, weight in labelled.items() if not weight}
    if len(weights) > 1:
        middle = (max(weights.values()) + min(weights.values())) / 2
        weights = {speaker: weight - middle for speaker, weight in weights.items()}
    return [replace(turn, voice=_bounded(weights.get(turn.speaker, 0.0))) for turn in turns]


def _message(text: str, start: int, end: int, names: Sequence[Hit], cues: RoleCues) -> Stretch:
    body = text[start:end]
    if not cues.letters.wording.search(body):
        return Stretch(start, end, _bounded(_voice(body, cues)))
    weight = _WRITER + _voice(body, cues)
    for header, direction in ((cues.letters.to, -_HEADER), (cues.letters.sender, _HEADER)):
        if (found := header.search(text, start, end)) and found[1].strip():
            first, last = (bisect_left(names, at, key=lambda it: it.start) for at in found.span(1))
            named = last - first
            weight += direction if not named else _COLLEAGUES if named > 1 else 0.0
    return Stretch(start, end, _bounded(weight), kind="letter")


def _voice(text: str, cues: RoleCues) -> float:
    """Weigh who speaks in a text; all words are sought at once, and then told apart."""
    lower = text.lower()
    stretches: list[tuple[int, int]] = []
    for match in cues.spoken.finditer(lower):
        start, end = match.span(1)
        if stretches and start < stretches[-1][1]:  # it begins within the one before
            first, last = stretches.pop()
            start, end = first, max(last, end)
        stretches.append((start, end))
    return _weight("|".join({lower[start:end] for start, end in stretches}), cues.voices)


def _weight(text: str, voices: Sequence[Voice]) -> float:
    """Weigh the words; each counts once."""
    lower = text.lower()
    return sum(
        voice.weight * len({match.group() for match in voice.words.finditer(lower)})
        for voice in voices
    )


def _bounded(weight: float) -> float:
    return max(-_MOST, min(_MOST, weight))
