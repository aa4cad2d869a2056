"""Stage 3, extract: OpenDocument presentations and drawings. Pages with notes and comments."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from pii_scan.extract._media_type import ODF
from pii_scan.extract._text import fields
from pii_scan.model import Extractor, Part

if TYPE_CHECKING:
    from lxml import etree


def parts(stream: BinaryIO) -> Iterator[Part]:
    """Yield the slides in order, hidden ones too, then all that stands beside them.

    Raises:
        ExtractError: the package cannot be opened, is under a password, or is not well-formed.
    """
    from pii_scan.extract import _odf

    yield from _odf.document(stream, _body)


def _body(root: "etree._Element") -> Iterator[Part]:
    from pii_scan.extract import _odf
    from pii_scan.extract._ooxml import attribute

    for number, slide in enumerate(root.iter("{*}page"), start=1):
        yield from _odf.page(slide, f"slide {number}")
        yield from fields([("", attribute(slide, "name"))], f"name of slide {number}")


EXTRACTOR = Extractor(
    media_types=(
        f"{ODF}presentation",
        f"{ODF}presentation-template",
        f"{ODF}graphics",
        f"{ODF}graphics-template",
        "application/vnd.sun.xml.impress",
        "application/vnd.sun.xml.draw",
    ),
    suffixes=(".odp", ".otp", ".odg", ".otg", ".sxi", ".sxd"),
    parts=parts,
)
