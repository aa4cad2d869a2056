"""1-2, source and walk: what there is, and whether it was read."""

from dataclasses import dataclass
from datetime import date, datetime
from fnmatch import fnmatchcase

from pii_scan.model.words import Access, Status


@dataclass(frozen=True, slots=True)
class Item:
    """One file, or one member of a file, that the walk met."""

    uri: str
    """Printable address: `share/x.zip!/cv.docx`. Bytes that are not UTF-8 show as `\\xff`."""
    locator: str
    """What the source opens: for a folder the path, undecodable bytes as surrogates."""
    size: int
    """Bytes."""
    modified: datetime | None = None
    """UTC, aware."""
    version: str | None = None
    """Inode, etag or the like; a change of it means a change of content."""
    owner: str | None = None
    """Whose the source says it is: an account, or its number or SID where it has no name there."""
    access: Access | None = None
    """Who may read it by the rights that the source tells; `None` where it tells none."""
    within: str | None = None
    """Address of the file of the source that this is a part of, however deep; `None`: it is one."""


LINK = "symbolic link"
SPECIAL = "pipe, socket or device"
EXCLUDED = "excluded by request"
TOO_LARGE_ASKED = "excluded by request: larger than --max-file-size"
TOO_LARGE = "too large"
DENIED = "permission denied"
VANISHED = "vanished during the scan"
CHANGED = "changed while being read"
LOST = "connection lost"
SAMPLED = "sampled by request"
EMPTY = "empty file"
PROTECTED = "protected zone"
OWN = "the scanner's own store"
DATABASE_TABLE = "application/x-database-table"
"""In place of a media type, of what is no file."""
NO_READER = "no reader for this type"
_NOT_MISSED = (LINK, SPECIAL, EXCLUDED, TOO_LARGE_ASKED, OWN, PROTECTED)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far an item was read, and why not further."""

    status: Status
    stage: str = ""
    """The stage that stopped: walk, extract, detect …; empty when all went well."""
    reason: str | None = None
    """Short, stable, without content: "encrypted", "damaged", "too large" …; `None` if scanned,
    but for `EMPTY`."""

    @property
    def is_complete(self) -> bool:
        """Whether nothing was missed: read in full, no file at all, or left out by request."""
        match self.status:
            case "skipped":
                return self.reason in _NOT_MISSED
            case "partial":
                return self.reason == SAMPLED
        return self.status == "scanned"


def below(uri: str, path: str) -> bool:
    """Tell whether an address lies where a glob says.

    >>> below("share/test/a.zip!/b.txt", "test/*"), below("share/protest/a.txt", "test/*")
    (True, False)
    """
    return fnmatchcase(uri, path) or fnmatchcase(uri, f"*/{path}")


@dataclass(frozen=True, slots=True)
class Point:
    """What a scan came to, for a line through several."""

    scan: int
    day: date
    items: int
    personal: int
    """With personal data, above Openbaar."""
    overdue: int
    missed: int
    """Not read in full, where nobody asked for that."""
