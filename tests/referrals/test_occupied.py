"""A place has one program of a kind at a time, whatever became of the one before."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from referrals.occupied import OccupiedError, occupied

_HOLD = (
    "import sys, time; from pathlib import Path; from referrals.occupied import occupied\n"
    "with occupied(Path(sys.argv[1])):\n    print('held', flush=True); time.sleep(60)\n"
)


def test_a_second_program_is_refused_until_the_first_is_gone(tmp_path: Path) -> None:
    """The error names the file and what to do; afterwards the place is free again."""
    with occupied(tmp_path / "bot.lock"):
        with pytest.raises(OccupiedError, match=r"bot\.lock.*End it first"), occupied(tmp_path / "bot.lock"):
            pass
        with occupied(tmp_path / "desk.lock"):  # another kind of program may work there
            pass
    with occupied(tmp_path / "bot.lock"):
        pass


def test_a_program_that_was_killed_leaves_the_place_free(tmp_path: Path) -> None:
    """The lock is the kernel's: no stale file keeps the next start out after a crash."""
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(tmp_path / "bot.lock")], stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(OccupiedError), occupied(tmp_path / "bot.lock"):
            pass
    finally:
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        assert holder.stdout is not None
        holder.stdout.close()
    with occupied(tmp_path / "bot.lock"):
        pass
