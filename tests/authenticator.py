"""An authenticator in software: makes passkeys and signs with them, as WebAuthn level 3 says. Fictional keys only."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40  # flags of authenticator data (WebAuthn level 3, 6.1)


@dataclass
class Authenticator:
    """One passkey for one site. What it says can be bent for a test that has to be refused."""

    origin: str
    credential: bytes
    flags: int = PRESENT | VERIFIED
    counter: int = 0
    prf: bool = True
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()), repr=False)
    user: bytes = b""

    def register(self, options: dict[str, Any], **changed: Any) -> dict[str, Any]:
        """What a browser would send after `navigator.credentials.create`."""
        self.user = websafe_decode(options["user"]["id"])
        public = ES256.from_cryptography_key(self.key.public_key())  # type: ignore[no-untyped-call]
        attested = AttestedCredentialData.create(Aaguid.NONE, self.credential, public)
        data = AuthenticatorData.create(
            self._party(options["rp"]["id"]), AuthenticatorData.FLAG(self.flags | ATTESTED), self.counter, attested
        )
        attestation = AttestationObject.create("none", data, {})
        client = self._client("webauthn.create", options["challenge"], changed)
        response = {"clientDataJSON": websafe_encode(client), "attestationObject": websafe_encode(bytes(attestation))}
        return self._answer(response) | {"clientExtensionResults": {"prf": {"enabled": self.prf}}}

    def sign_in(self, options: dict[str, Any], **changed: Any) -> dict[str, Any]:
        """What a browser would send after `navigator.credentials.get`."""
        self.counter += bool(self.counter)
        data = AuthenticatorData.create(self._party(options["rpId"]), AuthenticatorData.FLAG(self.flags), self.counter)
        client = self._client("webauthn.get", options["challenge"], changed)
        signature = self.key.sign(bytes(data) + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {
                "clientDataJSON": websafe_encode(client),
                "authenticatorData": websafe_encode(bytes(data)),
                "signature": websafe_encode(signature),
                "userHandle": websafe_encode(changed.get("user", self.user)),
            }
        ) | {"clientExtensionResults": {}}

    @staticmethod
    def _party(name: str) -> bytes:
        return hashlib.sha256(name.encode()).digest()

    def _client(self, kind: str, challenge: str, changed: dict[str, Any]) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False} | changed.get(
            "client", {}
        )
        return json.dumps(said).encode()

    def _answer(self, response: dict[str, str]) -> dict[str, Any]:
        name = websafe_encode(self.credential)
        return {"id": name, "rawId": name, "type": "public-key", "response": response}
