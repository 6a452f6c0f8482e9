"""A reply is kept sealed, moves its case as far as it says, and never stands in the way of what changed meanwhile."""

import secrets
from typing import Any

import pytest

from referrals.desk.grants import Role
from referrals.desk.sent_files import coded
from referrals.sealing import seal_bytes
from tests import filed
from tests.desk_browser.made import HERS
from tests.desk_rig import Browser, Rig
from tests.desk_work import deliver, listed
from tests.filed import FIRST


@pytest.fixture
def ada(desk: Rig) -> Browser:
    """A caseworker of the partner that has a referral."""
    now = int(desk.clock())
    desk.books(lambda books: books.casebook.receive(filed.alone(FIRST, partner="P1"), b"sealed", now))
    return desk.signed_in(desk.account(Role.CASEWORKER, partner="P1"))


def body(desk: Rig, referral_id: str = FIRST, **changes: Any) -> dict[str, Any]:
    """What a browser sends."""
    sealed = seal_bytes(b"fictional", [HERS.recipient], secrets.token_bytes)
    return {"version": listed(desk, referral_id).version, "sealed": coded(sealed), "asks": False} | changes


def test_a_question_asks_for_more_and_a_reply_does_not(desk: Rig, ada: Browser) -> None:
    """The state says only that more is asked; which question it was, no column holds; both are for her to read."""
    ada_answers = ada.post(f"/case/{FIRST}/reply", json=body(desk)).json()
    assert ada_answers["version"] == listed(desk, FIRST).version
    asked = ada.post(f"/case/{FIRST}/reply", json=body(desk, asks=True)).json()

    assert asked["state"] == listed(desk, FIRST).state == "need_more"
    assert len(desk.books(lambda books: books.casebook.replies_for(filed.CASE))) == 2
    assert desk.written(lambda db: [row[0] for row in db.execute("SELECT action FROM deeds ORDER BY deed")]) == [
        "reply",
        "ask",
    ]


def test_who_answers_has_the_case_in_hand(desk: Rig, ada: Browser) -> None:
    """Where nobody had it; a colleague's stays hers."""
    ada.post(f"/case/{FIRST}/reply", json=body(desk))
    before = desk.written(lambda db: db.execute("SELECT account FROM assignments").fetchall())
    bo = desk.signed_in(desk.account(Role.CASEWORKER, partner="P1", name="Bo"))
    bo.post(f"/case/{FIRST}/reply", json=body(desk))

    assert len(before) == 1
    assert desk.written(lambda db: db.execute("SELECT account FROM assignments").fetchall()) == before


def test_what_changed_meanwhile_keeps_the_reply_back(desk: Rig, ada: Browser) -> None:
    """An old version, or a case that ended: 409 with the state as it is, and neither reply nor deed is kept."""
    old = body(desk)
    desk.books(lambda books: books.casebook.accept(FIRST, int(desk.clock())))
    stale = ada.post(f"/case/{FIRST}/reply", json=old)
    assert (stale.status_code, stale.json()["state"]) == (409, "accepted")
    ended = deliver(desk, 2)
    desk.books(lambda books: books.casebook.decline(ended, "language", int(desk.clock())))

    assert ada.post(f"/case/{ended}/reply", json=body(desk, ended)).status_code == 409
    assert desk.books(lambda books: books.casebook.replies_for(filed.CASE)) == ()
    assert desk.written(lambda db: db.execute("SELECT count(*) FROM deeds").fetchone()[0]) == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"version": "1"}, {"version": True}, {"asks": 1}, {"sealed": 7}, {"sealed": "!"}, {"question": "q_ill"},
        {"sealed": coded(b"plain text")}, {"sealed": coded(b"age-encryption.org/v1\n-> X25519 weak")},
    ],
)  # fmt: skip
def test_nothing_plain_and_nothing_weaker_is_kept(desk: Rig, ada: Browser, changes: dict[str, Any]) -> None:
    """What is not sealed to a post-quantum key, or names its question, is refused before it is stored anywhere."""
    assert ada.post(f"/case/{FIRST}/reply", json=body(desk, **changes)).status_code == 400
    assert desk.books(lambda books: books.casebook.replies_for(filed.CASE)) == ()


def test_another_partner_answers_nobody(desk: Rig, ada: Browser) -> None:
    """The case does not exist for her."""
    stranger = desk.signed_in(desk.account(Role.CASEWORKER, partner="P2"))

    assert ada is not stranger
    assert stranger.post(f"/case/{FIRST}/reply", json=body(desk)).status_code == 404
