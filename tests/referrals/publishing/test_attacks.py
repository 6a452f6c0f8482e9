"""The table of attacks on the partner list: each is refused with its own error, and the last verified list stands.

Whoever plays the attacker has what the row says (a key, the server, the bot's disk) and nothing else.
"""

import dataclasses
import json
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tuf.api.metadata import Metadata

from referrals import fixtures
from referrals.partner import CaseworkerKey, Partner
from referrals.publishing import errors
from referrals.publishing.errors import PublishingError
from referrals.publishing.operator_key import OperatorKey
from referrals.publishing.sealed_list import open_list, seal_list
from referrals.publishing.targets import Suspension, key_digest, suspension_digest
from referrals.sealing import new_identity
from tests.referrals.publishing.ceremony import (
    DAY,
    HOUR,
    NOW,
    Ceremony,
    bot,
    online,
    operator,
    pinned,
    refusal,
    republish,
)

LATER = NOW + HOUR
CYBER, SAFE, HUB = (fixtures.IDS[name] for name in ("CYBER", "SAFE-CN", "HUB"))


def longer(targets: Any) -> None:
    """Stand for any change to a list."""
    targets.expires += DAY


# ------------------------------------------------------------------------------------------------- attacks on what is served


def one_signature(ceremony: Ceremony) -> None:
    """One operator and the online key publish a list."""
    ceremony.forge("targets", longer, [operator("kim").signing])
    republish(ceremony)


def one_key_twice(ceremony: Ceremony) -> None:
    """One operator's signature stands twice in a list."""
    one_signature(ceremony)
    path = ceremony.path("targets")
    document = json.loads(path.read_bytes())
    document["signatures"] *= 2
    path.write_text(json.dumps(document))


def revoked_key(ceremony: Ceremony) -> None:
    """The thief of park's old key and a coerced kim publish a list after park's key was replaced."""
    ceremony.keys["park"] = operator("park", 2)
    ceremony.draft_root(NOW)
    ceremony.draft_list(NOW)
    ceremony.repository.draft_suspensions("park", [], NOW)
    ceremony.sign(NOW)
    ceremony.repository.publish(ceremony.online, NOW)
    ceremony.forge("targets", longer, [operator("kim").signing, operator("park").signing])
    republish(ceremony)


def altered_list(ceremony: Ceremony) -> None:
    """The server changes one byte of a new list."""
    ceremony.publish(NOW)
    newest = max((ceremony.published / "targets").glob("*.partners.age"), key=lambda path: path.stat().st_mtime_ns)
    content = bytearray(newest.read_bytes())
    content[-1] ^= 1
    newest.write_bytes(content)


def list_in_anothers_seal(ceremony: Ceremony) -> None:
    """The server seals a list of its own to the bot, as anyone can, and gives it out under the signed one's name."""
    ceremony.publish(NOW)
    target = ceremony.repository.targets().targets["partners.age"]
    opened = ceremony.repository.read_list(ceremony.keys["kim"].identity).bot_list
    forged = dataclasses.replace(opened, signers=("f" * 64,))
    sealed = seal_list(forged.to_bytes(), [bot().recipient, *opened_to(ceremony)], ceremony.random)
    assert len(sealed) == target.length
    (ceremony.published / "targets" / target.get_prefixed_paths()[0]).write_bytes(sealed)


def opened_to(ceremony: Ceremony) -> list[str]:
    """Return the operators' recipients, which are public."""
    return [public.recipient for public in ceremony.repository.operators()]


def altered_metadata(ceremony: Ceremony) -> None:
    """The server changes the metadata of a new list, which leaves no signature on it."""
    ceremony.publish(NOW)
    path = ceremony.path("targets")
    path.write_bytes(path.read_bytes().replace(b"2031-03-24", b"2041-03-24"))


def mixed_versions(ceremony: Ceremony) -> None:
    """The server gives the old list under the new one's name."""
    old = ceremony.path("targets").read_bytes()
    ceremony.publish(NOW)
    ceremony.path("targets").write_bytes(old)


