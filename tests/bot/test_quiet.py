"""What the log prints, and that nothing personal passes through it, whoever logs what."""

import ast
import asyncio
import gc
import io
import logging
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.channels import ChannelError
from bot.channels.telegram import Telegram
from bot.quiet import ERROR, NUMBERS, WORDS, describe, note, open_log
from bot.texts import Button, Rendered
from tests.bot.channels.faulty_server import CUT, failure, reply, result, running_faulty_server

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "7001:MARKEDtoken"
CHAT = 770011223344  # a fictional chat id
MARKS = ("MARKED", "표식", str(CHAT))
SCREEN = Rendered("MARKED 표식 words", ((Button("MARKED label", "MARKED:data"),),))
LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ [A-Z]+ \S.*")


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """The log, opened; afterwards every global that it changed is as before."""
    root = logging.getLogger()
    kept = (root.handlers[:], root.level, logging.lastResort, logging.raiseExceptions)
    hooks = (sys.excepthook, threading.excepthook, sys.unraisablehook)
    loggers = [logging.getLogger(name) for name in logging.root.manager.loggerDict]
    levels = {logger: (logger.level, logger.handlers[:], logger.propagate) for logger in loggers}
    stream = io.StringIO()
    open_log(stream)
    yield stream
    logging.captureWarnings(capture=False)
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
    root.handlers[:], root.level, logging.lastResort, logging.raiseExceptions = kept
    for logger, (level, handlers, propagate) in levels.items():
        logger.setLevel(level)
        logger.handlers[:], logger.propagate = handlers, propagate


def unmarked(text: str) -> bool:
    """Whether none of the planted marks is in it."""
    return not any(mark in text for mark in MARKS)


def test_a_note_is_one_line_of_listed_words(log: io.StringIO) -> None:
    """Time to the second, level, event and facts; nothing else."""
    note("outbox.retry", kind="edit", attempts=3, seconds=0.5)
    note("bot.start", level=logging.WARNING)
    lines = log.getvalue().splitlines()
    assert [line.partition(" ")[2] for line in lines] == [
        "INFO outbox.retry kind=edit attempts=3 seconds=0.5",
        "WARNING bot.start",
    ]
    assert all(LINE.fullmatch(line) for line in lines)


@pytest.mark.parametrize("facts", [{"chat": 5}, {"answer": "n_place"}, {"token": "x"}])
def test_a_fact_that_is_not_listed_is_a_programmers_error(facts: dict[str, int | str]) -> None:
    """Whoever wants to log something new must list it, and so think about it."""
    with pytest.raises(ValueError, match="quiet"):
        note("outbox.retry", **facts)  # type: ignore[arg-type]  # the names vary on purpose


@pytest.mark.parametrize(
    "event", ["", "retry", "outbox.retry 5", "outbox.77001", "Outbox.x", "outbox.retry\n", f"a.{CHAT}"]
)
def test_an_event_is_a_plain_name(event: str) -> None:
    """No number and no text can be put into an event's name."""
    with pytest.raises(ValueError, match="quiet") as caught:
        note(event)
    assert str(CHAT) not in str(caught.value)


def test_a_value_that_is_not_allowed_is_withheld(log: io.StringIO) -> None:
    """A text in a word's place, an id in a number's, a text as error: the line comes without them."""
    note("outbox.retry", kind="MARKED", count=CHAT, attempts="MARKED", error="MARKED")
    note("outbox.retry", kind=7, seconds=float("nan"), count=-CHAT, limit=True)
    assert unmarked(log.getvalue())
    assert log.getvalue().count("withheld") == 7
    assert "limit=1" in log.getvalue()


def test_an_exception_is_named_by_class_and_place(log: io.StringIO) -> None:
    """The line that failed is told, innermost first, with what it came from; text, arguments and values are not."""
    error = failing()
    note("update.set_aside", error=error)
    said = log.getvalue()
    assert unmarked(said)
    assert re.search(
        rf"error=LookupError at {__name__}:\d+ < {__name__}:\d+ after KeyError at {__name__}:\d+$", said.strip()
    )


