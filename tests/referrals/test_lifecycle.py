"""What holds of a partner on a day, and which changes nobody may make."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any, get_args

import pytest

from referrals import fixtures
from referrals import lifecycle_errors as errors
from referrals.lifecycle import (
    PROVISIONAL_CASES,
    TRANSITIONS,
    bot_part,
    check_change,
    check_references,
    day_of,
    lapses,
    may_take,
    state_on,
)
from referrals.partner import HARD_RULES, Status
from referrals.vetting import PartnerFile
from tests.referrals.vetted import DAY, TODAY, changed, checks, file, listed, moment, read, with_partner, written

FRESH_KEYS = file().partner.x_keys


def moved(start: str, to: str, **partner: Any) -> bool:
    """Change a fixture's state as told, and return whether that is an activation."""
    before = file(status=start)
    return check_change(before, before.model_copy(update={"partner": partner_in(before, to, **partner)}), TODAY)


def partner_in(made: PartnerFile, status: str, **changes: Any) -> Any:
    """Return the bots' part in another state, unchecked."""
    return made.partner.model_copy(update={"x_status": status, **changes})


def test_the_table_has_every_state() -> None:
    """The states of the table are those of a record; nobody takes a partner to expired, and nothing leads back from removed."""
    assert set(TRANSITIONS) == set(get_args(Status))
    assert all("expired" not in targets for targets in TRANSITIONS.values())
    assert not TRANSITIONS["removed"]


@pytest.mark.parametrize(
    ("start", "to", "activates"),
    [
        ("candidate", "review", False), ("candidate", "removed", False), ("review", "candidate", False),
        ("review", "provisional", True), ("provisional", "active", True), ("active", "provisional", False),
        ("active", "review", False), ("active", "suspended", False), ("active", "removed", False),
        ("suspended", "provisional", True), ("suspended", "review", False), ("expired", "provisional", True),
        ("expired", "suspended", False),
    ],
)  # fmt: skip
def test_a_step_of_the_table_passes_and_says_whether_it_activates(start: str, to: str, activates: bool) -> None:
    """Whatever lets people be sent to a partner, and the step out of supervision, is an activation; nothing else is."""
    assert moved(start, to) is activates


@pytest.mark.parametrize(
    ("start", "to"),
    [
        ("candidate", "provisional"), ("candidate", "active"), ("candidate", "suspended"), ("review", "active"),
        ("review", "suspended"), ("removed", "candidate"), ("removed", "active"), ("active", "candidate"), ("active", "expired"),
        ("review", "expired"), ("suspended", "expired"), ("suspended", "active"), ("expired", "active"),
    ],
)  # fmt: skip
def test_a_step_that_is_not_in_the_table_is_refused(start: str, to: str) -> None:
    """Nobody skips review or supervision, sets expired by hand, or brings a removed partner back."""
    with pytest.raises(errors.TransitionError, match=f"{start} to {to}"):
        moved(start, to)


def test_nobody_writes_expired_into_a_lapsed_partner_either() -> None:
    """The state is read off the dates; a list that said it by itself could hide who lapsed when."""
    with pytest.raises(errors.TransitionError, match="by hand"):
        check_change(file(), with_partner(file(), x_status="expired"), TODAY + 60 * DAY)


def test_a_partner_that_was_active_once_may_go_back_there() -> None:
    """A suspension that is lifted leads to where the partner was, if that was active, by an activation."""
    suspended = with_partner(file(), x_status="suspended")

    assert check_change(suspended, with_partner(suspended, x_status="active"), TODAY)


def test_a_new_partner_is_a_candidate() -> None:
    """Nothing begins further on."""
    assert not check_change(None, file(status="candidate"), TODAY)
    for status in ("review", "suspended", "removed"):
        with pytest.raises(errors.TransitionError):
            check_change(None, file(status=status), TODAY)


@pytest.mark.parametrize(("field", "rule"), HARD_RULES.items())
@pytest.mark.parametrize(("start", "to"), [("review", "provisional"), ("provisional", "active"), ("active", "active")])
def test_a_condition_on_help_stops_everybody(field: str, rule: str, start: str, to: str) -> None:
    """A fee, a debt, or a condition of faith, testimony, media or marriage is refused by its name, also in a record past its checks."""
    with pytest.raises(errors.HardRuleError, match=rule) as caught:
        moved(start, to, **{field: True})

    assert "partner 5: " in str(caught.value)


def test_a_partner_that_admits_a_condition_never_serves() -> None:
    """FAITH (domain.md section 7) can't be activated, and if a list says it is, it isn't."""
    faith = file("FAITH")
    active = faith.model_copy(update={"partner": partner_in(faith, "active")})

    with pytest.raises(errors.HardRuleError, match="no_religious_condition"):
        check_change(faith, active, TODAY)
    assert state_on(active.model_copy(update={"activation": file().activation}), TODAY) == "expired"


