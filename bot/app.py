"""The only place where the parts are made and joined; also the only one that asks for the time and for randomness."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

from bot import place
from bot.channels import ChannelError, TokenRefused
from bot.channels.telegram import Profile, Telegram
from bot.channels.telegram_parse import parse
from bot.dialogue import screens, typed
from bot.dialogue.conversation import NOBODY, Conversation
from bot.dialogue.questionnaire import Questionnaire, load
from bot.dialogue.world import World
from bot.intake import Intake, Keys, Surroundings
from bot.notices import Notices
from bot.outbox import Outbox
from bot.pace import Pace
from bot.partners import Partners
from bot.poll import Poll
from bot.pulse import Pulse
from bot.quiet import note
from bot.renewal import Renewal
from bot.retention import Retention
from bot.settings import Settings, SettingsError, read_keys
from bot.store import Store
from bot.texts import FRONT_LOCALES, Catalogues, Rendered, shipped, used_keys
from bot.waiting import rung
from bot.writer import Writer
from referrals.casebook import Casebook
from referrals.policy import Policy
from referrals.policy import load as load_policy
from referrals.sealing import new_identity, signing_public
from referrals.secret import Secret

CONVERSATIONS, CASEBOOK = place.CONVERSATIONS, place.CASEBOOK
_DERIVERS = 2  # threads that derive keys from return codes: 64 MiB of memory each while they work
_START_PAUSE = 5.0  # seconds between tries to reach Telegram at start


@dataclass(frozen=True, slots=True)
class Words:
    """The questionnaire and the catalogues, checked against each other, and what may be said in each country."""

    questionnaire: Questionnaire
    catalogues: Catalogues
    policy: Policy

    @classmethod
    def loaded(cls) -> "Words":
        """Read all three. Raises QuestionnaireError, WordsError and PolicyError."""
        questionnaire = load((files("bot.dialogue") / "questionnaire.toml").read_text("utf-8"), screens.OPENABLE)
        typed.shipped()  # a broken list fails here, and not at her first text
        policy = load_policy((files("referrals") / "policy.toml").read_text("utf-8"))
        return cls(questionnaire, Catalogues(shipped(), used_keys(questionnaire)), policy)

    def profiles(self) -> dict[str, Profile]:
        """What anybody sees of the bot, by Telegram's language code; the empty code is for everybody else."""
        say = self.catalogues.plain
        found = {}
        for code, locale in (("", "ko"), ("ko", "ko"), ("zh", "zh_Hans")):
            commands = (("menu", say("meta.menu", locale)),)
            found[code] = Profile(
                say("meta.name", locale), say("meta.description", locale), say("meta.short", locale), commands
            )
        return found


