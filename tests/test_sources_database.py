"""Databases as a source, SQLite and a real PostgreSQL: what is read, and what is left alone."""

import json
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from pii_scan.errors import ConfigError, ExtractError
from pii_scan.model import SAMPLED, Chunk, Gap, Item, Member, Part, Table
from pii_scan.sources import _database, address, source_of
from tests import servers
from tests.servers import HOST, PASSWORD, Server

Run = Callable[..., subprocess.CompletedProcess[str]]

TABLES = """
CREATE TABLE klant (id integer PRIMARY KEY, naam text, sinds date, foto {blob});
CREATE TABLE mens (bsn integer PRIMARY KEY, naam text);
CREATE TABLE los (a text, b text);
CREATE TABLE "rare/naam!" (x text);
CREATE TABLE leeg (x text);
CREATE VIEW blik AS SELECT * FROM klant;
"""
ROWS = 2_500


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(_database, "WAITS", ())
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "klanten.db"
    with closing(sqlite3.connect(path)) as made, made:
        made.executescript(TABLES.format(blob="blob"))
        rows = [(3 * n, f"naam {n}", "2020-01-01" if n % 2 else "?", None) for n in range(1, ROWS)]
        made.executemany("INSERT INTO klant VALUES (?, ?, ?, ?)", rows)
        made.execute("INSERT INTO klant VALUES (9000, 'laatste', NULL, ?)", (b"%PDF-1.4 stuk",))
        made.execute("INSERT INTO mens VALUES (999990019, 'Jan')")
        made.execute("INSERT INTO los VALUES ('1', NULL)")
        made.execute("INSERT INTO \"rare/naam!\" VALUES ('x')")
    return path


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    import psycopg

    with servers.postgres() as found:
        with psycopg.connect(f"postgresql://postgres@{HOST}:{found.port}/postgres") as made:
            made.execute(TABLES.format(blob="bytea"))
            made.execute(
                "INSERT INTO klant SELECT 3 * n, 'naam ' || n, '2020-01-01' "
                "FROM generate_series(1, %s) n",
                (ROWS - 1,),
            )
            made.execute("INSERT INTO klant VALUES (9000, 'laatste', NULL, '%%PDF-1.4 stuk')", ())
            made.execute("INSERT INTO mens VALUES (999990019, 'Jan')")
            made.execute("INSERT INTO los VALUES ('1', NULL)")
            made.execute("INSERT INTO \"rare/naam!\" VALUES ('x')")
            made.execute("CREATE SCHEMA hr")
            made.execute("CREATE TABLE hr.geheim (id int, x text)")
            made.execute("COMMENT ON COLUMN klant.naam IS 'zoals bij mevrouw De Vries'")
            made.execute(f"CREATE ROLE scan LOGIN PASSWORD '{PASSWORD}'")
            made.execute("GRANT SELECT ON klant TO PUBLIC")
            made.execute('GRANT SELECT ON mens, los, leeg, "rare/naam!" TO scan')
        yield found


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{request.getfixturevalue('file')}"
    found: Server = request.getfixturevalue("server")
    for name, value in found.environment.items():
        monkeypatch.setenv(name, value)
    return f"postgresql://scan@{HOST}:{found.port}/postgres"


def tables(place: str) -> dict[str, Item]:
    """Return the tables by the rest of their addresses."""
    found = {}
    for item in source_of(place).items(place):
        assert isinstance(item, Item)
        found[item.uri.removeprefix(f"{address(place)}/").removeprefix("public.")] = item
    return found


def parts(item: Item) -> list[Part]:
    read = source_of(item.locator).parts
    assert read is not None
    return list(read(item))


def test_each_table_is_an_item_and_views_are_none(place: str) -> None:
    found = tables(place)
    assert set(found) - {"hr.geheim"} == {"klant", "mens", "los", "rare\\x2fnaam!", "leeg"}
    for item in found.values():
        assert "scan@" not in item.uri
        assert [again.uri for again in tables(item.locator).values()] == [item.uri]


