"""The notifier on a real desk with a real mail server: a whole day of cases, ends in the middle, and nothing personal anywhere."""

import asyncio
import email
import email.policy
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from referrals.desk import accounts
from referrals.desk.grants import Role
from referrals.desk.notices import boxes, outgoing, sending, standing
from referrals.desk.notices.boxes import Owner
from referrals.desk.notices.deciding import Owed, Why
from referrals.desk.notices.hours import last_slot
from referrals.desk.notices.notifier import EVERY, Notifier
from referrals.desk.notices.server import MailServer
from referrals.desk.store import Books
from tests.desk_rig import ORIGIN, Rig, desk_in
from tests.filed import DAY, FIRST, HOUR, MINUTE, NOW, SECOND, THIRD, addition, alone, withdrawal
from tests.mail_server import Certificates, Received, free_port, mail_server

PARTNER = "partner-marked"
MARKS = (PARTNER, "Ada-marked", "Bea-marked", "Lia-marked", FIRST, SECOND, THIRD, "sealed-marked", "urgent", "digest")


def address(name: str) -> str:
    """A fictional address."""
    return f"{name.lower()}@mail.example"


class Office:
    """A partner with two caseworkers, a lead and a second address; and an operator. All have an address."""

    def __init__(self, rig: Rig, server: MailServer | None) -> None:
        self.rig = rig
        self.notifier = Notifier(rig.desk, server)
        self.owners: dict[str, Owner] = {"Second": ("partner", PARTNER)}
        for name, role, partner in (
            ("Ada", Role.CASEWORKER, PARTNER),
            ("Bea", Role.CASEWORKER, PARTNER),
            ("Lia", Role.LEAD, PARTNER),
            ("Ola", Role.OPERATOR, None),
        ):
            made = rig.account(role, partner=partner, name=f"{name}-marked")
            self.owners[name] = ("account", made.account)
        for name, owner in self.owners.items():
            self.enter(owner, address(name))

    def enter(self, owner: Owner, untrusted_address: str) -> None:
        """Take an address."""

        def enter(books: Books) -> None:
            with books.desk.transaction() as db:
                boxes.enter(db, owner, untrusted_address, int(self.rig.clock()))

        self.rig.books(enter)

    def box(self, name: str) -> int:
        """The number of somebody's address."""

        def find(books: Books) -> int:
            with books.desk.reading() as db:
                found = boxes.of(db, self.owners[name])
                assert found is not None
                return found.box

        return self.rig.books(find)

    def owe(self, name: str) -> None:
        """A test."""

        def owe(books: Books) -> None:
            with books.desk.transaction() as db:
                outgoing.owe(db, Owed(self.box_in(books, name), Why.TEST), int(self.rig.clock()))

        self.rig.books(owe)

    def box_in(self, books: Books, name: str) -> int:
        """The same inside other work."""
        found = boxes.of(books.desk.db, self.owners[name])
        assert found is not None
        return found.box

    def health(self, name: str) -> standing.Health:
        """How it is with somebody's address."""

        def look(books: Books) -> standing.Health:
            with books.desk.reading() as db:
                return standing.of(db, self.box_in(books, name)).health

        return self.rig.books(look)

    def file(self, referral_id: str, klass: str = "now", number: str = "c") -> None:
        """A referral comes in."""
        now = int(self.rig.clock())
        filing = alone(referral_id, partner=PARTNER, klass=klass, case_id=number * 32, verifier=number * 64)
        self.rig.books(lambda books: books.casebook.receive(filing, b"sealed-marked", now))

    async def look(self, minutes: float = 0) -> None:
        """Let time pass, with a round at its end."""
        self.rig.clock.passes(minutes * MINUTE)
        await self.notifier.once()


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    """A desk at 15 hours in Seoul, so that nobody's daily mail is near."""
    with desk_in(tmp_path) as made:
        yield made


@contextmanager
def at_work(rig: Rig, given: Certificates) -> Iterator[tuple[Office, Received]]:
    """The office with its mail server."""
    with mail_server(given) as (server, received):
        yield Office(rig, server), received


def heard(received: Received) -> list[str]:
    """Who got a mail since the last look here, by name."""
    names = sorted(each.partition("@")[0].title() for each in received.to)
    received.to.clear()
    return names


