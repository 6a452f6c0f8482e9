"""Referrals at the desk, for tests of the work pages: fictional ids, delivered as the bot would, and forms filled as a page fills them."""

import re
from typing import Any

from httpx import Response

from referrals.casebook_queue import Listed
from referrals.desk import assignments, deeds
from referrals.desk.accounts import Account
from referrals.desk.deeds import Done
from tests import filed
from tests.desk_rig import Browser, Rig
from tests.filed import DAY, HOUR, MINUTE, NOW

PARTNER = "P1"
# A new urgent one, seventeen minutes before it is late.
LISTED = Listed(
    referral_id="0a1b2c3d" + "0" * 24, partner="P1", klass="now", state="delivered", version=4, reason=None, outcome=None, created=NOW,
    arrived=NOW - 13 * MINUTE, acknowledge_by=NOW + 17 * MINUTE, deadline=NOW + 17 * MINUTE, answered=None, changed=NOW,
    expires=NOW + HOUR, fresh=True, packets=1, replies=0, undo_until=None,
)  # fmt: skip
_FIELD = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)">')


def rid(number: int) -> str:
    """The id of the n-th referral, with a short name of its own."""
    return f"{number:08x}{number:024x}"


def deliver(rig: Rig, number: int, klass: str = "normal", partner: str = PARTNER, **changes: Any) -> str:
    """A new referral of a case of its own, delivered now. Returns its id."""
    now = int(rig.clock())
    made = filed.alone(
        rid(number), partner=partner, klass=klass, case_id=f"{number:032x}", verifier=f"{number:064x}",
        packet_id=f"{number + 0xF0000000:032x}", created=now // HOUR * HOUR, expires=(now + 30 * DAY) // HOUR * HOUR, **changes,
    )  # fmt: skip
    rig.books(lambda books: books.casebook.receive(made, b"fictional", now))
    return made.referral_id


def take_back(rig: Rig, number: int, partner: str = PARTNER, klass: str = "normal") -> None:
    """The person takes the n-th referral back now."""
    now = int(rig.clock())
    made = filed.withdrawal(
        rid(number), at=now, partner=partner, klass=klass, position=0, case_id=f"{number:032x}", verifier=f"{number:064x}",
        packet_id=f"{number + 0xE0000000:032x}",
    )  # fmt: skip
    rig.books(lambda books: books.casebook.receive(made, b"fictional", now))


def listed(rig: Rig, referral_id: str) -> Listed:
    """The referral as it is now."""
    found = rig.books(lambda books: books.casebook.one(referral_id))
    assert found is not None
    return found


def holder(rig: Rig, referral_id: str) -> str | None:
    """Who has it."""
    return rig.books(lambda books: assignments.holder(books.desk.db, referral_id))


def done(rig: Rig, referral_id: str) -> tuple[Done, ...]:
    """What was done to it."""
    return rig.books(lambda books: deeds.of(books.desk.db, referral_id))


def audited(rig: Rig) -> list[tuple[str, str | None, str | None]]:
    """The audit: action, subject, and for whom."""
    return rig.books(
        lambda books: books.desk.db.execute(
            "SELECT action, subject, on_behalf_of FROM audit ORDER BY number"
        ).fetchall()
    )


def seen(rig: Rig, referral_id: str) -> dict[str, str]:
    """What a page of the referral as it is now puts into its forms."""
    return {"version": str(listed(rig, referral_id).version), "holder": holder(rig, referral_id) or ""}


def do(browser: Browser, rig: Rig, referral_id: str, move: str, **form: str) -> Response:
    """Do a move from a page that was loaded just now."""
    answer: Response = browser.post(f"/case/{referral_id}/{move}", data=seen(rig, referral_id) | form)
    return answer


def hidden(html: str) -> dict[str, str]:
    """The hidden fields of a page's forms; of several of one name the last."""
    return dict(_FIELD.findall(html))


def level(rig: Rig, partner: str = PARTNER) -> str | None:
    """What the partner's capacity is lowered to in the casebook."""
    return rig.books(lambda books: books.casebook.lowered().get(partner))


def give_key(rig: Rig, account: Account, *, heard_by: Account | None = None) -> str:
    """Give an account a key that was made by hand, and let a colleague have heard it. Returns its mark."""
    mark = f"{int(account.account, 16) ^ 1:032x}"

    def add(books: Any) -> None:
        with books.desk.transaction() as db:
            db.execute(
                "INSERT INTO keys (mark, account, recipient, made) VALUES (?, ?, ?, ?)",
                (mark, account.account, "age1pq1" + mark, 0),
            )
            if heard_by is not None:
                db.execute("INSERT INTO approvals (mark, account, at) VALUES (?, ?, 0)", (mark, heard_by.account))

    rig.books(add)
    return mark
