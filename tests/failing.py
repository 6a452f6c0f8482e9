"""The bot as a program that kills itself at one point: `python -m tests.failing POINT COUNT run`.

A point stands between two durable steps. It is named here and not in the bot, which knows nothing of being killed: the function it
belongs to is wrapped before the program starts. SIGKILL gives no handler, no `finally` and no flush a chance, as a power cut does.
"""

import importlib
import inspect
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Point:
    """Right before or right after a function; of a statement, before or after it is executed."""

    step: (
        str  # of the enumerated steps: receive, decide, commit, confirm, render, send, mark sent, seal, deliver, erase
    )
    where: str  # module:Class.method, or module:function
    when: Literal["before", "after"]
    statement: str = ""  # only when the first argument begins so

    @property
    def name(self) -> str:
        """As it is named on the command line."""
        return f"{self.step}/{self.when}/{self.where}" + (f"/{self.statement}" if self.statement else "")


def _both(step: str, *places: str, statement: str = "") -> list[Point]:
    return [Point(step, where, when, statement) for where in places for when in ("before", "after")]


POINTS: dict[str, Point] = {
    point.name: point
    for point in (
        *_both("receive", "bot.poll:Poll._read", "bot.intake:Intake.receive"),
        *_both("decide", "bot.intake:Intake._decided", "bot.intake:Intake._prepare"),
        *_both("decide", "bot.commit:Commit.carry_out"),
        *_both("commit", "referrals.database:Connection.execute", statement="COMMIT"),
        *_both("confirm", "bot.channels.telegram:Telegram.fetch"),
        *_both("render", "bot.app:Bot.rendered"),
        *_both("send", "bot.channels.telegram:Telegram.edit", "bot.channels.telegram:Telegram.show_front"),
        *_both("send", "bot.channels.telegram:Telegram.answer"),
        *_both("mark sent", "bot.store:Store.shown", "bot.jobs:Jobs.done"),
        *_both("seal", "bot.commit:Commit._sealed", "bot.jobs:Jobs.queue_delivery"),
        *_both("deliver", "referrals.casebook:Casebook.receive", "bot.sending:Sending._deliver"),
        *_both("erase", "bot.store:Store.forget", "bot.retention:Retention._tidy", "bot.retention:Retention._fold"),
    )
}


def arm(point: Point, count: int) -> None:
    """Have this process kill itself at the `count`-th passing of a point."""
    module, _, path = point.where.partition(":")
    owner: Any = importlib.import_module(module)
    *outer, name = path.split(".")
    for each in outer:
        owner = getattr(owner, each)
    setattr(owner, name, _killing(getattr(owner, name), point, _Countdown(count)))


class _Countdown:
    def __init__(self, count: int) -> None:
        self._left = count

    def passed(self, point: Point, arguments: tuple[object, ...]) -> None:
        """Count a passing; the last one ends this process where it stands."""
        if not point.statement or (len(arguments) > 1 and str(arguments[1]).startswith(point.statement)):
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


def _killing(function: Callable[..., Any], point: Point, countdown: _Countdown) -> Callable[..., Any]:
    if inspect.iscoroutinefunction(function):

        @wraps(function)
        async def waited(*given: Any, **named: Any) -> Any:
            if point.when == "before":
                countdown.passed(point, given)
            result = await function(*given, **named)
            if point.when == "after":
                countdown.passed(point, given)
            return result

        return waited

    @wraps(function)
    def called(*given: Any, **named: Any) -> Any:
        if point.when == "before":
            countdown.passed(point, given)
        result = function(*given, **named)
        if point.when == "after":
            countdown.passed(point, given)
        return result

    return called


def _main() -> None:
    name, count, *arguments = sys.argv[1:]
    arm(POINTS[name], int(count))
    sys.argv[1:] = arguments
    importlib.import_module("bot.__main__").main()


if __name__ == "__main__":
    _main()
