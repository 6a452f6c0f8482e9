"""What a delivery job carries: read back as it was written, in a lane of its own, silent about its values."""

import json
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.filing import Filing, FilingError, Routing, hour, lane_of, read
from tests.filed import CASE, FIRST, NOW, REPORT, addition, card, erasure, feedback, report, routing, withdrawal

EVERY = [
    routing(FIRST),
    routing(FIRST, list_version=7),
    addition(FIRST),
    withdrawal(FIRST),
    card(),
    report(),
    feedback(FIRST, "unsafe"),
    erasure(),
]


@pytest.mark.parametrize("filing", EVERY, ids=lambda filing: filing.kind)
def test_a_filing_is_read_back_as_it_was_written(filing: Filing) -> None:
    """The kind tells which one it is."""
    assert read(filing.model_dump_json()) == filing


def test_jobs_written_before_there_were_other_kinds_are_read() -> None:
    """The outbox may hold routings without a list's version when the program is renewed."""
    written = json.loads(routing(FIRST).model_dump_json())
    del written["list_version"]

    assert read(json.dumps(written)) == routing(FIRST)


@pytest.mark.parametrize("filing", EVERY, ids=lambda filing: filing.kind)
def test_a_filing_prints_nothing(filing: Filing) -> None:
    """No id gets into a log through a repr or a string."""
    assert repr(filing) == str(filing) == f"{type(filing).__name__}(***)"


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"kind": "zq-mark"}, "document"),
        ({"referral_id": "zq-mark"}, "referral_id"),
        ({"zq-mark": 1}, "document"),
        ({"expires": "zq-mark"}, "expires"),
        ({"position": -1}, "position"),
    ],
)
def test_what_is_no_filing_is_refused_without_its_content(change: dict[str, object], place: str) -> None:
    """The message names the place; neither it nor what led to it holds what stood there."""
    text = json.dumps(json.loads(routing(FIRST).model_dump_json()) | change)
    with pytest.raises(FilingError) as caught:
        read(text)

    told = "".join(traceback.format_exception(caught.value))
    assert str(caught.value) == f"a delivery job can't be read (at: {place})"
    assert "zq-mark" not in told.replace(repr(text), "")
    assert FIRST not in told
    assert caught.value.__context__ is None


@given(st.text() | st.binary())
def test_any_text_gives_a_filing_error(text: str | bytes) -> None:
    """Whatever the row holds, it is one error of ours."""
    with pytest.raises(FilingError):
        read(text)


def test_what_belongs_together_shares_a_lane() -> None:
    """Packets and feedback of a referral keep their order, and card and erasure of a case; a report waits for nobody."""
    of_referral = {
        lane_of(each) for each in (routing(FIRST), addition(FIRST), withdrawal(FIRST), feedback(FIRST, "not"))
    }
    of_case = {lane_of(card()), lane_of(erasure())}

    assert of_referral == {-1 - int(FIRST[:12], 16)}
    assert of_case == {-1 - int(CASE[:12], 16)}
    assert lane_of(report()) == -1 - int(REPORT[:12], 16)


@given(st.integers(0, 2**128 - 1))
def test_no_lane_is_a_persons(number: int) -> None:
    """Chat ids of people are positive; a lane made from an id never is, and fits SQLite's 8 bytes."""
    assert -(2**63) <= lane_of(feedback(f"{number:032x}", "helped")) < 0


@given(st.integers(0, 2**40))
def test_an_hour_is_the_last_one_that_struck(now: int) -> None:
    """Rounded down, never into the future."""
    assert hour(now) % 3_600 == 0
    assert 0 <= now - hour(now) < 3_600


def test_the_casebook_still_gives_routing() -> None:
    """Those who import it from where it was get the same class."""
    from referrals import casebook  # noqa: PLC0415  # the name is what is tested

    assert casebook.Routing is Routing
    assert casebook.hour(NOW) == hour(NOW)
