"""When a mail that is owed is tried, and what follows from how it went. Pure.

A mail says nothing, so that one which arrives twice does no harm; but a caseworker who gets ten stops looking. So an address gets an
urgent mail no sooner than five minutes after the urgent one before, and any other no sooner than five minutes after any mail.
"""

from dataclasses import dataclass, replace
from typing import Literal

from referrals.desk.notices.troubles import Trouble

# Seconds. The answer to `now` is due after 30 minutes (domain.md 4.4), so five of waiting for a second one cost little.
GAP = 5 * 60
# Seconds between two tries. The first soon, for a broken connection; then further apart, as RFC 5321 (4.5.4.1) asks; five hours in all.
PAUSES = (15, 60, 120, 300, 600, 1_200, 1_800, 3_600, 3_600, 3_600, 3_600)
TRIES = len(PAUSES) + 1
_URGENT_PAUSE = 300  # seconds at most between two tries of an urgent one
_UNSURE = 2  # a mail that may have arrived is sent once more, not again and again
ALARM_AFTER = 2  # tries of an urgent mail after which somebody else is told

State = Literal["waiting", "accepted", "failed"]


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail on its way to one address."""

    mail: int
    box: int
    urgent: bool
    next_try: int  # Unix seconds
    tries: int = 0
    unsure: int = 0  # tries of which the outcome is not known
    trying: bool = False  # a try has begun; found so at start, the program ended in it
    state: State = "waiting"
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True)
class Reached:
    """When an address last got a mail, or may have; Unix seconds, 0 for never."""

    any: int = 0
    urgent: int = 0


def may_try(mail: Mail, reached: Reached, now: int) -> bool:
    """Whether this mail is to be tried at `now`."""
    quiet_until = (reached.urgent if mail.urgent else reached.any) + GAP
    return mail.state == "waiting" and not mail.trying and max(mail.next_try, quiet_until) <= now


def begun(mail: Mail) -> Mail:
    """The mail as it is written down before anything of it leaves: whatever happens now, this try counts."""
    return replace(mail, tries=mail.tries + 1, trying=True)


def ended(mail: Mail, trouble: Trouble | None, now: int) -> Mail:
    """The mail after a try; `trouble` None means that the server accepted it."""
    if trouble is None:
        return replace(mail, trying=False, state="accepted", trouble=None)
    unsure = mail.unsure + (trouble is Trouble.UNSURE)
    if trouble.final or mail.tries >= TRIES or unsure >= _UNSURE:
        return replace(mail, trying=False, state="failed", trouble=trouble, unsure=unsure)
    pause = PAUSES[mail.tries - 1]
    return replace(
        mail,
        trying=False,
        trouble=trouble,
        unsure=unsure,
        next_try=now + (min(pause, _URGENT_PAUSE) if mail.urgent else pause),
    )


def found_begun(mail: Mail, now: int) -> Mail:
    """The mail that a program which ended in the middle left behind: it may have gone out, so it is sent once more and not again."""
    return ended(mail, Trouble.UNSURE, now)


def sooner(mail: Mail, now: int, *, urgent: bool) -> Mail:
    """The mail when it is owed for one more reason: an urgent one starts its tries anew, now."""
    if not urgent or mail.urgent:
        return mail
    return replace(mail, urgent=True, next_try=min(mail.next_try, now), tries=0)
