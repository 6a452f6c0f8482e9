"""The rules on top of the signatures, by themselves: the 24 hours, what stands of a suspension, what a date that passed means."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals import fixtures
from referrals.publishing.errors import (
    AlteredError,
    ClockSetBackError,
    ExpiredListError,
    ExpiredSuspensionsError,
    ExpiredTimestampError,
)
from referrals.publishing.targets import (
    BotList,
    Listed,
    Suspension,
    contact_mark,
    disclosed,
    key_digest,
    suspension_digest,
)
from referrals.publishing.verified import Basis, Facts, State, Suspended, absorb, judge, seen_suspensions
from tests.referrals.publishing.ceremony import DAY, HOUR, NOW, SALT, partners

HUB, CYBER = fixtures.IDS["HUB"], fixtures.IDS["CYBER"]
EVERYONE = tuple(Listed(disclosed(partner), contact_mark(SALT, partner.id)) for partner in partners())
LIST = BotList(1, ("0" * 64,), EVERYONE)
UNTIL = {"root": NOW + 365 * DAY, "timestamp": NOW + 2 * DAY, "snapshot": NOW + 7 * DAY, "targets": NOW + 14 * DAY}
FACTS = Facts({"targets": 1}, {role: int(until.timestamp()) for role, until in UNTIL.items()}, "key", "a" * 64)
PINNED = absorb(None, LIST, {}, FACTS, NOW)


def offered(state: State, bot_list: BotList, now: datetime) -> set[str]:
    """Return the ids of partners that are active at a time."""
    directory = Basis.of(state, bot_list, now).directory()
    return {partner.id for partner in directory.partners if partner.x_status == "active"}


def suspension(number: int, *ids: str) -> Suspension:
    """Return a suspension of partners."""
    return Suspension(id=f"{number:016x}", partners=ids, reason="other", since=NOW)


def test_what_is_pinned_counts_at_once_and_what_comes_later_after_a_day() -> None:
    """To the second, from when the bot first verified it, however often it sees it again."""
    without = replace(LIST, listed=tuple(each for each in EVERYONE if each.partner.id != HUB))
    state = absorb(None, without, {}, FACTS, NOW)
    state = absorb(state, LIST, {}, FACTS, NOW + HOUR)
    again = absorb(state, LIST, {}, FACTS, NOW + 2 * HOUR)

    assert CYBER in offered(PINNED, LIST, NOW)
    assert HUB not in offered(again, LIST, NOW + DAY + HOUR - timedelta(seconds=1))
    assert HUB in offered(again, LIST, NOW + DAY + HOUR)


@given(hours=st.integers(0, 100), number=st.integers(0, len(EVERYONE) - 1))
def test_nothing_new_counts_within_a_day_and_everything_after_it(hours: int, number: int) -> None:
    """Whichever partner's contact changed: it is held for 24 hours, and nobody else is."""
    changed = replace(EVERYONE[number], contact="f" * 64)
    bot_list = replace(LIST, listed=(*EVERYONE[:number], changed, *EVERYONE[number + 1 :]))
    state = absorb(PINNED, bot_list, {}, FACTS, NOW)
    before = offered(PINNED, LIST, NOW)

    held = before - offered(state, bot_list, NOW + hours * HOUR)
    assert held == ({changed.partner.id} & before if hours < 24 else set())


def test_the_safety_leads_keys_wait_like_a_partners() -> None:
    """A report about a helper isn't sealed to a key that nobody had a day to see."""
    key = EVERYONE[0].partner.x_keys[0].model_copy(update={"recipient": "age1pq1lead"})
    bot_list = replace(LIST, safety_lead=(key,))
    state = absorb(PINNED, bot_list, {}, FACTS, NOW)

    assert Basis.of(state, bot_list, NOW + 23 * HOUR).directory().safety_lead_keys == ()
    assert Basis.of(state, bot_list, NOW + DAY).directory().safety_lead_keys == (key,)
    held = replace(state, suspended=(Suspended("1" * 16, "kim", "key", key_digest("age1pq1lead")),))
    assert Basis.of(held, bot_list, NOW + DAY).directory().safety_lead_keys == ()


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(("kim", "lee")),
            st.lists(st.builds(suspension, st.integers(1, 3), st.sampled_from((HUB, CYBER)))),
        ),
        max_size=5,
    )
)
def test_a_suspension_never_goes_by_its_own_role(files: list[dict[str, list[Suspension]]]) -> None:
    """Whatever the operators' files say one after the other, everything that ever stood in one is suspended."""
    state = PINNED
    ever = set()
    for each in files:
        state = absorb(state, LIST, each, FACTS, NOW)
        ever |= {subject for theirs in each.values() for one in theirs for subject in one.partners}

    assert {HUB, CYBER} - offered(state, LIST, NOW) == ever


