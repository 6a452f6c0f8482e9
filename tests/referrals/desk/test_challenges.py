"""Challenges that need no row until they are answered."""

import pytest

from referrals.desk.challenges import Challenges

NOW = 1_795_500_000
KEY, RANDOM = b"k" * 32, b"r" * 16


def test_a_challenge_counts_once() -> None:
    """The second answer to it is refused, also when the first came long before."""
    challenges = Challenges(KEY)
    made = challenges.make("enter", RANDOM, NOW)

    assert challenges.answered(made, "enter", NOW + 299)
    assert not challenges.answered(made, "enter", NOW + 299)


@pytest.mark.parametrize(
    ("purpose", "now"), [("join x", NOW), ("enter", NOW + 300), ("enter", NOW - 1), ("", NOW)]
)  # fmt: skip
def test_a_challenge_is_for_one_purpose_and_five_minutes(purpose: str, now: int) -> None:
    """One for signing in registers nothing, and none lasts."""
    challenges = Challenges(KEY)

    assert not challenges.answered(challenges.make("enter", RANDOM, NOW), purpose, now)


def test_a_made_up_challenge_is_refused() -> None:
    """Without the key nobody makes one; a changed byte anywhere, or another length, is not ours."""
    challenges = Challenges(KEY)
    made = challenges.make("enter", RANDOM, NOW)
    changed = [made[:n] + bytes([made[n] ^ 1]) + made[n + 1 :] for n in range(len(made))]

    assert not any(challenges.answered(each, "enter", NOW) for each in (*changed, b"", made[:-1], made + b"x"))
    assert not challenges.answered(Challenges(b"o" * 32).make("enter", RANDOM, NOW), "enter", NOW)


def test_nothing_is_kept_of_those_that_are_not_answered() -> None:
    """A stranger who asks a thousand times fills nothing; answered ones are forgotten when their time is over."""
    challenges = Challenges(KEY)
    for number in range(1_000):
        challenges.make("enter", number.to_bytes(16, "big"), NOW)
    assert len(challenges._answered) == 0
    challenges.answered(challenges.make("enter", RANDOM, NOW), "enter", NOW)
    challenges.answered(challenges.make("enter", RANDOM, NOW + 400), "enter", NOW + 400)

    assert len(challenges._answered) == 1


def test_key_and_randomness_have_their_lengths() -> None:
    """A short key or draw is a mistake of ours."""
    with pytest.raises(ValueError, match="32 bytes"):
        Challenges(b"short")
    with pytest.raises(ValueError, match="16 random bytes"):
        Challenges(KEY).make("enter", b"short", NOW)
