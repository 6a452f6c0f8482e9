"""The public half of an operator's key: what the other operators, the root and the audit know of her. Pure."""

import hashlib
import json
from typing import Annotated, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError
from securesystemslib.signer import SSlibKey

from referrals.errors import ReferralError
from referrals.publishing.errors import OperatorPublicError
from referrals.sealing import check_recipient

NAME = r"[a-z][a-z0-9]{1,19}"  # of an operator; it stands in role and file names
_MAX_CHARACTERS = 64 * 1024  # a file has about 2,100

Name = Annotated[str, StringConstraints(pattern=rf"^{NAME}$")]
_RawKey = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]  # Ed25519, 32 bytes in hex


class OperatorPublic(BaseModel):
    """The half of an operator's key that everybody may have: her name, her raw Ed25519 key in hex, and her age recipient."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    format: Literal["naru-operator/1"] = "naru-operator/1"
    name: Name
    signing: _RawKey
    recipient: str

    @property
    def fingerprint(self) -> str:
        """30 digits in six groups over both keys, to be read aloud: SHA-256 modulo 10^30, as `sealing.fingerprint`."""
        digest = hashlib.sha256(f"naru operator\n{self.signing}\n{self.recipient}".encode()).digest()
        digits = f"{int.from_bytes(digest, 'big') % 10**30:030d}"
        return " ".join(digits[start : start + 5] for start in range(0, 30, 5))

    def key(self) -> SSlibKey:
        """Her public key as TUF writes it; her name and recipient stand beside it, under the root's signatures."""
        return public_key(
            bytes.fromhex(self.signing), {"x-naru-operator": self.name, "x-naru-recipient": self.recipient}
        )

    def to_json(self) -> str:
        """The file that she gives to the other operators."""
        return json.dumps(self.model_dump(), indent=1) + "\n"

    @classmethod
    def from_json(cls, untrusted_text: str) -> "OperatorPublic":
        """Read what another operator gave; raises OperatorPublicError. Whose it is, only the fingerprint read aloud tells."""
        try:
            public = cls.model_validate_json(untrusted_text[:_MAX_CHARACTERS])
            check_recipient(public.recipient)
            Ed25519PublicKey.from_public_bytes(bytes.fromhex(public.signing))
        except (ValidationError, ReferralError, ValueError):
            raise OperatorPublicError from None
        return public


def public_key(raw: bytes, noted: dict[str, str] | None = None) -> SSlibKey:
    """Return a raw Ed25519 public key (32 bytes) as TUF writes it; `noted` stands beside it and doesn't change its key id."""
    key = SSlibKey.from_crypto(Ed25519PublicKey.from_public_bytes(raw))
    key.unrecognized_fields.update(noted or {})
    return key
