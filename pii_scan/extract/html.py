"""Stage 3, extract: web pages."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from pii_scan.extract._decode import decode
from pii_scan.extract._html import html
from pii_scan.extract._limits import MAX_PART_BYTES, read
from pii_scan.model import Extractor, Part


def charset(head: bytes) -> str | None:
    """Return the charset that the first bytes of a page state.

    >>> charset(b'<html><head><meta charset="iso-8859-15">')
    'iso-8859-15'
    """
    found = re.search(
        rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([\w-]{1,40})""", head, re.IGNORECASE
    )
    return found[1].decode("ascii") if found else None


def parts(stream: BinaryIO) -> Iterator[Part]:
    """Yield the text, the tables and the hidden texts of a page."""
    data = read(stream, MAX_PART_BYTES)
    stated = charset(data[:4096])
    yield from html(decode(data, stated if _is_8_bit(stated) else None))


def _is_8_bit(stated: str | None) -> bool:
    """Tell whether a stated charset may be true of bytes in which it could be read."""
    return stated is not None and not stated.lower().replace("-", "").startswith(("utf16", "ucs2"))


EXTRACTOR = Extractor(
    media_types=("text/html", "application/xhtml+xml"),
    suffixes=(".html", ".htm", ".xhtml"),
    parts=parts,
)
