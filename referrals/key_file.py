"""Key files: read only when they are well-formed and nobody else can read them."""

import inspect
import os
import stat
from pathlib import Path

from referrals.secret import Secret

KEY_SIZE = 32  # bytes; SQLCipher's raw key for AES-256


class KeyFileError(Exception):
    """A key file could not be used."""

    def __init__(self, path: Path) -> None:
        """`path` is the file concerned; its content is never in the message."""
        self.path = path
        super().__init__(f"{path}: {' '.join((inspect.getdoc(type(self)) or '').split())}")


class MissingKeyFileError(KeyFileError):
    """There is no key file here, or it can't be read. `naru init` makes one beside each new database. For a database
    that is already there, bring the key back from where you keep it: without it nobody can open the database."""


class ExposedKeyFileError(KeyFileError):
    """Others on this machine can read or replace this key file, so it is not used. Make it yours alone (chown to the
    user that runs Naru, chmod 600), and if others did use this machine, make a new key."""


class MalformedKeyFileError(KeyFileError):
    """This is not a key: it must hold exactly 32 random bytes, or the same as 64 hexadecimal digits on one line. `naru
    init` makes one; a passphrase will not do."""


def read_key_file(path: Path) -> Secret[bytes]:
    """Read a key file of 32 raw bytes or 64 hexadecimal digits; it must be ours, with mode 0600 or 0400.

    Raises a subclass of KeyFileError.
    """
    try:
        with path.open("rb") as file:
            about = os.fstat(file.fileno())  # of the file that is open, not of one put in its place since
            untrusted_content = file.read(4 * KEY_SIZE)
    except OSError:
        raise MissingKeyFileError(path) from None
    if stat.S_IMODE(about.st_mode) not in {0o600, 0o400} or about.st_uid != os.geteuid():
        raise ExposedKeyFileError(path)
    return parse_key(path, untrusted_content)


def parse_key(path: Path, untrusted_content: bytes) -> Secret[bytes]:
    """Read a key from a file's content; a systemd credential, whose owner and mode systemd sees to, comes in here.

    `path` is for the message only. Raises MalformedKeyFileError.
    """
    if len(untrusted_content) == KEY_SIZE:
        return Secret(untrusted_content)
    try:
        key = bytes.fromhex(untrusted_content.decode("ascii").strip())
    except ValueError:  # UnicodeDecodeError is one, and would carry the content
        raise MalformedKeyFileError(path) from None
    if len(key) != KEY_SIZE:
        raise MalformedKeyFileError(path)
    return Secret(key)
