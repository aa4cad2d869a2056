"""Which items of earlier scans a scan has met as they were: a bit each, not a row.

A scan that goes on where it was cut off walks everything again, so that nothing has to be kept.
"""

from collections import defaultdict


class Seen:
    """Items by the scan that wrote them and their number in it."""

    def __init__(self) -> None:
        """Begin with none."""
        self._bits: defaultdict[int, bytearray] = defaultdict(bytearray)

    def add(self, scan_id: int, item: int) -> None:
        """Note an item."""
        bits = self._bits[scan_id]
        place = item >> 3
        if place >= len(bits):
            bits.extend(bytes(place + 1024 - len(bits)))
        bits[place] |= 1 << (item & 7)

    def __contains__(self, key: tuple[int, int]) -> bool:
        """Tell whether an item was noted."""
        bits = self._bits.get(key[0], b"")
        place = key[1] >> 3
        return place < len(bits) and bool(bits[place] >> (key[1] & 7) & 1)

    def count(self, scan_id: int) -> int:
        """Return how many items of a scan were noted."""
        return int.from_bytes(self._bits.get(scan_id, b"")).bit_count()
