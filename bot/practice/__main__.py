"""The practice phone alone, as its own process: `python -m bot.practice --port 8090`."""

import asyncio
import signal
from pathlib import Path
from typing import Annotated

import typer

from bot.practice.botapi import TOKEN, PracticeServer
from bot.practice.serve import listening
from bot.practice.web import practice_app


def main(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one.", min=0, max=65535)] = 8090,
    journal: Annotated[
        Path | None, typer.Option(help="Append every call and update to this file, as JSON lines.")
    ] = None,
    token: Annotated[str, typer.Option(help="The one token that is accepted.")] = TOKEN,
) -> None:
    """Run the practice phone until it is stopped. Fictional persons only: what they type stands in the journal."""
    if not token.partition(":")[0].isdecimal():
        raise typer.BadParameter("a token begins with the bot's number and a colon, like 1:practice")
    try:
        asyncio.run(_serve(PracticeServer(token=token, journal=journal), port))
    except OSError as error:
        raise typer.BadParameter(f"can't listen on port {port}: {error.strerror}") from None


async def _serve(server: PracticeServer, port: int) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with listening(practice_app(server), server, port) as taken:
        typer.echo(f"Phone:         http://localhost:{taken}/practice")
        typer.echo(f"For the bot:   NARU_TELEGRAM_BASE_URL=http://127.0.0.1:{taken}/bot")
        await stop.wait()


if __name__ == "__main__":
    typer.run(main)
