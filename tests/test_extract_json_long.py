import io
import json as stdlib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pii_scan.extract import _decode, _json_long, json
from pii_scan.model import Gap, Part
from tests.documents import parts, tables, words

BSN = "999994256"


@pytest.fixture(autouse=True)
def _everything_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json, "MAX_TREE_BYTES", 10)
    monkeypatch.setattr(_decode, "BLOCK_BYTES", 3)


def read(text: str, longest: int = 1 << 20) -> list[Part]:
    return list(_json_long.parts(io.BytesIO(text.encode()), longest))


def test_elements_of_a_list_are_rows() -> None:
    rows = [{"naam": "J", "bsn": f"{number:09d}"} for number in range(2500)]
    found = tables(read(stdlib.dumps(rows)))
    assert [table.numbers[0] for table in found] == [1, 1001, 2001]
    assert [row[1] for table in found for row in table.rows] == [row["bsn"] for row in rows]


def test_lists_in_an_object_are_rows_and_the_rest_is_lines() -> None:
    text = f'{{"van": "{BSN}", "klanten": [{{"a": 1}}, 2, [{BSN}]], "b": {{"c": [{BSN}]}}}}'
    found = read(text)
    assert tables(found)[0].rows == (("1",),)
    shown = words(found)
    for line in (f"van: {BSN}", "klanten", "klanten: 2", f"klanten: {BSN}", f"b.c: {BSN}"):
        assert line in shown.splitlines()


@pytest.mark.parametrize(
    "text",
    [
        f'[{{"a": 1}}, {{"bsn": {BSN}',
        f'[{{"a": 1}}] {BSN}',
        f'{{"a": [1}} "{BSN}"',
        f'[1 2 "{BSN}"]',
        f'{{"a" 1 "{BSN}"}}',
        "[" * 9_000 + BSN,
        f"{BSN} en meer",
    ],
)
def test_what_is_no_json_is_text_from_there_on(text: str) -> None:
    found = read(text)
    assert [part for part in found if isinstance(part, Gap)]
    assert BSN in words(found)


def test_a_value_too_long_to_hold_is_text() -> None:
    found = read(f'[1, "{"x" * 500} {BSN}"]', longest=100)
    assert Gap("too large") in found
    assert BSN in words(found)


def test_long_lines_of_values_are_rows() -> None:
    found = parts(f'{{"bsn": "{BSN}"}}\n{{"bsn": "2"}}\n'.encode(), "a.json")
    assert tables(found)[0].rows == ((BSN,), ("2",))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(alphabet='ab\\"\u20ac{[', max_size=4),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("kl", max_size=2), inner),
    max_leaves=12,
)


def leaves(value: object) -> Iterator[str]:
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from leaves(inner)
    elif value is not None:
        yield str(value).lower() if isinstance(value, bool) else str(value)


@given(st.lists(VALUES) | st.dictionaries(st.text("kl", max_size=2), VALUES))
def test_no_value_is_lost_wherever_a_block_ends(value: object) -> None:
    found = read(stdlib.dumps(value))
    assert not [part for part in found if isinstance(part, Gap)]
    shown = words(found)
    assert all(leaf in shown for leaf in leaves(value))
