"""After every conversation was handed over, wiped or expired, nothing of it is left: not in a page, a log, an exception or on stderr."""

import asyncio
import io
import logging
import sys
import threading
import time
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot import store
from bot.app import CASEBOOK, CONVERSATIONS, Bot, Words
from bot.app import opened as opened_bot
from bot.practice.botapi import TOKEN, PracticeServer
from bot.practice.persons import MARKS
from bot.quiet import open_log
from bot.settings import read
from referrals import casebook
from referrals.database import open_database
from tests.operated import count, keys, make_place
from tests.pages import Hit, Mark, search, spellings
from tests.person import questionnaire
from tests.practice_server import running_practice
from tests.practised import Answers, Practised

# Message ids and ids of presses begin alike here, and stand nowhere by chance: the beginning is looked for.
FIRST_MESSAGE = 0x5A5A_5A5A_0000  # in six bytes, as SQLite stores it; in digits 99344109404160
MESSAGE_BYTES, MESSAGE_DIGITS = b"\x5a\x5a\x5a\x5a", "9934410940"
FIRST_PRESS = 4_440_044_400_000_000_000  # written in digits
PRESS_DIGITS = "444004440"
TYPED = "fictional typed mark 나루 5c1e"
PAYLOAD = "fictional_payload_77"
HOUR = 3_600  # seconds
WRONG = "8800 8800 1234 5678"  # typed as a return code that opens nothing
COMMON = {"send", "agree"}  # options that are words of the schema

SAFE: Answers = {"a0_open": ("lang_ko",), "q1_safe": ("safe_alone",), "q2_phone": ("ph_mine",), "q3_agree": ("agree",)}
LONG: Answers = {
    **SAFE,
    "q4_urgent": ("urg_days",),
    "q5_country": ("CN",),
    "q8_with": ("w_child",),
    "q6_needs": ("n_leave", "n_med"),
    "q7_situation": ("s_camera", "s_hurt"),
    "q7b_danger": ("d_kill",),
    "q9_talk": ("t_f_ko", "t_voice"),
    "q10_contact": ("c_band",),
    "q10_band": ("22-06",),
}
SHORT: Answers = {
    "a0_open": ("lang_zh",),
    "q1_safe": ("safe_moment",),
    "q3_agree": ("agree",),
    "q4_urgent": ("urg_no",),
    "q5_country": ("CN",),
    "q6_needs": ("n_place", "n_child"),
}
URGENT: Answers = {
    "a0_open": ("urgent_zh",),
    "u1_what": ("u_locked",),
    "u2_send": ("send",),
    "q5_country": ("CN",),
}
THIRD: Answers = {
    **SAFE,
    "q4_urgent": ("urg_no",),
    "q5_country": ("TH",),
    "q8_with": ("w_third",),
    "q8_wish": ("wish_yes",),
    "q6_needs": ("n_legal",),
}


_SCHEMA = "\n".join((*store.migrations(), *casebook.migrations()))


@dataclass
class Clock:
    """Time that can be moved forward; it runs on by itself."""

    moved: float = 0.0  # seconds

    def __call__(self) -> float:
        """Unix seconds."""
        return time.time() + self.moved


