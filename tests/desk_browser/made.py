"""Fictional referrals for the tests of the browser's modules, and files that are wrong in one way each."""

import secrets
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from referrals.age_keys import new_identity
from referrals.referral import Envelope, Packet, Referral, canonical_json
from referrals.sealing import decrypt, encrypt, seal, seal_bytes, signing_public
from referrals.secret import Secret

BOT = Secret(b"fictional signing key, 32 bytes.")
STRANGER = Secret(b"another fictional signing key 32")
SIGNERS = [signing_public(BOT).hex()]
OWN, COLLEAGUE, HERS, OUTSIDER = (new_identity(bytes([number]) * 32) for number in range(1, 5))
PARTNER = "HUB"
REFERRAL_ID = "0123456789abcdef" * 2

STATEMENT: dict[str, object] = {
    "partner": PARTNER, "directory_version": 7, "referral_id": REFERRAL_ID, "expires": "2026-12-24T07:00Z",
}  # fmt: skip


def referral(packet: Packet | None = None, **envelope: Any) -> Referral:
    """A fictional referral; `envelope` changes its envelope."""
    fields: dict[str, Any] = {
        "referral_id": REFERRAL_ID,
        "kind": "referral",
        "partner": PARTNER,
        "directory_version": 7,
        "created": "2026-11-24T07:00Z",
        "expires": "2026-12-24T07:00Z",
        "consent": "fedcba9876543210" * 2,
        "questionnaire": "2026-draft-1",
        "reply_to": HERS.recipient,
    }
    known = Packet(klass="now", urgent="u_locked", language="ko", contact="c_return", check="potato")
    return Referral(envelope=Envelope(**(fields | envelope)), packet=known if packet is None else packet)


def sealed(what: Referral | None = None, key: Secret[bytes] = BOT) -> bytes:
    """A referral sealed to OWN and COLLEAGUE."""
    made = what or referral()
    return seal(made, made.envelope.partner, [OWN.recipient, COLLEAGUE.recipient], key, secrets.token_bytes)


def signed(body: bytes, statement: dict[str, object] | None = None, line: bytes = b"naru-signed/1\n") -> bytes:
    """Any body with a signature that holds, sealed to OWN: what only a bot with a defect could make."""
    said = statement or STATEMENT
    texts = (str(said["partner"]), str(said["directory_version"]), str(said["referral_id"]), str(said["expires"]))
    parts = (b"naru referral signature v1", *(text.encode() for text in texts), body)
    message = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
    signer = Ed25519PrivateKey.from_private_bytes(BOT.reveal())
    head = canonical_json({"statement": said, "signer": SIGNERS[0], "signature": signer.sign(message).hex()})
    return seal_bytes(line + head + b"\n" + body, [OWN.recipient], secrets.token_bytes)


def wrong_files() -> dict[str, bytes]:
    """One file for each thing that can be wrong with it."""
    body = referral().to_bytes()
    good = sealed()
    header = good.index(b"\n--- ")
    whole = decrypt(signed(body), [OWN.secret])
    return {
        "empty": b"",
        "a photograph": b"\xff\xd8\xff\xe0" + bytes(2000),
        "too large": good + bytes(1024 * 1024),
        "of age's second version": good.replace(b"/v1\n", b"/v2\n", 1),
        "cut in its header": good[: header - 100],
        "cut in its payload": good[:-20],
        "cut to its header": good[: header + 49],
        "with a changed MAC": good[: header + 6] + (b"A" if good[header + 6 : header + 7] != b"A" else b"B") + good[header + 7 :],
        "with a changed payload": good[:-1] + bytes([good[-1] ^ 1]),
        "for somebody else": seal_bytes(b"{}", [OUTSIDER.recipient], secrets.token_bytes),
        "not padded": encrypt(b"hello", [OWN.recipient], secrets.token_bytes),
        "padded by a newer version": encrypt(b"naru-padded/2 1\nx".ljust(4096), [OWN.recipient], secrets.token_bytes),
        "padded to another size": encrypt(b"naru-padded/1 1\nx".ljust(4097), [OWN.recipient], secrets.token_bytes),
        "padded with something": encrypt(b"naru-padded/1 1\nx".ljust(4095) + b"y", [OWN.recipient], secrets.token_bytes),
        "longer than it is": encrypt(b"naru-padded/1 9999\nx".ljust(4096), [OWN.recipient], secrets.token_bytes),
        "signed, with something behind": encrypt(whole[:-1] + b"y", [OWN.recipient], secrets.token_bytes),
        "signed, of another size": encrypt(whole + b" ", [OWN.recipient], secrets.token_bytes),
        "not signed": seal_bytes(body, [OWN.recipient], secrets.token_bytes),
        "signed by a newer version": signed(body, line=b"naru-signed/2\n"),
        "signed by a stranger": sealed(key=STRANGER),
        "changed after signing": _changed(body),
        "with a statement of another referral": signed(body, {**STATEMENT, "referral_id": "ab" * 16}),
        "with a statement of another partner": signed(referral(partner="OTHER").to_bytes()),
        "with a statement of another list": signed(referral(directory_version=8).to_bytes()),
        "with a statement of another expiry": signed(referral(expires="2026-12-24T08:00Z").to_bytes()),
        "for another partner": sealed(referral(partner="OTHER")),
        "of a newer format": signed(body.replace(b"naru-referral/1", b"naru-referral/2")),
        "with spaces": signed(body.replace(b'","', b'", "', 1)),
        "with a member twice": signed(body.replace(b'"format":', b'"format":"naru-referral/1","format":', 1)),
        "with an unknown member": signed(body.replace(b'"packet":{', b'"packet":{"phone":"1",', 1)),
        "with an empty list": signed(body.replace(b'"language":"ko"', b'"language":"ko","needs":[]', 1)),
        "with a null": signed(body.replace(b'"language":"ko"', b'"language":"ko","needs":null', 1)),
        "with a broken number": signed(body.replace(b'"directory_version":7', b'"directory_version":7.0', 1)),
        "with an hour that is none": signed(body.replace(b"2026-11-24T07", b"2026-02-30T07", 1)),
        "not UTF-8": signed(body.replace(b"potato", b"pot\xff\xfeo", 1)),
        "with a mark before it": signed(b"\xef\xbb\xbf" + body),
        "no JSON": signed(b"potato"),
        "a list": signed(b"[]"),
        "deep": signed(b"[" * 3000 + b"]" * 3000),
        "an answer in a referral": signed(body.replace(b'"check"', b'"answer":"q_ill.today","check"', 1)),
    }  # fmt: skip


def _changed(body: bytes) -> bytes:
    """A body under the signature of another."""
    line = canonical_json({
        "statement": {"partner": PARTNER, "directory_version": 7, "referral_id": REFERRAL_ID, "expires": "2026-12-24T07:00Z"},
        "signer": SIGNERS[0], "signature": Ed25519PrivateKey.from_private_bytes(BOT.reveal()).sign(body).hex(),
    })  # fmt: skip
    return seal_bytes(b"naru-signed/1\n" + line + b"\n" + body, [OWN.recipient], secrets.token_bytes)
