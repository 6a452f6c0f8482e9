"""A casebook from a backup: what was erased since is erased again, and what nobody can vouch for is shown to nobody."""

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from referrals import casebook_restored, tombstones
from referrals.casebook import Casebook, UnknownReferral, migrations
from referrals.casebook_moves import UNSEEN
from referrals.casebook_restored import Restored, settled
from referrals.database import copied, open_database, transaction
from referrals.tombstones import Tombstone
from tests.filed import (
    CASE,
    DAY,
    FIRST,
    HOUR,
    KEY,
    MINUTE,
    NOW,
    OTHER_CASE,
    REPORT,
    SECOND,
    THIRD,
    VERIFIER,
    addition,
    alone,
    card,
    erasure,
    opened_case,
    report,
    routing,
    rows,
    states,
    table,
    withdrawal,
)

PACKET = FIRST[:31] + "f"
OTHER_VERIFIER = "9" * 64
CARD, NEWER_CARD, REPLY = (bytes([letter]) * 64 for letter in b"vwx")
LATER = NOW + 2 * HOUR


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Casebook]:
    """A casebook with her case: an ordinary referral, a card, a reply, and a report of somebody's."""
    found = Casebook.opened(tmp_path / "casebook.db", KEY, create=True)
    found.receive(alone(FIRST), b"sealed", NOW)
    found.receive(card(), CARD, NOW)
    found.receive(report(), b"report", NOW)
    found.reply(FIRST, REPLY, asks=False, version=None, now=NOW)
    yield found
    found.close()


class Copies:
    """Backups of one casebook, and what each is once it came back."""

    def __init__(self, book: Casebook, folder: Path) -> None:
        """Copies of `book` below `folder`."""
        self.book, self.folder, self.books = book, folder, list[Casebook]()

    def back(self, *, told: bool = True, now: int = LATER) -> tuple[Casebook, Restored]:
        """The last copy, brought to today with what was erased in the casebook itself, or without."""
        path = self.folder / f"back-{len(self.books)}.db"
        path.write_bytes((self.folder / "backup.db").read_bytes())
        connection = open_database(path, KEY, migrations())
        with transaction(connection):
            result = settled(connection, self.erased() if told else None, now, secrets.token_bytes)
        self.books.append(Casebook(connection))
        return self.books[-1], result

    def made(self) -> None:
        """Make the copy that `back` brings back; what was erased before is another backup's concern."""
        copied(self.book._db, self.folder / "backup.db", KEY)
        tombstones.dropped(self.book._db)

    def erased(self) -> list[Tombstone]:
        """What was erased since."""
        return tombstones.waiting(self.book._db)


@pytest.fixture
def copies(book: Casebook, tmp_path: Path) -> Iterator[Copies]:
    """Copies of the casebook, the first of them made."""
    found = Copies(book, tmp_path)
    found.made()
    yield found
    for each in found.books:
        each.close()


def test_what_nobody_erased_is_all_there(book: Casebook, copies: Copies) -> None:
    """Row by row it is the casebook that was copied, but for what was still news or could be undone."""
    back, result = copies.back()
    assert result == Restored(0, 0)
    for name in ("cases", "referrals", "packets", "cards", "reports", "replies", "consents"):
        assert table(back, name) == table(book, name)


def _withdrawn(book: Casebook) -> None:
    book.receive(withdrawal(FIRST), b"back", NOW)


def _erased(book: Casebook) -> None:
    book.receive(erasure(), None, NOW)


def _read(book: Casebook) -> None:
    book.replies_read([book.replies_for(CASE)[0].reply_id], NOW)


def _replaced(book: Casebook) -> None:
    book.receive(card(), NEWER_CARD, NOW)


def _report_over(book: Casebook) -> None:
    book.acknowledge_report(REPORT, NOW - 7 * DAY)
    book.expire(NOW)


def _all_over(book: Casebook) -> None:
    book.expire(NOW + 30 * DAY)
    book.expire(NOW + 120 * DAY + HOUR)


