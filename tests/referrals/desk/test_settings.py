"""The desk's settings."""

import pytest
from pydantic import ValidationError

from referrals.desk.settings import DeskSettings


@pytest.mark.parametrize(
    ("origin", "host", "party"),
    [
        ("https://desk.example", "desk.example", "desk.example"),
        ("https://desk.example:8443", "desk.example:8443", "desk.example"),
        ("http://localhost:8738", "localhost:8738", "localhost"),
    ],
)
def test_an_origin_names_host_and_relying_party(origin: str, host: str, party: str) -> None:
    """The Host header has the port, passkeys don't."""
    settings = DeskSettings(origin=origin)

    assert (settings.host, settings.relying_party) == (host, party)


@pytest.mark.parametrize(
    "origin",
    [
        "http://desk.example", "https://desk.example/", "https://desk.example/desk", "https://DESK.example", "desk.example",
        "https://", "https://a@desk.example", "http://127.0.0.1:8738", "ftp://desk.example", "https://desk.example?x",
    ],
)  # fmt: skip
def test_what_is_no_origin_is_refused(origin: str) -> None:
    """Browsers would never send it, or not over a safe way."""
    with pytest.raises(ValidationError):
        DeskSettings(origin=origin)
