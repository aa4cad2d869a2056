"""Stage 3, extract: JSON."""

from collections.abc import Iterator
from typing import BinaryIO, Final

from pii_scan.extract import _json_long
from pii_scan.extract._decode import decode
from pii_scan.extract._json import Pairs, document, json_lines, load
from pii_scan.extract._limits import read
from pii_scan.extract._reasons import DAMAGED
from pii_scan.extract._text import chunks
from pii_scan.model import Extractor, Gap, Part

MAX_TREE_BYTES: Final = 32 << 20
"""Of a text that is taken in as a whole; in memory that is twelve times as much."""
LONGEST_LINE: Final = 1 << 20
"""Bytes of the first line that tells whether a long text has a value on each."""


def parts(stream: BinaryIO) -> Iterator[Part]:
    """Yield the parts of one JSON value; of one a line if the whole is no JSON and the lines are.

    What cannot be parsed is read as the text it is, beside a `Gap`.
    """
    if stream.seek(0, 2) > MAX_TREE_BYTES:
        stream.seek(0)
        first, end, _ = decode(stream.read(LONGEST_LINE)).lstrip("\ufeff").partition("\n")
        is_lines = end and _loads(first)
        yield from json_lines(stream) if is_lines else _json_long.parts(stream, MAX_TREE_BYTES)
        return
    text = decode(read(stream)).lstrip("\ufeff")
    try:
        value = load(text)
    except ValueError:
        first = text.lstrip().partition("\n")[0]
        if "\n" in text.strip() and _loads(first):
            yield from json_lines(stream)
            return
        yield Gap(DAMAGED)
        yield from chunks(text.splitlines(keepends=True))
        return
    yield from document(value)


def _loads(line: str) -> bool:
    try:
        return isinstance(load(line), Pairs | list)
    except ValueError:
        return False


EXTRACTOR = Extractor(
    media_types=("application/json",),
    suffixes=(".json", ".geojson"),
    parts=parts,
)
