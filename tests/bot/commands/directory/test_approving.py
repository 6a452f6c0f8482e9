"""`naru directory review` and `approve`: what an approver sees, and what her signature is good for."""

import pytest

from referrals.approval import NOTICE
from referrals.vetting import PartnerFile
from tests.bot.commands.directory.office import Office, later, partner, put_list
from tests.bot.commands.directory.test_proposing import change
from tests.referrals import vetted

ALIAS = partner("SAFE-CN").alias


def moved() -> PartnerFile:
    """The partner with another mailbox."""
    file = partner("SAFE-CN")
    contact = file.contacts[0].model_copy(update={"value": "fictional mailbox 2"})
    return file.model_copy(update={"contacts": (contact,)})


@pytest.fixture
def proposed(office: Office) -> Office:
    """Lee proposes another contact of an active partner."""
    put_list(office, partner("SAFE-CN"), partner("PSY-KR"))
    office.done("lee", "status")
    change(office, "lee", moved(), partner("PSY-KR"))
    office.done("lee", "propose")
    return office


def test_review_shows_contacts_notices_and_who_is_missing(proposed: Office) -> None:
    """The old contact is told in words that say nothing of the work."""
    out = proposed.done("kim", "review")

    assert "proposed by lee" in out
    assert "relay fictional mailbox 1 (tier T2) -> relay fictional mailbox 2 (tier T2)" in out
    assert f"partner {ALIAS}, relay fictional mailbox 1" in out
    for text in NOTICE.values():
        assert text in out
    assert f"Partner {ALIAS}: approved by nobody so far; needs 1, and never lee" in out


def test_review_signs_nothing(proposed: Office) -> None:
    """No approval lies beside it; that she saw the contacts stands in her log."""
    proposed.done("kim", "review")

    assert list((proposed.shared / "proposals").glob("*.approval")) == []
    assert proposed.logged("kim")[-1]["action"] == "review"


def test_an_approval_counts_and_is_shown(proposed: Office) -> None:
    """Signed by Kim; her log says it."""
    proposed.done("kim", "approve", "--yes")

    assert "approved by kim so far" in proposed.done("park", "review")
    assert '"action":"approve"' in (proposed.shared / "audit" / "kim.log").read_text("utf-8")


def test_without_a_yes_nothing_is_signed(proposed: Office) -> None:
    """Nobody answered."""
    assert proposed.run("kim", "approve").code == 1
    assert list((proposed.shared / "proposals").glob("*.approval")) == []


def test_who_proposed_never_approves(proposed: Office) -> None:
    """Nor does an editor, nor anyone twice."""
    assert "Nobody approves what she proposed herself" in proposed.refused("lee", "approve", "--yes")
    assert "holds no key" in proposed.refused("edi", "approve", "--yes")
    proposed.done("kim", "approve", "--yes")
    assert "approved twice; it counts once" in proposed.refused("kim", "approve", "--yes")


def test_a_proposal_is_found_by_its_name(proposed: Office) -> None:
    """With or without its ending; another is said not to be there, and where it was looked for."""
    (path,) = (proposed.shared / "proposals").glob("*.proposal")

    for name in (path.name, path.name.removesuffix(".proposal"), str(path)):
        assert "proposed by lee" in proposed.done("kim", "review", name)
    assert "There is no proposal other" in proposed.refused("kim", "review", "other")


def test_what_nobody_may_approve_is_said_in_the_review(proposed: Office) -> None:
    """The partner changed meanwhile: compare again and propose anew."""
    put_list(proposed, vetted.changed(partner("SAFE-CN"), description="changed"), partner("PSY-KR"))

    assert "changed after this was proposed" in proposed.refused("kim", "approve", "--yes")


def test_only_some_of_it_can_be_approved(office: Office) -> None:
    """The rest waits."""
    both = [vetted.read(vetted.written(which, later().date(), "candidate")) for which in ("SAFE-CN", "CHILD")]
    change(office, "edi", *both)
    office.done("edi", "propose", "--yes")
    assert "has no change of the partners that you named" in office.refused(
        "kim", "approve", "--only", "99999", "--yes"
    )
    assert "Approved 1 of" in office.done("kim", "approve", "--only", both[0].alias, "--yes")
    out = office.done("park", "review")

    assert f"Partner {both[0].alias}: approved by kim so far" in out
    assert f"Partner {both[1].alias}: approved by nobody so far" in out


def test_nothing_waiting_is_said(office: Office) -> None:
    """To look is well; to approve nothing isn't."""
    assert office.done("kim", "review") == "No proposal waits.\n"
    assert "No proposal waits in the shared folder" in office.refused("kim", "approve", "--yes")
