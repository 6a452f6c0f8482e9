"""The page of one referral."""

import re

import pytest

from referrals.casebook_moves import DECLINE_REASONS, OUTCOMES
from referrals.desk.grants import Role
from tests.desk_rig import Browser, Rig
from tests.desk_work import PARTNER, deliver, do, rid
from tests.filed import DAY, MINUTE, addition


@pytest.fixture
def her(desk: Rig) -> Browser:
    """A caseworker's browser."""
    return desk.signed_in(desk.account(Role.CASEWORKER, partner=PARTNER, name="Ada"))


def offered(html: str) -> list[str]:
    """What can be done from a page, in order: buttons and links."""
    moves = re.search(r'<form class="moves".*?</form>', html, re.DOTALL)
    return [] if moves is None else re.findall(r'(?:formaction|href)="/case/[0-9a-f]{32}/([a-z_]+)"', moves.group())


def test_what_is_offered_in_each_state(desk: Rig, her: Browser) -> None:
    """Only what the state allows is offered, and who works alone has nobody to hand over to."""
    deliver(desk, 1)
    path = f"/case/{rid(1)}"

    assert offered(her.get(path).text) == ["acknowledge", "accept", "decline"]
    do(her, desk, rid(1), "acknowledge")
    assert offered(her.get(path).text) == ["accept", "decline"]
    do(her, desk, rid(1), "accept")
    assert offered(her.get(path).text) == ["in_contact", "complete"]
    do(her, desk, rid(1), "in_contact")
    assert offered(her.get(path).text) == ["complete"]
    do(her, desk, rid(1), "complete", code="referred")
    html = her.get(path).text
    assert offered(html) == []
    assert "Referred elsewhere" in html


def test_closing_without_contact_is_offered_after_thirty_days(desk: Rig, her: Browser) -> None:
    """Before that, the page says from when it is possible."""
    deliver(desk, 1)
    do(her, desk, rid(1), "accept")
    assert "Only after 30 days without contact." in her.get(f"/case/{rid(1)}").text

    desk.clock.passes(30 * DAY)
    her = desk.signed_in(desk.account(Role.CASEWORKER, partner=PARTNER, name="Bea"))

    html = her.get(f"/case/{rid(1)}").text
    assert "no_contact" in offered(html)
    assert "Only after 30 days without contact." not in html


def test_something_new_is_acknowledged(desk: Rig, her: Browser) -> None:
    """When she adds something to a referral in work, the page offers to acknowledge what is new."""
    deliver(desk, 1)
    do(her, desk, rid(1), "accept")
    made = addition(
        rid(1),
        int(desk.clock()),
        partner=PARTNER,
        klass="normal",
        position=0,
        case_id=f"{1:032x}",
        verifier=f"{1:064x}",
    )
    desk.books(lambda books: books.casebook.receive(made, b"fictional", int(desk.clock())))

    assert offered(her.get(f"/case/{rid(1)}").text)[0] == "acknowledge"
    assert "Something new came." in her.get("/queue").text
    do(her, desk, rid(1), "acknowledge")
    assert "acknowledge" not in offered(her.get(f"/case/{rid(1)}").text)


@pytest.mark.parametrize(("move", "codes"), [("decline", DECLINE_REASONS), ("complete", OUTCOMES)])
def test_codes_to_choose_from(desk: Rig, her: Browser, move: str, codes: tuple[str, ...]) -> None:
    """Every code of domain.md 4.4 can be chosen, by words and not by its name."""
    deliver(desk, 1)
    html = her.get(f"/case/{rid(1)}/{move}").text

    assert re.findall(r'name="code" value="([a-z_]+)"', html) == list(codes)
    assert not any(f">{code}<" in html for code in codes)


def test_what_was_done_is_told(desk: Rig, her: Browser) -> None:
    """Every deed with who did it and when; what was written down for a colleague says so."""
    bea = desk.account(Role.CASEWORKER, partner=PARTNER, name="Bea")
    deliver(desk, 1)
    do(her, desk, rid(1), "acknowledge")
    desk.clock.passes(MINUTE)
    do(her, desk, rid(1), "accept", on_behalf=bea.account)

    html = her.get(f"/case/{rid(1)}").text

    assert html.index("Bea: accepted (written down by Me)") < html.index("Me: acknowledged")


def test_another_partners_case_is_not_there(desk: Rig, her: Browser) -> None:
    """The page of another partner's referral and that of none are the same, byte for byte."""
    deliver(desk, 1, partner="P2")

    theirs, none = her.get(f"/case/{rid(1)}"), her.get(f"/case/{rid(9)}")

    assert (theirs.status_code, theirs.content) == (404, none.content)


@pytest.mark.parametrize("lang", ["ko", "zh", "en"])
def test_every_page_has_its_words(desk: Rig, her: Browser, lang: str) -> None:
    """In every language each work page is rendered whole, and no key shows through in place of words."""
    desk.account(Role.CASEWORKER, partner=PARTNER, name="Bea")
    deliver(desk, 1)
    do(her, desk, rid(1), "accept")
    her.headers["accept-language"] = lang

    for path in ("/queue", f"/case/{rid(1)}", f"/case/{rid(1)}/decline", f"/case/{rid(1)}/complete", f"/case/{rid(1)}/hand_over",
                 "/availability", "/attest"):  # fmt: skip
        answer = her.get(path)
        text = re.sub(r"<script.*?</script>|<[^>]*>", " ", answer.text, flags=re.DOTALL)
        assert answer.status_code == 200
        assert not re.search(
            r"\b(queue|case|state|reason|outcome|done|due|class|time|handover|availability|attest)\.[a-z_]+", text
        )
        assert "{" not in text
