"""N18 and N21 to N23: who decides about partners, and what stays in her hands whatever happens."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.channels import MessageGone, Unreachable
from bot.dialogue.events import Started
from bot.texts import Rendered
from referrals import lifecycle_errors as errors
from referrals.approval import Approval, approve, propose, settle
from referrals.fixtures import IDS
from referrals.publishing.errors import KeyTwiceError, UnsignedError
from referrals.vetting import Operator
from tests.bot.handed import enter, handed_over
from tests.bot.rig import MEDIAN, REMAINS, URGENT, Rig
from tests.fakes import HER
from tests.promises.lives import DAY, HOUR, at_contact, later
from tests.promises.said import offending
from tests.referrals.publishing.ceremony import NOW as PUBLISHED
from tests.referrals.publishing.ceremony import Ceremony, pinned, refusal
from tests.referrals.publishing.test_attacks import one_key_twice, one_signature
from tests.referrals.vetted import (
    EDITOR,
    LEAD,
    NOW,
    OPERATORS,
    SECOND,
    THIRD,
    TODAY,
    changed,
    file,
    listed,
    with_partner,
)

BEFORE = file(status="provisional")
OTHER = BEFORE.contacts[0].model_copy(update={"value": "fictional mailbox 2"})
CHANGES = {
    "contact": changed(BEFORE, contacts=(OTHER,)),
    "key": with_partner(BEFORE, x_keys=BEFORE.partner.x_keys[:1]),
    "activation": with_partner(BEFORE, x_status="active"),
}


@pytest.mark.parametrize("by", [EDITOR, LEAD, SECOND, THIRD], ids=lambda each: each.id)
@pytest.mark.parametrize("what", CHANGES)
def test_n18_no_operator_alone_changes_a_contact_a_key_or_a_state(what: str, by: Operator) -> None:
    """N18: whoever proposes can't settle it, nor approve it herself; a change of contact or key needs one other, an activation two."""
    after = CHANGES[what]
    proposal = propose(BEFORE, after, by, NOW)

    with pytest.raises(errors.ApprovalMissingError):
        settle(proposal, BEFORE, after, OPERATORS, listed(BEFORE), TODAY)
    with pytest.raises(errors.OwnProposalError):
        approve(proposal, BEFORE, after, by, NOW)
    with pytest.raises(errors.OwnProposalError):
        own = proposal.model_copy(update={"approvals": (Approval(by=by.id, at=NOW),)})  # written by hand
        settle(own, BEFORE, after, OPERATORS, listed(BEFORE), TODAY)
    one_other = approve(proposal, BEFORE, after, next(each for each in (LEAD, THIRD) if each != by), NOW)
    if what == "activation":
        with pytest.raises(errors.ApprovalMissingError):
            settle(one_other, BEFORE, after, OPERATORS, listed(BEFORE), TODAY)
    else:
        assert settle(one_other, BEFORE, after, OPERATORS, listed(BEFORE), TODAY).notices  # the old contact is told


@pytest.mark.parametrize(
    ("attack", "error"), [(one_signature, UnsignedError), (one_key_twice, KeyTwiceError)], ids=["once", "twice"]
)
def test_n18_no_operator_alone_publishes(
    tmp_path: Path, attack: Callable[[Ceremony], None], error: type[Exception]
) -> None:
    """N18: a list that one operator signed, with the online key and twice over, is refused by the bot, which keeps the list it had."""
    ceremony, client = pinned(tmp_path)
    before = client.refresh(PUBLISHED)
    assert refusal(before) is None

    attack(ceremony)
    after = client.refresh(PUBLISHED)

    assert refusal(after) is error
    assert after.directory is not None
    assert before.directory is not None
    assert after.directory.version == before.directory.version


async def test_n21_nothing_shows_that_the_account_was_here_before(rig: Rig) -> None:
    """N21: until she is alone and her code is in, an account with a past sees and receives, call by call, what a new one does."""
    hers = await handed_over(rig, "go_on", "share_no", "word.moon", "word.rain")
    await later(rig, 11 * 60)
    await at_contact(rig, chat=HER)
    await rig.tap("nav.pause")
    await later(rig, 11 * 60)
    await enter(rig, "1234567890123452")
    await rig.tap("nav.wipe")
    await later(rig, HOUR)
    new = HER + 1

    seen = [await visit(rig, chat) for chat in (HER, new)]

    assert len(seen[0]) > 20
    assert seen[0] == seen[1]
    welcome = r"다시 (오셨|와 주|만나|뵙)|또 오셨|지난번|어서 오|欢迎|又来|回来了|上次|welcome|\bagain\b.*\bcame\b|last time|good to see"
    assert offending(welcome, "다시 오셨습니다.", "欢迎回来。", "Welcome back.") == []
    await enter(rig, hers.code, "word.moon")  # only now
    assert (await rig.conversation()).place == "k_case"


