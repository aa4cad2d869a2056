"""The parts of an opened bundle, read as if made to harm."""

import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from pii_scan.evidence.container import Problem, Sum, is_readable, opened, sum_of
from pii_scan.evidence.parts import MANIFEST, SCHEMA
from pii_scan.report import encoded

MAX_WHOLE_BYTES = 64 << 20
"""Of a part that is read as a whole."""
UNREADABLE = (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError, zlib.error)


class Odd(Exception):
    """A part does not read as it is written here; holds the problem."""

    def __init__(self, part: str, what: str) -> None:
        """Keep the problem, to be told with the others."""
        super().__init__(what)
        self.problem = Problem(part, what)


class Parts:
    """Gives the content of the parts by name."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        """Read from a bundle while it is open."""
        self._archive = archive
        # Of names that occur twice the first counts; the second is a problem by itself.
        self.entries: Mapping[str, zipfile.ZipInfo] = {
            one.filename: one for one in reversed(archive.infolist())
        }

    @contextmanager
    def stream(self, name: str) -> Iterator[BinaryIO]:
        """Open a part that is there and can be read."""
        with self._archive.open(self.entries[name]) as stream:
            yield cast(BinaryIO, stream)

    def content(self, name: str) -> bytes:
        """Return a part that is small enough to be read as a whole."""
        entry = self.entries.get(name)
        if entry is None:
            raise Odd(name, "removed")
        if not is_readable(entry) or entry.file_size > MAX_WHOLE_BYTES:
            raise Odd(name, "changed: it is compressed or too large")
        try:
            with self.stream(name) as stream:
                return stream.read(MAX_WHOLE_BYTES)
        except UNREADABLE:
            raise Odd(name, "changed: it cannot be read from the zip") from None

    def json(self, name: str) -> dict[str, Any]:
        """Return what a part of ours says, if it is written in the one way that they are."""
        content = self.content(name)
        try:
            value = json.loads(content)
            is_ours = isinstance(value, dict) and encoded(value, indent=2) + b"\n" == content
        except (ValueError, RecursionError):
            is_ours = False
        # A key that stands there twice may say something else to another program.
        if not is_ours or value.get("schema") != SCHEMA:
            raise Odd(name, f"changed: it is no JSON of schema {SCHEMA}, as it is written here")
        return cast(dict[str, Any], value)

    def sum(self, name: str) -> Sum | None:
        """Return the digest and size of a part; `None` when its bytes do not fit the zip."""
        try:
            with self.stream(name) as stream:
                return sum_of(stream)
        except UNREADABLE:
            return None


@contextmanager
def parts_of(bundle: Path) -> Iterator[Parts]:
    """Open a bundle for its parts.

    Raises:
        ConfigError: it cannot be read, or is no zip of a size that a bundle has.
    """
    with opened(bundle) as archive:
        yield Parts(archive)


def manifest_of(bundle: Path) -> tuple[bytes, dict[str, Any]]:
    """Return the manifest of a bundle that was verified: its bytes and what it says."""
    with parts_of(bundle) as parts:
        return parts.content(MANIFEST), parts.json(MANIFEST)


def table(value: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Return the object at a key, or an empty one when something else stands there."""
    found = value.get(key)
    return found if isinstance(found, dict) else {}