def fast_forwarded(ceremony: Ceremony) -> None:
    """The thief of the online key signs a timestamp so far ahead that every later list would look old."""
    ceremony.forge("timestamp", lambda timestamp: setattr(timestamp, "version", 2**31), [ceremony.online])


ATTACKS: list[tuple[Callable[[Ceremony], None], type[PublishingError]]] = [
    (one_signature, errors.UnsignedError),
    (one_key_twice, errors.KeyTwiceError),
    (revoked_key, errors.RevokedKeyError),
    (altered_list, errors.AlteredError),
    (list_in_anothers_seal, errors.AlteredError),
    (altered_metadata, errors.UnsignedError),
    (mixed_versions, errors.MixedVersionsError),
    (fast_forwarded, errors.FastForwardedError),
]


@pytest.mark.parametrize(("attack", "error"), ATTACKS, ids=lambda value: getattr(value, "__name__", ""))
def test_an_attack_is_refused_and_the_last_list_stands(
    tmp_path: Path, attack: Callable[[Ceremony], None], error: type[PublishingError]
) -> None:
    """Each has its own error, changes nothing, and after an honest publication the bot goes on."""
    ceremony, client = pinned(tmp_path)
    attack(ceremony)

    verified = client.refresh(LATER)

    assert refusal(verified) is error
    assert (verified.standing, verified.directory.version) == ("good", 1)
    assert len(verified.directory.partners) == len(ceremony.partners)


def test_an_old_list_is_refused(tmp_path: Path) -> None:
    """The server serves everything as it was before the newest list, signatures and all."""
    ceremony, client = pinned(tmp_path)
    old = ceremony.copy("old")
    ceremony.publish(NOW)
    assert client.refresh(LATER).directory.version == 2

    verified = ceremony.client(tmp_path / "state", old).refresh(LATER)

    assert (refusal(verified), verified.directory.version) == (errors.RolledBackError, 2)


def test_an_old_list_under_a_new_snapshot_is_refused(tmp_path: Path) -> None:
    """The thief of the online key can't bring back an older list with it."""
    ceremony, client = pinned(tmp_path)
    ceremony.publish(NOW)
    client.refresh(LATER)
    republish(ceremony, targets=1)

    verified = client.refresh(LATER)

    assert (refusal(verified), verified.directory.version) == (errors.RolledBackError, 2)


# --------------------------------------------------------------------------------------------------------- expiry and the clock


def test_an_expired_timestamp_leaves_the_urgent_path_only(tmp_path: Path) -> None:
    """Whoever keeps newer files from the bot stops ordinary referrals after two days, and the urgent path with the list."""
    _, client = pinned(tmp_path)

    verified = client.refresh(NOW + 3 * DAY)

    assert refusal(verified) is errors.ExpiredTimestampError
    assert (verified.stale, verified.urgent_only, len(verified.directory.partners)) == (True, True, 12)


def test_an_expired_list_stops_everything(tmp_path: Path) -> None:
    """Past its 14 days not even the urgent path has a list, however fresh the online key's signatures are."""
    ceremony, client = pinned(tmp_path)
    late = NOW + 14 * DAY
    ceremony.repository.renew(ceremony.online, late)

    verified = client.refresh(late)

    assert refusal(verified) is errors.ExpiredListError
    assert (verified.standing, verified.urgent_only) == ("none", False)


def test_an_expired_root_is_named_as_such(tmp_path: Path) -> None:
    """A root past its year makes everything below it worth nothing."""
    ceremony, client = pinned(tmp_path)
    late = NOW + 365 * DAY
    ceremony.publish(late)

    assert refusal(client.refresh(late)) is errors.ExpiredRootError


