"""`naru words`: a packet goes out, comes back marked, and its review is recorded."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bot.review.packet import Packet
from bot.reviews import REVIEWED, parse
from bot.texts import ordered_keys
from tests.bot.review.packets import Book, packet, texts, working_copy
from tests.invoked import invoked
from tests.person import questionnaire
from tools.words import read


def _out(folder: Path, *arguments: str) -> list[str]:
    ended = invoked("words", "packet", "-o", str(folder), *arguments)
    assert (ended.exit_code, ended.stderr) == (0, "")
    return sorted(path.name for path in folder.iterdir())


def _packet(language: str) -> Packet:
    return packet(language)


def _marked(folder: Path, values: Mapping[str, Mapping[str, object]], language: str = "ko") -> Path:
    """A packet's workbook with marks, by key."""
    book = Book(language, _packet)
    for key, marks in values.items():
        book.write(key, **marks)
    path = folder / "marked.xlsx"
    path.write_bytes(book.saved())
    return path


CHANGED: dict[str, dict[str, object]] = {
    "q1_safe": {"verdict": "고침", "new_words": "지금 혼자\n보고 있습니까?", "remark": "짧게", "reviewer": "A"},
    "card.alias": {"verdict": "고침", "new_words": "{alias} 단체"},
    "nav.back": {"verdict": "좋음"},
}


def test_a_packet_is_written_for_each_language(tmp_path: Path) -> None:
    """A workbook and a page each."""
    assert _out(tmp_path / "new" / "folder") == sorted(
        f"naru-words-{each}.{kind}" for each in REVIEWED for kind in ("xlsx", "html")
    )


def test_a_packet_of_one_language_is_what_it_says(tmp_path: Path) -> None:
    """The file on disk is the packet of that language, comments included."""
    assert _out(tmp_path, "--language", "zh_Hans") == ["naru-words-zh_Hans.html", "naru-words-zh_Hans.xlsx"]
    book = load_workbook(tmp_path / "naru-words-zh_Hans.xlsx")

    assert book["Guide"]["B2"].value == "zh_Hans"
    assert book["Screens"]["K3"].value.startswith("Front page, and what is left after a wipe")


def test_without_a_working_copy_the_packet_has_no_comments(tmp_path: Path) -> None:
    """It is written all the same, and that is said."""
    ended = invoked("words", "packet", "-l", "ko", "-o", str(tmp_path), "--catalogues", str(tmp_path))

    assert ended.exit_code == 0
    assert "no comments" in ended.stderr
    assert load_workbook(tmp_path / "naru-words-ko.xlsx")["Screens"]["K3"].value is None


def test_a_place_that_cant_be_written_is_told(tmp_path: Path) -> None:
    """One line, with the option that mends it."""
    (tmp_path / "file").write_text("")
    ended = invoked("words", "packet", "-o", str(tmp_path / "file"))

    assert (ended.exit_code, ended.stdout) == (1, "")
    assert ended.stderr.startswith("naru: ")
    assert "--output" in ended.stderr


def test_from_packet_to_marks_to_catalogue(tmp_path: Path) -> None:
    """The whole way: what the reviewer marked, and nothing else, stands in the catalogue; the file keeps its order and comments."""
    folder = working_copy(tmp_path)
    before = texts(folder)
    ended = invoked("words", "apply", str(_marked(tmp_path, CHANGED)), "--yes", "--catalogues", str(folder))
    assert ended.exit_code == 0, ended.stderr
    after = texts(folder)

    assert {name for name in before if before[name] != after[name]} == {"ko/naru.po"}
    old, new = (read("ko", each["ko/naru.po"]).by_key for each in (before, after))
    assert {key: text for key, text in new.items() if old[key] != text} == {
        "q1_safe": "지금 혼자\n보고 있습니까?",
        "card.alias": "{alias} 단체",
    }
    assert list(old) == list(new)
    assert "  - 지금 이 화면을 혼자 보고 있습니까?\n  + 지금 혼자\n  + 보고 있습니까?\n  # 짧게\n" in ended.stdout
    unread = len(ordered_keys(questionnaire())) - 3
    assert f"ko: 1 texts are good, 2 to change, {unread} not read." in ended.stdout


def test_a_second_time_the_same_file_is_refused(tmp_path: Path) -> None:
    """Its words are older than the catalogue by now."""
    folder, file = working_copy(tmp_path), _marked(tmp_path, CHANGED)
    invoked("words", "apply", str(file), "--yes", "--catalogues", str(folder))
    before = texts(folder)
    ended = invoked("words", "apply", str(file), "--yes", "--catalogues", str(folder))

    assert ended.exit_code == 1
    assert "older than the catalogue" in ended.stderr
    assert texts(folder) == before


