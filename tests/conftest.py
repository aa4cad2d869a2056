"""What several tests lean on: the sample share, and the program run as a user runs it."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import create_engine

from fixtures._share import build, write, write_special
from tests.postgres import server

Run = Callable[..., subprocess.CompletedProcess[str]]
ROOT = Path(__file__).parents[1]

# How long an example takes says what else the machine does; speed lives in bench/.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def share(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample share with a circular link and a pipe in it; read, never written."""
    folder = tmp_path_factory.mktemp("fixtures") / "share"
    write(build(), folder)
    write_special(folder)
    return folder


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A user's folder of their own, so that no setting, key or store of ours plays a part."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def run(home: Path) -> Run:
    """Run `pii-scan` in a process of its own and return what it said and how it ended."""

    def program(*arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("PII_SCAN")
        } | {
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / "config"),
            "XDG_DATA_HOME": str(home / "data"),
            "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'recognizers'}",
        }
        return subprocess.run(
            [sys.executable, "-m", "pii_scan", *map(str, arguments)],
            check=False,
            capture_output=True,
            text=True,
            env=environment,
            cwd=cwd or ROOT,
        )

    return program


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a database in a PostgreSQL server of our own."""
    with server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a store that is not there yet, of each kind of database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'inventory.db'}"
        return
    url = request.getfixturevalue("postgres")
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA IF EXISTS public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    engine.dispose()
    yield url
