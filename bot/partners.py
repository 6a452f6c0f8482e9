"""The partner list the bot works with: read at start, refused when it can't be trusted with people.

The list is a checked file until the signed publication takes its place. The fictional partners are made anew each day, because their
dates are relative to it.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from bot.settings import FIXTURES, Settings, SettingsError
from referrals import fixtures
from referrals.directory import Directory, load


class Partners:
    """Gives the directory of today."""

    def __init__(self, settings: Settings, signer: bytes, clock: Callable[[], float]) -> None:
        """`signer` is this bot's public Ed25519 key, which the list must name. Raises SettingsError and DirectoryError."""
        self._clock = clock
        self._signer = signer
        self._fictional = settings.partners == FIXTURES
        self._directory = self._made(self._today()) if self._fictional else _read(settings)
        self._day = self._today()
        if self._directory.has_fixtures and not settings.allow_fixtures:
            raise SettingsError(
                "The partner list has fictional partners. They are let in only with NARU_ALLOW_FIXTURES=1, for practice."
            )
        if signer.hex() not in self._directory.signers:
            raise SettingsError(
                "The partner list does not name this bot's key (public/bot.pub), so caseworkers would refuse its referrals."
            )

    def today(self) -> Directory:
        """The directory; cheap to ask for."""
        if self._fictional and self._today() != self._day:
            today = self._today()
            self._directory, self._day = self._made(today), today  # the day last: another thread may ask meanwhile
        return self._directory

    def _today(self) -> date:
        return datetime.fromtimestamp(self._clock(), UTC).date()

    def _made(self, day: date) -> Directory:
        return load(fixtures.partners(day, [self._signer.hex()]), "the fictional partners")


def _read(settings: Settings) -> Directory:
    if not settings.partners:
        raise SettingsError("NARU_PARTNERS is not set. It should be: the path of the partner list.")
    try:
        text = Path(settings.partners).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise SettingsError("NARU_PARTNERS names a file that can't be read as text.") from None
    return load(text, Path(settings.partners).name)
