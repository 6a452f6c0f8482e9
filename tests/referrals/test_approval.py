"""Who must agree: two others with keys to activate, one other for the rest, one alone to suspend; and whom to tell by the old way."""

import json
from collections.abc import Sequence
from datetime import timedelta

import pytest

from referrals import fixtures
from referrals import lifecycle_errors as errors
from referrals.approval import NOTICE, Proposal, Settled, approve, notices, propose, replaced, settle, subject, suspend
from referrals.lifecycle import state_on
from referrals.vetting import Operator, PartnerFile, load
from referrals.vetting import dump as dumped
from tests.bot.dialogue.purpose_words import CHINESE, KOREAN
from tests.referrals.vetted import (
    DAY,
    EDITOR,
    LEAD,
    NOW,
    OPERATORS,
    SECOND,
    THIRD,
    TODAY,
    changed,
    checks,
    file,
    listed,
    operator,
    read,
    with_partner,
    written,
)

BEFORE = file(status="provisional")
AFTER = with_partner(BEFORE, x_status="active")  # an activation
EDITED = changed(BEFORE, description="invented")  # any other change


def agreed(
    by: Operator, approvers: Sequence[Operator], before: PartnerFile | None = BEFORE, after: PartnerFile = AFTER
) -> Proposal:
    """Return a proposal with approvals."""
    proposal = propose(before, after, by, NOW)
    for each in approvers:
        proposal = approve(proposal, before, after, each, NOW)
    return proposal


def settled(
    by: Operator,
    approvers: Sequence[Operator],
    before: PartnerFile | None = BEFORE,
    after: PartnerFile = AFTER,
    operators: Sequence[Operator] = OPERATORS,
) -> Settled:
    """Return a change that was agreed to and settled."""
    others = listed(before) if before else listed()
    return settle(agreed(by, approvers, before, after), before, after, operators, others, TODAY)


@pytest.mark.parametrize("proposer", [EDITOR, THIRD])
def test_two_others_from_two_organisations_activate(proposer: Operator) -> None:
    """The file is active, and its record says who let people be sent there, and as what they did."""
    made = settled(proposer, [LEAD, SECOND]).file

    assert state_on(made, TODAY) == "active"
    assert made.activation is not None
    assert made.activation.proposed_by == proposer.id
    assert [each.organisation for each in made.activation.approved_by] == ["north-wind", "south-gate"]
    assert load(dumped(listed(made))).partners == (made,)


@pytest.mark.parametrize(
    ("approvers", "error"),
    [
        ([], errors.ApprovalMissingError),
        ([LEAD], errors.ApprovalMissingError),
        ([SECOND, THIRD], errors.SameOrganisationError),
        ([operator("nan", "north-wind"), SECOND], errors.NoLeadError),
        ([operator("nan", "north-wind"), SECOND, operator("wes", "west-pass")], errors.NoLeadError),
    ],
)
def test_too_few_or_the_wrong_two_do_not_activate(
    approvers: list[Operator], error: type[errors.LifecycleError]
) -> None:
    """One, two of one house, or two without a lead are each refused by the rule they miss, and the alias."""
    with pytest.raises(error, match=r"^partner 5: "):
        settled(EDITOR, approvers, operators=[*OPERATORS, *approvers])


def test_a_third_approval_may_make_the_pair() -> None:
    """Of three, any two that fit are enough."""
    nan = operator("nan", "north-wind")
    made = settled(EDITOR, [nan, SECOND, LEAD], operators=[*OPERATORS, nan]).file

    assert made.activation is not None
    assert {each.id for each in made.activation.approved_by} == {"sun", "lea"}


@pytest.mark.parametrize("by", [LEAD, EDITOR])
def test_nobody_approves_her_own_proposal(by: Operator) -> None:
    """Neither an approver nor an editor, whatever the change."""
    for after in (AFTER, EDITED):
        with pytest.raises(errors.OwnProposalError):
            agreed(by, [by], after=after)


@pytest.mark.parametrize(
    "who", [operator("eve", "east-hill", "editor"), operator("wil", "west-pass", lead=True, key=False)]
)
def test_who_is_no_approver_or_holds_no_key_approves_nothing(who: Operator) -> None:
    """An editor with a key doesn't, nor an approver who lost hers."""
    for after in (AFTER, EDITED):
        with pytest.raises(errors.NotAnApproverError):
            agreed(EDITOR, [who], after=after)


def test_an_approval_counts_once() -> None:
    """The same person twice is refused when she approves, and when the proposal was written by hand; so is one key in two hands."""
    with pytest.raises(errors.TwiceApprovedError):
        agreed(EDITOR, [LEAD, LEAD])

    once = agreed(EDITOR, [LEAD])
    by_hand = Proposal.model_validate({**dict(once), "approvals": once.approvals * 2})
    with pytest.raises(errors.TwiceApprovedError):
        settle(by_hand, BEFORE, AFTER, OPERATORS, listed(BEFORE), TODAY)
    twin = SECOND.model_copy(update={"key": LEAD.key})
    with pytest.raises(errors.TwiceApprovedError):
        settle(agreed(EDITOR, [LEAD, twin]), BEFORE, AFTER, [EDITOR, LEAD, twin], listed(BEFORE), TODAY)


