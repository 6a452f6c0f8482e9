"""What the machine says of itself is read right, in files of the kernel's own form and on this very machine."""

import os
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from bot import machine
from bot.machine import Port

_TCP = """  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:07E8 00000000:0000 0A 00000000:00000000 00:00000000 00000000   990        0 1577 1 0000000000000000 100 0 0 10 0
   1: 0100007F:2222 00000000:0000 0A 00000000:00000000 00:00000000 00000000   990        0 1578 1 0000000000000000 100 0 0 10 0
   2: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1579 1 0000000000000000 100 0 0 10 0
   3: 0100007F:9A46 0100007F:9A9D 06 00000000:00000000 03:000003B8 00000000   990        0 0 3 0000000000000000
"""
_TCP6 = """  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid
   0: 00000000000000000000000001000000:2222 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000   990
   1: 0000000000000000FFFF00000100007F:2223 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000   990
   2: 00000000000000000000000000000000:2224 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000   990
"""


def _root(tmp_path: Path, files: dict[str, str]) -> Path:
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "ascii")
    return tmp_path


def test_a_port_that_the_whole_network_reaches_is_told_from_one_on_loopback(tmp_path: Path) -> None:
    """Other users' ports and connections are no matter of ours; a port is everywhere when any address of it is."""
    root = _root(tmp_path, {"proc/net/tcp": _TCP, "proc/net/tcp6": _TCP6})
    expected = [Port(0x7E8, True), Port(0x2222, False), Port(0x2223, False), Port(0x2224, True)]
    assert machine.ports(root, 990) == expected


@pytest.mark.parametrize(("address", "everywhere"), [("127.0.0.1", False), ("0.0.0.0", True)])  # noqa: S104  # the point
def test_this_machines_own_ports_are_found(address: str, everywhere: bool) -> None:
    """A socket opened here stands in the list, as what it is."""
    with socket.socket() as listener:
        listener.bind((address, 0))
        listener.listen()
        number = listener.getsockname()[1]
        found = {each.number: each.everywhere for each in machine.ports(Path("/"), os.geteuid())}
    assert found[number] is everywhere


def test_swap_areas_are_counted(tmp_path: Path) -> None:
    """The first line is a title."""
    title = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
    root = _root(tmp_path, {"proc/swaps": title})
    assert machine.swaps(root) == 0
    _root(tmp_path, {"proc/swaps": title + "/dev/dm-1 partition 1003516 0 -2\n"})
    assert machine.swaps(root) == 1


@pytest.mark.parametrize(
    ("limit", "pattern", "dumps"),
    [("0", "core", False), ("unlimited", "core", True), ("0", "|/usr/lib/systemd/systemd-coredump %P", True)],
)
def test_a_core_dump_is_expected_unless_the_limit_holds_it_back(
    tmp_path: Path, limit: str, pattern: str, dumps: bool
) -> None:
    """A pattern that pipes the dump to a program is not held back by the limit (core(5))."""
    limits = f"Limit Soft Hard Units\nMax core file size        {limit}                    unlimited            bytes\n"
    root = _root(tmp_path, {"proc/self/limits": limits, "proc/sys/kernel/core_pattern": pattern})
    assert machine.dumps_core(root) is dumps


def test_a_machine_that_says_nothing_is_not_believed_to_be_safe(tmp_path: Path) -> None:
    """Without the kernel's files a core dump is expected, and no port is known."""
    assert machine.dumps_core(tmp_path)
    assert machine.ports(tmp_path, 0) == []


def test_the_clock_and_the_disk_are_asked_without_an_error() -> None:
    """Both answer on any Linux."""
    assert machine.synchronized() in {True, False}
    assert machine.free_bytes(Path("/tmp")) > 0  # noqa: S108  # only asked about


def test_what_others_could_read_is_named_and_the_public_folder_is_not(tmp_path: Path) -> None:
    """A key with a wrong mode is found; what is public on purpose is passed over."""
    place = tmp_path / "data"
    (place / "keys").mkdir(parents=True)
    (place / "public").mkdir()
    (place / "public" / "bot.pub").write_text("fictional", "ascii")
    (place / "keys" / "naru_pepper").write_text("fictional", "ascii")
    (place / "keys" / "naru_pepper").chmod(0o640)
    for folder in (place, place / "keys"):
        folder.chmod(0o700)
    assert machine.exposed(place) == [place / "keys" / "naru_pepper"]
    place.chmod(0o755)
    assert machine.exposed(place)[0] == place


def test_a_log_that_is_folded_away_meanwhile_is_no_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bot may be running: what was there when the folder was listed may be gone at the look."""
    (tmp_path / "casebook.db-wal").write_bytes(b"")
    listed = Path.rglob

    def folded(self: Path, pattern: str) -> list[Path]:
        found = list(listed(self, pattern))
        (tmp_path / "casebook.db-wal").unlink()
        return found

    before = machine.exposed(tmp_path)
    monkeypatch.setattr(Path, "rglob", folded)
    assert [path for path in before if path.name != "casebook.db-wal"] == machine.exposed(tmp_path)


@pytest.mark.skipif(shutil.which("systemd-creds") is None, reason="this machine has no systemd-creds")
def test_a_credential_under_the_machines_own_key_is_told_as_such(tmp_path: Path) -> None:
    """What systemd itself encrypts with the host's key is seized with the disk, and said to be."""
    made = subprocess.run(
        ["systemd-creds", "encrypt", "--with-key=host", "--name=naru_test", "-", str(tmp_path / "credential")],
        input=b"fictional",
        capture_output=True,
        check=False,
    )
    if made.returncode:
        pytest.skip("this user may not ask the host's key")
    assert machine.guard(tmp_path / "credential") == "host"


def test_a_credential_that_is_none_is_unknown(tmp_path: Path) -> None:
    """Neither a missing file nor other text is taken for a guarded key."""
    assert machine.guard(tmp_path / "missing") == "unknown"
    (tmp_path / "text").write_text("fictional text, not a credential", "ascii")
    assert machine.guard(tmp_path / "text") == "unknown"
