"""Stage 3, extract: the pictures in a document -> files of their own."""

import hashlib
import io
import zipfile
from collections.abc import Iterator
from typing import Final

from pii_scan.errors import ExtractError
from pii_scan.extract import _picture
from pii_scan.extract._guard import guarded
from pii_scan.extract._limits import MAX_PICTURES
from pii_scan.extract._reasons import TOO_MANY_PICTURES
from pii_scan.model import Gap, Member, Part

LEAST_SIDE: Final = 100
LEAST_PIXELS: Final = 40_000
"""A logo in a letterhead has 300 by 100, a copy of an identity card 400 by 250 at the least."""


class Pictures:
    """The pictures of one document that may hold text, equal ones once.

    Logos and bullets are left out, pictures of a kind that is not known are not.
    """

    def __init__(self, where: str) -> None:
        """Begin; `where` is the address of a gap when there are too many."""
        self._where = where
        self._seen: set[bytes] = set()
        self.is_full = False

    def take(self, data: bytes, name: str = "") -> Iterator[Part]:
        """Yield a picture; its name is its number if it has none of its own."""
        digest = hashlib.sha256(data).digest()
        if self.is_full or digest in self._seen or not _may_hold_text(data):
            return
        if len(self._seen) == MAX_PICTURES:
            self.is_full = True
            yield Gap(TOO_MANY_PICTURES, self._where)
            return
        self._seen.add(digest)
        yield Member(name or f"picture {len(self._seen)}", data)


def pictures(container: zipfile.ZipFile, folder: str) -> Iterator[Part]:
    """Yield the pictures in a folder of a container.

    Args:
        container: as `open_container` gives it.
        folder: where its pictures are: "word/media/".
    """
    kept = Pictures(folder.rstrip("/"))
    for info in container.infolist():
        if info.is_dir() or not info.filename.startswith(folder):
            continue
        try:
            data = guarded(lambda info=info: container.read(info))  # type: ignore[misc]
        except ExtractError as error:
            yield Gap(error.reason, info.filename)
            continue
        yield from kept.take(data, info.filename)
        if kept.is_full:
            return


def _may_hold_text(data: bytes) -> bool:
    try:
        width, height = _picture.load(io.BytesIO(data)).size
    except ExtractError:
        return True  # what it is, its own result will say
    return min(width, height) >= LEAST_SIDE and width * height >= LEAST_PIXELS
