"""Keys at rest: one each, wrapped, approved by others, and ended at once with who leaves."""

from collections.abc import Mapping

import pytest

from bot.partners import key_mark
from referrals.desk import invitations, key_store
from referrals.desk.grants import Role
from referrals.desk.key_store import Key, Kind, RefusedKey
from tests.desk_browser.made import COLLEAGUE, OUTSIDER, OWN
from tests.desk_rig import Rig

WRAPS: Mapping[Kind, bytes] = {"words": b"age-encryption.org/v1\nfictional", "passkey": b"age-encryption.org/v1\nother"}
NOW = 1_795_500_000


def made(desk: Rig, account: str, recipient: str = OWN.recipient, replaces: str | None = None) -> Key:
    """Make a key for an account."""
    return desk.written(lambda db: key_store.make(db, account, recipient, WRAPS, replaces, NOW))


def test_a_mark_is_the_one_that_the_bot_gives() -> None:
    """What the bot sealed to a key, and what the list holds of it, is found by the same mark."""
    assert key_store.mark_of(OWN.recipient) == key_mark(OWN.recipient)


def test_a_key_is_made_once_and_kept_wrapped(desk: Rig) -> None:
    """It is hers with both wraps; a second one, unless it replaces the first by name, is refused, and so is the same for another."""
    ada, bo = (desk.account(Role.CASEWORKER, partner="P1", name=name).account for name in ("Ada", "Bo"))
    key = made(desk, ada)

    assert desk.written(lambda db: key_store.own(db, ada)) == key
    assert desk.written(lambda db: key_store.wraps(db, key.mark)) == dict(sorted(WRAPS.items()))
    assert (key.state(()), key.state([key.mark])) == ("made", "listed")
    with pytest.raises(RefusedKey):
        made(desk, ada, COLLEAGUE.recipient)
    with pytest.raises(RefusedKey):
        made(desk, bo)


def test_a_lost_key_ends_with_its_wraps(desk: Rig) -> None:
    """The new one is hers; the old one is seen as replaced, and opens nothing any more."""
    ada = desk.account(Role.CASEWORKER, partner="P1").account
    old = made(desk, ada)
    made(desk, ada, COLLEAGUE.recipient, replaces=OWN.recipient)
    keys = desk.written(lambda db: key_store.of_partner(db, "P1"))

    assert [(each.recipient, each.state([old.mark]), each.why) for each in keys] in (
        [(OWN.recipient, "old", "lost"), (COLLEAGUE.recipient, "made", None)],
        [(COLLEAGUE.recipient, "made", None), (OWN.recipient, "old", "lost")],
    )
    assert desk.written(lambda db: key_store.wraps(db, old.mark)) == {}


def test_the_key_of_who_leaves_ends_in_the_same_moment(desk: Rig) -> None:
    """Whoever removes the account, and however: the key ends and what was wrapped is erased."""
    ada = desk.account(Role.CASEWORKER, partner="P1")
    key = made(desk, ada.account)
    desk.remove(ada)

    assert desk.written(lambda db: key_store.own(db, ada.account)) is None
    assert [each.why for each in desk.written(lambda db: key_store.of_partner(db, "P1"))] == ["left"]
    assert desk.written(lambda db: key_store.wraps(db, key.mark)) == {}


def test_what_is_no_key_is_refused(desk: Rig) -> None:
    """No recipient, a damaged one, a wrap that is none or too large, none under words; and nobody gets one who opens nothing."""
    ada = desk.account(Role.CASEWORKER, partner="P1").account
    lead = desk.account(Role.LEAD, partner="P1", name="Lee").account
    damaged = OWN.recipient[:-1] + ("q" if OWN.recipient[-1] != "q" else "p")
    wrong: list[tuple[str, str, Mapping[Kind, bytes]]] = [
        (ada, "", WRAPS), (ada, damaged, WRAPS), (ada, OWN.recipient, {"words": b"AGE-SECRET-KEY-PQ-1"}),
        (ada, OWN.recipient, {"words": b"age-encryption.org/v1\n" + bytes(9000)}), (ada, OWN.recipient, {"passkey": WRAPS["passkey"]}),
        (lead, OWN.recipient, WRAPS), ("f" * 32, OWN.recipient, WRAPS),
    ]  # fmt: skip
    for account, recipient, wraps in wrong:
        with pytest.raises(RefusedKey):
            desk.written(lambda db, a=account, r=recipient, w=wraps: key_store.make(db, a, r, w, None, NOW))  # type: ignore[misc]
    assert desk.written(lambda db: db.execute("SELECT count(*) FROM keys").fetchone()[0]) == 0


def test_a_wrap_is_put_only_on_her_present_key(desk: Rig) -> None:
    """The new words take the place of the old; for a key that is no longer hers nothing is kept."""
    ada = desk.account(Role.CASEWORKER, partner="P1").account
    key = made(desk, ada)
    fresh = b"age-encryption.org/v1\nnewer"
    desk.written(lambda db: key_store.wrap(db, ada, OWN.recipient, "words", fresh, NOW))

    assert desk.written(lambda db: key_store.wraps(db, key.mark))["words"] == fresh
    with pytest.raises(RefusedKey):
        desk.written(lambda db: key_store.wrap(db, ada, COLLEAGUE.recipient, "words", fresh, NOW))


def test_others_approve_and_enough_of_them(desk: Rig) -> None:
    """One colleague is enough, or two where the partner asks two; herself, strangers, and who has left since don't count."""
    ada, bo, cy = (desk.account(Role.CASEWORKER, partner="P1", name=name) for name in ("Ada", "Bo", "Cy"))
    stranger = desk.account(Role.CASEWORKER, partner="P2", name="Di")
    key = made(desk, ada.account)
    for nobody in (ada, stranger):
        with pytest.raises(RefusedKey):
            desk.written(lambda db, who=nobody.account: key_store.approve(db, key.mark, who, NOW))  # type: ignore[misc]

    def ready() -> bool:
        return desk.written(lambda db: key_store.may_be_sealed_to(db, key_store.of_partner(db, "P1")[0]))

    assert not ready()
    desk.written(lambda db: key_store.approve(db, key.mark, bo.account, NOW))
    assert ready()
    desk.written(lambda db: invitations.ask_two(db, "P1"))
    assert not ready()
    desk.written(lambda db: key_store.approve(db, key.mark, cy.account, NOW))
    assert ready()
    desk.remove(bo)
    assert not ready()


def test_nothing_open_is_sealed_to_a_lead_or_a_safety_lead(desk: Rig) -> None:
    """A safety lead has a key for reports, and no referral is ever sealed to it; a caseworker who becomes a lead gets none either."""
    lead = desk.account(Role.SAFETY_LEAD, name="Sa").account
    key = made(desk, lead, OUTSIDER.recipient)

    assert not desk.written(lambda db: key_store.may_be_sealed_to(db, key))


def test_no_key_prints_itself(desk: Rig) -> None:
    """Neither whose it is nor what it is stands in a representation."""
    ada = desk.account(Role.CASEWORKER, partner="P1", name="Ada").account

    printed = repr(made(desk, ada))

    assert not any(mark in printed for mark in (ada, "Ada", "age1pq"))
