"""Mails on their way, in desk.db: what is owed, what is tried, how it went. Functions over desk.db, inside their caller's transaction."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from referrals.database import Connection
from referrals.desk.notices.deciding import Decision, Failing, Owed, Step, Why
from referrals.desk.notices.troubles import Trouble
from referrals.desk.notices.trying import ALARM_AFTER, Mail, Reached, begun, ended, found_begun, may_try, sooner

_KEPT = 20  # mails that ended, of each address: about three weeks of daily ones, enough to see since when it fails
_COLUMNS = "mail, box, urgent, next_try, tries, unsure, trying, state, trouble"


@dataclass(frozen=True, slots=True)
class Ready:
    """One mail to be sent now."""

    mail: Mail
    address: str = field(repr=False)


def write_down(db: Connection, decision: Decision, now: int) -> None:
    """Keep what was decided: all of it, or by the caller's transaction nothing."""
    for each in decision.owed:
        owe(db, each, now)
    db.executemany("UPDATE notice_boxes SET slot = ? WHERE box = ?", [(slot, box) for box, slot in decision.slots])
    db.executemany(
        "INSERT OR IGNORE INTO notice_told (item, step) VALUES (?, ?)", [(i, int(s)) for i, s in decision.told]
    )
    db.executemany("DELETE FROM notice_told WHERE item = ?", [(item,) for item in decision.gone])
    db.executemany("UPDATE notice_mails SET alarmed = 1 WHERE mail = ?", [(mail,) for mail in decision.alarmed])


def owe(db: Connection, owed: Owed, now: int) -> None:
    """One more reason for a mail: a new one, or the one on its way."""
    row = db.execute(
        f"SELECT {_COLUMNS} FROM notice_mails WHERE box = ? AND state = 'waiting'",  # noqa: S608  # our columns
        (owed.box,),
    ).fetchone()
    if row is not None:
        _save(db, sooner(_mail(row), now, urgent=owed.urgent), None)
        return
    db.execute(
        "INSERT INTO notice_mails (box, why, urgent, owed, next_try) VALUES (?, ?, ?, ?, ?)",
        (owed.box, owed.why.value, int(owed.urgent), now, now),
    )


def told(db: Connection) -> frozenset[tuple[str, Step]]:
    """Which steps were done for which items."""
    return frozenset((str(item), Step(step)) for item, step in db.execute("SELECT item, step FROM notice_told"))


def failing(db: Connection) -> tuple[Failing, ...]:
    """Mails that failed, or urgent ones that were tried in vain more than once, of which nobody else was told."""
    rows = db.execute(
        """SELECT mail, box, why, urgent FROM notice_mails
           WHERE alarmed = 0 AND (state = 'failed' OR (state = 'waiting' AND urgent = 1 AND tries >= ? AND trying = 0)) ORDER BY mail""",
        (ALARM_AFTER,),
    )
    return tuple(Failing(mail, box, why == Why.ALARM, bool(urgent)) for mail, box, why, urgent in rows)


def ready(db: Connection, now: int) -> tuple[Ready, ...]:
    """What is to be tried now: urgent ones first, then the one that waits longest."""
    rows = db.execute(
        f"""SELECT {_COLUMNS}, address, reached, reached_urgent FROM notice_mails JOIN notice_boxes USING (box)
            WHERE state = 'waiting' ORDER BY urgent DESC, owed, mail"""  # noqa: S608  # our columns
    ).fetchall()
    found = ((_mail(row[:-3]), str(row[-3]), Reached(*row[-2:])) for row in rows)
    return tuple(Ready(mail, address) for mail, address, reached in found if may_try(mail, reached, now))


def begin(db: Connection, mail: Mail) -> Mail | None:
    """Write down that a try begins; None when the address was taken away meanwhile."""
    there = db.execute("SELECT 1 FROM notice_mails WHERE mail = ? AND state = 'waiting'", (mail.mail,)).fetchone()
    if there is None:
        return None
    _save(db, trying := begun(mail), None)
    return trying


def finish(db: Connection, mail: Mail, trouble: Trouble | None, now: int) -> Mail:
    """Write down how a try went. A mail that became urgent meanwhile stays so."""
    after = ended(mail, trouble, now)
    _save(db, after, None if after.state == "waiting" else now)
    if trouble in {None, Trouble.UNSURE}:
        _reached(db, after, now)
    if after.state != "waiting":
        _forget_old(db, after.box)
    return after


def recover(db: Connection, now: int) -> int:
    """Take up what a program that ended in the middle of a try left behind. Returns how many."""
    rows = db.execute(f"SELECT {_COLUMNS} FROM notice_mails WHERE state = 'waiting' AND trying = 1").fetchall()  # noqa: S608
    for mail in map(_mail, rows):
        after = found_begun(mail, now)
        _save(db, after, None if after.state == "waiting" else now)
        _reached(db, after, now)
    return len(rows)


def _mail(row: tuple[object, ...]) -> Mail:
    mail, box, urgent, next_try, tries, unsure, trying, state, trouble = row
    return Mail(  # the columns are as STRICT tables keep them
        mail=mail, box=box, urgent=bool(urgent), next_try=next_try, tries=tries, unsure=unsure,  # type: ignore[arg-type]
        trying=bool(trying), state=state, trouble=None if trouble is None else Trouble(trouble),  # type: ignore[arg-type]
    )  # fmt: skip


def _save(db: Connection, mail: Mail, at: int | None) -> None:
    trouble = None if mail.trouble is None else mail.trouble.value
    db.execute(
        """UPDATE notice_mails SET urgent = ?, next_try = ?, tries = ?, unsure = ?, trying = ?, state = ?, trouble = ?, ended = ?
           WHERE mail = ?""",
        (
            int(mail.urgent),
            mail.next_try,
            mail.tries,
            mail.unsure,
            int(mail.trying),
            mail.state,
            trouble,
            at,
            mail.mail,
        ),
    )


def _reached(db: Connection, mail: Mail, now: int) -> None:
    db.execute("UPDATE notice_boxes SET reached = max(reached, ?) WHERE box = ?", (now, mail.box))
    if mail.urgent:
        db.execute("UPDATE notice_boxes SET reached_urgent = max(reached_urgent, ?) WHERE box = ?", (now, mail.box))


def _forget_old(db: Connection, box: int) -> None:
    db.execute(
        """DELETE FROM notice_mails WHERE box = ? AND state != 'waiting' AND mail NOT IN (
               SELECT mail FROM notice_mails WHERE box = ? ORDER BY mail DESC LIMIT ?)""",
        (box, box, _KEPT),
    )


def boxes_with_mail(db: Connection, boxes: Iterable[int]) -> frozenset[int]:
    """Those of the addresses for which a mail is on its way."""
    waiting = {box for (box,) in db.execute("SELECT box FROM notice_mails WHERE state = 'waiting'")}
    return frozenset(boxes) & waiting
