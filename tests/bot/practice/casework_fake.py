"""A caseworker's side with one referral that was never sealed: for tests of the page alone."""

from bot.practice.casework import WaitingReferral
from bot.texts import Button, Rendered

REFERRAL: WaitingReferral = {
    "referral_id": "ab" * 16,
    "partner": "fictional-partner",
    "klass": "ordinary",
    "state": "waiting",
    "created": "2026-11-24 08:00",
    "size": 8192,
    "head_hex": "6167652d656e6372797074696f6e2e6f72672f7631",
}
OPENED = {"ko": "필요한 것: 잠자리", "zh": "需要：住处", "en": "Needs: a place to sleep"}


class FakeCasework:
    """One referral, always the same; or none."""

    def __init__(self, *, empty: bool = False) -> None:
        self.empty = empty

    async def waiting(self) -> list[WaitingReferral]:
        """The one, or none."""
        return [] if self.empty else [REFERRAL]

    async def sealed(self, referral_id: str) -> bytes:
        """Bytes of its size."""
        assert referral_id == REFERRAL["referral_id"]
        return bytes.fromhex(REFERRAL["head_hex"]).ljust(REFERRAL["size"], b"\0")

    async def opened(self, referral_id: str, lang: str) -> str:
        """One line in the language."""
        assert referral_id == REFERRAL["referral_id"]
        return OPENED[lang]


async def english(_: int) -> Rendered:
    """The same English screen for everyone."""
    return Rendered("Are you alone now?", ((Button("1 Yes, alone", "a"),), (Button("2 No", "b"),)))
