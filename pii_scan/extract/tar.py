"""Stage 3, extract: TAR archives that are not compressed."""

import io
from collections.abc import Iterator
from typing import BinaryIO, cast

from pii_scan.extract import _tar
from pii_scan.extract._archive import length
from pii_scan.model import Extractor, Part


def parts(stream: BinaryIO) -> Iterator[Part]:
    """Yield the files inside."""
    yield from _tar.members(cast(io.BufferedIOBase, stream), length(stream))


EXTRACTOR = Extractor(media_types=("application/x-tar",), suffixes=(".tar",), parts=parts)
