"""What a channel promises to the poll and the outbox, shown of the real Telegram channel and of the fake that stands for it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from bot.channels import Channel, ChannelError, ChatClosed, Flooded, Incoming, MessageGone, Unreachable
from bot.channels.telegram import Telegram, parse
from bot.dialogue.events import Left, Started, Tapped, Typed
from bot.practice.botapi import TOKEN, PracticeServer
from bot.practice.faults import Faults
from bot.texts import Button, Rendered
from tests.bot.rig import Clock
from tests.fakes import DELETABLE, HER, LOST_ANSWER, FakeChannel
from tests.practice_server import running_practice

FRONT = Rendered("everyday information", ((Button("1 read", "front:read"),),))
OTHER = Rendered("another page", ((Button("1 back", "other:back"),),))


@dataclass
class Line:
    """A channel with a person at its other end, and what she can do there."""

    channel: Channel
    chat: int
    shown: Callable[[], tuple[int, str] | None]  # her newest message of the bot: id and text
    messages: Callable[[], set[int]]
    type: Callable[[str], object]
    press: Callable[[int, str], object]
    block: Callable[[], object]
    clear: Callable[[], object]
    flood: Callable[[], object]  # the next edit is refused: wait 3 seconds
    cut: Callable[[], object]  # the answer to the next edit is lost
    clock: Clock


@asynccontextmanager
async def faked() -> AsyncIterator[Line]:
    """The fake."""
    clock = Clock()
    fake = FakeChannel(clock=clock)
    fake.type(HER, "/start")

    def shown() -> tuple[int, str] | None:
        ours = fake.ours(HER)
        return (ours[-1][0], ours[-1][1].text) if ours else None

    yield Line(
        channel=fake,
        chat=HER,
        shown=shown,
        messages=lambda: set(fake.chats[HER]),
        type=lambda text: fake.type(HER, text),
        press=lambda message, data: fake.press(HER, message, data),
        block=lambda: fake.block(HER),
        clear=lambda: fake.clear(HER),
        flood=lambda: fake.fail("edit", Flooded(3)),
        cut=lambda: fake.fail("edit", LOST_ANSWER),
        clock=clock,
    )


@asynccontextmanager
async def real() -> AsyncIterator[Line]:
    """The Telegram channel and the practice server, over HTTP."""
    faults, clock = Faults(), Clock()
    async with running_practice(faults=faults, clock=clock) as (server, base_url):
        telegram = Telegram(TOKEN, base_url)
        await telegram.start()
        chat = server.new_person().chat
        server.open(chat)
        yield Line(
            channel=telegram,
            chat=chat,
            shown=lambda: _shown(server, chat),
            messages=lambda: set(server.chat(chat).messages),
            type=lambda text: server.type(chat, text),
            press=lambda message, data: server.press(chat, message, data),
            block=lambda: server.block(chat),
            clear=lambda: server.clear(chat),
            flood=lambda: faults.add("flood", retry_after=3),
            cut=lambda: faults.add("cut_after"),
            clock=clock,
        )
        await telegram.stop()


def _shown(server: PracticeServer, chat: int) -> tuple[int, str] | None:
    screen = server.screen(chat)
    return None if screen is None else (screen.message_id, screen.text)


@pytest.fixture(params=[faked, real], ids=["fake", "telegram"])
async def line(request: pytest.FixtureRequest) -> AsyncIterator[Line]:
    """Give each of the two channels."""
    async with request.param() as made:
        yield made


async def read(line: Line, offset: int | None = None) -> list[Incoming]:
    """Fetch without waiting, and parse."""
    found = [parse(update) for update in await line.channel.fetch(offset, 0)]
    return [incoming for incoming in found if incoming is not None]


async def met(call: Awaitable[object]) -> type[ChannelError] | None:
    """The error that a call ends with."""
    try:
        await call
    except ChannelError as error:
        return type(error)
    return None


async def test_a_front_page_is_a_new_message_and_a_screen_an_edit_of_it(line: Line) -> None:
    """The id that is given is the one that shows the page, and an edit changes it in place, as often as it is repeated."""
    message = await line.channel.show_front(line.chat, FRONT)
    assert line.shown() == (message, FRONT.text)
    for _ in range(2):
        await line.channel.edit(line.chat, message, OTHER)
        assert line.shown() == (message, OTHER.text)


async def test_what_is_gone_can_not_be_edited(line: Line) -> None:
    """After the chat was cleared an edit says that the message is gone."""
    message = await line.channel.show_front(line.chat, FRONT)
    line.clear()
    assert await met(line.channel.edit(line.chat, message, OTHER)) is MessageGone


async def test_deleting_may_be_repeated(line: Line) -> None:
    """A message of either side is deleted, and deleting it again is a success."""
    line.type("fictional")
    await line.channel.show_front(line.chat, FRONT)
    for _ in range(2):
        assert await met(line.channel.delete(line.chat, sorted(line.messages()) or [1])) is None
        assert line.messages() == set()


async def test_a_message_can_be_deleted_for_48_hours(line: Line) -> None:
    """One second before, it goes; from then on it stays, and that is told, while one that is gone anyway counts as deleted."""
    gone, stays = [await line.channel.show_front(line.chat, FRONT) for _ in range(2)]
    line.clock.now += DELETABLE - 1
    assert await met(line.channel.delete(line.chat, [gone])) is None
    line.clock.now += 1
    assert await met(line.channel.delete(line.chat, [stays])) is MessageGone
    assert await met(line.channel.delete(line.chat, [gone])) is None
    assert stays in line.messages()


async def test_a_press_says_when_its_message_was_sent(line: Line) -> None:
    """The message's own date, however much later she presses; nothing for a message that is gone."""
    message = await line.channel.show_front(line.chat, FRONT)
    sent = line.clock.now
    line.clock.now += 90_000
    line.press(message, "front:read")
    assert (await read(line))[-1].sent == sent


