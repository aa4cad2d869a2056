import io
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pii_scan.extract import _sql, media_type, sql
from pii_scan.model import Chunk, Gap, Member, Part, Table
from tests.documents import at, docx, parts, tables, words

BSN = "999994256"
HEADING = ("id", "naam", "bsn")
ROWS = (("1", "J. d'Or", "099999021"), ("2", "", BSN))
MYSQL = f"""-- MySQL dump 10.13 van {BSN}
CREATE TABLE `klant` (
  `id` int(11) NOT NULL COMMENT 'sleutel {BSN}',
  `naam` varchar(99) DEFAULT NULL,
  `bsn` char(9),
  PRIMARY KEY (`id`),
  KEY `naam` (`naam`)
) ENGINE=InnoDB;
INSERT INTO `klant` VALUES (1,'J. d\\'Or','099999021'),(2,NULL,'{BSN}');
"""
POSTGRES = f"""-- PostgreSQL database dump
CREATE TABLE public.klant (
    id integer NOT NULL,
    naam text DEFAULT 'a, b'::text,
    bsn numeric(9,0),
    CONSTRAINT uniek UNIQUE (id)
);
COPY public.klant (id, naam, bsn) FROM stdin;
1\tJ. d'Or\t099999021
2\t\\N\t{BSN}
\\.
SELECT pg_catalog.setval('klant_id_seq', 2, true);
"""
SERVER = f"""USE [crm]
GO
SET IDENTITY_INSERT [dbo].[klant] ON
INSERT [dbo].[klant] ([id], [naam], [bsn]) VALUES (1, N'J. d''Or', N'099999021')
GO
INSERT [dbo].[klant] ([id], [naam], [bsn]) VALUES (2, NULL, N'{BSN}')
"""
SQLITE = f"""PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE klant(id INTEGER PRIMARY KEY, naam TEXT, bsn TEXT);
INSERT INTO klant VALUES(1,'J. d''Or','099999021');
INSERT INTO "klant" VALUES(2,NULL,'{BSN}');
COMMIT;
"""
DUMPS = {"mysql": MYSQL, "postgres": POSTGRES, "sql server": SERVER, "sqlite": SQLITE}


def read(text: str, name: str = "a.sql") -> list[Part]:
    return parts(text.encode(), name)


