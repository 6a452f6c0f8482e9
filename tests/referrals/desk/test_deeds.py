"""What was done to a referral at the desk."""

from typing import Any

from referrals.casebook_answers import UNDO_SECONDS
from referrals.desk import assignments, deeds
from referrals.desk.store import Books
from tests.desk_rig import Rig
from tests.desk_work import PARTNER, rid
from tests.filed import DAY, NOW

ADA, BEA = "a" * 32, "b" * 32


def test_deeds_in_order(desk: Rig) -> None:
    """Everything done to one referral is read back in order, with who did it and for whom."""

    def work(books: Books) -> Any:
        with books.desk.transaction() as db:
            deeds.note(db, rid(1), 2, "acknowledge", "acknowledged", ADA, NOW)
            deeds.note(db, rid(2), 2, "accept", "accepted", ADA, NOW + 1)
            deeds.note(db, rid(1), 3, "accept", "accepted", ADA, NOW + 2, on_behalf_of=BEA, holder_before=ADA)
            return deeds.of(db, rid(1)), deeds.last(db, rid(1)), deeds.last(db, rid(3))

    found, last, none = desk.books(work)
    assert [(each.action, each.doer, each.account, each.at) for each in found] == [
        ("acknowledge", ADA, ADA, NOW),
        ("accept", BEA, ADA, NOW + 2),
    ]
    assert (last, none) == (found[-1], None)


def test_only_what_was_done_lately_is_offered_for_undoing(desk: Rig) -> None:
    """An account's last deed is found for ten minutes; another account's never is."""

    def work(books: Books) -> Any:
        with books.desk.transaction() as db:
            deeds.note(db, rid(1), 2, "accept", "accepted", ADA, NOW)
            return [
                deeds.last_by(db, who, at)
                for who, at in ((ADA, NOW + UNDO_SECONDS - 1), (ADA, NOW + UNDO_SECONDS), (BEA, NOW))
            ]

    found = desk.books(work)
    assert [each is not None for each in found] == [True, False, False]


def test_what_is_about_gone_referrals_goes(desk: Rig) -> None:
    """After the longest time that a referral can be in the casebook, neither deed nor assignment is left."""

    def work(books: Books) -> Any:
        with books.desk.transaction() as db:
            for number, at in ((1, NOW), (2, NOW + DAY)):
                deeds.note(db, rid(number), 2, "accept", "accepted", ADA, at)
                assignments.give(db, rid(number), PARTNER, ADA, at)
            gone = deeds.erase_past(db, NOW + deeds.KEEP_DAYS * DAY)
            return gone, deeds.of(db, rid(1)), len(deeds.of(db, rid(2))), assignments.held(db, ADA)

    assert desk.books(work) == (1, (), 1, (rid(2),))
