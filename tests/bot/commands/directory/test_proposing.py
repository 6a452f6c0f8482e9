"""`naru directory propose`: what differs, checked, sealed to the operators, and signed by who has a key."""

import pytest

from bot.commands.directory import bundles
from referrals.vetting import PartnerFile, PartnersFile, dump, load
from tests.bot.commands.directory.office import APPROVERS, Office, later, partner, put_list
from tests.referrals import vetted

ALIAS = partner("SAFE-CN").alias


def change(office: Office, name: str, *files: PartnerFile) -> None:
    """Put these into a working list."""
    working = load((office.own(name) / "working.json").read_text("utf-8"))
    new = PartnersFile.model_validate({**dict(working), "partners": files})
    (office.own(name) / "working.json").write_text(dump(new), encoding="utf-8")


@pytest.fixture
def listed(office: Office) -> Office:
    """A partner in review and an active one are published."""
    review = vetted.read(vetted.written("SAFE-CN", later().date(), "review"))
    put_list(office, review, partner("PSY-KR"))
    office.done("lee", "status")
    return office


def test_only_what_changed_is_proposed(listed: Office) -> None:
    """Every approver can open it, and hers who proposed is signed."""
    listed.done("lee", "confirm", ALIAS)
    out = listed.done("lee", "propose")
    (path,) = bundles.waiting(listed.shared / "proposals")
    publics = {name: listed.key(name).public for name in APPROVERS}
    waiting = bundles.opened(path, listed.key("park").identity, publics)

    assert path.name in out
    assert "Partners: 1 changed" in out
    assert [proposal.alias for proposal, _ in waiting.changes] == [ALIAS]
    assert waiting.bundle.changes[0].signature


def test_nothing_changed_is_nothing_to_propose(listed: Office) -> None:
    """It says what to do first."""
    assert "Your working list changes nothing there" in listed.refused("lee", "propose")


def test_a_state_is_set_with_the_day_until_which_checks_count(listed: Office) -> None:
    """The soonest end of a required check."""
    listed.done("lee", "propose", ALIAS, "--status", "provisional")
    file = load((listed.own("lee") / "working.json").read_text("utf-8")).by_alias(ALIAS)

    assert file is not None
    assert file.partner.x_status == "provisional"
    assert file.partner.x_vetted_until == min(each.expires_on for each in file.checks)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((ALIAS, "--status", "active"), "can't go from the one state to the other"),
        (("--status", "active"), "Say whose state"),
        (("99999", "--status", "review"), "is not in your working list"),
    ],
)
def test_a_change_that_nobody_may_make_is_not_proposed(
    listed: Office, arguments: tuple[str, ...], expected: str
) -> None:
    """Nothing is written, and the working list is as it was."""
    before = (listed.own("lee") / "working.json").read_bytes()

    assert expected in listed.refused("lee", "propose", *arguments)
    assert bundles.waiting(listed.shared / "proposals") == []
    assert (listed.own("lee") / "working.json").read_bytes() == before


def test_a_partner_with_a_fee_is_proposed_to_serve_by_nobody(listed: Office) -> None:
    """Nor with a debt, or a condition of faith, testimony, media or marriage."""
    for rule in (
        "x_fee",
        "x_debt",
        "x_faith_condition",
        "x_testimony_condition",
        "x_media_condition",
        "x_marriage_condition",
    ):
        review = vetted.read(vetted.written("SAFE-CN", later().date(), "review", **{rule: True}))
        put_list(listed, review, partner("PSY-KR"))
        told = listed.refused("lee", "propose", ALIAS, "--status", "provisional")
        assert "nobody can activate such a partner" in told


def test_an_editor_proposes_without_a_key(office: Office) -> None:
    """Once she compared whose keys count: it is sealed to them."""
    candidate = vetted.read(vetted.written("CHILD", later().date(), "candidate"))
    change(office, "edi", candidate)
    assert office.run("edi", "propose").code == 1
    assert bundles.waiting(office.shared / "proposals") == []

    office.done("edi", "propose", "--yes")
    (path,) = bundles.waiting(office.shared / "proposals")
    assert candidate.name.encode() not in path.read_bytes()
