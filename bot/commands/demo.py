"""`naru demo`: the bot, the practice phone and the caseworkers' desk on loopback, with fictional partners and nothing to configure."""

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from pydantic import SecretStr
from starlette.types import ASGIApp

from bot import opened
from bot.app import Bot, Words
from bot.app import opened as opened_bot
from bot.commands.demo_desk import WORDS, demo_desk
from bot.commands.failing import clearly
from bot.commands.running import made_place, stop_signal
from bot.dialogue.conversation import NOBODY
from bot.practice.botapi import TOKEN, PracticeServer
from bot.practice.casework import WaitingReferral
from bot.practice.serve import LOOPBACK, listening
from bot.practice.web import practice_app
from bot.quiet import open_log
from bot.settings import FIXTURES, Settings, SettingsError
from bot.store import Held
from bot.texts import Rendered
from referrals import fixtures
from referrals.casebook import Waiting
from referrals.sealing import open_sealed

_PORT = 8737  # seldom taken by anything else
_LAST_PORT = 65535
T = TypeVar("T")
_SHOWN_BYTES = 32  # of a sealed file, to be looked at


class DemoCasework:
    """The caseworker's side of the demo: the real casebook, opened with the published keys of the fictional caseworkers."""

    def __init__(self, bot: Bot, signer: bytes, desk: str) -> None:
        """`signer` is the demo bot's public key, `desk` the desk's address."""
        self._bot = bot
        self._signer = signer
        self._desk = desk

    async def waiting(self) -> list[WaitingReferral]:
        """What lies in the casebook for any partner."""
        return [await self._listed(each) for each in await self._all()]

    async def sealed(self, referral_id: str) -> bytes:
        """The first sealed file of a referral."""
        return (await self._files(referral_id))[0]

    async def opened(self, referral_id: str, lang: str) -> str:
        """Every sealed file of a referral, opened; opening acknowledges it, which a caseworker does by hand."""
        partner = next(each.partner for each in await self._all() if each.referral_id == referral_id)
        secret = fixtures.identity(partner, 1).secret
        now = datetime.fromtimestamp(time.time(), UTC)
        catalogues = self._bot.words.catalogues
        files = await self._files(referral_id)
        read = [open_sealed(each, [secret], [self._signer]).referral for each in files]
        await self._in_writer(lambda: self._bot.casebook.acknowledge(referral_id, int(time.time())))
        return "\n".join(opened.text(referral, catalogues, lang, now) for referral in read)

    async def english(self, chat: int) -> Rendered | None:
        """The screen of a chat in English."""

        def find() -> Held | None:
            with self._bot.store.transaction():
                return self._bot.store.find(chat, time.time())

        held = await self._in_writer(find)
        return self._bot.rendered((held and held.conversation) or NOBODY, "en")

    async def _listed(self, each: Waiting) -> WaitingReferral:
        files = await self._files(each.referral_id)
        sealed = files[0] if files else b""
        return WaitingReferral(
            referral_id=each.referral_id,
            partner=self._bot.partners.today().partner(each.partner).x_alias,
            klass=each.klass,
            state=each.state,
            created=datetime.fromtimestamp(each.created, UTC).strftime("%Y-%m-%d %H:00 UTC"),
            size=len(sealed),
            head_hex=sealed[:_SHOWN_BYTES].hex(),
            desk=f"{self._desk}/demo/case/{each.referral_id}",
        )

    async def _all(self) -> list[Waiting]:
        return await self._in_writer(self._bot.casebook.waiting)

    async def _files(self, referral_id: str) -> list[bytes]:
        return await self._in_writer(lambda: self._bot.casebook.sealed(referral_id))

    async def _in_writer(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._bot.writer, work)


class _Side:
    """Joins page and bot: the page's address must be known before the bot can be made."""

    def __init__(self) -> None:
        self.joined: DemoCasework | None = None

    async def english(self, chat: int) -> Rendered | None:
        return await self.joined.english(chat) if self.joined else None

    async def waiting(self) -> list[WaitingReferral]:
        return await self.joined.waiting() if self.joined else []

    async def sealed(self, referral_id: str) -> bytes:
        return await self._now().sealed(referral_id)

    async def opened(self, referral_id: str, lang: str) -> str:
        return await self._now().opened(referral_id, lang)

    def _now(self) -> DemoCasework:
        if self.joined is None:
            raise RuntimeError("asked for a referral before the bot was made")
        return self.joined


@dataclass(frozen=True, slots=True)
class Running:
    """A demo that runs: its bot and its two addresses."""

    bot: Bot
    place: Path
    phone: str
    desk: str


def demo(
    port: Annotated[int, typer.Option(help="Port on this machine; 0 takes a free one.", min=0, max=65535)] = _PORT,
    desk_port: Annotated[
        int | None, typer.Option(help="Port of the desk; without it the next one, or a free one.", min=0, max=65535)
    ] = None,
) -> None:
    """Try everything on this machine: a practice phone in the browser, the bot, and the desk where caseworkers answer.

    Partners, people and keys are fictional, and all that was entered is gone when it ends (Ctrl-C).
    """
    open_log(sys.stderr)
    with clearly():
        words = Words.loaded()
        beside = (port + 1 if 0 < port < _LAST_PORT else 0) if desk_port is None else desk_port
        try:
            asyncio.run(_demo(words, port, beside))
        except OSError as error:
            raise SettingsError(
                f"The demo can't listen on port {port}: {error.strerror}. Try `naru demo --port 0`."
            ) from None


async def _demo(words: Words, port: int, desk_port: int) -> None:
    stop = stop_signal()
    with tempfile.TemporaryDirectory(prefix="naru-demo-") as folder:
        async with running(Path(folder) / "data", words, port, desk_port) as made:
            typer.echo("Naru, practice only: fictional partners, nothing leaves this machine. Stop with Ctrl-C.")
            typer.echo(f"Phone and what is kept of each referral: {made.phone}")
            typer.echo(f"Desk, one click signs in: {made.desk}  The words that unlock every key: {WORDS}")
            sys.stdout.flush()
            await made.bot.run(stop)


@asynccontextmanager
async def running(
    place: Path, words: Words, port: int, desk_port: int, watched: Callable[[ASGIApp], ASGIApp] = lambda app: app
) -> AsyncIterator[Running]:
    """Practice phone and desk served, the bot ready to be run; all of it in a new folder. `watched` may put something before the desk."""
    server, side = PracticeServer(), _Side()
    signer = made_place(place)
    async with listening(practice_app(server, side.english, side), server, port) as taken:
        phone = f"http://localhost:{taken}/practice"
        settings = Settings(
            data_dir=place,
            telegram_token=SecretStr(TOKEN),
            telegram_base_url=f"http://{LOOPBACK}:{taken}/bot",
            directory=FIXTURES,
            allow_fixtures=True,
        )
        async with (
            opened_bot(settings, words, None) as bot,
            demo_desk(place, words, signer, desk_port, phone, watched) as desk,
        ):
            side.joined = DemoCasework(bot, signer, desk)
            yield Running(bot, place, phone, desk)
            side.joined = None
