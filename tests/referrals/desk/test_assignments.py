"""Who has which referral in hand."""

from typing import Any

from referrals.desk import assignments
from referrals.desk.store import Books
from tests.desk_rig import Rig
from tests.desk_work import PARTNER, rid
from tests.filed import NOW

ADA, BEA = "a" * 32, "b" * 32


def test_one_holder_at_a_time(desk: Rig) -> None:
    """A referral is in one pair of hands: given anew, it is out of the others; the time counts from when they got it."""

    def give(books: Books) -> Any:
        with books.desk.transaction() as db:
            assignments.give(db, rid(1), PARTNER, ADA, NOW)
            assignments.give(db, rid(1), PARTNER, ADA, NOW + 5)
            same = db.execute("SELECT since FROM assignments").fetchall()
            assignments.give(db, rid(1), PARTNER, BEA, NOW + 9)
            return same, assignments.holder(db, rid(1)), assignments.held(db, ADA), assignments.held(db, BEA)

    assert desk.books(give) == ([(NOW,)], BEA, (), (rid(1),))


def test_counting_and_letting_go(desk: Rig) -> None:
    """Each account's referrals are counted for its own partner, and what is let go is in nobody's hands."""

    def work(books: Books) -> Any:
        with books.desk.transaction() as db:
            for number, account in ((1, ADA), (2, ADA), (3, BEA)):
                assignments.give(db, rid(number), PARTNER, account, NOW + number)
            assignments.give(db, rid(4), "P2", "c" * 32, NOW)
            before = (
                dict(assignments.counts(db, PARTNER)),
                assignments.held(db, ADA),
                dict(assignments.of_partner(db, PARTNER)),
            )
            gone = assignments.let_go(db, [rid(1), rid(3), rid(9)])
            return before, gone, dict(assignments.counts(db, PARTNER)), assignments.holder(db, rid(1))

    before, gone, after, nobody = desk.books(work)
    assert before == ({ADA: 2, BEA: 1}, (rid(1), rid(2)), {rid(1): ADA, rid(2): ADA, rid(3): BEA})
    assert (gone, after, nobody) == (2, {ADA: 1}, None)


def test_many_at_once(desk: Rig) -> None:
    """The holders of more referrals than one statement asks for are all found."""

    def work(books: Books) -> Any:
        with books.desk.transaction() as db:
            for number in range(1_203):
                assignments.give(db, rid(number), PARTNER, ADA, NOW)
            return len(assignments.holders(db, [rid(number) for number in range(1_300)]))

    assert desk.books(work) == 1_203