def test_a_change_of_the_korean_of_china_is_an_override(tmp_path: Path) -> None:
    """The Korean of everybody else stays as it is."""
    folder = working_copy(tmp_path)
    file = _marked(tmp_path, {"q1_safe": {"verdict": "고침", "new_words": "지금 혼자 보고 있습니까?"}}, "ko_CN")
    ended = invoked("words", "apply", str(file), "-y", "--catalogues", str(folder))

    assert ended.exit_code == 0, ended.stderr
    assert read("ko_CN", (folder / "ko_CN" / "naru.po").read_bytes()).by_key["q1_safe"] == "지금 혼자 보고 있습니까?"
    assert "이 화면을" in read("ko", (folder / "ko" / "naru.po").read_bytes()).by_key["q1_safe"]


def test_one_mistake_among_good_marks_changes_nothing(tmp_path: Path) -> None:
    """All or nothing: the mistake is told by sheet, row and column."""
    folder = working_copy(tmp_path)
    before = texts(folder)
    values = CHANGED | {"card.phone": {"verdict": "고침", "new_words": "전화"}}
    ended = invoked("words", "apply", str(_marked(tmp_path, values)), "--yes", "--catalogues", str(folder))

    assert (ended.exit_code, ended.stdout) == (1, "")
    assert "nothing was changed." in ended.stderr
    assert "column E: should hold exactly {number}" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert texts(folder) == before


def test_nobody_to_ask_is_no(tmp_path: Path) -> None:
    """Without --yes and without an answer, the preview is shown and nothing is written."""
    folder = working_copy(tmp_path)
    before = texts(folder)
    ended = invoked("words", "apply", str(_marked(tmp_path, CHANGED)), "--catalogues", str(folder))

    assert ended.exit_code == 1
    assert "  + {alias} 단체" in ended.stdout
    assert texts(folder) == before


def test_a_file_without_changes_changes_nothing(tmp_path: Path) -> None:
    """Good words and remarks are shown."""
    folder = working_copy(tmp_path)
    file = _marked(tmp_path, {"nav.back": {"verdict": "좋음", "remark": "좋습니다"}})
    ended = invoked("words", "apply", str(file), "--catalogues", str(folder))

    assert ended.exit_code == 0
    assert "nav.back: no change\n  # 좋습니다" in ended.stdout
    assert "There is nothing to change." in ended.stdout


@pytest.mark.parametrize(
    ("name", "content", "catalogues", "said"),
    [
        ("none.xlsx", None, "locales", "can't be read"),
        ("marks.csv", "열쇠,판정\n".encode("cp949"), "locales", "no Excel workbook"),
        ("marks.csv", b"", "nowhere", "--catalogues"),
    ],
)
def test_what_cant_be_taken_back_is_told(
    tmp_path: Path, name: str, content: bytes | None, catalogues: str, said: str
) -> None:
    """One line that says what to do."""
    working_copy(tmp_path)
    if content is not None:
        (tmp_path / name).write_bytes(content)
    ended = invoked("words", "apply", str(tmp_path / name), "--catalogues", str(tmp_path / catalogues))

    assert (ended.exit_code, ended.stdout) == (1, "")
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr


def _reviewed(folder: Path, name: str, **other: str) -> tuple[int, str, str]:
    given = {"language": "ko", "role": "native"} | other
    options = [part for option, value in given.items() for part in (f"--{option}", value)]
    ended = invoked("words", "reviewed", "--reviewer", name, "--catalogues", str(folder), *options)
    return ended.exit_code, ended.stdout, ended.stderr


def test_a_review_is_recorded_once(tmp_path: Path) -> None:
    """With the digest of the words as they are; a second reader is added, the same one again is not."""
    folder = working_copy(tmp_path)
    head = (folder / "reviews.toml").read_text("utf-8")
    for name in ("A", "A", "나루"):
        assert _reviewed(folder, name)[0] == 0
    text = (folder / "reviews.toml").read_text("utf-8")
    reviews = parse(text)

    assert text.startswith(head.rstrip())
    assert [(each.reviewer, each.role, each.digest) for each in reviews] == [
        ("A", "native", packet("ko").digest),
        ("나루", "native", packet("ko").digest),
    ]


@pytest.mark.parametrize("name", [" ", "A\nB", "a" * 61, "\u202e"])
def test_a_name_is_one_short_line(tmp_path: Path, name: str) -> None:
    """Anything else is refused, and nothing is recorded."""
    folder = working_copy(tmp_path)
    before = texts(folder)
    code, _, stderr = _reviewed(folder, name)

    assert code == 1
    assert "--reviewer should be" in stderr
    assert texts(folder) == before


def test_a_broken_record_is_not_written_over(tmp_path: Path) -> None:
    """It is told where it is broken."""
    folder = working_copy(tmp_path)
    (folder / "reviews.toml").write_text("[[review]", "utf-8")
    code, _, stderr = _reviewed(folder, "A")

    assert code == 1
    assert "is no TOML" in stderr
    assert (folder / "reviews.toml").read_text("utf-8") == "[[review]"
