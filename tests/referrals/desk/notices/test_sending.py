"""Handing a mail over: to a real mail server over TLS, or not at all; what goes wrong is told in one word."""

import socket
import ssl
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from referrals.desk.notices.sending import send
from referrals.desk.notices.server import MailServer
from referrals.desk.notices.troubles import Trouble, Undelivered
from referrals.secret import Secret
from tests.mail_server import PASSWORD, SENDER, Certificates, Line, certificates, mail_server, scripted

TO = "ada@mail.example"  # fictional
MESSAGE = b"From: <notices@desk.example>\r\nSubject: marked\r\n\r\n.a line that begins with a dot\r\n"


def trouble_with(server: MailServer) -> Trouble:
    """What goes wrong, and that nothing of address or password is in what is raised."""
    with pytest.raises(Undelivered) as raised:
        send(server, TO, MESSAGE)
    assert raised.value.args == (raised.value.trouble.value,)
    printed = "".join(traceback.format_exception(raised.value))  # with whatever it came from
    assert not [mark for mark in (TO, PASSWORD, "no such user") if mark in printed]
    return raised.value.trouble


@pytest.mark.parametrize("implicit", [True, False])
def test_a_real_server_accepts_it(localhost: Certificates, implicit: bool) -> None:
    """With TLS from the first byte and with STARTTLS: byte for byte, for that one address, after the login."""
    with mail_server(localhost, implicit=implicit) as (server, received):
        send(server, TO, MESSAGE)

    assert (received.mails, received.to, received.peers) == ([MESSAGE], [TO], [True])


@pytest.mark.parametrize("implicit", [True, False])
def test_a_server_with_another_name_gets_nothing(localhost: Certificates, implicit: bool) -> None:
    """The certificate is for localhost; reached under another name it is refused, before login and address."""
    with mail_server(localhost, implicit=implicit, host="127.0.0.1") as (server, received):
        assert trouble_with(server) is Trouble.CERTIFICATE

    assert received.to == []


def test_a_certificate_of_somebody_else_is_refused(localhost: Certificates, folder: Path) -> None:
    """One that no authority we know has signed; the public ones know none of these either."""
    with mail_server(localhost) as (server, _):
        assert trouble_with(replace(server, ca=certificates(folder).authority)) is Trouble.CERTIFICATE
        assert trouble_with(replace(server, ca=None)) is Trouble.CERTIFICATE


def test_a_certificate_that_is_over_is_refused(folder: Path) -> None:
    """By a day."""
    with mail_server(certificates(folder, days=-1)) as (server, _):
        assert trouble_with(server) is Trouble.CERTIFICATE


def test_a_server_without_tls_gets_nothing(localhost: Certificates) -> None:
    """Neither where TLS is expected from the first byte, nor where STARTTLS is and it offers none."""
    with mail_server(localhost, implicit=False, offers_tls=False) as (server, received):
        assert trouble_with(server) is Trouble.PLAIN
        assert trouble_with(replace(server, implicit=True)) is Trouble.PLAIN

    assert received.to == []


def test_a_server_that_takes_its_tls_back_gets_nothing() -> None:
    """It offers STARTTLS and then refuses it, as somebody on the line would make it do: no login, no address."""
    lines: list[Line] = ["220 hello", "250-mail.example\r\n250 STARTTLS", "502 not today"]
    with scripted(lines) as (server, told):
        assert trouble_with(replace(server, user="desk", password=Secret(PASSWORD))) is Trouble.PLAIN

    assert [each.split()[0] for each in told if each] == [b"ehlo", b"STARTTLS"]


def test_what_was_said_before_tls_counts_for_nothing(localhost: Certificates) -> None:
    """Answers slipped in behind STARTTLS in the open (CVE-2011-0411) are thrown away: what counts is said inside TLS."""

    def inject(peer: ssl.SSLSocket | socket.socket) -> None:
        peer.sendall(
            b"220 go ahead\r\n250-mail.example\r\n250 AUTH PLAIN\r\n235 in\r\n250 OK\r\n250 OK\r\n354 go\r\n250 taken\r\n"
        )

    lines: list[Line] = ["220 hello", "250-mail.example\r\n250 STARTTLS", inject]
    with scripted(lines) as (server, _):
        assert trouble_with(replace(server, ca=localhost.authority)) in {Trouble.PLAIN, Trouble.CUT}


def test_a_wrong_password_is_told(localhost: Certificates) -> None:
    """And the address is not said."""
    with mail_server(localhost) as (server, received):
        assert trouble_with(replace(server, password=Secret("wrong"))) is Trouble.LOGIN

    assert received.to == []


