"""What `naru doctor` looks at: each look gives findings, a line of what is so and what to do. Nothing is changed by it.

No finding names a person, a case or a partner, or holds a key.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bot import machine, store
from bot.place import cut_off
from bot.settings import DESK_KEY
from referrals import casebook
from referrals.casebook import Casebook
from referrals.database import DatabaseError, damages, open_database
from referrals.desk import store as desk_store
from referrals.key_file import KeyFileError
from referrals.rekeying import unfinished
from referrals.secret import Secret

Weight = Literal["good", "look", "bad"]

_HOUR, _DAY = 3_600, 86_400  # seconds
_LITTLE_DISK = 500 * 1024 * 1024  # bytes: a day of a busy bot, its logs and a backup are far below
_LIST_SEEN = 10 * 60  # seconds; the bot looks every half minute
_LIST_SOON = 4 * _DAY  # before the list ends, two operators must have signed a new one
_OUTBOX_OLD = 15 * 60  # seconds a job may be overdue before somebody should look
CREDENTIALS = Path("/etc/credstore.encrypted")  # where systemd looks for encrypted credentials (systemd.exec(5))

_DATABASES: Mapping[str, tuple[str, Callable[[], Sequence[str]]]] = {
    "conversations.db": ("naru_conversations_key", store.migrations),
    "casebook.db": ("naru_casebook_key", casebook.migrations),
    "desk.db": (DESK_KEY, desk_store.migrations),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    weight: Weight
    what: str  # a sentence
    do: str = ""  # what to do, where there is something


def of_databases(data_dir: Path, key_of: Callable[[str], Secret[bytes]]) -> Iterator[Finding]:
    """Every page and every reference of each database; a change of a key, or a restore, that was cut off."""
    if cut_off(data_dir):
        yield Finding("bad", "A restore was cut off.", "Give the same `naru restore` again.")
    for name, (key_name, migrations) in _DATABASES.items():
        if unfinished(data_dir / "keys" / key_name):
            yield Finding("bad", f"A change of {key_name} was cut off.", f"Stop Naru, then: naru rekey {key_name}")
        try:
            connection = open_database(data_dir / name, key_of(key_name), migrations())
            try:
                found = damages(connection)
            finally:
                connection.close()
        except (DatabaseError, KeyFileError) as error:
            yield Finding("bad", f"{name} can't be used.", str(error))
            continue
        if found:
            yield Finding(
                "bad", f"{name}: {found} faults.", "Stop Naru, keep a copy, check the disk, restore a backup."
            )
        else:
            yield Finding("good", f"{name}: whole.")


def of_the_list(found: Casebook, now: int) -> Iterator[Finding]:
    """The signed partner list as the bot saw it last."""
    state = found.list_state()
    if state is None:
        yield Finding("look", "The bot has not looked at a partner list yet.", "Start it: naru run")
        return
    if now - state.seen > _LIST_SEEN:
        yield Finding("bad", f"The bot last looked at its list {_ago(now - state.seen)} ago.", "Is naru run running?")
    left = state.expires - now
    if state.standing != "good" or left <= 0:
        yield Finding("bad", "The partner list is out of date: ordinary referrals wait.", "Two operators sign it anew.")
    elif left < _LIST_SOON:
        yield Finding("look", f"The partner list ends in {_ago(left)}.", "Two operators sign it anew before that.")
    else:
        yield Finding("good", f"Partner list: in date for another {_ago(left)}.")


def of_the_queue(found: Casebook, now: int) -> Iterator[Finding]:
    """What the bot has still to do, and what it could not handle."""
    pulses = found.pulses()
    if (oldest := pulses.get("outbox_oldest")) is None:
        yield Finding("look", "The bot has not told how it is yet.", "Start it: naru run")
        return
    if oldest.value and now - oldest.value > _OUTBOX_OLD:
        yield Finding(
            "bad", f"The oldest job waits for {_ago(now - oldest.value)}.", "Can Telegram be reached? See the log."
        )
    else:
        yield Finding("good", f"Queue: {pulses['outbox_depth'].value} jobs, none late.")
    if (aside := pulses.get("set_aside")) and aside.value:
        yield Finding(
            "look", f"{aside.value} updates could not be handled.", "A defect: tell the people who make Naru."
        )


def of_the_machine(data_dir: Path, root: Path, user: int) -> Iterator[Finding]:
    """Clock, disk, ports, memory that could reach the disk."""
    yield (
        Finding("good", "The clock is kept by a time service.")
        if machine.synchronized()
        else Finding(
            "look", "No time service keeps the clock.", "Switch one on: dates decide which list and code counts."
        )
    )
    free = machine.free_bytes(data_dir)
    yield (
        Finding("good", f"Disk: {free // 2**20} MiB free.")
        if free > _LITTLE_DISK
        else Finding("bad", f"Disk: only {free // 2**20} MiB free.", "Free some space before it is full.")
    )
    if machine.swaps(root):
        yield Finding(
            "bad", "Swap is on: keys may be written to the disk.", "swapoff -a, and take it out of /etc/fstab."
        )
    if machine.dumps_core(root):
        yield Finding(
            "bad", "A crash could write memory to the disk.", "Run it by the units in deploy/, or: ulimit -c 0"
        )
    for port in machine.ports(root, user):
        if port.everywhere:
            yield Finding(
                "bad",
                f"Port {port.number} is open to the whole network.",
                "Naru listens on loopback only: whose is it?",
            )


def of_the_files(data_dir: Path, credentials: Path, given: bool) -> Iterator[Finding]:
    """Who may read what, and what guards the keys. `given`: systemd gave them to this process."""
    for path in machine.exposed(data_dir):
        yield Finding("bad", f"Others may read {path}.", f"chmod go= {path}")
    guards = {machine.guard(path) for path in credentials.glob("naru_*")} if credentials.is_dir() else set()
    if guards == {"tpm"}:
        yield Finding("good", "Keys: guarded by this machine's TPM. The disk alone opens nothing.")
    elif given or guards:
        yield Finding(
            "look", "Keys: under a key on the same disk. Who takes the disk has them.", "See SECURITY.md, seizure."
        )
    else:
        yield Finding("look", "Keys: files on this disk. Who takes the disk has them.", "See SECURITY.md, seizure.")


def _ago(seconds: int) -> str:
    """A time in words, in the largest unit that fits."""
    for unit, name in ((_DAY, "days"), (_HOUR, "hours")):
        if seconds >= 2 * unit:
            return f"{seconds // unit} {name}"
    return f"{max(0, seconds) // 60} minutes"
