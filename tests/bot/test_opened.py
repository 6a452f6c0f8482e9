"""An opened referral in words: exactly what she chose to send, then the envelope."""

from datetime import timedelta
from typing import Literal

import pytest

from bot import opened
from bot.app import Words
from referrals.referral import Envelope, Packet, Referral, utc_hour
from tests.person import NOW, case

PACKET = Packet(klass="days", country="LA", language="ko", needs=("n_path",), contact="c_band", band="22-06")


def _referral(packet: Packet, kind: Literal["referral", "withdrawal"] = "referral") -> Referral:
    envelope = Envelope(
        referral_id="a" * 32,
        kind=kind,
        partner="00000000-0000-4000-8000-000000000001",
        directory_version=7,
        created=utc_hour(NOW),
        expires=utc_hour(NOW + timedelta(days=30)),
        consent="b" * 32,
        questionnaire="test-1",
        reply_to=case().reply_to,
    )
    return Referral(envelope=envelope, packet=packet)


def _lines(packet: Packet, language: str, **late: int) -> list[str]:
    return opened.text(_referral(packet), Words.loaded().catalogues, language, NOW + timedelta(**late)).splitlines()


@pytest.mark.parametrize("language", ["ko", "zh", "en"])
def test_every_answer_has_its_line_and_nothing_else(language: str) -> None:
    """Taking one answer out takes out its line and changes no other."""
    whole, less = _lines(PACKET, language), _lines(PACKET.model_copy(update={"country": None}), language)
    assert len(whole) == len(less) + 1
    assert [line for line in whole if line in less] == less


def test_the_hours_of_a_band_stand_with_it() -> None:
    """A caseworker reads when she may write, on the line of the way of contact."""
    assert any("22" in line and "06" in line for line in _lines(PACKET, "en"))


def test_what_is_past_its_day_says_so() -> None:
    """An expired referral is opened, and the reader is told."""
    said = Words.loaded().catalogues.plain("open.expired", "en").splitlines()[0]
    assert said in _lines(PACKET, "en", days=31)
    assert said not in _lines(PACKET, "en")


def test_a_withdrawal_has_no_answers() -> None:
    """It says that it is one, and that nothing is in it."""
    words = Words.loaded().catalogues
    text = opened.text(_referral(Packet(), "withdrawal"), words, "en", NOW)
    assert words.plain("open.kind.withdrawal", "en") in text
    assert words.plain("open.nothing", "en") in text
