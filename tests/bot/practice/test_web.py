"""Over HTTP: the kinds of body, the token, the method's name, and the guards on every answer."""

import httpx
import pytest
from telegram.error import InvalidToken

from tests.bot.practice.conftest import Phone


async def test_all_three_kinds_of_body_are_understood(phone: Phone) -> None:
    """Form, multipart, JSON, and the query as well."""
    path, fields = "1:practice/sendMessage", {"chat_id": str(phone.chat), "text": "text"}
    for request in (
        {"data": fields},
        {"files": {name: (None, value) for name, value in fields.items()}},
        {"json": {"chat_id": phone.chat, "text": "text", "protect_content": None}},
        {"params": fields},
    ):
        assert (await phone.raw(path, **request))[0] == 200
    assert len(phone.server.calls) == 4


async def test_files_are_refused(phone: Phone) -> None:
    """No file is ever taken."""
    fields = {"chat_id": (None, "1"), "text": ("a.txt", b"x")}

    assert (await phone.raw("1:practice/sendMessage", files=fields))[0] == 400


async def test_broken_json_is_refused(phone: Phone) -> None:
    """A body that is no JSON object is a 400."""
    headers = {"Content-Type": "application/json"}
    for content in (b"{", b"[]"):
        status, answer = await phone.raw("1:practice/getMe", content=content, headers=headers)
        assert (status, answer["description"]) == (400, "Bad Request: can't parse JSON object")


async def test_method_names_are_case_insensitive_and_checked(phone: Phone) -> None:
    """Getme is getMe; what is no method is 404."""
    assert (await phone.raw("1:practice/getme"))[0] == 200
    assert (await phone.raw("1:practice/sendPhoto"))[0] == 404


async def test_a_wrong_token_is_unauthorized(phone: Phone) -> None:
    """Only the one token is answered, and the answer repeats nothing of the wrong one."""
    for token in ("2:practice", "1:Practice", "1:practicex", "나루"):
        status, answer = await phone.raw(f"{token}/getMe")
        assert (status, answer) == (401, {"ok": False, "error_code": 401, "description": "Unauthorized"})
    assert phone.server.calls == []
    with pytest.raises(InvalidToken):
        async with type(phone.bot)("1:wrong", base_url=phone.base_url):
            pass


async def test_another_web_page_can_not_press_buttons(phone: Phone) -> None:
    """A body that a browser sends across sites without asking is refused, and so is a foreign host name."""
    async with httpx.AsyncClient(base_url=phone.site) as client:
        for kind in ("text/plain", "application/x-www-form-urlencoded"):
            headers = {"Content-Type": kind}
            answer = await client.post(f"/practice/persons/{phone.chat}/open", content="{}", headers=headers)
            assert answer.status_code == 400
        assert (await client.get("/practice", headers={"Host": "rebound.example"})).status_code == 400
    assert len(phone.server.account.queue) == 0


async def test_every_answer_carries_the_guards(phone: Phone) -> None:
    """Nothing is cached, nothing is loaded from elsewhere, nothing is guessed or framed."""
    for path in ("/practice", "/practice/phone.js", "/practice/phone.css", "/practice/persons", "/nowhere"):
        headers = (await phone.get(path)).headers
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'")
        assert "form-action 'none'" in policy
        assert headers["cache-control"] == "no-store"
