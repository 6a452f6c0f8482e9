"""What the practice server remembers, writes down and tells those who wait."""

import json
from pathlib import Path

import pytest

from bot.practice.answers import Refusal
from bot.practice.botapi import PracticeServer
from tests.bot.practice.conftest import opened
from tests.practice_server import running_practice


async def test_updates_stand_in_the_journal_too(tmp_path: Path) -> None:
    """A kill test can count taps against calls."""
    journal = tmp_path / "journal.jsonl"
    async with running_practice(journal=journal) as (server, _):
        update_id = server.open(server.new_person().chat)

    entry = json.loads(journal.read_text("utf-8"))
    assert (entry["kind"], entry["update_id"], entry["message"]["text"]) == ("update", update_id, "/start")


def test_a_chat_must_be_open_and_not_blocked(server: PracticeServer) -> None:
    """Not found, not opened, blocked: each is refused as Telegram refuses it."""
    chat = opened(server)
    server.block(chat)

    assert server.account.chat(chat).blocked
    for refused, code in ((chat, 403), (server.new_person().chat, 400), (1, 400)):
        with pytest.raises(Refusal) as caught:
            server.account.writable(refused)
        assert caught.value.code == code


def test_whoever_listens_hears_every_change(server: PracticeServer) -> None:
    """Each change wakes a listener and grows the version; nobody is woken after leaving."""
    heard: list[int] = []
    with server.account.listening(lambda: heard.append(server.account.version)):
        chat = opened(server)
        server.type(chat, "text")
    assert heard == sorted(set(heard))
    assert len(heard) >= 3
    before = list(heard)
    server.type(chat, "text")

    assert heard == before
    assert server.account.version > heard[-1]
