"""`naru directory rotate-key`: a lost key is replaced by two others, and opens and signs nothing that comes."""

import pytest

from referrals.publishing.errors import NotAnOperatorError, NotForThisBotError
from tests.bot.commands.directory.office import Office, later, partner, put_list


@pytest.fixture
def lost(office: Office) -> Office:
    """Park lost her key, and made a new one in a new folder."""
    put_list(office, partner("SAFE-CN"))
    office.own("park").rename(office.own("lost"))
    office.done(
        "park", "init", str(office.own("park")), "--name", "park", "--organisation", "south-gate", "--lead",
        "--shared", str(office.shared), "--yes",
    )  # fmt: skip
    return office


def test_a_lost_key_is_replaced_by_two_others(lost: Office) -> None:
    """The new one counts, the old one doesn't; a bot follows."""
    old = lost.key("lost")
    bot = lost.client()
    bot.pin(later())
    assert "Your key doesn't count yet" in lost.refused("park", "publish", "--yes")
    said = lost.done("lee", "rotate-key", "park", "--yes")
    assert lost.key("park").public.fingerprint in said
    assert "operator park: approver of south-gate" in said
    assert "root: signed by lee, needs 1 more" in said
    assert "suspend-park: park signs it" in said
    lost.done("park", "publish", "--yes")
    assert lost.repository.standing("root").signed == ("lee",)
    seen = lost.done("kim", "publish", "--yes")
    assert f"key of park will count; compare by phone: {lost.key('park').public.fingerprint}" in seen
    assert "Published list 3: root" in seen

    verified = bot.refresh(later())
    assert (verified.refused, verified.list_version, verified.standing) == (None, 3, "good")
    assert "Partners: 1 active" in lost.done("park", "status")
    with pytest.raises(NotForThisBotError):
        lost.repository.read_list(old.identity)
    lost.done("kim", "publish", "--again", "--yes")
    with pytest.raises(NotAnOperatorError):
        lost.repository.sign("targets", old, later())


def test_without_a_yes_nothing_is_drafted(lost: Office) -> None:
    """Nobody compared the fingerprint."""
    assert lost.run("lee", "rotate-key", "park").code == 1
    assert lost.repository.drafts() == ()


def test_the_online_key_is_replaced_where_it_lies(office: Office) -> None:
    """The old one serves until two have signed the new root."""
    path = office.own("kim") / "online.key"
    old = path.read_bytes()
    bot = office.client()
    bot.pin(later())
    assert "The online key is not on this machine" in office.refused("lee", "rotate-key", "--online", "--yes")
    assert "dates are signed by a new online key" in office.done("kim", "rotate-key", "--online", "--yes")
    assert path.read_bytes() == old
    office.done("lee", "publish", "--yes")
    office.done("kim", "publish", "--yes")

    assert path.read_bytes() != old
    assert not (office.own("kim") / "online.key.next").exists()
    assert bot.refresh(later()).refused is None
    assert "the dates were renewed" in office.done("kim", "publish", "--renew")


def test_a_new_operator_and_an_editor_are_added_by_two(office: Office) -> None:
    """An editor needs no new root."""
    for name, role in (("zoe", "approver"), ("yun", "editor")):
        office.done(
            name, "init", str(office.own(name)), "--name", name, "--organisation", "west-hill", "--role", role,
            "--shared", str(office.shared), "--yes",
        )  # fmt: skip
    said = office.done("kim", "rotate-key", "yun", "--yes")
    assert "operator yun is new: editor of west-hill" in said
    assert "root" not in office.repository.drafts()
    office.done("lee", "publish", "--yes")
    office.done("kim", "publish", "--yes")

    office.done("kim", "rotate-key", "zoe", "--yes")
    office.done("lee", "publish", "--yes")
    office.done("zoe", "publish", "--yes")
    assert "suspend-zoe" in office.done("kim", "publish", "--yes")
    assert len(office.repository.operators()) == 4
    office.done("kim", "rotate-key", "zoe", "--remove", "--yes")
    office.done("lee", "publish", "--yes")
    office.done("kim", "publish", "--yes")
    assert len(office.repository.operators()) == 3


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((), "Say whose key"),
        (("park", "--online"), "Say whose key"),
        (("zoe",), "There is no card operators/zoe.json"),
        (("zoe", "--remove"), "There is no operator zoe"),
        (("park", "--remove"), "There must be three or more operators"),
    ],
)
def test_what_cannot_be_rotated_is_refused(office: Office, arguments: tuple[str, ...], expected: str) -> None:
    """And nothing is drafted."""
    assert expected in office.refused("kim", "rotate-key", *arguments, "--yes")
    assert office.repository.drafts() == ()


def test_a_draft_in_hand_is_finished_first(office: Office) -> None:
    """A new root under half a list would help nobody."""
    office.done("lee", "publish", "--again", "--yes")

    assert "A draft waits for signatures" in office.refused("kim", "rotate-key", "--online", "--yes")
