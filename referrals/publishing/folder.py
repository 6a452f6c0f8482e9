"""The files of a publication folder: found by role and version, read as TUF metadata, written whole or not at all."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from tuf.api.exceptions import LengthOrHashMismatchError, RepositoryError
from tuf.api.metadata import Metadata, Root, Signed, Snapshot, TargetFile, Targets, Timestamp
from tuf.api.serialization import DeserializationError

from referrals.publishing.errors import DamagedFolderError, NoDraftError
from referrals.publishing.metadata import to_file
from referrals.publishing.operator_public import NAME

S = TypeVar("S", bound=Signed)
MAX_METADATA_BYTES = 5_000_000  # as tuf.ngclient's targets_max_length, the largest that a client takes

_DRAFTED = re.compile(rf"root|targets|suspend-{NAME}")


def type_of(role: str) -> type[Root | Targets | Snapshot | Timestamp]:
    """Return the kind of metadata that a role has; a delegated role holds targets."""
    top: dict[str, type[Root | Targets | Snapshot | Timestamp]]
    top = {Root.type: Root, Snapshot.type: Snapshot, Timestamp.type: Timestamp}
    return top.get(role, Targets)


class Folder:
    """Where the published files and the drafts lie. Every reader raises DamagedFolderError or NoDraftError."""

    def __init__(self, folder: Path) -> None:
        """`folder` need not exist yet."""
        self.published = folder / "published"
        self.draft = folder / "draft"

    def versions(self, role: str) -> list[int]:
        """The published versions of a role, in order."""
        found = (self.published / "metadata").glob(f"*.{role}.json")
        return sorted(int(number) for path in found if (number := path.name.partition(".")[0]).isdigit())

    def has(self, role: str) -> bool:
        """Whether anything of a role is published."""
        return bool(self.versions(role))

    def newest(self, role: str) -> Metadata[Any]:
        """The published metadata of a role with the highest version."""
        if not (versions := self.versions(role)):
            raise DamagedFolderError(role)
        return read_metadata(self.published / "metadata" / f"{versions[-1]}.{role}.json", role)

    def is_next(self, role: str, draft: Metadata[Any]) -> bool:
        """Whether a draft follows what is published, or is it: publishing that was broken off is done again."""
        newest = max(self.versions(role), default=0)
        return bool(draft.signed.version == newest + 1 or (newest and draft == self.newest(role)))

    def signed_version(self, role: str, root: Root) -> int:
        """The highest version of snapshot or timestamp that the root's online key signed, or 0."""
        folder = self.published / "metadata"
        paths = [folder / f"{version}.{role}.json" for version in reversed(self.versions(role))]
        if role == Timestamp.type:
            paths = [path for path in [folder / "timestamp.json"] if path.exists()]
        for path in paths:
            read = read_metadata(path, role)
            if root.get_verification_result(role, read.signed_bytes, read.signatures):
                return int(read.signed.version)
        return 0

    def target_roles(self) -> list[str]:
        """The roles that a snapshot must name: the list, and every suspension role that was ever published.

        TUF lets none be taken out again but by a new online key.
        """
        names = {path.name.split(".")[1] for path in (self.published / "metadata").glob("*.suspend-*.json")}
        return [Targets.type, *sorted(names)]

    def drafts(self) -> tuple[str, ...]:
        """The roles that have a draft."""
        return tuple(sorted(path.stem for path in self.draft.glob("*.json") if _DRAFTED.fullmatch(path.stem)))

    def drafted(self, role: str) -> Metadata[Any]:
        """The draft of a role."""
        path = self.draft / f"{role}.json"
        if not _DRAFTED.fullmatch(role) or not path.exists():
            raise NoDraftError(role)
        return read_metadata(path, role)

    def put_draft(self, role: str, drafted: Metadata[Any]) -> None:
        """Write the draft of a role in the place of the one that was there."""
        write(self.draft / f"{role}.json", to_file(drafted))

    def put_drafted_contents(self, contents: Mapping[str, bytes]) -> None:
        """Write the contents of drafted targets, by path."""
        for path, content in contents.items():
            write(self.draft / "targets" / path, content)

    def drafted_content(self, target: TargetFile) -> bytes:
        """The content of a drafted target, checked against the draft."""
        return _checked(self.draft / "targets" / target.path, target)

    def published_content(self, target: TargetFile) -> bytes:
        """The content of a published target, checked against the metadata."""
        return _checked(self.published / "targets" / target.get_prefixed_paths()[0], target)

    def publish_content(self, target: TargetFile) -> None:
        """Put a drafted target where it is served, under its hash."""
        write(self.published / "targets" / target.get_prefixed_paths()[0], self.drafted_content(target))

    def publish_metadata(self, role: str, signed: Metadata[Any]) -> None:
        """Put metadata where it is served: under its version, the timestamp alone without one."""
        name = "timestamp.json" if role == Timestamp.type else f"{signed.signed.version}.{role}.json"
        write(self.published / "metadata" / name, to_file(signed))

    def clear_drafts(self) -> None:
        """Remove the drafts and their contents."""
        for path in sorted(self.draft.rglob("*"), reverse=True):
            if path.is_dir():
                path.rmdir()
            else:
                path.unlink()


def read_metadata(path: Path, role: str) -> Metadata[Any]:
    """Read metadata of a role, unverified; raises DamagedFolderError."""
    try:
        read: Metadata[Any] = Metadata.from_bytes(path.read_bytes()[: MAX_METADATA_BYTES + 1])
    except (OSError, DeserializationError, RepositoryError):
        raise DamagedFolderError(role) from None
    if not isinstance(read.signed, type_of(role)):
        raise DamagedFolderError(role)
    return read


def write(path: Path, content: bytes) -> None:
    """Write a file so that a reader, or a power cut, finds the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def _checked(path: Path, target: TargetFile) -> bytes:
    try:
        content = path.read_bytes()
        target.verify_length_and_hashes(content)
    except (OSError, LengthOrHashMismatchError):
        raise DamagedFolderError(target.path) from None
    return content
