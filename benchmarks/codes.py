"""How long a return code takes through the whole intake, whether or not it opens something. Run as `python -m benchmarks.codes [rounds]`.

Wrong (the check digit does not fit), unknown, erased and right codes are entered in turn, each from a chat of its own, on real databases
with the fake messenger of the tests. Timed is the update of the last digit, from the intake's taking it to its being on disk. What one
derivation (Argon2id) takes by itself is printed beside it: whoever can tell kinds apart by time sees differences between the rows.
"""

import asyncio
import os
import platform
import random
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.dialogue.events import Started, Tapped
from referrals.return_code import ReturnCode, derive
from referrals.secret import Secret
from tests.bot.handed import HERS, handed_over
from tests.bot.rig import KEYS, Rig, rigged
from tests.fakes import HER

ROUNDS = 100  # of each kind
UNKNOWN, WRONG = "1234567890123452", "1234567890123453"  # the check digit is right; it is not
_P95 = 0.95


async def measured(rounds: int) -> Mapping[str, list[float]]:
    """Seconds of each attempt, by kind of code."""
    with tempfile.TemporaryDirectory() as folder:
        async with rigged(Path(folder)) as rig:
            codes = {
                "wrong": WRONG,
                "unknown": UNKNOWN,
                "erased": await _erased(rig),
                "right": (await handed_over(rig)).code,
            }
            taken: dict[str, list[float]] = {kind: [] for kind in codes}
            chance = random.Random(7)
            for turn in range(rounds + 1):  # the first warms up
                for kind in chance.sample(list(codes), len(codes)):
                    seconds = await _attempt(
                        rig, codes[kind], HER + 1_000 + len(codes) * turn + list(codes).index(kind)
                    )
                    if turn:
                        taken[kind].append(seconds)
            return taken


async def _erased(rig: Rig) -> str:
    code = (await handed_over(rig)).code
    await rig.tap("nav.wipe")
    await rig.intake.receive(rig.incoming(Started(), HER, HERS))
    await rig.tap(
        "lang_ko", "safe_alone", "code", *(f"key.{digit}" for digit in code), "erase_all", "erase.yes", "nav.wipe"
    )
    await rig.settle()
    return code


async def _attempt(rig: Rig, code: str, chat: int) -> float:
    """Enter a code from a chat that was never here; the time of the last digit. The conversation is wiped afterwards."""
    await rig.intake.receive(rig.incoming(Started(), chat, HERS))
    await rig.tap("lang_ko", "safe_alone", "code", *(f"key.{digit}" for digit in code[:-1]), chat=chat)
    last = rig.incoming(Tapped("k_code", f"key.{code[-1]}"), chat, None, "5")
    start = time.perf_counter()
    await rig.intake.receive(last)
    seconds = time.perf_counter() - start
    await rig.tap("nav.wipe", chat=chat)
    await rig.settle()
    return seconds


def _derivations(rounds: int) -> list[float]:
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        derive(ReturnCode(Secret(UNKNOWN)), KEYS.pepper)
        taken.append(time.perf_counter() - start)
    return taken


def _line(name: str, seconds: Sequence[float]) -> str:
    ordered = sorted(1_000 * each for each in seconds)
    at = [ordered[min(len(ordered) - 1, int(len(ordered) * share))] for share in (0.5, _P95)]
    return f"{name:<20} median {at[0]:7.1f} ms   p95 {at[1]:7.1f} ms   n {len(ordered)}"


def _processor() -> str:
    with Path("/proc/cpuinfo").open(encoding="utf-8") as lines:
        return next(
            (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine()
        )


def main() -> None:
    """Print the machine, then each kind of code."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    load = os.getloadavg()[0]
    print(f"{_processor()}, {os.cpu_count()} cores, load {load:.1f}, Python {platform.python_version()}")
    for kind, seconds in asyncio.run(measured(rounds)).items():
        print(_line(kind, seconds))
    print(_line("one derivation alone", _derivations(rounds)))


if __name__ == "__main__":
    main()
