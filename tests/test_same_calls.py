"""Codes that open nothing can't be told apart: the same words, the same derivations and the same calls to Telegram for each.

The whole bot runs against the practice server. Derivations are counted where Argon2id is: at argon2-cffi's own library, below our code.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from argon2 import low_level

from bot.practice.answers import Call
from referrals.errors import CheckDigitError
from referrals.return_code import parse
from tests.operated import make_place
from tests.practice_server import running_practice
from tests.practised import Answers, Practised
from tests.test_no_trace import SAFE, Clock, Everyone, Scene, at_work

SHORT: Answers = {
    **SAFE, "q4_urgent": ("urg_no",), "q5_country": ("CN",), "q8_with": (), "q6_needs": ("n_place",), "q7_situation": (), "q9_talk": (),
    "q10_contact": ("c_return",),
}  # fmt: skip
UNKNOWN = "1234567890123452"  # the check digit is right, and it is nobody's
KINDS = ("unknown", "wrong", "erased", "word")


class Counting:
    """argon2-cffi's C library, with its derivations counted."""

    def __init__(self, library: Any) -> None:
        """Nothing is counted yet."""
        self._library = library
        self.derivations = 0

    def __getattr__(self, name: str) -> Any:
        """Whatever else the library has."""
        return getattr(self._library, name)

    def argon2_hash(self, *arguments: Any) -> Any:
        """Count and derive."""
        self.derivations += 1
        return self._library.argon2_hash(*arguments)


@dataclass(frozen=True)
class Attempt:
    """What came of one code, as far as anybody outside can see it."""

    text: str
    buttons: list[list[str]]
    derivations: int
    calls: list[tuple[str, tuple[str, ...]]]  # method and names of its parameters, in order


@asynccontextmanager
async def scene(folder: Path) -> AsyncIterator[Scene]:
    """The bot at work on the practice server."""
    clock = Clock()
    async with running_practice(clock=clock) as (server, base_url):
        place = make_place(folder / "place", base_url)
        async with at_work(place, clock) as bot:
            yield Scene(place, server, bot, clock, Everyone(server))


async def handed(on: Scene) -> Practised:
    """Somebody who sent something, and chose her two words."""
    person = await _opened(on)
    await person.through(SHORT)
    await person.tap("share_yes", "go_on", "word.moon", "word.rain")
    await person.wipe()
    return person


async def _opened(on: Scene) -> Practised:
    person = Practised(on.server)
    on.server.account.chats[person.chat].opened = True
    await person.open()
    return person


async def at_keypad(person: Practised, code: str) -> None:
    """She comes back and taps her code, but for the last digit."""
    await person.through(SAFE, until="q2_phone")
    await person.tap("code")
    await person.enter_code(code[:-1])


async def codes(on: Scene) -> Mapping[str, str]:
    """One code of each kind, each made by a person of her own."""
    erased = await handed(on)
    await at_keypad(erased, erased.code)
    await erased.tap(f"key.{erased.code[-1]}", "word.moon", "erase_all", "erase.yes", "nav.wipe")
    worded = await handed(on)
    wrong = UNKNOWN[:-1] + str((int(UNKNOWN[-1]) + 1) % 10)
    with pytest.raises(CheckDigitError):
        parse(wrong)
    return {"unknown": UNKNOWN, "wrong": wrong, "erased": erased.code, "word": worded.code}


def shape(call: Call) -> tuple[str, tuple[str, ...]]:
    """A call without what differs from chat to chat."""
    return call.method, tuple(sorted(call.params))


async def attempt(on: Scene, counting: Counting, kind: str, code: str) -> Attempt:
    """From an account of its own: enter a code to the end, and see what comes of it."""
    person = await _opened(on)
    await at_keypad(person, code)
    await on.at_rest()
    before, calls = counting.derivations, len(on.server.calls)
    await person.tap(f"key.{code[-1]}")
    if kind == "word":
        await on.at_rest()
        calls = len(on.server.calls)
        await person.tap(_other_word(person))
    await on.at_rest()
    made = [shape(call) for call in on.server.calls[calls:] if call.method != "getUpdates"]
    rows = [[button["text"] for button in row] for row in person.screen.keyboard or []]
    return Attempt(person.screen.text, rows, counting.derivations - before, made)


def _other_word(person: Practised) -> str:
    return next(each for each in person.options if each.startswith("word.") and each not in {"word.moon", "word.rain"})


async def test_codes_that_open_nothing_are_not_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong, an erased and an unknown code, and one whose word was wrong: same words and buttons, one derivation, same calls."""
    counting = Counting(vars(low_level)["lib"])
    monkeypatch.setattr(low_level, "lib", counting)
    async with scene(tmp_path) as on:
        each = await codes(on)
        attempts = {kind: await attempt(on, counting, kind, each[kind]) for kind in KINDS}

    first = attempts["unknown"]
    assert "○" in first.text
    assert first.derivations == 1
    assert [method for method, _ in first.calls] == ["answerCallbackQuery", "editMessageText"]
    assert attempts == dict.fromkeys(KINDS, first)


async def test_a_code_that_opens_is_derived_as_often_as_one_that_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The right code takes one derivation and the same two calls too: until the words change, nothing shows that it is right."""
    counting = Counting(vars(low_level)["lib"])
    monkeypatch.setattr(low_level, "lib", counting)
    async with scene(tmp_path) as on:
        right = await handed(on)
        found = await attempt(on, counting, "right", right.code)
        nothing = await attempt(on, counting, "unknown", UNKNOWN)

    assert (found.derivations, found.calls) == (nothing.derivations, nothing.calls)
    assert found.text != nothing.text
