"""Invitations: the only way to an account."""

import pytest

from referrals.desk import accounts, invitations
from referrals.desk.accounts import Account, RefusedAccount
from referrals.desk.grants import Role
from referrals.desk.invitations import Invitation
from tests import filed
from tests.desk_rig import Rig

TOKEN = b"t" * 32
CASEWORKER = frozenset({Role.CASEWORKER})


def invite(desk: Rig, by: str | None = None, token: bytes = TOKEN, partner: str | None = "P1") -> Invitation:
    """Invite somebody."""
    return desk.written(
        lambda db: invitations.invite(db, desk.desk.draw(16).hex(), token, "Cy", partner, CASEWORKER, by, filed.NOW)
    )


def opened(desk: Rig, token: str = TOKEN.hex(), now: int = filed.NOW) -> Invitation | None:
    """What a link opens."""
    return desk.written(lambda db: invitations.opened_by(db, token, now))


def lead(desk: Rig, partner: str = "P1") -> Account:
    """A lead."""
    return desk.account(Role.LEAD, partner=partner)


def test_a_link_opens_one_account(desk: Rig) -> None:
    """It makes the account that was asked for, and then opens nothing."""
    made = invite(desk, lead(desk).account)
    found = opened(desk)
    assert found == made
    account = desk.written(lambda db: invitations.accept(db, found, "zh", filed.NOW))

    assert (account.account, account.name, account.partner, account.roles) == (made.invitation, "Cy", "P1", CASEWORKER)
    assert opened(desk) is None


@pytest.mark.parametrize("token", ["", "zz", "00" * 32, "74" * 31, "74" * 33])
def test_another_token_opens_nothing(desk: Rig, token: str) -> None:
    """Also a shortened or lengthened one."""
    invite(desk)

    assert opened(desk, token) is None
    assert opened(desk) is not None


def test_a_link_lives_48_hours(desk: Rig) -> None:
    """To the second; and then it is erased."""
    invite(desk)

    assert opened(desk, now=filed.NOW + 48 * 3_600 - 1) is not None
    assert opened(desk, now=filed.NOW + 48 * 3_600) is None
    desk.written(lambda db: invitations.erase_past(db, filed.NOW + 48 * 3_600))
    assert desk.written(lambda db: db.execute("SELECT count(*) FROM invitations").fetchone()[0]) == 0


def test_the_token_is_not_kept(desk: Rig) -> None:
    """desk.db has its hash only."""
    invite(desk)

    assert TOKEN.hex() not in str(desk.written(lambda db: db.execute("SELECT * FROM invitations").fetchall()))


def test_two_people_where_the_partner_asks_it(desk: Rig) -> None:
    """The link opens nothing until somebody else of that partner agreed: not the one who invited, nobody of another partner."""
    first, second, other = lead(desk), desk.account(Role.CASEWORKER, partner="P1"), lead(desk, "P2")
    desk.written(lambda db: invitations.ask_two(db, "P1"))
    made = invite(desk, first.account)

    def agree(account: Account, partner: str = "P1") -> bool:
        return desk.written(lambda db: invitations.agree(db, made.invitation, partner, account.account, filed.NOW))

    assert made.waits
    assert opened(desk) is None
    assert not agree(first)
    assert not agree(other, "P2")
    assert opened(desk) is None
    assert agree(second)
    assert opened(desk) is not None
    assert not agree(second)


def test_also_an_operator_needs_a_second_person(desk: Rig) -> None:
    """Where a partner asks two, `naru staff` alone lets nobody in beside those who are there; the very first needs no second."""
    desk.written(lambda db: invitations.ask_two(db, "P1"))
    assert not invite(desk, None).waits
    lead(desk)

    assert invite(desk, None, b"u" * 32).waits


def test_whom_a_new_link_is_for_can_not_agree_to_it(desk: Rig) -> None:
    """Nobody resets her own account with her own agreement."""
    ada, bo = lead(desk), lead(desk)
    lead(desk)
    desk.written(lambda db: invitations.ask_two(db, "P1"))
    made = desk.written(
        lambda db: invitations.invite_again(db, "d" * 32, TOKEN, bo, ada.account, filed.NOW)
    )  # fmt: skip

    assert not desk.written(lambda db: invitations.agree(db, made.invitation, "P1", bo.account, filed.NOW))


def test_new_means_of_sign_in_for_who_is_here(desk: Rig) -> None:
    """The old means and sessions end with the link's making, and the account stays the same."""
    ada = lead(desk)
    browser = desk.signed_in(ada)
    desk.written(lambda db: invitations.invite_again(db, "d" * 32, TOKEN, ada, None, filed.NOW))
    found = opened(desk)
    assert found is not None
    account = desk.written(lambda db: invitations.accept(db, found, "ko", filed.NOW))

    assert account.account == found.owner == ada.account
    assert browser.get("/account").status_code == 303


def test_who_was_removed_gets_no_new_link(desk: Rig) -> None:
    """She is to be invited anew, as somebody else."""
    ada = lead(desk)
    desk.remove(ada)
    gone = desk.written(lambda db: accounts.one(db, ada.account))
    assert gone is not None

    with pytest.raises(RefusedAccount):
        desk.written(lambda db: invitations.invite_again(db, "d" * 32, TOKEN, gone, None, filed.NOW))


def test_links_of_one_who_was_removed_open_nothing(desk: Rig) -> None:
    """Whoever is sent away can't come back by a link she made before."""
    ada = lead(desk)
    invite(desk, ada.account)
    desk.remove(ada)

    assert opened(desk) is None


def test_a_link_can_be_taken_back_by_its_partner(desk: Rig) -> None:
    """Not by another one."""
    made = invite(desk)

    assert not desk.written(lambda db: invitations.withdraw(db, made.invitation, "P2"))
    assert desk.written(lambda db: invitations.withdraw(db, made.invitation, "P1"))
    assert opened(desk) is None


def test_ending_two_people_takes_two(desk: Rig) -> None:
    """One asks, somebody else agrees; who is alone ends it alone; who left has asked nothing."""
    ada, bo = lead(desk), lead(desk)
    desk.written(lambda db: invitations.ask_two(db, "P1"))

    def end(account: Account) -> bool:
        return desk.written(lambda db: invitations.end_two(db, "P1", account.account))

    assert [end(ada), end(ada)] == [False, False]
    assert desk.written(lambda db: invitations.two_people(db, "P1"))
    assert end(bo)
    assert not desk.written(lambda db: invitations.two_people(db, "P1"))
    desk.written(lambda db: invitations.ask_two(db, "P1"))
    assert not end(bo)
    desk.remove(bo)
    assert end(ada)