def test_one_operators_expired_file_stops_nothing_but_what_is_new(tmp_path: Path) -> None:
    """Her holiday is no reason to hold referrals; but nobody new comes in whom she could not suspend, after a restart either."""
    ceremony, client = pinned(tmp_path)
    hub = next(each for each in ceremony.partners if each.id == HUB)
    ceremony.partners = tuple(each for each in ceremony.partners if each.id != HUB)
    for day in (10, 20):
        ceremony.publish(NOW + day * DAY)
        client.refresh(NOW + day * DAY)
    for name in ("kim", "lee"):
        ceremony.suspend(name, [], NOW + 20 * DAY)
    ceremony.partners = (*ceremony.partners, hub)
    ceremony.publish(NOW + 29 * DAY + HOUR)
    client.refresh(NOW + 29 * DAY + HOUR)
    late = NOW + 32 * DAY
    ceremony.repository.renew(ceremony.online, late)

    for again in (client, ceremony.client(tmp_path / "state")):
        verified = again.refresh(late)
        assert (verified.refused, verified.standing) == (None, "good")
        assert [(type(alarm), alarm.place) for alarm in verified.alarms] == [
            (errors.ExpiredSuspensionsError, "suspend-park")
        ]
        assert verified.directory.partner(CYBER).x_status == "active"
        assert HUB not in verified.directory
    ceremony.suspend("park", [], late)
    assert HUB in client.refresh(late).directory


def test_two_operators_expired_files_make_the_list_stale_but_not_older(tmp_path: Path) -> None:
    """A new list is taken although their files lapsed; ordinary referrals are held until they sign them again."""
    ceremony, client = pinned(tmp_path)
    ceremony.publish(NOW + 13 * DAY)
    client.refresh(NOW + 13 * DAY)
    late = NOW + 30 * DAY
    for day in (25, 30):
        ceremony.publish(NOW + day * DAY)
    verified = client.refresh(late)

    assert (verified.refused, verified.list_version, verified.standing) == (None, 4, "urgent_only")
    assert {type(alarm) for alarm in verified.alarms} == {errors.ExpiredSuspensionsError}

    for name in ceremony.keys:
        ceremony.suspend(name, [], late)
    assert client.refresh(late).standing == "good"


def test_a_clock_that_was_set_back_is_refused(tmp_path: Path) -> None:
    """An expired list doesn't come back to life by turning the clock, not even after a restart."""
    ceremony, client = pinned(tmp_path)
    ceremony.repository.renew(ceremony.online, NOW + 5 * DAY)
    client.refresh(NOW + 5 * DAY)

    for again in (client, ceremony.client(tmp_path / "state")):
        verified = again.refresh(NOW + DAY)
        assert (refusal(verified), verified.standing) == (errors.ClockSetBackError, "urgent_only")
    assert client.refresh(NOW + 5 * DAY - timedelta(minutes=5)).standing == "good"


def test_an_older_list_is_refused_without_the_metadata_too(tmp_path: Path) -> None:
    """Whoever deletes what python-tuf keeps, or brings an older copy of it back, doesn't get an older list in by that."""
    ceremony, client = pinned(tmp_path)
    for name in ("old", "newer"):
        ceremony.copy(name)
        shutil.copytree(tmp_path / "state" / "metadata", tmp_path / f"metadata-{name}", symlinks=True)
        ceremony.publish(NOW)
        client.refresh(LATER)

    for kept in (None, "old", "newer"):
        shutil.rmtree(tmp_path / "state" / "metadata")
        if kept is not None:
            shutil.copytree(tmp_path / f"metadata-{kept}", tmp_path / "state" / "metadata", symlinks=True)
        verified = ceremony.client(tmp_path / "state", ceremony.folder / "old").refresh(LATER)
        assert (refusal(verified), verified.list_version) == (errors.RolledBackError, 3)
    assert ceremony.client(tmp_path / "state").refresh(LATER).refused is None


def test_an_older_root_is_refused_without_the_metadata_too(tmp_path: Path) -> None:
    """A stolen online key that was replaced counts again only for a bot that doesn't know better."""
    ceremony, client = pinned(tmp_path)
    ceremony.copy("old")
    stolen, ceremony.online = ceremony.online, online(2)
    ceremony.draft_root(NOW)
    ceremony.publish(NOW)
    assert client.refresh(LATER).list_version == 2
    ceremony.online = stolen
    shutil.rmtree(tmp_path / "state" / "metadata")

    verified = ceremony.client(tmp_path / "state", ceremony.folder / "old").refresh(LATER)
    assert (refusal(verified), verified.list_version) == (errors.RolledBackError, 2)


