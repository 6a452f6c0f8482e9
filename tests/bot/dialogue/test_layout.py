"""What a screen is made of."""

from bot.dialogue.layout import BACK, WIPE, Line, Screen, numbered, pages


def test_a_screen_invites_its_own_buttons_only() -> None:
    """An id and an option that both stand on it; nothing from another screen."""
    screen = Screen("q1_safe", (Line("q1_safe"),), (*numbered([("safe_no", Line("q1_safe.safe_no"))]), (BACK, WIPE)))

    assert screen.invites("q1_safe", "safe_no")
    assert screen.invites("q1_safe", "nav.wipe")
    assert not screen.invites("q1_safe", "safe_alone")
    assert not screen.invites("q2_phone", "safe_no")


def test_digits_stand_in_front_in_order() -> None:
    """So that somebody can be told "press 3"."""
    rows = numbered(pages("p_phone", "p_scam"), start=3)

    assert [(row[0].number, row[0].option, row[0].label.key) for row in rows] == [
        (3, "open.p_phone", "p_phone.title"),
        (4, "open.p_scam", "p_scam.title"),
    ]
