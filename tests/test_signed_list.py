"""N5, N6, N19 and N20 of the promises, on a list that three operators published and the running bot verified as it always does."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from bot.dialogue import screens
from bot.dialogue.conversation import Standing
from bot.dialogue.effects import MakeCode, Refer
from bot.dialogue.engine import advance
from bot.dialogue.events import Event, Tapped
from bot.dialogue.screens import Screen
from bot.dialogue.world import Fresh, World
from bot.partners import ROOT, STATE, Partners, key_mark
from bot.settings import Settings
from referrals import fixtures
from referrals.case_facts import NEEDS, CaseFacts
from referrals.directory import Directory, load
from referrals.filing import Routing
from referrals.fixtures import IDS
from referrals.matching import explain, match
from referrals.publishing.client import PartnerListClient
from referrals.publishing.errors import NotForThisBotError
from referrals.publishing.metadata import OPERATORS, PARTNERS
from referrals.publishing.sealed_list import open_list
from referrals.publishing.targets import Suspension, key_digest
from referrals.sealing import signing_public
from tests.person import CODE, NOW, Person, case, policy, questionnaire
from tests.referrals.publishing.ceremony import Ceremony, bot, stream

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NAMES = {partner_id: name for name, partner_id in IDS.items()}
Change = Callable[[str, dict[str, Any]], object]
SALT = b"salt of a case"
# A1 of domain.md 7: watched, with a child, in China; she needs to get out, and something for the child.
A1 = ("lang_ko", "safe_moment", "agree", "urg_no", "CN", ("n_leave", "n_child"))
# A4: under 18 and pregnant, alone on her own phone.
A4 = (
    *("lang_zh", "safe_alone", "ph_mine", "agree", "urg_no", "CN", ("w_u18", "w_preg"), "limits_known"),
    *(("n_preg",), "nav.skip", "c_return"),
)


@dataclass
class Running:
    """Operators who publish, and a bot that follows them; its clock is set by hand."""

    ceremony: Ceremony
    folder: Path
    now: datetime = NOW
    partners: Partners = field(init=False)

    def __post_init__(self) -> None:
        """Pin the list as `naru pin` does, and start."""
        data, published = self.folder / "data", str(self.ceremony.published)
        (data / ROOT).parent.mkdir(parents=True)
        (data / ROOT).write_bytes(self.ceremony.shipped_root())
        draw, shipped = stream("running bot"), self.ceremony.shipped_root()
        PartnerListClient(published, data / STATE, shipped, bot().secret, draw, lambda: 0.0).pin(self.now)
        settings = Settings(data_dir=data, directory=published, allow_fixtures=True)
        signer = signing_public(fixtures.signing_key())
        self.partners = Partners(settings, signer, bot(), draw, self.clock, lambda: 0.0)

    def clock(self) -> float:
        """The bot's time, Unix seconds."""
        return self.now.timestamp()

    def at(self, now: datetime) -> "Running":
        """Let it be `now`: the dates of the list are renewed, as every day, and the bot looks."""
        self.now = now
        self.ceremony.publish(now)
        for name in self.ceremony.keys:
            standing = self.ceremony.repository.read_suspensions(name)
            self.ceremony.suspend(name, standing, now)
        self.look()
        return self

    def look(self) -> None:
        """Look for a newer list; it must be taken."""
        verified = self.partners.refresh()
        assert (verified.refused, verified.alarms, verified.standing) == (None, (), "good")

    def suspend(self, name: str = "", key: str = "") -> None:
        """One operator suspends a partner or a key, by herself."""
        keys = (key_digest(key),) if key else ()
        ids = (IDS[name],) if name else ()
        made = Suspension(id="0123456789abcdef", partners=ids, keys=keys, reason="incident", since=self.now)
        self.ceremony.suspend("park", [made], self.now)
        self.look()

    def deliverable(self, name: str, **changes: object) -> str:
        """What the bot says of a packet that was sealed to all of a partner's caseworkers."""
        recipients = self.partners.today().partner(IDS[name]).recipients(self.now.date())
        return self.partners.deliverable(self.routing(name, recipients).model_copy(update=changes))

    def routing(self, name: str, recipients: tuple[str, ...]) -> Routing:
        """The address of a packet sealed to these recipients."""
        return Routing(
            packet_id="a" * 32,
            referral_id="b" * 32,
            case_id="c" * 32,
            verifier="d" * 64,
            kind="referral",
            partner=IDS[name],
            klass="normal",
            position=0,
            created=0,
            expires=0,
            recipients=tuple(key_mark(each) for each in recipients),
        )


