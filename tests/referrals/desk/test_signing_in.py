"""What happens at the moment somebody is known."""

import asyncio

import pyotp
import pytest

from referrals.desk import passphrases
from referrals.desk.grants import Role
from referrals.desk.signing_in import SlowDown, WrongEntry, first_page
from tests.desk_rig import Rig, ask


def test_first_pages() -> None:
    """Where one holds several roles, the day begins with cases; who has none sees her account."""
    assert first_page(frozenset({Role.CASEWORKER, Role.LEAD})) == "/queue"
    assert first_page(frozenset({Role.SAFETY_LEAD, Role.OPERATOR})) == "/reports"
    assert first_page(frozenset()) == "/account"


def test_two_tries_with_one_code_at_the_same_time_are_one(desk: Rig) -> None:
    """A code that two requests bring at once lets in one of them."""
    account = desk.account(Role.OPERATOR)
    new = passphrases.generated(desk.desk.draw)
    row = (account.account, new.sign_in_name, passphrases.hashed(new.phrase, bytes(16)), new.totp)
    desk.written(lambda db: db.execute("INSERT INTO phrases VALUES (?, ?, ?, ?, 0, 0, 0)", row))
    code = pyotp.TOTP(new.totp).at(int(desk.clock()))
    body = f"name={new.sign_in_name}&phrase={new.phrase}&code={code}".encode()
    headers = {"content-type": "application/x-www-form-urlencoded"}

    async def both() -> list[int]:
        tries = (ask(desk, "POST", "/enter/phrase", headers=headers, body=body) for _ in range(4))
        return sorted(answer.status for answer in await asyncio.gather(*tries))

    assert asyncio.run(both()) == [303, 403, 403, 403]


def test_what_went_wrong_holds_nothing_of_what_was_typed() -> None:
    """An exception that would reach a log has no name, passphrase or code in it."""
    assert str(WrongEntry()) == ""
    with pytest.raises(SlowDown, match=r"^slow down$"):
        raise SlowDown(30)
