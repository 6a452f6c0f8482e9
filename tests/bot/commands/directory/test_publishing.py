"""`naru directory publish`: one step forward each time, and never a list that two operators didn't sign."""

import pytest

from bot.commands.directory import place, session
from bot.commands.directory.publishing import serve
from referrals.publishing.errors import ExpiredListError
from referrals.sealing import new_identity
from tests.bot.commands.directory.office import Office, draft_list, later, partner, put_bot, put_list
from tests.bot.commands.directory.test_proposing import change
from tests.referrals import vetted
from tests.referrals.publishing import ceremony

ALIAS = partner("SAFE-CN").alias


def test_the_first_ceremony_shows_whose_keys_will_count(beginners: Office) -> None:
    """Each fingerprint stands on each screen before she signs; without a yes nothing is drafted."""
    bot = str(beginners.folder / "bot-public")
    said = beginners.run("kim", "publish", "--bot", bot)
    assert said.code == 1
    assert beginners.repository.drafts() == ()
    for name in ("kim", "lee", "park"):
        assert beginners.key(name).public.fingerprint in said.out

    beginners.done("kim", "publish", "--bot", bot, "--yes")
    assert beginners.key("kim").public.fingerprint in beginners.run("lee", "publish").out


@pytest.mark.parametrize(
    ("who", "arguments", "expected"),
    [
        ("lee", ("--bot", "bot-public"), "The first to run this is the operator who made the online key"),
        ("kim", (), "it must name one: --bot DIR"),
        ("kim", ("--bot", "kim"), "bot.pub can't be read"),
        ("kim", ("--renew",), "Nothing is published yet, and nothing is drafted"),
        ("kim", ("--bot", "bot-public", "--lift", "x"), "--lift should be the id of a suspension"),
    ],
)
def test_a_ceremony_that_cannot_begin_says_why(
    beginners: Office, who: str, arguments: tuple[str, ...], expected: str
) -> None:
    """And nothing is drafted."""
    files = [str(beginners.folder / each) if (beginners.folder / each).exists() else each for each in arguments]

    assert expected in beginners.refused(who, "publish", *files, "--yes")
    assert beginners.repository.drafts() == ()


def test_one_signature_publishes_nothing(office: Office) -> None:
    """Not even on the machine with the online key; the second is told what she signs, and can say no."""
    office.done("kim", "publish", "--again", "--yes")
    said = office.done("kim", "publish", "--yes")
    assert "Your signature stands under the draft" in said
    assert "targets: signed by kim, needs 1 more" in said
    assert office.repository.targets().version == 1

    assert office.run("lee", "publish").code == 1
    assert office.repository.standing("targets").signed == ("kim",)
    office.done("lee", "publish", "--yes")
    office.done("kim", "publish", "--yes")
    assert office.repository.targets().version == 2


def test_a_change_is_drafted_once_it_is_approved(office: Office) -> None:
    """With the notices to the old contact, and only then."""
    put_list(office, partner("SAFE-CN"))
    office.done("lee", "status")
    contact = partner("SAFE-CN").contacts[0].model_copy(update={"value": "fictional mailbox 2"})
    change(office, "lee", partner("SAFE-CN").model_copy(update={"contacts": (contact,)}))
    office.done("lee", "propose")
    assert f"Not published: partner {ALIAS} waits for approvals (0 of 1)" in office.done("kim", "publish", "--yes")

    office.done("park", "approve", "--yes")
    seen = office.done("kim", "publish", "--yes")
    assert "tell these by the way you knew them" in seen
    assert f"partner {ALIAS}, relay fictional mailbox 1" in seen
    office.done("lee", "publish", "--yes")
    office.done("kim", "publish", "--yes")
    assert office.done("lee", "diff") == "Partners: 1 as before\n"
    assert list((office.shared / "proposals").glob("*.proposal")) == []


