"""What a partner's answer brings to her phone, and when: the desk in a browser, the bot's own clock moved through days and nights."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.practice.answers import Call
from referrals.desk.grants import Role
from tests.browser import MARKS
from tests.desked import PHONE, Desked, desked
from tests.phone import alias, words
from tests.practised import Practised
from tests.test_desk_scenarios import A9
from tests.test_desk_whole_case import REPLY, back_with_code, chosen, sent_with_word

pytestmark = MARKS
CHINA = ZoneInfo("Asia/Shanghai")
NIGHT = frozenset({22, 23, 0, 1, 2, 3, 4, 5})  # hours of the band 22-06
MINUTE, HOUR, DAY = 60, 3_600, 86_400  # seconds


def sent(her: Practised, since: int) -> list[Call]:
    """What came to her chat as a new message since the `since`-th call."""
    return [
        each for each in her.server.calls[since:] if each.method == "sendMessage" and each.params["chat_id"] == her.chat
    ]


def to_noon(scene: Desked) -> float:
    """Seconds to the next noon of China's clock."""
    now = datetime.fromtimestamp(scene.clock(), UTC).astimezone(CHINA)
    return (now.replace(hour=12, minute=0) - now).total_seconds() % DAY


async def hours_of_news(scene: Desked, her: Practised, hours: int) -> list[tuple[int, str]]:
    """Let hours pass one by one: in which hour of China's clock something came to her, and what it said."""
    came = []
    for _ in range(hours):
        since = len(her.server.calls)
        await scene.passes(HOUR)
        hour = datetime.fromtimestamp(scene.clock(), UTC).astimezone(CHINA).hour
        came += [(hour, str(each.params["text"])) for each in sent(her, since)]
    return came


async def test_a9_one_neutral_line_comes_inside_her_hours_and_nothing_outside(tmp_path: Path) -> None:
    """Declined at the desk, she gets the same line as everybody, once, between 22 and 6 o'clock."""
    async with desked(tmp_path / "place") as scene:
        safe = await scene.joins("Ada", "SAFE-CN", Role.CASEWORKER, size=PHONE)
        await scene.listed()
        her = await scene.person()
        await her.through(A9)
        cards = iter(["yes"])
        await her.decide(lambda _: next(cards, "no"))
        await scene.passes(11 * MINUTE)  # she lays the phone down: the screen is covered, her way of contact stays
        await scene.passes(to_noon(scene))  # ten hours before hers begin
        path = await safe.arrived()
        await safe.goes(f"{path}/decline")
        await safe.page.check("input[name=code][value=no_capacity]")
        await safe.page.click("main form button[type=submit]")

        ((hour, line),) = await hours_of_news(scene, her, 26)

        assert hour in NIGHT
        assert line.startswith(words().plain("notice.line", "ko"))
        assert alias("SAFE-CN", "ko_CN") not in line


async def test_a1_nothing_comes_to_who_returns_by_herself_and_her_word_opens_what_waits(tmp_path: Path) -> None:
    """Three days of silence after the answer; then a wrong word shows nothing of it, and hers the whole."""
    async with desked(tmp_path / "place") as scene:
        ada = await scene.joins("Ada", "CHILD", Role.CASEWORKER, size=PHONE)
        await scene.listed()
        her = await scene.person()
        await sent_with_word(her)
        path = await ada.arrived()
        await ada.reads(path)
        await ada.writes(REPLY)

        since = len(her.server.calls)
        for _ in range(3):
            await scene.passes(DAY)
        assert sent(her, since) == []

        await her.tap("lang_ko", "safe_alone", "code")
        await her.enter_code(her.code)
        await her.tap("word.sea")
        assert alias("CHILD", "ko_CN") not in her.screen.text
        await her.wipe()
        await back_with_code(her, "word.potato")
        assert REPLY not in her.screen.text
        await chosen(her, "reply.")
        assert REPLY in her.screen.text