async def visit(rig: Rig, chat: int) -> list[tuple[str, Rendered | None]]:
    """Open the chat, type, look round, and come up to the last digit: each call to the messenger, and what it showed."""
    calls, puts = len(rig.fake.calls), len(rig.fake.history)
    await rig.intake.receive(rig.incoming(Started(), chat, 9_000))
    await rig.settle()
    await rig.say("나 기억합니까?", 9_002, chat)
    await rig.settle()
    for option in (
        "cover",
        "nav.back",
        "lang_ko",
        "safe_alone",
        "ph_mine",
        "nav.back",
        "code",
        *(f"key.{digit}" for digit in "123456789012345"),
    ):
        await rig.tap(option, chat=chat)
        await rig.settle()
    shown = iter([screen for _, screen in rig.fake.history[puts:]])
    return [(kind, next(shown) if kind in {"edit", "show_front"} else None) for kind, _, _ in rig.fake.calls[calls:]]


async def test_n22_a_wipe_is_never_lost(rig: Rig) -> None:
    """N22: through hours without a network it is tried again until the page is neutral, ahead of everything, and nobody has to ask."""
    await rig.start()
    await rig.settle()
    await rig.tap(*MEDIAN)
    await rig.settle()
    rig.fake.fail("edit", *(Unreachable() for _ in range(40)))
    await rig.tap("nav.wipe")
    await rig.settle()
    assert [screen for _, screen in rig.fake.ours(HER)] != [rig.front]

    for _ in range(60):
        await later(rig, 10 * 60)

    assert [screen for _, screen in rig.fake.ours(HER)] == [rig.front]
    assert rig.fake._faults["edit"] == type(rig.fake._faults["edit"])()  # every failure was met, and not given up at


async def test_n22_what_can_not_be_deleted_is_made_neutral_or_said(rig: Rig) -> None:
    """N22: a message past the 48 hours is edited to the neutral page; one that can't even be edited is said, and so is hers that stays."""
    message = await rig.fake.show_front(HER, Rendered("fictional screen", ()))
    rig.clock.now += 49 * HOUR
    await rig.write(lambda: rig.store.queue_cover(HER, message, rig.clock.now))
    await rig.settle()
    assert [screen for _, screen in rig.fake.ours(HER)] == [rig.front]

    rig.fake.fail("edit", MessageGone())
    await rig.write(lambda: rig.store.queue_cover(HER, message, rig.clock.now))
    await rig.settle()
    assert rig.fake.ours(HER)[-1][1] == REMAINS

    await rig.start(HER + 1)
    await rig.settle()
    await rig.tap(*MEDIAN[:4], chat=HER + 1)
    await rig.settle()
    old = rig.fake.type(HER + 1, "fictional")
    rig.fake.dates[HER + 1, old] -= 49 * HOUR
    await rig.say("fictional", old, HER + 1)
    await rig.settle()
    said = (await rig.conversation(HER + 1)).note
    assert (said, old in rig.fake.chats[HER + 1]) == ("note.remains", True)


async def test_n23_nobody_is_shut_out_for_good(rig: Rig) -> None:
    """N23: after many wrong codes and searches only waits grow, to a quarter of an hour; the urgent path is open all the while."""
    hers = await handed_over(rig)
    await rig.tap("wipe_now")
    for _ in range(14):
        await enter(rig, "1234567890123452", "nav.wipe")
        rig.clock.now += 16 * 60
    for _ in range(6):
        await at_contact(rig, "c_return")
        await rig.tap("nav.wipe")
    await at_contact(rig, "c_return")
    hub = [standing.partner for standing in (await rig.conversation()).offers]
    assert hub == [IDS["HUB"]]  # it degrades to the hub, never to nothing
    await rig.tap("nav.wipe")
    await enter(rig, "1234567890123452", "nav.wipe")
    await enter(rig, hers.code)
    assert (await rig.conversation()).place == "k_code"  # too soon
    await rig.tap("nav.wipe")

    await rig.tap(*URGENT)
    await rig.settle()
    assert len(await rig.opened("HUB")) == 1
    await rig.tap("wipe_now")
    rig.clock.now += 15 * 60 + 1
    await enter(rig, hers.code)
    assert (await rig.conversation()).place == "k_case"
    await rig.tap("nav.wipe")
    await enter(rig, "1234567890123452", "nav.wipe")
    await later(rig, 2 * DAY + HOUR)
    assert await rig.rows("SELECT * FROM tries") == []
