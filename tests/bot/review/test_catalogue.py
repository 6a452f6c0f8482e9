"""A catalogue takes other words in: its order and comments stay, and it is written whole or not at all."""

import os
from pathlib import Path

import pytest

from bot.review.catalogue import CatalogueError, planned, read_all, said, write
from bot.review.packet import comments
from bot.texts import used_keys
from tests.bot.review.packets import texts, words, working_copy
from tools.words import read

USED = used_keys(words().questionnaire)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The catalogues of a working copy."""
    return working_copy(tmp_path)


def _changed(folder: Path, language: str, **new: str) -> tuple[str, str]:
    """A language's source before and after."""
    change = planned(
        read_all(folder, USED), language, {key.replace("__", "."): text for key, text in new.items()}, USED
    )
    return change.old.decode(), change.new.decode()


def _difference(before: str, after: str) -> tuple[list[str], list[str]]:
    """The lines that only one of two texts has, in order."""
    old, new = before.splitlines(), after.splitlines()
    return [line for line in old if line not in new], [line for line in new if line not in old]


def test_words_are_read_as_the_bot_says_them(folder: Path) -> None:
    """Of every key, in every language; ko_CN with the words of ko beneath."""
    found = said(read_all(folder, USED))

    assert {locale: {key: each[key] for key in USED} for locale, each in found.items()} == {
        locale: {key: words().catalogues.words(locale)[key] for key in USED} for locale in found
    }


def test_only_the_lines_of_the_text_change(folder: Path) -> None:
    """One line becomes another."""
    assert _difference(*_changed(folder, "ko", q1_safe="혼자 있습니까?")) == (
        ['msgstr "지금 이 화면을 혼자 보고 있습니까?"'],
        ['msgstr "혼자 있습니까?"'],
    )


def test_several_lines_and_odd_characters_are_written_as_a_catalogue_has_them(folder: Path) -> None:
    """Line ends, quotes and backslashes come back as they were."""
    text = 'a "b"\n\\c\n\n没有 {g1} {g2} {g3} {g4}'
    _, after = _changed(folder, "zh_Hans", r_receipt=text, q1_safe="一")

    assert read("zh_Hans", after.encode()).by_key["r_receipt"] == text
    assert '\nmsgid "r_receipt"\nmsgstr ""\n"a \\"b\\"\\n"\n' in after


# How many of a language's texts: each takes about 0.1 s; `make long` takes them all.
@pytest.mark.parametrize("every", [40, pytest.param(1, marks=pytest.mark.long)])
def test_every_text_can_be_replaced_and_put_back(folder: Path, every: int) -> None:
    """Keys of all languages, one at a time: the way back gives the very same file."""
    sources = read_all(folder, USED)
    for language, (_, source, entries) in sources.items():
        for key, old in [*entries.by_key.items()][::every]:
            there = planned(sources, language, {key: f"x {old}"}, USED)
            after = {**sources, language: (there.path, there.new, read(language, there.new))}
            assert planned(after, language, {key: old}, USED).new == source, (language, key)


def test_a_word_of_its_own_is_put_where_korean_has_it(folder: Path) -> None:
    """A new override in ko_CN stands in the order of ko, with ko's comment."""
    _, after = _changed(folder, "ko_CN", q9_talk__t_any_ko="누구든지, 우리말", a0_open="안녕!", open__rules="끝")
    entries = list(read("ko_CN", after.encode()).by_key)

    assert entries[0] == "a0_open"
    assert entries[entries.index("q9_talk.t_f_ko") + 1] == "q9_talk.t_any_ko"
    assert entries[-1] == "open.rules"
    assert (
        '\n\n#. Button and list: anybody, in Korean\nmsgid "q9_talk.t_any_ko"\nmsgstr "누구든지, 우리말"\n\n#. '
        in after
    )
    assert after.endswith('msgstr "끝"\n')
    assert after.startswith("# Korean as written in Yanbian")


