"""The server is seized: what the disk says without keys, and what each row says with them, column by column of the inventory."""

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

from bot.dialogue.conversation import FRONT
from referrals import fixtures
from referrals.database import Connection
from referrals.filing import read as read_filing
from tests.bot.rig import MEDIAN, URGENT, Rig, rigged
from tools.inventory import written

HERS, HURRIED, AWAY, PAUSED = 6_100_000_001, 6_100_000_002, 6_100_000_003, 6_100_000_004  # fictional chats
_HOURS_72 = 72 * 3_600  # seconds; rotation of the lookup key (design.md, decision 5)
_AGE = b"age-encryption.org/v1\n"
_PARTNERS = {*fixtures.IDS.values(), *(str(number) for number in range(1, 100)), *"ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
# Bits of entropy in a byte of encrypted data: eight, less what so small a file allows.
_ENTROPY = 7.9

# What a value of each kind looks like: everything that is in a row must look like its column's kind.
_LOOKS: Mapping[str, Callable[[object], bool]] = {
    "random": lambda value: isinstance(value, bytes) or bool(re.fullmatch(r"[0-9a-f ]*", str(value))),
    "verifier": lambda value: isinstance(value, bytes) and len(value) == 32,
    "sealed": lambda value: isinstance(value, bytes) and value.startswith(_AGE),
    "time": lambda value: isinstance(value, int | float),
    "number": lambda value: isinstance(value, int | float),
    "code": lambda value: isinstance(value, str) and bool(re.fullmatch(r"[A-Za-z0-9_./+:-]{1,64}", value)),
    "partner": lambda value: value in _PARTNERS,
    "chat": lambda value: isinstance(value, int | str),
    "answers": lambda value: isinstance(json.loads(str(value)), dict),
    "filing": lambda value: read_filing(str(value)) is not None,
    "key": lambda value: isinstance(value, bytes) and len(value) == 32,
    "public": lambda value: all(re.fullmatch(r"[0-9a-f]{32,64}", each) for each in json.loads(str(value))),
}


async def _lived(rig: Rig) -> None:
    """Four people: one handed over, one in a hurry, one in the middle of it, one put it aside."""
    await rig.start(HERS)
    await rig.tap(*MEDIAN, "share_yes", chat=HERS)
    await rig.start(HURRIED)
    await rig.tap(*URGENT, chat=HURRIED)
    await rig.start(PAUSED)
    await rig.tap(*MEDIAN[:7], "nav.pause", chat=PAUSED)
    await rig.start(AWAY)
    await rig.tap(*MEDIAN[:9], chat=AWAY)
    await rig.settle()


def _rows(connection: Connection, table: str) -> list[dict[str, object]]:
    names = [str(column[1]) for column in connection.execute(f'PRAGMA table_xinfo("{table}")').fetchall()]
    rows = connection.execute(f'SELECT * FROM "{table}"').fetchall()  # noqa: S608  # the inventory's own names
    return [dict(zip(names, row, strict=True)) for row in rows]


async def _seized(rig: Rig) -> dict[str, dict[str, list[dict[str, object]]]]:
    """Every row of both databases, with the keys."""

    def everything() -> dict[str, dict[str, list[dict[str, object]]]]:
        open_ones = {"conversations.db": rig.store._db, "casebook.db": rig.casebook._db}
        return {
            name: {table: _rows(connection, table) for table in written()[name]}
            for name, connection in open_ones.items()
        }

    return await rig.cases(everything)


async def test_with_the_keys_each_value_is_of_the_kind_that_its_column_may_hold(tmp_path: Path) -> None:
    """Nothing is in a row that the inventory does not name: no sealed column is open, no code is a sentence, no id is a name."""
    async with rigged(tmp_path) as rig:
        await _lived(rig)
        seized = await _seized(rig)
    wrong, looked_at = [], 0
    for name, tables in seized.items():
        for table, rows in tables.items():
            for row in rows:
                for column, value in row.items():
                    kind = written()[name][table][column]["kind"]
                    looked_at += 1
                    if value is not None and not _LOOKS[kind](value):
                        wrong.append(f"{name} {table}.{column} is no {kind}")
    assert wrong == []
    assert looked_at > 200


async def test_without_the_keys_nothing_is_readable(tmp_path: Path) -> None:
    """Databases and logs are noise: no chat, no code of an answer, no word of the schema, and as much entropy as a random file."""
    async with rigged(tmp_path) as rig:
        await _lived(rig)
        files = _files(tmp_path)
    assert {"conversations.db", "casebook.db"} <= files.keys()
    for name, content in files.items():
        for mark in (
            str(HERS).encode(),
            HERS.to_bytes(8, "big").lstrip(b"\0"),
            b"w_child",
            b"n_place",
            b"CREATE TABLE",
            b"age1pq",
        ):
            assert mark not in content, name
        if len(content) > 64 * 1024:
            assert _entropy(content) > _ENTROPY, name


def _files(folder: Path) -> dict[str, bytes]:
    """What lies in a folder; the index of a log is none of it, for it holds page numbers only."""
    return {path.name: path.read_bytes() for path in folder.glob("*.db*") if not path.name.endswith("-shm")}


def _entropy(content: bytes) -> float:
    counts, total = Counter(content), len(content)
    return -sum(count / total * math.log2(count / total) for count in counts.values())


async def test_how_much_was_said_does_not_show_in_the_size(tmp_path: Path) -> None:
    """A hurried referral of one answer and a long one of twenty are files of the same size, and both databases grow by whole pages."""
    async with rigged(tmp_path) as rig:
        await _lived(rig)
        sizes = {size for (size,) in await rig.filed("SELECT length(sealed) FROM packets WHERE kind = 'referral'")}
    assert len(sizes) == 1
    assert all(len(content) % 4096 == 0 for name, content in _files(tmp_path).items() if name.endswith(".db"))


async def test_what_has_ended_leaves_no_chat_and_no_answer(tmp_path: Path) -> None:
    """After the idle time nobody's chat and nobody's answers are in any row, with the keys in hand; only sealed files stay."""
    async with rigged(tmp_path) as rig:
        await _lived(rig)
        rig.clock.now += _HOURS_72
        await rig.retention.once()
        await rig.settle()
        await rig.retention.once()
        seized = await _seized(rig)
    left = [
        f"{name} {table}.{column}"
        for name, tables in seized.items()
        for table, rows in tables.items()
        for row in rows
        for column, value in row.items()
        if written()[name][table][column]["kind"] in ("chat", "answers") and value is not None and table != "handles"
    ]
    assert left == []
    assert {row["chat"] for row in seized["conversations.db"]["handles"]} <= {HERS}, (
        "only where she chose to be written to"
    )
    assert seized["casebook.db"]["packets"]


async def test_seizures_further_apart_than_72_hours_can_not_be_joined_on_a_person(tmp_path: Path) -> None:
    """The same people write in both; nothing random that belongs to a chat is in both seizures."""
    async with rigged(tmp_path) as rig:
        for chat in (HERS, AWAY):
            await rig.start(chat)
            await rig.tap("lang_ko", "safe_alone", "ph_mine", "agree", chat=chat)
        first = await _seized(rig)
        for chat in (HERS, AWAY):
            await rig.tap("nav.wipe", chat=chat)
            assert (await rig.conversation(chat)).place == FRONT
        await rig.settle()
        rig.clock.now += _HOURS_72 + 3_600
        await rig.retention.once()
        await rig.settle()
        await rig.start(HERS)
        await rig.tap("lang_ko", "safe_alone", chat=HERS)
        await rig.retention.once()
        second = await _seized(rig)
    assert _belonging(first), "the first seizure found nobody"
    assert not _belonging(first) & _belonging(second)


def _belonging(seized: Mapping[str, Mapping[str, list[dict[str, object]]]]) -> set[object]:
    """Random values of conversations.db that belong to a chat, and the keys they are made with."""
    columns = (("conversations", "lookup"), ("tries", "person"), ("lookup_keys", "key"), ("limit_keys", "key"))
    return {row[column] for table, column in columns for row in seized["conversations.db"][table]}
