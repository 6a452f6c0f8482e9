"""Proposals on their way from one operator to the next: sealed to the operators, approved by signatures that lie beside them.

P.proposal is sealed with `seal_list`; P.NAME.approval is plain and holds digests and signatures alone. Who said what is verified here;
whether it is enough is `referrals.approval`'s.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AwareDatetime, StringConstraints, ValidationError
from securesystemslib.exceptions import UnverifiedSignatureError, VerificationError
from securesystemslib.signer import Signature

from bot.commands.directory.place import content, save, text
from bot.settings import SettingsError
from referrals.approval import Approval, Proposal, subject
from referrals.checklist import Record
from referrals.publishing.operator_key import OperatorKey
from referrals.publishing.operator_public import Name, OperatorPublic
from referrals.publishing.sealed_list import open_list, seal_list
from referrals.secret import Secret
from referrals.vetting import Digest, PartnerFile

ENDING, APPROVED = ".proposal", ".approval"
_Signature = Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{128})?$")]  # Ed25519 in hex; "" of an editor
Act = Literal["propose", "approve"]


class Change(Record):
    """One partner's change: what is proposed, and the whole file as it would be."""

    proposal: Proposal
    after: PartnerFile
    signature: _Signature  # the proposer's


class Bundle(Record):
    """What one operator proposes at one time."""

    format: Literal["naru-proposal/1"] = "naru-proposal/1"
    by: Name
    at: AwareDatetime
    changes: tuple[Change, ...]


class _Given(Record):
    subject: Digest
    at: AwareDatetime
    signature: _Signature


class Approvals(Record):
    """What one operator approved of one bundle."""

    format: Literal["naru-approval/1"] = "naru-approval/1"
    by: Name
    given: tuple[_Given, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A bundle in the shared folder, opened, with the approvals that verify."""

    path: Path
    bundle: Bundle
    changes: tuple[tuple[Proposal, PartnerFile], ...]  # each with its approvals


def signed(act: Act, proposal: Proposal, by: str, at: datetime, key: OperatorKey) -> str:
    """Sign a proposal or an approval of it; returns the signature in hex."""
    return key.signer().sign(_payload(act, proposal, by, at)).signature


def approvals_of(proposals: Sequence[tuple[Proposal, datetime]], key: OperatorKey) -> Approvals:
    """Return an operator's approvals of these, with the time of each."""
    given = tuple(
        _Given(subject=subject(each), at=at, signature=signed("approve", each, key.name, at, key))
        for each, at in proposals
    )
    return Approvals(by=key.name, given=given)


def write_bundle(
    folder: Path, bundle: Bundle, publics: Mapping[str, OperatorPublic], randomness: Callable[[int], bytes]
) -> Path:
    """Write a bundle, sealed to the operators; returns where."""
    name = f"{bundle.at.astimezone(UTC):%Y-%m-%d}-{bundle.by}-{randomness(3).hex()}{ENDING}"
    sealed = seal_list(bundle.model_dump_json().encode(), [each.recipient for each in publics.values()], randomness)
    save(folder / name, sealed)
    return folder / name


def write_approvals(path: Path, approvals: Approvals) -> Path:
    """Write an operator's approvals beside the bundle that they are about; those that she gave before stand."""
    beside = path.with_name(f"{path.name.removesuffix(ENDING)}.{approvals.by}{APPROVED}")
    if beside.exists():
        before = _approvals(beside)
        approvals = Approvals(by=approvals.by, given=(*before.given, *approvals.given))
    save(beside, approvals.model_dump_json(indent=1).encode())
    return beside


def opened(path: Path, identity: Secret[str], publics: Mapping[str, OperatorPublic]) -> Waiting:
    """Open a bundle with an operator's identity, and take the approvals beside it that verify.

    Raises SettingsError where something isn't what somebody signed, and NotForThisBotError or AlteredError for the seal.
    """
    try:
        bundle = Bundle.model_validate_json(open_list(content(path), [identity], path.name))
    except ValidationError:
        raise SettingsError(f"{path.name} is no proposal; ask whoever sent it for it again.") from None
    for each in bundle.changes:
        if each.proposal.approvals or each.proposal.by != bundle.by:
            raise SettingsError(f"{path.name} is not a proposal as this program writes it. Ask {bundle.by} by phone.")
        if (public := publics.get(bundle.by)) is not None:
            _verify("propose", each.proposal, bundle.by, each.proposal.at, each.signature, public, path)
    found = [_approvals(beside) for beside in sorted(path.parent.glob(f"{path.name.removesuffix(ENDING)}.*{APPROVED}"))]
    return Waiting(
        path, bundle, tuple((_approved(each.proposal, found, publics, path), each.after) for each in bundle.changes)
    )


def waiting(folder: Path) -> list[Path]:
    """The bundles of a folder, oldest first."""
    return sorted(folder.glob(f"*{ENDING}"))


def is_done(path: Path) -> bool:
    """Whether this bundle was set aside on another machine, and copied back from an older folder."""
    return (path.parent / "done" / path.name).exists()


def set_aside(path: Path) -> None:
    """Move a bundle with its approvals into the folder of what is done."""
    done = path.parent / "done"
    done.mkdir(exist_ok=True)
    for each in [path, *path.parent.glob(f"{path.name.removesuffix(ENDING)}.*{APPROVED}")]:
        each.replace(done / each.name)


def _approved(
    proposal: Proposal, found: Sequence[Approvals], publics: Mapping[str, OperatorPublic], path: Path
) -> Proposal:
    wanted = subject(proposal)
    approvals = []
    for theirs in found:
        for each in theirs.given:
            if each.subject == wanted:
                public = publics.get(theirs.by)
                if public is None:
                    raise SettingsError(
                        f"{path.name}: {theirs.by} approved it, and holds no key that counts. Remove her .approval file."
                    )
                _verify("approve", proposal, theirs.by, each.at, each.signature, public, path)
                approvals.append(Approval(by=theirs.by, at=each.at))
    return proposal.model_copy(update={"approvals": tuple(approvals)})


def _verify(
    act: Act, proposal: Proposal, by: str, at: datetime, signature: str, public: OperatorPublic, path: Path
) -> None:
    key = public.key()
    try:
        key.verify_signature(Signature(key.keyid, signature), _payload(act, proposal, by, at))
    except (UnverifiedSignatureError, VerificationError, ValueError):
        done = "proposed" if act == "propose" else "approved"
        raise SettingsError(
            f"{path.name}: it says that {by} {done} partner {proposal.alias}, but the signature is not hers. "
            "Don't use it; call her, and find out who wrote it."
        ) from None


def _payload(act: Act, proposal: Proposal, by: str, at: datetime) -> bytes:
    # Never the beginning of TUF's signed bytes, which are JSON.
    return f"naru-{act}/1\n{subject(proposal)}\n{by}\n{at.astimezone(UTC).isoformat()}".encode()


def _approvals(path: Path) -> Approvals:
    try:
        return Approvals.model_validate_json(text(path))
    except ValidationError:
        raise SettingsError(f"{path.name} is damaged; ask for it again, or remove it.") from None
