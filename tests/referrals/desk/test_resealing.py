"""Copies for a colleague: offered and taken only once enough others heard the digits of her key, and only for her present one."""

import secrets
from functools import partial
from typing import Any

import pytest

from referrals.database import Connection
from referrals.desk import invitations, key_store
from referrals.desk.accounts import Account
from referrals.desk.grants import Role
from referrals.desk.resealing import BATCH
from referrals.desk.sent_files import coded
from referrals.sealing import encrypt
from tests.desk_browser.made import COLLEAGUE, OUTSIDER, OWN
from tests.desk_rig import Browser, Rig
from tests.desk_work import deliver, rid

MARK = key_store.mark_of(COLLEAGUE.recipient)
PACKET = f"{1 + 0xF0000000:032x}"


@pytest.fixture
def people(desk: Rig) -> tuple[Account, Account, Browser]:
    """Ada, who reads, and Bo, who joined with a key of her own; Ada's browser. One referral is open."""
    ada, bo = (desk.account(Role.CASEWORKER, partner="P1", name=name) for name in ("Ada", "Bo"))
    wraps: dict[key_store.Kind, bytes] = {"words": b"age-encryption.org/v1\nfictional"}
    for account, identity in ((ada, OWN), (bo, COLLEAGUE)):
        desk.written(
            partial(keep, account=account.account, recipient=identity.recipient, wraps=wraps, now=int(desk.clock()))
        )
    deliver(desk, 1)
    return ada, bo, desk.signed_in(ada)


def keep(db: Connection, account: str, recipient: str, wraps: dict[key_store.Kind, bytes], now: int) -> None:
    """Keep a key of an account."""
    key_store.make(db, account, recipient, wraps, None, now)


def approve(desk: Rig, by: Account) -> None:
    """A colleague heard the digits of Bo's key."""
    desk.written(lambda db: key_store.approve(db, MARK, by.account, int(desk.clock())))


def copy(recipient: str = COLLEAGUE.recipient, **changes: Any) -> dict[str, Any]:
    """What a browser sends when it has sealed a packet again."""
    sealed = encrypt(b"fictional", [recipient], secrets.token_bytes)
    return {"packet_id": PACKET, "recipient": recipient, "sealed": coded(sealed)} | changes


def test_nothing_is_given_out_or_taken_before_the_digits_were_heard(
    desk: Rig, people: tuple[Account, Account, Browser]
) -> None:
    """No file, no copy; then both, for the key that was approved."""
    ada, bo, browser = people
    assert "Too few colleagues" in browser.get(f"/reseal/{bo.account}").text
    assert browser.get(f"/reseal/{bo.account}/files").status_code == 409
    assert browser.post(f"/case/{rid(1)}/resealed", json=copy()).status_code == 409

    approve(desk, ada)
    given = browser.get(f"/reseal/{bo.account}/files").json()
    assert (given["recipient"], given["partner"], given["left"]) == (COLLEAGUE.recipient, "P1", 1)
    assert [each["packet_id"] for each in given["files"]] == [PACKET]
    assert browser.post(f"/case/{rid(1)}/resealed", json=copy()).status_code == 200
    assert browser.get(f"/reseal/{bo.account}/files").json()["left"] == 0
    assert len(desk.books(lambda books: books.casebook.sealed_files(rid(1)))[0].copies) == 2


def test_where_two_are_asked_one_is_not_enough(desk: Rig, people: tuple[Account, Account, Browser]) -> None:
    """The partner asked for two people: the second colleague opens the way."""
    ada, bo, browser = people
    cy = desk.account(Role.LEAD, partner="P1", name="Cy")
    desk.written(lambda db: invitations.ask_two(db, "P1"))
    approve(desk, ada)
    assert browser.get(f"/reseal/{bo.account}/files").status_code == 409
    approve(desk, cy)
    assert browser.get(f"/reseal/{bo.account}/files").status_code == 200


def test_a_copy_is_for_an_approved_key_of_the_same_partner_only(
    desk: Rig, people: tuple[Account, Account, Browser]
) -> None:
    """A key nobody knows, one that ended, another packet, and what is no file."""
    ada, bo, browser = people
    approve(desk, ada)
    assert browser.post(f"/case/{rid(1)}/resealed", json=copy(OUTSIDER.recipient)).status_code == 409
    assert browser.post(f"/case/{rid(1)}/resealed", json=copy(packet_id="0" * 32)).status_code == 409
    assert browser.post(f"/case/{rid(1)}/resealed", json=copy(sealed=7)).status_code == 400
    assert browser.post(f"/case/{rid(1)}/resealed", json=copy(packet_id=7)).status_code == 400
    desk.remove(bo)
    assert browser.post(f"/case/{rid(1)}/resealed", json=copy()).status_code == 409
    assert len(desk.books(lambda books: books.casebook.sealed_files(rid(1)))[0].copies) == 1


def test_they_come_in_batches(desk: Rig, people: tuple[Account, Account, Browser]) -> None:
    """A page holds at most twenty, and the next begins behind it; what is asked behind no id is refused."""
    ada, bo, browser = people
    for number in range(2, BATCH + 4):
        deliver(desk, number)
    approve(desk, ada)
    first = browser.get(f"/reseal/{bo.account}/files").json()
    last = first["files"][-1]["packet_id"]
    rest = browser.get(f"/reseal/{bo.account}/files?after={last}").json()

    assert (len(first["files"]), len(rest["files"])) == (BATCH, 3)
    assert browser.get(f"/reseal/{bo.account}/files?after=x").status_code == 400


def test_who_has_no_key_is_told_so(desk: Rig, people: tuple[Account, Account, Browser]) -> None:
    """A page, not an error; and for another partner's colleague no page at all."""
    _, _, browser = people
    new = desk.account(Role.CASEWORKER, partner="P1", name="Di")
    stranger = desk.account(Role.CASEWORKER, partner="P2", name="Ed")

    assert "has no key yet" in browser.get(f"/reseal/{new.account}").text
    assert browser.get(f"/reseal/{new.account}/files").status_code == 409
    assert browser.get(f"/reseal/{stranger.account}").status_code == 404
