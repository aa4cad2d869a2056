"""Stage 5, classify: whose the cells of a column are, in a row about one person, by its heading.

What no heading is known to say is nobody's for certain, and is somebody else's until shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from pii_scan.classify.exports import spoken

_LEAST_TO_END: Final = 5
"""Letters of a word that a longer one may end with: "contactmedewerker"."""
_KEPT: Final = 4_000
"""Different headings that are remembered; a hostile file has any number of them."""


@dataclass(frozen=True, slots=True)
class Headings:
    """What headings say of persons, as `rules/columns.toml` has it; all as `spoken` gives it."""

    own: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Entity -> the headings, as a whole, under which it is of the one whom the row is about."""
    staff: frozenset[str] = frozenset()
    """Words of headings whose cells tell of who works for the organisation."""
    people: frozenset[str] = frozenset()
    """Words of headings whose cells are names of people, beside those of staff."""
    words: frozenset[str] = frozenset()
    """Every word of a heading that is known, so that none of it is a name."""

    def is_own(self, entity: str, heading: str) -> bool:
        """Tell whether a value under a heading is of the one whom its row is about."""
        return _spoken(heading) in self.own.get(entity, frozenset())

    def is_staffs(self, heading: str) -> bool:
        """Tell whether a column tells of who works for the organisation."""
        return _has(heading, self.staff)

    def is_names(self, heading: str) -> bool:
        """Tell whether the cells of a column are names of people."""
        return _has(heading, self.staff | self.people)


@lru_cache(_KEPT)
def _spoken(heading: str) -> str:
    return spoken(heading)


def _has(heading: str, words: frozenset[str]) -> bool:
    ends = tuple(word for word in words if len(word) >= _LEAST_TO_END)
    return any(word in words or word.endswith(ends) for word in _spoken(heading).split())
