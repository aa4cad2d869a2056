"""The order of work, for every engine: what takes longest first, and batches that are worth a trip.

A large file that is begun last keeps one worker busy while the others have nothing left to do.
"""

import heapq
from collections.abc import Iterable, Iterator

from pii_scan.model import Item, Result

WINDOW_ITEMS = 4096
"""Items that are looked ahead, about 4 MB of them: among these the largest goes first."""
BATCH_ITEMS = 32
BATCH_BYTES = 4 << 20


def largest_first(items: Iterable[Item | Result]) -> Iterator[Item | Result]:
    """Yield the items of a walk, of those within sight the largest first; results at once.

    >>> [item.size for item in largest_first(Item(str(n), "", n) for n in (1, 3, 2))]
    [3, 2, 1]
    """
    seen: list[tuple[int, int, Item]] = []
    for number, one in enumerate(items):
        if isinstance(one, Result):
            yield one
        elif len(seen) < WINDOW_ITEMS:
            heapq.heappush(seen, (-one.size, number, one))
        else:
            yield heapq.heappushpop(seen, (-one.size, number, one))[2]
    while seen:
        yield heapq.heappop(seen)[2]


def batches(items: Iterable[Item | Result]) -> Iterator[list[Item] | Result]:
    """Yield items together where they are small, in their order; results at once."""
    batch: list[Item] = []
    size = 0
    for one in items:
        if isinstance(one, Result):
            yield one
            continue
        if batch and (len(batch) == BATCH_ITEMS or size + one.size > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(one)
        size += one.size
    if batch:
        yield batch
