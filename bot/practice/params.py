"""What a request may hold. Strict on purpose: the Bot API ignores parameters it does not know; here they are refused with 400.

So a misspelt or outdated parameter shows in a test, and not as a message that was copied although it should be protected.
"""

import json
from collections.abc import Callable, Mapping
from typing import TypeAlias

from bot.practice.answers import Json, bad_request

TEXT_UNITS = 4096  # UTF-16 code units, #sendmessage
DATA_BYTES = 64  # #inlinekeyboardbutton, callback_data: 1-64 bytes
BUTTONS = 100  # MessageLimit of a keyboard as observed; Telegram documents none
LANGUAGE_LETTERS = 2  # ISO 639-1
PLAIN_BUTTON = frozenset({"text", "callback_data"})  # the only kind of button Naru may send: no links, no apps

Params: TypeAlias = dict[str, Json]
Kind: TypeAlias = Callable[[str, Json], Json]


def utf16(text: str) -> int:
    """Length in UTF-16 code units, the unit of every limit of the Bot API."""
    return len(text.encode("utf-16-le")) // 2


def integer(name: str, untrusted: Json) -> int:
    """A number, or the digits of one."""
    if isinstance(untrusted, int) and not isinstance(untrusted, bool):
        return untrusted
    try:
        return int(str(untrusted))
    except ValueError:
        raise bad_request(f"parameter {name} must be an Integer") from None


def boolean(name: str, untrusted: Json) -> bool:
    """True or False, in JSON's spelling when it came as text."""
    if isinstance(untrusted, bool):
        return untrusted
    if untrusted in {"true", "True", "1", "false", "False", "0"}:
        return untrusted in {"true", "True", "1"}
    raise bad_request(f"parameter {name} must be a Boolean")


def string(name: str, untrusted: Json) -> str:
    """Text that can be written as UTF-8."""
    if not isinstance(untrusted, str):
        raise bad_request(f"parameter {name} must be a String")
    try:
        untrusted.encode()
    except UnicodeEncodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
    return untrusted


def language(name: str, untrusted: Json) -> str:
    """A two-letter language code, or none: "zh", never "zh-hans" (#setmyname)."""
    code = string(name, untrusted)
    if code and not (len(code) == LANGUAGE_LETTERS and code.isascii() and code.islower()):
        raise bad_request("invalid language code specified")
    return code


def structure(name: str, untrusted: Json) -> Json:
    """A JSON object or array, or its text."""
    if isinstance(untrusted, str):
        try:
            untrusted = json.loads(untrusted)
        except ValueError:
            raise bad_request(f"can't parse {name}: it is no JSON") from None
    if not isinstance(untrusted, (dict, list)):
        raise bad_request(f"parameter {name} must be a JSON object or array")
    return untrusted


def strings(name: str, untrusted: Json) -> list[str]:
    """An array of strings."""
    items = structure(name, untrusted)
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise bad_request(f"parameter {name} must be an Array of String")
    return items


def integers(name: str, untrusted: Json) -> list[int]:
    """An array of numbers."""
    items = structure(name, untrusted)
    if not isinstance(items, list) or not all(isinstance(item, int) and not isinstance(item, bool) for item in items):
        raise bad_request(f"parameter {name} must be an Array of Integer")
    return items


def decode(known: Mapping[str, Kind], required: frozenset[str], untrusted: Mapping[str, Json]) -> Params:
    """Check names and types; an unknown name, a missing one or a wrong type is a 400 that names it, never its value."""
    unknown = sorted(set(untrusted) - set(known))
    if unknown:
        raise bad_request(f"the practice server does not take the parameter {unknown[0]!r} here")
    missing = sorted(name for name in required if name not in untrusted)
    if missing:
        raise bad_request(f"parameter {missing[0]!r} is required")
    return {name: known[name](name, value) for name, value in untrusted.items()}


def text_of(untrusted: str, limit: int = TEXT_UNITS) -> str:
    """The text of a message, trimmed as Telegram does it; empty and too long are refused."""
    text = untrusted.strip()
    if not text:
        raise bad_request("message text is empty")
    if utf16(text) > limit:
        raise bad_request("message is too long")
    return text


def keyboard_of(markup: Json | None) -> list[list[dict[str, Json]]] | None:
    """The rows of an inline keyboard; None for none. Only plain buttons: what Naru must not send is refused here."""
    if markup is None:
        return None
    if not isinstance(markup, dict) or set(markup) != {"inline_keyboard"}:
        raise bad_request("the practice server takes inline keyboards only: other keyboards leave texts in the chat")
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('can\'t parse inline keyboard: field "inline_keyboard" must be an Array of Arrays')
    kept = [[_button(button) for button in row] for row in rows if row]
    if sum(map(len, kept)) > BUTTONS:
        raise bad_request("reply markup is too long")
    return kept or None


def _button(untrusted: Json) -> dict[str, Json]:
    if not isinstance(untrusted, dict):
        raise bad_request("can't parse inline keyboard button: expected an Object")
    if set(untrusted) != PLAIN_BUTTON:
        raise bad_request("can't parse inline keyboard button: the practice server takes text and callback_data only")
    text, data = string("text", untrusted["text"]).strip(), string("callback_data", untrusted["callback_data"])
    if not text:
        raise bad_request("can't parse inline keyboard button: text must be non-empty")
    if not 1 <= len(data.encode()) <= DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    return {"text": text, "callback_data": data}
