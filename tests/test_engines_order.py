"""The order of work: what is large goes first, within what is held of it."""

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from pii_scan.engines import _order
from pii_scan.engines._order import BATCH_BYTES, BATCH_ITEMS, batches, largest_first
from pii_scan.model import Coverage, Item, Result

LINK = Result(Item("link", "link", 0), Coverage("skipped", "walk", "symbolic link"))

sizes = st.lists(st.integers(0, 2 * BATCH_BYTES), max_size=100)


def items(sizes: list[int]) -> list[Item | Result]:
    return [Item(str(number), str(number), size) for number, size in enumerate(sizes)]


@given(sizes)
def test_everything_comes_once_and_the_largest_first(given: list[int]) -> None:
    found = [one for one in largest_first(items(given)) if isinstance(one, Item)]
    assert [one.size for one in found] == sorted(given, reverse=True)
    assert {one.uri for one in found} == {str(number) for number in range(len(given))}


def test_no_more_is_held_than_the_window() -> None:
    taken = 0

    def walk() -> Iterator[Item | Result]:
        nonlocal taken
        for number in range(3 * _order.WINDOW_ITEMS):
            taken += 1
            yield Item(str(number), "", number % 7)

    for come, _ in enumerate(largest_first(walk()), start=1):
        assert taken - come <= _order.WINDOW_ITEMS


def test_what_is_a_result_already_does_not_wait() -> None:
    assert next(largest_first([*items([1, 2]), LINK])) == LINK


@given(sizes)
def test_batches_keep_the_order_and_their_bounds(given: list[int]) -> None:
    made = [one for one in batches([*items(given), LINK]) if isinstance(one, list)]
    assert [one.size for batch in made for one in batch] == given
    for batch in made:
        assert 0 < len(batch) <= BATCH_ITEMS
        assert len(batch) == 1 or sum(one.size for one in batch) <= BATCH_BYTES