async def test_a_whole_day_of_cases(rig: Rig, localhost: Certificates, caplog: pytest.LogCaptureFixture) -> None:
    """Quiet, urgent, late, taken back, failing, the daily hour: every mail is of one size and says the same; no mark is in any."""
    caplog.set_level(logging.DEBUG)
    with at_work(rig, localhost) as (office, received):
        await office.look()
        assert heard(received) == []

        office.file(FIRST)
        await office.look()
        assert heard(received) == ["Ada", "Bea"]
        await office.look(14)
        assert heard(received) == []
        await office.look(1)
        assert heard(received) == ["Ada", "Bea", "Lia", "Second"]
        await office.look(15)
        assert heard(received) == ["Ada", "Bea", "Lia", "Ola", "Second"]

        rig.books(lambda books: books.casebook.acknowledge(FIRST, int(rig.clock())))
        added = addition(FIRST, at=int(rig.clock()), partner=PARTNER, klass="now", position=0)
        rig.books(lambda books: books.casebook.receive(added, b"sealed-marked", int(rig.clock())))
        await office.look(6)
        assert heard(received) == ["Ada", "Bea"]

        office.file(SECOND, "normal", "d")
        await office.look(1)
        assert heard(received) == []
        taken_back = withdrawal(FIRST, at=int(rig.clock()), partner=PARTNER, klass="now", position=0)
        rig.books(lambda books: books.casebook.receive(taken_back, b"sealed-marked", int(rig.clock())))
        await office.look(10)
        assert heard(received) == []

        received.always[address("Ada")] = "550 no"
        rig.clock.now = last_slot("Asia/Seoul", 9, int(rig.clock()) + DAY) - 1
        await office.look()
        assert heard(received) == []
        await office.look(1 / 60)
        assert heard(received) == ["Bea", "Lia", "Ola", "Second"]
        assert office.health("Ada") is standing.Health.FAILED
        await office.look(6)
        assert heard(received) == ["Second"]

        rig.clock.now = NOW + DAY + 6 * HOUR
        await office.look()
        assert "Lia" in heard(received)

    assert len(received.mails) > 15
    assert {len(each) for each in received.mails} == {len(received.mails[0])}
    said = {_without_date_and_id(each) for each in received.mails}
    assert len(said) == 1
    read = email.message_from_bytes(received.mails[0], policy=email.policy.default)
    everything = b"".join(received.mails).decode() + str(read["Subject"]) + str(read.get_content())
    assert ORIGIN in everything
    assert not [mark for mark in (*MARKS, *map(address, office.owners)) if mark in everything]
    ours = [each for each in caplog.records if each.name != "mail.log"]  # which is the mail server's own
    logged = "".join(each.getMessage() + str(each.args) for each in ours)
    assert not [mark for mark in (*MARKS, *map(address, office.owners)) if mark in logged]


def _without_date_and_id(message: bytes) -> bytes:
    return b"\r\n".join(line for line in message.split(b"\r\n") if not line.startswith((b"Date:", b"Message-ID:")))


async def test_a_second_round_sends_nothing_more(rig: Rig, localhost: Certificates) -> None:
    """Nor does one after another start."""
    with at_work(rig, localhost) as (office, received):
        office.file(FIRST)
        await office.look()
        await office.look()
        await Notifier(rig.desk, office.notifier._server).recover()
        await office.look()

    assert heard(received) == ["Ada", "Bea"]


async def test_who_is_not_available_is_called_only_when_nobody_answers(rig: Rig, localhost: Certificates) -> None:
    """Bea is away: she hears after 15 minutes, with the lead and the second address."""
    with at_work(rig, localhost) as (office, received):
        away = office.owners["Bea"][1]

        def leave(books: Books) -> None:
            with books.desk.transaction() as db:
                db.execute("INSERT INTO availability (account, away, since) VALUES (?, 1, ?)", (away, NOW))

        rig.books(leave)
        office.file(FIRST)
        await office.look()
        assert heard(received) == ["Ada"]
        await office.look(15)
        assert heard(received) == ["Ada", "Bea", "Lia", "Second"]


async def test_one_taken_back_before_the_round_makes_no_mail(rig: Rig, localhost: Certificates) -> None:
    """She sent it and took it back within the five seconds."""
    with at_work(rig, localhost) as (office, received):
        office.file(FIRST)
        taken_back = withdrawal(FIRST, partner=PARTNER, klass="now", position=0)
        rig.books(lambda books: books.casebook.receive(taken_back, b"sealed-marked", NOW))
        await office.look()

    assert heard(received) == []


async def test_many_urgent_ones_make_few_mails(rig: Rig, localhost: Certificates) -> None:
    """Thirty within half an hour: the first at once, then one in five minutes at most for each address."""
    with at_work(rig, localhost) as (office, received):
        for number in range(30):
            office.file(f"{number:032x}", number=f"{number:02x}"[-1])
            await office.look(1)
        mails = heard(received)

    assert 1 <= mails.count("Ada") <= 7
    assert mails.count("Lia") <= 4


