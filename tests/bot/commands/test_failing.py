"""What a person can mend is one line; a defect of ours is not hidden behind it."""

import pytest
import typer

from bot.channels import TokenRefused
from bot.commands.failing import clearly
from bot.settings import SettingsError
from referrals.errors import DamagedError


@pytest.mark.parametrize("error", [SettingsError("NARU_X is wrong."), DamagedError(), TokenRefused()])
def test_it_ends_with_one_line_and_code_1(error: Exception, capsys: pytest.CaptureFixture[str]) -> None:
    """On standard error, beginning with the program's name."""
    with pytest.raises(typer.Exit) as ended, clearly():
        raise error
    said = capsys.readouterr().err
    assert ended.value.exit_code == 1
    assert said.startswith("naru: ")
    assert said.count("\n") == 1


def test_a_defect_is_not_swallowed() -> None:
    """An error that nobody foresaw goes on to the log, which prints no values."""
    with pytest.raises(ZeroDivisionError), clearly():
        raise ZeroDivisionError
