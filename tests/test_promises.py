"""The index of the promises: which test proves each of N1 to N24 (domain.md 2.3) and each row of the retention table (5.3).

The tests stand in tests/promises/, by what they need: words of every screen, what is sent, what is kept, what stays hers. Here is held
that none is missing, that each says its rule in one sentence, and that SECURITY.md leads to it.
"""

import ast
import re
from collections import defaultdict
from functools import cache

import pytest

from tools.words import ROOT

PROMISES = ROOT / "tests" / "promises"
# Row of the table -> the tests that prove it. None: not built yet, and SECURITY.md says so.
RETENTION: dict[str, tuple[str, ...] | None] = {
    "unfinished conversation": (
        "of_an_idle_conversation", "of_a_wiped_conversation", "of_a_paused_conversation",
        "of_a_paused_conversation_holds_between_two_looks",
    ),
    "finished, not sent": ("of_a_paused_conversation",),
    "packet for a partner": ("of_a_packet",),
    "delivery handle": ("of_the_delivery_handle",),
    "return code and its verifier": ("of_what_is_stored_of_the_code", "of_a_new_code", "of_digits_entered"),
    "record of a consent": ("of_the_record_of_a_consent",),
    "tries of a person": ("of_how_often_somebody_tried",),
    "lookup keys": ("of_lookup_keys",),
    "update ids, set-aside updates": ("of_update_ids",),
    "bodies of updates, addresses": ("of_update_bodies",),
    "message ids": ("of_message_ids",),
    "contact card": ("of_her_card", "of_her_card_ends_with_the_case"),
    "report to the safety lead": ("of_a_report",),
    "counters": ("of_counters",),
    "times": ("knows_only_hours",),
    "replies": None,
    "audit of staff": None,
    "backups": None,
}  # fmt: skip


@cache
def proofs() -> dict[str, tuple[str, str]]:
    """Name of each test in tests/promises -> its file there and its docstring."""
    found = {}
    for path in sorted(PROMISES.glob("test_*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                found[node.name] = (path.name, ast.get_docstring(node) or "")
    return found


@cache
def security() -> dict[str, set[str]]:
    """First cell of each row of SECURITY.md's tables -> the tests that the row names."""
    rows: defaultdict[str, set[str]] = defaultdict(set)
    for line in (ROOT / "SECURITY.md").read_text("utf-8").splitlines():
        if line.startswith("|"):
            rows[line.split("|")[1].strip()] |= set(re.findall(r"`(test_[a-z0-9_]+)`", line))
    return rows


@pytest.mark.parametrize("number", range(1, 25), ids=lambda number: f"N{number}")
def test_each_promise_has_its_test(number: int) -> None:
    """A test is named after the rule, says it in its docstring, and SECURITY.md's row for the rule names that and no other."""
    own = {name for name in proofs() if name.startswith(f"test_n{number:02}_")}

    assert own
    assert [name for name in own if not proofs()[name][1].startswith(f"N{number}: ")] == []
    assert security()[f"N{number}"] == own


@pytest.mark.parametrize("row", RETENTION)
def test_each_row_of_the_retention_table_has_its_test(row: str) -> None:
    """Its tests are there, and SECURITY.md's row names them; of what is not built, it names none."""
    own = {f"test_retention_{name}" for name in RETENTION[row] or ()}

    assert own <= proofs().keys()
    assert row in security()
    assert security()[row] == own


def test_the_index_names_every_test_of_retention() -> None:
    """None stands there of which nobody knows what it proves."""
    named = {f"test_retention_{name}" for names in RETENTION.values() for name in names or ()}

    assert {name for name in proofs() if name.startswith("test_retention_")} == named


def test_every_test_that_security_names_exists() -> None:
    """A link in SECURITY.md that leads nowhere proves nothing."""
    every = {
        node.name
        for path in (ROOT / "tests").rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    named = set().union(*security().values())
    files = set(re.findall(r"`(tests/[a-z0-9_/]+\.(?:py|story))`", (ROOT / "SECURITY.md").read_text("utf-8")))

    assert named - every == set()
    assert [name for name in files if not (ROOT / name).is_file()] == []
