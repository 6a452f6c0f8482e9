"""The caseworker's side as the page asks for it."""

import httpx

from tests.bot.practice.casework_fake import REFERRAL, FakeCasework, english
from tests.bot.practice.conftest import Phone
from tests.practice_server import running_practice


async def test_the_caseworkers_side_is_shown() -> None:
    """Waiting referrals, the sealed bytes and the opened text come from the view that was joined."""
    async with (
        running_practice(casework=FakeCasework(), english=english) as (server, base_url),
        httpx.AsyncClient(base_url=base_url.removesuffix("/bot")) as client,
    ):
        chat = server.new_person().chat
        path = f"/practice/casework/{REFERRAL['referral_id']}"
        assert (await client.get("/practice/casework")).json() == [REFERRAL]
        sealed = await client.get(f"{path}/sealed")
        assert sealed.content == await FakeCasework().sealed(REFERRAL["referral_id"])
        assert sealed.headers["content-disposition"].startswith("attachment")
        assert (await client.get(f"{path}/opened?lang=zh")).json() == {"text": "需要：住处", "lang": "zh"}
        assert (await client.get(f"{path}/opened?lang=fr")).status_code == 400
        assert (await client.get("/practice/casework/ffff/sealed")).status_code == 409
        shown = (await client.get(f"/practice/persons/{chat}/english")).json()
        assert shown == {"text": "Are you alone now?", "rows": [["1 Yes, alone"], ["2 No"]]}


async def test_without_a_caseworkers_side_there_is_none(phone: Phone) -> None:
    """No view and no English: null, and no referral to ask for."""
    assert (await phone.get("/practice/casework")).json() is None
    assert (await phone.get(f"/practice/persons/{phone.chat}/english")).json() is None
    assert (await phone.get("/practice/casework/x/opened")).status_code == 409
