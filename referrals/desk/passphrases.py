"""A generated passphrase and a code generator, for who has no passkey. Nobody chooses anything that could be guessed.

The sign-in name is random too and known to its owner only, so a stranger can't even begin to try; the passphrase has 100 bits; the code
(TOTP, RFC 6238) counts once.
"""

import base64
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from referrals.database import Connection

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # crockford.com/base32: without I, L, O and U
_READ_AS: Final = str.maketrans("ILO", "110")  # and how those are read
NAME_CHARACTERS: Final = 8  # 40 bits
PHRASE_CHARACTERS: Final = 20  # 100 bits
_GROUP: Final = 4  # characters
_BITS: Final = 5  # of a character
_TOTP_BYTES: Final = 20  # RFC 4226, section 4, R6
_SALT_BYTES: Final = 16  # RFC 9106, section 3.1
_STEP: Final = 30  # seconds of one code (RFC 6238, section 5.2)
_DRIFT: Final = 1  # steps before and after: a clock may be half a minute off
_PENDING: Final = 3_600  # seconds to type the first code
_FREE_CODES: Final = 5  # wrong codes that cost no waiting
_LONGEST_WAIT: Final = 3_600  # seconds; 24 tries of 3 codes in 1,000,000 a day after that
# Argon2id, "SECOND RECOMMENDED option" of RFC 9106, section 4: t=3 passes, 64 MiB, p=4 lanes.
_HASHER: Final = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4)


@dataclass(frozen=True, slots=True)
class NewPhrase:
    """What is shown to its owner, once."""

    sign_in_name: str = field(repr=False)
    phrase: str = field(repr=False)
    totp: str = field(repr=False)  # base32

    @property
    def shown_name(self) -> str:
        """The sign-in name in groups."""
        return _grouped(self.sign_in_name)

    @property
    def shown_phrase(self) -> str:
        """The passphrase in groups."""
        return _grouped(self.phrase)

    @property
    def shown_totp(self) -> str:
        """The generator's secret in groups, to be typed where nothing can be opened."""
        return _grouped(self.totp)

    @property
    def totp_uri(self) -> str:
        """The address that opens a code generator on the same phone (otpauth://)."""
        return pyotp.TOTP(self.totp).provisioning_uri(name=_grouped(self.sign_in_name), issuer_name="Naru")


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of it."""

    account: str = field(repr=False)
    hashed: str = field(repr=False)
    totp: str = field(repr=False)
    counted: int = field(repr=False)
    wrong: int
    not_before: int


def generated(draw: Callable[[int], bytes]) -> NewPhrase:
    """A new name, passphrase and generator's secret; `draw` gives as many unpredictable bytes as it is asked for."""
    characters = _drawn(draw, NAME_CHARACTERS), _drawn(draw, PHRASE_CHARACTERS)
    return NewPhrase(*characters, base64.b32encode(draw(_TOTP_BYTES)).decode("ascii"))


def hashed(phrase: str, salt: bytes) -> str:
    """The passphrase under Argon2id, in PHC format. Takes 64 MiB and about 0.1 s: not in the event loop."""
    if len(salt) != _SALT_BYTES:
        raise ValueError("the salt has 16 bytes")
    return _HASHER.hash(phrase, salt=salt)


def fits(kept: str, phrase: str) -> bool:
    """Tell whether this is the passphrase. As slow as `hashed`."""
    try:
        return _HASHER.verify(kept, phrase)
    except (VerificationError, InvalidHashError):
        return False


def typed(untrusted: str, characters: int) -> str | None:
    """What was typed, as it was generated: spaces and dashes don't count, I and L are 1, O is 0. None when it can't be it."""
    plain = "".join(untrusted.split()).replace("-", "").upper().translate(_READ_AS)
    return plain if len(plain) == characters and set(plain) <= set(_ALPHABET) else None


