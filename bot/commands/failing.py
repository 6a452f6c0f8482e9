"""How a command ends when something is wrong: one clear line, never a traceback."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from bot.channels import TokenRefused
from bot.dialogue.questionnaire import QuestionnaireError
from bot.place import UnfinishedError
from bot.settings import SettingsError
from bot.texts import WordsError
from referrals.backups import BackupError
from referrals.casebook import UnknownReferral
from referrals.database import DatabaseError
from referrals.directory import DirectoryError
from referrals.errors import ReferralError
from referrals.hsds_import import HsdsError
from referrals.key_file import KeyFileError
from referrals.lifecycle_errors import LifecycleError
from referrals.occupied import OccupiedError
from referrals.policy import PolicyError
from referrals.publishing.errors import PublishingError
from referrals.spreadsheet.tables import SpreadsheetError
from referrals.tombstones import TombstoneError
from referrals.vetting import VettingError
from referrals.why import QuestionError

_TOLD = (
    SettingsError,
    KeyFileError,
    DatabaseError,
    DirectoryError,
    QuestionnaireError,
    PolicyError,
    WordsError,
    ReferralError,
    UnknownReferral,
    VettingError,
    LifecycleError,
    SpreadsheetError,
    HsdsError,
    QuestionError,
    PublishingError,
    BackupError,
    TombstoneError,
    OccupiedError,
    UnfinishedError,
)
_TOKEN = "Telegram does not know the token in NARU_TELEGRAM_TOKEN. Copy it again from BotFather; if it was revoked, use the new one."  # noqa: S105


@contextmanager
def clearly() -> Iterator[None]:
    """Turn what a person can mend into one line on standard error and exit code 1."""
    try:
        yield
    except _TOLD as error:
        _end(str(error))
    except TokenRefused:
        _end(_TOKEN)


def _end(message: str) -> None:
    typer.echo(f"naru: {message}", err=True)
    raise typer.Exit(1)