def test_a_group_of_exceptions_is_opened() -> None:
    """What a task group raises is told with what went wrong inside it."""
    said = describe(ExceptionGroup("MARKED", [failing(), ValueError("MARKED")]))
    assert re.fullmatch(rf"ExceptionGroup of \(LookupError at {__name__}:\d+ < .*; ValueError\)", said)


def test_an_endless_chain_and_a_deep_stack_end() -> None:
    """A chain that bites its tail and a recursion of hundreds of frames still make one short line."""
    one, two = ValueError(), KeyError()
    one.__cause__, two.__cause__ = two, one
    assert describe(one).count("after") == 3
    with pytest.raises(RecursionError) as caught:
        deeper(300)
    assert describe(caught.value).count("<") == 11


@pytest.mark.parametrize("name", ["naru", "naru.outbox", "httpx", "telegram.Bot", "", "MARKED", "MARKED.telegram"])
def test_no_other_record_says_a_word(log: io.StringIO, name: str) -> None:
    """Whoever logs, under our own name too: message, arguments and a logger's invented name stay out."""
    logger = logging.getLogger(name)
    logger.setLevel(logging.DEBUG)
    logger.critical("MARKED %s", "표식", extra={"more": "MARKED"}, stack_info=True)
    logger.debug("outbox.retry kind=%s", CHAT)
    try:
        raise failing()
    except LookupError:
        logger.exception("MARKED")
    logger.setLevel(logging.NOTSET)
    lines = log.getvalue().splitlines()
    assert unmarked(log.getvalue())
    assert len(lines) == 3
    assert all("said something" in line for line in lines)
    assert "LookupError at " in lines[2]


def test_a_logger_with_its_own_handlers_is_brought_back() -> None:
    """A library that prints by itself, as uvicorn does, is taken over, and one cut off from the root later is caught."""
    code = """
import logging, sys
from bot.quiet import open_log
own = logging.getLogger("own")
own.addHandler(logging.StreamHandler(sys.stderr))
own.propagate = False
open_log(sys.stdout)
own.error("MARKED")
late = logging.getLogger("late")
late.propagate = False
late.error("MARKED")
"""
    said = run(code)
    assert said.count("a logger said something") == 2
    assert unmarked(said)


