"""What is done for each kind of job: show, cover, delete, answer, deliver, tell. The only file that acts.

Everything here is harmless twice, for sending is at least once. What is sent as a new message is only the neutral front page, or a
neutral line above its buttons. A screen is put into words at the moment it is sent, after it waited for its turn, from the conversation
as it is then; nothing in the queue holds words or answers.
"""

from collections.abc import Callable
from dataclasses import dataclass

from bot.channels import Channel, MessageGone, Refused
from bot.dialogue.conversation import FRONT, NOBODY, Conversation
from bot.dialogue.events import MessageLost, Remained
from bot.intake import Intake
from bot.notices import allowed
from bot.pace import Pace
from bot.partners import Deliverable
from bot.pauses import pause, undeliverable
from bot.quiet import note
from bot.store import DELETE_AFTER, Job, Store
from bot.texts import Rendered
from bot.writer import Writer
from referrals.casebook import Casebook, UnknownReferral
from referrals.filing import Routing
from referrals.filing import read as filing_of

_HELD = 60.0  # seconds between looks at a packet that waits for a partner list in date


@dataclass(frozen=True, slots=True)
class Pages:
    """What can be sent, put into words when it is."""

    screen: Callable[[Conversation], Rendered]  # a conversation's screen; the front page for NOBODY
    notice: Callable[[], Rendered]  # the one neutral line that there is something new
    remains: Callable[[], Rendered]  # the front page, saying that an earlier message can be removed by pressing on it


class Sending:
    """Does one job; `act` returns when it is struck off, or put off with a reason of its own."""

    def __init__(
        self,
        store: Store,
        casebook: Casebook,
        channel: Channel,
        intake: Intake,
        pages: Pages,
        pace: Pace,
        writer: Writer,
        clock: Callable[[], float],
        deliverable: Callable[[Routing], Deliverable],
    ) -> None:
        """`writer` is the thread that owns `store` and `casebook`; `deliverable` tells whether a packet may still go."""
        self._deliverable = deliverable
        self._store = store
        self._casebook = casebook
        self._channel = channel
        self._intake = intake
        self._pages = pages
        self._pace = pace
        self._writer = writer
        self._clock = clock

    async def act(self, job: Job) -> None:
        """Do it. Raises ChannelError and DatabaseError: then it is still to be done."""
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
            case "notice":
                await self._notice(job)

    # --- screens ---

    async def _show(self, job: Job) -> None:
        await self._pace.turn(job.lane)
        # Read after the wait for the turn: it may be wiped by now.
        held = await self._writer.read(lambda: self._store.held(job.conversation or 0))
        if held is None or held.conversation is None:
            await self._done(job)
            return
        if held.message is None:
            await self._show_anew(job, held.chat)
            return
        try:
            await self._channel.edit(held.chat, held.message, self._pages.screen(held.conversation))
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
        message, sent = await self._sent(job, chat, self._pages.screen(NOBODY))

        def write() -> None:
            self._store.done(job.id)
            held = self._store.held(job.conversation or 0)  # as it is now: she may have wiped while it was sent
            if held is not None:
                self._store.shown(held.id, message, int(sent))
                if held.conversation is None or held.conversation.place != FRONT:
                    self._store.queue_show(chat, held.id, self._clock())

        await self._writer.commit(write)

    async def _sent(self, job: Job, chat: int, page: Rendered) -> tuple[int, float]:
        """Send a page as a new message; its id, and when it was sent at the earliest.

        The next try is put off before this one is made: a disk that is full would otherwise send it again every second.
        """
        sent = self._clock()
        await self._writer.commit(lambda: self._store.postpone(job, sent + pause(job)))
        return await self._channel.show_front(chat, page), sent

    async def _notice(self, job: Job) -> None:
        """Look again whether she may be told; if not, the handle stays due, and bot.notices finds it when she may be."""
        await self._pace.turn(job.lane)
        handle = await self._writer.read(lambda: allowed(self._store, job.handle or 0, self._clock()))
        if handle is None:
            await self._done(job)
            return
        message, sent = await self._sent(job, handle.chat, self._pages.notice())

        def write() -> None:
            self._store.done(job.id)
            forgotten = self._store.handles.find(handle.id) is None  # while it was sent
            self._store.handles.told(handle.id)
            self._store.queue_delete(handle.chat, message, sent, None if forgotten else sent + DELETE_AFTER)

        await self._writer.commit(write)

    async def _cover(self, job: Job) -> None:
        """Wipes wait for nobody: not for the pace of other sends, only for Telegram's own limits."""
        message = job.message or 0
        try:
            await self._channel.edit(job.lane, message, self._pages.screen(NOBODY))
        except (MessageGone, Refused):
            note("outbox.nothing_to_cover")
            try:  # it may be there all the same and only not be editable: then it must go
                await self._channel.delete(job.lane, [message])
            except (MessageGone, Refused):
                note("outbox.remains")
                await self._sent(job, job.lane, self._pages.remains())
        await self._done(job)

    async def _delete(self, job: Job) -> None:
        try:
            await self._channel.delete(job.lane, [job.message or 0])
        except MessageGone:
            note("outbox.too_old_to_delete")
            await self._done(job)
            if await self._writer.read(lambda: self._store.find(job.lane, self._clock())) is not None:
                await self._intake.happen(job.lane, Remained())
            return
        await self._done(job)

    # --- referrals ---

    async def _deliver(self, job: Job) -> None:
        filing = filing_of(job.routing or "")
        if isinstance(filing, Routing):
            referral = filing.kind == "referral"
            taken_back = referral and await self._writer.read(lambda: self._store.taken_back(job))
            may = "no" if taken_back else self._deliverable(filing)
            if may == "hold":
                await self._put_off(job, _HELD)
                return
            if may == "no" and filing.kind == "addition":  # whoever had the referral left the list
                await self._done(job)
                return
            if may == "no":
                filing = filing.model_copy(update={"instead": "withdrawn" if taken_back else "revoked"})
        try:
            await self._writer.run(lambda: self._casebook.receive(filing, job.sealed, int(self._clock())))
        except UnknownReferral:
            if not undeliverable(job):
                await self._put_off(job, pause(job))
                return
            note("outbox.delivery_without_referral")
        await self._done(job)

    async def _put_off(self, job: Job, seconds: float) -> None:
        due = self._clock() + seconds
        await self._writer.commit(lambda: self._store.postpone(job, due))

    async def _done(self, job: Job) -> None:
        await self._writer.commit(lambda: self._store.done(job.id))
