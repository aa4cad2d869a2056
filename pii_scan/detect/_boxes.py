"""Whether the box on a form that a term stands at was ticked."""

import re
from itertools import pairwise

_BOX = re.compile(rb"(?<![a-z0-9])(?:\[[ _x*v]?\]|\([ xv]\)|\x1b|\x1c)")
"""Folded: `fold` turns the empty boxes of Unicode into one character, those ticked into another."""
_TICK = re.compile(rb"[xv*\x1c]")
_ANSWER = re.compile(rb"[ \t]{0,3}(ja|nee)\b")
_ANSWERED = re.compile(rb"\b(ja|nee)[ \t:]{0,3}\Z")
_HEADING = re.compile(rb"(?m)^[^\n]{0,200}\b(ja|nee)[ \t|/]+(?:ja|nee)[ \t|]*$")
_WIDTH = 250
"""Characters of a line that are looked at, on either side of a term."""
_ABOVE = 1500
"""Characters above a line in which the heading of its boxes is sought."""

_Box = tuple[int, int, bool]
"""Where a box begins and ends, and whether it is ticked."""


def is_ticked(lower: bytes, start: int, end: int) -> bool | None:
    """Tell whether the box of a term is ticked, in folded text in lower case; `None`: no box.

    >>> form = b"bent u veroordeeld? ( ) nee (x) ja"
    >>> is_ticked(form, 7, 18), is_ticked(form.replace(b"nee", b"ja!"), 7, 18)
    (True, False)
    >>> is_ticked(b"[x] astma [ ] reuma", 4, 9), is_ticked(b"[x] astma [ ] reuma", 14, 19)
    (True, False)
    """
    first = lower.rfind(b"\n", max(0, start - _WIDTH), start) + 1 or max(0, start - _WIDTH)
    last = _line_end(lower, end)
    boxes = _boxes(lower, first, last)
    if not boxes and lower[end:last].rstrip()[-1:] in (b"?", b":"):
        boxes = _boxes(lower, last + 1, _line_end(lower, last + 1))
        if not boxes or lower[last + 1 : boxes[0][0]].strip():
            return None
    if not boxes:
        return None
    behind = [box for box in boxes if box[0] >= end]
    answers = _answers(lower, behind, last)
    if answers is None and len(behind) > 1 and _are_alone(lower, behind):
        headings = list(_HEADING.finditer(lower, max(0, first - _ABOVE), first))
        answers = [(one := headings[-1][1]) == b"ja", one != b"ja"] if headings else None
    if answers:
        return any(box[2] and is_yes for box, is_yes in zip(behind, answers, strict=False))
    if lower[first : boxes[0][0]].strip(b" \t-*|"):
        return behind[0][2] if behind else None
    return next((box[2] for box in reversed(boxes) if box[1] <= start), None)


def _line_end(lower: bytes, at: int) -> int:
    end = lower.find(b"\n", at, at + _WIDTH)
    return end if end >= 0 else min(len(lower), at + _WIDTH)


def _boxes(lower: bytes, first: int, last: int) -> list[_Box]:
    found = _BOX.finditer(lower, first, last)
    return [(*box.span(), _TICK.search(box[0]) is not None) for box in found]


def _answers(lower: bytes, boxes: list[_Box], last: int) -> list[bool] | None:
    """Return for each box whether it stands for yes; `None` if no answers are written at them."""
    behind = [_ANSWER.match(lower, box[1], last) for box in boxes]
    before = [_ANSWERED.search(lower, max(0, box[0] - 8), box[0]) for box in boxes]
    found = behind if boxes and behind[0] else before
    if not any(found):
        return None
    return [one is not None and one[1] == b"ja" for one in found]


def _are_alone(lower: bytes, boxes: list[_Box]) -> bool:
    return not any(lower[one[1] : other[0]].strip(b" \t|") for one, other in pairwise(boxes))
