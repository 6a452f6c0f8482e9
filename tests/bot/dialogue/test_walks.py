"""Whatever she does, in whatever order, the promises of the dialogue hold."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.dialogue.screens import PLACES
from tests.bot.dialogue.walker import Reached, Walker, paused_before
from tests.conftest import LONG

WALK = 80  # steps: enough for the longest path with its detours, and a second conversation
WALKS = 1250 if LONG else 40  # 100,000 steps in `make long`


def test_walks_keep_every_promise() -> None:
    """After every step of every walk: walker.check; and the walks came to see what the promises are about."""
    reached = Reached()

    @settings(
        max_examples=WALKS,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
    )
    @given(st.data())
    def walks(data: st.DataObject) -> None:
        walker = Walker(data.draw, reached, korean=data.draw(st.sampled_from(["ko_CN", "ko"])))
        walker.saved = dict(paused_before()) if data.draw(st.booleans()) else {}
        for _ in range(WALK):
            walker.step()

    walks()

    assert reached.steps >= WALK * WALKS
    assert reached.effects >= {"Show", "Forget", "Refer", "Append", "CheckCode"} | (
        {"Save", "Alarm"} if LONG else set()
    )
    assert reached.places >= (PLACES if LONG else {"q11_partner", "q11_less", "r_receipt", "m_sent", "m_end", "k_code"})