def test_only_the_named_suspension_is_lifted() -> None:
    """Of two operators who suspended the same partner, one may have been wrong."""
    both = {"kim": [suspension(1, HUB)], "lee": [suspension(2, HUB)]}
    state = absorb(PINNED, LIST, both, FACTS, NOW)
    kims, lees = suspension_digest("kim", suspension(1, HUB)), suspension_digest("lee", suspension(2, HUB))
    lifted_one = absorb(state, replace(LIST, lifted=(kims,)), both, FACTS, NOW)
    lifted_both = absorb(state, replace(LIST, lifted=(kims, lees)), both, FACTS, NOW)

    assert (HUB in offered(lifted_one, LIST, NOW), HUB in offered(lifted_both, LIST, NOW)) == (False, True)
    assert len(seen_suspensions(state.suspended, both)) == 2


@pytest.mark.parametrize(
    ("operator", "borrowed"),
    [
        ("lee", suspension(1, CYBER)),  # another's, under the id of the one that was lifted
        ("lee", suspension(1, HUB)),  # another's of the same partner
        ("kim", suspension(1, HUB, CYBER)),  # her own, made wider
        ("kim", suspension(1, HUB).model_copy(update={"since": NOW + HOUR})),  # her own, of another day
    ],
)
def test_an_id_that_was_lifted_can_not_be_borrowed(operator: str, borrowed: Suspension) -> None:
    """What two operators lift is one suspension of one operator, whatever else stands under its id."""
    lifted = suspension_digest("kim", suspension(1, HUB))
    files = {"kim": [suspension(1, HUB)]}
    files[operator] = [*files.get(operator, []), borrowed]
    state = absorb(PINNED, replace(LIST, lifted=(lifted,)), files, FACTS, NOW)

    assert {each.subject for each in state.suspended} == set(borrowed.partners)


def test_an_id_alone_lifts_nothing() -> None:
    """As older lists had it; and no list lifts what has no digest yet."""
    file = {"kim": [suspension(1, HUB)]}
    for lifted in (f"{1:016x}", ""):
        assert HUB not in offered(absorb(PINNED, replace(LIST, lifted=(lifted,)), file, FACTS, NOW), LIST, NOW)


def test_a_suspension_remembered_from_before_gets_its_digest() -> None:
    """From its operator's file, so that it can be lifted; as long as it stands in none it stays as it is."""
    old = replace(PINNED, suspended=(Suspended(f"{1:016x}", "kim", "partner", HUB),))
    state = absorb(State.from_json(old.to_json()), LIST, {"kim": [suspension(1, HUB)]}, FACTS, NOW)

    assert [each.digest for each in state.suspended] == [suspension_digest("kim", suspension(1, HUB))]
    assert absorb(old, LIST, {"kim": []}, FACTS, NOW).suspended == old.suspended


SILENT = {"suspend-kim": NOW + 10 * DAY, "suspend-lee": NOW + 11 * DAY}
LONG = {role: int((NOW + 100 * DAY).timestamp()) for role in UNTIL}


def without(*roles: str, at: datetime, late: Listed | None = None) -> State:
    """Return what a bot remembers when these operators' files are past their dates; `late` is a partner that it saw at `at`."""
    expires = LONG | {role: int(SILENT[role].timestamp()) for role in roles}
    before = replace(LIST, listed=tuple(each for each in EVERYONE if each is not late))
    facts = replace(FACTS, expires=expires)
    return absorb(absorb(None, before, {}, facts, NOW), LIST, {}, facts, at)