@dataclass
class Listening(logging.Handler):
    """Collects every exception that reaches the log, before `quiet` shortens it."""

    texts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Make it a handler of every level."""
        super().__init__(logging.NOTSET)

    def emit(self, record: logging.LogRecord) -> None:
        """Take what a traceback would show, texts and all."""
        found = [record.exc_info[1] if record.exc_info else None, *getattr(record.msg, "facts", {}).values()]
        self.texts += ["".join(traceback.format_exception(each)) for each in found if isinstance(each, BaseException)]

    def __hash__(self) -> int:
        """As any handler: by identity."""
        return id(self)


@contextmanager
def loud_log() -> Iterator[tuple[io.StringIO, Listening]]:
    """Open the log as the program does, then turn everything up to DEBUG; afterwards all is as before."""
    root, stream, listening = logging.getLogger(), io.StringIO(), Listening()
    kept = (root.handlers[:], root.level, logging.lastResort, logging.raiseExceptions)
    hooks = (sys.excepthook, threading.excepthook, sys.unraisablehook)
    loggers = [logging.getLogger(name) for name in logging.root.manager.loggerDict]
    before = [(each, each.level, each.handlers[:], each.propagate) for each in loggers]
    try:
        open_log(stream)
        root.addHandler(listening)
        for each in (root, *(logging.getLogger(name) for name in logging.root.manager.loggerDict)):
            each.setLevel(logging.DEBUG)
        yield stream, listening
    finally:
        logging.captureWarnings(capture=False)
        sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
        root.handlers[:], root.level, logging.lastResort, logging.raiseExceptions = kept
        for each, level, handlers, propagate in before:
            each.setLevel(level)
            each.handlers[:], each.propagate = handlers, propagate


# --- the conversations ---


class Everyone:
    """One person for each way a conversation can go, side by side."""

    def __init__(self, server: PracticeServer) -> None:
        """Nobody has opened the chat yet."""
        self.server = server
        self.persons: list[Practised] = []
        self.codes: list[str] = []

    async def _one(self) -> Practised:
        person = Practised(self.server)
        self.persons.append(person)
        self.server.account.chats[person.chat].opened = True
        self.server.open(person.chat, PAYLOAD)
        await person.until(lambda: self.server.screen(person.chat) is not None)
        return person

    async def _sent(self, answers: Answers, decision: str) -> Practised:
        person = await self._one()
        await person.through(answers)
        await person.decide(lambda what: decision if decision in what else what[0])
        if person.place == "q5_country":
            await person.through(answers)
            await person.decide(lambda what: decision if decision in what else what[0])
        self.codes.append(person.code)
        return person

    async def handed_over(self) -> None:
        """Urgent, short, long with lines taken out, and for somebody else: to the end, screens left open."""
        for answers, decision in ((URGENT, "yes"), (SHORT, "yes"), (LONG, "less"), (THIRD, "yes")):
            person = await self._sent(answers, decision)
            assert (person.place, bool(person.handed)) == ("m_end", True)

    async def wiped(self) -> None:
        """In the middle by the button, and by a typed word."""
        person = await self._one()
        await person.through(LONG, until="q9_talk")
        await person.wipe()
        person = await self._one()
        await person.through(LONG, until="q7b_danger")
        await person.type("그만")
        await person.until(lambda: person.place == "a0_open")

    async def third_party_unasked(self) -> None:
        """Somebody who may not ask goes over to the urgent path, and leaves the screen with the code open."""
        person = await self._one()
        await person.through({**THIRD, "q8_wish": ("wish_unasked",)}, until="q8_third")
        await person.tap("third_urgent", "u_moved", "send")
        self.codes.append(person.code)

    async def paused(self) -> str:
        """Paused, and never opened again; paused, opened with the code and wiped. Returns the first code."""
        person = await self._one()
        await person.through(LONG, until="q6_needs")
        await person.tap("nav.pause")
        self.codes.append(first := person.code)
        await self._returned(LONG, "q10_contact", "nav.pause")
        return first

    async def came_back(self) -> None:
        """With the code of an urgent referral: she sees it, takes it back, and wipes."""
        await self._returned(URGENT, "", "go_on")

    async def _returned(self, answers: Answers, until: str, leave: str) -> None:
        person = await self._one()
        await person.through(answers, until=until)
        await person.tap(leave)
        self.codes.append(code := person.code)
        await person.wipe()
        await person.through(SAFE, until="q2_phone")
        await person.tap("code")
        await person.type(WRONG)
        await person.until(lambda: "key.1" in person.options)
        await person.type(code)
        await person.until(lambda: person.place != "k_code")
        if person.place == "k_case":
            await person.tap(next(option for option in person.options if option.startswith("ref.")), "withdraw")
        await person.wipe()

    async def typed_and_sent(self) -> None:
        """Texts, a photo, a place and a contact on several screens; then she blocks the bot."""
        person = await self._one()
        await person.type(TYPED)
        await person.through(LONG, until="q6_needs")
        await person.type(TYPED)
        for kind in ("photo", "location", "contact", "voice"):
            self.server.send(person.chat, kind)
        await person.until(lambda: all(each.from_bot for each in self.server.chat(person.chat).messages.values()))
        self.server.block(person.chat)

    async def left_open(self) -> None:
        """In the middle of a long conversation, and on the keypad with half a code."""
        person = await self._one()
        await person.through(LONG, until="q10_band")
        person = await self._one()
        await person.through(SAFE, until="q2_phone")
        await person.tap("code")
        await person.enter_code("88008800")
        self.codes.append(WRONG.replace(" ", ""))

    async def through_faults(self) -> None:
        """A conversation in which Telegram answers with errors, pages of a proxy, cut connections and floods."""
        person = await self._one()
        for kind in ("server_error", "html", "cut_before", "cut_after", "flood"):
            self.server.faults.add(kind, method="editMessageText", chat=person.chat)
        self.server.faults.add("html", method="getUpdates")
        await person.through(SHORT)
        await person.wipe()


def number(name: str, value: int) -> dict[str, Mark]:
    """Say how a number can stand in a page. Least byte first it is nowhere written, and would look like any erased page."""
    stored: dict[str, Mark] = {
        f"{name}: {form}": content for form, content in spellings(value).items() if "little" not in form
    }
    return stored | {name: str(value)}


def marks_of(everyone: Everyone) -> dict[str, Mark]:
    """Everything that must be nowhere in either database, by a name that gives nothing away."""
    ids: dict[str, Mark] = {"message": MESSAGE_BYTES, "message in digits": MESSAGE_DIGITS, "press": PRESS_DIGITS}
    marks: dict[str, Mark] = ids | {"typed": TYPED, "payload": PAYLOAD, "token": TOKEN, "recipient": "age1pq1"}
    marks |= {f"name {i}": mark for i, mark in enumerate(MARKS)}  # what all invented persons have in common
    for person in everyone.persons:
        marks |= number(f"chat {person.person.number}", person.chat)
    for i, code in enumerate(everyone.codes):
        marks |= number(f"code {i}", int(code)) | {f"code {i}, begun": code[:8]}
    for answers in (LONG, SHORT, URGENT, THIRD, {"q8_third": ("third_urgent", "u_moved")}):
        for question, options in answers.items():
            marks[f"question {question}"] = question
            marks |= {f"option {each}": each for each in options if each not in COMMON and not each.isupper()}
    countries = (option.code for option in questionnaire()["q5_country"].options)
    return marks | {f"country {code}": f'["{code}"]' for code in countries}


def in_text(text: str, marks: Mapping[str, Mark]) -> list[str]:
    """Names of the marks that stand in a text, written out."""
    written = {name: str(mark) for name, mark in marks.items() if not isinstance(mark, bytes)}
    return [name for name, mark in written.items() if mark in text]


@dataclass
class Scene:
    """The bot at work, everyone's conversations, and where to look afterwards."""

    folder: Path
    server: PracticeServer
    bot: Bot
    clock: Clock
    everyone: Everyone

    async def played(self) -> None:
        """Let all conversations go their ways, side by side."""
        each = self.everyone
        ways: tuple[Callable[[], Awaitable[object]], ...] = (
            each.handed_over, each.wiped, each.third_party_unasked, each.paused, each.came_back, each.typed_and_sent,
            each.left_open, each.through_faults,
        )  # fmt: skip
        async with asyncio.TaskGroup() as group:
            for way in ways:
                group.create_task(_awaited(way))
        self.server.inject({"message": {"chat": {"id": -77, "type": "group", "title": TYPED}, "text": TYPED}})
        self.server.inject({"callback_query": {"id": TYPED, "data": TYPED}})
        await self.at_rest()

    async def at_rest(self) -> None:
        """Wait until nothing is queued, here or on the server."""
        wake = asyncio.Event()
        with self.server.account.listening(wake.set):
            async with asyncio.timeout(60):
                while len(self.server.account.queue) or await asyncio.to_thread(count, self.folder, self._work()):
                    wake.clear()
                    await asyncio.wait([asyncio.create_task(wake.wait())], timeout=0.1)

    def _work(self) -> str:
        """What is to be done now: no deletion that waits for its hour."""
        return f"outbox WHERE NOT scheduled OR due <= {int(self.clock())}"

    async def later(self, seconds: float) -> None:
        """Let time pass, and the bot erase by itself what is due."""
        self.clock.moved += seconds
        await self.bot.retention.once()
        await self.at_rest()
        await self.bot.retention.once()  # a few seconds later: what was done meanwhile is folded out of the log

    async def folded(self) -> None:
        """Fold the log into the file, as happens every few minutes."""
        await asyncio.get_running_loop().run_in_executor(self.bot.writer, self.bot.store.checkpoint)

    def links(self) -> dict[str, Mark]:
        """What is known of a case in casebook.db, and would join it to a conversation."""
        key = keys(self.folder)["naru_casebook_key"]
        connection = open_database(self.folder / CASEBOOK, key, casebook.migrations())
        try:
            rows = connection.execute("SELECT referral_id, case_id, verifier FROM referrals JOIN cases USING (case_id)")
            marks: dict[str, Mark] = {}
            for i, (referral, case, verifier) in enumerate(rows.fetchall()):
                marks |= {f"referral {i}": str(referral), f"case {i}": str(case)}
                marks |= {f"verifier {i}": bytes(verifier), f"verifier {i} in hex": bytes(verifier).hex()}
            return marks
        finally:
            connection.close()

    def found(self) -> list[Hit]:
        """What a forensic examiner with both keys finds of anybody."""
        own, marks = keys(self.folder), marks_of(self.everyone)
        if self.clock.moved == 0:  # the conversations run: a few are enough to see that the search finds
            marks = {name: mark for name, mark in marks.items() if not name.startswith(("name", "question"))}
        # What the schema's own comments say is in every database, whoever used it.
        marks = {name: mark for name, mark in marks.items() if not isinstance(mark, str) or mark not in _SCHEMA}
        more = {} if self.clock.moved == 0 else self.links()
        conversations = search([self.folder / CONVERSATIONS], own["naru_conversations_key"], marks | more)
        return conversations + search([self.folder / CASEBOOK], own["naru_casebook_key"], marks)


