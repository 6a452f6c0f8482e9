"""getUpdates, held to the contract by python-telegram-bot over HTTP."""

import asyncio
import secrets
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Bot
from telegram.error import Conflict

from bot.practice.updates import UpdateQueue
from tests.bot.practice.conftest import Clock, Phone

Second = Callable[[Phone], AbstractAsyncContextManager[Bot]]


def typed(phone: Phone, *texts: str) -> list[int]:
    """Let her type; the ids of the updates."""
    ids = [phone.server.type(phone.chat, text) for text in texts]
    assert None not in ids
    return [update_id for update_id in ids if update_id is not None]


async def begun(phone: Phone) -> None:
    """Wait until the server heard of a poll."""
    wake = asyncio.Event()
    with phone.server.account.listening(wake.set):
        while not any(call.method == "getUpdates" for call in phone.server.calls):
            wake.clear()
            await wake.wait()


async def fetched(bot: Bot, offset: int | None = None, limit: int | None = None, timeout: int = 0) -> list[int]:  # noqa: ASYNC109 - the Bot API's word
    """The ids that one getUpdates gives."""
    return [update.update_id for update in await bot.get_updates(offset=offset, limit=limit, timeout=timeout)]


async def test_updates_are_given_again_until_confirmed(phone: Phone) -> None:
    """The same updates come back at every call, earliest first, until a higher offset."""
    ids = typed(phone, "one", "two", "three")

    assert await fetched(phone.bot) == ids
    assert await fetched(phone.bot) == ids
    assert await fetched(phone.bot, offset=ids[1]) == ids[1:]
    assert await fetched(phone.bot) == ids[1:]
    assert await fetched(phone.bot, offset=ids[2] + 1) == []
    assert await fetched(phone.bot) == []


async def test_ids_rise_by_one_from_a_random_start(phone: Phone) -> None:
    """Ids count up from a start that differs between servers."""
    ids = typed(phone, "one", "two", "three")

    assert ids == [ids[0], ids[0] + 1, ids[0] + 2]
    starts = {UpdateQueue(Clock(), secrets.randbelow).add({"message": {}}) for _ in range(5)}
    assert len(starts) > 1


async def test_limit_is_kept(phone: Phone) -> None:
    """At most `limit` updates come, the earliest ones; a limit out of range counts as 100."""
    ids = typed(phone, *(f"text {number}" for number in range(120)))

    assert await fetched(phone.bot, limit=2) == ids[:2]
    assert await fetched(phone.bot, limit=1000) == ids[:100]


async def test_a_negative_offset_forgets_all_but_the_last(phone: Phone) -> None:
    """Offset -2 gives the last two and drops the rest for good."""
    ids = typed(phone, "one", "two", "three", "four")

    assert await fetched(phone.bot, offset=-2) == ids[2:]
    assert await fetched(phone.bot) == ids[2:]


async def test_a_long_poll_wakes_at_the_update(phone: Phone) -> None:
    """A waiting call is answered by the update, not by the end of its time."""
    poll = asyncio.create_task(fetched(phone.bot, timeout=50))
    await begun(phone)
    assert not poll.done()
    ids = typed(phone, "one")

    async with asyncio.timeout(5):
        assert await poll == ids


async def test_a_long_poll_ends_empty_when_its_time_is_up(phone: Phone) -> None:
    """Nothing happened: an empty list, after the second that was asked for and not before."""
    loop = asyncio.get_running_loop()
    before = loop.time()

    assert await fetched(phone.bot, timeout=1) == []
    assert loop.time() - before >= 0.95


async def test_the_earlier_of_two_pollers_is_told_of_the_conflict(phone: Phone, second_bot: Second) -> None:
    """A second poller ends the first one's call with 409 and takes over."""
    async with second_bot(phone) as other:
        earlier = asyncio.create_task(phone.bot.get_updates(timeout=50))
        await begun(phone)
        assert await fetched(other) == []

        with pytest.raises(Conflict):
            await earlier
        ids = typed(phone, "one")
        assert await fetched(other) == ids


async def test_allowed_updates_last_until_changed(phone: Phone) -> None:
    """A kind that was not asked for is never queued, also by later calls that do not repeat the list."""
    await phone.bot.get_updates(allowed_updates=["callback_query"])
    await phone.bot.get_updates()
    assert phone.server.type(phone.chat, "unheard") is None

    await phone.bot.get_updates(allowed_updates=[])
    assert await fetched(phone.bot) == []
    ids = typed(phone, "heard")
    assert await fetched(phone.bot) == ids


async def test_updates_made_before_the_list_changed_still_come(phone: Phone) -> None:
    """The list counts when an update is made, not when it is fetched."""
    ids = typed(phone, "before")

    assert [u.update_id for u in await phone.bot.get_updates(allowed_updates=["callback_query"])] == ids


async def test_ids_start_anew_after_a_week(phone: Phone) -> None:
    """After a week without updates the next id is random and may be lower; an offset far ahead is then ignored."""
    old = typed(phone, "one")[0]
    await phone.bot.get_updates(offset=old + 1)
    phone.clock.forward(hours=7 * 24)
    new = typed(phone, "two")[0]

    assert new != old + 1
    assert await fetched(phone.bot, offset=new + 1000) == [new]
    assert await fetched(phone.bot, offset=new + 1) == []


async def test_updates_are_kept_for_a_day(phone: Phone) -> None:
    """What nobody fetched for 24 hours is gone."""
    kept = typed(phone, "one")
    phone.clock.forward(hours=24)
    assert await fetched(phone.bot) == kept
    phone.clock.forward(seconds=1)

    assert await fetched(phone.bot) == []


async def test_pending_updates_can_be_counted_and_dropped(phone: Phone) -> None:
    """GetWebhookInfo counts what waits; deleteWebhook drops it when told to."""
    typed(phone, "one", "two")
    assert (await phone.bot.get_webhook_info()).pending_update_count == 2
    await phone.bot.delete_webhook()
    assert (await phone.bot.get_webhook_info()).pending_update_count == 2

    await phone.bot.delete_webhook(drop_pending_updates=True)
    assert (await phone.bot.get_webhook_info()).pending_update_count == 0


@given(st.lists(st.one_of(st.just("add"), st.just("fetch"), st.just("confirm")), max_size=60))
def test_no_update_is_lost_whatever_the_order(steps: list[str]) -> None:
    """However adding, fetching and confirming alternate: every update comes, in order, until confirmed and never after."""
    queue = UpdateQueue(Clock(), lambda n: n // 2)
    unconfirmed: list[int] = []
    for step in steps:
        if step == "add":
            made = queue.add({"message": {}})
            assert made is not None
            unconfirmed.append(made)
        elif step == "confirm" and unconfirmed:
            queue.fetch(unconfirmed.pop(0) + 1, 1)
        assert [body["update_id"] for body in queue.fetch(0, 100)] == unconfirmed
