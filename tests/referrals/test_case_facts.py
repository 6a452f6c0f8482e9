"""What a case's answers stand for when partners are looked for, and what a representation of them tells: nothing."""

import pytest

from referrals.case_facts import NEEDS, SELF_HELP_NEEDS, SITUATIONS, URGENT_IMPLIES, CaseFacts


@pytest.mark.parametrize(
    ("urgent", "needs", "situations"),
    [
        ("u_moved", {"n_leave"}, set()),
        ("u_locked", {"n_leave"}, {"s_notfree"}),
        ("u_hurt", {"n_med"}, set()),
        ("u_med", {"n_med"}, set()),
        ("u_self", {"n_mind", "n_talk"}, set()),
        ("u_caught", {"n_caught"}, set()),
    ],
)
def test_an_urgent_word_stands_for_needs_beside_those_stated(
    urgent: str, needs: set[str], situations: set[str]
) -> None:
    """What the urgent word implies is added for matching, and what she stated stays as it was."""
    facts = CaseFacts(urgent=urgent, needs=("n_food",), situations=("s_debt",))

    assert facts.needs_to_match == needs | {"n_food"}
    assert facts.situations_to_match == situations | {"s_debt"}
    assert facts.needs == ("n_food",)


def test_every_urgent_word_implies_a_known_need() -> None:
    """No urgent word leads to a need or situation that the questionnaire doesn't have."""
    for needs, situations in URGENT_IMPLIES.values():
        assert needs
        assert set(needs) <= set(NEEDS)
        assert set(situations) <= set(SITUATIONS)


def test_an_age_under_18_stands_for_a_child_partner() -> None:
    """Somebody under 18 is matched with those who care for children, and an adult is not."""
    assert CaseFacts(needs=("n_preg",), under_18=True).needs_to_match == {"n_preg", "n_child"}
    assert CaseFacts(needs=("n_preg",)).needs_to_match == {"n_preg"}


def test_what_she_stated_is_her_needs_and_her_urgent_word() -> None:
    """Her age is not something she asked for; her urgent word is."""
    facts = CaseFacts(needs=("n_food",), urgent="u_med", under_18=True)

    assert facts.needs_stated == {"n_food", "n_med"}
    assert facts.needs_to_match == {"n_food", "n_med", "n_child"}


@pytest.mark.parametrize(("klass", "barred"), [("normal", True), ("days", True), ("now", False)])
def test_the_cap_bars_specialists_except_when_it_is_urgent(klass: str, barred: bool) -> None:
    """The urgent path stays open whatever happens; without the cap nobody is barred."""
    assert CaseFacts(klass=klass, hub_only=True).specialists_barred is barred
    assert not CaseFacts(klass=klass).specialists_barred


def test_never_to_be_written_to_matches_like_reading_on_return() -> None:
    """c_none needs a partner that can wait for her; the other modes are asked for as they are."""
    contacts = ("c_none", "c_return", "c_band", "c_any")

    assert [CaseFacts(contact=contact).contact_to_match for contact in contacts] == [
        "c_return",
        "c_return",
        "c_band",
        "c_any",
    ]


def test_languages_become_the_partners_codes() -> None:
    """Korean and Chinese are looked up as ISO 639-3; another language matches nobody."""
    assert CaseFacts(languages=frozenset({"ko", "zh"})).codes_spoken == {"kor", "zho"}
    assert CaseFacts(languages=frozenset({"fr"})).codes_spoken == frozenset()


def test_pages_answer_self_help_needs_alone() -> None:
    """One need beyond the pages, an urgent word or no need at all calls for a partner."""
    assert CaseFacts(needs=tuple(SELF_HELP_NEEDS)).self_help_only
    assert not CaseFacts(needs=("n_scam", "n_path")).self_help_only
    assert not CaseFacts(needs=("n_info",), urgent="u_moved").self_help_only
    assert not CaseFacts().self_help_only


@pytest.mark.parametrize("name", ["klass", "need", "with_", "name"])
def test_a_part_that_no_packet_has_is_a_mistake_of_the_caller(name: str) -> None:
    """A misspelled part would silently cost every partner a point, so it is refused at once."""
    with pytest.raises(ValueError, match="no packet has"):
        CaseFacts(fields_offered=frozenset({"country", name}))


def test_a_case_says_nothing_of_itself_in_a_representation() -> None:
    """No answer gets into a log through a repr."""
    facts = CaseFacts(country="CN", needs=("n_leave",), urgent="u_locked", under_18=True, excluded=frozenset({"x"}))

    assert repr(facts) == "CaseFacts()"
