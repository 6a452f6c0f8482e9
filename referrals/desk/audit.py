"""The audit: what staff did, as a chain of hashes that shows what was changed or cut out. No case content.

Whoever holds key D could write a whole new chain; so its head, which `naru staff verify-audit` prints, is to be noted elsewhere now and
then, and given back with --since.
"""

import hashlib
import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from referrals.database import Connection

_START: Final = "0" * 64
KEEP_DAYS: Final = 730  # 24 months (domain.md 5.3)
_DAY: Final = 86_400  # seconds


class Action(StrEnum):
    """Everything that is written down. A room that does something new adds its word here."""

    INVITED = "invited"
    AGREED = "agreed"
    INVITATION_WITHDRAWN = "invitation_withdrawn"
    JOINED = "joined"
    REMOVED = "removed"
    RESET = "reset"
    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"
    SESSION_ENDED = "session_ended"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    PASSKEY_COPIED = "passkey_copied"  # its counter went back: two authenticators hold it
    PHRASE_MADE = "phrase_made"
    PHRASE_REMOVED = "phrase_removed"
    CODE_WRONG = "code_wrong"  # after the right passphrase
    TWO_PEOPLE_ON = "two_people_on"
    TWO_PEOPLE_ASKED_OFF = "two_people_asked_off"
    TWO_PEOPLE_OFF = "two_people_off"
    OPENED = "opened"
    ACKNOWLEDGED = "acknowledged"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    ASKED = "asked"
    IN_CONTACT = "in_contact"
    COMPLETED = "completed"
    NO_CONTACT = "no_contact"
    UNDONE = "undone"
    REPLIED = "replied"
    HANDED_OVER = "handed_over"
    ATTESTED = "attested"
    AVAILABILITY = "availability"
    CAPACITY = "capacity"
    KEY_MADE = "key_made"
    KEY_CHANGED = "key_changed"
    KEY_APPROVED = "key_approved"  # its digits were heard from its owner
    WRAP_ADDED = "wrap_added"
    RESEALED = "resealed"
    REPORT_SEEN = "report_seen"
    NOTICE_ADDRESS = "notice_address"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it stands in the chain."""

    number: int
    at: int
    actor: str | None = field(repr=False)
    action: str
    subject: str | None = field(repr=False)
    on_behalf_of: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What checking the chain found: how many entries, its head, and the number of the first that does not fit."""

    entries: int
    head: str
    broken_at: int | None


def record(
    db: Connection,
    now: int,
    actor: str | None,
    action: Action,
    subject: str | None = None,
    on_behalf_of: str | None = None,
) -> None:
    """Add an entry, inside the caller's transaction: what is undone is not written down. `actor` None is `naru staff`."""
    last = db.execute("SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1").fetchone()
    number, previous = (1, _START) if last is None else (last[0] + 1, last[1])
    entry = (number, now, actor, str(action), subject, on_behalf_of, previous)
    db.execute("INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (*entry, _hash(*entry)))


def verify(db: Connection) -> Verdict:
    """Follow the whole chain. After old entries were erased it begins at a later number, with the hash that stands there."""
    entries, head, following = 0, _START, None
    for row in db.execute("SELECT * FROM audit ORDER BY number"):
        number, _, _, _, _, _, previous, hashed = row
        if following is None:
            following, head = number, (_START if number == 1 else previous)
        if number != following or previous != head or hashed != _hash(*row[:-1]):
            return Verdict(entries, head, number)
        entries, head, following = entries + 1, hashed, number + 1
    return Verdict(entries, head, None)


def holds(db: Connection, head: str) -> bool:
    """Tell whether an entry with this hash is in the chain: one that was noted before must be."""
    return db.execute("SELECT 1 FROM audit WHERE hash = ?", (head,)).fetchone() is not None


def latest(db: Connection, most: int, partner: str | None = None) -> list[Entry]:
    """The newest entries, newest first; with `partner` only what its staff did."""
    rows = db.execute(
        """SELECT number, at, actor, action, subject, on_behalf_of FROM audit
           WHERE :partner IS NULL OR actor IN (SELECT account FROM accounts WHERE partner = :partner)
           ORDER BY number DESC LIMIT :most""",
        {"partner": partner, "most": most},
    )
    return [Entry(*row) for row in rows]


def erase_past(db: Connection, now: int) -> None:
    """Erase what is older than 24 months; the newest entry stays, so that numbers never begin anew."""
    db.execute(
        "DELETE FROM audit WHERE at <= ? AND number < (SELECT max(number) FROM audit)", (now - KEEP_DAYS * _DAY,)
    )


def _hash(*entry: object) -> str:
    return hashlib.sha256(json.dumps(entry, separators=(",", ":")).encode("ascii")).hexdigest()
