"""Reading updates: every kind of the Bot API, with marks planted wherever a person could be read."""

import json
import re
from collections.abc import Mapping
from dataclasses import astuple
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels import Incoming
from bot.channels.telegram_parse import ALLOWED_UPDATES, parse, read_update_id
from bot.dialogue.events import Event, Left, SentMedia, Started, Tapped, Typed

SPEC = next(
    (
        found
        for folder in Path(__file__).resolve().parents
        if (found := folder / "shared/data/telegram-bot-api-10.1.json").is_file()
    ),
    None,
)
needs_spec = pytest.mark.skipif(SPEC is None, reason="the machine-readable Bot API does not lie beside this clone")

HER = 77001  # a fictional chat
MARK = "MARKED"  # stands in every string of a generated update that is not ours to read
MARKED_NUMBER = 4242424242  # stands in every number that is not ours to read
DEPTH = 4  # objects inside objects; the reader goes three deep
OPTIONAL = 0.15  # how often an optional field is there: a Message has about a hundred of them
ROUNDS = 10 * settings().max_examples  # updates of each kind


def message(**fields: object) -> dict[str, object]:
    """A message in a private chat, from somebody with a name."""
    person = {"id": HER, "is_bot": False, "first_name": MARK, "username": MARK, "language_code": MARK}
    return {
        "message_id": 9,
        "date": 1,
        "from": person,
        "chat": {"id": HER, "type": "private", "first_name": MARK},
    } | fields


def update(**fields: object) -> dict[str, object]:
    """An update with one kind in it."""
    return {"update_id": 3, **fields}


def press(data: object, **fields: object) -> dict[str, object]:
    """A button pressed under a message of the bot's."""
    return update(
        callback_query={"id": "11", "from": {"first_name": MARK}, "message": message(), "data": data} | fields
    )


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("/start", Started()),
        ("/start m", Started()),
        ("/start@fictional_bot", Started()),
        ("/Menu", Started()),
        ("/menu", Started()),
        ("/started", Typed("/started")),
        ("1234 5678", Typed("1234 5678")),
        ("say /start", Typed("say /start")),
        ("", Typed("")),
        (" \n", Typed(" \n")),
    ],
)
def test_text_starts_or_is_typed(text: str, event: Event) -> None:
    """The two commands lead to the front page, payload unread; all other text is handed on as typed."""
    assert parse(update(message=message(text=text))) == Incoming(3, HER, event, 9)


def test_forwarded_text_is_typed() -> None:
    """A forwarded text is text, and who wrote it is not read."""
    origin = {"type": "user", "sender_user": {"first_name": MARK}}
    assert parse(update(message=message(text="a", forward_origin=origin))) == Incoming(3, HER, Typed("a"), 9)


@pytest.mark.parametrize(
    "kind", ["photo", "location", "contact", "sticker", "voice", "document", "poll", "pinned_message"]
)
def test_what_is_not_text_is_not_looked_at(kind: str) -> None:
    """Whatever else she sends becomes the same event, with the message's id so that it can be deleted."""
    sent = message(**{kind: {"phone_number": MARK}, "caption": MARK})
    assert parse(update(message=sent)) == Incoming(3, HER, SentMedia(), 9)


def test_an_edit_is_not_looked_at() -> None:
    """An edited message is deleted like a picture, its text unread."""
    assert parse(update(edited_message=message(text=MARK))) == Incoming(3, HER, SentMedia(), 9)


@pytest.mark.parametrize(
    ("data", "tapped"),
    [
        ("q6_needs.2:n_place", Tapped("q6_needs.2", "n_place")),
        ("a:b:c", Tapped("a:b", "c")),
        ("x" * 62 + ":1", Tapped("x" * 62, "1")),
        ("x" * 63 + ":1", Tapped("", "")),
        ("가" * 21 + ":", Tapped("", "")),
        ("가" * 21 + ":1", Tapped("", "")),
        ("no colon", Tapped("", "")),
        (":option", Tapped("", "")),
        ("screen:", Tapped("", "")),
        ("a:\ud800", Tapped("", "")),
        ("a:b\n", Tapped("", "")),
        (None, Tapped("", "")),
        (12, Tapped("", "")),
        ({"a": "b:c"}, Tapped("", "")),
    ],
)
def test_a_press_names_screen_and_option(data: object, tapped: Tapped) -> None:
    """Data of our form is split at the last colon; any other is a press of no button, answered all the same."""
    assert parse(press(data)) == Incoming(3, HER, tapped, 9, "11", 1)


