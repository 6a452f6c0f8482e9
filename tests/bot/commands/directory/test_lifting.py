"""`publish --lift`: two end one suspension of one operator, whatever else stands under its id."""

from datetime import datetime

import pytest

from bot.commands.directory import lifting, place
from bot.settings import SettingsError
from referrals.publishing.targets import Suspension
from tests.bot.commands.directory.office import Office, later, partner, put_list

SAFE, PSY = partner("SAFE-CN"), partner("PSY-KR")
ID = "0123456789abcdef"


def suspension(*ids: str, since: datetime | None = None) -> Suspension:
    """Return a suspension under the one id."""
    return Suspension(id=ID, partners=ids, reason="other", since=since or later())


def suspend(office: Office, name: str, *suspensions: Suspension) -> None:
    """Publish an operator's suspension file."""
    office.repository.draft_suspensions(name, suspensions, later())
    office.repository.sign(f"suspend-{name}", office.key(name), later())
    office.repository.publish(place.opened(office.own("kim")).online() or pytest.fail("no online key"), later())


@pytest.fixture
def listed(office: Office) -> Office:
    """Two active partners are published."""
    put_list(office, SAFE, PSY)
    return office


def test_another_operator_can_not_borrow_an_id(listed: Office) -> None:
    """Lee's stands when Kim's is lifted, though she gave it the same id; and who lifts must say whose is meant."""
    bot = listed.client()
    bot.pin(later())
    suspend(listed, "kim", suspension(SAFE.partner.id))
    suspend(listed, "lee", suspension(PSY.partner.id))
    bot.refresh(later())
    told = listed.refused("park", "publish", "--lift", ID, "--yes")
    assert f"--lift kim:{ID} or --lift lee:{ID}" in told

    said = listed.done("park", "publish", "--lift", f"kim:{ID}", "--yes")
    assert f"suspension {ID} by kim" in said
    assert f"of partner {SAFE.alias} is LIFTED" in said
    assert f"of partner {SAFE.alias} is LIFTED" in listed.done("kim", "publish", "--yes")
    seen = bot.refresh(later()).directory
    assert [seen.partner(each.partner.id).x_status for each in (SAFE, PSY)] == ["active", "suspended"]


def test_every_form_that_was_published_is_lifted(listed: Office) -> None:
    """She made it narrower afterwards, and then took it back; bots remember each form."""
    bot, first = listed.client(), suspension(SAFE.partner.id, PSY.partner.id)
    bot.pin(later())
    for file in ([first], [first.model_copy(update={"partners": (SAFE.partner.id,)})], []):
        suspend(listed, "lee", *file)
        bot.refresh(later())
    listed.done("park", "publish", "--lift", ID, "--yes")
    listed.done("kim", "publish", "--yes")
    seen = bot.refresh(later()).directory

    assert [seen.partner(each.partner.id).x_status for each in (SAFE, PSY)] == ["active", "active"]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("f" * 16, "no operator has published a suspension with this id"),
        (f"park:{ID}", "no operator has published a suspension with this id"),
        ("x", "should be the id of a suspension"),
        (f"../kim:{ID}", "should be the id of a suspension"),
    ],
)
def test_what_means_nothing_is_told(listed: Office, wanted: str, expected: str) -> None:
    """And nothing is drafted."""
    suspend(listed, "kim", suspension(SAFE.partner.id))
    with pytest.raises(SettingsError, match=expected):
        lifting.suspensions(listed.shared, wanted)


def test_a_version_that_can_not_be_read_is_passed_over(listed: Office) -> None:
    """The others stand."""
    suspend(listed, "kim", suspension(SAFE.partner.id))
    (listed.shared / "published" / "metadata" / "1.suspend-kim.json").write_bytes(b"{}")

    assert [each.operator for each in lifting.suspensions(listed.shared, ID)] == ["kim"]
