"""Keys, opening, answering and sealing again in Debian's Chromium with its virtual authenticator, at a desk that really listens."""

import re
import secrets
from pathlib import Path

from playwright.async_api import Page, expect

from referrals import sealing
from referrals.casebook_listed import ListedPartner, ListState
from referrals.desk import key_store
from referrals.desk.grants import Role
from referrals.desk.key_store import mark_of
from referrals.referral import Packet
from referrals.reply import open_reply
from referrals.sealing import open_sealed, signing_public
from referrals.secret import Secret
from tests import filed
from tests.browser import MARKS, profile
from tests.desk_browser.made import BOT, HERS, OUTSIDER, SIGNERS, STRANGER, referral
from tests.desk_browser.runner import ask
from tests.desk_rig import Rig
from tests.referrals.desk.test_entering_browser import TOKEN, authenticator, desk_on_loopback

pytestmark = MARKS
CASE_ID = "7" * 32
HELD = "sessionStorage.getItem('naru-held')"
KEPT_KEYS = """new Promise((done) => { const opening = indexedDB.open("naru-held", 1);
    opening.onupgradeneeded = () => done(0);
    opening.onsuccess = () => { if (!opening.result.objectStoreNames.length) return;
        const asked = opening.result.transaction("naru-held").objectStore("naru-held").getAllKeys();
        asked.onsuccess = () => done(asked.result.length); }; })"""
WHOLE = Packet(
    klass="now", urgent="u_locked", country="CN", language="ko", needs=("n_place",), contact="c_return", check="potato"
)


def bot_is_known(rig: Rig, *marks: str, signers: tuple[str, ...] = tuple(SIGNERS)) -> None:
    """The bot has looked at its list: whose signature counts, and which keys stand in it."""
    now = int(rig.clock())
    rig.books(
        lambda books: books.casebook.list_seen(
            ListState(1, now + 86_400, "good", signers, now), [ListedPartner("P1", "7", "active", "open", marks)]
        )
    )


def arrives(rig: Rig, recipient: str, packet: Packet = WHOLE, signer: Secret[bytes] = BOT) -> None:
    """A referral arrives for the partner, sealed to one recipient."""
    made = referral(packet, referral_id=CASE_ID, partner="P1")
    file = sealing.seal(made, "P1", [recipient], signer, secrets.token_bytes)
    routing = filed.alone(CASE_ID, partner="P1", klass="now", recipients=(mark_of(recipient),))
    rig.books(lambda books: books.casebook.receive(routing, file, int(rig.clock())))


async def joined(page: Page, rig: Rig) -> None:
    """She joins by the link, with a passkey."""
    await page.goto(f"{rig.desk.settings.origin}/join#{TOKEN.hex()}")
    await page.fill("[data-passkey=join] [data-label]", "office")
    await page.click("[data-passkey=join] [data-do]")
    await page.wait_for_url("**/account")


async def key_made(page: Page, rig: Rig) -> tuple[str, str]:
    """She makes her key and writes its words down. Returns the words and the recipient that the server got."""
    await page.goto(f"{rig.desk.settings.origin}/key")
    await page.click("[data-page=key] button")
    words = await page.inner_text(".words")
    assert re.fullmatch(r"(?:[0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z]{4}", words)
    await page.fill("#last-group", "0000")
    await page.click("form:has(#last-group) button")
    await expect(page.locator("[data-page=key] .bad")).to_be_visible()
    assert rig.written(lambda db: db.execute("SELECT count(*) FROM keys").fetchone()[0]) == 0
    await page.fill("#last-group", words[-4:].lower())
    await page.click("form:has(#last-group) button")
    await expect(page.locator("[data-page=key] .told")).to_be_visible()
    recipient = rig.written(lambda db: db.execute("SELECT recipient FROM keys").fetchone()[0])
    return words, str(recipient)


async def test_a_first_case_from_key_to_reply(tmp_path: Path) -> None:
    """She makes a key, opens a case with it, and answers; only her code reads the answer; nothing plain ever reaches the server."""
    async with desk_on_loopback(tmp_path) as rig, profile(390, 800) as watched:
        bot_is_known(rig)
        page = await watched.context.new_page()
        sent: list[str] = []
        page.on("request", lambda request: sent.append(request.post_data or ""))
        await authenticator(watched.context, page)
        await joined(page, rig)
        words, recipient = await key_made(page, rig)
        kinds = rig.written(lambda db: [row[0] for row in db.execute("SELECT kind FROM wraps ORDER BY kind")])
        assert kinds == ["passkey", "words"]

        arrives(rig, recipient)
        await page.goto(f"{rig.desk.settings.origin}/case/{CASE_ID}")
        opened = page.locator(".opened")
        await expect(opened).to_contain_text("China")
        await expect(opened.locator(".secret")).to_have_text("potato")

        await page.fill("#reply-text", "010-1234-5678")
        await expect(page.locator(".findings .bad")).to_be_visible()
        await expect(page.get_by_role("button", name="Look before sending").first).to_be_disabled()
        await page.fill("#reply-text", "")
        await page.get_by_role("button", name="Her word").click()
        await page.get_by_role("button", name="우리는 돈을 받지 않습니다.").click()
        await expect(page.locator(".findings li")).to_have_count(0)
        await page.get_by_role("button", name="Look before sending").first.click()
        await page.get_by_role("button", name="Send", exact=True).click()
        await expect(page.locator(".said .told")).to_contain_text("Sealed and kept")

        replies = rig.books(lambda books: books.casebook.replies_for(filed.CASE))
        assert [open_reply(each.sealed, HERS.secret, CASE_ID, "P1").text for each in replies] == [
            "감자. 우리는 돈을 받지 않습니다."
        ]
        whole = "\n".join(sent)
        assert "age1pq1" in whole  # the recipient, so that the capture is known to see what is sent
        assert not any(
            mark in whole for mark in (words, words.replace("-", ""), "AGE-SECRET", "감자", "돈을", "%EA%B0%90")
        )


