"""Listening on loopback, and nowhere else, for as long as a block runs."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.practice.botapi import PracticeServer

LOOPBACK = "127.0.0.1"


class _CuttableConnection(H11Protocol):
    """Shows its transport to the application, so that a fault can cut the connection without an answer."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn types it
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


class _Embedded(uvicorn.Server):
    """A uvicorn that leaves the process's signals to the program it runs in."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def listening(app: Starlette, server: PracticeServer, port: int = 0) -> AsyncIterator[int]:
    """Serve the application on 127.0.0.1 and give the port (0 asks for a free one); closes `server` at the end.

    Raises OSError where the port is taken. The access log is off: its lines would hold the bot's token.
    """
    listener = _listener(port)  # listens from here on: nobody has to wait for uvicorn to start
    config = uvicorn.Config(
        app,
        http=_CuttableConnection,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,  # seconds; whoever still waits was woken by close()
    )
    embedded = _Embedded(config)
    serving = asyncio.create_task(embedded.serve(sockets=[listener]))
    try:
        yield listener.getsockname()[1]
    finally:
        server.close()
        embedded.should_exit = True
        await serving


def _listener(port: int) -> socket.socket:
    """A listening socket with its protocol named: asyncio turns Nagle's delay (40 ms a call here) off only then."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((LOOPBACK, port))
        listener.listen()
    except OSError:
        listener.close()
        raise
    return listener
