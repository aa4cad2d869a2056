"""Lists of what may not be deleted for now, in TOML or CSV; persons become fingerprints here."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Annotated

from pydantic import Field, model_validator

from pii_scan.classify.fingerprint import fingerprints
from pii_scan.classify.names import parse
from pii_scan.config._lists import entries
from pii_scan.config._schema import Strict
from pii_scan.errors import ConfigError
from pii_scan.model import Hold, Recognizer

Line = Annotated[str, Field(min_length=1, max_length=300)]
Printer = Callable[[str], frozenset[str]]

SHORTEST_CASE = 4
"""Characters: shorter numbers stand in any text."""


class _Entry(Strict):
    person: Line | None = Field(default=None, repr=False)
    path: Line | None = None
    case: Line | None = Field(default=None, repr=False)
    reason: Line
    by: Line
    since: date
    until: date | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> "_Entry":
        if sum(one is not None for one in (self.person, self.path, self.case)) != 1:
            raise ValueError("state one of person, path and case")
        if self.until is not None and self.until < self.since:
            raise ValueError("until is before since")
        if self.path is not None and not any(char.isalnum() for char in self.path):
            raise ValueError("the path must name a folder or file")
        if self.case is not None and len(self.case.strip()) < SHORTEST_CASE:
            raise ValueError(f"a case is known by {SHORTEST_CASE} characters or more")
        if not (self.reason.isprintable() and self.by.isprintable()):
            raise ValueError("reason and by must each be a line of text")
        return self


def load_holds(files: Iterable[str], prints: Printer) -> tuple[Hold, ...]:
    """Return the holds of some files; "-" reads CSV from stdin.

    `prints` gives the fingerprints of a name or an identifier, or none for what is neither.

    Raises:
        ConfigError: a file cannot be read, or an entry is wrong; quotes no person and no case.
    """
    return tuple(
        _hold(place, entry, prints)
        for file in dict.fromkeys(files)
        for place, entry in entries(file, "hold", _Entry)
    )


def printer(recognizers: Sequence[Recognizer], keys: Sequence[bytes]) -> Printer:
    """Return what makes fingerprints of a person under each of `keys`.

    A name counts in full and as initial and surname. What holds a digit or "@" is an identifier,
    of whatever entity it is found as. To hold too much is better than to hold too little.
    """

    def prints(person: str) -> frozenset[str]:
        if any(char.isdigit() or char == "@" for char in person):
            told = [
                fingerprints(one.entity, person, one.normalise, key)
                for one in recognizers
                for key in keys
            ]
        else:
            name = parse(person)
            if name is None or not name.given:
                return frozenset()
            told = [fingerprints("PERSON", person, None, key) for key in keys]
        return frozenset(digest for pairs in told for kind, digest in pairs if kind != "surname")

    return prints


def _hold(place: str, entry: _Entry, prints: Printer) -> Hold:
    found = frozenset[str]()
    if entry.person is not None:
        found = prints(entry.person)
        if not found:
            raise ConfigError(
                f"{place}: a person is told by a name with a given name or initial, or by a number "
                "or e-mail address"
            )
    return Hold(
        place, entry.reason, entry.by, entry.since, entry.until, found, entry.path, entry.case
    )
