"""A caseworker's answer, a sign-in and a publication, killed between any two durable steps: before or after, never half.

Each piece of work runs in a forked child (tests/killing.py); the parent looks at what is left, and does the same work again.
"""

import asyncio
import json
import os
import random
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from bot.app import CASEBOOK
from referrals.casebook import Casebook, hour
from referrals.desk import assignments, audit, deeds, sessions
from referrals.desk.accounts import Account
from referrals.desk.grants import Role
from tests.authenticator import Authenticator
from tests.bot.commands.directory.office import Office, copied, founded, later
from tests.conftest import FIGURE, LONG
from tests.desk_rig import Rig, ask, desk_in
from tests.desk_work import deliver, listed, seen
from tests.failing import Point
from tests.filed import DAY, FIRST, SECOND, THIRD, routing, table
from tests.invoked import invoked
from tests.killing import COMMITS, FILES, killed, latest, passings
from tests.operated import keys
from tests.referrals.desk.test_entering import given_passkey

SEED = int(os.environ.get("NARU_TEST_SEED", "0")) or random.SystemRandom().randrange(1, 1_000_000)
Record = Callable[[str, object], None]
STATES = {"acknowledge": "acknowledged", "accept": "accepted"}
DONE = 303  # the desk did it, and sends her on


@dataclass
class Kills:
    """What was killed so far, for the figure."""

    what: str
    every: int = 0  # passings there are
    kills: int = 0
    slowest: float = 0.0  # seconds until the same work was done again

    def told(self, record: Record, more: str = "") -> None:
        """Record the figure."""
        record(
            FIGURE,
            f"kill {self.what}: seed {SEED}, {self.kills} of {self.every} points, slowest recovery {self.slowest:.2f} s{more}",
        )

    def each(
        self,
        points: tuple[Point, ...],
        folder: Path,
        copy: Callable[[Path], Path],
        work: Callable[[Path], object],
        most: int,
    ) -> list[Path]:
        """A copy of a place for each kill, as the kill left it."""
        every = passings(points, folder, work, copy)
        self.every = len(every)
        left = []
        for point, passing in every if LONG else self._few(every, most):
            left.append(copy(folder / f"{self.kills}"))
            killed(point, passing, partial(work, left[-1]))
            self.kills += 1
        return left

    @staticmethod
    def _few(every: list[tuple[Point, int]], most: int) -> list[tuple[Point, int]]:
        """Of COMMITs those of the answer itself, which are the last; of files some, drawn."""
        if every[0][0] in COMMITS:
            return latest(every, most)
        return random.Random(SEED).sample(every, min(most, len(every)))

    def recovered(self, began: float) -> None:
        """Note how long it took."""
        self.slowest = max(self.slowest, time.monotonic() - began)


# --- naru inbox ---


def _casebook(place: Path) -> Casebook:
    return Casebook.opened(place / CASEBOOK, keys(place)["naru_casebook_key"])


def _first(place: Path) -> tuple[str, int]:
    """The state of the first referral, and how many sealed files there are."""
    casebook = _casebook(place)
    try:
        found = casebook.one(FIRST)
        assert found is not None
        return found.state, len(table(casebook, "packets"))
    finally:
        casebook.close()


@pytest.mark.parametrize("answer", ["acknowledge", "accept"])
def test_inbox_answers_whole_or_not_at_all(answer: str, tmp_path: Path, record_property: Record) -> None:
    """The first of an urgent list is answered and the two held behind it are destroyed, or neither; asked again, it is done."""
    made = tmp_path / "made"
    assert invoked("init", str(made)).exit_code == 0
    casebook, now = _casebook(made), int(time.time())
    for number, each in enumerate((FIRST, SECOND, THIRD)):
        casebook.receive(routing(each, created=hour(now), expires=now + 30 * DAY, position=number), b"sealed", now)
    casebook.close()

    def work(place: Path) -> None:
        assert invoked("inbox", f"--{answer}", FIRST, NARU_DATA_DIR=str(place)).exit_code == 0

    kills, ends = Kills(f"naru inbox --{answer}"), {("delivered", 3): 0, (STATES[answer], 1): 0}
    for place in kills.each(COMMITS, tmp_path, lambda there: Path(shutil.copytree(made, there)), work, most=2):
        state = _first(place)
        ends[state] += 1  # anything else is half
        began = time.monotonic()
        if state[0] == "delivered":
            work(place)
        kills.recovered(began)
        assert _first(place) == (STATES[answer], 1)
    kills.told(record_property)
    assert all(ends.values()), "killed on both sides of it"


# --- the desk ---


def _posted(referral_id: str, account: Account, answer: str, folder: Path) -> None:
    """She posts an answer from a page that was loaded just now."""
    with desk_in(folder) as rig:
        form = "&".join(f"{name}={value}" for name, value in seen(rig, referral_id).items()).encode()
        sent = {"content-type": "application/x-www-form-urlencoded"}
        got = asyncio.run(ask(rig, "POST", f"/case/{referral_id}/{answer}", _cookie(rig, account), sent, form))
        assert got.status == DONE


def _cookie(rig: Rig, account: Account) -> str:
    """A session of hers, begun now."""
    token = os.urandom(32)
    rig.written(lambda db: sessions.begin(db, account.account, "passkey", token, int(rig.clock())))
    return token.hex()


