"""`naru demo` starts without anything configured, answers on loopback only, and ends when told."""

import asyncio
import re
import signal
from urllib.request import urlopen

from tests.operated import NARU, SECONDS, environment
from tools.words import ROOT


async def test_it_prints_an_address_that_answers_and_ends_on_sigterm() -> None:
    """The address is printed as http://localhost:PORT; the page is there; SIGTERM ends it with code 0 and no traceback."""
    demo = await asyncio.create_subprocess_exec(
        *NARU,
        "demo",
        "--port",
        "0",
        cwd=ROOT,
        env=environment(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert demo.stdout is not None
    address = None
    while address is None:
        line = (await asyncio.wait_for(demo.stdout.readline(), SECONDS)).decode()
        assert line, "the demo ended without printing an address"
        address = re.search(r"http://localhost:(\d+)/practice", line)
    page = await asyncio.to_thread(lambda: urlopen(f"http://127.0.0.1:{address.group(1)}/practice").read())
    assert b"phone" in page
    demo.send_signal(signal.SIGTERM)
    _, stderr = await asyncio.wait_for(demo.communicate(), SECONDS)
    assert demo.returncode == 0
    assert b"Traceback" not in stderr
