"""Caseworkers' keys at rest: made in a browser, wrapped there, seen by colleagues, approved before anything open is sealed to them.

Functions over desk.db, inside their caller's transaction; times are Unix seconds. Which keys referrals are sealed to today, the signed
list says alone; here `listed` only tells whether a key stands in it.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias, get_args

from referrals.database import Connection
from referrals.desk import accounts, invitations
from referrals.desk.grants import Role
from referrals.errors import RecipientError
from referrals.sealing import check_recipient

Kind: TypeAlias = Literal["passkey", "words"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
State: TypeAlias = Literal["made", "listed", "old"]
WRAP_BYTES: Final = 8_192  # a wrapped identity with 32 bots' keys has below 5,000 bytes
_MARK_DIGITS: Final = 32  # as bot.partners.key_mark
_READERS: Final = frozenset({Role.CASEWORKER, Role.SAFETY_LEAD})


class RefusedKey(Exception):
    """A key can't be kept or approved so; nothing was changed. The message says why."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key with whose it is; public."""

    mark: str = field(repr=False)
    account: str = field(repr=False)
    name: str = field(repr=False)
    recipient: str = field(repr=False)
    made: int
    ended: int | None
    why: str | None
    approved_by: frozenset[str] = field(repr=False)  # live accounts of the same partner, never its owner

    def state(self, listed: Collection[str]) -> State:
        """made, listed (in the signed list, as the bot saw it last) or old."""
        return "old" if self.ended is not None else "listed" if self.mark in listed else "made"


def mark_of(recipient: str) -> str:
    """By which a key is told apart without the key; the bot marks what it sealed in the same way."""
    return hashlib.sha256(recipient.encode()).hexdigest()[:_MARK_DIGITS]


def own(db: Connection, account: str) -> Key | None:
    """An account's key; None when it has none."""
    found = _select(db, "keys.account = ? AND ended IS NULL", account)
    return found[0] if found else None


def wraps(db: Connection, mark: str) -> Mapping[Kind, bytes]:
    """The wrapped identities of a key, by kind."""
    rows = db.execute("SELECT kind, sealed FROM wraps WHERE mark = ? ORDER BY kind", (mark,)).fetchall()
    return {row[0]: bytes(row[1]) for row in rows}


def of_partner(db: Connection, partner: str) -> list[Key]:
    """Every key of a partner's people, old ones of this year too, by name and age."""
    return _select(db, "partner = ?", partner)


def make(
    db: Connection, account: str, untrusted_recipient: str, untrusted_wraps: Mapping[Kind, bytes],
    replaces: str | None, now: int,
) -> Key:  # fmt: skip
    """Keep a new key of an account; `replaces` is the recipient of the one that she lost, which ends. Raises RefusedKey."""
    owner = accounts.one(db, account)
    if owner is None or not owner.roles & _READERS:
        raise RefusedKey("only who opens referrals or reports has a key")
    before = own(db, account)
    if (before.recipient if before else None) != replaces:
        raise RefusedKey("she has another key by now")
    try:
        check_recipient(untrusted_recipient)
    except RecipientError:
        raise RefusedKey("no post-quantum recipient") from None
    mark = mark_of(untrusted_recipient)
    if db.execute("SELECT 1 FROM keys WHERE mark = ?", (mark,)).fetchone():
        raise RefusedKey("this key was made before")
    if "words" not in untrusted_wraps:
        raise RefusedKey("a key has always its words: a passkey alone can be lost with its device")
    if before:
        db.execute("DELETE FROM wraps WHERE mark = ?", (before.mark,))
        db.execute("UPDATE keys SET ended = ?, why = 'lost' WHERE mark = ?", (now, before.mark))
    db.execute(
        "INSERT INTO keys (mark, account, recipient, made) VALUES (?, ?, ?, ?)",
        (mark, account, untrusted_recipient, now),
    )
    for kind, sealed in untrusted_wraps.items():
        wrap(db, account, untrusted_recipient, kind, sealed, now)
    return _select(db, "mark = ?", mark)[0]


def wrap(db: Connection, account: str, recipient: str, kind: Kind, untrusted_sealed: bytes, now: int) -> None:
    """Keep her identity as wrapped in one more way, in the place of that kind's one before. Raises RefusedKey."""
    key = own(db, account)
    if key is None or key.recipient != recipient:
        raise RefusedKey("she has another key by now")
    if not untrusted_sealed.startswith(b"age-encryption.org/v1\n") or len(untrusted_sealed) > WRAP_BYTES:
        raise RefusedKey("no wrapped identity")
    db.execute("INSERT OR REPLACE INTO wraps VALUES (?, ?, ?, ?)", (key.mark, kind, untrusted_sealed, now))


def approve(db: Connection, mark: str, colleague: str, now: int) -> Key:
    """Note that a colleague heard this key's digits from its owner. Raises RefusedKey for her own key, or one that ended."""
    found = _select(db, "mark = ? AND ended IS NULL", mark)
    by = accounts.one(db, colleague)
    owner = accounts.one(db, found[0].account) if found else None
    if owner is None or by is None or by.removed is not None or by.partner is None or by.partner != owner.partner:
        raise RefusedKey("no such key")
    if by.account == owner.account:
        raise RefusedKey("nobody approves her own key")
    db.execute("INSERT OR IGNORE INTO approvals VALUES (?, ?, ?)", (mark, colleague, now))
    return _select(db, "mark = ?", mark)[0]


def needed(db: Connection, partner: str) -> int:
    """How many colleagues must have heard a key's digits before anything open is sealed to it."""
    return 2 if invitations.two_people(db, partner) else 1


def may_be_sealed_to(db: Connection, key: Key) -> bool:
    """Tell whether open referrals may be sealed to this key: it is a caseworker's, it is in use, and enough colleagues heard it."""
    owner = accounts.one(db, key.account)
    if owner is None or owner.partner is None or key.ended is not None or Role.CASEWORKER not in owner.roles:
        return False
    return len(key.approved_by) >= needed(db, owner.partner)


def has_prf(db: Connection, account: str) -> bool:
    """Tell whether she signs in with a passkey that can wrap."""
    return db.execute("SELECT 1 FROM passkeys WHERE account = ? AND prf = 1", (account,)).fetchone() is not None


def _select(db: Connection, condition: str, *values: str) -> list[Key]:
    rows = db.execute(
        f"""SELECT mark, keys.account, name, recipient, made, ended, why FROM keys JOIN accounts USING (account)
            WHERE {condition} ORDER BY name, made""",  # noqa: S608  # ours
        values,
    ).fetchall()
    return [Key(row[0], row[1], row[2], row[3], row[4], row[5], row[6], _approvers(db, row[0])) for row in rows]


def _approvers(db: Connection, mark: str) -> frozenset[str]:
    """Colleagues who are still here, of the partner to which the key's owner belongs."""
    rows = db.execute(
        """SELECT approvals.account FROM approvals JOIN accounts AS by USING (account) JOIN keys USING (mark)
           JOIN accounts AS owner ON owner.account = keys.account
           WHERE mark = ? AND by.removed IS NULL AND by.partner = owner.partner""",
        (mark,),
    ).fetchall()
    return frozenset(row[0] for row in rows)