@dataclass
class Visitor(Person):
    """A person whose partners are whatever the running bot works with at that moment."""

    bot: Running = field(kw_only=True)

    def world(self, fresh: Fresh | None = None, ids: tuple[str, str] = ("a" * 32, "b" * 32)) -> World:
        """The world as the bot makes it for each update."""
        listed, today = self.bot.partners, self.bot.now.date()
        return World(
            questionnaire(), listed.today(), self.korean, today, ids, fresh, policy(), standing=listed.standing
        )

    def event(self, event: Event) -> "Visitor":
        """As Person, at the bot's time."""
        ids = next(self.ids)
        after, effects = advance(self.conversation, event, self.world(ids=ids), self.bot.now)
        if any(isinstance(effect, MakeCode) for effect in effects):
            after, effects = advance(self.conversation, event, self.world(Fresh(CODE, case()), ids), self.bot.now)
        self.conversation, self.effects = after, list(effects)
        self.seen.append(after.place)
        return self

    def walk(self, *steps: str | tuple[str, ...]) -> "Visitor":
        """Take these steps."""
        for step in steps:
            if isinstance(step, str):
                self.tap(step)
            else:
                self.choose(*step)
        return self

    @property
    def offered(self) -> list[str]:
        """The names of her open offers, in order."""
        return [NAMES[each.partner] for each in self.conversation.offers if each.decision == "open"]

    @property
    def sent_to(self) -> list[str]:
        """To whom her last press handed something over."""
        return [NAMES[effect.partner] for effect in self.effects if isinstance(effect, Refer)]


def running(folder: Path, change: Change | None = None) -> Running:
    """Operators who published the fictional list with a change, and a bot that pinned it at `NOW`."""
    document = json.loads(fixtures.partners(NOW.date()))
    for record in document["partners"]:
        if change is not None:
            change(NAMES[record["id"]], record)
    ceremony = Ceremony(folder / "operators")
    ceremony.partners = load(json.dumps(document), "test list").partners
    ceremony.contacts = {each.id: f"contact-of-{NAMES[each.id]}" for each in ceremony.partners}
    return Running(ceremony.found(NOW), folder)


def only(which: str, **fields: object) -> Change:
    """A change of one partner; a field of its services is found there."""

    def change(name: str, record: dict[str, Any]) -> None:
        if name == which:
            for key, value in fields.items():
                for target in [record] if key in record else record["services"]:
                    target[key] = value

    return change


def words(screen: Screen) -> str:
    """Everything that a screen is made of."""
    return repr((screen.lines, screen.rows))


# --- N5: names and contacts above a tier ---


def test_n5_the_bots_target_has_no_name_above_its_tier(tmp_path: Path) -> None:
    """Twelve partners have names; what the bot can open holds those of tiers T0 and T1, and nobody's contact."""
    live = running(tmp_path)
    repository, secret = live.ceremony.repository, bot().secret
    target = repository.targets().targets[PARTNERS]
    sealed = live.ceremony.published / "targets" / target.get_prefixed_paths()[0]
    opened = open_list(sealed.read_bytes(), [secret], PARTNERS).decode()
    names = {NAMES[each.id]: each.name for each in live.ceremony.partners}

    assert all(names.values())
    assert {which for which, name in names.items() if name is not None and name in opened} == {"LEGAL-TH", "PSY-KR"}
    assert "contact-of-" not in opened
    for partner in live.partners.today().partners:
        assert (partner.name is None) == (partner.x_tier == "T2")
        assert not partner.phones or partner.x_tier == "T0"


