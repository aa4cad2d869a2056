import io
import sqlite3
import tempfile
from pathlib import Path

import pytest

from pii_scan.errors import ExtractError
from pii_scan.extract import extract, extractor_for, media_type, sqlite
from pii_scan.model import Gap, Member, Part, Table
from tests.documents import at, docx, parts, tables, words

BSN = "999994256"


def database(script: str, *values: tuple[str, tuple[object, ...]]) -> bytes:
    with sqlite3.connect(":memory:") as made:
        made.executescript(script)
        for statement, row in values:
            made.execute(statement, row)
        made.commit()
        data = made.serialize()
    made.close()
    return data


def gaps(found: list[Part]) -> list[tuple[str, str]]:
    return [(part.reason, part.where) for part in found if isinstance(part, Gap)]


def test_rows_have_the_number_by_which_the_database_knows_them() -> None:
    found = parts(
        database(
            "CREATE TABLE klant (naam TEXT, bsn TEXT, punten REAL, n INTEGER);",
            ("INSERT INTO klant (rowid, naam, bsn) VALUES (7, ?, ?)", ("J. Jansen", "099999021")),
            ("INSERT INTO klant (rowid, bsn, punten, n) VALUES (12, ?, 0.5, 3)", (BSN,)),
        ),
        "a.db",
    )
    rows = (("J. Jansen", "099999021", "", ""), ("", BSN, "0.5", "3"))
    assert tables(found) == [Table(("naam", "bsn", "punten", "n"), rows, (7, 12), "klant")]


def test_text_in_every_place_is_found() -> None:
    script = f"""
        CREATE TABLE klant (a TEXT DEFAULT 'eerste {BSN}', -- tweede {BSN}
            b TEXT, c TEXT AS ('derde ' || b));
        CREATE TABLE zonder (sleutel TEXT PRIMARY KEY, b) WITHOUT ROWID;
        CREATE VIRTUAL TABLE zoek USING fts5(tekst);
        CREATE VIEW v AS SELECT 'vierde {BSN}';
        INSERT INTO klant (b) VALUES ('{BSN}');
        INSERT INTO zonder VALUES ('vijfde {BSN}', 1);
        INSERT INTO zoek VALUES ('zesde {BSN}');
        CREATE INDEX i ON klant (b);
    """
    blob = ("INSERT INTO klant (b) VALUES (?)", (f"zevende {BSN}".encode(),))
    found = parts(database(script, blob), "a.db")
    for place, where in (("eerste", "schema"), ("tweede", "schema"), ("vierde", "schema"),
                         ("zevende", "klant row 2")):  # fmt: skip
        assert f"{place} {BSN}" in at(found, where)
    cells = {table.where: words([table]) for table in tables(found)}
    assert f"eerste {BSN} | {BSN} | derde {BSN}" in cells["klant"]
    assert f"vijfde {BSN} | 1" in cells["zonder"]
    assert f"zesde {BSN}" in cells["zoek_content"]
    assert "zoek" not in cells
    assert "v" not in cells


def test_files_in_a_database_are_members_and_unknown_bytes_a_gap() -> None:
    document, unknown = docx(), bytes(range(256)) * 2
    found = parts(
        database(
            "CREATE TABLE bijlage (inhoud BLOB);",
            ("INSERT INTO bijlage VALUES (?)", (document,)),
            ("INSERT INTO bijlage VALUES (?)", (unknown,)),
            ("INSERT INTO bijlage VALUES (?)", (unknown,)),
            ("INSERT INTO bijlage VALUES (?)", (bytes(range(128, 144)),)),
        ),
        "a.db",
    )
    assert [part for part in found if isinstance(part, Member)] == [
        Member("bijlage/1-inhoud", document)
    ]
    assert gaps(found) == [("binary values", "bijlage")]


