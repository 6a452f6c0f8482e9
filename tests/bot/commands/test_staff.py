"""`naru staff`: the first accounts, and what a colleague can't do."""

import re
from pathlib import Path

import pytest
from typer.testing import Result

from bot.commands.running import made_place
from bot.settings import DESK_KEY, DESK_KEY_NAMES, read_keys
from referrals.casebook import Casebook
from referrals.casebook_listed import ListedPartner, ListState
from referrals.desk import accounts, invitations
from referrals.desk.accounts import Account
from referrals.desk.store import DeskStore
from tests import filed
from tests.invoked import invoked

WHO = ("--name", "Ada", "--role", "lead", "--role", "caseworker", "--partner", "P1")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A place as `naru init` makes it."""
    made_place(tmp_path / "data")
    return tmp_path / "data"


def staff(place: Path, *arguments: str) -> Result:
    """Run `naru staff`."""
    return invoked("staff", *arguments, NARU_DATA_DIR=str(place))


def opened(place: Path) -> DeskStore:
    """desk.db."""
    return DeskStore.opened(place / "desk.db", read_keys(place, None, DESK_KEY_NAMES)[DESK_KEY])


def joined(place: Path, token: str) -> Account:
    """Join by a link."""
    store = opened(place)
    with store.transaction() as db:
        now = db.execute("SELECT max(created) FROM invitations").fetchone()[0]
        invitation = invitations.opened_by(db, token, now)
        assert invitation is not None
        account = invitations.accept(db, invitation, "ko", now)
    store.close()
    return account


def token_in(output: str) -> str:
    """The token of a link that was printed."""
    found = re.search(r"http://localhost:8738/join#([0-9a-f]{64})$", output, re.MULTILINE)
    assert found is not None
    return found[1]


def test_from_the_first_link_to_removal(place: Path) -> None:
    """Invited, joined, listed, given new means, removed; each of it in a whole audit."""
    assert "Nobody yet" in staff(place, "list").output
    account = joined(place, token_in(staff(place, "invite", *WHO).output))
    assert (account.name, account.partner, sorted(account.roles)) == ("Ada", "P1", ["caseworker", "lead"])
    assert f"{account.account[:12]}  Ada  P1  caseworker,lead\n" == staff(place, "list").output
    again = joined(place, token_in(staff(place, "reset", account.account[:8]).output))
    assert again.account == account.account
    assert "is removed" in staff(place, "remove", account.account).output
    assert "removed" in staff(place, "list").output
    assert staff(place, "remove", account.account).exit_code == 1
    store = opened(place)
    with store.reading() as db:
        found = accounts.one(db, account.account)
        assert found is not None
        assert found.removed
    store.close()
    assert "whole: 3 entries" in staff(place, "verify-audit").output


@pytest.mark.parametrize(
    "who",
    [
        ("--name", "Ada", "--role", "lead"),
        ("--name", "Ada", "--role", "operator", "--partner", "P1"),
        ("--name", " ", "--role", "operator"),
    ],
)
def test_an_account_that_makes_no_sense_is_refused(place: Path, who: tuple[str, ...]) -> None:
    """Said in one line; nobody is invited."""
    ended = staff(place, "invite", *who)

    assert ended.exit_code == 1
    assert "Nobody was invited" in ended.output
    assert "Nobody yet" in staff(place, "list").output


def test_a_partner_must_be_on_the_list_once_it_is_known(place: Path) -> None:
    """A mistyped id makes no account that would see nothing."""
    casebook = Casebook.opened(place / "casebook.db", read_keys(place, None)["naru_casebook_key"])
    state = ListState(1, filed.NOW, "good", (), filed.NOW)
    casebook.list_seen(state, [ListedPartner("P1", "Alder", "active", "open")])
    casebook.close()

    assert "no partner of that id" in staff(place, "invite", *WHO[:-1], "P9").output
    assert staff(place, "invite", *WHO).exit_code == 0


@pytest.mark.parametrize("account", ["", "abc", "ffffff"])
def test_an_account_has_to_be_named(place: Path, account: str) -> None:
    """Six digits at least, and of one that is live."""
    ended = staff(place, "reset", account)

    assert ended.exit_code == 1
    assert "Nothing was changed" in ended.output


def test_a_changed_audit_is_told(place: Path) -> None:
    """A changed entry breaks the chain; a rewritten chain lacks the head that was noted."""
    staff(place, "invite", *WHO)
    head = staff(place, "verify-audit").output.split()[-1]
    staff(place, "invite", *WHO)
    assert staff(place, "verify-audit", "--since", head).exit_code == 0
    assert "does not hold that head" in staff(place, "verify-audit", "--since", "0" * 64).output
    store = opened(place)
    with store.transaction() as db:
        db.execute("UPDATE audit SET at = at + 1 WHERE number = 2")
    store.close()

    broken = staff(place, "verify-audit")
    assert broken.exit_code == 1
    assert "broken at entry 2" in broken.output


def test_two_people_also_from_the_command_line(place: Path) -> None:
    """Where the partner asks two, the link of `naru staff` waits for a colleague there, and the command says so."""
    joined(place, token_in(staff(place, "invite", *WHO).output))
    store = opened(place)
    with store.transaction() as db:
        invitations.ask_two(db, "P1")
    store.close()

    assert "asks two people" in staff(place, "invite", *WHO).output
    assert "waits for a second person" in staff(place, "list").output
