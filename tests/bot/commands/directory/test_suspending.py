"""`naru directory suspend`: by one alone, at once, and not taken back by her."""

import json

import pytest

from referrals.publishing.targets import key_digest
from tests.bot.commands.directory.office import Office, draft_list, later, partner, put_list
from tests.referrals import vetted

SAFE, PSY = partner("SAFE-CN"), partner("PSY-KR")


@pytest.fixture
def listed(office: Office) -> Office:
    """Two active partners and a candidate are published."""
    candidate = vetted.read(vetted.written("CHILD", later().date(), "candidate"))
    put_list(office, SAFE, PSY, candidate)
    return office


def test_it_is_published_where_the_online_key_is(listed: Office) -> None:
    """Bots obey with their next look."""
    bot = listed.client()
    bot.pin(later())
    assert "Published: bots obey within a minute" in listed.done(
        "kim", "suspend", SAFE.alias, "--reason", "abuse", "--yes"
    )
    seen = bot.refresh(later()).directory

    assert [seen.partner(each.partner.id).x_status for each in (SAFE, PSY)] == ["suspended", "active"]


def test_it_waits_for_no_list(listed: Office) -> None:
    """A draft that lacks a signature stays as it is."""
    draft_list(listed, SAFE, PSY)
    listed.repository.sign("targets", listed.key("lee"), later())
    listed.done("kim", "suspend", SAFE.alias, "--reason", "abuse", "--yes")

    assert [each.partners for each in listed.repository.read_suspensions("kim")] == [(SAFE.partner.id,)]
    assert listed.repository.standing("targets").signed == ("lee",)


def test_a_second_one_keeps_the_first(listed: Office) -> None:
    """Also where the first isn't published yet."""
    for each in (SAFE, PSY):
        assert "NOT YET PUBLISHED" in listed.done("lee", "suspend", each.alias, "--reason", "other", "--yes")
    assert listed.repository.read_suspensions("lee") == ()
    listed.done("kim", "publish", "--renew")

    assert [each.partners for each in listed.repository.read_suspensions("lee")] == [
        (SAFE.partner.id,),
        (PSY.partner.id,),
    ]


def test_one_caseworkers_key_alone(listed: Office) -> None:
    """Her phone was taken; the partner goes on with the others' keys."""
    key = SAFE.partner.x_keys[0]
    bot = listed.client()
    bot.pin(later())
    told = listed.refused("kim", "suspend", SAFE.alias, "--key", "ffffffff", "--reason", "key_lost", "--yes")
    assert f"It has: {key.id}" in told
    listed.done("kim", "suspend", SAFE.alias, "--key", key.id, "--reason", "key_lost", "--yes")
    seen = bot.refresh(later()).directory.partner(SAFE.partner.id)

    assert [each.keys for each in listed.repository.read_suspensions("kim")] == [(key_digest(key.recipient),)]
    assert seen.x_status == "active"
    assert [each.id for each in seen.x_keys] == [each.id for each in SAFE.partner.x_keys[1:]]


def test_what_is_not_served_is_not_suspended(listed: Office) -> None:
    """A candidate, an unknown partner, without a yes, and by an editor."""
    candidate = vetted.file("CHILD").alias
    assert "candidate to suspended" in listed.refused("kim", "suspend", candidate, "--reason", "other", "--yes")
    assert "is not in your working list" in listed.refused("kim", "suspend", "99999", "--reason", "other", "--yes")
    assert listed.run("kim", "suspend", SAFE.alias, "--reason", "other").code == 1
    assert "holds no key" in listed.refused("edi", "suspend", SAFE.alias, "--reason", "other", "--yes")

    assert listed.repository.read_suspensions("kim") == ()


def test_the_log_has_ids_and_the_reason_is_one_of_six_words(listed: Office) -> None:
    """What anybody can read says nothing of any case."""
    listed.done("kim", "suspend", SAFE.alias, "--reason", "incident", "--yes")
    line = json.loads((listed.shared / "audit" / "kim.log").read_text("utf-8").splitlines()[-1])

    assert line["action"] == "suspend"
    assert SAFE.partner.id in line["subjects"]
    assert listed.run("kim", "suspend", SAFE.alias, "--reason", "she said so", "--yes").code == 2
