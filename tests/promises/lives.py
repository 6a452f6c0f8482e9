"""Days and weeks of the bot in one test: what time brings about, another list of partners, raw updates, and what is found on disk."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from bot.channels.telegram import parse
from referrals.case_facts import CaseFacts
from referrals.directory import Directory
from referrals.matching import explain
from tests.bot.rig import CASEBOOK_KEY, STORE_KEY, Rig
from tests.fakes import HER
from tests.pages import Mark, search

MINUTE, HOUR, DAY = 60, 3_600, 86_400  # seconds
# The usual path, with little said, up to the question how she may be reached.
CONTACT = (
    "lang_ko", "safe_alone", "ph_mine", "agree", "urg_no", "CN", "+w_alone", "nav.done", "+n_place", "nav.done", "nav.done", "nav.done",
)  # fmt: skip


async def at_contact(rig: Rig, *options: str, chat: int = HER) -> None:
    """She opens the chat and answers up to the question how she may be reached, and on."""
    await rig.start(chat)
    await rig.settle()
    await rig.tap(*CONTACT, *options, chat=chat)
    await rig.settle()


async def later(rig: Rig, seconds: float) -> None:
    """Time passes; then everything that the bot does by itself is done once."""
    rig.clock.now += seconds
    await rig.retention.once()
    await rig.notices.once()
    await rig.settle()


async def raw(rig: Rig, kind: str, body: Mapping[str, object]) -> None:
    """An update as it comes from the messenger, through the parser."""
    rig.fake.queue({kind: body})
    for untrusted in await rig.fake.fetch(None, 0):
        incoming = parse(untrusted)
        if incoming is not None:
            await rig.intake.receive(incoming)
    rig.fake._updates.clear()
    await rig.settle()


def listed(rig: Rig, directory: Directory) -> None:
    """From now on the list of partners is another one."""
    rig.intake._around = replace(rig.intake._around, directory=lambda: directory)


def found(folder: Path, marks: Mapping[str, Mark]) -> set[str]:
    """Names of the marks that stand on any page or in any log of either database, as who has both keys finds them."""
    hits = search([folder / "conversations.db"], STORE_KEY, marks) + search(
        [folder / "casebook.db"], CASEBOOK_KEY, marks
    )
    return {hit.mark for hit in hits}


def offered_by_the_rules(facts: CaseFacts, partners_then: Directory, now: datetime) -> list[str]:
    """Ids of whoever passes when every rule is asked about every partner, whatever an index leaves out before."""
    found = explain(facts, partners_then, now, b"fictional")
    ranked = [partner for partner, why in found.excluded.items() if why in {"rank", "hub"}]
    return [*(offer.partner_id for offer in found.matches.offers), *ranked]


async def daily(rig: Rig, days: int) -> None:
    """Days pass, and each is looked at."""
    for _ in range(days):
        await later(rig, DAY)