async def test_updates_come_in_order_and_again_until_confirmed(line: Line) -> None:
    """What she did comes in its order with chat and message, again with no offset, and no more after a higher one."""
    message = await line.channel.show_front(line.chat, FRONT)
    line.press(message, "front:read")
    line.type("fictional")
    line.block()
    first, again = await read(line), await read(line)
    assert first == again
    assert [each.event for each in first] == [Started(), Tapped("front", "read"), Typed("fictional"), Left()]
    assert {each.chat for each in first} == {line.chat}
    assert (first[1].message, first[0].callback is None, first[1].callback is None) == (message, True, False)
    assert await read(line, first[1].update_id + 1) == first[2:]
    assert await read(line, first[-1].update_id + 1) == []


async def test_a_fetch_waits_for_what_comes(line: Line) -> None:
    """A poll that finds nothing ends as soon as she does something, long before its time."""
    last = (await read(line))[-1].update_id
    assert await read(line, last + 1) == []
    waiting = asyncio.create_task(line.channel.fetch(None, 50))
    done, _ = await asyncio.wait({waiting}, timeout=0.1)
    assert not done
    line.type("fictional")
    async with asyncio.timeout(20):
        updates = await waiting
    assert [each.event for each in map(parse, updates) if each] == [Typed("fictional")]


async def test_a_press_is_answered_as_often_as_it_is_tried(line: Line) -> None:
    """An answer that is sent twice does no harm."""
    message = await line.channel.show_front(line.chat, FRONT)
    line.press(message, "front:read")
    callback = (await read(line))[-1].callback
    assert callback is not None
    for _ in range(2):
        assert await met(line.channel.answer(callback)) is None


async def test_a_closed_chat_is_told(line: Line) -> None:
    """Once she blocked the bot, neither a new message nor an edit goes."""
    message = await line.channel.show_front(line.chat, FRONT)
    line.block()
    assert await met(line.channel.edit(line.chat, message, OTHER)) is ChatClosed
    assert await met(line.channel.show_front(line.chat, FRONT)) is ChatClosed


async def test_a_flood_changes_nothing_and_a_lost_answer_may_have(line: Line) -> None:
    """A refusal names its pause and has no effect; a lost answer is told as unreachable although the edit took effect."""
    message = await line.channel.show_front(line.chat, FRONT)
    line.flood()
    with pytest.raises(Flooded) as caught:
        await line.channel.edit(line.chat, message, OTHER)
    assert caught.value.seconds == 3
    assert line.shown() == (message, FRONT.text)
    line.cut()
    assert await met(line.channel.edit(line.chat, message, OTHER)) is Unreachable
    assert line.shown() == (message, OTHER.text)