def test_n5_the_bot_cannot_open_the_operators_target(tmp_path: Path) -> None:
    """Names, contacts and evidence stand in a file that is not sealed to it; an operator opens the same file."""
    live = running(tmp_path)
    repository = live.ceremony.repository
    target = repository.targets().targets[OPERATORS]
    sealed = (live.ceremony.published / "targets" / target.get_prefixed_paths()[0]).read_bytes()

    assert open_list(sealed, [live.ceremony.keys["kim"].identity], OPERATORS) == b"names and contacts"
    with pytest.raises(NotForThisBotError):
        open_list(sealed, [bot().secret], OPERATORS)


def test_n5_whoever_takes_the_disk_or_the_server_reads_no_name(tmp_path: Path) -> None:
    """Neither what is served nor what the bot keeps holds a name, an alias's owner, a contact or a key in the open."""
    live = running(tmp_path)
    partners = live.ceremony.partners
    secrets = [*(each.name for each in partners if each.name), "contact-of-", *(each.id for each in partners)]
    secrets += [key.recipient for each in partners for key in each.x_keys]
    files = [path for path in (tmp_path / "data" / STATE, live.ceremony.published) for path in path.rglob("*")]
    kept = b"".join(path.read_bytes() for path in files if path.is_file())

    assert len(kept) > 100_000  # both lists lie there, sealed
    assert [each for each in secrets if each.encode() in kept] == []


@pytest.mark.parametrize("known", [False, True])
def test_n5_no_card_names_a_partner_above_its_tier(tmp_path: Path, known: bool) -> None:
    """Every partner's card, and that of what may be left out, say the alias; so they would if a list did hold the names."""
    live = running(tmp_path)
    visitor = Visitor(bot=live).walk(*A1)
    named = Directory(1, live.ceremony.partners, live.partners.today().signers)
    world = replace(visitor.world(), directory=named) if known else visitor.world()
    seen = set()
    for partner in named.partners:
        for place in ("q11_partner", "q11_less"):
            offer = Standing(partner=partner.id, service=0, reasons=())
            card = visitor.conversation.model_copy(update={"offers": (offer,), "place": place})
            screen = screens.screen(card, world)
            if screen.id.startswith(place):
                seen.add(NAMES[partner.id])
            assert partner.name is not None
            assert partner.x_tier != "T2" or partner.name not in words(screen)

    assert seen == set(IDS) - {"FAITH", "OLD", "SUSP", "CANARY"}


# --- N6: nobody but whom she consented to, and nobody expired, suspended or unvetted ---


def test_n6_a1_is_offered_none_of_the_unfit(tmp_path: Path) -> None:
    """FAITH, OLD and SUSP fit by country and need, and are absent, each for its own reason."""
    live = running(tmp_path)
    facts = CaseFacts(country="CN", needs=("n_place", "n_leave", "n_child"))
    why = explain(facts, live.partners.today(), live.now, SALT).excluded

    assert Visitor(bot=live).walk(*A1).offered == ["CHILD", "SAFE-CN", "CYBER"]
    assert (why[IDS["FAITH"]], why[IDS["OLD"]], why[IDS["SUSP"]]) == ("condition", "vetted", "status")