def test_a_name_that_may_be_a_persons_is_no_address() -> None:
    found = parts(database('CREATE TABLE "Jan de ""Vries""" (a); INSERT INTO "Jan de ""Vries""" '
                           "VALUES (1)"), "a.db")  # fmt: skip
    assert tables(found) == [Table(("a",), (("1",),), (1,), "table 1")]
    assert "Jan de" in at(found, "schema")


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16le", "UTF-16be"])
def test_encodings(encoding: str) -> None:
    script = f"PRAGMA encoding='{encoding}'; CREATE TABLE t (a); INSERT INTO t VALUES ('Renée');"
    assert "Renée" in words(parts(database(script), "a.db"))


def test_text_that_is_no_utf8_is_read_by_the_rule() -> None:
    data = database("CREATE TABLE t (a); INSERT INTO t VALUES (CAST(x'52656ee965' AS TEXT));")
    assert "Renée" in words(parts(data, "a.db"))


def test_damage_costs_the_table_it_is_in() -> None:
    script = "CREATE TABLE stuk (a); CREATE TABLE heel (a);" + "".join(
        f"INSERT INTO stuk VALUES ('{number:0900}'); INSERT INTO heel VALUES ('{number}');"
        for number in range(40)
    )
    data = bytearray(database(script))
    page = int.from_bytes(data[16:18], "big")
    victim = next(
        n for n in range(3, len(data) // page) if b"%0900d" % 20 in data[n * page :][:page]
    )
    data[victim * page : victim * page + 200] = b"\xff" * 200
    found = parts(bytes(data), "a.db")
    assert gaps(found) == [("damaged", "stuk")]
    assert sum(len(table.rows) for table in tables(found) if table.where == "heel") == 40


def test_what_only_begins_like_a_database_is_damaged() -> None:
    for data in (b"SQLite format 3\x00" + bytes(200), database("CREATE TABLE t (a)")[:700]):
        with pytest.raises(ExtractError, match=r"^damaged$"):
            parts(data, "a.db")


def test_a_database_left_with_a_log_is_read_as_it_stands() -> None:
    data = bytearray(database("CREATE TABLE t (a); INSERT INTO t VALUES ('x');"))
    data[18] = data[19] = 2  # written ahead of time into a log, which is not here
    assert tables(parts(bytes(data), "a.db"))[0].rows == (("x",),)


@pytest.mark.parametrize(
    "statement",
    [
        "ATTACH DATABASE '/tmp/x' AS x",
        "INSERT INTO t VALUES (1)",
        "CREATE TABLE u (a)",
        "PRAGMA writable_schema=ON",
        "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n+1 FROM c) SELECT n FROM c",
        "SELECT load_extension('x')",
    ],
)
def test_nothing_but_reading_is_allowed(tmp_path: Path, statement: str) -> None:
    path = tmp_path / "a.db"
    path.write_bytes(database("CREATE TABLE t (a)"))
    opened = sqlite._open(path)
    with pytest.raises(sqlite3.DatabaseError):
        opened.execute(statement).fetchall()
    opened.close()


def test_reading_that_takes_too_many_steps_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "STEPS", 100)
    monkeypatch.setattr(sqlite, "MAX_CALLS", 50)
    script = "CREATE TABLE t (a);" + "INSERT INTO t VALUES (1);" * 3000
    found = parts(database(script), "a.db")
    assert gaps(found) == [("damaged", "t")]


def test_a_database_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "MAX_DATABASE_BYTES", 1000)
    with pytest.raises(ExtractError, match=r"^too large$"):
        parts(database("CREATE TABLE t (a)"), "a.db")


def test_nothing_is_left_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    stream = io.BytesIO(database("CREATE TABLE t (a); INSERT INTO t VALUES ('x');"))
    extractor = extractor_for(media_type(stream, "a.db"))
    assert extractor is not None
    reading = extract(stream, extractor)
    next(reading)
    assert [path.stat().st_mode & 0o777 for path in tmp_path.iterdir()] == [0o700]
    del reading
    assert list(tmp_path.iterdir()) == []
