"""Operators' pages: read-only, and without the content of any referral. What each shows is decided in operating_*.py, which are pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from starlette.responses import Response

from referrals.casebook_attested import Attestation
from referrals.casebook_listed import ListedPartner, ListState, Room
from referrals.casebook_pulse import Pulse
from referrals.casebook_queue import Delay, Running
from referrals.desk import operating_bot, operating_charts, operating_delays, operating_list, operating_overview
from referrals.desk.doors import Door
from referrals.desk.grants import Grant
from referrals.desk.notices import standing
from referrals.desk.notices.standing import Reach
from referrals.desk.operating_staff import Staff, staff
from referrals.desk.queue_view import shown, span, stamp
from referrals.desk.store import Books
from referrals.desk.visit import Visit


@dataclass(frozen=True, slots=True)
class Found:
    """What the two databases say at one visit."""

    state: ListState | None
    listed: tuple[ListedPartner, ...]
    lowered: Mapping[str, Room]
    pulses: Mapping[str, Pulse]
    waiting: Sequence[Running]
    delays: Sequence[Delay]
    attestations: Sequence[Attestation]

    @property
    def aliases(self) -> Mapping[str, str]:
        """What each partner of the list is called."""
        return {each.partner: each.alias for each in self.listed}


def _found(books: Books, now: int) -> Found:
    book = books.casebook
    return Found(
        book.list_state(),
        book.all_listed(),
        book.lowered(),
        book.pulses(),
        book.running(),
        book.delays(None, now),
        book.owed_attestations(None, now),
    )


def _staff(books: Books, now: int) -> tuple[Staff, tuple[Reach, ...]]:
    with books.desk.reading() as db:
        return staff(db, now), standing.reach(db)


async def overview(visit: Visit) -> Response:
    """What needs an operator now."""
    now = visit.now
    found = await visit.desk.run(lambda books: _found(books, now))
    told, reach = await visit.desk.run(lambda books: _staff(books, now))
    return _page(
        visit,
        "operate.html",
        concerns=operating_overview.concerns(
            _health(found, now),
            operating_list.partners(found.listed, found.lowered, found.pulses, now),
            operating_delays.late(found.waiting, now),
            operating_delays.owed(found.attestations, now),
            operating_bot.bot(found.pulses, now),
            told.verdict,
            reach,
        ),
    )


async def directory(visit: Visit) -> Response:
    """The health of the partner list."""
    now = visit.now
    found = await visit.desk.run(lambda books: _found(books, now))
    health = _health(found, now)
    return _page(
        visit,
        "operate_directory.html",
        health=health,
        partners=operating_list.partners(found.listed, found.lowered, found.pulses, now),
        chart=operating_charts.dates(health, visit.say) if health else None,
    )


async def delays(visit: Visit) -> Response:
    """How long referrals wait, by partner."""
    now = visit.now
    found = await visit.desk.run(lambda books: _found(books, now))
    rows = operating_delays.rows(found.waiting, now)
    answers = operating_delays.answers(found.delays)
    name = _namer(found)
    return _page(
        visit,
        "operate_delays.html",
        rows=rows,
        late=operating_delays.late(found.waiting, now),
        answers=answers,
        owed=operating_delays.owed(found.attestations, now),
        few=operating_delays.FEW,
        name=name,
        waiting_chart=operating_charts.waiting(rows, name, visit.say),
        answers_chart=operating_charts.answers(answers, name, visit.say),
    )


async def bot(visit: Visit) -> Response:
    """The bot and its queues."""
    now = visit.now
    found = await visit.desk.run(lambda books: _found(books, now))
    told = operating_bot.bot(found.pulses, now)
    return _page(visit, "operate_bot.html", bot=told, chart=operating_charts.alarms(told.alarms, visit.say))


async def staff_page(visit: Visit) -> Response:
    """What staff did, whether the chain of it holds, and whom notices reach."""
    now = visit.now
    found = await visit.desk.run(lambda books: _found(books, now))
    told, reach = await visit.desk.run(lambda books: _staff(books, now))
    return _page(visit, "operate_staff.html", staff=told, reach=reach, name=_namer(found), few=operating_delays.FEW)


def _health(found: Found, now: int) -> operating_list.Health | None:
    return None if found.state is None else operating_list.health(found.state, found.pulses, now)


def _namer(found: Found) -> Callable[[str], str]:
    aliases = found.aliases
    return lambda partner: operating_delays.named(aliases, partner)


def _page(visit: Visit, template: str, **context: object) -> Response:
    def long(seconds: int) -> str:
        length = span(seconds)
        return visit.say(length.key, count=length.count)

    told: dict[str, object] = {"long": long, "shown": shown, "stamp": stamp, "pages": PAGES, **context}
    return visit.page(template, 200, **told)


# The pages in their order, with the key of each one's name.
PAGES = (
    ("/operate", "operate.nav.overview"),
    (operating_overview.DIRECTORY, "operate.nav.directory"),
    (operating_overview.DELAYS, "operate.nav.delays"),
    (operating_overview.BOT, "operate.nav.bot"),
    (operating_overview.STAFF, "operate.nav.staff"),
)
_COLUMNS = (
    "signed", "until", "left", "partner", "status", "keys", "room", "problem", "case", "age", "class", "open", "oldest", "late", "answered",
    "answered_late", "median", "overdue", "since", "alarm", "count", "meaning", "at", "who", "what", "whom", "people",
    "addresses", "failing",
)  # fmt: skip
KEYS = (*(key for _, key in PAGES), *(f"operate.column.{each}" for each in _COLUMNS), "operate.bot_well")
DOORS: tuple[Door, ...] = (
    Door("GET", "/operate", Grant.OPERATE, overview),
    Door("GET", operating_overview.DIRECTORY, Grant.OPERATE, directory),
    Door("GET", operating_overview.DELAYS, Grant.OPERATE, delays),
    Door("GET", operating_overview.BOT, Grant.OPERATE, bot),
    Door("GET", operating_overview.STAFF, Grant.OPERATE, staff_page),
)
