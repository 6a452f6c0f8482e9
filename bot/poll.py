"""Fetches updates and confirms them only when they are on disk.

python-telegram-bot's own updater confirms a batch while it still waits in memory, so the loop is ours. Updates are parsed one by one:
one that can't be handled is set aside after a few tries and never blocks the others. A trouble of our own (disk full, database locked)
sets nothing aside: nothing is confirmed, and the same updates are fetched again.
"""

import asyncio
from collections.abc import Callable, Mapping

from bot.channels import Channel, ChannelError, Flooded, Incoming, SecondPoller, TokenRefused
from bot.intake import Intake
from bot.quiet import note
from referrals.database import DatabaseError

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
            if batch:
                await self._handle(batch)

    def stop(self) -> None:
        """End after the batch in hand; what was not confirmed is fetched again at the next start, and known by then."""
        self._stopping.set()

    async def _fetch_or_stop(self) -> list[Mapping[str, object]]:
        fetch = asyncio.create_task(self._fetch())
        stop = asyncio.create_task(self._stopping.wait())
        await asyncio.wait({fetch, stop}, return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        if not fetch.done():
            fetch.cancel()
            return []
        return fetch.result()

    async def _fetch(self) -> list[Mapping[str, object]]:
        try:
            batch = await self._channel.fetch(self._offset, _LONG_POLL)
        except ChannelError as error:
            await self._wait(error)
            return []
        self._pause = _FIRST_PAUSE
        return batch

    async def _wait(self, error: ChannelError) -> None:
        if isinstance(error, SecondPoller):
            note("poll.second_poller")
        elif isinstance(error, TokenRefused):
            note("poll.token_refused")
        else:
            note("poll.unreachable", error=error)
        pause = error.seconds if isinstance(error, Flooded) else self._pause
        self._pause = min(_LONGEST_PAUSE, self._pause * 2)
        await asyncio.sleep(pause)

    async def _handle(self, batch: list[Mapping[str, object]]) -> None:
        """Handle a batch, chats side by side, and move the offset past it once all of it is on disk."""
        try:
            await asyncio.gather(*(self._one(untrusted) for untrusted in batch))
        except DatabaseError as error:
            note("poll.storage", error=error)
            await asyncio.sleep(self._pause)  # nothing is confirmed; the same batch comes again
            self._pause = min(_LONGEST_PAUSE, self._pause * 2)
            return
        ids = [update_id for untrusted in batch if (update_id := _update_id(untrusted)) is not None]
        if ids:
            self._offset = max(ids) + 1
        self._ring()

    async def _one(self, untrusted_update: Mapping[str, object]) -> None:
        incoming = self._parse(untrusted_update)
        if incoming is None:
            return
        for attempt in range(1, _TRIES + 1):
            try:
                await self._intake.receive(incoming)
            except DatabaseError:
                raise
            except Exception as error:  # noqa: BLE001  # any defect that this update alone brings out
                note("poll.update_failed", attempts=attempt, error=error)
                continue
            self._ring()
            return
        await self._intake.set_aside(incoming.update_id, _TRIES)
        note("poll.set_aside")


def _update_id(untrusted_update: Mapping[str, object]) -> int | None:
    value = untrusted_update.get("update_id")
    return value if isinstance(value, int) and not isinstance(value, bool) else None
