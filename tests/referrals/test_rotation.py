"""Turns: fixed by case and day, fair to everybody, and the order of the id where two turns are the same."""

from collections import Counter
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from referrals.rotation import NUMBER_BITS, TURN_BITS, draw, number, set_bits, turn

DAY = "2031-03-10"
IDS = [f"00000000-0000-4000-8000-{each:012d}" for each in range(1, 6)]


def order(salt: bytes, day: str = DAY) -> tuple[int, ...]:
    """Return the places of the five ids, first to last."""
    drawn = draw(salt, day)
    return tuple(sorted(range(len(IDS)), key=lambda place: turn(number(IDS[place]), drawn)))


def test_a_number_is_what_its_docstring_says() -> None:
    """Known answer: the first 16 hex digits of `printf HUB | sha256sum`."""
    assert number("HUB") == 0x15D12DF9D86E6355


def test_a_turn_follows_from_case_and_day_only() -> None:
    """The same case has the same order all day; another day or another case has another one."""
    assert order(b"one case") == order(b"one case")
    assert len({order(b"one case", f"2031-03-{day}") for day in range(10, 20)}) > 5
    assert len({order(bytes([case])) for case in range(10)}) > 5


def test_every_order_of_three_comes_up_equally_often() -> None:
    """3,000 cases: each of the six orders 500 times, give or take four standard deviations of 20.4."""
    seen = Counter(tuple(place for place in order(b"%d" % case) if place < 3) for case in range(3000))

    assert set(seen) == set(permutations(range(3)))
    assert all(abs(times - 500) < 82 for times in seen.values())


@given(one=st.integers(0, 2**NUMBER_BITS - 1), salt=st.binary(max_size=16))
def test_a_turn_has_its_width_and_depends_on_every_mask(one: int, salt: bytes) -> None:
    """Each bit of a turn is the parity of its mask, flipped or not, the bit that counts most first."""
    drawn = draw(salt, DAY)
    expected = "".join(str(f"{one & mask:b}".count("1") % 2 ^ flip) for mask, flip in drawn)

    assert len(drawn) == TURN_BITS
    assert f"{turn(one, drawn):0{TURN_BITS}b}" == expected


@given(st.sets(st.integers(0, 300)))
def test_set_bits_come_in_order(positions: set[int]) -> None:
    """What was set is read back, the smallest first."""
    assert list(set_bits(sum(1 << position for position in positions))) == sorted(positions)
