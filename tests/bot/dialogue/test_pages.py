"""Pages to read: all of them are reached, lead to pages that are there, and back."""

import pytest

from bot.dialogue.pages import PAGES
from tests.bot.dialogue.places import at, walk

NEEDS_INFO = ("lang_ko", "safe_moment", "agree", "urg_no", "CN", ("n_info",))


@pytest.mark.parametrize("page", PAGES)
def test_a_page_leads_to_pages(page: str) -> None:
    """No button leads nowhere."""
    assert set(PAGES[page].opens) <= set(PAGES)


def test_the_cover_is_reached_before_anything_is_asked() -> None:
    """Everyday information stands on the front page, shows nothing else, and leads back to it."""
    menu = at("c_menu")

    assert menu.conversation.locale is None
    for page in PAGES["c_menu"].opens:
        assert walk("cover", f"open.{page}").conversation.place == page
        assert walk("cover", f"open.{page}", "nav.back").conversation.place == "a0_open"
        assert PAGES[page].opens == ()


@pytest.mark.parametrize("page", ["p_phone", "p_scam", "p_info"])
def test_information_is_there_when_nobody_is_needed(page: str) -> None:
    """And leads back to where it was opened."""
    person = walk(*NEEDS_INFO).tap(f"open.{page}")

    assert person.conversation.place == page
    assert person.tap("nav.back").conversation.place == "m_none"


def test_pages_about_this_service_are_not_on_the_cover() -> None:
    """Before the safety check only everyday information can be opened."""
    assert all(target.startswith("c_") for page in PAGES.values() if page.id.startswith("c_") for target in page.opens)
