"""How far a column is filled by values of one kind: what a single cell cannot tell, many can."""

from collections import Counter
from collections.abc import Iterable, Mapping

from pii_scan.detect.engine import Candidate
from pii_scan.detect.layout import Cell

LEAST = 5
"""Filled cells from which a column tells something."""
FULL = 0.9
"""Share of values of a kind from which a column is one of them, but for typing errors."""
MIXED = 0.5
"""Share up to which it is not: of numbers of another kind one in eleven passes as a BSN."""


class Columns:
    """The columns of a text, with what may stand in their cells."""

    def __init__(
        self,
        filled: Mapping[int, int],
        cells: Mapping[int, Cell | None],
        candidates: Iterable[Candidate],
    ) -> None:
        """Count the cells that a candidate fills, found without a label's help.

        Args:
            filled: how many cells each column has.
            cells: by the start of a candidate.
            candidates: whatever was found.
        """
        self._filled = filled
        self._own: Counter[tuple[int, str]] = Counter()
        for one in candidates if self._filled else ():
            cell = cells[one.start]
            if cell and (cell.start, cell.end) == one[:2] and not one.pattern.after_label:
                self._own[cell.column, one.recognizer.entity] += 1

    def kind(self, cell: Cell, entity: str) -> tuple[str, str] | None:
        """Say whether a column is full of an entity or hardly holds it, and how much of it does."""
        filled, own = self._filled[cell.column], self._own[cell.column, entity]
        if filled < LEAST or not own:
            return None
        if own >= FULL * filled:
            return "full column", f"{own} of {filled}"
        return ("mixed column", f"{own} of {filled}") if own <= MIXED * filled else None
