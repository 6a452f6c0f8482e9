"""One update, start to end: load, advance, commit. Read this first.

Everything an update changes is written in one transaction: that it was seen, the conversation, what is to be shown, and what is handed
over, sealed there and then. Only afterwards does the poll confirm it to Telegram, and only afterwards does the outbox act.

Deriving keys from a return code takes long on purpose, so it is done outside the transaction: the first decision says that it is
needed, nothing is written, and the same event is decided again with the keys at hand.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Literal, TypeAlias, assert_never

from bot.channels import Incoming
from bot.dialogue.conversation import NOBODY, Case, Conversation
from bot.dialogue.effects import Alarm, Append, CheckCode, Effect, Forget, MakeCode, Refer, Save, Show
from bot.dialogue.engine import Decision, advance
from bot.dialogue.events import CodeChecked, Event, Idled, Left, MessageLost, Tapped
from bot.dialogue.flow import idle_seconds
from bot.dialogue.questionnaire import Questionnaire
from bot.dialogue.world import Fresh, World
from bot.store import Draw, Held, Store
from referrals import sealing
from referrals.casebook import KEEP_DAYS, Casebook, Routing, hour
from referrals.directory import Directory
from referrals.policy import Policy
from referrals.referral import Envelope, Referral, utc_hour
from referrals.return_code import CodeKeys, ReturnCode, derive, new_code
from referrals.secret import Secret

_Kind: TypeAlias = Literal["referral", "addition", "withdrawal"]
_Klass: TypeAlias = Literal["now", "days", "normal"]


@dataclass(frozen=True, slots=True)
class Keys:
    """The bot's own secrets."""

    pepper: Secret[bytes] = field(repr=False)  # 32 bytes; without it a return code can't be tried
    signing: Secret[bytes] = field(repr=False)  # Ed25519, 32 bytes: signs what is sealed


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the intake is given once, at start."""

    questionnaire: Questionnaire
    policy: Policy  # what may be said and shown in each country
    directory: Callable[[], Directory]
    korean: str  # the catalogue that 우리말 means
    keys: Keys = field(repr=False)
    draw: Draw  # random bytes
    clock: Callable[[], float]  # Unix seconds


@dataclass(frozen=True, slots=True)
class _Prepared:
    """What was worked out between two decisions about the same event."""

    fresh: Fresh | None = None
    checked: CodeKeys | None = None

    def has(self, effect: MakeCode | CheckCode) -> bool:
        """Tell whether what this effect asks for is here."""
        return (self.fresh if isinstance(effect, MakeCode) else self.checked) is not None


class _Needed(Exception):  # not an error: it undoes a transaction that has written nothing yet
    """The decision needs keys that are derived outside the transaction."""

    def __init__(self, effect: MakeCode | CheckCode) -> None:
        self.effect = effect
        super().__init__("keys are needed")


class Intake:
    """Takes updates, one after another within a chat, chats side by side."""

    def __init__(
        self, store: Store, casebook: Casebook, around: Surroundings, writer: Executor, workers: Executor
    ) -> None:
        """`writer` is the one thread in which `store` and `casebook` were opened; `workers` derive keys."""
        self._store = store
        self._casebook = casebook
        self._around = around
        self._writer = writer
        self._workers = workers
        self._lanes: dict[int, tuple[asyncio.Lock, int]] = {}

    async def receive(self, incoming: Incoming) -> None:
        """Handle one update; on return it is on disk. An update seen before changes nothing."""
        await self._handle(incoming.chat, incoming.event, incoming)

    async def happen(self, chat: int, event: Event) -> None:
        """Handle something that no update told: idle time, a message that is gone."""
        await self._handle(chat, event, None)

    async def set_aside(self, update_id: int, tries: int) -> None:
        """Give up on an update that can't be handled, so that it never blocks the others."""

        def write() -> None:
            with self._store.transaction():
                self._store.set_aside(update_id, tries, self._around.clock())

        await asyncio.get_running_loop().run_in_executor(self._writer, write)

    async def _handle(self, chat: int, event: Event, incoming: Incoming | None) -> None:
        # Drawn once, so that deciding again decides the same.
        ids = (self._around.draw(16).hex(), self._around.draw(16).hex())
        prepared = _Prepared()
        loop = asyncio.get_running_loop()
        async with self._lane(chat):
            while True:
                try:
                    await loop.run_in_executor(self._writer, self._commit, chat, event, incoming, ids, prepared)
                    return
                except _Needed as needed:
                    if prepared.has(needed.effect):
                        raise RuntimeError("keys were derived and are asked for again") from None
                    prepared = await loop.run_in_executor(self._workers, self._prepare, needed.effect, prepared)

    @asynccontextmanager
    async def _lane(self, chat: int) -> AsyncIterator[None]:
        """Keep the updates of one chat in the order in which they arrived here (an asyncio lock serves in turn)."""
        lock, waiting = self._lanes.get(chat, (asyncio.Lock(), 0))
        self._lanes[chat] = (lock, waiting + 1)
        try:
            async with lock:
                yield
        finally:
            lock, waiting = self._lanes[chat]
            if waiting == 1:
                del self._lanes[chat]
            else:
                self._lanes[chat] = (lock, waiting - 1)

    def _prepare(self, effect: MakeCode | CheckCode, prepared: _Prepared) -> _Prepared:
        pepper = self._around.keys.pepper
        if isinstance(effect, CheckCode):
            return replace(prepared, checked=derive(ReturnCode(Secret(effect.untrusted_code)), pepper))
        code = new_code(self._around.draw)
        keys = derive(code, pepper)
        case = Case(case_id=self._around.draw(16).hex(), verifier=keys.verifier.hex(), reply_to=keys.identity.recipient)
        return replace(prepared, fresh=Fresh(code="".join(code.groups), case=case))

    # --- inside the writer thread ---

    def _commit(
        self, chat: int, event: Event, incoming: Incoming | None, ids: tuple[str, str], prepared: _Prepared
    ) -> None:
        now = self._around.clock()
        with self._store.transaction():
            if incoming is not None and not self._store.see(incoming.update_id, now):
                return
            held = self._store.find(chat, now)
            if isinstance(event, Idled) and held is not None and not held.idle(now):
                return  # she pressed something since it was found idle
            before = self._before(chat, held, event, now)
            around, today = self._around, datetime.fromtimestamp(now, UTC).date()
            world = World(
                around.questionnaire, around.directory(), around.korean, today, ids, prepared.fresh, around.policy
            )
            after, effects = self._decided(before, event, world, now, prepared)
            self._tidy(chat, held, incoming, now)
            _Commit(self._store, around, world, chat, _message(held, incoming), now).carry_out(after, effects)

    def _before(self, chat: int, held: Held | None, event: Event, now: float) -> Conversation:
        """The conversation to go on with. One that stood open too long or can't be read is covered and begins anew."""
        if held is None:
            return NOBODY
        if held.conversation is not None and (isinstance(event, Idled) or not held.idle(now)):
            return held.conversation
        self._store.forget(chat, now)
        if held.message is not None and not isinstance(event, Left | MessageLost):
            self._store.queue_cover(chat, held.message, now)
        return NOBODY

    def _decided(self, before: Conversation, event: Event, world: World, now: float, prepared: _Prepared) -> Decision:
        after, effects = advance(before, event, world, moment := datetime.fromtimestamp(now, UTC))
        for effect in effects:
            if isinstance(effect, MakeCode) or (isinstance(effect, CheckCode) and prepared.checked is None):
                raise _Needed(effect)
        if prepared.checked is not None and any(isinstance(effect, CheckCode) for effect in effects):
            return advance(after, self._opened(prepared.checked, now), world, moment)
        return after, effects

    def _opened(self, keys: CodeKeys, now: float) -> CodeChecked:
        """What a code opens: a case, a paused conversation, both or nothing."""
        sealed = self._store.paused(keys.verifier, now)
        saved = None
        if sealed is not None:
            saved = sealing.open_bytes(sealed, [keys.identity.secret]).decode()
            self._store.unpause(keys.verifier)  # it runs again, and is erased with the running conversation
        found = self._casebook.case(keys.verifier)
        verifier, reply_to = keys.verifier.hex(), keys.identity.recipient
        case = None if found is None else Case(case_id=found.case_id, verifier=verifier, reply_to=reply_to)
        return CodeChecked(found, case, saved)

    def _tidy(self, chat: int, held: Held | None, incoming: Incoming | None, now: float) -> None:
        """Answer the press; delete what she typed, and a second message of ours that she pressed a button on."""
        if incoming is None:
            return
        self._store.hurry(chat, now)
        if incoming.callback is not None:
            self._store.queue_answer(chat, incoming.callback, now)
        pressed = isinstance(incoming.event, Tapped)
        ours = held is not None and held.message == incoming.message
        stray = held is not None and held.message is not None and not ours
        if incoming.message is not None and (stray or not pressed):
            self._store.queue_delete(chat, incoming.message, now)


