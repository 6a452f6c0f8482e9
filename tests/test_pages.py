"""The forensic page reader: it finds what is there, in every place where a trace can stay, and says when it can't look."""

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.database import Connection, checkpoint, open_database, transaction
from referrals.secret import Secret
from tests.pages import HEADER, USABLE, Hit, UnsoundPageError, _varint, read_pages, search

KEY = Secret(bytes(range(32)))
SCHEMA = ["CREATE TABLE note (id INTEGER PRIMARY KEY, words TEXT, chat INTEGER, raw BLOB) STRICT;\n"]
MARK = "fictional mark 나루 7f3a"
CHAT = 7_123_456_789_012  # a fictional chat id; like real ones, more than 32 bits and at most 52


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    """Give a database that is open, so that its log is still there."""
    connection = open_database(tmp_path / "test.db", KEY, SCHEMA, create=True)
    yield connection
    connection.close()


def insert(connection: Connection, words: str, chat: int = 0) -> None:
    """Write a row."""
    with transaction(connection):
        connection.execute("INSERT INTO note (words, chat) VALUES (?, ?)", (words, chat))


def delete(connection: Connection) -> None:
    """Delete all rows."""
    with transaction(connection):
        connection.execute("DELETE FROM note")


def places(hits: list[Hit]) -> set[str]:
    """Reduce hits to the kinds of places."""
    return {hit.kind for hit in hits}


def test_every_page_is_read_and_verified(connection: Connection) -> None:
    """The reader gives as many pages as SQLite counts, each sound, and the first is SQLite's header."""
    for i in range(300):
        insert(connection, f"{i:0200}")
    checkpoint(connection)

    pages = list(read_pages(connection.path, KEY))

    assert len(pages) == connection.execute("PRAGMA page_count").fetchone()[0] > 15
    assert all(page.sound and len(page.content) == USABLE for page in pages)
    assert pages[0].content.startswith(HEADER)


def test_a_live_row_is_found(connection: Connection) -> None:
    """A row on a page in use is found there, in words and as a number."""
    insert(connection, MARK, CHAT)
    checkpoint(connection)

    hits = search([connection.path], KEY, {"words": MARK, "chat": CHAT})

    assert {(hit.mark, hit.form, hit.kind) for hit in hits} == {("words", "text", "page"), ("chat", "6 bytes", "page")}


def test_a_row_in_the_log_is_found(connection: Connection) -> None:
    """A committed row that is only in the write-ahead log is found there."""
    checkpoint(connection)
    insert(connection, MARK)

    assert places(search([connection.path], KEY, {"words": MARK})) == {"frame"}


def test_a_stale_frame_is_found(connection: Connection) -> None:
    """After a checkpoint that keeps the log's file, a deleted row is still found in frames of the earlier run."""
    for _ in range(5):
        insert(connection, MARK)
    delete(connection)
    connection.execute("PRAGMA wal_checkpoint(RESTART)")
    insert(connection, "other")  # begins the log anew, over the first frames only

    assert places(search([connection.path], KEY, {"words": MARK})) == {"stale frame"}


def test_a_rolled_back_page_spilled_into_the_log_is_found(connection: Connection) -> None:
    """A transaction too large for the cache leaves frames in the log even when it was undone."""
    connection.execute("PRAGMA cache_size=5")
    with pytest.raises(KeyError), transaction(connection):
        connection.executemany("INSERT INTO note (words) VALUES (?)", ((MARK * 50,) for _ in range(200)))
        raise KeyError

    assert places(search([connection.path], KEY, {"words": MARK})) == {"stale frame"}


def test_a_free_page_is_found_without_secure_delete(connection: Connection) -> None:
    """With secure_delete off, deleted rows stand readable on free pages, and are found there."""
    connection.execute("PRAGMA secure_delete=OFF")
    for _ in range(100):
        insert(connection, MARK * 10)
    delete(connection)
    checkpoint(connection)

    assert "free page" in places(search([connection.path], KEY, {"words": MARK}))


def test_nothing_is_left_after_deletion_and_checkpoint(connection: Connection) -> None:
    """With secure_delete as `open_database` sets it, deleted rows are gone from every page once the log is cut."""
    for _ in range(100):
        insert(connection, MARK * 10, CHAT)
    delete(connection)
    before = search([connection.path], KEY, {"words": MARK, "chat": CHAT})
    checkpoint(connection)

    assert places(before) >= {"frame"}
    assert search([connection.path], KEY, {"words": MARK, "chat": CHAT}) == []
    assert any(page.kind == "free page" for page in read_pages(connection.path, KEY))


