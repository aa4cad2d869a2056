import io
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pii_scan.errors import ExtractError
from pii_scan.extract._cfb import Container, Content, Entry, packed

NAMES = st.text(alphabet="aBc_#0", min_size=1, max_size=12)
TREES: st.SearchStrategy[Content] = st.recursive(
    st.binary(max_size=300) | st.sampled_from([b"x" * 4_095, b"y" * 4_096, b"z" * 70_000]),
    lambda inside: st.dictionaries(NAMES, inside, max_size=6),
    max_leaves=12,
)


def read(container: Container, entry: Entry) -> Content:
    if entry.inside is None:
        return container.read(entry)
    return {name: read(container, each) for name, each in entry.inside.items()}


class Reads(io.BytesIO):
    """A stream that counts what is read of it."""

    total = 0

    def read(self, size: int | None = -1) -> bytes:
        found = super().read(size)
        self.total += len(found)
        return found


def unpacked(data: bytes) -> Content:
    container = Container(io.BytesIO(data))
    return read(container, container.root)


@settings(max_examples=60)
@given(st.dictionaries(NAMES, TREES, max_size=8))
def test_what_is_packed_is_read(tree: dict[str, Content]) -> None:
    assert unpacked(packed(tree)) == tree


def test_lists_of_the_table_beyond_the_header_are_read() -> None:
    tree = {"a": b"x" * 100_000, "b": b"kort"}
    data = bytearray(packed(tree))
    own = struct.unpack_from("<109I", data, 76)
    more = len(data) // 4096 - 1
    struct.pack_into("<II109I", data, 68, more, 1, *[0xFFFFFFFF] * 109)
    sectors = [sector for sector in own if sector != 0xFFFFFFFF]
    last = [0xFFFFFFFF] * (1023 - len(sectors))
    assert unpacked(bytes(data) + struct.pack("<1024I", *sectors, *last, 0xFFFFFFFE)) == tree


def test_chains_that_turn_back_end() -> None:
    data = bytearray(packed({"a": b"x" * 40_960}))
    (table,) = struct.unpack_from("<I", data, 76)
    # The second sector of the stream is followed by the first.
    struct.pack_into("<I", data, (table + 1) * 4096 + 4, 0)
    assert unpacked(bytes(data)) == {"a": b"x" * 40_960}
    (start,) = struct.unpack_from("<I", data, 48)
    struct.pack_into("<I", data, (table + 1) * 4096 + 4 * start, start)
    # As if the table were a hundred times as long as the file.
    struct.pack_into("<109I", data, 76, *[table] * 109)
    with_rest = bytes(data) + bytes(5 << 20)
    reader = Reads(with_rest)
    assert read(Container(reader), Container(reader).root) == {"a": b"x" * 40_960}
    assert reader.total < 5 * len(with_rest)


def test_a_directory_that_turns_back_ends() -> None:
    data = bytearray(packed({"a": b"x", "b": {"c": b"y"}}))
    (start,) = struct.unpack_from("<I", data, 48)
    for entry in range(1, 4):
        # Its siblings and what is inside it are the root, and itself.
        struct.pack_into("<3I", data, (start + 1) * 4096 + entry * 128 + 68, 0, entry, 0)
    found = unpacked(bytes(data))
    assert isinstance(found, dict)
    assert set(found) == {"a", "b", "c"}


@pytest.mark.parametrize("length", [9, 100, 512, 4_096, 9_000])
def test_a_file_cut_off_is_damaged_or_has_less(length: int) -> None:
    data = packed({"a": b"x" * 40_960})[:length]
    try:
        assert unpacked(data) == {}
    except ExtractError as error:
        assert error.reason == "damaged"  # noqa: PT017


@pytest.mark.parametrize("size", [9_000, 0xFFFFFFFF])
def test_of_a_stream_longer_than_its_chain_is_read_what_there_is(size: int) -> None:
    data = bytearray(packed({"a": b"x" * 5_000, "b": b"y"}))
    (start,) = struct.unpack_from("<I", data, 48)
    struct.pack_into("<Q", data, (start + 1) * 4096 + 128 + 120, size)
    container = Container(io.BytesIO(bytes(data)))
    assert container.content("B") == b"y"
    assert container.is_whole
    assert container.content("a").rstrip(b"\0") == b"x" * 5_000
    assert not container.is_whole


def test_a_stream_that_no_storage_leads_to_is_found() -> None:
    data = bytearray(packed({"a": b"x", "b": {"c": b"y"}}))
    (start,) = struct.unpack_from("<I", data, 48)
    struct.pack_into("<I", data, (start + 1) * 4096 + 76, 0xFFFFFFFF)
    assert unpacked(bytes(data)) == {"a": b"x", "c": b"y"}


def test_a_directory_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pii_scan.extract._cfb.MOST_ENTRIES", 20)
    with pytest.raises(ExtractError, match=r"^too many parts$"):
        unpacked(packed({str(number): b"" for number in range(40)}))
