"""How long the desk's lists take over 10,000 open cases. Run as `python -m benchmarks.queue [cases]`.

Two hundred fictional partners, one of which has half of the cases; each case has a sealed file of the usual size, so that the database has
its usual pages, and is in one of the states that a queue shows. Timed are `queue` of the large partner and of a small one on pages drawn
at random, `one`, and `delays` of one partner and of all, each in the encrypted file as the desk reads it.
"""

import platform
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.directory import _processor as processor
from referrals.casebook import KEEP_DAYS, Casebook, Routing, hour
from referrals.secret import Secret

CASES = 10_000  # issue 5
PARTNERS = 200
LARGE = "partner-000"  # half of the cases are its
LOOKS = 1_000  # so that 50 lie beyond the 95th percentile
SEALED_BYTES = 11_000  # a referral of 4,096 bytes for up to four caseworkers
NOW = 1_930_000_000  # a Unix second in February 2031
SEED = 20310228
DAY, MINUTE = 86_400, 60  # seconds


def main() -> None:
    """Print the machine, then fill a casebook and time each list."""
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else CASES
    print(f"python -m benchmarks.queue {cases}: {processor()}, Python {platform.python_version()}")
    draw = random.Random(SEED)
    with TemporaryDirectory(prefix="naru-benchmark-") as folder:
        book = Casebook.opened(Path(folder) / "casebook.db", Secret(bytes(32)), create=True)
        book._db.execute("PRAGMA synchronous=OFF")  # noqa: SLF001  # only while it is filled
        began = time.perf_counter()
        known = [_filed(book, number, draw) for number in range(cases)]
        book.close()
        size = (Path(folder) / "casebook.db").stat().st_size
        print(
            f"filled with {cases} open cases of {PARTNERS} partners in {time.perf_counter() - began:.0f} s: {size / 1e6:.0f} MB"
        )
        book = Casebook.opened(Path(folder) / "casebook.db", Secret(bytes(32)))
        _lists(book, known, draw)
        book.close()


def _lists(book: Casebook, known: list[str], draw: random.Random) -> None:
    pages = book.queue(LARGE, NOW).pages
    print(f"the large partner: {book.queue(LARGE, NOW).total} cases, {pages} pages")
    _timed("queue, large partner, first page", lambda: book.queue(LARGE, NOW))
    _timed("queue, large partner, any page", lambda: book.queue(LARGE, NOW, draw.randint(1, pages)))
    _timed("queue, large partner, last page", lambda: book.queue(LARGE, NOW, pages))
    _timed("queue, a small partner", lambda: book.queue(f"partner-{draw.randint(1, PARTNERS - 1):03d}", NOW))
    _timed("one", lambda: book.one(draw.choice(known)))
    _timed("delays, large partner", lambda: book.delays(LARGE, NOW), 100)
    _timed("delays, all partners", lambda: book.delays(None, NOW), 100)


def _timed(what: str, work: Callable[[], object], looks: int = LOOKS) -> None:
    walls = []
    for _ in range(looks):
        began = time.perf_counter()
        work()
        walls.append(time.perf_counter() - began)
    walls.sort()
    p50, p95, most = (1e3 * walls[place] for place in (looks // 2, looks * 95 // 100, -1))
    print(f"{what}: {looks} times: p50 {p50:.2f} ms, p95 {p95:.2f} ms, most {most:.2f} ms")


def _filed(book: Casebook, number: int, draw: random.Random) -> str:
    """One case, somewhere on its way."""
    referral_id, came = draw.randbytes(16).hex(), NOW - draw.randrange(20 * DAY)
    partner = LARGE if number % 2 else f"partner-{draw.randint(1, PARTNERS - 1):03d}"
    routing = Routing(
        packet_id=draw.randbytes(16).hex(), referral_id=referral_id, case_id=draw.randbytes(16).hex(),
        verifier=draw.randbytes(32).hex(), kind="referral", partner=partner,
        klass=draw.choices(("now", "days", "normal"), (1, 3, 6))[0], position=0, created=hour(came),
        expires=hour(came + KEEP_DAYS * DAY),
    )  # fmt: skip
    book.receive(routing, draw.randbytes(SEALED_BYTES), came)
    _moved(book, referral_id, came + draw.randrange(1, 300) * MINUTE, draw)
    return referral_id


def _moved(book: Casebook, referral_id: str, at: int, draw: random.Random) -> None:
    state = draw.choices(("delivered", "acknowledged", "need_more", "accepted", "in_contact"), (3, 2, 1, 2, 2))[0]
    match state:
        case "acknowledged":
            book.acknowledge(referral_id, at)
        case "need_more":
            book.need_more(referral_id, at)
        case "accepted" | "in_contact":
            version = book.accept(referral_id, at).version
            if state == "in_contact":
                book.in_contact(referral_id, at, version)
        case _:
            pass


if __name__ == "__main__":
    main()
