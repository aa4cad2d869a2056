"""Stage 3, extract: Office documents under a password. The package inside cannot be read."""

from collections.abc import Iterator
from typing import BinaryIO

from pii_scan.errors import ExtractError
from pii_scan.extract._media_type import ENCRYPTED_OOXML
from pii_scan.extract._reasons import ENCRYPTED
from pii_scan.model import Extractor, Part


def parts(stream: BinaryIO) -> Iterator[Part]:
    """Yield nothing, and say why.

    Raises:
        ExtractError: always.
    """
    raise ExtractError(ENCRYPTED)


EXTRACTOR = Extractor(media_types=(ENCRYPTED_OOXML,), suffixes=(), parts=parts)
