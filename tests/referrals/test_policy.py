"""The country policy: taken whole or refused, and closing what nobody knows, renewed or reviewed."""

import contextlib
import tomllib
import traceback
from datetime import date, timedelta
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.policy import MAX_CHARACTERS, NOT_REVIEWED, STRICTEST, UNKNOWN, UNSERVED, Policy, PolicyError, load

TODAY = date(2026, 11, 24)
MARK = "zq-mark-7731"  # stands for a value that must not come back in a message
WRITTEN = (files("referrals") / "policy.toml").read_text("utf-8")
# The countries of the questionnaire (domain.md 1.4, q5_country).
ASKED = {"CN", "VN", "LA", "TH", "KR", "MN", "KH", "MM", "RU", "other"}
# A fictional line, for these tests alone: no such number is shipped.
FICTIONAL = '{ number = "000-0000-0000", purpose = "crisis", last_verified = 2026-11-01, source = "fictional", verified_by = "fictional" }'


def reviewed(text: str = WRITTEN) -> str:
    """The file as if somebody had reviewed every row (fictional)."""
    return text.replace(NOT_REVIEWED, "fictional reviewer")


def with_number(text: str) -> str:
    """The reviewed file with one fictional line in the KR row."""
    return text.replace("numbers = []", f"numbers = [{FICTIONAL}]")


def refused(text: str) -> str:
    """Return what the operator is told about a file that must be refused."""
    with pytest.raises(PolicyError) as caught:
        load(text)
    assert MARK not in "".join(traceback.format_exception(caught.value))
    return str(caught.value)


def test_every_country_of_the_questionnaire_has_a_row() -> None:
    """The rows are those that can be answered, and the one country that is never served."""
    assert load(WRITTEN).countries == ASKED | {UNSERVED}


def test_a_reviewed_row_opens_what_it_says() -> None:
    """Police may be named in KR alone, and a partner decides about them in TH."""
    policy = load(reviewed())
    police = {country: policy.rule(country, TODAY).police_advice for country in ASKED}

    assert {country for country, advice in police.items() if advice == "allowed"} == {"KR"}
    assert {country for country, advice in police.items() if advice == "partner_mediated"} == {"TH"}
    assert all(policy.rule(country, TODAY).consulate_advice != "allowed" for country in ASKED)


def test_what_is_shipped_is_a_draft_and_opens_no_advice() -> None:
    """No row has been reviewed, and until then every country is forbidden; the number of a partner may stand in KR."""
    policy = load(WRITTEN)

    assert set(policy.unreviewed) == policy.countries
    assert {policy.rule(country, TODAY).police_advice for country in policy.countries} == {"forbidden"}
    assert {country for country in policy.countries if policy.rule(country, TODAY).show_numbers} == {"KR"}


def test_no_number_is_shipped() -> None:
    """A number that nobody called is not in the file."""
    assert [row.get("numbers", []) for row in tomllib.loads(WRITTEN)["country"]] == [[]] * 11
    assert not load(reviewed()).rule("KR", TODAY).numbers


@pytest.mark.parametrize("country", [None, UNKNOWN, "FR", "", "cn", "KP2"])
def test_an_unknown_country_is_the_strictest(country: str | None) -> None:
    """Whatever has no row is forbidden throughout, and is helped."""
    assert load(reviewed()).rule(country, TODAY) == STRICTEST
    assert STRICTEST.police_advice == STRICTEST.consulate_advice == "forbidden"
    assert STRICTEST.service
    assert Policy().rule(country, TODAY) == STRICTEST


@pytest.mark.parametrize("country", sorted(ASKED))
def test_an_expired_row_closes_the_advice_and_not_the_help(country: str) -> None:
    """On its last day a row holds; on the next it counts as the strictest, in every country."""
    policy = load(with_number(reviewed()))
    last = date(2027, 5, 23)

    assert policy.rule("KR", last).police_advice == "allowed"
    assert policy.rule(country, last + timedelta(days=1)) == STRICTEST
    assert policy.rule(country, last + timedelta(days=1)).service
    assert country in policy.expired(last + timedelta(days=1))
    assert policy.expired(last) == ()