def test_a_root_that_came_with_a_refused_list_is_not_forgotten(tmp_path: Path) -> None:
    """It may have taken a key out: without the metadata, too, nothing under the root before it is taken."""
    ceremony, client = pinned(tmp_path)
    ceremony.copy("old")
    ceremony.online = online(2)
    ceremony.draft_root(NOW)
    ceremony.publish(NOW)
    altered_list(ceremony)
    assert refusal(client.refresh(LATER)) is errors.AlteredError
    shutil.rmtree(tmp_path / "state" / "metadata")

    verified = ceremony.client(tmp_path / "state", ceremony.folder / "old").refresh(LATER)
    assert refusal(verified) is errors.RolledBackError


# -------------------------------------------------------------------------------------------------- recovery from fast-forward


def test_after_a_fast_forward_two_operators_rotate_the_online_key_and_the_bot_goes_on(tmp_path: Path) -> None:
    """The jump is refused, so an honest list with the stolen key's successor is taken; the stolen key then counts for nothing."""
    ceremony, client = pinned(tmp_path)
    fast_forwarded(ceremony)
    assert refusal(client.refresh(LATER)) is errors.FastForwardedError

    stolen, ceremony.online = ceremony.online, online(2)
    ceremony.draft_root(LATER)
    ceremony.publish(LATER)
    assert (client.refresh(LATER).refused, client.refresh(LATER).list_version) == (None, 2)

    ceremony.forge("timestamp", lambda _: None, [stolen])
    assert refusal(client.refresh(LATER)) is errors.RevokedKeyError


def test_a_step_within_the_limit_that_locks_the_bot_is_undone_by_rotation(tmp_path: Path) -> None:
    """A thief who goes ahead by less than the limit makes honest lists look old, until the online key is rotated."""
    ceremony, client = pinned(tmp_path)
    honest = ceremony.path("timestamp").read_bytes()
    ceremony.forge("timestamp", lambda timestamp: setattr(timestamp, "version", 900), [ceremony.online])
    assert client.refresh(LATER).refused is None
    ceremony.path("timestamp").write_bytes(honest)
    ceremony.publish(LATER)
    assert refusal(client.refresh(LATER)) is errors.RolledBackError

    ceremony.online = online(2)
    ceremony.draft_root(LATER)
    ceremony.publish(LATER)

    assert (client.refresh(LATER).refused, client.refresh(LATER).list_version) == (None, 3)


# ----------------------------------------------------------------------------------------------------------- suspensions


def suspension(partners: tuple[str, ...] = (), keys: tuple[str, ...] = (), number: int = 1) -> Suspension:
    """Return a suspension with a number."""
    return Suspension(id=f"{number:016x}", partners=partners, keys=keys, reason="abuse", since=NOW)


def test_a_suspended_partner_is_not_offered_and_not_delivered_to(tmp_path: Path) -> None:
    """One operator alone takes a partner out at once; it is known as suspended, and no new one is let in by her."""
    ceremony, client = pinned(tmp_path)
    ceremony.suspend("park", [suspension((CYBER,))], NOW)

    directory = client.refresh(LATER).directory

    assert directory.partner(CYBER).x_status == "suspended"
    assert [partner.x_status for partner in directory.partners if partner.id != CYBER].count("suspended") == 1  # SUSP


def test_one_caseworkers_key_is_suspended_alone(tmp_path: Path) -> None:
    """Her colleagues still get referrals; she doesn't."""
    ceremony, client = pinned(tmp_path)
    stolen, other = fixtures.identity(CYBER, 1).recipient, fixtures.identity(CYBER, 2).recipient
    ceremony.suspend("lee", [suspension(keys=(key_digest(stolen),))], NOW)

    partner = client.refresh(LATER).directory.partner(CYBER)

    assert (partner.x_status, partner.recipients(NOW.date())) == ("active", (other,))


