"""The files of a folder: found by version, checked against what names them, replaced whole."""

from pathlib import Path

import pytest
from tuf.api.metadata import TargetFile

from referrals.publishing import errors
from referrals.publishing import metadata as roles
from referrals.publishing.folder import Folder, read_metadata, write
from tests.referrals.publishing.ceremony import NOW, Ceremony


def test_versions_are_numbers_not_names(tmp_path: Path) -> None:
    """10 is newer than 9, and what isn't a version is passed over."""
    folder = Folder(tmp_path)
    for version in (9, 10):
        folder.publish_metadata("suspend-kim", roles.make_suspensions("kim", version, b"{}", NOW))
    (folder.published / "metadata" / "x.suspend-kim.json").write_text("{}")

    assert (folder.versions("suspend-kim"), folder.newest("suspend-kim").signed.version) == ([9, 10], 10)
    assert folder.target_roles() == ["targets", "suspend-kim"]


def test_a_missing_or_damaged_file_is_named(tmp_path: Path) -> None:
    """By its role; a draft that isn't there is another matter than a damaged one."""
    folder = Folder(tmp_path)
    for role in ("root", "suspend-kim", "../root"):
        with pytest.raises(errors.NoDraftError):
            folder.drafted(role)
    with pytest.raises(errors.DamagedFolderError, match="targets"):
        folder.newest("targets")
    write(folder.draft / "root.json", b"{}")
    with pytest.raises(errors.DamagedFolderError, match="root"):
        folder.drafted("root")
    folder.put_draft("root", roles.make_suspensions("kim", 1, b"{}", NOW))
    with pytest.raises(errors.DamagedFolderError, match="root"):
        read_metadata(folder.draft / "root.json", "root")


def test_a_content_that_is_not_the_one_named_is_not_given_out(tmp_path: Path) -> None:
    """Neither from the draft nor from what is published."""
    folder = Folder(tmp_path)
    target = TargetFile.from_data("partners.age", b"sealed", ["sha256"])
    folder.put_drafted_contents({"partners.age": b"sealed"})
    folder.publish_content(target)
    assert folder.drafted_content(target) == folder.published_content(target) == b"sealed"

    for path in (folder.draft, folder.published):
        for file in (path / "targets").iterdir():
            file.write_bytes(b"Sealed")
    for read in (folder.drafted_content, folder.published_content):
        with pytest.raises(errors.DamagedFolderError):
            read(target)


def test_a_write_leaves_nothing_beside_it(tmp_path: Path) -> None:
    """The old file is replaced, and no other stays."""
    path = tmp_path / "made" / "file"
    write(path, b"one")
    write(path, b"two")

    assert [(each.name, each.read_bytes()) for each in path.parent.iterdir()] == [("file", b"two")]


def test_versions_of_the_online_roles_count_under_the_online_key_only(tmp_path: Path) -> None:
    """What another key signed doesn't make the next version higher."""
    ceremony = Ceremony(tmp_path).found()
    folder, root = Folder(tmp_path), ceremony.repository.root()
    assert (folder.signed_version("timestamp", root), folder.signed_version("snapshot", root)) == (1, 1)

    thief = ceremony.keys["kim"].signing
    ceremony.forge("timestamp", lambda signed: setattr(signed, "version", 2**31), [thief])
    ceremony.forge("snapshot", lambda signed: setattr(signed, "version", 2**31), [thief])

    assert (folder.signed_version("timestamp", root), folder.signed_version("snapshot", root)) == (0, 1)