def test_approvals_written_by_hand_meet_the_same_rules() -> None:
    """A proposal file that claims the proposer's own approval, or an editor's, is refused when it is settled."""
    proposal = agreed(SECOND, [LEAD])
    for by, error in ((SECOND, errors.OwnProposalError), (EDITOR, errors.NotAnApproverError)):
        forged = json.loads(proposal.model_dump_json())
        forged["approvals"].append({"by": by.id, "at": NOW.isoformat()})
        with pytest.raises(error):
            settle(Proposal.model_validate_json(json.dumps(forged)), BEFORE, AFTER, OPERATORS, listed(BEFORE), TODAY)


@pytest.mark.parametrize("gone", [EDITOR, LEAD])
def test_the_word_of_somebody_who_left_does_not_count(gone: Operator) -> None:
    """A proposer or approver who is no operator any more on the day of publication is named."""
    left = [each for each in OPERATORS if each is not gone]

    with pytest.raises(errors.UnknownOperatorError, match=gone.id):
        settled(EDITOR, [LEAD, SECOND], operators=left)


def test_an_approver_whose_key_was_taken_back_does_not_count() -> None:
    """The table of the day of publication decides, not that of the day of the approval."""
    keyless = [each.model_copy(update={"key": None}) if each is LEAD else each for each in OPERATORS]

    with pytest.raises(errors.NotAnApproverError):
        settled(EDITOR, [LEAD, SECOND], operators=keyless)


def test_any_other_change_needs_one_other() -> None:
    """An edit, a new candidate and a removal pass with one approval and not without."""
    new = file("MEN", status="candidate")
    removed = with_partner(BEFORE, x_status="removed")
    for before, after in ((BEFORE, EDITED), (None, new), (BEFORE, removed)):
        assert settled(EDITOR, [SECOND], before, after).file == after
        with pytest.raises(errors.ApprovalMissingError):
            settled(EDITOR, [], before, after)


def test_what_changed_meanwhile_is_not_overwritten() -> None:
    """A proposal for an older version of the partner is refused, when it is approved and when it is settled."""
    proposal = agreed(EDITOR, [LEAD, SECOND])
    now = changed(BEFORE, description="changed by somebody else")
    after = with_partner(now, x_status="active")

    with pytest.raises(errors.StaleProposalError):
        settle(proposal, now, after, OPERATORS, listed(now), TODAY)
    with pytest.raises(errors.StaleProposalError):
        approve(proposal, now, after, THIRD, NOW)


def test_what_is_settled_is_what_was_approved() -> None:
    """Something else in the place of what they saw is refused."""
    proposal = agreed(EDITOR, [LEAD, SECOND])
    other = changed(AFTER, description="slipped in")

    with pytest.raises(errors.AlteredProposalError):
        settle(proposal, BEFORE, other, OPERATORS, listed(BEFORE), TODAY)
    with pytest.raises(errors.AlteredProposalError):
        approve(proposal, BEFORE, other, THIRD, NOW)


def test_everything_is_checked_again_on_the_day_of_publication() -> None:
    """An activation that was in order when approved is refused once something lapsed."""
    proposal = agreed(EDITOR, [LEAD, SECOND])
    for day in (TODAY + 28 * DAY, TODAY + 61 * DAY):
        with pytest.raises(errors.LifecycleError):
            settle(proposal, BEFORE, AFTER, OPERATORS, listed(BEFORE), day)


def test_references_are_asked_for_when_they_are_used() -> None:
    """At an activation, and whenever they change, those who vouch must be active."""
    ids = [fixtures.IDS["MEN"], fixtures.IDS["HUB"]]
    vouched = read({**written(status="provisional"), "checks": checks(identity={"references": ids})})
    before = changed(vouched, activation=BEFORE.activation)
    active = with_partner(before, x_status="active")
    proposal, edit = agreed(EDITOR, [LEAD, SECOND], before, active), agreed(EDITOR, [LEAD], BEFORE, before)
    known = listed(BEFORE, file("MEN"), file("HUB"))

    assert state_on(settle(proposal, before, active, OPERATORS, known, TODAY).file, TODAY) == "active"
    assert settle(edit, BEFORE, before, OPERATORS, known, TODAY).file == before
    for asked, old, new in ((proposal, before, active), (edit, BEFORE, before)):
        with pytest.raises(errors.NoReferenceError):
            settle(asked, old, new, OPERATORS, listed(BEFORE), TODAY)


