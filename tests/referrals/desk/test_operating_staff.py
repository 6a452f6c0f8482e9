"""What operators see of the staff: deeds about accounts and keys, whether the chain holds, and of casework only how much there was."""

from referrals.desk import audit
from referrals.desk.audit import Action
from referrals.desk.grants import Role
from referrals.desk.operating_delays import FEW
from referrals.desk.operating_staff import LISTED, Staff, staff
from referrals.desk.store import Books
from tests.desk_rig import Rig
from tests.filed import DAY, FIRST, NOW


def look(desk: Rig, now: int = NOW) -> Staff:
    """Return what the page would show."""

    def read(books: Books) -> Staff:
        with books.desk.reading() as db:
            return staff(db, now)

    return desk.books(read)


def record(desk: Rig, *entries: tuple[str | None, Action, str | None], at: int = NOW) -> None:
    """Write entries: who, what, to whom."""

    def write(books: Books) -> None:
        with books.desk.transaction() as db:
            for actor, action, subject in entries:
                audit.record(db, at, actor, action, subject)

    desk.books(write)


def test_deeds_about_accounts_are_listed(desk: Rig) -> None:
    """The newest first, by alias; what the program did has nobody."""
    ada = desk.account(Role.LEAD, partner="P1", name="Ada")
    bea = desk.account(Role.CASEWORKER, partner="P1", name="Bea")
    record(
        desk,
        (None, Action.INVITED, None),
        (ada.account, Action.REMOVED, bea.account),
        (bea.account, Action.SIGNED_IN, bea.account),
    )

    assert [(line.who, line.partner, line.action, line.whom) for line in look(desk).lines] == [
        ("Bea", "P1", "signed_in", ""),
        ("Ada", "P1", "removed", "Bea"),
        ("", None, "invited", ""),
    ]


def test_no_deed_on_a_referral_is_listed(desk: Rig) -> None:
    """Whatever is done to one: neither its id nor its time nor who did it."""
    ada = desk.account(Role.CASEWORKER, partner="P1")
    record(desk, *((ada.account, action, FIRST) for action in Action if action not in LISTED), at=NOW - DAY)
    found = look(desk)

    assert found.lines == ()
    assert found.casework == len(Action) - len(LISTED)
    assert {
        Action.OPENED,
        Action.ACCEPTED,
        Action.REPLIED,
        Action.RESEALED,
        Action.REPORT_SEEN,
        Action.ATTESTED,
    }.isdisjoint(LISTED)


def test_few_deeds_are_not_counted(desk: Rig) -> None:
    """Nor those of more than 30 days ago."""
    ada = desk.account(Role.CASEWORKER, partner="P1")
    record(desk, *[(ada.account, Action.OPENED, FIRST)] * 9, at=NOW - 30 * DAY)
    record(desk, *[(ada.account, Action.OPENED, FIRST)] * (FEW - 1))
    assert look(desk).casework is None

    record(desk, (ada.account, Action.OPENED, FIRST))
    assert look(desk).casework == FEW


def test_a_broken_chain_is_found(desk: Rig) -> None:
    """One entry changed by another hand."""
    record(desk, (None, Action.INVITED, None), (None, Action.AGREED, None), (None, Action.JOINED, None))
    assert (look(desk).verdict.entries, look(desk).verdict.broken_at) == (3, None)

    def tamper(books: Books) -> None:
        with books.desk.transaction() as db:
            db.execute("UPDATE audit SET at = at + 1 WHERE number = 2")

    desk.books(tamper)
    assert look(desk).verdict.broken_at == 2
