"""What a regular expression says of its matches, read from its parse tree."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

Touches = Callable[[str], bool]
_CATEGORIES: dict[Any, tuple[Touches, bool]] = {
    sre.CATEGORY_DIGIT: (str.isdecimal, True),
    sre.CATEGORY_NOT_DIGIT: (str.isdecimal, False),
    sre.CATEGORY_SPACE: (str.isspace, True),
    sre.CATEGORY_NOT_SPACE: (str.isspace, False),
    sre.CATEGORY_WORD: (lambda character: character.isalnum() or character == "_", True),
    sre.CATEGORY_NOT_WORD: (lambda character: character.isalnum() or character == "_", False),
}
"""What the classes of `re` hold: a test, and its outcome."""
_OPEN, _CLOSE = (sre.LITERAL, 0xE000), (sre.LITERAL, 0xE001)
"""Characters that no pattern holds: they show where something is in its tree."""
REPEATS = (sre.MAX_REPEAT, sre.MIN_REPEAT)
"""Kinds of parts that may be there more than once."""
MOST = 1000
"""Characters that a pattern may match."""


@lru_cache(8)
def tree(regex: str) -> Any:
    """Return the parse tree; several questions are asked of each pattern."""
    return _parser.parse(regex)


def width(regex: str) -> int:
    """Return how many characters `regex` can match at most."""
    return int(tree(regex).getwidth()[1])


def before(regex: str, piece: str) -> int | None:
    """Return how many characters may stand before `piece` in a match; `None` if that is not clear.

    `regex` has to hold it word for word, not within groups, alternatives or what may lack.

    >>> before("x{1,3}(?:a|b)c[0-9]d", "c[0-9]"), before("a|bc", "c"), before("(?:a|bc)d", "c")
    (4, None, None)
    >>> before("xc?y{6}c", "c"), before("x{1,3}a3", "3"), before("xa[0-9]{2}", "a[0-9]")
    (None, None, 1)
    """
    first, found, rest = regex.partition(piece)
    try:
        marked = list(tree(f"{first}\ue000{piece}\ue001{rest}"))
    except re.error:  # it is part of something else
        return None
    opened = [place for place, item in enumerate(marked) if item == _OPEN]
    if not found or not opened or not any(map(_is_closed, marked)):
        return None
    ahead = marked[: opened[0]]
    return width(first) if repr(ahead) == repr(list(tree(regex))[: opened[0]]) else None


def _is_closed(item: Any) -> bool:
    """Tell whether a piece ends here; its last part may be there more than once."""
    kind, value = item
    if kind in REPEATS and value[0]:
        return list(value[-1]) == [_CLOSE]
    return bool(item == _CLOSE)


def begins(regex: str, touches: Touches) -> bool:
    """Tell whether every match begins with a character that `touches`; in doubt, no.

    >>> begins("(?:[1-9]|0)x", str.isdigit), begins("[+]?[0-9]", str.isdigit)
    (True, False)
    """
    return _always(tree(regex), touches, 1)


def ends(regex: str, touches: Touches) -> bool:
    """Tell the same of the end.

    >>> ends("x[0-9]{3}", str.isdigit), ends("[0-9]x?", str.isdigit)
    (True, False)
    """
    return _always(tree(regex), touches, -1)


def required(regex: str) -> tuple[str, int]:
    """Return the longest run of plain characters that every match holds; may be empty.

    And how many characters of a match may stand before it.

    >>> required("a?bcd[0-9]|x"), required("a?(?:bcd)[0-9]{2}ef")
    (('', 0), ('bcd', 1))
    """
    return max(_runs(tree(regex)), key=lambda run: len(run[0]), default=("", 0))


def _runs(items: Sequence[Any]) -> list[tuple[str, int]]:
    runs: list[tuple[str, int]] = []
    run, before, first = "", 0, 0
    for kind, value in items:
        if kind is sre.LITERAL:
            run, before = run + chr(value), before + 1
            continue
        if kind is sre.AT:
            continue
        runs.append((run, first))
        # A group with flags is left out: its letters may stand for others.
        is_group = kind is sre.SUBPATTERN and not value[1]
        if is_group or (kind in REPEATS and value[0]):
            runs += [(inner, before + ahead) for inner, ahead in _runs(value[-1])]
        before += _longest(kind, value)
        run, first = "", before
    return [*runs, (run, first)]


def before_digit(regex: str) -> int | None:
    """Return how many characters of a match may stand before its first digit; `None`: no digit.

    >>> before_digit("[a-z]{1,3}-?[0-9]{2}"), before_digit("1|ab2"), before_digit("[a-z]+[0-9]?")
    (4, 2, None)
    """
    return _before_digit(tree(regex))


def _before_digit(items: Sequence[Any]) -> int | None:
    before = 0
    for kind, value in items:
        inside: int | None = None
        if kind is sre.LITERAL:
            inside = 0 if chr(value).isdigit() else None
        elif kind is sre.IN:
            inside = 0 if all(_all_touch(one, str.isdigit) for one in value) else None
        elif kind is sre.BRANCH:
            branches = [_before_digit(branch) for branch in value[1]]
            inside = None if None in branches else max(filter(None, branches), default=0)
        elif kind in REPEATS:
            inside = _before_digit(value[-1]) if value[0] else None
        elif kind is sre.SUBPATTERN:
            inside = _before_digit(value[-1])
        if inside is not None:
            return before + inside
        before += _longest(kind, value)
    return None


def _longest(kind: Any, value: Any) -> int:
    """Return how many characters one part of a pattern can match at most; in doubt, `MOST`."""
    if kind in (sre.LITERAL, sre.NOT_LITERAL, sre.IN, sre.ANY):
        return 1
    if kind is sre.BRANCH:
        return max(int(branch.getwidth()[1]) for branch in value[1])
    if kind is sre.SUBPATTERN:
        return int(value[-1].getwidth()[1])
    if kind in REPEATS:
        return int(value[1]) * int(value[-1].getwidth()[1])
    return 0 if kind in (sre.AT, sre.ASSERT, sre.ASSERT_NOT) else MOST


def holds(regex: str, character: str) -> bool:
    r"""Tell whether a match may hold `character`; in doubt, yes.

    >>> holds("[a-z ]{3}", "\n"), holds("[^a-z]", "\n"), holds(r"\s", "\n"), holds(".", "\n")
    (False, True, True, False)
    >>> holds(r"[^\W\d_]", "\n"), holds(r"[^\W\d_]", "a")
    (False, True)
    """
    return _may_hold(tree(regex), character)


def _may_hold(items: Sequence[Any], character: str) -> bool:
    for kind, value in items:
        if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.SUBPATTERN):
            found = _may_hold(value[-1], character)
        elif kind is sre.BRANCH:
            found = any(_may_hold(branch, character) for branch in value[1])
        elif kind is sre.LITERAL:
            found = chr(value) == character
        elif kind is sre.IN:
            is_negated = value[0][0] is sre.NEGATE
            found = any(_is_one(one, character) for one in value[is_negated:]) != is_negated
        else:
            found = kind not in (sre.AT, sre.ANY)
        if found:
            return True
    return False


def _is_one(one: Any, character: str) -> bool:
    r"""Tell whether a character is of one part of a class: "a", "a-z" or "\\w"."""
    kind, value = one
    if kind is sre.LITERAL:
        return chr(value) == character
    if kind is sre.RANGE:
        return bool(value[0] <= ord(character) <= value[1])
    is_of, is_kind = _CATEGORIES[value]
    return is_of(character) is is_kind


def _always(items: Sequence[Any], touches: Touches, step: int) -> bool:
    for kind, value in list(items)[::step]:
        if kind is sre.AT:
            continue
        if kind in REPEATS:
            least, _, body = value
            if not _always(body, touches, step):
                return False
            if least:
                return True
            continue
        if kind is sre.LITERAL:
            return touches(chr(value))
        if kind is sre.IN:
            return all(_all_touch(one, touches) for one in value)
        if kind is sre.BRANCH:
            return all(_always(branch, touches, step) for branch in value[1])
        return kind is sre.SUBPATTERN and _always(value[-1], touches, step)
    return False


def _all_touch(one: Any, touches: Touches) -> bool:
    kind, value = one
    if kind is sre.LITERAL:
        return touches(chr(value))
    if kind is sre.RANGE:
        return all(touches(chr(point)) for point in range(value[0], value[1] + 1))
    return kind is sre.CATEGORY and value is sre.CATEGORY_DIGIT and touches("0")
