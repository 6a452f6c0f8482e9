"""The command line explains itself."""

import pytest
from typer.testing import CliRunner

from bot.__main__ import cli

COMMANDS = ("demo", "init", "run", "keygen", "inbox", "open")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_says_what_it_is_for(command: str) -> None:
    """`--help` ends well and explains each of its options and arguments."""
    found = CliRunner().invoke(cli, [command, "--help"])
    assert found.exit_code == 0
    assert len(found.stdout.splitlines()) > 5


def test_the_list_names_every_command() -> None:
    """A newcomer who types `naru` sees them all."""
    found = CliRunner().invoke(cli, [])
    assert all(command in found.stdout for command in COMMANDS)


def test_the_version_is_said() -> None:
    """`naru --version` prints one line."""
    found = CliRunner().invoke(cli, ["--version"])
    assert (found.exit_code, found.stdout.split()[0], len(found.stdout.splitlines())) == (0, "naru", 1)
