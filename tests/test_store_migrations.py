"""The steps of the migrations lead to the tables that the code uses."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from pii_scan import store
from pii_scan.store import Store
from pii_scan.store._database import HEAD
from pii_scan.store._tables import IN_ORDER, metadata

MIGRATIONS = Path(store.__file__).with_name("migrations")


def test_the_stated_head_is_the_last_step() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == HEAD


def test_the_steps_make_the_tables_of_the_code(tmp_path: Path) -> None:
    with (
        Store.open(str(tmp_path / "inventory.db")) as opened,
        opened._access.engine.connect() as made,
    ):
        context = MigrationContext.configure(made, opts={"compare_type": False})
        assert compare_metadata(context, metadata) == []


def test_the_steps_make_clustered_tables(tmp_path: Path) -> None:
    with (
        Store.open(str(tmp_path / "inventory.db")) as opened,
        opened._access.engine.connect() as made,
    ):
        rows = made.exec_driver_sql("SELECT name, wr FROM pragma_table_list").all()
    clustered = {name for name, without_rowid in rows if without_rowid}
    assert clustered >= {table.name for table in IN_ORDER}


def test_a_store_of_the_first_step_keeps_its_scans(tmp_path: Path) -> None:
    file = tmp_path / "inventory.db"
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.exec_driver_sql(
            "INSERT INTO scans VALUES (1, '[\"share\"]', '2026-11-01 00:00:00', NULL,"
            " '2026-11-01', 'nl-default', '0.1.0', 'sha256:00', 'tester')"
        )
        connection.exec_driver_sql(
            "INSERT INTO items (scan_id, item, uri, locator, size, status, stage, subject_groups,"
            " role) VALUES (1, 1, 'share/a', x'61', 1, 'scanned', '', '[]', 'unknown')"
        )
    engine.dispose()
    with Store.open(str(file)) as opened:
        assert opened.scan(1).suppressions == ()
        assert [(it.item.uri, it.suppressed) for it in opened.results(1)] == [("share/a", ())]
        assert opened.suppressed(1) == {}
