"""The online key names nothing that wasn't verified: whatever lies in the published folder, and whoever put it there."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tuf.api.metadata import Metadata

from referrals.publishing import errors
from referrals.publishing.metadata import to_file
from referrals.publishing.operator_key import signer
from referrals.publishing.targets import Suspension
from referrals.secret import Secret
from tests.referrals.publishing.ceremony import DAY, NOW, Ceremony, online, operator, refusal

KIM, LEE = operator("kim").signing, operator("lee").signing
HUB = "00000000-0000-4000-8000-000000000001"


@pytest.fixture
def ceremony(tmp_path: Path) -> Ceremony:
    """A published list."""
    return Ceremony(tmp_path / "folder").found()


def other_path(targets: Any) -> None:
    """Let a suspension role hold a file that isn't its own."""
    targets.targets["suspensions/lee.json"] = targets.targets.pop("suspensions/kim.json")


def longer(targets: Any) -> None:
    """Change anything at all."""
    targets.expires += DAY


def wider(targets: Any) -> None:
    """Note something that this program doesn't write."""
    targets.unrecognized_fields["x-naru-bots"] = ["age1pq1somebody"]


@pytest.mark.parametrize(
    ("change", "signers", "expected"),
    [
        (longer, (), errors.StrayFileError),
        (longer, (LEE,), errors.StrayFileError),
        (longer, (online(),), errors.StrayFileError),
        (other_path, (KIM,), errors.DamagedFolderError),
        (wider, (KIM,), errors.OddDraftError),
    ],
)
def test_a_suspension_file_is_verified_before_its_dates_are_renewed(
    ceremony: Ceremony, change: Callable[[Any], None], signers: tuple[Secret[bytes], ...], expected: type[Exception]
) -> None:
    """Unsigned, signed by another, or hers and something else than a suspension file: nothing is signed, and bots see what they saw."""
    before = ceremony.path("timestamp").read_bytes()
    ceremony.forge("suspend-kim", change, signers)
    with pytest.raises(expected):
        ceremony.repository.renew(ceremony.online, NOW)

    assert ceremony.path("timestamp").read_bytes() == before
    assert ceremony.path("snapshot").name == "1.snapshot.json"


def test_a_list_is_verified_too(ceremony: Ceremony) -> None:
    """One that a single operator signed is not named."""
    ceremony.forge("targets", longer, [KIM])
    with pytest.raises(errors.StrayFileError):
        ceremony.repository.renew(ceremony.online, NOW)


def test_a_lapsed_file_is_not_published(ceremony: Ceremony) -> None:
    """She signed it 30 days ago and it was never brought here; bots would be told of it at every look."""
    ceremony.repository.draft_suspensions("kim", [], NOW)
    ceremony.repository.sign("suspend-kim", ceremony.keys["kim"], NOW)
    with pytest.raises(errors.LapsedDraftError):
        ceremony.repository.publish(ceremony.online, NOW + 30 * DAY)

    assert ceremony.path("suspend-kim").name == "1.suspend-kim.json"


def test_a_draft_that_cannot_be_read_is_not_published(ceremony: Ceremony) -> None:
    """Signed by her, and no suspension file."""
    ceremony.repository.draft_suspensions("kim", [], NOW)
    draft = ceremony.folder / "draft"
    metadata: Metadata[Any] = Metadata.from_bytes((draft / "suspend-kim.json").read_bytes())
    target = metadata.signed.targets["suspensions/kim.json"]
    metadata.signed.targets[target.path] = type(target).from_data(target.path, b"{}", ["sha256"])
    metadata.sign(signer(KIM))
    (draft / "suspend-kim.json").write_bytes(to_file(metadata))
    (draft / "targets" / "suspensions" / "kim.json").write_bytes(b"{}")
    with pytest.raises(errors.MalformedSuspensionsError):
        ceremony.repository.publish(ceremony.online, NOW)


def test_what_lapsed_while_it_was_served_stops_no_dates(ceremony: Ceremony, tmp_path: Path) -> None:
    """Her holiday is not everybody's: the dates are renewed, and the bot is told."""
    for day in (10, 20):
        ceremony.publish(NOW + day * DAY)
    for name in ("kim", "lee"):
        ceremony.suspend(name, [], NOW + 20 * DAY)
    ceremony.repository.renew(ceremony.online, NOW + 31 * DAY)
    client = ceremony.client(tmp_path / "state")

    assert [alarm.place for alarm in client.pin(NOW + 31 * DAY).alarms] == ["suspend-park"]


def test_an_older_folder_over_a_newer_one_is_told(ceremony: Ceremony) -> None:
    """The newest file of one operator is missing: its snapshot names it, so nothing is signed that would take it back."""
    ceremony.suspend("kim", [Suspension(id="0" * 16, partners=(HUB,), reason="other", since=NOW)], NOW)
    ceremony.path("suspend-kim").unlink()
    with pytest.raises(errors.DamagedFolderError, match="suspend-kim"):
        ceremony.repository.renew(ceremony.online, NOW)


def test_one_who_left_is_named_as_she_was(ceremony: Ceremony, tmp_path: Path) -> None:
    """TUF lets no role be taken out; whatever file turns up under her name, the snapshot names the one from before."""
    client = ceremony.client(tmp_path / "state")
    client.pin(NOW)
    ceremony.keys["cho"] = operator("cho")
    park = ceremony.keys.pop("park")
    ceremony.draft_root(NOW)
    ceremony.draft_list(NOW)
    ceremony.repository.draft_suspensions("cho", [], NOW)
    ceremony.sign(NOW)
    ceremony.repository.publish(ceremony.online, NOW)
    ceremony.forge("suspend-park", longer, [park.signing])
    ceremony.repository.renew(ceremony.online, NOW)
    named = json.loads(ceremony.path("snapshot").read_text())["signed"]["meta"]

    assert (named["suspend-park.json"]["version"], named["suspend-cho.json"]["version"]) == (1, 1)
    assert refusal(client.refresh(NOW)) is None


def test_a_damaged_content_is_told(ceremony: Ceremony) -> None:
    """What bots couldn't read is not renewed as if it were whole."""
    shutil.rmtree(ceremony.published / "targets" / "suspensions")
    with pytest.raises(errors.DamagedFolderError):
        ceremony.repository.renew(ceremony.online, NOW)
