"""Files in JSON, as the desk and a browser send them to each other: standard Base64."""

import base64
import binascii

from referrals.desk.visit import BadRequest


def coded(file: bytes) -> str:
    """A file as JSON carries it."""
    return base64.b64encode(file).decode("ascii")


def decoded(untrusted: object) -> bytes:
    """A file that a browser sent. Raises BadRequest."""
    if not isinstance(untrusted, str):
        raise BadRequest("no file")
    try:
        return base64.b64decode(untrusted, validate=True)
    except (binascii.Error, ValueError):
        raise BadRequest("no file") from None
