"""The casebook under anything that can happen to it, in any order: jobs that overtake each other and repeat, caseworkers, the clock."""

from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import event, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from referrals.casebook import Casebook, Conflict, Moved, RefusedMove, UnknownReferral, hour
from referrals.casebook_answers import UNDO_SECONDS
from referrals.casebook_moves import CLOSED, MOVES, OPEN, UNSEEN, Action, TooEarly
from referrals.filing import Filing, Routing, lane_of
from tests.filed import DAY, HOUR, KEY, MINUTE, NOW, card, erasure, feedback, routing, rows, tables

CASES = 2
LIST = 2  # referrals of each case: one ordered list
REFERRALS = st.sampled_from([(case, position) for case in range(CASES) for position in range(LIST)])
Act = Callable[[Casebook, str, int, int | None], Moved]
ACTS: dict[Action, Act] = {
    "acknowledge": Casebook.acknowledge,
    "accept": Casebook.accept,
    "decline": lambda book, referral_id, now, version: book.decline(referral_id, "no_capacity", now, version),
    "need_more": Casebook.need_more,
    "reply": lambda book, referral_id, now, version: book.reply(referral_id, _sealed(now), False, version, now),
    "in_contact": Casebook.in_contact,
    "complete": lambda book, referral_id, now, version: book.complete(referral_id, now, version=version),
    "no_contact": Casebook.no_contact,
}


_written = count()


def _sealed(now: int) -> bytes:
    """A reply that is no other."""
    return f"fictional reply {next(_written)} of {now}".encode()


def _referral(case: int, position: int) -> str:
    return f"{case * LIST + position + 1:012x}" + "a" * 20  # lanes are made of the first 12 digits


def _case(case: int) -> str:
    return f"{case + 100:012x}" + "c" * 20


def _verifier(case: int) -> str:
    return f"{case + 1:064x}"


def _reachable(state: str) -> set[str]:
    """States that any number of moves leads to: more than one may be made between two looks."""
    found, new = {state}, {state}
    while new:
        new = {after for each in new for after in MOVES[each].values()} - found
        found |= new
    return found


