"""A value that does not print itself, so that no log line, report or traceback carries it."""

import hmac
from typing import Generic, NoReturn, TypeVar

T = TypeVar("T", str, bytes)


class Secret(Generic[T]):
    """Holds a key, a code or a pepper; only `reveal()` gives it back.

    pydantic's SecretStr would print asterisks too, but it pickles and copies its value, and compares it byte by byte.
    """

    __slots__ = ("_value",)
    __hash__ = None  # type: ignore[assignment]  # a hash in a dict or a log would be a fingerprint of the secret

    def __init__(self, value: T) -> None:
        self._value: T = value

    def reveal(self) -> T:
        """Return the value, for the one call that needs it."""
        return self._value

    def __repr__(self) -> str:
        return "***"

    def __format__(self, format_spec: str) -> str:
        return "***"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(_as_bytes(self._value), _as_bytes(other._value))

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret is never pickled or copied")


def _as_bytes(value: str | bytes) -> bytes:
    return value.encode() if isinstance(value, str) else value
