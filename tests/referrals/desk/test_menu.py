"""The menu."""

import pytest

from referrals.desk.app import DOORS
from referrals.desk.grants import Role
from referrals.desk.menu import MENU, Entry
from tests.desk_rig import Rig


@pytest.mark.parametrize("entry", MENU, ids=lambda entry: entry.path)
def test_an_entry_leads_to_a_door_of_the_same_grant(entry: Entry) -> None:
    """Nobody is shown a way that is closed to her, or not shown one that is open."""
    assert (entry.path, entry.grant) in {(door.path, door.grant) for door in DOORS if door.method == "GET"}


def test_one_sees_ones_own_entries(desk: Rig) -> None:
    """An operator sees no queue, a caseworker nothing of operation."""
    operator = desk.signed_in(desk.account(Role.OPERATOR)).get("/account").text
    her = desk.signed_in(desk.account(Role.CASEWORKER, partner="P1")).get("/account").text

    assert 'href="/operate"' in operator
    assert 'href="/queue"' not in operator
    assert 'href="/queue"' in her
    assert 'href="/operate"' not in her
