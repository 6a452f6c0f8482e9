"""Listening: on loopback only, and at once."""

import asyncio
import socket

import httpx
import pytest

from bot.practice.botapi import PracticeServer
from bot.practice.serve import listening
from bot.practice.web import practice_app
from tests.practice_server import running_practice


async def test_it_listens_on_loopback_only() -> None:
    """The socket is bound to 127.0.0.1, so no other machine can reach it."""
    server = PracticeServer()
    async with listening(practice_app(server), server) as port:
        with pytest.raises(OSError, match="in use"), socket.socket() as other:
            other.bind(("127.0.0.1", port))
        with socket.socket() as other:
            other.bind(("127.0.0.2", port))  # would fail as well if we held 0.0.0.0


async def first_answer() -> float:
    """Seconds from nothing to the first line of an answer."""
    loop = asyncio.get_running_loop()
    before = loop.time()
    async with running_practice() as (_, base_url):
        reader, writer = await asyncio.open_connection("127.0.0.1", int(base_url.split(":")[2].partition("/")[0]))
        writer.write(b"POST /bot1:practice/getMe HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")
        writer.close()
        await writer.wait_closed()
        return loop.time() - before


async def test_it_starts_at_once() -> None:
    """A test that needs it waits less than 0.2 seconds for an answer (the best of three, for a busy machine)."""
    assert min([await first_answer() for _ in range(3)]) < 0.2


async def test_an_answer_is_not_held_back() -> None:
    """The median call takes less than 30 ms: Nagle's algorithm with delayed acknowledgement would hold each for 40."""
    async with running_practice() as (_, base_url), httpx.AsyncClient() as client:
        loop = asyncio.get_running_loop()
        took = []
        for _ in range(20):
            before = loop.time()
            await client.post(f"{base_url}1:practice/getMe")
            took.append(loop.time() - before)

    assert sorted(took)[10] < 0.03
