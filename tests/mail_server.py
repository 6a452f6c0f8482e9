"""A mail server on loopback, with TLS and a throw-away certificate authority; and one that misbehaves line by line.

aiosmtpd is a real server of SMTP: what the desk sends is read by another implementation. What it receives is kept for a test to look at.
Everything in it is fictional.
"""

import ipaddress
import socket
import ssl
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from referrals.desk.notices.server import MailServer
from referrals.secret import Secret

USER, PASSWORD = "desk", "a fictional password"
SENDER = "notices@desk.example"


@dataclass(frozen=True)
class Certificates:
    """A certificate authority, and a server's certificate signed by it."""

    authority: Path
    chain: Path  # certificate and key in one file

    def context(self) -> ssl.SSLContext:
        """How the server speaks TLS."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.chain)
        return context


def certificates(folder: Path, name: str = "localhost", *, days: int = 1) -> Certificates:
    """Make both for a server of this name; with negative `days` the server's is over already."""
    key, own = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "fictional authority")])
    authority = _certificate(
        issuer, issuer, key.public_key(), key, x509.BasicConstraints(ca=True, path_length=0), days=1
    )
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    alternative = x509.SubjectAlternativeName(
        [x509.DNSName(name)] if name[0].isalpha() else [x509.IPAddress(ipaddress.ip_address(name))]
    )
    leaf = _certificate(subject, issuer, own.public_key(), key, alternative, days=days)
    pem = serialization.Encoding.PEM
    made = Certificates(folder / f"{name}-authority.pem", folder / f"{name}-server.pem")
    made.authority.write_bytes(authority.public_bytes(pem))
    private = own.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    made.chain.write_bytes(leaf.public_bytes(pem) + private)
    return made


def _certificate(
    subject: x509.Name, issuer: x509.Name, public: ec.EllipticCurvePublicKey, key: ec.EllipticCurvePrivateKey,
    extension: x509.ExtensionType, *, days: int,
) -> x509.Certificate:  # fmt: skip
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=3))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
        .sign(key, hashes.SHA256())
    )


@dataclass
class Received:
    """What the server received, and what it answers next: by command, replies that are used up one after the other."""

    mails: list[bytes] = field(default_factory=list)
    to: list[str] = field(default_factory=list)
    peers: list[bool] = field(default_factory=list)  # whether each came over TLS
    next: dict[str, list[str]] = field(default_factory=dict)  # "RCPT" or "DATA" -> replies
    always: dict[str, str] = field(default_factory=dict)  # address -> the reply to it

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's own name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take a recipient or say no."""
        said = self.always.get(address) or (self.next.get("RCPT") or [""]).pop(0)
        if said:
            return said
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a mail or say no."""
        said = (self.next.get("DATA") or [""]).pop(0)
        if not said:
            assert isinstance(envelope.original_content, bytes)
            self.mails.append(envelope.original_content)
            self.to += envelope.rcpt_tos
            self.peers.append(
                server.transport is not None and server.transport.get_extra_info("ssl_object") is not None
            )
        return said or "250 OK"


def _login(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: object) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=False)


class _Controller(Controller):
    """aiosmtpd's, without its warning: it does not see that TLS from the first byte is TLS."""

    def factory(self) -> SMTP:
        """One connection."""
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Requiring AUTH while not requiring TLS")
            made: SMTP = super().factory()  # type: ignore[no-untyped-call]  # aiosmtpd gives no types here
            return made


@contextmanager
def mail_server(
    given: Certificates, *, implicit: bool = True, offers_tls: bool = True, host: str = "localhost"
) -> Iterator[tuple[MailServer, Received]]:
    """A real one that asks for a login, and how the desk reaches it; `host` is the name that the desk expects in its certificate."""
    received = Received()
    tls = given.context() if offers_tls else None
    controller = _Controller(
        received, hostname="127.0.0.1", port=free_port(), ssl_context=tls if implicit else None,
        tls_context=None if implicit else tls, require_starttls=offers_tls and not implicit,
        authenticator=_login, auth_required=offers_tls, auth_require_tls=not implicit,
        server_hostname="mail.example", ident="fictional",
    )  # fmt: skip
    controller.start()
    try:
        yield (
            MailServer(
                host,
                controller.port,
                implicit,
                SENDER,
                USER,
                Secret(PASSWORD),
                given.authority,
                patience=5.0,
                deadline=10.0,
            ),
            received,
        )
    finally:
        controller.stop()


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


Line = str | Callable[[ssl.SSLSocket | socket.socket], None]


@contextmanager
def scripted(
    lines: list[Line], given: Certificates | None = None, *, patience: float = 1.0, deadline: float = 5.0
) -> Iterator[tuple[MailServer, list[bytes]]]:
    """A server that says these lines, one for each thing it is told, the first unasked, and then ends; a callable acts instead.

    With `given` it speaks TLS from the first byte. The list that comes with it is what it was told.
    """
    told: list[bytes] = []
    listening = socket.create_server(("127.0.0.1", 0))
    listening.settimeout(10)

    def serve() -> None:
        with suppress(OSError), listening:
            plain, _ = listening.accept()
            plain.settimeout(10)
            with plain if given is None else given.context().wrap_socket(plain, server_side=True) as peer:
                stream = peer.makefile("rb")
                for line in lines:
                    if callable(line):
                        line(peer)
                    else:
                        peer.sendall(line.encode() + b"\r\n")
                    told.append(_heard(stream.readline, data=isinstance(line, str) and line.startswith("354")))
                stream.close()

    thread = threading.Thread(target=serve)
    thread.start()
    authority = None if given is None else given.authority
    port = int(listening.getsockname()[1])
    try:
        yield (
            MailServer(
                "localhost", port, given is not None, SENDER, ca=authority, patience=patience, deadline=deadline
            ),
            told,
        )
    finally:
        listening.close()
        thread.join(15)


def _heard(readline: Callable[[], bytes], *, data: bool) -> bytes:
    """One command, or after 354 a whole mail."""
    heard = line = readline()
    while data and line not in {b".\r\n", b""}:
        line = readline()
        heard += line
    return heard