@pytest.mark.parametrize("day", [TODAY, date(2099, 1, 1), date(1999, 1, 1)])
def test_north_korea_is_never_served(day: date) -> None:
    """N24: not by an expired row either."""
    assert not load(reviewed()).rule("KP", day).service
    assert not Policy().rule("KP", day).service


@pytest.mark.parametrize(("day", "shown"), [(0, 1), (90, 1), (91, 0), (-1, 0)])
def test_a_number_is_shown_for_90_days(day: int, shown: int) -> None:
    """A line verified longer ago, or on a day to come, is not shown; the rest of the row holds."""
    rule = load(with_number(reviewed())).rule("KR", date(2026, 11, 1) + timedelta(days=day))

    assert len(rule.numbers) == shown
    assert rule.police_advice == "allowed"


@pytest.mark.parametrize(
    ("before", "after", "where", "what"),
    [
        ('code = "CN"\n', f'code = "CN"\n{MARK} = 1\n', "country CN", "no such field"),
        ('code = "CN"\npolice_advice = "forbidden"\n', 'code = "CN"\n', "country CN, police_advice", "add it"),
        ('police_advice = "allowed"', f'police_advice = "{MARK}"', "country KR, police_advice", "not one of the words"),
        ("numbers = []", f'numbers = ["{MARK}"]', "country KR, numbers.0", "correct it"),
        (
            "numbers = []",
            f"numbers = [{FICTIONAL.replace('000-0000-0000', MARK)}]",
            "country KR, numbers.0.number",
            "pattern",
        ),
        ("show_numbers = true\nnumbers = []", f"numbers = [{FICTIONAL}]", "country KR", "set show_numbers"),
        ('code = "CN"\n', f'code = "CN"\nnumbers = [{FICTIONAL}]\n', "country CN", "in KR only"),
        ('code = "CN"\n', 'code = "CN"\nshow_numbers = true\n', "country CN", "in KR only"),
        ('code = "CN"\n', 'code = "CN"\nservice = false\n', "country CN", "N24"),
        ("service = false\n", "", "country KP", "N24"),
        ("service = false\n", 'service = "no"\n', "country KP, service", "boolean"),
        ('code = "CN"\n', 'code = "VN"\n', "country VN", "two rows"),
        ('code = "KP"\n', 'code = "XX"\n', "country XX", "N24"),
        (
            'code = "other"\npolice_advice = "forbidden"',
            'code = "other"\npolice_advice = "allowed"',
            "country other",
            "throughout",
        ),
        ('code = "other"\n', 'code = "FR"\n', "country other", "the row is missing"),
        ('code = "CN"\n', f'code = "{MARK}"\n', "country row 1, code", "pattern"),
        ("naru-policy/1", MARK, "format", "not one of the words"),
        ("version = 1", "version = 0", "version", "greater than"),
        ("[[country]]", f"[[country]\n{MARK}", "not TOML (line 2", "last good version"),
    ],
)
def test_each_mistake_is_told_with_its_place(before: str, after: str, where: str, what: str) -> None:
    """The message says which row and field and what to do, and not what stood there."""
    assert before in WRITTEN
    message = refused(WRITTEN.replace(before, after, 1))

    assert where in message
    assert what in message


@pytest.mark.parametrize("text", ["", "country = 1", "country = [1]", "x" * (MAX_CHARACTERS + 1), "country = []"])
def test_a_file_that_is_none_is_refused(text: str) -> None:
    """An empty, a wrong and an endless file are errors, never a policy that allows."""
    assert refused(text).startswith("country policy is refused")


@given(st.text(max_size=200))
def test_no_text_gets_a_traceback(text: str) -> None:
    """Any text loads or is refused with a PolicyError."""
    with contextlib.suppress(PolicyError):
        assert isinstance(load(text), Policy)
