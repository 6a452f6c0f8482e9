"""The people of one partner."""

from referrals.desk import colleagues
from referrals.desk.grants import Role
from tests.desk_rig import Rig
from tests.desk_work import PARTNER


def test_who_works_on_referrals(desk: Rig) -> None:
    """Caseworkers of this partner who are still here; no lead without cases, nobody of another partner, nobody who left."""
    ada = desk.account(Role.CASEWORKER, partner=PARTNER, name="Ada")
    bea = desk.account(Role.CASEWORKER, Role.LEAD, partner=PARTNER, name="Bea")
    lea = desk.account(Role.LEAD, partner=PARTNER, name="Lea")
    desk.account(Role.CASEWORKER, partner="P2", name="Cho")
    gone = desk.account(Role.CASEWORKER, partner=PARTNER, name="Dan")
    desk.remove(gone)

    assert [each.account for each in desk.books(lambda books: colleagues.caseworkers(books.desk.db, PARTNER))] == [
        ada.account,
        bea.account,
    ]
    assert [each.name for each in desk.books(lambda books: colleagues.others(books.desk.db, PARTNER, ada.account))] == [
        "Bea"
    ]
    assert desk.books(lambda books: colleagues.names(books.desk.db, PARTNER)) == {
        ada.account: "Ada",
        bea.account: "Bea",
        lea.account: "Lea",
    }
