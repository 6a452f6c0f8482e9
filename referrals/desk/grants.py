"""Who may do what at the desk: a table of grants, held by roles. Pure; the only place where a right is decided."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a member of staff is. Caseworker and lead belong to one partner; safety lead and operator to none."""

    CASEWORKER = "caseworker"
    LEAD = "lead"
    SAFETY_LEAD = "safety_lead"
    OPERATOR = "operator"


PARTNER_ROLES = frozenset({Role.CASEWORKER, Role.LEAD})


class Grant(StrEnum):
    """What a door asks of whoever comes to it."""

    PUBLIC = "public"  # no session needed: sign-in pages, health
    SIGNED_IN = "signed_in"  # any live account: own account, own sessions, own key, own notice address
    WORK = "work"  # caseworker of the subject's partner: queue, open, answer, reply, hand over, attest, availability
    LEAD = "lead"  # lead of the subject's partner: states and delays without content, invitations, capacity
    TEAM = "team"  # caseworker or lead of that partner: colleagues and the fingerprints of their keys
    REPORTS = "reports"  # safety lead: sealed reports
    OPERATE = "operate"  # operator: read-only pages without content


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever is signed in, as the session says at this very request."""

    account: str = field(repr=False)  # 32 hex digits
    name: str = field(repr=False)  # alias typed at the invitation; only staff see it
    partner: str | None  # id in the directory; None for safety leads and operators
    roles: frozenset[Role]
    session: str = field(repr=False)  # hex of the SHA-256 that the session is kept under


# One of these roles holds the grant. What is not here needs no role.
_HOLDERS: Mapping[Grant, frozenset[Role]] = {
    Grant.WORK: frozenset({Role.CASEWORKER}),
    Grant.LEAD: frozenset({Role.LEAD}),
    Grant.TEAM: PARTNER_ROLES,
    Grant.REPORTS: frozenset({Role.SAFETY_LEAD}),
    Grant.OPERATE: frozenset({Role.OPERATOR}),
}
# These are held for one partner only: her own.
_OF_A_PARTNER = frozenset({Grant.WORK, Grant.LEAD, Grant.TEAM})


def allowed(actor: Actor | None, grant: Grant, partner: str | None) -> bool:
    """Tell whether the actor may pass a door that asks `grant`.

    `partner` is that of the subject in the path; where the path has none, the actor's own.
    """
    if grant is Grant.PUBLIC:
        return True
    if actor is None:
        return False
    if grant is Grant.SIGNED_IN:
        return True
    if not actor.roles & _HOLDERS[grant]:
        return False
    return grant not in _OF_A_PARTNER or (partner is not None and partner == actor.partner)