@asynccontextmanager
async def at_work(folder: Path, clock: Clock) -> AsyncIterator[Bot]:
    """The real bot, running in this event loop; stopped as by SIGTERM, and closed, at the end."""
    async with opened_bot(read({}, data_dir=folder), Words.loaded(), None, clock) as bot:
        stop = asyncio.Event()
        running = asyncio.create_task(bot.run(stop))
        try:
            yield bot
        finally:
            stop.set()
            await running


def number_distinctly(server: PracticeServer) -> None:
    """Let every message id and every press's id begin so that a search can tell it from anything else."""
    account = server.account
    account._last_message = FIRST_MESSAGE
    drawn = account.below
    account.below = lambda below: FIRST_PRESS + drawn(10**9) if below > FIRST_PRESS else drawn(below)


async def _awaited(way: Callable[[], Awaitable[object]]) -> None:
    await way()


def plant(log: io.StringIO) -> None:
    """Leave one mark where nothing was found before: the log's words, an exception, standard error."""
    logging.getLogger("naru").error("a mistake", exc_info=ValueError(TYPED))
    log.write(TYPED)
    print(TYPED, file=sys.stderr)  # noqa: T201  # that it is seen is the point


def by_place(hits: list[Hit]) -> dict[str, set[str]]:
    """What was found, and in which kinds of places."""
    found: dict[str, set[str]] = {}
    for hit in hits:
        found.setdefault(hit.mark, set()).add(f"{hit.file}: {hit.kind}")
    return found