def test_what_is_signed_stands_for_the_proposal_without_its_approvals() -> None:
    """Every approver signs the same 64 digits; a change to anything but the approvals gives others."""
    proposal = propose(BEFORE, AFTER, EDITOR, NOW)

    assert subject(proposal) == subject(agreed(EDITOR, [LEAD]))
    others = [propose(BEFORE, AFTER, THIRD, NOW), propose(BEFORE, EDITED, EDITOR, NOW)]
    others += [
        propose(BEFORE, AFTER, EDITOR, NOW + timedelta(seconds=1)),
        propose(None, file(status="candidate"), EDITOR, NOW),
    ]
    assert len({subject(each) for each in (proposal, *others)}) == 5


@pytest.mark.parametrize("start", ["active", "provisional", "expired"])
def test_one_approver_suspends_at_once(start: str) -> None:
    """Without a proposal, and even when the partner has lapsed; also one who lost her key may ask for it."""
    for who in (SECOND, operator("wil", "west-pass", key=False)):
        assert state_on(suspend(file(status=start), who, TODAY), TODAY) == "suspended"


def test_an_editor_suspends_nobody_and_nobody_a_candidate() -> None:
    """Only an approver may, and only what people could be sent to."""
    with pytest.raises(errors.NotAnApproverError):
        suspend(file(), EDITOR, TODAY)
    for status in ("candidate", "review", "suspended", "removed"):
        with pytest.raises(errors.TransitionError):
            suspend(file(status=status), LEAD, TODAY)


def test_a_suspension_is_lifted_by_an_activation_only() -> None:
    """What one did alone, two others with keys undo."""
    suspended = suspend(file(), LEAD, TODAY)
    lifted = with_partner(suspended, x_status="active")

    with pytest.raises(errors.ApprovalMissingError):
        settled(EDITOR, [LEAD], suspended, lifted)
    assert state_on(settled(EDITOR, [LEAD, SECOND], suspended, lifted).file, TODAY) == "active"


def test_a_partner_put_back_under_supervision_stays_there() -> None:
    """Neither a suspension nor a lapse afterwards leads straight to active again."""
    active, day = file(), TODAY + 40 * DAY
    supervised = settled(EDITOR, [SECOND], active, with_partner(active, x_status="provisional")).file
    renewed = changed(file(day=day), activation=supervised.activation)

    assert state_on(supervised, TODAY) == "provisional"
    with pytest.raises(errors.TransitionError, match="suspended to active"):
        suspended = suspend(supervised, LEAD, TODAY)
        propose(suspended, with_partner(suspended, x_status="active"), EDITOR, NOW)
    with pytest.raises(errors.TransitionError, match="expired to active"):
        propose(supervised, renewed, EDITOR, NOW + 40 * DAY)


def test_a_changed_contact_number_or_key_is_told_to_every_old_contact() -> None:
    """The old contacts hear of it, by the old way, whichever of the three differs; a date alone is told to nobody."""
    made = file()
    contact = made.contacts[0]
    moved = changed(made, contacts=(contact.model_copy(update={"value": "fictional mailbox 2"}),))
    keyed = with_partner(made, x_keys=made.partner.x_keys[1:])
    hotline = file("PSY-KR")
    number = hotline.partner.phones[0].model_copy(update={"number": "02-000-0000"})

    for before, after in (
        (made, moved),
        (made, changed(made, contacts=())),
        (made, keyed),
        (hotline, with_partner(hotline, phones=(number,))),
    ):
        assert [(each.means, each.to, each.alias) for each in notices(before, after)] == [
            ("relay", "fictional mailbox 1", before.alias)
        ]
    confirmed = changed(made, contacts=(contact.model_copy(update={"confirmed_at": NOW}),))
    assert notices(made, confirmed) == notices(made, changed(made, description="invented")) == notices(None, made) == ()
    assert settled(EDITOR, [SECOND], made, keyed).notices == notices(made, keyed)


def test_a_notice_tells_nothing_but_that_something_changes() -> None:
    """It has the same words for every partner, in three languages, without alias, address or work, and its repr hides the contact."""
    made = file()
    (notice,) = notices(made, changed(made, contacts=()))

    assert set(notice.text) == {"en", "ko", "zh"}
    assert notice.text == NOTICE
    for language, words in (("ko", KOREAN), ("zh", CHINESE)):
        assert not [word for word in words if word in NOTICE[language]]
    assert not any(character.isdigit() for text in NOTICE.values() for character in text)
    assert "mailbox" not in repr(notice)


def test_the_list_counts_up_and_keeps_its_order() -> None:
    """A changed partner stands where it stood, a new one at the end."""
    before = listed(BEFORE, file("MEN"))

    assert replaced(before, AFTER).partners == (AFTER, file("MEN"))
    assert replaced(before, file("HUB")).partners == (*before.partners, file("HUB"))
    assert replaced(before, AFTER).version == before.version + 1
