"""What the bot keeps on disk: sealed, its own, and refused when it isn't."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from referrals.publishing import errors
from referrals.publishing.memory import Memory
from referrals.publishing.verified import State, Suspended
from tests.referrals.publishing.ceremony import NOW, bot, stream

STATE = State(
    {"a" * 64: 0, "b" * 80: 1_930_000_000},
    (Suspended("1" * 16, "kim", "partner", "zq-subject"),),
    {"targets": 3},
    {"targets": 1_940_000_000},
    "key",
    "c" * 64,
)


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    """An empty memory."""
    return Memory(tmp_path / "state", bot().secret, stream("memory"))


def test_what_was_kept_comes_back(memory: Memory) -> None:
    """And nothing comes back where nothing was kept."""
    assert (memory.state(), memory.latest()) == (None, None)

    memory.keep_state(STATE)
    memory.keep_latest(NOW)

    assert (memory.state(), memory.latest()) == (STATE, datetime.fromtimestamp(int(NOW.timestamp()), UTC))


def test_nothing_of_the_state_stands_in_the_file(memory: Memory) -> None:
    """Not even which operator suspended."""
    memory.keep_state(STATE)
    content = (memory.folder / "state.age").read_bytes()

    assert not any(each in content for each in (b"zq-subject", b"kim", b"a" * 64))


@pytest.mark.parametrize("change", [lambda content: content[:-1], lambda _: b"", lambda content: content[:-1] + b"x"])
def test_a_damaged_state_is_not_a_missing_one(memory: Memory, change: object) -> None:
    """Or damaging it would make the bot forget."""
    memory.keep_state(STATE)
    path = memory.folder / "state.age"
    assert callable(change)
    path.write_bytes(change(path.read_bytes()))

    with pytest.raises(errors.StateDamagedError):
        memory.state()
    (memory.folder / "clock").write_text("soon")
    with pytest.raises(errors.StateDamagedError):
        memory.latest()


def test_a_list_that_is_gone_or_damaged_is_not_given_out(memory: Memory) -> None:
    """It is fetched again; the others are removed once there is a newer one."""
    assert memory.partners(STATE) is None
    memory.keep_partners(STATE.partners_hash, b"not what has this hash")
    assert memory.partners(STATE) is None

    memory.keep_partners("d" * 64, b"newer")
    memory.forget_others("d" * 64)
    assert [path.name for path in memory.folder.glob("partners-*")] == ["partners-" + "d" * 64]


def test_of_a_failed_try_only_verified_roots_are_kept(memory: Memory, tmp_path: Path) -> None:
    """A root may have revoked a key; the rest is taken over only as a whole."""
    (tmp_path / "try" / "root_history").mkdir(parents=True)
    for name in ("root_history/2.root.json", "timestamp.json"):
        (tmp_path / "try" / name).write_text(name)

    memory.keep_metadata(tmp_path / "try", roots_only=True)
    assert sorted(path.name for path in memory.metadata.rglob("*.json")) == ["2.root.json"]
    memory.keep_metadata(tmp_path / "try", roots_only=False)
    assert sorted(path.name for path in memory.metadata.rglob("*.json")) == ["2.root.json", "timestamp.json"]
