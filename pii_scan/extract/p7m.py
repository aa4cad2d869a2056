"""Stage 3, extract: S/MIME (.p7m, .p7s): what is signed, and by whom. Locked contents stay so."""

from collections.abc import Iterator
from typing import BinaryIO, Final

from pii_scan.errors import ExtractError
from pii_scan.extract import _cms
from pii_scan.extract._limits import MAX_PART_BYTES, read
from pii_scan.extract._media_type import CMS
from pii_scan.extract._reasons import DAMAGED, ENCRYPTED
from pii_scan.extract._text import fields
from pii_scan.model import Extractor, Gap, Member, Part

MIME: Final = (b"content-", b"mime-version")


def parts(stream: BinaryIO) -> Iterator[Part]:
    """Yield whose certificates are enclosed, and what is signed or packed as a member.

    Raises:
        ExtractError: it is encrypted, or damaged.
    """
    data = _cms.binary(read(stream, MAX_PART_BYTES))
    kind = _cms.kind(data)
    if kind is None:
        raise ExtractError(DAMAGED)
    if kind == "locked":
        raise ExtractError(ENCRYPTED)
    inside = _cms.content(data)
    if inside:
        is_mail = inside[:12].lower().startswith(MIME)
        yield Member("content.eml" if is_mail else "content", inside)
    if not _cms.is_whole(data):
        yield Gap(DAMAGED)
        return
    names = dict.fromkeys(_cms.holders(data))
    yield from fields((("", name) for name in names), "certificates")


EXTRACTOR = Extractor(
    media_types=(CMS, "application/x-pkcs7-mime", "application/pkcs7-signature"),
    suffixes=(".p7m", ".p7s", ".p7c", ".p7b", ".p7z"),
    parts=parts,
)
