"""The casebook is written by the bot and by the desk at once: two processes, one file."""

import subprocess
import sys
from pathlib import Path

from referrals.casebook import KEEP_DAYS, Casebook, Conflict, Routing
from referrals.secret import Secret
from tools.words import ROOT

NOW = 1_795_500_000  # a Unix second in November 2026
KEY = bytes(range(32))
EACH = 100
SECONDS = 60  # to wait for the other process on a busy machine

_DESK = f"""
import sys
from pathlib import Path
from referrals.casebook import Casebook
from referrals.secret import Secret
book = Casebook.opened(Path(sys.argv[1]), Secret(bytes(range(32))))
print("open", flush=True)
left = {{f"{{number:032x}}" for number in range({EACH})}}
while left:
    for waiting in book.waiting():
        if waiting.referral_id in left:
            assert book.acknowledge(waiting.referral_id, {NOW}).state == "acknowledged"
            left.discard(waiting.referral_id)
book.close()
"""


def test_the_bot_files_while_the_desk_acknowledges(tmp_path: Path) -> None:
    """A hundred referrals filed by one process are acknowledged by another meanwhile; none is lost, locked out or doubled."""
    path = tmp_path / "casebook.db"
    book = Casebook.opened(path, Secret(KEY), create=True)
    desk = subprocess.Popen([sys.executable, "-c", _DESK, str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert desk.stdout is not None
        assert desk.stdout.readline() == "open\n"
        for number in range(EACH):
            identity = f"{number:032x}"
            routing = Routing(
                packet_id=identity, referral_id=identity, case_id=identity, verifier=identity * 2, kind="referral",
                partner="fictional", klass="now", position=0, created=NOW, expires=NOW + KEEP_DAYS * 86_400,
            )  # fmt: skip
            book.receive(routing, b"sealed", NOW)
            book.release(NOW)
        assert desk.wait(SECONDS) == 0
    finally:
        desk.kill()
        desk.communicate()
    waiting = book.waiting()
    assert [each.state for each in waiting] == ["acknowledged"] * EACH
    assert [each.packets for each in waiting] == [1] * EACH
    book.close()


_RIVAL = f"""
import sys
from pathlib import Path
from referrals.casebook import Casebook, Conflict
from referrals.secret import Secret
book = Casebook.opened(Path(sys.argv[1]), Secret(bytes(range(32))))
print("open", flush=True)
won = 0
for number in range({EACH}):
    try:
        book.decline(f"{{number:032x}}", "no_capacity", {NOW}, 1)
        won += 1
    except Conflict as conflict:
        assert conflict.state == "accepted"
print(won, flush=True)
book.close()
"""


def test_of_two_who_decide_at_once_one_decides(tmp_path: Path) -> None:
    """Two processes answer the same hundred referrals, each as it saw them: every one is answered once, the other gets a conflict."""
    path = tmp_path / "casebook.db"
    book = Casebook.opened(path, Secret(KEY), create=True)
    for number in range(EACH):
        identity = f"{number:032x}"
        routing = Routing(
            packet_id=identity, referral_id=identity, case_id=identity, verifier=identity * 2, kind="referral",
            partner="fictional", klass="normal", position=0, created=NOW, expires=NOW + KEEP_DAYS * 86_400,
        )  # fmt: skip
        book.receive(routing, b"sealed", NOW)
    rival = subprocess.Popen([sys.executable, "-c", _RIVAL, str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    won, conflicts = 0, list[str]()
    try:
        assert rival.stdout is not None
        assert rival.stdout.readline() == "open\n"
        for number in reversed(range(EACH)):
            try:
                book.accept(f"{number:032x}", NOW, 1)
                won += 1
            except Conflict as conflict:
                conflicts.append(conflict.state)
        lost = int(rival.stdout.readline())
        assert rival.wait(SECONDS) == 0
    finally:
        rival.kill()
        rival.communicate()
    states = [each.state for each in book.waiting()]
    assert (states.count("accepted"), states.count("declined")) == (won, lost)
    assert conflicts == ["declined"] * lost
    assert won + lost == EACH
    book.close()
