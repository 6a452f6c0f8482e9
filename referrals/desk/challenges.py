"""Challenges for passkeys that need no row until they are answered, so that strangers can't fill a table with them.

A challenge is made of time, randomness and an HMAC over both with what it is for. The key lives as long as the process: a restart
only means that somebody taps "sign in" once more. An answered one is remembered until it would have run out, so it counts once.
"""

import hmac
from typing import Final

_LIFE: Final = 300  # seconds to answer; WebAuthn level 3 recommends 300 s where the user is verified
_TIME_BYTES: Final = 8
_RANDOM_BYTES: Final = 16  # WebAuthn level 3, 13.4.3: at least 16
_MAC_BYTES: Final = 32
_KEY_BYTES: Final = 32


class Challenges:
    """Makes challenges and takes each back once."""

    def __init__(self, key: bytes) -> None:
        """`key` is 32 random bytes that nobody else has."""
        if len(key) != _KEY_BYTES:
            raise ValueError("the key of challenges has 32 bytes")
        self._key = key
        self._answered: dict[bytes, int] = {}  # challenge -> when it runs out

    def make(self, purpose: str, randomness: bytes, now: int) -> bytes:
        """A challenge for one purpose (`enter`, or what is to be registered for whom). `randomness` is 16 bytes."""
        if len(randomness) != _RANDOM_BYTES:
            raise ValueError("a challenge takes 16 random bytes")
        content = now.to_bytes(_TIME_BYTES, "big") + randomness
        return content + self._mac(purpose, content)

    def answered(self, untrusted: bytes, purpose: str, now: int) -> bool:
        """Tell whether it is ours, for this purpose, in time and not answered before; from now on it is answered."""
        content, mac = untrusted[:-_MAC_BYTES], untrusted[-_MAC_BYTES:]
        if len(content) != _TIME_BYTES + _RANDOM_BYTES or not hmac.compare_digest(mac, self._mac(purpose, content)):
            return False
        made = int.from_bytes(content[:_TIME_BYTES], "big")
        self._answered = {each: over for each, over in self._answered.items() if over > now}
        if not made <= now < made + _LIFE or untrusted in self._answered:
            return False
        self._answered[untrusted] = made + _LIFE
        return True

    def _mac(self, purpose: str, content: bytes) -> bytes:
        return hmac.digest(self._key, purpose.encode() + b"\x00" + content, "sha256")
