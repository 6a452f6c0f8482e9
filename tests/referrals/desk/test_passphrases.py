"""Generated passphrases and the codes beside them."""

import random
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest

from referrals.desk import passphrases
from referrals.desk.grants import Role
from tests import filed
from tests.desk_rig import Rig

ALPHABET = set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
NEW = passphrases.generated(random.Random(3).randbytes)
STEP = 30


def test_what_is_generated() -> None:
    """40 bits to be found by, 100 bits to be known by, 160 bits for the codes; each draw another."""
    assert (len(NEW.sign_in_name), len(NEW.phrase), len(NEW.totp)) == (8, 20, 32)
    assert set(NEW.sign_in_name + NEW.phrase) <= ALPHABET
    assert passphrases.generated(random.Random(4).randbytes).phrase != NEW.phrase
    assert passphrases.generated(lambda count: b"\xff" * count).phrase == "Z" * 20
    assert NEW.shown_phrase.replace("-", "") == NEW.phrase
    assert repr(NEW) == "NewPhrase()"


def test_every_character_of_a_passphrase_is_drawn() -> None:
    """Over many draws each place takes each of the 32 characters."""
    draw = random.Random(7).randbytes
    phrases = [passphrases.generated(draw).phrase for _ in range(500)]

    assert all({each[place] for each in phrases} == ALPHABET for place in range(20))


def test_the_generators_address_holds_its_secret() -> None:
    """An authenticator app that opens the address makes the codes that are expected."""
    address = urlsplit(NEW.totp_uri)
    codes = pyotp.TOTP(parse_qs(address.query)["secret"][0])

    assert address.scheme == "otpauth"
    assert passphrases.step_of(NEW.totp, codes.at(filed.NOW), 0, filed.NOW) == filed.NOW // STEP


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("abcd-efgh", "ABCDEFGH"),
        (" ABCD EFGH ", "ABCDEFGH"),
        ("oil0-1234", "01101234"),
        ("ABCD-EFG", None),
        ("ABCD-EFGU", None),
        ("가나다라마바사아", None),
        ("", None),
    ],
)
def test_what_is_typed_is_read_kindly(typed: str, read: str | None) -> None:
    """Case, spaces and dashes don't count; I and L are 1, O is 0; U is no character."""
    assert passphrases.typed(typed, 8) == read


def test_a_passphrase_is_kept_as_a_hash() -> None:
    """Argon2id with 64 MiB, 3 passes and 4 lanes; only the passphrase itself fits."""
    kept = passphrases.hashed(NEW.phrase, b"s" * 16)

    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert NEW.phrase not in kept
    assert passphrases.fits(kept, NEW.phrase)
    assert not passphrases.fits(kept, NEW.phrase[:-1] + "0")
    assert not passphrases.fits("no hash", NEW.phrase)
    with pytest.raises(ValueError, match="16 bytes"):
        passphrases.hashed(NEW.phrase, b"short")


@pytest.mark.parametrize(("off", "right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_may_be_half_a_minute_off(off: int, right: bool) -> None:
    """The step before and the step after count too, and no other."""
    code = pyotp.TOTP(NEW.totp).at(filed.NOW + off * STEP)

    assert (passphrases.step_of(NEW.totp, code, 0, filed.NOW) is not None) == right


def test_a_code_counts_once() -> None:
    """A step that was taken, or one before it, is never taken again."""
    code, now = pyotp.TOTP(NEW.totp).at(filed.NOW), filed.NOW // STEP

    assert passphrases.step_of(NEW.totp, code, now - 1, filed.NOW) == now
    assert passphrases.step_of(NEW.totp, code, now, filed.NOW) is None


@pytest.mark.parametrize("code", ["", "000000", "12345", "１２３４５６", "abcdef", "1" * 100])
def test_what_is_no_code_is_refused(code: str) -> None:
    """Also what isn't digits of ours."""
    assert passphrases.step_of(NEW.totp, code, 0, filed.NOW) is None


def test_wrong_codes_wait_longer_and_longer() -> None:
    """Five are free, then half a minute, doubling up to an hour: at most about 31 tries on the first day, 24 on every other."""
    waits = [passphrases.wait_after(wrong) for wrong in range(1, 20)]

    assert waits[:6] == [0, 0, 0, 0, 30, 60]
    assert waits[-1] == passphrases.wait_after(10_000) == 3_600
    assert waits == sorted(waits)


def test_a_passphrase_counts_once_its_code_was_typed(desk: Rig) -> None:
    """Until then the one before works; afterwards only the new one, for an hour to confirm it."""
    account = desk.account(Role.OPERATOR).account
    code = pyotp.TOTP(NEW.totp).at(filed.NOW)

    def propose(name: str, now: int) -> None:
        new = passphrases.NewPhrase(name, NEW.phrase, NEW.totp)
        desk.written(lambda db: passphrases.propose(db, account, new, "hash", now))

    propose("FIRST", filed.NOW)
    assert desk.written(lambda db: passphrases.awaited(db, account, code, filed.NOW))
    assert not desk.written(lambda db: passphrases.confirm(db, account, "000000", filed.NOW))
    assert not desk.written(lambda db: passphrases.has(db, account))
    assert desk.written(lambda db: passphrases.confirm(db, account, code, filed.NOW))
    assert not desk.written(lambda db: passphrases.confirm(db, account, code, filed.NOW))
    propose("SECOND", filed.NOW - 3_600)
    assert not desk.written(lambda db: passphrases.confirm(db, account, code, filed.NOW))
    assert desk.written(lambda db: passphrases.find(db, "FIRST")) is not None
    propose("THIRD", filed.NOW)
    assert desk.written(lambda db: passphrases.confirm(db, account, code, filed.NOW))

    assert desk.written(lambda db: passphrases.find(db, "FIRST")) is None
    kept = desk.written(lambda db: passphrases.find(db, "THIRD"))
    assert kept is not None
    assert kept.counted == filed.NOW // STEP
