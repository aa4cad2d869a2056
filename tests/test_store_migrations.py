"""The steps of the migrations lead to the tables that the code uses."""

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from pii_scan import store
from pii_scan.store import Store
from pii_scan.store._database import HEAD
from pii_scan.store._tables import metadata

MIGRATIONS = Path(store.__file__).with_name("migrations")


def test_the_stated_head_is_the_last_step() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == HEAD


def test_the_steps_make_the_tables_of_the_code(tmp_path: Path) -> None:
    with Store.open(str(tmp_path / "inventory.db")) as opened, opened._engine.connect() as made:
        context = MigrationContext.configure(made, opts={"compare_type": False})
        assert compare_metadata(context, metadata) == []


def test_the_steps_make_clustered_tables(tmp_path: Path) -> None:
    with Store.open(str(tmp_path / "inventory.db")) as opened, opened._engine.connect() as made:
        rows = made.exec_driver_sql("SELECT name, wr FROM pragma_table_list").all()
    clustered = {name for name, without_rowid in rows if without_rowid}
    assert clustered >= {table.name for table in store.tables.IN_ORDER}
