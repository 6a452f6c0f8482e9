"""One run of python-tuf's client, with the time given to it, and each of its errors in words that tell an operator what to do."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tuf.api.exceptions import (
    BadVersionNumberError,
    DownloadError,
    DownloadLengthMismatchError,
    ExpiredMetadataError,
    LengthOrHashMismatchError,
    RepositoryError,
    UnsignedMetadataError,
)
from tuf.api.metadata import Metadata, Root, Signed, Snapshot, TargetFile, Targets, Timestamp
from tuf.ngclient import Updater

from referrals.publishing.errors import (
    AlteredError,
    DamagedFolderError,
    ExpiredError,
    ExpiredListError,
    ExpiredRootError,
    ExpiredSuspensionsError,
    ExpiredTimestampError,
    FastForwardedError,
    KeyTwiceError,
    ListContentError,
    MalformedSuspensionsError,
    MixedVersionsError,
    NoOpenerError,
    RefusedError,
    RevokedKeyError,
    RolledBackError,
    UnreachableError,
    UnsignedError,
)
from referrals.publishing.metadata import (
    MAX_OPENER_BYTES,
    OPENER,
    PARTNERS,
    operators_of,
    suspension_path,
    suspension_role,
)
from referrals.publishing.sealed_list import MAX_BYTES
from referrals.publishing.source import Source
from referrals.publishing.targets import MAX_SUSPENSION_BYTES, Suspension, read_suspensions
from referrals.publishing.verified import Facts

# How far a version may rise between two verified lists beside one a minute: a bot that was off for a weekend, and a busy day of publishing.
MAX_STEP = 1000
MAX_FIRST = 10_000_000  # one a minute for 19 years: what the first list, or the first under a new online key, may have
_LASTING = frozenset({Root.type, Targets.type})  # roles that operators sign: their versions never go down
_SEAL_BYTES = 1024 * 1024  # room for header and tags of the largest sealed list


@dataclass(frozen=True, slots=True)
class Before:
    """What was verified last, against which versions are judged."""

    versions: Mapping[str, int]
    online_key: str
    at: datetime


class Run:
    """A list being verified: first `check`, then `partners` for the sealed list. Raises RefusedError; OSError when the disk fails."""

    def __init__(self, source: Source, folder: Path, trusted_root: bytes, now: datetime) -> None:
        """`folder` holds a copy of the metadata verified before, and gets what is verified now."""
        self._source, self._folder, self._now = source, folder, now
        try:
            self._updater = Updater(str(folder), "metadata/", fetcher=source, bootstrap=trusted_root)
        except RepositoryError:
            raise AlteredError("trusted root") from None
        self._trusted = self._updater._trusted_set  # noqa: SLF001  # tuf has no public way to give it the time
        self._trusted.reference_time = now
        self.suspensions: dict[str, tuple[Suspension, ...]] = {}
        self.alarms: list[RefusedError] = []
        self._expired_roles: dict[str, int] = {}

    def check(self, before: Before | None) -> Facts:
        """Verify everything but the list's own content, and read the suspensions."""
        try:
            self._updater.refresh()
        except (RepositoryError, DownloadError) as error:
            raise self._refusal(error) from None
        self._check_steps(before)
        try:
            operators = operators_of(self._trusted.root)
        except DamagedFolderError:
            raise AlteredError(Root.type) from None
        for operator in operators:
            self._read_suspensions(operator.name)
        roles: dict[str, Signed] = {signed.type: signed for signed in (self._trusted.root, *self._online())}
        roles |= {name: self._trusted[name] for name in self._target_roles() if name in self._trusted}
        return Facts(
            versions=self._versions(),
            expires={name: int(signed.expires.timestamp()) for name, signed in roles.items()} | self._expired_roles,
            online_key=self._online_key(),
            partners_hash=self._partners().hashes["sha256"],
        )

    def partners(self) -> bytes:
        """Return the sealed list, as it was signed."""
        return self._download(self._partners())

    def opener(self) -> bytes:
        """Return the opening page that the list vouches for, as it was signed. Raises NoOpenerError where it vouches for none."""
        target = self._trusted.targets.targets.get(OPENER)
        if target is None:
            raise NoOpenerError(Targets.type)
        if "sha256" not in target.hashes or target.length > MAX_OPENER_BYTES:
            raise ListContentError(OPENER)
        return self._download(target)

    def _partners(self) -> TargetFile:
        target = self._trusted.targets.targets.get(PARTNERS)
        if target is None or "sha256" not in target.hashes or target.length > MAX_BYTES + _SEAL_BYTES:
            raise ListContentError(PARTNERS)
        return target

    def _download(self, target: TargetFile) -> bytes:
        """Fetch a target under its hash, as `Updater.download_target` does, but not by way of two files of 64 MiB."""
        try:
            chunks, length = [], 0
            for chunk in self._source.fetch(f"targets/{target.get_prefixed_paths()[0]}"):
                chunks.append(chunk)
                length += len(chunk)
                if length > target.length:
                    raise AlteredError(target.path)
            content = b"".join(chunks)
            target.verify_length_and_hashes(content)
        except (RepositoryError, DownloadError) as error:
            raise self._refusal(error, target.path) from None
        return content

    def _read_suspensions(self, operator: str) -> None:
        """Read one operator's file. What she alone did wrong is an alarm, so that she can't keep a list from everybody."""
        role = suspension_role(operator)
        try:
            target = self._updater.get_targetinfo(suspension_path(operator))
            if target is not None and target.length <= MAX_SUSPENSION_BYTES:
                self.suspensions[operator] = read_suspensions(self._download(target), operator)
            else:
                self.alarms.append(MalformedSuspensionsError(operator))
        except (RepositoryError, DownloadError) as error:
            refusal = self._refusal(error, role)
            if not isinstance(refusal, ExpiredError):
                raise refusal from None
            self._expired_roles[role] = self._date_of_last()
            self.alarms.append(refusal)
        except MalformedSuspensionsError as error:
            self.alarms.append(error)

    def _check_steps(self, before: Before | None) -> None:
        """Refuse versions that publishing can't have reached, which would make every later list look old, and those that are past.

        python-tuf refuses what is past, too, by the files that it keeps; those may have been deleted, or this be another disk.
        """
        same = before is not None and before.online_key == self._online_key()
        for role, version in self._versions().items():
            limit = MAX_FIRST
            if before is not None and same:
                minutes = max(0, int((self._now - before.at).total_seconds()) // 60)
                limit = before.versions.get(role, 0) + MAX_STEP + minutes
            if version > limit:
                raise FastForwardedError(role)
            # A new online key begins anew with its own versions, and may name any of a suspension file: a thief of the old one did.
            if before is not None and (same or role in _LASTING) and version < before.versions.get(role, 0):
                raise RolledBackError(role)

    def _date_of_last(self) -> int:
        """Until when the file that was read last counted; tuf looks at dates only after signatures and versions."""
        last: Metadata[Any] = Metadata.from_bytes(self._source.last_bytes)
        return int(last.signed.expires.timestamp())

    @property
    def root_version(self) -> int:
        """The version of the newest root that held, also where the list didn't."""
        return int(self._trusted.root.version)

    def _versions(self) -> dict[str, int]:
        versions = {signed.type: signed.version for signed in (self._trusted.root, *self._online())}
        return versions | {
            name.removesuffix(".json"): meta.version for name, meta in self._trusted.snapshot.meta.items()
        }

    def _online(self) -> tuple[Timestamp, Snapshot]:
        return self._trusted.timestamp, self._trusted.snapshot

    def _online_key(self) -> str:
        return ",".join(sorted(self._trusted.root.roles[Timestamp.type].keyids))

    def _target_roles(self) -> list[str]:
        return [name.removesuffix(".json") for name in self._trusted.snapshot.meta]

    # ----------------------------------------------------------------------------------------------------- errors in words

    def _refusal(self, error: RepositoryError | DownloadError, place: str = "") -> RefusedError:
        """Say in our words why tuf refused. This decides nothing: whatever it returns, the list is refused."""
        role = place or _role(self._source.last_name)
        match error:
            case DownloadLengthMismatchError() | LengthOrHashMismatchError():
                return AlteredError(role)
            case DownloadError():
                return UnreachableError(role)
            case ExpiredMetadataError():
                return self._expired(role)
            case UnsignedMetadataError():
                return self._unsigned(role)
            case BadVersionNumberError():
                return self._misplaced(role)
            case _:
                repeated = _repeated_signature(self._source.last_bytes)
                return KeyTwiceError(role) if repeated else AlteredError(role)

    def _expired(self, role: str) -> RefusedError:
        if self._trusted.root.is_expired(self._now):
            return ExpiredRootError(Root.type)
        if role in {Timestamp.type, Snapshot.type}:
            expired = self._trusted.timestamp.is_expired(self._now)
            return ExpiredTimestampError(Timestamp.type if expired else Snapshot.type)
        return ExpiredListError(role) if role == Targets.type else ExpiredSuspensionsError(role)

    def _unsigned(self, role: str) -> RefusedError:
        """A signature by a key that an older root named and the newest doesn't is someone using a revoked key."""
        used = set(_signing_keys(self._source.last_bytes))
        old: set[str] = set()
        for path in (self._folder / "root_history").glob("*.root.json"):
            old |= set(_signed(path.read_bytes()).get("keys", {}))
        return RevokedKeyError(role) if used & old - set(self._trusted.root.keys) else UnsignedError(role)

    def _misplaced(self, role: str) -> RefusedError:
        """A snapshot of the version that the timestamp names, but with older roles in it, is old; of another version, it is mixed."""
        if role == Timestamp.type:
            return RolledBackError(role)
        if role == Snapshot.type:
            named = self._trusted.timestamp.snapshot_meta.version
            return (
                RolledBackError(role)
                if _signed(self._source.last_bytes).get("version") == named
                else MixedVersionsError(role)
            )
        return MixedVersionsError(role)


def _role(file_name: str) -> str:
    """Return the role in "7.targets.json" or "timestamp.json"."""
    parts = file_name.removesuffix(".json").split(".")
    return parts[-1]


def _signed(untrusted: bytes) -> dict[str, Any]:
    value = _object(untrusted).get("signed")
    return value if isinstance(value, dict) else {}


def _signing_keys(untrusted: bytes) -> list[str]:
    signatures = _object(untrusted).get("signatures")
    found = [each.get("keyid") for each in signatures if isinstance(each, dict)] if isinstance(signatures, list) else []
    return [keyid for keyid in found if isinstance(keyid, str)]


def _repeated_signature(untrusted: bytes) -> bool:
    keys = _signing_keys(untrusted)
    return len(set(keys)) != len(keys)


def _object(untrusted: bytes) -> dict[str, Any]:
    try:
        value = json.loads(untrusted)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