async def test_she_unlocks_by_passkey_and_by_words_and_leaves_nothing(tmp_path: Path) -> None:
    """Another tab unlocks anew, by passkey or by words; wrong words open nothing; after signing out the browser holds nothing."""
    async with desk_on_loopback(tmp_path) as rig, profile() as watched:
        bot_is_known(rig)
        page = await watched.context.new_page()
        await authenticator(watched.context, page)
        await joined(page, rig)
        words, recipient = await key_made(page, rig)
        arrives(rig, recipient)
        assert await page.evaluate(HELD)
        assert "AGE-SECRET" not in await page.evaluate(HELD)
        await page.evaluate("sessionStorage.clear()")

        await page.goto(f"{rig.desk.settings.origin}/case/{CASE_ID}")
        await page.get_by_role("button", name="Open with your passkey").click()
        await expect(page.locator(".opened")).to_contain_text("China")

        await page.evaluate("sessionStorage.clear()")
        await page.reload()
        await page.click(".unlocking summary")
        await page.fill("#unlock-words", "0000-0000-0000-0000-0000")
        await page.click(".unlocking form button")
        await expect(page.locator(".unlocking .bad")).to_be_visible()
        await page.fill("#unlock-words", words.lower().replace("-", " "))
        await page.click(".unlocking form button")
        await expect(page.locator(".opened")).to_contain_text("China")

        await page.route("**/leave", lambda route: route.fulfill(status=204))  # a server that clears nothing
        await page.click(".leave button")
        await page.wait_for_function(f"{HELD} === null")
        assert await page.evaluate(KEPT_KEYS) == 0
        await page.unroute("**/leave")
        await page.click(".leave button")
        await page.wait_for_url("**/enter")


async def test_what_is_held_goes_after_15_idle_minutes(tmp_path: Path) -> None:
    """A quarter of an hour without a touch, and the opened case is off the screen and the key out of the browser."""
    async with desk_on_loopback(tmp_path) as rig, profile() as watched:
        bot_is_known(rig)
        page = await watched.context.new_page()
        await authenticator(watched.context, page)
        await joined(page, rig)
        _, recipient = await key_made(page, rig)
        arrives(rig, recipient)
        await page.clock.install()
        await page.goto(f"{rig.desk.settings.origin}/case/{CASE_ID}")
        await expect(page.locator(".opened")).to_be_visible()
        await page.clock.fast_forward(14 * 60_000)
        await expect(page.locator(".opened")).to_be_visible()
        await page.clock.run_for(90_000)
        await expect(page.locator(".opened")).to_have_count(0)
        assert await page.evaluate(HELD) is None


async def test_a_case_marked_by_the_danger_word_offers_cover_talk_only(tmp_path: Path) -> None:
    """The notice stands first and big; there is no field to write in, no question, and what is sent is one of the cover phrases."""
    async with desk_on_loopback(tmp_path) as rig, profile() as watched:
        bot_is_known(rig)
        page = await watched.context.new_page()
        await authenticator(watched.context, page)
        await joined(page, rig)
        _, recipient = await key_made(page, rig)
        arrives(rig, recipient, WHOLE.model_copy(update={"flags": ("danger_word",)}))
        await page.goto(f"{rig.desk.settings.origin}/case/{CASE_ID}")
        await expect(page.locator(".opened > :first-child")).to_have_class("bad duress")
        assert await page.locator("textarea, #reply-question").count() == 0
        assert await page.locator(".opened .check").count() == 0
        assert "potato" not in await page.inner_text("main")
        await page.locator(".reply button.second").first.click()
        await page.get_by_role("button", name="Send", exact=True).click()
        await expect(page.locator(".said .told")).to_contain_text("Sealed and kept")
        replies = rig.books(lambda books: books.casebook.replies_for(filed.CASE))
        said = open_reply(replies[0].sealed, HERS.secret, CASE_ID, "P1").text
        assert said == rig.desk.words.say("cover.weather", "ko")


