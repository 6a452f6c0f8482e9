"""Invitations: the only way to an account. A link counts once, for 48 hours, and where the partner asks it only with two people."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from referrals.database import Connection
from referrals.desk import accounts
from referrals.desk.accounts import Account, RefusedAccount
from referrals.desk.grants import Role
from referrals.desk.sessions import hashed
from referrals.desk.words import Lang

LIFE: Final = 48 * 3_600  # seconds
TOKEN_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Invitation:
    """One that is open: `account` is set where it gives new means of sign-in to somebody who is here."""

    invitation: str = field(repr=False)
    account: str | None = field(repr=False)
    name: str = field(repr=False)
    partner: str | None
    roles: frozenset[Role]
    invited_by: str | None = field(repr=False)
    agreed_by: str | None = field(repr=False)
    needs_two: bool
    expires: int

    @property
    def owner(self) -> str:
        """The account that it opens: there is one of this id already, or there will be."""
        return self.account or self.invitation

    @property
    def waits(self) -> bool:
        """Whether a second person has to agree first."""
        return self.needs_two and self.agreed_by is None


def invite(
    db: Connection, invitation: str, token: bytes, name: str, partner: str | None, roles: Iterable[Role],
    invited_by: str | None, now: int,
) -> Invitation:  # fmt: skip
    """Invite somebody new. `invitation` is 32 random hex digits, `token` 32 random bytes. Raises RefusedAccount."""
    held = frozenset(roles)
    return _write(db, token, accounts.checked(name, partner, held), partner, held, invited_by, now, invitation, None)


def invite_again(
    db: Connection, invitation: str, token: bytes, account: Account, invited_by: str | None, now: int
) -> Invitation:
    """Give somebody who is here a link to new means of sign-in; whatever she signed in with ends. Raises RefusedAccount."""
    if account.removed is not None:
        raise RefusedAccount("an account that was removed is not opened again: invite her anew")
    accounts.forget_means(db, account.account)
    return _write(
        db, token, account.name, account.partner, account.roles, invited_by, now, invitation, account.account
    )  # fmt: skip


def _write(
    db: Connection, token: bytes, name: str, partner: str | None, roles: frozenset[Role], invited_by: str | None,
    now: int, invitation: str, account: str | None,
) -> Invitation:  # fmt: skip
    if len(token) != TOKEN_BYTES:
        raise ValueError("a link's token has 32 bytes")
    two = partner is not None and two_people(db, partner) and _somebody_else(db, partner, invited_by, account)
    made = Invitation(invitation, account, name, partner, roles, invited_by, None, two, now + LIFE)
    db.execute(
        f"INSERT INTO invitations (token, {_COLUMNS}, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608  # ours
        (
            hashed(token), invitation, account, name, partner, accounts.stored(roles), invited_by, None, int(two),
            made.expires, now,
        ),
    )  # fmt: skip
    return made


def _somebody_else(db: Connection, partner: str, invited_by: str | None, account: str | None) -> bool:
    """Tell whether there is a second person at all: the first of a partner can be agreed to by nobody."""
    return any(each.account not in {invited_by, account} for each in accounts.of_partner(db, partner))


def opened_by(db: Connection, untrusted_token: str, now: int) -> Invitation | None:
    """The invitation that a link opens, if it is still open and whoever has to agree did."""
    try:
        token = bytes.fromhex(untrusted_token.strip())
    except ValueError:
        return None
    found = _select(db, "token = ? AND expires > ? AND (needs_two = 0 OR agreed_by IS NOT NULL)", hashed(token), now)
    return found[0] if len(token) == TOKEN_BYTES and found else None


def open_of(db: Connection, partner: str | None, now: int) -> list[Invitation]:
    """The open invitations of a partner, or with None of all, the newest first."""
    return _select(db, "(?1 IS NULL OR partner = ?1) AND expires > ?2", partner, now)


def agree(db: Connection, invitation: str, partner: str, account: str, now: int) -> bool:
    """A second person of the same partner agrees; False when there is no such invitation, or it is her own or for her."""
    found = db.execute(
        """UPDATE invitations SET agreed_by = :account WHERE invitation = :invitation AND partner = :partner
           AND expires > :now AND needs_two = 1 AND agreed_by IS NULL
           AND invited_by IS NOT :account AND account IS NOT :account""",
        {"account": account, "invitation": invitation, "partner": partner, "now": now},
    )
    return found.rowcount == 1


def withdraw(db: Connection, invitation: str, partner: str | None) -> bool:
    """Take an open invitation back (`partner` None: any); False when there is none."""
    found = db.execute(
        "DELETE FROM invitations WHERE invitation = ?1 AND (?2 IS NULL OR partner = ?2)", (invitation, partner)
    )
    return found.rowcount == 1


def accept(db: Connection, invitation: Invitation, lang: Lang, now: int) -> Account:
    """Make the account, or find the one that is there, and close the invitation: its link has counted."""
    db.execute("DELETE FROM invitations WHERE invitation = ?", (invitation.invitation,))
    there = accounts.one(db, invitation.owner)
    if there is not None:
        return there
    made = Account(invitation.owner, invitation.name, invitation.partner, invitation.roles, lang, now)
    accounts.add(db, made)
    return made


def erase_past(db: Connection, now: int) -> None:
    """Erase the links whose time is over."""
    db.execute("DELETE FROM invitations WHERE expires <= ?", (now,))


# --- two people ---


def two_people(db: Connection, partner: str) -> bool:
    """Tell whether the partner asks two people for whatever lets somebody in or reaches what is open."""
    row = db.execute("SELECT two_people FROM partner_settings WHERE partner = ?", (partner,)).fetchone()
    return row is not None and bool(row[0])


def ask_two(db: Connection, partner: str) -> None:
    """From now on two people are needed."""
    db.execute(
        """INSERT INTO partner_settings VALUES (?, 1, NULL)
           ON CONFLICT (partner) DO UPDATE SET two_people = 1, asked_by = NULL""",
        (partner,),
    )


def ending_asked_by(db: Connection, partner: str) -> str | None:
    """The account that asked to end it, while that waits for a second person."""
    row = db.execute("SELECT asked_by FROM partner_settings WHERE partner = ?", (partner,)).fetchone()
    return None if row is None else row[0]


def end_two(db: Connection, partner: str, account: str) -> bool:
    """Ask to end it, or agree when somebody else asked: True once it has ended."""
    asked_by = ending_asked_by(db, partner)
    colleagues = {each.account for each in accounts.of_partner(db, partner)}
    if asked_by is None or asked_by not in colleagues:
        alone = colleagues <= {account}
        db.execute("UPDATE partner_settings SET asked_by = ? WHERE partner = ?", (account, partner))
        if not alone:
            return False
    elif asked_by == account:
        return False
    db.execute("UPDATE partner_settings SET two_people = 0, asked_by = NULL WHERE partner = ?", (partner,))
    return True


_COLUMNS: Final = "invitation, account, name, partner, roles, invited_by, agreed_by, needs_two, expires"


def _select(db: Connection, condition: str, *values: Any) -> list[Invitation]:
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM invitations WHERE {condition} ORDER BY created DESC, rowid DESC",  # noqa: S608  # ours
        values,
    )
    return [
        Invitation(row[0], row[1], row[2], row[3], accounts.restored(row[4]), row[5], row[6], bool(row[7]), row[8])
        for row in rows
    ]
