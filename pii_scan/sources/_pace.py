"""Reading no faster than asked, so that others on a share can go on with their work."""

import io
import time
from collections.abc import Callable
from typing import Any, BinaryIO, Final, cast

BUFFER_BYTES: Final = 1 << 18


class Paced(io.RawIOBase):
    """A stream whose bytes come at a rate the first time; read again, they lie in a cache."""

    def __init__(
        self,
        stream: BinaryIO,
        bytes_per_second: float,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Begin; the clock runs from the first byte."""
        self._stream, self._rate = stream, bytes_per_second
        self._now, self._sleep = now, sleep
        self._furthest = 0
        self._due: float | None = None

    def readable(self) -> bool:
        """Return that it is."""
        return True

    def seekable(self) -> bool:
        """Return that it is."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move."""
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        """Return the place of the next byte."""
        return self._stream.tell()

    def readinto(self, buffer: Any) -> int:
        """Read into `buffer`; wait until that many bytes were due."""
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        new = self._stream.tell() - self._furthest
        if new > 0:
            self._furthest += new
            self._wait(min(new, len(data)))
        return len(data)

    def _wait(self, count: int) -> None:
        now = self._now()
        self._due = max(now, self._due or now) + count / self._rate
        self._sleep(self._due - now)


def paced(stream: BinaryIO, bytes_per_second: float | None) -> BinaryIO:
    """Return a stream that is read no faster than that; `None` leaves it as it is."""
    if bytes_per_second is None:
        return stream
    return io.BufferedReader(cast(io.RawIOBase, Paced(stream, bytes_per_second)), BUFFER_BYTES)
