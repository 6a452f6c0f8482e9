"""The partner list: refused when it is fictional without leave, when it doesn't know the bot, and when it can't be read."""

from pathlib import Path

import pytest

from bot.partners import Partners
from bot.settings import FIXTURES, Settings, SettingsError
from bot.store import DAY
from referrals import fixtures
from referrals.directory import DirectoryError
from referrals.sealing import signing_public
from tests.person import NOW

SIGNER = signing_public(fixtures.signing_key())


def _settings(folder: Path, partners: str, *, allowed: bool = True) -> Settings:
    return Settings(data_dir=folder, partners=partners, allow_fixtures=allowed)


def test_the_fictional_partners_need_leave(tmp_path: Path) -> None:
    """Without NARU_ALLOW_FIXTURES=1 they are refused, built in or from a file."""
    with pytest.raises(SettingsError, match="NARU_ALLOW_FIXTURES"):
        Partners(_settings(tmp_path, FIXTURES, allowed=False), SIGNER, NOW.timestamp)
    copied = tmp_path / "list.json"
    copied.write_text(fixtures.partners(NOW.date()), "utf-8")
    with pytest.raises(SettingsError, match="NARU_ALLOW_FIXTURES"):
        Partners(_settings(tmp_path, str(copied), allowed=False), SIGNER, NOW.timestamp)


def test_a_list_that_does_not_name_this_bot_is_refused(tmp_path: Path) -> None:
    """Caseworkers would refuse what it seals, so it does not start."""
    listed = tmp_path / "list.json"
    listed.write_text(fixtures.partners(NOW.date(), ["ab" * 32]), "utf-8")
    with pytest.raises(SettingsError, match=r"bot\.pub"):
        Partners(_settings(tmp_path, str(listed)), SIGNER, NOW.timestamp)


@pytest.mark.parametrize("partners", ["", "missing.json"])
def test_no_list_is_said(tmp_path: Path, partners: str) -> None:
    """A list that is not named, or not there, is one clear line."""
    with pytest.raises(SettingsError, match="NARU_PARTNERS"):
        Partners(_settings(tmp_path, partners and str(tmp_path / partners)), SIGNER, NOW.timestamp)


def test_a_broken_list_is_refused(tmp_path: Path) -> None:
    """What is wrong in the list is the directory's to say."""
    broken = tmp_path / "list.json"
    broken.write_text("{", "utf-8")
    with pytest.raises(DirectoryError):
        Partners(_settings(tmp_path, str(broken)), SIGNER, NOW.timestamp)


def test_the_fictional_ones_do_not_lapse(tmp_path: Path) -> None:
    """A bot that runs for forty days still has partners whose confirmation is fresh."""
    now = [NOW.timestamp()]
    partners = Partners(_settings(tmp_path, FIXTURES), SIGNER, lambda: now[0])
    first = partners.today()
    assert partners.today() is first
    now[0] += 40 * DAY
    hub = fixtures.IDS["HUB"]
    assert partners.today().partner(hub).x_contact_confirmed_at > first.partner(hub).x_contact_confirmed_at
