"""What the tests of notices share: certificates, made once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from referrals.casebook import Casebook
from referrals.database import Connection
from referrals.desk import accounts
from referrals.desk.accounts import Account
from referrals.desk.grants import Role
from referrals.desk.store import DeskStore
from tests.desk_rig import DESK_KEY
from tests.filed import KEY, NOW
from tests.mail_server import Certificates, certificates

PEOPLE = (
    ("a" * 32, "Ada", "P1", Role.CASEWORKER),
    ("b" * 32, "Bea", "P1", Role.CASEWORKER),
    ("c" * 32, "Lia", "P1", Role.LEAD),
    ("d" * 32, "Ola", None, Role.OPERATOR),
)


@pytest.fixture(scope="session")
def localhost(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """A certificate for localhost."""
    return certificates(tmp_path_factory.mktemp("mail"))


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the certificates of one test."""
    return tmp_path_factory.mktemp("other-certificates")


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Casebook]:
    """A new casebook."""
    made = Casebook.opened(tmp_path / "casebook-alone.db", KEY, create=True)
    yield made
    made.close()


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Connection]:
    """A new desk.db, with Ada, Bea and their lead at P1, and an operator."""
    made = DeskStore.opened(tmp_path / "desk-alone.db", DESK_KEY, create=True)
    with made.transaction() as db:
        for account, name, partner, role in PEOPLE:
            accounts.add(db, Account(account, name, partner, frozenset({role}), "en", NOW))
    yield made.db
    made.close()
