"""Passkeys: what is asked, and that nothing but a right answer counts."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referrals.desk import passkeys
from referrals.desk.grants import Role
from referrals.desk.passkeys import Passkey, RefusedPasskey
from referrals.desk.settings import DeskSettings
from tests.authenticator import ATTESTED, PRESENT, VERIFIED, Authenticator
from tests.desk_rig import ORIGIN, Rig

DESK = DeskSettings(origin=ORIGIN)
ACCOUNT, OTHER = "a1" * 16, "b2" * 16
CHALLENGE = bytes(range(56))
NOW = 1_795_500_000


def fresh(challenge: bytes) -> bool:
    """The challenge is the one that was made."""
    return challenge == CHALLENGE


def asked(known: list[bytes] | None = None) -> dict[str, Any]:
    """What a browser is asked to register."""
    return passkeys.creation_options(DESK, ACCOUNT, "Ada", known or [], CHALLENGE)


def made(phone: Authenticator) -> Passkey:
    """A registered passkey."""
    return passkeys.registered(DESK, ACCOUNT, " my  phone ", phone.register(asked()), fresh, NOW)


def phone(**changed: Any) -> Authenticator:
    """An authenticator that was bought for this test."""
    return Authenticator(ORIGIN, b"c" * 16, **changed)


def test_what_is_asked_for() -> None:
    """A discoverable passkey that verifies its user, with the PRF extension, without attestation; none of a device that has one."""
    options = asked([b"x"])

    assert options["authenticatorSelection"] == {
        "residentKey": "required", "requireResidentKey": True, "userVerification": "required",
    }  # fmt: skip
    assert options["extensions"] == {"prf": {}, "credProps": True}
    assert options["rp"] == {"name": "Naru", "id": "desk.example"}
    assert [each["alg"] for each in options["pubKeyCredParams"]] == [-7, -8, -257]
    assert options["excludeCredentials"] == [{"type": "public-key", "id": "eA"}]
    assert "attestation" not in options
    assert passkeys.request_options(DESK, CHALLENGE)["userVerification"] == "required"
    assert "allowCredentials" not in passkeys.request_options(DESK, CHALLENGE)


def test_registered_and_signed_in() -> None:
    """What was registered is kept with its label and its PRF, and its own answer is right."""
    hers = phone()
    kept = made(hers)
    answer = hers.sign_in(passkeys.request_options(DESK, CHALLENGE))

    assert (kept.account, kept.label, kept.prf, kept.credential) == (ACCOUNT, "my phone", True, b"c" * 16)
    assert passkeys.named_in(answer) == kept.credential
    assert passkeys.asserted(DESK, kept, answer, fresh) == 0


def test_a_counter_that_goes_back_is_a_copy() -> None:
    """Two authenticators with one key show by their counters; one without a counter stays at 0."""
    counts = Passkey(b"c", ACCOUNT, b"", 5, False, "", NOW, NOW)
    none = Passkey(b"c", ACCOUNT, b"", 0, False, "", NOW, NOW)

    assert [passkeys.copied(counts, counter) for counter in (4, 5, 6, 0)] == [True, True, False, True]
    assert [passkeys.copied(none, counter) for counter in (0, 1)] == [False, False]


WRONG: Mapping[str, Callable[[], tuple[Authenticator, dict[str, Any]]]] = {
    "another origin": lambda: (Authenticator("https://evil.example", b"c" * 16), {}),
    "a subdomain": lambda: (Authenticator("https://a.desk.example", b"c" * 16), {}),
    "the user was not verified": lambda: (phone(flags=PRESENT), {}),
    "nobody was there": lambda: (phone(flags=VERIFIED), {}),
    "another kind of answer": lambda: (phone(), {"client": {"type": "payment.get"}}),
    "another challenge": lambda: (phone(), {"client": {"challenge": "AAAA"}}),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_registration_is_refused(wrong: str) -> None:
    """Origin, user, kind and challenge have to be right."""
    device, changed = WRONG[wrong]()

    with pytest.raises(RefusedPasskey):
        passkeys.registered(DESK, ACCOUNT, "", device.register(asked(), **changed), fresh, NOW)


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_answer_is_refused(wrong: str) -> None:
    """The same to sign in."""
    kept = made(hers := phone())
    device, changed = WRONG[wrong]()
    device.key, device.user = hers.key, hers.user

    with pytest.raises(RefusedPasskey):
        passkeys.asserted(DESK, kept, device.sign_in(passkeys.request_options(DESK, CHALLENGE), **changed), fresh)


def test_another_key_another_owner_and_another_site_are_refused() -> None:
    """A signature by another key, a user handle of another account, and a passkey made for another name."""
    kept = made(hers := phone())
    thief = phone(user=hers.user)
    options = passkeys.request_options(DESK, CHALLENGE)
    answers = (
        thief.sign_in(options),
        hers.sign_in(options, user=bytes.fromhex(OTHER)),
        hers.sign_in(options | {"rpId": "evil.example"}),
    )
    for answer in answers:
        with pytest.raises(RefusedPasskey):
            passkeys.asserted(DESK, kept, answer, fresh)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_whatever_is_sent_is_refused_and_raises_nothing_else(data: st.DataObject) -> None:
    """Any JSON in any place of an answer: RefusedPasskey, and no other exception."""
    kept = made(hers := phone())
    right = data.draw(
        st.sampled_from([hers.register(asked()), hers.sign_in(passkeys.request_options(DESK, CHALLENGE))])
    )
    place = data.draw(st.sampled_from(["rawId", "response", *right["response"], "all"]))
    junk = data.draw(JSON)
    if place == "all":
        right = junk if isinstance(junk, dict) else {"x": junk}
    elif place in right:
        right = right | {place: junk}
    else:
        right = right | {"response": right["response"] | {place: junk}}
    if place == "userHandle" and junk is None:
        return  # a browser may leave it out

    for check in (
        lambda: passkeys.registered(DESK, ACCOUNT, "", right, fresh, NOW),
        lambda: passkeys.asserted(DESK, kept, right, fresh),
    ):
        with pytest.raises(RefusedPasskey):
            check()


def test_rows(desk: Rig) -> None:
    """A passkey is kept once, for a live account, at most ten each, and its owner alone removes it."""
    account, other = desk.account(Role.OPERATOR), desk.account(Role.OPERATOR)
    rows = [Passkey(bytes([n]) * 16, account.account, b"a", 0, True, "", NOW, NOW) for n in range(11)]

    add, find = partial(_added, desk), partial(_found, desk)

    assert [add(each) for each in rows] == [True] * 10 + [False]
    assert not add(rows[0])
    assert find(rows[0]) == rows[0]
    desk.written(lambda db: passkeys.used(db, rows[0].credential, 7, NOW + 1))
    found = find(rows[0])
    assert found is not None
    assert (found.counter, found.used) == (7, NOW + 1)
    assert not desk.written(lambda db: passkeys.remove(db, other.account, rows[0].credential))
    assert desk.written(lambda db: passkeys.remove(db, account.account, rows[0].credential))
    desk.remove(account)
    assert find(rows[1]) is None


def _added(desk: Rig, passkey: Passkey) -> bool:
    return desk.written(lambda db: passkeys.add(db, passkey))


def _found(desk: Rig, passkey: Passkey) -> Passkey | None:
    return desk.written(lambda db: passkeys.find(db, passkey.credential))


def test_flags_are_those_of_the_specification() -> None:
    """The software authenticator of these tests says what a real one says."""
    assert (PRESENT, VERIFIED, ATTESTED) == (1, 4, 64)
