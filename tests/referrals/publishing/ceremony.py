"""An honest world for the tests of publishing: three operators, an online key, a bot, a folder, all fictional. Time is passed in."""

import hashlib
import json
import shutil
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from tuf.api.metadata import Metadata

from referrals import fixtures
from referrals.directory import load
from referrals.partner import Partner
from referrals.publishing.client import PartnerListClient
from referrals.publishing.metadata import to_file
from referrals.publishing.operator_key import OperatorKey, new_operator_key, signer
from referrals.publishing.repository import Repository
from referrals.publishing.targets import BotList, Listed, Suspension, contact_mark, disclosed
from referrals.publishing.verified import Verified
from referrals.sealing import Identity, new_identity, signing_public
from referrals.secret import Secret

NOW = datetime(2031, 3, 10, 9, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OPERATORS = ("kim", "lee", "park")
SALT = Secret(b"fictional salt of contact marks.")
Change = Callable[[dict[str, Any]], object]


def stream(label: str) -> Callable[[int], bytes]:
    """Return repeatable bytes in the place of randomness: SHAKE-256 of a label and a counter."""
    drawn = iter(range(10**9))

    def draw(count: int) -> bytes:
        return hashlib.shake_256(f"{label} {next(drawn)}".encode()).digest(count)

    return draw


@lru_cache(maxsize=64)
def operator(name: str, generation: int = 1) -> OperatorKey:
    """Return a fictional operator's key; a lost one is followed by that of the next generation."""
    return new_operator_key(name, stream(f"operator {name} {generation}"))


def online(generation: int = 1) -> Secret[bytes]:
    """Return a fictional online key."""
    return Secret(hashlib.sha256(f"online {generation}".encode()).digest())


def bot(number: int = 1) -> Identity:
    """Return the identity of a fictional bot."""
    return new_identity(hashlib.sha256(f"bot {number}".encode()).digest())


def partners(change: Callable[[str, dict[str, Any]], object] | None = None) -> tuple[Partner, ...]:
    """Return the fictional partners; `change` gets each one's fixture name and record."""
    document = json.loads(fixtures.partners(NOW.date()))
    names = {partner_id: name for name, partner_id in fixtures.IDS.items()}
    for record in document["partners"]:
        if change is not None:
            change(names[record["id"]], record)
    return load(json.dumps(document), "test list").partners


class Ceremony:
    """A folder in which everything was done by the rules, and the doors through which the tests break them."""

    def __init__(self, folder: Path) -> None:
        """Nothing is published until `found`."""
        self.folder = folder
        self.repository = Repository(folder)
        self.online = online()
        self.keys = {name: operator(name) for name in OPERATORS}
        self.partners = partners()
        self.contacts: dict[str, str] = {}  # partner id -> contact, where it isn't the first one
        self.lifted: tuple[str, ...] = ()
        self.signers = (signing_public(fixtures.signing_key()).hex(),)  # the bots whose referrals caseworkers believe
        self.random = stream(str(folder.name))

    @property
    def published(self) -> Path:
        """What bots read."""
        return self.repository.published

    def found(self, now: datetime = NOW) -> "Ceremony":
        """Hold the first ceremony and publish."""
        self.draft_root(now)
        self.draft_list(now)
        for name in self.keys:
            self.repository.draft_suspensions(name, [], now)
        self.sign(now)
        self.repository.publish(self.online, now)
        return self

    def draft_root(self, now: datetime) -> None:
        """Draft a root for the keys of now."""
        publics = [key.public for key in self.keys.values()]
        self.repository.draft_root(publics, signing_public(self.online), now)

    def draft_list(self, now: datetime) -> None:
        """Draft the list of now."""
        listed = tuple(
            Listed(disclosed(partner), contact_mark(SALT, self.contacts.get(partner.id, f"contact of {partner.id}")))
            for partner in self.partners
        )
        bot_list = BotList(self.repository.next_version(), self.signers, listed, self.lifted)
        self.repository.draft_list(bot_list, b"names and contacts", [bot().recipient], now, self.random)

    def sign(self, now: datetime, names: Sequence[str] = ("kim", "lee")) -> None:
        """Let these operators sign root and list, and every operator her own file."""
        for role in self.repository.drafts():
            own = role.removeprefix("suspend-")
            for name in [own] if own in self.keys else names:
                self.repository.sign(role, self.keys[name], now)

    def publish(self, now: datetime) -> None:
        """Draft, sign and publish the list of now."""
        self.draft_list(now)
        self.sign(now)
        self.repository.publish(self.online, now)

    def suspend(self, name: str, suspensions: Sequence[Suspension], now: datetime) -> None:
        """Let one operator publish her suspension file."""
        self.repository.draft_suspensions(name, suspensions, now)
        self.repository.sign(f"suspend-{name}", self.keys[name], now)
        self.repository.publish(self.online, now)

    def client(
        self, state: Path, source: Path | str | None = None, identity: Identity | None = None
    ) -> PartnerListClient:
        """Return a bot that keeps its state in a folder."""
        secret = (identity or bot()).secret
        return PartnerListClient(
            str(source or self.published), state, self.shipped_root(), secret, stream("bot"), lambda: 0.0
        )

    def shipped_root(self) -> bytes:
        """The root that the bot was installed with: the first."""
        return (self.published / "metadata" / "1.root.json").read_bytes()

    # ------------------------------------------------------------------------------------------------- what an attacker does

    def copy(self, name: str) -> Path:
        """Return a copy of what is published now, as an attacker keeps one."""
        return Path(shutil.copytree(self.published, self.folder / name))

    def path(self, role: str) -> Path:
        """The newest published file of a role."""
        if role == "timestamp":
            return self.published / "metadata" / "timestamp.json"
        found = (self.published / "metadata").glob(f"*.{role}.json")
        return max(found, key=lambda path: int(path.name.partition(".")[0]))

    def forge(self, role: str, change: Callable[[Any], object], signers: Sequence[Secret[bytes]]) -> None:
        """Write the next version of a role with a change and whatever signatures the attacker can make; snapshot and timestamp follow."""
        forged: Metadata[Any] = Metadata.from_bytes(self.path(role).read_bytes())
        forged.signed.version += 1
        change(forged.signed)
        forged.signatures.clear()
        for secret in signers:
            forged.sign(signer(secret), append=True)
        name = "timestamp.json" if role == "timestamp" else f"{forged.signed.version}.{role}.json"
        (self.published / "metadata" / name).write_bytes(to_file(forged))


def republish(ceremony: Ceremony, *, targets: int | None = None, suspend_kim: int | None = None) -> None:
    """Sign snapshot and timestamp with the online key, as its thief can, for the newest or a chosen version of a role."""

    def point(snapshot: Any) -> None:
        newest = int(ceremony.path("targets").name.partition(".")[0])
        snapshot.meta["targets.json"].version = targets if targets is not None else newest
        snapshot.meta["suspend-kim.json"].version = suspend_kim or snapshot.meta["suspend-kim.json"].version

    ceremony.forge("snapshot", point, [ceremony.online])
    newest = int(ceremony.path("snapshot").name.partition(".")[0])
    ceremony.forge(
        "timestamp", lambda timestamp: setattr(timestamp.snapshot_meta, "version", newest), [ceremony.online]
    )


def pinned(tmp_path: Path, now: datetime = NOW) -> tuple[Ceremony, PartnerListClient]:
    """Return a published folder and a bot that has pinned it."""
    ceremony = Ceremony(tmp_path / "folder").found(now)
    client = ceremony.client(tmp_path / "state")
    client.pin(now)
    return ceremony, client


def refusal(verified: Verified) -> type[Exception] | None:
    """Return the kind of refusal in a result."""
    return None if verified.refused is None else type(verified.refused)
