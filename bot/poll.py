"""Fetches updates and confirms them only when they are on disk.

python-telegram-bot's own updater confirms a batch while it still waits in memory, so the loop is ours. Updates are parsed one by one:
one that can't be handled is set aside after a few tries and never blocks the others. A trouble of our own (disk full, database locked,
no memory left) sets nothing aside: nothing is confirmed, and the same updates are fetched again.
"""

import asyncio
from collections.abc import Callable, Mapping

from bot.channels import Channel, ChannelError, Flooded, Incoming, SecondPoller, TokenRefused
from bot.intake import Intake
from bot.quiet import note
from bot.waiting import rung
from referrals.database import DatabaseError
from referrals.return_code import DerivingError

_LONG_POLL = 50  # seconds Telegram may hold the request when there is nothing; below common proxies' 60
_TRIES = 3  # of an update that fails for a reason of its own
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0  # seconds after a failed fetch, doubling


class Poll:
    """The loop from the messenger to the intake."""

    def __init__(
        self,
        channel: Channel,
        parse: Callable[[Mapping[str, object]], Incoming | None],
        intake: Intake,
        ring: Callable[[], None],
    ) -> None:
        """`parse` reads one raw update; `ring` tells the outbox that there may be work."""
        self._channel = channel
        self._parse = parse
        self._intake = intake
        self._ring = ring
        self._offset: int | None = None
        self._pause = _FIRST_PAUSE
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Fetch and handle until `stop`. A batch that was begun is ended first."""
        while not self._stopping.is_set():
            batch = await self._fetch_or_stop()
            if batch is None:
                continue
            if batch and not await self._handle(batch):
                await self._rest(self._longer())
                continue
            self._pause = _FIRST_PAUSE
            # An empty answer means that everything was confirmed. From then on no offset is needed, and none is kept: after an idle
            # week Telegram's ids start again anywhere, and an old offset would stand above them.
            self._offset = max(_ids(batch)) + 1 if batch else None
            batch = None  # what she typed is not kept in memory through the next long poll

    def stop(self) -> None:
        """End after the batch in hand; what was not confirmed is fetched again at the next start, and known by then."""
        self._stopping.set()

    async def _fetch_or_stop(self) -> list[Mapping[str, object]] | None:
        """A batch, or None when there is none to be had."""
        fetch = asyncio.create_task(self._fetch())
        stop = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait({fetch, stop}, return_when=asyncio.FIRST_COMPLETED)
            return fetch.result() if fetch.done() else None
        finally:
            fetch.cancel()
            stop.cancel()
            await asyncio.gather(fetch, stop, return_exceptions=True)

    async def _fetch(self) -> list[Mapping[str, object]] | None:
        try:
            return await self._channel.fetch(self._offset, _LONG_POLL)
        except ChannelError as error:
            if isinstance(error, SecondPoller):
                note("poll.second_poller")
            elif isinstance(error, TokenRefused):
                note("poll.token_refused")
            else:
                note("poll.unreachable", error=error)
            await self._rest(error.seconds if isinstance(error, Flooded) else self._longer())
            return None

    def _longer(self) -> float:
        pause = self._pause
        self._pause = min(_LONGEST_PAUSE, pause * 2)
        return pause

    async def _rest(self, seconds: float) -> None:
        """Wait, but not past `stop`."""
        await rung(self._stopping, seconds)

    async def _handle(self, batch: list[Mapping[str, object]]) -> bool:
        """Handle a batch, chats side by side, each chat's updates in order; False when it is not all on disk."""
        chats: dict[int, list[Incoming]] = {}
        for untrusted in batch:
            incoming = self._read(untrusted)
            if incoming is not None:
                chats.setdefault(incoming.chat, []).append(incoming)
        # All of them are waited for: what still ran would get ahead of the same updates fetched again.
        ended = await asyncio.gather(*(self._chat(each) for each in chats.values()), return_exceptions=True)
        self._ring()
        failures = [error for error in ended if error is not None]
        for error in failures:
            if not _ours(error):
                raise error
        if failures:
            note("poll.storage", count=len(failures), error=failures[0])
        return not failures and bool(_ids(batch))

    def _read(self, untrusted_update: Mapping[str, object]) -> Incoming | None:
        try:
            return self._parse(untrusted_update)
        except Exception as error:  # noqa: BLE001  # whatever it trips over: it can't be handled, and must not stop the others
            note("poll.unreadable_update", error=error)
            return None

    async def _chat(self, updates: list[Incoming]) -> None:
        for incoming in updates:
            await self._one(incoming)

    async def _one(self, incoming: Incoming) -> None:
        for attempt in range(1, _TRIES + 1):
            try:
                await self._intake.receive(incoming)
            except Exception as error:  # any defect that this update alone brings out
                if _ours(error):
                    raise
                note("poll.update_failed", attempts=attempt, error=error)
                continue
            self._ring()
            return
        await self._intake.set_aside(incoming.update_id, _TRIES)
        note("poll.set_aside")


def _ours(error: BaseException) -> bool:
    """Whether a trouble is this machine's and no update's: the database, or memory, of which a return code takes 64 MiB."""
    no_thread = (
        isinstance(error, RuntimeError) and str(error) == "can't start new thread"
    )  # CPython has no class of its own for it
    return no_thread or isinstance(error, DatabaseError | MemoryError | DerivingError)


def _ids(batch: list[Mapping[str, object]]) -> list[int]:
    ids = (untrusted.get("update_id") for untrusted in batch)
    return [each for each in ids if isinstance(each, int) and not isinstance(each, bool)]
