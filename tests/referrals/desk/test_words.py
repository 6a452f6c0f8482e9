"""The desk's words."""

from pathlib import Path

import pytest

from referrals.desk.words import DeskWords, DeskWordsError, known, preferred
from tools.words import ROOT, compile_catalogues


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The compiled catalogues."""
    compile_catalogues(ROOT / "locales", tmp_path)
    return tmp_path


def test_words_are_said_in_each_language(folder: Path) -> None:
    """A key has words in all three, and its places are filled."""
    words = DeskWords(folder)

    assert [words.say("page.leave", lang) for lang in ("ko", "zh", "en")] == ["나가기", "退出", "Sign out"]
    assert "30" in words.say("enter.slow", "ko", seconds=30)


def test_a_key_or_place_that_is_not_there_is_a_mistake(folder: Path) -> None:
    """Nothing is shown in its stead."""
    words = DeskWords(folder)

    with pytest.raises(KeyError):
        words.say("no.such", "en")
    with pytest.raises(KeyError):
        words.say("enter.slow", "en")


def test_a_script_gets_its_words_only(folder: Path) -> None:
    """Those whose keys begin with js."""
    given = DeskWords(folder).for_browser("zh")

    assert given["js.passkey.none"]
    assert all(key.startswith("js.") for key in given)


def test_catalogues_that_differ_are_refused(folder: Path, tmp_path: Path) -> None:
    """A missing file, and a key that one language lacks, stop the desk at its start."""
    small = tmp_path / "small"
    for locale, text in (("ko", 'msgid "a.b"\nmsgstr "x"\n'), ("zh_Hans", ""), ("en", 'msgid "a.b"\nmsgstr "x"\n')):
        (small / locale).mkdir(parents=True)
        head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        (small / locale / "desk.po").write_text(head + text, "utf-8")
    compile_catalogues(small, small)
    with pytest.raises(DeskWordsError, match=r"zh: no words for a\.b"):
        DeskWords(small)
    (folder / "en" / "desk.mo").unlink()
    with pytest.raises(DeskWordsError, match=r"en/desk\.mo is missing"):
        DeskWords(folder)


@pytest.mark.parametrize(
    ("header", "lang"),
    [
        ("ko-KR,ko;q=0.9,en;q=0.8", "ko"), ("zh-CN", "zh"), ("fr-FR, zh;q=0.5", "zh"), ("fr", "en"), ("", "en"),
        ("," * 10_000 + "ko", "en"),
    ],
)  # fmt: skip
def test_the_browsers_language_is_heard(header: str, lang: str) -> None:
    """The first that we speak, else English."""
    assert preferred(header) == lang


def test_only_three_languages_are_known() -> None:
    """Anything else is no language."""
    assert [known(each) for each in ("ko", "zh", "en", "zh_Hans", "", None)] == ["ko", "zh", "en", None, None, None]
