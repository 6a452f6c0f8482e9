"""How long a job waits after a failure, and when it is given up."""

from typing import get_args

import pytest

from bot.jobs import Job, Kind
from bot.pauses import pause, pointless, undeliverable


def job(kind: Kind, attempts: int = 0) -> Job:
    """A job that was tried so often before."""
    return Job(1, kind, 1, 2, None, None, None, None, None, None, 0.0, attempts)


@pytest.mark.parametrize("kind", ["show", "cover", "delete", "answer", "deliver"])
def test_pauses_double_up_to_five_minutes(kind: Kind) -> None:
    """One second, two, four; however often it failed, it is tried every five minutes."""
    assert [pause(job(kind, tries)) for tries in (0, 1, 2, 8, 9, 10_000)] == [1, 2, 4, 256, 300, 300]


def test_notices_are_tried_seldom() -> None:
    """Each try whose answer is lost may have put a line into her chat: five minutes, ten, up to six hours."""
    assert [pause(job("notice", tries)) for tries in (0, 1, 6, 7, 10_000)] == [300, 600, 19_200, 21_600, 21_600]


def test_only_an_answer_is_given_up_in_an_outage() -> None:
    """After four tries she has pressed again; everything else is tried until it is done."""
    assert [pointless(job("answer", tries)) for tries in (2, 3)] == [False, True]
    others = [kind for kind in get_args(Kind) if kind != "answer"]
    assert [pointless(job(kind, 10_000)) for kind in others] == [False] * 5


def test_what_fails_by_a_defect_holds_up_no_screen() -> None:
    """Screens and answers are given up after five tries; a wipe, a deletion, a packet or a notice never is."""
    for kind in get_args(Kind):
        given_up = [pointless(job(kind, tries), defect=True) for tries in (3, 4)]
        assert given_up == [False, kind in ("show", "answer")]


def test_an_addition_without_its_referral_is_given_up() -> None:
    """After eight tries, a few minutes, it will not come."""
    assert [undeliverable(job("deliver", tries)) for tries in (6, 7)] == [False, True]
