"""Sessions: who is signed in, kept on the server, so that they can be ended here at once. The cookie's value itself is not kept."""

import hashlib
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from referrals.database import Connection
from referrals.desk.grants import Actor, Role

COOKIE: Final = "__Host-naru"
TOKEN_BYTES: Final = 32
IDLE: Final = 15 * 60  # seconds without a request
LONGEST: Final = 12 * 3_600  # seconds from sign-in, however busy
FRESH: Final = 10 * 60  # seconds from sign-in in which the means of sign-in can be changed
_WRITTEN_EVERY: Final = 15  # seconds; a session that is used is written no oftener

Way: TypeAlias = Literal["passkey", "phrase", "invitation", "demo"]


@dataclass(frozen=True, slots=True)
class Session:
    """One session as its owner sees it."""

    session: str = field(repr=False)
    way: Way
    created: int
    seen: int


def hashed(token: bytes) -> str:
    """What a token is kept under."""
    return hashlib.sha256(token).hexdigest()


def begin(db: Connection, account: str, way: Way, token: bytes, now: int) -> str:
    """Begin a session, always under a new token of 32 random bytes. Returns what it is kept under."""
    if len(token) != TOKEN_BYTES:
        raise ValueError("a session's token has 32 bytes")
    session = hashed(token)
    db.execute("INSERT INTO sessions VALUES (?, ?, ?, ?, ?)", (session, account, way, now, now))
    return session


def actor_of(db: Connection, untrusted_cookie: str | None, now: int) -> Actor | None:
    """Whoever the cookie belongs to, if the session is live and the account too; notes that it was used."""
    session = _session(untrusted_cookie)
    if session is None:
        return None
    row = db.execute(
        """SELECT s.account, a.name, a.partner, a.roles, s.seen FROM sessions s JOIN accounts a USING (account)
           WHERE s.session = ? AND a.removed IS NULL AND s.seen > ? AND s.created > ? AND s.created <= ?""",
        (session, now - IDLE, now - LONGEST, now),
    ).fetchone()
    if row is None:
        return None
    if now - row[4] >= _WRITTEN_EVERY:
        db.execute("UPDATE sessions SET seen = ? WHERE session = ?", (now, session))
    return Actor(row[0], row[1], row[2], frozenset(Role(role) for role in row[3].split()), session)


def fresh(db: Connection, session: str, now: int) -> bool:
    """Tell whether its owner showed just now who she is, so that she may change how she signs in."""
    found = db.execute("SELECT 1 FROM sessions WHERE session = ? AND created > ?", (session, now - FRESH))
    return found.fetchone() is not None


def of_account(db: Connection, account: str, now: int) -> list[Session]:
    """The live sessions of an account, newest first."""
    rows = db.execute(
        """SELECT session, way, created, seen FROM sessions WHERE account = ? AND seen > ? AND created > ?
           ORDER BY created DESC""",
        (account, now - IDLE, now - LONGEST),
    )
    return [Session(*row) for row in rows]


def end(db: Connection, session: str, account: str) -> bool:
    """End one session of an account; False when it has no such session."""
    return db.execute("DELETE FROM sessions WHERE session = ? AND account = ?", (session, account)).rowcount == 1


def end_token(db: Connection, untrusted_cookie: str | None) -> None:
    """End whatever session a cookie carries: before another begins in the same browser."""
    if (session := _session(untrusted_cookie)) is not None:
        db.execute("DELETE FROM sessions WHERE session = ?", (session,))


def end_all(db: Connection, account: str, but: str | None = None) -> int:
    """End every session of an account, but for one; returns how many."""
    return db.execute("DELETE FROM sessions WHERE account = ? AND session IS NOT ?", (account, but)).rowcount


def erase_past(db: Connection, now: int) -> None:
    """Erase the sessions whose time is over."""
    db.execute("DELETE FROM sessions WHERE seen <= ? OR created <= ?", (now - IDLE, now - LONGEST))


def _session(untrusted_cookie: str | None) -> str | None:
    try:
        token = bytes.fromhex(untrusted_cookie or "")
    except ValueError:
        return None
    return hashed(token) if len(token) == TOKEN_BYTES else None
