"""The partner list: verified before it counts, refused when it is fictional without leave or does not know the bot."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from tuf.api.metadata import Metadata, Root

from bot.partners import ROOT, STATE, Partners, key_mark, pinned
from bot.settings import FIXTURES, Settings, SettingsError
from bot.store import DAY
from referrals import fixtures
from referrals.filing import Routing
from referrals.fixtures import signed
from referrals.publishing.client import PartnerListClient
from referrals.publishing.errors import PublishingError
from referrals.sealing import new_identity, signing_public
from tests.person import NOW
from tests.referrals.publishing.ceremony import NOW as THEN
from tests.referrals.publishing.ceremony import Ceremony, bot

SIGNER = signing_public(fixtures.signing_key())
HUB = fixtures.IDS["HUB"]


@dataclass
class Moving:
    """A clock that is set by hand."""

    now: float = field(default_factory=NOW.timestamp)

    def __call__(self) -> float:
        """Unix seconds."""
        return self.now


def made(
    folder: Path, directory: str = FIXTURES, *, allowed: bool = True, clock: Callable[[], float] | None = None
) -> Partners:
    """The partners of a bot in this folder."""
    settings = Settings(data_dir=folder, directory=directory, allow_fixtures=allowed)
    draw = random.Random(7).randbytes
    return Partners(settings, SIGNER, bot(), draw, clock or Moving(), lambda: 0.0)


def operated(folder: Path, clock: Moving) -> tuple[Ceremony, Partners]:
    """A list that three operators published, and a bot that was pinned to it."""
    clock.now = THEN.timestamp()
    ceremony = Ceremony(folder / "operators").found()
    place = folder / "data"
    (place / ROOT).parent.mkdir(parents=True)
    (place / ROOT).write_bytes(ceremony.shipped_root())
    client = PartnerListClient(
        str(ceremony.published),
        place / STATE,
        ceremony.shipped_root(),
        bot().secret,
        random.Random(8).randbytes,
        lambda: 0.0,
    )
    pinned(client, THEN)
    return ceremony, made(place, str(ceremony.published), clock=clock)


def routing(partner: str, **changes: object) -> Routing:
    """A delivery to a partner."""
    base: dict[str, object] = {
        "packet_id": "a" * 32,
        "referral_id": "b" * 32,
        "case_id": "c" * 32,
        "verifier": "d" * 64,
        "kind": "referral",
        "partner": partner,
        "klass": "normal",
        "position": 0,
        "created": 0,
        "expires": 0,
    }
    return Routing.model_validate(base | changes)


def test_the_fictional_partners_need_leave(tmp_path: Path) -> None:
    """Without NARU_ALLOW_FIXTURES=1 they are refused."""
    with pytest.raises(SettingsError, match="NARU_ALLOW_FIXTURES"):
        made(tmp_path, allowed=False)


def test_the_demo_operators_are_refused_by_name_and_by_key(tmp_path: Path) -> None:
    """Whoever has this code could sign with their keys: a root that names them opens nothing in production."""
    root = signed.published(tmp_path / "demo", NOW, [SIGNER.hex()], [bot().recipient])
    assert signed.is_fictional(root)
    assert not signed.is_fictional(Ceremony(tmp_path / "operators").found().shipped_root())
    (tmp_path / ROOT).parent.mkdir()
    (tmp_path / ROOT).write_bytes(root)
    with pytest.raises(SettingsError, match="demo's operators"):
        made(tmp_path, str(tmp_path / "demo" / "published"), allowed=False)


def test_a_list_that_does_not_name_this_bot_is_refused(tmp_path: Path) -> None:
    """Caseworkers would refuse what it seals, so it does not start."""
    clock = Moving()
    _, partners = operated(tmp_path, clock)
    settings = Settings(
        data_dir=tmp_path / "data", directory=str(tmp_path / "operators" / "published"), allow_fixtures=True
    )
    assert partners.standing == "good"
    with pytest.raises(SettingsError, match=r"bot\.pub"):
        Partners(settings, b"\xab" * 32, bot(), random.Random(7).randbytes, clock, lambda: 0.0)


@pytest.mark.parametrize(("directory", "said"), [("", "NARU_DIRECTORY is not set"), ("nowhere", "naru pin")])
def test_no_list_is_said(tmp_path: Path, directory: str, said: str) -> None:
    """A list that is not named, or was never verified, is one clear line."""
    with pytest.raises(SettingsError, match=said):
        made(tmp_path, directory)


def test_a_list_sealed_to_another_bot_is_refused(tmp_path: Path) -> None:
    """Who has the disk but not the bot's key reads nothing."""
    clock = Moving()
    operated(tmp_path, clock)
    settings = Settings(
        data_dir=tmp_path / "data", directory=str(tmp_path / "operators" / "published"), allow_fixtures=True
    )
    with pytest.raises(SettingsError, match="can't be used"):
        Partners(settings, SIGNER, new_identity(b"x" * 32), random.Random(7).randbytes, clock, lambda: 0.0)


