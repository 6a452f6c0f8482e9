"""The inventory of the databases is the schemas', and somebody decided of every column what it may hold."""

from pathlib import Path

import pytest

from bot import store
from referrals import casebook
from referrals.database import open_database
from referrals.desk import store as desk_store
from referrals.secret import Secret
from tools.inventory import INVENTORY, KINDS, made, tables, text, written

MIGRATIONS = {
    "conversations.db": store.migrations,
    "casebook.db": casebook.migrations,
    "desk.db": desk_store.migrations,
}


def test_the_inventory_is_the_one_that_the_schemas_make() -> None:
    """A changed schema changes docs/inventory.json as well: `python -m tools.inventory write`."""
    assert text(made(written())) == INVENTORY.read_text("utf-8")


def test_every_column_has_a_kind() -> None:
    """What a column may hold was decided, in words that the inventory explains."""
    undecided = [
        f"{database} {table}.{column}: {about['kind']}"
        for database, its_tables in written().items()
        for table, columns in its_tables.items()
        for column, about in columns.items()
        if about["kind"] not in KINDS
    ]
    assert undecided == []


@pytest.mark.parametrize("database", MIGRATIONS)
def test_the_inventory_has_every_column_that_a_real_database_has(database: str, tmp_path: Path) -> None:
    """The scripts were read right: tables and columns are those that SQLite has after all of them."""
    connection = open_database(tmp_path / database, Secret(b"k" * 32), MIGRATIONS[database](), create=True)
    names = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    found = {
        name: {column[1] for column in connection.execute(f'PRAGMA table_xinfo("{name}")')}
        for (name,) in names.fetchall()
    }
    connection.close()
    assert found == {table: set(columns) for table, columns in written()[database].items()}


def test_a_script_is_read_with_what_it_adds_renames_and_drops(tmp_path: Path) -> None:
    """Later scripts change what earlier ones made."""
    (tmp_path / "0001_a.sql").write_text("CREATE TABLE a (\n    x  INTEGER NOT NULL  -- an x\n) STRICT;\n", "utf-8")
    (tmp_path / "0002_b.sql").write_text(
        "CREATE TABLE b (\n    y  BLOB NOT NULL\n) STRICT;\nDROP TABLE a;\nALTER TABLE b RENAME TO c;\n"
        "ALTER TABLE c ADD COLUMN z TEXT;  -- a z\n",
        "utf-8",
    )
    assert tables(tmp_path) == {"c": {"y": {"type": "BLOB", "meaning": ""}, "z": {"type": "TEXT", "meaning": "a z"}}}
