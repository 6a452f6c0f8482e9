"""`naru` as a program whose every connection is written down: `python -m tests.overheard FILE run`.

Python tells an audit hook of each name that is looked up and each address that is connected or sent to, whatever library asks (PEP 578,
"socket" events). A hook can't be taken off again.
"""

import importlib
import os
import sys
from pathlib import Path

EVENTS = {
    "socket.connect",
    "socket.getaddrinfo",
    "socket.gethostbyname",
    "socket.sendto",
    "socket.sendmsg",
    "socket.bind",
}


def overhear(file: Path) -> None:
    """Append each event of this process to `file`, one line each: the event, and the address."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event in EVENTS:
            address = arguments[0] if event == "socket.getaddrinfo" else arguments[-1]
            os.write(handle, f"{event} {address!r}\n".encode())

    sys.addaudithook(hook)


def _main() -> None:
    file, *arguments = sys.argv[1:]
    overhear(Path(file))
    sys.argv[1:] = arguments
    importlib.import_module("bot.__main__").main()


if __name__ == "__main__":
    _main()
