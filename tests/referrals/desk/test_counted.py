"""Whose key counts."""

from referrals.casebook_listed import ListedPartner, ListState
from referrals.desk.accounts import Account
from referrals.desk.counted import counted
from referrals.desk.grants import Role
from referrals.desk.store import Books
from tests.desk_rig import Rig
from tests.desk_work import PARTNER, give_key
from tests.filed import DAY, NOW


def test_a_key_counts_when_it_is_listed_or_heard(desk: Rig) -> None:
    """Listed and heard keys count; a key that nobody checked, no key, and the key of one who left don't."""
    ada, bea, cho, dan, eva = (
        desk.account(Role.CASEWORKER, partner=PARTNER, name=name) for name in ("Ada", "Bea", "Cho", "Dan", "Eva")
    )
    mark = give_key(desk, ada)
    give_key(desk, bea, heard_by=ada)
    give_key(desk, cho)
    give_key(desk, eva, heard_by=ada)
    desk.remove(eva)

    def see(books: Books) -> frozenset[str]:
        state = ListState(1, NOW + DAY, "good", (), NOW)
        books.casebook.list_seen(state, [ListedPartner(PARTNER, "1", "active", "open", (mark,))])
        return counted(books.casebook, books.desk.db, PARTNER)

    assert desk.books(see) == {ada.account, bea.account}
    assert dan.account not in desk.books(see)

    lost = "UPDATE keys SET ended = 1, why = 'lost' WHERE account = ?"
    desk.books(lambda books: books.desk.db.execute(lost, (ada.account,)).rowcount)
    assert desk.books(see) == {bea.account}  # though the list still has it


def test_nothing_is_listed_before_the_bot_looked(desk: Rig) -> None:
    """A partner that the list does not name has only the keys that colleagues heard."""
    ada: Account = desk.account(Role.CASEWORKER, partner=PARTNER)
    give_key(desk, ada)

    assert desk.books(lambda books: counted(books.casebook, books.desk.db, PARTNER)) == frozenset()
