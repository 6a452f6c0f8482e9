"""Delivery handles: the only rows that join a chat and a case, so that she can be told that there is something new.

They exist only in the contact modes that allow writing, and for 14 days after her last action (domain.md 5.3, "relay handle").
Called inside a transaction of the store, like every part of it. Times are Unix seconds, UTC.
"""

from dataclasses import dataclass, field
from typing import Literal

from bot import bands
from referrals.database import Connection

KEEP = 14 * 86_400  # seconds after her last action; domain.md 5.3
# Seconds that a request to the messenger can last, all of Telegram's time-outs together (75, see channels/telegram.py) and clocks that
# differ by some. A band that closes within them counts as closed, so that what is begun inside it does not arrive outside.
_LONGEST_SEND = 120


@dataclass(frozen=True, slots=True)
class Handle:
    """Whom to tell, and when that may be."""

    id: int
    chat: int = field(repr=False)
    case_id: str = field(repr=False)
    mode: str
    band: str | None
    zone: str | None
    state: Literal["quiet", "due", "told"]
    expires: int

    def open(self, now: float) -> bool:
        """Tell whether a message sent now arrives within mode and band."""
        in_band = (bands.open_now(self.mode, self.band, self.zone, at) for at in (now, now + _LONGEST_SEND))
        return now + _LONGEST_SEND < self.expires and all(in_band)


class Handles:
    """The table of handles."""

    def __init__(self, connection: Connection) -> None:
        """Take the store's connection."""
        self._db = connection

    def keep(
        self, chat: int, case_id: str, mode: str | None, band: str | None, country: str | None, now: float
    ) -> None:
        """Keep a handle for a case under the mode she chose now; a mode that allows no writing erases the one there was.

        `mode`, `band` and `country` are options of q10_contact, q10_band and q5_country.
        """
        zone = bands.zone_of(country)
        if not bands.may_write(mode, band, zone):
            self.forget_case(case_id)
            return
        if mode == "c_any":  # what is not needed is not kept
            band = zone = None
        self._db.execute(
            """INSERT INTO handles (chat, case_id, mode, band, zone, state, expires) VALUES (?, ?, ?, ?, ?, 'quiet', ?)
               ON CONFLICT (case_id) DO UPDATE
               SET chat = excluded.chat, mode = excluded.mode, band = excluded.band, zone = excluded.zone, expires = excluded.expires""",
            (chat, case_id, mode, band, zone, int(now) + KEEP),
        )

    def forget_chat(self, chat: int) -> None:
        """Erase every handle of a chat, with the notices queued for it."""
        self._db.execute("DELETE FROM handles WHERE chat = ?", (chat,))

    def forget_case(self, case_id: str) -> None:
        """Erase the handle of a case, with the notice queued for it."""
        self._db.execute("DELETE FROM handles WHERE case_id = ?", (case_id,))

    def returned(self, chat: int, case_id: str, now: float) -> bool:
        """She is back with her code: what is new she sees now, and her days begin anew. Tells whether a handle is kept.

        From another chat, the handle is erased: which of the two phones is in her hands can't be known, and she allowed writing only
        to the first. She may choose again.
        """
        self._db.execute("DELETE FROM handles WHERE case_id = ? AND chat != ?", (case_id, chat))
        kept = self._db.execute(
            "UPDATE handles SET state = 'quiet', seen = 1, expires = ? WHERE case_id = ?", (int(now) + KEEP, case_id)
        )
        self._db.execute("DELETE FROM outbox WHERE handle IN (SELECT id FROM handles WHERE case_id = ?)", (case_id,))
        return kept.rowcount == 1

    def news(self, case_id: str) -> None:
        """There is something new in a case: she is to be told, unless she was told already and has not returned since."""
        self._db.execute(
            "UPDATE handles SET state = 'due' WHERE case_id = ? AND state = 'quiet' AND NOT seen", (case_id,)
        )

    def seen(self) -> list[str]:
        """The cases to which somebody returned, while the casebook still holds what she knows by now for news."""
        return [str(row[0]) for row in self._db.execute("SELECT case_id FROM handles WHERE seen").fetchall()]

    def heard(self, case_id: str) -> None:
        """The casebook was told that she knows: what happens from now on is news."""
        self._db.execute("UPDATE handles SET seen = 0 WHERE case_id = ?", (case_id,))

    def due(self) -> list[Handle]:
        """The handles of those who are to be told."""
        return self._all("state = 'due'")

    def find(self, handle_id: int) -> Handle | None:
        """A handle by its row."""
        return next(iter(self._all("id = ?", handle_id)), None)

    def open(self, handle: Handle, now: float) -> bool:
        """Tell whether the handle's chat may be written to now. One who has several cases is held to what each of them allows."""
        return all(each.open(now) for each in self._all("chat = ?", handle.chat))

    def told(self, handle_id: int) -> None:
        """She was told, about all of her cases at once: the line is the same."""
        self._db.execute(
            "UPDATE handles SET state = 'told' WHERE state = 'due' AND chat = (SELECT chat FROM handles WHERE id = ?)",
            (handle_id,),
        )

    def expire(self, now: float) -> None:
        """Erase the handles that are past their time, and those that a clock since set back gave more than their days."""
        self._db.execute("DELETE FROM handles WHERE expires <= ? OR expires > ?", (int(now), int(now) + KEEP + 86_400))

    def _all(self, condition: str, *values: int) -> list[Handle]:
        rows = self._db.execute(
            f"SELECT id, chat, case_id, mode, band, zone, state, expires FROM handles WHERE {condition} ORDER BY id",  # noqa: S608  # ours
            values,
        )
        return [Handle(*row) for row in rows.fetchall()]
