"""Who must agree to a change of a partner: `propose`, `approve` by others, `settle`; `suspend` is one step by one person. Pure.

Nothing here checks a signature: whoever hands an approval in has verified it over `subject`. Rules: domain.md 4.1 and design.md,
decision 12.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import combinations

from pydantic import AwareDatetime

from referrals import lifecycle_errors as errors
from referrals.checklist import OperatorId, Record
from referrals.lifecycle import TRANSITIONS, check_change, check_references, day_of, state_on
from referrals.partner import Alias, Uuid
from referrals.vetting import Activation, Approver, ContactKind, Digest, Operator, PartnerFile, PartnersFile, digest

APPROVERS = 2  # of an activation (domain.md 4.1); any other change needs one

# Drafts, to be read by native speakers: partners get them, so no word of domain.md 3.6 and nothing about the work or the change.
NOTICE: Mapping[str, str] = {
    "en": "How we reach you is about to change. If you did not ask for this, tell the person you know here, the way you always do.",
    "ko": "서로 소식을 전하는 방법이 곧 바뀝니다. 부탁하신 일이 아니면, 아시는 사람에게 늘 하던 방법으로 말씀해 주십시오.",
    "zh": "我们跟你们联系的方式快要变了。如果不是你们提出的，请用平时的方法告诉你们认识的人。",
}


class Approval(Record):
    """That an operator agreed to a proposal, and when."""

    by: OperatorId
    at: AwareDatetime


class Proposal(Record):
    """A change that somebody wants: of which partner, from what to what (digests of the whole files), and who agreed so far."""

    partner_id: Uuid
    alias: Alias
    before: Digest | None  # None for a new candidate
    after: Digest
    by: OperatorId
    at: AwareDatetime
    approvals: tuple[Approval, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """A message that somebody brings to the partner's old contact before the change is published; it tells nothing."""

    alias: str
    means: ContactKind
    to: str = field(repr=False)
    text: Mapping[str, str] = field(default_factory=lambda: NOTICE, repr=False)  # by language


@dataclass(frozen=True, slots=True)
class Settled:
    """A change that may be published: the new file, and whom to tell of it by the old way."""

    file: PartnerFile = field(repr=False)
    notices: tuple[Notice, ...]


def propose(before: PartnerFile | None, after: PartnerFile, by: Operator, at: datetime) -> Proposal:
    """Return a proposal for others to approve; `before` is None for a new candidate. Raises LifecycleError."""
    check_change(before, after, day_of(at))
    old = None if before is None else digest(before)
    return Proposal(partner_id=after.partner.id, alias=after.alias, before=old, after=digest(after), by=by.id, at=at)


def subject(proposal: Proposal) -> str:
    """Return the SHA-256 (hex) that stands for the proposal without its approvals: what an approver signs."""
    content = proposal.model_dump(mode="json", exclude={"approvals"})
    return hashlib.sha256(b"naru-proposal/1\n" + json.dumps(content, sort_keys=True).encode()).hexdigest()


def approve(proposal: Proposal, before: PartnerFile | None, after: PartnerFile, by: Operator, at: datetime) -> Proposal:
    """Return the proposal with one more approval, of what stands in `before` and `after`. Raises LifecycleError."""
    _check_same(proposal, before, after)
    check_change(before, after, day_of(at))
    _check_approver(proposal, by)
    if by.id in {each.by for each in proposal.approvals}:
        raise errors.TwiceApprovedError(proposal.alias, by.id)
    approvals = (*proposal.approvals, Approval(by=by.id, at=at))
    return Proposal.model_validate({**dict(proposal), "approvals": approvals})


def settle(
    proposal: Proposal,
    before: PartnerFile | None,
    after: PartnerFile,
    operators: Sequence[Operator],
    listed: PartnersFile,
    on: date,
) -> Settled:
    """Check everything once more on the day of publication (UTC), and return what to publish. Raises LifecycleError.

    `operators` are those of that day: an approval by somebody who left doesn't count. `listed` is the whole list before the change.
    """
    _check_same(proposal, before, after)
    activates = check_change(before, after, on)
    approvers = _approvers(proposal, operators)
    if activates or _references(before) != _references(after):
        check_references(after, listed, on)
    if not activates:
        return Settled(_supervised(after), notices(before, after))
    first, second = _pair(proposal.alias, approvers)
    activation = Activation.model_validate(
        {
            "status": after.partner.x_status,
            "proposed_by": proposal.by,
            "approved_by": (_as_of_today(first), _as_of_today(second)),
            "on": on,
            "digest": digest(after),
        }
    )
    return Settled(PartnerFile.model_validate({**dict(after), "activation": activation}), notices(before, after))


