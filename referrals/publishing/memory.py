"""What the bot keeps on disk of the lists that it verified; everything that says something of partners is sealed to the bot's own identity.

    metadata/        TUF metadata as it was verified, under python-tuf's names: nothing older than this is taken
    partners-HASH    the sealed list that was verified last
    state.age        `verified.State` with a MAC under a key from the identity, since anyone can seal to a recipient
    clock            the latest time at which a list was verified, Unix seconds

Whoever has this disk and not the identity learns how large the list is, to a power of two. Whoever can bring back an older copy of the
whole folder brings back what it knew; nothing on the same disk can prevent that.
"""

import hashlib
import hmac
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from referrals.publishing.errors import PublishingError, StateDamagedError
from referrals.publishing.folder import write
from referrals.publishing.sealed_list import open_list, seal_list
from referrals.publishing.verified import State
from referrals.sealing import recipient_of
from referrals.secret import Secret

_MAC_BYTES = 32  # HMAC-SHA-256


class Memory:
    """The bot's folder for the partner list. Reading raises StateDamagedError, writing OSError."""

    def __init__(self, folder: Path, identity: Secret[str], randomness: Callable[[int], bytes]) -> None:
        """`identity` is the bot's own age identity."""
        self._folder = folder
        self._identity = identity
        self._randomness = randomness
        self._mac_key = hmac.digest(identity.reveal().encode(), b"naru partner list state v1", "sha256")

    @property
    def metadata(self) -> Path:
        """The folder with verified metadata."""
        return self._folder / "metadata"

    @property
    def folder(self) -> Path:
        """The whole folder, made when it isn't there."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self._folder

    def state(self) -> State | None:
        """Return what is remembered, or None when nothing was ever pinned."""
        path = self._folder / "state.age"
        if not path.exists():
            return None
        try:
            content = open_list(path.read_bytes(), [self._identity], path.name)
            mac, text = content[:_MAC_BYTES], content[_MAC_BYTES:]
            if not hmac.compare_digest(hmac.digest(self._mac_key, text, "sha256"), mac):
                raise StateDamagedError(path.name)
            return State.from_json(text.decode())
        except (OSError, ValueError, KeyError, TypeError, PublishingError):
            raise StateDamagedError(path.name) from None

    def keep_state(self, state: State) -> None:
        """Write what is to be remembered."""
        text = state.to_json().encode()
        content = hmac.digest(self._mac_key, text, "sha256") + text
        write(self.folder / "state.age", seal_list(content, [recipient_of(self._identity)], self._randomness))

    def latest(self) -> datetime | None:
        """Return the latest time at which a list was verified."""
        path = self._folder / "clock"
        try:
            return datetime.fromtimestamp(int(path.read_text("ascii")), UTC) if path.exists() else None
        except (OSError, ValueError, OverflowError):
            raise StateDamagedError(path.name) from None

    def keep_latest(self, now: datetime) -> None:
        """Write the time; the caller makes sure that it doesn't go back."""
        write(self.folder / "clock", b"%d" % int(now.timestamp()))

    def partners(self, state: State) -> bytes | None:
        """Return the sealed list that was verified last; None when it is gone or damaged, and has to be fetched again."""
        try:
            sealed = (self._folder / f"partners-{state.partners_hash}").read_bytes()
        except OSError:
            return None
        return sealed if hashlib.sha256(sealed).hexdigest() == state.partners_hash else None

    def keep_partners(self, name: str, sealed: bytes) -> None:
        """Write a sealed list under its hash; the one before stays until `forget_others`.

        Without waiting for the disk: what a power cut takes is fetched again.
        """
        (self.folder / f"partners-{name}").write_bytes(sealed)

    def forget_others(self, name: str) -> None:
        """Remove sealed lists other than the one with this hash."""
        for path in self._folder.glob("partners-*"):
            if path.name != f"partners-{name}":
                path.unlink()

    def copy_metadata(self, folder: Path) -> None:
        """Copy the verified metadata for a try that may fail."""
        if self.metadata.exists():
            shutil.copytree(self.metadata, folder, symlinks=True, dirs_exist_ok=True)

    def keep_metadata(self, folder: Path, *, roots_only: bool) -> None:
        """Take over metadata from a try. A verified root is kept even if the rest failed: it may have revoked a key."""
        for path in sorted(folder.rglob("*.json")):
            name = path.relative_to(folder)
            if path.is_symlink() or (roots_only and name.parts[0] != "root_history"):
                continue
            content, kept = path.read_bytes(), self.metadata / name
            if not kept.exists() or kept.read_bytes() != content:
                write(kept, content)
