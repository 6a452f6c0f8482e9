"""The states of a partner: what holds on a day, and which change is possible at all. Pure.

Who must agree to a change is `approval`'s. Rules: domain.md 4.1 and design.md, decision 12.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta

from pydantic import ValidationError

from referrals import lifecycle_errors as errors
from referrals.partner import CONFIRMED_DAYS, Partner, Status
from referrals.vetting import SERVING, PartnerFile, PartnersFile, digest

KEY_DAYS = 365  # domain.md 4.1: keys are renewed yearly
PROVISIONAL_CASES = 5  # open cases of a partner that still works under supervision (domain.md 4.1)

# From each state, where people may take a partner. `expired` is reached by date alone, and nothing leads back from `removed`.
TRANSITIONS: Mapping[Status, frozenset[Status]] = {
    "candidate": frozenset({"review", "removed"}),
    "review": frozenset({"candidate", "provisional", "removed"}),
    "provisional": frozenset({"active", "review", "suspended", "removed"}),
    "active": frozenset({"provisional", "review", "suspended", "removed"}),
    "suspended": frozenset({"provisional", "active", "review", "removed"}),
    "expired": frozenset({"provisional", "active", "review", "suspended", "removed"}),
    "removed": frozenset(),
}
# What a bot is told of: those it may send people to, and those about whom a returning person must hear something.
PUBLISHED = SERVING | {"suspended", "expired"}


def day_of(moment: datetime) -> date:
    """Return the day of a moment in UTC, by which all dates of a partner count."""
    return moment.astimezone(UTC).date()


def lapses(file: PartnerFile, day: date) -> tuple[str, ...]:
    """Return why people can't be sent to this partner on a day (UTC), apart from its state; empty when nothing is against it."""
    return (*_unactivated(file), *_lapses(file, day))


def state_on(file: PartnerFile, day: date) -> Status:
    """Return the state on a day (UTC): a partner that serves is expired from the midnight on which anything it needs lapses."""
    status = file.partner.x_status
    return "expired" if status in SERVING and lapses(file, day) else status


def may_take(file: PartnerFile, open_cases: int, day: date) -> bool:
    """Say whether one more person may be sent there on a day (UTC); a provisional partner has at most five open cases."""
    state = state_on(file, day)
    return state == "active" or (state == "provisional" and open_cases < PROVISIONAL_CASES)


def bot_part(file: PartnerFile, day: date) -> Partner | None:
    """Return what a bot is told of this partner on a day (UTC), or None where a seized bot had better not know of it."""
    state = state_on(file, day)
    if state not in PUBLISHED:
        return None
    part = file.partner.model_copy(update={"x_status": state, "x_vetted_until": file.vetted_until})
    return Partner.model_validate_json(part.model_dump_json())


def _unactivated(file: PartnerFile) -> Iterator[str]:
    given = file.activation.status if file.activation else None
    if file.partner.x_status in SERVING and given not in {"active", file.partner.x_status}:
        yield "activation"


def _lapses(file: PartnerFile, day: date) -> Iterator[str]:
    partner = file.partner
    yield from (f"hard rule {rule}" for rule in partner.hard_rules_broken)
    yield from (f"check {item} missing" for item in file.missing)
    yield from (f"check {each.item}" for each in file.checks if each.item in file.required and each.expires_on < day)
    if partner.x_vetted_until < day:
        yield "vetting"
    if not partner.recipients(day):
        yield "keys"
    backed = any(each.confirmed_at >= partner.x_contact_confirmed_at for each in file.contacts)
    if not backed or not _confirmed(partner.x_contact_confirmed_at, day):
        yield "contact"
    if not any(each.status == "active" and _confirmed(each.x_capacity_at, day) for each in partner.services):
        yield "capacity"


def _confirmed(at: datetime, day: date) -> bool:
    # The thirtieth day counts as a whole here; matching stops at the minute of that day at which the 30 days are over (N19).
    return timedelta(0) <= day - day_of(at) <= timedelta(days=CONFIRMED_DAYS)


