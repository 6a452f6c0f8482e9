"""The TUF roles of the partner list: who signs what, and how long it counts. Built with python-tuf, without input or output.

    root         two of the operators; names everybody's keys                                     365 days
    targets      two of the operators; the list, sealed; names each operator's suspension role     14 days
                 and naru-open.html, the page that opens a referral without a server, where there is one
    suspend-NAME the operator NAME alone; suspensions/NAME.json and nothing else                    30 days
    snapshot     the online key; which versions belong together                                      7 days
    timestamp    the online key; which snapshot is the newest                                        2 days

TUF specification 1.0.33 (https://theupdateframework.github.io/specification/). File names carry versions or hashes (consistent snapshots).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import (
    DelegatedRole,
    Delegations,
    Key,
    Metadata,
    MetaFile,
    Role,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)
from tuf.api.serialization.json import JSONSerializer

from referrals.publishing.errors import DamagedFolderError, OperatorsError
from referrals.publishing.operator_public import OperatorPublic, public_key

THRESHOLD = 2  # operators, of three or more (design.md: "root and partner list need two of three operators")
MIN_OPERATORS = 3
ROOT_LIFE = timedelta(days=365)  # keys are renewed yearly (domain.md 4.1)
LIST_LIFE = timedelta(days=14)  # design.md; bounds for how long a stolen online key can keep an old list alive
# An operator's holiday must not stop the service; and a bot from which a stolen online key hides her file is stale after that time.
SUSPENSIONS_LIFE = timedelta(days=30)
SNAPSHOT_LIFE = timedelta(days=7)
TIMESTAMP_LIFE = timedelta(days=2)  # renewed daily, so that one missed run is no alarm

PARTNERS = "partners.age"
OPERATORS = "operators.age"
OPENER = "naru-open.html"  # anybody may read it; caseworkers check theirs against it
MAX_OPENER_BYTES = (
    4 * 1024 * 1024
)  # age-encryption with its post-quantum code, unminified, and the page around it: room for several times

_BOTS = "x-naru-bots"
_AUDIT = "x-naru-audit"
_SERIALIZER = JSONSerializer(compact=False)


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where an audit log stood when two operators signed: how many lines it had, and the hash of the last one (hex)."""

    lines: int
    head: str


def suspension_role(operator: str) -> str:
    """The name of an operator's delegated role."""
    return f"suspend-{operator}"


def suspension_path(operator: str) -> str:
    """The one target that an operator's role may hold."""
    return f"suspensions/{operator}.json"


def operators_of(root: Root) -> tuple[OperatorPublic, ...]:
    """Return the operators whom a root names, in its order; raises DamagedFolderError when it names them badly."""
    operators = []
    for keyid in root.roles[Root.type].keyids:
        key = root.keys[keyid]
        noted = key.unrecognized_fields
        try:
            operators.append(
                OperatorPublic(
                    name=noted["x-naru-operator"], signing=key.keyval["public"], recipient=noted["x-naru-recipient"]
                )
            )
        except (KeyError, ValueError):
            raise DamagedFolderError(Root.type) from None
    return tuple(operators)


def operators_in(untrusted_root: bytes) -> tuple[OperatorPublic, ...]:
    """Return the operators whom a root file names, unverified: to show whom a bot is about to trust, or to refuse the demo's keys.

    Raises DamagedFolderError.
    """
    try:
        root: Metadata[Root] = Metadata.from_bytes(untrusted_root)
    except RepositoryError:
        raise DamagedFolderError(Root.type) from None
    if not isinstance(root.signed, Root):
        raise DamagedFolderError(Root.type)
    return operators_of(root.signed)


def make_root(operators: Sequence[OperatorPublic], online: bytes, version: int, now: datetime) -> Metadata[Root]:
    """Return an unsigned root for these operators and this online key (raw Ed25519 public key); raises OperatorsError."""
    online_key = public_key(online)
    keys = {operator.key().keyid: operator.key() for operator in operators}
    distinct = [{getattr(each, name) for each in operators} for name in ("name", "signing", "recipient")]
    if len(operators) < MIN_OPERATORS or any(len(values) != len(operators) for values in distinct):
        raise OperatorsError
    if online_key.keyid in keys:
        raise OperatorsError
    role = Role(list(keys), THRESHOLD)
    online_role = Role([online_key.keyid], 1)
    roles = {
        Root.type: role,
        Targets.type: Role(list(keys), THRESHOLD),
        Snapshot.type: online_role,
        Timestamp.type: Role([online_key.keyid], 1),
    }
    every: dict[str, Key] = {**keys, online_key.keyid: online_key}
    return Metadata(
        Root(version=version, expires=_until(now, ROOT_LIFE), keys=every, roles=roles, consistent_snapshot=True)
    )


