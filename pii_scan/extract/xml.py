"""Stage 3, extract: XML, without the files it refers to."""

from collections.abc import Iterator
from typing import BinaryIO

from pii_scan.errors import ExtractError
from pii_scan.extract._decode import decode
from pii_scan.extract._limits import MAX_PART_BYTES, read
from pii_scan.extract._reasons import DAMAGED, EXTERNAL
from pii_scan.extract._text import chunks
from pii_scan.model import Extractor, Gap, Part


def parts(stream: BinaryIO) -> Iterator[Part]:
    """Yield the parts of a document; if it is not well-formed, its text and a `Gap`."""
    from pii_scan.extract import _ubl, _xml, _xml_walk

    data = read(stream, MAX_PART_BYTES)
    try:
        root = _xml.parse(data)
    except ExtractError as error:
        if error.reason != DAMAGED:
            raise
        yield Gap(DAMAGED)
        yield from chunks(decode(data).splitlines(keepends=True))
        return
    if _xml.is_partial(root):
        yield Gap(EXTERNAL)
    yield from _ubl.heading(root)
    yield from _xml_walk.walk(root)


EXTRACTOR = Extractor(
    media_types=("application/xml", "text/xml", "image/svg+xml"),
    suffixes=(".xml", ".svg", ".kml", ".gpx", ".xaf", ".ubl", ".rss", ".xsd", ".xsl"),
    parts=parts,
)
