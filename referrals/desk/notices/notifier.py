"""The notifier: decides who is owed a mail, writes it down, and only then sends. A task inside `naru desk`.

A program that ends between sending and writing that down sends that one mail once more, and not again (`trying`). Nothing here knows what
a referral holds, and nothing that it logs says more than where in the code something failed.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from referrals.database import DatabaseError
from referrals.desk.notices import boxes, mail, outgoing, standing
from referrals.desk.notices.deciding import decide
from referrals.desk.notices.outgoing import Ready
from referrals.desk.notices.sending import send
from referrals.desk.notices.server import MailServer
from referrals.desk.notices.troubles import Trouble, Undelivered
from referrals.desk.notices.trying import Mail
from referrals.desk.notices.waiting import items
from referrals.desk.parts import Desk
from referrals.desk.store import Books

EVERY = 5.0  # seconds between two rounds; "at once" for class `now` means within this and the time of sending
_AT_ONCE = 10  # mails in one round, before it looks again whether something urgent came
_PULSE_EVERY = 30  # seconds between two signs of life: each is a write
_log = logging.getLogger(__name__)


class Notifier:
    """Runs the notices of one desk."""

    def __init__(self, desk: Desk, server: MailServer | None) -> None:
        """`server` None: none is set, so what is owed is written down and waits, and the pages say so."""
        self._desk = desk
        self._server = server
        self._subject, self._text = mail.text(desk.words.say, desk.settings.origin)
        self._pulsed = 0

    async def run(self) -> None:
        """Work until cancelled."""
        while not await self._done(self.recover):  # noqa: ASYNC110  # a database that is locked rings no bell
            await asyncio.sleep(EVERY)
        while True:
            await self._done(self.once)
            await asyncio.sleep(EVERY)

    async def recover(self) -> None:
        """Take up what a program that ended in the middle of sending left behind. Raises DatabaseError."""
        now = self._now()

        def work(books: Books) -> None:
            with books.desk.transaction() as db:
                outgoing.recover(db, now)

        await self._desk.run(work)

    async def once(self) -> None:
        """One round: decide and commit, then send what is to be sent now. Raises DatabaseError."""
        ready = await self._desk.run(partial(_decided, now=self._now()))
        if self._server is not None:
            await self._send(self._server, ready[:_AT_ONCE])
        await self._alive()

    async def _send(self, server: MailServer, ready: Sequence[Ready]) -> None:
        """One after the other; what would happen to all the others as well ends the round."""
        for each in ready:
            trouble = await self._try(server, each)
            await self._alive()
            if trouble is not None and trouble.everybody:
                return

    async def _try(self, server: MailServer, ready: Ready) -> Trouble | None:
        """Try one mail: the try is on disk before the first byte leaves, and its outcome after the last."""
        now = self._now()
        trying = await self._desk.run(partial(_begun, ready=ready))
        if trying is None:
            return None
        message = mail.compose(server.sender, self._subject, self._text, now, self._desk.draw(mail.ID_BYTES))
        trouble: Trouble | None = None
        try:
            await asyncio.to_thread(send, server, ready.address, message)
        except Undelivered as undelivered:
            trouble = undelivered.trouble
        await self._desk.run(partial(_finished, mail=trying, trouble=trouble, now=self._now()))
        return trouble

    async def _alive(self) -> None:
        """Leave a sign of life, with how many addresses are not reached."""
        now, server = self._now(), self._server is not None
        if abs(now - self._pulsed) < _PULSE_EVERY:
            return

        def work(books: Books) -> None:
            with books.desk.reading() as db:
                failing = sum(each.failing for each in standing.reach(db))
            books.casebook.pulses_set({standing.FAILING: failing, standing.SERVER: int(server)}, now)

        await self._desk.run(work)
        self._pulsed = now

    async def _done(self, work: Callable[[], Awaitable[None]]) -> bool:
        """Do one round; what fails is done again at the next, and shows on the pages by the sign of life that stays away."""
        try:
            await work()
        except DatabaseError as error:
            _log.warning("the notices could not use a database", exc_info=error)
            return False
        except Exception as error:  # noqa: BLE001  # a defect must not end the notices for good
            # Of a defect the log has the class and the lines of code only: bot.quiet prints no text of an exception.
            _log.error("a defect in the notices", exc_info=error)
            return False
        return True

    def _now(self) -> int:
        return int(self._desk.clock())


def _decided(books: Books, now: int) -> tuple[Ready, ...]:
    """Decide, commit, and say what is to be sent now. A program that ends here has lost nothing."""
    waiting = items(books.casebook, now)
    with books.desk.transaction() as db:
        boxes.forget_removed(db)
        decision = decide(boxes.everyone(db), waiting, outgoing.told(db), outgoing.failing(db), now)
        outgoing.write_down(db, decision, now)
        return outgoing.ready(db, now)


def _begun(books: Books, ready: Ready) -> Mail | None:
    with books.desk.transaction() as db:
        return outgoing.begin(db, ready.mail)


def _finished(books: Books, mail: Mail, trouble: Trouble | None, now: int) -> None:
    with books.desk.transaction() as db:
        outgoing.finish(db, mail, trouble, now)


async def notifier(desk: Desk, server: MailServer | None) -> None:
    """Run the notices of a desk until cancelled; `server` None where no mail server is set."""
    await Notifier(desk, server).run()