@pytest.mark.parametrize("answer", ["acknowledge", "accept"])
def test_the_desk_answers_whole_or_not_at_all(answer: str, tmp_path: Path, record_property: Record) -> None:
    """casebook.db and desk.db are before or after, each whole; nothing is noted at the desk of what the casebook does not know.

    Between their two COMMITs the casebook is ahead: her answer stands, and who gave it is not noted. She is shown the referral as it is,
    and goes on with it.
    """
    made = tmp_path / "made"
    made.mkdir()
    with desk_in(made) as rig:
        account, referral_id = rig.account(Role.CASEWORKER, partner="P1"), deliver(rig, 1, klass="now")
    kills, ahead, ends = Kills(f"desk, {answer}"), 0, set()
    work = partial(_posted, referral_id, account, answer)
    for place in kills.each(COMMITS, tmp_path, lambda there: Path(shutil.copytree(made, there)), work, most=4):
        with desk_in(place) as rig:
            state = listed(rig, referral_id).state
            noted = [each.action for each in rig.books(lambda books: deeds.of(books.desk.db, referral_id))]
            held = rig.books(lambda books: assignments.holder(books.desk.db, referral_id))
            assert rig.written(audit.verify).broken_at is None
        assert (noted, held) in (([], None), ([answer], account.account)), "the desk's own book is half written"
        assert state == STATES[answer] or (state == "delivered" and not noted), "noted, and not done"
        ahead += state == STATES[answer] and not noted
        ends.add(state)
        began = time.monotonic()
        if not noted:
            _posted(referral_id, account, "in_contact" if state == "accepted" else "accept", place)
        kills.recovered(began)
        with desk_in(place) as rig:
            assert rig.books(lambda books: assignments.holder(books.desk.db, referral_id)) == account.account
            assert rig.written(audit.verify).broken_at is None
    kills.told(record_property, f", {ahead} with the answer kept and its author not")
    assert ends == {"delivered", STATES[answer]}


def _signs_in(hers: Authenticator, folder: Path) -> None:
    """She signs in with her passkey, and the browser gets its cookie."""
    with desk_in(folder) as rig:
        rig._random.seed(os.urandom(8))  # another start of the desk draws other tokens
        sent = {"content-type": "application/json"}
        options = json.loads(asyncio.run(ask(rig, "POST", "/enter/passkey/options", None, sent, b"{}")).body)
        answer = json.dumps(hers.sign_in(options)).encode()
        got = asyncio.run(ask(rig, "POST", "/enter/passkey", None, sent, answer))
        assert json.loads(got.body) == {"go": "/queue"}


def test_a_sign_in_is_a_session_or_none(tmp_path: Path, record_property: Record) -> None:
    """Killed anywhere before the cookie: a session is there with its entry in the audit, or neither; the same passkey signs in again.

    A session whose cookie never reached anybody ends by itself: its token was told to nobody.
    """
    made = tmp_path / "made"
    made.mkdir()
    with desk_in(made) as rig:
        account = rig.account(Role.CASEWORKER, partner="P1")
        hers = given_passkey(rig, account)
    kills, ends = Kills("sign in"), set()
    work = partial(_signs_in, hers)
    for place in kills.each(COMMITS, tmp_path, lambda there: Path(shutil.copytree(made, there)), work, most=4):
        with desk_in(place) as rig:
            live = rig.written(lambda db: db.execute("SELECT count(*) FROM sessions").fetchone()[0])
            noted = rig.written(lambda db: sum(each.action == audit.Action.SIGNED_IN for each in audit.latest(db, 9)))
            assert rig.written(audit.verify).broken_at is None
        assert live == noted
        ends.add(live)
        began = time.monotonic()
        _signs_in(hers, place)
        kills.recovered(began)
        with desk_in(place) as rig:
            rig.clock.passes(sessions.IDLE + 1)
            assert rig.browser().get("/queue").status_code == DONE, "nobody has the token of the lost one"
    kills.told(record_property)
    assert ends == {0, 1}


# --- the partner list ---


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """The operators' folders with a new list that has its signatures, and a bot that pinned the one before."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("referrals.publishing.operator_key._MEMORY_KIB", 64 * 1024)
        made = founded(tmp_path_factory.mktemp("kill") / "office")
    made.client().pin(later())
    return made


@pytest.mark.parametrize("what", ["publish", "renew"])
def test_a_publication_is_the_old_list_or_the_new(
    office: Office, what: str, tmp_path: Path, record_property: Record
) -> None:
    """Killed around every file written, forced to disk, put in place and removed: a bot verifies one of both; the same command ends it."""
    made, versions = copied(office, tmp_path / "made"), {1}
    if what == "publish":
        for name in ("kim", "lee"):
            made.done(name, "publish", "--yes", *(["--again"] if name == "kim" else []))
        versions.add(2)
    kills, ends = Kills(f"naru directory publish ({what})"), set()

    def copy(there: Path) -> Path:
        return copied(made, there).folder

    def work(folder: Path) -> None:
        Office(folder, office._runner).done("kim", "publish", "--yes")

    for folder in kills.each(FILES, tmp_path, copy, work, most=4):
        place = Office(folder, office._runner)
        seen_by_bot = place.client().refresh(later())
        assert (seen_by_bot.standing, seen_by_bot.refused) == ("good", None)
        assert seen_by_bot.list_version in versions
        ends.add(seen_by_bot.list_version)
        began = time.monotonic()
        work(folder)
        kills.recovered(began)
        ended = place.client().refresh(later())
        assert (ended.standing, ended.list_version) == ("good", max(versions))
        assert place.repository.drafts() == ()
    kills.told(record_property)
    assert ends <= versions
