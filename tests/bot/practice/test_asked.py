"""What the page sends is checked, and what can't be done is said."""

import pytest

from tests.bot.practice.conftest import Phone


@pytest.mark.parametrize(
    ("path", "body", "status", "reason"),
    [
        ("/practice/persons/1/open", {}, 409, "no such person"),
        ("/practice/persons/{chat}/fly", {}, 400, "a person can"),
        ("/practice/persons/{chat}/type", {"text": 1}, 400, "text must be a text"),
        ("/practice/persons/{chat}/press", {"message_id": "1", "data": "x"}, 400, "message_id must be a number"),
        ("/practice/persons/{chat}/press", {"message_id": 1, "data": "x"}, 409, "no such button"),
        ("/practice/persons/{chat}/send", {"kind": "money"}, 400, "kind must be one of"),
        ("/practice/persons", [], 400, "JSON object"),
        ("/practice/faults", {"kind": "fire"}, 400, "kind must be one of"),
        ("/practice/faults", {"kind": "flood", "often": 1}, 400, "a fault has"),
    ],
)
async def test_what_can_not_be_done_is_said(phone: Phone, path: str, body: object, status: int, reason: str) -> None:
    """Every refusal names its reason."""
    answer = await phone.post(path.format(chat=phone.chat), body)

    assert answer.status_code == status
    assert reason in answer.json()["error"]
