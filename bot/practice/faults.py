"""What is to go wrong: said by a test, struck in the order given, and then over."""

from collections import deque
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["flood", "server_error", "html", "cut_before", "cut_after", "delay"]
KINDS: tuple[Kind, ...] = ("flood", "server_error", "html", "cut_before", "cut_after", "delay")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong, for the next `times` calls that it fits.

    flood         429 with `retry_after`, no effect
    server_error  `status` with Telegram's JSON body, no effect
    html          `status` with an HTML page, as a proxy in between sends it, no effect
    cut_before    the connection is cut without an answer, no effect
    cut_after     the call takes effect, then the connection is cut without an answer
    delay         the call takes effect and is answered after `seconds`
    """

    kind: Kind
    times: int = 1
    method: str | None = None  # None: every method but getUpdates, so that a poll does not use it up
    chat: int | None = field(default=None, repr=False)  # None: every chat
    retry_after: int = 1  # seconds
    status: int = 502
    seconds: float = 0.0

    def fits(self, method: str, chat: int | None) -> bool:
        """Whether this call is struck."""
        if self.chat is not None and self.chat != chat:
            return False
        return method == self.method if self.method else method != "getUpdates"


class Faults:
    """The faults still to come. Pass one to `PracticeServer` and add to it at any time."""

    def __init__(self, *faults: Fault) -> None:
        self._waiting: deque[Fault] = deque(faults)

    def add(self, kind: Kind, **details: object) -> None:
        """Let it go wrong: `faults.add("flood", times=3, retry_after=2)`; the details are Fault's fields."""
        self._waiting.append(Fault(kind, **details))  # type: ignore[arg-type]  # Fault checks the names

    def take(self, method: str, chat: int | None) -> Fault | None:
        """The first fault that fits this call, used up by one."""
        for place, fault in enumerate(self._waiting):
            if fault.fits(method, chat):
                if fault.times > 1:
                    self._waiting[place] = replace(fault, times=fault.times - 1)
                else:
                    del self._waiting[place]
                return fault
        return None

    def clear(self) -> None:
        """Nothing goes wrong from now on."""
        self._waiting.clear()

    def __len__(self) -> int:
        """How many calls are still to be struck."""
        return sum(fault.times for fault in self._waiting)
