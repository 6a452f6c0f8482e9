"""Accounts of staff."""

import pytest

from referrals.desk import accounts
from referrals.desk.accounts import RefusedAccount
from referrals.desk.grants import Role
from referrals.desk.store import Books
from tests.desk_rig import Rig


@pytest.mark.parametrize(
    ("name", "partner", "roles"),
    [
        ("", "P1", {Role.CASEWORKER}),
        ("x" * 41, "P1", {Role.CASEWORKER}),
        ("a\u202eb", "P1", {Role.CASEWORKER}),
        ("Ada", "P1", set()),
        ("Ada", None, {Role.CASEWORKER}),
        ("Ada", "P1", {Role.OPERATOR}),
        ("Ada", "P1", {Role.LEAD, Role.SAFETY_LEAD}),
    ],
)
def test_an_account_that_makes_no_sense_is_refused(name: str, partner: str | None, roles: set[Role]) -> None:
    """Names are short and printable; a partner's staff has a partner, safety leads and operators have none."""
    with pytest.raises(RefusedAccount):
        accounts.checked(name, partner, frozenset(roles))


def test_spaces_around_a_name_go() -> None:
    """What is typed carelessly is the same name."""
    assert accounts.checked("  Ada  B ", "P1", frozenset({Role.LEAD})) == "Ada B"


def test_one_who_was_removed_is_no_colleague(desk: Rig) -> None:
    """Her row stays for the audit; she is in no list of colleagues, and removing her again does nothing."""
    ada = desk.account(Role.CASEWORKER, partner="P1", name="Ada")
    bo = desk.account(Role.CASEWORKER, partner="P1", name="Bo")
    desk.remove(ada)

    def look(books: Books) -> tuple[list[str], list[str], bool]:
        with books.desk.transaction() as db:
            colleagues = [each.account for each in accounts.of_partner(db, "P1")]
            return colleagues, [each.name for each in accounts.everybody(db)], accounts.remove(db, ada.account, 1)

    assert desk.books(look) == ([bo.account], ["Ada", "Bo"], False)
