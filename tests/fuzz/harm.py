"""Real files, harmed: seeded mutations of bytes and of JSON, and the loop that throws them at a reader and counts.

A case that was found once lies in tests/fuzz/cases/<reader>/ and is thrown first, before anything random. What a run finds is written
into the test's own folder, and the failure names it: copy it there. Everything that is harmed here is fictional.
"""

import json
import os
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from tests.conftest import FIGURE, LONG

SEED = int(os.environ.get("NARU_TEST_SEED", "0")) or random.SystemRandom().randrange(1, 1_000_000)
CASES = Path(__file__).parent / "cases"
Record: TypeAlias = Callable[[str, object], None]
# What breaks readers: ends of ranges, signs of other formats, text that is not what it looks like.
TOKENS = (
    b"", b"\x00", b"\xff", b"\xff" * 8, b"\n", b"\r\n", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xc0\xaf", b"-1", b"0", b"1e999", b"NaN",
    b"9" * 40, b"null", b"true", b"{}", b"[]", b'"', b"\\u0000", b"\\ud800", b"-> ", b"--- ", b"\n\n", b"%s%n", b"../", b"=1+1",
    "가".encode(), "\u202e".encode(), "\U0001f600".encode(), b"<!DOCTYPE a>", b"&lt;", b"&#0;", b"naru-padded/2 ", b"naru-signed/2\n",
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**53, 2**63, 10**400, 0.5, -0.0, float("inf"), "", " ", "\x00", "a" * 5_000, "가", "\ud800", "\u202e",
    "=1+1", "2026-11-24T07:00Z", "9999-99-99T99:00Z", [], {}, [[]], ["a", "a"], [None] * 40, {"": ""}, {"__proto__": {}},
)  # fmt: skip


def harmed(data: bytes, rng: random.Random, others: Sequence[bytes] = ()) -> bytes:
    """The bytes with one to eight harms: bits flipped, a piece cut, doubled, moved, overwritten, or spliced in from another file."""
    out = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 3, 8))):
        at = rng.randrange(len(out) + 1)
        size = rng.choice((1, 2, 16, 43, 64, 300))
        match rng.randrange(8):
            case 0 if out:
                out[rng.randrange(len(out))] ^= 1 << rng.randrange(8)
            case 1:
                del out[at:]
            case 2:
                del out[at : at + size]
            case 3:
                out[at:at] = out[max(0, at - size) : at]
            case 4:
                out[at : at + size] = rng.randbytes(size)
            case 5 if others:
                other = rng.choice(others)
                begin = rng.randrange(len(other) + 1)
                out[at:] = other[begin:]
            case 6:
                piece = out[at : at + size]
                del out[at : at + size]
                there = rng.randrange(len(out) + 1)
                out[there:there] = piece
            case _:
                token = rng.choice(TOKENS)
                out[at : at + rng.choice((0, len(token)))] = token
    return bytes(out)


def altered(value: Any, rng: random.Random) -> Any:
    """A JSON value with one place in it changed: another value, a member more or less, a deeper nest."""
    if isinstance(value, dict) and value and rng.random() < 0.8:  # mostly go in
        changed = dict(value)
        name = rng.choice(list(changed))
        match rng.randrange(4):
            case 0:
                del changed[name]
            case 1:
                changed[rng.choice((name.upper(), name + " ", "x", "class", "with", "klass", "x" * 300))] = rng.choice(
                    VALUES
                )
            case _:
                changed[name] = altered(changed[name], rng)
        return changed
    if isinstance(value, list) and value and rng.random() < 0.8:  # as above
        items = list(value)
        index = rng.randrange(len(items))
        match rng.randrange(3):
            case 0:
                items.append(items[index])
            case 1:
                items *= rng.choice((2, 50))
            case _:
                items[index] = altered(items[index], rng)
        return items
    if rng.random() < 0.05:  # seldom: it is the same reader's limit each time
        return _nested(rng.choice((50, 2_000)), rng)
    return rng.choice(VALUES)


def _nested(depth: int, rng: random.Random) -> Any:
    nested: Any = rng.choice(VALUES)
    for _ in range(min(depth, 500)):  # json.dumps itself ends below 1,000
        nested = [nested] if rng.random() < 0.5 else {"a": nested}  # either
    return nested


def written(value: Any, rng: random.Random) -> bytes:
    """JSON as somebody else might write it: other order, other spaces, escapes, names twice, a nest too deep for any stack."""
    text = json.dumps(
        value, sort_keys=rng.random() < 0.8, ensure_ascii=rng.random() < 0.3, separators=rng.choice([(",", ":"), (", ", ": ")])
    )  # fmt: skip
    match rng.randrange(12):
        case 0:
            text = text.replace("{", '{"format":"naru-referral/1",', 1)
        case 1:
            text = text.replace(":", ":" + "[" * rng.choice((10, 300, 100_000)), 1)
        case 2:
            text = text.replace('/1"', rng.choice(('/2"', '/10"', '/0"', '/1 "')), 1)
        case 3:
            text = rng.choice(("\ufeff", " ", "\n", "//")) + text + rng.choice(("", " ", "\n", "{}"))
        case _:
            pass
    return text.encode("utf-8", "surrogatepass")


@dataclass
class Attack:
    """One reader under attack: cases found before, then so many new ones, each within its time."""

    reader: str  # names the folder of its cases
    make: Callable[[random.Random], bytes]
    check: Callable[[bytes], str]  # what became of it, in a word; raises AssertionError when a promise is broken
    short: int  # cases in `make test`
    long: int  # cases in `make long`
    most: float = 2.0  # seconds of processor time that one case may take, also with a busy machine
    ended: dict[str, int] = field(default_factory=dict)
    slowest: float = 0.0

    def run(self, folder: Path, record: Record) -> None:
        """Throw all; what fails is written into `folder`, and named."""
        rng = random.Random(f"{self.reader} {SEED}")
        old = sorted((CASES / self.reader).glob("*"))
        for path in old:
            self._one(path.read_bytes(), folder, path.name)
        count = self.long if LONG else self.short
        for number in range(count):
            self._one(self.make(rng), folder, f"{number} of seed {SEED}")
        record(
            FIGURE,
            f"fuzz {self.reader}: seed {SEED}, {len(old)} kept cases and {count} new ones, slowest {self.slowest * 1000:.0f} ms: "
            + ", ".join(f"{what} {times}" for what, times in sorted(self.ended.items())),
        )

    def _one(self, case: bytes, folder: Path, name: str) -> None:
        began = time.process_time()
        try:
            what = self.check(case)
        except BaseException as error:
            found = folder / "found"
            found.write_bytes(case)
            raise AssertionError(f"{self.reader}: {type(error).__name__} at {name}; the case is {found}") from error
        taken = time.process_time() - began
        self.slowest = max(self.slowest, taken)
        self.ended[what] = self.ended.get(what, 0) + 1
        assert taken < self.most, f"{self.reader}: {taken:.1f} s at {name}"
