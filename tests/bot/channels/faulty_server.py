"""A Bot API server that answers as it is told: for the faults that a well-behaved server never shows."""

import asyncio
import contextlib
import json
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from urllib.parse import parse_qs

CUT = b""  # the connection closes without an answer, after the request was read
HANG = b"..."  # no answer, until the other side gives up

_DEFAULTS: dict[str, object] = {
    "getMe": {"id": 7, "is_bot": True, "first_name": "fictional", "username": "fictional_bot"},
    "sendMessage": {"message_id": 5, "date": 1, "chat": {"id": 1, "type": "private"}},
    "getUpdates": [],
}


def reply(status: int, body: object) -> bytes:
    """An HTTP answer; a body that is not bytes is sent as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return (
        b"HTTP/1.1 %d X\r\nContent-Length: %d\r\nContent-Type: application/json\r\n\r\n" % (status, len(content))
        + content
    )


def result(value: object) -> bytes:
    """Telegram's form of success."""
    return reply(200, {"ok": True, "result": value})


def failure(status: int, description: str, **parameters: int) -> bytes:
    """Telegram's form of an error."""
    body: dict[str, object] = {"ok": False, "error_code": status, "description": description}
    return reply(status, body | ({"parameters": parameters} if parameters else {}))


class FaultyServer:
    """What was asked, in order, and what will be answered, by method."""

    def __init__(self) -> None:
        """Answer everything well until told otherwise."""
        self.base_url = ""
        self.hanging = asyncio.Event()  # set once a request waits for the answer HANG
        self.asked: list[tuple[str, dict[str, str]]] = []
        self._answers: defaultdict[str, deque[bytes]] = defaultdict(deque)

    def will_answer(self, method: str, *answers: bytes) -> None:
        """Answer the next requests for this method so, each once."""
        self._answers[method].extend(answers)

    def methods(self) -> list[str]:
        """The methods asked for, in order."""
        return [method for method, _ in self.asked]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Read requests of one connection until it ends."""
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                sizes = [
                    line.partition(":")[2] for line in head.splitlines() if line.lower().startswith("content-length:")
                ]
                body = await reader.readexactly(int(sizes[0]) if sizes else 0)
                answer = self._answer(head.split()[1].rpartition("/")[2], body.decode())
                if answer == HANG:
                    self.hanging.set()
                    await reader.read()
                if answer in {CUT, HANG}:
                    break
                writer.write(answer)
                await writer.drain()
        writer.close()

    def _answer(self, method: str, body: str) -> bytes:
        self.asked.append((method, {name: values[0] for name, values in parse_qs(body).items()}))
        waiting = self._answers[method]
        return waiting.popleft() if waiting else result(_DEFAULTS.get(method, True))


@contextlib.asynccontextmanager
async def running_faulty_server() -> AsyncIterator[FaultyServer]:
    """Serve on a free port of loopback for as long as the block runs."""
    faulty = FaultyServer()
    server = await asyncio.start_server(faulty.serve, "127.0.0.1", 0)
    async with server:
        faulty.base_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/bot"
        yield faulty
