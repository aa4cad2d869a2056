r"""Regular expressions compiled such that `re` skips at once to where a match may begin.

`re` looks for the first character alone, ten times as fast as it tries an expression, but only
where that begins with a class of characters. A left edge or a choice in front hides the class. So
here a class is read first, then the edge is checked, and where the first character was read, it is
looked back at:

    (?<!\w)(?:[A-Z]\.|'s)    is compiled as    ['A-Z](?<!\w\w)(?:(?<=[A-Z])\.|(?<=')s)
"""

import re
from re import _compiler, _parser  # type: ignore[attr-defined]
from re import _constants as sre  # type: ignore[attr-defined]
from typing import Any

from pii_scan.detect._syntax import REPEATS, tree

Items = list[Any]
"""A sequence in the parse tree: pairs of a kind and its value."""
Parted = tuple[Items, Items]
"""What is in the class of first characters, and what a match is once one of them is read."""

_LATIN_1 = 255
_ODD_CASES = "\u0130\u0131\u017f\u1e9e\u212a\u212b"
"""Letters further on that `re` takes for one of Latin-1 when capitals do not count."""


def compiled(regex: str, inside: str = "") -> re.Pattern[str]:
    """Compile `regex` such that no match begins between two characters of the class `inside`.

    >>> compiled("[0-9]{2}|x", "[0-9a-z]").findall("123 x4 ax 56")
    ['12', 'x', '56']
    """
    parsed = tree(regex)
    state = parsed.state
    parted = None if state.flags & re.IGNORECASE else _parted(list(parsed), state, False, True)
    if parted is None:
        return re.compile(edged(regex, inside))
    edge = list(tree(f"(?<!{inside}{inside})")) if inside else []
    made: re.Pattern[str] = _compiler.compile(_led(_class(parted[0]), edge, parted[1], state))
    return made


def edged(regex: str, inside: str = "") -> str:
    """Write the same as plain text, which is slower to search."""
    return f"(?:(?<!{inside})|(?!{inside}))(?:{regex})" if inside else regex


def _led(first: Any, edge: Items, items: Items, state: Any) -> Any:
    """Put the class and the edge before all; if a captured group begins there, within it."""
    kind, value = items[0]
    if kind is sre.SUBPATTERN and _captures(items):
        *group, inner = value
        items = [(kind, (*group, _led(first, edge, list(inner), state))), *items[1:]]
    else:
        items = [first, *edge, *items]
    return _parser.SubPattern(state, items)


def _captures(items: Items) -> bool:
    """Tell whether a captured group begins where all does."""
    kind, value = items[0]
    return kind is sre.SUBPATTERN and (value[0] is not None or _captures(list(value[-1])))


def _class(parts: Items) -> Any:
    """Return the class that holds `parts`; of one character, that character: `re` is fastest so."""
    return parts[0] if len(parts) == 1 and parts[0][0] is sre.LITERAL else (sre.IN, parts)


def _parted(items: Items, state: Any, any_case: bool, may_capture: bool) -> Parted | None:
    """Part the first character from the rest; `None` if it may be anything or nothing.

    Nor may a captured group begin with it, but one that all begins with.
    """
    if not items:
        return None
    (kind, value), rest = items[0], items[1:]
    if kind in (sre.LITERAL, sre.IN):
        first = _characters(value if kind is sre.IN else [items[0]], any_case)
        return None if first is None else (first, [_behind([items[0]], state), *rest])
    if kind is sre.AT:
        parted = _parted(rest, state, any_case, False)
        return parted and (parted[0], [_behind([items[0], _class(parted[0])], state), *parted[1]])
    if kind is sre.BRANCH:
        branches = [_parted(list(one), state, any_case, False) for one in value[1]]
        return _either(branches, rest, state)
    if kind is sre.SUBPATTERN:
        group, added, taken, inner = value
        if group is not None and not may_capture:
            return None
        any_case = bool((any_case or added & re.IGNORECASE) and not taken & re.IGNORECASE)
        parted = _parted(list(inner), state, any_case, may_capture)
        within = parted and _parser.SubPattern(state, parted[1])
        return parted and (parted[0], [(kind, (group, added, taken, within)), *rest])
    if kind in REPEATS and value[0]:
        least, most, body = value
        parted = _parted(list(body), state, any_case, False)
        again = [(kind, (least - 1, most - 1, body))] if most > 1 else []
        return parted and (parted[0], [*parted[1], *again, *rest])
    return None


def _either(branches: list[Parted | None], rest: Items, state: Any) -> Parted | None:
    first: Items = []
    bodies = []
    for one in branches:
        if one is None:
            return None
        first += [part for part in one[0] if part not in first]
        bodies.append(_parser.SubPattern(state, one[1]))
    if any(kind is sre.NEGATE for kind, _ in first):
        return None
    return first, [(sre.BRANCH, (None, bodies)), *rest]


def _behind(items: Items, state: Any) -> Any:
    return sre.ASSERT, (-1, _parser.SubPattern(state, items))


def _characters(parts: Items, any_case: bool) -> Items | None:
    """Return the parts of a class, spelled out if capitals do not count in it."""
    if not any_case:
        return list(parts)
    letters = set(_ODD_CASES)
    for kind, value in parts:
        if kind not in (sre.LITERAL, sre.RANGE):
            return None
        low, high = value if kind is sre.RANGE else (value, value)
        if high > _LATIN_1:
            return None
        for letter in map(chr, range(low, high + 1)):
            letters.update((letter, letter.lower(), letter.upper()))
    return [(sre.LITERAL, ord(letter)) for letter in sorted(letters) if len(letter) == 1]