@pytest.mark.parametrize("item", file().required)
def test_each_required_item_stops_an_activation(item: str) -> None:
    """Missing, or past its last day, each of the items is named."""
    before = file(status="provisional")
    for kept, told in (
        (tuple(each for each in before.checks if each.item != item), f"check {item} missing"),
        (
            read({**written(), "checks": checks(TODAY, **{item: {"expires_on": str(TODAY - DAY)}})}).checks,
            f"check {item}",
        ),
    ):
        after = changed(with_partner(before, x_status="active"), checks=kept)
        with pytest.raises(errors.LapsedError, match=told):
            check_change(before, after, TODAY)


@pytest.mark.parametrize(
    ("lapse", "until", "changes"),
    [
        ("vetting", 5, {"x_vetted_until": TODAY + 5 * DAY}),
        ("keys", 5, {"x_keys": tuple(key.model_copy(update={"key_until": TODAY + 5 * DAY}) for key in FRESH_KEYS)}),
        ("contact", 30, {"x_contact_confirmed_at": moment(TODAY)}),
        ("capacity", 27, {}),
    ],
)
def test_a_partner_expires_at_midnight_after_its_last_day(lapse: str, until: int, changes: dict[str, Any]) -> None:
    """The last day counts as a whole; on the next the partner is expired, and the reason is told."""
    made = file()
    fresh = tuple(each.model_copy(update={"confirmed_at": moment(TODAY)}) for each in made.contacts)
    changes = {"x_contact_confirmed_at": moment(TODAY), **changes}
    services = made.partner.services
    if lapse != "capacity":
        services = tuple(each.model_copy(update={"x_capacity_at": moment(TODAY)}) for each in services)
    made = with_partner(changed(made, contacts=fresh), services=services, **changes)

    assert state_on(made, TODAY + until * DAY) == "active"
    assert state_on(made, TODAY + (until + 1) * DAY) == "expired"
    assert lapse in lapses(made, TODAY + (until + 1) * DAY)


def test_one_key_of_two_is_enough() -> None:
    """A partner is not expired because one caseworker's key is."""
    first, second = FRESH_KEYS
    made = with_partner(file(), x_keys=(first.model_copy(update={"key_until": TODAY - DAY}), second))

    assert state_on(made, TODAY) == "active"


def test_a_confirmation_must_stand_with_a_contact() -> None:
    """What the bots are told of the contact is backed by a contact confirmed no earlier, and there must be one."""
    made = file()
    older = tuple(
        each.model_copy(update={"confirmed_at": each.confirmed_at - timedelta(minutes=1)}) for each in made.contacts
    )

    assert lapses(changed(made, contacts=()), TODAY) == ("contact",)
    assert lapses(changed(made, contacts=older), TODAY) == ("contact",)


def test_a_list_that_only_says_active_is_not_believed() -> None:
    """Without the record of an activation, or with one to provisional only, an active partner is expired."""
    made = file()
    provisional = file(status="provisional")

    assert lapses(changed(made, activation=None), TODAY) == ("activation",)
    assert lapses(changed(made, activation=provisional.activation), TODAY) == ("activation",)
    assert lapses(changed(provisional, activation=made.activation), TODAY) == ()


def test_only_what_serves_expires() -> None:
    """A lapsed candidate stays one, and a suspended partner stays suspended."""
    for status in ("candidate", "review", "suspended", "removed"):
        assert state_on(file(status=status), TODAY + 400 * DAY) == status


@pytest.mark.parametrize("what", ["checks", "contacts", "x_capacity_at", "x_contact_confirmed_at"])
def test_a_date_to_come_is_refused(what: str) -> None:
    """Otherwise a partner that is expired today could serve tomorrow without anybody's leave."""
    made, ahead = file(), moment(TODAY + DAY)
    after = {
        "checks": lambda: read({**written(), "checks": checks(TODAY + 2 * DAY)}),
        "contacts": lambda: changed(made, contacts=(made.contacts[0].model_copy(update={"confirmed_at": ahead}),)),
        "x_capacity_at": lambda: with_partner(
            made, services=(made.partner.services[0].model_copy(update={"x_capacity_at": ahead}),)
        ),
        "x_contact_confirmed_at": lambda: with_partner(made, x_contact_confirmed_at=ahead),
    }[what]()

    with pytest.raises(errors.FutureDateError, match=what):
        check_change(made, changed(after, activation=made.activation), TODAY)


