"""naru-open.html: everything within itself, nothing from or to anywhere; from disk it opens what is sealed to its reader."""

import base64
import hashlib
import re
import secrets
from pathlib import Path

import pytest
from playwright.async_api import expect

from bot import opened
from bot.app import Words
from referrals.desk.assets import shipped_static
from referrals.desk.opener import UnsafeToInline, opener, policy
from referrals.desk.words import LANGS, DeskWords
from referrals.sealing import seal
from tests.browser import PATIENCE, in_a_browser, launched
from tests.desk_browser.made import BOT, OUTSIDER, OWN, PARTNER, SIGNERS, referral
from tests.desk_browser.runner import ask
from tools.words import ROOT, compile_catalogues

WORDS = "7G2K-90QX-1AB0-CDEF-GHJK"
IDENTITY_FILE = f"# recipient: {OWN.recipient}\n# signer: {SIGNERS[0]}\n{OWN.secret.reveal()}\n"


def page(folder: Path) -> bytes:
    """The page as it is shipped."""
    compile_catalogues(ROOT / "locales", folder / "words")
    catalogues = Words.loaded().catalogues
    labels = {lang: opened.labels(catalogues, lang) for lang in LANGS}
    return opener(shipped_static(), DeskWords(folder / "words"), labels)


def test_only_its_own_script_and_style_may_run(tmp_path: Path) -> None:
    """The policy names both by the hash of what really stands in the page, and allows nothing else; no address stands in a tag."""
    text = page(tmp_path).decode()
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(each.encode()).digest()).decode() for each in (script, style)]

    assert policy(script, style) in text
    assert re.findall(r"'sha256-([^']+)'", text) == hashes
    assert "default-src 'none'" in text
    assert re.findall(r"<[a-z]+[^>]* (?:src|href)=", re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)) == []
    assert text.count("</script>") == 2


def test_what_would_end_its_element_is_not_inlined(tmp_path: Path) -> None:
    """A bundle that held the end of a script element would be cut there: it is refused."""
    (tmp_path / "static" / "opener").mkdir(parents=True)
    (tmp_path / "static" / "desk.css").write_text("p {}")
    (tmp_path / "static" / "opener" / "open.js").write_text('const text = "</script>";')
    compile_catalogues(ROOT / "locales", tmp_path / "words")

    with pytest.raises(UnsafeToInline):
        opener(tmp_path / "static", DeskWords(tmp_path / "words"), {lang: {} for lang in LANGS})


@in_a_browser
@pytest.mark.parametrize("wrapped", [False, True], ids=["file of keygen", "wrapped key"])
async def test_it_opens_from_disk_and_asks_nobody(tmp_path: Path, wrapped: bool) -> None:
    """From file://, with a plain identity file or a wrapped one and its words: her answers are read; a file for others is told so.

    The log of everything that the page asked for holds the page alone.
    """
    (tmp_path / "naru-open.html").write_bytes(page(tmp_path))
    identity = {"secret": OWN.secret.reveal(), "recipient": OWN.recipient, "signers": SIGNERS}
    key = base64.b64decode(ask("wrap", identity=identity, words=WORDS)["file64"]) if wrapped else IDENTITY_FILE.encode()
    (tmp_path / "key.age").write_bytes(key)
    for name, recipient in (("hers.age", OWN.recipient), ("other.age", OUTSIDER.recipient)):
        (tmp_path / name).write_bytes(seal(referral(), PARTNER, [recipient], BOT, secrets.token_bytes))

    async with launched() as browser:
        context = await browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 800})
        context.set_default_timeout(PATIENCE)
        asked: list[str] = []
        troubles: list[str] = []
        context.on("request", lambda request: asked.append(request.url))
        context.on(
            "console", lambda message: troubles.append(message.text) if message.type in {"error", "warning"} else None
        )
        shown = await context.new_page()
        address = (tmp_path / "naru-open.html").as_uri()
        await shown.goto(address)
        await expect(shown.locator("h1")).to_have_text("打开封装的文件")
        await shown.get_by_role("button", name="English").click()
        await shown.set_input_files("#sealed", [tmp_path / "hers.age", tmp_path / "other.age"])
        await shown.set_input_files("#key", tmp_path / "key.age")
        if wrapped:
            await shown.fill("#words-typed", WORDS.lower())
        await shown.get_by_role("button", name="Open", exact=True).click()
        await expect(shown.locator(".opened .secret")).to_have_text("potato")
        await expect(shown.locator(".opened .warn")).to_have_count(1)
        sent = await shown.evaluate("fetch('http://127.0.0.1:9/').then(() => 'sent', () => 'stopped')")
        await context.close()

    assert sent == "stopped"
    assert set(asked) - {"http://127.0.0.1:9/"} == {address}
    assert [each for each in troubles if "127.0.0.1:9" not in each] == []
