"""What the pages share: how the desk was started, the store, who is there, and the long work."""

import asyncio
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pii_scan.desk.accounts import load_accounts
from pii_scan.desk.casework import docket
from pii_scan.desk.jobs import Jobs
from pii_scan.desk.provider import Provider
from pii_scan.desk.sessions import Brake, Clock, Once, Sessions
from pii_scan.desk.sheets import Shown
from pii_scan.desk.trips import Trips
from pii_scan.errors import ConfigError, PiiScanError
from pii_scan.inzage.casefile import CaseFile
from pii_scan.model import Change, Scan
from pii_scan.store import Signer, Store
from pii_scan.store.browsing import Browse

if TYPE_CHECKING:
    from pii_scan.config.settings import Settings

VERIFIED_AT_ONCE = 2
"""Passwords: each takes 64 MB and a core for a moment, and anybody may ask for it."""
GATHER_SECONDS = 3.0
"""What a page waits for a scan to be gathered, before it says that this takes a while."""


MOST_NAMED = 500
"""Of changed files of a kind that are kept to be shown; `pii-scan diff` names all."""
ChangeKind = Literal["new", "changed", "moved", "gone"]


@dataclass(frozen=True, slots=True)
class News:
    """What is not as the scan before left it."""

    scan_id: int
    counted: Mapping[ChangeKind, int]
    kept: Mapping[ChangeKind, list[Change]]
    """The first of each kind."""


class NotYetError(PiiScanError):
    """What a page shows is still being gathered."""


@dataclass(frozen=True, slots=True)
class Serving:
    """How the desk was started."""

    store: str
    hosts: Set[str]
    """What a browser may call this server: "127.0.0.1:8765"."""
    address: str
    """Of those, the one that links are made with."""
    operator: str
    settings: "Settings"
    folder: Path
    """Where long work is kept; its owner's alone."""
    judged: Path
    """The list that takes what is judged wrong."""
    today: Callable[[], date]
    clock: Clock
    config: str | None = None
    users: Path | None = None
    provider: Provider | None = None
    """Who vouches for people, beside the accounts."""
    signer: Signer | None = field(default=None, repr=False)
    is_secure: bool = False
    """Behind TLS."""
    say: Callable[[str], None] = lambda _: None
    """Tells the one at the terminal."""

    @property
    def own_list(self) -> str | None:
        """The list of what is judged wrong, where a scan has it from the desk alone."""
        is_named = str(self.judged) in self.settings.suppressions
        return None if is_named or not self.judged.exists() else str(self.judged)


class Desk:
    """What the pages share."""

    def __init__(self, serving: Serving) -> None:
        """Open the store."""
        self.serving = serving
        self.store = Store.open(serving.store)
        self.sessions = Sessions(serving.clock)
        self.brake = Brake(serving.clock)
        self.verifying = asyncio.Semaphore(VERIFIED_AT_ONCE)
        self.once = Once()
        self.trips = Trips(serving.clock)
        self.jobs = Jobs(serving.folder, serving.store, serving.config)
        self.shown = Shown(serving.clock)
        # A cookie of this name is taken from a safe connection to this very host alone.
        self.cookie = "__Host-desk" if serving.is_secure else "desk"
        self.trip_cookie = f"{self.cookie}-trip"
        self._accounts_read = 0
        self._gathering = threading.Lock()
        self._counting = threading.Lock()
        self._browse: Browse | None = None
        self._earlier: Browse | None = None
        self._news: News | None = None

    def record(self, kind: str, name: str, data: Mapping[str, Any]) -> None:
        """Write down in the log of the store what somebody does."""
        self.store.record(kind, name, data, self.serving.signer)

    def scan(self) -> Scan | None:
        """Return the scan that the pages are about: the newest that finished."""
        finished = [scan for scan in self.store.scans() if scan.finished is not None]
        return finished[-1] if finished else None

    def browse(self) -> Browse:
        """Return the pages of that scan.

        Raises:
            PiiScanError: there is none, or it is still being gathered.
        """
        scan = self.scan()
        if scan is None:
            raise PiiScanError("Er is nog geen afgeronde scan: begin er een onder Taken.")
        if self._browse is None or self._browse.scan.id != scan.id:
            self._browse = self.store.browse(scan)
        browse = self._browse
        if not browse.is_ready:
            thread = threading.Thread(target=self._gather, args=(browse,), daemon=True)
            thread.start()
            thread.join(GATHER_SECONDS)
            if not browse.is_ready:
                raise NotYetError("De scan wordt klaargezet; dat duurt bij veel vondsten even.")
        return browse

    def earlier(self) -> Browse | None:
        """Return the pages of the scan before that one, of the same places, once gathered."""
        of = self.browse().scan
        if self._earlier is None or self._earlier.scan.id >= of.id:
            before = [it for it in self.store.scans() if it.series == of.series and it.id < of.id]
            finished = [it for it in before if it.finished is not None]
            if not finished:
                return None
            self._earlier = self.store.browse(finished[-1])
        earlier = self._earlier
        if not earlier.is_ready and self._gathering.locked():
            return None
        if not earlier.is_ready:
            threading.Thread(target=self._gather, args=(earlier,), daemon=True).start()
            return None
        return earlier

    def news(self) -> News:
        """Return which files are not as the scan before left them; looked at once a scan."""
        scan = self.browse().scan
        with self._counting:
            if self._news is None or self._news.scan_id != scan.id:
                counted: Counter[ChangeKind] = Counter()
                kept: defaultdict[ChangeKind, list[Change]] = defaultdict(list)
                for change in self.store.changes(scan.id):
                    counted[change.kind] += 1
                    if counted[change.kind] <= MOST_NAMED:
                        kept[change.kind].append(change)
                self._news = News(scan.id, counted, kept)
            return self._news

    def cases(self) -> list[CaseFile]:
        """Return the cases of requests that are open, the one that is due first at the head.

        Raises:
            ConfigError: the key that they are sealed with is not here.
        """
        if not self.store.cases():
            return []
        held = docket(self.store, self.serving.signer, self.serving.operator)
        found = [file for file in held.files() if file.closing is None]
        return sorted(found, key=lambda file: file.deadline.due)

    @property
    def origin(self) -> str:
        """How browsers reach it."""
        return f"{'https' if self.serving.is_secure else 'http'}://{self.serving.address}"

    def look_at_accounts(self) -> None:
        """End the sessions of accounts that were taken away or changed since."""
        users = self.serving.users
        if users is None:
            return
        try:
            written = users.stat().st_mtime_ns
            if written == self._accounts_read:
                return
            held = {it.name: it.hash + it.role for it in load_accounts(users).values()}
        except (OSError, ConfigError):  # nobody can be known by it now
            written, held = 0, {}
        self._accounts_read = written
        self.sessions.keep(lambda who: not who.proof or held.get(who.name) == who.proof)

    def renew_link(self) -> str:
        """Make another link that lets one browser in, and say it at the terminal."""
        self.once = Once()
        return self.say_link()

    def say_link(self) -> str:
        """Say at the terminal which link lets one browser in; return it."""
        link = f"{self.origin}/in?token={self.once.token}"
        self.serving.say(f"Open once: {link}")
        return link

    def _gather(self, browse: Browse) -> None:
        with self._gathering:
            browse.gather()

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()
