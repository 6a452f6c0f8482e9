"""What can go wrong between us and a mail server, by what must be done about it. Pure."""

from enum import StrEnum


class Trouble(StrEnum):
    """Why one mail was not accepted. The catalogue has the words: `notice.trouble.<value>`."""

    UNREACHABLE = "unreachable"  # no connection: wrong name or port, or the server is down
    PLAIN = "plain"  # it offers no TLS, so it gets nothing
    CERTIFICATE = "certificate"  # its certificate is not valid for its name
    LOGIN = "login"  # it does not take our name and password
    LATER = "later"  # it says: not now (4xx)
    ADDRESS = "address"  # it does not take mail for this address (5xx)
    REFUSED = "refused"  # it does not take this mail from us (5xx)
    CUT = "cut"  # the connection broke before the mail was handed over
    SLOW = "slow"  # it did not answer in time
    UNSURE = "unsure"  # it broke off when everything was said but its answer: the mail may have arrived

    @property
    def final(self) -> bool:
        """Whether trying again can't help: a 5xx means that the next one will be refused as well (RFC 5321, 4.2.1)."""
        return self in {Trouble.ADDRESS, Trouble.REFUSED}

    @property
    def everybody(self) -> bool:
        """Whether it would happen to every other mail as well, so that trying them now is of no use."""
        return self not in {Trouble.ADDRESS, Trouble.REFUSED, Trouble.UNSURE, Trouble.LATER}


class Undelivered(Exception):
    """The mail server did not accept the mail. Says why; never to whom, nor what the server said, which may hold the address."""

    def __init__(self, trouble: Trouble) -> None:
        """`trouble` is why."""
        self.trouble = trouble
        super().__init__(trouble.value)
