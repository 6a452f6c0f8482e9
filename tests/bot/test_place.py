"""A place is taken by one program of a kind, and by none while a change of it is unfinished."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.checkup import of_the_files
from bot.place import BACKUP_LOCK, DESK_LOCK, RESTORING, RUN_LOCK, UnfinishedError, in_use
from referrals.database import UnreachableDatabaseError
from referrals.occupied import OccupiedError

KEY = "naru_casebook_key"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A data directory with a folder for keys."""
    (tmp_path / "keys").mkdir(mode=0o700)
    tmp_path.chmod(0o700)
    return tmp_path


def test_a_second_program_of_a_kind_is_refused_and_another_kind_is_not(place: Path) -> None:
    """The bot and the desk work side by side; what needs both to be stopped is refused by either."""
    with in_use(place, [RUN_LOCK], [KEY]):
        with in_use(place, [DESK_LOCK], [KEY]):
            pass
        with pytest.raises(OccupiedError, match=r"run\.lock"), in_use(place, [RUN_LOCK], [KEY]):
            pytest.fail("two bots")
        with pytest.raises(OccupiedError), in_use(place, [DESK_LOCK, RUN_LOCK], []):
            pytest.fail("a change beside the bot")
        with in_use(place, [DESK_LOCK], []):
            pass  # what was taken before the refusal was let go of
    with in_use(place, [RUN_LOCK, DESK_LOCK, BACKUP_LOCK], [KEY]):
        pass


def test_a_killed_program_leaves_the_place_free(place: Path) -> None:
    """Its lock's file stays, and nobody holds it."""
    code = "import os, sys; from pathlib import Path; from bot.place import in_use\n"
    code += "with in_use(Path(sys.argv[1]), ['run.lock'], []): os.kill(os.getpid(), 9)"
    assert subprocess.run([sys.executable, "-c", code, str(place)], check=False).returncode == -9
    assert (place / RUN_LOCK).exists()
    with in_use(place, [RUN_LOCK], []):
        pass


def test_an_unfinished_change_is_told_with_what_to_do(place: Path) -> None:
    """Of a key that is needed, and of a restore; a key of another database is no hindrance."""
    (place / "keys" / f"{KEY}.next").write_bytes(b"x" * 32)
    with pytest.raises(UnfinishedError, match=f"naru rekey {KEY}"), in_use(place, [RUN_LOCK], [KEY]):
        pytest.fail("started")
    with in_use(place, [RUN_LOCK], ["naru_desk_key"]):
        pass
    (place / RESTORING).mkdir()
    with pytest.raises(UnfinishedError, match="restore"), in_use(place, [RUN_LOCK], []):
        pytest.fail("started")


def test_a_folder_that_can_not_be_written_is_told(tmp_path: Path) -> None:
    """One clear error, with the path."""
    with pytest.raises(UnreachableDatabaseError, match=r"run\.lock"), in_use(tmp_path / "gone", [RUN_LOCK], []):
        pytest.fail("started")


def test_locks_are_their_owners_alone(place: Path) -> None:
    """`naru doctor` finds nothing to say of them."""
    with in_use(place, [RUN_LOCK, DESK_LOCK, BACKUP_LOCK], []):
        assert [each.what for each in of_the_files(place, place / "none", given=False) if each.weight == "bad"] == []
