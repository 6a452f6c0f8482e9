"""`naru doctor`: looks at everything that can go wrong on this machine, and says what to do."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import typer

from bot.app import CASEBOOK
from bot.checkup import CREDENTIALS, Finding, of_databases, of_the_files, of_the_list, of_the_machine, of_the_queue
from bot.commands.failing import clearly
from bot.settings import SettingsError, read, read_keys
from referrals.casebook import Casebook
from referrals.database import DatabaseError
from referrals.key_file import KeyFileError

_MARKS = {"good": "  ok  ", "look": " LOOK ", "bad": " BAD  "}


def doctor() -> None:
    """Look at databases, keys, partner list, queue, clock, disk, permissions and ports. Ends with 1 when something is bad.

    Needs the bot's data directory (NARU_DATA_DIR); the bot may be running. Nothing is changed.
    """
    with clearly():
        findings = list(_found())
    for each in findings:
        typer.echo(f"{_MARKS[each.weight]} {each.what}{f' {each.do}' if each.do else ''}")
    if any(each.weight == "bad" for each in findings):
        raise typer.Exit(1)


def _found() -> Iterator[Finding]:
    data_dir, credentials, now = read(os.environ).data_dir, os.environ.get("CREDENTIALS_DIRECTORY"), int(time.time())
    if not data_dir.is_dir():
        raise SettingsError("NARU_DATA_DIR names no folder. It should be: the folder that `naru init` made.")
    yield from of_the_files(data_dir, CREDENTIALS, given=credentials is not None)
    yield from of_the_machine(data_dir, Path("/"), os.geteuid())
    yield from of_databases(data_dir, lambda name: read_keys(data_dir, credentials, [name])[name])
    try:
        key = read_keys(data_dir, credentials, ["naru_casebook_key"])["naru_casebook_key"]
        casebook = Casebook.opened(data_dir / CASEBOOK, key)
    except (DatabaseError, KeyFileError):
        return  # told above
    try:
        yield from of_the_list(casebook, now)
        yield from of_the_queue(casebook, now)
    finally:
        casebook.close()
