"""The Bot API as data (a published machine-readable copy, outside the repository), and a strict validator over it."""

import json
from functools import cache
from pathlib import Path
from typing import Any

SPEC = Path(__file__).parents[4] / "shared" / "data" / "telegram-bot-api-10.1.json"
ABSENT = f"needs {SPEC.name} beside the repository: shared/data/"
_LEAVES: dict[str, type | tuple[type, ...]] = {
    "Integer": int, "String": str, "Boolean": bool, "True": bool, "Float": (int, float),
}  # fmt: skip


@cache
def _spec() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(SPEC.read_text("utf-8"))
    return loaded


def method(name: str) -> dict[str, Any]:
    """A method by its exact name; KeyError where there is none."""
    found: dict[str, Any] = _spec()["methods"][name]
    return found


def faults(value: object, types: list[str], where: str = "") -> list[str]:
    """Everything that is wrong with a value that should be of one of these types; empty when it is valid.

    Strict: unknown fields, missing ones and wrong types are all faults. Where several types are possible, the fewest faults count.
    """
    return min((_faults(value, kind, where) for kind in types), key=len)


def _faults(value: object, kind: str, where: str) -> list[str]:
    if kind.startswith("Array of "):
        if not isinstance(value, list):
            return [f"{where}: not an array"]
        return [fault for n, item in enumerate(value) for fault in _faults(item, kind[9:], f"{where}[{n}]")]
    if kind in _LEAVES:
        right = isinstance(value, _LEAVES[kind]) and isinstance(value, bool) == (kind in {"Boolean", "True"})
        return [] if right else [f"{where}: not {kind}"]
    described = _spec()["types"][kind]
    if "subtypes" in described:
        return faults(value, described["subtypes"], where)
    if not isinstance(value, dict):
        return [f"{where}: not a {kind}"]
    fields = {field["name"]: field for field in described.get("fields", [])}
    found = [f"{where}.{name}: unknown in {kind}" for name in value if name not in fields]
    found += [f"{where}.{n}: missing in {kind}" for n, field in fields.items() if field["required"] and n not in value]
    for name in value.keys() & fields.keys():
        found += faults(value[name], fields[name]["types"], f"{where}.{name}")
    return found
