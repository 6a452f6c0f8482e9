"""The bot contacts Telegram's address and nobody else: every connection of the real program, through whole conversations."""

import asyncio
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

from tests.operated import environment, make_place
from tests.practice_server import running_practice
from tests.practised import Practised
from tests.test_kill import KINDS, walk
from tools.words import ROOT


async def test_every_connection_of_a_running_bot_goes_to_the_address_it_was_given(tmp_path: Path) -> None:
    """One conversation of each kind, referrals and all: what was connected to is the base URL's host and port, no name was looked up
    but that one, and it waits for nobody."""
    async with running_practice() as (server, base_url):
        folder, heard = make_place(tmp_path / "place", base_url), tmp_path / "heard"
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.overheard", str(heard), "run",
            cwd=ROOT,
            env=environment(NARU_DATA_DIR=str(folder)),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        persons = [Practised(server) for _ in KINDS]
        for person, kind in zip(persons, KINDS, strict=True):
            await person.open()
            await walk(person, kind, random.Random(kind))
        process.terminate()
        assert await process.wait() == 0
    url = urlsplit(base_url)
    events = Counter(heard.read_text("utf-8").splitlines())
    allowed = {
        f"socket.connect ('{url.hostname}', {url.port})",
        f"socket.getaddrinfo '{url.hostname}'",
        "socket.bind ('::1', 0)",  # urllib3, when it is imported, looks whether the machine has IPv6; it listens to nobody
    }
    assert events[f"socket.connect ('{url.hostname}', {url.port})"] > 0
    assert set(events) <= allowed
    assert sum(len(case) for person in persons for case in person.cases) > 0, "nothing was handed over"


def test_the_listener_hears_what_goes_elsewhere(tmp_path: Path) -> None:
    """A program that does look up a name and connect to another address is caught: the test above is not deaf."""
    code = (
        "import socket, sys; from pathlib import Path; from tests.overheard import overhear; overhear(Path(sys.argv[1]))\n"
        "try: socket.create_connection(('192.0.2.1', 9), timeout=0.01)\nexcept OSError: pass\n"
        "try: socket.getaddrinfo('fictional.invalid', 443)\nexcept OSError: pass\n"
        "socket.socket().bind(('127.0.0.1', 0))\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "heard")], cwd=ROOT, check=True)
    heard = (tmp_path / "heard").read_text("utf-8").splitlines()
    assert "socket.connect ('192.0.2.1', 9)" in heard
    assert "socket.getaddrinfo 'fictional.invalid'" in heard
    assert "socket.bind ('127.0.0.1', 0)" in heard
