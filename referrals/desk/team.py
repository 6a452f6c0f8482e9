"""The team of one partner: who works there, who is invited, and whether two people are needed to let somebody in."""

from starlette.responses import Response

from referrals.desk import accounts, audit, invitations
from referrals.desk.accounts import Account, RefusedAccount
from referrals.desk.audit import Action
from referrals.desk.doors import Door, Subject
from referrals.desk.grants import PARTNER_ROLES, Grant, Role
from referrals.desk.invitations import Invitation
from referrals.desk.settling import settle
from referrals.desk.store import Books
from referrals.desk.visit import Visit

_TOLD = frozenset({"done", "none", "asked", "self"})
KEYS = (
    *(f"role.{role}" for role in Role),
    *(f"team.told.{told}" for told in sorted(_TOLD)),
    "team.bad_name",
)


async def page(visit: Visit) -> Response:
    """`/team`: colleagues, open invitations, and the partner's rule about two people."""
    told = visit.query.get("told", "")
    return await _page(visit, 200, told=told if told in _TOLD else None)


async def _page(visit: Visit, status: int, told: str | None = None, problem: str | None = None) -> Response:
    partner = _partner(visit)

    def read(books: Books) -> dict[str, object]:
        with books.desk.reading() as db:
            colleagues = accounts.of_partner(db, partner)
            return {
                "colleagues": colleagues,
                "names": {each.account: each.name for each in colleagues},
                "invited": invitations.open_of(db, partner, visit.now),
                "two": invitations.two_people(db, partner),
                "asked_by": invitations.ending_asked_by(db, partner),
            }

    roles = sorted(PARTNER_ROLES)
    return visit.page("team.html", status, told=told, problem=problem, roles=roles, **await visit.desk.run(read))


async def invite(visit: Visit) -> Response:
    """Invite a colleague; the link is shown once, to be handed over by another way than mail."""
    name, who, desk = visit.form.get("name", ""), visit.who, visit.desk
    roles = {role for role in PARTNER_ROLES if role in visit.fields.get("role", ())}
    token, invitation = desk.draw(invitations.TOKEN_BYTES), desk.draw(accounts.ID_BYTES).hex()

    def write(books: Books) -> Invitation:
        with books.desk.transaction() as db:
            made = invitations.invite(db, invitation, token, name, who.partner, roles, who.account, visit.now)
            audit.record(db, visit.now, who.account, Action.INVITED, made.invitation)
            return made

    try:
        return _link(visit, await desk.run(write), token)
    except RefusedAccount:
        return await _page(visit, 400, problem="team.bad_name")


async def reset(visit: Visit) -> Response:
    """Give a colleague who lost everything new means of sign-in; her sessions and old means end at once."""
    who, desk, account = visit.who, visit.desk, visit.path["account_id"]
    if account == who.account:
        return visit.go("/team?told=self")
    token, invitation = desk.draw(invitations.TOKEN_BYTES), desk.draw(accounts.ID_BYTES).hex()

    def write(books: Books) -> Invitation | None:
        with books.desk.transaction() as db:
            found = accounts.one(db, account)
            if found is None or found.removed is not None:
                return None
            made = invitations.invite_again(db, invitation, token, found, who.account, visit.now)
            audit.record(db, visit.now, who.account, Action.RESET, account)
            return made

    made = await desk.run(write)
    return visit.go("/team?told=none") if made is None else _link(visit, made, token)


async def agree(visit: Visit) -> Response:
    """A second person agrees to an invitation."""
    who, invitation, partner = visit.who, visit.form.get("invitation", ""), _partner(visit)

    def write(books: Books) -> bool:
        with books.desk.transaction() as db:
            agreed = invitations.agree(db, invitation, partner, who.account, visit.now)
            if agreed:
                audit.record(db, visit.now, who.account, Action.AGREED, invitation)
            return agreed

    return _back(visit, done=await visit.desk.run(write))


