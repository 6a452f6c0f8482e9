"""The Telegram channel: what it asks of a Bot API server, and what every kind of failure becomes."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any, TypeAlias

import pytest

from bot.channels import (
    ChannelError,
    ChatClosed,
    Flooded,
    Incoming,
    MessageGone,
    Refused,
    SecondPoller,
    TokenRefused,
    Unreachable,
)
from bot.channels.telegram import Profile, Telegram, parse
from bot.dialogue.events import Left, SentMedia, Started, Tapped, Typed
from bot.practice.faults import Faults
from bot.texts import Button, Rendered
from tests.bot.channels.faulty_server import CUT, HANG, failure, reply, result, running_faulty_server
from tests.practice_server import running_practice

TOKEN = "1:practice"
WRONG = "1:wrong"
MARK = "MARKED"
FRONT = Rendered("everyday information", ((Button("1 read", "front:read"),), (Button("2 close", "front:close"),)))
OTHER = Rendered("another page", ((Button("1 back", "other:back"),),))
BARE = Rendered("no buttons", ())
TWO_DAYS = 48 * 3600  # seconds; Bot API, deleteMessage

Action: TypeAlias = Callable[[Telegram], Coroutine[Any, Any, Any]]


@contextlib.asynccontextmanager
async def connected(base_url: str, token: str = TOKEN) -> AsyncIterator[Telegram]:
    """A started channel, stopped at the end."""
    telegram = Telegram(token, base_url)
    try:
        await telegram.start()
        yield telegram
    finally:
        await telegram.stop()


async def met_with(answer: bytes, method: str, act: Action) -> ChannelError | None:
    """What an action ends with when a method is answered so."""
    async with running_faulty_server() as server, connected(server.base_url) as telegram:
        server.will_answer(method, answer)
        try:
            await act(telegram)
        except ChannelError as error:
            return error
        return None


async def test_a_front_page_is_sent_silent_protected_and_plain() -> None:
    """The one new message makes no sound, can't be forwarded, opens no preview and uses no markup."""
    async with running_practice() as (server, base_url), connected(base_url) as telegram:
        her = server.new_person().chat
        server.open(her)
        sent = await telegram.show_front(her, FRONT)
        screen = server.screen(her)
        assert screen is not None
        assert (screen.message_id, screen.text) == (sent, FRONT.text)
        assert (screen.silent, screen.protected) == (True, True)
        assert [[button["callback_data"] for button in row] for row in screen.keyboard or []] == [
            ["front:read"],
            ["front:close"],
        ]
        asked = server.calls[-1].params
        assert set(asked) == {
            "chat_id", "text", "reply_markup", "protect_content", "disable_notification", "link_preview_options",
        }  # fmt: skip
        assert asked["link_preview_options"] == {"is_disabled": True}


async def test_an_edit_replaces_text_and_buttons_in_place() -> None:
    """A screen is put on the message that is there, and one without buttons takes the old ones away."""
    async with running_practice() as (server, base_url), connected(base_url) as telegram:
        her = server.new_person().chat
        server.open(her)
        sent = await telegram.show_front(her, FRONT)
        for screen in (OTHER, OTHER, BARE):  # the second changes nothing and counts as done
            await telegram.edit(her, sent, screen)
        shown = server.screen(her)
        assert shown is not None
        assert (shown.message_id, shown.text, shown.keyboard) == (sent, BARE.text, None)
        assert server.calls[-2].status == 400


async def test_an_edit_of_a_message_that_is_gone_is_not_tried_again() -> None:
    """Somebody deleted the message: that is said, and as its own error."""
    async with running_practice() as (server, base_url), connected(base_url) as telegram:
        her = server.new_person().chat
        server.open(her)
        sent = await telegram.show_front(her, FRONT)
        server.clear(her)
        with pytest.raises(MessageGone):
            await telegram.edit(her, sent, OTHER)


