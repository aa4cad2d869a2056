"""What stands around a name, as votes for a role: cues, who speaks, where the name stands."""

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import Final

from pii_scan.classify._speech import Stretch, speech
from pii_scan.classify.knowledge import Part, Place, RoleCue, RoleCues, Scored
from pii_scan.model import Hit

Vote = tuple[Scored, str, float]
"""For which role something speaks, what it is, and how much it weighs."""
Beside = tuple[RoleCue, str]
"""A cue at a name, and its words in lower case."""

HEADED: Final = 3.0
"""For what the heading of the name's column says."""
_SPEAKER: Final = 3.5
"""For the speaker: a name that is the label of a turn."""
_DATED: Final = 3.0
"""For an agent: a name between the date that begins a line and a colon or a dash."""
_ALONE: Final = 2.0
"""For the writer or the addressee: a line by itself near the end or the beginning of a letter."""
_ANSWER: Final = 3.0
"""For the subject: a name that answers the organisation's question for it."""
_CALLED: Final = 1.5
"""For the one spoken to: a name between a comma and the end of the sentence."""
_SPOKEN_OF: Final = 0.5
"""For a third party: a person speaks of somebody, and nothing more is said."""
_BRACKETED: Final = 1.3
"""For an agent: a name between brackets in a note, behind what was done: "uitgezet (Ank)"."""
_TITLED: Final = 0.4
"""For the subject: a name with a title."""
_LEAST_SHARE: Final = 0.45
"""Of the weight that counts where it is unclear who speaks."""
_REACH: Final = 70
"""Characters around a name in which a cue may stand; a label twice, a line above three times."""
_TITLE_REACH: Final = 12
_DATE_REACH: Final = 40
_END: Final = 0.6
"""Share of a letter after which it ends; its beginning is what comes before one less this."""
_TITLE: Final = 9
"""Letters that may stand on a line beside a name that is alone on it: "de heer", "mr."."""
_LINES: Final = frozenset({"above", "below"})
"""Places that tell nothing in a chat, where another speaks on the next line."""
_DATED_LINE: Final = re.compile(
    r"(?:^|\n)[ \t(\[-]*(?:[^\W\d]{1,20}[ ])?(?:\d{1,4}[-./ ]\w{1,9}(?:[-./ ]\d{2,4})?)?[ ,;|/-]*"
    r"(?:\d{1,2}[:.u]\d{2})?[ ,;:|()\[\]\u2013/-]*$"
)
_ENTRY: Final = re.compile(r"[ \t]*[)\]]?[ \t]*[:;\u2013-]")
_NUMBER: Final = re.compile(r"\d{3,}")
"""What may be glued to a cue and is no reason but a value: "collega4711234"."""
_CALLED_BY: Final = re.compile(r"[^\n]?[,!] .*[.!?\n]")


class Scene:
    """A text with the names in it, made ready to be asked what stands around them."""

    def __init__(self, text: str, names: Sequence[Hit], cues: RoleCues) -> None:
        """Part the text by who speaks; `names` are its PERSON hits in order."""
        self.text = text
        self.names = names
        self.cues = cues
        self.stretches = speech(text, names, cues)
        self._names = [hit.start for hit in names]
        self._starts = [it.start for it in self.stretches]

    def index_of(self, hit: Hit) -> int:
        """Return the number of the stretch in which a name stands."""
        return bisect_right(self._starts, hit.start) - 1

    def said(self, hit: Hit) -> Stretch:
        """Return the stretch in which a name stands."""
        return self.stretches[self.index_of(hit)]

    def line(self, hit: Hit) -> tuple[int, int]:
        """Return where the line of a name begins and ends; the label of a speaker is left out."""
        start = self.text.rfind("\n", 0, hit.start) + 1
        label = self.said(hit).label
        if label and hit.start >= label[1]:
            start = max(start, label[1] + 1)
        end = self.text.find("\n", hit.end)
        return start, len(self.text) if end < 0 else end

    def is_alone(self, hit: Hit) -> bool:
        """Tell whether a name is a line by itself, but for a title."""
        start, end = self.line(hit)
        if end - start > hit.end - hit.start + _REACH:
            return False
        rest = self.text[start : hit.start] + self.text[hit.end : end]
        return len(re.sub(r"\W", "", rest)) <= _TITLE

    def is_one_of(self, hit: Hit) -> bool:
        """Tell whether other names stand on the same line."""
        start, end = self.line(hit)
        index = bisect_left(self._names, hit.start)
        beside = (*self._names[max(0, index - 1) : index], *self._names[index + 1 : index + 2])
        return any(start <= it < end for it in beside)


