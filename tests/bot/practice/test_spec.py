"""Everything the server says and takes is in the published Bot API 10.1, by a strict validator."""

from typing import Any

import pytest

from bot.practice.botapi import PracticeServer
from bot.practice.methods import METHODS, UPDATE_KINDS, Method
from bot.practice.persons import MEDIA
from tests.bot.practice import bot_api_spec
from tests.bot.practice.conftest import Clock

pytestmark = pytest.mark.skipif(not bot_api_spec.SPEC.exists(), reason=bot_api_spec.ABSENT)

_METHODS = sorted(METHODS.values(), key=lambda method: method.name)


class Checked:
    """A server in which every answer to the bot is held against the spec."""

    def __init__(self) -> None:
        self.server = PracticeServer(clock=Clock())
        self.used: set[str] = set()

    def call(self, name: str, /, **params: Any) -> Any:
        """One successful call, its result validated."""
        outcome = self.server.call(name, params)
        assert outcome.status == 200, outcome.body
        result = outcome.body["result"]
        assert bot_api_spec.faults(result, bot_api_spec.method(name)["returns"]) == []
        self.used.add(name)
        return result


@pytest.fixture
def checked() -> Checked:
    """A fresh one."""
    return Checked()


@pytest.mark.parametrize("method", _METHODS, ids=lambda method: method.name)
def test_methods_and_parameters_are_the_bot_apis(method: Method) -> None:
    """Each method, each parameter and what is required exist in the spec under that name."""
    described = {field["name"]: field["required"] for field in bot_api_spec.method(method.name).get("fields", [])}

    assert set(method.known) <= set(described)
    assert {name for name, required in described.items() if required} <= method.required


def test_kinds_of_update_are_the_bot_apis() -> None:
    """allowed_updates knows exactly the fields of Update."""
    fields = bot_api_spec._spec()["types"]["Update"]["fields"]

    assert {field["name"] for field in fields} - {"update_id"} == UPDATE_KINDS


def test_every_answer_is_valid(checked: Checked) -> None:
    """Every method is called with success once, and each result is of the type that the spec names."""
    server = checked.server
    chat = server.new_person().chat
    server.open(chat)
    markup = {"inline_keyboard": [[{"text": "1", "callback_data": "a"}]]}
    sent = checked.call("sendMessage", chat_id=chat, text="one", reply_markup=markup, protect_content=True)
    place = {"chat_id": chat, "message_id": sent["message_id"]}
    checked.call("editMessageText", **place, text="two", reply_markup=markup)
    server.press(chat, sent["message_id"], "a")
    updates = checked.call("getUpdates", allowed_updates=["message", "callback_query"])
    checked.call("answerCallbackQuery", callback_query_id=updates[-1]["callback_query"]["id"])
    checked.call("editMessageReplyMarkup", **place)
    checked.call("deleteMessage", **place)
    checked.call("deleteMessages", chat_id=chat, message_ids=[1, 2])
    for text, parameter in (
        ("Name", "name"),
        ("Description", "description"),
        ("ShortDescription", "short_description"),
    ):
        checked.call(f"setMy{text}", **{parameter: "x"})
        checked.call(f"getMy{text}")
    checked.call("setMyCommands", commands=[{"command": "start", "description": "x"}])
    checked.call("getMyCommands")
    checked.call("deleteMyCommands")
    checked.call("setChatMenuButton", menu_button={"type": "commands"})
    checked.call("getChatMenuButton")
    checked.call("deleteWebhook")
    checked.call("getWebhookInfo")
    checked.call("getMe")

    assert checked.used == {method.name for method in _METHODS}


def test_every_update_is_valid(checked: Checked) -> None:
    """Whatever a person does gives an Update that the spec allows."""
    server = checked.server
    chat = server.new_person("ko").chat
    server.open(chat, "payload")
    server.type(chat, "text")
    for kind in MEDIA:
        server.send(chat, kind)
    sent = checked.call("sendMessage", chat_id=chat, text="one")
    server.press(chat, sent["message_id"], "forged", forged=True)
    server.clear(chat)
    server.press(chat, sent["message_id"], "forged", forged=True)
    server.block(chat)
    server.unblock(chat)

    updates = checked.call("getUpdates")
    assert len(updates) == 2 + len(MEDIA) + 4
    assert updates[-3]["callback_query"]["message"]["date"] == 0


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ({"id": 1, "is_bot": True, "first_name": "x", "extra": 1}, ".extra: unknown in User"),
        ({"id": 1, "is_bot": True}, ".first_name: missing in User"),
        ({"id": "1", "is_bot": True, "first_name": "x"}, ".id: not Integer"),
        ({"id": True, "is_bot": True, "first_name": "x"}, ".id: not Integer"),
        ([], ": not a User"),
    ],
)
def test_the_validator_finds_what_is_wrong(value: object, fault: str) -> None:
    """Unknown, missing and mistyped fields are each found: the validator can fail."""
    assert bot_api_spec.faults(value, ["User"]) == [fault]


def test_the_validator_looks_inside() -> None:
    """A fault deep in a keyboard is found too."""
    keyboard = {"inline_keyboard": [[{"text": "x", "callbackdata": "y"}]]}

    found = bot_api_spec.faults(keyboard, ["InlineKeyboardMarkup", "ReplyKeyboardRemove"])
    assert found == [".inline_keyboard[0][0].callbackdata: unknown in InlineKeyboardButton"]