def test_the_fictional_ones_do_not_lapse(tmp_path: Path) -> None:
    """A bot that runs for forty days still has partners whose confirmation is fresh."""
    clock = Moving()
    partners = made(tmp_path, clock=clock)
    first = partners.today()
    partners.refresh()
    assert partners.today().version == first.version
    clock.now += 40 * DAY
    partners.refresh()
    assert partners.standing == "good"
    assert partners.today().partner(HUB).x_contact_confirmed_at > first.partner(HUB).x_contact_confirmed_at


def test_a_bot_starts_again_on_its_fictional_list(tmp_path: Path) -> None:
    """Also a day later, in the folder it left."""
    clock = Moving()
    made(tmp_path, clock=clock)
    clock.now += DAY
    assert made(tmp_path, clock=clock).standing == "good"


def test_a_list_that_is_not_renewed_serves_the_urgent_path_and_then_nobody(tmp_path: Path) -> None:
    """Timestamp and snapshot lapse after days, the list itself after fourteen."""
    clock = Moving()
    _, partners = operated(tmp_path, clock)
    clock.now += 3 * DAY
    partners.refresh()
    assert str(partners.standing) == "urgent_only"
    assert partners.deliverable(routing(HUB)) == "hold"
    assert partners.deliverable(routing(HUB, klass="now")) == "yes"
    assert partners.deliverable(routing(HUB, kind="withdrawal")) == "yes"
    clock.now += 12 * DAY
    partners.refresh()
    assert str(partners.standing) == "none"
    assert partners.deliverable(routing(HUB, klass="now")) == "hold"


def test_just_before_delivery_partner_and_keys_are_looked_at_again(tmp_path: Path) -> None:
    """A partner that is gone or not active, and a key that left, stop what was sealed to them."""
    partners = made(tmp_path)
    keys = partners.today().partner(HUB).recipients(NOW.date())
    marks = tuple(key_mark(each) for each in keys)
    assert partners.deliverable(routing(HUB, recipients=marks)) == "yes"
    assert partners.deliverable(routing(HUB, recipients=(*marks, "e" * 32))) == "no"
    assert partners.deliverable(routing(fixtures.IDS["SUSP"])) == "no"
    assert partners.deliverable(routing("nobody")) == "no"


def test_a_root_that_one_operator_could_use_alone_is_refused(tmp_path: Path) -> None:
    """The operators' true keys, with a threshold of one: three right fingerprints would be shown, and one of them would rule."""
    _, partners = operated(tmp_path, clock := Moving())
    assert partners.standing == "good"
    place = tmp_path / "data"
    root: Metadata[Root] = Metadata.from_bytes((place / ROOT).read_bytes())
    for role in ("root", "targets"):
        root.signed.roles[role].threshold = 1
    (place / ROOT).write_bytes(root.to_bytes())
    with pytest.raises(SettingsError, match="fewer than two"):
        made(place, str(tmp_path / "operators" / "published"), clock=clock)


def test_a_list_that_can_not_be_read_any_more_serves_nobody(tmp_path: Path) -> None:
    """Its state is gone from the disk: at once; and a list that is over is over, whether or not somebody looked since."""
    _, partners = operated(tmp_path, clock := Moving())
    clock.now += 15 * DAY
    assert partners.standing == "none"
    clock.now -= 15 * DAY
    assert [partners.standing] == ["good"]
    (tmp_path / "data" / STATE / "clock").unlink()
    with pytest.raises(PublishingError):
        partners.refresh()
    assert partners.deliverable(routing(HUB, klass="now")) == "hold"


def test_a_bot_that_left_the_list_sends_nothing(tmp_path: Path) -> None:
    """Caseworkers would refuse what it seals from then on."""
    ceremony, partners = operated(tmp_path, clock := Moving())
    ceremony.signers = ("ab" * 32,)
    later = THEN + timedelta(minutes=5)
    ceremony.publish(later)
    clock.now = later.timestamp()
    partners.refresh()
    assert partners.standing == "none"
