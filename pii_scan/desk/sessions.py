"""Who is at the desk now: sessions with limits, a link that works once, and a brake on guessing.

All of it is in memory: when the server stops, everybody has left.
"""

import hashlib
import hmac
import secrets
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from pii_scan.desk.accounts import Person

Clock = Callable[[], float]
"""Seconds; only ever goes on."""

IDLE_SECONDS = 30 * 60.0
LONGEST_SECONDS = 8 * 3600.0
"""A working day. OWASP ASVS 3.3 asks for both limits."""
TRIES = 5
"""Of one name from one address."""
MOST_TRIES = 20
"""Of one name from everywhere, or from one address: more, so that a stranger with five wrong
guesses does not keep somebody out, nor a colleague behind the same address."""
TRIES_SECONDS = 15 * 60.0
MOST_SESSIONS = 1_000


@dataclass(slots=True)
class Session:
    """Somebody who has come in."""

    person: Person
    csrf: str
    """Goes with every form, so that no other page can send one."""
    began: float
    last: float


class Sessions:
    """Those who have come in, by a digest of what their browser shows."""

    def __init__(self, clock: Clock) -> None:
        """Begin with nobody."""
        self._clock = clock
        self._held: dict[bytes, Session] = {}
        self._lock = threading.Lock()

    def begin(self, person: Person) -> str:
        """Let somebody in; return what their browser is to show from now on."""
        token, now = secrets.token_urlsafe(32), self._clock()
        with self._lock:
            self._clear(now)
            if len(self._held) >= MOST_SESSIONS:
                self._held.pop(min(self._held, key=lambda key: self._held[key].last))
            self._held[_digest(token)] = Session(person, secrets.token_urlsafe(32), now, now)
        return token

    def get(self, token: str) -> Session | None:
        """Return the session that a browser shows, if it still holds."""
        now = self._clock()
        with self._lock:
            self._clear(now)
            found = self._held.get(_digest(token))
            if found is not None:
                found.last = now
            return found

    def end(self, token: str) -> None:
        """Let somebody go."""
        with self._lock:
            self._held.pop(_digest(token), None)

    def keep(self, holds: Callable[[Person], bool]) -> None:
        """End every session of whom it does not hold for any more."""
        with self._lock:
            self._held = {key: it for key, it in self._held.items() if holds(it.person)}

    def _clear(self, now: float) -> None:
        past = [
            key
            for key, it in self._held.items()
            if now - it.last > IDLE_SECONDS or now - it.began > LONGEST_SECONDS
        ]
        for key in past:
            del self._held[key]


class Once:
    """A secret that lets one browser in, one time."""

    def __init__(self) -> None:
        """Make one."""
        self.token = secrets.token_urlsafe(32)
        self._lock = threading.Lock()
        self._is_used = False

    def takes(self, token: str) -> bool:
        """Tell whether this is it, for the first time."""
        with self._lock:
            is_it = hmac.compare_digest(self.token.encode(), token.encode()) and not self._is_used
            self._is_used = self._is_used or is_it
            return is_it


class Brake:
    """Counts what failed lately, by whom and from where."""

    def __init__(self, clock: Clock) -> None:
        """Begin with nothing."""
        self._clock = clock
        self._failed: defaultdict[str, deque[float]] = defaultdict(deque)
        self._lock = threading.Lock()

    def holds(self, keys: Mapping[str, int]) -> bool:
        """Tell whether one of the keys has failed as often as it may, to try again now."""
        since = self._clock() - TRIES_SECONDS
        with self._lock:
            for key in [key for key, times in self._failed.items() if times[-1] < since]:
                del self._failed[key]
            return any(
                sum(moment >= since for moment in self._failed[key]) >= most
                for key, most in keys.items()
                if key in self._failed
            )

    def note(self, keys: Iterable[str]) -> None:
        """Note a failure."""
        with self._lock:
            for key in keys:
                times = self._failed[key]
                times.append(self._clock())
                while len(times) > MOST_TRIES:
                    times.popleft()


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
