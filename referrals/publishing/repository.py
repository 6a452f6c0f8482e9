"""One folder with the published list and the draft of the next: copied between operators, signed by each on her own machine.

Nothing here decides whether a list is good: it builds, counts signatures with python-tuf, and writes. A draft is replaced by making it
anew; that takes the signatures off. `publish` writes timestamp.json last, so that whoever reads meanwhile sees the old list whole.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tuf.api.metadata import Metadata, Root, Snapshot, TargetFile, Targets, Timestamp

from referrals.publishing import metadata as roles
from referrals.publishing import serving
from referrals.publishing.errors import (
    NotAnOperatorError,
    NotEnoughSignaturesError,
    OddDraftError,
    OpenerTooLargeError,
    OutdatedDraftError,
)
from referrals.publishing.folder import Folder
from referrals.publishing.metadata import MAX_OPENER_BYTES, OPENER, OPERATORS, PARTNERS, Anchor
from referrals.publishing.operator_key import OperatorKey, signer
from referrals.publishing.operator_public import OperatorPublic
from referrals.publishing.sealed_list import open_list, seal_list
from referrals.publishing.targets import BotList, Suspension, read_bot_list, read_suspensions, suspensions_bytes
from referrals.secret import Secret


@dataclass(frozen=True, slots=True)
class Standing:
    """Who has signed a draft (operators' names), and how many signatures it still needs."""

    role: str
    version: int
    signed: tuple[str, ...]
    missing: int

    @property
    def ready(self) -> bool:
        """Whether the signatures suffice."""
        return self.missing == 0


@dataclass(frozen=True, slots=True)
class OpenedList:
    """A list as an operator reviews it: what bots get, the operators' own bytes, the bots' recipients it is sealed to, and the SHA-256
    (hex) of the opening page that it vouches for.
    """

    bot_list: BotList
    operators: bytes
    bots: tuple[str, ...]
    opener: str | None = None


class Repository:
    """The folder. Every method raises a DraftError with what to do when the folder or the draft isn't as it must be."""

    def __init__(self, folder: Path) -> None:
        """`folder` is made as it is filled."""
        self._files = Folder(folder)

    # ------------------------------------------------------------------------------------------------------------ reading

    @property
    def published(self) -> Path:
        """The part that is served to bots."""
        return self._files.published

    def root(self) -> Root:
        """The published root with the highest version."""
        root: Root = self._files.newest(Root.type).signed
        return root

    def operators(self) -> tuple[OperatorPublic, ...]:
        """The operators of the published root."""
        return roles.operators_of(self.root())

    def targets(self) -> Targets:
        """The published list's metadata: version, expiry; `metadata.bots_of` and `metadata.anchors_of` read what else is in it."""
        targets: Targets = self._files.newest(Targets.type).signed
        return targets

    def trusted_root(self) -> bytes:
        """The newest root as a file: what a bot is given at `naru init`."""
        return roles.to_file(self._files.newest(Root.type))

    def read_list(self, identity: Secret[str]) -> OpenedList:
        """Open the published list with an operator's age identity."""
        return _opened(self.targets(), identity, self._files.published_content)

    def read_draft(self, identity: Secret[str]) -> OpenedList:
        """Open the drafted list with an operator's age identity: what she reviews is what she signs."""
        return _opened(self._files.drafted(Targets.type).signed, identity, self._files.drafted_content)

    def read_suspensions(self, operator: str) -> tuple[Suspension, ...]:
        """Return what an operator has published as suspended; empty when she has published nothing yet."""
        role, path = roles.suspension_role(operator), roles.suspension_path(operator)
        if not self._files.has(role):
            return ()
        content = self._files.published_content(self._files.newest(role).signed.targets[path])
        return read_suspensions(content, operator)

    def opener(self) -> bytes | None:
        """The opening page that the published list vouches for, or None."""
        if not self._files.has(Targets.type) or (target := self.targets().targets.get(OPENER)) is None:
            return None
        return self._files.published_content(target)

    def drafts(self) -> tuple[str, ...]:
        """The roles that have a draft: "root", "targets", "suspend-NAME"."""
        return self._files.drafts()

    def standing(self, role: str) -> Standing:
        """Say who has signed the draft of a role."""
        draft = self._files.drafted(role)
        results = [
            delegator.get_verification_result(role, draft.signed_bytes, draft.signatures)
            for delegator in self._delegators(role, draft)
        ]
        keys = [key for result in results for key in result.signed.values()]
        names = {str(key.unrecognized_fields.get("x-naru-operator", "?")) for key in keys}
        return Standing(role, draft.signed.version, tuple(sorted(names)), max(result.missing for result in results))

    # ----------------------------------------------------------------------------------------------------------- drafting

    def draft_root(self, operators: Sequence[OperatorPublic], online: bytes, now: datetime) -> int:
        """Draft the first root, or the next one (a lost key, a new online key), and return its version.

        `online` is the raw Ed25519 public key that will sign snapshot and timestamp. A root that changes the operators needs a new list
        too, since the list names their suspension roles. Raises OperatorsError.
        """
        version = self.root().version + 1 if self._files.has(Root.type) else 1
        self._files.put_draft(Root.type, roles.make_root(operators, online, version, now))
        return version

    def next_version(self) -> int:
        """The version that the next list has: `BotList.version` must be it."""
        return max(self._files.versions(Targets.type), default=0) + 1

    def draft_list(
        self,
        bot_list: BotList,
        operators: bytes,
        bots: Sequence[str],
        now: datetime,
        randomness: Callable[[int], bytes],
        anchors: Mapping[str, Anchor] | None = None,
        opener: bytes | None = None,
    ) -> int:
        """Draft the next list: `bot_list` sealed to the bots' recipients and to the operators, `operators` to the operators only.

        The operators can open both, so that nobody signs what she can't read. `opener` is the opening page, not sealed; the published
        one goes along by itself. Returns the version. Raises OutdatedDraft-, OpenerTooLarge- or ListContentError.
        """
        if opener is not None and len(opener) > MAX_OPENER_BYTES:
            raise OpenerTooLargeError(OPENER)
        if bot_list.version != self.next_version():
            raise OutdatedDraftError(Targets.type)
        bot_list.directory()  # what repeats itself is refused here rather than by every bot
        root = self._coming_root()
        recipients = [operator.recipient for operator in roles.operators_of(root)]
        contents = {
            PARTNERS: seal_list(bot_list.to_bytes(), [*bots, *recipients], randomness),
            OPERATORS: seal_list(operators, recipients, randomness),
        }
        if (page := opener or self.opener()) is not None:
            contents[OPENER] = page
        drafted = roles.make_targets(root, bot_list.version, contents, bots, anchors or {}, now)
        self._files.put_drafted_contents(contents)
        self._files.put_draft(Targets.type, drafted)
        return bot_list.version

    def draft_suspensions(self, operator: str, suspensions: Sequence[Suspension], now: datetime) -> int:
        """Draft an operator's whole suspension file, empty or not, and return its version."""
        role = roles.suspension_role(operator)
        content = suspensions_bytes(operator, suspensions)
        version = max(self._files.versions(role), default=0) + 1
        self._files.put_drafted_contents({roles.suspension_path(operator): content})
        self._files.put_draft(role, roles.make_suspensions(operator, version, content, now))
        return version

    # ------------------------------------------------------------------------------------------------------------ signing

    def sign(self, role: str, key: OperatorKey, now: datetime) -> Standing:
        """Add an operator's signature to the draft of a role; raises NotAnOperatorError when hers would not count.

        The draft must fit the files in this folder (DamagedFolderError) and have the form that this program gives it (OddDraftError).
        """
        draft = self._files.drafted(role)
        contents = {target.path: self._files.drafted_content(target) for target in roles.target_files(draft)}
        if not roles.has_our_form(draft, self._coming_root(), contents, now):
            raise OddDraftError(role)
        key_signer = key.signer()
        counts = [delegator.get_delegated_role(role).keyids for delegator in self._delegators(role, draft)]
        if not any(key_signer.public_key.keyid in keyids for keyids in counts):
            raise NotAnOperatorError(role)
        draft.sign(key_signer, append=True)
        self._files.put_draft(role, draft)
        return self.standing(role)

    def gather(self, other: "Repository") -> tuple[str, ...]:
        """Take over signatures that were made on another copy of the same draft; returns the roles that gained one."""
        gained = []
        for role in sorted(set(self.drafts()) & set(other.drafts())):
            mine, theirs = self._files.drafted(role), other._files.drafted(role)  # noqa: SLF001  # another of this class
            new = {keyid: each for keyid, each in theirs.signatures.items() if keyid not in mine.signatures}
            if new and mine.signed_bytes == theirs.signed_bytes:
                mine.signatures.update(new)
                self._files.put_draft(role, mine)
                gained.append(role)
        return tuple(gained)

    # --------------------------------------------------------------------------------------------------------- publishing

    def publish(self, online: Secret[bytes], now: datetime) -> int:
        """Publish every draft, then a new snapshot and timestamp by the online key; returns the timestamp's version.

        Raises NoDraft-, NotEnoughSignatures-, Outdated-, NotAnOperator-, DamagedFolder-, LapsedDraft-, OddDraft- or
        MalformedSuspensionsError before anything is written.
        """
        drafts = {role: self._files.drafted(role) for role in self.drafts()}
        root, targets = self._coming_root(), self._coming_targets()
        self._check_online(root, online)
        for role, draft in drafts.items():
            if not self._files.is_next(role, draft):
                raise OutdatedDraftError(role)
            if not self.standing(role).ready:
                raise NotEnoughSignaturesError(role)
            serving.check_draft(self._files, role, draft, root, targets, now)
        serving.check_complete(self._files, root, targets, drafts)
        for role, draft in sorted(drafts.items(), key=lambda each: each[0] == Root.type):  # the root last
            for target in roles.target_files(draft):
                self._files.publish_content(target)
            self._files.publish_metadata(role, draft)
        version = self.renew(online, now)
        self._files.clear_drafts()
        return version

    def renew(self, online: Secret[bytes], now: datetime) -> int:
        """Sign snapshot and timestamp again by the online key, which makes nothing newer but their dates.

        Under a new online key their versions begin anew, so that a thief's far-off ones are left behind. Every file is verified first
        (`serving.versions`, with its errors).
        """
        root = self.root()
        self._check_online(root, online)
        served = serving.versions(self._files, root, now)
        snapshot = roles.make_snapshot(self._files.signed_version(Snapshot.type, root) + 1, served, now)
        timestamp = roles.make_timestamp(
            self._files.signed_version(Timestamp.type, root) + 1, snapshot.signed.version, now
        )
        for role, signed in ((Snapshot.type, snapshot), (Timestamp.type, timestamp)):
            signed.sign(signer(online))
            self._files.publish_metadata(role, signed)
        return timestamp.signed.version

    # ------------------------------------------------------------------------------------------------------------ in detail

    @staticmethod
    def _check_online(root: Root, online: Secret[bytes]) -> None:
        if signer(online).public_key.keyid not in root.roles[Timestamp.type].keyids:
            raise NotAnOperatorError("online key")

    def _delegators(self, role: str, draft: Metadata[Any]) -> list[Root | Targets]:
        """Who says whose signatures count: for a root the published one and itself, for the list the root, for suspensions the list."""
        if role == Root.type:
            return [*([self.root()] if self._files.has(Root.type) else []), draft.signed]
        if role == Targets.type:
            return [self._coming_root()]
        targets = self._coming_targets()
        if role not in roles.delegated(targets):
            raise NotAnOperatorError(role)
        return [targets]

    def _coming_root(self) -> Root:
        root: Root = self._files.drafted(Root.type).signed if Root.type in self.drafts() else self.root()
        return root

    def _coming_targets(self) -> Targets:
        drafted = Targets.type in self.drafts()
        targets: Targets = self._files.drafted(Targets.type).signed if drafted else self.targets()
        return targets


def _opened(targets: Targets, identity: Secret[str], content: Callable[[TargetFile], bytes]) -> OpenedList:
    opened = {name: open_list(content(targets.targets[name]), [identity], name) for name in (PARTNERS, OPERATORS)}
    return OpenedList(
        read_bot_list(opened[PARTNERS]), opened[OPERATORS], roles.bots_of(targets), roles.opener_of(targets)
    )
