"""The parts are made and joined: words checked at start, a neutral profile, and errors before anything runs."""

import asyncio
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.app import CASEBOOK, CONVERSATIONS, Words, make_databases, opened
from bot.dialogue.conversation import NOBODY
from bot.practice.botapi import TOKEN
from bot.settings import FIXTURES, Settings, SettingsError
from referrals.database import MissingDatabaseError
from tests.operated import keys, naru
from tests.practice_server import running_practice


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """What `naru init` made."""
    assert naru("init", str(tmp_path / "data")).returncode == 0
    return tmp_path / "data"


def _settings(place: Path, token: str | None = TOKEN) -> Settings:
    return Settings(
        data_dir=place,
        telegram_token=None if token is None else SecretStr(token),
        telegram_base_url="http://127.0.0.1:9/bot",
        directory=FIXTURES,
        allow_fixtures=True,
    )


def test_the_profile_is_within_telegrams_limits_and_the_same_for_everybody() -> None:
    """Name 64, short description 120, description 512 characters (Bot API); one neutral command."""
    for profile in Words.loaded().profiles().values():
        assert 0 < len(profile.name) <= 64
        assert len(profile.short_description) <= 120
        assert len(profile.description) <= 512
        assert [command for command, _ in profile.commands] == ["menu"]


async def test_a_screen_is_put_into_any_language(place: Path) -> None:
    """The front page stands in both languages; the demo may ask for English."""
    async with opened(_settings(place), Words.loaded(), None) as bot:
        both = bot.rendered(NOBODY).text
        assert "안녕하십니까" in both
        assert "你好" in both
        assert bot.rendered(NOBODY, "en").text.isascii()


async def test_a_missing_database_is_not_made_anew(place: Path) -> None:
    """A bot that lost its casebook says so, instead of starting with an empty one."""
    (place / CASEBOOK).unlink()
    with pytest.raises(MissingDatabaseError):
        async with opened(_settings(place), Words.loaded(), None):
            pass
    assert not (place / CASEBOOK).exists()


async def test_without_a_token_nothing_starts(place: Path) -> None:
    """The setting is named."""
    with pytest.raises(SettingsError, match="NARU_TELEGRAM_TOKEN"):
        async with opened(_settings(place, None), Words.loaded(), None):
            pass


def test_both_databases_are_made(place: Path, tmp_path: Path) -> None:
    """Each under its own key, in the folder named."""
    make_databases(tmp_path, keys(place))
    assert (tmp_path / CONVERSATIONS).stat().st_size > 0
    assert (tmp_path / CASEBOOK).stat().st_size > 0


class GivesUp:
    """Stands where the outbox stands, and ends with an error of its own."""

    async def run(self) -> None:
        """Give up at once."""
        raise ZeroDivisionError


async def test_a_part_that_gives_up_ends_the_bot_with_its_error(place: Path) -> None:
    """The program must not end as if it had been told to: whatever watches it would not start it again."""
    async with running_practice() as (_, base_url):
        settings = _settings(place).model_copy(update={"telegram_base_url": base_url})
        async with opened(settings, Words.loaded(), None) as bot:
            bot.outbox = GivesUp()  # type: ignore[assignment]  # only `run` is asked of it here
            with pytest.raises(ZeroDivisionError):
                await bot.run(asyncio.Event())
