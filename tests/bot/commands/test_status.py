"""`naru status`: what it says is true, changes nothing, and names nobody."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.app import CASEBOOK, CONVERSATIONS
from bot.practice.botapi import TOKEN
from bot.store import Store
from referrals import fixtures
from referrals.casebook import Casebook, Routing
from tests.invoked import invoked
from tests.operated import NARU, SECONDS, environment, fill_in, keys
from tools.words import ROOT

NOWHERE = "http://127.0.0.1:9/bot"  # the discard port: nothing listens there
HOUR = 3_600
CHAT = 7_654_321  # fictional


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A place filled in for practice."""
    made = tmp_path / "data"
    assert invoked("init", str(made)).exit_code == 0
    practice = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_BASE_URL": NOWHERE, "DIRECTORY": "fixtures", "ALLOW_FIXTURES": "1"}
    fill_in(made, {f"NARU_{name}": value for name, value in practice.items()})
    return made


@contextmanager
def _casebook(place: Path) -> Iterator[Casebook]:
    casebook = Casebook.opened(place / CASEBOOK, keys(place)["naru_casebook_key"])
    yield casebook
    casebook.close()


@contextmanager
def _store(place: Path) -> Iterator[Store]:
    store = Store.opened(place / CONVERSATIONS, keys(place)["naru_conversations_key"], bytes)
    with store.transaction():
        yield store
    store.close()


def _routing(number: int, klass: str, hours_ago: int, now: int) -> Routing:
    created = (now // HOUR - hours_ago) * HOUR
    return Routing.model_validate(
        {
            "packet_id": f"{number:032x}",
            "referral_id": f"{number + 100:032x}",
            "case_id": f"{number + 200:032x}",
            "verifier": f"{number:064x}",
            "kind": "referral",
            "partner": fixtures.IDS["HUB"],
            "klass": klass,
            "position": 0,
            "created": created,
            "expires": created + 30 * 24 * HOUR,
        }
    )


def _said(place: Path, **settings: str) -> list[str]:
    ended = invoked("status", NARU_DATA_DIR=str(place), **settings)
    assert (ended.exit_code, ended.stderr) == (0, "")
    return ended.stdout.splitlines()


def test_a_new_place_has_nothing_waiting_and_owes_reviews(place: Path) -> None:
    """The fictional partners are called so; reviews are owed as the record says."""
    said = _said(place)

    assert said[0].startswith("Partner list: version ")
    assert "FICTIONAL" in said[0]
    assert said[1:7] == [
        "Referrals waiting, urgent: none.",
        "Referrals waiting, within days: none.",
        "Referrals waiting, other: none.",
        "Outbox: 0 jobs, 0 of them sealed packets; 0 tried before.",
        "Updates set aside because they could not be handled: 0.",
        "Alarms: none.",
    ]
    assert [line.split(":")[0] for line in said[7:]] == ["Words, ko", "Words, ko_CN", "Words, zh_Hans"]


def test_what_waits_is_counted_by_class_with_the_oldest(place: Path) -> None:
    """What a caseworker acknowledged waits no more; what is past its time is late."""
    now = int(time.time())
    with _casebook(place) as casebook:
        for number, (klass, ago) in enumerate((("now", 5), ("now", 2), ("days", 1), ("normal", 3)), 1):
            casebook.receive(_routing(number, klass, ago, now), b"sealed", now - ago * HOUR)
        casebook.acknowledge(f"{104:032x}", now)

    assert _said(place)[1:4] == [
        "Referrals waiting, urgent: 2, the oldest for 5 hours, LATE: 2.",
        "Referrals waiting, within days: 1, the oldest for 1 hours.",
        "Referrals waiting, other: none.",
    ]


def test_jobs_alarms_and_what_was_set_aside_are_counted(place: Path) -> None:
    """Alarms with the day of the latest."""
    now = time.time()
    with _store(place) as store:
        store.queue_delete(CHAT, 1, now + 1000)
        store.queue_delivery(_routing(1, "now", 0, int(now)), b"sealed", now + 1000)
        store.postpone(store.jobs(now + 2000, (), 9)[0], now + 1000)
        for ago in (3, 3, 1):
            store.alarm("canary", now - ago * 24 * HOUR)
        store.set_aside(12, 3, now)

    assert _said(place)[4:7] == [
        "Outbox: 2 jobs, 1 of them sealed packets; 1 tried before.",
        "Updates set aside because they could not be handled: 1.",
        "ALARM canary: 3, the latest 1 days ago.",
    ]


def test_it_names_nobody_and_changes_nothing(place: Path) -> None:
    """No chat, no id, no partner; the databases hold what they held."""
    now = int(time.time())
    with _casebook(place) as casebook:
        casebook.receive(_routing(1, "now", 1, now), b"sealed", now)
    with _store(place) as store:
        store.queue_delete(CHAT, 1, now)
    before = {path.name: path.read_bytes() for path in place.glob("*.db")}
    said = "\n".join(_said(place))

    assert not [secret for secret in (str(CHAT), f"{101:032x}", fixtures.IDS["HUB"], "HUB") if secret in said]
    assert {path.name: path.read_bytes() for path in place.glob("*.db")} == before


def test_a_bot_that_runs_is_in_no_ones_way(place: Path) -> None:
    """The databases may be open elsewhere meanwhile."""
    with _casebook(place):
        assert _said(place)[1] == "Referrals waiting, urgent: none."


@pytest.mark.parametrize(
    ("settings", "said"),
    [({"NARU_DIRECTORY": "/nowhere"}, "naru pin"), ({"NARU_ALLOW_FIXTURES": "0"}, "NARU_ALLOW_FIXTURES=1")],
)
def test_a_partner_list_that_cant_be_used_does_not_hide_the_rest(
    place: Path, settings: dict[str, str], said: str
) -> None:
    """It is the first thing said."""
    lines = _said(place, **settings)

    assert lines[0].startswith("Partner list: can't be used.")
    assert said in lines[0]
    assert len(lines) == 10


def test_a_place_without_databases_is_one_clear_line(tmp_path: Path) -> None:
    """Exit code 1, no traceback."""
    ended = invoked("status", NARU_DATA_DIR=str(tmp_path))

    assert (ended.exit_code, ended.stdout) == (1, "")
    assert ended.stderr.startswith("naru: ")
    assert "Traceback" not in ended.stderr


async def test_a_start_says_which_reviews_are_owed(place: Path) -> None:
    """`naru run` says it before it serves anybody."""
    process = await asyncio.create_subprocess_exec(
        *NARU,
        "run",
        cwd=ROOT,
        env=environment(NARU_DATA_DIR=str(place)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdout is not None
    told = [(await asyncio.wait_for(process.stdout.readline(), SECONDS)).decode() for _ in range(3)]
    process.terminate()
    await process.wait()

    assert [line.split(":")[0] for line in told] == ["Words, ko", "Words, ko_CN", "Words, zh_Hans"]
