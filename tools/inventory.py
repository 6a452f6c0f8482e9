"""What the databases hold, column by column: `python -m tools.inventory write` makes docs/inventory.json from the schemas.

Tables, columns, types and meanings come from the numbered schema scripts; the kind of each column is what a person decided, once, and is
kept when the file is made anew. A new column has the kind "?", and the tests refuse it until somebody says what it may hold.
"""

import json
import re
import sys
from pathlib import Path
from typing import TypeAlias

ROOT = Path(__file__).resolve().parent.parent
INVENTORY = ROOT / "docs" / "inventory.json"
SCHEMAS = {
    "conversations.db": ROOT / "bot" / "schema",
    "casebook.db": ROOT / "referrals" / "schema",
    "desk.db": ROOT / "referrals" / "desk" / "schema",
}
# Kind of a column -> what a seizure with the keys finds in it.
KINDS = {
    "random": "a random id or key that means nothing without its other half",
    "verifier": "bytes made from a return code by Argon2id; a code can only be guessed",
    "filing": "random ids and hours of a delivery under way, and to which partner (referrals/filing.py)",
    "sealed": "an age file that nobody on this machine can open",
    "time": "a time, rounded to the hour where a person caused it",
    "number": "a count, an order, a version or a flag",
    "code": "one of a closed list of words",
    "partner": "a partner's id or alias in the signed list",
    "chat": "a chat or a message of it, as long as the row lives",
    "answers": "what a person answered so far, as long as the conversation runs",
    "key": "a key of this machine, which is destroyed when its time is over",
    "staff": "about a member of staff, who agreed to it",
    "public": "known to everybody concerned: a public key, a hash of a public file",
}

Json: TypeAlias = dict[str, dict[str, dict[str, dict[str, str]]]]

_TABLE = re.compile(r"CREATE TABLE (\w+) \(")
_COLUMN = re.compile(r"^\s+(\w+)\s+(TEXT|INTEGER|BLOB|REAL)\b[^\n]*?(?:--\s*(.*))?$")
_ADDED = re.compile(r"ALTER TABLE (\w+) ADD COLUMN (\w+) (TEXT|INTEGER|BLOB|REAL)\b[^\n]*?(?:--\s*(.*))?$")
_RENAMED = re.compile(r"ALTER TABLE (\w+) RENAME TO (\w+)")
_DROPPED = re.compile(r"DROP TABLE (\w+)")


def tables(folder: Path) -> dict[str, dict[str, dict[str, str]]]:
    """The tables of a database as its scripts leave them: table -> column -> type and meaning."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for script in sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql")):
        table = ""
        for line in script.read_text("utf-8").splitlines():
            if begun := _TABLE.match(line):
                table = begun[1]
                found[table] = {}
            elif line.startswith(")"):
                table = ""
            elif added := _ADDED.match(line):
                found[added[1]][added[2]] = {"type": added[3], "meaning": (added[4] or "").strip()}
            elif renamed := _RENAMED.match(line):
                found[renamed[2]] = found.pop(renamed[1])
            elif dropped := _DROPPED.match(line):
                del found[dropped[1]]
            elif table and (column := _COLUMN.match(line)):
                found[table][column[1]] = {"type": column[2], "meaning": (column[3] or "").strip()}
    return found


def made(before: Json) -> Json:
    """The inventory from the schemas, with the kinds that `before` has."""
    inventory: Json = {}
    for database, folder in SCHEMAS.items():
        inventory[database] = tables(folder)
        for table, columns in inventory[database].items():
            for column, about in columns.items():
                about["kind"] = before.get(database, {}).get(table, {}).get(column, {}).get("kind", "?")
    return inventory


def written() -> Json:
    """The inventory as it is committed; empty before the first."""
    found: Json = json.loads(INVENTORY.read_text("utf-8")) if INVENTORY.exists() else {}
    return found


def text(inventory: Json) -> str:
    """The inventory as it stands in the file."""
    return json.dumps(inventory, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    if sys.argv[1:] != ["write"]:
        sys.exit("usage: python -m tools.inventory write")
    INVENTORY.write_text(text(made(written())), "utf-8")
    print(f"Wrote {INVENTORY.relative_to(ROOT)}.")
