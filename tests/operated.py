"""An operator's machine: a place that `naru init` made, `naru` as a program, and a look into the databases it leaves behind."""

import asyncio
import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from bot import store
from bot.app import CASEBOOK, CONVERSATIONS
from bot.commands.running import made_place
from bot.practice.botapi import TOKEN
from bot.settings import KEY_NAMES
from referrals import casebook, fixtures
from referrals.database import open_database
from referrals.key_file import read_key_file
from referrals.sealing import open_sealed
from referrals.secret import Secret
from tests.practised import Handed
from tools.words import ROOT

NARU = (sys.executable, "-m", "bot")
SECONDS = 60  # to wait for a command; the slowest takes about 2 on a busy machine


def environment(**settings: str) -> dict[str, str]:
    """This process's environment without any setting of Naru but these."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NARU_")}
    return kept | settings


def naru(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run `naru` to its end."""
    return subprocess.run(  # noqa: PLW1510  # the exit code is what many tests are about
        [*NARU, *arguments], cwd=ROOT, env=environment(**settings), capture_output=True, text=True, timeout=SECONDS
    )


def make_place(folder: Path, base_url: str, **settings: str) -> Path:
    """What `naru init` makes, then fill in settings.env as an operator does: practice only. Returns `folder`."""
    made_place(folder)
    chosen = {
        "NARU_TELEGRAM_TOKEN": TOKEN,
        "NARU_TELEGRAM_BASE_URL": base_url,
        "NARU_DIRECTORY": "fixtures",
        "NARU_ALLOW_FIXTURES": "1",
        "NARU_SEND_RATE": "0",
    }
    fill_in(folder, chosen | settings)
    return folder


def fill_in(folder: Path, settings: Mapping[str, str]) -> None:
    """Write settings at the end of settings.env, where they win over what stands above."""
    with (folder / "settings.env").open("a", encoding="utf-8") as file:
        file.writelines(f"{name}={value}\n" for name, value in settings.items())


async def start_bot(folder: Path, stderr: IO[bytes] | int, **settings: str) -> asyncio.subprocess.Process:
    """`naru run` in a process of its own."""
    return await asyncio.create_subprocess_exec(
        *NARU,
        "run",
        cwd=ROOT,
        env=environment(NARU_DATA_DIR=str(folder), **settings),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=stderr,
    )


def keys(folder: Path) -> dict[str, Secret[bytes]]:
    """The keys of a place, by name."""
    return {name: read_key_file(folder / "keys" / name) for name in KEY_NAMES}


def count(folder: Path, table: str) -> int:
    """How many rows a table of conversations.db has."""
    key = keys(folder)["naru_conversations_key"]
    connection = open_database(folder / CONVERSATIONS, key, store.migrations())
    try:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608  # a test's own word
    finally:
        connection.close()


def handed_over(folder: Path) -> list[list[Handed]]:
    """Everything in casebook.db, by case, opened by each fictional caseworker it was sealed to."""
    signer = bytes.fromhex((folder / "public" / "bot.pub").read_text("ascii"))
    connection = open_database(folder / CASEBOOK, keys(folder)["naru_casebook_key"], casebook.migrations())
    try:
        rows = connection.execute(
            "SELECT case_id, referral_id, partner, class, position FROM referrals ORDER BY case_id, position, rowid"
        ).fetchall()
        cases: dict[str, list[Handed]] = defaultdict(list)
        for case_id, referral_id, partner, klass, position in rows:
            sealed = connection.execute(
                "SELECT sealed FROM packets WHERE referral_id = ? ORDER BY kind != 'referral', rowid", (referral_id,)
            )
            packets = [_packet(bytes(row[0]), partner, referral_id, signer) for row in sealed]
            cases[case_id].append(Handed(partner, klass, position, packets))
        return list(cases.values())
    finally:
        connection.close()


def _packet(sealed: bytes, partner: str, referral_id: str, signer: bytes) -> dict[str, Any]:
    """Open a sealed file as each of the partner's caseworkers; it must be the same, and name partner and referral."""
    read = []
    for number in range(1, fixtures.CASEWORKERS + 1):
        opened = open_sealed(sealed, [fixtures.identity(partner, number).secret], [signer], partner)
        assert opened.referral.envelope.referral_id == referral_id
        read.append(opened.referral)
    assert read[0] == read[1]
    packet: dict[str, Any] = json.loads(read[0].packet.to_bytes())
    return packet
