"""What stands in a chat, and what the lock screen showed of it."""

from bot.practice.botapi import PracticeServer
from tests.bot.practice.conftest import opened, screen_with


def test_only_a_new_message_makes_a_notice(server: PracticeServer) -> None:
    """An edit makes none, a silent message one without sound, and a deleted one takes its notice along."""
    chat = opened(server)
    first = screen_with(server, chat)
    server.call("editMessageText", {"chat_id": chat, "message_id": first, "text": "edited"})
    assert [(n.text, n.silent) for n in server.chat(chat).notices] == [("screen", False)]

    screen_with(server, chat, silent=True)
    assert [n.silent for n in server.chat(chat).notices] == [False, True]
    server.call("deleteMessage", {"chat_id": chat, "message_id": first})
    assert [n.silent for n in server.chat(chat).notices] == [True]


def test_clearing_the_chat_is_not_told_to_the_bot(server: PracticeServer) -> None:
    """Messages and notices are gone, and no update says so."""
    chat = opened(server)
    screen_with(server, chat)
    waiting = len(server.account.queue)
    server.clear(chat)

    assert server.chat(chat).messages == {}
    assert server.chat(chat).notices == []
    assert server.screen(chat) is None
    assert len(server.account.queue) == waiting


def test_persons_stay_apart(server: PracticeServer) -> None:
    """A message to one person stands in no other chat, and ids are never used twice."""
    chats = [opened(server) for _ in range(3)]
    ids = [screen_with(server, chat) for chat in chats for _ in range(2)]

    assert len(set(ids)) == 6
    for place, chat in enumerate(chats):
        assert [m.message_id for m in server.chat(chat).messages.values() if m.from_bot] == ids[
            2 * place : 2 * place + 2
        ]
