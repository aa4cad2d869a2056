"""Stage 3, extract: XML, without the files it refers to."""

from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from pii_scan.errors import ExtractError
from pii_scan.extract._decode import lines
from pii_scan.extract._reasons import DAMAGED, EXTERNAL
from pii_scan.extract._text import chunks
from pii_scan.model import Extractor, Gap, Part


def parts(stream: BinaryIO) -> Iterator[Part]:
    """Yield the parts of a document; if it is not well-formed, its text and a `Gap`."""
    from pii_scan.extract import _ubl, _xml
    from pii_scan.extract._xml_pieces import Document
    from pii_scan.extract._xml_walk import Walk

    document, walk, has_begun = Document(stream), Walk(), False
    try:
        for going_on in document.pieces():
            root = document.root
            if root is None:
                continue
            if not has_begun:
                has_begun = True
                if _xml.is_partial(root):
                    yield Gap(EXTERNAL)
                yield from _ubl.heading(root)
            yield from walk.piece(root, going_on)
    except ExtractError as error:
        if error.reason != DAMAGED:
            raise
        yield Gap(DAMAGED)
        first = 1
        if has_begun and document.root is not None:
            # What stands before the innermost element that has begun is told; from there, as text.
            yield from walk.piece(document.root, ())
            first = document.line
        yield from chunks(islice(lines(stream), first - 1, None), first)


EXTRACTOR = Extractor(
    media_types=("application/xml", "text/xml", "image/svg+xml"),
    suffixes=(".xml", ".svg", ".kml", ".gpx", ".xaf", ".ubl", ".rss", ".xsd", ".xsl"),
    parts=parts,
)