class Orders(RuleBasedStateMachine):
    """Two people who each ticked two partners in order. Jobs wait in lanes, as in the outbox, and any lane may go next."""

    def __init__(self) -> None:
        """An empty casebook."""
        super().__init__()
        self.folder = TemporaryDirectory()
        self.book = Casebook.opened(Path(self.folder.name) / "casebook.db", KEY, create=True)
        self.book._db.execute("PRAGMA synchronous=OFF")  # no power is cut here, and each step would wait for the disk
        self.now, self.number = NOW, 0
        self.lanes: dict[int, list[tuple[Filing, bytes | None]]] = {}
        self.last: dict[int, tuple[Filing, bytes | None, int]] = {}  # the job of each lane that was done last, and when
        self.gone: set[int] = set()  # cases that she erased
        self.erased: dict[int, set[str]] = {}  # cases whose erasure arrived -> what was delivered of them by then
        self.before: dict[str, str] = {}
        self.undone: set[str] = set()  # undone since the last look: its state may be any that led to the one before

    def teardown(self) -> None:
        """Close and remove the casebook."""
        self.book.close()
        self.folder.cleanup()

    def _queue(self, filing: Filing, sealed: bytes | None) -> None:
        self.lanes.setdefault(lane_of(filing), []).append((filing, sealed))

    def _packet(self, kind: str, case: int, position: int) -> None:
        self.number += 1
        packet: Routing = routing(
            _referral(case, position),
            packet_id=f"{self.number:032x}",
            case_id=_case(case),
            verifier=_verifier(case),
            partner=f"partner-{position}",
            position=position,
            kind=kind,
            created=hour(self.now),
            expires=hour(self.now + 30 * DAY),
        )
        self._queue(packet, kind.encode())

    def _delivered(self, case: int) -> set[str]:
        found = rows(
            self.book, "SELECT referral_id FROM referrals WHERE case_id = ? AND delivered IS NOT NULL", _case(case)
        )
        return {row[0] for row in found}

    # --- what she does, as long as she has a case ---

    @initialize(late=st.sets(st.integers(0, CASES * LIST - 1), max_size=2))
    def consent(self, late: set[int]) -> None:
        """What each of them ticked is filed, but for what is late."""
        for number in range(CASES * LIST):
            self._packet("referral", *divmod(number, LIST))
        for number, lane in enumerate(list(self.lanes)):
            if number not in late:
                self._carry_out(lane)

    @rule(which=REFERRALS, kind=st.sampled_from(["addition", "withdrawal"]))
    def send(self, which: tuple[int, int], kind: str) -> None:
        """She adds something, or takes it back."""
        if which[0] not in self.gone:
            self._packet(kind, *which)

    @rule(case=st.integers(0, CASES - 1))
    def keep_card(self, case: int) -> None:
        """She chooses her words."""
        if case not in self.gone:
            self._queue(card(self.now, _case(case), _verifier(case)), b"card")

    @rule(which=REFERRALS, answer=st.sampled_from(["helped", "unsafe"]))
    def tell(self, which: tuple[int, int], answer: str) -> None:
        """She says how it was."""
        if which[0] not in self.gone:
            self._queue(feedback(_referral(*which), answer), None)

    @precondition(
        lambda self: self.number > CASES * LIST + 2
    )  # she did something before: otherwise it ends before it began
    @rule(case=st.integers(0, CASES - 1))
    def erase(self, case: int) -> None:
        """She erases all."""
        if case not in self.gone:
            self.gone.add(case)
            self._queue(erasure(_case(case), f"{case + 9000:064x}"), None)

    # --- what the outbox does ---

    @precondition(lambda self: any(self.lanes.values()))
    @rule(data=st.data())
    def carry_out(self, data: st.DataObject) -> None:
        """The first job of any lane. One whose referral is gone by now is given up."""
        self._carry_out(data.draw(st.sampled_from(sorted(lane for lane, queued in self.lanes.items() if queued))))

    def _carry_out(self, lane: int) -> None:
        filing, sealed = self.lanes[lane].pop(0)
        try:
            self.book.receive(filing, sealed, self.now)
        except UnknownReferral:
            return
        self.last[lane] = (filing, sealed, self.now)
        if filing.kind == "erasure":
            case = next(case for case in range(CASES) if _case(case) == filing.case_id)
            self.erased[case] = self._delivered(case)

    @rule(which=REFERRALS)
    def write_and_take_back(self, which: tuple[int, int]) -> None:
        """A caseworker writes to her while what she took back is on its way; then it arrives."""
        self.act(which, "reply", None)
        if which[0] not in self.gone:
            self._packet("withdrawal", *which)
            lane = -1 - int(_referral(*which)[:12], 16)
            while self.lanes.get(lane):
                self._carry_out(lane)

    @precondition(lambda self: self.last)
    @rule(data=st.data())
    def repeat(self, data: st.DataObject) -> None:
        """A crash between filing and striking off: the last job of a lane is done again, weeks later at most, and changes nothing."""
        lanes = sorted(lane for lane, (_, _, then) in self.last.items() if self.now - then <= 40 * DAY)
        if not lanes:
            return
        filing, sealed, _ = self.last[data.draw(st.sampled_from(lanes))]
        before = tables(self.book)
        with suppress(UnknownReferral):  # its referral may be gone by now
            self.book.receive(filing, sealed, self.now)
        if filing.kind != "card":  # hers may have gone meanwhile and come back, until its own time is over
            assert tables(self.book) == before

    # --- what a caseworker does, with an id that she may have guessed ---

    @rule(which=REFERRALS, act=st.sampled_from(sorted(ACTS)), behind=st.sampled_from([None, 0, 0, 0, 1]))
    def act(self, which: tuple[int, int], act: Action, behind: int | None) -> None:
        """Allowed by the table, or refused with nothing changed; of what she must not know she learns nothing.

        `behind` is by how many versions her page is old; None is the command line's, which has none.
        """
        before, referral_id = tables(self.book), _referral(*which)
        state, version, changed = self._row(referral_id)
        named = None if behind is None else version - behind
        refused = self._refused(act, state, changed, which[0], behind)
        if refused is None:
            moved = ACTS[act](self.book, referral_id, self.now, named)
            assert moved.state == self._states()[referral_id] == MOVES[state][act]
            assert moved.version == self._row(referral_id)[1]
            return
        with pytest.raises(refused):
            ACTS[act](self.book, referral_id, self.now, named)
        assert tables(self.book) == before

    def _refused(self, act: Action, state: str, changed: int, case: int, behind: int | None) -> type[Exception] | None:
        """What must be raised, in the order in which it is looked at; None when it is allowed."""
        if state in {"", *UNSEEN}:
            return UnknownReferral
        if behind:
            return Conflict
        erased = act == "reply" and case in self.erased
        if erased or act not in MOVES[state]:
            return RefusedMove
        full = len(rows(self.book, "SELECT 1 FROM replies")) >= 20  # of one referral; never reached with so few steps
        assert not full
        return TooEarly if act == "no_contact" and changed > self.now - 30 * DAY else None

    @rule(which=REFERRALS)
    def take_back(self, which: tuple[int, int]) -> None:
        """She undoes her last step: all is as before, or it stands and nothing is changed."""
        before, referral_id = tables(self.book), _referral(*which)
        state, version, _ = self._row(referral_id)
        if state in {"", *UNSEEN}:
            return
        since = rows(self.book, "SELECT since, state FROM undo WHERE referral_id = ?", referral_id)
        if since and since[0][0] > self.now - UNDO_SECONDS:
            assert self.book.undo(referral_id, self.now, version).state == since[0][1]
            assert self._row(referral_id)[:2] == (since[0][1], version + 1)
            self.undone.add(referral_id)
            return
        with pytest.raises(RefusedMove):
            self.book.undo(referral_id, self.now, version)
        assert tables(self.book) == before

    @rule(position=st.integers(1, LIST - 1), case=st.integers(0, CASES - 1))
    def guess(self, case: int, position: int) -> None:
        """She tries the id of one further down a list, while it may still be held."""
        self.act((case, position), "acknowledge", None)

    # --- time ---

    @rule(seconds=st.sampled_from([MINUTE, MINUTE, 31 * MINUTE, 31 * MINUTE, 5 * HOUR, 8 * DAY, 91 * DAY]))
    def wait(self, seconds: int) -> None:
        """Time passes; the bot releases and erases as it does every few seconds."""
        self.now += seconds
        self.book.release(self.now)
        self.book.settle(self.now)
        self.book.expire(self.now)

    # --- what must always hold ---

    def _states(self) -> dict[str, str]:
        return dict(rows(self.book, "SELECT referral_id, state FROM referrals"))

    def _row(self, referral_id: str) -> tuple[str, int, int]:
        """State, version, and when something last happened; no state for one that is not there."""
        found = rows(self.book, "SELECT state, version, changed FROM referrals WHERE referral_id = ?", referral_id)
        return (found[0][0], found[0][1], found[0][2]) if found else ("", 0, 0)

    @invariant()
    def each_state_follows_by_the_table(self) -> None:
        """A referral has one state, which the one before may lead to; one that is gone had ended or expired."""
        states = self._states()
        for state in states.values():
            event(state)
        for referral_id, before in self.before.items():
            after = states.get(referral_id, before)
            assert after in _reachable(before) or (referral_id in self.undone and before in _reachable(after))
        self.before = states
        self.undone.clear()

    @invariant()
    def nothing_held_is_seen_and_nothing_ended_is_added_to(self) -> None:
        """What is held or destroyed is on no list and gives no file; after a withdrawal nothing is filed any more."""
        listed = {each.referral_id for each in self.book.waiting()}
        for referral_id, state in self._states().items():
            order = "SELECT kind FROM packets WHERE referral_id = ? ORDER BY rowid"
            kinds = [row[0] for row in rows(self.book, order, referral_id)]
            if state in UNSEEN:
                assert referral_id not in listed
                assert self.book.sealed(referral_id) == []
            if state in {"destroyed", "expired"}:
                assert kinds == []
            assert "withdrawal" not in kinds[:-1]

    @invariant()
    def an_erased_case_opens_nothing_and_sends_nothing(self) -> None:
        """Neither her code nor the blank opens it; no card, no news, nothing held; nothing more is delivered, and what was can end."""
        for case, delivered in self.erased.items():
            verifiers = [
                bytes(row[0]) for row in rows(self.book, "SELECT verifier FROM cases WHERE case_id = ?", _case(case))
            ]
            assert [self.book.case(each) for each in (bytes.fromhex(_verifier(case)), *verifiers)] == [None] * (
                len(verifiers) + 1
            )
            assert _case(case) not in self.book.news()
            assert rows(self.book, "SELECT 1 FROM cards WHERE case_id = ?", _case(case)) == []
            assert self._delivered(case) <= delivered
            for (state,) in rows(self.book, "SELECT state FROM referrals WHERE case_id = ?", _case(case)):
                assert state in CLOSED or "withdraw" in MOVES[state]
                assert state != "held"

    @invariant()
    def what_she_took_back_is_owed_for_and_nothing_is_written_to_her(self) -> None:
        """Of each that a partner saw its word is asked for; no reply and no copy of it is left, nor of an erased case."""
        gone = "(state = 'withdrawn' OR erased IS NOT NULL)"
        assert (
            rows(
                self.book,
                f"SELECT 1 FROM replies JOIN referrals USING (referral_id) JOIN cases USING (case_id) WHERE {gone}",  # noqa: S608
            )
            == []
        )
        assert rows(
            self.book,
            f"""SELECT 1 FROM referrals JOIN cases USING (case_id) WHERE {gone} AND delivered IS NOT NULL
                AND referral_id NOT IN (SELECT referral_id FROM attestations)""",  # noqa: S608
        ) == []  # fmt: skip

    @invariant()
    def what_is_new_is_marked_and_a_queue_is_what_is_open(self) -> None:
        """Exactly where a sealed file is that nobody acknowledged something is new; a queue has each open one once."""
        for fresh, unread in rows(
            self.book,
            """SELECT fresh, EXISTS (SELECT 1 FROM packets p WHERE p.referral_id = r.referral_id AND p.acknowledged IS NULL)
               FROM referrals r WHERE state IN ('delivered', 'acknowledged', 'accepted', 'need_more', 'in_contact')
               AND r.expires > ?""",
            self.now,
        ):
            assert fresh == unread
        listed = [each.referral_id for n in range(LIST) for each in self.book.queue(f"partner-{n}", self.now).rows]
        assert sorted(listed) == sorted(each for each, state in self._states().items() if state in OPEN)

    @invariant()
    def what_ended_has_its_end_and_what_runs_has_none(self) -> None:
        """Every closed state has the hour of its end, so that the row goes in time; one that runs has only that of its expiry."""
        for state, closed, expires in rows(self.book, "SELECT state, closed, expires FROM referrals"):
            assert closed is not None if state in CLOSED else closed in (None, expires)


def test_the_casebook_holds_under_any_order() -> None:
    """Filings in lanes, repeats, guesses, releases and erasures, with the clock moving on."""
    run_state_machine_as_test(Orders, settings=settings(stateful_step_count=40))
