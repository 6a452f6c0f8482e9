"""How long the desk's list takes with 10,000 open cases, as a browser waits for it. Run as `python -m benchmarks.queue_page [cases]`.

The whole request through the application: host and origin checks, session, authorization, both encrypted databases, template, headers.
Cases of one partner are drawn with a fixed seed: classes, ages, a third acknowledged and in somebody's hands. Each view and page is asked
for in turn; every answer is checked to be the list.
"""

import asyncio
import platform
import random
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from httpx import ASGITransport, AsyncClient

from benchmarks.directory import _processor as processor
from referrals.desk import assignments, sessions
from referrals.desk.accounts import Account
from referrals.desk.grants import Role
from referrals.desk.store import Books
from tests import filed
from tests.desk_rig import ORIGIN, Rig, desk_in
from tests.desk_work import PARTNER, rid
from tests.filed import DAY, HOUR

CASES = 10_000  # issue 5
REQUESTS = 400  # of each view, so that 20 lie beyond the 95th percentile
LIMIT_MS = 100  # issue 5: at the 95th percentile
SEED = 20261124
SEALED = b"s" * 11_000  # bytes; a referral of 4,096 bytes for up to four caseworkers

_VIEWS: tuple[tuple[str, Callable[[int], Mapping[str, str]]], ...] = (
    ("first page", lambda _: {"shown": "open"}),
    ("any page", lambda page: {"shown": "open", "page": str(page)}),
    ("new ones", lambda _: {"shown": "waiting"}),
    ("ended", lambda _: {"shown": "ended"}),
)


def main() -> int:
    """Print the machine, then p50 and p95 of each view; 1 when the list of open cases takes too long."""
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else CASES
    print(f"{processor()}, Python {platform.python_version()}, {cases} open cases of one partner")
    with tempfile.TemporaryDirectory() as folder, desk_in(Path(folder)) as rig:
        ada = rig.account(Role.CASEWORKER, Role.LEAD, partner=PARTNER, name="Ada")
        started = time.perf_counter()
        rig.books(lambda books: _fill(books, cases, ada, int(rig.clock())))
        print(f"filled in {time.perf_counter() - started:.0f} s")
        late = asyncio.run(_measured(rig, ada, cases))
    return 1 if late else 0


def _fill(books: Books, cases: int, ada: Account, now: int) -> None:
    """Deliver them as the bot would have, over the last 29 days."""
    draw = random.Random(SEED)
    for number in range(cases):
        at = now - draw.randrange(29 * DAY)
        klass = draw.choices(("now", "days", "normal"), (1, 10, 30))[0]
        made = filed.alone(
            rid(number), partner=PARTNER, klass=klass, case_id=f"{number:032x}", verifier=f"{number:064x}",
            packet_id=f"{number + 0xF0000000:032x}", created=at // HOUR * HOUR, expires=(at + 30 * DAY) // HOUR * HOUR,
        )  # fmt: skip
        books.casebook.receive(made, SEALED, at)
        if draw.random() < 1 / 3:
            books.casebook.acknowledge(rid(number), min(now, at + draw.randrange(DAY)))
            with books.desk.transaction() as db:
                assignments.give(db, rid(number), PARTNER, draw.choice((ada.account, "b" * 32, "c" * 32)), now)


async def _measured(rig: Rig, ada: Account, cases: int) -> bool:
    """Ask for each view over and over. True when the open list was too slow."""
    draw, slow = random.Random(SEED), False
    cookies = {sessions.COOKIE: rig.signed_in(ada).cookies[sessions.COOKIE]}
    pages = max(1, -(-cases // 50))
    async with AsyncClient(transport=ASGITransport(rig.app), base_url=ORIGIN, cookies=cookies) as browser:
        for view, query in _VIEWS:
            taken = sorted([await _once(browser, "/queue", query(draw.randint(1, pages))) for _ in range(REQUESTS)])
            p50, p95 = (1_000 * taken[len(taken) * share // 100] for share in (50, 95))
            print(
                f"queue, {view}, {REQUESTS} requests: p50 {p50:.1f} ms, p95 {p95:.1f} ms, most {1_000 * taken[-1]:.1f} ms"
            )
            slow = slow or p95 > LIMIT_MS
        for path in ("/queue?shown=mine", "/delays"):
            taken = sorted([await _once(browser, path, {}) for _ in range(20)])
            print(f"{path}, 20 requests: p50 {1_000 * taken[10]:.0f} ms, most {1_000 * taken[-1]:.0f} ms")
    print(f"queue below {LIMIT_MS} ms at p95: {'no' if slow else 'yes'}")
    return slow


async def _once(browser: AsyncClient, path: str, query: Mapping[str, str]) -> float:
    """Seconds for one request."""
    started = time.perf_counter()
    answer = await browser.get(
        path, params=query or None, headers={"sec-fetch-site": "same-origin", "accept-language": "ko"}
    )
    taken = time.perf_counter() - started
    if answer.status_code != 200 or ("<table" not in answer.text and "ended" not in query.values()):
        raise SystemExit(f"{path} answered {answer.status_code} without a list")
    return taken


if __name__ == "__main__":
    sys.exit(main())
