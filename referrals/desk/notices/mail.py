"""The one mail there is. Pure: two of them differ in their date and their random id, which are always of the same length.

domain.md 6.3 has the number of new items in the subject. It is left out: a mailbox is read by others, and by its provider, and a number
that changes tells how much comes in and when; what never changes tells nothing. So nobody's address, name or language is in it either,
and it says the same on a day on which there is nothing.
"""

import base64
import re
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Final

from referrals.desk.words import LANGS, Lang

ID_BYTES: Final = 16  # random, of a Message-ID; 128 bits: never twice
MOST: Final = 254  # characters of an address (RFC 5321, 4.5.3.1.3, less the two angle brackets)
_LINE = 76  # characters of a line of base64 (RFC 2045, 6.8)
_LOCAL = 64  # characters before the @ (RFC 5321, 4.5.3.1.1)
# What browsers take as an address (html.spec.whatwg.org, "valid e-mail address"), here with a dot in its domain. Nothing of it can end a
# line or a command of SMTP.
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,{_LOCAL}}}@{_LABEL}(?:\.{_LABEL})+")


def is_address(untrusted_address: str) -> bool:
    """Tell whether mail can be sent to this: an address in ASCII, nothing around it."""
    return len(untrusted_address) <= MOST and _ADDRESS.fullmatch(untrusted_address) is not None


def text(say: Callable[[str, Lang], str], origin: str) -> tuple[str, str]:
    """Subject and text, the same for everyone: each language's words, and the desk's address. `say(key, lang)` has the words."""
    subject = " / ".join(say("mail.subject", lang) for lang in LANGS)
    return subject, "\r\n".join((*(say("mail.line", lang) for lang in LANGS), "", f"{origin}/", ""))


def compose(sender: str, subject: str, body: str, at: int, token: bytes) -> bytes:
    """The whole message as it goes over the wire, lines ending in CR LF, ASCII only.

    `at` is Unix seconds; `token` ID_BYTES random bytes. Raises ValueError for another length. By hand and not by email.message: every
    line here is there for a reason, and a library's next version can't fold one differently.
    """
    if len(token) != ID_BYTES:
        raise ValueError(f"a Message-ID needs {ID_BYTES} random bytes")
    domain = sender.rpartition("@")[2]
    lines = (
        f"Date: {format_datetime(datetime.fromtimestamp(at, UTC))}",
        f"From: <{sender}>",
        "To: undisclosed-recipients:;",  # RFC 5322, 3.4: a group without members. The address is in the envelope only
        *_folded_subject(subject),
        f"Message-ID: <{token.hex()}@{domain}>",  # servers that find none put in one of their own, or think it spam
        "Auto-Submitted: auto-generated",  # RFC 3834: no out-of-office answer comes back
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: base64",  # every server takes it; none has to write it anew
        "",
        *_cut(base64.b64encode(body.encode()).decode("ascii"), _LINE),
        "",
    )
    return "\r\n".join(lines).encode("ascii")


def _folded_subject(subject: str) -> list[str]:
    """The subject as encoded words (RFC 2047), none of which cuts a letter in two."""
    longest = _LINE - len(
        "Subject: =?utf-8?b??="
    )  # of what stands in one: RFC 2047, section 2, gives 76 characters to a line
    words, word = [], ""
    for letter in subject:
        if len(base64.b64encode((word + letter).encode())) > longest:
            words.append(word)
            word = ""
        word += letter
    words.append(word)
    encoded = [f"=?utf-8?b?{base64.b64encode(each.encode()).decode('ascii')}?=" for each in words]
    return [f"Subject: {encoded[0]}", *(f" {each}" for each in encoded[1:])]


def _cut(long: str, size: int) -> list[str]:
    return [long[start : start + size] for start in range(0, len(long), size)]
