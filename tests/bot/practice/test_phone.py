"""What the page asks, over HTTP: JSON in, JSON out, and a stream of changes."""

import json
from typing import Any

import httpx

from tests.bot.practice.conftest import Phone


async def test_a_person_can_be_played_over_http(phone: Phone) -> None:
    """New person, open, type, send, press, forge, block, unblock, clear: each as in Python."""
    added = await phone.post("/practice/persons", {"language_code": "ko"})
    person = f"/practice/persons/{added.json()['chat']}"
    assert added.status_code == 201
    await phone.post(f"{person}/open", {})
    sent = await phone.bot.send_message(added.json()["chat"], "text")
    for act, body in (
        ("type", {"text": "hello"}),
        ("send", {"kind": "voice"}),
        ("press", {"message_id": sent.message_id, "data": "x", "forged": True}),
        ("block", {}),
        ("unblock", {}),
    ):
        answer = await phone.post(f"{person}/{act}", body)
        assert (answer.status_code, type(answer.json()["update_id"])) == (200, int), act
    seen = (await phone.get(person)).json()
    assert [(m["from_bot"], m["text"], m["media"]) for m in seen["messages"]] == [
        (False, "/start", None),
        (True, "text", None),
        (False, "hello", None),
        (False, "", "voice"),
    ]
    assert (await phone.post(f"{person}/clear", {})).json() == {"update_id": None}
    assert (await phone.get(person)).json()["messages"] == []
    assert [p["chat"] for p in (await phone.get("/practice/persons")).json()] == [phone.chat, added.json()["chat"]]


async def test_the_phone_shows_the_bots_profile_in_her_language(phone: Phone) -> None:
    """Name and description by the person's language, or the ones for all others."""
    await phone.bot.set_my_name("생활 정보")
    await phone.bot.set_my_name("生活信息", language_code="zh")
    await phone.bot.set_my_description("설명")

    seen = (await phone.get(f"/practice/persons/{phone.chat}")).json()
    assert (seen["bot_name"], seen["description"]) == ("生活信息", "설명")


async def test_the_stream_tells_of_every_change(phone: Phone) -> None:
    """The phone's state comes at once and again after each change."""
    async with (
        httpx.AsyncClient(base_url=phone.site) as client,
        client.stream("GET", f"/practice/persons/{phone.chat}/events") as stream,
    ):
        lines = stream.aiter_lines()

        async def next_phone() -> dict[str, Any]:
            async for line in lines:
                if line.startswith("data: {"):
                    state: dict[str, Any] = json.loads(line.removeprefix("data: "))
                    return state
            raise AssertionError("the stream ended")

        assert (await next_phone())["notice"] is None
        await phone.bot.send_message(phone.chat, "나루")
        assert (await next_phone())["notice"] == {"text": "나루", "silent": False}
        phone.server.clear(phone.chat)
        assert (await next_phone())["messages"] == []
