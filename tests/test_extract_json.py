import pytest

from pii_scan.errors import ExtractError
from pii_scan.model import Chunk, Gap, Part, Table
from tests.documents import JSON, JSONL, at, parts, words


def test_a_list_of_objects_is_a_table() -> None:
    rows = (("J. Jansen", "999990019"), ("P. Vos", "999999990"))
    assert parts(JSON, "a.json") == [Table(("naam", "bsn"), rows, (1, 2), "$")]
    assert parts(JSONL, "a.jsonl") == [Table(("naam", "bsn"), rows, (1, 2))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[{"a": {"b": 1}}, {"c": ["x", "y"], "a": {"b": null}}]',
         [Table(("a.b", "c"), (("1", ""), ("", "x, y")), (1, 2), "$")]),
        ('{"naam": "J", "adres": {"plaats": "A", "nr": 007.0}}', None),
        ('{"naam": "J", "adres": {"plaats": "A"}, "ok": true, "n": 12345678901234567890}',
         [Chunk("naam: J", "$"), Chunk("adres.plaats: A", "$.adres"),
          Chunk("ok: true\nn: 12345678901234567890", "$")]),
        ('{"data": {"klanten": [{"bsn": 1}, {"bsn": 2}]}, "totaal": 2}',
         [Table(("bsn",), (("1",), ("2",)), (1, 2), "$.data.klanten"), Chunk("totaal: 2", "$")]),
        ('["J. Jansen", 12]', [Chunk("J. Jansen, 12", "$")]),
        ('"J. Jansen"', [Chunk("J. Jansen", "$")]),
        ('[{"a": 1, "a": 2}]', [Table(("a",), (("1, 2",),), (1,), "$")]),
        ('{"a": 1, "a": 2}', [Chunk("a: 1\na: 2", "$")]),
        ("null", []),
        ("\ufeff[1]", [Chunk("1", "$")]),
    ],
)  # fmt: skip
def test_documents(text: str, expected: list[Part] | None) -> None:
    found = parts(text.encode(), "a.json")
    if expected is None:
        assert found[0] == Gap("damaged")
        assert text in words(found)
    else:
        assert found == expected


def test_a_broken_line_is_a_gap_and_still_read() -> None:
    data = b'{"naam": "J"}\n{"naam": "Vos", \n\n{"naam": "K"}\n[1, 2]\n'
    assert parts(data, "a.jsonl") == [
        Gap("damaged", "row 2"),
        Chunk('{"naam": "Vos",', "row 2"),
        Chunk("1, 2", "row 5"),
        Table(("naam",), (("J",), ("K",)), (1, 4)),
    ]


def test_lines_of_json_may_be_called_json() -> None:
    assert parts(JSONL, "a.json") == parts(JSONL, "a.jsonl")


def test_text_that_was_cut_off_is_read_and_owned_up_to() -> None:
    found = parts(JSON[:-3], "a.json")
    assert found[0] == Gap("damaged")
    assert at(found, "") == JSON[:-3].decode()


@pytest.mark.parametrize("depth", [300, 100_000])
def test_deep_nesting_is_refused(depth: int) -> None:
    with pytest.raises(ExtractError, match=r"^too deeply nested$"):
        parts(b"[" * depth + b"1" + b"]" * depth, "a.json")
    with pytest.raises(ExtractError, match=r"^too deeply nested$"):
        parts(b'{"a":' * depth + b"1" + b"}" * depth, "a.json")


def test_too_many_columns_become_lines() -> None:
    data = "[" + ",".join(f'{{"k{number}": {number}}}' for number in range(1200)) + "]"
    found = parts(data.encode(), "a.json")
    assert found[7] == Chunk("k7: 7", "$ row 8")


@pytest.mark.parametrize("empty", ["null", '""', "{}", "[]"])
def test_a_key_without_a_value_may_be_a_value_itself(empty: str) -> None:
    text = f'{{"999994256": {empty}, "naam": {empty}, "lijst": [[{{"Jan de Vries": {empty}}}]]}}'
    for data in (text, f'{text}\n{{"a": [[{text}]]}}', f'{{"a": {{"b": {{"c": {text}}}}}}}'):
        told = words(parts(data.encode(), "a.json"))
        assert "999994256" in told
        assert "0.0.Jan de Vries" in told


def test_the_name_of_a_field_without_a_value_is_no_label_for_the_next() -> None:
    found = parts(b'{"bsn": null, "klant": {"bsn": ""}, "order": "999994256"}', "a.json")
    assert found == [Chunk("order: 999994256", "$")]


def test_names_of_fields_that_are_values_are_told() -> None:
    found = parts(b'[{"id": {"999990019": 1, "Jan de Vries": {"bedrag": 2}}}]', "a.json")
    assert at(found, "$ field names").splitlines() == ["999990019", "Jan de Vries"]
    assert at(parts(b'[{"id": {"naam": 1}}]', "a.json"), "$ field names") == ""
