"""`naru doctor` on a real place: every line says what is so, and the exit code whether something is bad."""

from pathlib import Path

from bot.commands.running import made_place
from tests.invoked import invoked


def _looked(place: Path) -> tuple[int, list[str]]:
    ended = invoked("doctor", NARU_DATA_DIR=str(place))
    return ended.exit_code, ended.output.splitlines()


def test_each_line_has_its_weight_and_each_database_is_looked_at(tmp_path: Path) -> None:
    """A new place: three whole databases, and nothing that anybody else may read."""
    made_place(tmp_path / "data")
    code, lines = _looked(tmp_path / "data")
    assert {line[:6] for line in lines} <= {"  ok  ", " LOOK ", " BAD  "}
    assert [line for line in lines if line.endswith(".db: whole.")] == [
        f"  ok   {name}: whole." for name in ("conversations.db", "casebook.db", "desk.db")
    ]
    assert not [line for line in lines if "Others may read" in line]
    assert code == int(any(line.startswith(" BAD") for line in lines))


def test_what_is_bad_is_told_with_what_to_do_and_ends_with_one(tmp_path: Path) -> None:
    """A database that is gone, and a key that others may read: each has its line."""
    made_place(tmp_path / "data")
    (tmp_path / "data" / "casebook.db").unlink()
    (tmp_path / "data" / "keys" / "naru_pepper").chmod(0o644)
    code, lines = _looked(tmp_path / "data")
    assert code == 1
    assert any(line.startswith(" BAD  ") and "casebook.db can't be used" in line for line in lines)
    assert any(line.startswith(" BAD  ") and "naru_pepper. chmod go= " in line for line in lines)


def test_a_folder_that_is_none_is_one_clear_line(tmp_path: Path) -> None:
    """NARU_DATA_DIR names nothing: never a traceback."""
    code, lines = _looked(tmp_path / "nowhere")
    assert (code, len(lines)) == (1, 1)
    assert lines[0].startswith("naru: NARU_DATA_DIR names no folder")
