"""The audit's chain shows what was changed."""

import pytest

from referrals.desk import audit
from referrals.desk.audit import Action
from referrals.desk.grants import Role
from referrals.desk.store import Books
from tests import filed
from tests.desk_rig import Rig

DAY = 86_400


def written(rig: Rig, count: int = 6) -> None:
    """Write some entries."""

    def write(books: Books) -> None:
        with books.desk.transaction() as db:
            for number in range(count):
                audit.record(db, filed.NOW + number, "a" * 32, Action.ACCEPTED, f"{number}" * 32, "b" * 32)

    rig.books(write)


def verdict(rig: Rig, change: str = "") -> audit.Verdict:
    """Check the chain, after somebody with the key changed something."""

    def look(books: Books) -> audit.Verdict:
        with books.desk.transaction() as db:
            if change:
                db.execute(change)
            return audit.verify(db)

    return rig.books(look)


def test_an_untouched_chain_is_whole(desk: Rig) -> None:
    """Every entry fits the one before, and the head names them all."""
    written(desk)
    found = verdict(desk)

    assert (found.entries, found.broken_at) == (6, None)
    assert desk.books(lambda books: audit.holds(books.desk.db, found.head))
    assert not desk.books(lambda books: audit.holds(books.desk.db, "0" * 64))


@pytest.mark.parametrize(
    ("change", "at"),
    [
        ("UPDATE audit SET actor = 'c' WHERE number = 3", 3),
        ("UPDATE audit SET at = at + 1 WHERE number = 1", 1),
        ("UPDATE audit SET action = 'declined' WHERE number = 6", 6),
        ("UPDATE audit SET subject = NULL WHERE number = 2", 2),
        ("UPDATE audit SET on_behalf_of = NULL WHERE number = 2", 2),
        ("DELETE FROM audit WHERE number = 4", 5),
        ("UPDATE audit SET hash = (SELECT hash FROM audit WHERE number = 2) WHERE number = 3", 3),
    ],
)
def test_what_was_changed_is_found(desk: Rig, change: str, at: int) -> None:
    """A changed, exchanged or missing entry breaks the chain where it stands."""
    written(desk)

    assert verdict(desk, change).broken_at == at


def test_a_rewritten_entry_is_found_at_the_next_one(desk: Rig) -> None:
    """Somebody who knows how the hash is made can make one entry whole again, but not the one after it."""
    written(desk)
    row = desk.written(lambda db: db.execute("SELECT * FROM audit WHERE number = 3").fetchone())
    made = audit._hash(*row[:2], "c" * 32, *row[3:-1])

    assert verdict(desk, f"UPDATE audit SET actor = '{'c' * 32}', hash = '{made}' WHERE number = 3").broken_at == 4  # noqa: S608


def test_what_is_undone_is_not_written_down(desk: Rig) -> None:
    """An entry belongs to its transaction."""

    def fail(books: Books) -> None:
        with books.desk.transaction() as db:
            audit.record(db, filed.NOW, None, Action.INVITED)
            raise LookupError

    with pytest.raises(LookupError):
        desk.books(fail)

    assert verdict(desk).entries == 0


def test_entries_go_after_24_months(desk: Rig) -> None:
    """Old entries are erased, the chain that is left is whole, and numbers go on."""
    written(desk)

    def erase(books: Books) -> tuple[int, int]:
        with books.desk.transaction() as db:
            audit.erase_past(db, filed.NOW + 2 + audit.KEEP_DAYS * DAY)
            audit.record(db, filed.NOW + 2 + audit.KEEP_DAYS * DAY, None, Action.INVITED)
            left = db.execute("SELECT min(number), max(number) FROM audit").fetchone()
            return int(left[0]), int(left[1])

    assert desk.books(erase) == (4, 7)
    assert (verdict(desk).entries, verdict(desk).broken_at) == (4, None)
    assert verdict(desk, "DELETE FROM audit WHERE number = 5").broken_at == 6


def test_a_partner_sees_what_its_own_staff_did(desk: Rig) -> None:
    """The newest first, and nothing of another partner's."""
    hers, theirs = (desk.account(Role.LEAD, partner=partner).account for partner in ("P1", "P2"))

    def look(books: Books) -> list[str | None]:
        with books.desk.transaction() as db:
            audit.record(db, filed.NOW, hers, Action.ACCEPTED)
            audit.record(db, filed.NOW, theirs, Action.DECLINED)
            audit.record(db, filed.NOW, hers, Action.COMPLETED)
            return [each.action for each in audit.latest(db, 10, "P1")]

    assert desk.books(look) == ["completed", "accepted"]
