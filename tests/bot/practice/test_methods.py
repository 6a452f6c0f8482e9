"""The bot's methods, their limits and their refusals, by python-telegram-bot over HTTP."""

import pytest
from telegram import BotCommand, MenuButtonCommands
from telegram.error import BadRequest, Forbidden

from tests.bot.practice.conftest import Phone
from tests.bot.practice.keyboards import keyboard


async def pressed(phone: Phone, data: str = "a") -> tuple[int, str]:
    """A message with a button that she pressed: its id, and the query's."""
    message = await phone.bot.send_message(phone.chat, "screen", reply_markup=keyboard(data))
    phone.server.press(phone.chat, message.message_id, data)
    update = (await phone.bot.get_updates())[-1]
    assert update.callback_query is not None
    return message.message_id, update.callback_query.id


async def test_a_message_stands_in_the_chat_as_it_was_sent(phone: Phone) -> None:
    """Text, buttons, protection and silence are kept in the record, and come back in the answer."""
    sent = await phone.bot.send_message(
        phone.chat, "나루 渡口", reply_markup=keyboard("a", "b"), protect_content=True, disable_notification=True
    )

    kept = phone.server.screen(phone.chat)
    assert kept is not None
    assert (kept.text, kept.protected, kept.silent) == ("나루 渡口", True, True)
    assert [button["callback_data"] for row in kept.keyboard or [] for button in row] == ["a", "b"]
    assert (sent.text, sent.has_protected_content, sent.message_id) == ("나루 渡口", True, kept.message_id)
    assert phone.server.calls[-1].params["protect_content"] is True


async def test_the_bot_can_not_write_first(phone: Phone) -> None:
    """An unknown chat, and a person who never opened the chat, are not found."""
    stranger = phone.server.new_person().chat

    for chat in (stranger, 12345):
        with pytest.raises(BadRequest, match="Chat not found"):
            await phone.bot.send_message(chat, "text")


async def test_a_blocked_bot_can_not_write_but_can_delete(phone: Phone) -> None:
    """403 for sending and editing until she unblocks it."""
    sent = await phone.bot.send_message(phone.chat, "before")
    phone.server.block(phone.chat)

    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await phone.bot.send_message(phone.chat, "text")
    with pytest.raises(Forbidden):
        await phone.bot.edit_message_text("text", phone.chat, sent.message_id)
    assert await phone.bot.delete_message(phone.chat, sent.message_id)
    phone.server.unblock(phone.chat)
    await phone.bot.send_message(phone.chat, "after")
    changes = [u.my_chat_member for u in await phone.bot.get_updates() if u.my_chat_member]
    assert [change.new_chat_member.status for change in changes] == ["kicked", "member"]


async def test_an_edit_replaces_text_and_buttons(phone: Phone) -> None:
    """What is not given again is gone, the buttons included."""
    sent = await phone.bot.send_message(phone.chat, "one", reply_markup=keyboard("a"))
    await phone.bot.edit_message_text("two", phone.chat, sent.message_id)

    kept = phone.server.screen(phone.chat)
    assert kept is not None
    assert (kept.text, kept.keyboard, kept.edited) == ("two", None, int(phone.clock.now))
    await phone.bot.edit_message_reply_markup(phone.chat, sent.message_id, reply_markup=keyboard("b"))
    assert kept.keyboard is not None


async def test_an_edit_that_changes_nothing_is_refused(phone: Phone) -> None:
    """Same text and same buttons: not modified; either alone changed: an edit."""
    sent = await phone.bot.send_message(phone.chat, "one", reply_markup=keyboard("a"))

    with pytest.raises(BadRequest, match="Message is not modified"):
        await phone.bot.edit_message_text("one", phone.chat, sent.message_id, reply_markup=keyboard("a"))
    await phone.bot.edit_message_text("one", phone.chat, sent.message_id, reply_markup=keyboard("b"))
    await phone.bot.edit_message_text("two", phone.chat, sent.message_id, reply_markup=keyboard("b"))