def check_change(before: PartnerFile | None, after: PartnerFile, day: date) -> bool:
    """Refuse a change that nobody may make on a day (UTC) with a LifecycleError; return whether it is an activation.

    An activation is a change after which people are sent to the partner who weren't before, and the step from provisional to
    active. `before` is None for a new candidate.
    """
    if before is not None and digest(before) == digest(after):
        raise errors.NothingChangedError(after.alias)
    _check_identity(before, after)
    _check_dates(before, after, day)
    source: Status = "candidate" if before is None else state_on(before, day)
    target = _target(before, after, source, day)
    _check_transition(before, after, source, target)
    return target in SERVING and (source not in SERVING or (source, target) == ("provisional", "active"))


def _check_identity(before: PartnerFile | None, after: PartnerFile) -> None:
    if before is not None and (before.partner.id, before.alias) != (after.partner.id, after.alias):
        raise errors.IdentityChangedError(before.alias)
    if after.activation != (before.activation if before else None):
        raise errors.ActivationByHandError(after.alias)


def _check_dates(before: PartnerFile | None, after: PartnerFile, day: date) -> None:
    done = [("checks", each.checked_on) for each in after.checks]
    done += [("contacts", day_of(each.confirmed_at)) for each in after.contacts]
    done += [("x_capacity_at", day_of(each.x_capacity_at)) for each in after.partner.services]
    done += [("x_contact_confirmed_at", day_of(after.partner.x_contact_confirmed_at))]
    # A date to come would let a partner that is expired today serve tomorrow, without an activation.
    if ahead := sorted({what for what, at in done if at > day}):
        raise errors.FutureDateError(after.alias, ", ".join(ahead))
    known = before.partner.x_keys if before else ()
    if any(key.key_until > day + timedelta(days=KEY_DAYS) for key in after.partner.x_keys if key not in known):
        raise errors.KeyYearError(after.alias)


def _target(before: PartnerFile | None, after: PartnerFile, source: Status, day: date) -> Status:
    """Return the state that the change leads to; raises where `after` would serve and can't."""
    status = after.partner.x_status
    if status not in SERVING:
        return status
    if after.partner.hard_rules_broken:
        raise errors.HardRuleError(after.alias, ", ".join(after.partner.hard_rules_broken))
    if not (found := tuple(_lapses(after, day))):
        _check_whole(after)
        return status
    if source == "expired" and before is not None and before.partner.x_status == status:
        return "expired"  # one thing renewed, others still lapsed
    raise errors.LapsedError(after.alias, ", ".join(found))


def _check_whole(after: PartnerFile) -> None:
    # A frozen model can still be copied with changes that its own checks never saw.
    try:
        PartnerFile.model_validate_json(after.model_dump_json())
    except ValidationError:
        raise errors.MalformedFileError(after.alias) from None


def _check_transition(before: PartnerFile | None, after: PartnerFile, source: Status, target: Status) -> None:
    if before is None and target != "candidate":
        raise errors.TransitionError(after.alias, f"new to {target}")
    if source == "removed" or (target != source and target not in TRANSITIONS[source]):
        raise errors.TransitionError(after.alias, f"{source} to {target}")
    by_hand = after.partner.x_status == "expired"
    if by_hand and (before is None or before.partner.x_status != "expired"):
        raise errors.TransitionError(after.alias, f"{source} to expired by hand")
    once = before.activation.status if before and before.activation else None
    if target == "active" and source in {"suspended", "expired"} and once != "active":
        raise errors.TransitionError(after.alias, f"{source} to active, never active before")


def check_references(file: PartnerFile, listed: PartnersFile, day: date) -> None:
    """Refuse an activation whose references are not all from partners active on a day (UTC). Raises NoReferenceError."""
    for check in file.checks:
        for vouching in check.references:
            found = listed.by_id(vouching)
            if found is None or state_on(found, day) != "active":
                raise errors.NoReferenceError(file.alias)
