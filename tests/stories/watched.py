"""Sentences about several accounts, about what an operator sees of them, and about what may be sent to her by itself."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot import bands
from bot.dialogue.effects import (
    EraseCase,
    Unreach,
)
from bot.dialogue.events import Started, Tapped
from bot.dialogue.world import Tries
from referrals.fixtures import IDS
from tests.bot.dialogue.returned import Account
from tests.person import NOW, questionnaire
from tests.stories.scene import Scene, catalogues, need, sentence

# --- several accounts, and what the operator sees of them ---


@sentence("a session begins on account <name>")
def session(scene: Scene, name: str) -> None:
    """Somebody uses the account from its first page, with what it tried before."""
    before = scene.accounts.get(name, Account())
    scene.person = scene.accounts[name] = Account(tries=before.tries, ids=scene.person.ids)
    scene.happen(Started())


@sentence("the next day begins")
def next_day(scene: Scene) -> None:
    """What was searched for is counted by the day (UTC)."""
    for account in scene.accounts.values():
        account.tries = Tries(codes=account.tries.codes, last_code=account.tries.last_code)


@sentence("everything is answered up to the cards: <country>, <needs>")
def answered(scene: Scene, country: str, needs: str) -> None:
    """Alone, on her own phone, not urgent; whatever else is asked is skipped."""
    steps = {
        "a0_open": "lang_ko",
        "q1_safe": "safe_alone",
        "q2_phone": "ph_mine",
        "q3_agree": "agree",
        "q4_urgent": "urg_no",
    }
    while (place := scene.person.conversation.place) in questionnaire():
        if place == "q6_needs":
            scene.person.choose(*needs.split())
            continue
        option = {**steps, "q5_country": country}.get(place, "nav.skip")
        scene.happen(Tapped(scene.person.screen.id, option))


@sentence("somebody presses a forged button of <name>")
def forged(scene: Scene, name: str) -> None:
    """As on the card of a partner who is not offered."""
    alias = scene.person.partners.partner(IDS[name]).x_alias
    scene.happen(Tapped(f"q11_partner.{alias}.00000000", "share_yes"))


@sentence("the operator sees: <counts>")
def operator_sees(scene: Scene, counts: str) -> None:
    """Alarms by kind, of all accounts together: "canary 1, match_limit 2", or "nothing"."""
    found = ", ".join(f"{kind} {count}" for kind, count in sorted(scene.alarms.items())) or "nothing"
    need(found == counts, found)


@sentence("each partner had one name, and never more than three were offered")
def one_name(scene: Scene) -> None:
    """Whoever asks, and however often."""
    need(all(len(names) == 1 for names in scene.names.values()), scene.names)
    need(len({min(names) for names in scene.names.values()}) == len(scene.names), scene.names)
    need(0 < scene.offered <= 3, scene.offered)


@sentence("nothing of a partner was shown but its number here")
def only_aliases(scene: Scene) -> None:
    """No name, telephone number, id or key of any partner was on any screen."""
    records = scene.person.partners.partners
    marks = {each.name for each in records} | {each.id for each in records}
    marks |= {phone.number for each in records for phone in each.phones} | {
        key.recipient for each in records for key in each.x_keys
    }
    need(not [1 for mark in marks if mark for text in scene.shown if mark in text], "a name, a number, an id or a key")


@sentence("a new account that is used the same way sees the same")
def same_as_new(scene: Scene) -> None:
    """Nothing since the last erasure shows that the account was here before."""
    new = Account()
    for event in scene.since:
        new.event(event)
    need(len(scene.since) > 0, "nothing happened since")
    need(catalogues().render(new.screen, new.conversation.locale) == scene.view, scene.view.text)
    need(
        new.conversation == scene.person.conversation.model_copy(update={"salt": new.conversation.salt}),
        "something is known",
    )


# --- what may be sent to her by itself ---


def _may_be_told(scene: Scene, time: str) -> bool:
    reach = scene.reach
    zone = bands.zone_of(reach.country) if reach else None
    if reach is None or zone is None:
        return False
    local = datetime.combine(NOW.date(), datetime.strptime(time, "%H:%M").time(), ZoneInfo(zone))  # noqa: DTZ007  # a time of day
    return bands.open_now(reach.mode, reach.band, zone, local.timestamp())


@sentence("at <time> on her clock nothing may be sent to her")
def quiet(scene: Scene, time: str) -> None:
    """Outside her mode and band; tests/bot/test_notices.py shows that nothing is."""
    need(not _may_be_told(scene, time), "one line may be sent")


@sentence("at <time> on her clock one neutral line may be sent to her: <words>")
def told(scene: Scene, time: str, words: str) -> None:
    """Inside them, and it says nothing more than this."""
    need(_may_be_told(scene, time), "nothing may be sent")
    said = catalogues().plain("notice.line", scene.person.conversation.locale or scene.person.korean)
    need(said == words, said)


@sentence("nothing is sent to her phone any more")
def unreached(scene: Scene) -> None:
    """What joins her chat and her case is erased."""
    need(any(isinstance(effect, Unreach) for effect in scene.person.effects), scene.person.effects)


@sentence("from now on her number opens nothing")
def number_dead(scene: Scene) -> None:
    """What is stored of it is erased with the case."""
    need(any(isinstance(effect, EraseCase) for effect in scene.person.effects), scene.person.effects)
