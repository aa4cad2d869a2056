"""PostgreSQL: `postgresql://user@host/name`, every table of every schema.

Needs pii-scan[postgresql]. Everything of a table is read in one transaction that is READ ONLY and
sees one moment.
"""

from typing import TYPE_CHECKING

from pii_scan.errors import ConfigError
from pii_scan.model import Access
from pii_scan.sources._database import Database, Name
from pii_scan.sources._remote import TIMEOUT_SECONDS

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine
    from sqlalchemy.engine import URL

ABOUT = """
SELECT n.nspname, c.relname, pg_get_userbyid(c.relowner), pg_table_size(c.oid),
    has_schema_privilege('public', n.oid, 'USAGE')
        AND has_table_privilege('public', c.oid, 'SELECT'),
    EXISTS (SELECT FROM aclexplode(c.relacl) a
            WHERE a.privilege_type = 'SELECT' AND a.grantee NOT IN (0, c.relowner))
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'm')
"""
"""A grant to PUBLIC is one to everyone who may connect."""


def engine(url: "URL") -> "Engine":
    """Return how the database is opened."""
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    if "+" not in url.drivername:
        url = url.set(drivername="postgresql+psycopg")
    try:
        return create_engine(
            url,
            hide_parameters=True,
            poolclass=NullPool,
            isolation_level="REPEATABLE READ",
            execution_options={"postgresql_readonly": True},
            connect_args={"connect_timeout": TIMEOUT_SECONDS, "application_name": "pii-scan"},
        )
    except ImportError:
        raise ConfigError("postgresql:// needs more: install pii-scan[postgresql]") from None


def about(connection: "Connection") -> dict[Name, tuple[str, Access, int]]:
    """Return owner, access and bytes of the tables."""
    found: dict[Name, tuple[str, Access, int]] = {}
    for schema, name, owner, size, is_public, is_shared in connection.exec_driver_sql(ABOUT):
        access: Access = "everyone" if is_public else "group" if is_shared else "private"
        found[schema, name] = owner, access, size
    return found


SOURCE = Database("postgresql", engine, about).source()
