"""Stage 5, classify: what of an item bears on promises about its place and content."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from pii_scan.classify.dates import DateRules, day_of
from pii_scan.classify.exports import Exports, Profile, Recognised
from pii_scan.model import Chunk, Contents, Hit, Runs, Spots, Table

_MOST_CONTROLLERS: Final = 1_000
"""Different names that are told apart; more is not an opdrachtgever's column."""
_PICTURES: Final = "image/"
_BIRTH: Final = "DATE_OF_BIRTH"
_LEAST_DIGITS: Final = 6
"""Of a telephone number; below it is an extension, or a word for one that is withheld."""

_Rows = dict[str, dict[int, None]]


class Inventory:
    """Gathers, part by part, the layout of an item and the places that promises are about."""

    def __init__(
        self, exports: Exports, dates: DateRules, controller: str | None, born_by: date | None
    ) -> None:
        """Begin with the item's own controller, if it is known.

        Args:
            exports: The layouts that are known.
            dates: How dates of birth are written.
            controller: Of the item, by the settings.
            born_by: The last birthday of somebody old enough; `None`: anybody is.
        """
        self._exports = exports
        self._dates = dates
        self._born_by = born_by
        self._controllers = {controller.casefold()} if controller else set[str]()
        self._layouts: Counter[Profile] = Counter()
        self._texts: _Rows = {}
        self._withheld: _Rows = {}
        self._young: _Rows = {}

    def add(self, part: Chunk | Table, hits: Sequence[Hit]) -> None:
        """Take in a part with what was found in it."""
        for hit in hits:
            if self._is_young(hit):
                rows = self._young.setdefault(part.where, {})
                rows.update({} if hit.row is None else {hit.row: None})
        if isinstance(part, Table):
            self._add_table(part, self._exports.recognise(part.columns))

    @property
    def profile(self) -> Profile | None:
        """The layout that most rows have."""
        return max(self._layouts, key=lambda it: (self._layouts[it], it.id), default=None)

    def contents(self, media_type: str | None) -> Contents:
        """Return what was gathered."""
        return Contents(
            system=self.profile.system if self.profile else "",
            is_scanned=(media_type or "").startswith(_PICTURES),
            controllers=len(self._controllers),
            texts=_spots(self._texts),
            withheld=_spots(self._withheld),
            young=_spots(self._young),
        )

    def _add_table(self, table: Table, known: Recognised) -> None:
        if known.profile is not None:
            self._layouts[known.profile] += len(table.rows)
        texts, controllers = known.places("text"), known.places("controller")
        flags, callers = known.places("withheld"), known.places("caller")
        if not (texts or controllers or flags):
            return
        for number, row in zip(table.numbers, table.rows, strict=True):
            if any(_cells(row, texts)):
                self._texts.setdefault(table.where, {})[number] = None
            if any(cell.casefold() in self._exports.yes for cell in _cells(row, flags)) and any(
                map(_is_number, _cells(row, callers))
            ):
                self._withheld.setdefault(table.where, {})[number] = None
            if len(self._controllers) < _MOST_CONTROLLERS:
                self._controllers |= {name.casefold() for name in _cells(row, controllers) if name}

    def _is_young(self, hit: Hit) -> bool:
        if self._born_by is None or hit.entity != _BIRTH:
            return False
        born = day_of(hit.value, self._dates)
        return born is not None and born > self._born_by


def _cells(row: Sequence[str], places: Iterable[int]) -> Iterator[str]:
    return (row[place].strip() for place in places if place < len(row))


def _is_number(cell: str) -> bool:
    return sum(map(str.isdigit, cell)) >= _LEAST_DIGITS


def _spots(rows: Mapping[str, Mapping[int, None]]) -> Spots:
    return tuple((where, _runs(numbers)) for where, numbers in rows.items())


def _runs(numbers: Iterable[int]) -> Runs:
    runs: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return tuple(runs)
