"""Who may do what: the table itself."""

import pytest

from referrals.desk.grants import Actor, Grant, Role, allowed


def actor(*roles: Role, partner: str | None = "P1") -> Actor:
    """Somebody fictional."""
    return Actor("a" * 32, "Ada", partner, frozenset(roles), "b" * 64)


@pytest.mark.parametrize("grant", [grant for grant in Grant if grant is not Grant.PUBLIC])
def test_a_stranger_may_nothing_but_what_is_public(grant: Grant) -> None:
    """Without a session only a public door opens."""
    assert allowed(None, Grant.PUBLIC, None)
    assert not allowed(None, grant, "P1")


@pytest.mark.parametrize("grant", [Grant.WORK, Grant.LEAD, Grant.TEAM])
def test_a_partners_grant_ends_at_its_partner(grant: Grant) -> None:
    """With every role one may do nothing with what belongs to another partner, or to none."""
    her = actor(Role.CASEWORKER, Role.LEAD)

    assert allowed(her, grant, "P1")
    assert not allowed(her, grant, "P2")
    assert not allowed(her, grant, None)
    assert not allowed(actor(Role.CASEWORKER, Role.LEAD, partner=None), grant, None)


def test_a_lead_does_not_work_on_cases() -> None:
    """The lead's role opens no content, the caseworker's no lead's page."""
    assert not allowed(actor(Role.LEAD), Grant.WORK, "P1")
    assert not allowed(actor(Role.CASEWORKER), Grant.LEAD, "P1")


def test_nobody_but_safety_leads_reads_reports() -> None:
    """A report may be about the very partner: none of its staff sees that it is there."""
    holders = {role for role in Role if allowed(actor(role, partner=None), Grant.REPORTS, None)}

    assert holders == {Role.SAFETY_LEAD}
