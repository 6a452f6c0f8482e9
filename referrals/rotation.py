"""Whose turn it is among partners that fit equally well (domain.md 1.8: "ties rotate by hash(case, day)"). Pure.

Each partner has a fixed number, and each case has a draw of its own for each day; together they give the partner's turn. So a turn
depends on nobody else in the list, and stays the same for a day when others are suspended or were already asked. The turn is a
random linear map over GF(2) (Carter and Wegman, Universal Classes of Hash Functions, 1979, class H3): fair like a hash per partner,
but an index can read one bit of it for 10,000 partners at once.
"""

import hashlib
import struct
from collections.abc import Iterator
from typing import NamedTuple

NUMBER_BITS = 64  # two of 10,000 partners have the same number by chance once in 3.7e11 lists
TURN_BITS = 24  # of 10,000 partners about three pairs have the same turn; the smaller id is first then


class DrawnBit(NamedTuple):
    """How one bit of a turn is made: the parity of the number's bits under `mask`, flipped or not."""

    mask: int
    flip: bool


Draw = tuple[DrawnBit, ...]


def number(partner_id: str) -> int:
    """Return the partner's fixed number, `NUMBER_BITS` wide, spread evenly whatever ids look like."""
    return int.from_bytes(hashlib.sha256(partner_id.encode()).digest()[: NUMBER_BITS // 8], "big")


def draw(salt: bytes, day: str) -> Draw:
    """Return what case and day draw, the bit that counts most first; `day` is an ISO date, so that it has one length."""
    stream = hashlib.shake_256(day.encode() + salt).digest(TURN_BITS * (NUMBER_BITS // 8 + 1))
    masks = struct.unpack_from(f">{TURN_BITS}Q", stream)
    flips = stream[-TURN_BITS:]
    return tuple(DrawnBit(mask, bool(flip & 1)) for mask, flip in zip(masks, flips, strict=True))


def turn(partner_number: int, drawn: Draw) -> int:
    """Return the partner's turn for a draw; the smallest comes first."""
    value = 0
    for mask, flip in drawn:
        value = value << 1 | ((partner_number & mask).bit_count() & 1) ^ flip
    return value


def set_bits(value: int) -> Iterator[int]:
    """Yield the positions of the bits that are set, the smallest first."""
    while value:
        lowest = value & -value
        yield lowest.bit_length() - 1
        value ^= lowest
