"""The page to print is whole in itself, and has every word once with room for marks."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bot.review.page import page
from bot.review.wording import NAMES, guide
from bot.reviews import REVIEWED
from bot.texts import used_keys
from tests.bot.review.packets import packet, words
from tests.browser import chromium, in_a_browser


class _Read(HTMLParser):
    """What a page is made of."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: dict[str, list[str]] = {}
        self._lang: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag != "meta":
            self._lang.append(dict(attrs).get("lang") or (self._lang[-1] if self._lang else ""))

    def handle_endtag(self, tag: str) -> None:
        assert tag != "meta"
        self._lang.pop()

    def handle_data(self, data: str) -> None:
        self.text.setdefault(self._lang[-1] if self._lang else "", []).append(data)


def _read(language: str) -> _Read:
    read = _Read()
    read.feed(page(packet(language)))
    return read


@pytest.mark.parametrize("language", REVIEWED)
def test_every_key_stands_there_once_in_the_order_of_the_workbook(language: str) -> None:
    """Each used key is one row."""
    keys = [attributes["data-key"] for _, attributes in _read(language).tags if "data-key" in attributes]

    assert keys == [entry.key for entry in packet(language).arrangement.entries]
    assert set(keys) == used_keys(words().questionnaire)


@pytest.mark.parametrize("language", REVIEWED)
def test_it_asks_nobody_for_anything(language: str) -> None:
    """No script, no address, no picture, no link: nothing but words and style, in the file itself."""
    source = page(packet(language))
    read = _read(language)

    assert not re.search(r"//|url\(|@import|javascript:", source, re.IGNORECASE)
    assert {tag for tag, _ in read.tags} <= {
        *("html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "p", "div", "span", "small", "ol", "li"),
        *("section", "table", "thead", "tbody", "tr", "th", "td"),
    }
    allowed = {"lang", "charset", "name", "content", "class", "id", "data-key"}
    assert {name for _, attributes in read.tags for name in attributes} <= allowed


@pytest.mark.parametrize("language", REVIEWED)
def test_words_are_marked_with_their_language(language: str) -> None:
    """The page has the reader's language, and every text its own, so that each is drawn in its own letters."""
    read = _read(language)
    assert read.tags[0] == ("html", {"lang": NAMES[language].tag})
    for each in NAMES:
        for key in used_keys(words().questionnaire):
            said = words().catalogues.words(each)[key]
            others = {words().catalogues.words(other)[key] for other in NAMES if other != each}
            if each == language or said not in others:  # the same words in two languages stand once, beside
                assert said in read.text[NAMES[each].tag], (each, key)


def test_each_screen_begins_a_sheet_of_paper() -> None:
    """A screen is a section, and a section begins on a new page; a row is not torn apart."""
    source = page(packet())

    assert re.search(r"section\s*{\s*break-before: page", source)
    assert re.search(r"tr\s*{\s*break-inside: avoid", source)
    assert source.count("<section") == len(packet().arrangement.screens) + len(packet().arrangement.others)


def test_it_says_how_to_review_without_speaking_of_cells() -> None:
    """The guide stands there in three languages, but not what holds for the workbook only."""
    said = [text for texts in _read("ko").text.values() for text in texts]

    for told in guide().values():
        assert set(told.how) <= set(said)
        assert not set(told.how_file) & set(said)


@in_a_browser
@pytest.mark.parametrize("language", ["ko", "zh_Hans"])
async def test_a_browser_shows_it_and_prints_a_sheet_for_each_screen(tmp_path: Path, language: str) -> None:
    """Chromium opens it from disk with nothing to complain of, nothing is wider than the paper, and it prints."""
    path = tmp_path / "packet.html"
    path.write_text(page(packet(language)), encoding="utf-8")
    async with chromium(width=900) as browser:
        await browser.set_content(path.read_text("utf-8"))
        assert await browser.locator("tr[data-key]").count() == len(used_keys(words().questionnaire))
        assert await browser.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        printed = await browser.pdf(prefer_css_page_size=True)
        await browser.screenshot(path=tmp_path / "cover.png")
    pages = len(re.findall(rb"/Type\s*/Page\b", printed))
    assert pages > len(packet(language).arrangement.screens)
