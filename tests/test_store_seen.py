"""What a scan has met as it was, in a bit each."""

from hypothesis import given
from hypothesis import strategies as st

from pii_scan.store import Seen

KEYS = st.sets(st.tuples(st.integers(1, 3), st.integers(1, 20_000)))


@given(KEYS, KEYS)
def test_it_is_a_set(added: set[tuple[int, int]], others: set[tuple[int, int]]) -> None:
    seen = Seen()
    for key in (*added, *added):
        seen.add(*key)
    assert [key in seen for key in others] == [key in added for key in others]
    for scan in range(5):
        assert seen.count(scan) == sum(key[0] == scan for key in added)