async def test_a_colleague_is_given_what_is_open(tmp_path: Path) -> None:
    """After she heard the digits and said so, her browser seals the case again for a colleague, who alone can open the copy."""
    async with desk_on_loopback(tmp_path) as rig, profile() as watched:
        bot_is_known(rig)
        page = await watched.context.new_page()
        await authenticator(watched.context, page)
        await joined(page, rig)
        _, recipient = await key_made(page, rig)
        arrives(rig, recipient)
        colleague_with_key(rig)

        await page.goto(f"{rig.desk.settings.origin}/key/colleagues")
        assert await page.get_by_role("link", name="Seal what is open").count() == 0
        await page.get_by_role("button", name="I heard these digits").click()
        await page.get_by_role("link", name="Seal what is open").click()
        await expect(page.locator("[data-page=reseal] .secret")).to_have_text(sealing.fingerprint(OUTSIDER.recipient))
        await page.get_by_role("button", name="Seal again").click()
        assert [len(each.copies) for each in rig.books(lambda books: books.casebook.sealed_files(CASE_ID))] == [1]
        await page.get_by_label("I heard them in her own voice").check()
        await page.get_by_role("button", name="Seal again").click()
        await expect(page.locator("[data-page=reseal] .told")).to_contain_text("Done: 1")

        (file,) = rig.books(lambda books: books.casebook.sealed_files(CASE_ID))
        read = open_sealed(file.copies[1], [OUTSIDER.secret], [bytes.fromhex(SIGNERS[0])], "P1")
        assert read.referral.packet == WHOLE


def colleague_with_key(rig: Rig) -> None:
    """A colleague has joined and made her key elsewhere."""
    account = rig.account(Role.CASEWORKER, partner="P1", name="Bo")
    wraps: dict[key_store.Kind, bytes] = {"words": b"age-encryption.org/v1\nfictional"}
    rig.written(lambda db: key_store.make(db, account.account, OUTSIDER.recipient, wraps, None, int(rig.clock())))


async def test_a_case_is_taken_further_in_the_browser_alone(tmp_path: Path) -> None:
    """Every file is made and saved without a request; no name of a file tells anything; the printed page holds neither number nor word."""
    async with desk_on_loopback(tmp_path) as rig, profile() as watched:
        bot_is_known(rig)
        page = await watched.context.new_page()
        await authenticator(watched.context, page)
        await joined(page, rig)
        _, recipient = await key_made(page, rig)
        arrives(rig, recipient)
        await page.goto(f"{rig.desk.settings.origin}/case/{CASE_ID}")
        await page.get_by_text("Take it further").click()
        asked = len(watched.asked)
        names = []
        for button in ("Table (CSV)", "Excel (.xlsx)", "JSON", "Primero/GBVIMS+ (CSV)", "Primero/GBVIMS+ (JSON)"):
            async with page.expect_download() as saving:
                await page.get_by_role("button", name=button, exact=True).click()
            saved = await saving.value
            names.append(saved.suggested_filename)
            assert not await saved.failure()
        await page.evaluate("window.print = () => undefined")
        await page.get_by_role("button", name="Print one page").click()
        await page.emulate_media(media="print")
        printed = await page.inner_text("body")

        assert names == ["note.csv", "note.xlsx", "note.json", "note-gbvims.csv", "note-gbvims.json"]
        assert [url for url in watched.asked[asked:] if not url.startswith("blob:")] == []
        assert "Country: China" in printed
        assert not any(mark in printed for mark in (CASE_ID, CASE_ID[:8], "potato"))


async def test_a_bot_that_the_server_names_later_is_shown_and_not_believed(tmp_path: Path) -> None:
    """What it signed opens only after she compared its digits and gave her words; with her passkey too from then on."""
    stranger = signing_public(STRANGER).hex()
    async with desk_on_loopback(tmp_path) as rig, profile() as watched:
        bot_is_known(rig)
        page = await watched.context.new_page()
        await authenticator(watched.context, page)
        await joined(page, rig)
        words, recipient = await key_made(page, rig)
        bot_is_known(rig, signers=(*SIGNERS, stranger))
        arrives(rig, recipient, signer=STRANGER)
        await page.goto(f"{rig.desk.settings.origin}/case/{CASE_ID}")
        digits = str(ask("identity", signers=[stranger])["signers"][0])
        await expect(page.locator(".opened .warn .code")).to_have_text(digits)
        await expect(page.locator(".opened .bad")).to_contain_text("not_trusted")
        assert "China" not in await page.inner_text("main")

        await page.goto(f"{rig.desk.settings.origin}/key")
        await page.get_by_text("I compared the digits").click()
        await page.fill("#trust-words", "0000-0000-0000-0000-0000")
        await page.get_by_role("button", name="Trust this bot").click()
        await expect(page.locator("[data-page=key] .bad")).to_be_visible()
        await page.fill("#trust-words", words)
        await page.get_by_role("button", name="Trust this bot").click()
        await expect(page.locator("#trust-words")).to_have_count(0)

        await page.evaluate("sessionStorage.clear()")
        await page.goto(f"{rig.desk.settings.origin}/case/{CASE_ID}")
        await page.get_by_role("button", name="Open with your passkey").click()
        await expect(page.locator(".opened")).to_contain_text("China")
        assert await page.locator(".opened .warn").count() == 0
