"""4, detect: recognizers as data, and what they find. Values in clear end here."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True)
class Pattern:
    """One way an identifier is written, in syntax that linear-time engines share.

    No look-around, no back-references, bounded length. Before matching, every kind of space has
    become " " and every kind of hyphen "-". Where a group is named `value`, that group is what is
    found and the rest must stand around it: a street before a postcode.
    """

    regex: str
    prior: float
    """Chance (0-1) that a match which passes the check is what it seems, without any context."""
    anchor: str | None = None
    """A cheaper pattern that must match inside every match, but for one character beyond its end;
    sought instead of `regex` by the multi-pattern engine (which has no bounds on what follows).
    Where `regex` holds it word for word, outside groups, less text is searched. `None`: `regex`
    itself; of an `after_label` pattern, none."""
    after_label: bool = False
    """Sought only straight after one of the recognizer's labels, or in a cell under one."""
    is_valid: Callable[[str], bool] | None = field(default=None, repr=False)
    """The check for this spelling, in place of the recognizer's."""


@dataclass(frozen=True, slots=True)
class Recognizer:
    """A plugin of a recognizer pack: an identifier as data. `pii-scan recognizers` shows them."""

    entity: str
    category: str
    """Id in rules/categories.toml."""
    patterns: tuple[Pattern, ...]
    source: str
    """Law, standard or URL that says how the identifier is made."""
    match: tuple[str, ...]
    """At least three texts in which exactly one finding of `entity` scores 0.5 or more."""
    no_match: tuple[str, ...]
    """At least five texts in which no finding of `entity` does."""
    edges: Literal["digit", "word", "none"] = "word"
    """What may not touch a match: another digit, another letter or digit, nothing."""
    labels: tuple[str, ...] = ()
    """Words that name the value ("bsn", "klantnummer"): before it, or as its column's heading."""
    context: tuple[str, ...] = ()
    """Words nearby that make it likelier without naming it, unless as the heading of a column."""
    against: tuple[str, ...] = ()
    """Labels of other things ("ordernummer"): as the nearest label they take a match down."""
    is_valid: Callable[[str], bool] | None = field(default=None, repr=False)
    """The check on the matched text: check digits, exclusions. It removes, it does not prove."""
    normalise: Callable[[str], str] | None = field(default=None, repr=False)
    """The one spelling that is fingerprinted: "06-12 34" and "+31 6 1234" become equal."""
    mask: Callable[[str], str] | None = field(default=None, repr=False)
    """How the value is shown (of a BSN the last three); `None`: first letter and stars."""


@dataclass(frozen=True, slots=True)
class NameModel:
    """A plugin of a recognizer pack, its constant `NAMES`: how names are found in its language."""

    pipeline: Path
    """The folder of the spaCy pipeline that ships with the pack."""
    trim: Callable[[str], tuple[int, int]] = field(repr=False)
    """Gives the span of the name within what a model took for one, less titles and labels; empty
    when nothing is left."""
    against: Callable[[str, int, int], Iterable[tuple[str, float]]] = field(repr=False)
    """Gives what in a text and around a span speaks against a person's name, in log-odds."""
    is_word: Callable[[str], bool] = field(repr=False)
    """Tells whether a word in lower case is an ordinary one of the language too: "bos", "roos"."""
    particles: frozenset[str] = frozenset()
    """Words in names that are no name by themselves, in lower case: "van", "der"."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A span that seems personal data. The one type with a person's value in clear."""

    entity: str
    start: int
    """Half-open span in the scanned text, code points."""
    end: int
    score: float
    """Chance of being right, 0-1."""
    where: str
    value: str = field(repr=False)
    row: int | None = None
    """Row number when it stands in a table."""
    column: str | None = None
    """Heading of its column, or the label of its field."""
    reasons: tuple[tuple[str, float], ...] = ()
    """What raised and lowered the score, in log-odds: (("prior", -1.4), ("label bsn", 4.0))."""

    def moved(self, start: int, end: int, value: str, where: str) -> "Hit":
        """Return the hit at another place; `dataclasses.replace` takes three times as long."""
        return Hit(
            self.entity, start, end, self.score, where, value, self.row, self.column, self.reasons
        )
