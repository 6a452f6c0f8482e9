"""The retention table (domain.md 5.3, with design.md, decision 11), row by row, with a clock that is moved.

Each begins with something a person or a caseworker did on the real loop, and looks on both sides of the limit. Not here, for they are
not built: replies, the audit of staff, backups (SECURITY.md says so).
"""

from pathlib import Path

import pytest

from bot.dialogue.conversation import NOBODY
from tests.bot.handed import enter, handed_over
from tests.bot.rig import URGENT, Rig
from tests.fakes import HER
from tests.pages import Mark
from tests.promises.lives import CONTACT, DAY, HOUR, MINUTE, at_contact, daily, found, later, raw

UNKNOWN = "1234567890123452"


async def rows(rig: Rig, table: str) -> int:
    """How many rows a table of conversations.db has."""
    return int((await rig.rows(f"SELECT count(*) FROM {table}"))[0][0])  # noqa: S608  # a test's own word


@pytest.mark.parametrize(
    ("path", "seconds"),
    [(CONTACT, 600), (URGENT[:2], 180), (("lang_ko", "safe_alone", "ph_checked"), 180)],
    ids=["usual", "urgent", "checked"],
)
async def test_retention_of_an_idle_conversation(rig: Rig, path: tuple[str, ...], seconds: int) -> None:
    """Unfinished, on the screen: covered and erased after 10 idle minutes, 3 on the urgent path and on a phone that is looked through."""
    await rig.start()
    await rig.settle()
    await rig.tap(*path)
    await rig.settle()
    await later(rig, seconds - 2)
    assert await rows(rig, "conversations") == 1
    await later(rig, 3)
    assert await rows(rig, "conversations") == 0
    assert [screen for _, screen in rig.fake.ours(HER)] == [rig.front]


@pytest.mark.parametrize("away", ["nav.wipe", "safe_no"])
async def test_retention_of_a_wiped_conversation(rig: Rig, tmp_path: Path, away: str) -> None:
    """Wiped, or not safe: erased at once, and once the log is folded no page holds it."""
    marks: dict[str, Mark] = {"state": '"place":"q', "language": "ko_CN"}
    await rig.start()
    await rig.settle()
    await rig.tap(*(("lang_ko",) if away == "safe_no" else CONTACT))
    await rig.settle()
    assert found(tmp_path, marks) == set(marks)
    await rig.tap(away)
    assert await rows(rig, "conversations") == 0
    await later(rig, 1)
    assert found(tmp_path, marks) == set()


@pytest.mark.parametrize(
    ("path", "hours"), [(CONTACT, 24), ((*CONTACT, "c_return"), 72)], ids=["unfinished", "finished"]
)
async def test_retention_of_a_paused_conversation(rig: Rig, path: tuple[str, ...], hours: int) -> None:
    """Put aside unfinished: 24 hours; finished and not sent: 72; afterwards its code opens nothing."""
    await at_contact(rig, *path[len(CONTACT) :])
    await rig.tap("nav.pause")
    code = (await rig.conversation()).fresh_code
    assert code is not None
    await later(rig, hours * HOUR - 10 * MINUTE)
    assert await rows(rig, "paused") == 1
    await later(rig, 10 * MINUTE + 1)
    assert await rows(rig, "paused") == 0
    await enter(rig, code)
    assert (await rig.conversation()).note == "note.code_wrong"


async def test_retention_of_a_paused_conversation_holds_between_two_looks(rig: Rig) -> None:
    """Past its hours the code opens nothing even before anybody looked for what is past its time."""
    await at_contact(rig)
    await rig.tap("nav.pause")
    code = (await rig.conversation()).fresh_code
    assert code is not None
    rig.clock.now += 24 * HOUR + 1
    await enter(rig, code)
    assert (await rig.conversation()).note == "note.code_wrong"


async def test_retention_of_the_delivery_handle(rig: Rig) -> None:
    """The one row that joins chat and case: 14 days after her last action, and a return begins them anew; a wipe erases it at once."""
    await at_contact(rig, "c_any", "share_yes", chat=HER + 1)
    hers = await handed_over(rig)
    assert await rows(rig, "handles") == 2
    await rig.tap("nav.wipe", chat=HER + 1)
    await daily(rig, 13)
    assert await rows(rig, "handles") == 1
    await enter(rig, hers.code)
    await daily(rig, 13)
    assert await rows(rig, "handles") == 1
    await later(rig, DAY + 1)
    assert await rows(rig, "handles") == 0


