"""Stage 7, store: Result -> database. The only room with SQL.

It holds no value in clear: findings come in masked, with fingerprints under a key kept elsewhere.
"""

import os
from pathlib import Path
from typing import Self

from pii_scan.chain import Flaw, Signer
from pii_scan.model import Scan
from pii_scan.store._assignments import Assignments
from pii_scan.store._carrying import Standing
from pii_scan.store._cases import Cases, Deed, StoredCase
from pii_scan.store._database import connected, parsed, sqlite_file
from pii_scan.store._decisions import Decisions
from pii_scan.store._exposure import Exposure
from pii_scan.store._log import Logbook
from pii_scan.store._purge import Purged, Purging
from pii_scan.store._results import Results
from pii_scan.store._saving import Saving
from pii_scan.store._seen import Seen
from pii_scan.store.browsing import Browse

__all__ = [
    "Deed",
    "Flaw",
    "Purged",
    "Seen",
    "Signer",
    "Standing",
    "Store",
    "StoredCase",
    "default_folder",
    "default_url",
]


def default_url() -> str:
    """Return where the store is when nobody says: `PII_SCAN_STORE`, else the user's data folder."""
    if url := os.environ.get("PII_SCAN_STORE"):
        return url
    return str(default_folder() / "inventory.db")


def default_folder() -> Path:
    """Return the user's data folder for this program."""
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "pii-scan"


class Store(Saving, Results, Exposure, Decisions, Assignments, Cases, Logbook, Purging):
    """The scans of an organisation in one database, and what people did about them.

    Made by `open`, which also brings the tables up to date.
    """

    @classmethod
    def open(cls, url: str, *, must_exist: bool = False) -> Self:
        """Open the store at a database URL or the path of an SQLite file.

        With `must_exist` nothing is created where no store is.

        Raises:
            ConfigError: it cannot be opened, and what to do.
        """
        return cls(connected(parsed(url), must_exist))

    @property
    def files(self) -> frozenset[str]:
        """Absolute paths of the files that it lies in, so that a scan can pass them by."""
        file = sqlite_file(self._access.engine.url)
        if file is None:
            return frozenset()
        path = str(file.absolute())
        return frozenset((path, *(f"{path}-{end}" for end in ("wal", "shm", "lock"))))

    @property
    def url(self) -> str | None:
        """Where other processes find it, its password included; `None` when it is in memory."""
        url = self._access.engine.url
        if url.get_backend_name() == "sqlite" and sqlite_file(url) is None:
            return None
        return url.render_as_string(hide_password=False)

    def __enter__(self) -> Self:
        """Return the store itself."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self._access.engine.dispose()

    def browse(self, scan: Scan) -> Browse:
        """Return the pages of a scan."""
        return Browse(self._access, scan)
