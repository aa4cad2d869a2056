"""Reading no faster than asked, by a clock that is moved by hand."""

import io

import pytest

from pii_scan.sources import paced
from pii_scan.sources._pace import Paced


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds


@pytest.mark.parametrize("block", [1, 100, 1000, 5000])
def test_bytes_come_when_they_are_due(block: int) -> None:
    clock = Clock()
    stream = Paced(io.BytesIO(bytes(3000)), 1000, clock.now, clock.sleep)
    for expected in range(block, 3000, block):
        stream.read(block)
        assert clock.seconds == pytest.approx(expected / 1000)


def test_what_is_read_again_costs_nothing_and_idling_saves_nothing() -> None:
    clock = Clock()
    stream = Paced(io.BytesIO(bytes(3000)), 1000, clock.now, clock.sleep)
    stream.read(1000)
    stream.seek(0)
    stream.read(1000)
    assert clock.seconds == pytest.approx(1)
    clock.seconds += 100
    stream.read(2000)
    assert clock.seconds == pytest.approx(103)


def test_the_content_is_the_same() -> None:
    content = bytes(range(256)) * 3000
    stream = paced(io.BytesIO(content), 1e12)
    assert stream.read() == content
    assert stream.seek(-3, io.SEEK_END) == len(content) - 3
    assert stream.read() == content[-3:]
    plain = io.BytesIO(content)
    assert paced(plain, None) is plain
