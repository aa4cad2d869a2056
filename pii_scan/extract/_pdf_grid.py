"""Stage 3, extract: lines on a page -> the cells of the tables that they rule. Pure.

The rules are those of pdfplumber: lines within `NEAR` are one; a cell is the smallest box whose
corners are crossings and whose sides are lines; cells that share a corner are one table.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Final

Box = tuple[float, float, float, float]
"""Left, bottom, right, top, in points; of the page as it is before it is turned."""

THIN: Final = 2.5
"""Points: what is thinner is a line."""
NEAR: Final = 3.0
"""Points, as pdfplumber's `snap_tolerance`."""
MAX_LINES: Final = 600
"""Across or down on one page; more is a drawing."""
MAX_STEPS: Final = 200_000
"""Sides tried on one page; a grid of 10,000 cells takes 20,000."""

Line = tuple[float, float, float]
"""Where it lies, and from where to where it runs."""
Grid = list[list[Box | None]]
"""Rows of cells from the top, a place for every column; `None` where none begins."""


def tables(boxes: Iterable[Box]) -> list[Grid]:
    """Return the grids that lines and boxes make, from the top of the page."""
    across, down = _lines(boxes)
    across, down = _joined(across), _joined(down)
    if len(across) < 2 or len(down) < 2 or max(len(across), len(down)) > MAX_LINES:
        return []
    found = [_grid(*group) for group in _groups(across, down)]
    return sorted((grid for grid in found if grid), key=lambda grid: -extent(grid)[3])


def extent(grid: Grid) -> Box:
    """Return the box around a table."""
    cells = [cell for row in grid for cell in row if cell]
    lefts, bottoms, rights, tops = zip(*cells, strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)


def _lines(boxes: Iterable[Box]) -> tuple[list[Line], list[Line]]:
    across: list[Line] = []
    down: list[Line] = []
    for left, bottom, right, top in boxes:
        width, height = right - left, top - bottom
        if height < THIN <= width:
            across.append(((bottom + top) / 2, left, right))
        elif width < THIN <= height:
            down.append(((left + right) / 2, bottom, top))
        elif width >= THIN:
            across += [(bottom, left, right), (top, left, right)]
            down += [(left, bottom, top), (right, bottom, top)]
    return across, down


def _joined(lines: list[Line]) -> list[Line]:
    """Return lines of which those within `NEAR` of each other lie alike, and runs are one."""
    runs: list[Line] = []
    for group in _near(lines):
        place = sum(line[0] for line in group) / len(group)
        start: float | None = None
        end = 0.0
        for _, begin, stop in sorted(group, key=lambda line: line[1]):
            if start is None:
                start, end = begin, stop
            elif begin <= end + NEAR:
                end = max(end, stop)
            else:
                runs.append((place, start, end))
                start, end = begin, stop
        if start is not None:
            runs.append((place, start, end))
    return runs


def _near(lines: list[Line]) -> Iterable[list[Line]]:
    group: list[Line] = []
    for line in sorted(lines):
        if group and line[0] - group[-1][0] > NEAR:
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _groups(across: list[Line], down: list[Line]) -> Iterable[tuple[list[Line], list[Line]]]:
    """Yield the lines that hang together by crossing each other."""
    left = dict.fromkeys(range(len(down)))
    todo = dict.fromkeys(range(len(across)))
    while todo:
        rows, columns = [todo.popitem()[0]], []
        for row in rows:
            met = [column for column in left if _cross(across[row], down[column])]
            for column in met:
                del left[column]
            columns += met
            for column in met:
                more = [each for each in todo if _cross(across[each], down[column])]
                for each in more:
                    del todo[each]
                rows += more
        if len(rows) > 1 and len(columns) > 1:
            yield [across[row] for row in rows], [down[column] for column in columns]


def _cross(across: Line, down: Line) -> bool:
    y, left, right = across
    x, bottom, top = down
    return left - NEAR <= x <= right + NEAR and bottom - NEAR <= y <= top + NEAR


def _grid(across: list[Line], down: list[Line]) -> Grid:
    """Return the cells between lines that hang together."""
    ys = sorted({line[0] for line in across}, reverse=True)
    xs = sorted({line[0] for line in down})
    is_over = _covered(across, ys, xs)
    is_left = _covered(down, xs, ys)
    steps = MAX_STEPS
    rows: Grid = []
    for top in range(len(ys) - 1):
        row: list[Box | None] = [None] * (len(xs) - 1)
        for left in range(len(xs) - 1):
            found, used = _cell(top, left, is_over, is_left)
            steps -= used
            if steps < 0:
                return []
            if found:
                bottom, right = found
                row[left] = (xs[left], ys[bottom], xs[right], ys[top])
        if any(row):
            rows.append(row)
    kept = [index for index in range(len(xs) - 1) if any(row[index] for row in rows)]
    return [[row[index] for index in kept] for row in rows]


def _covered(
    lines: list[Line], places: Sequence[float], marks: Sequence[float]
) -> list[list[bool]]:
    """Tell for every place of a line whether one runs from each mark to the next."""
    at = {place: index for index, place in enumerate(places)}
    is_there = [[False] * (len(marks) - 1) for _ in places]
    rising = marks if marks[0] <= marks[-1] else marks[::-1]
    for place, start, end in lines:
        first = bisect_left(rising, start - NEAR)
        last = bisect_left(rising, end + NEAR) - 1
        for index in range(first, last):
            where = index if rising is marks else len(marks) - 2 - index
            is_there[at[place]][where] = True
    return is_there


def _cell(
    top: int, left: int, is_over: list[list[bool]], is_left: list[list[bool]]
) -> tuple[tuple[int, int] | None, int]:
    """Return the smallest cell with that corner, by its bottom and right line, and the work."""
    used = 0
    for bottom in range(top + 1, len(is_over)):
        if not is_left[left][bottom - 1]:
            break
        for right in range(left + 1, len(is_left)):
            used += 1
            if not (is_over[top][right - 1] and is_over[bottom][right - 1]):
                break
            if all(is_left[right][top:bottom]):
                return (bottom, right), used
    return None, used