def test_rows_are_addressed_by_numbers_that_say_nothing(place: str) -> None:
    found = tables(place)
    klant = [part for part in parts(found["klant"]) if isinstance(part, Table)]
    assert [len(part.rows) for part in klant] == [1000, 1000, 500]
    assert {part.where for part in klant} == {"id"}
    assert [number for part in klant for number in part.numbers] == [
        *range(3, 3 * ROWS, 3),
        9000,
    ]
    assert klant[0].rows[0][:3] == ("3", "naam 1", "2020-01-01")
    (mens,) = parts(found["mens"])
    assert isinstance(mens, Table)
    # A citizen service number is no address, however much it is the key.
    assert (mens.where, mens.numbers, mens.rows) == ("", (1,), (("999990019", "Jan"),))
    (los,) = parts(found["los"])
    assert isinstance(los, Table)
    assert (los.columns, los.rows) == (("a", "b"), (("1", ""),))
    assert parts(found["leeg"]) == []


def test_files_in_cells_and_remarks_on_columns_are_read(place: str) -> None:
    found = parts(tables(place)["klant"])
    assert [part for part in found if isinstance(part, Member)] == [
        Member("9000-foto", b"%PDF-1.4 stuk")
    ]
    if place.startswith("postgresql"):
        assert found[0] == Chunk("naam: zoals bij mevrouw De Vries", "schema")


@pytest.mark.parametrize("sample", [1, 5, 999, ROWS, 10 * ROWS])
def test_a_sample_is_spread_over_the_table_and_says_that_it_is_one(place: str, sample: int) -> None:
    found = parts(tables(f"{place}?sample={sample}")["klant"])
    numbers = [number for part in found if isinstance(part, Table) for number in part.numbers]
    assert 0 < len(numbers) <= sample or sample >= ROWS
    assert set(numbers) <= {*range(3, 3 * ROWS, 3), 9000}
    assert (Gap(SAMPLED) in found) == (sample < ROWS)
    if sample == 5:
        assert numbers == [750, 2250, 3750, 5250, 6750]


def test_only_a_schema_is_read_if_it_is_named(server: Server) -> None:
    place = f"postgresql://postgres@{HOST}:{server.port}/postgres?schema=hr"
    assert [uri.rpartition("/")[2] for uri in tables(place)] == ["hr.geheim"]


def test_what_may_not_be_read_is_one_table_and_not_the_database(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PII_SCAN_POSTGRESQL_PASSWORD", PASSWORD)
    place = f"postgresql://scan@{HOST}:{server.port}/postgres"
    with pytest.raises(ExtractError, match="permission denied"):
        parts(tables(place)["hr.geheim"])
    access = {name: (item.owner, item.access) for name, item in tables(place).items()}
    assert access["klant"] == ("postgres", "everyone")
    assert access["mens"] == ("postgres", "group")
    assert access["hr.geheim"] == ("postgres", "private")
    monkeypatch.setenv("PII_SCAN_POSTGRESQL_PASSWORD", "fout")
    with pytest.raises(ConfigError, match="permission denied"):
        tables(place)


def test_nothing_can_be_written(place: str) -> None:
    from sqlalchemy import text
    from sqlalchemy.exc import DBAPIError

    database: Any = source_of(place).items.__self__  # type: ignore[attr-defined]
    with (
        database._connected(_database.parsed(place)) as connection,
        pytest.raises(DBAPIError, match="read"),
    ):
        connection.execute(text("CREATE TABLE nieuw (x text)"))


@pytest.mark.slow
def test_a_scan_of_a_database_keeps_no_value_and_finds_them_all(
    run: Run, server: Server, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", PASSWORD)  # what psycopg itself looks at
    store = tmp_path / "s.db"
    places = [
        f"sqlite:///{file}?sample=50",
        f"postgresql://postgres@{HOST}:{server.port}/postgres?sample=50",
    ]
    done = run("scan", *places, "--store", store, "--workers", 1)
    assert done.returncode == 0, done.stderr
    report = run("report", "--store", store, "--format", "jsonl").stdout
    items = {it["uri"]: it for it in map(json.loads, report.splitlines()[:-1])}
    assert len(items) == 11
    for uri in (
        f"sqlite:///{file}/mens",
        f"postgresql://{HOST}:{server.port}/postgres/public.mens",
    ):
        (bsn,) = (it for it in items[uri]["findings"] if it["entity_type"] == "NL_BSN")
        assert bsn["where"] == "row 1"
        assert items[uri]["status"] == "scanned"
        assert items[uri]["digest"]
    assert items[f"sqlite:///{file}/klant"]["reason"] == SAMPLED
    for path in tmp_path.iterdir():
        content = path.read_bytes()
        assert b"999990019" not in content
        assert PASSWORD.encode() not in content
