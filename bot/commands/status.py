"""`naru status`: how the bot stands, in counts. It changes nothing, and names no person, no case and no partner."""

import os
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import typer

from bot import reviews, store
from bot.app import CASEBOOK, CONVERSATIONS, Words
from bot.commands.failing import clearly
from bot.dialogue.world import Standing
from bot.partners import Partners
from bot.settings import Settings, SettingsError, read, read_keys
from bot.texts import WordsError, used_keys
from referrals import casebook
from referrals.casebook import Casebook, Waiting
from referrals.database import Connection, open_database, reading
from referrals.publishing.errors import PublishingError
from referrals.sealing import new_identity, signing_public
from referrals.secret import Secret

_HOUR = 3_600  # seconds
_STANDINGS: Mapping[Standing, str] = {
    "good": "in date",
    "urgent_only": "NOT RENEWED IN TIME, ordinary referrals wait, urgent ones go to the last verified partner",
    "none": "OUT OF DATE, nothing is sent",
}


def status() -> None:
    """Say how the bot stands: reviews owed, the partner list, what waits, and what an operator must look at.

    Needs the bot's data directory (NARU_DATA_DIR); the bot may be running.
    """
    with clearly():
        settings = read(os.environ)
        keys = read_keys(settings.data_dir, os.environ.get("CREDENTIALS_DIRECTORY"))
        now = int(time.time())
        lines = [*_partners(settings, keys)]
        lines += _waiting(settings.data_dir / CASEBOOK, keys["naru_casebook_key"], now)
        lines += _work(settings.data_dir / CONVERSATIONS, keys["naru_conversations_key"], now)
        lines += _words()
    for line in lines:
        typer.echo(line)


def _partners(settings: Settings, keys: Mapping[str, Secret[bytes]]) -> Iterator[str]:
    signer, identity = signing_public(keys["naru_signing_key"]), new_identity(keys["naru_directory_key"].reveal())
    try:
        partners = Partners(settings, signer, identity, secrets.token_bytes, time.time, time.monotonic)
    except (SettingsError, PublishingError) as error:
        yield f"Partner list: can't be used. {error}"
        return
    verified, directory = partners.verified, partners.today()
    fictional = "; it has FICTIONAL partners, for practice only" if directory.has_fixtures else ""
    yield f"Partner list: version {directory.version}, {len(directory.partners)} partners{fictional}."
    if not fictional:
        yield f"Partner list: {_STANDINGS[partners.standing]}; signed until {verified.list_expires:%Y-%m-%d %H:%M} UTC."
    if verified.waiting:
        yield f"Partner list: {verified.waiting} changes wait for their 24 hours."
    for each in (*verified.alarms, *([] if verified.refused is None else [verified.refused])):
        yield f"ALARM partner list: {each}"


def _waiting(path: Path, key: Secret[bytes], now: int) -> Iterator[str]:
    """What no caseworker has acknowledged yet, by class."""
    connection = _opened(path, key, casebook.migrations())
    try:
        waiting = [each for each in Casebook(connection).waiting() if each.state == "delivered"]
    finally:
        connection.close()
    for klass, title in (("now", "urgent"), ("days", "within days"), ("normal", "other")):
        yield f"Referrals waiting, {title}: {_counted([each for each in waiting if each.klass == klass], now)}."


def _counted(waiting: Sequence[Waiting], now: int) -> str:
    if not waiting:
        return "none"
    oldest = (
        max(0, now - min(each.created for each in waiting)) // _HOUR
    )  # a referral's time is rounded down to its hour
    late = sum(each.acknowledge_by <= now for each in waiting)
    return f"{len(waiting)}, the oldest for {oldest} hours{f', LATE: {late}' if late else ''}"


def _work(path: Path, key: Secret[bytes], now: int) -> Iterator[str]:
    """What the bot still has to do, and what it counted for an operator."""
    connection = _opened(path, key, store.migrations())
    try:
        with reading(connection):
            jobs, retried = connection.execute("SELECT count(*), coalesce(sum(attempts > 0), 0) FROM outbox").fetchone()
            sealed = connection.execute("SELECT count(*) FROM outbox WHERE kind = 'deliver'").fetchone()[0]
            alarms = connection.execute(
                "SELECT kind, sum(count), max(day) FROM alarms GROUP BY kind ORDER BY kind"
            ).fetchall()
            aside = connection.execute("SELECT count(*) FROM set_aside").fetchone()[0]
    finally:
        connection.close()
    yield f"Outbox: {jobs} jobs, {sealed} of them sealed packets; {retried} tried before."
    yield f"Updates set aside because they could not be handled: {aside}."
    for kind, count, day in alarms:
        yield f"ALARM {kind}: {count}, the latest {now // store.DAY - day} days ago."
    if not alarms:
        yield "Alarms: none."


def _opened(path: Path, key: Secret[bytes], migrations: Sequence[str]) -> Connection:
    """A database in which nothing can be changed from here."""
    connection = open_database(path, key, migrations)
    connection.execute("PRAGMA query_only=ON")
    return connection


def _words() -> list[str]:
    try:
        loaded = Words.loaded()
    except WordsError as error:
        return [f"Words: {error}"]
    owed = reviews.owed(loaded.catalogues, used_keys(loaded.questionnaire))
    return owed or ["Words: reviewed in every language, as they are now."]
