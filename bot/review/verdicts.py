"""One row of a marked packet: what its marks mean, and what is wrong with them. Decides only; marks.py reads the file."""

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from bot.review.wording import labels, verdicts

Placeholders: TypeAlias = Callable[[str], frozenset[str]]
"""Names of the `{...}` in words; ValueError on a brace without its other half: tools.words.placeholders."""

# General categories that are no writing: control, format (invisible), private, unassigned, halves of a pair, odd line ends.
_UNWRITTEN = frozenset({"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"})
_REPLACEMENT = "\ufffd"  # what a program writes where it could not read a character
_WIDE_BRACES = frozenset("｛｝")
# A link, a handle, or a number long enough to call: nothing that may come in through a marked file unseen.
_CONTACT = re.compile(r"https?:|www\.|t\.me|@\w|\d(?:[\s-]?\d){4,}", re.IGNORECASE)


class Problem(NamedTuple):
    """What is wrong in one column of a row, and what would be right."""

    column: str  # its name in the packet
    what: str


@dataclass(frozen=True, slots=True)
class Mark:
    """What a reviewer said of one key."""

    key: str
    verdict: Literal["ok", "change"] | None
    old: str
    new: str  # "" unless the verdict is "change"
    remark: str
    reviewer: str

    @property
    def brings_contact(self) -> bool:
        """Whether the new words hold a link, a handle or a number to call, and the old ones did not."""
        return bool(_CONTACT.search(self.new)) and not _CONTACT.search(self.old)


def plain(untrusted_text: str) -> str:
    """Text as the catalogues hold it: composed (NFC, as Korean from a Mac is not), one kind of line end, no space at the edges."""
    text = untrusted_text.replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n")
    return "\n".join(line.strip() for line in unicodedata.normalize("NFC", text).strip().split("\n"))


def judged(
    cells: Mapping[str, str], key: str, old: str, language: str, placeholders: Placeholders
) -> Mark | list[Problem]:
    """The mark in a row whose cells were made `plain`, or everything that is wrong with it."""
    told = labels(language)
    verdict: Literal["ok", "change"] | None = None
    problems = []
    if cells["verdict"]:
        meaning = verdicts().get(cells["verdict"].casefold())
        verdict = "change" if meaning == "change" else "ok" if meaning == "ok" else None
        if verdict is None:
            problems.append(Problem("verdict", f"is no verdict. It should be {told.ok} or {told.change}, or empty."))
    new = cells["new_words"]
    if verdict == "change" and not new:
        problems.append(
            Problem("new_words", f"is empty, and the verdict is {told.change}. It should hold the whole new text.")
        )
    elif new and verdict != "change" and not problems:
        problems.append(
            Problem("verdict", f"should be {told.change}, for there are new words; or take the new words out.")
        )
    if new:
        problems += _words_problems(new, old, placeholders)
    if problems:
        return problems
    return Mark(key, verdict, old, new, cells["remark"], cells["reviewer"])


def _words_problems(new: str, old: str, placeholders: Placeholders) -> Iterator[Problem]:
    if new == old:
        yield Problem(
            "new_words", "are the words that stand there already. Write the change, or choose the other verdict."
        )
    if any(unicodedata.category(each) in _UNWRITTEN or each == _REPLACEMENT for each in new.replace("\n", "")):
        yield Problem("new_words", "hold a character that is broken or can't be seen. Type them anew, without copying.")
    wanted = placeholders(old)
    shown = ", ".join(f"{{{name}}}" for name in sorted(wanted)) or "no braces"
    try:
        found = placeholders(new)
    except ValueError:
        found = None
    if found != wanted:
        hint = " They need the narrow braces { }." if _WIDE_BRACES & set(new) else ""
        yield Problem("new_words", f"should hold exactly {shown}, as the old words do.{hint}")


def nearest(untrusted_key: str, keys: Mapping[str, object]) -> str:
    """What an unknown key should be, in words."""
    found = difflib.get_close_matches(untrusted_key, list(keys), n=1)
    return f"It should probably be {found[0]}." if found else "It should be as it was given out."
