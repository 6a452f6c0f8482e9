"""Logging that cannot print a person: only `note` reaches the stream in words, and its words are listed here.

Libraries log what passes through them. httpx logs the token with every request, python-telegram-bot the texts, asyncio the objects a
task held. So no other record's message is ever formatted: what is printed of it is who spoke, how loudly, and of an exception the
class names and the lines of code it came through. The check sits on the handler, because a filter on a logger is not asked about
the records of the loggers below it.
"""

import logging
import re
import sys
import threading
import time
import traceback
from collections.abc import Mapping
from types import TracebackType
from typing import Final, TextIO, TypeAlias

Fact: TypeAlias = int | float | str | BaseException

# What a number may be called. An id is not a number here: see _LARGEST.
NUMBERS: Final = frozenset({"attempts", "count", "hours", "kept", "limit", "port", "seconds", "version"})

# What a word may be called, and which words there are. Never an answer, a language, a partner or a country.
WORDS: Final[Mapping[str, frozenset[str]]] = {
    "kind": frozenset({"answer", "cover", "delete", "deliver", "edit", "front", "profile", "screen", "show", "update"}),
    "setting": frozenset(
        {"can_join_groups", "can_read_all_group_messages", "can_connect_to_business", "supports_inline_queries"}
    ),
}

# The name under which an exception may be given: printed as its class and lines of code, never with its text.
ERROR: Final = "error"

_EVENT: Final = re.compile(r"[a-z]+(?:_[a-z]+)*(?:\.[a-z]+(?:_[a-z]+)*)+")  # outbox.retry
_LARGEST: Final = 1_000_000  # what is counted here stays below; an id passed by mistake is mostly above
_FRAMES: Final = 12  # lines of code printed of one exception, the innermost: through a library and into ours
_CHAIN: Final = 4  # exceptions printed of a chain or of a group
_NOISY: Final = (
    "httpx",
    "httpcore",
    "telegram",
    "uvicorn",
    "starlette",
    "asyncio",
    "multipart",
    "tuf",
    "securesystemslib",
    "urllib3",
    "fido2",
)

_log: Final = logging.getLogger("naru")


class _Note:
    """A message that this module made; nothing else is printed in words."""

    __slots__ = ("event", "facts")

    def __init__(self, event: str, facts: Mapping[str, Fact]) -> None:
        self.event = event
        self.facts = facts

    def __str__(self) -> str:
        return " ".join((self.event, *(f"{name}={_shown(name, fact)}" for name, fact in self.facts.items())))


def note(event: str, *, level: int = logging.INFO, **facts: Fact) -> None:
    """Log one event, named `place.what`, with facts from NUMBERS, WORDS or ERROR.

    Raises ValueError for a name that is not listed: a programmer's mistake. A value that is not allowed is printed as "withheld",
    for a value may depend on the person, and the program must not stop on her.
    """
    if not _EVENT.fullmatch(event) or not facts.keys() <= NUMBERS | WORDS.keys() | {ERROR}:
        raise ValueError(
            "An event is named like outbox.retry; its facts are those listed in bot/quiet.py: add them there."
        )
    _log.log(level, _Note(event, facts))


def open_log(stream: TextIO) -> None:
    """Send every record of this process to `stream`, closed as described above, and nothing anywhere else.

    Called once, at start, before anything else may log. Also takes over warnings and what Python prints of uncaught exceptions.
    A server started later must bring no logging set-up of its own (uvicorn: `log_config=None`).
    """
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_ClosedFormatter())
    for name in logging.root.manager.loggerDict:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    logging.root.handlers[:] = [handler]
    logging.lastResort = handler  # for a logger that is cut off from the root later
    logging.raiseExceptions = False  # on a full disk logging would print the record and its arguments to stderr
    logging.root.setLevel(logging.INFO)
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
    sys.excepthook = _uncaught
    threading.excepthook = lambda args: _uncaught(args.exc_type, args.exc_value, args.exc_traceback)
    sys.unraisablehook = lambda args: _uncaught(args.exc_type, args.exc_value, args.exc_traceback)


class _ClosedFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        """One line: UTC time to the second, level, and what may be said."""
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))
        said = str(record.msg) if isinstance(record.msg, _Note) else f"{_speaker(record.name)} said something"
        error = record.exc_info[1] if record.exc_info else None
        return f"{at} {logging.getLevelName(record.levelno)} {said}" + (f": {describe(error)}" if error else "")


def describe(error: BaseException) -> str:
    """Name an exception, and those it came from, by class and lines of code, innermost first; never its text or a value."""
    chain: list[str] = []
    following: BaseException | None = error
    while following is not None and len(chain) < _CHAIN:
        chain.append(_places(following))
        following = following.__cause__ or following.__context__
    return " after ".join(chain)


def _places(error: BaseException) -> str:
    frames = [f"{frame.f_globals.get('__name__')}:{line}" for frame, line in traceback.walk_tb(error.__traceback__)]
    said = f"{type(error).__name__} at {' < '.join(frames[: -_FRAMES - 1 : -1])}" if frames else type(error).__name__
    if isinstance(error, BaseExceptionGroup):  # what a task group raises: what went wrong is inside
        return f"{said} of ({'; '.join(_places(inner) for inner in error.exceptions[:_CHAIN])})"
    return said


def _speaker(logger: str) -> str:
    # A logger may be named by anything; the first part is printed if it is a package's name, which is code.
    if logger in {"root", "naru", "py.warnings"}:
        return logger
    package = logger.partition(".")[0]
    return package if package in sys.modules else "a logger"


def _shown(name: str, fact: Fact) -> str:
    if name == ERROR:
        return describe(fact) if isinstance(fact, BaseException) else "withheld"
    if name in NUMBERS:
        return f"{fact:.6g}" if isinstance(fact, int | float) and -_LARGEST < fact < _LARGEST else "withheld"
    return fact if isinstance(fact, str) and fact in WORDS[name] else "withheld"


def _uncaught(kind: type[BaseException], error: BaseException | None, _trace: TracebackType | None) -> None:
    _log.critical(_Note("program.failed", {ERROR: error or kind()}))