def _supervised(file: PartnerFile) -> PartnerFile:
    """Return the file with its activation lowered to its state, so that no lapse or suspension leads past supervision."""
    if file.activation is None or file.partner.x_status != "provisional":
        return file
    lowered = file.activation.model_copy(update={"status": "provisional"})
    return PartnerFile.model_validate({**dict(file), "activation": lowered})


def suspend(file: PartnerFile, by: Operator, on: date) -> PartnerFile:
    """Return the file suspended by one approver, at once and without a proposal. Raises LifecycleError.

    Also one who lost her key may ask for it; publication needs a signature of somebody's anyway.
    """
    if by.role != "approver":
        raise errors.NotAnApproverError(file.alias, by.id)
    state = state_on(file, on)
    if "suspended" not in TRANSITIONS[state]:
        raise errors.TransitionError(file.alias, f"{state} to suspended")
    partner = file.partner.model_copy(update={"x_status": "suspended"})
    return PartnerFile.model_validate({**dict(file), "partner": partner})


def replaced(listed: PartnersFile, file: PartnerFile) -> PartnersFile:
    """Return the list of the next version with this file in the place of its older one, or at the end."""
    others = tuple(file if each.partner.id == file.partner.id else each for each in listed.partners)
    partners = others if file in others else (*others, file)
    return PartnersFile(format=listed.format, version=listed.version + 1, partners=partners)


def notices(before: PartnerFile | None, after: PartnerFile) -> tuple[Notice, ...]:
    """Return whom to tell by the old way: every old contact, as soon as a contact, a public number or a key differs."""
    if before is None or _ways_in(before) == _ways_in(after):
        return ()
    return tuple(Notice(before.alias, each.kind, each.value) for each in before.contacts)


def _references(file: PartnerFile | None) -> frozenset[str]:
    return frozenset(each for check in file.checks for each in check.references) if file else frozenset()


def _ways_in(file: PartnerFile) -> tuple[frozenset[tuple[str, str]], frozenset[str], frozenset[object]]:
    contacts = frozenset((each.kind, each.value) for each in file.contacts)
    return contacts, frozenset(phone.number for phone in file.partner.phones), frozenset(file.partner.x_keys)


def _check_same(proposal: Proposal, before: PartnerFile | None, after: PartnerFile) -> None:
    if proposal.before != (None if before is None else digest(before)):
        raise errors.StaleProposalError(proposal.alias)
    if (proposal.after, proposal.partner_id, proposal.alias) != (digest(after), after.partner.id, after.alias):
        raise errors.AlteredProposalError(proposal.alias)


def _check_approver(proposal: Proposal, by: Operator) -> None:
    if by.id == proposal.by:
        raise errors.OwnProposalError(proposal.alias, by.id)
    if not by.may_approve:
        raise errors.NotAnApproverError(proposal.alias, by.id)


def _approvers(proposal: Proposal, operators: Sequence[Operator]) -> tuple[Operator, ...]:
    """Return who approved, each once and each still allowed to; at least one."""
    present = {each.id: each for each in operators}
    for name in (proposal.by, *(each.by for each in proposal.approvals)):
        if name not in present:
            raise errors.UnknownOperatorError(proposal.alias, name)
    approvers = tuple(present[each.by] for each in proposal.approvals)
    for each in approvers:
        _check_approver(proposal, each)
    if len({each.id for each in approvers}) != len(approvers) or len({each.key for each in approvers}) != len(
        approvers
    ):
        raise errors.TwiceApprovedError(proposal.alias)
    if not approvers:
        raise errors.ApprovalMissingError(proposal.alias, "0 of 1")
    return approvers


def _pair(alias: str, approvers: Sequence[Operator]) -> tuple[Operator, Operator]:
    """Return two approvers who may activate together."""
    if len(approvers) < APPROVERS:
        raise errors.ApprovalMissingError(alias, f"{len(approvers)} of {APPROVERS}")
    apart = [(one, two) for one, two in combinations(approvers, APPROVERS) if one.organisation != two.organisation]
    if not apart:
        raise errors.SameOrganisationError(alias)
    led = [pair for pair in apart if any(each.gbv_or_safeguarding_lead for each in pair)]
    if not led:
        raise errors.NoLeadError(alias)
    return led[0]


def _as_of_today(operator: Operator) -> Approver:
    return Approver.model_validate(operator.model_dump(exclude={"role"}))