def cues_beside(scene: Scene, hit: Hit) -> Iterator[Beside]:
    """Yield the cues at a name."""
    text, said = scene.text, scene.said(hit)
    line = scene.line(hit)[0]
    stretch: dict[Place, str] = {
        "before": text[max(line, hit.start - _REACH) : hit.start],
        "above": text[max(0, hit.start - 2 * _REACH) : hit.start],
        "label": text[max(line, hit.start - 3 * _REACH) : hit.start],
        "after": text[hit.end : hit.end + _REACH],
        "below": text[hit.end : hit.end + _REACH],
    }
    for cue in scene.cues.cues:
        if cue.only not in (None, said.kind) or (said.kind == "turn" and cue.place in _LINES):
            continue
        if found := cue.words.search(stretch[cue.place]):
            yield cue, " ".join(_NUMBER.sub("", found[1].lower()).split())


def votes(scene: Scene, hit: Hit, beside: Sequence[Beside]) -> Iterator[Vote]:
    """Yield what speaks for or against a role at one mention of a person."""
    said = scene.said(hit)
    is_spoken = False
    for cue, words in beside:
        named = f"{words} {cue.place}"
        if cue.part != "self" and cue.part != "addressed":
            yield cue.part, named, cue.weight
        elif not is_spoken and not (cue.place == "label" and scene.is_one_of(hit)):
            yield from _spoken(cue.part, named, cue.weight, said)
            is_spoken = True
    if said.label and said.label[0] <= hit.start < said.label[1]:
        yield from _spoken("self", "speaker", _SPEAKER, said)
    elif said.kind != "turn" and _is_entry(scene.text, hit):
        yield "agent", "after a date", _DATED
    elif said.kind == "note":
        is_bracketed = (
            scene.text[hit.start - 1 : hit.start] + scene.text[hit.end : hit.end + 1] == "()"
        )
        if is_bracketed and not beside:
            yield "agent", "between brackets", _BRACKETED
    elif not is_spoken:
        yield from _in_speech(scene, hit, said, is_bare=not beside)
    if hit.column and (role := by_heading(hit.column, scene.cues)):
        yield role, f"heading {role}", HEADED
    before = scene.text[max(0, hit.start - _TITLE_REACH) : hit.start]
    if scene.cues.male.search(before) or scene.cues.female.search(before):
        yield "subject", "title", _TITLED


def by_heading(heading: str, cues: RoleCues) -> Scored | None:
    """Return what the heading of a column says of the names under it, if anything."""
    for role, words in cues.headings.items():
        if words.fullmatch(heading.strip(" :*")):
            return role
    return None


def _is_entry(text: str, hit: Hit) -> bool:
    """Tell whether a name stands behind the date and time that begin an entry of a log."""
    first = max(text.rfind("\n", 0, hit.start), hit.start - _DATE_REACH, 0)
    return (
        _ENTRY.match(text, hit.end) is not None
        and any(map(str.isdigit, text[first : hit.start]))
        and _DATED_LINE.search(text, first, hit.start) is not None
    )


def _in_speech(scene: Scene, hit: Hit, said: Stretch, *, is_bare: bool) -> Iterator[Vote]:
    """Weigh a name in a letter or a turn that no cue gives to the speaker or the one spoken to."""
    place = (hit.start - said.start) / (said.end - said.start)
    if said.kind == "letter" and scene.is_alone(hit) and not 1 - _END < place < _END:
        part: Part = "self" if place > _END else "addressed"
        yield from _spoken(part, f"a line by itself, {part}", _ALONE, said)
    elif said.kind == "turn" and _answers(scene, hit):
        yield "subject", "answers for the name", _ANSWER
    elif said.kind == "turn" and _CALLED_BY.fullmatch(
        scene.text[max(0, hit.start - 3) : hit.end + 1]
    ):
        yield from _spoken("addressed", "called by name", _CALLED, said)
    if is_bare and said.voice < 0:
        yield "third_party", "spoken of", _SPOKEN_OF


def _spoken(part: Part, words: str, weight: float, said: Stretch) -> Iterator[Vote]:
    """Say what one who speaks, or is spoken to, is: an agent, or the person whose matter it is."""
    share = math.tanh((said.voice if part == "self" else -said.voice) / 2)
    yield ("agent" if share > 0 else "subject"), words, weight * max(abs(share), _LEAST_SHARE)
    yield "third_party", words, -weight / 2


def _answers(scene: Scene, hit: Hit) -> bool:
    """Tell whether the turn before asked for the name that stands early in this one."""
    index = scene.index_of(hit)
    said, asked = scene.stretches[index], scene.stretches[index - 1]
    if index == 0 or said.voice > 0:
        return False
    is_early = hit.start - (said.label or (0, said.start))[1] < _REACH
    return is_early and scene.cues.asks_name.search(scene.text, asked.start, asked.end) is not None