async def test_only_an_own_message_that_is_there_can_be_edited(phone: Phone) -> None:
    """A deleted message is not found; hers can't be edited."""
    sent = await phone.bot.send_message(phone.chat, "one")
    hers = next(m.message_id for m in phone.server.chat(phone.chat).messages.values() if not m.from_bot)
    await phone.bot.delete_message(phone.chat, sent.message_id)

    with pytest.raises(BadRequest, match="Message to edit not found"):
        await phone.bot.edit_message_text("two", phone.chat, sent.message_id)
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await phone.bot.edit_message_text("two", phone.chat, hers)


async def test_both_sides_messages_can_be_deleted(phone: Phone) -> None:
    """DeleteMessages empties the chat on both sides and skips what is not there."""
    await phone.bot.send_message(phone.chat, "one")
    there = list(phone.server.chat(phone.chat).messages)
    assert len(there) == 2

    assert await phone.bot.delete_messages(phone.chat, [*there, 999_999])
    assert phone.server.chat(phone.chat).messages == {}
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await phone.bot.delete_message(phone.chat, there[0])


async def test_nothing_can_be_deleted_after_48_hours(phone: Phone) -> None:
    """One second before 48 hours it can; at 48 hours neither alone nor among younger ones."""
    old = (await phone.bot.send_message(phone.chat, "old")).message_id
    phone.clock.forward(hours=48, seconds=-1)
    young = (await phone.bot.send_message(phone.chat, "young")).message_id
    phone.clock.forward(seconds=1)

    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await phone.bot.delete_message(phone.chat, old)
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await phone.bot.delete_messages(phone.chat, [young, old])
    assert {old, young} <= set(phone.server.chat(phone.chat).messages)
    phone.clock.forward(hours=-1)
    assert await phone.bot.delete_messages(phone.chat, [young, old])


@pytest.mark.parametrize("count", [0, 101])
async def test_deleting_takes_1_to_100_messages(phone: Phone, count: int) -> None:
    """None and more than a hundred at once are refused."""
    with pytest.raises(BadRequest):
        await phone.bot.delete_messages(phone.chat, list(range(1, count + 1)))


async def test_a_press_is_answered_once_and_soon(phone: Phone) -> None:
    """Answered twice, late, or never asked: too old."""
    _, query = await pressed(phone)
    assert await phone.bot.answer_callback_query(query, text="끝")
    assert phone.server.chat(phone.chat).toast == "끝"
    for unanswerable in (query, "1"):
        with pytest.raises(BadRequest, match="Query is too old"):
            await phone.bot.answer_callback_query(unanswerable)

    _, late = await pressed(phone)
    phone.clock.forward(seconds=61)
    with pytest.raises(BadRequest, match="Query is too old"):
        await phone.bot.answer_callback_query(late)


async def test_the_profile_is_kept_by_language(phone: Phone) -> None:
    """Name, description and short description: the language's own, or the one for all others."""
    await phone.bot.set_my_name("生活信息", language_code="zh")
    await phone.bot.set_my_name("생활 정보")
    await phone.bot.set_my_description("d")
    await phone.bot.set_my_short_description("s")

    assert (await phone.bot.get_my_name("zh")).name == "生活信息"
    assert (await phone.bot.get_my_name("ko")).name == "생활 정보"
    assert (await phone.bot.get_my_description()).description == "d"
    assert (await phone.bot.get_my_short_description()).short_description == "s"
    with pytest.raises(BadRequest, match="too long"):
        await phone.bot.set_my_name("n" * 65)


async def test_commands_are_kept_and_checked(phone: Phone) -> None:
    """Commands come back as set, by language; a name outside a-z, 0-9 and _ is refused."""
    commands = [BotCommand("start", "처음"), BotCommand("help", "도움말")]
    await phone.bot.set_my_commands(commands)

    assert await phone.bot.get_my_commands() == tuple(commands)
    assert await phone.bot.get_my_commands(language_code="zh") == ()
    with pytest.raises(BadRequest, match=r"(?i)bot_command_invalid"):
        await phone.bot.set_my_commands([BotCommand("처음", "x")])
    await phone.bot.delete_my_commands()
    assert await phone.bot.get_my_commands() == ()
    assert await phone.bot.set_chat_menu_button(menu_button=MenuButtonCommands())
    assert (await phone.bot.get_chat_menu_button()).type == "commands"
