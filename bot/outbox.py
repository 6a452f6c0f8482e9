"""Takes what was committed to its end: in order, side by side, and again after a failure. What a job does stands in sending.py.

Jobs of one chat go one after the other, wipes first; chats go side by side. A job that fails is tried again with growing pauses; when
the messenger names a pause, it is kept for all of that chat. When a chat turns out to be closed, the intake is told.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor

from bot.channels import Channel, ChatClosed, Flooded, Refused, TokenRefused, Unreachable
from bot.dialogue.conversation import NOBODY, Conversation
from bot.dialogue.events import Left
from bot.intake import Intake
from bot.pace import Pace
from bot.partners import Deliverable
from bot.pauses import FIRST, pause, pointless
from bot.quiet import note
from bot.sending import Pages, Sending
from bot.store import Job, Store
from bot.texts import Rendered
from bot.waiting import rung
from bot.writer import Writer
from referrals.casebook import Casebook
from referrals.database import DatabaseError
from referrals.filing import Routing

# Screens and answers sent side by side. Fewer than the channel's 16 connections, so that a wipe finds one free however many hang.
_AT_ONCE = 12
_IDLE_WAIT = 30.0  # seconds; the queue is looked at this often even when nobody rings
_LAST_SENDS = 10.0  # seconds that sends under way get at the end; what does not end is sent again at the next start


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
        notice: Callable[[], Rendered] | None = None,
        remains: Callable[[], Rendered] | None = None,
        deliverable: Callable[[Routing], Deliverable] = lambda _: "yes",
    ) -> None:
        """`writer` is the thread that owns `store` and `casebook`.

        `render` puts a conversation's screen into words. `notice` is the one neutral line that there is something new, `remains` the
        front page that says an earlier message can be removed by pressing on it; without them, both are the front page.
        """
        self._store = store
        self._intake = intake
        self._writer = Writer(store, writer)
        self._clock = clock
        pages = Pages(render, notice or (lambda: render(NOBODY)), remains or (lambda: render(NOBODY)))
        self._sending = Sending(store, casebook, channel, intake, pages, pace, self._writer, clock, deliverable)
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
                    await asyncio.sleep(FIRST)
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
        due = await self._writer.read(lambda: self._store.next_due(now))
        next_look = min([now + _IDLE_WAIT, *self._halted.values(), *([] if due is None else [due])])
        await rung(self._bell, next_look - now)

    async def begin(self) -> int:
        """Start a task for each lane that has something due. Returns how many."""
        now = self._clock()
        self._halted = {lane: until for lane, until in self._halted.items() if until > now}
        busy = [*self._busy, *self._halted]
        free = max(0, _AT_ONCE - len(self._busy))
        jobs = await self._writer.read(lambda: self._store.jobs(now, busy, free))
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
            await asyncio.sleep(FIRST)  # it could not be put off on disk, so its lane waits here
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
            await self._failed(job, defect=True)

    async def _attempt(self, job: Job) -> None:
        try:
            await self._sending.act(job)
        except Flooded as flooded:
            self._halted[job.lane] = self._clock() + flooded.seconds
            await self._later(job, flooded.seconds)
        except (Unreachable, TokenRefused) as error:
            if isinstance(error, TokenRefused):
                note("outbox.token_refused")
            await self._failed(job)
        except ChatClosed:
            await self._closed(job)
        except Refused:
            note("outbox.refused", kind=job.kind)
            await self._refused(job)

    async def _failed(self, job: Job, *, defect: bool = False) -> None:
        if pointless(job, defect=defect):
            await self._done(job)
        else:
            await self._later(job, pause(job))

    async def _closed(self, job: Job) -> None:
        """She blocked the bot: nothing goes there again, and nothing is kept for it."""

        def write() -> None:
            self._store.done(job.id)
            self._store.handles.forget_chat(job.lane)
            self._store.delete_now(job.lane, self._clock())  # each meets the closed chat as well, and is struck off

        await self._writer.commit(write)
        if job.conversation is not None:
            await self._intake.happen(job.lane, Left())

    async def _refused(self, job: Job) -> None:
        def write() -> None:
            self._store.done(job.id)
            if job.handle is not None:
                self._store.handles.told(job.handle)  # otherwise the same request would be made every few seconds

        await self._writer.commit(write)

    # --- the queue ---

    async def _done(self, job: Job) -> None:
        await self._writer.commit(lambda: self._store.done(job.id))

    async def _later(self, job: Job, seconds: float) -> None:
        note("outbox.later", kind=job.kind, attempts=job.attempts + 1)
        await self._writer.commit(lambda: self._store.postpone(job, self._clock() + seconds))
