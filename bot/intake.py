"""One update, start to end: load, advance, commit. Read this first.

Everything an update changes is written in one transaction: that it was seen, the conversation, what is to be shown, and what is handed
over, sealed there and then. Only afterwards does the poll confirm it to Telegram, and only afterwards does the outbox act.

Deriving keys from a return code takes long on purpose, so it is done outside the transaction: the first decision says that it is
needed, nothing is written, and the same event is decided again with the keys at hand.
"""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import Executor
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.channels import Incoming
from bot.commit import Commit, Keys, OnScreen, Surroundings, at_case
from bot.dialogue.conversation import NOBODY, Case, Conversation
from bot.dialogue.effects import CheckCode, MakeCode
from bot.dialogue.engine import Decision, advance
from bot.dialogue.events import CodeChecked, Event, Idled, Left, MessageLost, Tapped
from bot.dialogue.world import Fresh, World
from bot.replies import Opened, Said, opened
from bot.store import DELETE_AFTER, Held, Store
from referrals import sealing
from referrals.casebook import Casebook
from referrals.casebook_view import CaseView, ReferralState
from referrals.contact_card import ContactCard
from referrals.return_code import CodeKeys, ReturnCode, derive, new_code
from referrals.secret import Secret

__all__ = ["Intake", "Keys", "Surroundings"]

# A message older than this when somebody begins anew on it can't be deleted when she is done: Telegram lets a bot delete for 48 hours.
_YOUNG = 24 * 3600  # seconds
_LATE_FOR = 60  # seconds for which the list of late partners is used


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
        self._said = Said()
        self._late_ones: frozenset[str] = frozenset()
        self._late_at = float("-inf")

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
                around.questionnaire,
                around.directory(),
                around.korean,
                today,
                ids,
                prepared.fresh,
                around.policy,
                self._store.limits.tries(chat, now),
                self._late(now),
                around.standing(),
                self._said.of(chat),
                self._casebook.lowered(),  # what a partner says at its desk counts at once
            )
            after, effects, case, replies = self._decided(before, event, world, now, prepared)
            self._tidy(chat, held, incoming, now)
            shown = self._on_screen(chat, held, incoming, now)
            Commit(self._store, around, world, chat, shown, case, now).carry_out(after, effects)
        self._said.settle(chat, after, replies)  # only once the decision is written

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

    def _late(self, now: float) -> frozenset[str]:
        """Partners who were late lately, asked of the casebook once a minute: it changes by the hour."""
        if not 0 <= now - self._late_at < _LATE_FOR:
            self._late_ones, self._late_at = self._casebook.overdue(int(now)), now
        return self._late_ones

    def _decided(
        self, before: Conversation, event: Event, world: World, now: float, prepared: _Prepared
    ) -> tuple[*Decision, Case | None, Opened | None]:
        """The decision, the case that was open before it, and the replies that a code opened."""
        after, effects = advance(before, event, world, moment := datetime.fromtimestamp(now, UTC))
        for effect in effects:
            if isinstance(effect, MakeCode) or (isinstance(effect, CheckCode) and prepared.checked is None):
                raise _Needed(effect)
        if prepared.checked is not None and any(isinstance(effect, CheckCode) for effect in effects):
            checked, replies = self._opened(prepared.checked, now)
            return *advance(after, checked, world, moment), after.case, replies
        return after, effects, before.opening.case if before.opening is not None else before.case, None

    def _opened(self, keys: CodeKeys, now: float) -> tuple[CodeChecked, Opened]:
        """What a code opens: a case with the replies to it, a paused conversation, both or nothing."""
        sealed, found = self._store.paused(keys.verifier, now), self._casebook.case(keys.verifier, int(now))
        saved = None if sealed is None else sealing.open_bytes(sealed, [keys.identity.secret]).decode()
        found = self._with_queued(found, keys.verifier.hex())
        if found is None:
            return CodeChecked(None, None, saved), Opened()
        case = Case(case_id=found.case_id, verifier=keys.verifier.hex(), reply_to=keys.identity.recipient)
        card = None
        if found.card is not None:
            card = ContactCard.from_bytes(sealing.open_bytes(found.card, [keys.identity.secret]))
        words = self._store.limits.tries(at_case(case.verifier), now)
        found = replace(found, referrals=tuple(self._with_lateness(each, now) for each in found.referrals))
        partners = {each.referral_id: each.partner for each in found.referrals}
        replies = opened(self._casebook.replies_for(found.case_id), partners, keys.identity.secret)
        checked = CodeChecked(replace(found, card=None), case, saved, card, words, replies.waiting, replies.unopened)
        return checked, replies

    def _with_lateness(self, state: ReferralState, now: float) -> ReferralState:
        """The same, noting that nobody acknowledged it in time: she may want to ask somewhere else (domain.md 4.4)."""
        listed = self._casebook.one(state.referral_id) if state.state == "delivered" else None
        return replace(state, late=listed is not None and listed.acknowledge_by <= now)

    def _with_queued(self, found: CaseView | None, verifier: str) -> CaseView | None:
        """What is in the casebook, and what she decided that still waits to be filed there: a partner list out of date holds it."""
        waiting = [each for each in self._store.undelivered(verifier) if not self._casebook.erased(each.case_id)]
        if not waiting:
            return found
        known = {each.referral_id for each in found.referrals} if found is not None else set()
        queued = tuple(
            ReferralState(each.referral_id, each.partner, "queued") for each in waiting if each.referral_id not in known
        )
        view = CaseView(waiting[0].case_id, ()) if found is None else found
        return replace(view, referrals=(*view.referrals, *queued))

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

    def _on_screen(self, chat: int, held: Held | None, incoming: Incoming | None, now: float) -> OnScreen:
        """The message that shows the conversation: the known one, else the one she pressed a button on, if it is young enough."""
        if held is not None and held.message is not None:
            return OnScreen(held.message, held.sent)
        if incoming is None or incoming.message is None or not isinstance(incoming.event, Tapped):
            return OnScreen()
        self._store.unschedule(chat, incoming.message)
        if incoming.sent is not None and now - incoming.sent <= _YOUNG:
            return OnScreen(incoming.message, incoming.sent)
        if incoming.sent is not None and now - incoming.sent < DELETE_AFTER:
            self._store.queue_delete(chat, incoming.message, now)
        else:
            self._store.queue_cover(chat, incoming.message, now)
        return OnScreen()
