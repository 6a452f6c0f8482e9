"""What is to change beside the partners: read whole, or refused with what is wrong."""

from pathlib import Path

import pytest

from bot.commands.directory.wanted import Wanted
from bot.settings import SettingsError
from tests.bot.commands.directory.office import put_bot
from tests.referrals.publishing import ceremony


def test_nothing_wanted_is_nothing() -> None:
    """So that `publish` only goes on with what there is."""
    assert not Wanted([], [], [], None)


def test_a_bot_is_its_two_files(tmp_path: Path) -> None:
    """As `naru init` made them."""
    put_bot(tmp_path / "public", "b" * 64, ceremony.bot(2).recipient)
    (bot,) = Wanted([tmp_path / "public"], [], [], None).bots

    assert (bot.signer, bot.recipient) == ("b" * 64, ceremony.bot(2).recipient)
    with pytest.raises(SettingsError, match="can't be read"):
        Wanted([tmp_path], [], [], None)


def test_the_page_alone_is_known_as_such(tmp_path: Path) -> None:
    """Whoever signs second may name hers; with anything else it would be another draft."""
    page = tmp_path / "naru-open.html"
    page.write_bytes(b"fictional")

    assert Wanted([], [], [], page).only_opener is not None
    assert Wanted([], [], ["0" * 16], page).only_opener is None
