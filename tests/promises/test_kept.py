"""N3, N14, N16, N17 and N24: what is taken in, what is kept and for how long, and what can be learned from it."""

import logging
import random
from itertools import product
from pathlib import Path

import pytest

from bot.channels.telegram import parse
from bot.dialogue.conversation import NOBODY
from bot.dialogue.events import SentMedia
from bot.tallies import Tallies
from referrals.case_facts import NEEDS
from referrals.statistics import LANGUAGES, PLACES, URGENCIES, Cell, Facts, published, quarter_of
from tests.bot.handed import WORDS, enter, handed_over
from tests.bot.rig import KEYS, MEDIAN, Rig
from tests.fakes import HER
from tests.pages import Mark
from tests.person import questionnaire
from tests.promises.lives import DAY, HOUR, at_contact, found, later, raw
from tests.promises.said import everything
from tests.promises.test_source import called, sources
from tests.test_no_trace import in_text, loud_log

NAME, LOGIN, FILE, PLACE, NUMBER, TEXT = (
    "Fictional Namemark", "fictional_login_77", "AgACfictionalfile77", 43.1234567, "+85200007777", "fictional text mark 77 나루"
)  # fmt: skip
FETCHING = {
    "get_file",
    "download_to_drive",
    "download_to_memory",
    "download_as_bytearray",
}  # python-telegram-bot's ways to a file
MARKS: dict[str, Mark] = {
    "name": "Namemark", "login": LOGIN, "file": FILE, "place": "43.12345", "number": "85200007777", "text": TEXT,
    "language": "xx-fictional",
}  # fmt: skip
SENT: dict[str, object] = {
    "location": {"latitude": PLACE, "longitude": PLACE, "live_period": 900},
    "venue": {"location": {"latitude": PLACE, "longitude": PLACE}, "title": TEXT, "address": TEXT},
    "contact": {"phone_number": NUMBER, "first_name": NAME, "user_id": 77},
    "photo": [{"file_id": FILE, "file_unique_id": FILE, "width": 1, "height": 1}],
    **{
        kind: {"file_id": FILE, "file_unique_id": FILE}
        for kind in ("video", "voice", "audio", "document", "video_note", "sticker", "animation")
    },
}


def message(rig: Rig, number: int, **content: object) -> dict[str, object]:
    """A message of hers with everything around it that the messenger tells of her."""
    sender = {"id": HER, "first_name": NAME, "last_name": NAME, "username": LOGIN, "language_code": "xx-fictional"}
    rig.fake.chats[HER][number] = "hers"
    rig.fake.dates[HER, number] = int(rig.clock.now)
    return {
        "message_id": number,
        "from": sender,
        "chat": {"type": "private", **sender},
        "date": int(rig.clock.now),
        **content,
    }


@pytest.mark.parametrize("kind", SENT)
async def test_n03_what_she_sends_is_never_looked_at_and_is_deleted(rig: Rig, tmp_path: Path, kind: str) -> None:
    """N3: of a place, a contact, a photo, video, voice or document nothing comes further than the parser; it is deleted, the words too."""
    await rig.start()
    await rig.settle()
    await rig.tap(*MEDIAN[:6])
    incoming = parse({"update_id": 1, "message": message(rig, 501, **{kind: SENT[kind], "caption": TEXT})})
    assert incoming is not None
    assert incoming.event == SentMedia()

    for update in ("message", "edited_message"):
        await raw(rig, update, message(rig, 502, **{kind: SENT[kind], "caption": TEXT}))
        assert 502 not in rig.fake.chats[HER]
    assert (await rig.conversation()).place == "q8_with"
    assert found(tmp_path, MARKS) == set()
    assert {call for path in sources() for call in called(path)} & FETCHING == set()


