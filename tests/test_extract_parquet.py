import io
from datetime import date, datetime
from typing import Any

import pytest

from pii_scan.errors import ExtractError
from pii_scan.extract import media_type, parquet
from pii_scan.model import Gap, Member, Table
from tests.documents import at, docx, parts, tables

BSN = "999994256"
NAMES = {
    "a.parquet": "application/vnd.apache.parquet",
    "a.feather": "application/vnd.apache.arrow.file",
    "a.orc": "application/vnd.apache.orc",
}


def made(name: str, columns: dict[str, list[Any]], **metadata: str) -> bytes:
    import pyarrow
    from pyarrow import ipc, orc
    from pyarrow import parquet as writer

    table = pyarrow.table(columns)
    table = table.replace_schema_metadata(metadata or None)
    out = io.BytesIO()
    if name == "a.parquet":
        writer.write_table(table, out, row_group_size=1500)
    elif name == "a.feather":
        with ipc.new_file(out, table.schema) as file:
            file.write_table(table)
    else:
        orc.write_table(table, out)
    return out.getvalue()


@pytest.mark.parametrize("name", NAMES)
def test_without_the_library_the_reason_says_what_to_install(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "find_spec", lambda _: None)
    data = {"a.parquet": b"PAR1", "a.feather": b"ARROW1\0\0", "a.orc": b"ORC"}[name] + bytes(40)
    assert media_type(io.BytesIO(data), "x") == NAMES[name]
    with pytest.raises(ExtractError, match=r"^needs pii-scan\[parquet\]$"):
        parts(data, name)


@pytest.mark.parametrize("name", NAMES)
def test_values_are_shown_as_they_are(name: str) -> None:
    columns: dict[str, list[Any]] = {
        "bsn": ["099999021", None],
        "nummer": [int(BSN), 7],
        "dag": [date(2024, 3, 1), None],
        "tijd": [datetime(2024, 3, 1, 10, 30), datetime(2024, 3, 1)],  # noqa: DTZ001
        "lijst": [["a", BSN], []],
        "wie": [{"naam": "Renée"}, None],
        "bytes": [b"BSN 999994256", bytes(3)],
    }
    (table,) = tables(parts(made(name, columns), name))
    assert table == Table(
        tuple(columns),
        (
            ("099999021", BSN, "2024-03-01", "2024-03-01T10:30:00", f'["a", "{BSN}"]',
             '{"naam": "Renée"}', "BSN 999994256"),
            ("", "7", "", "2024-03-01", "[]", "", ""),
        ),
        (1, 2),
    )  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_long_tables_come_in_blocks(name: str) -> None:
    found = tables(parts(made(name, {"n": list(range(4000))}), name))
    assert [row[0] for table in found for row in table.rows] == [str(n) for n in range(4000)]
    assert [number for table in found for number in table.numbers] == list(range(1, 4001))
    assert max(len(table.rows) for table in found) == 1000


def test_metadata_is_text_and_files_are_members() -> None:
    data = docx()
    columns = {"b": [data, bytes(range(256)), bytes(range(255, -1, -1))]}
    found = parts(made("a.parquet", columns, toelichting=f"BSN {BSN}"), "a.parquet")
    assert at(found, "properties") == f"toelichting: BSN {BSN}"
    assert [part for part in found if isinstance(part, Member)] == [Member("1-1", data)]
    assert [part for part in found if isinstance(part, Gap)] == [Gap("binary values")]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_cut_off_is_damaged(name: str) -> None:
    data = made(name, {"n": list(range(4000))})
    with pytest.raises(ExtractError, match=r"^damaged$"):
        parts(data[:-9], name)