def test_one_operators_lapsed_file_holds_nobody() -> None:
    """Everything that counted goes on, whatever the alarm; of two such files the list is stale."""
    at, alarm = NOW + 12 * DAY, [ExpiredSuspensionsError("suspend-kim")]
    one, two = without("suspend-kim", at=NOW), without(*SILENT, at=NOW)

    assert judge(one, LIST.directory(), 0, at, None, alarm).standing == "good"
    assert offered(one, LIST, at) == offered(PINNED, LIST, NOW)
    assert judge(two, LIST.directory(), 0, NOW + 10 * DAY, None, alarm).standing == "good"
    assert judge(two, LIST.directory(), 0, at, None, alarm).standing == "urgent_only"


@pytest.mark.parametrize(
    ("seen", "counts"), [(8 * DAY, True), (9 * DAY, True), (9 * DAY + HOUR, False), (11 * DAY, False)]
)
def test_what_is_new_waits_for_a_lapsed_file(seen: timedelta, counts: bool) -> None:
    """She could not have suspended it within its first 24 hours; once her file is signed again it counts."""
    late = next(each for each in EVERYONE if each.partner.id == HUB)
    state = without("suspend-kim", at=NOW + seen, late=late)

    assert (HUB in offered(state, LIST, NOW + 20 * DAY)) is counts
    assert HUB in offered(replace(state, expires=LONG), LIST, NOW + 20 * DAY)


@pytest.mark.parametrize(
    ("at", "standing"),
    [
        (2 * DAY - HOUR, "good"),
        (2 * DAY, "urgent_only"),
        (14 * DAY - HOUR, "urgent_only"),
        (14 * DAY, "none"),
        (400 * DAY, "none"),
    ],
)
def test_any_date_that_passed_makes_the_list_stale_and_its_own_ends_it(at: timedelta, standing: str) -> None:
    """Without anything new: the bot may have been cut off."""
    verified = judge(PINNED, LIST.directory(), 0, NOW + at, None, ())

    assert (verified.standing, verified.stale, verified.urgent_only) == (
        standing,
        standing != "good",
        standing == "urgent_only",
    )


@pytest.mark.parametrize(
    ("refused", "standing"),
    [
        (None, "good"),
        (AlteredError(), "good"),
        (ExpiredTimestampError(), "urgent_only"),
        (ClockSetBackError(), "urgent_only"),
    ],
)
def test_a_refused_list_leaves_the_last_one_as_it_was(refused: Exception | None, standing: str) -> None:
    """But where time itself is in doubt, ordinary referrals are held."""
    assert refused is None or isinstance(refused, AlteredError | ExpiredTimestampError | ClockSetBackError)
    assert judge(PINNED, LIST.directory(), 0, NOW, refused, ()).standing == standing
    assert judge(PINNED, LIST.directory(), 0, NOW + 14 * DAY, ExpiredListError(), ()).standing == "none"


def test_the_same_directory_is_not_made_twice() -> None:
    """Only another list, a suspension, or the end of someone's 24 hours makes another."""
    basis = Basis.of(PINNED, LIST, NOW)
    suspended = absorb(PINNED, LIST, {"kim": [suspension(1, HUB)]}, FACTS, NOW)

    assert basis.gives_the_same(Basis.of(PINNED, LIST, NOW + HOUR))
    assert not basis.gives_the_same(None)
    assert not basis.gives_the_same(Basis.of(PINNED, replace(LIST), NOW))
    assert not basis.gives_the_same(Basis.of(suspended, LIST, NOW))


@given(st.dictionaries(st.text("0123456789abcdef", min_size=64, max_size=80), st.integers(0, 2**40), max_size=20))
def test_a_state_comes_back_from_its_text(first_seen: dict[str, int]) -> None:
    """Whole, with every suspension."""
    state = replace(PINNED, first_seen=first_seen, suspended=(Suspended("1" * 16, "kim", "key", "a" * 64),))

    assert State.from_json(state.to_json()) == state
