"""Stage 3, extract: running text -> chunks of a bounded size."""

import re
from collections.abc import Iterable, Iterator

from pii_scan.extract._limits import CHUNK_CHARS
from pii_scan.model import Chunk

_IDENTIFIER = re.compile(r"[A-Za-z_](?:[A-Za-z_.-]|[0-9](?![0-9]{4})){0,60}")


def address(name: str, otherwise: str) -> str:
    """Return what a table is called if that may be shown: it may be somebody's name or number.

    >>> address("tbl_klant2019", "table 1"), address("Jan de Vries", "table 2")
    ('tbl_klant2019', 'table 2')
    """
    return name if _IDENTIFIER.fullmatch(name) else otherwise


def cut(text: str, limit: int = CHUNK_CHARS) -> Iterator[str]:
    """Yield pieces of at most `limit` characters, cut at white space where there is any.

    Together they are the text.

    >>> list(cut("Jan de Vries", limit=8))
    ['Jan de ', 'Vries']
    """
    start = 0
    while len(text) - start > limit:
        end = start + limit
        gap = max(text.rfind(space, start + limit // 2, end) for space in " \t\n")
        end = gap + 1 if gap >= 0 else end
        yield text[start:end]
        start = end
    if start < len(text):
        yield text[start:]


def chunks(lines: Iterable[str], first: int = 1, limit: int = CHUNK_CHARS) -> Iterator[Chunk]:
    """Yield lines as chunks that say where they begin: "line 120"; "" when there is one chunk only.

    A chunk ends at the last empty line of its second half where it has one, else at a line end.

    Args:
        lines: with their line ends.
        first: number of the first line.
        limit: characters of a chunk.
    """
    held: list[str] = []
    size = 0
    number = first
    """Line number of `held[0]`."""
    alone = True
    for line in lines:
        if held and size + len(line) > limit:
            head = _break(held)
            yield from _pieces("".join(held[:head]), f"line {number}", limit)
            number += head
            held = held[head:]
            size = sum(map(len, held))
            alone = False
            if held and size + len(line) > limit:
                yield from _pieces("".join(held), f"line {number}", limit)
                number += len(held)
                held, size = [], 0
        held.append(line)
        size += len(line)
    where = "" if alone and size <= limit and first == 1 else f"line {number}"
    yield from _pieces("".join(held), where, limit)


def _break(held: list[str]) -> int:
    """Return how many of the held lines the chunk takes."""
    for index in range(len(held) - 1, len(held) // 2 - 1, -1):
        if not held[index].strip():
            return index + 1
    return len(held)


def _pieces(text: str, where: str, limit: int) -> Iterator[Chunk]:
    if not text or text.isspace():
        return
    if len(text) <= limit:
        yield Chunk(text, where)
    else:
        yield from (Chunk(piece, where) for piece in cut(text, limit))


def fields(pairs: Iterable[tuple[str, str]], where: str) -> Iterator[Chunk]:
    """Yield "label: value" lines as chunks with one address; pairs without a value are left out."""
    text = "\n".join(f"{label}: {value}" if label else value for label, value in pairs if value)
    yield from _pieces(text, where, CHUNK_CHARS)
