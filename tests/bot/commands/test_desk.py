"""`naru desk` as a program: it listens where it should, holds two keys, and logs nobody."""

import http.client
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.commands.running import made_place
from tests.invoked import invoked
from tests.operated import NARU, SECONDS, environment, naru
from tools.words import ROOT

# What the desk must run without: the other keys of the place, and the bot's database and settings.
NOT_ITS_OWN = ("naru_conversations_key", "naru_pepper", "naru_signing_key", "naru_directory_key")

# Asks over a Unix socket; a program of its own, because tests may connect to loopback only.
ASK = """
import socket, sys
with socket.socket(socket.AF_UNIX) as asking:
    asking.connect(sys.argv[1])
    asking.sendall(b"GET /health HTTP/1.1\\r\\nhost: desk.example\\r\\nconnection: close\\r\\n\\r\\n")
    sys.stdout.buffer.write(asking.makefile("rb").read())
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A place in which only what is the desk's is left."""
    made_place(tmp_path / "data")
    for name in NOT_ITS_OWN:
        (tmp_path / "data" / "keys" / name).unlink()
    (tmp_path / "data" / "conversations.db").unlink()
    (tmp_path / "data" / "settings.env").unlink()
    return tmp_path / "data"


@contextmanager
def running(place: Path, log: Path, *options: str, **settings: str) -> Iterator[str]:
    """`naru desk` while the block lasts; gives what it said first. It must end well when told to."""
    with log.open("w") as written:
        program = subprocess.Popen(
            [*NARU, "desk", *options], cwd=ROOT, env=environment(NARU_DATA_DIR=str(place), **settings),
            stdout=subprocess.PIPE, stderr=written, text=True,
        )  # fmt: skip
        try:
            assert program.stdout is not None
            yield program.stdout.readline().strip()
        finally:
            assert program.stdout is not None
            program.send_signal(signal.SIGTERM)
            assert program.wait(SECONDS) == 0
            program.stdout.close()


def test_it_serves_on_loopback_and_logs_nobody(place: Path, tmp_path: Path) -> None:
    """On a free port, for its own origin only; names, passphrases and tokens that were sent are in no log."""
    log = tmp_path / "log"
    with running(place, log, "--port", "0") as said:
        origin = said.removeprefix("Desk: ")
        port = int(origin.rpartition(":")[2])
        assert origin == f"http://localhost:{port}"
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)

        def asked(method: str, path: str, body: str = "", host: str = f"localhost:{port}") -> tuple[int, str]:
            form = {"content-type": "application/x-www-form-urlencoded", "origin": origin, "host": host}
            connection.request(method, path, body, form)
            answer = connection.getresponse()
            assert answer.getheader("server") is None
            return answer.status, answer.read().decode()

        assert asked("GET", "/health") == (200, "ok\n")
        assert asked("GET", "/enter")[0] == 200
        assert asked("GET", "/enter", host="127.0.0.1")[0] == 421
        assert asked("POST", "/join", "token=MARKEDTOKEN")[0] == 403
        assert asked("POST", "/enter/phrase", "name=MARKED00&phrase=MARKEDPHRASE00000000&code=123456")[0] == 403
        assert asked("GET", "/MARKEDPATH?MARKEDQUERY=1")[0] == 404
        connection.close()

    assert "MARKED" not in log.read_text()


def test_it_serves_on_a_unix_socket(place: Path, tmp_path: Path) -> None:
    """For its user and group only, under the public origin; one left behind is replaced, one in use is not."""
    path = tmp_path / "desk.sock"
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(path))
    left.close()
    options = ("--socket", str(path), "--origin", "https://desk.example")
    with running(place, tmp_path / "log", *options) as said:
        assert said == "Desk: https://desk.example"
        assert stat.S_IMODE(path.stat().st_mode) == 0o660
        asked = subprocess.run([sys.executable, "-c", ASK, str(path)], capture_output=True, timeout=SECONDS, check=True)
        assert asked.stdout.endswith(b"ok\n")
        made_place(tmp_path / "another")
        for where, told in ((tmp_path / "another", "can't listen on"), (place, "Another program of the same kind")):
            second = naru("desk", *options, NARU_DATA_DIR=str(where))
            assert second.returncode == 1
            assert told in second.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--socket", "desk.sock"), "NARU_DESK_ORIGIN is not set"),
        (("--origin", "http://desk.example"), "NARU_DESK_ORIGIN can't be used"),
    ],
)
def test_what_is_set_wrong_is_said(place: Path, options: tuple[str, ...], said: str) -> None:
    """One line, and what it should be."""
    ended = invoked("desk", *options, NARU_DATA_DIR=str(place))

    assert ended.exit_code == 1
    assert said in ended.output


def test_a_port_that_is_taken_is_said(place: Path) -> None:
    """Whoever else listens there is left alone."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ended = invoked("desk", "--port", str(taken.getsockname()[1]), NARU_DATA_DIR=str(place))

    assert ended.exit_code == 1
    assert "can't listen on port" in ended.output


@pytest.mark.parametrize("key", ["naru_desk_key", "naru_casebook_key"])
def test_without_its_own_keys_it_does_not_start(place: Path, key: str) -> None:
    """The missing one is named."""
    (place / "keys" / key).unlink()
    ended = invoked("desk", NARU_DATA_DIR=str(place))

    assert ended.exit_code == 1
    assert key in ended.output


def test_the_bot_does_not_need_the_desks_key(tmp_path: Path) -> None:
    """A place without naru_desk_key and desk.db is whole for `naru status`, which reads what `naru run` reads."""
    made_place(tmp_path / "data")
    (tmp_path / "data" / "keys" / "naru_desk_key").unlink()
    (tmp_path / "data" / "desk.db").unlink()

    assert invoked("status", NARU_DATA_DIR=str(tmp_path / "data")).exit_code == 0
