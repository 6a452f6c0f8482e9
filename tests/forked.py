"""`naru` without its start: one process imports the program, and forks once for each command.

To start Python and import everything takes a second of processor time, and an operators' day runs a hundred commands. Each command still
has a process, arguments, environment, folder and standard streams of its own. Run as a module, this file is that one process.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.__main__ import main
from referrals.publishing import operator_key
from tools.words import ROOT

# The least that a key file may ask for, a quarter of what `naru directory init` makes: every command opens one.
LIGHT_KIB = 64 * 1024
_LENGTH_BYTES = 4
_STREAMS = (0, 1, 2)
# What stands in for the program: it sends where it is, what it was told and its streams, and ends with the command's exit code.
_CLIENT = f"""#!{sys.executable} -IS
import json, os, socket, sys
line = socket.socket(socket.AF_UNIX)
line.connect({{address!r}})
request = json.dumps([os.getcwd(), dict(os.environ), sys.argv[1:]]).encode()
socket.send_fds(line, [len(request).to_bytes({_LENGTH_BYTES}, "big")], {list(_STREAMS)})
line.sendall(request)
code = line.recv(1)
sys.exit(code[0] if code else "the command was killed")
"""


@contextmanager
def program(folder: Path) -> Iterator[Path]:
    """An executable file `naru` in `folder`, for as long as this lasts. Key files made with it cost little to open."""
    folder.mkdir(exist_ok=True)
    address, client = folder / "line", folder / "naru"
    with subprocess.Popen(
        [sys.executable, "-m", "tests.forked", str(address)], cwd=ROOT, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL
    ) as serving:
        assert serving.stdout is not None
        assert serving.stdout.readline() == b"ready\n"
        client.write_text(_CLIENT.format(address=str(address)), encoding="utf-8")
        client.chmod(0o700)
        try:
            yield client
        finally:
            serving.terminate()


def _serve(address: str) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the children: each tells its own exit code
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(address)
    listener.listen()
    print("ready", flush=True)  # noqa: T201  # whoever started this waits for it
    while True:
        connection, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _answer(connection)
        connection.close()


def _answer(connection: socket.socket) -> None:
    """Be the command, in this process, to its end."""
    head, streams, _, _ = socket.recv_fds(connection, _LENGTH_BYTES, len(_STREAMS))
    untrusted = b""
    while len(untrusted) < int.from_bytes(head, "big"):
        untrusted += connection.recv(65_536)
    folder, environment, arguments = json.loads(untrusted)
    for stream, number in zip(streams, _STREAMS, strict=True):
        os.dup2(stream, number)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv[:] = ["naru", *arguments]
    code = _run()
    sys.stdout.flush()
    sys.stderr.flush()
    connection.send(bytes([code]))
    os._exit(0)


def _run() -> int:
    try:
        main()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:  # noqa: BLE001  # the interpreter would do the same
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    operator_key._MEMORY_KIB = LIGHT_KIB
    _serve(sys.argv[1])
