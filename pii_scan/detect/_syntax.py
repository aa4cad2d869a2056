"""What a regular expression says of its matches, read from its parse tree."""

from collections.abc import Callable, Sequence
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

Touches = Callable[[str], bool]


def width(regex: str) -> int:
    """Return how many characters `regex` can match at most."""
    return int(_parser.parse(regex).getwidth()[1])


def begins(regex: str, touches: Touches) -> bool:
    """Tell whether every match begins with a character that `touches`; in doubt, no.

    >>> begins("(?:[1-9]|0)x", str.isdigit), begins("[+]?[0-9]", str.isdigit)
    (True, False)
    """
    return _always(_parser.parse(regex), touches, 1)


def ends(regex: str, touches: Touches) -> bool:
    """Tell the same of the end.

    >>> ends("x[0-9]{3}", str.isdigit), ends("[0-9]x?", str.isdigit)
    (True, False)
    """
    return _always(_parser.parse(regex), touches, -1)


def _always(items: Sequence[Any], touches: Touches, step: int) -> bool:
    for kind, value in list(items)[::step]:
        if kind is sre.AT:
            continue
        if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT):
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
