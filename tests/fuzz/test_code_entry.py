"""The entry of the return code: any text that a phone can send is a code, or is told to be none, and nothing of it goes further."""

import random
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bot.dialogue.effects import CheckCode, Effect
from bot.dialogue.engine import advance
from bot.dialogue.events import Typed
from bot.dialogue.world import Tries
from referrals import return_code
from referrals.errors import CheckDigitError, ReturnCodeError
from referrals.return_code import new_code
from tests.bot.dialogue.places import at
from tests.fuzz.harm import Attack, Record, harmed
from tests.person import NOW

LONGEST = 4_096  # characters of a message (Bot API, sendMessage and Message.text)
# Digits of other scripts, signs that look like digits, and what phones put between and around them.
DIGITS = (
    "0123456789",
    "０１２３４５６７８９",
    "٠١٢٣٤٥٦٧٨٩",
    "〇一二三四五六七八九",
    "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗",
    "⁰¹²³⁴⁵⁶⁷⁸⁹",
    "①②③④⑤⑥⑦⑧⑨⑩",
    "OlZEASGTBg",
)
BETWEEN = (
    "",
    " ",
    "-",
    "–",
    "·",
    "\u00a0",
    "\u3000",
    ".",
    ",",
    "_",
    "\u200b",
    "\u202e",
    "\u0301",
    "\ufe0f\u20e3",
    "\n",
    "\x00",
    "ー",
    "~",
    "번호: ",
)


def _case(rng: random.Random) -> bytes:
    right = new_code(rng.randbytes).digits.reveal()
    digits = rng.choice((right, "".join(rng.choice("0123456789") for _ in range(rng.choice((15, 16, 17))))))
    match rng.randrange(4):
        case 0:
            return harmed(right.encode(), rng)
        case 1:
            return "".join(
                chr(rng.choice((rng.randrange(0xD800), rng.randrange(0xE000, 0x110000))))
                for _ in range(rng.randrange(300))
            ).encode()
        case 2:
            return (rng.choice(BETWEEN) * rng.choice((1, 100, LONGEST)) + digits).encode()[:LONGEST]
        case _:
            script, often = rng.choice(DIGITS), rng.choice((0, 0, 0.3))  # how often something stands between two digits
            return "".join(
                script[int(each)] + (rng.choice(BETWEEN) if rng.random() < often else "") for each in digits
            ).encode()


def check_entry(untrusted: bytes) -> str:
    """A code of 16 ASCII digits that reads again as itself, or an error without what was typed; the dialogue takes no more than digits."""
    text = untrusted.decode("utf-8", "replace")
    effects = _typed(text)
    for check in (each for each in effects if isinstance(each, CheckCode)):
        assert re.fullmatch(r"[0-9]{16}", check.untrusted_code), "what a key is derived from"
        assert check.untrusted_code not in repr(effects), "what is noted of an effect holds no code"
    try:
        code = return_code.parse(text)
    except ReturnCodeError as error:
        return _refused(error, unicodedata.normalize("NFKC", text))
    digits = code.digits.reveal()
    assert re.fullmatch(r"[0-9]{16}", digits)
    assert return_code.parse(" ".join(code.groups)) == code
    assert digits not in repr(code)
    looked_at = [each.untrusted_code for each in effects if isinstance(each, CheckCode)]
    assert looked_at in ([digits], []), "where both read it, they read the same"
    return "a code"


def _refused(error: ReturnCodeError, typed: str) -> str:
    """What was typed is not repeated; three characters may be in any sentence."""
    assert len(typed) <= 3 or typed not in str(error)
    return type(error).__name__


def _typed(text: str) -> Sequence[Effect]:
    person = at("k_code")
    world = replace(person.world(), tries=Tries())
    return advance(person.conversation, Typed(text), world, NOW)[1]


def test_any_text_is_a_code_or_is_none(tmp_path: Path, record_property: Record) -> None:
    """Other scripts, signs between, thousands of characters, halves of characters: read or refused, at once."""
    attack = Attack("code", _case, check_entry, short=800, long=100_000, most=1.0)
    attack.run(tmp_path, record_property)
    assert attack.ended.keys() >= {"a code", ReturnCodeError.__name__, CheckDigitError.__name__}
