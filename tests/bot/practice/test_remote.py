"""What a test asks over HTTP when the practice server is its own process."""

from tests.bot.practice.conftest import Phone


async def test_a_remote_test_can_look_and_interfere(phone: Phone) -> None:
    """Calls, faults and injected updates work over HTTP as in Python."""
    await phone.bot.get_my_name()
    calls = (await phone.get("/practice/calls?since=0")).json()
    assert [(c["method"], c["status"]) for c in calls] == [("getMyName", 200)]
    assert (await phone.get("/practice/calls?since=1")).json() == []
    assert (await phone.get("/practice/calls?since=-1")).status_code == 400
    assert (await phone.post("/practice/faults", {"kind": "flood", "times": 2})).json() == {"waiting": 2}
    assert len(phone.faults) == 2
    await phone.post("/practice/inject", {"message": {"broken": True}})
    assert len(phone.server.account.queue) == 1
