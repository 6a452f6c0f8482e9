"""A clock that jumps a year ahead or a day back: nothing crashes, people are served on, and times hold as documented."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.dialogue.conversation import NOBODY
from referrals.desk import audit, sessions
from referrals.desk.grants import Role
from referrals.desk.housekeeping import erase_past
from tests.bot.rig import MEDIAN, Rig, rigged
from tests.bot.test_intake import code_of, enter
from tests.desk_rig import Rig as DeskRig
from tests.desk_rig import desk_in
from tests.desk_work import deliver, listed
from tests.fakes import HER

DAY = 86_400  # seconds
YEAR = 366 * DAY
# What a broken clock, a restored snapshot or a wrong time server does; each ends somewhere else than it began, or where it began.
JUMPS = {
    "a year ahead": (YEAR,),
    "a day back": (-DAY,),
    "ahead and back": (YEAR, -YEAR),
    "back and ahead": (-DAY, DAY),
    "to the first day": (-(10**12),),
}
SHORT = ("ahead and back", "a day back")  # the others wait for `make long`
ALL = [pytest.param(jumps, id=name, marks=[] if name in SHORT else pytest.mark.long) for name, jumps in JUMPS.items()]
OTHER = HER + 1
SEALED_DAYS = 30  # README: how long a partner's sealed files are kept


@pytest_asyncio.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    """The loop, with its databases."""
    async with rigged(tmp_path) as made:
        yield made


async def _jump(rig: Rig, seconds: int) -> None:
    """The clock jumps, and everything that looks at it does so."""
    rig.clock.now = max(rig.clock.now + seconds, 1.0)
    for _ in range(3):
        await rig.retention.once()
        await rig.notices.once()
        await rig.settle()


@pytest.mark.parametrize("jumps", ALL)
async def test_people_are_served_through_a_jump(rig: Rig, jumps: tuple[int, ...]) -> None:
    """One handed over, one in the middle: after each jump both can begin anew, nothing is sent twice, and no file is kept too long."""
    await rig.start()
    await rig.tap(*MEDIAN, "share_yes")
    await rig.settle()
    await rig.start(OTHER)
    await rig.tap("lang_ko", "safe_alone", "ph_mine", chat=OTHER)
    await rig.settle()
    for seconds in jumps:
        await _jump(rig, seconds)
    ahead = max(sum(jumps[: number + 1]) for number in range(len(jumps)))
    packets = (await rig.filed("SELECT count(*) FROM packets"))[0][0]
    assert packets == (0 if ahead > SEALED_DAYS * DAY else 1), (
        "sealed files go after 30 days of this clock, and not before"
    )
    if ahead > 0:
        assert await rig.conversation(OTHER) == NOBODY, "what was idle is covered"
    assert await rig.rows("SELECT * FROM set_aside") == []
    before = (await rig.filed("SELECT count(*) FROM referrals"))[0][0]
    for chat in (HER, OTHER):
        await rig.start(chat)
        await rig.settle()
        # After 48 hours no message can be deleted (Bot API, deleteMessage): an old front page may stand above the new one.
        assert {screen for _, screen in rig.fake.ours(chat)} == {rig.front}
    await rig.tap("urgent_ko")
    await rig.tap("u_locked")
    await rig.settle()
    if abs(sum(jumps)) > DAY:  # the partner list is of another time, and a bot that can't know sends nobody
        assert (await rig.conversation()).place != "u2_send"
        return
    await rig.tap("send")
    await rig.settle()
    assert (await rig.filed("SELECT count(*) FROM referrals"))[0][0] > before
    assert not [kind for kind in await rig.queued() if kind == "deliver"], "delivered at once, whatever the clock says"


@pytest.mark.parametrize(("jumps", "opens"), [((-DAY,), True), ((YEAR,), False), ((YEAR, -YEAR), False)])
async def test_a_code_opens_as_long_as_its_case_is_kept(rig: Rig, jumps: tuple[int, ...], *, opens: bool) -> None:
    """A day back changes nothing; a year ahead it has ended, and a clock put right again does not bring it back."""
    await rig.start()
    await rig.tap(*MEDIAN, "share_yes")
    code = await code_of(rig)
    await rig.tap("nav.wipe")
    await rig.settle()
    for seconds in jumps:
        await _jump(rig, seconds)
    await enter(rig, code)
    assert ((await rig.conversation()).place == "k_case") is opens


@pytest.mark.parametrize("jumps", ALL)
def test_the_desk_works_through_a_jump(tmp_path: Path, jumps: tuple[int, ...]) -> None:
    """A session of another time is over, signing in again works, her answer is taken, and the audit verifies."""
    with desk_in(tmp_path) as rig:
        her = rig.account(Role.CASEWORKER, partner="P1")
        before = rig.signed_in(her)
        for seconds in jumps:
            _desk_jump(rig, seconds)
        assert before.get("/queue").status_code == (200 if sum(jumps) == 0 and max(jumps) == DAY else 303)
        browser = rig.signed_in(her)
        referral_id = deliver(rig, 7)
        assert browser.get("/queue").status_code == 200
        assert (
            browser.post(
                f"/case/{referral_id}/accept", data={"version": str(listed(rig, referral_id).version)}
            ).status_code
            == 303
        )
        assert listed(rig, referral_id).state == "accepted"
        assert rig.written(audit.verify).broken_at is None
        rig.clock.passes(sessions.IDLE + 1)
        assert browser.get("/queue").status_code == 303, (
            "a session ends after fifteen minutes of whatever clock it began in"
        )


def _desk_jump(rig: DeskRig, seconds: int) -> None:
    rig.clock.now = max(rig.clock.now + seconds, 86_400.0)
    rig.books(lambda books: erase_past(books, int(rig.clock())))
