"""Stage 3, extract: plain text, Markdown and logs."""

from collections.abc import Iterator
from typing import BinaryIO

from pii_scan.extract._decode import lines
from pii_scan.extract._text import chunks
from pii_scan.model import Extractor, Part


def parts(stream: BinaryIO) -> Iterator[Part]:
    """Yield chunks that begin at a line."""
    yield from chunks(lines(stream))


EXTRACTOR = Extractor(
    media_types=("text/plain", "text/markdown"),
    suffixes=(".txt", ".text", ".md", ".log"),
    parts=parts,
)