async def test_deleting_takes_hers_and_ours_and_may_be_repeated() -> None:
    """250 messages go in three requests, and a second deletion of the same is a success."""
    async with running_practice() as (server, base_url), connected(base_url) as telegram:
        her = server.new_person().chat
        server.open(her)
        for _ in range(249):
            server.type(her, "fictional")
        await telegram.show_front(her, FRONT)
        ids = list(server.chat(her).messages)
        assert len(ids) == 251
        for _ in range(2):
            await telegram.delete(her, ids)
            assert not server.chat(her).messages
        assert [call.method for call in server.calls].count("deleteMessages") == 6
        await telegram.delete(her, [])


async def test_messages_too_old_to_delete_are_named_after_the_others_went() -> None:
    """After 48 hours Telegram deletes no more: what still can go does go, and then the error comes."""
    now = [1_000_000.0]
    async with running_practice(clock=lambda: now[0]) as (server, base_url), connected(base_url) as telegram:
        her = server.new_person().chat
        server.open(her)
        old = await telegram.show_front(her, FRONT)
        now[0] += TWO_DAYS + 1
        server.type(her, "fictional")
        with pytest.raises(MessageGone):
            await telegram.delete(her, list(server.chat(her).messages))
        left = [message.message_id for message in server.chat(her).messages.values()]
        assert old in left
        assert max(left) <= old


async def test_one_message_that_can_not_be_deleted_does_not_keep_the_others() -> None:
    """If the server refuses a whole chunk, each message is deleted on its own; those already gone are no error."""
    async with running_faulty_server() as server, connected(server.base_url) as telegram:
        server.will_answer("deleteMessages", failure(400, "Bad Request: message can't be deleted"))
        server.will_answer(
            "deleteMessage",
            failure(400, "Bad Request: message can't be deleted for everyone"),
            failure(400, "Bad Request: message to delete not found"),
            failure(400, "Bad Request: anything else"),
        )
        with pytest.raises(MessageGone):
            await telegram.delete(1, [11, 12, 13, 14])
        assert [asked["message_id"] for method, asked in server.asked if method == "deleteMessage"] == [
            "11",
            "12",
            "13",
            "14",
        ]


async def test_a_server_without_bulk_deletion_is_asked_one_by_one() -> None:
    """A self-hosted Bot API server that is older than deleteMessages still deletes."""
    async with running_faulty_server() as server, connected(server.base_url) as telegram:
        server.will_answer("deleteMessages", failure(404, "Not Found"))
        await telegram.delete(1, [11, 12])
        assert server.methods()[-3:] == ["deleteMessages", "deleteMessage", "deleteMessage"]


async def test_a_press_is_answered_once_and_late_answers_count_as_done() -> None:
    """Her phone stops waiting without a word on it; a press that nobody waits for any more is no error."""
    async with running_practice() as (server, base_url), connected(base_url) as telegram:
        her = server.new_person().chat
        server.open(her)
        sent = await telegram.show_front(her, FRONT)
        server.press(her, sent, "front:read")
        pressed = [parse(update) for update in await telegram.fetch(None, 0)][-1]
        assert pressed is not None
        assert pressed.callback is not None
        await telegram.answer(pressed.callback)
        assert server.chat(her).toast == ""
        assert server.calls[-1].params == {"callback_query_id": pressed.callback}
        await telegram.answer("987654321")
        assert server.calls[-1].status == 400


async def test_updates_come_raw_and_again_until_confirmed() -> None:
    """What she does arrives in order as JSON, is sent again until a higher offset, and each is read alone."""
    async with running_practice() as (server, base_url), connected(base_url) as telegram:
        her = server.new_person().chat
        server.open(her)
        sent = await telegram.show_front(her, FRONT)
        server.inject({"message": {"from": {"id": "odd"}, "chat": 5}})  # would stop python-telegram-bot's own reader
        server.press(her, sent, "front:read")
        server.type(her, "typed")
        server.send(her, "photo")
        server.block(her)
        first, second = await telegram.fetch(None, 0), await telegram.fetch(None, 0)
        assert first == second
        read = [parse(update) for update in first]
        events = [incoming.event if incoming else None for incoming in read]
        assert events == [Started(), None, Tapped("front", "read"), Typed("typed"), SentMedia(), Left()]
        assert all(incoming.chat == her for incoming in read if isinstance(incoming, Incoming))
        last = max(incoming.update_id for incoming in read if incoming)
        assert await telegram.fetch(last + 1, 0) == []