def test_a_suspension_taken_back_by_its_own_role_stands(tmp_path: Path) -> None:
    """A coerced operator can't undo what she did, nor narrow it, after a restart either; the two-of-three list can."""
    ceremony, client = pinned(tmp_path)
    ceremony.suspend("park", [suspension((CYBER, SAFE))], NOW)
    client.refresh(LATER)
    for left in ([suspension((SAFE,))], []):
        ceremony.suspend("park", left, LATER)
        for again in (client, ceremony.client(tmp_path / "state")):
            directory = again.refresh(LATER).directory
            assert [directory.partner(each).x_status for each in (CYBER, SAFE)] == ["suspended", "suspended"]

    ceremony.lifted = tuple(suspension_digest("park", suspension(each)) for each in ((CYBER, SAFE), (SAFE,)))
    ceremony.publish(LATER)

    directory = client.refresh(LATER).directory
    assert [directory.partner(each).x_status for each in (CYBER, SAFE)] == ["active", "active"]


def test_a_new_suspension_counts_after_an_older_one_was_lifted(tmp_path: Path) -> None:
    """Lifting names one suspension, not a partner for ever."""
    ceremony, client = pinned(tmp_path)
    ceremony.lifted = (suspension_digest("kim", suspension((CYBER,))),)
    ceremony.publish(NOW)
    ceremony.suspend("kim", [suspension((CYBER,)), suspension((CYBER,), number=2)], NOW)

    assert client.refresh(LATER).directory.partner(CYBER).x_status == "suspended"


def test_a_suspension_counts_although_the_list_beside_it_is_refused(tmp_path: Path) -> None:
    """Whoever damages the list doesn't keep a suspension from the bot with that."""
    ceremony, client = pinned(tmp_path)
    ceremony.suspend("park", [suspension((CYBER,))], NOW)
    altered_list(ceremony)

    verified = client.refresh(LATER)

    assert refusal(verified) is errors.AlteredError
    assert verified.directory.partner(CYBER).x_status == "suspended"


def test_an_operators_role_can_suspend_and_nothing_else(tmp_path: Path) -> None:
    """A list under her own name, signed by her alone, is never read: her role holds one path."""
    ceremony, client = pinned(tmp_path)

    def take_over(targets: Any) -> None:
        listed: Metadata[Any] = Metadata.from_bytes(ceremony.path("targets").read_bytes())
        targets.targets["partners.age"] = listed.signed.targets["operators.age"]

    ceremony.forge("suspend-kim", take_over, [operator("kim").signing])
    with pytest.raises(errors.DamagedFolderError):
        ceremony.repository.renew(ceremony.online, NOW)
    republish(ceremony, suspend_kim=2)

    verified = client.refresh(LATER)
    assert (verified.refused, len(verified.directory.partners)) == (None, 12)


def test_an_operator_who_signs_nonsense_alarms_and_stops_nobody(tmp_path: Path) -> None:
    """Her file can't be read, so her colleagues hear of it; the list is taken all the same, and what she suspended stands."""
    ceremony, client = pinned(tmp_path)
    ceremony.suspend("kim", [suspension((CYBER,))], NOW)
    client.refresh(LATER)

    def nonsense(targets: Any) -> None:
        target = targets.targets["suspensions/kim.json"]
        targets.targets[target.path] = type(target).from_data(target.path, b"{}", ["sha256"])
        served = ceremony.published / "targets" / targets.targets[target.path].get_prefixed_paths()[0]
        served.write_text("{}")

    ceremony.publish(NOW)
    ceremony.forge("suspend-kim", nonsense, [operator("kim").signing])
    with pytest.raises(errors.MalformedSuspensionsError):
        ceremony.repository.renew(ceremony.online, NOW)
    republish(ceremony, suspend_kim=3)

    verified = client.refresh(LATER)

    assert (verified.refused, verified.list_version) == (None, 2)
    assert [type(alarm) for alarm in verified.alarms] == [errors.MalformedSuspensionsError]
    assert verified.directory.partner(CYBER).x_status == "suspended"