async def test_n14_nothing_of_a_person_is_logged(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """N14: with every log at its loudest, through a conversation and every kind of failure, no text, id, name or message gets into it."""
    with loud_log() as (log, exceptions):
        await raw(rig, "message", message(rig, 601, text="/start"))
        await rig.tap(*MEDIAN, "share_yes")
        await raw(rig, "message", message(rig, 602, text=TEXT))
        rig.fake.fail("edit", RuntimeError(f"{TEXT} in chat {HER}"), ValueError(LOGIN))
        await rig.tap("go_on")
        await rig.settle()
        rig.clock.now += 400
        await rig.settle()

        async def failing(*_: object) -> None:
            raise ValueError(f"{NAME} {HER} {TEXT}")

        monkeypatch.setattr(rig.intake, "happen", failing)
        rig.clock.now += HOUR
        await rig.retention.once()
        logging.getLogger("httpx").warning("POST /bot%s/sendMessage chat_id=%s text=%s", KEYS.pepper, HER, TEXT)
        logging.getLogger("asyncio").error("a task of %s failed", NAME, exc_info=ValueError(TEXT))
        logging.getLogger("somebody.else").error("a row of %s", LOGIN)
    marks = MARKS | {"chat": str(HER), "code": (await rig.conversation()).fresh_code or "none"}

    assert log.getvalue().count("\n") > 5
    assert "retention.defect" in log.getvalue()
    assert in_text(log.getvalue(), marks) == []
    assert in_text("".join(exceptions.texts), marks) != []  # what was thrown did hold them


async def test_n16_nothing_outlives_its_time(rig: Rig, tmp_path: Path) -> None:
    """N16: of everything that can be kept of a person, no row is left 400 days later but counts; and there is no third file."""
    hers = await handed_over(rig, *WORDS)
    await later(rig, HOUR)
    await enter(rig, hers.code, "word.moon")
    screen = rig.screen(await rig.conversation())
    await rig.tap(next(choice.option for row in screen.rows for choice in row if choice.option.startswith("ref.")))
    await rig.settle()
    await at_contact(rig, chat=HER + 1)
    await rig.tap("nav.pause", chat=HER + 1)
    await enter(rig, "1234567890123452", chat=HER + 2)
    await rig.intake.set_aside(9_999_999, 3)
    await rig.settle()
    kept = await filled(rig)
    assert {
        "conversations",
        "paused",
        "handles",
        "tries",
        "seen_updates",
        "set_aside",
        "cases",
        "referrals",
        "packets",
        "cards",
        "consents",
    } <= kept

    for _ in range(400):
        await later(rig, DAY)

    assert await filled(rig) <= {"alarms", "tallies", "feedback"}
    names = [path.name for path in tmp_path.iterdir()]  # noqa: ASYNC240  # nothing waits for it
    assert {name.partition(".db")[0] for name in names} == {"conversations", "casebook"}
    assert {name.partition(".db")[2] for name in names} <= {"", "-wal", "-shm"}


async def filled(rig: Rig) -> set[str]:
    """Names of the tables of both databases in which there is any row."""
    ask = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    names = {row[0] for row in await rig.rows(ask)}
    here = {each for each in names if await rig.rows(f"SELECT 1 FROM {each} LIMIT 1")}  # noqa: S608  # a table's own name
    filed = {row[0] for row in await rig.filed(ask)}
    return here | {each for each in filed if await rig.filed(f"SELECT 1 FROM {each} LIMIT 1")}  # noqa: S608  # as above


async def test_n17_no_small_number_is_shown_or_can_be_worked_out(rig: Rig) -> None:
    """N17: nine persons publish nothing; no printed number is under 10, and nothing printed leads by subtraction to a number that is."""

    def count(language: str, many: int) -> None:
        for _ in range(many):
            rig.store.tallies.count(Facts("CN", language, "normal", ("n_place",)), rig.clock.now)  # type: ignore[arg-type]

    def counted() -> dict[Cell, int]:
        tallies: Tallies = rig.store.tallies
        return tallies.counts(quarter_of(rig.clock.now))

    await rig.write(lambda: count("ko", 9))
    assert published(await rig.write(counted)) == ()
    await rig.write(lambda: count("zh", 200))
    tables = {table.name: dict(table.rows) for table in published(await rig.write(counted))}
    assert tables["language"] == {"ko": (None,), "zh": (None,)}  # with 210 in all, 200 would give away the 9
    assert tables["persons"]["persons"][0] == 210

    chance = random.Random(17)
    for _ in range(400):
        counts = drawn(chance)
        for table in published(counts):
            rows = dict(table.rows)
            assert all(number is None or number >= 10 for numbers in rows.values() for number in numbers)
            if table.name in {"language", "urgency"}:  # two parts of a whole that is printed: both or none
                for one, other in zip(*rows.values(), strict=True):
                    assert (one is None) == (other is None)


def drawn(chance: random.Random) -> dict[Cell, int]:
    """Counts of a quarter, many of them small."""
    counts: dict[Cell, int] = {}
    for place in PLACES:
        persons = chance.choice((0, 1, 5, 9, 11, 30, 200))
        for table, rows in (("language", LANGUAGES), ("urgency", URGENCIES)):
            first = chance.choice((0, 1, 9, persons // 2, persons))
            first = min(first, persons)
            counts |= {Cell(table, rows[0], place): first, Cell(table, rows[1], place): persons - first}  # type: ignore[arg-type]
        counts |= {Cell("need", need, place): chance.randint(0, persons) for need in NEEDS[:3]}
    return counts


@pytest.mark.parametrize(("entry", "sent"), [("usual", 0), ("urgent", 1)])
async def test_n24_north_korea_is_collected_and_shown_nowhere(rig: Rig, tmp_path: Path, entry: str, sent: int) -> None:
    """N24: no button and no word names it; a forged choice erases the conversation, keeps nothing and shows the neutral page."""
    assert "KP" not in {option.code for question in questionnaire().question for option in question.options}
    named = [
        each.text
        for each, word in product(everything(), ("조선민주주의", "북한", "북조선", "朝鲜", "North Korea"))
        if word in each.text
    ]
    assert named == []
    await raw(rig, "message", message(rig, 701, text="/start"))
    await rig.tap(*(MEDIAN[:5] if entry == "usual" else ("urgent_ko", "u_moved", "send", "go_on")))
    await rig.settle()
    shown = await rig.held()
    assert shown is not None
    assert shown.conversation is not None
    assert shown.conversation.place == "q5_country"

    about = {"message_id": shown.message, "chat": {"id": HER, "type": "private"}, "date": int(rig.clock.now)}
    await raw(rig, "callback_query", {"id": "77", "message": about, "data": "q5_country:KP"})

    assert await rig.conversation() == NOBODY
    assert await rig.rows("SELECT * FROM conversations") == []
    assert [screen for _, screen in rig.fake.ours(HER)] == [rig.front]
    assert await rig.filed("SELECT count(*) FROM packets") == [
        (sent,)
    ]  # the urgent one that she sent before, without a country
    assert found(tmp_path, {"country": '"KP"', "answered": '["KP"]'}) == set()
