"""Whether a caseworker is there, and how many she takes."""

from typing import Any

import pytest

from referrals.desk import assignments, availability
from referrals.desk.availability import MOST, Availability
from referrals.desk.capacity import Load
from referrals.desk.grants import Role
from referrals.desk.store import Books
from tests.desk_rig import Rig
from tests.desk_work import PARTNER, rid
from tests.filed import NOW

ADA, BEA = "a" * 32, "b" * 32


def test_what_was_said_last_holds(desk: Rig) -> None:
    """Who never said anything is there without a limit; what is said later replaces what was said before."""

    def work(books: Books) -> Any:
        with books.desk.transaction() as db:
            never = availability.of(db, ADA)
            availability.say(db, ADA, away=True, cap=3, now=NOW)
            availability.say(db, ADA, away=False, cap=None, now=NOW + 1)
            availability.say(db, BEA, away=True, cap=MOST, now=NOW)
            return never, availability.of(db, ADA), availability.of(db, BEA)

    assert desk.books(work) == (
        Availability(),
        Availability(away=False, cap=None, since=NOW + 1),
        Availability(away=True, cap=MOST, since=NOW),
    )


@pytest.mark.parametrize("cap", [0, -1, MOST + 1])
def test_a_limit_that_is_none(desk: Rig, cap: int) -> None:
    """A limit outside its bounds is refused."""
    with pytest.raises(ValueError, match="between"):
        desk.books(lambda books: availability.say(books.desk.db, ADA, away=False, cap=cap, now=NOW))


def test_loads(desk: Rig) -> None:
    """What somebody has in hand counts towards her own limit only."""

    def work(books: Books) -> Any:
        with books.desk.transaction() as db:
            availability.say(db, ADA, away=False, cap=1, now=NOW)
            assignments.give(db, rid(1), PARTNER, ADA, NOW)
            return availability.loads(db, PARTNER, [ADA, BEA])

    assert desk.books(work) == (Load(ADA, away=False, cap=1, holds=1), Load(BEA, away=False, cap=None, holds=0))


def test_lowered_by_the_lead(desk: Rig) -> None:
    """What the lead says by hand is kept for her partner until she takes it back."""

    def work(books: Books) -> Any:
        found = []
        with books.desk.transaction() as db:
            for level in ("limited", "closed", None):
                availability.lower_by_lead(db, PARTNER, level, ADA, NOW)
                found.append((availability.lowered_by_lead(db, PARTNER), availability.lowered_by_lead(db, "P2")))
        return found

    assert desk.books(work) == [("limited", None), ("closed", None), (None, None)]


def test_who_left_says_nothing_any_more(desk: Rig) -> None:
    """What an account said of herself goes when the account has ended, and only then."""
    ada, bea = (desk.account(Role.CASEWORKER, partner=PARTNER, name=name) for name in ("Ada", "Bea"))
    for each in (ada, bea):
        desk.signed_in(each).post("/availability", data={"there": "here", "cap": "3"})
    desk.remove(ada)

    def work(books: Books) -> Any:
        with books.desk.transaction() as db:
            return (
                availability.erase_past(db),
                availability.of(db, ada.account).cap,
                availability.of(db, bea.account).cap,
            )

    assert desk.books(work) == (1, None, 3)