@pytest.mark.parametrize("auth", ["", "\r\n250 AUTH UNKNOWN"])
def test_a_server_that_takes_no_login_is_told_as_such(localhost: Certificates, auth: str) -> None:
    """No AUTH at all, or no way of it that we have."""
    lines: list[Line] = ["220 hello", f"250-mail.example{auth}" if auth else "250 mail.example"]
    with scripted(lines, localhost) as (server, _):
        assert trouble_with(replace(server, user="desk", password=Secret(PASSWORD))) is Trouble.LOGIN


@pytest.mark.parametrize(
    ("command", "reply", "expected"),
    [
        ("RCPT", "450 mailbox busy", Trouble.LATER),
        ("RCPT", "550 no such user ada@mail.example", Trouble.ADDRESS),
        ("DATA", "451 try again", Trouble.LATER),
        ("DATA", "554 not from you", Trouble.REFUSED),
    ],
)
def test_what_the_server_says_is_told_in_one_word(
    localhost: Certificates, command: str, reply: str, expected: Trouble
) -> None:
    """4xx: later. 5xx: of the address or of the mail. The next mail is accepted."""
    with mail_server(localhost) as (server, received):
        received.next[command] = [reply]
        assert trouble_with(server) is expected
        send(server, TO, MESSAGE)

    assert received.mails == [MESSAGE]


SAYS = ["220 hello", "250 mail.example", "250 OK", "250 OK", "354 go", "250 taken"]


def cut(peer: ssl.SSLSocket | socket.socket) -> None:
    """End the connection."""
    peer.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize(
    ("before", "expected"), [*((said, Trouble.CUT) for said in range(4)), (4, Trouble.UNSURE), (5, Trouble.UNSURE)]
)
@pytest.mark.parametrize("way", ["cut", "silent"])
def test_a_line_that_breaks_or_goes_silent(localhost: Certificates, before: int, expected: Trouble, way: str) -> None:
    """Before the mail is handed over it did not arrive; from then on nobody knows. A server that says nothing is not waited for."""
    seconds = threading.Event()
    silent: Callable[[ssl.SSLSocket | socket.socket], None] = lambda _: (seconds.wait(10), None)[1]  # noqa: E731
    lines: list[Line] = [*SAYS[:before], cut if way == "cut" else silent]
    with scripted(lines, localhost, patience=0.3) as (server, _):
        found = trouble_with(server)
        seconds.set()

    assert found is (Trouble.SLOW if way == "silent" and expected is Trouble.CUT else expected)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["421 closing"], Trouble.LATER),
        (["554 no service"], Trouble.LATER),
        (["no number"], Trouble.LATER),
        (["220 hello", "250 mail.example", "550 not from you"], Trouble.REFUSED),
        (["220 hello", "250 mail.example", "nonsense"], Trouble.LATER),
        (["220 hello", "250 mail.example", "250 " + "x" * 9_000], Trouble.LATER),
    ],
)
def test_a_server_that_says_something_odd(localhost: Certificates, lines: list[Line], expected: Trouble) -> None:
    """A bad greeting, a refused sender, lines without sense or end."""
    with scripted(lines, localhost) as (server, _):
        assert trouble_with(server) is expected


def test_a_server_that_drips_is_not_waited_for(localhost: Certificates) -> None:
    """One byte every tenth of a second keeps each wait short; the deadline of the whole ends it."""

    def drip(peer: ssl.SSLSocket | socket.socket) -> None:
        stop = threading.Event()
        for _ in range(100):
            peer.sendall(b"2")
            stop.wait(0.1)

    began = time.monotonic()
    with scripted([drip], localhost, patience=1.0, deadline=0.5) as (server, _):
        assert trouble_with(server) is Trouble.SLOW
        assert time.monotonic() - began < 3


def test_nobody_there_is_told() -> None:
    """A closed port, a name that does not exist, a file of certificates that is not there."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        closed = MailServer("localhost", int(probe.getsockname()[1]), True, SENDER)

    assert trouble_with(closed) is Trouble.UNREACHABLE
    assert trouble_with(replace(closed, ca=Path("/nowhere.pem"))) is Trouble.UNREACHABLE


def test_the_machine_is_not_named(localhost: Certificates) -> None:
    """We greet by the sender's domain: a server writes our greeting into the head of the mail, where the recipient reads it."""
    with scripted(list(SAYS), localhost) as (server, told):
        send(server, TO, MESSAGE)

    assert told[0] == b"ehlo desk.example\r\n"
    assert b"".join(told).count(socket.gethostname().encode()) == 0


def test_a_forwarded_one_counts_as_accepted(localhost: Certificates) -> None:
    """251: not here, but it forwards it (RFC 5321, 4.2.3)."""
    with scripted([*SAYS[:3], "251 forwarding", *SAYS[4:]], localhost) as (server, told):
        send(server, TO, MESSAGE)

    assert b"." + MESSAGE.split(b"\r\n")[-2] in told[4]  # a dot at the start of a line is doubled