async def test_only_what_is_read_is_asked_for() -> None:
    """Groups' and channels' updates are not even fetched, and the poll waits on Telegram's side."""
    async with running_faulty_server() as server, connected(server.base_url) as telegram:
        await telegram.fetch(8, 25)
        asked = server.asked[-1][1]
        assert asked == {
            "offset": "8",
            "timeout": "25",
            "allowed_updates": '["message", "edited_message", "callback_query", "my_chat_member"]',
        }


async def test_the_neutral_texts_are_set_once() -> None:
    """Name, descriptions and commands are set in each language where they differ; a second start changes nothing."""
    profiles = {
        "zh": Profile("生活手册", "生活信息", "信息", (("menu", "打开"),)),
        "ko": Profile("생활수첩", "생활 안내", "안내", (("menu", "열기"), ("start", "처음"))),
        "": Profile("생활수첩 · 生活手册", "생활 안내 · 生活信息", "안내 · 信息", (("menu", "열기 · 打开"),)),
    }
    async with running_practice() as (server, base_url), connected(base_url) as telegram:
        await telegram.introduce(profiles)
        assert server.account.profile.name == {language: profile.name for language, profile in profiles.items()}
        assert len([call for call in server.calls if call.method.startswith("setMy")]) == 12
        await telegram.introduce(profiles)
        profiles["ko"] = Profile("생활수첩", "생활 안내.", "안내", profiles["ko"].commands)
        await telegram.introduce(profiles)
        changes = [call for call in server.calls if call.method.startswith("setMy")][12:]
        assert [(call.method, call.params["language_code"]) for call in changes] == [("setMyDescription", "ko")]


async def test_a_language_keeps_its_texts_when_those_for_everyone_else_change() -> None:
    """A language that had been shown the common texts gets its own before they would change under it."""
    common, other = Profile("안내", "안내", "안내", ()), Profile("信息", "信息", "信息", ())
    async with running_practice() as (server, base_url), connected(base_url) as telegram:
        await telegram.introduce({"ko": common, "": common})
        assert "ko" not in server.account.profile.name
        await telegram.introduce({"ko": common, "": other})
        assert server.account.profile.name == {"": "信息", "ko": "안내"}


async def test_starting_keeps_what_waits_and_names_what_is_open() -> None:
    """A webhook is removed without dropping updates; what BotFather should switch off is named, and nothing else."""
    async with running_faulty_server() as server:
        bot = {
            "id": 7,
            "is_bot": True,
            "first_name": "fictional",
            "can_join_groups": True,
            "supports_inline_queries": False,
        }
        server.will_answer("getMe", result(bot))
        telegram = Telegram(TOKEN, server.base_url)
        assert await telegram.start() == ("can_join_groups",)
        await telegram.stop()
        assert server.asked[1] == ("deleteWebhook", {"drop_pending_updates": "false"})


async def test_a_start_that_failed_may_be_repeated() -> None:
    """With the network away at boot, the same object starts later."""
    async with running_faulty_server() as server:
        server.will_answer("getMe", CUT)
        telegram = Telegram(TOKEN, server.base_url)
        with pytest.raises(Unreachable):
            await telegram.start()
        await telegram.start()
        await telegram.stop()


@pytest.mark.parametrize("answer", [failure(401, "Unauthorized"), failure(404, "Not Found")])
async def test_a_wrong_token_is_told_at_start(answer: bytes) -> None:
    """Telegram says 401 to a token that was revoked and 404 to one that is none; both are the operator's to mend."""
    async with running_faulty_server() as server:
        server.will_answer("getMe", answer)
        telegram = Telegram(WRONG, server.base_url)
        with pytest.raises(TokenRefused) as caught:
            await telegram.start()
        await telegram.stop()
        assert_silent(caught.value)


