"""Parts of a file -> lines and sentences, each with the place it was read."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from pii_scan.drafting.values import Language, Line
from pii_scan.model import Chunk, Part, Table

BESIDE_LABEL: Final = " | "
"""Between what a row is about, and its other cells."""
MAX_CHARS: Final = 300_000
"""Of a statement: a hundred pages. What lies beyond is asked about."""
MAX_LINE: Final = 4_000
"""A longer paragraph is read in pieces: some patterns look at all of it for each sentence."""
MAX_SENTENCE: Final = 1_500
"""A longer one is cut: patterns take time that grows with the length."""
BESIDE: Final = ("attributes", "fields", "properties", "outline", "settings", "links")
"""Ends of addresses of what stands beside the running text."""
BULLET: Final = re.compile(
    r"\s*(?:[•·▪●○◦‣*\u2013\u2014-]|o(?=\s{2,})|\(?[a-z0-9]{1,2}\))\s+(?=\S)"
)
NUMBERED: Final = re.compile(r"\s*\d{1,2}(?:\.\d{1,2}){0,3}\.?\s+(?=\S)")
WRAPPED: Final = 60
"""A line of so many characters that ends without a stop goes on in the next."""
HANGING: Final = 3
"""Words of a line that may end before a number; a heading is shorter."""
HEADING_WORDS: Final = 14
_PLAIN: Final = str.maketrans(
    {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u00ad": None}
    | dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014"), "-")
)


def fold(text: str) -> str:
    r"""Return text as patterns see it: lower case, no accents, one kind of space, hyphen and quote.

    >>> fold("Één  jaar \u2013 \u2018max\u2019")
    "een jaar - 'max'"
    """
    apart = unicodedata.normalize("NFKD", text.translate(_PLAIN))
    bare = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return " ".join(bare.lower().split())


def lines(parts: Iterable[Part], language: Language) -> Iterator[Line]:
    """Yield the lines of the running text and the rows of tables, up to `MAX_CHARS`."""
    left = MAX_CHARS
    for part in parts:
        if isinstance(part, Chunk) and not _is_beside(part.where):
            yield from _of_text(part.text[:left], part.where)
            left -= len(part.text)
        elif isinstance(part, Table):
            for line in _of_table(part, language):
                yield line
                left -= len(line.text) + len(line.label)
        if left <= 0:
            return


def _is_beside(where: str) -> bool:
    return where.startswith("property") or where.endswith(BESIDE)


def _of_text(text: str, where: str) -> Iterator[Line]:
    """Yield the paragraphs of a chunk, lines that were broken off put together again."""
    held: list[str] = []
    start = 1
    for number, raw in enumerate((*text.splitlines(), ""), start=1):
        goes_on = bool(held) and _goes_on(held[-1], raw)
        if held and not goes_on:
            yield from _pieces(_line(held, _address(where, start)))
            held = []
        if raw.strip():
            start = start if held else number
            held.append(raw)


def _goes_on(line: str, following: str) -> bool:
    ended = line.rstrip()
    begun = following.strip()
    if not begun or BULLET.match(following) or ended.endswith((".", "!", "?", ":", ";")):
        return False
    if "\t" in line or "\t" in following:
        return False
    # A number begins no sentence, unless it is that of a heading or an item.
    is_cut = begun[0].isdigit() and "." not in begun.split()[0] and len(ended.split()) > HANGING
    return is_cut or begun[0].islower() or ended.endswith(",") or len(ended) >= WRAPPED


def _address(where: str, number: int) -> str:
    if not where:
        return f"line {number}"
    name, _, first = where.rpartition(" ")
    if name == "line" and first.isdecimal():
        return f"line {int(first) + number - 1}"
    return where if where.startswith("paragraph") else f"{where}, line {number}"


def _pieces(line: Line) -> Iterator[Line]:
    for start in range(0, len(line.text), MAX_LINE):
        yield replace(line, text=line.text[start : start + MAX_LINE])


def _line(held: list[str], where: str) -> Line:
    text = " ".join(" ".join(held).replace("\t", " : ").split())
    if found := BULLET.match(held[0]):
        return Line(text[len(" ".join(found[0].split())) :].strip(), where, "item")
    return Line(text, where, "heading" if _is_heading(text) else "text")


def _is_heading(text: str) -> bool:
    bare = text[found.end() :] if (found := NUMBERED.match(text)) else text
    is_short = len(bare.split()) <= HEADING_WORDS and len(bare) <= 100
    return is_short and not bare.endswith((".", ";", ",", "!")) and not bare[:1].islower()


def _of_table(table: Table, language: Language) -> Iterator[Line]:
    """Yield a line a row: the cell with the term, and the others as what it is about."""
    columns = tuple(fold(name) for name in table.columns)
    own = [index for index, name in enumerate(columns) if language.has("term_column", name)]
    about = [index for index, name in enumerate(columns) if language.has("about_column", name)]
    for number, row in zip(table.numbers, table.rows, strict=True):
        cells = [" ".join(cell.split()) for cell in row]
        where = f"{table.where}, row {number}".lstrip(", ")
        told = " ".join(cells[index] for index in own if index < len(cells) and cells[index])
        if told:
            rest = [index for index in range(len(cells)) if index not in own]
            first = [index for index in rest if index in about] or rest[:1]
            others = [index for index in rest if index not in first]
            named, beside = (
                "; ".join(cells[n] for n in some if cells[n]) for some in (first, others)
            )
            label = f"{named[:MAX_LINE]}{BESIDE_LABEL}{beside[:MAX_LINE]}"
            told = told[:MAX_LINE]
            yield Line(told, where, "row", label=label, is_term=True)
        elif any(cells):
            text = " : ".join(cell for cell in cells if cell)
            yield from _pieces(Line(text, where, "row"))


_STOP = re.compile(r"(?<=[.!?;])[\"')\]]?\s+(?=[\"'(\[]?[A-Z0-9À-Ý])|;\s+")


def sentences(text: str, language: Language) -> Iterator[str]:
    """Yield the sentences of a paragraph; a stop after an abbreviation ends none."""
    start = 0
    for stop in _STOP.finditer(text):
        last = text[start : stop.start()].rsplit(maxsplit=1)
        if last and last[-1].lower().strip("(\"'") in language.abbreviations:
            continue
        yield from _bounded(text[start : stop.start()])
        start = stop.end()
    yield from _bounded(text[start:])


def _bounded(sentence: str) -> Iterator[str]:
    for start in range(0, len(sentence), MAX_SENTENCE):
        if piece := sentence[start : start + MAX_SENTENCE].strip():
            yield piece
