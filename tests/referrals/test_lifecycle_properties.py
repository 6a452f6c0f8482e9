"""What holds of every partner whatever operators do, in any order, lawful or not: random people, random changes, random days."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import combinations, product
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from referrals.approval import Approval, Proposal, approve, propose, settle, suspend
from referrals.lifecycle import KEY_DAYS, TRANSITIONS, bot_part, state_on
from referrals.lifecycle_errors import LifecycleError
from referrals.vetting import Operator, PartnerFile
from tests.referrals import vetted
from tests.referrals.vetted import DAY, TODAY, listed, moment, operator

PEOPLE = (
    operator("edi", "north-wind", "editor", key=False),
    operator("eve", "east-hill", "editor", lead=True),
    operator("lea", "north-wind", lead=True),
    operator("nan", "north-wind"),
    operator("sun", "south-gate"),
    operator("tam", "south-gate", lead=True),
    operator("wil", "west-pass", lead=True, key=False),
)
# By hand, from domain.md 4.1, for CHILD: a child service that is no shelter.
ITEMS = {
    "identity", "leadership", "psea", "child_safeguarding", "conduct", "case_management", "data_sharing", "device_keys", "no_ties",
    "safe_contact", "test_referral", "staff_care", "incidents",
}  # fmt: skip
CONDITIONS = (
    "x_fee",
    "x_debt",
    "x_faith_condition",
    "x_testimony_condition",
    "x_media_condition",
    "x_marriage_condition",
)

# Where a lawful wish leads next.
NEXT = {
    "candidate": "review", "review": "provisional", "provisional": "active", "active": "active", "suspended": "provisional",
    "expired": "provisional", "removed": "removed",
}  # fmt: skip
EDI, EVE, LEA, NAN, SUN, TAM, WIL = PEOPLE


@dataclass(frozen=True)
class Change:
    """An attempt to change a partner; as it stands here it is lawful, and the walks below bend it."""

    by: Operator = EDI
    approvers: tuple[Operator, ...] = (LEA, SUN)
    status: str = "next"
    condition: str = ""  # one that the partner admits
    renew: str = "all"  # or "confirm", contact and capacity only, or nothing
    drop: str = ""  # an item or a part left out
    forged: bool = False  # approvals written into the proposal by hand
    by_hand: bool = False  # the record of an activation written by hand
    ahead: int = 0  # days by which the contact is confirmed too early
    key_days: int = KEY_DAYS
    check_days: int = 60
    vetted_days: int = 60


def bend(changes: list[tuple[str, Any]]) -> Change:
    """Return the lawful change with something else in some of its fields."""
    return replace(Change(), **dict(changes))


# Nobody, one, any two in any order and also the same twice, any three; drawn evenly, for what matters is which two they are.
CROWDS = [(), *product(PEOPLE, repeat=1), *product(PEOPLE, repeat=2), *combinations(PEOPLE, 3)]
crowds: st.SearchStrategy[tuple[Operator, ...]] = st.sampled_from(CROWDS)
short = st.sampled_from([2, 10, 20, 28])
BENT: dict[str, st.SearchStrategy[Any]] = {
    "by": st.sampled_from(PEOPLE),
    "approvers": crowds,
    "status": st.sampled_from([*TRANSITIONS]),
    "condition": st.sampled_from(CONDITIONS),
    "renew": st.sampled_from(["confirm", ""]),
    "drop": st.sampled_from(["contacts", "x_keys", *sorted(ITEMS)]),
    "forged": st.just(True),
    "by_hand": st.just(True),
    "ahead": st.integers(1, 20),
    "key_days": st.sampled_from([*range(5), 20, 500]),
    "check_days": short,
    "vetted_days": short,
}
bends = [st.tuples(st.just(name), values) for name, values in BENT.items()]
people = [st.tuples(st.just("approvers"), crowds), st.tuples(st.just("by"), BENT["by"])]
changes = st.lists(st.one_of(*bends, *people * 4), max_size=2).map(bend)
passing = st.sampled_from([1, 9, 27, 28, 33, 61])  # days
steps = st.lists(st.one_of(changes, changes, passing, st.sampled_from(PEOPLE)), min_size=1, max_size=8)


def wanted(file: PartnerFile, change: Change, day: date) -> PartnerFile:
    """Return the file that the change asks for, past all checks of the models: as somebody would write it who wants it in."""
    update: dict[str, Any] = {"x_status": NEXT[file.partner.x_status] if change.status == "next" else change.status}
    fresh = vetted.file("CHILD", day, "review")
    contacts, checks = file.contacts, file.checks
    if change.renew:
        at = moment(day + change.ahead * DAY)
        contacts = tuple(each.model_copy(update={"confirmed_at": at}) for each in fresh.contacts)
        update |= {"x_contact_confirmed_at": at, "services": fresh.partner.services}
    if change.renew == "all":
        until = day + change.check_days * DAY
        checks = tuple(each.model_copy(update={"expires_on": until}) for each in fresh.checks)
        keys = tuple(
            each.model_copy(update={"key_until": day + change.key_days * DAY}) for each in fresh.partner.x_keys
        )
        update |= {"x_vetted_until": day + change.vetted_days * DAY, "x_keys": () if change.drop == "x_keys" else keys}
    if change.condition:
        update[change.condition] = True
    by_hand = vetted.file("CHILD", status="active").activation if change.by_hand else file.activation
    return file.model_copy(update={
        "partner": file.partner.model_copy(update=update),
        "contacts": () if change.drop == "contacts" else contacts,
        "checks": tuple(each for each in checks if each.item != change.drop),
        "activation": by_hand,
    })  # fmt: skip


def attempt(file: PartnerFile, change: Change, day: date) -> PartnerFile:
    """Return the file after the change; raises LifecycleError where the rules refuse it."""
    after, at = wanted(file, change, day), moment(day)
    proposal = propose(file, after, change.by, at)
    for each in change.approvers:
        if change.forged:
            approvals = (*proposal.approvals, Approval(by=each.id, at=at))
            proposal = Proposal.model_validate({**dict(proposal), "approvals": approvals})
        else:
            proposal = approve(proposal, file, after, each, at)
    return settle(proposal, file, after, PEOPLE, listed(file), day).file


def lawful(change: Change) -> bool:
    """Say, by rules written here once more, whether these people may activate a partner."""
    counting = [each for each in change.approvers if each.role == "approver" and each.key and each.id != change.by.id]
    return any(
        one.organisation != two.organisation and one.gbv_or_safeguarding_lead for one in counting for two in counting
    )


def in_date(file: PartnerFile, day: date) -> bool:
    """Say, by rules written here once more, whether nothing that the partner needs is missing or past its day."""
    partner = file.partner
    return (
        {each.item for each in file.checks if each.expires_on >= day} >= ITEMS
        and partner.x_vetted_until >= day
        and any(key.key_until >= day for key in partner.x_keys)
        and all(key.key_until <= day + timedelta(days=KEY_DAYS) for key in partner.x_keys)
        and 0 <= (day - partner.x_contact_confirmed_at.date()).days <= 30
        and bool(file.contacts)
    )


def serves(file: PartnerFile, day: date) -> str:
    """Return how the partner serves, as a bot is told, or nothing."""
    part = bot_part(file, day)
    return part.x_status if part and part.x_status in {"provisional", "active"} else ""


def check(file: PartnerFile, day: date) -> None:
    """Whoever serves breaks no hard rule and is within all its dates."""
    if serves(file, day):
        assert not any(getattr(file.partner, name) for name in CONDITIONS)
        assert in_date(file, day)


@settings(max_examples=500, deadline=None)
@given(start=st.sampled_from([*TRANSITIONS]), steps=steps)
# Walks that chance seldom finds: nobody asked, a date to come, supervision left by a lapse, an activation written by hand.
@example(start="active", steps=[Change(approvers=())])
@example(start="active", steps=[61, Change(ahead=3), 9])
@example(start="active", steps=[Change(status="provisional"), 33, Change()])
@example(start="suspended", steps=[Change(status="active", by_hand=True)])
def test_no_one_serves_without_two_others_or_past_its_dates_or_for_a_price(start: str, steps: list[Any]) -> None:
    """However operators try, people are sent only to a partner that two others activated, without conditions and in date."""
    file, day = vetted.file("CHILD", status=start), TODAY
    ever = serves(file, day)
    for step in steps:
        before = serves(file, day)
        if isinstance(step, int):
            day += step * DAY
            assert serves(file, day) in {before, ""}, "days alone never make a partner serve"
        elif isinstance(step, Operator):
            try:
                file = suspend(file, step, day)
            except LifecycleError:
                continue
            assert step.role == "approver"
            assert not serves(file, day)
        else:
            try:
                file = attempt(file, step, day)
            except LifecycleError:
                assert serves(file, day) == before
                continue
            now = serves(file, day)
            assert step.approvers, "nobody changes a partner alone"
            assert step.by not in step.approvers
            if now and now != before and (before, now) != ("active", "provisional"):
                assert lawful(step)
                assert now == "provisional" or before == "provisional" or ever == "active", "supervised first"
            ever = now or ever
        check(file, day)


@settings(max_examples=300, deadline=None)
@given(
    start=st.sampled_from(["review", "provisional", "suspended", "lapsed"]),
    by=BENT["by"],
    crowd=crowds,
    forged=st.booleans(),
)
def test_an_activation_passes_with_the_right_people_and_with_no_others(
    start: str, by: Operator, crowd: tuple[Operator, ...], forged: bool
) -> None:
    """Two with keys from two organisations, one a lead, and neither the proposer: exactly then a partner begins to serve."""
    file, day = vetted.file("CHILD", status="active" if start == "lapsed" else start), TODAY
    day += 40 * DAY if start == "lapsed" else 0 * DAY
    change = Change(by=by, approvers=crowd, forged=forged)
    all_may = all(each.role == "approver" and each.key and each != by for each in crowd) and len(set(crowd)) == len(
        crowd
    )

    try:
        served = serves(attempt(file, change, day), day)
    except LifecycleError:
        served = ""

    assert bool(served) == (all_may and lawful(change))


offsets = st.sampled_from([-2, -1, 0, 1, 50])  # days around the day asked about
AGES = st.sampled_from([-1, 0, 29, 30, 31])


@settings(max_examples=300, deadline=None)
@given(
    ends=st.tuples(offsets, offsets, offsets),
    item=st.sampled_from([*sorted(ITEMS), "no_address"]),
    ages=st.tuples(AGES, AGES),
)
def test_a_partner_serves_exactly_as_long_as_nothing_lapsed(
    ends: tuple[int, ...], item: str, ages: tuple[int, int]
) -> None:
    """An item, the vetting, the last key, the contact or the capacity that is past its day, or from a day to come, ends it."""
    file = vetted.file("CHILD")
    vetted_end, check_end, key_end = (TODAY + end * DAY for end in ends)
    contact, capacity = (moment(TODAY - age * DAY) for age in ages)
    partner = file.partner.model_copy(update={
        "x_vetted_until": vetted_end, "x_contact_confirmed_at": contact,
        "x_keys": tuple(each.model_copy(update={"key_until": key_end}) for each in file.partner.x_keys),
        "services": tuple(each.model_copy(update={"x_capacity_at": capacity}) for each in file.partner.services),
    })  # fmt: skip
    file = file.model_copy(update={
        "partner": partner,
        "contacts": tuple(each.model_copy(update={"confirmed_at": contact}) for each in file.contacts),
        "checks": tuple(
            each.model_copy(update={"expires_on": check_end}) if each.item == item else each for each in file.checks
        ),
    })  # fmt: skip

    assert (state_on(file, TODAY) == "active") == (in_date(file, TODAY) and 0 <= ages[1] <= 30)


@settings(max_examples=100, deadline=None)
@given(status=st.sampled_from(["active", "provisional"]), ahead=st.integers(0, 400))
def test_a_partner_that_nobody_renews_expires_once_and_for_good(status: str, ahead: int) -> None:
    """From the day on which a partner first lapses it is expired on every later day."""
    file = vetted.file("CHILD", status=status)

    states = [state_on(file, TODAY + number * DAY) for number in range(ahead + 1)]

    assert states == sorted(states, key="expired".__eq__)
    assert ahead <= 27 or states[-1] == "expired"  # confirmed three days before TODAY
