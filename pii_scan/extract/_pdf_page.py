"""Stage 3, extract: what is drawn on a PDF page: lines, pictures, and how much else.

By pdfium's own functions: an object of pypdfium2 for each of them takes longer than all the text.
"""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from pypdfium2 import PdfPage, raw  # type: ignore[import-untyped]

from pii_scan.extract._pdf_grid import Box

Matrix = tuple[float, float, float, float, float, float]

MAX_OBJECTS: Final = 50_000
"""Drawn things of a page that are looked at."""
MAX_PATHS: Final = 2_000
"""A map or a chart has more, and no table."""
MAX_SEGMENTS: Final = 2_000
"""Of all paths of a page with many segments: whole grids that are drawn in one go."""
MAX_FORMS: Final = 5
"""Drawings within drawings within drawings."""
PLAIN: Matrix = (1, 0, 0, 1, 0, 0)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture on a page: where it is, and its own width and height in pixels."""

    box: Box
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is drawn on a page beside text."""

    boxes: tuple[Box, ...]
    """Lines as boxes without breadth, and boxes."""
    paths: int
    pictures: tuple[Picture, ...]


def drawn(page: PdfPage) -> Drawn:
    """Look through the objects of a page, and of the drawings that it repeats."""
    boxes: list[Box] = []
    pictures: list[Picture] = []
    paths = 0
    segments = MAX_SEGMENTS
    for thing, kind, matrix in _objects(page):
        if kind == raw.FPDF_PAGEOBJ_IMAGE:
            pictures.append(_picture(thing, matrix))
        elif paths <= MAX_PATHS:
            paths += 1
            count = raw.FPDFPath_CountSegments(thing)
            if count <= 5:  # a line, or the four sides of a box and back
                boxes.append(_bounds(thing, matrix))
            elif count <= segments:
                segments -= count
                boxes.extend(_sides(thing, count, matrix))
    return Drawn(tuple(boxes) if paths <= MAX_PATHS else (), paths, tuple(pictures))


def _objects(page: PdfPage) -> Iterator[tuple[Any, int, Matrix]]:
    """Yield paths and pictures with what turns their coordinates into those of the page."""
    kind_of, paths_and_pictures = (
        raw.FPDFPageObj_GetType,
        {
            raw.FPDF_PAGEOBJ_PATH,
            raw.FPDF_PAGEOBJ_IMAGE,
        },
    )
    left = MAX_OBJECTS
    stack: list[tuple[Any, Matrix, int]] = [(page, PLAIN, 0)]
    while stack and left > 0:
        holder, matrix, depth = stack.pop()
        get = raw.FPDFFormObj_GetObject if depth else raw.FPDFPage_GetObject
        count = raw.FPDFFormObj_CountObjects if depth else raw.FPDFPage_CountObjects
        number = min(count(holder), left)
        left -= max(number, 1)
        for index in range(number):
            thing = get(holder, index)
            kind = kind_of(thing)
            if kind in paths_and_pictures:
                yield thing, kind, matrix
            elif kind == raw.FPDF_PAGEOBJ_FORM and depth < MAX_FORMS:
                stack.append((thing, _times(_matrix(thing), matrix), depth + 1))


def _matrix(thing: Any) -> Matrix:
    held = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(thing, held):
        return PLAIN
    return held.a, held.b, held.c, held.d, held.e, held.f


def _times(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return (
        a * g + b * i,
        a * h + b * j,
        c * g + d * i,
        c * h + d * j,
        e * g + f * i + k,
        e * h + f * j + m,
    )


def _box(one: tuple[float, float], other: tuple[float, float], matrix: Matrix) -> Box:
    """Return the box between two corners, turned by quarters at most."""
    (x, y), (u, v) = one, other
    if matrix != PLAIN:
        a, b, c, d, e, f = matrix
        x, y = a * x + c * y + e, b * x + d * y + f
        u, v = a * u + c * v + e, b * u + d * v + f
    return min(x, u), min(y, v), max(x, u), max(y, v)


def _bounds(thing: Any, matrix: Matrix) -> Box:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    raw.FPDFPageObj_GetBounds(thing, left, bottom, right, top)
    return _box((left.value, bottom.value), (right.value, top.value), matrix)


def _picture(thing: Any, matrix: Matrix) -> Picture:
    width, height = ctypes.c_uint(), ctypes.c_uint()
    raw.FPDFImageObj_GetImagePixelSize(thing, width, height)
    return Picture(_bounds(thing, matrix), width.value, height.value)


def _sides(thing: Any, count: int, matrix: Matrix) -> Iterator[Box]:
    """Yield the straight stretches of a path of many."""
    matrix = _times(_matrix(thing), matrix)
    x, y = ctypes.c_float(), ctypes.c_float()
    last = begin = (0.0, 0.0)
    for index in range(count):
        segment = raw.FPDFPath_GetPathSegment(thing, index)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        point = x.value, y.value
        if raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_LINETO:
            yield _box(last, point, matrix)
        else:
            begin = point
        if raw.FPDFPathSegment_GetClose(segment):
            yield _box(point, begin, matrix)
        last = point