def test_a_log_that_can_not_be_written_says_nothing_elsewhere(
    log: io.StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    """On a full disk the record is lost; logging's own answer would print it whole on stderr."""
    log.close()
    logging.getLogger("httpx").error("MARKED %s", CHAT)
    note("outbox.retry", count=1)
    assert capfd.readouterr().err == ""


def test_warnings_are_closed_too() -> None:
    """A warning's text may quote what it warns about."""
    said = run("import sys, warnings\nfrom bot.quiet import open_log\nopen_log(sys.stderr)\nwarnings.warn('MARKED')")
    assert "WARNING py.warnings said something" in said
    assert unmarked(said)


UNCAUGHT = {
    "main": "raise ValueError('MARKED')",
    "thread": "import threading; t = threading.Thread(target=lambda: {}['MARKED']); t.start(); t.join()",
    "asyncio": "import asyncio\nasync def f(secret): raise OSError(secret)\nasyncio.run(f('MARKED'))",
    "group": "raise ExceptionGroup('MARKED', [ValueError('MARKED')])",
    "deleted": "class A:\n  def __del__(self): raise ValueError('MARKED')\na = A(); del a",
}


@pytest.mark.parametrize("how", UNCAUGHT)
def test_an_uncaught_exception_prints_class_and_line_only(how: str) -> None:
    """Wherever a program dies, the end is told without its text, source lines or values."""
    said = run(f"import sys\nfrom bot.quiet import open_log\nopen_log(sys.stderr)\n{UNCAUGHT[how]}")
    assert re.search(r"CRITICAL program\.failed error=(ValueError|KeyError|OSError|ExceptionGroup) at \S+:\d+", said)
    assert unmarked(said)
    assert "Traceback" not in said


async def test_a_whole_exchange_leaves_no_trace(log: io.StringIO, capfd: pytest.CaptureFixture[str]) -> None:
    """With every logger at DEBUG, through successes and every kind of failure, no token, id or word is printed.

    A plain handler beside the closed one hears the same exchange, and does print them: so this test can fail.
    """
    open_control = io.StringIO()
    control = logging.StreamHandler(open_control)
    logging.getLogger().addHandler(control)
    for name in ("", "httpx", "httpcore", "telegram", "asyncio"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    await exchange()
    logging.getLogger().removeHandler(control)
    captured = capfd.readouterr()
    assert all(mark in open_control.getvalue() for mark in MARKS)
    assert "telegram said something" in log.getvalue()
    assert re.search(r"ERROR asyncio said something: LookupError at ", log.getvalue())
    assert unmarked(log.getvalue() + captured.out + captured.err)
    assert all(LINE.fullmatch(line) for line in log.getvalue().splitlines())


async def exchange() -> None:
    """Everything the channel does, well and badly, and an exception in a task that nobody awaits."""
    async with running_faulty_server() as server:
        update = {"update_id": 1, "message": {"text": "MARKED 표식", "chat": {"id": CHAT, "first_name": "MARKED"}}}
        server.will_answer("getUpdates", result([update]), reply(200, b"{MARKED"), failure(401, "Unauthorized"), CUT)
        server.will_answer("getMe", failure(401, "Unauthorized"))
        edits = (CUT, failure(500, "MARKED"), reply(502, b"<html>MARKED"), failure(400, "Bad Request: MARKED"))
        server.will_answer("editMessageText", *edits, failure(403, "Forbidden: MARKED"))
        server.will_answer("sendMessage", result({"MARKED": "표식"}))
        telegram = Telegram(TOKEN, server.base_url)
        problems = 0
        acts: list[Callable[[], Coroutine[Any, Any, object]]] = [
            *[telegram.start] * 2,
            *[lambda: telegram.fetch(1, 0)] * 5,
            *[lambda: telegram.edit(CHAT, 5, SCREEN)] * 6,
            *[lambda: telegram.show_front(CHAT, SCREEN)] * 2,
            lambda: telegram.delete(CHAT, [5]),
            lambda: telegram.answer("55"),
        ]
        for act in acts:
            try:
                await act()
            except ChannelError as error:
                problems += 1
                note("outbox.failed", kind="edit", error=error)
        assert problems == 10
        await telegram.stop()
    task = asyncio.create_task(raising())
    await asyncio.wait([task])
    del task
    gc.collect()  # asyncio reports an exception that nobody asked for when the task is collected


# Who may ask for a logger. What the desk's modules log goes through the handler of bot/quiet.py like a library's: only who spoke shows.
LOGGING = {
    Path("bot/quiet.py"),
    *(Path("referrals/desk") / name for name in ("app.py", "protection.py", "notices/notifier.py")),
}


def test_only_this_module_logs_and_every_note_is_constant() -> None:
    """No file of the program uses logging, and each `note` names its event and its facts in so many words."""
    for path in sorted([*(ROOT / "bot").rglob("*.py"), *(ROOT / "referrals").rglob("*.py")]):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
        place = path.relative_to(ROOT)
        uses = any(isinstance(node, ast.Attribute) and node.attr == "getLogger" for node in ast.walk(tree))
        assert "logging" not in imported or not uses or place in LOGGING, place
        for node in ast.walk(tree):
            if place.parts[0] != "bot":
                continue  # referrals can't import the log; a function of that name there is another
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "note":
                where = f"{place}:{node.lineno}"
                assert isinstance(node.args[0], ast.Constant), where
                assert {keyword.arg for keyword in node.keywords} <= NUMBERS | WORDS.keys() | {ERROR, "level"}, where


def failing() -> LookupError:
    """An exception with marks in it and in what it came from, as caught."""
    try:
        reached()
    except LookupError as error:
        return error
    raise AssertionError


def reached() -> None:
    """Raise from another exception, with marked values at hand."""
    secret = {"표식": "MARKED"}
    try:
        secret[str(CHAT)]
    except KeyError as error:
        raise LookupError("MARKED 표식", CHAT, secret) from error


async def raising() -> None:
    """A task that dies."""
    reached()


def deeper(frames: int) -> None:
    """Fill the stack."""
    if not frames:
        raise RecursionError
    deeper(frames - 1)


def run(code: str) -> str:
    """All that a program with this source prints."""
    finished = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    return finished.stdout + finished.stderr
