"""Passkeys: what the browser is asked, what it answered, and the rows they are kept in.

A passkey is discoverable (nobody types a name) and verifies its user (PIN, finger or face). At registration the PRF extension is asked
for, so that the same passkey can wrap its owner's key in her browser; the server never sees what it yields. Only this module knows fido2.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar, cast

from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from referrals.database import Connection
from referrals.desk.settings import DeskSettings

MOST: Final = 10  # passkeys of one account
LABEL_LONGEST: Final = 40  # characters
RESPONSE_BYTES: Final = 16_384  # of an answer in JSON; Chromium's registrations have about 1,500
_ALGORITHMS: Final = (-7, -8, -257)  # ES256, EdDSA, RS256: what authenticators have (WebAuthn level 3, 5.4)
_COSE_ALGORITHM: Final = 3  # label of the algorithm in a COSE key (RFC 9052, 7.1)
_REQUIRED: Final = UserVerificationRequirement.REQUIRED

T = TypeVar("T")
Answered = Callable[[bytes], bool]  # a challenge -> ours, in time, and not answered before (challenges.py)


class RefusedPasskey(Exception):
    """The browser's answer is not that of a passkey of this desk. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Passkey:
    """One passkey of an account."""

    credential: bytes = field(repr=False)
    account: str = field(repr=False)
    attested: bytes = field(repr=False)
    counter: int
    prf: bool
    label: str = field(repr=False)
    created: int
    used: int


# --- what the browser is asked, and what it answered ---


def creation_options(
    settings: DeskSettings, account: str, name: str, known: list[bytes], challenge: bytes
) -> dict[str, Any]:
    """What `PublicKeyCredential.parseCreationOptionsFromJSON` takes, to register a passkey for an account."""
    options, _ = _server(settings).register_begin(
        PublicKeyCredentialUserEntity(id=bytes.fromhex(account), name=name, display_name=name),
        [PublicKeyCredentialDescriptor(type=PublicKeyCredentialType.PUBLIC_KEY, id=each) for each in known],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=_REQUIRED,
        challenge=challenge,
        extensions={"prf": {}, "credProps": True},
    )
    return cast("dict[str, Any]", _plain(options.public_key))


def registered(
    settings: DeskSettings,
    account: str,
    untrusted_label: str,
    untrusted: Mapping[str, Any],
    answered: Answered,
    now: int,
) -> Passkey:
    """The passkey that was registered. Raises RefusedPasskey."""

    def read() -> tuple[AttestedCredentialData, int, bool]:
        response = RegistrationResponse.from_dict(untrusted)
        state = _state(response.response.client_data.challenge, answered)
        found = _server(settings).register_complete(state, response)
        attested = found.credential_data
        if attested is None or attested.public_key.get(_COSE_ALGORITHM) not in _ALGORITHMS:
            raise RefusedPasskey
        prf = response.client_extension_results.get("prf")
        return attested, found.counter, isinstance(prf, Mapping) and prf.get("enabled") is True

    attested, counter, prf = _understood(read)
    label = " ".join(untrusted_label.split())[:LABEL_LONGEST]
    label = label if label.isprintable() else ""
    return Passkey(attested.credential_id, account, bytes(attested), counter, prf, label, now, now)


def request_options(settings: DeskSettings, challenge: bytes) -> dict[str, Any]:
    """What `PublicKeyCredential.parseRequestOptionsFromJSON` takes, to sign in with whatever passkey there is."""
    options, _ = _server(settings).authenticate_begin(None, _REQUIRED, challenge)
    return cast("dict[str, Any]", _plain(options.public_key))


def named_in(untrusted: Mapping[str, Any]) -> bytes:
    """The id of the credential that an answer says it is from. Raises RefusedPasskey."""
    return _understood(lambda: AuthenticationResponse.from_dict(untrusted).raw_id)