# -------------------------------------------------------------------------------------------------------- 24 hours of cooling


def with_partner(ceremony: Ceremony, partner: Partner) -> None:
    """Put a partner in the place of the one with its id."""
    ceremony.partners = tuple(partner if each.id == partner.id else each for each in ceremony.partners)


def test_a_new_partner_counts_a_day_after_the_bot_first_verified_it(tmp_path: Path) -> None:
    """Two coerced operators' partner isn't offered before others had a day to see it; the pinned ones are at once."""
    ceremony = Ceremony(tmp_path / "folder")
    everyone = ceremony.partners
    ceremony.partners = tuple(partner for partner in everyone if partner.id != CYBER)
    client = ceremony.found().client(tmp_path / "state")
    assert len(client.pin(NOW).directory.partners) == 11
    ceremony.partners = everyone
    ceremony.publish(LATER)

    first = client.refresh(LATER)

    assert (CYBER in first.directory, first.waiting > 0) == (False, True)
    assert CYBER not in ceremony.client(tmp_path / "state").refresh(LATER + 23 * HOUR).directory
    assert CYBER in client.refresh(LATER + 24 * HOUR).directory


def test_a_partner_that_becomes_active_waits_like_a_new_one(tmp_path: Path) -> None:
    """Or two coerced operators could let it stand as a candidate for a day, where nobody looks."""
    ceremony = Ceremony(tmp_path / "folder")
    active = next(each for each in ceremony.partners if each.id == CYBER)
    with_partner(ceremony, active.model_copy(update={"x_status": "candidate"}))
    client = ceremony.found().client(tmp_path / "state")
    client.pin(NOW)
    with_partner(ceremony, active)
    ceremony.publish(NOW + DAY)

    assert CYBER not in client.refresh(NOW + DAY).directory
    ceremony.repository.renew(ceremony.online, NOW + 2 * DAY)
    assert client.refresh(NOW + 2 * DAY).directory.partner(CYBER).x_status == "active"


def test_a_partner_taken_out_is_gone_at_once_and_new_when_it_returns(tmp_path: Path) -> None:
    """Removal waits for nothing, and doesn't save a day later."""
    ceremony, client = pinned(tmp_path)
    everyone = ceremony.partners
    ceremony.partners = tuple(partner for partner in everyone if partner.id != CYBER)
    ceremony.publish(NOW)
    assert CYBER not in client.refresh(LATER).directory
    ceremony.partners = everyone
    ceremony.publish(NOW)

    assert CYBER not in client.refresh(LATER).directory


def test_a_changed_key_waits_a_day_and_a_removed_one_not_at_all(tmp_path: Path) -> None:
    """The new caseworker gets nothing on the first day; the one who left gets nothing from then on."""
    ceremony, client = pinned(tmp_path)
    partner = next(each for each in ceremony.partners if each.id == CYBER)
    stays, new = partner.x_keys[0], new_identity(bytes(32)).recipient
    added = CaseworkerKey(id="0000abcd", recipient=new, key_until=stays.key_until)
    with_partner(ceremony, partner.model_copy(update={"x_keys": (stays, added)}))
    ceremony.publish(NOW)
    today = NOW.date()

    assert client.refresh(LATER).directory.partner(CYBER).recipients(today) == (stays.recipient,)
    ceremony.repository.renew(ceremony.online, LATER + DAY)
    assert client.refresh(LATER + DAY).directory.partner(CYBER).recipients(today) == (stays.recipient, new)


def test_a_changed_contact_keeps_a_partner_back_for_a_day(tmp_path: Path) -> None:
    """The bot doesn't know the contact, but sees that it is another; what doesn't name people or keys counts at once."""
    ceremony, client = pinned(tmp_path)
    ceremony.contacts[CYBER] = "another contact"
    with_partner(
        ceremony, next(each for each in ceremony.partners if each.id == SAFE).model_copy(update={"x_hub": True})
    )
    ceremony.publish(NOW)

    directory = client.refresh(LATER).directory

    assert (directory.partner(CYBER).x_status, directory.partner(SAFE).x_hub) == ("review", True)
    ceremony.repository.renew(ceremony.online, LATER + DAY)
    assert client.refresh(LATER + DAY).directory.partner(CYBER).x_status == "active"