def step_of(totp: str, untrusted_code: str, counted: int, now: int) -> int | None:
    """The time step of a code, if it is right now and later than `counted`, the one that was taken last."""
    code = "".join(untrusted_code.split())
    if not code.isascii():
        return None
    generator = pyotp.TOTP(totp)
    this = now // _STEP
    found = [
        step
        for step in range(this - _DRIFT, this + _DRIFT + 1)
        if hmac.compare_digest(generator.generate_otp(step), code) and step > counted
    ]
    return found[0] if found else None


def wait_after(wrong: int) -> int:
    """Seconds until the next code is looked at, after so many wrong ones that came with the right passphrase."""
    over = wrong - _FREE_CODES
    return 0 if over < 0 else int(min(_STEP * 2**over, _LONGEST_WAIT)) if over < _LONGEST_WAIT else _LONGEST_WAIT


def _drawn(draw: Callable[[int], bytes], characters: int) -> str:
    bits = characters * _BITS
    number = int.from_bytes(draw((bits + 7) // 8), "big") >> (-bits % 8)
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(bits - _BITS, -1, -_BITS))


def _grouped(text: str) -> str:
    return "-".join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))


# --- rows ---


def propose(db: Connection, account: str, new: NewPhrase, kept: str, now: int) -> None:
    """Keep a new passphrase (`kept`: hashed) until its first code was typed."""
    db.execute(
        "INSERT OR REPLACE INTO pending_phrases VALUES (?, ?, ?, ?, ?)",
        (account, new.sign_in_name, kept, new.totp, now + _PENDING),
    )


def awaited(db: Connection, account: str, untrusted_code: str, now: int) -> bool:
    """Tell whether a passphrase was proposed for an account and this is a code of its generator."""
    return _proposed(db, account, untrusted_code, now) is not None


def confirm(db: Connection, account: str, untrusted_code: str, now: int) -> bool:
    """Take a proposed passphrase into use, in place of the one before, if the code is right."""
    found = _proposed(db, account, untrusted_code, now)
    if found is None:
        return False
    db.execute("DELETE FROM pending_phrases WHERE account = ?", (account,))
    db.execute("INSERT OR REPLACE INTO phrases VALUES (?, ?, ?, ?, ?, 0, 0)", (account, *found))
    return True


def _proposed(db: Connection, account: str, untrusted_code: str, now: int) -> tuple[str, str, str, int] | None:
    row = db.execute(
        "SELECT sign_in_name, hashed, totp FROM pending_phrases WHERE account = ? AND expires > ?", (account, now)
    ).fetchone()
    step = None if row is None else step_of(row[2], untrusted_code, 0, now)
    return None if step is None else (row[0], row[1], row[2], step)


def find(db: Connection, sign_in_name: str) -> Kept | None:
    """What is kept under a sign-in name of a live account."""
    row = db.execute(
        """SELECT account, hashed, totp, counted, wrong, not_before FROM phrases
           WHERE sign_in_name = ? AND account IN (SELECT account FROM accounts WHERE removed IS NULL)""",
        (sign_in_name,),
    ).fetchone()
    return None if row is None else Kept(*row)


def has(db: Connection, account: str) -> bool:
    """Tell whether an account has a passphrase."""
    return db.execute("SELECT 1 FROM phrases WHERE account = ?", (account,)).fetchone() is not None


def counted(db: Connection, account: str, step: int) -> None:
    """Note that a code was taken."""
    db.execute("UPDATE phrases SET counted = ?, wrong = 0, not_before = 0 WHERE account = ?", (step, account))


def mistyped(db: Connection, kept: Kept, now: int) -> None:
    """Note a wrong code after the right passphrase: each further one has to wait longer, up to an hour."""
    db.execute(
        "UPDATE phrases SET wrong = wrong + 1, not_before = ? WHERE account = ?",
        (now + wait_after(kept.wrong + 1), kept.account),
    )


def remove(db: Connection, account: str) -> bool:
    """Erase the passphrase of an account; False when it had none."""
    return db.execute("DELETE FROM phrases WHERE account = ?", (account,)).rowcount == 1


def erase_past(db: Connection, now: int) -> None:
    """Erase what was shown and never confirmed."""
    db.execute("DELETE FROM pending_phrases WHERE expires <= ?", (now,))