def test_a_partner_renewed_in_part_stays_expired() -> None:
    """One thing renewed and another still lapsed is a change of an expired partner; the last one is an activation."""
    day = TODAY + 61 * DAY
    lapsed = file()
    vetted_only = with_partner(
        changed(lapsed, checks=read({**written(), "checks": checks(day)}).checks), x_vetted_until=day
    )
    renewed = changed(file("CHILD", day), activation=lapsed.activation)

    assert not check_change(lapsed, vetted_only, day)
    assert state_on(vetted_only, day) == "expired"
    assert check_change(vetted_only, renewed, day)


def test_a_new_key_counts_for_a_year_at_most() -> None:
    """A key to which anything could be sealed for longer is refused; one that was there is left alone."""
    made = file(day=TODAY - 9 * DAY)
    longer = tuple(key.model_copy(update={"key_until": TODAY + 366 * DAY}) for key in made.partner.x_keys)

    with pytest.raises(errors.KeyYearError):
        check_change(made, with_partner(made, x_keys=longer), TODAY)
    old = with_partner(made, x_keys=longer)
    assert not check_change(old, changed(old, description="invented"), TODAY)


def test_a_partner_keeps_its_id_and_alias_and_the_record_of_its_activation() -> None:
    """None of the three is changed by a proposal."""
    made = file()
    with pytest.raises(errors.IdentityChangedError):
        check_change(made, with_partner(made, x_alias="77"), TODAY)
    with pytest.raises(errors.IdentityChangedError):
        check_change(made, with_partner(made, id=fixtures.IDS["MEN"]), TODAY)
    with pytest.raises(errors.ActivationByHandError):
        check_change(file(status="review"), changed(file(status="provisional")), TODAY)


def test_a_change_that_changes_nothing_is_refused() -> None:
    """Nobody is asked to approve nothing."""
    with pytest.raises(errors.NothingChangedError):
        check_change(file(), file(), TODAY)


def test_a_record_copied_past_its_own_checks_is_refused() -> None:
    """A serving partner whose bots' part would not be read again can't be proposed."""
    made = file()
    with pytest.raises(errors.MalformedFileError):
        check_change(made, made.model_copy(update={"partner": made.partner.model_copy(update={"x_tier": "T3"})}), TODAY)


@pytest.mark.parametrize(
    ("status", "cases", "takes"),
    [
        ("active", 500, True), ("provisional", PROVISIONAL_CASES - 1, True), ("provisional", PROVISIONAL_CASES, False),
        ("review", 0, False), ("suspended", 0, False),
    ],
)  # fmt: skip
def test_a_provisional_partner_has_at_most_five_open_cases(status: str, cases: int, takes: bool) -> None:
    """The fifth case is the last until one is closed; an active partner has no such bound, and no other takes any."""
    assert may_take(file(status=status), cases, TODAY) is takes
    assert not may_take(file(status=status), cases, TODAY + 60 * DAY)


@pytest.mark.parametrize("status", ["candidate", "review", "removed"])
def test_a_bot_is_told_nothing_of_a_partner_that_never_served_or_is_gone(status: str) -> None:
    """A seized bot is no map of those who may join."""
    assert bot_part(file(status=status), TODAY) is None


def test_a_bot_is_told_the_state_of_the_day_and_no_name_above_t1() -> None:
    """A lapsed partner is told as expired, and the vetting ends for the bot with the first item that does."""
    sooner = read({**written(), "checks": checks(psea={"expires_on": str(TODAY + 5 * DAY)})})
    sooner = changed(sooner, activation=file().activation)
    now, later = bot_part(sooner, TODAY), bot_part(sooner, TODAY + 6 * DAY)

    assert now is not None
    assert later is not None
    assert (now.x_status, later.x_status) == ("active", "expired")
    assert now.x_vetted_until == TODAY + 5 * DAY
    assert now.name is None


def test_references_are_from_partners_active_that_day() -> None:
    """A voucher that is suspended, unknown or expired by then doesn't vouch."""
    ids = [fixtures.IDS["MEN"], fixtures.IDS["HUB"]]
    made = read({**written(), "checks": checks(identity={"references": ids})})
    men, hub = file("MEN"), file("HUB")

    check_references(made, listed(men, hub), TODAY)
    for others, day in (
        (listed(men), TODAY),
        (listed(men, with_partner(hub, x_status="suspended")), TODAY),
        (listed(men, hub), TODAY + 40 * DAY),
    ):
        with pytest.raises(errors.NoReferenceError):
            check_references(made, others, day)


def test_days_are_counted_in_utc() -> None:
    """One in the morning in Seoul is still the day before."""
    seoul = timezone(timedelta(hours=9))

    assert day_of(datetime(2031, 3, 11, 1, tzinfo=seoul)) == TODAY
    assert day_of(datetime(2031, 3, 11, 0, tzinfo=UTC)) == TODAY + DAY