async def test_nothing_of_an_ended_conversation_is_left(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Everything is seen while the conversations run, in file and log; nothing once they ended and time passed, open or closed."""
    clock = Clock()
    with loud_log() as (log, exceptions):
        async with running_practice(clock=clock) as (server, base_url):
            number_distinctly(server)
            folder = make_place(tmp_path / "place", base_url)
            everyone = Everyone(server)
            async with at_work(folder, clock) as bot:
                scene = Scene(folder, server, bot, clock, everyone)
                await scene.played()

                live = by_place(scene.found())
                assert live[f"chat {everyone.persons[-1].person.number}: 6 bytes"]  # in the log, or folded already
                assert {"option n_leave", "option s_camera", "recipient", "country CN", "message"} <= live.keys()
                assert {name for name in live if name.startswith("code")}
                await scene.folded()
                assert "conversations.db: page" in by_place(scene.found())["option n_leave"]

                await scene.later(11 * 60)  # every screen that was left open is idle
                await scene.later(
                    73 * HOUR
                )  # a paused conversation is over, and the pages that stood too long are deleted
                live = by_place(scene.found())
                # Only whoever chose to be written to is known: chat, case and hours (mode and hours are the handle's).
                assert {name.partition(" ")[0] for name in live if name != "option 22-06"} <= {"chat", "case"}
                assert {place for places in live.values() for place in places} == {"conversations.db: page"}
                await scene.later(14 * 24 * HOUR)  # and the delivery handles
                assert by_place(scene.found()) == {}
            assert by_place(scene.found()) == {}

        marks = marks_of(everyone) | scene.links()
        said = log.getvalue()
        assert (count(folder, "conversations"), count(folder, "paused"), count(folder, "outbox")) == (0, 0, 0)
        assert "httpx said something" in said
        assert "bot.stopped" in said
        assert in_text(said, marks) == []
        assert len(exceptions.texts) > 0
        assert in_text("".join(exceptions.texts), marks) == []
        assert in_text("".join(capfd.readouterr()), marks) == []
        plant(log)
        assert in_text(log.getvalue(), marks) == in_text("".join(capfd.readouterr()), marks) == ["typed"]
        assert in_text("".join(exceptions.texts), marks) == ["typed"]