def make_targets(
    root: Root,
    version: int,
    contents: Mapping[str, bytes],
    bots: Sequence[str],
    anchors: Mapping[str, Anchor],
    now: datetime,
) -> Metadata[Targets]:
    """Return the unsigned list: its files by name, each operator's own role, the bots' recipients and the audit logs' anchors."""
    operators = operators_of(root)
    roles = {
        suspension_role(operator.name): DelegatedRole(
            suspension_role(operator.name),
            [operator.key().keyid],
            threshold=1,
            terminating=True,
            paths=[suspension_path(operator.name)],
        )
        for operator in operators
    }
    keys: dict[str, Key] = {operator.key().keyid: operator.key() for operator in operators}
    noted: dict[str, Any] = {
        _BOTS: list(bots),
        _AUDIT: {name: {"lines": anchor.lines, "head": anchor.head} for name, anchor in anchors.items()},
    }
    return Metadata(
        Targets(
            version=version,
            expires=_until(now, LIST_LIFE),
            targets=_target_files(contents),
            delegations=Delegations(keys, roles),
            unrecognized_fields=noted,
        )
    )


def make_suspensions(operator: str, version: int, content: bytes, now: datetime) -> Metadata[Targets]:
    """Return one operator's unsigned role with her suspension file."""
    return Metadata(
        Targets(
            version=version,
            expires=_until(now, SUSPENSIONS_LIFE),
            targets=_target_files({suspension_path(operator): content}),
        )
    )


def make_snapshot(version: int, versions: Mapping[str, int], now: datetime) -> Metadata[Snapshot]:
    """Return an unsigned snapshot of the versions of the list and of every suspension role, by role."""
    meta = {f"{role}.json": MetaFile(number) for role, number in sorted(versions.items())}
    return Metadata(Snapshot(version=version, expires=_until(now, SNAPSHOT_LIFE), meta=meta))


def make_timestamp(version: int, snapshot_version: int, now: datetime) -> Metadata[Timestamp]:
    """Return an unsigned timestamp that names the newest snapshot."""
    return Metadata(
        Timestamp(version=version, expires=_until(now, TIMESTAMP_LIFE), snapshot_meta=MetaFile(snapshot_version))
    )


def bots_of(targets: Targets) -> tuple[str, ...]:
    """Return the recipients of the bots to which the list is sealed."""
    return tuple(targets.unrecognized_fields.get(_BOTS, ()))


def anchors_of(targets: Targets) -> dict[str, Anchor]:
    """Return where each operator's audit log stood when the list was signed."""
    anchors = targets.unrecognized_fields.get(_AUDIT, {})
    return {name: Anchor(int(anchor["lines"]), str(anchor["head"])) for name, anchor in anchors.items()}


def opener_of(targets: Targets) -> str | None:
    """Return the SHA-256 (hex) of the opening page that a list vouches for, or None."""
    target = targets.targets.get(OPENER)
    return None if target is None else target.hashes.get("sha256")


def delegated(targets: Targets) -> set[str]:
    """Return the names of the suspension roles that a list names."""
    return set(targets.delegations.roles or {}) if targets.delegations else set()


def target_files(metadata: Metadata[Any]) -> list[TargetFile]:
    """Return the files that a list or a suspension role names; none for other roles."""
    return list(metadata.signed.targets.values()) if isinstance(metadata.signed, Targets) else []


def to_file(metadata: Metadata[Any]) -> bytes:
    """Return metadata as it is written."""
    return metadata.to_bytes(_SERIALIZER)


def _target_files(contents: Mapping[str, bytes]) -> dict[str, TargetFile]:
    return {path: TargetFile.from_data(path, content, ["sha256"]) for path, content in contents.items()}


def _until(now: datetime, life: timedelta) -> datetime:
    return (now + life).replace(microsecond=0)  # TUF's dates have whole seconds


def needs_two(untrusted_root: bytes) -> bool:
    """Say whether a root is of the only kind that is ever trusted: list and root two of three, dates one online key, nothing beside.

    With the operators' true keys and a threshold of one, a single operator could make a root that shows three right fingerprints.
    """
    try:
        root: Metadata[Any] = Metadata.from_bytes(untrusted_root)
    except RepositoryError:
        return False
    return isinstance(root.signed, Root) and has_our_form(root, root.signed, {}, root.signed.expires)


def has_our_form(draft: Metadata[Any], root: Root, contents: Mapping[str, bytes], now: datetime) -> bool:
    """Say whether a draft is what this program makes and nothing beside: thresholds, roles and paths, and no longer a life.

    What an operator signs blindly is what a coerced colleague slipped in: a role that may add partners, a threshold of one.
    """
    signed = draft.signed
    try:
        if isinstance(signed, Root):
            online = bytes.fromhex(signed.keys[signed.roles[Timestamp.type].keyids[0]].keyval["public"])
            again: Metadata[Any] = make_root(operators_of(signed), online, signed.version, now)
        elif signed.delegations is not None:
            if not {PARTNERS, OPERATORS} <= set(contents) <= {PARTNERS, OPERATORS, OPENER}:
                return False
            again = make_targets(root, signed.version, contents, bots_of(signed), anchors_of(signed), now)
        else:
            (path,) = contents
            again = make_suspensions(
                path.removeprefix("suspensions/").removesuffix(".json"), signed.version, contents[path], now
            )
    except (OperatorsError, DamagedFolderError, KeyError, ValueError, TypeError, IndexError, AttributeError):
        return False
    if signed.expires > again.signed.expires:  # made earlier than now, so it ends no later
        return False
    again.signed.expires = signed.expires
    return bool(again.signed_bytes == draft.signed_bytes)
