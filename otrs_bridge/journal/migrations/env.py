"""Alembic's entry: run by `schema.migrate`, which hands over its connection, a transaction already open."""

from __future__ import annotations

from alembic import context

from otrs_bridge.journal.people_tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