def test_a_public_number_waits_a_day(tmp_path: Path) -> None:
    """A number that was put in the place of another is shown to nobody on the first day; the partner stays."""
    ceremony, client = pinned(tmp_path)
    partner = next(each for each in ceremony.partners if each.phones)
    other = partner.phones[0].model_copy(update={"number": "02-0000-0000"})
    with_partner(ceremony, partner.model_copy(update={"phones": (other,)}))
    ceremony.publish(NOW)

    assert client.refresh(LATER).directory.partner(partner.id).phones == ()


# ------------------------------------------------------------------------------------------------------- a list in other hands


def test_a_list_is_closed_to_whoever_has_the_disk_but_not_the_bots_key(tmp_path: Path) -> None:
    """Neither what is served nor what the bot keeps holds an alias, an id or a key of a partner in plain text."""
    ceremony, client = pinned(tmp_path)
    client.refresh(LATER)

    with pytest.raises(errors.NotForThisBotError):
        ceremony.client(tmp_path / "thief", identity=bot(2)).pin(NOW)
    with pytest.raises(errors.StateDamagedError):
        ceremony.client(tmp_path / "state", identity=bot(2)).refresh(LATER)
    secrets = [partner.id.encode() for partner in ceremony.partners] + [b"x_alias", b"x_needs", b"names and contacts"]
    secrets += [key.recipient.encode() for partner in ceremony.partners for key in partner.x_keys]
    for path in (
        each for folder in (tmp_path / "state", ceremony.published) for each in folder.rglob("*") if each.is_file()
    ):
        content = path.read_bytes()
        assert [secret for secret in secrets if secret in content] == []


def test_state_written_by_another_hand_is_refused(tmp_path: Path) -> None:
    """The bot's recipient is public, so anyone can seal to it; without the bot's key nobody can write what it trusts."""
    ceremony, _ = pinned(tmp_path)
    thief, bots = bot(2), bot()
    other = Ceremony(tmp_path / "other").found()
    forger = other.client(tmp_path / "forged", identity=dataclasses.replace(bots, recipient=thief.recipient))
    forger.pin(NOW)  # with the bot's own secret this works, and its state is good
    good = (tmp_path / "forged" / "state.age").read_bytes()
    assert ceremony.client(tmp_path / "state").refresh(LATER).refused is None

    text = open_list(good, [bots.secret], "state")
    (tmp_path / "state" / "state.age").write_bytes(seal_list(bytes(32) + text[32:], [bots.recipient], ceremony.random))

    with pytest.raises(errors.StateDamagedError):
        ceremony.client(tmp_path / "state").refresh(LATER)


def test_a_lost_operators_key_is_replaced_by_the_other_two(tmp_path: Path) -> None:
    """The new root counts for a bot that has the old one; the lost key signs nothing any more."""
    ceremony, client = pinned(tmp_path)
    lost: OperatorKey = ceremony.keys["park"]
    ceremony.keys["park"] = operator("park", 2)
    ceremony.draft_root(NOW)
    ceremony.draft_list(NOW)
    ceremony.repository.draft_suspensions("park", [], NOW)
    with pytest.raises(errors.NotAnOperatorError):
        ceremony.repository.sign("targets", lost, NOW)
    ceremony.sign(NOW)
    ceremony.repository.publish(ceremony.online, NOW)

    assert (client.refresh(LATER).refused, client.refresh(LATER).list_version) == (None, 2)


def test_a_bot_without_memory_does_not_pin_by_itself(tmp_path: Path) -> None:
    """Deleting the state doesn't make everything count at once: a person has to pin again."""
    ceremony, client = pinned(tmp_path)
    with pytest.raises(errors.PinnedError):
        client.pin(LATER)
    shutil.rmtree(tmp_path / "state")

    with pytest.raises(errors.NotPinnedError):
        ceremony.client(tmp_path / "state").refresh(LATER)
