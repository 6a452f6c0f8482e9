"""The demo's desk: who is there, keys that the printed words unlock, a way in of one click, and none of it in `naru desk`."""

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from playwright.async_api import expect

from bot.commands.demo_desk import WORDS, wrapped
from referrals import age_format, fixtures
from referrals.desk.app import DOORS
from referrals.desk.rendering import environment, shipped_pages
from referrals.sealing import signing_public
from tests.browser import in_a_browser, profile
from tests.phone import demo_addresses

SIGNER = signing_public(fixtures.signing_key())
PARTNER = fixtures.IDS["CHILD"]


def unwrapped(file: bytes, words: str) -> str:
    """Open a file under words, as age.md says; written anew here."""
    parts = age_format.parse(file)
    (stanza,) = parts.stanzas
    kind, salt, work = stanza.args
    assert kind == "scrypt"
    salted = b"age-encryption.org/v1/scrypt" + age_format.from_base64(salt.encode(), "salt")
    key = Scrypt(salted, 32, 1 << int(work), 8, 1).derive(words.encode())
    file_key = ChaCha20Poly1305(key).decrypt(bytes(12), stanza.body, None)
    age_format.check_mac(parts, file_key)
    return age_format.open_payload(parts.payload, file_key).decode()


def test_the_printed_words_unlock_a_published_identity_and_others_do_not() -> None:
    """The text is an identity file: recipient, the bot whose signature counts, and the secret that everybody can make."""
    identity = fixtures.identity(PARTNER, 1)
    file = wrapped(identity, SIGNER, WORDS)
    assert b"AGE-SECRET-KEY" not in file
    lines = unwrapped(file, WORDS).splitlines()
    assert lines == [f"# recipient: {identity.recipient}", f"# signer: {SIGNER.hex()}", identity.secret.reveal()]
    with pytest.raises(InvalidTag):
        unwrapped(file, WORDS.replace("DEM0", "DEM1"))


def test_the_real_desk_has_neither_the_door_nor_the_words() -> None:
    """No door of `naru desk` begins with /demo, and its pages have nothing that the demo's are given."""
    assert [door.path for door in DOORS if door.path.startswith("/demo")] == []
    assert "demo" not in environment(shipped_pages()).globals


@in_a_browser
async def test_one_click_signs_in_and_the_guide_can_be_put_away() -> None:
    """A caseworker of the demo is in with one click; the guide stands on her page with the words, until she puts it away."""
    async with demo_addresses() as (_, desk), profile(360, 740, locale="en") as watched:
        page = await watched.context.new_page()
        await page.goto(desk)
        await page.get_by_role("button", name="Bora (Caseworker)").first.click()
        await page.wait_for_url("**/queue")
        await expect(page.locator("aside")).to_contain_text(WORDS)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        for lang in ("ko", "zh", "en"):
            await page.click(f"button[name=lang][value={lang}]")
            await expect(page.locator("aside li")).to_have_count(6)
        await page.get_by_role("button", name="Put the guide away").click()
        await expect(page.locator("aside")).to_have_count(0)
        await page.goto(f"{desk}/key")
        await page.fill("#unlock-words", WORDS)
        await page.keyboard.press("Enter")
        await expect(page.locator("[data-page=key] .told")).to_be_visible()
