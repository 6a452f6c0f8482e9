"""A person with a phone on the practice server: she taps, waits until the screen answers, and remembers what she agreed to send.

What must arrive at the caseworkers is worked out here once more, from what she tapped alone, so that a test compares two accounts.
"""

import asyncio
import random
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from bot.dialogue.conversation import FRONT
from bot.practice.botapi import PracticeServer
from bot.practice.chats import Message
from referrals.fixtures import IDS
from tests.person import directory, questionnaire

Answers: TypeAlias = Mapping[str, tuple[str, ...]]
PATIENCE = 60.0  # seconds to wait for a screen; a restart of the bot on a busy machine is well below
_CODE = re.compile(r"(?<!\d)(\d{4})\D{1,3}(\d{4})\D{1,3}(\d{4})\D{1,3}(\d{4})(?!\d)")  # four groups of four digits
_HIGH = {"d_choke", "d_kill", "d_handed"}  # domain.md 1.4, q7b_danger


def _id_of(message: Message) -> str:
    """The id of the screen that a message shows: the beginning of each button's data."""
    data: str = (message.keyboard or [])[0][0]["callback_data"]
    return data.rpartition(":")[0]


@dataclass
class Handed:
    """One referral as it must arrive: to whom, how urgent, which in her list, and the packets in order."""

    partner: str
    klass: str
    position: int
    packets: list[dict[str, Any]] = field(repr=False)

    def key(self) -> str:
        """The whole of it as text, to compare many of them without regard to order."""
        return repr((self.partner, self.klass, self.position, [sorted(packet.items()) for packet in self.packets]))


