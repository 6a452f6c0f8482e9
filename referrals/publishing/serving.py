"""What may be served: looked at again by whoever signs the dates. A file in the folder proves nothing by lying there.

The online key signs unattended, so whatever it names bots go by. Each suspension file must be its operator's, signed as the list of two
operators asks, whole, and in the form that this program gives it; a new one must not be past its date. One that was served before and has
lapsed since stays: an operator's holiday must not stop the dates of everybody's list, and bots and operators are told of it.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from tuf.api.metadata import Metadata, Root, Snapshot, TargetFile, Targets

from referrals.publishing import metadata as roles
from referrals.publishing.errors import (
    DamagedFolderError,
    LapsedDraftError,
    NoDraftError,
    NotEnoughSignaturesError,
    OddDraftError,
    OutdatedDraftError,
    StrayFileError,
)
from referrals.publishing.folder import Folder, read_metadata
from referrals.publishing.targets import read_suspensions


def check_draft(files: Folder, role: str, draft: Metadata[Any], root: Root, targets: Targets, now: datetime) -> None:
    """Check what a draft holds; that it has its signatures is `Repository.standing`'s. `root` and `targets` are those that are coming.

    Raises DamagedFolder-, NotEnoughSignatures-, OddDraft-, LapsedDraft- or MalformedSuspensionsError.
    """
    if role in {Root.type, Targets.type}:
        for target in roles.target_files(draft):
            files.drafted_content(target)
        return
    _check_suspensions(role, draft, root, targets, files.drafted_content, now)
    if draft.signed.expires <= now:
        raise LapsedDraftError(role)


def check_complete(files: Folder, root: Root, targets: Targets, drafts: Mapping[str, Metadata[Any]]) -> None:
    """What is not drafted must be published already, and count under the root and the list that are coming.

    Raises OutdatedDraft-, NoDraft- or NotEnoughSignaturesError.
    """
    expected = {roles.suspension_role(operator.name) for operator in roles.operators_of(root)}
    if expected != roles.delegated(targets):
        raise OutdatedDraftError(Targets.type)  # the operators changed: the list must name them
    for role in sorted({Targets.type, *expected} - set(drafts)):
        if not files.has(role):
            raise NoDraftError(role)
        stands = files.newest(role)
        delegator = root if role == Targets.type else targets
        if not delegator.get_verification_result(role, stands.signed_bytes, stands.signatures):
            raise NotEnoughSignaturesError(role)  # signed by a key that no longer counts


def versions(files: Folder, root: Root, now: datetime) -> dict[str, int]:
    """Return the versions that a new snapshot names, by role, once each file was verified.

    Raises StrayFileError for one that nobody signed as it must be, OddDraft-, MalformedSuspensions- or DamagedFolderError.
    """
    targets = files.newest(Targets.type)
    if not root.get_verification_result(Targets.type, targets.signed_bytes, targets.signatures):
        raise StrayFileError(Targets.type)
    before = _served(files, root)
    found = {Targets.type: int(targets.signed.version)}
    for role in set(files.target_roles()) - {Targets.type}:
        if role in roles.delegated(targets.signed):
            stands = files.newest(role)
            # How long it counts was looked at when it was published; this machine's clock may have been corrected since.
            moment = max(now, stands.signed.expires)
            _check_suspensions(role, stands, root, targets.signed, files.published_content, moment)
            found[role] = int(stands.signed.version)
        elif role in before:
            found[role] = before[role]  # one whose operator has left; TUF lets it be taken out only by a new online key
    for role, version in found.items():
        if version < before.get(role, 0):
            raise DamagedFolderError(role)  # an older copy of the folder lies over this one
    return found


def _served(files: Folder, root: Root) -> dict[str, int]:
    """The versions that the newest snapshot of this root's online key names."""
    version = files.signed_version(Snapshot.type, root)
    if version == 0:
        return {}
    path = files.published / "metadata" / f"{version}.{Snapshot.type}.json"
    snapshot: Metadata[Snapshot] = read_metadata(path, Snapshot.type)
    return {name.removesuffix(".json"): int(meta.version) for name, meta in snapshot.signed.meta.items()}


def _check_suspensions(
    role: str,
    signed: Metadata[Any],
    root: Root,
    targets: Targets,
    content: Callable[[TargetFile], bytes],
    now: datetime,
) -> None:
    """Verify one operator's file: by whom it is signed first, then what it is."""
    if not targets.get_verification_result(role, signed.signed_bytes, signed.signatures):
        raise StrayFileError(role)
    operator = role.removeprefix(roles.suspension_role(""))
    path = roles.suspension_path(operator)
    contents = {target.path: content(target) for target in roles.target_files(signed)}
    if set(contents) != {path} or not roles.has_our_form(signed, root, contents, now):
        raise OddDraftError(role)
    read_suspensions(contents[path], operator)