@pytest.mark.parametrize(
    ("which", "fields"),
    [
        ("FAITH", {"x_status": "active", "x_faith_condition": False}),
        ("OLD", {"x_vetted_until": str(NOW.date() + 60 * DAY), "x_needs": ["n_leave", "n_child"]}),
        ("SUSP", {"x_status": "active"}),
    ],
)
def test_n6_without_its_fault_each_of_them_would_be_offered(
    tmp_path: Path, which: str, fields: dict[str, object]
) -> None:
    """So it is the fault that keeps them out: in a list without it, and without the others who fit, she sees each one's card."""

    def change(name: str, record: dict[str, Any]) -> None:
        only(which, **fields)(name, record)
        if name in {"SAFE-CN", "CYBER"}:
            record["x_status"] = "suspended"

    assert which in Visitor(bot=running(tmp_path, change)).walk(*A1).offered


def test_n6_one_consent_goes_to_one_partner(tmp_path: Path) -> None:
    """Of three cards she passes the first, agrees to the second and declines the rest: one thing is sent, to the second."""
    visitor = Visitor(bot=running(tmp_path)).walk(*A1)
    sent = []
    for press in ("share_next", "share_yes", "go_on", "share_no"):
        sent += visitor.walk(press).sent_to

    assert sent == ["SAFE-CN"]


def test_n6_suspended_between_card_and_consent(tmp_path: Path) -> None:
    """She presses on a card that one operator made void a moment ago: nothing is sent, and the next partner is shown."""
    live = running(tmp_path)
    visitor = Visitor(bot=live).walk(*A1)
    card = visitor.screen.id
    live.suspend("CHILD")
    visitor.event(Tapped(card, "share_yes"))

    assert visitor.sent_to == []
    assert visitor.offered == ["SAFE-CN", "CYBER"]
    assert Visitor(bot=live).walk(*A1).offered == ["SAFE-CN", "CYBER"]


def test_n6_suspended_between_consent_and_delivery(tmp_path: Path) -> None:
    """What she agreed to is not delivered once the partner is suspended; the others' is."""
    live = running(tmp_path)
    assert Visitor(bot=live).walk(*A1, "share_yes").sent_to == ["CHILD"]
    assert live.deliverable("CHILD") == "yes"
    live.suspend("CHILD")

    assert live.deliverable("CHILD") == "no"
    assert live.deliverable("CHILD", klass="now") == "no"
    assert live.deliverable("SAFE-CN") == "yes"


def test_n6_a_key_suspended_between_consent_and_delivery(tmp_path: Path) -> None:
    """What was sealed to a stolen key too is not delivered, though the partner stands and gets what is sealed from now on."""
    live = running(tmp_path)
    recipients = live.partners.today().partner(IDS["CHILD"]).recipients(live.now.date())
    before = live.routing("CHILD", recipients)
    assert live.partners.deliverable(before) == "yes"
    live.suspend(key=recipients[0])

    assert live.partners.deliverable(before) == "no"
    assert live.deliverable("CHILD") == "yes"
    assert recipients[0] not in live.partners.today().partner(IDS["CHILD"]).recipients(live.now.date())


def test_n6_removed_between_consent_and_delivery(tmp_path: Path) -> None:
    """What two operators took out of the list gets nothing more."""
    live = running(tmp_path)
    recipients = live.partners.today().partner(IDS["CHILD"]).recipients(live.now.date())
    routing = live.routing("CHILD", recipients)
    live.ceremony.partners = tuple(each for each in live.ceremony.partners if each.id != IDS["CHILD"])
    live.at(NOW + HOUR)

    assert live.partners.deliverable(routing) == "no"


# --- N19: stale confirmation, expired vetting ---


def matched(live: Running) -> list[str]:
    """Who is matched for a child in China, by name."""
    facts = CaseFacts(country="CN", needs=("n_child",))
    return [NAMES[each.partner_id] for each in match(facts, live.partners.today(), live.now, SALT).offers]


