"""Delivery handles: kept only where writing is allowed, told once, and gone after their days."""

import pytest
from sqlcipher3 import dbapi2

from bot.handles import KEEP, Handle, Handles
from bot.store import Store
from tests.bot.rig import START
from tests.fakes import HER

CASE, OTHER_CASE = "c" * 32, "d" * 32
DAY = 86_400  # seconds
EVENING = START + 4 * 3_600  # 19:30 in China; START is 15:30 there


@pytest.fixture
def handles(store: Store) -> Handles:
    """Give its handles."""
    return store.handles


def kept(store: Store) -> list[tuple[object, ...]]:
    """Every handle there is, without its id."""
    return store._db.execute("SELECT chat, case_id, mode, band, zone, state FROM handles ORDER BY id").fetchall()


def due(handles: Handles) -> list[str]:
    """The cases of those who are to be told."""
    return [handle.case_id for handle in handles.due()]


def test_a_band_is_kept_with_its_zone_and_any_time_without(store: Store, handles: Handles) -> None:
    """Nothing is kept that is not needed to know when she may be told."""
    handles.keep(HER, CASE, "c_band", "17-22", "CN", START)
    handles.keep(HER, OTHER_CASE, "c_any", "17-22", "CN", START)
    assert kept(store) == [
        (HER, CASE, "c_band", "17-22", "Asia/Shanghai", "quiet"),
        (HER, OTHER_CASE, "c_any", None, None, "quiet"),
    ]


@pytest.mark.parametrize(
    ("mode", "band", "country"),
    [("c_return", None, "CN"), ("c_none", None, "CN"), (None, None, None), ("c_band", "band_none", "CN"),
     ("c_band", "17-22", "RU"), ("c_band", "17-22", None), ("c_band", None, "CN")],
)  # fmt: skip
def test_what_allows_no_writing_keeps_no_handle(
    store: Store, handles: Handles, mode: str | None, band: str | None, country: str | None
) -> None:
    """Neither a new one nor the one she allowed before."""
    handles.keep(HER, CASE, mode, band, country, START)
    assert kept(store) == []
    handles.keep(HER, CASE, "c_any", None, None, START)
    handles.keep(HER, CASE, mode, band, country, START)
    assert kept(store) == []


def test_the_database_itself_refuses_another_mode(store: Store) -> None:
    """A row without mode, or with a band but no zone, can't be written by any mistake."""
    for mode, band, zone in (("c_return", None, None), ("c_band", None, "Asia/Seoul"), ("c_band", "17-22", None)):
        with pytest.raises(dbapi2.IntegrityError):
            store._db.execute(
                "INSERT INTO handles (chat, case_id, mode, band, zone, state, expires) VALUES (1, 'c', ?, ?, ?, 'quiet', 0)",
                (mode, band, zone),
            )


def test_a_case_has_one_handle_under_the_newest_choice(store: Store, handles: Handles) -> None:
    """Choosing again replaces mode and band, leaves what she is to be told, and begins her days anew."""
    handles.keep(HER, CASE, "c_any", None, None, START)
    handles.news(CASE)
    handles.keep(HER, CASE, "c_band", "06-10", "KR", START + DAY)
    assert kept(store) == [(HER, CASE, "c_band", "06-10", "Asia/Seoul", "due")]
    handles.expire(START + KEEP)
    assert len(kept(store)) == 1


def test_she_is_told_once_until_she_returns(handles: Handles) -> None:
    """News after news makes one line; what happens after she returned, and was struck off, makes another."""
    handles.keep(HER, CASE, "c_any", None, None, START)
    handles.news(CASE)
    handles.news(CASE)
    (handle,) = handles.due()
    handles.told(handle.id)
    handles.news(CASE)
    assert due(handles) == []
    assert handles.returned(HER, CASE, START)
    handles.news(CASE)  # what she has just seen is news to the casebook until it is told otherwise
    assert due(handles) == []
    assert handles.seen() == [CASE]
    handles.heard(CASE)
    assert handles.seen() == []
    handles.news(CASE)
    assert due(handles) == [CASE]


