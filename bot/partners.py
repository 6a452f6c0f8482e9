"""The partner list the bot works with: signed by the operators, verified before it counts, looked at again every half minute.

`today` and `standing` are cheap and may be asked from any thread; `refresh` reads the disk and the network and belongs into a thread of
its own. The fictional list of the demo is a signed one as well, made anew each day, because its dates are relative to the day.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

from bot.dialogue.world import Standing, serves
from bot.settings import FIXTURES, Settings, SettingsError
from referrals.directory import Directory
from referrals.filing import Routing
from referrals.fixtures import signed
from referrals.partner import Partner
from referrals.publishing.client import PartnerListClient
from referrals.publishing.errors import NotPinnedError, PublishingError
from referrals.publishing.metadata import needs_two
from referrals.publishing.targets import key_digest
from referrals.publishing.verified import Verified
from referrals.rules import holds_by_itself
from referrals.sealing import Identity

ROOT = Path("public") / "root.json"  # in the data directory: the root that the operators gave, put there by `naru pin`
STATE = "partner-list"  # in the data directory: what was verified, so that nothing older is ever taken
_PRACTICE = "practice-list"  # in the data directory: the fictional list, signed by the demo's operators
_FICTIONAL = "The partner list has fictional partners. They are let in only with NARU_ALLOW_FIXTURES=1, for practice."
_MARK_DIGITS = 32  # hex digits of SHA-256 by which a caseworker's key is told apart in a job

# What is asked of a partner again before something is delivered: of `rules.RULES`, those that ask nothing about the case.
_OWN = frozenset({"canary", "condition", "status", "vetted", "confirmed", "keys"})

Deliverable = Literal["yes", "hold", "no"]


class Partners:
    """Gives the directory of now."""

    def __init__(
        self,
        settings: Settings,
        signer: bytes,
        identity: Identity,
        draw: Callable[[int], bytes],
        clock: Callable[[], float],
        monotonic: Callable[[], float],
    ) -> None:
        """`signer` is this bot's public Ed25519 key, which the list must name; `identity` opens the list.

        Raises SettingsError.
        """
        self._clock = clock
        self._signer = signer.hex()
        self._bot = identity.recipient
        self._practice = settings.data_dir / _PRACTICE if settings.directory == FIXTURES else None
        self._day = self._today()
        if not settings.directory:
            raise SettingsError(
                "NARU_DIRECTORY is not set. It should be: the folder or https address of the signed partner list."
            )
        if self._practice is not None and not settings.allow_fixtures:
            raise SettingsError(_FICTIONAL)
        source = str(self._practice / "published") if self._practice is not None else settings.directory
        root = self._published() if self._practice is not None else _root(settings)
        try:
            self._client = PartnerListClient(source, settings.data_dir / STATE, root, identity.secret, draw, monotonic)
        except ValueError:
            raise SettingsError("NARU_DIRECTORY can't be used. It should be: a folder, or an https address.") from None
        self._fictional_allowed, self._lost = settings.allow_fixtures, False
        self._verified = self._first()
        if self._verified.directory.has_fixtures and not settings.allow_fixtures:
            raise SettingsError(_FICTIONAL)
        if self._signer not in self._verified.directory.signers:
            raise SettingsError(
                "The partner list does not name this bot's key (public/bot.pub), so caseworkers would refuse its referrals."
            )

    def _first(self) -> Verified:
        try:
            return self._client.refresh(self._now())
        except NotPinnedError:
            if self._practice is None:
                raise SettingsError("No partner list was verified yet. Run: naru pin") from None
        except PublishingError as error:
            raise SettingsError(f"The partner list can't be used. {error}") from None
        return pinned(self._client, self._now())

    def today(self) -> Directory:
        """The directory; cheap to ask for."""
        return self._verified.directory

    @property
    def standing(self) -> Standing:
        """Whether the list may be used: for everybody, for the urgent path only, or not at all."""
        # A list that can't be read any more, or no longer knows this bot, and one that is over since the last look, serve nobody.
        if self._lost or self._now() >= self._verified.list_expires:
            return "none"
        return self._verified.standing

    @property
    def verified(self) -> Verified:
        """The list as it was last verified, for an operator's eyes."""
        return self._verified

    def refresh(self) -> Verified:
        """Look for a newer list. What was refused stands in the result; what was verified before goes on counting."""
        if self._practice is not None and self._today() != self._day:
            self._published()
            self._day = self._today()
        try:
            self._verified = self._client.refresh(self._now())
        except PublishingError:
            self._lost = True
            raise
        directory = self._verified.directory
        self._lost = self._signer not in directory.signers or (directory.has_fixtures and not self._fictional_allowed)
        return self._verified

    def deliverable(self, routing: Routing) -> Deliverable:
        """Whether a sealed packet may still go: just before it is filed, partner and keys are looked at once more.

        That she takes something back goes in any case.
        """
        if routing.kind == "withdrawal":
            return "yes"
        if not serves(self.standing, urgent=routing.klass == "now"):
            return "hold"
        directory = self.today()
        if routing.partner not in directory or not self._in_force(directory.partner(routing.partner)):
            return "no"
        current = {key_mark(each) for each in directory.partner(routing.partner).recipients(self._today())}
        return "yes" if set(routing.recipients) <= current else "no"

    def _in_force(self, partner: Partner) -> bool:
        """Whether the partner may still get something: what matching asked of it by itself, asked again."""
        return any(holds_by_itself(partner, service, self._now(), _OWN) for service in partner.services)

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock(), UTC)

    def _today(self) -> date:
        return self._now().date()

    def _published(self) -> bytes:
        if self._practice is None:
            raise RuntimeError("only the fictional list is published here")
        return signed.published(self._practice, self._now(), [self._signer], [self._bot])


def pinned(client: PartnerListClient, now: datetime) -> Verified:
    """Verify the first list, in which everything counts at once. Raises SettingsError."""
    try:
        return client.pin(now)
    except PublishingError as error:
        raise SettingsError(f"The partner list can't be used. {error}") from None


def key_mark(recipient: str) -> str:
    """By which a caseworker's key is told apart, without the key."""
    return key_digest(recipient)[:_MARK_DIGITS]


def _root(settings: Settings) -> bytes:
    """The root that this bot trusts. Raises SettingsError when there is none, or when everybody could have signed with it."""
    try:
        root = (settings.data_dir / ROOT).read_bytes()
    except OSError:
        raise SettingsError("No partner list was verified yet. Run: naru pin") from None
    return checked_root(root, settings)


def checked_root(untrusted_root: bytes, settings: Settings) -> bytes:
    """The root, unless everybody could have signed with it. Raises SettingsError."""
    try:
        fictional = signed.is_fictional(untrusted_root)
    except PublishingError as error:
        raise SettingsError(f"The root can't be used. {error}") from None
    if not needs_two(untrusted_root):
        raise SettingsError("The root lets fewer than two operators publish. Don't trust it, and call the operators.")
    if fictional and not settings.allow_fixtures:
        raise SettingsError(
            "The root names the demo's operators, whose keys everybody has. They are let in only with NARU_ALLOW_FIXTURES=1."
        )
    return untrusted_root