def _message(held: Held | None, incoming: Incoming | None) -> int | None:
    """The message that shows the conversation: the known one, else the one she pressed a button on."""
    pressed = incoming.message if incoming is not None and isinstance(incoming.event, Tapped) else None
    return held.message if held is not None and held.message is not None else pressed


class _Commit:
    """Writes one decision. Lives inside the transaction of one update."""

    def __init__(
        self, store: Store, around: Surroundings, world: World, chat: int, message: int | None, now: float
    ) -> None:
        self._store = store
        self._around = around
        self._directory = world.directory  # the one that was decided with: it may be renewed meanwhile
        self._chat = chat
        self._message = message
        self._now = now

    def carry_out(self, after: Conversation, effects: tuple[Effect, ...]) -> None:
        """Write the conversation, unless it is forgotten, and queue what is to be done, in order."""
        row = None
        if not any(isinstance(effect, Forget) for effect in effects):
            row = self._store.save(self._chat, self._message, after, self._now + idle_seconds(after), self._now)
        for effect in effects:
            self._one(after, effect, row)

    def _one(self, after: Conversation, effect: Effect, row: int | None) -> None:
        match effect:
            case Show():
                if row is not None:
                    self._store.queue_show(self._chat, row, self._now)
            case Forget(cover):
                known = self._store.forget(self._chat, self._now)
                message = known if known is not None else self._message
                if cover and message is not None:
                    self._store.queue_cover(self._chat, message, self._now)
            case Refer():
                self._hand_over(after.case, effect, "referral", effect.klass, effect.held)
            case Append():
                self._hand_over(after.case, effect, effect.kind, "now", 0)
            case Save():
                sealed = sealing.seal_bytes(effect.state.encode(), [effect.reply_to], self._around.draw)
                self._store.pause(effect.verifier, sealed, self._now + timedelta(hours=effect.hours).total_seconds())
            case Alarm(kind):
                self._store.alarm(kind, self._now)
            case MakeCode() | CheckCode():
                raise RuntimeError("keys were to be derived before anything is written")
            case _:
                assert_never(effect)

    def _hand_over(self, case: Case | None, effect: Refer | Append, kind: _Kind, klass: _Klass, held: int) -> None:
        """Seal a packet to the partner's caseworkers and queue it. From here on this server can't read it."""
        if case is None:
            raise RuntimeError("a referral without a case")
        expires = (moment := datetime.fromtimestamp(self._now, UTC)) + timedelta(days=KEEP_DAYS)
        envelope = Envelope(
            referral_id=effect.referral_id,
            kind=kind,
            partner=effect.partner,
            directory_version=self._directory.version,
            created=utc_hour(moment),
            expires=utc_hour(expires),
            consent=effect.consent_id,
            questionnaire=self._around.questionnaire.version,
            reply_to=case.reply_to,
        )
        referral = Referral(envelope=envelope, packet=effect.packet)
        recipients = self._directory.partner(effect.partner).recipients(moment.date())
        sealed = sealing.seal(referral, effect.partner, recipients, self._around.keys.signing, self._around.draw)
        routing = Routing(
            packet_id=effect.consent_id,
            referral_id=effect.referral_id,
            case_id=case.case_id,
            verifier=case.verifier,
            kind=kind,
            partner=effect.partner,
            klass=klass,
            position=held,
            created=hour(self._now),
            expires=hour(expires.timestamp()),
        )
        self._store.queue_delivery(routing, sealed, self._now)