async def test_a_server_that_is_back_gets_what_waited(rig: Rig, localhost: Certificates) -> None:
    """Put off with 4xx, then accepted: one mail, and the page showed both."""
    with at_work(rig, localhost) as (office, received):
        received.next["RCPT"] = ["450 busy"]
        office.owe("Ada")
        await office.look()
        assert (heard(received), office.health("Ada")) == ([], standing.Health.TRYING)
        await office.look(1)
        assert (heard(received), office.health("Ada")) == (["Ada"], standing.Health.UNPROVEN)


async def test_an_urgent_mail_that_fails_alarms_the_second_address(rig: Rig, localhost: Certificates) -> None:
    """Two tries in vain are enough; and nobody else is told a second time."""
    with at_work(rig, localhost) as (office, received):
        received.always[address("Ada")] = "451 later"
        office.file(FIRST)
        await office.look()
        assert heard(received) == ["Bea"]
        await office.look(0.5)
        assert heard(received) == []
        await office.look(0.1)
        assert heard(received) == ["Second"]
        await office.look(0.1)
        assert heard(received) == []


async def test_a_server_that_is_away_is_tried_once_a_round(rig: Rig) -> None:
    """What would happen to every other mail as well ends the round: the others wait untried, and none is lost."""
    office = Office(rig, MailServer("localhost", free_port(), True, "notices@desk.example"))
    for name in ("Ada", "Bea", "Lia"):
        office.owe(name)
    await office.look()

    def tries(books: Books) -> list[int]:
        return [tries for (tries,) in books.desk.db.execute("SELECT tries FROM notice_mails ORDER BY mail")]

    assert rig.books(tries) == [1, 0, 0]


@pytest.mark.parametrize("after", [False, True])
async def test_an_end_in_the_middle_sends_once_more_and_not_again(
    rig: Rig, localhost: Certificates, monkeypatch: pytest.MonkeyPatch, after: bool
) -> None:
    """The program ends before or after the server accepted; what starts then sends that one mail once more. The same one, harmless."""

    class Ended(BaseException):
        """Stands for the end of the process: nothing catches it."""

    def dies(server: MailServer, to: str, message: bytes) -> None:
        if after:
            sending.send(server, to, message)
        raise Ended

    with at_work(rig, localhost) as (office, received):
        office.owe("Ada")
        with monkeypatch.context() as patched:
            patched.setattr("referrals.desk.notices.notifier.send", dies)
            with pytest.raises(Ended):
                await office.look()
        again = Notifier(rig.desk, office.notifier._server)
        await again.recover()
        for _ in range(4):
            rig.clock.passes(6 * MINUTE)
            await again.once()

    assert heard(received) == ["Ada"] * (2 if after else 1)


async def test_without_a_mail_server_what_is_owed_waits(rig: Rig) -> None:
    """The pages say that none is set; once one is, what was owed goes."""
    office = Office(rig, None)
    office.owe("Ada")
    await office.look()

    alive = standing.alive(rig.books(lambda books: books.casebook.pulses()), NOW)
    assert (alive.at, alive.stalled, alive.server) == (NOW, False, False)
    assert rig.books(lambda books: len(outgoing.ready(books.desk.db, NOW))) == 1


async def test_who_left_gets_nothing(rig: Rig, localhost: Certificates) -> None:
    """Ada's account ends with a mail on its way to her: it is not sent, and her address is gone."""
    with at_work(rig, localhost) as (office, received):
        office.owe("Ada")

        def end(books: Books) -> None:
            with books.desk.transaction() as db:
                accounts.remove(db, office.owners["Ada"][1], NOW)

        rig.books(end)
        await office.look()

        assert heard(received) == []
        assert rig.books(lambda books: boxes.of(books.desk.db, office.owners["Ada"])) is None


async def test_a_defect_ends_no_notices(rig: Rig, localhost: Certificates, caplog: pytest.LogCaptureFixture) -> None:
    """A round that fails is done again; meanwhile the sign of life stays away, and the log has no address."""
    with at_work(rig, localhost) as (office, received):
        office.owe("Ada")
        draw = rig.desk.draw
        broken = replace(rig.desk, draw=lambda size: draw(size - 1))
        failing = Notifier(broken, office.notifier._server)
        assert not await failing._done(failing.once)
        assert standing.alive(rig.books(lambda books: books.casebook.pulses()), NOW).stalled
        assert address("Ada") not in caplog.text

        await office.notifier.recover()
        await office.look(6)
        assert heard(received) == ["Ada"]


async def test_it_works_until_it_is_told_to_stop(rig: Rig, localhost: Certificates) -> None:
    """As a task it starts, recovers, looks, and ends when cancelled."""
    with at_work(rig, localhost) as (office, received):
        office.owe("Ada")
        task = asyncio.create_task(office.notifier.run())
        async with asyncio.timeout(EVERY):
            while office.health("Ada") is not standing.Health.UNPROVEN:  # noqa: ASYNC110  # the mail server is a thread
                await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    assert heard(received) == ["Ada"]