class Practised:
    """One person, her phone, what she told, and what she agreed to hand over."""

    def __init__(self, server: PracticeServer) -> None:
        """Take a phone of her own on `server`, which runs in this event loop."""
        self.server = server
        self.person = server.new_person()
        self.chat = self.person.chat
        self.told: dict[str, tuple[str, ...]] = {}
        self.handed: list[Handed] = []  # in the conversation that runs
        self.cases: list[list[Handed]] = []  # of conversations that ended
        self.code = ""  # the last return code she was shown
        self.taps = 0
        self.consents = 0
        self.slowest = 0.0  # seconds from a tap to its answer

    # --- the phone ---

    @property
    def screen(self) -> Message:
        """The message she looks at."""
        screen = self._looked_at()
        assert screen is not None, "her chat is empty"
        return screen

    def _looked_at(self) -> Message | None:
        """The newest page that is not the front page, else the newest: a lost answer may leave a second front page below it."""
        pages = [each for each in self.server.chat(self.chat).messages.values() if each.from_bot and each.keyboard]
        return next((each for each in reversed(pages) if _id_of(each) != FRONT), pages[-1] if pages else None)

    @property
    def _buttons(self) -> dict[str, str]:
        rows = self.screen.keyboard or []
        return {button["callback_data"].rpartition(":")[2]: button["callback_data"] for row in rows for button in row}

    @property
    def options(self) -> list[str]:
        """What she can press now: the end of each button's data."""
        return list(self._buttons)

    @property
    def place(self) -> str:
        """The id of the screen: the beginning of each button's data."""
        return next(iter(self._buttons.values())).rpartition(":")[0]

    async def open(self) -> None:
        """Open the chat and wait for its first page."""
        await self._answered(lambda: self.server.open(self.chat))

    async def tap(self, *options: str) -> None:
        """Press buttons one after another, each once the screen has changed in answer to the one before."""
        for option in options:
            assert option in self.options, f"{self.place} offers {self.options}, not {option}"
            message, data = self.screen.message_id, self._buttons[option]
            await self._answered(lambda m=message, d=data: self.server.press(self.chat, m, d))  # type: ignore[misc]

    async def type(self, text: str) -> None:
        """Type something, and wait until it is deleted from the chat again."""
        self.server.type(self.chat, text)
        await self.until(lambda: all(message.from_bot for message in self.server.chat(self.chat).messages.values()))

    async def until(self, done: Callable[[], bool]) -> None:
        """Wait for something to be seen on the phone. Raises TimeoutError when it never is."""
        wake = asyncio.Event()
        with self.server.account.listening(wake.set):
            async with asyncio.timeout(PATIENCE):
                while not done():
                    wake.clear()
                    await wake.wait()

    def _seen(self) -> tuple[str, object] | None:
        screen = self._looked_at()
        return None if screen is None else (screen.text, screen.keyboard)

    async def _answered(self, act: Callable[[], object]) -> None:
        before, start = self._seen(), time.monotonic()
        act()
        self.taps += 1
        await self.until(lambda: self._seen() not in (before, None))
        self.slowest = max(self.slowest, time.monotonic() - start)
        if found := _CODE.search(self.screen.text):
            self.code = "".join(found.groups())

    # --- the walk ---

    async def through(self, answers: Answers, *, until: str = "") -> None:
        """Answer each question as it comes, skipping those not named, up to a screen that asks nothing or to `until`."""
        while self.place in questionnaire() and self.place != until:
            asked = self.place
            given = answers.get(asked)
            if asked == "a0_open":
                assert given is not None, "she is back on the front page"
            if given is None:
                await self.tap("nav.skip")
                self.told.pop(asked, None)
                continue
            self.told[asked] = given
            if given == ("send",):  # the press on this button is the consent
                self._agreed(IDS["HUB"], ())
            await self._give(asked, given)
            if asked == "q5_country" and "u2_send" in self.told and given != ("other",):
                self.handed[0].packets.append({"country": given[0]})

    async def _give(self, asked: str, codes: tuple[str, ...]) -> None:
        question, page = questionnaire()[asked], 1
        for option in question.options:
            if option.code in codes:
                while page < option.page:
                    page += 1
                    await self.tap(f"page.{page}")
                await self.tap(f"+{option.code}" if question.multi else option.code)
        if question.multi:
            await self.tap("nav.done")

    async def decide(self, choose: Callable[[Sequence[str]], str]) -> None:
        """Go through receipts and cards to the end; `choose` says what she does with each card: yes, less, next or no."""
        while self.place in ("r_receipt", "m_sent", "w_check") or self.place.startswith("q11_partner."):
            if self.place == "w_check":
                await self.tap("nav.skip")
                continue
            if not self.place.startswith("q11_partner."):
                await self.tap("go_on")
                if self.place in questionnaire():
                    return  # the country, on the urgent path
                continue
            decision = choose(("yes", "yes", "less", "next", "no"))
            removed: tuple[str, ...] = ()
            if decision == "less":
                removed = await self._take_out(choose)
            if decision in ("yes", "less"):
                partner = directory().by_alias(self.place.split(".")[1])
                assert partner is not None
                self._agreed(partner.id, removed)
                decision = "yes"
            await self.tap(f"share_{decision}")

    async def _take_out(self, choose: Callable[[Sequence[str]], str]) -> tuple[str, ...]:
        await self.tap("share_less")
        line = choose([option for option in self.options if option.startswith("-")])
        await self.tap(line, "nav.done")
        return (line[1:],)

    async def enter_code(self, code: str) -> None:
        """Tap a return code on the keypad."""
        for digit in code:
            await self.tap(f"key.{digit}")

    async def wipe(self) -> None:
        """Erase everything, which ends the conversation: what was handed over stands."""
        await self.tap("nav.wipe")
        assert self.place == "a0_open"
        self.cases.append(self.handed)
        self.told, self.handed = {}, []

    # --- what must arrive ---

    @property
    def urgent(self) -> bool:
        """Whether she is on the urgent path."""
        return "u2_send" in self.told

    def _agreed(self, partner: str, removed: tuple[str, ...]) -> None:
        packet = expected_packet(self.told, removed)
        position = len(self.handed) if self.urgent else 0
        self.consents += 1
        self.handed.append(Handed(partner, _klass(self.told), position, [packet]))


def _klass(told: Answers) -> str:
    if "u2_send" in told:
        return "now"
    return "days" if told.get("q4_urgent") == ("urg_days",) else "normal"


