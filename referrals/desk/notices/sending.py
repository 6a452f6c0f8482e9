"""Hands one mail to the mail server, over TLS or not at all. What goes wrong comes back as a Trouble, never as the server's words.

It blocks, for `MailServer.deadline` seconds at most, so it runs in a thread of its own.
"""

import contextlib
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from referrals.desk.notices.server import MailServer
from referrals.desk.notices.troubles import Trouble, Undelivered

_READY, _PERMANENT = 220, 500  # RFC 5321, 4.2.1 to 4.2.3
_OK = frozenset({250, 251})  # 251: not here, but it forwards it


class _Client(smtplib.SMTP):
    """smtplib's client over a socket that is open already, so that one deadline holds from the first byte to the last."""

    def __init__(self, sock: socket.socket, server: MailServer) -> None:
        super().__init__(local_hostname=server.name, timeout=server.patience)
        self._host = server.host  # the name that STARTTLS compares with the certificate
        self.sock = sock


def send(server: MailServer, address: str, message: bytes) -> None:
    """Hand `message` over for `address`. Returning means: the server accepted it. Raises Undelivered.

    The order is the promise: TLS with a certificate that is valid for the server's name stands before login, address and mail.
    """
    try:
        context = ssl.create_default_context(cafile=None if server.ca is None else str(server.ca))
        sock = socket.create_connection((server.host, server.port), timeout=server.patience)
    except OSError:  # no such name, nobody there, no such file of certificates
        raise Undelivered(Trouble.UNREACHABLE) from None
    with contextlib.closing(sock), _deadline(sock, server.deadline):
        if server.implicit:
            with _told(Trouble.CUT, tls=Trouble.PLAIN):
                sock = context.wrap_socket(sock, server_hostname=server.host)
        with contextlib.closing(_Client(sock, server)) as client:
            _greeted(client, server, context)
            _logged_in(client, server)
            _handed_over(client, server, address, message)


@contextmanager
def _deadline(sock: socket.socket, seconds: float) -> Iterator[None]:
    """End the connection when the time is over, and say that it was that; a copy of the socket ends it through TLS as well."""
    copy, over = sock.dup(), threading.Event()

    def end() -> None:
        over.set()
        with suppress(OSError):
            copy.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    except Undelivered as error:
        if over.is_set() and error.trouble is not Trouble.UNSURE:
            raise Undelivered(Trouble.SLOW) from None
        raise
    finally:
        timer.cancel()
        timer.join()  # it may be using the copy this very moment
        copy.close()


def _greeted(client: _Client, server: MailServer, context: ssl.SSLContext) -> None:
    """Wait for its greeting, and have TLS by the end of it. A server that does not greet us as it should may do so later."""
    with _told(Trouble.CUT, refused=Trouble.LATER):
        code, _ = client.getreply()
        if code != _READY:
            raise Undelivered(Trouble.LATER)
        client.ehlo()
    if not server.implicit:
        with _told(Trouble.CUT, refused=Trouble.PLAIN, tls=Trouble.PLAIN):
            client.starttls(context=context)
    if not isinstance(client.sock, ssl.SSLSocket):
        raise Undelivered(Trouble.PLAIN)  # smtplib never returns so; if it ever did, nothing would be said in the open
    with _told(Trouble.CUT, refused=Trouble.LATER):
        client.ehlo_or_helo_if_needed()


def _logged_in(client: _Client, server: MailServer) -> None:
    if server.user and server.password is not None:
        with _told(Trouble.CUT, refused=Trouble.LOGIN):
            client.login(server.user, server.password.reveal())


def _handed_over(client: _Client, server: MailServer, address: str, message: bytes) -> None:
    with _told(Trouble.CUT):
        _accepted(client.mail(server.sender), Trouble.REFUSED)
        _accepted(client.rcpt(address), Trouble.ADDRESS)
    with _told(Trouble.UNSURE, refused=Trouble.REFUSED):  # from here on it may be taken, whatever we hear of it
        _accepted(client.data(message), Trouble.REFUSED)
    with suppress(OSError, smtplib.SMTPException):
        client.quit()


def _accepted(reply: tuple[int, bytes], refused: Trouble) -> None:
    code = reply[0]
    if code >= _PERMANENT:
        raise Undelivered(refused)
    if code not in _OK:  # 4xx, or nothing that one could make out
        raise Undelivered(Trouble.LATER)


@contextmanager
def _told(broken: Trouble, *, refused: Trouble = Trouble.LATER, tls: Trouble | None = None) -> Iterator[None]:
    """Turn what smtplib, ssl and the network raise into Undelivered.

    `broken` is what a broken connection means here, `refused` a 5xx, `tls` what is no TLS.
    """
    try:
        yield
    except ssl.SSLCertVerificationError:
        raise Undelivered(Trouble.CERTIFICATE) from None
    except (ssl.SSLEOFError, ssl.SSLZeroReturnError):
        raise Undelivered(broken) from None
    except ssl.SSLError:
        raise Undelivered(tls or broken) from None
    except smtplib.SMTPResponseException as error:
        raise Undelivered(refused if error.smtp_code >= _PERMANENT else Trouble.LATER) from None
    except smtplib.SMTPServerDisconnected as error:
        late = isinstance(error.__context__, TimeoutError)  # smtplib hides it there
        raise Undelivered(Trouble.SLOW if late and broken is Trouble.CUT else broken) from None
    except smtplib.SMTPException:  # it has no AUTH, or no way of it that smtplib knows
        raise Undelivered(refused) from None
    except (OSError, ValueError) as error:  # the network, or an answer that smtplib can't read
        raise Undelivered(
            Trouble.SLOW if isinstance(error, TimeoutError) and broken is Trouble.CUT else broken
        ) from None