def test_what_was_to_be_told_is_not_told_to_one_who_is_back(store: Store, handles: Handles) -> None:
    """She returned before the line went: it is not queued any more; one that just went does not silence later news."""
    handles.keep(HER, CASE, "c_any", None, None, START)
    handles.news(CASE)
    (handle,) = handles.due()
    store.queue_notice(HER, handle.id, START)
    handles.returned(HER, CASE, START)
    assert store.jobs(START, (), 9) == []
    handles.told(handle.id)  # the line was under way
    handles.heard(CASE)
    handles.news(CASE)
    assert due(handles) == [CASE]


def test_a_return_from_another_phone_ends_the_writing(store: Store, handles: Handles) -> None:
    """Which of the two is in her hands can't be known: neither is written to."""
    handles.keep(HER, CASE, "c_any", None, None, START)
    assert not handles.returned(HER + 1, CASE, START)
    assert kept(store) == []


def test_one_line_stands_for_all_of_her_cases(handles: Handles) -> None:
    """Two cases with news in one chat are told together, another chat's is not."""
    for chat, case in ((HER, CASE), (HER, OTHER_CASE), (HER + 1, "e" * 32)):
        handles.keep(chat, case, "c_any", None, None, START)
        handles.news(case)
    handles.told(handles.due()[0].id)
    assert due(handles) == ["e" * 32]


def test_the_strictest_of_her_choices_counts_in_a_chat(handles: Handles) -> None:
    """Any time for one case does not open the hours that she closed for another."""
    handles.keep(HER, CASE, "c_any", None, None, START)
    handles.news(CASE)
    (handle,) = handles.due()
    assert handles.open(handle, START)
    handles.keep(HER, OTHER_CASE, "c_band", "17-22", "CN", START)
    assert not handles.open(handle, START)
    assert handles.open(handle, EVENING)


def test_a_band_counts_as_closed_just_before_its_end(handles: Handles) -> None:
    """What is sent in its last two minutes could arrive outside it."""
    handles.keep(HER, CASE, "c_band", "17-22", "CN", START)
    handles.news(CASE)
    (handle,) = handles.due()
    ten = EVENING + 2.5 * 3_600
    assert handle.open(ten - 121)
    assert not handle.open(ten - 120)


def test_handles_are_gone_after_14_days(store: Store, handles: Handles) -> None:
    """Fourteen days after her last action, which returning is; a moment earlier nothing is sent that would arrive later."""
    handles.keep(HER, CASE, "c_any", None, None, START)
    handles.returned(HER, CASE, START + DAY)
    handles.heard(CASE)
    handles.news(CASE)
    (handle,) = handles.due()
    assert not handle.open(START + DAY + KEEP - 60)
    handles.expire(START + DAY + KEEP - 1)
    assert len(kept(store)) == 1
    handles.expire(START + DAY + KEEP)
    assert kept(store) == []
    assert KEEP == 14 * DAY


def test_a_clock_set_back_lengthens_no_handle(store: Store, handles: Handles) -> None:
    """One that would last longer than its days was written by a wrong clock, and goes."""
    handles.keep(HER, CASE, "c_any", None, None, START + 30 * DAY)
    handles.expire(START)
    assert kept(store) == []


@pytest.mark.parametrize("by", ["chat", "case"])
def test_forgetting_takes_the_queued_line_along(store: Store, handles: Handles, by: str) -> None:
    """A handle that is erased leaves no job behind, and those of others stay."""
    handles.keep(HER, CASE, "c_any", None, None, START)
    handles.keep(HER + 1, OTHER_CASE, "c_any", None, None, START)
    for case in (CASE, OTHER_CASE):
        handles.news(case)
    for handle in handles.due():
        store.queue_notice(handle.chat, handle.id, START)
    if by == "chat":
        handles.forget_chat(HER)
    else:
        handles.forget_case(CASE)
    assert [job.lane for job in store.jobs(START, (), 9)] == [HER + 1]
    assert due(handles) == [OTHER_CASE]


def test_a_handle_prints_nobody(handles: Handles) -> None:
    """Neither chat nor case stands in its repr, and a row's id is never given again."""
    handles.keep(987_654_321, CASE, "c_any", None, None, START)
    handles.news(CASE)
    (first,) = handles.due()
    assert "987654321" not in repr(first)
    assert CASE not in repr(first)
    handles.forget_chat(987_654_321)
    handles.keep(HER, CASE, "c_any", None, None, START)
    handles.news(CASE)
    (second,) = handles.due()
    assert isinstance(second, Handle)
    assert second.id > first.id
