"""Stage 5, classify: findings that the organisation has judged are counted, not kept.

Nothing is suppressed by where it stands, so that a new value in an old place is found. What is
suppressed is a value, by its keyed fingerprint; values of one shape; or all of a sort below a path.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Final

from pii_scan.errors import ConfigError
from pii_scan.model import Finding, Suppression, below

if TYPE_CHECKING:
    import hyperscan

_TELLING: Final = ("value", "full")
"""Kinds of fingerprint of a whole value."""
_NONE: Final[frozenset[str]] = frozenset()

_What = tuple[str | None, str | None, tuple[str, ...], str | None]
"""What is suppressed, less where and until when."""


class Suppressor:
    """The suppressions that hold on a day, ready for use."""

    def __init__(self, suppressions: Sequence[Suppression], today: date) -> None:
        """Leave out those that are past their date.

        Raises:
            ConfigError: a pattern is wrong, or needs more than linear time.
        """
        held = [one for one in suppressions if today <= one.until]
        self._by_print: defaultdict[str, list[Suppression]] = defaultdict(list)
        for one in held:
            for digest in one.fingerprints:
                self._by_print[digest].append(one)
        self._shapes = [one for one in held if one.pattern is not None]
        self._shaped = {one.entity for one in self._shapes}
        self._places = [one for one in held if not one.fingerprints and one.pattern is None]
        self._is_idle = not held
        if self._shapes:
            self._database  # noqa: B018 - refuses wrong patterns now, not at the first value

    def matching(
        self, entity: str, value: str, normalise: Callable[[str], str] | None
    ) -> frozenset[str]:
        """Return the ids of the suppressions whose pattern is that of a value."""
        if entity not in self._shaped:
            return _NONE
        found: list[int] = []
        self._database.scan(
            (normalise(value) if normalise else value).encode("utf-8", "replace"),
            match_event_handler=lambda number, *_: found.append(number),
        )
        return frozenset(
            self._shapes[number].id for number in found if self._shapes[number].entity == entity
        )

    def parted(
        self, uri: str, findings: Iterable[Finding], matched: Mapping[int, frozenset[str]]
    ) -> tuple[list[Finding], tuple[tuple[str, int], ...]]:
        """Return the findings to keep, in order, and how many each suppression took.

        `matched` holds what `matching` said, by the place of the finding. A finding counts for the
        narrowest that covers it: one of its value, then of its shape, then of its place.
        """
        if self._is_idle:
            return list(findings), ()
        kept: list[Finding] = []
        taken: Counter[str] = Counter()
        for place, finding in enumerate(findings):
            covering = self._covering(finding, matched.get(place, _NONE))
            first = next((it for it in covering if it.path is None or below(uri, it.path)), None)
            if first is None:
                kept.append(finding)
            else:
                taken[first.id] += 1
        return kept, tuple(sorted(taken.items()))

    def _covering(self, finding: Finding, matched: frozenset[str]) -> Iterator[Suppression]:
        """Yield those that cover a finding, wherever it is; the narrowest first."""
        if self._by_print:
            yield from self._by_print.get(whole(finding.fingerprints), ())
        if matched:
            yield from (one for one in self._shapes if one.id in matched)
        for one in self._places:
            if finding.entity == one.entity or finding.category == one.category:
                yield one

    @cached_property
    def _database(self) -> "hyperscan.Database":
        return _compiled(self._shapes)


def whole(fingerprints: Iterable[tuple[str, str]]) -> str:
    """Return the fingerprint of a value as a whole; of a name, that with every part of it."""
    return next((digest for kind, digest in fingerprints if kind in _TELLING), "")


def overlapping(
    suppressions: Sequence[Suppression],
) -> Iterator[tuple[Suppression, Suppression]]:
    """Yield (one, other) where the other is needless: all that it covers, one covers as well."""
    alike: defaultdict[_What, list[Suppression]] = defaultdict(list)
    for one in suppressions:
        alike[_what(one)].append(one)
    for other in suppressions:
        what = _what(other)
        everything = (*what[:2], (), None)
        wider = (*alike[what], *(alike[everything] if what != everything else ()))
        for one in wider:
            if one is not other and _covers(one, other):
                yield one, other
                break


def _what(one: Suppression) -> _What:
    return one.entity, one.category, one.fingerprints, one.pattern


def _covers(one: Suppression, other: Suppression) -> bool:
    """Tell whether one holds as long and in as many places."""
    if one.until < other.until:
        return False
    return one.path is None or (other.path is not None and below(other.path, one.path))


def _compiled(shapes: Sequence[Suppression]) -> "hyperscan.Database":
    """Make the patterns ready in an engine whose time is linear in the value."""
    import hyperscan

    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    flags = hyperscan.HS_FLAG_UTF8 | hyperscan.HS_FLAG_UCP | hyperscan.HS_FLAG_SINGLEMATCH
    patterns: list[bytes] = []
    for one in shapes:
        try:
            patterns.append(_anchored(one.pattern or ""))
            database.compile(expressions=patterns[-1:], flags=flags)
        except (ValueError, re.error, hyperscan.error):
            raise ConfigError(
                f"the pattern that is suppressed because {one.reason!r} must be a regular "
                "expression without look-around and back-references that cannot match nothing"
            ) from None
    database.compile(expressions=patterns, flags=flags)
    return database


def _anchored(pattern: str) -> bytes:
    # Compiled alone first: it must not end the group that is put around it.
    if re.compile(pattern).fullmatch(""):
        raise ValueError("matches nothing")
    return rf"\A(?:{pattern})\z".encode()
