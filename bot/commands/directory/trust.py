"""Whose signatures an operator believes: from the root she has verified to the newest published one, and from that to the list.

Reading the shared folder proves nothing: a colleague under threat may have put a list there that nobody signed, and whatever differs from
it would be shown as the whole change. Expiry is not looked at: operators must be able to renew what has expired.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root, Targets
from tuf.api.serialization import DeserializationError

from referrals.publishing.errors import (
    AlteredError,
    DamagedFolderError,
    RevokedKeyError,
    RolledBackError,
    UnsignedError,
)
from referrals.publishing.folder import Folder, read_metadata
from referrals.publishing.metadata import delegated, needs_two, operators_of, to_file
from referrals.publishing.operator_public import OperatorPublic


@dataclass(frozen=True, slots=True)
class Trusted:
    """What is published and verified."""

    root: Metadata[Root]
    targets: Targets

    @property
    def publics(self) -> dict[str, OperatorPublic]:
        """The operators' public keys, by name."""
        return {each.name: each for each in operators_of(self.root.signed)}

    @property
    def root_file(self) -> bytes:
        """The root as a file."""
        return to_file(self.root)


def verified(shared: Path, pinned: bytes, at_least: int) -> Trusted:
    """Verify what is published, from the root in `pinned`; the list must be of version `at_least` or newer.

    Raises UnsignedError, AlteredError, RolledBackError or DamagedFolderError.
    """
    folder = Folder(shared)
    root = _newest_root(folder, read_root(pinned))
    targets: Metadata[Targets] = folder.newest(Targets.type)
    if not root.signed.get_verification_result(Targets.type, targets.signed_bytes, targets.signatures):
        raise UnsignedError(Targets.type)
    if targets.signed.version < at_least:
        raise RolledBackError(Targets.type)
    for role in sorted(delegated(targets.signed)):
        if folder.has(role) and not _counts(targets.signed, folder.newest(role), role):
            raise RevokedKeyError(role)
    return Trusted(root, targets.signed)


def first_root(shared: Path) -> Metadata[Root]:
    """The newest published root for one who has none yet: signed by those whom it names, and nothing more is known of them."""
    folder = Folder(shared)
    root: Metadata[Root] = folder.newest(Root.type)
    if not _counts(root.signed, root, Root.type) or not needs_two(root.to_bytes()):
        raise UnsignedError(Root.type)
    return root


def read_root(untrusted: bytes) -> Metadata[Root]:
    """Read a root file; raises DamagedFolderError."""
    try:
        root: Metadata[Root] = Metadata.from_bytes(untrusted)
    except (DeserializationError, RepositoryError):
        raise DamagedFolderError(Root.type) from None
    if not isinstance(root.signed, Root):
        raise DamagedFolderError(Root.type)
    return root


def signed_by(root: Metadata[Root], public: OperatorPublic) -> bool:
    """Whether an operator's own signature stands under a root."""
    result = root.signed.get_verification_result(Root.type, root.signed_bytes, root.signatures)
    return public.key().keyid in result.signed


def _newest_root(folder: Folder, pinned: Metadata[Root]) -> Metadata[Root]:
    """Follow the roots from the pinned one: each must be signed as the one before it asks, and as it asks itself."""
    versions = folder.versions(Root.type)
    if pinned.signed.version not in versions:
        raise (
            RolledBackError(Root.type)
            if versions and versions[-1] < pinned.signed.version
            else DamagedFolderError(Root.type)
        )
    root = _read(folder, pinned.signed.version)
    if root.signed_bytes != pinned.signed_bytes:
        raise AlteredError(Root.type)
    for version in range(pinned.signed.version + 1, versions[-1] + 1):
        coming = _read(folder, version)
        if coming.signed.version != version:
            raise AlteredError(Root.type)
        if not (_counts(root.signed, coming, Root.type) and _counts(coming.signed, coming, Root.type)):
            raise UnsignedError(Root.type)
        root = coming
    return root


def _read(folder: Folder, version: int) -> Metadata[Root]:
    return read_metadata(folder.published / "metadata" / f"{version}.{Root.type}.json", Root.type)


def _counts(delegator: Root | Targets, signed: Metadata[Any], role: str) -> bool:
    return bool(delegator.get_verification_result(role, signed.signed_bytes, signed.signatures))
