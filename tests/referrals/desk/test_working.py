"""All the work's doors together."""

from starlette.responses import Response

from referrals.casebook_changes import UnknownReferral
from referrals.desk.doors import Door, Subject
from referrals.desk.grants import Grant, Role
from referrals.desk.visit import Visit
from referrals.desk.working import DOORS, or_gone
from tests.desk_rig import Rig, desk_in
from tests.desk_work import PARTNER


def test_whatever_names_a_referral_is_asked_for_it() -> None:
    """Each path with an id says whose thing it is, so that the partner is compared before anything is looked at."""
    for door in DOORS:
        named = {each: f"{{{each.value}}}" in door.path for each in Subject if each is not Subject.NONE}
        assert named == {each: door.subject is each for each in named}
        assert ("{" in door.path) == (door.subject is not Subject.NONE)


def test_no_door_of_the_work_is_open_to_all() -> None:
    """Caseworkers, leads and the safety lead have theirs, and nobody else has any."""
    assert {door.grant for door in DOORS} == {Grant.WORK, Grant.LEAD, Grant.REPORTS}
    assert all(
        door.grant is Grant.WORK
        for door in DOORS
        if door.path.startswith(("/case", "/queue", "/attest", "/availability"))
    )


def test_what_is_erased_meanwhile_is_not_there(desk: Rig) -> None:
    """A referral that goes between the door and the page is answered as what it is."""

    async def gone(_: Visit) -> Response:
        raise UnknownReferral

    door = Door("GET", "/gone", Grant.SIGNED_IN, or_gone(gone))
    folder = desk.folder / "other"
    folder.mkdir()
    with desk_in(folder, (door,)) as rig:
        her = rig.signed_in(rig.account(Role.CASEWORKER, partner=PARTNER))
        assert her.get("/gone").status_code == 404
