"""The bot's side of the partner list: fetches, verifies, remembers, and says what counts now.

A list that is refused changes nothing but the alarm: the last verified one stands until its own dates pass. Each try works on a copy of the
verified metadata, which takes its place only when everything held; a verified root and a suspension are kept in any case.
"""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from tuf.api.metadata import Root

from referrals.directory import Directory, without_collection
from referrals.publishing.errors import (
    ClockSetBackError,
    MixedVersionsError,
    NotPinnedError,
    PinnedError,
    PublishingError,
    RefusedError,
    StateDamagedError,
    StateUnwritableError,
)
from referrals.publishing.memory import Memory
from referrals.publishing.metadata import PARTNERS
from referrals.publishing.sealed_list import open_list
from referrals.publishing.source import Source
from referrals.publishing.targets import BotList, CheckedKeys, Listed, read_bot_list
from referrals.publishing.updating import Before, Run
from referrals.publishing.verified import (
    LIST_ROLE,
    Basis,
    Facts,
    State,
    Verified,
    absorb,
    judge,
    seen_suspensions,
    still,
)
from referrals.secret import Secret

CLOCK_SLACK = timedelta(minutes=10)  # what correcting a clock may take back; expiry is judged in days


class PartnerListClient:
    """The verified partner list of one bot. One instance per state folder, used by one thread at a time."""

    def __init__(
        self,
        source: str,
        state_dir: Path,
        trusted_root: bytes,
        identity: Secret[str],
        randomness: Callable[[int], bytes],
        monotonic: Callable[[], float],
    ) -> None:
        """`source` is a folder or an https address, `trusted_root` the root that was shipped, `identity` the bot's own age identity.

        `monotonic` gives seconds from any start. Raises ValueError for another kind of source.
        """
        self._source = Source(source, monotonic)
        self._root = trusted_root
        self._identity = identity
        self._memory = Memory(state_dir, identity, randomness)
        self._known: dict[bytes, Listed] = {}  # checked records by the digest of their line
        self._state: State | None = None
        self._list: BotList | None = None
        self._basis: Basis | None = None
        self._directory: Directory | None = None  # what followed from the basis

    def pin(self, now: datetime) -> Verified:
        """Verify the first list, in which everything counts at once. Raises PinnedError, RefusedError or StateUnwritableError."""
        if self._memory.state() is not None:
            raise PinnedError
        try:
            with without_collection():
                refused, alarms = self._try(None, now)
        except OSError:
            raise StateUnwritableError from None
        if refused is not None:
            raise refused
        return self._judged(now, None, alarms)

    def refresh(self, now: datetime) -> Verified:
        """Look for a newer list, and return what counts now. What was refused, and why, stands in the result.

        Raises NotPinnedError and StateDamagedError, after which there is no list at all; RefusedError only when the disk has lost the
        verified list and it can't be fetched again either.
        """
        with without_collection():
            state = self._recall()
        latest = self._memory.latest()
        if latest is None:
            raise StateDamagedError("clock")
        if now < latest - CLOCK_SLACK:
            return self._judged(latest, ClockSetBackError(), ())
        try:
            with without_collection():
                refused, alarms = self._try(Before(state.versions, state.online_key, latest), max(now, latest))
        except OSError:
            refused, alarms = StateUnwritableError(), ()
        return self._judged(max(now, latest), refused, alarms)

    def _recall(self) -> State:
        """Read what was verified before this process started."""
        if self._state is None:
            self._state = self._memory.state()
            if self._state is None:
                raise NotPinnedError
            if (sealed := self._memory.partners(self._state)) is not None:
                try:
                    self._list = self._opened(sealed, self._state.versions[LIST_ROLE])
                except RefusedError:
                    raise StateDamagedError(PARTNERS) from None
        return self._state

    def _try(self, before: Before | None, now: datetime) -> tuple[PublishingError | None, Sequence[PublishingError]]:
        """Verify what is published, and remember it if it holds; returns why it was refused, and what else is wrong."""
        with tempfile.TemporaryDirectory(dir=self._memory.folder, prefix="try-") as name:
            folder = Path(name)
            self._memory.copy_metadata(folder)
            run: Run | None = None
            try:
                run = Run(self._source, folder, self._root, now)
                facts = run.check(before)
                bot_list = self._fetched(run, facts)
            except RefusedError as refused:
                self._memory.keep_metadata(folder, roots_only=True)
                if run is not None:
                    self._remember_in_any_case(run)
                return refused, tuple(run.alarms) if run is not None else ()
            self._memory.keep_latest(now)  # first: a state without its time would be refused as damaged
            self._remember(absorb(self._state, bot_list, run.suspensions, facts, now), bot_list, folder)
        return None, tuple(run.alarms)

    def _fetched(self, run: Run, facts: Facts) -> BotList:
        if self._state is not None and self._list is not None and facts.partners_hash == self._state.partners_hash:
            return self._list if facts.versions[LIST_ROLE] == self._list.version else self._mixed()
        sealed = run.partners()
        bot_list = self._opened(sealed, facts.versions[LIST_ROLE])
        bot_list.check_repeats()
        self._memory.keep_partners(facts.partners_hash, sealed)
        return bot_list

    def _opened(self, sealed: bytes, version: int) -> BotList:
        checked = CheckedKeys(self._state.first_seen if self._state is not None else ())
        bot_list = read_bot_list(open_list(sealed, [self._identity], PARTNERS), self._known, checked)
        return bot_list if bot_list.version == version else self._mixed()

    @staticmethod
    def _mixed() -> BotList:
        raise MixedVersionsError(PARTNERS)

    def _remember(self, state: State, bot_list: BotList, folder: Path) -> None:
        """Write in an order in which a power cut leaves an older state with its list, never a newer one without."""
        if state != self._state:
            self._memory.keep_state(state)
        self._memory.keep_metadata(folder, roots_only=False)
        self._memory.forget_others(state.partners_hash)
        self._state, self._list = state, bot_list

    def _remember_in_any_case(self, run: Run) -> None:
        """A suspension that was verified counts at once, whatever else was wrong, and an older root than a verified one never again."""
        if self._state is not None:
            roots = max(run.root_version, self._state.versions.get(Root.type, 0))
            suspended = seen_suspensions(self._state.suspended, run.suspensions)
            lifted = self._list.lifted if self._list is not None else ()
            versions = {**self._state.versions, Root.type: roots}
            state = replace(self._state, suspended=still(suspended, lifted), versions=versions)
            if state != self._state:
                self._memory.keep_state(state)
                self._state = state

    def _judged(self, now: datetime, refused: PublishingError | None, alarms: Sequence[PublishingError]) -> Verified:
        if self._state is None or self._list is None:
            raise refused or StateDamagedError(PARTNERS)
        basis = Basis.of(self._state, self._list, now)
        if self._directory is None or not basis.gives_the_same(self._basis):
            self._basis, self._directory = basis, basis.directory()
        return judge(self._state, self._directory, len(basis.young), now, refused, alarms)