def asserted(settings: DeskSettings, passkey: Passkey, untrusted: Mapping[str, Any], answered: Answered) -> int:
    """Check that an answer was signed by this passkey, by a verified user. Returns its new counter. Raises RefusedPasskey."""

    def read() -> int:
        response = AuthenticationResponse.from_dict(untrusted)
        state = _state(response.response.client_data.challenge, answered)
        _server(settings).authenticate_complete(state, [AttestedCredentialData(passkey.attested)], response)
        handle = response.response.user_handle
        if handle is not None and handle != bytes.fromhex(passkey.account):
            raise RefusedPasskey
        return response.response.authenticator_data.counter

    return _understood(read)


def copied(passkey: Passkey, counter: int) -> bool:
    """Tell whether a counter went back: then two authenticators hold the key (WebAuthn level 3, 7.2, step 22)."""
    return (counter > 0 or passkey.counter > 0) and counter <= passkey.counter


def _server(settings: DeskSettings) -> Fido2Server:
    party = PublicKeyCredentialRpEntity(name="Naru", id=settings.relying_party)
    server = Fido2Server(party, verify_origin=lambda origin: origin == settings.origin)
    server.allowed_algorithms = [each for each in server.allowed_algorithms if each.alg in _ALGORITHMS]
    return server


def _state(untrusted_challenge: bytes, answered: Answered) -> dict[str, Any]:
    if not answered(untrusted_challenge):
        raise RefusedPasskey
    return {"challenge": websafe_encode(untrusted_challenge), "user_verification": _REQUIRED}


def _understood(read: Callable[[], T]) -> T:
    """What was read. fido2 says in a dozen classes of exception what is wrong with an answer; none of them may carry it further."""
    try:
        return read()
    except Exception:  # noqa: BLE001
        raise RefusedPasskey from None


def _plain(value: object) -> object:
    """fido2's mappings as plain JSON, without what is not set."""
    if isinstance(value, Mapping):
        return {str(key): _plain(value[key]) for key in value if value[key] is not None}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return websafe_encode(value) if isinstance(value, bytes) else value


# --- rows ---

_COLUMNS: Final = "credential, account, attested, counter, prf, label, created, used"


def add(db: Connection, passkey: Passkey) -> bool:
    """Keep a passkey; False when the account has as many as it may, or the credential is known."""
    if len(of_account(db, passkey.account)) >= MOST:
        return False
    row = (
        passkey.credential, passkey.account, passkey.attested, passkey.counter, int(passkey.prf), passkey.label,
        passkey.created, passkey.used,
    )  # fmt: skip
    return db.execute(f"INSERT OR IGNORE INTO passkeys ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row).rowcount == 1  # noqa: S608  # ours


def of_account(db: Connection, account: str) -> list[Passkey]:
    """An account's passkeys, oldest first."""
    rows = db.execute(f"SELECT {_COLUMNS} FROM passkeys WHERE account = ? ORDER BY created, rowid", (account,))  # noqa: S608  # ours
    return [_restored(row) for row in rows]


def find(db: Connection, credential: bytes) -> Passkey | None:
    """A passkey of a live account."""
    row = db.execute(
        f"""SELECT {_COLUMNS} FROM passkeys WHERE credential = ?
            AND account IN (SELECT account FROM accounts WHERE removed IS NULL)""",  # noqa: S608  # ours
        (credential,),
    ).fetchone()
    return None if row is None else _restored(row)


def used(db: Connection, credential: bytes, counter: int, now: int) -> None:
    """Note that somebody signed in with it."""
    db.execute("UPDATE passkeys SET counter = ?, used = ? WHERE credential = ?", (counter, now, credential))


def remove(db: Connection, account: str, credential: bytes) -> bool:
    """Erase a passkey of an account; False when it has no such one."""
    found = db.execute("DELETE FROM passkeys WHERE account = ? AND credential = ?", (account, credential))
    return found.rowcount == 1


def _restored(row: tuple[Any, ...]) -> Passkey:
    return Passkey(bytes(row[0]), row[1], bytes(row[2]), row[3], bool(row[4]), row[5], row[6], row[7])
