"""Run by Alembic: takes the steps on the connection, in the transaction, that the store opened."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
context.run_migrations()