def test_a_proposal_that_an_older_folder_brings_back_is_no_news(office: Office) -> None:
    """It was published, and is set aside again."""
    candidate = vetted.read(vetted.written("CHILD", later().date(), "candidate"))
    change(office, "edi", candidate)
    office.done("edi", "propose", "--yes")
    (path,) = (office.shared / "proposals").glob("*.proposal")
    content = path.read_bytes()
    office.done("kim", "approve", "--yes")
    office.done("lee", "publish", "--yes")
    office.done("kim", "publish", "--yes")
    put_list(office, vetted.changed(candidate, description="changed"))
    path.write_bytes(content)

    assert "Not published" not in office.done("kim", "publish")
    assert not path.exists()


def test_a_bot_and_a_safety_lead_are_added_by_two(office: Office) -> None:
    """Their keys stand on the second operator's screen; a second draft beside the first is refused."""
    bot, lead = office.folder / "second", office.folder / "lead.txt"
    put_bot(bot, "b" * 64, ceremony.bot(2).recipient)
    lead.write_text(new_identity(b"l" * 32).recipient + "\n", encoding="utf-8")
    office.done("kim", "publish", "--bot", str(bot), "--safety-lead", str(lead), "--yes")
    assert "A draft waits for signatures already" in office.refused("kim", "publish", "--bot", str(bot), "--yes")
    seen = office.done("lee", "publish", "--yes")
    assert "bot added: list key" in seen
    assert "safety lead's key added" in seen
    office.done("kim", "publish", "--yes")

    opened = office.repository.read_list(office.key("kim").identity)
    assert "b" * 64 in opened.bot_list.signers
    assert len(opened.bot_list.safety_lead) == 1
    assert "should hold one recipient" in office.refused(
        "kim", "publish", "--safety-lead", str(bot / "bot.pub"), "--yes"
    )
    (bot / "bot.age").write_text("age1pq1damaged", encoding="ascii")
    assert "has no public half of a bot" in office.refused("kim", "publish", "--bot", str(bot), "--yes")


def test_an_old_draft_is_no_hindrance(office: Office) -> None:
    """As it lies about when one folder is copied over another."""
    office.done("kim", "publish", "--again", "--yes")
    path = office.shared / "draft" / "targets.json"
    draft = path.read_bytes()
    office.done("lee", "publish", "--yes")
    office.done("kim", "publish", "--yes")
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(draft)

    assert "The draft of targets was older than what is published, and is gone" in office.done("lee", "publish")


def test_an_expired_list_is_brought_back_by_two(office: Office) -> None:
    """The bot refuses it; `publish` makes it anew by itself, and the bot takes that."""
    put_list(office, partner("SAFE-CN"), now=later(days=-16))
    bot = office.client()
    office.repository.renew(place.opened(office.own("kim")).online() or pytest.fail("no online key"), later())
    with pytest.raises(ExpiredListError):
        bot.pin(later())
    office.done("lee", "publish", "--yes")
    office.done("kim", "publish", "--yes")

    assert bot.pin(later()).standing == "good"


def test_her_own_suspension_file_is_signed_again_in_time(office: Office) -> None:
    """Half of its thirty days have passed."""
    for name in ("kim", "lee"):
        office.repository.draft_suspensions(name, [], later(days=-20))
        office.repository.sign(f"suspend-{name}", office.key(name), later(days=-20))
    office.repository.publish(place.opened(office.own("kim")).online() or pytest.fail("no online key"), later())

    assert "Signed your own suspension file" in office.done("lee", "publish")
    assert "suspend-lee" in office.done("kim", "publish")


def test_a_machine_without_a_key_serves(office: Office) -> None:
    """The publishing machine has the online key only, and asks for no passphrase."""
    own = place.opened(office.own("edi"))
    (own.folder / "online.key").write_bytes((office.own("kim") / "online.key").read_bytes())
    (own.folder / "online.key").chmod(0o600)
    draft_list(office, partner())
    for name in ("lee", "park"):
        office.repository.sign("targets", office.key(name), later())
    said = office.run("edi", "publish")

    assert said.err == ""
    assert "Published list 2" in said.out


def test_serving_without_an_opened_key_leaves_proposals(office: Office) -> None:
    """They can't be opened there; the next operator sets them aside."""
    own = place.opened(office.own("kim"))
    serve(own, None, session.moment())

    assert office.repository.targets().version == 1