async def test_retention_of_how_often_somebody_tried(rig: Rig, tmp_path: Path) -> None:
    """Counts of codes and searches under a daily key that nothing else uses: 48 hours, key and count; no chat id among them."""
    await enter(rig, UNKNOWN)
    await rig.tap("nav.wipe")
    await rig.settle()
    await later(rig, 1)
    assert await rows(rig, "tries") == 1
    assert found(tmp_path, {"chat": HER}) == set()
    assert not {bytes(row[0]) for row in await rig.rows("SELECT key FROM limit_keys")} & {
        bytes(row[0]) for row in await rig.rows("SELECT key FROM lookup_keys")
    }
    await later(rig, 24 * HOUR)
    assert (await rows(rig, "tries"), await rows(rig, "limit_keys")) == (1, 1)
    await later(rig, 24 * HOUR)
    assert (await rows(rig, "tries"), await rows(rig, "limit_keys")) == (0, 0)


async def test_retention_of_lookup_keys(rig: Rig) -> None:
    """The keys under which a chat is found: gone after 72 hours, so that two seizures further apart can't be joined."""
    await rig.start()
    (first,) = [bytes(row[0]) for row in await rig.rows("SELECT key FROM lookup_keys")]
    for day in range(4):
        assert (first in {bytes(row[0]) for row in await rig.rows("SELECT key FROM lookup_keys")}) == (day < 3)
        await later(rig, DAY)


async def test_retention_of_update_ids(rig: Rig) -> None:
    """Ids of updates, and of those set aside with kind and count only: 8 days."""
    await rig.start()
    await rig.intake.set_aside(9_999, 3)
    assert [row[1] for row in await rig.rows("PRAGMA table_info(set_aside)")] == ["update_id", "tries", "set_at"]
    await later(rig, 8 * DAY - HOUR)
    assert (await rows(rig, "seen_updates"), await rows(rig, "set_aside")) == (2, 1)
    await later(rig, 2 * HOUR)
    assert (await rows(rig, "seen_updates"), await rows(rig, "set_aside")) == (0, 0)


async def test_retention_of_update_bodies(rig: Rig, tmp_path: Path) -> None:
    """Of the body of an update, and of where it came from, nothing is kept at any time, not even while the conversation runs."""
    about = {"id": HER, "type": "private", "first_name": "Namemark77", "username": "loginmark77"}
    sender = about | {"language_code": "lang-mark-77", "is_premium": True}
    await raw(
        rig, "message", {"message_id": 901, "from": sender, "chat": about, "text": "/start payload_mark_77", "date": 1}
    )
    await rig.tap(*CONTACT[:5])
    await raw(
        rig, "message", {"message_id": 902, "from": sender, "chat": about, "text": "text mark 77 나루", "date": 1}
    )
    marks: dict[str, Mark] = {
        mark: mark for mark in ("Namemark77", "loginmark77", "lang-mark-77", "payload_mark_77", "text mark 77 나루")
    }
    assert found(tmp_path, marks) == set()
    assert found(tmp_path, {"chat": HER}) == {"chat"}  # what is looked for would be found


async def test_retention_of_message_ids(rig: Rig) -> None:
    """The id of a message: until it is deleted, which is done before Telegram's 48 hours end, also when nobody asked for it."""
    await at_contact(rig)
    message = (await rig.held() or pytest.fail("nothing is held")).message
    await later(rig, 11 * MINUTE)
    for passed in range(48):
        there = await rig.rows("SELECT 1 FROM outbox WHERE message = ?", message)
        assert bool(there) == (message in rig.fake.chats[HER]) == (passed < 47)
        await later(rig, HOUR)


async def test_retention_of_a_new_code(rig: Rig, tmp_path: Path) -> None:
    """The code stands in the conversation's row until the one screen that shows it is left, wiped or idle; then nowhere."""
    for leave in ("go_on", "nav.wipe", "idle"):
        await at_contact(rig, "c_return", "share_yes")
        code = (await rig.conversation()).fresh_code
        assert code is not None
        assert found(tmp_path, {"code": code}) == {"code"}
        if leave == "idle":
            rig.clock.now += 11 * MINUTE
        else:
            await rig.tap(leave)
        await later(rig, 1)
        assert found(tmp_path, {"code": code, "begun": code[:8]}) == set()
        await rig.start()


async def test_retention_of_digits_entered(rig: Rig) -> None:
    """Half a code on the keypad: 3 idle minutes."""
    await rig.start()
    await rig.settle()
    await rig.tap("lang_ko", "safe_alone", "code", *(f"key.{digit}" for digit in UNKNOWN[:8]))
    await later(rig, 178)
    assert (await rig.conversation()).digits == UNKNOWN[:8]
    await later(rig, 3)
    assert await rig.conversation() == NOBODY