@pytest.mark.parametrize("which", ["x_contact_confirmed_at", "x_capacity_at"])
def test_n19_what_nobody_confirmed_for_thirty_days_is_not_matched(tmp_path: Path, which: str) -> None:
    """The list is renewed day after day and its standing is good; at the minute at which 30 days are over she is not sent there."""
    confirmed = NOW - 20 * DAY
    live = running(tmp_path, only("CHILD", **{which: confirmed.strftime("%Y-%m-%dT%H:%M:%SZ")}))
    live.at(confirmed + 30 * DAY)
    assert "CHILD" in matched(live)
    assert "CHILD" in Visitor(bot=live).walk(*A1).offered
    live.at(confirmed + 30 * DAY + timedelta(minutes=1))

    assert "CHILD" not in matched(live)
    assert "CHILD" not in Visitor(bot=live).walk(*A1).offered


def test_n19_vetting_that_expires_while_the_bot_runs(tmp_path: Path) -> None:
    """From the midnight (UTC) after its last day it is neither matched nor open on a card that she has before her."""
    live = running(tmp_path, only("CHILD", x_vetted_until=str(NOW.date() + DAY)))
    midnight = datetime.combine(NOW.date() + 2 * DAY, datetime.min.time(), UTC)
    live.at(midnight - timedelta(minutes=1))
    visitor = Visitor(bot=live).walk(*A1)
    assert visitor.offered[0] == "CHILD"
    card = visitor.screen.id
    live.now = midnight  # the list is the same one; only the day is another

    assert "CHILD" not in matched(live)
    assert visitor.event(Tapped(card, "share_yes")).sent_to == []
    assert visitor.offered == ["SAFE-CN", "CYBER"]


@pytest.mark.parametrize("lapsing", ["vetting", "confirmation"])
def test_n6_n19_what_lapsed_between_consent_and_delivery(tmp_path: Path, lapsing: str) -> None:
    """A packet may be held for days, while the list is stale or others are asked first; whoever lapsed meanwhile gets nothing."""
    confirmed = (NOW - 29 * DAY).strftime("%Y-%m-%dT%H:%M:%SZ")
    fields = (
        {"x_vetted_until": str(NOW.date() + DAY)} if lapsing == "vetting" else {"x_contact_confirmed_at": confirmed}
    )
    live = running(tmp_path, only("CHILD", **fields))
    assert live.deliverable("CHILD") == "yes"
    assert "CHILD" in matched(live)
    live.at(NOW + 2 * DAY)
    assert "CHILD" not in matched(live)

    assert live.deliverable("CHILD") == "no"


# --- N20: under 18 ---


def test_n20_a_girl_of_sixteen_gets_safeguarded_partners_only(tmp_path: Path) -> None:
    """A4 on the signed list; where the partner that meets her need is no longer safeguarded, it is gone."""
    assert Visitor(bot=running(tmp_path / "a")).walk(*A4).offered == ["HEALTH", "CHILD"]
    unguarded = running(tmp_path / "b", only("HEALTH", x_child_safeguarding="no"))

    assert Visitor(bot=unguarded).walk(*A4).offered == ["CHILD"]


def test_n20_whatever_she_needs_and_wherever_she_is(tmp_path: Path) -> None:
    """For each need and country, urgent and not: nobody for adults only and nobody without checked safeguarding."""
    directory = running(tmp_path).partners.today()
    countries = {country for each in directory.partners for service in each.services for country in service.countries}
    found = {True: set[str](), False: set[str]()}
    for under_18, need, country, klass in product(found, NEEDS, sorted(countries), ("now", "normal")):
        facts = CaseFacts(country=country, needs=(need,), klass=klass, under_18=under_18)
        for offer in match(facts, directory, NOW, SALT).offers:
            found[under_18].add(NAMES[offer.partner_id])
            service = directory.partner(offer.partner_id).services[offer.service_index]
            guarded = service.x_child_safeguarding == "verified" and service.serves != "adults"
            assert guarded or not under_18

    assert found[True] == {"HUB", "CHILD", "HEALTH"}
    assert found[False] == found[True] | {"SAFE-CN", "CYBER", "LEGAL-TH", "PSY-KR", "MEN"}
