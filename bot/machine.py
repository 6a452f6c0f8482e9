"""What this machine says of itself: open ports, swap, core dumps, clock, disk, and what guards its credentials. Read only.

Everything is read from files below `root` (the machine's own: `/`), in the forms that proc(5) gives, so that a test can bring its own.
"""

import base64
import binascii
import ctypes
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

_LISTEN = "0A"  # proc_pid_net(5): the state TCP_LISTEN
# First four bytes of an address that nobody outside reaches: 127.0.0.0/8 and ::1, as the kernel prints them on x86 and ARM.
_LOOPBACK_4, _LOOPBACK_6 = "7F", "00000000000000000000000001000000"
_MAPPED = "0000000000000000FFFF0000"  # ::ffff:0.0.0.0/96, IPv4 in an IPv6 socket
_TIME_ERROR = 5  # adjtimex(2): the clock is not synchronized
_TIMEX_BYTES = 512  # struct timex has 208; the kernel writes no more than that

Guard = Literal["tpm", "host", "none", "unknown"]

# The first 16 bytes of an encrypted credential name the kind of its key (systemd, src/shared/creds-util.h; the bytes were read in
# systemd 252's own library). A TPM alone, or together with a key on the disk, guards the same: the disk alone opens nothing.
_GUARDS: dict[str, Guard] = {
    "5a1c6a86df9d4096b1d5a65e0862f19a": "host",
    "0c7cc07b117645919c4b0bea08bc20fe": "tpm",
    "faf7eb9341e3412ca1a436f95a29362f": "tpm",  # with a signed policy
    "93a894094874449090caf2fc93cab553": "tpm",  # and the host's key
    "af4950a849134eb1a73846304ff30c05": "tpm",  # and the host's key, with a signed policy
    "058469daf6f54324800549da0f8ea2fb": "none",  # the empty key: for a machine's first start
}


@dataclass(frozen=True, slots=True)
class Port:
    """A port on which a program of this user waits for anybody."""

    number: int
    everywhere: bool  # not on loopback only


def ports(root: Path, user: int) -> list[Port]:
    """TCP ports on which programs of `user` listen, each once."""
    found: dict[int, bool] = {}
    for name in ("tcp", "tcp6"):
        for line in _lines(root / "proc" / "net" / name)[1:]:
            fields = line.split()
            if len(fields) > 7 and fields[3] == _LISTEN and fields[7] == str(user):  # noqa: PLR2004  # the columns of proc(5)
                address, _, number = fields[1].partition(":")
                port = int(number, 16)
                found[port] = found.get(port, False) or not _loopback(address)
    return [Port(number, everywhere) for number, everywhere in sorted(found.items())]


def _loopback(address: str) -> bool:
    if address == _LOOPBACK_6:
        return True
    four = address.removeprefix(_MAPPED)
    return len(four) == 8 and four.endswith(_LOOPBACK_4)  # noqa: PLR2004  # hex digits of an IPv4 address, last byte first


def swaps(root: Path) -> int:
    """How many swap areas are in use: memory may be written there, keys included."""
    return max(0, len(_lines(root / "proc" / "swaps")) - 1)


def dumps_core(root: Path) -> bool:
    """Whether a crash of a program of this kind could leave its memory on disk: core dumps are piped or written, and not limited to 0."""
    for line in _lines(root / "proc" / "self" / "limits"):
        if line.startswith("Max core file size"):
            pattern = "".join(_lines(root / "proc" / "sys" / "kernel" / "core_pattern")).strip()
            return line.split()[4] != "0" or pattern.startswith("|")  # a piped dump is not held back by the limit
    return True


def synchronized() -> bool:
    """Whether the kernel's clock is kept by a time service (adjtimex)."""
    return int(ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))) != _TIME_ERROR


def free_bytes(folder: Path) -> int:
    """Bytes that this user may still write to the folder's disk."""
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize


def exposed(folder: Path) -> list[Path]:
    """What below `folder`, itself included, others than its owner may read, write or enter; `public` excepted."""
    public = folder / "public"
    found = [folder, *sorted(path for path in folder.rglob("*") if public not in (path, *path.parents))]
    return [path for path in found if not path.is_symlink() and _mode(path) & 0o077]


def _mode(path: Path) -> int:
    """0 for a file that is gone meanwhile, as a log that was folded away by a bot that runs."""
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        return 0


def guard(credential: Path) -> Guard:
    """What guards an encrypted credential of systemd: a TPM, or a key on the same disk, which is seized with it."""
    try:
        kind = base64.b64decode(credential.read_bytes()[:64], validate=False)[:16]
    except (OSError, binascii.Error):
        return "unknown"
    return _GUARDS.get(kind.hex(), "unknown")


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text("ascii", errors="replace").splitlines()
    except OSError:
        return []
