"""The command line: `naru`, one door for each of the three people."""

from importlib.metadata import version
from typing import Annotated

import typer

from bot.commands.casework import inbox, keygen, open_referral
from bot.commands.demo import demo
from bot.commands.desk import desk
from bot.commands.directory import directory
from bot.commands.doctor import doctor
from bot.commands.keeping import backup, rekey, restore, restored
from bot.commands.opener import desk_opener
from bot.commands.pinning import pin
from bot.commands.running import init, run
from bot.commands.staff import staff
from bot.commands.statistics import statistics
from bot.commands.status import status
from bot.commands.words import words

cli = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # a pretty traceback would print local variables
    help="Naru: a chat that asks what help a person needs and hands her, with her consent, to a vetted partner.",
)
cli.command()(demo)
cli.command()(init)
cli.command()(run)
cli.command()(desk)
cli.command("desk-opener")(desk_opener)
cli.command()(keygen)
cli.command()(inbox)
cli.command("open")(open_referral)
cli.command()(pin)
cli.command()(statistics)
cli.command()(status)
cli.command()(doctor)
cli.command()(backup)
cli.command()(restore)
cli.command()(restored)
cli.command()(rekey)
cli.add_typer(directory, name="directory")
cli.add_typer(staff, name="staff")
cli.add_typer(words, name="words")


def _version(wanted: bool) -> None:  # typer's form
    if wanted:
        typer.echo(f"naru {version('naru')}")
        raise typer.Exit


@cli.callback()
def _main(
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """Naru: a chat that asks what help a person needs and hands her, with her consent, to a vetted partner."""


def main() -> None:
    """Run the command line."""
    cli()


if __name__ == "__main__":
    main()
