"""`naru backup`, `restore`, `restored` and `rekey`: the whole round, every refusal, and a kill at any step of each."""

import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import store
from bot.__main__ import cli
from bot.commands.running import made_place
from bot.place import RESTORING, in_use
from bot.restoring import KEPT
from bot.settings import DESK_KEY
from referrals import backups, casebook, tombstones
from referrals.casebook import KEEP_DAYS, Casebook, hour
from referrals.database import Connection, damages, open_database
from referrals.desk.store import DeskStore
from referrals.key_file import read_key_file
from referrals.sealing import new_identity
from referrals.secret import Secret
from tests.conftest import LONG
from tests.filed import DAY, FIRST, SECOND, alone, card, erasure, routing, rows, states, withdrawal
from tests.invoked import invoked

OPERATOR, STRANGER = new_identity(b"\x07" * 32), new_identity(b"\x08" * 32)
THIRD_CASE, THIRD_VERIFIER = "3c" * 16, "4d" * 32
DATABASES = {"casebook.db", "conversations.db", "desk.db"}
STEPS = 10_000 if LONG else 12  # kills of each command, at most
_LAST = 10  # steps
SEED = int(os.environ.get("NARU_TEST_SEED", "0")) or random.SystemRandom().randrange(1, 1_000_000)


class Machine:
    """An operator's disk: a place with cases, backups, the second place, and a place to restore into."""

    def __init__(self, folder: Path) -> None:
        """Make it all."""
        self.folder, self.now = folder, int(time.time())
        self.place, self.new = folder / "data", folder / "new"
        self.backups, self.second = folder / "backups", folder / "second"
        made_place(self.place)
        made_place(self.new, databases=False)
        self.second.mkdir()
        (folder / "operators.txt").write_text(f"# fictional operators\n{OPERATOR.recipient}\n", "ascii")
        (folder / "identity.txt").write_text(f"{OPERATOR.secret.reveal()}\n", "ascii")
        (folder / "stranger.txt").write_text(f"{STRANGER.secret.reveal()}\n", "ascii")
        tombstones.write(self.second, [], datetime.fromtimestamp(self.now - DAY, UTC))

    def book(self, place: Path) -> Casebook:
        """The casebook of a place, to be closed."""
        return Casebook.opened(place / "casebook.db", read_key_file(place / "keys" / "naru_casebook_key"))

    def filled(self) -> None:
        """Two people: one with a referral and a card, one with a single referral."""
        times = {"created": hour(self.now), "expires": hour(self.now + KEEP_DAYS * DAY)}
        book = self.book(self.place)
        book.receive(alone(FIRST, **times), b"sealed", self.now)
        book.receive(card(self.now), b"card" * 20, self.now)
        other = {"case_id": THIRD_CASE, "verifier": THIRD_VERIFIER}
        book.receive(alone(SECOND, **times, **other), b"sealed", self.now)
        book.close()

    def erased(self) -> None:
        """After the backup she takes one back, the other erases all; it is carried to the second place."""
        book = self.book(self.place)
        book.receive(withdrawal(FIRST, self.now), b"back", self.now)
        book.receive(erasure(THIRD_CASE), None, self.now)
        tombstones.write(self.second, book.erasures(), datetime.fromtimestamp(self.now, UTC))
        book.close()

    def naru(self, *arguments: str, place: Path | None = None) -> tuple[int, str]:
        """Run a command in a place; exit code and all that it said."""
        ended = invoked(*arguments, NARU_DATA_DIR=str(place or self.place))
        return ended.exit_code, ended.output

    def back_up(self) -> tuple[int, str]:
        """`naru backup`."""
        return self.naru("backup", str(self.backups), "--recipients", str(self.folder / "operators.txt"))

    def restore_arguments(self, *options: str, identity: str = "identity.txt") -> tuple[str, ...]:
        """What `naru restore` is given; with the tombstones unless `options` says otherwise."""
        (made,) = backups.kept(self.backups)
        given = options or ("--tombstones", str(self.second))
        return ("restore", str(made.path), "--identity", str(self.folder / identity), *given)

    def restore(self, *options: str, identity: str = "identity.txt") -> tuple[int, str]:
        """`naru restore` into the new place."""
        return self.naru(*self.restore_arguments(*options, identity=identity), place=self.new)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine with two cases in its casebook."""
    found = Machine(tmp_path)
    found.filled()
    return found


def _one_line(ended: tuple[int, str], *told: str) -> None:
    code, said = ended
    assert code == 1
    assert said.startswith("naru: ")
    assert said.count("\n") == 1
    for each in told:
        assert each in said


def test_a_backup_comes_back_and_what_was_erased_since_does_not(machine: Machine) -> None:
    """The whole round: made, erased since, restored elsewhere under other keys, and nothing of it is back."""
    code, said = machine.back_up()
    assert (code, "Made" in said) == (0, True), said
    machine.erased()
    code, said = machine.restore()
    assert code == 0, said
    assert "Nothing was sent" in said
    assert {path.name for path in machine.new.glob("*.db")} == DATABASES
    assert not (machine.new / RESTORING).exists()
    book = machine.book(machine.new)
    assert states(book) == ["withdrawn"]
    assert states(book, THIRD_VERIFIER) == []
    assert [kind for (kind,) in rows(book, "SELECT partner FROM referrals WHERE state = 'delivered'")] == ["partner-2"]
    assert book.sealed(FIRST) == []
    assert book.news() == []
    book.close()


def test_without_the_tombstones_each_is_shown_once_somebody_says_so(machine: Machine) -> None:
    """The queue is empty; `naru restored` lists what is hidden and shows a partner its own; her code shows her hers."""
    machine.back_up()
    code, said = machine.restore("--without-tombstones")
    assert code == 0, said
    assert "until the person returns" in said
    book = machine.book(machine.new)
    assert book.waiting() == []
    assert machine.naru("restored", place=machine.new) == (
        0, "Hidden: 1 referrals of partner-1.\nHidden: 1 referrals of partner-2.\n",
    )  # fmt: skip
    code, said = machine.naru("restored", "--partner", "partner-2", place=machine.new)
    assert (code, said) == (0, "1 referrals are shown to this partner again.\nHidden: 1 referrals of partner-1.\n")
    assert [each.referral_id for each in book.waiting()] == [SECOND]
    assert states(book) == ["delivered"]
    assert machine.naru("restored", place=machine.new) == (0, "No referral is hidden.\n")
    book.close()


def test_a_backup_never_holds_conversations(machine: Machine) -> None:
    """No file of it is one, whatever it is called; the place that is made from it has none in hers."""
    marker = "fictional mark 7f3a"
    key = read_key_file(machine.place / "keys" / "naru_conversations_key")
    connection = open_database(machine.place / "conversations.db", key, store.migrations())
    connection.execute("INSERT INTO alarms VALUES (?, 1, 1)", (marker,))
    connection.close()
    machine.back_up()
    (made,) = backups.kept(machine.backups)
    assert sorted(path.name for path in made.path.iterdir()) == ["casebook.db", "contents.age", "desk.db"]
    now = datetime.fromtimestamp(machine.now, UTC)
    for part in backups.opened(made.path, OPERATOR.secret, now).parts:
        copy = open_database(made.path / part.name, Secret(bytes.fromhex(part.key)), KEPT[part.name]())
        names = {row[0] for row in copy.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()}
        assert not names & {"conversations", "paused", "outbox", "handles", "alarms"}
        copy.close()


def test_sessions_and_links_of_before_open_nothing(machine: Machine) -> None:
    """Whoever has an old cookie or an old invitation is outside; an account is still there."""
    key = read_key_file(machine.place / "keys" / DESK_KEY)
    desk = DeskStore.opened(machine.place / "desk.db", key)
    with desk.transaction() as db:
        db.execute("INSERT INTO accounts VALUES (?, 'Ada', 'partner-1', 'caseworker', 'en', 1, NULL)", ("a" * 32,))
        db.execute("INSERT INTO sessions VALUES (?, ?, 'phrase', ?, ?)", ("5" * 64, "a" * 32, machine.now, machine.now))
        db.execute(
            "INSERT INTO invitations VALUES (?, ?, NULL, 'Bo', NULL, 'operator', NULL, NULL, 0, ?, ?)",
            ("6" * 64, "7" * 32, machine.now, machine.now + DAY),
        )
    desk.close()
    machine.back_up()
    assert machine.restore()[0] == 0
    back = DeskStore.opened(machine.new / "desk.db", read_key_file(machine.new / "keys" / DESK_KEY))
    counts = [
        back.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608  # ours
        for table in ("accounts", "sessions", "invitations")
    ]
    back.close()
    assert counts == [1, 0, 0]


def test_no_mail_goes_out_for_what_was_known(machine: Machine) -> None:
    """An urgent referral, late by now, and the day's digest: both count as told, and no mail waits."""
    hours_ago = machine.now - 5 * 3_600
    times = {"created": hour(hours_ago), "expires": hour(hours_ago + KEEP_DAYS * DAY)}
    book = machine.book(machine.place)
    book.receive(routing("7" * 32, position=0, partner="partner-1", packet_id="77" * 16, **times), b"s", hours_ago)
    book.close()
    desk = DeskStore.opened(machine.place / "desk.db", read_key_file(machine.place / "keys" / DESK_KEY))
    with desk.transaction() as db:
        db.execute("INSERT INTO accounts VALUES (?, 'Ada', 'partner-1', 'caseworker', 'en', 1, NULL)", ("a" * 32,))
        db.execute(
            "INSERT INTO notice_boxes (account, address, since, slot) VALUES (?, 'fictional@example.org', 1, 1)",
            ("a" * 32,),
        )
    desk.close()
    machine.back_up()
    assert machine.restore()[0] == 0
    back = DeskStore.opened(machine.new / "desk.db", read_key_file(machine.new / "keys" / DESK_KEY))
    assert back.db.execute("SELECT count(*) FROM notice_mails").fetchone() == (0,)
    assert back.db.execute("SELECT count(*) > 0 FROM notice_told WHERE item = ?", ("7" * 32,)).fetchone() == (1,)
    back.close()


