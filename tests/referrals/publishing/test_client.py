"""The bot's memory of the list across refreshes, restarts and failures. Attacks stand in test_attacks.py."""

import shutil
from pathlib import Path

import pytest

from referrals.publishing import errors
from referrals.publishing.memory import Memory
from tests.referrals.publishing.ceremony import DAY, HOUR, NOW, Ceremony, bot, operator, pinned, refusal, stream


def test_a_new_list_is_picked_up_without_a_restart(tmp_path: Path) -> None:
    """And nothing is made anew while nothing changed."""
    ceremony, client = pinned(tmp_path)
    first = client.refresh(NOW + HOUR)
    assert client.refresh(NOW + HOUR).directory is first.directory

    ceremony.publish(NOW)
    second = client.refresh(NOW + HOUR)
    assert (first.list_version, second.list_version, second.directory.version) == (1, 2, 2)
    assert second.directory.partners[0] is first.directory.partners[0]


def test_the_list_outlives_a_restart_without_its_server(tmp_path: Path) -> None:
    """What was verified stands until its dates pass, though nothing can be fetched."""
    ceremony, _ = pinned(tmp_path)
    alone = ceremony.client(tmp_path / "state", tmp_path / "gone")

    verified = alone.refresh(NOW + HOUR)
    assert (refusal(verified), verified.standing) == (errors.UnreachableError, "good")
    assert len(verified.directory.partners) == 12
    assert alone.refresh(NOW + 3 * DAY).standing == "urgent_only"
    assert alone.refresh(NOW + 14 * DAY).standing == "none"


def test_a_sealed_list_that_the_disk_lost_is_fetched_again(tmp_path: Path) -> None:
    """What counts since when is remembered apart from it, so nothing becomes new or old by that."""
    ceremony, _ = pinned(tmp_path)
    for path in (tmp_path / "state").glob("partners-*"):
        path.write_bytes(path.read_bytes()[:100])

    with pytest.raises(errors.UnreachableError):
        ceremony.client(tmp_path / "state", tmp_path / "gone").refresh(NOW + HOUR)
    verified = ceremony.client(tmp_path / "state").refresh(NOW + HOUR)
    assert (verified.refused, len(verified.directory.partners), verified.waiting) == (None, 12, 0)


def test_a_first_list_that_is_refused_is_not_pinned(tmp_path: Path) -> None:
    """The error is raised, and pinning can be tried again."""
    ceremony = Ceremony(tmp_path / "folder").found()
    client = ceremony.client(tmp_path / "state")
    with pytest.raises(errors.ExpiredTimestampError):
        client.pin(NOW + 3 * DAY)
    with pytest.raises(errors.NotPinnedError):
        client.refresh(NOW)

    assert client.pin(NOW).standing == "good"


def test_a_state_without_its_clock_is_damaged(tmp_path: Path) -> None:
    """Or removing a file would let a clock be turned back."""
    _, client = pinned(tmp_path)
    (tmp_path / "state" / "clock").unlink()

    with pytest.raises(errors.StateDamagedError):
        client.refresh(NOW)


def test_a_power_cut_after_any_write_leaves_a_list_that_counts(tmp_path: Path) -> None:
    """Whichever of the writes of a refresh is the last that reached the disk, the next start has a list and catches up."""
    ceremony, client = pinned(tmp_path)
    ceremony.publish(NOW)
    state = Memory(tmp_path / "state", bot().secret, stream("look"))
    before = {path: path.read_bytes() for path in (tmp_path / "state").rglob("*") if path.is_file()}
    client.refresh(NOW + HOUR)
    after = {path: path.read_bytes() for path in (tmp_path / "state").rglob("*") if path.is_file()}
    assert state.state() is not None

    written = sorted(path for path, content in after.items() if before.get(path) != content)
    order = sorted(
        written,
        key=lambda path: (not path.name.startswith("partners-"), path.name != "clock", path.name != "state.age"),
    )
    for reached in range(len(order) + 1):
        for path, content in before.items():
            path.write_bytes(content)
        for path in order[:reached]:
            path.write_bytes(after[path])
        verified = ceremony.client(tmp_path / "state").refresh(NOW + HOUR)
        assert (verified.refused, verified.list_version, verified.waiting) == (None, 2, 0)


def test_a_disk_that_fails_leaves_the_last_list(tmp_path: Path) -> None:
    """The operator is told, the person isn't turned away."""
    _, client = pinned(tmp_path)
    shutil.rmtree(tmp_path / "state" / "metadata")
    (tmp_path / "state" / "metadata").write_text("no folder")

    verified = client.refresh(NOW + HOUR)
    assert (refusal(verified), verified.standing) == (errors.StateUnwritableError, "good")


def test_a_sealed_list_of_another_version_is_refused(tmp_path: Path) -> None:
    """A new version around an old list would carry a version into referrals that nobody wrote."""
    ceremony, client = pinned(tmp_path)
    ceremony.forge("targets", lambda _: None, [ceremony.keys[name].signing for name in ("kim", "lee")])
    ceremony.repository.renew(ceremony.online, NOW)

    assert refusal(client.refresh(NOW + HOUR)) is errors.MixedVersionsError
    with pytest.raises(errors.MixedVersionsError):
        ceremony.client(tmp_path / "another bot").pin(NOW)


def test_a_verified_root_is_remembered_though_the_list_was_refused(tmp_path: Path) -> None:
    """Hiding the new root afterwards doesn't bring a revoked key back."""
    ceremony, client = pinned(tmp_path)
    old = ceremony.copy("old")
    revoked, ceremony.keys["park"] = ceremony.keys["park"], operator("park", 2)
    ceremony.draft_root(NOW)
    ceremony.draft_list(NOW)
    ceremony.repository.draft_suspensions("park", [], NOW)
    ceremony.sign(NOW)
    ceremony.repository.publish(ceremony.online, NOW)
    ceremony.path("timestamp").write_bytes(b"{}")
    assert refusal(client.refresh(NOW + HOUR)) is errors.AlteredError

    shutil.rmtree(ceremony.published)
    old.rename(ceremony.published)
    ceremony.forge("targets", lambda _: None, [ceremony.keys["kim"].signing, revoked.signing])
    ceremony.repository.renew(ceremony.online, NOW)
    assert refusal(client.refresh(NOW + HOUR)) is errors.RevokedKeyError


def test_a_state_folder_that_is_no_folder_is_told(tmp_path: Path) -> None:
    """Where a file stands in its place, pinning says that nothing can be written."""
    ceremony = Ceremony(tmp_path / "folder").found()
    (tmp_path / "state").write_text("")

    with pytest.raises(errors.StateUnwritableError):
        ceremony.client(tmp_path / "state").pin(NOW)
