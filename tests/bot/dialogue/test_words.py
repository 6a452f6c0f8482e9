"""The words by which she and her helper know each other."""

import re

from bot.dialogue.words import WORDS
from referrals.contact_card import ContactCard
from referrals.referral import Packet
from tests.bot.dialogue.walker import catalogues


def test_each_word_stands_once_and_fits_card_and_packet() -> None:
    """A word that could not be sealed would be lost when she comes back."""
    assert len(WORDS) == len(set(WORDS)) == 12
    for word in WORDS:
        assert ContactCard(check=word, danger=word).check == word
        assert Packet(check=word).check == word


def test_no_two_words_sound_alike_in_a_language() -> None:
    """Each is said otherwise, and none begins with another, so that they can be told apart on the phone."""
    for locale in ("ko", "ko_CN", "zh_Hans"):
        said = [catalogues().plain(f"word.{word}", locale) for word in WORDS]
        assert len(set(said)) == len(said)
        assert not [(one, other) for one in said for other in said if one != other and other.startswith(one)]
        assert all(re.fullmatch("[가-힣]{1,3}|[一-鿿]{2}", each) for each in said)
