"""When a mail is tried: soon, then further apart, bounded; and never many to one address in a short time."""

from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.desk.notices.troubles import Trouble
from referrals.desk.notices.trying import (
    GAP,
    PAUSES,
    TRIES,
    Mail,
    Reached,
    begun,
    ended,
    found_begun,
    may_try,
    sooner,
)

NOW = 1_795_500_000  # a Unix second in November 2026
MAIL = Mail(mail=1, box=1, urgent=False, next_try=NOW)
outcomes = st.one_of(st.none(), st.sampled_from(Trouble))


def test_an_accepted_one_is_done() -> None:
    """It is not tried again."""
    after = ended(begun(MAIL), None, NOW)

    assert after.state == "accepted"
    assert not may_try(after, Reached(), NOW + 10 * GAP)


@pytest.mark.parametrize("urgent", [False, True])
def test_one_that_is_put_off_is_tried_further_and_further_apart(urgent: bool) -> None:
    """After as many tries as there are pauses and one more it has failed; an urgent one never pauses longer than five minutes."""
    mail, now, pauses = Mail(1, 1, urgent=urgent, next_try=NOW), NOW, []
    while mail.state == "waiting":
        assert may_try(mail, Reached(), mail.next_try)
        assert not may_try(mail, Reached(), mail.next_try - 1)
        now = mail.next_try
        mail = ended(begun(mail), Trouble.LATER, now)
        pauses.append(mail.next_try - now)

    assert (mail.state, mail.tries) == ("failed", TRIES)
    assert pauses[:-1] == [min(pause, 300) if urgent else pause for pause in PAUSES]


@pytest.mark.parametrize("trouble", [Trouble.ADDRESS, Trouble.REFUSED])
def test_one_that_is_refused_for_good_is_not_tried_again(trouble: Trouble) -> None:
    """A 5xx would be a 5xx again; the trouble stays to be shown."""
    after = ended(begun(MAIL), trouble, NOW)

    assert (after.state, after.trouble) == ("failed", trouble)


def test_one_that_may_have_arrived_is_sent_once_more_and_not_again() -> None:
    """Whether the line broke after the last word, or the program ended."""
    once = ended(begun(MAIL), Trouble.UNSURE, NOW)
    assert once.state == "waiting"

    assert found_begun(begun(once), NOW).state == "failed"
    assert ended(begun(once), Trouble.UNSURE, NOW).state == "failed"


def test_one_under_way_is_not_tried_by_another_round() -> None:
    """A try that has begun is left alone until its outcome is known."""
    assert not may_try(begun(MAIL), Reached(), NOW)


def test_an_urgent_reason_brings_the_mail_forward() -> None:
    """One that waits an hour for its next try is tried at once when something urgent comes, and with all its tries before it."""
    late = Mail(1, 1, urgent=False, next_try=NOW + 3_600, tries=9)

    after = sooner(late, NOW, urgent=True)

    assert (after.urgent, after.next_try, after.tries) == (True, NOW, 0)
    assert sooner(late, NOW, urgent=False) == late
    assert sooner(after, NOW + 5, urgent=True) == after


def test_an_urgent_one_waits_for_no_daily_one() -> None:
    """A mail a second ago does not hold it up; an urgent one a second ago does, for five minutes."""
    urgent = Mail(1, 1, urgent=True, next_try=NOW)

    assert may_try(urgent, Reached(any=NOW - 1), NOW)
    assert not may_try(urgent, Reached(any=NOW - 1, urgent=NOW - 1), NOW)
    assert may_try(urgent, Reached(any=NOW - 1, urgent=NOW - GAP), NOW)
    assert not may_try(MAIL, Reached(any=NOW - 1), NOW)


@dataclass
class Line:
    """One address over a long time, as desk.db keeps it: at most one mail on its way, and when one last arrived."""

    reached: Reached = field(default_factory=Reached)
    mail: Mail | None = None
    arrived: list[tuple[int, bool]] = field(default_factory=list)

    def owe(self, now: int, *, urgent: bool) -> None:
        """One more reason."""
        self.mail = sooner(self.mail, now, urgent=urgent) if self.mail else Mail(1, 1, urgent=urgent, next_try=now)

    def round(self, now: int, outcome: Trouble | None) -> None:
        """One look."""
        if self.mail is None or not may_try(self.mail, self.reached, now):
            return
        after = ended(begun(self.mail), outcome, now)
        if outcome in {None, Trouble.UNSURE}:
            self.arrived.append((now, after.urgent))
            self.reached = Reached(now, now if after.urgent else self.reached.urgent)
        self.mail = after if after.state == "waiting" else None


moments = st.lists(
    st.tuples(st.integers(1, 400), st.sampled_from(["urgent", "other", "look", "look"]), outcomes),
    min_size=5,
    max_size=60,
)


@given(moments)
def test_whatever_comes_an_address_never_gets_many(moments: list[tuple[int, str, Trouble | None]]) -> None:
    """Two urgent mails are five minutes apart at least, any other five minutes from the one before it: at most two in any five."""
    line, now = Line(), NOW
    for seconds, what, outcome in moments:
        now += seconds
        if what != "look":
            line.owe(now, urgent=what == "urgent")
        line.round(now, outcome)

    urgent = [at for at, each in line.arrived if each]
    assert all(later - before >= GAP for before, later in pairwise(urgent))
    for (before, _), (later, is_urgent) in pairwise(line.arrived):
        assert is_urgent or later - before >= GAP
    for at, _ in line.arrived:
        assert sum(at <= each < at + GAP for each, _ in line.arrived) <= 2


@given(st.lists(outcomes, min_size=TRIES, max_size=TRIES))
def test_whatever_the_server_says_a_mail_ends(outcomes: list[Trouble | None]) -> None:
    """After twelve tries it is accepted or failed, and at most two of them may have arrived."""
    mail, arrived = MAIL, 0
    for outcome in outcomes:
        if mail.state == "waiting":
            mail = ended(begun(mail), outcome, mail.next_try)
            arrived += outcome in {None, Trouble.UNSURE}

    assert mail.state != "waiting"
    assert arrived <= 2
