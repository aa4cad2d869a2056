"""Stage 3, extract: OpenDocument texts, and charts and formulas, which are small texts."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from pii_scan.extract._media_type import ODF
from pii_scan.model import Extractor, Part

if TYPE_CHECKING:
    from lxml import etree


def parts(stream: BinaryIO) -> Iterator[Part]:
    """Yield the text with its notes, comments and tables, then all that stands beside it.

    Raises:
        ExtractError: the package cannot be opened, is under a password, or is not well-formed.
    """
    from pii_scan.extract import _odf

    yield from _odf.document(stream, _body)


def _body(root: "etree._Element") -> Iterator[Part]:
    from pii_scan.extract import _odf, _ooxml
    from pii_scan.extract._text import fields
    from pii_scan.extract._xml import local

    if local(root) == "math":
        yield from fields([("", _ooxml.plain(root))], "formula")
    for body in root.iterchildren("{*}body"):
        yield from _odf.flow(body)


EXTRACTOR = Extractor(
    media_types=(
        f"{ODF}text",
        f"{ODF}text-template",
        f"{ODF}text-master",
        f"{ODF}text-web",
        f"{ODF}chart",
        f"{ODF}formula",
        "application/vnd.sun.xml.writer",
    ),
    suffixes=(".odt", ".ott", ".odm", ".oth", ".odc", ".odf", ".sxw"),
    parts=parts,
)
