"""The packet knows which words it is of."""

from bot.review.packet import comments
from bot.reviews import digests
from bot.texts import used_keys
from tests.bot.review.packets import packet, words
from tools.words import ROOT, read


def test_its_digest_is_that_of_the_record() -> None:
    """What a reviewer reads has the digest that `naru run` looks for."""
    now = digests(words().catalogues, used_keys(words().questionnaire))

    assert {language: packet(language).digest for language in now} == now


def test_each_language_stands_beside_the_others() -> None:
    """A packet of one language shows the three others too."""
    assert packet("zh_Hans").beside == ("ko", "ko_CN", "en")


def test_every_comment_is_found() -> None:
    """Each key of the Korean source has its comment."""
    source = (ROOT / "locales" / "ko" / "naru.po").read_bytes()
    found = comments(source.decode())

    assert found.keys() == read("ko", source).by_key.keys()
    assert found["q1_safe"] == "First question in her language, and again at every return; may be seen by anybody"
    assert comments('#. One\n#. two\n#: elsewhere\nmsgid "a"\nmsgstr "b"\n') == {"a": "One two"}
