"""Sealed files that caseworkers make: replies to the person, and packets sealed once more for a colleague. Nothing here is read.

Every function works inside the transaction of its caller. Times are Unix seconds, UTC.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from referrals.casebook_answers import Moved, step
from referrals.casebook_changes import UnknownReferral, known
from referrals.casebook_moves import CLOSED, RefusedMove
from referrals.database import Connection
from referrals.filing import hour

REPLY_DAYS = 30  # a reply that she does not read
_READ_HOURS = 24  # a reply that she read
_MOST = 20  # replies to one referral at rest: more than anybody writes, and less than would fill a disk
# Bytes. A reply of 300 characters is padded to 4,096 and sealed to one key among four stanzas: below 11,000 in all.
_REPLY_BYTES = 16_384
_COPIES = 32  # colleagues a packet is sealed anew for: as many as a sealed file has room for (sealing.STANZA_STEPS)
_COPY_BYTES = 131_072  # our largest sealed file is 67 kB (sealing.MAX_FILE_BYTES)
_HOUR, _DAY = 3_600, 86_400  # seconds


@dataclass(frozen=True, slots=True)
class SealedReply:
    """A reply to the person, which only her code opens."""

    reply_id: str = field(repr=False)
    referral_id: str = field(repr=False)
    written: int  # hour
    sealed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class SealedFile:
    """A sealed packet of a referral, and its copies for those who joined later."""

    packet_id: str = field(repr=False)
    kind: str  # referral, addition or withdrawal
    received: int  # hour
    copies: tuple[bytes, ...] = field(repr=False)  # what the bot sealed first


class TooMuch(ValueError):
    """More or larger files than are kept for one referral. Nothing was changed."""


def reply(
    db: Connection, referral_id: str, untrusted_sealed: bytes, now: int, version: int | None, *, asks: bool
) -> Moved:
    """Keep a reply for her; the same file sent twice is one reply. With `asks` it is one of the closed questions.

    Raises UnknownReferral, Conflict, RefusedMove (also when she erased her case) and TooMuch.
    """
    state = known(db, referral_id, version)
    erased = db.execute(
        "SELECT 1 FROM referrals JOIN cases USING (case_id) WHERE referral_id = ? AND erased IS NOT NULL",
        (referral_id,),
    ).fetchone()
    if erased is not None:
        raise RefusedMove("withdrawn", "reply")
    kept = db.execute("SELECT reply_id FROM replies WHERE referral_id = ?", (referral_id,)).fetchall()
    reply_id = hashlib.sha256(untrusted_sealed).hexdigest()[:32]
    if (reply_id,) in kept and version is None:
        return Moved(state)
    if len(kept) >= _MOST or not 0 < len(untrusted_sealed) <= _REPLY_BYTES:
        raise TooMuch(f"Nothing was kept: a referral has at most {_MOST} replies of {_REPLY_BYTES} bytes each.")
    moved = step(db, referral_id, "need_more" if asks else "reply", now, version, reply_id=reply_id)
    db.execute(
        "INSERT OR IGNORE INTO replies (reply_id, referral_id, written, expires, sealed) VALUES (?, ?, ?, ?, ?)",
        (reply_id, referral_id, hour(now), hour(now) + REPLY_DAYS * _DAY, untrusted_sealed),
    )
    return moved


def replies_for(db: Connection, case_id: str) -> tuple[SealedReply, ...]:
    """The replies to a person, oldest first; when she erases her case they go with it."""
    rows = db.execute(
        """SELECT reply_id, referral_id, written, replies.sealed FROM replies JOIN referrals USING (referral_id)
           WHERE case_id = ? ORDER BY written, replies.rowid""",
        (case_id,),
    ).fetchall()
    return tuple(SealedReply(row[0], row[1], row[2], bytes(row[3])) for row in rows)


def replies_read(db: Connection, reply_ids: Iterable[str], now: int, case_id: str | None = None) -> None:
    """She read these: they go 24 hours later. What is gone already, or belongs to another case than the one named, is none of them."""
    db.executemany(
        """UPDATE replies SET read = coalesce(read, :read) WHERE reply_id = :reply AND (:case IS NULL OR referral_id IN (
               SELECT referral_id FROM referrals WHERE case_id = :case))""",
        [{"read": hour(now), "reply": each, "case": case_id} for each in reply_ids],
    )


def reseal(db: Connection, referral_id: str, packet_id: str, mark: str, untrusted_sealed: bytes) -> None:
    """Keep a packet of this referral as a colleague sealed it for the key with this mark; the newest replaces the one before.

    Raises UnknownReferral for a packet that is not of this referral; RefusedMove when the referral has ended; TooMuch.
    """
    state = known(db, referral_id, None)
    found = db.execute(
        "SELECT 1 FROM packets WHERE packet_id = ? AND referral_id = ?", (packet_id, referral_id)
    ).fetchone()
    if found is None:
        raise UnknownReferral
    if state in CLOSED:
        raise RefusedMove(state, "reply")
    (others,) = db.execute(
        "SELECT count(*) FROM resealed WHERE packet_id = ? AND mark != ?", (packet_id, mark)
    ).fetchone()
    if others >= _COPIES or not 0 < len(untrusted_sealed) <= _COPY_BYTES:
        raise TooMuch(f"Nothing was kept: a packet has at most {_COPIES} copies of {_COPY_BYTES} bytes each.")
    db.execute(
        "INSERT OR REPLACE INTO resealed (packet_id, mark, sealed) VALUES (?, ?, ?)",
        (packet_id, mark, untrusted_sealed),
    )


def sealed_files(db: Connection, referral_id: str) -> list[SealedFile]:
    """The sealed files of a referral with their copies, the referral itself first. Raises UnknownReferral.

    Of one that she took back, only the word that she did: the rest is not given out any more.
    """
    state = known(db, referral_id, None)
    rows = db.execute(
        """SELECT packet_id, kind, received, packets.sealed FROM packets
           WHERE referral_id = ? AND (? != 'withdrawn' OR kind = 'withdrawal') ORDER BY kind != 'referral', received, rowid""",
        (referral_id, state),
    ).fetchall()
    return [SealedFile(row[0], row[1], row[2], (bytes(row[3]), *_copies(db, row[0]))) for row in rows]


def erase_past(db: Connection, now: int) -> None:
    """Erase replies that were read a day ago, or that are past their thirty days."""
    db.execute("DELETE FROM replies WHERE expires <= ? OR read <= ?", (now, now - _READ_HOURS * _HOUR))


def _copies(db: Connection, packet_id: str) -> list[bytes]:
    rows = db.execute("SELECT sealed FROM resealed WHERE packet_id = ? ORDER BY rowid", (packet_id,)).fetchall()
    return [bytes(row[0]) for row in rows]
