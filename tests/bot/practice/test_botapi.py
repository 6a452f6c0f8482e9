"""What a person can do on the practice phone, and what can be told from it."""

import pytest

from bot.practice.botapi import PhoneError, PracticeServer
from tests.bot.practice.conftest import opened, screen_with


def test_opening_sends_start(server: PracticeServer) -> None:
    """The first update is /start, with what the link carried, marked as a command."""
    chat = server.new_person("ko").chat
    server.open(chat, "abc")

    message = server.account.queue.fetch(0, 1)[0]["message"]
    assert message["text"] == "/start abc"
    assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    assert (message["from"]["id"], message["from"]["language_code"]) == (chat, "ko")
    assert message["chat"]["type"] == "private"


def test_a_button_can_be_pressed_only_where_it_stands(server: PracticeServer) -> None:
    """A press needs the button, unless it is forged."""
    chat = opened(server)
    message_id = screen_with(server, chat)

    for wrong in ((message_id, "b"), (message_id + 1, "a"), (1, "a")):
        with pytest.raises(PhoneError, match="no such button"):
            server.press(chat, *wrong)
    assert server.press(chat, message_id, "a") is not None
    assert server.press(chat, message_id, "anything", forged=True) is not None
    queries = [body["callback_query"] for body in server.account.queue.fetch(0, 100) if "callback_query" in body]
    assert [query["data"] for query in queries] == ["a", "anything"]
    assert len({query["id"] for query in queries}) == 2
    with pytest.raises(PhoneError, match="1 to 64 bytes"):
        server.press(chat, message_id, "가" * 22, forged=True)


def test_only_an_open_chat_can_be_used(server: PracticeServer) -> None:
    """No such person, a chat not opened, a bot that is blocked, an empty text: each says what is wrong."""
    stranger = server.new_person().chat
    blocked = opened(server)
    server.block(blocked)

    with pytest.raises(PhoneError, match="no such person"):
        server.open(1)
    with pytest.raises(PhoneError, match="not open"):
        server.type(stranger, "x")
    with pytest.raises(PhoneError, match="not open"):
        server.block(stranger)
    with pytest.raises(PhoneError, match="blocked"):
        server.send(blocked, "photo")
    server.unblock(blocked)
    with pytest.raises(PhoneError, match="empty"):
        server.type(blocked, "  ")


def test_any_update_can_be_injected(server: PracticeServer) -> None:
    """A test may queue what no person sends: a group's message, or one that can't be read."""
    update_id = server.inject({"message": {"chat": "poison"}})

    assert server.account.queue.fetch(0, 1) == [{"update_id": update_id, "message": {"chat": "poison"}}]