def test_a_press_on_an_inaccessible_message_counts() -> None:
    """Telegram sends a message it no longer has with date 0 and little else; the press is still hers."""
    gone = {"chat": {"id": HER, "type": "private"}, "message_id": 9, "date": 0}
    assert parse(press("a:b", message=gone)) == Incoming(3, HER, Tapped("a", "b"), 9, "11")


@pytest.mark.parametrize(
    ("date", "sent"), [(1_764_000_000, 1_764_000_000), (2**32, None), (0, None), (-1, None), (True, None), ("1", None)]
)
def test_a_press_says_when_its_message_was_sent(date: object, sent: int | None) -> None:
    """A date that Telegram can give is read; anything else is not known. What she types is not dated at all."""
    incoming = parse(press("a:b", message=message(date=date)))
    assert incoming is not None
    assert incoming.sent == sent
    typed = parse(update(message=message(text="a")))
    assert typed is not None
    assert typed.sent is None


def test_a_press_without_a_message_is_not_ours() -> None:
    """A press under an inline message has no chat, and who pressed is not read in its place."""
    query = {"id": "11", "from": {"id": HER}, "inline_message_id": "1", "data": "a:b"}
    assert parse(update(callback_query=query)) is None


@pytest.mark.parametrize("callback", ["", "가", "x" * 65, "\ud800", "a\nb", 11, None])
def test_an_odd_callback_id_is_not_answered(callback: object) -> None:
    """A press whose id can't be Telegram's counts, but nothing is sent back with that id."""
    incoming = parse(press("a:b", id=callback))
    assert incoming is not None
    assert incoming.callback is None


@pytest.mark.parametrize(("status", "event"), [("kicked", Left()), ("member", None), (None, None), ([], None)])
def test_blocking_the_bot_is_leaving(status: object, event: Event | None) -> None:
    """She left when she blocked the bot; unblocking it is nothing until she says something."""
    change = {
        "chat": {"id": HER, "type": "private"},
        "from": {"first_name": MARK},
        "new_chat_member": {"status": status},
    }
    incoming = parse(update(my_chat_member=change))
    assert (incoming.event if incoming else None) == event


@pytest.mark.parametrize("chat_type", ["group", "supergroup", "channel", "sender", "Private", "", None, 1])
@pytest.mark.parametrize("kind", ALLOWED_UPDATES)
def test_other_chats_are_left_alone(kind: str, chat_type: object) -> None:
    """Nothing comes of an update unless its chat says that it is private."""
    inner = message(text="/start", chat={"id": HER, "type": chat_type}, new_chat_member={"status": "kicked"})
    inner |= {"message": dict(inner), "data": "a:b", "id": "11"}
    assert parse(update(**{kind: inner})) is None
    inner["chat"] = inner["message"]["chat"] = {"id": HER, "type": "private"}  # type: ignore[index]
    assert parse(update(**{kind: inner})) is not None


@pytest.mark.parametrize("bad", [True, False, 0, -5, 2**52, 1.0, "77001", None, [77001], {}])
def test_an_id_is_a_positive_integer_of_52_bits(bad: object) -> None:
    """Anything else as update or chat id makes it no update of ours; as message id, there is no message to delete."""
    assert parse(update(message=message(text="a"), update_id=bad) | {"update_id": bad}) is None
    assert read_update_id({"update_id": bad}) is None
    assert parse(update(message=message(text="a", chat={"id": bad, "type": "private"}))) is None
    assert parse(update(message=message(text="a", message_id=bad))) == Incoming(3, HER, Typed("a"))


def test_the_largest_id_is_read() -> None:
    """The highest id that the Bot API promises is read whole."""
    largest = 2**52 - 1
    assert parse(update(message=message(text="a", chat={"id": largest, "type": "private"}))) == Incoming(
        3, largest, Typed("a"), 9
    )


def test_ids_and_text_do_not_print() -> None:
    """An incoming update shows neither chat, message, callback nor text when it is printed."""
    incoming = parse(update(message=message(text=f"{MARK} text", message_id=881234)))
    assert not re.search(rf"{MARK}|{HER}|881234", repr(incoming))
    assert "11" not in repr(parse(press("a:b")))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
names = st.sampled_from(
    [
        "update_id",
        "message_id",
        "chat",
        "id",
        "type",
        "text",
        "data",
        "message",
        "new_chat_member",
        "status",
        *ALLOWED_UPDATES,
    ]
)
likely = st.recursive(
    json_values | st.sampled_from(["private", "kicked", "a:b", "/start", HER]),
    lambda inner: st.dictionaries(names, inner, max_size=6),
    max_leaves=25,
)


@given(likely)
def test_any_json_is_survived(value: Any) -> None:
    """Whatever JSON arrives, reading it gives an Incoming or None and raises nothing."""
    incoming = parse(value)
    assert incoming is None or 0 < incoming.chat < 2**52
    read_update_id(value)