@pytest.mark.parametrize("dialect", DUMPS)
@pytest.mark.parametrize("name", ["a.sql", "content"])
def test_rows_of_each_dialect_are_one_table(dialect: str, name: str) -> None:
    found = parts(DUMPS[dialect].encode(), name)
    assert tables(found) == [Table(HEADING, ROWS, (1, 2), "klant")]
    assert not [part for part in found if isinstance(part, Gap)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_encodings(encoding: str) -> None:
    found = parts("INSERT INTO t (a) VALUES ('Renée');".encode(encoding), "a.sql")
    assert tables(found)[0].rows == (("Renée",),)


@pytest.mark.parametrize(
    ("values", "row"),
    [
        ("'a','b'", ("a", "b")),
        (" 1 , -2.50 , 007 ", ("1", "-2.50", "007")),
        ("NULL, default, '', 1", ("", "", "", "1")),
        ("'(1),(2);', 'x'", ("(1),(2);", "x")),
        ("'a\nb', /* nee */ 'c' -- ook\n", ("a\nb", "c nee ook")),
        ("CONCAT('a', 999990019), 2", ("a 999990019", "2")),
        ("CAST(999990019 AS CHAR)", ("CAST(999990019 AS CHAR)",)),
        ("CAST(N'2024-03-01T00:00:00.000' AS DateTime), 1", ("2024-03-01T00:00:00.000", "1")),
        ("to_date('01-03-2024', 'DD-MM-YYYY')", ("01-03-2024 DD-MM-YYYY",)),
        ("E'a\\nb\\'c', 'pad\\'", ("a\nb'c", "pad\\")),
        ("'it''s'", ("it's",)),
        (f"X'{BSN.encode().hex()}', 0x{(BSN * 2).encode().hex()}", (BSN, BSN * 2)),
        (f"'\\x{(BSN * 2).encode().hex()}'", (BSN * 2,)),
        ("0x01, X''", ("0x01", "")),
        ("((SELECT max(id) FROM u)), 2", ("((SELECT max(id) FROM u))", "2")),
    ],
)
def test_values(values: str, row: tuple[str, ...]) -> None:
    assert tables(read(f"INSERT INTO t VALUES ({values});"))[0].rows == (row,)


def test_backslashes_escape_where_the_dialect_has_them() -> None:
    text = "-- MySQL dump\nINSERT INTO t VALUES ('a\\\\','b\\'c\\n',\"d\",_binary 'e');"
    assert tables(read(text))[0].rows == (("a\\", "b'c\n", "d", "e"),)


@pytest.mark.parametrize(
    "head",
    [
        "insert into t (a, b) values",
        "INSERT IGNORE INTO `t` (`a`,`b`) VALUES",
        "REPLACE INTO t(a,b)VALUES",
        "INSERT OR REPLACE INTO t (a, b) VALUES",
        'INSERT INTO "public"."t" ("a", "b") OVERRIDING SYSTEM VALUE VALUES',
        "SELECT 1; INSERT INTO [crm].[dbo].[t] ([a], [b])\n   VALUES",
        "/* x */ INSERT INTO t (a, b) VALUES",
        "GO\n  INSERT t (a, b) VALUES",
    ],
)
def test_heads(head: str) -> None:
    found = tables(read(f"{head} (1, '{BSN}'), (3, 4) ON CONFLICT DO NOTHING;"))
    assert found == [Table(("a", "b"), (("1", BSN), ("3", "4")), (1, 2), "t")]


@pytest.mark.parametrize(
    "text",
    [
        f"-- {BSN}\n",
        f"/* {BSN} */",
        f"# {BSN}\n",
        f"UPDATE t SET bsn = '{BSN}' WHERE id = 1;",
        f"INSERT INTO t SELECT '{BSN}' FROM u;",
        f"INSERT INTO t SET bsn = '{BSN}';",
        f"CREATE TABLE t (a char(9) DEFAULT '{BSN}');",
        f"CREATE VIEW v AS SELECT * FROM t WHERE bsn = {BSN};",
        f"COMMENT ON TABLE t IS '{BSN}';",
        f"INSERT INTO t VALUES (1) ON DUPLICATE KEY UPDATE bsn = '{BSN}';",
        f"DO $$ BEGIN PERFORM f('{BSN}'); END $$;",
        f"don't {BSN}",
        f"EXEC f @bsn = N'{BSN}'",
    ],
)
def test_all_else_is_text(text: str) -> None:
    chunks = [part.text for part in read(text) if isinstance(part, Chunk)]
    assert BSN in "".join(chunks)


def test_text_says_at_which_line_it_stands() -> None:
    text = f"INSERT INTO t VALUES ('a\nb');\nUPDATE t SET bsn='{BSN}';\n"
    assert BSN in at(read(text), "line 2")


def test_a_copy_block_keeps_its_escapes_and_may_be_cut_off() -> None:
    text = "COPY t (a, b) FROM stdin;\nx\\ty\t\\\\N\n\\N\ta\\nb"
    assert tables(read(text))[0].rows == (("x\ty", "\\N"), ("", "a\nb"))


def test_rows_after_the_first_thousand_go_on_counting() -> None:
    text = "".join(f"INSERT INTO t (a) VALUES ({number});\nGO\n" for number in range(1, 2501))
    found = tables(read(text))
    assert [table.numbers[0] for table in found] == [1, 1001, 2001]
    assert sum(len(table.rows) for table in found) == 2500


def test_files_in_rows_are_members() -> None:
    data = docx()
    found = read(f"INSERT INTO bijlage VALUES (1, 0x{data.hex()});")
    assert [part for part in found if isinstance(part, Member)] == [Member("bijlage/1-2", data)]
    assert tables(found)[0].rows == (("1", ""),)


def test_a_table_that_may_be_called_after_somebody_is_named_by_its_place() -> None:
    found = read("INSERT INTO [Jan de Vries] (a) VALUES (1); INSERT INTO [Piet Vos] VALUES (2);")
    assert [table.where for table in tables(found)] == ["table 1", "table 2"]
    assert at(found, "names") == "Jan de Vries\nPiet Vos"


def test_little_of_a_dump_is_held_at_a_time() -> None:
    def endless() -> Iterator[str]:
        yield "-- MySQL dump\nINSERT INTO t VALUES "
        for number in range(10_000):
            pulled.append(number)
            yield f"({number},'{'x' * 1000}'),"

    pulled: list[int] = []
    dump = _sql.Dump(endless())
    assert dump.head(sql.LINE)
    assert dump.head(sql.INSERT)
    assert dump.row() == ["0", "x" * 1000]
    assert len(pulled) < 1000


def test_a_string_that_never_ends_is_text_at_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_sql, "LONGEST_TOKEN", 10_000)
    monkeypatch.setattr(_sql, "AHEAD", 1_000)
    text = f"UPDATE t SET a = 'open {'x ' * 40_000} {BSN}"
    assert BSN in words(read(text))


@given(st.text(alphabet="INSERT INTO t (a) VALUES('\"`[];,-/*\\\n1", max_size=80))
def test_no_text_is_lost(text: str) -> None:
    found = words(read(f"x{text} INSERT"))
    assert found.count("1") >= text.count("1") - 1 or "1" in found
    assert "INSERT" in found


def test_prose_about_statements_is_no_dump() -> None:
    for text in ("Gebruik INSERT INTO om rijen toe te voegen.\n", "create table: tafel maken\n"):
        assert media_type(io.BytesIO(text.encode()), "uitleg") == "text/plain"