@pytest.mark.parametrize(
    ("happened", "sql"),
    [
        (_withdrawn, "SELECT 1 FROM packets UNION ALL SELECT 1 FROM replies"),
        (_withdrawn, "SELECT 1 FROM referrals WHERE state != 'withdrawn'"),
        (
            _erased,
            "SELECT 1 FROM cases WHERE erased IS NULL UNION ALL SELECT 1 FROM cards UNION ALL SELECT 1 FROM replies",
        ),
        (_read, "SELECT 1 FROM replies"),
        (_replaced, "SELECT 1 FROM cards"),
        (_report_over, "SELECT 1 FROM reports"),
        (_all_over, "SELECT 1 FROM cases UNION ALL SELECT 1 FROM referrals UNION ALL SELECT 1 FROM packets"),
    ],
    ids=["withdrawn", "withdrawn, state", "erased", "read", "card replaced", "report", "all over"],
)
def test_what_was_erased_since_does_not_come_back(
    book: Casebook, copies: Copies, happened: Callable[[Casebook], None], sql: str
) -> None:
    """It is in the backup, and not in what came back from it."""
    assert rows(book, sql) != []
    happened(book)
    back, result = copies.back()
    assert rows(back, sql) == []
    assert result.erased >= 1


def test_an_erased_case_opens_by_no_code_and_its_partner_is_asked_for_its_word(book: Casebook, copies: Copies) -> None:
    """Her old code is worth nothing in what came back, and the partner owes its word as it did."""
    _erased(book)
    back, _ = copies.back()
    assert opened_case(back) is None
    assert [each.referral_id for each in back.owed_attestations(None, LATER)] == [FIRST]


def test_of_what_she_took_back_her_partner_can_open_nothing(book: Casebook, copies: Copies) -> None:
    """It sees that it was taken back, and owes its word; no sealed file is given out."""
    _withdrawn(book)
    back, _ = copies.back()
    assert states(back) == ["withdrawn"]
    assert back.sealed(FIRST) == []
    assert [each.referral_id for each in back.owed_attestations(None, LATER)] == [FIRST]


def test_a_later_card_is_not_buried_by_an_earlier_one(book: Casebook, copies: Copies, tmp_path: Path) -> None:
    """What was replaced before the backup was made says nothing about the card in it."""
    _replaced(book)
    told = copies.erased()
    (tmp_path / "backup.db").unlink()
    copies.made()
    assert ("card", CARD[-16:].hex()) in told
    with transaction(book._db):
        book._db.executemany("INSERT INTO tombstones VALUES (?, ?)", told)
    back, _ = copies.back()
    assert rows(back, "SELECT sealed FROM cards") == [(NEWER_CARD,)]


def test_nothing_is_sent_by_a_restore(book: Casebook, tmp_path: Path) -> None:
    """A held urgent referral is destroyed and never released, and nobody is told news a second time."""
    for each in (SECOND, THIRD):
        book.receive(routing(each, case_id=OTHER_CASE, verifier=OTHER_VERIFIER, position=int(each[0]) - 2), b"s", NOW)
    book.accept(FIRST, NOW)
    book.settle(NOW + HOUR)
    assert book.news() == [CASE]
    copies = Copies(book, tmp_path)
    copies.made()
    back, _ = copies.back()
    assert states(back, OTHER_VERIFIER) == ["delivered", "destroyed"]
    assert back.news() == []
    assert rows(back, "SELECT * FROM undo") == []
    for minutes in range(0, 48 * 60, 30):
        assert back.release(LATER + minutes * MINUTE) == 0
        back.settle(LATER + minutes * MINUTE)
    assert back.news() == []
    back.close()


def test_what_is_past_its_time_goes_before_anybody_sees_it(copies: Copies) -> None:
    """The backup was made when it was still there."""
    back, _ = copies.back(now=NOW + 31 * DAY)
    assert rows(back, "SELECT 1 FROM packets UNION ALL SELECT 1 FROM cards UNION ALL SELECT 1 FROM reports") == []


