"""Does what was committed: shows, covers, deletes, answers, delivers. The only file that acts.

Sending is at least once, so everything here is harmless twice: an edit to the same screen, a deletion, a delivery under a random id.
What is sent as a new message is only the neutral front page. A screen is put into words at the moment it is sent, after it waited for
its turn, from the conversation as it is then; nothing in the queue holds words or answers.

Jobs of one chat go one after the other, wipes first; chats go side by side. A job that fails is tried again with growing pauses; when
the messenger names a pause, it is kept for all of that chat. When a chat turns out to be closed or its message gone, the intake is told.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import suppress
from typing import TypeVar

from bot.channels import Channel, ChatClosed, Flooded, MessageGone, Refused, TokenRefused, Unreachable
from bot.dialogue.conversation import FRONT, NOBODY, Conversation
from bot.dialogue.events import Left, MessageLost
from bot.intake import Intake
from bot.pace import Pace
from bot.quiet import note
from bot.store import Job, Store
from bot.texts import Rendered
from bot.waiting import rung
from referrals.casebook import Casebook, Routing, UnknownReferral
from referrals.database import DatabaseError

# Screens and answers sent side by side. Fewer than the channel's 16 connections, so that a wipe finds one free however many hang.
_AT_ONCE = 12
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 300.0  # seconds between tries, doubling; an outage of Telegram lasts minutes
_IDLE_WAIT = 30.0  # seconds; the queue is looked at this often even when nobody rings
# Tries of an answer to a press. Telegram drops a press after about a minute, so later tries are pointless.
_ANSWER_TRIES = 4
_DELIVERY_GIVES_UP = 8  # tries of an addition whose referral is not in the casebook
_SHOW_GIVES_UP = 5  # tries of a screen that fails by a defect of ours: it would hold up whatever comes after it
_LAST_SENDS = 10.0  # seconds that sends under way get at the end; what does not end is sent again at the next start

T = TypeVar("T")


class Outbox:
    """Carries out the jobs of the store until it is stopped."""

    def __init__(
        self,
        store: Store,
        casebook: Casebook,
        channel: Channel,
        intake: Intake,
        render: Callable[[Conversation], Rendered],
        pace: Pace,
        writer: Executor,
        clock: Callable[[], float],
    ) -> None:
        """`render` puts a conversation's screen into words; `writer` is the thread that owns `store` and `casebook`."""
        self._store = store
        self._casebook = casebook
        self._channel = channel
        self._intake = intake
        self._render = render
        self._pace = pace
        self._writer = writer
        self._clock = clock
        self._bell = asyncio.Event()
        self._busy: dict[int, asyncio.Task[None]] = {}
        self._halted: dict[int, float] = {}  # lane -> when the messenger's own pause for it ends

    def ring(self) -> None:
        """Say that something was queued."""
        self._bell.set()

    async def run(self) -> None:
        """Work until cancelled; then let what is being sent end. Storage that fails is waited out."""
        try:
            while True:
                try:
                    await self._round()
                except DatabaseError as error:
                    note("outbox.storage", error=error)
                    await asyncio.sleep(_FIRST_PAUSE)
        finally:
            await self._ended()

    async def _ended(self) -> None:
        serving = list(self._busy.values())
        if serving:
            await asyncio.wait(serving, timeout=_LAST_SENDS)
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)

    async def _round(self) -> None:
        """Begin what is due; when there is nothing, wait for a bell, a free lane or a due time."""
        self._bell.clear()
        if await self.begin():
            return
        now = self._clock()
        due = await self._read(lambda: self._store.next_due(now))
        next_look = min([now + _IDLE_WAIT, *self._halted.values(), *([] if due is None else [due])])
        await rung(self._bell, next_look - now)

    async def begin(self) -> int:
        """Start a task for each lane that has something due. Returns how many."""
        now = self._clock()
        self._halted = {lane: until for lane, until in self._halted.items() if until > now}
        busy = [*self._busy, *self._halted]
        free = max(0, _AT_ONCE - len(self._busy))
        jobs = await self._read(lambda: self._store.jobs(now, busy, free))
        for job in jobs:
            self._busy[job.lane] = asyncio.create_task(self._serve(job))
        return len(jobs)

    async def ended(self) -> None:
        """Wait for what was begun."""
        await asyncio.gather(*self._busy.values())

    async def _serve(self, job: Job) -> None:
        try:
            await self._tried(job)
        except DatabaseError as error:
            note("outbox.storage", kind=job.kind, error=error)
            await asyncio.sleep(_FIRST_PAUSE)  # it could not be put off on disk, so its lane waits here
        finally:
            del self._busy[job.lane]
            self._bell.set()

    async def _tried(self, job: Job) -> None:
        try:
            await self._attempt(job)
        except DatabaseError:
            raise
        except Exception as error:  # noqa: BLE001  # a defect in one job must not stop the others; it is tried again and counted
            note("outbox.defect", kind=job.kind, error=error)
            if job.kind in ("show", "answer") and job.attempts + 1 >= _SHOW_GIVES_UP:
                await self._done(job)
            else:
                await self._later(job, self._backoff(job))

    async def _attempt(self, job: Job) -> None:
        try:
            await self._act(job)
        except Flooded as flooded:
            self._halted[job.lane] = self._clock() + flooded.seconds
            await self._later(job, flooded.seconds)
        except (Unreachable, TokenRefused) as error:
            if isinstance(error, TokenRefused):
                note("outbox.token_refused")
            if job.kind == "answer" and job.attempts + 1 >= _ANSWER_TRIES:
                await self._done(job)
            else:
                await self._later(job, self._backoff(job))
        except ChatClosed:
            await self._done(job)
            if job.conversation is not None:
                await self._intake.happen(job.lane, Left())
        except Refused:
            note("outbox.refused", kind=job.kind)
            await self._done(job)

    def _backoff(self, job: Job) -> float:
        return float(min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(job.attempts, 16)))

    async def _act(self, job: Job) -> None:
        match job.kind:
            case "show":
                await self._show(job)
            case "cover":
                await self._cover(job)
            case "delete":
                await self._delete(job)
            case "answer":
                await self._channel.answer(job.callback or "")
                await self._done(job)
            case "deliver":
                await self._deliver(job)

    # --- screens ---

    async def _show(self, job: Job) -> None:
        await self._pace.turn(job.lane)
        # Read after the wait for the turn: it may be wiped by now.
        held = await self._read(lambda: self._store.held(job.conversation or 0))
        if held is None or held.conversation is None:
            await self._done(job)
            return
        if held.message is None:
            await self._show_anew(job, held.chat)
            return
        try:
            await self._channel.edit(held.chat, held.message, self._render(held.conversation))
        except MessageGone:
            if held.conversation.place == FRONT:
                await self._show_anew(job, held.chat)
            else:
                await self._done(job)
                await self._intake.happen(held.chat, MessageLost())
            return
        await self._done(job)

    async def _show_anew(self, job: Job, chat: int) -> None:
        """Send the front page, note its id, and let the conversation's own screen follow as an edit of it."""
        message = await self._channel.show_front(chat, self._render(NOBODY))

        def write() -> None:
            self._store.done(job.id)
            held = self._store.held(job.conversation or 0)  # as it is now: she may have wiped while it was sent
            if held is not None:
                self._store.shown(held.id, message)
                if held.conversation is None or held.conversation.place != FRONT:
                    self._store.queue_show(chat, held.id, self._clock())

        await self._in_transaction(write)

    async def _cover(self, job: Job) -> None:
        """Wipes wait for nobody: not for the pace of other sends, only for Telegram's own limits."""
        message = job.message or 0
        try:
            await self._channel.edit(job.lane, message, self._render(NOBODY))
        except (MessageGone, Refused):
            note("outbox.nothing_to_cover")
            with suppress(MessageGone):  # it may be there all the same and only not be editable: then it must go
                await self._channel.delete(job.lane, [message])
        await self._done(job)

    async def _delete(self, job: Job) -> None:
        try:
            await self._channel.delete(job.lane, [job.message or 0])
        except MessageGone:
            note("outbox.too_old_to_delete")
        await self._done(job)

    # --- referrals ---

    async def _deliver(self, job: Job) -> None:
        routing = Routing.model_validate_json(job.routing or "")
        sealed = job.sealed or b""
        try:
            await self._in_writer(lambda: self._casebook.receive(routing, sealed, int(self._clock())))
        except UnknownReferral:
            if job.attempts + 1 < _DELIVERY_GIVES_UP:
                await self._later(job, self._backoff(job))
                return
            note("outbox.delivery_without_referral")
        await self._done(job)

    # --- the queue ---

    async def _done(self, job: Job) -> None:
        await self._in_transaction(lambda: self._store.done(job.id))

    async def _later(self, job: Job, seconds: float) -> None:
        note("outbox.later", kind=job.kind, attempts=job.attempts + 1)
        await self._in_transaction(lambda: self._store.postpone(job, self._clock() + seconds))

    async def _in_transaction(self, work: Callable[[], None]) -> None:
        def write() -> None:
            with self._store.transaction():
                work()

        await self._in_writer(write)

    async def _read(self, work: Callable[[], T]) -> T:
        def read() -> T:
            with self._store.reading():
                return work()

        return await self._in_writer(read)

    async def _in_writer(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._writer, work)
