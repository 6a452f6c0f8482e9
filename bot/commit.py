"""Writes one decision: the conversation, what is to be shown, and what is handed over, sealed there and then.

Lives inside the transaction of one update. What goes to the casebook goes as jobs, since the two databases share no transaction.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal, TypeAlias, assert_never

from bot.dialogue.conversation import Case, Conversation
from bot.dialogue.effects import (
    Alarm,
    Append,
    CheckCode,
    Count,
    Effect,
    EraseCase,
    Feedback,
    Forget,
    HaveRead,
    KeepCard,
    MakeCode,
    Reach,
    Refer,
    Report,
    Returned,
    Save,
    Show,
    Tally,
    Unreach,
    Unsave,
)
from bot.dialogue.flow import idle_seconds
from bot.dialogue.questionnaire import Questionnaire
from bot.dialogue.world import Standing, World
from bot.partners import key_mark
from bot.store import DELETE_AFTER, Draw, Store
from referrals import sealing
from referrals.casebook import KEEP_DAYS
from referrals.directory import SAFETY_LEAD, Directory
from referrals.filing import (
    CardFiling,
    ErasureFiling,
    FeedbackFiling,
    ReadFiling,
    ReportFiling,
    Routing,
    SeenFiling,
    hour,
)
from referrals.policy import Policy
from referrals.referral import Envelope, Packet, Referral, utc_hour
from referrals.secret import Secret

_CASE_DIGITS = 12  # hex digits of a verifier: 48 bits, told apart well enough to count by
_Kind: TypeAlias = Literal["referral", "addition", "withdrawal"]
_Klass: TypeAlias = Literal["now", "days", "normal"]


@dataclass(frozen=True, slots=True)
class Keys:
    """The bot's own secrets."""

    pepper: Secret[bytes] = field(repr=False)  # 32 bytes; without it a return code can't be tried
    signing: Secret[bytes] = field(repr=False)  # Ed25519, 32 bytes: signs what is sealed
    directory: Secret[bytes] = field(repr=False)  # 32 bytes, the seed of the age identity that opens the partner list


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the intake is given once, at start."""

    questionnaire: Questionnaire
    policy: Policy  # what may be said and shown in each country
    directory: Callable[[], Directory]
    korean: str  # the catalogue that 우리말 means
    keys: Keys = field(repr=False)
    draw: Draw  # random bytes
    standing: Callable[[], Standing]  # of the partner list
    clock: Callable[[], float]  # Unix seconds


@dataclass(frozen=True, slots=True)
class OnScreen:
    """The one message of a chat."""

    message: int | None = field(default=None, repr=False)  # its id; None: it is still to be sent
    sent: int | None = None  # Unix seconds; None: not known


def at_case(verifier: str) -> int:
    """Under what wrong words are counted for a case, as tries are for a chat: a number below 0, where chats of people are above."""
    return -1 - int(verifier[:_CASE_DIGITS], 16)


class Commit:
    """Writes one decision."""

    def __init__(
        self,
        store: Store,
        around: Surroundings,
        world: World,
        chat: int,
        shown: OnScreen,
        case: Case | None,
        now: float,
    ) -> None:
        """`case` is the one that was open before the decision: a decision that lets it go may still act under it."""
        self._store = store
        self._around = around
        self._world = world
        self._chat = chat
        self._shown = shown
        self._case = case
        self._now = now
        self._moment = datetime.fromtimestamp(now, UTC)

    def carry_out(self, after: Conversation, effects: tuple[Effect, ...]) -> None:
        """Write the conversation, unless it is forgotten, and queue what is to be done, in order."""
        self._case = after.case or self._case
        row = None
        if not any(isinstance(effect, Forget) for effect in effects):
            idle_at = self._now + idle_seconds(after)
            row = self._store.save(self._chat, self._shown.message, after, idle_at, self._now, self._shown.sent)
        for effect in effects:
            self._one(effect, row)

    def _one(self, effect: Effect, row: int | None) -> None:
        match effect:
            case Show():
                if row is not None:
                    self._store.queue_show(self._chat, row, self._now)
            case Forget():
                self._forget(effect)
            case Refer():
                self._hand_over(effect, "referral", effect.klass, effect.held)
            case Append():
                self._hand_over(effect, effect.kind, "now", 0)
            case Save():
                sealed = sealing.seal_bytes(effect.state.encode(), [effect.reply_to], self._around.draw)
                self._store.pause(effect.verifier, sealed, self._now + timedelta(hours=effect.hours).total_seconds())
            case Unsave(verifier):
                self._store.unpause(bytes.fromhex(verifier))
            case Report():
                self._report(effect)
            case KeepCard() | EraseCase() | Feedback() | HaveRead():
                self._keep(effect)
            case Alarm() | Count() | Tally() | Returned() | Reach() | Unreach():
                self._note(effect)
            case MakeCode() | CheckCode():
                raise RuntimeError("keys were to be derived before anything is written")
            case _:
                assert_never(effect)

    def _note(self, effect: Alarm | Count | Tally | Returned | Reach | Unreach) -> None:
        """What is counted, and whether she may be written to."""
        store, chat, now = self._store, self._chat, self._now
        match effect:
            case Alarm(kind):
                store.alarm(kind, now)
            case Count(kind):
                whose = at_case(self._known().verifier) if kind == "word" else chat
                store.limits.count(whose, "match" if kind == "match" else "code", now)
            case Tally(facts):
                store.tallies.count(facts, now)
            case Returned():
                store.limits.clear(chat, "code", now)
                if self._case is not None:
                    store.handles.returned(chat, self._case.case_id, now)
                    store.queue_delivery(SeenFiling(case_id=self._case.case_id), None, now)
            case Reach(mode, band, country):
                store.handles.keep(chat, self._known().case_id, mode, band, country, now)
            case Unreach():
                store.handles.forget_case(self._known().case_id)
                store.handles.forget_chat(chat)

    def _forget(self, effect: Forget) -> None:
        """Erase the conversation. Nobody wiped one that only stood too long: its page is deleted before Telegram's limit."""
        known = self._store.forget(self._chat, self._now)
        message, sent = self._shown.message, self._shown.sent
        if known is not None and known.message is not None:
            message, sent = known.message, known.sent
        if effect.links:
            self._store.handles.forget_chat(self._chat)
            self._store.delete_now(self._chat, self._now)
        if effect.cover and message is not None:
            self._store.queue_cover(self._chat, message, self._now)
            if not effect.links and sent is not None:
                self._store.queue_delete(self._chat, message, self._now, due=sent + DELETE_AFTER)

    # --- for the casebook ---

    def _known(self) -> Case:
        if self._case is None:
            raise RuntimeError("something is to be done under a case, and none is open")
        return self._case

    def _hours(self) -> tuple[int, int]:
        """This hour, and the hour at which what is sealed now expires."""
        return hour(self._now), hour((self._moment + timedelta(days=KEEP_DAYS)).timestamp())

    def _sealed(self, envelope: dict[str, object], packet: Packet, partner: str, recipients: tuple[str, ...]) -> bytes:
        """Seal a packet in its envelope. From here on this server can't read it."""
        whole = Envelope.model_validate(
            {
                "partner": partner,
                "directory_version": self._world.directory.version,
                "created": utc_hour(self._moment),
                "expires": utc_hour(self._moment + timedelta(days=KEEP_DAYS)),
                "questionnaire": self._around.questionnaire.version,
                **envelope,
            }
        )
        referral = Referral(envelope=whole, packet=packet)
        return sealing.seal(referral, partner, recipients, self._around.keys.signing, self._around.draw)

    def _hand_over(self, effect: Refer | Append, kind: _Kind, klass: _Klass, held: int) -> None:
        """Seal a packet to the partner's caseworkers and queue it."""
        case = self._known()
        listed = effect.partner in self._world.directory
        recipients = self._world.directory.partner(effect.partner).recipients(self._world.today) if listed else ()
        envelope: dict[str, object] = {
            "referral_id": effect.referral_id,
            "kind": kind,
            "consent": effect.consent_id,
            "reply_to": case.reply_to,
        }
        # Nobody can be told of a withdrawal any more when the partner left the list: then what lies there is destroyed.
        untold = kind == "withdrawal" and not recipients
        sealed = None if untold else self._sealed(envelope, effect.packet, effect.partner, tuple(recipients))
        created, expires = self._hours()
        routing = Routing(
            packet_id=effect.consent_id,
            referral_id=effect.referral_id,
            case_id=case.case_id,
            verifier=case.verifier,
            kind=kind,
            partner=effect.partner,
            klass=klass,
            position=held,
            created=created,
            expires=expires,
            recipients=tuple(key_mark(each) for each in recipients),
            list_version=self._world.directory.version,
        )
        self._store.queue_delivery(routing, sealed, self._now)

    def _report(self, effect: Report) -> None:
        """Seal a report to the safety lead; it belongs to no case."""
        envelope: dict[str, object] = {
            "referral_id": effect.report_id,
            "kind": "report",
            "consent": self._world.packet_id(0),
            "reply_to": self._known().reply_to if effect.answerable else None,
        }
        sealed = self._sealed(envelope, effect.packet, SAFETY_LEAD, self._world.safety_lead)
        created, expires = self._hours()
        filing = ReportFiling(report_id=effect.report_id, created=created, expires=expires)
        self._store.queue_delivery(filing, sealed, self._now)

    def _keep(self, effect: KeepCard | EraseCase | Feedback | HaveRead) -> None:
        """What the casebook keeps or erases for her."""
        created, expires = self._hours()
        match effect:
            case KeepCard(card):
                case = self._known()
                sealed = sealing.seal_bytes(card.to_bytes(), [case.reply_to], self._around.draw)
                filing = CardFiling(case_id=case.case_id, verifier=case.verifier, created=created, expires=expires)
                self._store.queue_delivery(filing, sealed, self._now)
            case EraseCase():
                blank = self._around.draw(32).hex()
                self._store.queue_delivery(ErasureFiling(case_id=self._known().case_id, blank=blank), None, self._now)
            case Feedback(referral_id, answer):
                self._store.queue_delivery(FeedbackFiling(referral_id=referral_id, answer=answer), None, self._now)
            case HaveRead(reply_id):
                read = ReadFiling(case_id=self._known().case_id, reply_id=reply_id)
                self._store.queue_delivery(read, None, self._now)
