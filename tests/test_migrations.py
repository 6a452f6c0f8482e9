"""From every revision of every schema, with data in every table that it has, killed anywhere on the way: the rows are there afterwards."""

import random
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import store
from referrals import casebook
from referrals.database import Connection, damages, open_database, transaction
from referrals.desk import store as desk_store
from referrals.secret import Secret
from tests.conftest import LONG
from tools.words import ROOT

KEY = Secret(b"k" * 32)
SCHEMAS: dict[str, Callable[[], list[str]]] = {
    "bot.store": store.migrations,
    "referrals.casebook": casebook.migrations,
    "referrals.desk.store": desk_store.migrations,
}
REVISIONS = [(name, number) for name, migrations in SCHEMAS.items() for number in range(1, len(migrations()))]
KILLS = 40 if LONG else 3  # for each revision
_ROWS = 3
# What a column's own CHECK or meaning asks for, where a number or a text of any kind would be refused.
_GIVEN: dict[str, str | int] = {
    "class": "normal", "kind": "", "level": "closed", "lang": "ko", "standing": "good", "answer": "helped", "mode": "c_any",
    "capacity": "open", "way": "phrase", "one": 1, "away": 1,
}  # fmt: skip
_KINDS = {"packets": "referral", "wraps": "words", "outbox": "deliver", "tries": "code", "alarms": "canary"}
_STATES = {"referrals": "delivered", "handles": "quiet", "conversations": "{}"}

# Opens the database as the program does, and is killed before the n-th statement of the whole opening.
_CHILD = """
import importlib, os, signal, sys
from pathlib import Path
from referrals import database
from referrals.secret import Secret
left, execute = int(sys.argv[3]), database.Connection.execute
def counted(self, *given):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return execute(self, *given)
database.Connection.execute = counted
migrations = importlib.import_module(sys.argv[1]).migrations()
database.open_database(Path(sys.argv[2]), Secret(b"k" * 32), migrations).close()
print(int(sys.argv[3]) - left)
"""


def _filled(connection: Connection) -> dict[str, int]:
    """Put rows into every table; how many each has. Parents come before their children, as the schema names them."""
    counts = {}
    tables = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ).fetchall()
    for (table,) in tables:
        columns = connection.execute(f'PRAGMA table_info("{table}")').fetchall()
        most = 1 if any(column[1] == "one" for column in columns) else _ROWS
        for number in range(1, most + 1):
            names = ", ".join(f'"{column[1]}"' for column in columns)
            values = [_value(table, column[1], column[2], column[3] or column[5], number) for column in columns]
            connection.execute(f'INSERT INTO "{table}" ({names}) VALUES ({", ".join("?" * len(values))})', values)  # noqa: S608  # the schema's names
        counts[table] = most
    return counts


def _value(table: str, column: str, kind: str, needed: int, number: int) -> str | bytes | int | float | None:
    if column == "kind":
        return _KINDS[table]
    if column == "state":
        return _STATES.get(table, "delivered")
    if column in _GIVEN:
        return _GIVEN[column]
    if not needed:
        return None
    # The same for parent and child, so that references hold.
    by_kind: dict[str, bytes | int | float] = {
        "INTEGER": number, "REAL": float(number), "BLOB": bytes([number]) * 32,
    }  # fmt: skip
    return by_kind.get(kind, f"{number:032x}")


def _made(path: Path, name: str, revision: int) -> dict[str, int]:
    connection = open_database(path, KEY, SCHEMAS[name]()[:revision], create=True)
    with transaction(connection):
        counts = _filled(connection)
    connection.close()
    return counts


def _opened(name: str, path: Path, kill_at: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", _CHILD, name, str(path), str(kill_at)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("name", "revision"), REVISIONS)
def test_an_upgrade_keeps_every_row_however_often_it_is_killed(name: str, revision: int, tmp_path: Path) -> None:
    """Killed before statement after statement, and opened again: each table that went on has as many rows as before."""
    counts = _made(tmp_path / "counting.db", name, revision)
    whole = _opened(name, tmp_path / "counting.db", 0)
    assert whole.returncode == 0, whole.stderr
    statements = -int(whole.stdout) if whole.stdout.startswith("-") else int(whole.stdout)
    _made(tmp_path / "test.db", name, revision)
    chance = random.Random(revision)
    for kill_at in sorted(chance.sample(range(1, statements + 1), min(KILLS, statements))):
        assert _opened(name, tmp_path / "test.db", kill_at).returncode in (-signal.SIGKILL, 0)
    connection = open_database(tmp_path / "test.db", KEY, SCHEMAS[name]())
    there = {row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    for table in counts.keys() & there:
        assert connection.execute(f'SELECT count(*) FROM "{table}"').fetchone() == (counts[table],), table  # noqa: S608  # as above
    assert damages(connection) == 0
    connection.close()


@pytest.mark.parametrize(("name", "revision"), REVISIONS)
def test_an_upgraded_schema_is_the_same_as_a_new_one(name: str, revision: int, tmp_path: Path) -> None:
    """Whatever revision a database began with, it ends with the same tables, indexes and triggers."""
    _made(tmp_path / "old.db", name, revision)
    schemas = []
    for path in (tmp_path / "old.db", tmp_path / "new.db"):
        connection = open_database(path, KEY, SCHEMAS[name](), create=True)
        schemas.append(sorted(connection.execute("SELECT type, name, sql FROM sqlite_schema").fetchall(), key=str))
        connection.close()
    assert schemas[0] == schemas[1]