def test_a_mark_cut_by_an_overflow_page_is_found(connection: Connection) -> None:
    """In a row of three pages a mark is found also where no single page holds all of it."""
    cut = 0
    step = len(MARK.encode()) - 6  # shorter than the mark, so that each end of a page cuts one
    for before in (*range(850, 1150, step), *range(4850, 5150, step)):  # the pages of this row end near 1010 and 5020
        with transaction(connection):
            connection.execute("DELETE FROM note")
            connection.execute("INSERT INTO note (words) VALUES (?)", ("x" * before + MARK + "y" * (9000 - before),))
        checkpoint(connection)
        cut += not any(MARK.encode() in page.content for page in read_pages(connection.path, KEY))
        assert search([connection.path], KEY, {"words": MARK})

    assert cut >= 2  # after the cell, and between two overflow pages


@pytest.mark.parametrize(
    ("column", "value", "mark", "form"),
    [
        ("words", f'{{"words":"{MARK.encode("unicode_escape").decode()}"}}', MARK, "JSON escapes"),
        ("words", f"chat {CHAT}", CHAT, "decimal"),
        ("chat", -5, -5, None),
        ("chat", 123_456_789, 123_456_789, "4 bytes"),
        ("chat", -1_001_234_567_890, -1_001_234_567_890, "6 bytes"),  # the form of a channel's id
        ("chat", 1 << 51, 1 << 51, "8 bytes"),
        ("id", CHAT, CHAT, "row id"),
        ("id", -CHAT, -CHAT, "row id"),
        ("raw", CHAT.to_bytes(8, "little"), CHAT, "8 bytes, little-endian"),
        ("raw", b"\x00fictional\xff", b"\x00fictional\xff", "bytes"),
    ],
)
def test_each_spelling_is_found(
    connection: Connection, column: str, value: str | int | bytes, mark: str | int | bytes, form: str | None
) -> None:
    """Words, JSON and numbers are found in the form in which SQLite keeps them; a one-byte number is too common to look for."""
    with transaction(connection):
        connection.execute(f"INSERT INTO note ({column}) VALUES (?)", (value,))  # noqa: S608  - a column of this table
    checkpoint(connection)

    forms = {hit.form for hit in search([connection.path], KEY, {"mark": mark})}

    assert form in forms if form else not forms & {"4 bytes", "6 bytes", "8 bytes"}


def test_a_hit_does_not_show_the_mark(connection: Connection) -> None:
    """A report of hits and pages can be printed: it has names and places, no content."""
    insert(connection, MARK)

    shown = repr(search([connection.path], KEY, {"words": MARK})) + repr(list(read_pages(connection.path, KEY)))

    assert "words" in shown
    assert "fictional mark" not in shown


def test_a_wrong_key_proves_nothing(connection: Connection) -> None:
    """With a wrong key every page is unsound, and a search refuses to say that it found nothing."""
    insert(connection, MARK)

    assert not any(page.sound for page in read_pages(connection.path, Secret(bytes(32))))
    with pytest.raises(UnsoundPageError):
        search([connection.path], Secret(bytes(32)), {"words": MARK})


def test_a_flipped_bit_is_reported(connection: Connection) -> None:
    """A changed page is reported unsound, alone, wherever in the page the bit was."""
    insert(connection, MARK)
    checkpoint(connection)
    copy = connection.path.with_name("copy.db")
    chance = random.Random(7)
    for _ in range(20):
        shutil.copy(connection.path, copy)
        content = bytearray(copy.read_bytes())
        at = chance.randrange(4096, 2 * 4096)
        content[at] ^= 1 << chance.randrange(8)
        copy.write_bytes(content)
        assert [page.position for page in read_pages(copy, KEY) if not page.sound] == [2]


def test_a_torn_file_is_reported(tmp_path: Path) -> None:
    """A file that is no whole number of pages is refused."""
    (tmp_path / "torn.db").write_bytes(bytes(5000))

    with pytest.raises(UnsoundPageError):
        search([tmp_path / "torn.db"], KEY, {"words": MARK})


@given(st.integers(-(1 << 63), (1 << 63) - 1))
def test_row_ids_are_spelled_as_the_file_format_says(value: int) -> None:
    """Reading the spelling by the specification's rule gives the number again."""
    spelled = _varint(value)
    number = 0
    for i, byte in enumerate(spelled):
        number = number << 8 | byte if i == 8 else number << 7 | byte & 0x7F

    assert number == value % (1 << 64)
    assert all(byte & 0x80 for byte in spelled[:-1])
    assert len(spelled) == 9 or not spelled[-1] & 0x80
