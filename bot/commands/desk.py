"""`naru desk`: the caseworkers' pages, as a process of its own. It has the keys of casebook.db and desk.db, and no other."""

import asyncio
import contextlib
import os
import secrets
import socket
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
import uvicorn
from starlette.types import ASGIApp

from bot.app import CASEBOOK, Words
from bot.commands.failing import clearly
from bot.commands.running import stop_signal
from bot.place import DESK_LOCK, in_use
from bot.quiet import note, open_log
from bot.settings import DESK_KEY, DESK_KEY_NAMES, DeskPlace, SettingsError, read_desk, read_keys
from bot.texts import shipped
from referrals.casebook import Casebook
from referrals.desk.app import desk_app
from referrals.desk.assets import Assets, shipped_static
from referrals.desk.challenges import Challenges
from referrals.desk.clerk import Clerk
from referrals.desk.housekeeping import EVERY, erase_past
from referrals.desk.notices.notifier import notifier
from referrals.desk.notices.server import mail_server
from referrals.desk.parts import Desk
from referrals.desk.rendering import environment, shipped_pages
from referrals.desk.settings import DeskSettings
from referrals.desk.slowing import Slowing
from referrals.desk.store import DESK_DB, Books, DeskStore
from referrals.desk.words import LOCALES, DeskWords
from referrals.secret import Secret

LOOPBACK = "127.0.0.1"
_KEY_BYTES = 32
_SOCKET_MODE = 0o660  # its user and group: the proxy is in the group
_BACKLOG = 128  # connections that wait to be taken


def desk(
    origin: Annotated[str | None, typer.Option(help="The address in caseworkers' browsers, like https://name.")] = None,
    port: Annotated[int | None, typer.Option(help="Port on 127.0.0.1; 0 takes a free one.", min=0, max=65535)] = None,
    unix: Annotated[Path | None, typer.Option("--socket", help="Listen on this Unix socket instead of a port.")] = None,
) -> None:
    """Run the caseworkers' pages until told to stop (SIGTERM or Ctrl-C). Put a proxy with TLS before it.

    Settings (NARU_DESK_...) come from the environment or from desk.env in NARU_DATA_DIR. Accounts: `naru staff invite`.
    """
    open_log(sys.stderr)
    given = {"origin": origin, "port": port, "socket": unix}
    with clearly():
        place = read_desk(os.environ, **{name: value for name, value in given.items() if value is not None})
        credentials = os.environ.get("CREDENTIALS_DIRECTORY")
        keys = read_keys(place.data_dir, credentials, DESK_KEY_NAMES)
        words = Words.loaded()
        with in_use(place.data_dir, [DESK_LOCK], DESK_KEY_NAMES):
            asyncio.run(_serve(place, keys, words, credentials))


async def _serve(place: DeskPlace, keys: Mapping[str, Secret[bytes]], words: Words, credentials: str | None) -> None:
    stop = stop_signal()
    server = mail_server(place.mail, place.data_dir / "keys", Path(credentials) if credentials else None)
    listener, settings = listening_at(place.desk)
    clerk = Clerk(lambda: opened_books(place.data_dir, keys))
    try:
        made = made_desk(clerk, settings, words)
        async with serving(desk_app(made), listener):
            typer.echo(f"Desk: {settings.origin}")
            sys.stdout.flush()
            tasks = [asyncio.create_task(notifier(made, server)), asyncio.create_task(keep_house(made))]
            await stop.wait()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
    finally:
        clerk.close()


def opened_books(data_dir: Path, keys: Mapping[str, Secret[bytes]]) -> Books:
    """Both databases of the desk. Raises the errors of referrals.database."""
    store = DeskStore.opened(data_dir / DESK_DB, keys[DESK_KEY])
    return Books(store, Casebook.opened(data_dir / CASEBOOK, keys["naru_casebook_key"]))


def made_desk(clerk: Clerk, settings: DeskSettings, words: Words) -> Desk:
    """The desk's parts, joined; with the clock and the randomness of this machine."""
    return Desk(
        clerk=clerk,
        words=DeskWords(shipped()),
        labels={lang: words.catalogues.words(locale) for lang, locale in LOCALES.items()},
        clock=time.time,
        draw=secrets.token_bytes,
        settings=settings,
        static=Assets(shipped_static()),
        pages=environment(shipped_pages()),
        challenges=Challenges(secrets.token_bytes(_KEY_BYTES)),
        slowing=Slowing(),
    )


def listening_at(settings: DeskSettings) -> tuple[socket.socket, DeskSettings]:
    """A socket that listens where it is set, and the settings with the origin filled in. Raises SettingsError."""
    if settings.socket is not None:
        if not settings.origin:
            raise SettingsError("NARU_DESK_ORIGIN is not set. With a socket it must be: the address in browsers.")
        return _unix(settings.socket), settings
    try:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((LOOPBACK, settings.port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise SettingsError(f"NARU_DESK_PORT: can't listen on port {settings.port}: {error.strerror}.") from None
    own = f"http://localhost:{listener.getsockname()[1]}"
    return listener, settings.model_copy(update={"origin": settings.origin or own})


def _unix(path: Path) -> socket.socket:
    """A Unix socket that its user and group can reach; one left behind by a desk that ended is replaced."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        if path.is_socket() and not _answers(path):
            path.unlink()
        listener.bind(str(path))
        path.chmod(_SOCKET_MODE)
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise SettingsError(f"NARU_DESK_SOCKET: can't listen on {path}: {error.strerror}.") from None
    return listener


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as trial:
        try:
            trial.connect(str(path))
        except OSError:
            return False
        return True


class _Embedded(uvicorn.Server):
    """A uvicorn that leaves the process's signals to the program it runs in."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def serving(app: ASGIApp, listener: socket.socket) -> AsyncIterator[None]:
    """Serve the application on a socket for the length of a block. No access log, no server header, no addresses read."""
    options: dict[str, Any] = {"ws": "none", "lifespan": "off", "log_config": None, "log_level": "warning"}
    config = uvicorn.Config(
        app,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=2,  # seconds for answers under way
        **options,
    )
    embedded = _Embedded(config)
    task = asyncio.create_task(embedded.serve(sockets=[listener]))
    try:
        yield
    finally:
        embedded.should_exit = True
        await task


async def keep_house(desk: Desk) -> None:
    """Erase what is past its time, again and again, until cancelled."""
    while True:
        try:
            await desk.run(lambda books: erase_past(books, int(desk.clock())))
        except Exception as error:  # noqa: BLE001  # a defect in one round must not end all others
            note("desk.housekeeping", error=error)
        await asyncio.sleep(EVERY)
