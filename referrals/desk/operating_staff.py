"""What staff did, and whether notices reach them, as operators may know it.

Listed are deeds about accounts, sign-in and keys. What was done to a referral is counted and never listed: a time and a partner beside a
short name would tell when somebody asked for help and what became of it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from referrals.database import Connection
from referrals.desk import audit
from referrals.desk.audit import Action, Verdict
from referrals.desk.operating_delays import FEW

MOST = 100  # entries on the page: the last days of a desk with a dozen staff
_DAYS, _DAY = 30, 86_400  # days over which deeds are counted; seconds
# About accounts, sign-in and keys. A word that another room adds is casework until it stands here.
LISTED = frozenset(
    {
        Action.INVITED,
        Action.AGREED,
        Action.INVITATION_WITHDRAWN,
        Action.JOINED,
        Action.REMOVED,
        Action.RESET,
        Action.SIGNED_IN,
        Action.SIGNED_OUT,
        Action.SESSION_ENDED,
        Action.PASSKEY_ADDED,
        Action.PASSKEY_REMOVED,
        Action.PASSKEY_COPIED,
        Action.PHRASE_MADE,
        Action.CODE_WRONG,
        Action.TWO_PEOPLE_ON,
        Action.TWO_PEOPLE_ASKED_OFF,
        Action.TWO_PEOPLE_OFF,
        Action.AVAILABILITY,
        Action.CAPACITY,
        Action.KEY_MADE,
        Action.KEY_CHANGED,
        Action.WRAP_ADDED,
        Action.NOTICE_ADDRESS,
    }
)
KEYS = tuple(f"operate.action.{action}" for action in sorted(LISTED))


@dataclass(frozen=True, slots=True)
class Line:
    """One deed about accounts, sign-in or keys. Without its number in the chain: gaps would count the casework between two of them."""

    at: int
    who: str = field(repr=False)  # alias; "" for `naru staff` or the desk itself
    partner: str | None  # of who did it
    action: str
    whom: str = field(repr=False)  # alias of the account that it was done to; "" for none, or herself


@dataclass(frozen=True, slots=True)
class Staff:
    """What the page shows."""

    verdict: Verdict
    lines: tuple[Line, ...]
    casework: int | None  # deeds on referrals in the last 30 days; None: fewer than FEW, or none


def staff(db: Connection, now: int) -> Staff:
    """Verify the chain, and read what may be shown. Inside the caller's `reading`."""
    marks = ",".join("?" * len(LISTED))
    asked = sorted(LISTED)
    rows = db.execute(
        f"""SELECT at, actor, action, subject FROM audit WHERE action IN ({marks})
            ORDER BY number DESC LIMIT ?""",  # noqa: S608  # question marks
        (*asked, MOST),
    ).fetchall()
    (casework,) = db.execute(
        f"SELECT count(*) FROM audit WHERE action NOT IN ({marks}) AND at > ?",  # noqa: S608  # question marks
        (*asked, now - _DAYS * _DAY),
    ).fetchone()
    people = _people(db)
    return Staff(audit.verify(db), tuple(_lines(rows, people)), casework if casework >= FEW else None)


def _people(db: Connection) -> Mapping[str, tuple[str, str | None]]:
    return {
        account: (name, partner) for account, name, partner in db.execute("SELECT account, name, partner FROM accounts")
    }


def _lines(
    rows: Iterable[tuple[int, str | None, str, str | None]], people: Mapping[str, tuple[str, str | None]]
) -> Iterable[Line]:
    for at, actor, action, subject in rows:
        name, partner = people.get(actor or "", (actor[:8] if actor else "", None))
        whom = "" if subject is None or subject == actor else people.get(subject, ("", None))[0]
        yield Line(at, name, partner, action, whom)