class Bot:
    """Everything of `naru run`, made and joined."""

    def __init__(
        self,
        settings: Settings,
        words: Words,
        store: Store,
        casebook: Casebook,
        writer: ThreadPoolExecutor,
        keys: Keys,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`store` and `casebook` were opened in the one thread of `writer`. Raises SettingsError."""
        self.words = words
        self.store = store
        self.casebook = casebook
        self.writer = writer
        identity = new_identity(keys.directory.reveal())
        signer = signing_public(keys.signing)
        self.partners = Partners(settings, signer, identity, secrets.token_bytes, clock, time.monotonic)
        self._settings = settings
        self._clock = clock
        self._workers = ThreadPoolExecutor(_DERIVERS, thread_name_prefix="derive")
        around = Surroundings(
            words.questionnaire,
            words.policy,
            self.partners.today,
            settings.korean,
            keys,
            secrets.token_bytes,
            lambda: self.partners.standing,
            clock,
        )
        self.intake = Intake(store, casebook, around, writer, self._workers)
        token = settings.telegram_token
        if token is None:
            raise SettingsError("NARU_TELEGRAM_TOKEN is not set. It should be: the bot's token from BotFather.")
        self.channel = Telegram(token.get_secret_value(), settings.telegram_base_url, settings.proxy)
        pace = Pace(settings.send_rate, time.monotonic)
        self.outbox = Outbox(
            store, casebook, self.channel, self.intake, self.rendered, pace, writer, clock, self._notice, self._remains,
            self.partners.deliverable,
        )  # fmt: skip
        self.poll = Poll(self.channel, parse, self.intake, self.outbox.ring)
        self.retention = Retention(
            store, casebook, self.intake, self.outbox.ring, writer, clock, self.partners.deliverable, settings.tombstones,
        )  # fmt: skip
        self.notices = Notices(store, casebook, self.outbox.ring, writer, clock)
        self.renewal = Renewal(self.partners, store, Writer(store, writer), clock)
        self.pulse = Pulse(self.partners, store, casebook, Writer(store, writer), clock)

    def rendered(self, conversation: Conversation, locale: str | None = None) -> Rendered:
        """A conversation's screen in words: in its own language, or in the one named."""
        today = datetime.fromtimestamp(self._clock(), UTC).date()
        directory, korean = self.partners.today(), self._settings.korean
        world = World(
            self.words.questionnaire,
            directory,
            korean,
            today,
            ("", ""),
            policy=self.words.policy,
            standing=self.partners.standing,
        )
        return self.words.catalogues.render(screens.screen(conversation, world), locale or conversation.locale)

    def _notice(self) -> Rendered:
        """The one line that is ever sent by itself, above the front page's own buttons: the same for everybody."""
        return self._front("notice.line", alone=True)

    def _remains(self) -> Rendered:
        """The front page, saying that an earlier message can be removed by pressing on it."""
        return self._front("note.remains")

    def _front(self, key: str, *, alone: bool = False) -> Rendered:
        front = self.rendered(NOBODY.model_copy(update={"note": key}))
        if not alone:
            return front
        text = "\n\n".join(self.words.catalogues.plain(key, each) for each in FRONT_LOCALES)
        return Rendered(text, front.rows)

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; then end what was begun. Raises TokenRefused when Telegram does not know the token."""
        if not await self._started(stop):
            return
        note("bot.started")
        work = (self.outbox.run(), self.retention.run(), self.notices.run(), self.renewal.run(), self.pulse.run())
        tasks = [asyncio.create_task(each) for each in work]
        polling = asyncio.create_task(self.poll.run())
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({polling, stopping, *tasks}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.poll.stop()
            await polling
            stopping.cancel()
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
            await self.channel.stop()
            self._workers.shutdown()
            note("bot.stopped")
        for error in ended:
            # A part gave up by itself: the program must not end as if it had been told to.
            if isinstance(error, Exception):
                raise error

    async def _started(self, stop: asyncio.Event) -> bool:
        """Reach Telegram, waiting out a network that is down; False when stopped meanwhile."""
        while not stop.is_set():
            try:
                for setting in await self.channel.start():
                    note("bot.botfather_should_switch_off", setting=setting)
            except TokenRefused:
                await self.channel.stop()
                raise
            except ChannelError as error:
                note("bot.telegram_unreachable", error=error)
            else:
                await self._introduced()
                return True
            await rung(stop, _START_PAUSE)
        return False

    async def _introduced(self) -> None:
        """Set the neutral profile. Telegram may forbid changes for hours; people are served all the same, with the older one."""
        try:
            await self.channel.introduce(self.words.profiles())
        except ChannelError as error:
            note("bot.profile_not_set", error=error)


@asynccontextmanager
async def opened(
    settings: Settings, words: Words, environment_credentials: str | None, clock: Callable[[], float] = time.time
) -> AsyncIterator[Bot]:
    """The bot with its databases open, closed afterwards. Raises the errors of keys, databases, settings and directory."""
    keys = read_keys(settings.data_dir, environment_credentials)
    writer = ThreadPoolExecutor(1, thread_name_prefix="writer")
    loop = asyncio.get_running_loop()
    store = await loop.run_in_executor(
        writer, Store.opened, settings.data_dir / CONVERSATIONS, keys["naru_conversations_key"], secrets.token_bytes
    )
    closers: list[Callable[[], None]] = [store.close]
    try:
        casebook = await loop.run_in_executor(
            writer, Casebook.opened, settings.data_dir / CASEBOOK, keys["naru_casebook_key"]
        )
        closers.append(casebook.close)
        own = Keys(keys["naru_pepper"], keys["naru_signing_key"], keys["naru_directory_key"])
        yield Bot(settings, words, store, casebook, writer, own, clock)
    finally:
        for close in closers:
            await loop.run_in_executor(writer, close)
        writer.shutdown()


def make_databases(folder: Path, keys: Mapping[str, Secret[bytes]]) -> None:
    """Make both databases in `folder`, empty. Raises the errors of referrals.database."""
    Store.opened(folder / CONVERSATIONS, keys["naru_conversations_key"], secrets.token_bytes, create=True).close()
    Casebook.opened(folder / CASEBOOK, keys["naru_casebook_key"], create=True).close()
