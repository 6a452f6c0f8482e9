"""Who writes to the bot: marked, so that a leak can be found."""

from bot.practice.botapi import PracticeServer
from bot.practice.persons import MARKS, MEDIA


def test_every_person_carries_marks(server: PracticeServer) -> None:
    """Whatever a person sends holds marks that a leak test can search for, and persons differ in theirs."""
    first, second = server.new_person(), server.new_person()
    for person in (first, second):
        server.open(person.chat)
        for kind in MEDIA:
            server.send(person.chat, kind)
    sent = str([body for body in server.account.queue.fetch(0, 100) if body["message"]["chat"]["id"] == first.chat])

    assert all(mark in sent for mark in MARKS)
    assert all(mark in sent for mark in first.marks())
    assert not any(mark in sent for mark in second.marks())