def test_without_the_tombstones_nobody_is_shown_anything(copies: Copies) -> None:
    """No queue, no list, no file, no step and no notice knows of it, as long as nobody vouches for it."""
    back, result = copies.back(told=False)
    assert result == Restored(0, 1)
    assert back.waiting() == []
    assert back.sealed(FIRST) == []
    assert back.one(FIRST) is None
    assert back.queue("partner-1", LATER).rows == ()
    with pytest.raises(UnknownReferral):
        back.acknowledge(FIRST, LATER)
    with pytest.raises(UnknownReferral):
        back.reply(FIRST, REPLY + b"2", asks=False, version=None, now=LATER)
    assert {state for (state,) in rows(back, "SELECT state FROM referrals")} <= UNSEEN


def test_she_returns_and_finds_all_as_it_was(book: Casebook, copies: Copies) -> None:
    """With her code: states, card and reply; and her partner has it again."""
    back, _ = copies.back(told=False)
    found = opened_case(back)
    assert found == opened_case(book)
    assert [each.sealed for each in back.replies_for(CASE)] == [REPLY]
    assert [each.referral_id for each in back.waiting()] == [FIRST]
    assert rows(back, "SELECT * FROM restored") == []


def test_another_code_shows_nothing_of_hers(copies: Copies) -> None:
    """A wrong code opens nothing and confirms nothing."""
    back, _ = copies.back(told=False)
    assert opened_case(back, OTHER_VERIFIER) is None
    assert back.waiting() == []
    assert opened_case(back, VERIFIER) is not None


def test_a_partner_vouches_for_its_own_only(book: Casebook, tmp_path: Path) -> None:
    """What is another's stays hidden, also of the same person."""
    book.receive(alone(SECOND, partner="partner-2"), b"sealed", NOW)
    copies = Copies(book, tmp_path)
    copies.made()
    back, _ = copies.back(told=False)
    with transaction(back._db) as db:
        assert casebook_restored.hidden(db) == [("partner-1", 1), ("partner-2", 1)]
        assert casebook_restored.confirmed_by(db, "partner-2") == 1
        assert casebook_restored.confirmed_by(db, "partner-2") == 0
        assert casebook_restored.hidden(db) == [("partner-1", 1)]
    assert [each.referral_id for each in back.waiting()] == [SECOND]
    back.close()


def test_what_ended_is_hidden_as_well(book: Casebook, tmp_path: Path) -> None:
    """Its sealed files are still there: she may have erased all since."""
    book.decline(FIRST, "no_capacity", NOW)
    copies = Copies(book, tmp_path)
    copies.made()
    back, result = copies.back(told=False)
    assert result.hidden == 1
    assert back.waiting() == []
    assert states(back) == ["declined"]
    back.close()


def test_what_is_hidden_expires_in_its_time(copies: Copies) -> None:
    """Nobody came back: its sealed files go, and it is not shown as it was."""
    back, _ = copies.back(told=False)
    back.expire(NOW + 31 * DAY)
    assert rows(back, "SELECT 1 FROM packets") == []
    assert states(back) == ["expired"]
    assert rows(back, "SELECT state FROM restored") == [("delivered",)] or rows(back, "SELECT * FROM restored") == []


def test_what_she_does_with_it_once_she_is_back_counts(copies: Copies) -> None:
    """She adds something, then takes it back: the partner gets both, and owes its word."""
    back, _ = copies.back(told=False)
    opened_case(back)
    back.receive(addition(FIRST, LATER), b"more", LATER)
    assert len(back.sealed(FIRST)) == 2
    back.receive(withdrawal(FIRST, LATER), b"back", LATER)
    assert states(back) == ["withdrawn"]
    assert back.replies_for(CASE) == ()


def test_a_kind_that_a_later_version_knows_is_passed_over(book: Casebook, copies: Copies) -> None:
    """Neither an error nor anything erased."""
    with transaction(book._db) as db:
        db.executemany("INSERT INTO tombstones VALUES (?, ?)", [("other", PACKET), ("packet", "0" * 32)])
    back, result = copies.back()
    assert result == Restored(0, 0)
    assert len(back.sealed(FIRST)) == 1
