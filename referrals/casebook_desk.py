"""What caseworkers, their desk and the command line do with the casebook, each in one transaction.

Whatever changes a referral takes the version it was decided on, and raises Conflict with nothing changed when the referral is another
by now; None asks for no version, which is the command line's way.
"""

from collections.abc import Collection, Iterable, Mapping

from referrals import (
    casebook_answers,
    casebook_attested,
    casebook_copies,
    casebook_listed,
    casebook_pulse,
    casebook_queue,
    casebook_replies,
)
from referrals.casebook_answers import Moved
from referrals.casebook_attested import Attestation
from referrals.casebook_copies import Unreadable
from referrals.casebook_listed import ListedPartner, ListState
from referrals.casebook_moves import OPEN, Action, DeclineReason, Outcome
from referrals.casebook_pulse import Pulse
from referrals.casebook_queue import PAGE, Delay, Listed, QueuePage, Running
from referrals.casebook_replies import SealedFile, SealedReply
from referrals.database import Connection, reading, transaction
from referrals.rules import Room


class CasebookDesk:
    """The desk's side of the casebook; `casebook.Casebook` has the bot's as well."""

    def __init__(self, connection: Connection) -> None:
        """Take an open database."""
        self._db = connection

    # --- what is listed ---

    def queue(
        self, partner: str, now: int, page: int = 1, size: int = PAGE, states: Collection[str] = OPEN
    ) -> QueuePage:
        """One page (from 1) of what a partner has: urgent ones first, then what nobody acknowledged, then by class and age."""
        del now  # nothing of it depends on the time; a deadline is shown as one
        with reading(self._db):
            return casebook_queue.queue(self._db, partner, page, size, states)

    def one(self, referral_id: str) -> Listed | None:
        """One referral; None when there is none, or its partner must not know of it."""
        with reading(self._db):
            return casebook_queue.one(self._db, referral_id)

    def running(self) -> tuple[Running, ...]:
        """Every open referral of every partner, as far as delays go by it."""
        with reading(self._db):
            return casebook_queue.running(self._db)

    def delays(self, partner: str | None, now: int) -> tuple[Delay, ...]:
        """How a partner answers, or each that has or had something, in numbers."""
        with reading(self._db):
            return casebook_queue.delays(self._db, partner, now)

    # --- what changes a referral ---

    def acknowledge(self, referral_id: str, now: int, version: int | None = None) -> Moved:
        """A caseworker says that she has it: the held ones of the same urgent list are destroyed unsent.

        For one that went further already, it says that she has what came since. Raises UnknownReferral, also for one that its partner
        must not know of, Conflict, and RefusedMove for one whose time is over.
        """
        return self._step(referral_id, "acknowledge", now, version)

    def accept(self, referral_id: str, now: int, version: int | None = None) -> Moved:
        """A caseworker takes the case; that acknowledges it too. Raises UnknownReferral, Conflict or RefusedMove."""
        return self._step(referral_id, "accept", now, version)

    def decline(self, referral_id: str, reason: DeclineReason, now: int, version: int | None = None) -> Moved:
        """A caseworker can't take it; unless it was acknowledged before, the next of an urgent list gets it.

        Raises UnknownReferral, Conflict or RefusedMove; ValueError for a reason that is none.
        """
        return self._step(referral_id, "decline", now, version, reason)

    def need_more(self, referral_id: str, now: int, version: int | None = None) -> Moved:
        """A caseworker has to know more first; `reply` with `asks` does this and asks. Raises UnknownReferral, Conflict or RefusedMove."""
        return self._step(referral_id, "need_more", now, version)

    def in_contact(self, referral_id: str, now: int, version: int | None = None) -> Moved:
        """They are talking, outside of this. Raises UnknownReferral, Conflict or RefusedMove."""
        return self._step(referral_id, "in_contact", now, version)

    def complete(
        self,
        referral_id: str,
        now: int,
        outcome: Outcome = "service_provided_by_your_agency",
        version: int | None = None,
    ) -> Moved:
        """It is done. Raises UnknownReferral, Conflict or RefusedMove; ValueError for an outcome that is none."""
        with transaction(self._db):
            return casebook_answers.complete(self._db, referral_id, outcome, now, version)

    def no_contact(self, referral_id: str, now: int, version: int | None = None) -> Moved:
        """Nothing was heard for 30 days: it is closed. Raises UnknownReferral, Conflict or RefusedMove (TooEarly before that)."""
        with transaction(self._db):
            return casebook_answers.no_contact(self._db, referral_id, now, version)

    def undo(self, referral_id: str, now: int, version: int | None) -> Moved:
        """Take the last step back, until `Listed.undo_until`. Raises UnknownReferral, Conflict, and RefusedMove when it stands."""
        with transaction(self._db):
            return casebook_answers.undo(self._db, referral_id, now, version)

    def reply(self, referral_id: str, untrusted_sealed: bytes, asks: bool, version: int | None, now: int) -> Moved:
        """Keep a sealed reply for her; with `asks` it is a closed question, and the case needs more unless it was taken.

        She hears of it in the ways she allowed. Raises UnknownReferral, Conflict, RefusedMove and TooMuch (a ValueError).
        """
        with transaction(self._db):
            return casebook_replies.reply(self._db, referral_id, untrusted_sealed, now, version, asks=asks)

    def _step(
        self, referral_id: str, action: Action, now: int, version: int | None, reason: str | None = None
    ) -> Moved:
        with transaction(self._db):
            return casebook_answers.step(self._db, referral_id, action, now, version, reason)

    # --- sealed files ---

    def sealed_files(self, referral_id: str) -> list[SealedFile]:
        """The sealed files of a referral with their copies, the referral itself first; after a withdrawal only the word of it.

        Raises UnknownReferral.
        """
        with reading(self._db):
            return casebook_replies.sealed_files(self._db, referral_id)

    def reseal(self, referral_id: str, packet_id: str, mark: str, untrusted_sealed: bytes) -> None:
        """Keep a packet of this referral as sealed anew for the key with this mark (32 hex digits, `key_mark`).

        Raises UnknownReferral for a packet that is not of this referral, RefusedMove for one that ended, TooMuch (a ValueError).
        """
        with transaction(self._db):
            casebook_replies.reseal(self._db, referral_id, packet_id, mark, untrusted_sealed)

    def unreadable_count(self, partner: str, mark: str) -> int:
        """How many packets of a partner's open referrals the key with this mark can't open yet."""
        with reading(self._db):
            return casebook_copies.count(self._db, partner, mark)

    def unreadable(self, partner: str, mark: str, after: str, most: int) -> tuple[Unreadable, ...]:
        """At most `most` of them in the order of their ids, those behind `after`."""
        with reading(self._db):
            return casebook_copies.some(self._db, partner, mark, after, most)

    # --- what partners owe, and what room they have ---

    def attest(self, referral_id: str, now: int) -> bool:
        """A partner gives its word that what she took back is deleted at its side. False when none was asked for."""
        with transaction(self._db):
            return casebook_attested.attest(self._db, referral_id, now)

    def owed_attestations(self, partner: str | None, now: int) -> tuple[Attestation, ...]:
        """The words that a partner owes, or all of them, the longest first."""
        with reading(self._db):
            return casebook_attested.owed(self._db, partner, now)

    def attestation_of(self, referral_id: str) -> str | None:
        """The partner whose word was asked for: the referral itself may be gone already. None when none was."""
        with reading(self._db):
            return casebook_attested.asker(self._db, referral_id)

    def set_capacity(self, partner: str, level: Room | None, now: int) -> None:
        """A partner has less room than the signed list says; None: as much as that again. It never raises."""
        with transaction(self._db):
            casebook_listed.set_capacity(self._db, partner, level, now)

    def lowered(self) -> Mapping[str, Room]:
        """Who said to have less room: partner -> level."""
        with reading(self._db):
            return casebook_listed.lowered(self._db)

    # --- what the bot tells the desk ---

    def listed(self, partner: str) -> ListedPartner | None:
        """One partner as the bot has it in the signed list; None when it is not there."""
        with reading(self._db):
            return casebook_listed.listed(self._db, partner)

    def all_listed(self) -> tuple[ListedPartner, ...]:
        """Every partner in the signed list but canaries, by alias."""
        with reading(self._db):
            return casebook_listed.all_listed(self._db)

    def list_state(self) -> ListState | None:
        """The signed list as the bot saw it last; None before its first look."""
        with reading(self._db):
            return casebook_listed.list_state(self._db)

    def list_seen(self, state: ListState, partners: Iterable[ListedPartner] | None) -> None:
        """Keep what the bot sees of the list; None for the partners when they are the same as before."""
        with transaction(self._db):
            casebook_listed.seen(self._db, state, partners)

    def pulse_set(self, name: str, value: int, now: int) -> None:
        """Keep one number of how the bot is."""
        self.pulses_set({name: value}, now)

    def pulses_set(self, values: Mapping[str, int], now: int, instead_of: str | None = None) -> None:
        """Keep several numbers of how the bot is, with `instead_of` in place of all whose names begin so."""
        with transaction(self._db):
            casebook_pulse.set_all(self._db, values, now, instead_of)

    def pulses(self) -> Mapping[str, Pulse]:
        """Every number of how the bot is, by its name (bot/pulse.py)."""
        with reading(self._db):
            return casebook_pulse.pulses(self._db)

    # --- replies, at the bot's side ---

    def replies_for(self, case_id: str) -> tuple[SealedReply, ...]:
        """The sealed replies to a person, oldest first; none when she erased her case."""
        with reading(self._db):
            return casebook_replies.replies_for(self._db, case_id)

    def replies_read(self, reply_ids: Iterable[str], now: int) -> None:
        """She read these: they go within 24 hours."""
        with transaction(self._db):
            casebook_replies.replies_read(self._db, reply_ids, now)
