"""The bot as its operator sees it: started, watched, stopped, and everything from `naru init` to an opened referral."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.practice.botapi import TOKEN, PracticeServer
from referrals import fixtures
from tests.operated import keys, make_place, naru, start_bot
from tests.practice_server import running_practice
from tests.practised import Practised, expected_packet

SOON = 5.0  # seconds within which a stopped bot must be gone; systemd would kill it after 90
WALK = {
    "a0_open": ("lang_ko",),
    "q1_safe": ("safe_alone",),
    "q2_phone": ("ph_mine",),
    "q3_agree": ("agree",),
    "q4_urgent": ("urg_days",),
    "q5_country": ("CN",),
    "q8_with": ("w_child",),
    "q6_needs": ("n_leave", "n_med"),
    "q7_situation": ("s_camera",),
    "q7b_danger": ("d_worse",),
    "q9_talk": ("t_f_ko", "t_any_zh"),
    "q10_contact": ("c_band",),
    "q10_band": ("17-22",),
}


async def called(server: PracticeServer, fits: Callable[[str, int], bool]) -> None:
    """Wait until the bot made a call whose method and HTTP status fit."""
    wake = asyncio.Event()
    with server.account.listening(wake.set):
        async with asyncio.timeout(60):
            while not any(fits(call.method, call.status) for call in server.calls):
                wake.clear()
                await wake.wait()


def polls(method: str, _: int) -> bool:
    """Whether it is a poll for updates, the first thing after the start."""
    return method == "getUpdates"


async def stopped(bot: asyncio.subprocess.Process, *, within: float = SOON) -> int:
    """Send SIGTERM and give the exit code."""
    bot.terminate()
    return await asyncio.wait_for(bot.wait(), within)


def secrets_in(text: str, place: Path) -> list[str]:
    """Names of the secrets of a place that stand in a text, raw or in hex."""
    known = {name: key.reveal().hex() for name, key in keys(place).items()} | {"token": TOKEN}
    return [name for name, secret in known.items() if secret in text]


async def test_a_wrong_token_is_one_clear_line(tmp_path: Path) -> None:
    """Telegram does not know it: the bot ends at once, says which setting it is, and does not repeat the token."""
    async with running_practice(token="2:another") as (_, base_url):
        place = make_place(tmp_path / "data", base_url)
        ended = await asyncio.to_thread(naru, "run", NARU_DATA_DIR=str(place))

    told = [line for line in ended.stderr.splitlines() if line.startswith("naru: ")]
    assert (ended.returncode, len(told)) == (1, 1)
    assert "NARU_TELEGRAM_TOKEN" in told[0]
    assert "Traceback" not in ended.stderr
    assert secrets_in(ended.stderr + ended.stdout, place) == []


async def test_sigterm_ends_it_soon_and_well(tmp_path: Path) -> None:
    """In the middle of a long poll; exit code 0, the log says so, and holds no secret."""
    log = tmp_path / "log"
    async with running_practice() as (server, base_url):
        place = make_place(tmp_path / "data", base_url)
        with log.open("wb") as stderr:
            bot = await start_bot(place, stderr)
            await called(server, polls)
            assert await stopped(bot) == 0
    said = log.read_text("utf-8")
    assert "bot.started" in said
    assert "bot.stopped" in said
    assert secrets_in(said, place) == []


async def test_it_waits_for_a_network_that_is_down(tmp_path: Path) -> None:
    """Nothing listens at the address: it notes that and goes on trying; SIGTERM ends it with code 0."""
    place = make_place(tmp_path / "data", "http://127.0.0.1:9/bot")  # the discard port
    bot = await start_bot(place, asyncio.subprocess.PIPE)
    assert bot.stderr is not None
    line = await asyncio.wait_for(bot.stderr.readline(), 60)
    assert b"bot.telegram_unreachable" in line
    assert await stopped(bot) == 0


async def test_a_second_bot_with_the_same_token_is_noted(tmp_path: Path) -> None:
    """Each learns that another fetches updates, notes it, and goes on; a person is served by whichever is left."""
    log = tmp_path / "log"
    async with running_practice() as (server, base_url):
        first, second = make_place(tmp_path / "one", base_url), make_place(tmp_path / "two", base_url)
        with log.open("wb") as stderr:
            bots = [await start_bot(first, stderr), await start_bot(second, stderr)]
            await called(server, lambda method, status: (method, status) == ("getUpdates", 409))
            assert [bot.returncode for bot in bots] == [None, None]
            assert await stopped(bots[0]) == 0
            person = Practised(server)
            await person.open()
            await person.tap("lang_ko")
            assert await stopped(bots[1]) == 0
    assert "poll.second_poller" in log.read_text("utf-8")


@pytest.mark.long
async def test_sigterm_does_not_wait_for_a_send_that_hangs(tmp_path: Path) -> None:
    """Telegram takes a minute to answer an edit: the bot gives it some seconds, ends well, and goes on after its next start."""
    async with running_practice() as (server, base_url):
        place = make_place(tmp_path / "data", base_url)
        bot = await start_bot(place, asyncio.subprocess.DEVNULL)
        person = Practised(server)
        await person.open()
        server.faults.add("delay", method="editMessageText", seconds=30)
        await person.tap("lang_ko")
        assert await stopped(bot, within=20.0) == 0
        bot = await start_bot(place, asyncio.subprocess.DEVNULL)
        await person.tap("safe_alone")
        assert person.place == "q2_phone"
        assert await stopped(bot) == 0


async def test_from_an_empty_folder_to_an_opened_referral(tmp_path: Path) -> None:
    """init, settings, run; a person consents; inbox lists and saves; open shows exactly what she chose, in words and as JSON."""
    async with running_practice() as (server, base_url):
        place = make_place(tmp_path / "data", base_url)
        bot = await start_bot(place, asyncio.subprocess.DEVNULL)
        person = Practised(server)
        await person.open()
        await person.through(WALK)
        told = dict(person.told)
        await person.decide(lambda choices: "yes" if "yes" in choices and not person.handed else "no")
        assert await stopped(bot) == 0
    partner = person.handed[0].partner

    listed = naru("inbox", "--save", str(tmp_path / "box"), "--partner", partner, NARU_DATA_DIR=str(place))
    assert listed.returncode == 0, listed.stderr
    assert "days" in listed.stdout
    assert secrets_in(listed.stdout + listed.stderr, place) == []
    (sealed,) = (tmp_path / "box").iterdir()
    assert sealed.stem in listed.stdout

    signer = (place / "public" / "bot.pub").read_text("ascii").strip()
    (tmp_path / "me.txt").write_text(f"{fixtures.identity(partner, 2).secret.reveal()}\n", "ascii")
    opening = ("open", str(sealed), "--identity", str(tmp_path / "me.txt"), "--signer", signer)
    found = json.loads(naru(*opening, "--json").stdout)
    assert found["packet"] == expected_packet(told)
    assert (found["envelope"]["partner"], found["envelope"]["referral_id"]) == (partner, sealed.stem)
    assert "17" in naru(*opening, "-l", "ko").stdout
    assert "AGE-SECRET" not in naru(*opening).stdout
    assert "not signed by a bot that you know" in naru(*opening[:-1], "ab" * 32).stderr