def expected_packet(told: Answers, removed: tuple[str, ...] = ()) -> dict[str, Any]:
    """What a partner must find in the packet, as JSON, when a person told this and took out these lines."""
    urgent = "u2_send" in told
    country, band = told.get("q5_country", ("other",))[0], told.get("q10_band", ("band_none",))[0]
    contact = told.get("q10_contact", ("c_return",))[0]
    if contact == "c_band" and band == "band_none":
        contact = "c_return"
    danger = set(told.get("q7b_danger", ()))
    third = "w_third" in told.get("q8_with", ())
    packet: dict[str, Any] = {
        "class": _klass(told),
        "urgent": told["u1_what"][0] if urgent else None,
        "country": None if country == "other" else country,
        "language": "zh" if told["a0_open"][0].endswith("_zh") else "ko",
        "needs": list(told.get("q6_needs", ())),
        "situations": list(told.get("q7_situation", ())),
        "danger": ("high" if danger & _HIGH else "raised") if danger else None,
        "with": [code for code in told.get("q8_with", ()) if code != "w_third"],
        "helper": list(told.get("q9_talk", ())),
        "contact": None if urgent else contact,
        "band": band if contact == "c_band" else None,
        "flags": ["third_party"] if third else [],
    }
    for line in removed:
        name, _, code = line.partition(".")
        if code:
            packet[{"need": "needs", "situation": "situations"}.get(name, name)].remove(code)
        else:
            packet |= {"klass": {"class": None}, "contact": {"contact": None, "band": None}}.get(name, {name: None})
    return {name: value for name, value in packet.items() if value not in (None, [])}


# --- random walks ---


def random_answers(kind: str, chance: random.Random) -> dict[str, tuple[str, ...]]:
    """Draw the answers of one walk: "urgent", "short", "long" or "third"; questions left out are skipped."""

    def one(question: str, *codes: str) -> dict[str, tuple[str, ...]]:
        return {question: (chance.choice(codes),)}

    def some(question: str, *codes: str, most: int = 2) -> dict[str, tuple[str, ...]]:
        drawn = set(chance.sample(codes, chance.randint(1, most)))
        return {question: tuple(code for code in codes if code in drawn)}

    country = one("q5_country", "CN", "CN", "CN", "TH", "KR", "MN", "other")
    if kind == "urgent":
        word = one("u1_what", "u_moved", "u_locked", "u_hurt", "u_med", "u_self", "u_caught")
        return one("a0_open", "urgent_ko", "urgent_zh") | word | {"u2_send": ("send",)} | country
    needs = some("q6_needs", "n_place", "n_leave", "n_med", "n_mind", "n_child", "n_food", "n_legal", "n_talk", most=3)
    common = {"q3_agree": ("agree",)} | one("a0_open", "lang_ko", "lang_zh") | one("q4_urgent", "urg_no", "urg_days")
    if kind == "short":
        return common | {"q1_safe": ("safe_moment",)} | country | needs
    company: dict[str, tuple[str, ...]] = {"q8_with": ("w_third",), "q8_wish": ("wish_yes",)}
    if kind == "long":
        company = some("q8_with", "w_child", "w_preg", "w_adult") | {"q8_limits": ("limits_known",)}
    asked = common | {"q1_safe": ("safe_alone",)} | one("q2_phone", "ph_mine", "ph_shared", "ph_checked") | country
    asked |= company | needs | some("q7_situation", "s_papers", "s_debt", "s_camera", "s_unpaid", "s_hurt")
    asked |= some("q7b_danger", "d_worse", "d_kill") | some("q9_talk", "t_f_ko", "t_any_zh", "t_voice")
    contact = one("q10_contact", "c_return", "c_none")
    if asked["q2_phone"] != ("ph_checked",) and asked["q5_country"][0] in ("CN", "TH", "KR"):
        contact = one("q10_contact", "c_band", "c_any") | one("q10_band", "06-10", "22-06", "band_none")
    return asked | contact