def test_a_word_that_is_korean_again_is_taken_out(folder: Path) -> None:
    """An override that says what ko says is none; its comment goes with it, and nothing else."""
    before, after = _changed(folder, "ko_CN", k_code="열여섯 개의 숫자를 차례로 누르십시오.")
    entry = '#. Above the keypad\nmsgid "k_code"\nmsgstr "열여섯 개의 수자를 차례로 누르십시오."\n\n'

    assert entry in before
    assert after == before.replace(entry, "")


def test_the_last_override_can_be_taken_out(folder: Path) -> None:
    """The file still ends with one line end."""
    _, after = _changed(
        folder, "ko_CN", p_phone2=read("ko", (folder / "ko" / "naru.po").read_bytes()).by_key["p_phone2"]
    )

    assert "p_phone2" not in after
    assert after.endswith('"\n')
    assert not after.endswith("\n\n")


@pytest.mark.parametrize(
    ("language", "key", "text", "what"),
    [
        ("zh_Hans", "card.alias", "机构", "has placeholders none, ko has {alias}"),
        ("ko", "card.alias", "단체 {name}", "card.alias: has placeholders"),
        ("zh_Hans", "q1_safe", "", "has no words"),
        ("ko", "q1_safe", "{", "q1_safe"),
    ],
)
def test_the_builds_own_checks_stand_in_the_way(folder: Path, language: str, key: str, text: str, what: str) -> None:
    """What `make words` would refuse is not written."""
    with pytest.raises(CatalogueError, match=what.replace("{", r"\{")):
        planned(read_all(folder, USED), language, {key: text}, USED)


def test_catalogues_that_are_wrong_already_are_mended_first(folder: Path) -> None:
    """A change on top of a broken catalogue is refused, with what is broken."""
    path = folder / "en" / "naru.po"
    path.write_text(path.read_text("utf-8").replace('msgid "q1_safe"', 'msgid "q1_saf"'), "utf-8")

    with pytest.raises(CatalogueError, match="en: q1_safe: is missing"):
        read_all(folder, USED)


def test_a_folder_without_catalogues_is_told(tmp_path: Path) -> None:
    """With the option to name another."""
    with pytest.raises(CatalogueError, match="--catalogues"):
        read_all(tmp_path, USED)


def test_a_layout_that_is_not_understood_is_left_alone(folder: Path) -> None:
    """A key that can't be found where it should be is not written elsewhere."""
    path = folder / "ko" / "naru.po"
    path.write_text(path.read_text("utf-8").replace('msgid "q1_safe"', 'msgid ""\n"q1_safe"'), "utf-8")

    with pytest.raises(CatalogueError, match="not laid out"):
        _changed(folder, "ko", q1_safe="혼자 있습니까?")


def test_a_file_that_changed_meanwhile_is_not_overwritten(folder: Path) -> None:
    """Another hand's work is kept."""
    change = planned(read_all(folder, USED), "ko", {"q1_safe": "혼자?"}, USED)
    change.path.write_bytes(change.old + b"\n")
    before = texts(folder)

    with pytest.raises(CatalogueError, match="changed meanwhile"):
        write(change)
    assert texts(folder) == before


def test_a_write_that_fails_leaves_the_old_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk fills up in the middle: the old file stands there whole, and nothing beside it."""

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    change = planned(read_all(folder, USED), "ko", {"q1_safe": "혼자?"}, USED)
    before = texts(folder)
    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(CatalogueError, match="No space left"):
        write(change)
    assert texts(folder) == before


def test_what_was_planned_is_written_with_the_files_mode(folder: Path) -> None:
    """Nothing else changes."""
    change = planned(read_all(folder, USED), "ko", {"q1_safe": "혼자?"}, USED)
    change.path.chmod(0o640)
    before = texts(folder)
    write(change)

    assert texts(folder) == before | {"ko/naru.po": change.new}
    assert change.path.stat().st_mode & 0o777 == 0o640
    assert comments(change.new.decode()) == comments(change.old.decode())
