"""Stage 3, extract: RTF documents."""

from collections.abc import Iterator
from typing import BinaryIO

from pii_scan.extract._limits import read
from pii_scan.extract._rtf import Reader
from pii_scan.model import Extractor, Part


def parts(stream: BinaryIO) -> Iterator[Part]:
    """Yield paragraphs and tables in order, and what stands beside them where it is met.

    Raises:
        ExtractError: groups are nested too deeply; what came before was given.
    """
    yield from Reader(read(stream)).parts()


EXTRACTOR = Extractor(media_types=("application/rtf", "text/rtf"), suffixes=(".rtf",), parts=parts)