# ------------------------------------------------------------------------------- every type of the machine-readable Bot API


@cache
def spec() -> Mapping[str, Any]:
    """The types of Bot API 10.1, by name."""
    assert SPEC is not None
    types: Mapping[str, Any] = json.loads(SPEC.read_text(encoding="utf-8"))["types"]
    return types


def scalar(name: str, kind: str) -> object:
    """A marked value of a basic type; a literal where the description fixes one."""
    if kind in {"Integer", "Float"}:
        return MARKED_NUMBER
    if kind in {"Boolean", "True", "False"}:
        return kind != "False"
    return f"{MARK} {name}"


def plausible(rng: Random, kind: str, name: str, depth: int) -> object:
    """An object of a type of the specification: required fields, some optional ones, and one from the future."""
    if kind.startswith("Array of "):
        return [plausible(rng, kind.removeprefix("Array of "), name, depth) for _ in range(rng.randrange(3))]
    if kind not in spec():
        return scalar(name, kind)
    if subtypes := spec()[kind].get("subtypes"):
        return plausible(rng, rng.choice(subtypes), name, depth)
    made: dict[str, object] = {"field_of_the_future": {"first_name": MARK}}
    for field in spec()[kind].get("fields", []):
        often = 0.5 if field["name"] in {"text", "message"} else OPTIONAL
        wanted = field["required"] or rng.random() < often
        if wanted and depth:
            made[field["name"]] = plausible(rng, rng.choice(field["types"]), field["name"], depth - 1)
    return made


def generated(rng: Random, kind: str) -> dict[str, object]:
    """An update of this kind, every string and number in it marked."""
    (field,) = (field for field in spec()["Update"]["fields"] if field["name"] == kind)
    return update(**{kind: plausible(rng, field["types"][0], kind, DEPTH)})


def chats(value: object) -> list[dict[str, object]]:
    """Every object in a chat's place, however deep."""
    if isinstance(value, list):
        return [chat for inner in value for chat in chats(inner)]
    if not isinstance(value, dict):
        return []
    here = [value["chat"]] if isinstance(value.get("chat"), dict) else []
    return here + [chat for inner in value.values() for chat in chats(inner)]


def kinds() -> list[str]:
    """The kinds of update that the specification knows."""
    return (
        [] if SPEC is None else [field["name"] for field in spec()["Update"]["fields"] if field["name"] != "update_id"]
    )


@needs_spec
@pytest.mark.parametrize("kind", kinds())
def test_every_kind_of_update_is_survived_and_leaves_no_mark(kind: str) -> None:
    """Of any update, private or not, nothing about a person is kept; of one outside private chats, nothing at all."""
    rng = Random(kind)
    for _ in range(ROUNDS):
        untrusted = generated(rng, kind)
        assert parse(untrusted) is None, "no generated chat is private yet"
        chat_type = rng.choice(["private", "private", "group", "supergroup", "channel"])
        for chat in chats(untrusted):
            chat |= {"id": HER, "type": chat_type}
        incoming = parse(untrusted)
        if chat_type != "private" or kind not in ALLOWED_UPDATES:
            assert incoming is None
        elif incoming is not None:
            assert incoming.chat == HER
            assert MARK not in repr(incoming)
            assert kept_marks(incoming) <= allowed_marks(untrusted, kind)


def kept_marks(incoming: Incoming) -> set[object]:
    """The marked values anywhere in what was read."""
    flat = [*astuple(incoming), *(getattr(incoming.event, name) for name in incoming.event.__slots__)]
    return {value for value in flat if value == MARKED_NUMBER or (isinstance(value, str) and MARK in value)}


def allowed_marks(untrusted: Mapping[str, Any], kind: str) -> set[object]:
    """The only values that may be read: message id, typed text, callback id (the pressed code is drawn without its form)."""
    inner = untrusted[kind]
    return {MARKED_NUMBER, inner.get("id"), inner.get("text") if kind == "message" else None}


@needs_spec
def test_generated_updates_reach_the_reader() -> None:
    """The generator makes messages, presses and edits that are read: without this, the test above could prove nothing."""
    found: set[type[Event]] = set()
    for kind in ("message", "callback_query"):
        rng = Random(kind)
        for _ in range(ROUNDS):
            untrusted = generated(rng, kind)
            for chat in chats(untrusted):
                chat |= {"id": HER, "type": "private"}
            incoming = parse(untrusted)
            found |= {type(incoming.event)} if incoming else set()
    assert found == {SentMedia, Typed, Tapped}
