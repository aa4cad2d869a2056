"""Stage 5, classify: which opdrachtgever a text or the rows of a table say that they are of."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pii_scan.model import Table

HEAD_CHARS = 2_000
"""A document says at its beginning whose it is."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of `rules/controllers.toml`."""

    columns: tuple[str, ...]
    """Headings, in lower case."""
    labels: tuple[str, ...]


class Controllers:
    """The opdrachtgevers that are known, as data may name them."""

    def __init__(self, names: Iterable[str], words: Words) -> None:
        """Take in the names that the settings and the contract register use."""
        self._known = {_folded(name): name for name in names}
        self._columns = frozenset(words.columns)
        labels = "|".join(map(re.escape, words.labels))
        self._label = re.compile(rf"(?im)^[ \t]*(?:{labels})[ \t]*[:=\t][ \t]*([^\n\t]{{1,120}})$")

    def of_text(self, text: str) -> str | None:
        """Return the opdrachtgever that a label in the head of a text names, if it names one."""
        if not self._known:
            return None
        told = {self._known.get(_folded(name)) for name in self._label.findall(text[:HEAD_CHARS])}
        return told.pop() if len(told) == 1 else None

    def of_rows(self, table: Table) -> dict[int, str]:
        """Return the opdrachtgever of each row that names one, by row number."""
        named = [at for at, name in enumerate(table.columns) if _folded(name) in self._columns]
        if not named or not self._known:
            return {}
        found: dict[int, str] = {}
        for number, row in zip(table.numbers, table.rows, strict=True):
            told = {self._known.get(_folded(row[at])) for at in named if at < len(row)} - {None}
            if len(told) == 1 and (name := told.pop()) is not None:
                found[number] = name
        return found


def _folded(name: str) -> str:
    return " ".join(re.sub(r"[\W_]+", " ", name).casefold().split())
