"""Drafts as files: one is published without the others, and old ones are no hindrance."""

from pathlib import Path

import pytest

from bot.commands.directory import draft_folder, place
from referrals.publishing.targets import Suspension
from tests.bot.commands.directory.office import Office, draft_list, later, partner
from tests.referrals.publishing.ceremony import DAY, NOW, Ceremony


def test_a_suspension_does_not_wait_for_a_list(tmp_path: Path) -> None:
    """A list that one has signed stands in the folder; the suspension is published, and the draft is as it was."""
    ceremony = Ceremony(tmp_path).found()
    ceremony.draft_list(NOW + DAY)
    ceremony.sign(NOW + DAY, ["kim"])
    before = {path: path.read_bytes() for path in (tmp_path / "draft").rglob("*") if path.is_file()}
    made = Suspension(id="a" * 16, partners=(ceremony.partners[0].id,), reason="abuse", since=NOW + DAY)
    with draft_folder.alone(tmp_path, lambda role: role == "suspend-lee"):
        ceremony.suspend("lee", [made], NOW + DAY)

    assert ceremony.repository.read_suspensions("lee") == (made,)
    assert {path: path.read_bytes() for path in (tmp_path / "draft").rglob("*") if path.is_file()} == before
    assert not (tmp_path / "draft.waiting").exists()


def test_a_break_in_between_loses_nothing(tmp_path: Path) -> None:
    """What was set aside comes back the next time, and never over something newer."""
    ceremony = Ceremony(tmp_path).found()
    ceremony.draft_list(NOW + DAY)
    (tmp_path / "draft").rename(tmp_path / "draft.waiting")
    ceremony.repository.draft_suspensions("lee", [], NOW + DAY)
    with draft_folder.alone(tmp_path, lambda role: role == "suspend-lee"):
        assert ceremony.repository.drafts() == ("suspend-lee",)

    assert ceremony.repository.drafts() == ("suspend-lee", "targets")
    assert not (tmp_path / "draft.waiting").exists()


def test_a_draft_that_is_no_newer_is_removed(tmp_path: Path) -> None:
    """As it lies about when one folder is copied over another."""
    ceremony = Ceremony(tmp_path).found()
    ceremony.draft_list(NOW + DAY)
    draft = (tmp_path / "draft" / "targets.json").read_bytes()
    assert draft_folder.drop_outdated(tmp_path) == []
    ceremony.sign(NOW + DAY)
    ceremony.repository.publish(ceremony.online, NOW + DAY)
    (tmp_path / "draft").mkdir(exist_ok=True)
    (tmp_path / "draft" / "targets.json").write_bytes(draft)

    assert draft_folder.drop_outdated(tmp_path) == ["targets"]
    assert ceremony.repository.drafts() == ()


def test_what_is_lacking_is_told_by_name(office: Office) -> None:
    """Who signed, and how many more."""
    draft_list(office, partner())
    own = place.opened(office.own("kim"))
    assert draft_folder.lacking(own) == ["targets: signed by nobody, needs 2 more"]
    office.repository.sign("targets", office.key("lee"), later())
    assert draft_folder.lacking(own) == ["targets: signed by lee, needs 1 more"]
    office.repository.sign("targets", office.key("park"), later())
    assert draft_folder.lacking(own) == []


@pytest.mark.parametrize("role", ["targets", "suspend-kim"])
def test_a_draft_is_taken_back(tmp_path: Path, role: str) -> None:
    """Also where there is none."""
    ceremony = Ceremony(tmp_path).found()
    ceremony.draft_list(NOW + DAY)
    ceremony.repository.draft_suspensions("kim", [], NOW + DAY)
    draft_folder.drop(tmp_path, role)
    draft_folder.drop(tmp_path, role)

    assert role not in ceremony.repository.drafts()