# --- refusals ---


def test_a_stranger_restores_nothing(machine: Machine) -> None:
    """Another identity opens no backup; one line says so, and the place stays empty."""
    machine.back_up()
    _one_line(machine.restore(identity="stranger.txt"), "can't be opened")
    assert list(machine.new.glob("*.db")) == []
    assert not (machine.new / RESTORING).exists()


def test_a_backup_that_is_too_old_is_refused(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seven days after it was made, for what it holds had to be erased."""
    machine.back_up()
    clock = time.time
    monkeypatch.setattr(time, "time", lambda: clock() + 7 * DAY + 2)
    _one_line(machine.restore(), "older than 7 days")


@pytest.mark.parametrize("options", [(), ("--tombstones", "x", "--without-tombstones")])
def test_it_must_be_said_whether_the_tombstones_are_there(machine: Machine, options: tuple[str, ...]) -> None:
    """Neither is taken for granted."""
    machine.back_up()
    (made,) = backups.kept(machine.backups)
    identity = str(machine.folder / "identity.txt")
    _one_line(
        machine.naru("restore", str(made.path), "--identity", identity, *options, place=machine.new),
        "--without-tombstones",
    )


def test_a_second_place_that_knows_too_little_is_refused(machine: Machine) -> None:
    """An empty folder is not one in which nothing was erased."""
    machine.back_up()
    (machine.folder / "empty").mkdir()
    _one_line(machine.restore("--tombstones", str(machine.folder / "empty")), "does not reach back to the backup")
    assert list(machine.new.glob("*.db")) == []


def test_a_place_with_databases_is_never_restored_over(machine: Machine) -> None:
    """Not even by one that has the same cases."""
    machine.back_up()
    before = (machine.place / "casebook.db").read_bytes()
    _one_line(machine.naru(*machine.restore_arguments(), place=machine.place), "casebook.db", "nothing was changed")
    assert (machine.place / "casebook.db").read_bytes() == before


def test_while_a_program_runs_neither_restore_nor_rekey_begins(machine: Machine) -> None:
    """Bot or desk: either holds the place. A backup is made beside both."""
    assert machine.back_up()[0] == 0
    for lock in ("run.lock", "desk.lock"):
        with in_use(machine.new, [lock], []):
            _one_line(machine.restore(), "Another program")
        with in_use(machine.place, [lock], []):
            _one_line(machine.naru("rekey", "naru_casebook_key"), "Another program")
    with in_use(machine.place, ["run.lock"], []), in_use(machine.place, ["desk.lock"], []):
        shutil.rmtree(machine.backups)
        assert machine.back_up()[0] == 0


def test_no_program_starts_on_what_is_unfinished(machine: Machine) -> None:
    """A cut-off restore, a cut-off change of a key: run, desk, backup and restored each say what to do."""
    (machine.place / "keys" / "naru_casebook_key.next").write_bytes(b"x" * 32)
    for command in (("run",), ("desk", "--port", "0"), ("restored",)):
        code, said = machine.naru(*command)
        assert (code, "naru rekey naru_casebook_key" in said) == (1, True), said
    (machine.place / "keys" / "naru_casebook_key.next").unlink()
    (machine.place / RESTORING).mkdir()
    for command in (("run",), ("desk", "--port", "0"), ("restored",)):
        code, said = machine.naru(*command)
        assert (code, "naru restore" in said) == (1, True), said


def test_a_file_of_recipients_without_any_is_refused(machine: Machine) -> None:
    """An empty one, a missing one, and one with something else in it."""
    for text, told in (("# nobody\n", "names no recipient"), ("fictional\n", "")):
        (machine.folder / "operators.txt").write_text(text, "ascii")
        _one_line(machine.back_up(), told)
    (machine.folder / "operators.txt").unlink()
    _one_line(machine.back_up(), "can't be read")
    assert backups.kept(machine.backups) == []


def test_a_key_is_changed_and_all_is_there(machine: Machine) -> None:
    """Each database in turn; what is no key of a database is refused."""
    for name in ("naru_conversations_key", "naru_casebook_key", DESK_KEY):
        before = read_key_file(machine.place / "keys" / name)
        code, said = machine.naru("rekey", name)
        assert code == 0, said
        assert read_key_file(machine.place / "keys" / name) != before
    book = machine.book(machine.place)
    assert states(book) == ["delivered"]
    book.close()
    _one_line(machine.naru("rekey", "naru_pepper"), "no database under this key")


# --- killed at any step ---


def _killed(step: int, machine: Machine, place: Path, arguments: tuple[str, ...]) -> int | None:
    """Run a command in a child that is killed before its n-th step; how it ended, -9 when killed. With 0, how many steps it has."""
    counted = machine.folder / "counted"
    child = os.fork()
    if child == 0:
        _be_killed(step, str(machine.folder), counted, place, arguments)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) if step else int(counted.read_text("ascii"))


def _be_killed(step: int, folder: str, counted: Path, place: Path, arguments: tuple[str, ...]) -> None:
    """A step is a statement of SQL, or whatever the kernel is asked to do to a file or folder of this machine."""
    taken = 0

    def count() -> None:
        nonlocal taken
        taken += 1
        if taken == step:
            os.kill(os.getpid(), signal.SIGKILL)

    def heard(event: str, given: tuple[object, ...]) -> None:
        if event in {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir"} and str(given[0]).startswith(folder):
            count()

    execute = Connection.execute

    def executed(self: Connection, *given: object) -> object:
        count()
        return execute(self, *given)  # type: ignore[arg-type]

    code = 1
    try:
        silence = os.open(os.devnull, os.O_RDWR)
        for stream in (1, 2):
            os.dup2(silence, stream)
        os.environ["NARU_DATA_DIR"] = str(place)
        Connection.execute = executed  # type: ignore[method-assign, assignment]
        sys.addaudithook(heard)
        with suppress(SystemExit):
            cli(arguments)
        code, total = 0, taken
        counted.write_text(str(total), "ascii")
    finally:
        os._exit(code)


def _steps(machine: Machine, place: Path, arguments: tuple[str, ...], after: Callable[[], None]) -> list[int]:
    """Which steps of a command to kill it at; the command has run once, and `after` has undone that."""
    total = _killed(0, machine, place, arguments)
    assert total is not None
    assert total > 20
    after()
    chance = random.Random(SEED)
    # The last ones always: there is what was made ready takes the old one's place.
    return sorted({*chance.sample(range(1, total + 1), min(STEPS, total)), *range(total - _LAST, total + 1)})


def test_a_backup_that_is_killed_leaves_none_that_is_not_whole(machine: Machine) -> None:
    """Whatever the step: each backup that is there opens, and the next one is made and sweeps up."""
    arguments = ("backup", str(machine.backups), "--recipients", str(machine.folder / "operators.txt"))

    def swept() -> None:
        shutil.rmtree(machine.backups, ignore_errors=True)

    for step in _steps(machine, machine.place, arguments, swept):
        assert _killed(step, machine, machine.place, arguments) == -signal.SIGKILL, step
        _all_open(machine)
        if backups.kept(machine.backups):
            swept()  # the next would have the same name within this second
        assert machine.back_up()[0] == 0, (SEED, step)
        _all_open(machine)
        assert [path.name for path in machine.backups.iterdir() if path.name.startswith(".")] == []
        swept()


def _all_open(machine: Machine) -> None:
    now = datetime.fromtimestamp(time.time(), UTC)
    for each in backups.kept(machine.backups):
        assert len(backups.opened(each.path, OPERATOR.secret, now).parts) == 2


def test_a_restore_that_is_killed_is_finished_or_begun_anew(machine: Machine) -> None:
    """Whatever the step: no program takes the place half restored, the same command brings it back, and nothing erased is in it."""
    machine.back_up()
    machine.erased()
    arguments = machine.restore_arguments()

    def emptied() -> None:
        for path in (*machine.new.glob("*.db*"), machine.new / RESTORING):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)

    for step in _steps(machine, machine.new, arguments, emptied):
        assert _killed(step, machine, machine.new, arguments) == -signal.SIGKILL, step
        there = {path.name for path in machine.new.glob("*.db")}
        if (machine.new / RESTORING).exists():
            code, said = machine.naru("restored", place=machine.new)
            assert (code, "cut off" in said) == (1, True), (SEED, step)
        else:
            assert there in (set(), DATABASES), (SEED, step)
        code, said = machine.restore()
        assert code == 0 or (there == DATABASES and "nothing was changed" in said), (SEED, step, said)
        assert not (machine.new / RESTORING).exists()
        book = machine.book(machine.new)
        assert states(book) == ["withdrawn"], (SEED, step)
        assert states(book, THIRD_VERIFIER) == [], (SEED, step)
        assert damages(book._db) == 0
        book.close()
        emptied()


def test_a_rekey_that_is_killed_is_finished_by_the_same_command(machine: Machine) -> None:
    """Whatever the step: the database opens with the key beside it afterwards, with every row, and nothing is left."""
    arguments = ("rekey", "naru_casebook_key")
    for step in _steps(machine, machine.place, arguments, lambda: None):
        assert _killed(step, machine, machine.place, arguments) == -signal.SIGKILL, step
        code, said = machine.naru(*arguments)
        assert code == 0, (SEED, step, said)
        left = [path.name for path in machine.place.rglob("*.next*")]
        assert left == [], (SEED, step)
        key = read_key_file(machine.place / "keys" / "naru_casebook_key")
        connection = open_database(machine.place / "casebook.db", key, casebook.migrations())
        assert connection.execute("SELECT count(*) FROM referrals").fetchone() == (2,)
        assert damages(connection) == 0
        connection.close()