async def withdraw(visit: Visit) -> Response:
    """Take an open invitation back."""
    who, invitation, partner = visit.who, visit.form.get("invitation", ""), _partner(visit)

    def write(books: Books) -> bool:
        with books.desk.transaction() as db:
            gone = invitations.withdraw(db, invitation, partner)
            if gone:
                audit.record(db, visit.now, who.account, Action.INVITATION_WITHDRAWN, invitation)
            return gone

    return _back(visit, done=await visit.desk.run(write))


async def ask_removal(visit: Visit) -> Response:
    """Ask whether somebody is really to be removed, and say what that does."""
    account = await visit.desk.run(lambda books: _one(books, visit.path["account_id"]))
    return visit.go("/team?told=none") if account is None else visit.page("team_remove.html", account=account)


async def remove(visit: Visit) -> Response:
    """End a colleague's access, at this very moment."""
    who, account, partner = visit.who, visit.path["account_id"], _partner(visit)

    def write(books: Books) -> bool:
        with books.desk.transaction() as db:
            gone = accounts.remove(db, account, visit.now)
            if gone:
                audit.record(db, visit.now, who.account, Action.REMOVED, account)
        if gone:
            settle(books, partner, visit.now)
        return gone

    return _back(visit, done=await visit.desk.run(write))


async def two(visit: Visit) -> Response:
    """Ask two people from now on; or ask to end that, which somebody else has to agree to."""
    who, partner, wanted = visit.who, _partner(visit), visit.form.get("two") == "on"

    def write(books: Books) -> str:
        with books.desk.transaction() as db:
            if wanted:
                invitations.ask_two(db, partner)
                audit.record(db, visit.now, who.account, Action.TWO_PEOPLE_ON)
                return "done"
            if not invitations.two_people(db, partner):
                return "none"
            ended = invitations.end_two(db, partner, who.account)
            audit.record(db, visit.now, who.account, Action.TWO_PEOPLE_OFF if ended else Action.TWO_PEOPLE_ASKED_OFF)
            return "done" if ended else "asked"

    return visit.go(f"/team?told={await visit.desk.run(write)}")


async def two_agree(visit: Visit) -> Response:
    """Any colleague but the one who asked agrees that two people are not needed any more."""
    who, partner = visit.who, _partner(visit)

    def write(books: Books) -> bool:
        with books.desk.transaction() as db:
            asked_by = invitations.ending_asked_by(db, partner)
            if asked_by is None or asked_by == who.account or not invitations.end_two(db, partner, who.account):
                return False
            audit.record(db, visit.now, who.account, Action.TWO_PEOPLE_OFF)
            return True

    return _back(visit, done=await visit.desk.run(write))


def _link(visit: Visit, made: Invitation, token: bytes) -> Response:
    link = f"{visit.desk.settings.origin}/join#{token.hex()}"
    return visit.page("team_link.html", link=link, invitation=made)


def _one(books: Books, account: str) -> Account | None:
    with books.desk.reading() as db:
        return accounts.one(db, account)


def _partner(visit: Visit) -> str:
    if visit.who.partner is None:
        raise RuntimeError("TEAM and LEAD are held for a partner")
    return visit.who.partner


def _back(visit: Visit, *, done: bool) -> Response:
    return visit.go(f"/team?told={'done' if done else 'none'}")


DOORS = (
    Door("GET", "/team", Grant.TEAM, page),
    Door("POST", "/team/invite", Grant.LEAD, invite),
    Door("POST", "/team/agree", Grant.TEAM, agree),
    Door("POST", "/team/withdraw", Grant.LEAD, withdraw),
    Door("GET", "/team/{account_id}/remove", Grant.LEAD, ask_removal, Subject.ACCOUNT),
    Door("POST", "/team/{account_id}/remove", Grant.LEAD, remove, Subject.ACCOUNT),
    Door("POST", "/team/{account_id}/reset", Grant.LEAD, reset, Subject.ACCOUNT),
    Door("POST", "/team/two", Grant.LEAD, two),
    Door("POST", "/team/two/agree", Grant.TEAM, two_agree),
)
