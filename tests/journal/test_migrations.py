"""The migrations lead to exactly the tables that tables.py declares."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata, produce_migrations, render_python_code
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine.interfaces import ReflectedIndex

from otrs_bridge.errors import JournalUnusable
from otrs_bridge.journal import schema
from otrs_bridge.journal.database import Database, open_database
from otrs_bridge.journal.store import SqlJournal
from otrs_bridge.journal.tables import metadata
from tests.journal.samples import NOON, intent, write


@pytest.fixture
def migrated_from_nothing(shared_url: str) -> Iterator[Database]:
    """A database to which the migrations alone led."""
    database = Database(shared_url)
    with database.migrating() as connection:
        schema.upgrade(connection)
    yield database
    database.close()


def test_migrations_give_exactly_the_declared_tables(migrated_from_nothing: Database) -> None:
    """When this fails, its message holds the body of the missing migration's upgrade()."""
    with migrated_from_nothing.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        missing = produce_migrations(context, metadata).upgrade_ops
        assert missing is not None
        assert compare_metadata(context, metadata) == [], f"write a migration:\n{render_python_code(missing)}"


def test_names_conditions_and_keys_are_the_declared_ones_too(migrated_from_nothing: Database) -> None:
    """What Alembic does not compare; an empty database gets the declared tables."""
    database = migrated_from_nothing
    with database.reading() as connection:
        by_migrations = shape(connection)
        assert schema.is_current(connection)
    with database.writing() as connection:
        metadata.drop_all(connection)
        connection.execute(text("DROP TABLE alembic_version"))
    with database.migrating() as connection:
        schema.migrate(connection)
    with database.reading() as connection:
        declared = shape(connection)
        assert schema.is_current(connection)
    assert by_migrations == declared


def shape(connection: Connection) -> dict[str, Any]:
    """Everything that the database says of our tables; in SQLite their very words."""
    inspector = inspect(connection)
    found: dict[str, Any] = {
        name: {
            "columns": [{**column, "type": str(column["type"])} for column in inspector.get_columns(name)],
            "key": inspector.get_pk_constraint(name),
            "indexes": sorted((index["name"], *conditions(index)) for index in inspector.get_indexes(name)),
            "foreign keys": sorted(inspector.get_foreign_keys(name), key=lambda key: str(key["name"])),
        }
        for name in (*metadata.tables, "alembic_version")
    }
    if connection.dialect.name == "sqlite":
        words = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'index'"))
        found["indexes"] = sorted((name, sql) for name, sql in words if sql)
        numbered = connection.execute(text("SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'"))
        found["numbered"] = sorted(numbered.scalars())
    return found


def conditions(index: ReflectedIndex) -> list[str]:
    """Columns, uniqueness and the condition of an index, as words."""
    options = index.get("dialect_options", {})
    return [
        str(index["column_names"]),
        str(index["unique"]),
        *(f"{key}: {options[key]}" for key in sorted(options)),
    ]


def test_the_versions_are_those_that_alembic_finds() -> None:
    scripts = ScriptDirectory(str(schema.MIGRATIONS))
    assert [script.revision for script in scripts.walk_revisions()] == list(reversed(schema.revisions()))


def test_opening_again_changes_nothing(shared_url: str) -> None:
    open_database(shared_url).close()
    again = open_database(shared_url)
    with again.reading() as connection:
        assert schema.is_current(connection)
    again.close()


def test_a_newer_database_is_refused_with_what_to_do(shared_url: str) -> None:
    database = open_database(shared_url)
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0099'"))
    database.close()
    with pytest.raises(JournalUnusable, match=rf"newer otrs-bridge.*0099.*{LAST}.*install") as refused:
        open_database(shared_url)
    assert "\n" not in str(refused.value)
    assert "0099" in refused.value.words.ru
    assert "установите более новый otrs-bridge" in refused.value.words.ru


def test_a_database_with_tables_of_others_is_refused_and_left_alone(shared_url: str) -> None:
    database = Database(shared_url)
    with database.writing() as connection:
        connection.execute(text("CREATE TABLE told (whatever INTEGER)"))
    with pytest.raises(JournalUnusable, match=r"told.* already exists|database of another program"):
        open_database(shared_url)
    with database.reading() as connection:
        assert inspect(connection).get_table_names() == ["told"]  # all of it or nothing
    database.close()


LAST = schema.revisions()[-1]
NEXT = f"{int(LAST) + 1:04}"

# A further version as a later release may bring it: a new table, and a column of a table that others refer to.
FURTHER = f"""
import sqlalchemy as sa
from alembic import op

revision = "{NEXT}"
down_revision = "{LAST}"

def upgrade():
    op.create_table("claims", sa.Column("id", sa.Integer, primary_key=True))
    with op.batch_alter_table("entries", table_kwargs={{"sqlite_autoincrement": True}}) as entries:
        entries.alter_column("mode", nullable=True)
"""


@pytest.fixture
def next_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The migrations of a release to come: the folder to add files to."""
    scripts = tmp_path / "migrations"
    shutil.copytree(schema.MIGRATIONS, scripts)
    monkeypatch.setattr(schema, "MIGRATIONS", scripts)  # what an upgrade of the package does
    return scripts / "versions"


def test_one_more_file_brings_a_full_journal_up_to_date(shared_url: str, next_release: Path) -> None:
    database = open_database(shared_url)
    journal = SqlJournal(database)
    (done,) = write(journal, intent(1))
    write(journal, intent(1, undoes=done), intent(2))
    before = (journal.entries(), journal.memory_of([1, 2]))
    with database.reading() as connection:
        shape_before = shape(connection)
    database.close()
    (next_release / f"v{NEXT}_claims.py").write_text(FURTHER)
    database = open_database(shared_url)
    with database.reading() as connection:
        assert inspect(connection).has_table("claims")
        changed = shape(connection)
    assert {column["name"]: column["nullable"] for column in changed["entries"].pop("columns")}["mode"]
    shape_before["entries"].pop("columns")
    assert changed == shape_before
    journal = SqlJournal(database)
    assert (journal.entries(), journal.memory_of([1, 2])) == before
    with pytest.raises(JournalUnusable, match=r"(?i)foreign key"):
        journal.intend(77, [intent(3)], at=NOON)
    database.close()


def test_a_migration_that_fails_was_never_begun(shared_url: str, next_release: Path) -> None:
    open_database(shared_url).close()
    further = next_release / f"v{NEXT}_claims.py"
    further.write_text(FURTHER + "    op.execute('SELECT * FROM nowhere')\n")
    with pytest.raises(JournalUnusable, match=r"cannot be brought up to date: .*nowhere"):
        open_database(shared_url)
    further.unlink()
    database = open_database(shared_url)
    with database.reading() as connection:
        assert not inspect(connection).has_table("claims")
    database.close()
