"""The pages of keys: her own by script, her colleagues' for all of them, and the file for the operators."""

from typing import Any

import pytest

from referrals.casebook_listed import ListedPartner, ListState
from referrals.desk import audit, key_store
from referrals.desk.accounts import Account
from referrals.desk.grants import Role
from referrals.desk.sent_files import coded
from referrals.sealing import fingerprint
from tests.desk_browser.made import COLLEAGUE, OUTSIDER, OWN, SIGNERS
from tests.desk_rig import Browser, Rig

WRAP = b"age-encryption.org/v1\nfictional"


def sent(
    recipient: str = OWN.recipient, replaces: str | None = None, kinds: tuple[str, ...] = ("words",)
) -> dict[str, Any]:
    """What a browser sends of a new key."""
    return {
        "recipient": recipient,
        "replaces": replaces,
        "wraps": [{"kind": kind, "sealed": coded(WRAP)} for kind in kinds],
    }


def listed(desk: Rig, *marks: str) -> None:
    """The bot looked at its list."""
    now = int(desk.clock())
    state = ListState(1, now + 9, "good", tuple(SIGNERS), now)
    desk.books(lambda books: books.casebook.list_seen(state, [ListedPartner("P1", "7", "active", "open", marks)]))


def somebody(desk: Rig, name: str = "Ada", *, recipient: str | None = None) -> tuple[Account, Browser]:
    """A caseworker of P1, signed in, with a key if one is given."""
    account = desk.account(Role.CASEWORKER, partner="P1", name=name)
    browser = desk.signed_in(account)
    if recipient:
        assert browser.post("/key/own", json=sent(recipient)).status_code == 200
    return account, browser


def test_her_browser_gets_back_what_it_sent(desk: Rig) -> None:
    """Before, nothing but the bots' keys; afterwards recipient, state and wraps, as they went; the audit holds that a key was made."""
    listed(desk, key_store.mark_of(OWN.recipient))
    _, ada = somebody(desk)
    assert ada.get("/key/own").json() == {
        "recipient": None,
        "state": None,
        "passkey": False,
        "signers": SIGNERS,
        "wraps": [],
    }

    assert ada.post("/key/own", json=sent(kinds=("words", "passkey"))).status_code == 200

    own = ada.get("/key/own").json()
    assert (own["recipient"], own["state"]) == (OWN.recipient, "listed")
    assert {each["kind"]: each["sealed"] for each in own["wraps"]} == {"words": coded(WRAP), "passkey": coded(WRAP)}
    actions = desk.written(lambda db: [row[0] for row in db.execute("SELECT action FROM audit")])
    assert audit.Action.KEY_MADE in actions


def test_a_second_key_needs_the_name_of_the_first(desk: Rig) -> None:
    """Two tabs at once don't make two keys; whoever replaces one says which."""
    _, ada = somebody(desk, recipient=OWN.recipient)

    assert ada.post("/key/own", json=sent(COLLEAGUE.recipient)).status_code == 409
    assert ada.post("/key/own", json=sent(COLLEAGUE.recipient, replaces=OWN.recipient)).status_code == 200
    assert ada.get("/key/own").json()["recipient"] == COLLEAGUE.recipient
    assert (
        ada.post("/key/wraps", json={"recipient": OWN.recipient, "kind": "words", "sealed": coded(WRAP)}).status_code
        == 409
    )


@pytest.mark.parametrize(
    "body",
    [
        {}, sent() | {"wraps": []}, sent() | {"wraps": "x"}, sent() | {"wraps": [{"kind": "chosen", "sealed": coded(WRAP)}]},
        sent() | {"wraps": [{"kind": "words", "sealed": 1}]}, sent() | {"recipient": 7}, sent() | {"replaces": 7},
        sent(kinds=("words", "words")),
    ],
)  # fmt: skip
def test_what_no_browser_of_ours_sends_is_refused(desk: Rig, body: dict[str, Any]) -> None:
    """Refused as a whole, and nothing is kept."""
    _, ada = somebody(desk)

    assert ada.post("/key/own", json=body).status_code == 400
    assert desk.written(lambda db: db.execute("SELECT count(*) FROM keys").fetchone()[0]) == 0


