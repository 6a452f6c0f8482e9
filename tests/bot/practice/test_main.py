"""The practice phone as its own process, with a journal that outlives it."""

import asyncio
import json
import socket
import sys
from pathlib import Path

import httpx
from telegram import Bot

ROOT = Path(__file__).parents[3]


async def started(*arguments: str) -> tuple[asyncio.subprocess.Process, str]:
    """`python -m bot.practice` and the address it printed for the bot."""
    command = (sys.executable, "-m", "bot.practice", "--port", "0", *arguments)
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, cwd=ROOT)
    assert process.stdout is not None
    await process.stdout.readline()
    printed = (await process.stdout.readline()).decode()
    return process, printed.partition("NARU_TELEGRAM_BASE_URL=")[2].strip()


async def test_it_runs_alone_and_stops_when_told(tmp_path: Path) -> None:
    """It answers python-telegram-bot, ends at SIGTERM with 0 although a poll waits, and leaves the journal behind."""
    journal = tmp_path / "journal.jsonl"
    process, base_url = await started("--journal", str(journal), "--token", "5:other")
    async with Bot("5:other", base_url=base_url) as bot:
        assert bot.id == 5
        poll = asyncio.create_task(bot.get_updates(timeout=50))
        async with httpx.AsyncClient(base_url=base_url.removesuffix("/bot")) as client:
            while len((await client.get("/practice/calls")).json()) < 2:  # getMe, and then the poll
                pass
        process.terminate()
        async with asyncio.timeout(10):
            assert await process.wait() == 0
        assert await poll == ()

    written = [json.loads(line) for line in journal.read_text("utf-8").splitlines()]
    assert [(entry["kind"], entry["method"]) for entry in written] == [("call", "getMe"), ("call", "getUpdates")]


async def test_the_journal_survives_sigkill(tmp_path: Path) -> None:
    """What was answered is in the file when the process is killed."""
    journal = tmp_path / "journal.jsonl"
    process, base_url = await started("--journal", str(journal))
    async with Bot("1:practice", base_url=base_url) as bot:
        await bot.set_my_name("생활 정보")
    process.kill()
    await process.wait()

    last = json.loads(journal.read_text("utf-8").splitlines()[-1])
    assert (last["method"], last["params"], last["status"]) == ("setMyName", {"name": "생활 정보"}, 200)


async def test_a_taken_port_is_said_clearly() -> None:
    """One line with the reason, and no traceback."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        command = (sys.executable, "-m", "bot.practice", "--port", str(taken.getsockname()[1]))
        process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE, cwd=ROOT)
        _, errors = await process.communicate()

    assert process.returncode == 2
    assert b"Address already in use" in errors
    assert b"Traceback" not in errors