FAILURES = [
    (failure(401, "Unauthorized"), TokenRefused),
    (failure(403, "Forbidden: bot was blocked by the user"), ChatClosed),
    (failure(403, "Forbidden: user is deactivated"), ChatClosed),
    (failure(400, "Bad Request: chat not found"), ChatClosed),
    (failure(400, "Bad Request: PEER_ID_INVALID"), ChatClosed),
    (failure(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-5), ChatClosed),
    (failure(400, "Bad Request: message to edit not found"), MessageGone),
    (failure(400, "Bad Request: message can't be edited"), MessageGone),
    (failure(400, "Bad Request: MESSAGE_ID_INVALID"), MessageGone),
    (failure(400, "Bad Request: message is too long"), Refused),
    (failure(400, f"Bad Request: {MARK}"), Refused),
    (failure(404, "Not Found"), Refused),
    (failure(409, "Conflict: terminated by other getUpdates request"), SecondPoller),
    (failure(429, "Too Many Requests: retry after 7", retry_after=7), Flooded),
    (failure(429, "Too Many Requests"), Unreachable),
    (failure(500, "Internal Server Error"), Unreachable),
    (failure(502, "Bad Gateway"), Unreachable),
    (CUT, Unreachable),
    (reply(200, b"<html>captive portal</html>"), Unreachable),
    (reply(200, b"\xff\xfe{"), Unreachable),
    (reply(200, {"ok": True}), Unreachable),
    (reply(200, ["list"]), Unreachable),
    (reply(200, b"[" * 100_000), Unreachable),
    *(
        (reply(status, b"<html>a censor's page</html>"), Unreachable)
        for status in (302, 400, 401, 403, 404, 409, 429, 451, 502)
    ),
    *((reply(status, {"error": "a gateway's own"}), Unreachable) for status in (400, 401, 403, 404, 409, 429, 503)),
    *((reply(status, [1]), Unreachable) for status in (400, 403, 500)),
]


@pytest.mark.parametrize(("answer", "expected"), FAILURES, ids=range(len(FAILURES)))
async def test_every_failure_has_one_meaning(answer: bytes, expected: type[ChannelError]) -> None:
    """What Telegram says decides; what a proxy or a censor says in its place never counts as Telegram's word."""
    error = await met_with(answer, "editMessageText", lambda telegram: telegram.edit(1, 5, FRONT))
    assert type(error) is expected
    assert_silent(error)
    if isinstance(error, Flooded):
        assert error.seconds == 7


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (failure(401, "Unauthorized"), TokenRefused),
        (failure(409, "Conflict: can't use getUpdates method while webhook is active"), SecondPoller),
        (failure(429, "Too Many Requests: retry after 7", retry_after=7), Flooded),
        (result({"not": "a list"}), Unreachable),
        (reply(404, b"<html>"), Unreachable),
        (CUT, Unreachable),
    ],
)
async def test_a_failed_fetch_has_the_same_meanings(answer: bytes, expected: type[ChannelError]) -> None:
    """A token revoked while the bot runs, a second bot, a flood and a broken line are told apart when polling too."""
    error = await met_with(answer, "getUpdates", lambda telegram: telegram.fetch(None, 0))
    assert type(error) is expected
    assert_silent(error)


async def test_a_sent_message_whose_answer_is_in_an_unknown_shape_is_unreachable() -> None:
    """The library can't build the message: it may have been sent, which is what Unreachable says."""
    error = await met_with(result({"of": "the future"}), "sendMessage", lambda telegram: telegram.show_front(1, FRONT))
    assert type(error) is Unreachable


async def test_nobody_listens() -> None:
    """A server that is not there is Unreachable, at start and later."""
    async with running_faulty_server() as server:
        address = server.base_url
    telegram = Telegram(TOKEN, address)
    with pytest.raises(Unreachable):
        await telegram.start()
    await telegram.stop()


