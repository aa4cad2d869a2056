"""Coming in by way of the organisation's own log-in service: out to it, and back with a code.

Where somebody goes is kept here, under what their browser alone holds, and works one time.
"""

import hashlib
import hmac
import secrets
import threading
from dataclasses import dataclass

from pii_scan.desk.sessions import Clock

SECONDS = 600.0
"""From going out to coming back."""
MOST_OUT = 1_000


@dataclass(frozen=True, slots=True)
class Trip:
    """Somebody who went to log in elsewhere."""

    state: str
    nonce: str
    verifier: str
    """Of RFC 7636: only who began the log-in can end it."""
    began: float


class Trips:
    """Who is out, by a digest of what their browser holds."""

    def __init__(self, clock: Clock) -> None:
        """Begin with nobody."""
        self._clock = clock
        self._out: dict[bytes, Trip] = {}
        self._lock = threading.Lock()

    def begin(self) -> tuple[str, Trip]:
        """Note somebody down; return what their browser is to hold, and what goes along."""
        token, now = secrets.token_urlsafe(32), self._clock()
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        trip = Trip(state, nonce, verifier, now)
        with self._lock:
            self._out = {key: it for key, it in self._out.items() if now - it.began <= SECONDS}
            if len(self._out) >= MOST_OUT:
                del self._out[next(iter(self._out))]  # the one that is out longest
            self._out[_digest(token)] = trip
        return token, trip

    def end(self, token: str, state: str) -> Trip | None:
        """Return the trip of a browser that came back, if it holds; it does so once."""
        with self._lock:
            trip = self._out.pop(_digest(token), None)
        if trip is None or self._clock() - trip.began > SECONDS:
            return None
        return trip if hmac.compare_digest(trip.state.encode(), state.encode()) else None


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