def test_colleagues_see_digits_and_changes(desk: Rig) -> None:
    """Every key of the partner with its digits, the replaced one as replaced; a lead sees them too, another partner's people none."""
    listed(desk)
    _, ada = somebody(desk, recipient=OWN.recipient)
    ada.post("/key/own", json=sent(COLLEAGUE.recipient, replaces=OWN.recipient))
    lead = desk.signed_in(desk.account(Role.LEAD, partner="P1", name="Lee"))
    stranger = desk.signed_in(desk.account(Role.CASEWORKER, partner="P2", name="Di"))

    for browser in (ada, lead):
        page = browser.get("/key/colleagues").text
        assert fingerprint(OWN.recipient) in page
        assert fingerprint(COLLEAGUE.recipient) in page
        assert "replaced by a new one" in page
    assert fingerprint(OWN.recipient) not in stranger.get("/key/colleagues").text
    assert 'data-page="key"' in ada.get("/key").text


def test_a_colleague_confirms_the_very_key_she_saw(desk: Rig) -> None:
    """Another key by now, her own key, or a stranger's: nothing is noted."""
    listed(desk)
    account, ada = somebody(desk, recipient=OWN.recipient)
    _, bo = somebody(desk, "Bo")
    stranger = desk.signed_in(desk.account(Role.CASEWORKER, partner="P2", name="Di"))
    mark = key_store.mark_of(OWN.recipient)

    other = somebody(desk, "Cy", recipient=OUTSIDER.recipient)[0]

    assert bo.post(f"/team/{account.account}/key", data={"mark": "0" * 32}).status_code == 400
    assert bo.post(f"/team/{other.account}/key", data={"mark": mark}).status_code == 400  # the digits of somebody else
    assert ada.post(f"/team/{account.account}/key", data={"mark": mark}).status_code == 400
    assert stranger.post(f"/team/{account.account}/key", data={"mark": mark}).status_code == 404
    assert desk.written(lambda db: db.execute("SELECT count(*) FROM approvals").fetchone()[0]) == 0
    assert bo.post(f"/team/{account.account}/key", data={"mark": mark}).status_code == 303
    assert desk.written(lambda db: db.execute("SELECT count(*) FROM approvals").fetchone()[0]) == 1


def test_the_notice_is_without_who_left(desk: Rig) -> None:
    """It holds the keys in use; the page says when one that ended stands in the list still."""
    gone, _ = somebody(desk, "Bo", recipient=OUTSIDER.recipient)
    _, ada = somebody(desk, recipient=OWN.recipient)
    listed(desk, key_store.mark_of(OWN.recipient), key_store.mark_of(OUTSIDER.recipient), "0" * 32)
    desk.remove(gone)

    notice = ada.get("/key/notice")
    page = ada.get("/key/colleagues").text

    assert notice.headers["content-disposition"] == 'attachment; filename="keys.csv"'
    assert OWN.recipient in notice.text
    assert OUTSIDER.recipient not in notice.text
    assert "1 keys that ended still stand in the partner list" in page
    assert "1 keys in the partner list were not made here" in page


def test_there_is_no_notice_of_nothing(desk: Rig) -> None:
    """Without a key, or of a partner that is not in the list, or of keys of which the year is over."""
    _, ada = somebody(desk)
    assert ada.get("/key/notice").status_code == 400
    ada.post("/key/own", json=sent())
    assert ada.get("/key/notice").status_code == 400
    listed(desk)
    assert ada.get("/key/notice").status_code == 200
    desk.clock.passes(366 * 86_400)
    assert desk.signed_in(desk.account(Role.LEAD, partner="P1", name="Lee")).get("/key/notice").status_code == 400
