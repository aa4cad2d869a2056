"""Stage 3, extract: JSON values -> parts. Lists of objects become tables, the rest labelled lines.

Numbers stay as written, and a key that stands twice in one object counts twice.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import repeat
from typing import BinaryIO, Final

from pii_scan.errors import ExtractError
from pii_scan.extract._decode import lines
from pii_scan.extract._limits import MAX_COLUMNS, MAX_DEPTH
from pii_scan.extract._reasons import DAMAGED, TOO_DEEP
from pii_scan.extract._table import tables
from pii_scan.extract._text import fields
from pii_scan.model import Chunk, Gap, Part

BLOCK_LINES: Final = 1_000
_FIELD: Final = re.compile(r"[a-z](?:[A-Za-z_-]|[0-9](?![0-9]{2})){0,39}")
"""What a field is called; anything else may be somebody's name or number, and is not shown."""

_INDEX: Final = re.compile(r"[0-9]{1,6}")


@dataclass(frozen=True, slots=True)
class Pairs:
    """A JSON object, as the pairs it is written with."""

    pairs: list[tuple[str, object]]


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=Pairs, parse_int=str, parse_float=str, parse_constant=str
)


def load(text: str) -> object:
    """Return a JSON value: `Pairs`, a list, a string (numbers too, as written), a bool or `None`.

    Raises:
        ValueError: it is no JSON.
        ExtractError: it is nested too deeply.
    """
    try:
        value: object = _DECODER.decode(text)
    except RecursionError:
        raise ExtractError(TOO_DEEP) from None
    return value


def flat(value: object, path: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """Yield (dotted path, text) of every value inside a value; lists of plain values stay one.

    >>> list(flat(load('{"a": {"b": 7, "c": ["x", "y"]}, "d": [{"e": null}]}')))
    [('a.b', '7'), ('a.c', 'x, y'), ('d.0.e', '')]
    """
    if depth > MAX_DEPTH:
        raise ExtractError(TOO_DEEP)
    match value:
        case Pairs(pairs) if pairs:
            for key, inner in pairs:
                name = f"{path}.{key}" if path else key
                if isinstance(inner, str):
                    yield name, inner
                else:
                    yield from flat(inner, name, depth + 1)
        case list() if any(isinstance(inner, Pairs | list) for inner in value):
            for index, inner in enumerate(value):
                yield from flat(inner, f"{path}.{index}" if path else str(index), depth + 1)
        case list():
            yield path, ", ".join(map(plain, value))
        case Pairs():
            yield path, ""
        case _:
            yield path, plain(value)


def told(pairs: Iterable[tuple[str, str]], where: str) -> Iterator[Chunk]:
    """Yield (dotted path, text) pairs as lines.

    Of what has no value the path counts if it may be one itself: {"Jan de Vries": null}. The name
    of a field is left out, since it would be a label to what comes next.
    """
    yield from fields(
        (pair if pair[1] or _is_named(pair[0]) else ("", pair[0]) for pair in pairs), where
    )


def _values(paths: Iterable[str]) -> dict[str, None]:
    """Return the steps of some paths that may be values themselves: {"Jan de Vries": {…}}."""
    steps = (step for path in paths if not _is_named(path) for step in path.split("."))
    return {step: None for step in steps if not _is_named(step)}


def _is_named(path: str) -> bool:
    return all(_FIELD.fullmatch(step) or _INDEX.fullmatch(step) for step in path.split("."))


def plain(value: object) -> str:
    """Return a value that holds no others as text: `null` is empty, booleans as JSON has them."""
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def records(rows: Iterable[tuple[int, object]], where: str) -> Iterator[Part]:
    """Yield numbered objects as a table of all their keys; as lines if they have too many.

    Keys that stand twice in an object are joined in one cell.
    """
    flattened: list[tuple[int, dict[str, str]]] = []
    columns: dict[str, None] = {}
    for number, value in rows:
        cells: dict[str, str] = {}
        for path, text in flat(value):
            cells[path] = f"{cells[path]}, {text}" if cells.get(path) else text
        columns |= dict.fromkeys(cells)
        flattened.append((number, cells))
    is_wide = len(columns) > MAX_COLUMNS
    for number, cells in flattened:
        # A table leaves out rows without a value, and so it may itself be none.
        if is_wide or not any(cells.values()):
            yield from told(cells.items(), f"{where} row {number}".strip())
    if is_wide:
        return
    yield from fields((("", step) for step in _values(columns)), f"{where} field names".strip())
    grid = ((number, tuple(map(cells.get, columns, repeat("")))) for number, cells in flattened)
    yield from tables(grid, where, heading=tuple(columns))


def is_records(value: object) -> bool:
    """Tell whether a value is a list of objects that a table can show."""
    return isinstance(value, list) and bool(value) and all(isinstance(row, Pairs) for row in value)


def document(value: object, where: str = "$", depth: int = 0) -> Iterator[Part]:
    """Yield the tables of a value and of the branches of its upper levels, and the rest as lines.

    Lines of a branch carry the names of the branches above: "klant.adres.plaats: Ons Dorp".
    """
    if isinstance(value, list) and is_records(value):
        yield from records(enumerate(value, start=1), where)
        return
    path = where.removeprefix("$").removeprefix(".")
    if not isinstance(value, Pairs) or depth > 2:
        yield from told(flat(value, path), where)
        return
    loose: list[tuple[str, str]] = []
    is_list = _is_list(value)
    for index, (key, inner) in enumerate(value.pairs, start=1):
        if isinstance(inner, Pairs) or is_records(inner):
            # Otherwise the key is a value: a person's name, a number.
            is_field = not is_list and _FIELD.fullmatch(key) is not None
            yield from told(loose if is_field else [*loose, ("", key)], where)
            loose.clear()
            step = f".{key}" if is_field else f"[{index}]"
            yield from document(inner, f"{where}{step}", depth + 1)
        else:
            loose.extend(flat(inner, f"{path}.{key}" if path else key))
    yield from told(loose, where)


def _is_list(value: Pairs) -> bool:
    """Tell whether an object is a list under another name: all its values have the same fields."""
    shapes = [tuple(k for k, _ in v.pairs) for _, v in value.pairs if isinstance(v, Pairs)]
    return len(shapes) > 1 and len(shapes) == len(value.pairs) and len(set(shapes)) == 1


def json_lines(stream: BinaryIO) -> Iterator[Part]:
    """Yield lines that hold an object as rows of a table, numbered as lines, in blocks."""
    held: list[tuple[int, object]] = []
    for number, line in enumerate(lines(stream), start=1):
        try:
            value = load(line.lstrip("\ufeff")) if line.strip() else None
        except ValueError:
            yield Gap(DAMAGED, f"row {number}")
            yield Chunk(line.strip(), f"row {number}")
            continue
        if isinstance(value, Pairs):
            held.append((number, value))
        elif value is not None:
            yield from told(flat(value), f"row {number}")
        if len(held) == BLOCK_LINES:
            yield from records(held, "")
            held.clear()
    yield from records(held, "")
