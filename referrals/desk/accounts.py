"""Accounts of staff: made by an invitation only, and ended at once."""

from dataclasses import dataclass, field
from typing import Final

from referrals.database import Connection
from referrals.desk import sessions
from referrals.desk.audit import KEEP_DAYS
from referrals.desk.grants import PARTNER_ROLES, Role
from referrals.desk.words import Lang, known

NAME_LONGEST: Final = 40  # characters
ID_BYTES: Final = 16
_DAY: Final = 86_400  # seconds


class RefusedAccount(Exception):
    """An account can't be like this: the message says why."""


@dataclass(frozen=True, slots=True)
class Account:
    """One member of staff."""

    account: str = field(repr=False)
    name: str = field(repr=False)
    partner: str | None
    roles: frozenset[Role]
    lang: Lang
    created: int
    removed: int | None = None


def checked(untrusted_name: str, partner: str | None, roles: frozenset[Role]) -> str:
    """The name without spaces around it, when name, partner and roles go together. Raises RefusedAccount."""
    name = " ".join(untrusted_name.split())
    if not name or len(name) > NAME_LONGEST or not name.isprintable():
        raise RefusedAccount(f"a name has 1 to {NAME_LONGEST} printable characters")
    if not roles:
        raise RefusedAccount("an account has a role")
    if bool(roles & PARTNER_ROLES) != (partner is not None):
        raise RefusedAccount("caseworkers and leads belong to a partner; safety leads and operators to none")
    if roles & PARTNER_ROLES and not roles <= PARTNER_ROLES:
        raise RefusedAccount("who works for a partner is neither safety lead nor operator")
    return name


def add(db: Connection, account: Account) -> None:
    """Write a new account."""
    db.execute(
        "INSERT INTO accounts (account, name, partner, roles, lang, created) VALUES (?, ?, ?, ?, ?, ?)",
        (account.account, account.name, account.partner, stored(account.roles), account.lang, account.created),
    )


def one(db: Connection, account: str) -> Account | None:
    """An account by its id, removed ones too."""
    found = _select(db, "account = ?", account)
    return found[0] if found else None


def of_partner(db: Connection, partner: str) -> list[Account]:
    """The live accounts of a partner, by name."""
    return _select(db, "partner = ? AND removed IS NULL", partner)


def everybody(db: Connection) -> list[Account]:
    """Every account, removed ones too."""
    return _select(db, "TRUE")


def set_lang(db: Connection, account: str, lang: Lang) -> None:
    """Note which language somebody reads."""
    db.execute("UPDATE accounts SET lang = ? WHERE account = ?", (lang, account))


def remove(db: Connection, account: str, now: int) -> bool:
    """End an account: its sessions at once, and everything it could sign in with. False when it has ended before."""
    if (
        db.execute("UPDATE accounts SET removed = ? WHERE account = ? AND removed IS NULL", (now, account)).rowcount
        == 0
    ):
        return False
    forget_means(db, account)
    return True


def erase_past(db: Connection, now: int) -> None:
    """Erase the names of accounts that ended 24 months ago: nothing in the audit is about them any more (domain.md 5.3)."""
    db.execute("UPDATE accounts SET name = '' WHERE removed <= ? AND name != ''", (now - KEEP_DAYS * _DAY,))


def forget_means(db: Connection, account: str) -> None:
    """Erase everything an account can sign in with, and end its sessions and open links."""
    sessions.end_all(db, account)
    db.execute("DELETE FROM passkeys WHERE account = ?", (account,))
    db.execute("DELETE FROM phrases WHERE account = ?", (account,))
    db.execute("DELETE FROM pending_phrases WHERE account = ?", (account,))
    # Also those that she made: a link of one who was removed lets nobody in.
    db.execute("DELETE FROM invitations WHERE ? IN (account, invited_by)", (account,))


def stored(roles: frozenset[Role]) -> str:
    """Roles as the database keeps them."""
    return " ".join(sorted(roles))


def restored(roles: str) -> frozenset[Role]:
    """Roles from the database."""
    return frozenset(Role(role) for role in roles.split())


def _select(db: Connection, condition: str, *values: str) -> list[Account]:
    rows = db.execute(
        f"SELECT account, name, partner, roles, lang, created, removed FROM accounts WHERE {condition} ORDER BY name, account",  # noqa: S608  # ours
        values,
    )
    return [Account(row[0], row[1], row[2], restored(row[3]), known(row[4]) or "en", row[5], row[6]) for row in rows]