async def test_the_practice_servers_faults_are_told_apart() -> None:
    """A flood, a cut line and an HTML page from the practice server mean the same as from Telegram."""
    faults = Faults()
    async with running_practice(faults=faults) as (server, base_url), connected(base_url) as telegram:
        her = server.new_person().chat
        server.open(her)
        sent = await telegram.show_front(her, FRONT)
        faults.add("flood", retry_after=3)
        faults.add("cut_after")
        faults.add("html")
        met = []
        for _ in range(3):
            with pytest.raises(ChannelError) as caught:
                await telegram.edit(her, sent, OTHER)
            met.append(type(caught.value))
        assert met == [Flooded, Unreachable, Unreachable]
        await telegram.edit(her, sent, OTHER)
        server.block(her)
        with pytest.raises(ChatClosed):
            await telegram.edit(her, sent, FRONT)


async def test_a_fetch_can_be_cancelled() -> None:
    """At SIGTERM the long poll ends at once, and no ChannelError hides that it was cancelled."""
    async with running_faulty_server() as server, connected(server.base_url) as telegram:
        server.will_answer("getUpdates", HANG)
        waiting = asyncio.create_task(telegram.fetch(None, 50))
        await server.hanging.wait()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting


@pytest.mark.parametrize("data", ["", "x" * 65, "가" * 22])
async def test_button_data_that_does_not_fit_is_a_programmers_error(data: str) -> None:
    """Telegram would refuse it for ever, so it is told before sending, without the data in the message."""
    telegram = Telegram(TOKEN, "http://127.0.0.1:1/bot")
    with pytest.raises(ValueError, match="1 to 64 bytes") as caught:
        await telegram.edit(1, 2, Rendered("text", ((Button("label", data),),)))
    assert not data or data not in str(caught.value)


@pytest.mark.parametrize("proxy", [f"ftp://user:{MARK}@127.0.0.1:1", f"{MARK}", f"http://{MARK}:port"])
def test_an_unusable_proxy_is_told_without_its_address(proxy: str) -> None:
    """A proxy's address may hold a password: the error says what is expected instead."""
    with pytest.raises(ValueError, match="socks5") as caught:
        Telegram(TOKEN, proxy=proxy)
    assert_silent(caught.value)


async def test_everything_goes_through_the_proxy_and_none_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sending and polling both ask the proxy that was set; one in the environment is never used."""
    async with running_faulty_server() as proxy, running_faulty_server() as environment:
        monkeypatch.setenv("ALL_PROXY", environment.base_url.removesuffix("/bot"))
        monkeypatch.setenv("HTTP_PROXY", environment.base_url.removesuffix("/bot"))
        telegram = Telegram(TOKEN, "http://api.invalid/bot", proxy.base_url.removesuffix("/bot"))
        await telegram.start()
        await telegram.fetch(None, 0)
        await telegram.stop()
        assert proxy.methods() == ["getMe", "deleteWebhook", "getUpdates"]
        assert environment.asked == []


async def test_no_proxy_means_none_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a proxy the server is asked directly, whatever the environment says."""
    async with running_faulty_server() as server, running_faulty_server() as environment:
        monkeypatch.setenv("ALL_PROXY", environment.base_url.removesuffix("/bot"))
        monkeypatch.setenv("HTTP_PROXY", environment.base_url.removesuffix("/bot"))
        async with connected(server.base_url) as telegram:
            await telegram.fetch(None, 0)
        assert environment.asked == []


async def test_socks_is_built_in() -> None:
    """A SOCKS address is accepted, and with nobody behind it nothing goes around it."""
    async with running_faulty_server() as server:
        telegram = Telegram(TOKEN, server.base_url, "socks5://127.0.0.1:1")
        with pytest.raises(Unreachable):
            await telegram.start()
        await telegram.stop()
        assert server.asked == []


def assert_silent(error: BaseException | None) -> None:
    """An error carries no token, no mark, and no other exception that could."""
    assert error is not None
    for secret in (TOKEN, WRONG, MARK):
        assert secret not in f"{error!s} {error!r} {error.args}"
    assert error.__context__ is None
    assert error.__cause__ is None
